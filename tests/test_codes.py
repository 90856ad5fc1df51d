"""Templates that were compiled before: used for the very same text, kept beside the program, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import cache
from generator.config import Config
from generator.disk import codes
from generator.outputs import pages
from generator.outputs.contexts import Missing
from generator.outputs.templates import Press, compile_all
from generator.parallel import forks
from tests.sites import AS_OF, make_site, note

TEMPLATES = {"pages/404.html": "{% include 'part.html' %}", "part.html": "<p>{{ page.url }}</p>\n"}
SETTINGS = {name: getattr(Config(), name) for name in pages.SETTINGS}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where compiled templates are kept in this test."""
    found = tmp_path / "kept" / "templates.cache"
    found.parent.mkdir()
    monkeypatch.setattr(codes, "place", lambda: found)
    return found


def page(press: Press) -> bytes:
    return press.page("pages/404.html", Missing("/404.html"), "/404.html")


def test_what_was_compiled_is_compiled_once():
    first = Press(TEMPLATES, {}, SETTINGS)
    assert page(first) == b"<p>/404.html</p>\n"
    assert sorted(first.compiled) == sorted(TEMPLATES)
    second = Press(TEMPLATES, {}, SETTINGS, first.compiled)
    assert page(second) == b"<p>/404.html</p>\n"
    assert second.compiled == {}


def test_a_template_of_another_text_is_compiled_again():
    first = Press(TEMPLATES, {}, SETTINGS)
    page(first)
    second = Press(TEMPLATES | {"part.html": "<b>{{ page.url }}</b>\n"}, {}, SETTINGS, first.compiled)
    assert page(second) == b"<b>/404.html</b>\n"
    assert list(second.compiled) == ["part.html"]


def test_all_templates_are_compiled_ahead_but_those_that_are_ready_or_have_a_fault():
    broken = TEMPLATES | {"broken.html": "{% if %}", "late.html": "{{ page.nothing }}"}
    ahead = compile_all(broken, {})
    assert sorted(ahead) == ["late.html", *sorted(TEMPLATES)]
    assert compile_all(broken, ahead) == {}
    press = Press(broken, {}, SETTINGS, ahead)
    assert page(press) == b"<p>/404.html</p>\n"
    assert press.compiled == {}


@pytest.mark.skipif(not forks(2), reason="here templates are compiled when a page needs them")
def test_a_build_on_a_new_machine_keeps_every_template_of_veille_and_none_of_the_site(tmp_path: Path, place: Path):
    own = {f"templates/pages/own{number}.html": b"<p>{{ page.url }}</p>\n" for number in range(9)}
    site = make_site(tmp_path / "site", own | {"content/posts/2025-09-08-x.md": note("One")})
    site.build(as_of=AS_OF, jobs=2)
    kept = codes.load(cache.code_version())
    assert {"pages/moved.html", "pages/page.html"} <= kept.keys(), "which no page of this site is made with"
    assert not any("own" in name for name in kept)
    written = place.read_bytes()
    site.write({"content/posts/2025-09-09-y.md": note("Two")})
    site.build(as_of=AS_OF, jobs=2)
    assert place.read_bytes() == written


def test_the_templates_of_veille_are_kept_and_those_of_a_site_are_not(tmp_path: Path, place: Path):
    site = make_site(tmp_path / "site", {
        "content/posts/2025-09-08-x.md": note("One"),
        "templates/partials/footer.html": b"<footer>Mine</footer>\n",
    })
    site.build(as_of=AS_OF)
    kept = codes.load(cache.code_version())
    assert "pages/post.html" in kept
    assert "partials/footer.html" not in kept
    before = site.output()
    site.write({"templates/partials/footer.html": b"<footer>Other</footer>\n"})
    site.build(as_of=AS_OF)
    assert b"Other" in site.output()["index.html"]
    assert site.output()["index.html"] == before["index.html"].replace(b"Mine", b"Other")
    assert b"Mine" not in place.read_bytes()


def test_a_site_cannot_bring_compiled_templates_along(tmp_path: Path, place: Path):
    site = make_site(tmp_path / "site", {"content/posts/2025-09-08-x.md": note("One")})
    site.build(as_of=AS_OF)
    assert not [path for path in site.root.rglob("*") if "templates" in path.name and path.suffix == ".cache"]


@pytest.mark.parametrize("damage", [
    lambda data: b"", lambda data: data[:-1], lambda data: data[: len(data) // 2], lambda data: data + b"\0",
    lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], lambda data: b"\0" * len(data), lambda data: data[:60],
])
def test_what_is_damaged_is_as_nothing(place: Path, damage):
    codes.save("one", {}, {"base.html": (str(codes._packaged("base.html")), b"code")})
    assert codes.load("one")
    assert codes.load("another") == {}
    place.write_bytes(damage(place.read_bytes()))
    assert codes.load("one") == {}


def test_a_template_of_veille_that_was_edited_takes_its_own_place(place: Path):
    edited = {"base.html": (str(codes._packaged("base.html")), b"code")}
    codes.save("one", {"base.html": ("{# before #}", b"old"), "macros.html": ("{# same #}", b"same")}, edited)
    assert codes.load("one") == {"macros.html": ("{# same #}", b"same"), **edited}


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(codes, "place", lambda: tmp_path / "nowhere" / "templates.cache")
    codes.save("one", {}, {"base.html": (str(codes._packaged("base.html")), b"code")})
    assert codes.load("one") == {}
    assert list(tmp_path.iterdir()) == []
