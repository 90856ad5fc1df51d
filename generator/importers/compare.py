"""Is every address of the old blog answered by the new site? A comparison of two lists of files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PAGES = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Compared:
    """What becomes of the addresses of a built site. All are site URLs, sorted."""

    kept: tuple[str, ...]
    """Answered here, by a file of the same name."""
    by_host: tuple[str, ...]
    """Without an ending before; a folder here, to which hosts lead the old address."""
    missing: tuple[str, ...]
    """Pages with no answer here."""
    replaced: tuple[str, ...]
    """Pages that the old generator made of others (numbered lists, archives), with no answer here."""
    files: tuple[str, ...]
    """Other files with no answer here."""
    extra: tuple[str, ...]
    """Pages that only the new site has."""


def listing(folder: Path) -> tuple[str, ...]:
    """Every file of a built site: path below its folder, with ``/``. Raises `OSError` when there is no such folder."""
    found = []
    os.stat(folder)
    for at, _, names in os.walk(folder):
        below = os.path.relpath(at, folder).replace(os.sep, "/")
        found += [name if below == "." else f"{below}/{name}" for name in names]
    return tuple(sorted(found))


def compare(theirs: Iterable[str], ours: Iterable[str], generated: Iterable[str]) -> Compared:
    """Compares the files of two built sites; `generated` are `Plan.generated`."""
    here = {name for name in ours if not name.startswith(".veille")}
    there = [name for name in theirs if not name.startswith(".")]
    patterns = [re.compile(pattern) for pattern in generated]
    kept, by_host, missing, replaced, files = [], [], [], [], []
    for name in there:
        url = url_of(name)
        if name in here:
            kept.append(url)
        elif name.endswith(".html") and f"{name.removesuffix('.html')}/index.html" in here:
            by_host.append(url)
        elif not name.endswith(_PAGES):
            files.append(url)
        elif any(pattern.fullmatch(url) for pattern in patterns):
            replaced.append(url)
        else:
            missing.append(url)
    extra = [url_of(name) for name in here - set(there) if name.endswith(_PAGES)]
    return Compared(
        tuple(kept), tuple(by_host), tuple(missing), tuple(replaced), tuple(files), tuple(sorted(extra))
    )


def url_of(name: str) -> str:
    """The site URL of a file."""
    return "/" + (name.removesuffix("index.html") if name == "index.html" or name.endswith("/index.html") else name)
