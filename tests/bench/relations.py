"""What notes have to do with one another, on real posts: ``python -m tests.bench.relations POSTS [--sample N]``.

Prints how many posts have relations, a random sample of pairs that are said to tell one event, for a person to judge,
the time for larger sites, and how many older pages the last note of a day changes. Larger sites are made of copies that
are 400 days older each: names come back in every copy, which is the worst case for the time.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from generator.config import Config, SiteSettings
from generator.content.post import parse_post
from generator.model import Post, Relations, Source
from generator.relations import relate

STEP = timedelta(days=400)


def read(folder: Path, zone: str) -> list[Post]:
    """The posts of a folder that have no errors, newest first."""
    config = Config(site=SiteSettings(timezone=zone))
    sources = (Source(path.name, path.read_bytes()) for path in sorted(folder.glob("*.md")))
    parsed = (parse_post(source, config, source.path) for source in sources)
    return newest_first(one.post for one in parsed if one.post is not None)


def newest_first(posts: Iterator[Post]) -> list[Post]:
    return sorted(posts, key=lambda post: (post.date.date(), post.date, post.path), reverse=True)


def sized(posts: Sequence[Post], size: int) -> list[Post]:
    """So many posts: copies of all, each turn older."""
    def copies() -> Iterator[Post]:
        for turn in range(size // len(posts) + 1):
            for post in posts:
                yield replace(post, path=f"{turn}-{post.path}", date=post.date - turn * STEP)
    return newest_first(islice(copies(), size))


def pairs(found: Mapping[str, Relations]) -> list[tuple[str, str]]:
    """Every pair of paths that tell one event, once."""
    return sorted({(min(path, other.path), max(path, other.path)) for path, one in found.items() for other in one.also})


def changed(posts: Sequence[Post], place: int) -> int:
    """How many other posts show other links when the post at `place` is added to all that are older than it."""
    def shown(some: Sequence[Post]) -> dict[str, tuple[tuple[str, ...], ...]]:
        return {
            path: (tuple(post.path for post in one.also), tuple(post.path for post in one.related))
            for path, one in relate(some).items()
        }
    before, after = shown(posts[place + 1 :]), shown(posts[place:])
    others = (before.keys() | after.keys()) - {posts[place].path}
    return sum(before.get(path) != after.get(path) for path in others)


def line(post: Post) -> str:
    host = post.origin.host if post.origin else "-"
    return f"{post.date:%Y-%m-%d} {host[:20]:20} {post.title[:90]} | {post.headline[:80]}"


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("--zone", default="UTC", help="time zone of dates without a time")
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="pairs to show")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", default="3292,6600,20000", help="numbers of posts to measure the time with")
    options = parser.parse_args()
    posts = read(options.posts, options.zone)
    found, by_path = relate(posts), {post.path: post for post in posts}
    told = pairs(found)
    print(f"{len(posts)} posts; {len(told)} pairs tell one event, in {sum(bool(one.also) for one in found.values())} "
          f"posts; {sum(bool(one.related) for one in found.values())} posts have related ones, "
          f"{sum(len(one.related) for one in found.values())} links")
    choice = random.Random(options.seed)
    for number, pair in enumerate(choice.sample(told, min(options.sample, len(told))), 1):
        print(f"{number:3} " + "\n    ".join(line(by_path[path]) for path in pair))
    counts = [changed(posts, choice.randrange(len(posts) // 2)) for _ in range(40)]
    print(f"a new note changes the links of {statistics.mean(counts):.1f} older notes, at most {max(counts)}")
    for size in map(int, options.sizes.split(",")):
        many = sized(posts, size)
        spent = []
        for skipped in range(10):  # `relate` remembers its last answer
            begin = time.perf_counter()
            relate(many[skipped:])
            spent.append(time.perf_counter() - begin)
        print(f"{size:6} posts: {min(spent):.3f} s, {min(spent) / size * 1e6:.0f} µs a post")


if __name__ == "__main__":
    main()
