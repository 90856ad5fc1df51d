"""A process that builds again and again: as fast as memory can make it, and never another outcome."""

from __future__ import annotations

import gc
import os
import random
import shutil
from multiprocessing import active_children
from pathlib import Path

import pytest

from generator import load
from generator.build import build, settle
from generator.disk import codes, sync
from generator.load import Options, gather
from generator.memory import Memory
from tests.sites import AS_OF, TinySite, make_site, note, told

FILES = {
    f"content/posts/2025-09-{day:02}-note.md": note(
        f"Note {day} on the Zephyr gateway", f"CVE-2025-{1000 + day // 3} (CVSS 9.8) is exploited.",
        tags=["x", f"t{day % 3}"], source=f"https://s{day % 2}.example/{day}",
    )
    for day in range(1, 13)
}
OPTIONS = Options(as_of=AS_OF, jobs=1)


def test_builds_that_remember_make_what_a_clean_build_makes(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    chance = random.Random(7)
    files = dict(FILES)
    compared = 0
    for turn in range(25):
        name = chance.choice(sorted(files))
        match chance.randrange(6):
            case 0 if len(files) > 3:
                del files[name]
                site.remove(name)
            case 1:
                files[name] = "---\ntitle: 'Don't'\n---\n"
            case 2:
                files[f"content/posts/2025-10-{turn + 1:02}-new.md"] = note(f"New {turn}", tags=["t1"])
            case 3:
                site.write({"config.yaml": f"site:\n  title: Title {turn}\n"})
            case _:
                files[name] = note(f"Turn {turn}", tags=[f"t{turn % 4}"])
        site.write(files)
        report = build(site.root, OPTIONS, memory=memory)
        clean = make_site(tmp_path / f"clean{turn}", {**files, "config.yaml": (site.root / "config.yaml").read_bytes()})
        expected = build(clean.root, OPTIONS)
        assert told(report) == told(expected)
        if expected.changes:
            assert site.output() == clean.output()
            compared += 1
        for broken in [name for name, text in files.items() if "Don't" in text and chance.random() < 0.5]:
            files[broken] = FILES.get(broken, note("Mended"))
    assert compared > 8


def test_a_file_that_has_settled_is_read_once(site: TinySite, monkeypatch):
    path = site.root / "content/posts/2025-09-08-note.md"
    os.utime(path, (1_700_000_000, 1_700_000_000))
    monkeypatch.setattr("generator.disk.read._SETTLED", -(10**12))
    memory = Memory()
    gather(site.root, OPTIONS, memory)
    first = memory.files["content/posts/2025-09-08-note.md"][1]
    assert gather(site.root, OPTIONS, memory)[0].posts[0][0] is first
    path.write_text(note("Another"))
    assert b"Another" in gather(site.root, OPTIONS, memory)[0].posts[0][0].data


def test_a_file_that_was_saved_just_now_is_read_again(site: TinySite):
    memory = Memory()
    gather(site.root, OPTIONS, memory)
    assert memory.files == {}


def test_a_file_that_has_settled_since_is_read_once_more(tmp_path: Path, monkeypatch):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    assert memory.files == {}
    monkeypatch.setattr("generator.disk.read._SETTLED", -(10**12))
    build(site.root, OPTIONS, memory=memory, saved=["templates/static/veille.css"])
    first = {path: source for path, (_, source) in memory.files.items()}
    assert first.keys() == FILES.keys()
    saved = "content/posts/2025-09-08-note.md"
    site.write({saved: note("Another")})
    build(site.root, OPTIONS, memory=memory, saved=[saved])
    assert [path for path, (_, source) in memory.files.items() if source is not first[path]] == [saved]
    assert b"Another" in memory.files[saved][1].data


def test_a_file_that_is_no_post_has_no_other_looked_at(tmp_path: Path, monkeypatch):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    looked: list[str] = []
    monkeypatch.setattr(load, "read_posts", lambda root, folder, *known: (looked.append(folder) or ((), (), {})))
    site.write({"templates/static/veille.css": b"main {}"})
    report = build(site.root, OPTIONS, memory=memory, saved=["templates/static/veille.css"])
    assert (looked, report.posts) == (["content/pages"], len(FILES))


def test_posts_that_went_with_their_folder_are_gone(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    shutil.rmtree(site.root / "content")
    assert build(site.root, OPTIONS, memory=memory, saved=["content"]).posts == 0


def test_a_removed_post_is_forgotten(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    site.remove(*sorted(FILES)[1:])
    build(site.root, OPTIONS, memory=memory)
    assert len(memory.parsed) == len(memory.keys) == 1


def test_what_is_remembered_reaches_the_disk_in_the_end(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(load, "_WORTH_SAVING", 3)
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    for turn in range(3):
        site.write({"content/posts/2025-09-01-note.md": note(f"Turn {turn}")})
        build(site.root, OPTIONS, memory=memory)
    assert build(site.root, Options(as_of=AS_OF, jobs=1, output=site.root / "other")).costs == ()


def test_an_output_folder_that_was_removed_is_made_again(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    before = site.output()
    shutil.rmtree(site.root / "output")
    build(site.root, OPTIONS, memory=memory)
    assert site.output() == before


def test_after_a_disk_that_refused_amid_the_writing_nothing_that_lies_there_is_trusted(tmp_path: Path, monkeypatch):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    before = site.output()
    site.write({"content/posts/2025-09-01-note.md": note("Another title")})
    placed = []

    def place(*args, place=sync._place):
        if len(placed) == 3:
            raise OSError(28, "No space left on device")
        placed.append(place(*args))
        return placed[-1]

    with monkeypatch.context() as broken:
        broken.setattr(sync, "_place", place)
        with pytest.raises(OSError, match="No space"):
            build(site.root, OPTIONS, memory=memory)
    assert site.output() != before
    site.write({"content/posts/2025-09-01-note.md": FILES["content/posts/2025-09-01-note.md"]})
    build(site.root, OPTIONS, memory=memory)
    assert site.output() == before


def test_a_first_build_that_fails_while_templates_are_compiled_leaves_no_process_that_holds_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    site = make_site(tmp_path / "site", FILES)
    monkeypatch.setattr(codes, "place", lambda: tmp_path / "templates.cache")  # where nothing is kept yet
    memory = Memory()
    options = Options(as_of=AS_OF, jobs=2)

    def refuses(*asked: object) -> None:
        raise ChildProcessError("a helper was killed")

    with monkeypatch.context() as broken:
        broken.setattr("generator.build.parse", refuses)
        with pytest.raises(ChildProcessError):
            build(site.root, options, memory=memory)
    gc.collect()
    assert not active_children()
    report = build(site.root, options, memory=memory)
    assert report.changes is not None


def test_what_a_process_kept_back_lets_the_next_one_begin_where_it_ended(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    site.write({"content/posts/2025-09-01-note.md": note("Another title")})
    assert build(site.root, OPTIONS, memory=memory).changes.made
    settle(site.root, memory)
    assert not memory.owing
    assert build(site.root, OPTIONS).changes.made == 0


def test_only_a_look_at_everything_finds_what_nobody_told_of(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    told_of, untold = sorted(FILES)[:2]
    site.write({told_of: note("Told of"), untold: note("Not told of"), "content/posts/2025-09-30-new.md": note("New")})
    site.remove(sorted(FILES)[2])

    def titles() -> str:
        return site.output()["archives/2025/09/index.html"].decode()

    build(site.root, OPTIONS, memory=memory, saved=(told_of, "content/posts/2025-09-30-new.md"))
    assert "Told of" in titles()
    assert "New" in titles()
    build(site.root, OPTIONS, memory=memory)
    assert "Not told of" in titles()
    assert "Note 3 " not in titles()


@pytest.mark.parametrize("gone", [sorted(FILES)[1], "content/static/x.png", "content/posts/.hidden.md"])
def test_a_saved_file_that_is_no_post_has_all_looked_at(tmp_path: Path, gone: str):
    site = make_site(tmp_path / "site", FILES)
    memory = Memory()
    build(site.root, OPTIONS, memory=memory)
    (site.root / gone).unlink(missing_ok=True)
    site.remove("content/posts/2025-09-05-note.md")
    build(site.root, OPTIONS, memory=memory, saved=(gone,))
    assert not any("Note 5 " in page.decode("utf-8", "replace") for page in site.output().values())
    assert build(site.root, Options(as_of=AS_OF, jobs=1, cache=False)).posts == len(memory.keys)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_few_new_posts_are_parsed_while_the_memo_is_read(tmp_path: Path, jobs: int):
    options = Options(as_of=AS_OF, jobs=jobs)
    site = make_site(tmp_path / "site", FILES)
    build(site.root, options)
    first = sorted(FILES)[0]
    site.write({"content/posts/2025-09-20-new.md": note("New"), first: FILES[first] + "\nMore.\n"})
    report = build(site.root, options)
    assert sorted(path for path, _ in report.costs) == [first, "content/posts/2025-09-20-new.md"]
    site.write({first: FILES[first]})
    assert build(site.root, options).costs == ()
    clean = make_site(tmp_path / "clean", {**FILES, "content/posts/2025-09-20-new.md": note("New")})
    build(clean.root, OPTIONS)
    assert site.output() == clean.output()
