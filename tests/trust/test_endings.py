"""Builds that end before their time, whenever that is: readers see whole pages, and the next build is right."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sites import AS_OF, TinySite, run_process, tree
from tests.trust.ending import ERR, OUT, PLAN, RESULT
from tests.trust.growth import Growth, clean

VEILLES_OWN = (".veille-files", ".veille-staging")


@dataclass(frozen=True, slots=True)
class States:
    """One site before and after some work of its author's."""

    before: TinySite
    """Built, with what veille remembers."""
    after: TinySite
    """As the author left it then, not built: its output and its memory are those of before."""
    cold: TinySite
    """The same, without output and memory."""
    old: dict[str, bytes]
    new: dict[str, bytes]
    """The output of a clean build of each."""


@pytest.fixture(scope="module")
def states(folder: Path) -> States:
    life = Growth(folder / "before", seed=11, posts=26)
    life.site.write({"content/static/files/list.txt": "1", "content/static/CNAME": "example.org"})
    life.site.build()
    old = life.site.output()
    before = TinySite(folder / "kept")
    shutil.copytree(life.site.root, before.root)
    life.live(16)
    life.configure()
    life.site.remove("content/static/files/list.txt")
    (life.site.root / "content/static/files").rmdir()
    life.site.write({"content/static/files": "a file where a folder was"})
    new = clean(life.site, folder / "clean").output()
    cold = TinySite(folder / "cold")
    shutil.copytree(life.site.root, cold.root, ignore=shutil.ignore_patterns("output", ".veille"))
    assert len(new) > 110
    assert sum(old.get(path) != data for path, data in new.items()) > 50
    assert old.keys() - new.keys()
    return States(before, life.site, cold, old, new)


@dataclass(frozen=True, slots=True)
class Ended:
    """A build that was ended."""

    site: TinySite
    plan: Mapping[str, Any]
    code: int
    seconds: float
    effects: int
    """On the disk, of a build that came to its end; 0 of one that was killed."""
    out: str
    err: str


def ended(from_state: TinySite, folder: Path, plans: list[dict[str, Any]], jobs: int = 1) -> Iterator[Ended]:
    """Copies of a site, each with its build ended as one of the plans says."""
    arguments = ["build", "--as-of", AS_OF.isoformat(), "--jobs", str(jobs)]
    for start in range(0, len(plans), 5):
        sites = []
        for number, plan in enumerate(plans[start : start + 5]):
            root = folder / f"{start + number}"
            shutil.copytree(from_state.root, root)
            (root / PLAN).write_text(json.dumps({"arguments": arguments, **plan}), "utf-8")
            sites.append(TinySite(root))
        ran = run_process(folder, [sys.executable, "-m", "tests.trust.ending", *(str(site.root) for site in sites)])
        assert ran.exit_code == 0, ran.err
        for site, plan in zip(sites, plans[start : start + 5], strict=True):
            told = json.loads((site.root / RESULT).read_text("utf-8"))
            out, err = ((site.root / name).read_text("utf-8") for name in (OUT, ERR))
            yield Ended(site, plan, told["code"], told["seconds"], told.get("effects", 0), out, err)
            shutil.rmtree(site.root)


def served(site: TinySite) -> dict[str, bytes]:
    """What a web server would give: every file but veille's own."""
    return {path: data for path, data in site.output().items() if not path.startswith(VEILLES_OWN)}


def is_whole(end: Ended, states: States, cold: bool) -> None:
    """Every page is the old one or the new one, or is not there where one of the two sites has none."""
    old = {} if cold else states.old
    for path, data in served(end.site).items():
        assert data in (old.get(path), states.new.get(path)), f"{path} is neither old nor new: {end.plan}"
    gone = (old.keys() & states.new.keys()) - end.site.output().keys()
    assert not gone, f"{end.plan}: {gone}"
    assert "Traceback" not in end.err
    assert "defect of veille" not in end.err, end.err


def next_is_right(end: Ended, states: States) -> None:
    """The build after it makes what a clean build makes, and leaves nothing of its own behind."""
    ran = end.site.run("build")
    assert (ran.exit_code, ran.err) == (0, ""), end.plan
    assert end.site.output() == states.new, end.plan
    assert not [path for path in tree(end.site.root / ".veille") if path.endswith((".new", ".tmp"))], end.plan
    again = end.site.run("build")
    assert "0 files written, 0 removed" in again.out


def whole(start: TinySite, folder: Path, jobs: int = 1) -> Ended:
    """A build that nobody disturbs."""
    (end,) = ended(start, folder / "whole", [{}], jobs)
    assert end.code == 0, end.err
    assert end.effects
    return end


def moments(count: int, seconds: float, chance: random.Random) -> list[dict[str, Any]]:
    return [
        {"kill_after": chance.uniform(0, seconds), "helpers": number % 2 == 0} for number in range(count)
    ]


def survives_kills(states: States, folder: Path, cold: bool, jobs: int, count: int, seed: int) -> int:
    """Kills so many builds before they end by themselves; how many were begun for that."""
    start = states.cold if cold else states.after
    chance, seconds = random.Random(seed), whole(start, folder, jobs).seconds * 0.95
    begun = killed = 0
    while killed < count:
        for end in ended(start, folder / f"killed{begun}", moments(count - killed, seconds, chance), jobs):
            begun += 1
            killed += end.code == -9
            is_whole(end, states, cold)
            next_is_right(end, states)
    return begun


def survives_the_death_of_effects(states: States, folder: Path, cold: bool, share: int, first: int) -> int:
    """Kills right before every `share`-th effect on the disk, beginning with the `first`; how many."""
    start = states.cold if cold else states.after
    effects = whole(start, folder).effects
    plans = [{"kill_at": number} for number in range(first, effects + 1, share)]
    for end in ended(start, folder / "killed", plans):
        assert end.code == -9
        is_whole(end, states, cold)
        next_is_right(end, states)
    return len(plans)


def survives_refusals(states: States, folder: Path, share: int, first: int) -> int:
    """A disk that is full from some effect on: the build says so, and when there is room again the next is right."""
    effects = whole(states.after, folder).effects
    plans = [{"refuse_at": number} for number in range(first, effects + 1, share)]
    for end in ended(states.after, folder / "refused", plans):
        is_whole(end, states, cold=False)
        if end.code:
            assert end.code == 1, end.plan
            assert "veille: the disk refused" in end.err, end.plan
        next_is_right(end, states)
    return len(plans)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("cold", [True, False], ids=["cold", "warm"])
def test_a_build_that_is_killed_leaves_whole_pages_and_the_next_is_right(
    states: States, room: Path, cold: bool, jobs: int
):
    assert survives_kills(states, room, cold, jobs, 3, seed=jobs) >= 3


@pytest.mark.parametrize("cold", [True, False], ids=["cold", "warm"])
def test_a_build_that_is_killed_before_any_effect_on_the_disk_leaves_whole_pages(
    states: States, room: Path, cold: bool
):
    assert survives_the_death_of_effects(states, room, cold, 131, 7) >= 2


def test_a_disk_that_is_full_from_any_effect_on_leaves_whole_pages_and_is_told(states: States, room: Path):
    assert survives_refusals(states, room, 97, 5) >= 2


@pytest.mark.parametrize("largest", [400, 3000, 9000, 40000])
def test_a_file_that_the_disk_takes_only_half_is_never_served(states: States, room: Path, largest: int):
    for end in ended(states.after, room, [{"largest": largest}]):
        is_whole(end, states, cold=False)
        assert end.code == 1
        assert "veille: the disk refused" in end.err
        next_is_right(end, states)


@pytest.fixture
def disk(room: Path) -> Iterator[Callable[[int], bool]]:
    """``disk(size)`` makes `room` a disk of so many bytes; false where only the superuser may."""
    mounted = False

    def sized(size: int) -> bool:
        nonlocal mounted
        how = f"{'remount,' if mounted else ''}size={size}"
        command = ["mount", "-t", "tmpfs", "-o", how, "tmpfs", str(room)]
        if sys.platform == "linux" and shutil.which("mount"):
            mounted = subprocess.run(command, capture_output=True).returncode == 0 or mounted
        return mounted

    yield sized
    if mounted:
        subprocess.run(["umount", "-l", str(room)], check=True)


@pytest.mark.parametrize("free", [0, 40_000, 300_000, 600_000])
def test_a_small_disk_that_is_full_keeps_whole_pages_and_is_told(
    states: States, room: Path, disk: Callable[[int], bool], free: int
):
    if not disk(100_000_000):  # no right to mount: then the limit is that of each file
        for end in ended(states.after, room, [{"largest": max(400, free // 20)}]):
            assert end.code == 1
            is_whole(end, states, cold=False)
            next_is_right(end, states)
        return
    site = TinySite(room / "site")
    shutil.copytree(states.after.root, site.root)
    disk(shutil.disk_usage(room).used + free)
    ran = site.process("build", "--as-of", AS_OF.isoformat(), "--jobs", "1")
    end = Ended(site, {"free": free}, ran.exit_code, 0, 0, ran.out, ran.err)
    assert end.code == 1
    assert "veille: the disk refused" in end.err
    is_whole(end, states, cold=False)
    disk(100_000_000)
    next_is_right(end, states)


@pytest.mark.parametrize("name", ["output", "output/posts", "output/cve", ".veille"])
def test_a_folder_that_may_not_be_written_is_told_and_leaves_whole_pages(states: States, room: Path, name: str):
    start = TinySite(room / "start")
    shutil.copytree(states.after.root, start.root)
    folders = [start.root / name, *(path for path in (start.root / name).rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    for end in ended(start, room / "ended", [{"modest": True}]):
        for path in folders:
            (end.site.root / path.relative_to(start.root)).chmod(0o755)
        is_whole(end, states, cold=False)
        assert end.code == (name != ".veille"), end.err  # what cannot be remembered only makes the next build slow
        assert ("veille: the disk refused" in end.err) == bool(end.code), end.err
        next_is_right(end, states)


def test_what_a_killed_build_left_goes_also_when_the_author_takes_the_work_back(states: States, room: Path):
    effects = whole(states.after, room).effects
    for end in ended(states.after, room / "killed", [{"kill_at": effects // 3}, {"kill_at": effects * 2 // 3}]):
        assert end.code == -9
        for name in ("content", "config.yaml", "templates"):
            path, before = end.site.root / name, states.before.root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            if before.is_dir():
                shutil.copytree(before, path)
            elif before.exists():
                shutil.copy(before, path)
        assert end.site.run("build").err == ""
        assert end.site.output() == states.old


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("cold", [True, False], ids=["cold", "warm"])
def test_two_hundred_kills(states: States, room: Path, cold: bool, jobs: int):
    assert survives_kills(states, room, cold, jobs, 50, seed=100 + jobs) >= 50


@pytest.mark.long
@pytest.mark.parametrize("cold", [True, False], ids=["cold", "warm"])
def test_a_kill_before_every_effect_on_the_disk(states: States, room: Path, cold: bool):
    assert survives_the_death_of_effects(states, room, cold, 1, 1) > 200


@pytest.mark.long
def test_a_disk_that_is_full_from_every_effect_on(states: States, room: Path):
    assert survives_refusals(states, room, 1, 1) > 200
