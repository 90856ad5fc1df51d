"""A file of the author's gets new bytes: by one atomic step, and only while it still holds the bytes that were read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Replaces the content of a file; its permissions stay. Raises `OSError`, also when somebody changed the file."""
    if path.read_bytes() != before:
        raise OSError(0, "the file was changed meanwhile; run the command again", str(path))
    target = Path(os.path.realpath(path))  # a link stays a link
    temporary = target.with_name(f".{target.name}.veille")
    try:
        with temporary.open("wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode & 0o7777)
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
