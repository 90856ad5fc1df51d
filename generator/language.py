"""Numbers, dates and plurals in the readers' language, and the language of a title. Text in, text out."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from generator.phrases import Plural
from generator.text import fold

LANGUAGES = ("fr", "en")
LOCALES = {"fr": "fr_FR", "en": "en_US"}
"""Open Graph's names for the site's languages."""

_WORDS_A_MINUTE = 220  # silent reading of expository French and English: 195 and 228 words (Trauzettel-Klosinski 2012)


def plural(phrase: Plural, count: int, language: str) -> str:
    """The phrase for a number. French says zero in the singular, English in the plural (CLDR plural rules)."""
    single = count < 2 if language == "fr" else count == 1
    return (phrase.one if single else phrase.other).format(n=number(count, language))


def number(value: int, language: str) -> str:
    """A whole number with its thousands set apart: a narrow no-break space in French, a comma in English."""
    return f"{value:,}".replace(",", "\u202f") if language == "fr" else f"{value:,}"


def decimal(written: str, language: str) -> str:
    """A number with the decimal mark of the language, whichever it was written with: ``9,8`` in French."""
    return written.replace(".", ",") if language == "fr" else written.replace(",", ".")


@lru_cache(maxsize=20_000)
def date_long(day: date, language: str) -> str:
    """``lundi 8 septembre 2025``, ``Monday, September 8, 2025``."""
    weekday = _WEEKDAYS[language][day.weekday()]
    return f"{weekday}{' ' if language == 'fr' else ', '}{date_medium(day, language)}"


def week_range(first: date, last: date, language: str) -> str:
    """``8 au 14 septembre 2025``, ``September 8–14, 2025``: two days of which the second is the later."""
    start, end = date_medium(first, language), date_medium(last, language)
    if language == "fr":
        kept = 3 if first.year != last.year else 2 if first.month != last.month else 1
        return f"{' '.join(start.split(' ')[:kept])} au {end}"
    if first.year != last.year:
        return f"{start} – {end}"
    start = start.partition(",")[0]
    return f"{start} – {end}" if first.month != last.month else f"{start}–{end.partition(' ')[2]}"


@lru_cache(maxsize=20_000)
def date_medium(day: date, language: str) -> str:
    """``8 septembre 2025``, ``September 8, 2025``."""
    return _dated(day, _MONTHS[language][day.month - 1], language)


@lru_cache(maxsize=20_000)
def date_short(day: date, language: str) -> str:
    """``8 sept. 2025``, ``Sep 8, 2025``."""
    return _dated(day, _SHORT_MONTHS[language][day.month - 1], language)


@lru_cache(maxsize=5_000)
def month_name(year: int, month: int, language: str) -> str:
    """``septembre 2025``, ``September 2025``."""
    return f"{_MONTHS[language][month - 1]} {year}"


def _dated(day: date, month: str, language: str) -> str:
    if language == "fr":  # the first of the month is an ordinal there, which CLDR leaves out
        return f"{'1er' if day.day == 1 else day.day} {month} {day.year}"
    return f"{month} {day.day}, {day.year}"


# CLDR's names and patterns, written out: Babel takes longer to load them than a daily build takes to make its pages.
_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}
_SHORT_MONTHS = {
    "fr": (
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
    ),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
MONTH_NUMBERS = {
    spelt: number
    for names in (*_MONTHS.values(), *_SHORT_MONTHS.values()) for number, name in enumerate(names, 1)
    for word in [name.casefold().rstrip(".")] for spelt in (word, fold(word))
}
"""Names of months in both languages as people write them: lower case, long and short, with and without accents."""
_WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def clock(when: datetime) -> str:
    """The time of day as it is written in both languages here: ``08:05``."""
    return f"{when:%H:%M}"


def reading_minutes(count: int) -> int:
    """Whole minutes that a reader needs for so many words; at least one."""
    return max(1, round(count / _WORDS_A_MINUTE))


_ENGLISH_ONLY = frozenset((
    "the", "of", "and", "to", "with", "from", "how", "what", "why", "your", "you", "via", "by", "is", "are", "was",
    "were", "has", "have", "for", "after", "into", "that", "this", "their", "its", "new", "use", "uses", "using",
    "attack", "attacks", "hacker", "hackers", "critical", "flaw", "flaws", "vulnerability", "vulnerabilities",
    "target", "targets", "exploited",
))
_FRENCH_ONLY = frozenset((
    "le", "la", "les", "des", "du", "un", "une", "et", "est", "sont", "dans", "sur", "pour", "par", "avec", "au",
    "aux", "en", "qui", "que", "ce", "ces", "cette", "vos",
))
_FRENCH_SIGN = re.compile(r"[àâçèéêëîïôùûœ]|\b[ldn]['’]")


@lru_cache(maxsize=20_000)
def language_of(title: str) -> str:
    """``en`` or ``fr`` when the little words of a title leave no doubt, else an empty string.

    An empty ``lang`` attribute says «unknown» (HTML, 3.2.6.2), and unknown is better than wrong: a screen reader
    changes its voice, a browser its hyphenation. So one word of the other language is enough to stay silent.
    """
    text = title.lower()
    words = re.findall(r"\w+", text)
    english = not _ENGLISH_ONLY.isdisjoint(words)
    french = sum(word in _FRENCH_ONLY for word in words) + len(_FRENCH_SIGN.findall(text))
    if english and not french:
        return "en"
    return "fr" if french > 1 and not english else ""
