"""What a line of Markdown begins, continues or ends, by kramdown's rules (GFM mode). Lines in, numbers of lines out.

Rules that differ from kramdown on purpose are marked «ours».
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BLOCK_TAGS = frozenset(
    ("address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
     "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
     "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul")
)
"""Tags that open a block of HTML at a line's start."""

ATTRIBUTES = re.compile(r" {0,3}\{:(?![\w-]*:|/)((?:\\\}|[^}])+)\}[ \t]*$")
"""A line that is an attribute list: ``{: .class}``."""
FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*$")
FOOTNOTE = re.compile(r" {0,3}\[\^([\w-]+)\]:[ \t]*(.*)")
HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
ITEM = re.compile(r"( {0,3})([+*-]|\d+\.)(?=[ \t])")
MACHINERY = re.compile(r" {0,3}\{:(?:[\w-]+:[^}]*|:[^}]*|/[^}]*)\}[ \t]*$")
"""``{:name: .class}``, ``{::comment}``, ``{:/}``: definitions and extensions of kramdown."""
QUOTE = re.compile(r" {0,3}> ?")
REFERENCE = re.compile(
    r" {0,3}\[([^\]^][^\]]*)\]:[ \t]*(?:<([^<>]*)>|([^\s'\"]+))[ \t]*(?:\"(.+)\"|'(.+)'|\((.+)\))?[ \t]*$"
)
REFERENCE_TITLE = re.compile(r"[ \t]*(?:\"(.+)\"|'(.+)')[ \t]*$")
RULE = re.compile(r" {0,3}(?:\*[ \t]*\*[ \t]*\*[ \t*]*|-[ \t]*-[ \t]*-[ \t-]*|_[ \t]*_[ \t]*_[ \t_]*)$")
SEPARATOR = re.compile(r" {0,3}\|?[ :|-]*-[ :|-]*$")
TAG = re.compile(r" {0,3}<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])")
UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")

_BULLET = re.compile(r"( {0,3})[+*-](?=[ \t])")
_NUMBER = re.compile(r"( {0,3})\d+\.(?=[ \t])")
_ITEM_ATTRIBUTES = re.compile(r"\{:(?![\w-]*:|/)([^}]+)\}[ \t]*")
_INTERRUPTS = re.compile(  # ours: «2025. » at a line's start is prose, only «1.» opens a list under a paragraph's line
    r" {0,3}(?:[+*:-][ \t]|1\.[ \t]|>|\{:(?![\w-]*:|/)[^}]+\}[ \t]*$|```|~~~|</?[a-zA-Z])|#{1,6}[ \t]+\S|\^[ \t]*$"
)


def blank(line: str) -> bool:
    """Whether nothing is on the line."""
    return not line or line.isspace()


def opens_html(line: str) -> bool:
    """Whether a block-level tag stands at the line's start."""
    tag = TAG.match(line)
    return tag is not None and tag[2].lower() in BLOCK_TAGS


def ends_list(line: str) -> bool:
    """``^`` alone: what follows is another list."""
    return line[:1] == "^" and line.rstrip() == "^"


def paragraph_end(lines: list[str], number: int) -> int:
    """The line after the paragraph that begins at `number`: at the latest where something else could begin."""
    for end in range(number + 1, len(lines)):
        line = lines[end]
        if not line or line.isspace():
            return end
        if (match := _INTERRUPTS.match(line)) and ("<" not in match[0] or opens_html(line)):
            return end
    return len(lines)


def code_end(lines: list[str], number: int) -> int:
    """The line after the indented code that begins at `number`; lines that follow without a gap belong to it."""
    end, count = number, len(lines)
    while end < count:
        line = lines[end]
        if blank(line):
            after = end + 1
            while after < count and blank(lines[after]):
                after += 1
            if after == count or not lines[after].startswith("    "):
                return end
            end = after
        elif not line.startswith("    ") and (ATTRIBUTES.match(line) or opens_html(line)):
            return end
        else:
            end += 1
    return end


def quote_end(lines: list[str], number: int) -> int:
    """The line after the quote that begins at `number`: a blank one, mostly."""
    for end in range(number, len(lines)):
        line = lines[end]
        if blank(line) or ends_list(line) or (line.lstrip(" ")[:1] == "{" and ATTRIBUTES.match(line)):
            return end
    return len(lines)


def note_end(lines: list[str], number: int) -> int:
    """The line after the footnote that begins at `number`; after a blank line only indented ones belong to it."""
    end, count = number + 1, len(lines)
    while end < count:
        line = lines[end]
        if blank(line):
            if end + 1 == count or not lines[end + 1].startswith("    "):
                break
        elif not line.startswith("    ") and (blank(lines[end - 1]) or FOOTNOTE.match(line)):
            break
        end += 1
    return end


@dataclass(frozen=True, slots=True)
class Items:
    """The items of one list."""

    lines: list[list[str]]
    """Of each item, without marker and indentation; blank lines that follow an item are its own."""
    attributes: list[str]
    """The attribute list behind each item's marker, or empty."""
    end: int
    """The line after the list."""
    ended: bool
    """Whether ``^`` ended it."""


def items(lines: list[str], number: int) -> Items:
    """The list that begins at `number`. An item goes on where its words began: content-based indentation.

    A line that is not indented goes on too, unless it follows a blank one: what it means is for the item to find out.
    """
    found: list[list[str]] = []
    attributes: list[str] = []
    first = ITEM.match(lines[number])
    marker = _BULLET if first and first[2] in "+*-" else _NUMBER
    limit = 3  # how far the next marker may be indented
    indent = 0
    after_blank = False
    count = len(lines)
    while number < count:
        line = lines[number]
        if not line or line.isspace():
            found[-1].append("")
            after_blank = True
            number += 1
            continue
        if after_blank and RULE.match(line):
            break
        if ends_list(line):
            return Items(found, attributes, number + 1, True)
        match = marker.match(line)
        if match and len(match[1]) <= limit:
            content = line[match.end() :]
            text = content.lstrip(" \t")
            indent = match.end() + len(content) - len(text) if text else 4
            limit = min(3, indent - 1)
            listed = _ITEM_ATTRIBUTES.match(text) if text[:2] == "{:" else None
            attributes.append(listed[1] if listed else "")
            found.append([text[listed.end() :] if listed else text])
        elif line.startswith(" " * indent):
            found[-1].append(line[indent:])
        elif after_blank or _leaves(line):
            break
        else:
            found[-1].append(line)
        after_blank = False
        number += 1
    return Items(found, attributes, number, False)


def _leaves(line: str) -> bool:
    """Whether a line ends an item although it follows without a gap."""
    first = line.lstrip(" ")[:1]
    return (first == "{" and ATTRIBUTES.match(line) is not None) or (first == "<" and opens_html(line))
