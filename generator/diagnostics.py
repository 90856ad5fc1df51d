"""Problems as values: where, how bad, which rule, what is wrong, how to mend it; and their form as text."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


class Severity(enum.IntEnum):
    """How bad a problem is. Errors stop the writing; warnings do so under ``--strict``."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """Lower-case English word for messages."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Rule:
    """An entry of `RULES`."""

    name: str
    """Short, lower case, hyphens: what a person remembers."""
    severity: Severity
    """Unless the configuration says otherwise."""
    summary: str
    """One sentence: what the rule finds."""


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

RULES: dict[str, Rule] = {
    "V001": Rule("config-yaml", _E, "config.yaml is not valid YAML."),
    "V002": Rule("config-key", _E, "config.yaml holds a key that veille does not know."),
    "V003": Rule("config-value", _E, "A value in config.yaml has the wrong type or is out of range."),
    "V004": Rule("no-content", _W, "The site has no post to publish."),
    "V005": Rule("template", _E, "A template does not parse, or fails while a page is made."),
    "V006": Rule("output-folder", _E, "The output folder holds files that veille did not write."),
    "V007": Rule("unreadable", _E, "A file cannot be read."),
    "V008": Rule("static-file", _E, "A static file cannot be published."),
    "V009": Rule("busy", _E, "Another build is at work on the same site."),
    "V201": Rule("yaml", _E, "The front matter is missing or does not parse."),
    "V202": Rule("date", _E, "The date is missing or is not a date."),
    "V203": Rule("title-entity", _W, "The title holds an HTML entity."),
    "V204": Rule("front-matter-value", _E, "A value in the front matter has the wrong type."),
    "V208": Rule("collision", _E, "Two things would write the same path."),
    "V210": Rule("path", _E, "A permalink cannot be a path of the site."),
    "V211": Rule("encoding", _E, "A file is not UTF-8 text."),
    "V303": Rule("source-scheme", _E, "The source is not an http or https address."),
    "V604": Rule("control-character", _W, "A control character that XML and HTML forbid; it is dropped."),
    "V701": Rule("dead-link", _W, "A link into the site, or to a place on the page, leads nowhere."),
}
"""Every code that a message can carry. Codes are stable: they never change their meaning."""


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One problem. Sorted by file, line, column, code."""

    path: str
    """Of the file, relative to the site's folder; the author can open it."""
    line: int
    """1-based, in the file as the author sees it; 0 when the problem is the whole file's."""
    column: int
    """1-based, in characters; 0 when the problem is the whole line's."""
    code: str
    """A key of `RULES`."""
    message: str
    """What is wrong, with the value found. One sentence without a final stop."""
    hint: str
    """What to do about it. One sentence without a final stop."""
    severity: Severity = Severity.ERROR
    excerpt: str = ""
    """The source line, or empty."""


def problem(
    code: str, path: str, line: int, column: int, message: str, hint: str, *, excerpt: str = "",
    severity: Severity | None = None,
) -> Diagnostic:
    """A diagnostic with the severity of its rule, unless another is given.

    Raises `KeyError` for a code that is not in `RULES`: that is a programmer's mistake.
    """
    return Diagnostic(path, line, column, code, message, hint, severity or RULES[code].severity, excerpt)


def ordered(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each problem once, in the order in which an author meets them."""
    return tuple(sorted(set(problems)))


def render(found: Diagnostic) -> str:
    """The problem as plain text of two to four lines, without a final line break.

    The first line has the form that editors and terminals turn into a link: ``path:line:column: error V202: …``.
    """
    place = found.path
    if found.line:
        place += f":{found.line}"
        if found.column:
            place += f":{found.column}"
    lines = [f"{place}: {found.severity.word} {found.code}: {found.message}"]
    if found.excerpt:
        lines += _pointed(found.excerpt, found.column)
    lines.append(f"  → {found.hint}")
    return "\n".join(lines)


def _pointed(excerpt: str, column: int, width: int = 100) -> list[str]:
    """The source line, cut to `width` characters around the column, and a caret below the column."""
    shown = "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in excerpt)
    start = max(0, column - width * 3 // 4) if len(shown) > width else 0
    cut = shown[start : start + width]
    line = ("…" if start else "") + cut + ("…" if start + width < len(shown) else "")
    if not column:
        return [f"    {line}"]
    before = line[: column - 1 - start + (1 if start else 0)]
    gap = sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in before)
    return [f"    {line}", "    " + " " * gap + "^"]
