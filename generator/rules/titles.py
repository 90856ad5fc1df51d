"""V205 to V209: titles, addresses and dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

from generator.diagnostics import Diagnostic
from generator.rules.draft import Draft
from generator.text import ENTITY, unescaped

_LONG = 100
_TITLE = re.compile(
    r"[\"']?title[\"']?[^\S\n]*:[^\S\n]*(?P<quote>['\"]?)(?P<text>.*?)(?P=quote)[^\S\n]*$", re.IGNORECASE,
)
_ODD = re.compile(
    "(?P<start>^\\s+)|(?P<end>\\s+$)|(?P<double>[^\\S\\u00a0\\u202f]{2,})|(?P<tab>[\\t\\v\\f])"
    "|(?P<hidden>[\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2064\\ufeff\\u00ad])"
    "|(?P<nobreak>(?<!«)(?<![\\u00a0\\u202f])[\\u00a0\\u202f]+(?![:;!?»%])(?!(?<=\\d.)\\w))"
)
_SAID = {
    "start": "a space stands before its first word", "end": "a space stands after its last word",
    "double": "two spaces stand together", "tab": "a tab stands between two words",
    "hidden": "it holds an invisible character", "nobreak": "a no-break space stands between two words",
}
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH")
_WORD = re.compile(r"[^\W\d_]{2,}")
_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_IN_URL = re.compile(r"/(\d{4})/(\d{1,2})/(\d{1,2})(?=/|$)")


def long_slug(draft: Draft) -> Iterator[Diagnostic]:
    """V205."""
    last = PurePosixPath(draft.post.url).name
    if len(last) > _LONG:
        yield draft.found(
            "V205", draft.post.url_line - 1, -1, f"the last part of the address has {len(last)} characters",
            "shorten it; once the note is published, keep the old address in redirect_from",
        )


def odd_spaces(draft: Draft) -> Iterator[Diagnostic]:
    """V206: spaces that nobody meant, in the title as it is written. French no-break spaces are meant."""
    number = draft.key_line("title")
    written = _TITLE.match(draft.lines[number])
    if written is None or written["text"][:1] in ("|", ">"):
        return
    text = written["text"]
    odd = _ODD.search(text)
    shift = odd.start() if odd else 0
    if odd is None and "&" in text:
        for entity in ENTITY.finditer(text):
            if unescaped(entity[0]) in ("\u00a0", "\u200b", "\u202f"):
                odd = _ODD.search(unescaped(text)) or odd
                shift = entity.start()
    if odd is not None:
        yield draft.found(
            "V206", number, written.start("text") + shift,
            f"odd spaces in the title: {_SAID[odd.lastgroup or 'double']}",
            "write single ordinary spaces between words, and none at the ends",
        )


def mixed_scripts(draft: Draft) -> Iterator[Diagnostic]:
    """V207: a word with letters that look alike in two alphabets, as in a name that wants to deceive."""
    title = draft.post.title
    if title.isascii():
        return
    for word in _WORD.findall(title):
        if word.isascii():
            continue
        names = {unicodedata.name(char, "").split(" ")[0] for char in word}
        if len(names.intersection(_SCRIPTS)) > 1:
            number = draft.key_line("title")
            yield draft.found(
                "V207", number, draft.lines[number].find(word), f"«{word}» mixes letters of several alphabets",
                "type the word again, in one alphabet",
            )
            return


def date_mismatch(draft: Draft) -> Iterator[Diagnostic]:
    """V209: the written date is what counts; the file's name and the permalink should say the same day."""
    day = draft.post.date.date()
    named = _day(_DATED.match(PurePosixPath(draft.post.path).name))
    if named and named != day:
        yield draft.found(
            "V209", draft.key_line("date", "published", "publishdate", "pubdate"), -1,
            f"the note is dated {day}, and its file {named}", "rename the file, or correct the date",
        )
    addressed = _day(_IN_URL.search(draft.post.url))
    if addressed and addressed != day:
        yield draft.found(
            "V209", draft.post.url_line - 1, -1, f"the note is dated {day}, and its address {addressed}",
            "correct the date, or the permalink if the note is not published yet",
        )


def _day(found: re.Match[str] | None) -> date | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
