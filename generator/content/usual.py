"""What nearly every stretch of a note is made of, written as HTML at once: paragraphs, tight lists, bold, code, quotes.

The grammar in `blocks`, `inline` and `writer` can do all that, and builds a tree to do it. On real notes nineteen lines
of twenty need none of it: a few substitutions over all of a document's lines give the same HTML in a fraction of the
time. What is not plainly one of the usual forms is left to the grammar: a whole stretch by `outline`, a single line by
`spans`. That both ways agree is a test (``tests/test_usual.py``), not a promise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from generator.text import french_spaces

LONGEST = 20_000
"""Characters of a document; in longer ones the grammar's bounds on time and its breaks in long words matter."""

_DEEPEST = 8
_LINE = re.compile(
    r"( *)(?:([*+-]|\d{1,9}\.) +)?(?!\d+\.[ \t])"
    r"(?=[^\s#>~{\[<^:\-_+|*`=\\\x00-\x1f]|\*{1,2}[^\s*]|`[^\s`])"
)
"""Indentation, marker, and then words: nothing that could begin another block."""

# Characters that no text holds stand for the marks until all is escaped.
_CODE = re.compile(r"`(?<!``)([^\s`][^`\n]*)`(?!`)")
_STRONG = re.compile(r"\*\*(?<!\*\*\*)([^\s*](?:[^*\n]*[^\s*])?)\*\*(?!\*)")
_EMPHASIS = re.compile(r"\*(?<!\*\*)([^\s*\x02\x03](?:[^*\n\x02\x03]*[^\s*\x02\x03])?)\*(?!\*)")
# Quotes by the rules of `typography.quote`, where what stands beside them leaves no doubt. Each pattern begins with a
# plain character: `re` finds the next one of them many times as fast.
_ELISION = re.compile(r"'(?<=[^\W_]')")
_CLOSED = re.compile(r'"(?<=(?:[^\W_]|[.,!?%)»])")')
_OPENED = re.compile(r'"(?:(?<=[ (]")(?![\'"])|(?<=[\n*]")(?=[^\W_]|\*{1,2}[^\s*])(?!s(?!\w)))')
_OPENED_SINGLE = re.compile(r"'(?:(?<=[ (]')(?![\d'\"])|(?<=[\n*]')(?=[^\W\d_]|\*{1,2}[^\s*])(?!s(?!\w)))")

_LEFT = ("*", "'", '"', "`", "[", "<", "\\", "{:", "--", "...", "~~", ">>")
_BESIDE_WORDS = re.compile(r"_(?<![^\W\d_]_)")  # any other underscore is a part of a word
_REFERENCE = re.compile(r"&(?=[#a-zA-Z])")


@dataclass(frozen=True, slots=True)
class Outline:
    """The structure of a stretch that is made of usual forms."""

    frames: list[str]
    """HTML before each of the lines, and after the last one."""
    lines: list[str]
    """Markdown of each paragraph and each item, on one line."""
    tops: list[int]
    """Which of the lines are items of outermost lists."""


def outline(text: str) -> Outline | None:
    """The structure of a stretch; None when anything in it is no paragraph on one line and no tight list."""
    if "|" in text:  # perhaps a table
        return None
    frames: list[str] = []
    lines: list[str] = []
    tops: list[int] = []
    lists: list[tuple[int, int, str]] = []  # the open ones: column of the markers, of the latest words, tag
    close = ""  # what closes a paragraph
    blank = True
    for line in text.split("\n"):
        if not line or line.isspace():
            blank = True
            continue
        match = _LINE.match(line)
        if match is None:
            return None
        column, marker = match.end(1), match[2]
        if marker is None:
            if column or not blank:
                return None
            frames.append(f"{_ends(lists)}{close}\n<p>")
            lists.clear()
            lines.append(line.rstrip())
            close = "</p>"
            blank = False
            continue
        if lists and blank:  # with gaps, items may be loose
            return None
        tag = "ol" if marker[-1] == "." else "ul"
        ended = ""
        while lists and lists[-1][0] > column:
            ended += f"</li></{lists.pop()[2]}>"
        if lists and lists[-1][0] == column:
            if lists[-1][2] != tag:
                return None
            lists[-1] = (column, match.end(), tag)
            frames.append(f"{ended}</li>\n<li>")
        elif (
            ended or (column - lists[-1][1] not in range(4) if lists else column) or len(lists) == _DEEPEST
            or (not blank and tag == "ol" and marker != "1.")  # «2025. » goes on with the paragraph above
        ):
            return None
        else:
            lists.append((column, match.end(), tag))
            frames.append(f"{close}\n<{tag}>\n<li>")
        close = ""
        if len(lists) == 1:
            tops.append(len(lines))
        lines.append(line[match.end() :].rstrip())
        blank = False
    frames.append(_ends(lists) + close)
    return Outline(frames, lines, tops)


def _ends(lists: list[tuple[int, int, str]]) -> str:
    return "".join([f"</li></{tag}>" for _, _, tag in reversed(lists)])


def spans(lines: list[str], *, french: bool) -> list[tuple[str, str]]:
    """HTML and plain text of each of the lines, which have no line ends; no HTML for a line that needs the grammar."""
    text = "\n" + "\n".join(lines)
    codes: list[str] = []
    if "`" in text:
        codes = _CODE.findall(text)
        text = _CODE.sub("\x01", text)
    if "'" in text:
        text = _ELISION.sub("’", text)
        if "'" in text:
            text = _OPENED_SINGLE.sub("‘", text)
    if '"' in text:
        text = _OPENED.sub("“", _CLOSED.sub("”", text))
    if "*" in text:
        text = _marked(_STRONG, "\x02", "\x03", text)
        if "*" in text:
            text = _marked(_EMPHASIS, "\x04", "\x05", text)
    words = text
    for mark in "\x02\x03\x04\x05":
        words = words.replace(mark, "")
    html = (french_spaces(text) if french else text).replace("&", "&amp;").replace(">", "&gt;")
    html = html.replace("\x02", "<strong>").replace("\x03", "</strong>")
    html = html.replace("\x04", "<em>").replace("\x05", "</em>")
    if codes:
        words = _filled(words, codes)
        html = _filled(html, [f"<code>{escape(code, quote=False)}</code>" for code in codes])
    found = list(zip(html.split("\n"), words.replace("\u202f", " ").replace("\xa0", " ").split("\n"), strict=True))[1:]
    for number in _left(text):
        found[number] = ("", "")
    return found


def _marked(pattern: re.Pattern[str], start: str, end: str, text: str) -> str:
    parts = pattern.split(text)
    parts[1::2] = [f"{start}{part}{end}" for part in parts[1::2]]
    return "".join(parts)


def _filled(text: str, codes: list[str]) -> str:
    parts = text.split("\x01")
    return "".join([part for pair in zip(parts, [*codes, ""], strict=True) for part in pair])


def _left(text: str) -> list[int]:
    """The lines in which something is left that may mean more than it says."""
    if not any(mark in text for mark in _LEFT) and "_" not in text and "&" not in text:
        return []
    return [
        number for number, line in enumerate(text.split("\n")[1:])
        if any(mark in line for mark in _LEFT) or _BESIDE_WORDS.search(line) or _REFERENCE.search(line)
    ]
