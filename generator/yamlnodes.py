"""YAML text → nodes that know their place, for the two readers: front matter and ``config.yaml``.

Scalars stay the text that the author wrote: YAML 1.1 would make ``no`` a boolean, ``12:30`` the number 750 and ``0123``
the number 83. What YAML would accept in silence and an author never means is a mistake here: a key that comes twice, an
anchor, an alias, a tag (``title: !important``), a second document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

import yaml
from msgspec import Struct

from generator.diagnostics import Diagnostic, problem
from generator.model import Source
from generator.text import CONTROL, normal_lines
from generator.yamlerrors import Mistake, explain, quoted

LIMIT = 65_536
"""Characters of a text. The longest real header has 2,000; a parser in Python needs a second for so many."""
DEPTH = 20
"""Levels of nesting. libyaml needs quadratic time for deep ones."""
MANY = 20
"""Mistakes after which reading stops: more help nobody."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml is 15 times as fast, and not in every build of PyYAML

_GAP = "[ \u00a0\u202f]"
_FLAT = re.compile(
    r"(?:(?a:([A-Za-z_][\w-]{0,60})):|( *)-)"
    r"(?: +(?:'((?:[^'\n]++|'')*)'|\"([^\"\\\n]*)\"|((?:[^\W_]|/)(?:[^\s:#]++|:(?=\S)|#(?<=\S#)| +(?=[^\s#]))*)))?"
    r" *(?:\n|\Z)"
)
"""A key or a dash, then a value on the same line, in quotes or of harmless characters."""
_FRAME = re.compile(rf"^{_GAP}*(?:-{_GAP}+)*(?:[\w.-]+{_GAP}*:{_GAP}+)?", re.MULTILINE)


class Scalar(Struct, frozen=True, gc=False):
    """A value without parts."""

    text: str
    """Unquoted, escapes resolved, without control characters; empty when the author wrote nothing."""
    plain: bool
    """Written without quotes and not as a block."""
    line: int
    """1-based, in the file."""
    column: int
    """1-based, in characters."""


class Sequence(Struct, frozen=True, gc=False):
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


class Mapping(Struct, frozen=True, gc=False):
    """Keys and values in the author's order; no key comes twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int


Node: TypeAlias = Scalar | Sequence | Mapping


def absent(node: Node) -> bool:
    """Whether the author wrote YAML's nothing: no text, ``~`` or ``null``, unquoted."""
    return isinstance(node, Scalar) and node.plain and node.text in ("", "~", "null")


def what(node: Node) -> str:
    """The node's kind in plain words: ``a list``."""
    if isinstance(node, Scalar):
        return "nothing" if absent(node) else "a text"
    return "a list" if isinstance(node, Sequence) else "a group of keys"


def parse(text: str, first_line: int = 1) -> tuple[Node | None, tuple[Mistake, ...]]:
    """The one document of a YAML text, and every mistake in it. Never raises.

    ``text`` has ``\\n`` line ends and no control characters; its first line is line `first_line` of the file. The node
    is None when the text holds nothing but comments, or when it cannot be read; then there is a mistake.
    """
    if len(text) > LIMIT:
        return None, (Mistake(first_line, 1, f"{len(text):,} characters of YAML are too many: the limit is {LIMIT:,}",
                              "check that the text is not pasted twice, and that the closing --- is in its place"),)
    flat = _flat(text, first_line)
    if flat is not None:
        return flat, ()
    reader = _Reader(text, first_line)
    try:
        return reader.document(), tuple(reader.mistakes)
    except _TooMuch:
        return None, tuple(reader.mistakes)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line, mark.column) if mark else (0, 0)
        since = error.context_mark.line if error.context_mark else place[0]
        cause = explain(text, error.problem or "", place, error.context or "", since, first_line)
        return None, (*reader.mistakes, cause)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        return None, (*reader.mistakes, Mistake(first_line, 1, f"the YAML cannot be read ({reason})",
                                                "remove unusual characters from it"))


def _flat(text: str, first_line: int) -> Mapping | None:
    """The nodes of keys with plain values and lists of such, as nearly all headers are, at a tenth of YAML's cost.

    None when anything in the text is less than plain; then YAML has to say what it means.
    """
    pairs: dict[str, tuple[Scalar, Node]] = {}
    owner: Scalar | None = None  # a key without a value on its line: the next lines are its list
    items: list[Scalar] = []
    indent = ""
    at, line, end = 0, first_line, len(text)
    while at < end or owner:
        match = _FLAT.match(text, at)
        if owner and (match is None or match[1]):  # its list has ended
            if not items:
                return None
            pairs[owner.text] = (owner, Sequence(tuple(items), items[0].line, len(indent) + 1))
            owner, items = None, []
            continue
        if match is None:
            return None
        name, dash, single, double, plain = match.groups()
        value: Scalar | None = None
        if plain is not None:
            value = Scalar(plain, True, line, match.start(5) - at + 1)
        elif single is not None:
            value = Scalar(single.replace("''", "'"), False, line, match.start(3) - at)
        elif double is not None:
            value = Scalar(double, False, line, match.start(4) - at)
        if name is None:
            if owner is None or value is None or (items and dash != indent):
                return None
            indent = dash
            items.append(value)
        elif name in pairs:
            return None
        elif value is None:
            owner = Scalar(name, True, line, 1)
        else:
            pairs[name] = (Scalar(name, True, line, 1), value)
        at = match.end()
        line += 1
    return Mapping(tuple(pairs.values()), first_line, 1) if pairs and "\ufeff" not in text else None


class _TooMuch(Exception):
    """Reading on would cost time and help nobody."""


class _Reader:
    """Composes nodes from the parser's events, which PyYAML's own composer does without limits of depth or aliases."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.events: Iterator[yaml.Event] = iter(_LOADER(text).get_event, None)
        self.mistakes: list[Mistake] = []

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root:
                    self.mistake(event, "a second YAML document begins here", "remove this line of dashes")
                    raise _TooMuch
                root = self.node(next(self.events), 0)
        return root

    def place(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        assert mark is not None  # every event of a parser has one
        return mark.line + self.first_line, mark.column + 1

    def mistake(self, event: yaml.Event, message: str, hint: str) -> None:
        self.mistakes.append(Mistake(*self.place(event), message, hint))
        if len(self.mistakes) >= MANY:
            raise _TooMuch

    def node(self, event: yaml.Event, depth: int) -> Node:
        line, column = self.place(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, line, column)
        if isinstance(event, yaml.AliasEvent):
            self.sign(event)
            return Scalar(f"*{event.anchor}", True, line, column)
        if depth >= DEPTH:
            self.mistake(event, f"the YAML is nested more than {DEPTH} levels deep", "write it flatter")
            raise _TooMuch
        assert isinstance(event, yaml.CollectionStartEvent)  # nothing else begins a node
        self.unsigned(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.append(self.node(event, depth + 1))
            return Sequence(tuple(items), line, column)
        return Mapping(tuple(self.pairs(depth)), line, column)

    def pairs(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                self.mistake(event, f"a key is {what(key)}", "put the value in quotes if it begins with [ or {")
            elif key.text in seen:
                self.mistake(event, f"the key '{key.text}' comes twice; it is on line {seen[key.text]} too",
                             "keep one of the two lines")
            else:
                seen[key.text] = key.line
                yield key, value

    def scalar(self, event: yaml.ScalarEvent, line: int, column: int) -> Scalar:
        plain = not event.style
        text: str = event.value
        self.unsigned(event)
        if event.style == '"' and CONTROL.search(text):
            self.mistake(event, "an escape in the quotes stands for a control character",
                         "use single quotes: in them a backslash is just a backslash")
            text = CONTROL.sub("", text)
        last = event.end_mark.line + self.first_line if event.end_mark else line
        if plain and last > line:
            self.swallowed(line, last)
        return Scalar(text, plain, line, column)

    def swallowed(self, first: int, last: int) -> None:
        """A list item that is indented more than its neighbours is part of the text above it: YAML does not say so."""
        for number, line in enumerate(self.text.split("\n")[first + 1 - self.first_line :][: last - first], first + 1):
            if line.lstrip().startswith("- ") and len(self.mistakes) < MANY:
                self.mistakes.append(Mistake(
                    number, len(line) - len(line.lstrip()) + 1,
                    "this list item is indented differently from the one above, so YAML takes both for one text",
                    "begin all '- ' of a list in the same column"))

    def unsigned(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self.sign(event)

    def sign(self, event: yaml.Event) -> None:
        """YAML gives ``&``, ``*`` and ``!`` at the start of a value a meaning that would eat the author's words."""
        line, column = self.place(event)
        rest = self.text.split("\n")[line - self.first_line][column - 1 :]
        self.mistake(event, f"a value cannot begin with '{rest[:1]}' unless it is in quotes",
                     f"write {quoted(rest)}; veille reads no YAML anchors, aliases and tags")


def plain_spaces(text: str) -> str:
    """The YAML text with ordinary spaces where YAML gives spaces a meaning: before, in and after ``key:`` and ``-``.

    Keyboards write a no-break space where a modifier key is held too long, and YAML takes it for a letter. Those inside
    a value are the author's and stay. No column moves.
    """
    if "\u00a0" not in text and "\u202f" not in text:
        return text
    return _FRAME.sub(lambda frame: re.sub(_GAP, " ", frame[0]), text)


def decode(source: Source) -> tuple[str, Diagnostic | None]:
    """The text of a file with ``\\n`` line ends and without BOM, or the place where it stops being UTF-8 (V211)."""
    try:
        return normal_lines(source.data.decode("utf-8")).lstrip("\ufeff"), None
    except UnicodeDecodeError as error:
        before = normal_lines(source.data[: error.start].decode("utf-8")).split("\n")
        byte = source.data[error.start]
        if source.data.startswith((b"\xff\xfe", b"\xfe\xff")):
            message = "the file is UTF-16 text, not UTF-8"
        else:
            message = f"the byte 0x{byte:02X} is not UTF-8 text"
            if byte >= 0xA0:
                message += f" (an editor that saves Windows-1252 writes it for '{chr(byte)}')"
        rest = normal_lines(source.data[error.start : error.start + 200].decode("utf-8", "replace")).split("\n")[0]
        return "", problem("V211", source.path, len(before), len(before[-1]) + 1, message,
                           "save the file as UTF-8 in your editor", excerpt=before[-1] + rest)
