"""Folders that are held open, and reached one part of a path after another: no link leads out of them.

Not even one that somebody puts there between a look and a step: the system is asked for a name in an open folder, and
told to follow nothing. Windows has no such calls, and lets few people make links: there a path is looked at, then used.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO, Any

_HELD = os.open in os.supports_dir_fd and os.scandir in os.supports_fd and hasattr(os, "O_NOFOLLOW")
_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_STAY = getattr(os, "O_NOFOLLOW", 0)


class Folder:
    """An open folder, to be closed. Names are single parts of a path; what a link stands for is refused (`OSError`)."""

    __slots__ = ("_at", "_fd", "new", "path")

    def __init__(self, path: str, fd: int, new: bool = False) -> None:
        self.path = path
        self.new = new
        """Whether it was made for this: it holds nothing else."""
        self._fd = fd
        self._at: dict[str, Any] = {"dir_fd": fd} if _HELD else {}

    @classmethod
    def open(cls, path: str | Path) -> Folder:
        """The folder at a path of the author's own, which may be a link."""
        return cls(str(path), os.open(path, os.O_RDONLY | _FOLDER) if _HELD else _looked(str(path), stat.S_IFDIR))

    def inner(self, name: str, new: bool = False) -> Folder:
        """The folder of this name inside; `new` when it has just been made."""
        path = f"{self.path}/{name}"
        if not _HELD:
            return Folder(path, _looked(path, stat.S_IFDIR), new)
        return Folder(path, os.open(name, os.O_RDONLY | _FOLDER | _STAY, dir_fd=self._fd), new)

    def scan(self) -> list[os.DirEntry[str]]:
        """What is inside, sorted by name."""
        with os.scandir(self._fd if _HELD else self.path) as found:
            return sorted(found, key=lambda entry: entry.name)

    def read(self, name: str) -> bytes:
        """The bytes of a regular file."""
        if not _HELD:
            _looked(f"{self.path}/{name}", stat.S_IFREG)
        fd = os.open(self._name(name), os.O_RDONLY | _FILE | _STAY, **self._at)
        try:
            size = _regular(os.fstat(fd), name).st_size
            parts = []
            while data := os.read(fd, size + 1):
                parts.append(data)
                size = max(size - len(data), 4096)
            return parts[0] if len(parts) == 1 else b"".join(parts)
        finally:
            os.close(fd)

    def write(self, name: str, data: bytes) -> os.stat_result:
        """Writes a new file, and tells what it is then; one of this name, or a link, must not be there.

        Half of the time of a file that is opened for writing goes into what Python builds around it.
        """
        fd = os.open(self._name(name), _NEW | _STAY, 0o666, **self._at)
        try:
            left = memoryview(data)
            while left:  # a full disk takes a part, and refuses the rest
                left = left[os.write(fd, left) :]
            return os.fstat(fd)
        finally:
            os.close(fd)

    def create(self, name: str) -> IO[bytes]:
        """A new file, open for writing; one of this name, or a link, must not be there."""
        return os.fdopen(os.open(self._name(name), _NEW | _STAY, 0o666, **self._at), "wb")

    def go_on(self, name: str, size: int) -> IO[bytes]:
        """A regular file, open for writing after its first `size` bytes; the rest is cut off."""
        if not _HELD:
            _looked(f"{self.path}/{name}", stat.S_IFREG)
        file = os.fdopen(os.open(self._name(name), os.O_RDWR | _FILE | _STAY, **self._at), "r+b")
        try:
            _regular(os.fstat(file.fileno()), name)
            file.truncate(size)
            file.seek(size)
        except OSError:
            file.close()
            raise
        return file

    def stat(self, name: str) -> os.stat_result:
        """What is there, a link not followed."""
        return self.look(name)

    def look(self, path: str) -> os.stat_result:
        """What is at a path, ``/`` between the parts: a link there is not followed, links on the way are."""
        return os.stat(self._name(path), follow_symlinks=False, **self._at)

    def make(self, name: str) -> bool:
        """Makes a folder, unless something of this name is there; whether it did."""
        try:
            os.mkdir(self._name(name), **self._at)
        except FileExistsError:
            return False
        return True

    def unlink(self, name: str) -> None:
        """Removes a file or a link."""
        os.unlink(self._name(name), **self._at)

    def rmdir(self, name: str) -> None:
        """Removes an empty folder."""
        os.rmdir(self._name(name), **self._at)

    def take(self, other: Folder, name: str, as_name: str) -> None:
        """Moves a file here from another folder, over what has its new name, by one step."""
        at = {"src_dir_fd": other._fd, "dst_dir_fd": self._fd} if _HELD else {}
        os.replace(other._name(name), self._name(as_name), **at)

    def close(self) -> None:
        """Lets the folder go."""
        if _HELD:
            os.close(self._fd)

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _name(self, name: str) -> str:
        return name if _HELD else f"{self.path}/{name}"


class Way:
    """The folders from one folder down to that of a path; what two paths share stays open. To be closed."""

    def __init__(self, root: Folder) -> None:
        self._root = root
        self._open: list[tuple[str, Folder]] = []

    def to(self, path: str, make: bool = False) -> Folder:
        """The folder that holds the file at `path`, with ``/`` between the parts; made where it is missing."""
        parts = path.split("/")[:-1]
        depth = 0
        for (name, _), part in zip(self._open, parts, strict=False):
            if name != part:
                break
            depth += 1
        self._leave(depth)
        at = self._open[-1][1] if self._open else self._root
        for part in parts[depth:]:
            at = at.inner(part, make and at.make(part))
            self._open.append((part, at))
        return at

    def _leave(self, depth: int) -> None:
        while len(self._open) > depth:
            self._open.pop()[1].close()

    def __enter__(self) -> Way:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave(0)


def mark(found: os.stat_result) -> tuple[int, ...]:
    """What tells a file from its next version."""
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def read(folder: str | Path, path: str) -> bytes:
    """The bytes of the regular file at `path`, ``/`` between the parts, below a folder. Raises `OSError`."""
    with Folder.open(folder) as root, Way(root) as way:
        return way.to(path).read(path.rpartition("/")[2])


def leads_out(root: Path, folder: str) -> bool:
    """Whether `folder`, relative to `root`, is reached through a link that leads out of `root`."""
    inside = os.path.realpath(root)
    there = os.path.realpath(root / folder)
    return there != inside and not there.startswith(os.path.join(inside, ""))


def _looked(path: str, kind: int) -> int:
    """Raises `OSError` unless something of this kind is at a path, and no link."""
    mode = os.lstat(path).st_mode
    if stat.S_IFMT(mode) != kind:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    return -1


def _regular(found: os.stat_result, name: str) -> os.stat_result:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", name)
    return found
