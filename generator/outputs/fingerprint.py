"""The digest by which `disk.sync` knows that a file would get the same bytes again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from hashlib import blake2b

from msgspec import Struct

from generator.model import Post


def fingerprint(*parts: object) -> str:
    """A hex digest of values: equal values have equal digests in every process, others have others.

    Walks structs and dataclasses (class and fields), tuples, mappings, strings, bytes, numbers, booleans, None, dates
    and datetimes (wall time, offset and zone). A `Post`, or any other with a field `key`, counts by that key, which
    stands for the whole value. The order of a mapping counts, because a template that walks it shows it. Raises
    `TypeError` for anything else, sets and lists included: they have no order, or are not frozen.
    """
    found: list[str] = []
    _walk(parts, found.append)
    return blake2b("".join(found).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def digest(*texts: str) -> str:
    """As `fingerprint`, of texts alone, in a tenth of the time."""
    written, kind = "\0".join(texts), b""
    if written.count("\0") >= len(texts):  # a text holds the mark between texts
        written, kind = "".join([f"{len(text)}:{text}" for text in texts]), b"lengths"
    return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16, person=kind).hexdigest()


@cache
def _reader(kind: type) -> tuple[str, tuple[str, ...]] | None:
    """The mark of a struct or dataclass and the names of its fields; None for any other type."""
    if issubclass(kind, Struct):
        names = kind.__struct_fields__
    elif is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
    else:
        return None
    names = ("key",) if "key" in names else names
    mark = f"{kind.__module__}.{kind.__qualname__}({','.join(names)})"
    return f"d{len(mark)}:{mark}", names


def _walk(value: object, add: Callable[[str], None]) -> None:
    """Write every value with its type and its length, so that no two sequences of values read the same."""
    kind = type(value)
    if kind is str:
        add(f"s{len(value)}:{value}")  # type: ignore[arg-type]
    elif kind is int or kind is float or kind is bool or value is None:
        add(f"{kind.__name__[0]}{value!r};")
    elif kind is Post:
        add(f"P{len(value.key)}:{value.key}")  # type: ignore[attr-defined]
    elif kind is tuple:
        add(f"t{len(value)}:")  # type: ignore[arg-type]
        for item in value:  # type: ignore[attr-defined]
            _walk(item, add)
    else:
        _walk_other(kind, value, add)


def _walk_other(kind: type, value: object, add: Callable[[str], None]) -> None:
    """The rarer kinds."""
    if (dataclass_reader := _reader(kind)) is not None:
        mark, names = dataclass_reader
        add(mark)
        for name in names:
            _walk(getattr(value, name), add)
    elif isinstance(value, datetime):
        text = f"{value.isoformat()}/{value.fold}/{value.tzinfo}"
        add(f"z{len(text)}:{text}")
    elif isinstance(value, date):
        add(f"a{value.isoformat()};")
    elif isinstance(value, bytes):
        add(f"y{len(value)}:{value.hex()}")
    elif isinstance(value, Mapping):
        add(f"m{len(value)}:")
        for name, item in value.items():
            _walk(name, add)
            _walk(item, add)
    else:
        raise TypeError(f"a fingerprint has no form for {kind.__module__}.{kind.__qualname__}")
