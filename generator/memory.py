"""What a process keeps that builds a site again and again: the preview, which has half a second for a save."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from generator import cache
from generator.config import Config
from generator.content.parsed import Parsed, post_key
from generator.disk.read import Read, read_again
from generator.model import Source


class Memory(Struct):
    """What a process keeps that builds a site again and again, so that a build costs what changed. Empty at first.

    Like the files in ``.veille``, it changes no build's outcome.
    """

    files: Read = field(default_factory=dict)
    """Those of posts that have settled."""
    whole: bool = False
    """Whether every post could be read when all were looked at last."""
    settings: bytes = b""
    keys: dict[str, tuple[Source, str]] = field(default_factory=dict)
    """Path → source and its `post_key` with these settings."""
    parsed: dict[str, Parsed] = field(default_factory=dict)
    """By key, the posts of the last build."""
    code: str = ""
    """Digest of the program that runs, once it is known."""
    outline: Any = None
    """`outline.Outline` of the last build."""
    last: cache.Last | None = None
    """What the last build left in its output folder."""
    listing: tuple[int, ...] = ()
    """`disk.sync.listing` of that folder then."""
    unsaved: int = 0
    """Posts that are not in ``.veille`` yet: writing all for each save would cost more than to parse a few again."""
    owing: bool = False
    """Whether ``.veille`` does not hold `past` and `last` yet."""


def remembered(
    root: Path, config: Config, memory: Memory, saved: Collection[str]
) -> tuple[Source, ...] | None:
    """The posts as `memory` has them, but for the files that were `saved`; None when all must be looked at."""
    if not memory.whole or config.pages.startswith(f"{config.posts}/"):
        return None
    for path in saved:
        memory.files.pop(path, None)
    before = {path: source for path, (source, _) in memory.keys.items()}
    return read_again(root, config.posts, before, {*saved, *(before.keys() - memory.files.keys())}, memory.files)


def keyed(sources: Sequence[Source], settings: bytes, code: str, memory: Memory) -> tuple[tuple[Source, str], ...]:
    """The sources with their keys in the memo; `memory` knows most, and then all. `code` is the program's digest."""
    known = memory.keys if memory.settings == settings else {}
    memory.settings, memory.code = settings, code
    memory.keys = {}
    for source in sources:
        before = known.get(source.path)
        memory.keys[source.path] = before if before and before[0] == source else (source, post_key(source, settings))
    return tuple(memory.keys.values())
