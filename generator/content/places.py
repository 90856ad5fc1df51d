"""The lines of a body that could be labels, and the source tail: lines → places. Knows nothing of sections' names."""

from __future__ import annotations

import enum
import re

from msgspec import Struct


class Form(enum.Enum):
    """How a possible label is written."""

    HEADING = "heading"
    """ATX, setext or HTML."""
    BOLD = "bold"
    """A whole line in bold."""
    LEAD = "lead"
    """Bold words and a colon, then text on the same line."""
    PLAIN = "plain"
    """A short line that ends in a colon."""
    ITEM = "item"
    """An item of a list without indentation; `Place.text` is empty unless it begins with bold words and a colon."""


WHOLE_LINE = (Form.HEADING, Form.BOLD)


class Place(Struct, frozen=True, gc=False):
    """A line that could be a label."""

    row: int
    """0-based line."""
    after: int
    """0-based line that follows the label (two further for a setext heading)."""
    form: Form
    rank: int
    """1 to 6 as headings, 7 bold line, 8 bold words or plain line, 9 item: a higher number is subordinate."""
    text: str
    """Markdown between the marks, final colon included where it stood inside them."""
    rest: str = ""
    """What follows the label on its line."""
    alone: bool = True
    """No line of a paragraph stands directly above it."""
    indent: int = 0
    """Of an item with a text: the column of its content."""
    group: int = 0
    """Of an item: the number of its list."""


class Origin(Struct, frozen=True, gc=False):
    """The source link at the end of a body."""

    url: str = ""
    label: str = ""
    index: int = -1
    """0-based line; -1 without one."""


_ATTRIBUTES = r"(?:[ \t]*\{:?[^{}\n]*\})?"
_BOLD = r"(?P<b>\*\*\*|\*\*|__)(?=\S)(?P<t>(?:[^*_]++|\*(?!\*)|_(?!_))++)(?<=\S)(?P=b)"
_HTML_BOLD = r"<(?P<b>strong|b)>(?P<t>(?:(?!</?(?:strong|b)>).)+)</(?P=b)>"
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|(?=[^\s#\d!&]))(.*)$")
_ATX_END = re.compile(r"(?:[ \t]+#+)?" + _ATTRIBUTES + r"[ \t]*$")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.*?)</h\1>\s*$", re.IGNORECASE)
_HTML_LINE = re.compile(rf"(?:<p>)?{_HTML_BOLD}\s*(?P<c>:?)(?:</p>|<br ?/?>)?\s*$", re.IGNORECASE)
_HTML_LEAD = re.compile(rf"{_HTML_BOLD}\s*(?P<c>:?)\s*(?P<r>.*)$", re.IGNORECASE)
_BOLD_LINE = re.compile(_BOLD + r"[ \t]*(?P<c>:?)" + _ATTRIBUTES + r"[ \t]*\\?$")
_BOLD_LEAD = re.compile(_BOLD + r"[ \t]*(?P<c>:?)[ \t]*(?P<r>.*)$")
_ITEM = re.compile(r"(?:[*+-]|\d{1,9}[.)])[ \t]+(?=\S)")
_FENCE = re.compile(r"[ \t]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^`]*)$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_BLOCK_TAG = re.compile(
    r"[ \t]*<(/?)(div|details|table|pre|script|style|section|article|aside|blockquote|figure|ul|ol|dl|textarea|!--)"
    r"(?!\w)",
    re.IGNORECASE,
)
_NESTING = 50
_LONGEST = 1000
"""No label is longer; keeps the patterns above quick on hostile lines."""

_SOURCE_WORD = (
    r"(?i:sources?|liens?(?: source)?|links?|r[ée]f[ée]rences?|article(?: original| source)?|original article)"
)
_LINKED = re.compile(
    rf"[*_]{{0,3}}(?:[-*+][ \t]+)?(?P<w>[*_]{{0,3}}{_SOURCE_WORD}[ \t]{{0,3}}:?[*_]{{0,3}}[ \t]{{0,3}}:?[ \t]{{0,3}})?"
    r"\[(?P<t>[^\[\]]*)\]\((?:<(?P<a>[^<>]*)>|(?P<u>[^\s<>]+))(?:[ \t]+(?:\"[^\"]*\"|'[^']*'))?\)"
    + _ATTRIBUTES + r"[*_]{0,3}\.?$"
)
_SPELLED = re.compile(rf"[*_]{{0,3}}(?P<w>{_SOURCE_WORD})[ \t]{{0,3}}:[*_]{{0,3}}[ \t]*<?(?P<u>https?://[^\s<>]+)>?$")
_WORD_ONLY = re.compile(_SOURCE_WORD)


def tail(lines: list[str]) -> tuple[int, Origin]:
    """How many lines the body has without its tail (a rule, the source link), and the source link."""
    last = _last_filled(lines, len(lines))
    if last < 0 or len(lines[last]) > 5000:
        return len(lines), Origin()
    line = lines[last].strip()
    if (found := _LINKED.match(line)) is not None:
        words = " ".join((found["w"] or "").replace("*", " ").replace("_", " ").split())
        if not words and _WORD_ONLY.fullmatch(found["t"].strip(" :*_")) is None:
            return len(lines), Origin()
        url, label = found["a"] if found["u"] is None else found["u"], found["t"].strip(" *_")
        label = f"{words} {label}" if words else label
    elif (spelled := _SPELLED.match(line)) is not None:
        url, label = spelled["u"], spelled["w"]
    else:
        return len(lines), Origin()
    rule = _last_filled(lines, last)
    ruled = rule >= 0 and len(lines[rule]) < 100 and _RULE.match(lines[rule]) is not None
    return rule if ruled else last, Origin(url, label, last)


def _last_filled(lines: list[str], stop: int) -> int:
    stop -= 1
    while stop >= 0 and (not lines[stop] or lines[stop].isspace()):
        stop -= 1
    return stop


def places(body: str, lines: list[str], end: int) -> list[Place]:
    """The lines of a body before `end` that could be labels, in order; none inside code, raw HTML or a quotation."""
    marked = ">" in body or "<" in body or "```" in body or "~~~" in body
    hidden = _hidden(lines, end) if marked else frozenset[int]()
    found: list[Place] = []
    group, in_list, above = 0, False, ""
    for index in range(end):
        line = lines[index]
        if not line or line.isspace():
            above = ""
            continue
        previous, above = above, line
        if index in hidden or (in_list and line[0] in " \t" and line[:2] not in (" *", " #", " _")):
            continue
        if line[0] in "*+-0123456789" and (item := _ITEM.match(line)) is not None:
            width = item.end()
            first = line[width]
            if first != line[0] or not _is_rule(line):
                group += not in_list
                in_list = True
                found.append(
                    _item(line, index, width, group) if first in "*_<"
                    else Place(index, index + 1, Form.ITEM, 9, "", "", False, 0, group)
                )
                continue
        in_list = in_list and bool(previous)
        place = _line(lines, index, end, previous)
        if place is not None:
            in_list = in_list and place.form not in WHOLE_LINE
            above = "" if place.after > index + 1 else line
            found.append(place)
    return found


def _is_rule(line: str) -> bool:
    return len(line) < 100 and _RULE.match(line) is not None


def _item(line: str, index: int, width: int, group: int) -> Place:
    """An item that begins with a mark."""
    content = line[width : width + _LONGEST]
    found = (_HTML_LEAD if content[0] == "<" else _BOLD_LEAD).match(content)
    column = len(line[:width].expandtabs(4))
    if found is None or not (found["c"] or found["t"].rstrip().endswith(":") or not found["r"]):
        return Place(index, index + 1, Form.ITEM, 9, "", "", False, column, group)
    rest = line[width + found.start("r") :]
    return Place(index, index + 1, Form.ITEM, 9, found["t"], rest, False, column, group)


def _line(lines: list[str], index: int, end: int, previous: str) -> Place | None:
    """What a line that is no item could be."""
    line = lines[index]
    start = line.strip()
    if line[0] == "\t" or line.startswith("    "):
        return None
    if index + 1 < end and not previous and len(start) < 300 and start[0] not in "#<|" and start[:2] != "**":
        under = _SETEXT.match(lines[index + 1]) if lines[index + 1].strip()[:1] in ("=", "-") else None
        if under is not None:
            return Place(index, index + 2, Form.HEADING, 1 if under[1][0] == "=" else 2, _inner(start))
    if len(start) > _LONGEST and start[0] not in "*_":
        return None
    alone = not previous or previous.lstrip()[:1] in ("#", "*", "_", "<") or previous.rstrip()[-1:] == ":"
    if start[0] == "#":
        if (atx := _ATX.match(line)) is None:
            return None
        text = _inner(_ATX_END.sub("", atx[2]))
        return Place(index, index + 1, Form.HEADING, len(atx[1]), text) if text else None
    if start[0] in "*_":
        cut = start[:_LONGEST]
        if len(start) == len(cut) and (bold := _BOLD_LINE.match(start)) is not None:
            return Place(index, index + 1, Form.BOLD, 7, bold["t"], alone=alone)
        if (lead := _BOLD_LEAD.match(cut)) is not None and (lead["c"] or lead["t"].rstrip().endswith(":")):
            rest = start[lead.start("r") :]
            return Place(index, index + 1, Form.LEAD, 8, lead["t"], rest, alone)
        return None
    if start[0] == "<":
        return _html(start, index, alone)
    if not previous and len(start) < 120 and start[-1] == ":":
        return Place(index, index + 1, Form.PLAIN, 8, start)
    return None


def _html(start: str, index: int, alone: bool) -> Place | None:
    if (heading := _HTML_HEADING.match(start)) is not None:
        text = re.sub(r"<[^<>]*>", "", heading[2]).strip()
        return Place(index, index + 1, Form.HEADING, int(heading[1]), text) if text else None
    if (bold := _HTML_LINE.match(start)) is not None:
        return Place(index, index + 1, Form.BOLD, 7, bold["t"].strip(), alone=alone)
    return None


def _inner(text: str) -> str:
    """A heading's text without the bold around all of it."""
    bold = _BOLD_LINE.match(text) if text[:1] in ("*", "_") and len(text) < _LONGEST else None
    return bold["t"] + bold["c"] if bold is not None else text.strip()


def _hidden(lines: list[str], end: int) -> set[int]:
    """The lines of code fences, raw HTML and quotations."""
    hidden: set[int] = set()
    hopeless: dict[str, int] = {}
    tagged = False
    index = 0
    while index < end:
        line = lines[index]
        start = line.lstrip()[:1]
        if start == ">":
            hidden.add(index)
        elif start == "<":
            tagged = True
        elif ("```" in line or "~~~" in line) and (fence := _FENCE.match(line)) is not None:
            close = _fence_end(lines, index, end, fence[1], hopeless)
            hidden.update(range(index, close))
            index = max(close, index + 1)
            continue
        index += 1
    if tagged:
        _hide_html(lines, end, hidden)
    return hidden


def _fence_end(lines: list[str], index: int, end: int, mark: str, hopeless: dict[str, int]) -> int:
    """The line after the closing fence; the opening line itself when nothing closes it: then it is text.

    `hopeless` remembers the shortest mark that nothing closes, so that many open fences stay linear.
    """
    if len(mark) >= hopeless.get(mark[0], 1 << 30):
        return index
    for at in range(index + 1, end):
        bare = lines[at].strip()
        if len(bare) >= len(mark) and bare.startswith(mark) and not bare.strip(mark[0]):
            return at + 1
    hopeless[mark[0]] = len(mark)
    return index


def _hide_html(lines: list[str], end: int, hidden: set[int]) -> None:
    """Adds the lines from a block's tag to its closing tag, or to the next blank line where nothing closes it."""
    opened: list[tuple[str, int]] = []
    ranges: list[tuple[int, int]] = []
    blank = 0
    for index in range(end):
        if index in hidden or "<" not in lines[index] or (tag := _BLOCK_TAG.match(lines[index])) is None:
            continue
        name = tag[2].lower()
        if not tag[1]:
            blank = max(blank, index)
            while blank < end and lines[blank].strip():
                blank += 1
            ranges.append((index, blank))
            opened.append((name, index))
        if tag[1] or ("-->" if name == "!--" else f"</{name}") in lines[index].lower():
            depth = next((at for at in range(len(opened) - 1, -1, -1)[:_NESTING] if opened[at][0] == name), -1)
            if depth >= 0:
                ranges.append((opened[depth][1], index + 1))
                del opened[depth:]
    reached = 0
    for start, stop in sorted(ranges):
        hidden.update(range(max(start, reached), stop))
        reached = max(reached, stop)
