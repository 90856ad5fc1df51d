"""The memo of parsed posts: the same posts come back, whatever happened to its file, and it never outgrows the site."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from generator import cache, memo
from generator.config import Config
from generator.content.parsed import Parsed
from generator.content.post import parse_post
from generator.diagnostics import Severity
from generator.load import Options, gather
from generator.model import Source
from tests.sites import AS_OF, TinySite, make_site, note


def parsed(key: str, text: str = "") -> Parsed:
    body = "**Points clés :**\n* CVE-2025-1234 (CVSS 9,8)\n\n## Ça\n\n[x](#ça)"
    text = text or note(f"Note {key}", body, tags=["a"])
    return parse_post(Source(f"content/posts/2025-09-08-{key}.md", text.encode()), Config(), key)


def records(*keys: str) -> dict[str, bytes]:
    return {key: memo.encode(key, parsed(key)) for key in keys}


def saved(path: Path, *keys: str) -> memo.Memo:
    memo.save(path, memo.Memo(), (), records(*keys))
    return memo.load(path)


ZONES = [UTC, *map(timezone, (timedelta(hours=11), -timedelta(hours=3, minutes=30), timedelta(seconds=561)))]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("updated", [True, False])
def test_a_post_comes_back_as_it_was(zone: timezone, updated: bool):
    one = parsed("a")
    date = datetime(1890, 1, 2, 23, 30, 1, 5, zone)
    post = msgspec.structs.replace(one.post, date=date, updated=date + timedelta(9) if updated else None)
    back = memo.decode(memo.encode("a", Parsed(post, one.problems)))
    assert back == Parsed(post, one.problems)
    assert back.post.date.isoformat() == date.isoformat()


def test_of_a_forged_post_the_sections_are_refused_with_a_remedy():
    for forged in (msgspec.msgpack.encode(5), msgspec.msgpack.encode([[1]]), b"\xa1\xff"):
        with pytest.raises(OSError, match="delete that folder"):
            _ = msgspec.structs.replace(parsed("a").post, stored=msgspec.Raw(forged)).sections


def test_a_file_without_a_post_comes_back_with_its_problems():
    one = parsed("a", "---\ntitle: 'Don't'\n---\n")
    assert one.problems[0].severity is Severity.ERROR
    assert memo.decode(memo.encode("a", one)) == one


def test_a_new_post_is_added_and_nothing_else_is_written(tmp_path: Path):
    path = tmp_path / "posts.cache"
    first = saved(path, "a", "b", "c", "d")
    before = path.read_bytes()
    memo.save(path, first, "abcd", records("e"))
    assert path.read_bytes().startswith(before)
    assert memo.load(path).posts == {key: parsed(key) for key in "abcde"}


def test_nothing_new_writes_nothing(tmp_path: Path):
    path = tmp_path / "posts.cache"
    known = saved(path, "a", "b", "c", "d")
    path.chmod(0o400)
    memo.save(path, known, "abc", {})
    assert memo.load(path) == known


def test_what_a_killed_build_left_is_cut_off(tmp_path: Path):
    path = tmp_path / "posts.cache"
    first = saved(path, "a", "b")
    whole = path.read_bytes()
    memo.save(path, first, "ab", records("c"))
    longer = path.read_bytes()
    for size in range(len(whole), len(longer)):
        path.write_bytes(longer[:size])
        known = memo.load(path)
        assert known == first
    memo.save(path, known, "ab", records("d"))
    assert set(memo.load(path).posts) == {"a", "b", "d"}


def test_no_damage_brings_a_wrong_post(tmp_path: Path):
    path = tmp_path / "posts.cache"
    known = saved(path, "a", "b")
    memo.save(path, known, "ab", records("c"))
    good, chance = path.read_bytes(), random.Random(3)
    right = {key: parsed(key) for key in "abc"}
    for _ in range(300):
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        assert memo.load(path).posts.items() <= right.items()
    for junk in (b"", b"veille cache 1\nxxxx", good[:15] + b"\xff" * 99, b"\0" * 999):
        path.write_bytes(junk)
        assert memo.load(path) == memo.Memo()


def test_it_never_outgrows_the_site(tmp_path: Path):
    path = tmp_path / "posts.cache"
    known = saved(path, *(f"k{number}" for number in range(20)))
    small = path.stat().st_size
    keys = set(known.posts)
    for turn in range(200):
        known = memo.load(path)
        keys.remove(min(keys))
        memo.save(path, known, keys, records(f"n{turn}"))
        keys.add(f"n{turn}")
        assert path.stat().st_size < 1.5 * small
        assert keys <= set(memo.load(path).posts)


def test_a_build_after_one_edit_parses_one_note(tmp_path: Path):
    notes = {f"content/posts/2025-09-{day:02}-x.md": note(f"N{day}") for day in range(1, 9)}
    site = make_site(tmp_path / "site", notes)
    assert len(site.build(as_of=AS_OF).costs) == 8
    site.write({"content/posts/2025-09-03-x.md": note("Another")})
    assert [path for path, _ in site.build(as_of=AS_OF).costs] == ["content/posts/2025-09-03-x.md"]
    site.write({"content/posts/2025-09-03-x.md": note("N3")})
    assert site.build(as_of=AS_OF).costs == ()


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> TinySite:
    """A site that was built once, with files that have settled."""
    monkeypatch.setattr("generator.disk.read._SETTLED", -(10**12))
    notes = {f"content/posts/2025-09-{day:02}-x.md": note(f"N{day}") for day in range(1, 9)}
    site = make_site(tmp_path / "site", notes)
    site.build(as_of=AS_OF)
    return site


def read(site: TinySite) -> list[str]:
    """The days of the notes that the next build reads."""
    gathered = gather(site.root, Options(as_of=AS_OF), seen=cache.load_seen(site.root))[0]
    assert gathered
    return [source.path[22:24] for source, _ in gathered.posts]


def test_a_note_that_is_as_it_was_is_not_read(settled: TinySite):
    assert read(settled) == []
    report = settled.build(as_of=AS_OF)
    assert (report.changes.made, report.posts) == (0, 8)
    settled.write({"content/posts/2025-09-03-x.md": note("Other")})
    assert read(settled) == ["03"]
    assert settled.build(as_of=AS_OF).posts == 8
    assert "Other" in settled.output()["index.html"].decode()


def test_after_a_note_was_written_there_is_nothing_to_do(settled: TinySite):
    settled.write({"content/posts/2025-09-03-x.md": note("Other")})
    settled.build(as_of=AS_OF)
    for _ in range(2):  # the note is among those that were read, and among those that were not
        assert [stage for stage, _ in settled.build(as_of=AS_OF).stages] == ["read", "compare"]


def test_a_note_of_the_same_size_and_time_is_read(settled: TinySite):
    path = settled.root / "content/posts/2025-09-03-x.md"
    before = path.stat()
    path.write_text(path.read_text().replace("N3", "M3"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read(settled) == ["03"]


def test_a_fresh_checkout_reads_every_note_and_writes_none(settled: TinySite):
    for path in (settled.root / "content/posts").iterdir():
        text = path.read_bytes()
        path.unlink()
        path.write_bytes(text)
    assert len(read(settled)) == 8
    report = settled.build(as_of=AS_OF)
    assert (report.changes.made, report.costs) == (0, ())


@pytest.mark.parametrize("lost", ["posts.cache", "sources.cache", "output-*.cache", "*.cache"])
def test_any_part_of_what_is_remembered_may_be_lost(settled: TinySite, lost: str):
    before = settled.output()
    for path in (settled.root / ".veille").glob(lost):
        path.unlink()
    settled.write({"content/posts/2025-09-03-x.md": note("Other")})
    settled.build(as_of=AS_OF)
    settled.write({"content/posts/2025-09-03-x.md": note("N3")})
    settled.build(as_of=AS_OF)
    assert settled.output() == before


def test_other_settings_read_every_note(settled: TinySite):
    settled.write({"config.yaml": "site: {language: en}"})
    assert len(read(settled)) == 8
    settled.write({"config.yaml": "check: {quarantine: [V101]}"})
    assert len(read(settled)) == 8
