"""The keys of a note's header: which names mean the same field, and what their values are as texts, lists and JSON."""

from __future__ import annotations

import difflib
import json
import re
from typing import Protocol
from zoneinfo import ZoneInfo

from generator.content import dates
from generator.diagnostics import Severity
from generator.text import clip, one_line
from generator.yamlnodes import Mapping, Node, Scalar, Sequence, absent, what

NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "date": ("date", "publishdate", "pubdate"),
    "permalink": ("permalink", "url"),
    "slug": ("slug",),
    "tags": ("tags", "tag", "categories", "category"),
    "updated": ("updated", "lastmod", "modified", "last_modified_at"),
    "draft": ("draft",),
    "published": ("published",),
    "aliases": ("redirect_from", "aliases"),
    "source": ("source",),
    "description": ("description", "summary", "excerpt"),
    "author": ("author",),
    "lang": ("lang",),
    "cves": ("cve", "cves"),
    "layout": ("layout",),
    "feed_id": ("feed_id",),
    "ignore": ("ignore",),
}
"""What a field is called, in Jekyll's words and in Hugo's; the first that has a value counts. Case does not matter, and
``-`` is as good as ``_``."""

_FIELDS = {name: field for field, names in NAMES.items() for name in names}
YES, NO = ("true", "yes", "on"), ("false", "no", "off")  # the words of YAML 1.1, which Jekyll reads
_as_json = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` makes an encoder for each value
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,14})?", re.ASCII)


class Report(Protocol):
    """Takes one problem: code, 1-based line and column in the file, message, hint."""

    def __call__(
        self, code: str, line: int, column: int, message: str, hint: str, severity: Severity | None = None
    ) -> None:
        """Keeps the problem."""


class Keys:
    """The pairs of a header by field, and which of them were asked for."""

    def __init__(self, root: Mapping, report: Report) -> None:
        self.report = report
        self.pairs: list[tuple[str, Scalar, Node]] = []
        self.valued: dict[str, tuple[Scalar, Node]] = {}
        self.used: set[str] = set()
        self.fields: set[str] = set()
        known: dict[str, int] = {}
        for key, node in root.pairs:
            name = key.text.strip().lower().replace("-", "_")
            if name in known:
                report("V201", key.line, key.column, f"the key '{key.text}' says what line {known[name]} says already",
                       "keep one of the two lines")
            elif name in _FIELDS:
                known[name] = key.line
                self.fields.add(_FIELDS[name])
            self.pairs.append((name, key, node))
            if not absent(node):
                self.valued.setdefault(name, (key, node))

    def all(self, field: str) -> list[tuple[Scalar, Node]]:
        """Key and value under every name of the field that has a value, in the author's order."""
        if field not in self.fields:  # most fields of most notes
            return []
        self.used.update(NAMES[field])
        return [pair for name, pair in self.valued.items() if name in NAMES[field]]

    def first(self, field: str) -> tuple[Scalar, Node] | None:
        """Key and value under the first name of the field that has a value; the others stay for the templates."""
        if field not in self.fields:
            return None
        for name in NAMES[field]:
            if name in self.valued:
                self.used.add(name)
                return self.valued[name]
        self.used.update(NAMES[field])
        return None

    def text(self, field: str, pattern: re.Pattern[str] | None = None, hint: str = "") -> str:
        """The field on one line; empty when absent, or when it is no text or does not match, which is reported."""
        found = self.first(field)
        if not found:
            return ""
        key, node = found
        if not isinstance(node, Scalar):
            self.wrong(node, f"'{key.text}' is {what(node)}, not a text",
                       f"write one text after '{key.text}: ', in quotes")
            return ""
        text = one_line(node.text)
        if pattern and text and not pattern.fullmatch(text):
            self.wrong(node, f"'{clip(text, 60)}' cannot be the value of '{key.text}'", hint)
            return ""
        return text

    def items(self, field: str, example: str) -> list[tuple[Scalar, bool]]:
        """The texts of a field that is a list or one text, and whether each stands in a list. Others are reported."""
        found = []
        for key, node in self.all(field):
            parts = node.items if isinstance(node, Sequence) else (node,)
            for part in parts:
                if not isinstance(part, Scalar):
                    where = "holds" if isinstance(node, Sequence) else "is"
                    self.wrong(part, f"'{key.text}' {where} {what(part)}", f"write a list: {key.text}: {example}")
                elif not absent(part) and part.text.strip():
                    found.append((part, isinstance(node, Sequence)))
        return found

    def wrong(self, node: Node, message: str, hint: str) -> None:
        """Reports a value that does not fit its key."""
        self.report("V204", node.line, node.column, message, hint)

    def similar(self, name: str) -> str:
        """A remark about a key that looks like a slip for `name`; empty without one."""
        names = [key.text for known, key, _ in self.pairs if known not in _FIELDS]
        near = difflib.get_close_matches(name, names, 1, 0.7)
        return f"did you mean '{name}' where you wrote '{near[0]}'? Else " if near else ""

    def extra(self, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
        """What nobody asked for, as JSON."""
        return tuple(
            (key.text, _as_json(_plain(node, zone)))
            for name, key, node in self.pairs if name not in self.used
        )

    def lines(self) -> tuple[tuple[str, int], ...]:
        """The line of each key."""
        return tuple((name, key.line) for name, key, _ in self.pairs)


def _plain(node: Node, zone: ZoneInfo) -> object:
    """What JSON can hold of a value: quoted texts as they are, others as YAML 1.1 reads them, dates in ISO's form."""
    if isinstance(node, Sequence):
        return [_plain(item, zone) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: _plain(value, zone) for key, value in node.pairs}
    if absent(node):
        return None
    if not node.plain:
        return node.text
    if node.text.lower() in YES + NO:
        return node.text.lower() in YES
    if number := _NUMBER.fullmatch(node.text):
        return float(node.text) if number[2] else int(node.text)
    try:
        when, has_time = dates.parse(node.text, zone)
    except dates.DateError:
        return node.text
    return when.isoformat() if has_time else when.date().isoformat()
