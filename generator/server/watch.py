"""Which of the files that a build reads were saved, soon after they were.

watchfiles, because it asks the system on Linux, macOS and Windows, needs 40 ms from a save to here, and polls where the
system cannot tell (network folders; ``WATCHFILES_FORCE_POLLING=1`` forces it).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import watchfiles

from generator.config import Config, parse_config
from generator.disk.read import read_config

_SETTINGS = "config.yaml"
_QUIET = 25
"""Milliseconds without a further change after which a save is taken for complete: editors write in several steps."""
_LOOK = 250
"""Milliseconds between two looks at what is not watched: the settings, and folders that appear or go."""

_Changes = set[tuple[watchfiles.Change, str]]


def saves(root: Path) -> Iterator[tuple[str, ...] | None]:
    """Yields the paths, relative to `root`, that were saved together; no path whenever it begins to watch.

    Yields None when all has been quiet for a while after that: no watcher is told of all that happens, and then is the
    time to look at everything.

    config.yaml is looked at, not watched: editors replace it, and a watch on the folder that holds it would be one on
    all that was ever built.
    """
    settings = _mark(root / _SETTINGS)
    config = _config(root, Config())
    while True:
        present = _present(root, config)
        begins, owing = True, False
        for changes in _watch([root / name for name in present]):
            names = {Path(os.path.relpath(path, root)).as_posix() for _, path in changes}
            if (now := _mark(root / _SETTINGS)) != settings:
                settings = now
                config = _config(root, config)
                names.add(_SETTINGS)
            if names or begins:
                begins, owing = False, True
                yield tuple(sorted(names))
            elif owing:
                owing = False
                yield None
            if _present(root, config) != present:
                break


def _watch(paths: list[Path]) -> Iterator[_Changes]:
    """What changed below the paths, or nothing, every `_LOOK` milliseconds at the latest."""
    def begin(poll: bool | None) -> Iterator[_Changes]:
        return watchfiles.watch(
            *paths, watch_filter=_matters, step=_QUIET, debounce=8 * _QUIET, rust_timeout=_LOOK, yield_on_timeout=True,
            force_polling=poll,
        )

    found = begin(None)
    try:
        yield next(found)
    except FileNotFoundError:  # gone since it was looked for
        yield set()
        return
    except OSError:  # the system watches no more files
        found = begin(True)
    yield from found


def _matters(change: watchfiles.Change, path: str) -> bool:
    """Whether a build would read the file: see `disk.read`."""
    return not os.path.basename(path).startswith((".", "_")) and not path.endswith("~")


def _config(root: Path, before: Config) -> Config:
    """The settings; those of before while they have errors."""
    try:
        return parse_config(read_config(root))[0] or before
    except OSError:
        return before


def _present(root: Path, config: Config) -> dict[str, int]:
    """Name → inode of the folders of sources that exist: one that was made anew must be watched anew."""
    folders = (config.posts, config.pages, config.static, "templates")
    marks = {name: _mark(root / name) for name in folders if (root / name).is_dir()}
    return {name: mark[0] for name, mark in marks.items() if mark}


def _mark(path: Path) -> tuple[int, int, int] | None:
    """What tells a file from its next version."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
