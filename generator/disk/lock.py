"""One build at a time on one site, on every system, also when a build is killed: the system frees a dead one's lock.

Ten lines of our own, because the well-kept library for it (filelock) loads asyncio: 55 ms of every build.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_PAUSE = 0.05  # seconds between two tries


class Busy(Exception):
    """Somebody else holds the lock, and held it for as long as we were willing to wait."""


@contextmanager
def locked(path: Path, patience: float) -> Iterator[None]:
    """Holds the lock of the file `path`, which stays there. Waits for `patience` seconds, then raises `Busy`."""
    deadline = time.monotonic() + patience
    with open(path, "ab", opener=_unfollowed) as file:
        while not _take(file):
            if time.monotonic() > deadline:
                raise Busy
            time.sleep(_PAUSE)
        yield


def _unfollowed(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
else:

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
