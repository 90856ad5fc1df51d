"""The memo of `parse_post`: what became of each source, by key, in one file under ``.veille`` that mostly grows.

The file is a row of segments, each with its length and checksum. A build with a few new posts adds a segment and leaves
the others alone; what a killed build left half-written fails its checksum and is cut off by the next one. When too much
of the file is of no use any more, or it is in too many pieces, it is written anew, so that it never outgrows the site.
Damaged or foreign, it is ignored from the first doubt on. msgspec, because its MessagePack runs no code when it is
read, checks every type (of sections, when they are asked for), and decodes a thousand posts in a few milliseconds.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import msgspec

from generator.content.parsed import Parsed
from generator.disk.below import Folder, read
from generator.model import Post

NAME = "posts.cache"
_MAGIC = b"veille posts 4\n"
_MINUTE = timedelta(minutes=1)
_PIECES = 64
"""Segments that the file may have."""
_USELESS = 0.25
"""Share of the file's posts that may be of no use."""


class _Record(msgspec.Struct, array_like=True, gc=False):
    key: str
    parsed: Parsed
    dates: tuple[str, ...] = ()
    """Of a post whose zone has seconds in its offset, as zones had until 1972: msgspec reads no such date."""


class Memo(msgspec.Struct, frozen=True):
    """What the file holds."""

    posts: Mapping[str, Parsed] = msgspec.field(default_factory=dict)
    """By key."""
    size: int = 0
    """Bytes of the file that can be trusted."""
    pieces: int = 0


_DATE, _UPDATED = map(Post.__struct_fields__.index, ("date", "updated"))
_record = msgspec.msgpack.Decoder(_Record).decode
_records = msgspec.msgpack.Decoder(list[_Record]).decode


def encode(key: str, parsed: Parsed) -> bytes:
    """What became of the source with this key, as bytes; `decode` is the inverse."""
    post = parsed.post
    odd: tuple[str, ...] = ()
    if post is None:
        return msgspec.msgpack.encode(_Record(key, parsed))
    # MessagePack's own time stamps are UTC; the author's zone, and with it the civil date, must not be lost.
    dates = (post.date.isoformat(), post.updated.isoformat() if post.updated else "")
    if _is_odd(post.date) or _is_odd(post.updated):
        dates, odd = ("1970-01-01T00:00:00Z", ""), dates
    values = list(msgspec.structs.astuple(post))
    values[_DATE], values[_UPDATED] = dates[0], dates[1] or None
    return msgspec.msgpack.encode((key, (values, parsed.problems), odd))


def decode(data: bytes) -> Parsed:
    """What `encode` was given, without the key. Raises `ValueError` for other bytes."""
    return _parsed(_record(data))


def load(path: Path) -> Memo:
    """What the file at `path` holds; empty when there is nothing to trust."""
    posts: dict[str, Parsed] = {}
    at, pieces = len(_MAGIC), 0
    try:
        data = memoryview(read(path.parent, path.name))
        if data[:at] != _MAGIC:
            return Memo()
        while len(head := data[at : at + 8]) == 8:
            length, checksum = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
            body = data[at + 8 : at + 8 + length]
            if len(body) != length or zlib.crc32(body) != checksum:
                break
            posts.update({record.key: _parsed(record) if record.dates else record.parsed for record in _records(body)})
            at, pieces = at + 8 + length, pieces + 1
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        pass
    return Memo(posts, at, pieces) if pieces else Memo()


def save(path: Path, memo: Memo, used: Collection[str], fresh: Mapping[str, bytes]) -> None:
    """Brings the file, which holds `memo`, up to date: `used` are the keys that are still of use, `fresh` new records.

    A file that cannot be written makes the next build slow, not this one fail.
    """
    useless = len(memo.posts) - len(used)
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        if memo.pieces and memo.pieces < _PIECES and useless <= _USELESS * len(memo.posts):
            if fresh:
                _append(path, memo.size, list(fresh.values()))
            return
        _rewrite(path, [*(encode(key, memo.posts[key]) for key in used), *fresh.values()])


def _append(path: Path, size: int, records: Sequence[bytes]) -> None:
    with Folder.open(path.parent) as folder, folder.go_on(path.name, size) as file:
        _write_segment(file, records)


def _rewrite(path: Path, records: Sequence[bytes]) -> None:
    temporary = f"{path.name}.new"
    with Folder.open(path.parent) as folder:
        with contextlib.suppress(FileNotFoundError):
            folder.unlink(temporary)
        with folder.create(temporary) as file:
            file.write(_MAGIC)
            _write_segment(file, records)
        folder.take(folder, temporary, path.name)


def _write_segment(file: IO[bytes], records: Sequence[bytes]) -> None:
    """The records as one MessagePack array, with length and checksum."""
    parts = (b"\xdd" + len(records).to_bytes(4, "big"), *records)  # joined, they would be a second copy of all posts
    checksum = 0
    for part in parts:
        checksum = zlib.crc32(part, checksum)
    file.write(sum(map(len, parts)).to_bytes(4, "big") + checksum.to_bytes(4, "big"))
    file.writelines(parts)


def _parsed(record: _Record) -> Parsed:
    post = record.parsed.post
    if post is None or not record.dates:
        return record.parsed
    date, updated = (datetime.fromisoformat(text) if text else None for text in record.dates)
    return Parsed(msgspec.structs.replace(post, date=date, updated=updated), record.parsed.problems)


def _is_odd(moment: datetime | None) -> bool:
    offset = moment.utcoffset() if moment else None
    return bool(offset and offset % _MINUTE)
