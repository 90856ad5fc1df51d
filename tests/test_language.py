"""The site's own words in both languages, its dates and numbers."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest
from babel.dates import format_date

from generator import language
from generator.phrases import ENGLISH, FRENCH, Plural, Words
from generator.text import french_spaces

TEMPLATES = Path(__file__).parent.parent / "templates"
NAMES = Words.__struct_fields__


def texts(phrase: object) -> tuple[str, ...]:
    if isinstance(phrase, Plural):
        return phrase.one, phrase.other
    return phrase if isinstance(phrase, tuple) else (phrase,)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", NAMES)
def test_a_phrase_is_said_in_both_languages_with_the_same_blanks(name: str):
    french, english = texts(getattr(FRENCH, name)), texts(getattr(ENGLISH, name))
    assert len(french) == len(english)
    assert all(text.strip() for text in (*french, *english))
    assert {frozenset(blanks(text)) for text in french} == {frozenset(blanks(text)) for text in english}


@pytest.mark.parametrize(("written", "french", "english"), [
    ("9.8", "9,8", "9.8"), ("9,8", "9,8", "9.8"), ("10", "10", "10"),
])
def test_a_score_has_the_decimal_mark_of_the_site(written: str, french: str, english: str):
    assert (language.decimal(written, "fr"), language.decimal(written, "en")) == (french, english)


@pytest.mark.parametrize(("written", "shown"), [
    ("240 000 dossiers, 1 025 serveurs", "240\u202f000 dossiers, 1\u202f025 serveurs"), ("5 %", "5\u202f%"),
    ("en 2025 300 sites", "en 2025 300 sites"), ("version 12 1234", "version 12 1234"), ("a 000 b", "a 000 b"),
    ("1 234 567 !", "1\u202f234\u202f567\u202f!"),
])
def test_no_line_breaks_inside_a_french_number(written: str, shown: str):
    assert french_spaces(written) == shown


@pytest.mark.parametrize("name", NAMES)
def test_french_phrases_have_no_break_spaces_and_typographic_apostrophes(name: str):
    for text in texts(getattr(FRENCH, name)):
        assert text == french_spaces(text)
        assert not re.search(r" [:;!?»]|« |'", text)


def test_no_phrase_is_without_use_in_a_template_or_a_letter():
    files = (*TEMPLATES.rglob("*.html"), *TEMPLATES.parent.glob("generator/outputs/*.py"))
    used = "".join(path.read_text("utf-8") for path in files)
    severities = {"critical", "high", "medium", "low", "none"}
    assert [name for name in NAMES if name not in severities and not re.search(rf"\bt\.{name}\b", used)] == []


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2025, 9, 8), "lundi 8 septembre 2025", "Monday, September 8, 2025"),
        (date(2025, 8, 1), "vendredi 1er août 2025", "Friday, August 1, 2025"),
        (date(2024, 2, 29), "jeudi 29 février 2024", "Thursday, February 29, 2024"),
        (date(2026, 3, 31), "mardi 31 mars 2026", "Tuesday, March 31, 2026"),
    ],
)
def test_dates_are_written_as_readers_write_them(day: date, french: str, english: str):
    assert language.date_long(day, "fr") == french
    assert language.date_long(day, "en") == english
    assert language.date_medium(day, "fr") == french.partition(" ")[2]
    assert language.date_medium(day, "en") == english.partition(", ")[2]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_dates_are_those_of_the_unicode_consortium(lang: str):
    """CLDR's, as Babel writes them, but for the first of the month in French."""
    for number in range(0, 1200):
        day = date(1987, 1, 1) + timedelta(days=13 * number)
        for form, ours in {
            "full": language.date_long, "long": language.date_medium, "medium": language.date_short,
        }.items():
            theirs = format_date(day, form, locale=lang)
            assert ours(day, lang) == (re.sub(r"(?<!\S)1 (?=[^\W\d])", "1er ", theirs) if lang == "fr" else theirs)
        assert language.month_name(day.year, day.month, lang) == format_date(day, "MMMM y", locale=lang)


def test_a_date_with_a_time_is_the_date_as_written():
    assert language.date_long(datetime(2025, 9, 8, 23, 59), "fr") == "lundi 8 septembre 2025"


def test_months_have_names():
    assert language.month_name(2025, 8, "fr") == "août 2025"
    assert language.month_name(2025, 8, "en") == "August 2025"


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "0 note", "0 notes"), (1, "1 note", "1 note"), (2, "2 notes", "2 notes"),
        (3293, "3\u202f293 notes", "3,293 notes"),
    ],
)
def test_plurals_and_numbers_follow_the_language(count: int, french: str, english: str):
    assert language.plural(FRENCH.notes, count, "fr") == french
    assert language.plural(ENGLISH.notes, count, "en") == english


@pytest.mark.parametrize(("count", "minutes"), [(0, 1), (30, 1), (440, 2), (2200, 10)])
def test_reading_takes_at_least_a_minute(count: int, minutes: int):
    assert language.reading_minutes(count) == minutes


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Attackers exploit a flaw in the update service of a router", "en"),
        ("How one stolen token opened 700 customers", "en"),
        ("Le bulletin de la semaine sur les rançongiciels", "fr"),
        ("Mise à jour de sécurité pour les serveurs de messagerie", "fr"),
        ("CVE-2025-12345", ""),
        ("ExampleCorp Advisory 2025-09", ""),
        ("Patch Tuesday : les correctifs of September", ""),
        ("La Liga", ""),
        ("", ""),
    ],
)
def test_a_title_has_a_language_only_when_there_is_no_doubt(title: str, expected: str):
    assert language.language_of(title) == expected


def test_both_languages_have_an_open_graph_name():
    assert set(language.LOCALES) == set(language.LANGUAGES)
