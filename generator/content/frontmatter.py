"""The text of a note → its typed header, its body and where that begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frontmatter.default_handlers import YAMLHandler
from msgspec import Struct

from generator.config import SiteSettings
from generator.content.fields import Header, typed
from generator.diagnostics import Diagnostic, Severity, ordered, problem
from generator.model import Source
from generator.text import CONTROL, clip, without_controls
from generator.yamlnodes import MANY, Mapping, decode, parse, plain_spaces, what

__all__ = ["Document", "Header", "read"]

# python-frontmatter finds where the header ends; `frontmatter.parse` itself is not called, because what it passes over
# in silence must reach the author: it strips the text (line numbers are lost), takes a header that is not closed or is
# no mapping for body text, and lets the last of two equal keys win. The pattern is stricter than the library's, whose
# ``\s*$`` eats the empty lines after the dashes and whose ``-{3,}`` takes a Markdown underline for the end. ``...``
# closes a header in Jekyll and in YAML.
BOUNDARY = re.compile(r"^(?:---|\.\.\.)[ \t\u00a0]*$", re.MULTILINE)
"""The line above a header and the line below it, where line ends are ``\\n``."""
_HANDLER = YAMLHandler(fm_boundary=BOUNDARY)
_DASHES = re.compile(r"[-\u2010-\u2015\u2212]+[ \t\u00a0]*")
_HEADER_LINE = re.compile(r"[\w.-]+[ \u00a0]*:([ \u00a0]|$)|[ \t]|- |#|$")
_EXAMPLE = "begin the file with a line ---, then lines 'title: …' and 'date: 2026-02-28', then a line ---"


class Document(Struct, frozen=True, gc=False):
    """What `read` finds in a file."""

    header: Header | None
    """None when there is an error among the problems."""
    body: str
    """Everything below the header: ``\\n`` line ends, no control characters."""
    body_line: int
    """1-based line in the file of the body's first line."""
    problems: tuple[Diagnostic, ...]
    """All of the header's, and control characters anywhere; sorted."""


def read(source: Source, site: SiteSettings, *, dated: bool = True) -> Document:
    """Reads one file. Never raises, whatever the bytes; `site` gives the time zone, which must exist.

    Without `dated`, the file is a page, which needs no date.
    """
    text, unreadable = decode(source)
    if unreadable:
        return Document(None, "", 1, (unreadable,))
    clean = without_controls(text)
    written = text.split("\n") if clean != text else None
    problems = list(_controls(source.path, written)) if written else []
    text = clean
    blank = len(text) - len(text.lstrip())
    opening = text.count("\n", 0, blank) + 1
    lines: list[str] = []  # split only for the few files with something to say

    def report(code: str, line: int, column: int, message: str, hint: str, severity: Severity | None = None) -> None:
        lines[:] = lines or text.split("\n")
        excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
        if written and column:
            column = _as_written(written[line - 1], column)
            excerpt = written[line - 1]
        problems.append(problem(code, source.path, line, column, message, hint, excerpt=excerpt, severity=severity))

    if not text.startswith("---", blank) or not _HANDLER.detect(text[blank:]):
        report("V201", *_no_header(text[blank:], opening))
        return Document(None, text, 1, ordered(problems))
    try:
        header, body = _HANDLER.split(text[blank:])
    except ValueError:
        report("V201", *_not_closed(text[blank:], opening))
        return Document(None, "", 1, ordered(problems))
    body, body_line = body[1:], opening + header.count("\n") + 1
    root, mistakes = parse(plain_spaces(header[1:]), opening + 1)
    for mistake in mistakes:
        report("V201", mistake.line, mistake.column, mistake.message, mistake.hint)
    if root is not None and not isinstance(root, Mapping):
        report("V201", root.line, root.column, f"the front matter is {what(root)}, not lines of 'key: value'", _EXAMPLE)
        return Document(None, body, body_line, ordered(problems))
    if root is None and mistakes:
        return Document(None, body, body_line, ordered(problems))
    found = typed(root or Mapping((), opening, 1), source.path, header, opening, site, report, dated)
    wrong = any(known.severity is Severity.ERROR for known in problems)
    return Document(None if wrong else found, body, body_line, ordered(problems))


def _controls(path: str, lines: list[str]) -> Iterator[Diagnostic]:
    """One problem for each line with control characters, as long as there are not too many to read."""
    told = 0
    for number, line in enumerate(lines, 1):
        if told == MANY:
            return
        if found := CONTROL.search(line):
            told += 1
            names = ", ".join(dict.fromkeys(f"U+{ord(char):04X}" for char in CONTROL.findall(line)))
            yield problem("V604", path, number, found.start() + 1, f"this line holds the control character {names}",
                          "delete it; the site leaves it out", excerpt=line)


def _as_written(line: str, column: int) -> int:
    """The column in a line with control characters of a column in the line without them."""
    kept = [at for at, char in enumerate(line, 1) if not CONTROL.match(char)]
    return kept[column - 1] if column <= len(kept) else len(line) + 1


def _no_header(text: str, opening: int) -> tuple[int, int, str, str]:
    """Place, message and hint for a text that does not begin with ``---``."""
    first = text.partition("\n")[0].rstrip()
    if not first:
        return 1, 0, "the file is empty", _EXAMPLE
    if first == "+++":
        return opening, 1, "the front matter is TOML (+++), which veille does not read", \
            "write it as YAML between lines ---: title: '…' instead of title = \"…\""
    if first[0] == "{":
        return opening, 1, "the front matter is JSON, which veille does not read", \
            "write it as YAML between lines ---: title: '…' instead of \"title\": \"…\""
    if _DASHES.fullmatch(first):
        return opening, 1, f"the first line is '{clip(first, 20)}', not three hyphens", "write --- there"
    return opening, 1, f"the file has no front matter: it begins with '{clip(first, 40)}'", _EXAMPLE


def _not_closed(text: str, opening: int) -> tuple[int, int, str, str]:
    """The same for a header without an end: the place is the first line that looks like body text."""
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], opening + 1):
        if _DASHES.fullmatch(line):
            return number, 1, f"the front matter ends with '{clip(line, 20)}', not with three hyphens", \
                "write --- there"
        if not line.strip() or not _HEADER_LINE.match(line):
            return number, 1, f"the front matter that begins on line {opening} is not closed", \
                "add a line --- here, below its last key"
    return opening, 1, "the front matter that begins here is not closed", "add a line --- below its last key"
