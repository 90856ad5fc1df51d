"""A site that is built again and again for years: nothing stale is left, nothing grows that should not."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator import cache
from generator.build import Options, build
from generator.memory import Memory
from tests.sites import AS_OF, TinySite, tree
from tests.trust.growth import Growth, clean


def remembered(site: TinySite) -> int:
    """Bytes of all that veille remembers."""
    return sum(len(data) for data in tree(site.root / cache.FOLDER).values())


def lives(folder: Path, builds: int, every: int, seed: int) -> tuple[int, int]:
    """So many builds of a growing site. Files and remembered bytes at the end."""
    life = Growth(folder / "site", seed, posts=12)
    site = life.site
    for number in range(1, builds + 1):
        life.live(1 + number % 3)
        ran = site.run("build", *(("--jobs", "2") if number % 7 == 0 else ()))
        assert (ran.exit_code, ran.err) == (0, ""), (number, ran.err)
        if number % every == 0:
            fresh = clean(site, folder / "clean")
            assert site.output() == fresh.output(), number
            fresh.build()
            # A first build remembers what a site needs; a long life adds what is needed to tell what changed.
            assert remembered(site) <= 2 * remembered(fresh) + 100_000, number
    assert sorted(path.name for path in (site.root / "output").glob(".veille*")) == [".veille-files"]
    return len(site.output()), remembered(site)


def memory_of(process: int) -> int:
    """Bytes that a process and its children keep in memory."""
    found = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in found.splitlines()]
    family = {process}
    for _ in range(4):
        family |= {pid for pid, parent, _ in rows if parent in family}
    return sum(size for pid, _, size in rows if pid in family) * 1024


@contextmanager
def preview(site: TinySite) -> Iterator[tuple[int, str]]:
    """`veille serve`: its process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "-C", str(site.root), "serve", "--port", "0", "--as-of", AS_OF.isoformat()],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    assert process.stdout
    try:
        address = ""
        while not address:
            line = process.stdout.readline()
            assert line, "the preview ended"
            found = re.search(r"http://[\d.]+:\d+/", line)
            address = found[0] if found else ""
        yield process.pid, address
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def serves(folder: Path, saves: int) -> list[int]:
    """The memory of a preview, ten times in the course of so many saves, each of which is seen before the next."""
    life = Growth(folder / "site", seed=9, posts=20)
    marked = life.site.root / "content/posts/2025-03-03-note-1.md"
    sizes = []
    with preview(life.site) as (process, address):
        for number in range(1, saves + 1):
            if number % 10 == 0:
                life.live()
            marked.write_text(f"---\ntitle: Save {number}.\npermalink: /marked/\n---\nWords {number}.\n", "utf-8")
            for _ in range(3000):
                try:
                    with urllib.request.urlopen(f"{address}marked/", timeout=30) as page:
                        if f"Save {number}." in page.read().decode():
                            break
                except urllib.error.HTTPError as missing:
                    missing.close()
                time.sleep(0.02)
            else:
                pytest.fail(f"save {number} was not shown")
            if number % (saves // 10) == 0:
                sizes.append(memory_of(process))
    return sizes


def test_a_site_that_is_built_thirty_times_is_the_site_that_is_built_once(room: Path):
    files, size = lives(room, builds=30, every=10, seed=1)
    assert files > 80
    assert size


def test_a_process_that_builds_again_and_again_keeps_no_more_than_the_site_needs(room: Path):
    life = Growth(room / "site", seed=2, posts=12)
    memory = Memory()
    options = Options(as_of=AS_OF, jobs=1)
    for _ in range(25):
        life.live(2)
        assert build(life.site.root, options, memory=memory).changes
    assert len(memory.parsed) == len(memory.keys) == len(life.posts)
    assert life.site.output() == clean(life.site, room / "clean").output()


@pytest.mark.long
def test_five_hundred_builds_of_a_growing_site(room: Path):
    files, size = lives(room, builds=500, every=50, seed=3)
    print(f"\n500 builds: {files} files, {size:,} bytes remembered")
    assert files > 300


@pytest.mark.long
def test_the_memory_of_the_preview_stays_flat_over_five_hundred_saves(room: Path):
    sizes = serves(room, 500)
    print("\nMB after every fiftieth save:", *(f"{size / 1e6:.0f}" for size in sizes))
    assert max(sizes[5:]) < 1.15 * max(sizes[:3])
