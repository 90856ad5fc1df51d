"""Problems as values: where, how bad, which rule, what is wrong, how to mend it; and their form as text."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable

from msgspec import Struct


class Severity(enum.IntEnum):
    """How bad a problem is. Errors stop the writing; warnings do so under ``--strict``."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """Lower-case English word for messages."""
        return self.name.lower()


class Scope(enum.Enum):
    """Who looks for a problem."""

    SITE = "site"
    """``build`` and ``check``: the pipeline itself meets it."""
    NOTE = "note"
    """``check``, in one note at a time; ``build`` too when `Config.check` quarantines it."""
    NOTES = "notes"
    """``check``, by comparing notes."""


class Rule(Struct, frozen=True):
    """An entry of `RULES`."""

    name: str
    """Short, lower case, hyphens: what a person remembers."""
    severity: Severity
    """Unless the configuration says otherwise."""
    summary: str
    """One sentence: what the rule finds."""
    scope: Scope = Scope.SITE
    fixable: bool = False
    """``check --fix`` can mend it."""
    in_check: Severity | None = None
    """Where ``check`` is stricter than ``build``: an author is at the desk, and a build must not stop for it."""

    @property
    def stops(self) -> bool:
        """Whether it stops a build: no configuration and no note can turn such a rule off."""
        return self.scope is Scope.SITE and self.severity is Severity.ERROR


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO


def _note(name: str, severity: Severity, summary: str, *, fixable: bool = False) -> Rule:
    return Rule(name, severity, summary, Scope.NOTE, fixable)


RULES: dict[str, Rule] = {
    "V001": Rule("config-yaml", _E, "config.yaml is not valid YAML."),
    "V002": Rule("config-key", _E, "config.yaml holds a key that veille does not know."),
    "V003": Rule("config-value", _E, "A value in config.yaml has the wrong type or is out of range."),
    "V004": Rule("empty-site", _W, "The site has no post to publish."),
    "V005": Rule("template", _E, "A template does not parse, or fails while a page is made."),
    "V006": Rule("output-folder", _E, "The output folder holds files that veille did not write."),
    "V007": Rule("unreadable", _E, "A file cannot be read."),
    "V008": Rule("static-file", _E, "A static file cannot be published."),
    "V009": Rule("busy", _E, "Another build is at work on the same site."),
    "V010": Rule("no-search", _I, "The site should be searched, and the index cannot be made."),
    "V011": Rule("no-pictures", _I, "Notes should have pictures, and what draws them is missing."),
    "V020": Rule("import", _E, "Something stands in the way of moving in with another blog."),
    "V101": _note("generation-error", _E, "The text is the error message of the machine that should have written it."),
    "V102": _note("llm-preamble", _W, "The note begins with the machine's answer to its prompt.", fixable=True),
    "V103": _note("prompt-leak", _W, "Words of the prompt are left in the note."),
    "V104": _note("no-content", _W, "The note only says that its source has no content."),
    "V105": _note("placeholder-cve", _W, "A CVE identifier is a placeholder."),
    "V106": _note("runaway", _E, "The note is far too long, or one of its lines is."),
    "V107": _note("thin", _W, "The note has fewer than 60 words."),
    "V108": _note("truncated", _E, "The text stops in the middle of a sentence."),
    "V109": _note("unclosed-bold", _W, "Readers see the asterisks of a bold text that is not closed."),
    "V110": _note("unclosed-code", _W, "Readers see the backticks of a code span or block that is not closed."),
    "V111": _note("to-write", _W, "A placeholder of `veille new` waits for the author's words."),
    "V201": Rule("yaml", _E, "The front matter is missing or does not parse."),
    "V202": Rule("date", _E, "The date is missing or is not a date."),
    "V203": Rule("title-entity", _W, "The title holds an HTML entity.", fixable=True),
    "V204": Rule("front-matter-value", _E, "A value in the front matter has the wrong type."),
    "V205": _note("long-slug", _W, "The last part of the address has more than 100 characters."),
    "V206": _note("odd-spaces", _I, "The title holds doubled, invisible or misplaced spaces."),
    "V207": _note("mixed-scripts", _W, "A word of the title mixes letters of two scripts."),
    "V208": Rule("collision", _E, "Two things would write the same path."),
    "V209": _note("date-mismatch", _W, "The file's name, the date and the permalink name different days."),
    "V210": Rule("path", _E, "A permalink cannot be a path of the site."),
    "V211": Rule("encoding", _E, "A file is not UTF-8 text."),
    "V212": Rule("ignore", _W, "An entry of `ignore` has no reason, or names no rule that it may set aside."),
    "V301": Rule("duplicate-source", _W, "The source is already summarised by an older note.", Scope.NOTES),
    "V302": _note("tracking", _I, "The source's address carries tracking parameters.", fixable=True),
    "V303": Rule("source-scheme", _E, "The source is not an http or https address."),
    "V304": _note("no-source", _W, "The note has the sections of a summary and names no source."),
    "V305": _note("unsafe-link", _E, "A link runs a script or holds its own data."),
    "V306": _note("live-ioc", _W, "A link leads to an indicator of compromise."),
    "V401": _note("no-key-points", _W, "The section of the key points is missing."),
    "V402": _note("no-vulnerabilities", _I, "The section of the vulnerabilities is missing."),
    "V403": _note("no-recommendations", _I, "The section of the recommendations is missing."),
    "V404": _note("combined-label", _I, "One label opens two sections."),
    "V405": _note("item-label", _I, "A section's label is an item of a list."),
    "V408": _note("empty-section", _I, "A section has a label and nothing below it."),
    "V409": _note("repeated-label", _I, "Two labels open the same section."),
    "V501": _note("cve-malformed", _W, "A CVE identifier is not in its canonical form.", fixable=True),
    "V503": _note("cve-mismatch", _W, "The text never names the title's CVE."),
    "V601": _note("placeholder-tag", _W, "Readers see a tag that is no HTML."),
    "V604": Rule("control-character", _W, "A control character that XML and HTML forbid; it is dropped.",
                 fixable=True, in_check=_E),
    "V701": Rule("dead-link", _W, "A link into the site, or to a place on the page, leads nowhere.", in_check=_E),
}
"""Every code that a message can carry. Codes are stable: they never change their meaning."""


class Diagnostic(Struct, frozen=True, order=True):
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
    other: str = ""
    """The file that this one is at odds with, either of which may be the one to mend; mostly there is none."""


def problem(
    code: str, path: str, line: int, column: int, message: str, hint: str, *, excerpt: str = "",
    severity: Severity | None = None, other: str = "",
) -> Diagnostic:
    """A diagnostic with the severity of its rule, unless another is given.

    Raises `KeyError` for a code that is not in `RULES`: that is a programmer's mistake.
    """
    return Diagnostic(path, line, column, code, message, hint, severity or RULES[code].severity, excerpt, other)


def ordered(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each problem once, in the order in which an author meets them."""
    return tuple(sorted(set(problems)))


def render(found: Diagnostic) -> str:
    """The problem as plain text of two to four lines, without a final line break.

    The first line has the form that editors and terminals turn into a link: ``path:line:column: error V202: …``.
    """
    place = printable(found.path)
    if found.line:
        place += f":{found.line}"
        if found.column:
            place += f":{found.column}"
    lines = [f"{place}: {found.severity.word} {found.code}: {printable(found.message)}"]
    if found.excerpt:
        lines += _pointed(found.excerpt, found.column)
    lines.append(f"  → {printable(found.hint)}")
    return "\n".join(lines)


def printable(text: str) -> str:
    """The text on one line, as a terminal may show it: what moves the cursor, or is no character, as U+FFFD."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if _is_space(char) else "\ufffd" for char in text)


def _pointed(excerpt: str, column: int, width: int = 100) -> list[str]:
    """The source line, cut to `width` characters around the column, and a caret below the column."""
    shown = printable(excerpt)
    start = max(0, column - width * 3 // 4) if len(shown) > width else 0
    cut = shown[start : start + width]
    line = ("…" if start else "") + cut + ("…" if start + width < len(shown) else "")
    if not column:
        return [f"    {line}"]
    before = line[: column - 1 - start + (1 if start else 0)]
    if before.isascii():
        return [f"    {line}", "    " + " " * len(before) + "^"]
    gap = sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in before)
    return [f"    {line}", "    " + " " * gap + "^"]


def _is_space(char: str) -> bool:
    """Whether a character may be shown as a space: a tab or an odd space, not a form feed, which must be seen."""
    return char == "\t" or (char.isspace() and unicodedata.category(char) != "Cc")
