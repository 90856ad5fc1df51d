"""What the rules about one note look at: the post, and the lines of its file as the author sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.content.frontmatter import BOUNDARY
from generator.diagnostics import Diagnostic, problem
from generator.model import Post, Section, Source
from generator.text import normal_lines, without_controls

_FENCE = re.compile(
    r"^[ \t>]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)?(?P<mark>`{3,}|~{3,})(?P<info>[^`\n]*)$", re.MULTILINE
)
_TICKS = re.compile(r"`+")
_TARGET = re.compile(r"\]\([ \t]*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)|<(https?://[^\s<>]*)>|\bhttps?://[^\s<>()\"']*")
_BLANK = re.compile(r"[^\n]")
_NEXT_BLOCK = re.compile(r"\n[ \t]*(?:\n|[*+-][ \t]|\d{1,9}[.)][ \t]|#|>)|\Z")


_WAITING = 20  # backticks of different lengths that may be open at once: keeps hostile text linear


@dataclass(frozen=True, slots=True)
class Draft:
    """One note, for a rule. Lines are 0-based here, and 1-based in what `found` makes."""

    post: Post
    sections: tuple[Section, ...]
    """Of the post."""
    lines: tuple[str, ...]
    """The whole file."""
    body: int
    """The first line of the body."""
    last: int
    """The line after the author's text: where the tail (a rule, the source link) begins."""
    prose: tuple[str, ...]
    """The lines up to `last`, empty for the header, with spaces for code and link targets: what an author says in
    words. Columns stay as they are."""
    open_code: tuple[int, int] | None
    """Line and column (0-based) of the first backticks that open code and never close it."""

    def found(self, code: str, line: int, column: int, message: str, hint: str) -> Diagnostic:
        """A problem at a place in the file; `line` and `column` are 0-based, a column of -1 means the whole line."""
        excerpt = self.lines[line] if 0 <= line < len(self.lines) else ""
        return problem(code, self.post.path, line + 1, column + 1, message, hint, excerpt=excerpt)

    def text(self) -> Iterator[tuple[int, str]]:
        """The lines of the body with words on them, and their numbers, without the tail."""
        for number in range(self.body, self.last):
            if (line := self.lines[number]) and not line.isspace():
                yield number, line

    def key_line(self, *names: str) -> int:
        """The line of a key of the header; that of the opening dashes without one."""
        pattern = re.compile(rf"[\"']?(?:{'|'.join(names)})[\"']?\s*:", re.IGNORECASE)
        return next((at for at in range(self.body) if pattern.match(self.lines[at])), 0)

    def place(self, url: str) -> tuple[int, int]:
        """The line and column of the source's address: at the end of the note, else in the header."""
        for number in range(len(self.lines) - 1, -1, -1):
            if (at := self.lines[number].find(url)) >= 0:
                return number, at
        return self.key_line("source"), -1


def draft(source: Source, post: Post) -> Draft:
    """The draft of a file that became a post. Any text has one."""
    text = normal_lines(source.data.decode("utf-8", "replace"))
    lines = text.split("\n")
    body = 0
    bare = without_controls(text)  # as the reader of the front matter sees it
    for count, boundary in enumerate(BOUNDARY.finditer(bare)):
        if count == 1:
            body = bare.count("\n", 0, boundary.start()) + 1
            break
    last = _last(lines, body, post)
    masked = "\n".join(lines[body:last])
    opened = -1
    if "`" in masked or "~~~" in masked:
        masked, opened = _without_code(masked)
    if "](" in masked or "://" in masked:
        masked = _TARGET.sub(_spaces, masked)
    prose = ("",) * body + tuple(masked.split("\n")) if last > body else ("",) * body
    place = (body + masked.count("\n", 0, opened), opened - masked.rfind("\n", 0, opened) - 1)
    return Draft(post, post.sections, tuple(lines), body, last, prose, place if opened >= 0 else None)


def _last(lines: list[str], body: int, post: Post) -> int:
    """Where the tail begins: the last line, when it holds the source's address, with the rule above it."""
    end = len(lines)
    while end > body and not lines[end - 1].strip():
        end -= 1
    if end > body and post.origin and post.origin.url in lines[end - 1] and post.origin_label:
        end -= 1
        above = end
        while above > body and not lines[above - 1].strip():
            above -= 1
        if above > body and re.fullmatch(r"[ \t]*(?:[-*_][ \t]*){3,}", lines[above - 1][:200]):
            return above - 1
    return end


def _without_code(text: str) -> tuple[str, int]:
    """The text with spaces for code, and where code first opens that nothing closes, or -1. Linear."""
    spans: list[tuple[int, int]] = []
    fenced = -1  # the fence that nothing closes
    loose: list[int] = []
    at = 0
    while (fence := _FENCE.search(text, at)) is not None:
        mark = fence["mark"]
        close = re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
        end = close.search(text, fence.end())
        if end is None:
            fenced = fence.start("mark")
            break
        spans.append((fence.start("mark"), end.end()))
        at = end.end()
    text, spans = _blanked(text, spans), []
    waiting: list[tuple[int, int]] = []
    block_end = -1
    for run in _TICKS.finditer(text):
        if run.start() == fenced:
            continue
        escaped = text[run.start() - 1 : run.start()] == "\\"
        if run.start() >= block_end:
            loose += [start for start, _ in waiting]
            waiting = []
            following = _NEXT_BLOCK.search(text, run.end())
            block_end = following.start() if following else len(text)
        size = run.end() - run.start()
        match = next((index for index, (_, width) in enumerate(waiting) if width == size), None)
        if match is None:
            if len(waiting) < _WAITING and not escaped:
                waiting.append((run.start(), size))
        else:
            spans.append((waiting[match][0], run.end()))
            waiting = []
    loose += [start for start, _ in waiting] + ([fenced] if fenced >= 0 else [])
    return _blanked(text, spans), min(loose, default=-1)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        if start < at:
            continue
        parts += [text[at:start], _BLANK.sub(" ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _spaces(found: re.Match[str]) -> str:
    whole = found[0]
    kept = whole.index("(") + 1 if whole.startswith("]") else 0
    return whole[:kept] + " " * (len(whole) - kept)
