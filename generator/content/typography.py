"""Quotes, entities and escapes as kramdown sets them: a text and a place go in, what is shown and its end come out.

The rules for quotes are RubyPants' in kramdown's order. They look at the source around a quote, marks included.
"""

from __future__ import annotations

import re
from html.entities import html5

SPACES = frozenset(" \t\r\n\f\v")
ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));")

_ESCAPABLE = frozenset("\\.*_+`<>()[]{}#!:|\"'$=-~")
_PUNCTUATION = frozenset("!\"#$%'()*+,-./:;<=>?@[\\]^_`{|}~")
_OPENS = frozenset(" \\\t\r\n[{(-")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")  # Ruby's \w: ASCII
_CURLED = {'"': ("“", "”"), "'": ("‘", "’")}


def quote(text: str, at: int, *, marked: bool) -> tuple[str, int]:
    """The curled form of the quote at `at`; `marked` says that a mark stands before it, not a character."""
    opening, closing = _CURLED[text[at]]
    if not marked:
        before = text[at - 1]
        if before not in _OPENS and before not in SPACES:
            return closing, at + 1
        if before in SPACES and _decade(text, at):
            return closing, at + 1
        return _opened(text, at, opening)
    following = text[at + 1 : at + 2]
    if following in ("*", "_"):
        marks = 2 if text[at + 2 : at + 3] in ("*", "_") else 1
        first = text[at + 1 + marks : at + 2 + marks]
        if first and first not in SPACES:
            return opening, at + 1
    if following in _PUNCTUATION and text[at + 2 : at + 4] != "..":
        beyond = text[at + 2 : at + 3]
        if (beyond.isalnum() or beyond == "_") == (following == "_"):  # no boundary of a word between them
            return closing, at + 1
    if not following or following in SPACES or _decade(text, at):
        return closing, at + 1
    if following == "s" and not (text[at + 2 : at + 3].isalnum() or text[at + 2 : at + 3] == "_"):
        return closing, at + 1
    return _opened(text, at, opening)


def _opened(text: str, at: int, opening: str) -> tuple[str, int]:
    """An opening quote, or two of different kinds before a word."""
    other = text[at + 1 : at + 2]
    if other in _CURLED and other != text[at] and text[at + 2 : at + 3] in _WORD:
        return opening + _CURLED[other][0], at + 2
    return opening, at + 1


def _decade(text: str, at: int) -> bool:
    """``'80s``."""
    return text[at] == "'" and text[at + 1 : at + 3].isdigit() and text[at + 3 : at + 4] == "s"


def entity(text: str, at: int) -> tuple[str | None, int]:
    """The character that a reference such as ``&eacute;`` or ``&#233;`` stands for; None when it is no reference."""
    match = ENTITY.match(text, at)
    return (None, at + 1) if match is None else (_character(match), match.end())


def decoded(text: str) -> str:
    """The text with its character references replaced; unknown ones stay as they are."""
    return ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return html5.get(name + ";", match[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in (9, 10, 13):
        return " "
    if code < 32 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF or code & 0xFFFE == 0xFFFE:
        return "\ufffd"
    return chr(code)


def escaped(text: str, at: int) -> tuple[str | None, int]:
    """The character behind the backslash at `at`, a line feed for a hard line break, or None for a plain backslash."""
    char = text[at + 1 : at + 2]
    if char == "\n":
        return char, at + 1
    if char == "\\" and text[at + 2 : at + 3] == "\n":
        return "\n", at + 2
    return (char, at + 2) if char in _ESCAPABLE else (None, at + 1)
