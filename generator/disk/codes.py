"""The templates that come with veille, compiled once for an installation: kept where Python keeps its own modules.

To compile them takes as long as to make a thousand pages. Only these are kept, and only beside the program: who can
write there can change the program itself, while a site's folder, and what a cache brings into it, may be anybody's.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from generator.disk.read import packaged_templates

_SUM = 16


def load(program: str) -> Mapping[str, tuple[str, bytes]]:
    """What the program with the digest `program` has kept; empty when that is nothing, or damaged."""
    try:
        data = place().read_bytes()
    except (OSError, NotImplementedError):
        return {}
    head = _head(program)
    body = data[len(head) + _SUM :]
    if data[: -len(body)] != head + _sum(body):
        return {}
    found: Mapping[str, tuple[str, bytes]] = marshal.loads(body)
    return found


def save(program: str, known: Mapping[str, tuple[str, bytes]], new: Mapping[str, tuple[str, bytes]]) -> None:
    """Keeps the `new` ones that come with veille beside those that `load` found, where Python may keep its modules."""
    own = {name: (text, code) for name, (text, code) in new.items() if text == _packaged(name)}
    if own.items() <= known.items():
        return
    body = marshal.dumps(dict(sorted({**known, **own}.items())))
    with suppress(OSError, NotImplementedError):
        there = place()
        temporary = there.with_name(f"{there.name}.new")
        try:
            temporary.write_bytes(_head(program) + _sum(body) + body)
            os.replace(temporary, there)
        finally:
            temporary.unlink(missing_ok=True)


def place() -> Path:
    """The file. Raises `NotImplementedError` where Python keeps nothing."""
    return Path(cache_from_source(__file__)).with_name(f"templates.{sys.implementation.cache_tag}.cache")


def _head(program: str) -> bytes:
    return f"veille templates 1 {program}\n".encode()


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_SUM).digest()


def _packaged(name: str) -> str | None:
    try:
        return (packaged_templates() / name).read_text("utf-8-sig")
    except (OSError, ValueError):
        return None
