"""Front matter: what authors write, what YAML would make of it in silence, and what they are told instead."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import yamlnodes
from generator.config import SiteSettings
from generator.content.dates import DateError, parse
from generator.content.frontmatter import Document, read
from generator.diagnostics import RULES, Severity, render
from generator.model import Source
from generator.yamlnodes import LIMIT
from tests.cases import Case, agree, cases

SITE = SiteSettings(timezone="Europe/Paris")


def answer(case: Case) -> str:
    """The document as a person reads it: what differs from an empty header, then the messages."""
    document = read(Source(case.path or "note.md", case.data), SITE)
    lines = []
    for name in document.header.__struct_fields__ if document.header else ():
        value = getattr(document.header, name)
        if value and name != "lines":
            lines.append(f"{name} = {value.isoformat() if isinstance(value, datetime) else value}")
    if document.body:
        lines.append(f"body from line {document.body_line} = {document.body!r}")
    return "\n".join([*lines, *map(render, document.problems)])


@pytest.mark.parametrize("case", cases("frontmatter"), ids=str)
def test_a_header_means_what_its_author_meant(case, update_golden):
    agree(case, answer(case), update_golden)


def note(header: str, path: str = "note.md") -> Document:
    return read(Source(path, f"---\n{header}\n---\nText.\n".encode()), SITE)


def test_every_key_has_its_line():
    header = note("title: t\n\ndate: 2026-08-22\nlast-modified-at: 2026-08-23\nFoo: bar").header
    assert header.lines == (("title", 2), ("date", 4), ("last_modified_at", 5), ("foo", 6))


@pytest.mark.parametrize(("name", "header"), [
    ("a title of ten megabytes", "title: " + "x" * 10_000_000),
    ("brackets without end", "title: " + "[" * 60_000),
    ("braces without end", "title: " + "{a: " * 15_000),
    ("dashes without end", "- " * 30_000),
    ("ten thousand aliases", "a: &a x\nb: [" + "*a, " * 10_000 + "]"),
    ("a long title", "title: " + "word " * 1_000 + "\ndate: 2026-08-22"),
])
def test_a_header_that_would_cost_time_is_an_error_at_once(name, header):
    start = time.process_time()
    document = note(header)
    assert document.header is None
    assert any(found.severity is Severity.ERROR and found.line and found.hint for found in document.problems)
    assert len(document.problems) < 50
    assert time.process_time() - start < 3


def test_a_header_near_the_limit_is_read():
    assert note("title: t\ndate: 2026-08-22\nnotes: '" + "x" * (LIMIT - 100) + "'").header


def check(document: Document) -> None:
    """What holds for every document, whatever the bytes."""
    assert (document.header is None) == any(found.severity is Severity.ERROR for found in document.problems)
    assert document.problems == tuple(sorted(document.problems))
    assert document.body_line >= 1
    assert "\r" not in document.body
    for found in document.problems:
        assert found.code in RULES
        assert found.line >= 1
        assert found.message
        assert found.hint
        assert not found.column or found.column <= len(found.excerpt) + 1
        assert render(found)
    if document.header:
        assert document.header.title.strip()
        assert document.header.date.utcoffset() is not None
        assert not document.header.updated or document.header.updated >= document.header.date
        repr(document.header).encode()


@given(st.binary())
def test_reading_raises_on_no_bytes(data):
    check(read(Source("note.md", data), SITE))
    check(read(Source("note.md", b"---\n" + data + b"\n---\nText."), SITE))


YAML_LIKE = st.lists(st.sampled_from([
    "title", "date", "tags", "draft", "cve", "author", "published", "x", ":", ": ", " ", "\n", "- ", "'", '"', "[", "]",
    "{", "}", ",", "&", "*a", "!", "|", ">", "#", "%", "@", "`", "\t", "~", "\\", "\\x07", "2026-08-22", "2026-02-30",
    "true", "no", "é", "\u00a0", "\x07", "\u2028", "\r", "---", "...", "&amp;", "CVE-2026-1234", "𝒳",
]), max_size=25).map("".join)


@given(YAML_LIKE)
def test_reading_raises_on_no_header(text):
    check(note(text))
    check(note(f"title: t\ndate: 2026-08-22\n{text}"))
    check(read(Source("2026-08-22-note.md", text.encode()), SITE))


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co")), min_size=1, max_size=80))
def test_any_title_in_single_quotes_is_kept_as_written(title):
    document = note(f"title: '{title.replace(chr(39), chr(39) * 2)}'\ndate: 2026-08-22")
    if "&" not in title and "\ufeff" not in title:
        assert document.header.title == title


@given(st.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31, 23, 59)), st.sampled_from(["-", "/"]), st.booleans())
def test_the_written_civil_date_is_kept_in_every_zone(moment, mark, padded):
    day = f"{moment:%Y{mark}%m{mark}%d}" if padded else f"{moment.year}{mark}{moment.month}{mark}{moment.day}"
    for zone in ("", "Z", " +1100", "-11:00"):
        when, has_time = parse(f"{day} {moment:%H:%M}{zone}", ZoneInfo("Pacific/Noumea"))
        assert when.date() == moment.date()
        assert has_time
        assert datetime.fromisoformat(when.isoformat()) == when


@given(st.text("0123456789-/:TZ+ .", max_size=30))
def test_a_text_is_a_date_or_says_why_not(text):
    try:
        when, _ = parse(text, ZoneInfo("Europe/Paris"))
        said = str(when.year)
    except DateError as error:
        said = f"{error.reason}: {error.hint}"
    assert said.startswith("is not a date") or 1900 <= int(said) < 3000


LINES = st.lists(st.tuples(
    st.sampled_from(("title:", "date:", "a-b:", "Tags:", "-", "  -", " - x:", "é:", "1:", "#", "", "? ", "title :")),
    st.sampled_from((" ", "", "  ", "\t", "\xa0")),
    st.sampled_from((
        "x", "é à", "'it''s'", "'a", '"b"', '"b\\n"', "2026-02-28 08:30:00 +0200", "/a/b/", "a: b", "a:", "a #b", "a#b",
        "https://x.example/#y", "[a, b]", "{a: b}", "&a", "*a", "!t x", "|", ">", "~", "null", "%", "a  ", "'a' # b",
        "- a", "a\t", "\ufeff", "😀 a", "", "a\n  b", "@a", "'a'b", "`",
    )),
).map("".join), max_size=6).map("\n".join)


@given(LINES, st.sampled_from(("", "\n")))
@settings(max_examples=1000)
def test_a_plain_header_is_to_the_short_reader_what_it_is_to_yaml(lines, end):
    with pytest.MonkeyPatch.context() as patch:
        short = yamlnodes.parse(lines + end, 2)
        patch.setattr(yamlnodes, "_flat", lambda text, first_line: None)
        assert short == yamlnodes.parse(lines + end, 2)


def test_a_usual_header_needs_no_yaml(monkeypatch):
    monkeypatch.delattr(yamlnodes, "_Reader")
    root, mistakes = yamlnodes.parse("title: 'Don''t'\ndate: 2026-02-28 08:30\ntags:\n- a\n- \"b c\"\nsource: https://x/#y\n")
    assert isinstance(root, yamlnodes.Mapping)
    assert not mistakes
    assert [key.text for key, _ in root.pairs] == ["title", "date", "tags", "source"]
