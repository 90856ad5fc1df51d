"""What veille remembers between builds, in ``.veille/``. Safe to delete at any time; damaged or foreign, it is ignored.

msgspec, because its MessagePack runs no code when it is read, checks every type, and decodes a thousand posts in a few
milliseconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import zlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from generator import memo
from generator.diagnostics import Diagnostic
from generator.disk.below import Folder
from generator.disk.sync import Written
from generator.relations import Past
from generator.site import Held

FOLDER = ".veille"
PREVIEW = "serve"
"""Below it, the folder of the site that ``veille serve`` shows."""
_OUTPUT = "output-{}.cache"
_KEPT = 3
"""Output folders that are remembered: the site, its preview, and one more."""
_SEEN = "sources.cache"
_RELATIONS = "relations.cache"
_FINDINGS = "check.cache"
_BUNDLE = "search-{}.cache"
_MAGIC = b"veille cache 1\n"

T = TypeVar("T")


class Outcome(msgspec.Struct, frozen=True):
    """What a build found, and when another one would find the same."""

    inputs: str
    """`Gathered.digest` of what it read."""
    since: date
    """The day of the newest post: from then on it is published."""
    until: date
    """The day when the next scheduled post is due."""
    problems: tuple[Diagnostic, ...]
    posts: int
    skipped: tuple[str, ...]
    held: Held
    quarantined: tuple[str, ...]

    def holds(self, inputs: str, today: date) -> bool:
        """Whether a build of these inputs, today, has the same outputs and the same problems."""
        return self.inputs == inputs and self.since <= today < self.until


class Seen(msgspec.Struct):
    """The files of posts as the last build saw them."""

    settings: bytes
    """`settings_digest` of that build: with others, the keys are not those of the files."""
    marks: dict[str, tuple[int, ...]]
    """`Gathered.marks`."""
    keys: dict[str, str]
    """Of the same files, in the memo."""


def load_seen(root: Path) -> Seen | None:
    """The posts as the last build saw them; None when there is nothing to trust."""
    found = _load(root / FOLDER / _SEEN, Seen)
    return found if found and found.marks.keys() == found.keys.keys() else None


def save_seen(root: Path, seen: Seen) -> None:
    """Remembers the posts as they were seen."""
    _save(root, _SEEN, seen)


class Last(msgspec.Struct):
    """What the last build left in an output folder."""

    folder: str
    """Relative to the site's, since a fresh checkout on another machine may lie elsewhere."""
    files: dict[str, Written]
    outcome: Outcome


def code_version() -> str:
    """Digest of veille's own code and of the names of all installed distributions, which hold their versions.

    A build with other code, or with another release of a library, must not trust what an earlier one remembered.
    """
    package = Path(__file__).parent
    digest = hashlib.blake2b(repr(sys.version_info[:2]).encode(), digest_size=16)
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    libraries = Path(msgspec.__file__).parent.parent
    names = sorted(name for name in os.listdir(libraries) if name.endswith(".dist-info"))
    digest.update("\0".join(names).encode())
    return digest.hexdigest()


def posts_path(root: Path) -> Path:
    """The file of `memo`."""
    return root / FOLDER / memo.NAME


def load_last(root: Path, folder: Path) -> Last | None:
    """What the last build left in the output folder `folder`; None when there is nothing to trust."""
    name = relative(root, folder)
    found = _load(root / FOLDER / _name(name), Last)
    return found if found and found.folder == name else None


def save_last(root: Path, last: Last) -> None:
    """Remembers what lies in an output folder now, and forgets the folders that were not built for longest."""
    _save(root, _name(last.folder), last)
    with contextlib.suppress(OSError):
        for old in sorted((root / FOLDER).glob(_OUTPUT.format("*")), key=lambda path: -path.stat().st_mtime)[_KEPT:]:
            old.unlink()


def relative(root: Path, folder: Path) -> str:
    """The output folder as `Last.folder` has it."""
    return Path(os.path.relpath(folder, root)).as_posix()


class _Kept(msgspec.Struct):
    code: str
    past: Past | None


def load_past(root: Path, code: str) -> Past | None:
    """What relating notes may begin with; None when there is nothing to trust, or the program is not the same."""
    found = _load(root / FOLDER / _RELATIONS, _Kept)
    return found.past if found and found.code == code else None


def save_past(root: Path, code: str, past: Past | None) -> None:
    """Remembers what relating notes may begin with."""
    _save(root, _RELATIONS, _Kept(code, past))


class Findings(msgspec.Struct):
    """What the last `veille check` found."""

    inputs: str
    """`Gathered.digest` of what it read."""
    problems: tuple[Diagnostic, ...]
    """All of them, with the severities that the settings give them."""
    quarantined: tuple[str, ...]
    """Files that a build leaves out."""
    notes: dict[str, tuple[Diagnostic, ...]]
    """Key of a post → what the rules about one note found there."""


def load_findings(root: Path) -> Findings | None:
    """What the last check found; None when there is nothing to trust."""
    return _load(root / FOLDER / _FINDINGS, Findings)


def save_findings(root: Path, findings: Findings) -> None:
    """Remembers what a check found."""
    _save(root, _FINDINGS, findings)


class Bundle(msgspec.Struct):
    """The search index of one period."""

    digest: str
    """Of all that it was made from."""
    files: dict[str, bytes]
    """By their path below the bundle's folder."""


def load_bundle(root: Path, period: str) -> Bundle | None:
    """The search index of a period; None when there is nothing to trust."""
    return _load(root / FOLDER / _BUNDLE.format(period), Bundle)


def save_bundle(root: Path, period: str, bundle: Bundle) -> None:
    """Remembers the search index of a period."""
    _save(root, _BUNDLE.format(period), bundle)


def keep_bundles(root: Path, periods: Iterable[str]) -> None:
    """Forgets the search index of every other period."""
    names = {_BUNDLE.format(period) for period in periods}
    with contextlib.suppress(OSError):
        for old in (root / FOLDER).glob(_BUNDLE.format("*")):
            if old.name not in names:
                old.unlink()


def _name(folder: str) -> str:
    return _OUTPUT.format(hashlib.blake2b(os.fsencode(folder), digest_size=4).hexdigest())


def _load(path: Path, kind: type[T]) -> T | None:
    try:
        with Folder.open(path.parent) as folder:
            data = folder.read(path.name)
        head = len(_MAGIC) + 4
        checksum = zlib.crc32(memoryview(data)[head:]).to_bytes(4, "big")
        if data[:head] != _MAGIC + checksum:
            return None
        return msgspec.msgpack.decode(memoryview(data)[head:], type=kind)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _save(root: Path, name: str, value: object) -> None:
    """Writes atomically. A cache that cannot be written makes the next build slow, not this one fail."""
    body = msgspec.msgpack.encode(value)
    temporary = f"{name}.new"
    with contextlib.suppress(OSError):
        (root / FOLDER).mkdir(exist_ok=True)
        with Folder.open(root / FOLDER) as folder:
            with contextlib.suppress(FileNotFoundError):
                folder.unlink(temporary)
            with folder.create(temporary) as file:
                file.write(_MAGIC + zlib.crc32(body).to_bytes(4, "big"))
                file.write(body)
            folder.take(folder, temporary, name)
