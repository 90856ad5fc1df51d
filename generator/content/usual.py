"""What nearly every stretch of a note is made of, written as HTML at once: paragraphs, tight lists, bold, code, quotes.

The grammar in `blocks`, `inline` and `writer` can do all that, and builds a tree to do it. On real notes nineteen lines
of twenty need none of it: a few substitutions over all of a document's lines give the same HTML in a fraction of the
time. What is not plainly one of the usual forms is left to the grammar: a whole stretch by `outline`, a single line by
`spans`. That both ways agree is a test (``tests/test_usual.py``), not a promise.
"""

from __future__ import annotations

import re
from html import escape

from msgspec import Struct

from generator.text import IN_NUMBERS

LONGEST = 20_000
"""Characters of a document; in longer ones the grammar's bounds on time and its breaks in long words matter."""

_DEEPEST = 8
_LINE = re.compile(
    r"( *)(?:([*+-]|\d{1,9}\.) +)?(?!\d+\.[ \t])"
    r"(?=[^\s#>~{\[<^:\-_+|*`=\\\x00-\x1f]|\*{1,2}[^\s*]|`[^\s`])"
)
"""Indentation, marker, and then words: nothing that could begin another block."""

_HERE = "\x01"
"""Stands for a piece of code while the words around it are read; no text holds it."""
_CODE = re.compile(r"`(?<!``)([^\s`][^`\n]*)`(?!`)")
_STRONG = re.compile(r"\*\*(?<!\*\*\*)([^\s*](?:[^*\n]*[^\s*])?)\*\*(?!\*)")
_EMPHASIS = re.compile(r"\*(?<!\*\*)([^\s*<](?:[^*\n<]*[^\s*<])?)\*(?!\*)")
# Quotes by the rules of `typography.quote`, where what stands beside them leaves no doubt. Each pattern begins with a
# plain character: `re` finds the next one of them many times as fast.
_ELISION = re.compile(r"'(?<=[^\W_]')")
_CLOSED = re.compile(r'"(?<=(?:[^\W_]|[.,!?%)»])")')
_OPENED = re.compile(r'"(?:(?<=[ (]")(?![\'"])|(?<=[\n*]")(?=[^\W_]|\*{1,2}[^\s*])(?!s(?!\w)))')
_OPENED_SINGLE = re.compile(r"'(?:(?<=[ (]')(?![\d'\"])|(?<=[\n*]')(?=[^\W\d_]|\*{1,2}[^\s*])(?!s(?!\w)))")

_NARROW = (
    (";", " ;", "\u202f;"), ("!", " !", "\u202f!"), ("?", " ?", "\u202f?"), ("»", " »", "\u202f»"),
    ("«", "« ", "«\u202f"),
)
_TIGHT = re.compile(rf":(?<= :)[^\s*{_HERE}]")
_WIDE = re.compile(rf" :(?![^\s*{_HERE}])")

_MARKS = ("'", '"', "`", "[", "<", "\\", "{:", "--", "...", "~~", ">>")
_SIGNS = b"'\"`[<\\_&{~>"
_BESIDE_WORDS = re.compile(r"_(?<![^\W\d_]_)")  # any other underscore is a part of a word
_REFERENCE = re.compile(r"&(?=[#a-zA-Z])")


class Outline(Struct, frozen=True, gc=False):
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


def spans(lines: list[str], *, french: bool) -> tuple[list[str], list[str]]:
    """HTML and plain text of each of the lines, which have no line ends; no HTML for a line that needs the grammar."""
    text = "\n" + "\n".join(lines)
    codes: list[str] = []
    if "`" in text:
        codes = _CODE.findall(text)
        text = _CODE.sub(_HERE, text)
    if "'" in text:
        text = _ELISION.sub("’", text)
        if "'" in text:
            text = _OPENED_SINGLE.sub("‘", text)
    if '"' in text:
        text = _OPENED.sub("“", _CLOSED.sub("”", text))
    html = _spaced(text) if french else text
    html = html.replace("&", "&amp;").replace(">", "&gt;")
    if "*" in html:
        html = _emphasised(_strong(html))
    words = text.replace("*", "").replace("\u202f", " ").replace("\xa0", " ")
    left = _left(text, html)
    if codes:
        words = "\n".join([line.strip() for line in _filled(words, codes).split("\n")])
        html = _filled(html, [f"<code>{escape(code, quote=False)}</code>" for code in codes])
    written = html.split("\n")[1:]
    for number in left:
        written[number] = ""
    return written, words.split("\n")[1:]


def _spaced(text: str) -> str:
    """As `text.french_spaces`, which reads the pieces between marks."""
    for mark, space, narrow in _NARROW:
        if mark in text:
            text = text.replace(space, narrow)
    if ":" in text:
        text = _WIDE.sub("\xa0:", text) if _TIGHT.search(text) else text.replace(" :", "\xa0:")
    return IN_NUMBERS.sub("\u202f", text)


def _strong(html: str) -> str:
    parts = html.split("**")
    inner = parts[1::2]
    doubtful = any(
        not part or part[0].isspace() or part[-1].isspace() or "*" in part or "\n" in part for part in inner
    )
    if doubtful or not len(parts) % 2 or "***" in html:
        parts = _STRONG.split(html)
        inner = parts[1::2]
    parts[1::2] = [f"<strong>{part}</strong>" for part in inner]
    return "".join(parts)


def _emphasised(html: str) -> str:
    if "*" not in html:
        return html
    parts = _EMPHASIS.split(html)
    parts[1::2] = [f"<em>{part}</em>" for part in parts[1::2]]
    return "".join(parts)


def _filled(text: str, codes: list[str]) -> str:
    parts = text.split(_HERE)
    return "".join([part for pair in zip(parts, [*codes, ""], strict=True) for part in pair])


def _left(text: str, html: str) -> list[int]:
    """The lines in which something is left that may mean more than it says."""
    data = text.encode("utf-8", "surrogatepass")
    clear = len(data.translate(None, _SIGNS)) == len(data)  # among bytes: all of them in one pass
    if clear and "*" not in html and b"--" not in data and b"..." not in data:
        return []
    return [
        number for number, (line, written) in enumerate(zip(text.split("\n"), html.split("\n"), strict=True), -1)
        if "*" in written or any(mark in line for mark in _MARKS)
        or ("_" in line and _BESIDE_WORDS.search(line)) or ("&" in line and _REFERENCE.search(line))
    ]
