"""Pictures for link previews."""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path

import pytest

from generator import images
from generator.outputs.contexts import Preview
from tests.sites import TinySite, codes, make_site, note
from tests.test_metadata import Head

DATED = {f"content/posts/2025-09-{day:02}-n.md": note(f"Note {day}", source="https://s.example/a") for day in (7, 8, 9)}


def drawn(site: TinySite) -> list[str]:
    return sorted(path for path in site.output() if path.startswith("images/"))


def test_by_default_no_note_has_a_picture_and_previews_show_the_icon(tmp_path: Path):
    site = make_site(tmp_path, DATED)
    site.build()
    assert drawn(site) == []
    assert "/static/icon-512." in Head(site.page("/posts/2025/09/08/n/")).meta["og:image"]


def test_every_note_has_the_picture_that_its_page_names(tmp_path: Path):
    site = make_site(tmp_path, DATED, "images: all")
    site.build()
    assert len(drawn(site)) == 3
    for day in (7, 8, 9):
        head = Head(site.page(f"/posts/2025/09/{day:02}/n/"))
        image = head.meta["og:image"]
        assert image == head.things()["BlogPosting"]["image"]
        assert image.startswith("http://localhost:8000/images/")
        data = site.output()[image.removeprefix("http://localhost:8000/")]
        assert data.startswith(b"\x89PNG")
        assert struct.unpack(">II", data[16:24]) == (1200, 630)
        assert (head.meta["og:image:width"], head.meta["og:image:height"]) == ("1200", "630")
        assert head.meta["og:image:alt"] == f"Note {day}"
        assert head.meta["twitter:card"] == "summary_large_image"
    assert "/images/" not in site.page("/sitemap.xml")


def test_a_date_names_the_notes_from_that_day_on(tmp_path: Path):
    site = make_site(tmp_path, DATED, "images: 2025-09-08")
    site.build()
    assert len(drawn(site)) == 2


def test_a_picture_is_drawn_once_and_anew_when_what_it_shows_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    site = make_site(tmp_path, DATED, "images: all")
    site.build()
    before = drawn(site)
    shown: list[str] = []
    draw = images.picture
    monkeypatch.setattr(images, "picture", lambda preview: shown.append(preview.title) or draw(preview))
    site.write({"content/posts/2025-09-08-n.md": note("Note 8", "Other words.", source="https://s.example/a")})
    site.build()
    assert shown == []
    assert drawn(site) == before
    site.write({"content/posts/2025-09-08-n.md": note("Another title", source="https://s.example/a")})
    site.build()
    assert shown == ["Another title"]
    assert len(drawn(site)) == 3
    warm = site.output()
    site.build(cache=False)
    assert site.output() == warm


def test_a_preview_draws_nothing(tmp_path: Path):
    site = make_site(tmp_path, DATED, "images: all")
    site.build(preview=True)
    assert drawn(site) == []


def test_without_pillow_the_site_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(images, "available", lambda: False)
    site = make_site(tmp_path, DATED, "images: all")
    report = site.build()
    assert codes(report) == ["V011"]
    assert report.changes
    assert drawn(site) == []


@pytest.mark.parametrize("title", ["", "mot " * 300, "A" * 5000, "\u202f" * 9, "漢字 " * 40, "a\nb", "\x00"])
def test_any_title_gives_a_picture(title: str):
    data = images.picture(Preview("Site" * 90, title, "host" * 90, date(2025, 9, 8), "fr"))
    assert struct.unpack(">II", data[16:24]) == (1200, 630)
    assert len(data) < 60_000


def test_the_font_knows_the_letters_of_the_sites_languages():
    font = images._font(40, bold=True)
    unknown = bytes(font.getmask("\ue000"))
    letters = "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ«»’“”–—…€·"
    assert [letter for letter in letters if bytes(font.getmask(letter)) == unknown] == []
