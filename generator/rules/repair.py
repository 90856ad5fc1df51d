"""What ``check --fix`` mends: a file's text in, a file's text out. Nothing else of it changes, line ends included.

Every mend is proved before it leaves: the mended file is read again, and must mean the same post but for what was to be
mended. What cannot be proved is left to the author.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from generator.config import Config
from generator.content import frontmatter, sections
from generator.content.fields import Header
from generator.diagnostics import Diagnostic, Severity
from generator.model import Post, Source
from generator.rules import identifiers
from generator.rules.draft import draft
from generator.rules.links import untracked
from generator.rules.machine import PREAMBLE
from generator.text import CONTROL, ENTITY
from generator.yamlerrors import quoted

_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029\u0085]")
_WHOLE_PREAMBLE = re.compile(r"[^.!?:\n]{0,300}[.!?:]?[\s*_]*")
_TITLE = re.compile(
    r"(?P<key>[\"']?title[\"']?[^\S\n]*:[^\S\n]*)(?P<value>'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|[^'\"].*?)"
    r"(?P<rest>\s*(?:\s#.*)?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of a file."""

    text: str
    """The file's text, with its own line ends."""
    mended: tuple[str, ...]
    """Codes of what was mended."""
    left: tuple[str, ...]
    """Codes of what only the author can mend safely."""


def repaired(source: Source, post: Post | None, problems: Iterable[Diagnostic], config: Config) -> Repaired:
    """The file without those of the problems that can be mended. Mending what is mended changes nothing.

    `post` is what the file means, or None when it has errors; then only characters that no file may hold are removed.
    """
    text = source.data.decode("utf-8")
    mended, left = [], []
    wanted: dict[str, list[Diagnostic]] = {}
    for found in problems:
        wanted.setdefault(found.code, []).append(found)
    for code, mend in _MENDERS.items():
        if code not in wanted:
            continue
        lines = _LINE_END.split(text)
        changed = mend(lines, Source(source.path, text.encode()), post, wanted[code])
        candidate = _joined(text, changed) if changed is not None else text
        if candidate != text and _safe(code, source.path, text, candidate, config):
            text = candidate
            mended.append(code)
        else:
            left.append(code)
    return Repaired(text, tuple(mended), tuple(left))


Lines = list[str | None]
"""The lines of a file; None for one that goes."""


def _joined(text: str, lines: Lines) -> str:
    """The lines with the line ends of the text; a line that goes takes its own with it."""
    ends = [found[0] for found in _LINE_END.finditer(text)] + [""]
    return "".join(line + end for line, end in zip(lines, ends, strict=True) if line is not None)


def _without_controls(lines: list[str], source: Source, post: Post | None, found: list[Diagnostic]) -> Lines:
    """V604, everywhere in the file."""
    return [CONTROL.sub("", line) for line in lines]


def _without_entities(lines: list[str], source: Source, post: Post | None, found: list[Diagnostic]) -> Lines | None:
    """V203: the characters themselves, in the quotes that the title has; in new ones where they are needed."""
    at = next((item.line - 1 for item in found if item.line <= len(lines)), -1)
    written = _TITLE.match(lines[at]) if at >= 0 else None
    if written is None:
        return None
    value, mended = written["value"], ""
    if len(value) > 1 and value[0] == value[-1] == "'":
        mended = "'" + ENTITY.sub(lambda entity: html.unescape(entity[0]).replace("'", "''"), value[1:-1]) + "'"
    elif len(value) > 1 and value[0] == value[-1] == '"':
        mended = '"' + ENTITY.sub(lambda entity: _in_double(html.unescape(entity[0])), value[1:-1]) + '"'
    elif value[:1] not in ("'", '"', "|", ">", "[", "{"):
        mended = ENTITY.sub(lambda entity: html.unescape(entity[0]), value)
        if re.search(r"[:#'\"&*!|>%@`\[\]{},?-]", mended):
            mended = quoted(mended)
    changed: Lines = list(lines)
    changed[at] = written["key"] + mended + written["rest"] if mended else None
    return changed if mended else None


def _in_double(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _without_tracking(lines: list[str], source: Source, post: Post | None, found: list[Diagnostic]) -> Lines | None:
    """V302: in the source's address, wherever the file writes it."""
    if post is None or post.origin is None:
        return None
    new = untracked(post.origin.url)
    old = re.compile(re.escape(post.origin.url) + r"(?=[\s)\"'>\]}]|$)")  # not the beginning of a longer address
    return [old.sub(lambda _: new, line) for line in lines]


def _canonical_cves(lines: list[str], source: Source, post: Post | None, found: list[Diagnostic]) -> Lines | None:
    """V501."""
    if post is None:
        return None
    changed: Lines = list(lines)
    for number, start, end, cve in reversed(list(identifiers.misspelt(draft(source, post)))):
        line = changed[number] or ""
        changed[number] = line[:start] + cve + line[end:]
    return changed


def _without_preamble(lines: list[str], source: Source, post: Post | None, found: list[Diagnostic]) -> Lines | None:
    """V102: the line and the empty ones below it, when it holds nothing but the preamble."""
    at = found[0].line - 1
    if not 0 <= at < len(lines) or not _only_preamble(lines[at]):
        return None
    changed: Lines = list(lines)
    while at < len(lines) - 1 and (not lines[at].strip() or _only_preamble(lines[at])):
        changed[at] = None
        at += 1
    return changed


def _only_preamble(line: str) -> bool:
    return PREAMBLE.match(line) is not None and _WHOLE_PREAMBLE.fullmatch(line) is not None


_Mender = Callable[[list[str], Source, Post | None, list[Diagnostic]], "Lines | None"]
_MENDERS: dict[str, _Mender] = {
    "V604": _without_controls, "V203": _without_entities, "V302": _without_tracking, "V501": _canonical_cves,
    "V102": _without_preamble,
}
FIXABLE: Collection[str] = tuple(_MENDERS)


def _safe(code: str, path: str, before: str, after: str, config: Config) -> bool:
    """Whether the mended text means what the text meant, but for what `code` is about."""
    old = frontmatter.read(Source(path, before.encode()), config.site)
    new = frontmatter.read(Source(path, after.encode()), config.site)
    if (old.header is None) != (new.header is None):
        return False
    gone = sum(found.code == code for found in old.problems) - sum(found.code == code for found in new.problems)
    errors = sum(found.severity is Severity.ERROR for found in new.problems)
    if errors > sum(found.severity is Severity.ERROR for found in old.problems) or gone < 0:
        return False
    if old.header and new.header and not _same_header(code, old.header, new.header):
        return False
    if code in ("V203", "V604"):
        return old.body == new.body and gone > 0
    if code == "V102":
        return sections.read_note(old.body, config.sections).origin_url == sections.read_note(
            new.body, config.sections
        ).origin_url
    return old.body.count("\n") == new.body.count("\n")


def _same_header(code: str, old: Header, new: Header) -> bool:
    if code == "V302":
        return replace(old, source="") == replace(new, source="")
    if code == "V501":
        return replace(old, title="") == replace(new, title="")
    return old == new
