"""Whatever happens to the folders between and during builds: one clear answer, and the next build is right."""

from __future__ import annotations

import os
import random
import shutil
import threading
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from generator import cache
from tests.sites import AS_OF, TinySite, make_site, note, tree
from tests.trust.growth import CONFIGS, Growth, clean

FLIPS = 40
"""Damaged caches of each kind in `make test`; ten times as many under the marker `long`."""


def grown(folder: Path, posts: int = 8) -> Growth:
    """A small site with all kinds of pages, built."""
    life = Growth(folder / "site", seed=5, posts=posts)
    assert life.site.build().changes
    return life


def one_clear_answer(site: TinySite) -> int:
    """The exit status of a build that neither raises nor calls itself defective."""
    ran = site.run("build")
    assert "Traceback" not in ran.err
    assert "defect of veille" not in ran.err, ran.err
    assert (ran.exit_code, bool(ran.err)) in ((0, False), (1, True)), ran.err
    return ran.exit_code


# The cache


def remembered(site: TinySite) -> list[Path]:
    return sorted(path for path in (site.root / cache.FOLDER).rglob("*") if path.is_file() and path.name != "lock")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Cut, lengthened, or with some bytes of it changed."""
    at = chance.randrange(len(data))
    match chance.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data + chance.randbytes(1 + at % 50)
        case 2:
            return data[:at] + chance.randbytes(min(8, len(data) - at)) + data[at + 8 :]
        case 3:
            return data[:at] + data[at + 1 + chance.randrange(40) :]
        case _:
            return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


FORGED = [
    (b"Zephyr", b"<b>x>1"), (b"Zephyr", b"{{x}}\xff"), (b"posts/", b"../../"), (b"posts/", b"/../x/"),
    (b"/posts", b"//e.x/"), (b"2025", b"9999"), (b"index.html", b"../../a.md"), (b".html", b"/x/.."),
    (b"https", b"data:"), (b"CVE-", b"\0\0\0\0"),
]
"""Words in a cache, and others of the same length."""


def forged(data: bytes, chance: random.Random) -> bytes:
    """Damaged, or with other words."""
    fit = [pair for pair in FORGED if pair[0] in data]
    return data.replace(*chance.choice(fit)) if fit and chance.random() < 0.6 else damaged(data, chance)


def survives_damage(folder: Path, count: int, seed: int) -> None:
    life = grown(folder)
    site, chance = life.site, random.Random(seed)
    kept = {path: path.read_bytes() for path in remembered(site)}
    assert len(kept) >= 2
    before = (site.root / "content/posts/2025-03-03-note-1.md").read_bytes()
    site.write({"content/posts/2025-03-03-note-1.md": note("Another title", tags=["C++"])})
    good = clean(site, folder / "clean").output()
    for number in range(count):
        for path, data in kept.items():
            path.write_bytes(data)
        path = chance.choice(sorted(kept))
        path.write_bytes(damaged(kept[path], chance))
        if number % 2:  # with the output of the site before, or with that of the site now
            site.write({"content/posts/2025-03-03-note-1.md": before})
            assert one_clear_answer(site) == 0
            site.write({"content/posts/2025-03-03-note-1.md": note("Another title", tags=["C++"])})
        assert one_clear_answer(site) == 0
        assert site.output() == good, (path.name, number)


def survives_forgery(folder: Path, count: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Damage that no checksum shows. How often the words of the cache came through.

    Whoever may write the cache may write the notes as well: what is in it may show. It may reach nothing else.
    """
    monkeypatch.setattr(zlib, "crc32", lambda data, value=0: 7)
    life = grown(folder)
    site, chance = life.site, random.Random(seed)
    good = site.output()
    kept = {path: path.read_bytes() for path in remembered(site)}
    outside = tree(folder / "site/content")
    different = 0
    for _ in range(count):
        path = chance.choice(sorted(kept))
        path.write_bytes(forged(kept[path], chance))
        site.write({"config.yaml": f"search: none\npagination: {chance.randrange(2, 9)}\n"})
        site.run("build")
        site.write({"config.yaml": CONFIGS[0]})
        assert "Traceback" not in site.run("build").err
        different += site.output() != good
        assert tree(folder / "site/content") == outside
        assert sorted(os.listdir(folder)) == ["site"]
        assert site.run("build", "--no-cache").err == ""
        assert site.output() == good
        for path, data in kept.items():
            path.write_bytes(data)
    return different


def test_a_damaged_cache_changes_no_byte_of_the_site(room: Path):
    survives_damage(room, FLIPS, 1)


def test_a_forged_cache_neither_runs_nor_writes_elsewhere_and_does_not_count_without_the_cache(
    room: Path, monkeypatch: pytest.MonkeyPatch
):
    assert survives_forgery(room, FLIPS // 4, 2, monkeypatch), "no forgery came through: this test proves nothing"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 7))
def test_hundreds_of_damaged_caches(room: Path, seed: int):
    survives_damage(room, FLIPS * 10 // 4, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 7))
def test_hundreds_of_forged_caches(room: Path, seed: int, monkeypatch: pytest.MonkeyPatch):
    assert survives_forgery(room, FLIPS, seed, monkeypatch)


# The folders


def replace_by_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    (path / "below").mkdir(parents=True)


def replace_by_full_folder(path: Path) -> None:
    replace_by_folder(path)
    (path / "below/thesis.tex").write_text("ten years")


def replace_by_file(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.write_text("a file of somebody")


def replace_by_link(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to(path.parent.parent / "elsewhere")


SWAPS = [
    *((name, replace_by_folder) for name in (
        "output/index.html", "output/.veille-files", "output/.veille-files.new", ".veille/lock")),
    *((name, replace_by_full_folder) for name in ("output/index.html", "output/feed.xml", "output/.veille-staging")),
    *((name, replace_by_file) for name in (
        "output", "output/posts", "output/cve", "output/.veille-staging", "output/tags/c", ".veille", "content/posts",
        "content", "content/static", "templates")),
    *((name, replace_by_link) for name in (
        "output/posts", "output/index.html", "output/.veille-staging", "output/.veille-files", "output/tags/c")),
]


@pytest.mark.parametrize(("name", "swap"), SWAPS, ids=lambda value: str(getattr(value, "__name__", value)))
def test_what_stands_where_something_else_must_be_gets_one_clear_answer(
    room: Path, name: str, swap: Callable[[Path], None]
):
    site = grown(room).site
    elsewhere = make_site(site.root / "elsewhere", {"precious.txt": "keep"}, None)
    good = site.output()
    shutil.copytree(site.root / "content", room / "content")
    swap(site.root / name)
    for _ in range(2):
        code = one_clear_answer(site)
    assert tree(elsewhere.root) == {"precious.txt": b"keep"}
    if code == 0 and "content" not in name:
        assert site.output() == good
        return
    assert code == 1
    path = site.root / name.replace("/.veille-files", "")  # without its list, the folder may be anybody's
    path.unlink() if path.is_symlink() or path.is_file() else shutil.rmtree(path)
    if name.startswith("content"):
        shutil.rmtree(site.root / "content", ignore_errors=True)
        shutil.copytree(room / "content", site.root / "content")
    assert one_clear_answer(site) == 0
    assert site.output() == good


def test_what_a_killed_build_left_goes_even_when_there_is_nothing_to_build(room: Path):
    site = grown(room).site
    good = site.output()
    site.write({"output/.veille-staging/7": "half a pa", "output/.veille-files.new": "# Files writ"})
    assert one_clear_answer(site) == 0
    assert site.output() == good


# While a build is at work


def test_notes_that_change_while_they_are_read_are_right_in_the_next_build(room: Path):
    life = grown(room, posts=20)
    site, chance = life.site, random.Random(3)
    folder = site.root / "content/posts"
    over = threading.Event()

    def author() -> None:
        """An editor without manners: files are emptied, written in halves, removed and made anew."""
        while not over.is_set():
            name = chance.choice(sorted(life.posts))
            text = life.posts[name].encode()
            match chance.randrange(3):
                case 0:
                    (folder / name).unlink(missing_ok=True)
                case 1:
                    with (folder / name).open("wb", buffering=0) as file:
                        file.write(text[: len(text) // 2])
                        file.write(text[len(text) // 2 :])
                case _:
                    (folder / name).write_bytes(text + b"\nA new last line.\n")

    writer = threading.Thread(target=author)
    writer.start()
    try:
        for _ in range(8):
            one_clear_answer(site)
    finally:
        over.set()
        writer.join()
    assert one_clear_answer(site) == 0
    assert site.output() == clean(site, room / "clean").output()


def test_builds_at_once_with_different_wishes_leave_one_of_the_two_sites(room: Path):
    life = grown(room)
    life.site.write({"content/posts/2025-03-09-draft.md": note("A draft", tags=["C++"], draft=True)})
    without, having = (clean(life.site, room / f"clean{drafts}", drafts=drafts).output() for drafts in (False, True))
    assert without != having
    failures: list[object] = []

    def work(*options: str) -> None:
        ran = life.site.process("build", "--as-of", AS_OF.isoformat(), *options)
        if ran.exit_code or ran.err:
            failures.append(ran)

    for _ in range(2):
        threads = [threading.Thread(target=work, args=options) for options in ((), ("--drafts",), ())]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert life.site.output() in (without, having)


# Clocks


def test_a_clock_that_goes_back_hides_what_is_not_yet_published_and_shows_it_again(room: Path):
    life = grown(room, posts=25)
    days = [date(2025, 3, 4), date(2025, 12, 31), date(2025, 3, 6), date(2025, 3, 5), date(2025, 3, 9)]
    for day in days:
        assert life.site.build(as_of=day).changes
        assert life.site.output() == clean(life.site, room / "clean", as_of=day).output(), day


@pytest.mark.parametrize("stamp", [0, 1_000_000_000, 4_000_000_000], ids=["1970", "2001", "2096"])
def test_time_stamps_of_another_clock_hide_no_edit(room: Path, stamp: int):
    life = grown(room)
    for turn in range(3):
        name = sorted(life.posts)[turn]
        path = life.site.root / "content/posts" / name
        data = path.read_bytes()
        os.utime(path, (stamp, stamp))
        assert life.site.build().changes
        # The same size and the same time, as a copy that keeps times leaves them.
        path.write_bytes(data.replace(b"gateway", b"gateWAY").replace(b"the", b"tHe"))
        assert len(path.read_bytes()) == len(data)
        os.utime(path, (stamp, stamp))
        assert life.site.build().changes
        assert life.site.output() == clean(life.site, room / "clean").output(), name
