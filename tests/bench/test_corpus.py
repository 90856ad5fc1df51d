"""The copies that make a large site of a small one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .corpus import Note, added, read_notes, sized

DEMO = Path(__file__).parents[2] / "content" / "posts"


@pytest.fixture(scope="module")
def notes() -> tuple[Note, ...]:
    return read_notes(DEMO)


def test_every_post_with_a_permalink_is_read_and_kept_byte_for_byte(notes: tuple[Note, ...]) -> None:
    written = [path for path in sorted(DEMO.glob("*.md")) if "\npermalink:" in path.read_text("utf-8")]
    assert [note.name for note in notes] == [path.name for path in written]
    assert [note.text.encode() for note in notes] == [path.read_bytes() for path in written]


def test_no_two_copies_share_a_name_or_a_permalink(notes: tuple[Note, ...]) -> None:
    site = sized(notes, len(notes) * 3 + 1)
    assert len(site) == len(notes) * 3 + 1
    assert len({note.name for note in site}) == len({note.permalink for note in site}) == len(site)


def test_a_copy_is_read_back_as_it_was_made(notes: tuple[Note, ...], tmp_path: Path) -> None:
    copies = sized(notes, len(notes) * 2)[len(notes):]
    for note in copies:
        (tmp_path / note.name).write_text(note.text, "utf-8")
    assert sorted(read_notes(tmp_path), key=lambda note: note.name) == sorted(copies, key=lambda note: note.name)


def test_the_cves_of_a_copy_are_older_by_as_many_years_as_turns(notes: tuple[Note, ...]) -> None:
    def cves(note: Note) -> list[tuple[int, str]]:
        return [(int(year), number) for year, number in re.findall(r"CVE-(\d{4})-(\d{4,7})", note.body)]

    site = sized(notes, len(notes) * 3)
    assert any(cves(note) for note in notes)
    for first, third in zip(notes, site[len(notes) * 2:], strict=True):
        assert cves(third) == [(year - 2, number) for year, number in cves(first)]


def test_an_added_note_is_newer_than_all_and_another_each_time(notes: tuple[Note, ...]) -> None:
    one, two = added(notes, 0), added(notes, 1)
    assert one.date > max(note.date for note in notes)
    assert one.permalink != two.permalink
