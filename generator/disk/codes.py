"""The templates that come with veille, compiled once for an installation: kept where Python keeps its own modules.

To compile them takes as long as to make a thousand pages. Only these are kept, and only beside the program: who can
write there can change the program itself, while a site's folder, and what a cache brings into it, may be anybody's.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from generator.disk.read import packaged_templates

if TYPE_CHECKING:
    from generator.outputs.templates import Compiled

_SUM = 16


def load(program: str) -> Compiled:
    """What the program with the digest `program` has kept; empty when that is nothing, or damaged."""
    try:
        data = place().read_bytes()
    except (OSError, NotImplementedError):
        return {}
    head = _head(program)
    body = data[len(head) + _SUM :]
    if data[: -len(body)] != head + _sum(body):
        return {}
    found: Compiled = marshal.loads(body)
    return found


def save(program: str, known: Compiled, new: Compiled) -> Compiled:
    """Keeps the `new` ones that come with veille beside those that `load` found, where Python may keep its modules.

    Returns what `load` finds from now on, if that can be kept.
    """
    own = {name: (text, code) for name, (text, code) in new.items() if text == _packaged(name)}
    if own.items() <= known.items():
        return known
    kept = dict(sorted({**known, **own}.items()))
    body = marshal.dumps(kept)
    with suppress(OSError, NotImplementedError):
        there = place()
        temporary = there.with_name(f"{there.name}.new")
        try:
            temporary.write_bytes(_head(program) + _sum(body) + body)
            os.replace(temporary, there)
        finally:
            temporary.unlink(missing_ok=True)
    return kept


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
