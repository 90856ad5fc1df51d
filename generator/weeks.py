"""The notes of each week, and the stories that they tell: notes on one event, told together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct

from generator.model import Post, Relations

CRITICAL = 9.0
"""The least CVSS score that is called critical: v3.1 section 5, v4.0 section 6."""


ROUND_UP = 20
"""A note that names more CVEs tells of a vendor's month or of a whole week: it comes after the stories."""


class Week(Struct, frozen=True, gc=False):
    """An ISO week (ISO 8601) of the notes' civil dates."""

    year: int
    """Of the week: that of its Thursday."""
    number: int
    """1 to 53."""
    posts: tuple[Post, ...]
    """Newest first; at least one."""
    closed: bool
    """Whether a note of a later week is published. The clock closes no week: what is built depends on the notes."""

    @property
    def first(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)


class Story(Struct, frozen=True, gc=False):
    """Notes of one week that tell the same event."""

    posts: tuple[Post, ...]
    """The one that tells most of it first, the others newest first."""
    exploited: bool
    """Whether one of them tells of an exploitation."""
    score: float
    """The highest that one of them reports; 0.0 without any."""
    sources: int
    """Hosts that tell it; notes without a source count as one."""


def weeks(posts: Sequence[Post]) -> tuple[Week, ...]:
    """The weeks with notes, newest first; `posts` come newest first, as in `Site.posts`."""
    found: list[Week] = []
    for _, members in groupby(posts, key=lambda post: (post.date.toordinal() - 1) // 7):  # day 1 was a Monday
        own = tuple(members)
        year, number, _ = own[0].date.isocalendar()
        found.append(Week(year, number, own, closed=bool(found)))
    return tuple(found)


def bonds(week: Week, relations: Mapping[str, Relations]) -> tuple[tuple[str, str], ...]:
    """The paths of each two notes of a week that tell the same event, in the order of the notes."""
    own = {post.path for post in week.posts}
    return tuple([
        (post.path, other.path)
        for post in week.posts if post.path in relations for other in relations[post.path].also if other.path in own
    ])


def stories(week: Week, pairs: Sequence[tuple[str, str]]) -> tuple[Story, ...]:
    """The stories of a week, each note in one: groups that `pairs`, its `bonds`, connect.

    First come those that tell of an exploitation, then those with a critical score, then the others. In each of these
    ranks round-ups come last; before them critical scores, what most sources tell, the highest score, the newest.
    """
    leader = {post.path: post.path for post in week.posts}

    def root(path: str) -> str:
        while leader[path] != path:
            leader[path] = path = leader[leader[path]]
        return path

    for one, other in pairs:
        leader[root(one)] = root(other)
    groups: dict[str, list[Post]] = {}
    for post in week.posts:
        groups.setdefault(root(post.path), []).append(post)
    told = [_story(posts) for posts in groups.values()]
    told.sort(key=lambda story: (
        not (story.exploited or story.score >= CRITICAL), not story.exploited, _is_round_up(story.posts[0]),
        story.score < CRITICAL, -story.sources, -story.score,
    ))
    return tuple(told)  # sorting keeps the order of equals, which is the notes'


def _story(posts: list[Post]) -> Story:
    if len(posts) == 1:
        return Story(tuple(posts), bool(posts[0].exploited), _score(posts[0]), 1)
    first = max(posts, key=_weight)
    return Story(
        (first, *[post for post in posts if post is not first]),
        any(post.exploited for post in posts),
        max([_score(post) for post in posts]),
        len({post.origin.host if post.origin else "" for post in posts}),
    )


def _is_round_up(post: Post) -> bool:
    return len(post.entities) > ROUND_UP and _cves(post) > ROUND_UP


def _weight(post: Post) -> tuple[bool, bool, int, int]:
    """How much a note tells of its event: one with key points, on attacks, that names most, and then the longest."""
    return bool(post.points), bool(post.exploited), _cves(post), post.words


def _score(post: Post) -> float:
    return max([score.value for score in post.scores]) if post.scores else 0.0


def _cves(post: Post) -> int:
    return len([None for entity in post.entities if entity.kind == "cve"])
