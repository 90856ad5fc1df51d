"""Reads a foreign folder with care: no links followed, no huge file taken into memory, one order everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

TEXT_LIMIT = 5_000_000
"""Bytes of a post, page or settings file: the longest real post has 40,000."""
FILE_LIMIT = 100_000_000
"""Bytes of a file that is only copied: more than GitHub takes is a mistake."""
_DEPTH = 32
_MANY = 200_000


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the old blog, or something in its place that is not taken."""

    name: str
    """Below the folder, with ``/`` between the parts."""
    path: str
    """Absolute."""
    size: int
    """Bytes."""
    refused: str = ""
    """Why it is not taken, as a phrase; empty for a regular file that may be."""


def walk(root: Path, skip: Callable[[str], bool]) -> Iterator[Found]:
    """Every file below a folder, sorted by path; `skip` is asked for each name of a file, or of a folder with ``/``.

    What cannot be taken (a link, a device, a name that is no UTF-8, a file over `FILE_LIMIT`) comes with its reason.
    """
    left = _MANY
    for found in _walk(root, "", skip, 0):
        left -= 1
        if left < 0:
            yield Found(found.name, found.path, 0, f"the folder holds more than {_MANY:,} files; reading stopped here")
            return
        yield found


def _walk(folder: Path, below: str, skip: Callable[[str], bool], depth: int) -> Iterator[Found]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Found(below.rstrip("/"), str(folder), 0, f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        name = f"{below}{entry.name}"
        is_folder = entry.is_dir(follow_symlinks=False)
        if skip(name + "/" if is_folder else name):
            continue
        path = os.path.abspath(entry.path)
        if any("\ud800" <= char <= "\udfff" for char in entry.name):
            yield Found(name.encode("utf-8", "backslashreplace").decode(), path, 0, "its name is not UTF-8 text")
        elif entry.is_symlink():
            yield Found(name, path, 0, "it is a link: what it leads to is not taken")
        elif is_folder and depth < _DEPTH:
            yield from _walk(Path(entry.path), name + "/", skip, depth + 1)
        elif is_folder:
            yield Found(name, path, 0, f"it lies more than {_DEPTH} folders deep")
        elif not entry.is_file(follow_symlinks=False):
            yield Found(name, path, 0, "it is no regular file")
        else:
            size = entry.stat(follow_symlinks=False).st_size
            big = f"it has {size:,} bytes; the limit is {FILE_LIMIT:,}" if size > FILE_LIMIT else ""
            yield Found(name, path, size, big)


def read_text(found: Found) -> tuple[str, str]:
    """The text of a file with its own line ends, or the reason why it has none, as a phrase."""
    if found.refused:
        return "", found.refused
    if found.size > TEXT_LIMIT:
        return "", f"it has {found.size:,} bytes, too many for a text"
    try:
        with open(found.path, "rb") as file:
            return file.read(TEXT_LIMIT + 1).decode("utf-8"), ""
    except UnicodeDecodeError as error:
        return "", f"it is not UTF-8 text (byte {error.start:,})"
    except OSError as error:
        return "", f"it cannot be read: {error.strerror}"


def has_header(found: Found) -> bool:
    """Whether the file begins as one with front matter does; read from its first bytes."""
    if found.refused:
        return False
    try:
        with open(found.path, "rb") as file:
            first = file.read(200).removeprefix(b"\xef\xbb\xbf").split(b"\n")[0]
    except OSError:
        return False
    return first.rstrip() == b"---"
