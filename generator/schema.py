"""Frozen dataclasses as the schema of a YAML text: the types of their fields, and checks where types say too little."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from generator.text import clip, one_line
from generator.yamlnodes import Mapping, Node, Scalar, Sequence, absent, what

T = TypeVar("T")
V = TypeVar("V")


class BadValue(ValueError):
    """A value that a check refuses: a phrase that follows the value («not a whole number»), and the remedy."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason, hint)
        self.reason, self.hint = reason, hint


Check = Callable[[V], V]
"""Takes a value of the right type, gives it back in its canonical form or raises `BadValue`."""
Report = Callable[[str, int, int, str, str], None]
"""Takes one problem: code, 1-based line and column in the file, message, hint."""


def key(default: V, check: Check[Any], *names: Check[str]) -> V:
    """A field with a check, for the body of a dataclass; the texts of a list are checked one by one.

    A field of the type ``tuple[tuple[str, V], ...]`` is a table, whose keys the author chooses; `names` are the checks
    of these keys, the outer table's first, and `check` is that of the values inside.
    """
    field: V = dataclasses.field(default=default, metadata={"check": check, "names": names})
    return field


def one_of(*allowed: str) -> Check[str]:
    """The check of a word that is one of a few."""
    def check(text: str) -> str:
        if text.lower() in allowed:
            return text.lower()
        raise BadValue(f"not one of {', '.join(allowed)}", f"{near(text, allowed)}write {' or '.join(allowed)}")
    return check


def between(low: int, high: int) -> Check[int]:
    """The check of a whole number with limits."""
    def check(number: int) -> int:
        if low <= number <= high:
            return number
        raise BadValue(f"not between {low} and {high}", f"write a whole number from {low} to {high}")
    return check


def fill(schema: type[T], node: Node, report: Report, name: str = "") -> T:
    """A value of the dataclass `schema` from a mapping; what is missing or wrong has its default.

    Problems go to `report`: V002 for a key that the dataclass does not have, V003 for a value that does not fit. `name`
    is the dotted key that leads here, empty at the root.
    """
    values: dict[str, object] = {}
    types = get_type_hints(schema)
    fields = {field.name: field for field in dataclasses.fields(schema)}  # type: ignore[arg-type]
    if not isinstance(node, Mapping):
        subject = f"'{name}'" if name else "the file"
        report("V003", node.line, node.column, f"{subject} is {_shown(node)}, not a group of keys",
               f"write the keys of {subject} on lines of their own, as in {next(iter(fields))}: …")
        return schema()
    for written, value in node.pairs:
        if written.text not in fields:
            message = f"'{clip(written.text, 60)}' is not a key of {name or 'config.yaml'}"
            report("V002", written.line, written.column, message, _known(written.text, schema, name))
        elif not absent(value):
            field = fields[written.text]
            dotted = f"{name}.{field.name}" if name else field.name
            try:
                if _is_table(types[field.name]):
                    values[field.name] = _table(types[field.name], field, value, report, dotted, 0)
                    continue
                values[field.name] = _value(types[field.name], field, value, report, dotted)
            except BadValue as error:
                report("V003", value.line, value.column, f"'{dotted}' is {_shown(value)}, {error.reason}", error.hint)
    return schema(**values)


def near(word: str, words: Iterable[str]) -> str:
    """The question «did you mean» and the beginning of another way out; nothing when no word is near."""
    by_letters = {_letters(known): known for known in words}
    found = difflib.get_close_matches(_letters(word), by_letters, 1, 0.6)
    return f"did you mean '{by_letters[found[0]]}'? Else " if found else ""


def _letters(word: str) -> str:
    return re.sub(r"[\W_]+", "", word.lower())


def _value(kind: Any, field: dataclasses.Field[Any], node: Node, report: Report, name: str) -> object:
    check: Check[Any] = field.metadata.get("check", _any)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return check(fill(kind, node, report, name))
    if kind is str:
        return check(_text(node))
    if kind is int:
        return check(_number(node, field.default))
    found: dict[Any, None] = {}
    inner = get_args(kind)[0]
    if isinstance(inner, type) and dataclasses.is_dataclass(inner):
        if not isinstance(node, Sequence):
            raise BadValue("not a list", f"write each entry of '{name}' on a line of its own, after a hyphen: - …")
        for item in node.items:
            entry = fill(inner, item, report, name)
            try:
                found[check(entry)] = None
            except BadValue as error:
                report("V003", item.line, item.column, f"'{name}' holds an entry {error.reason}", error.hint)
        return tuple(found)
    # What remains is a tuple of texts; one text is as good as a list of one.
    for item in node.items if isinstance(node, Sequence) else (node,):
        try:
            found[check(_text(item))] = None
        except BadValue as error:
            report("V003", item.line, item.column, f"'{name}' holds {_shown(item)}, {error.reason}", error.hint)
    return tuple(found)


def _is_table(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_origin(get_args(kind)[0]) is tuple


def _table(
    kind: Any, field: dataclasses.Field[Any], node: Node, report: Report, name: str, depth: int
) -> tuple[tuple[str, object], ...]:
    """A table of the author's keys; entries that do not fit are reported and left out."""
    inner = get_args(get_args(kind)[0])[1]
    if isinstance(node, Sequence) and not node.items:
        return ()
    if not isinstance(node, Mapping):
        raise BadValue("not a group of keys", f"write the entries of '{name}' on lines of their own, indented: …: …")
    found: dict[str, object] = {}
    for written, value in node.pairs:
        dotted, at = f"{name}.{written.text}", written
        try:
            known = field.metadata["names"][depth](one_line(written.text))
            at = value if isinstance(value, Scalar) else written
            found[known] = (
                _table(inner, field, value, report, dotted, depth + 1) if _is_table(inner)
                else _value(inner, field, value, report, dotted)
            )
        except BadValue as error:
            what_is = f"'{clip(written.text, 60)}' in '{name}'" if at is written else f"'{dotted}'"
            shown = "" if at is written else f" {_shown(value)},"
            report("V003", at.line, at.column, f"{what_is} is{shown} {error.reason}", error.hint)
    return tuple(found.items())


def _any(value: V) -> V:
    return value


def _text(node: Node) -> str:
    if not isinstance(node, Scalar):
        raise BadValue("not a text", "write one text after the colon, in quotes if it begins with a bracket")
    return one_line(node.text)


def _number(node: Node, example: object) -> int:
    if isinstance(node, Scalar) and re.fullmatch(r"-?[0-9]{1,9}", node.text):
        if node.plain:
            return int(node.text)
        raise BadValue("a text because of its quotes", f"write it without quotes: {int(node.text)}")
    raise BadValue("not a whole number", f"write a whole number, for example {example}")


def _shown(node: Node) -> str:
    """The value as a message names it."""
    return f"'{clip(node.text, 60)}'" if isinstance(node, Scalar) else what(node)


def _known(word: str, schema: type, name: str) -> str:
    """The remedy for an unknown key: the key that was meant, here or one level away, and all that there are."""
    fields = [field.name for field in dataclasses.fields(schema)]
    remark = near(word, fields)
    if word not in fields and not name:
        for group, kind in get_type_hints(schema).items():
            if dataclasses.is_dataclass(kind) and word in (field.name for field in dataclasses.fields(kind)):
                return f"it is a key of '{group}': write it below '{group}:', indented"
                break
    return f"{remark}choose among {', '.join(fields)}"
