"""What YAML's parser says, in the words of the person who wrote the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that YAML cannot read, or that nobody means."""

    line: int
    """1-based, in the file."""
    column: int
    """1-based, in characters."""
    message: str
    """With the value found; without a final stop."""
    hint: str


_Finding = tuple[int, str, str]  # column from 0, message, hint

_PAIR = re.compile(r"(\s*(?:- +)*)([\w.-]+) *:[ \t]+(?=\S)")
_ITEM = re.compile(r"(\s*)(?:- +)+(?=\S)")
_CLOSED = {"'": re.compile(r"'(?:[^']|'')*'"), '"': re.compile(r'"(?:[^"\\]|\\.)*"')}
_ESCAPE = re.compile(r'\\(?!["\\/0abtnvfreN_LP \t]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})')


def quoted(value: str, limit: int = 60) -> str:
    """A value in single quotes as the author should write it; cut in the middle when long."""
    value = value.strip().replace("'", "''")
    return f"'{value if len(value) <= limit else value[: limit - 12] + '…' + value[-10:]}'"


def explain(
    text: str, said: str, place: tuple[int, int], while_: str, since: int, first_line: int
) -> Mistake:
    """The mistake behind a parser's error: the place of the cause, which often lies before the place of the error.

    `said` and `while_` are the parser's words for the problem and for what it was doing, `place` the line and column,
    from 0, where it gave up, and `since` the line where it began what it was doing.
    """
    lines = text.split("\n")
    at, context = min(place[0], len(lines) - 1), min(since, len(lines) - 1)
    scanning = while_.startswith(("while scanning a", "while parsing a flow", "while parsing a quoted"))
    places = [context, at] if scanning else [at, context]
    for line in dict.fromkeys(places):
        for look in _LOOKS:
            if found := look(lines[line]):
                return _mistake(line + first_line, found)
    for line in range(at, -1, -1):
        if found := _quote(lines[line]):
            return _mistake(line + first_line, found)
    if found := _indented(lines, at):
        return _mistake(at + first_line, found)
    for line in dict.fromkeys([*places, *range(at, max(at - 3, -1), -1)]):
        if found := _no_space(lines[line]) or _no_key(lines[line]):
            return _mistake(line + first_line, found)
    while at and not lines[at].strip():
        at -= 1
    column = place[1] + 1 if place[0] == at else 1
    return Mistake(at + first_line, column, f"YAML cannot read this line ({said})",
                   "put a value with special characters in single quotes, and begin every key in the first column")


def _mistake(line: int, found: _Finding) -> Mistake:
    column, message, hint = found
    return Mistake(line, column + 1, message, hint)


def _value(line: str) -> tuple[str, int] | None:
    """What stands after ``key: `` or ``- ``, and where."""
    start = _PAIR.match(line) or _ITEM.match(line)
    return (line[start.end() :].rstrip(), start.end()) if start else None


def _tab(line: str) -> _Finding | None:
    column = line.find("\t")
    if column >= 0 and not line[:column].strip():
        return column, "this line begins with a tab, which YAML does not allow", "use spaces instead of the tab"
    return None


def _quote(line: str) -> _Finding | None:
    value, column = _value(line) or ("", 0)
    mark = value[:1]
    if mark not in _CLOSED or not value:
        return None
    name = "single" if mark == "'" else "double"
    closed = _CLOSED[mark].match(value)
    if mark == '"' and (escape := _ESCAPE.search(value)):
        return (column + escape.start(), f"in double quotes a backslash begins an escape, and "
                f"'{value[escape.start() : escape.start() + 2]}' is none", f"use single quotes: {quoted(value[1:-1])}")
    if not closed:
        return column, f"the {name} quote that opens here is never closed", f"end the value with {mark}"
    rest = value[closed.end() :]
    if not rest.strip() or re.match(r"\s+#", rest):
        return None
    inside = value[1:-1] if value.endswith(mark) else None
    if inside is None:
        return (column + closed.end(), f"text follows the closing {name} quote: {_clip(rest)}",
                f"put the whole value in quotes: {quoted(value)}")
    if mark == '"':
        return (column + closed.end() - 1, "a double quote inside double quotes ends the value",
                f"put single quotes around the value: {quoted(inside)}")
    other = f', or use double quotes: "{inside}"' if len(inside) <= 40 and not re.search(r'["\\]', inside) else ""
    return (column + closed.end() - 1, "an apostrophe inside single quotes ends the value",
            f"double the quote inside single quotes: {quoted(inside)}{other}")


def _start(line: str) -> _Finding | None:
    value, column = _value(line) or ("", 0)
    if not value:
        return None
    closing = {"[": "]", "{": "}"}.get(value[0])
    if closing and closing in value and not value.endswith(closing):
        return (column, f"a value that begins with '{value[0]}' must be in quotes when more text follows",
                f"write {quoted(value)}")
    if closing and closing not in value:
        return column, f"the '{value[0]}' that opens here is never closed", f"add '{closing}', or write {quoted(value)}"
    if value[0] in "@`%*&!|>,]}" or re.match(r"[-?] ", value):
        return column, f"a value cannot begin with '{value[0]}' unless it is in quotes", f"write {quoted(value)}"
    return None


def _colon(line: str) -> _Finding | None:
    value, column = _value(line) or ("", 0)
    colon = re.search(r":(?=\s|$)", value)
    if colon and value[0] not in "'\"[{":
        return (column + colon.start(), "a colon and a space inside a value look like a second key",
                f"put the value in quotes: {quoted(value)}")
    return None


def _no_space(line: str) -> _Finding | None:
    if glued := re.match(r"([A-Za-z_][\w-]*):(?=[^\s/])", line):
        return glued.end() - 1, "a space is missing after the colon", f"write {glued[1]}: {_clip(line[glued.end() :])}"
    if glued := re.match(r"(\s*)-(?=[^\s-])", line):
        return len(glued[1]), "a space is missing after the dash", f"write - {_clip(line[glued.end() :])}"
    return None


_LOOKS: tuple[Callable[[str], _Finding | None], ...] = (_tab, _quote, _start, _colon, _no_space)
"""What can be told from one line, the surest first."""


def _indented(lines: list[str], at: int) -> _Finding | None:
    """A list item or a key that does not begin where its neighbours do."""
    line = lines[at]
    indent = len(line) - len(line.lstrip())
    if line.lstrip().startswith("- "):
        return indent, "this list item does not begin in the column of the ones above", \
            "begin all '- ' of a list in the same column"
    above = next((other for other in reversed(lines[:at]) if other.strip()), "")
    outer = len(above) - len(above.lstrip())
    if indent != outer and _key(line) and _key(above):
        return indent, "this key does not begin in the column of the key above", \
            "begin keys that belong together in the same column"
    return None


def _key(line: str) -> bool:
    return re.match(r"\s*[\w.-]+ *:(\s|$)", line) is not None


def _no_key(line: str) -> _Finding | None:
    word = line.strip()
    if word and not re.search(r":(\s|$)", word) and not word.startswith(("- ", "#")):
        return (len(line) - len(line.lstrip()), f"this line has no key: {_clip(word)}",
                "write 'key: value', or move the line out of these settings")
    if word.startswith(":"):
        return len(line) - len(line.lstrip()), "a key is missing before the colon", "write 'key: value'"
    return None


def _clip(text: str, limit: int = 40) -> str:
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"
