"""What an import will do, as a value, and the one function that does it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Diagnostic, ordered, problem

TAKEN, TRANSLATED, LEFT = "taken", "translated", "left"
HAND = "needs your hand"
"""How the remarks begin that an author must act upon."""
KINDS = (TAKEN, TRANSLATED, LEFT)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of the new site."""

    path: str
    """Below the new site's folder, with ``/`` between the parts."""
    data: bytes
    """Its content, unless it is a copy."""
    copy_of: str = ""
    """Absolute path of the file that it is a copy of; empty for `data`."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """What became of something in the old blog. Sorted by kind, file and line."""

    kind: str
    """Of `KINDS`."""
    path: str
    """In the old blog: below its folder, or the name of the export."""
    line: int
    """1-based; 0 when the remark is about the whole file."""
    text: str
    """A phrase without a final stop."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an import is going to do."""

    files: tuple[NewFile, ...]
    remarks: tuple[Remark, ...]
    addresses: tuple[tuple[str, str], ...]
    """Site URL → path in the old blog, for every post and page that is taken and published."""
    problems: tuple[Diagnostic, ...] = ()
    """Errors stop the import before anything is written."""
    generated: tuple[str, ...] = ()
    """Patterns (regular expressions) of site URLs that the old generator made and veille makes in its own way."""


def write(plan: Plan, into: Path, old: Path) -> tuple[Diagnostic, ...]:
    """Writes the files of a plan into the folder `into`, or nothing: then it returns what stands in the way (V020).

    `old` is the blog that is read: nothing is ever written into it. No file is written over another. Raises `OSError`.
    """
    stops = ordered(_in_the_way(plan, into, old))
    if stops:
        return stops
    into.mkdir(parents=True, exist_ok=True)
    # The configuration comes last: a folder without it is no site, so a half-finished import is not taken for one.
    for file in sorted(plan.files, key=lambda file: (file.path == "config.yaml", file.path)):
        target = into / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "xb") as new:
            if file.copy_of:
                with open(file.copy_of, "rb") as source:
                    shutil.copyfileobj(source, new, 1 << 20)
            else:
                new.write(file.data)
    return ()


def refused(path: str, message: str, hint: str) -> Plan:
    """The plan of an import that cannot be."""
    return Plan((), (), (), (stop(path, message, hint),))


def stop(path: str, message: str, hint: str) -> Diagnostic:
    """An error that stops an import."""
    return problem("V020", path, 0, 0, message, hint)


def _in_the_way(plan: Plan, into: Path, old: Path) -> Iterable[Diagnostic]:
    elsewhere = "name an empty folder with --into DIR"
    target, source = Path(os.path.realpath(into)), Path(os.path.realpath(old))
    if target == source or (source in target.parents and source.is_dir()):
        yield stop(str(into), "the new site would be written into the blog that is read", elsewhere)
        return
    if (into / "config.yaml").exists():
        yield stop(str(into), "there is a site already: it has a config.yaml", elsewhere)
        return
    seen: dict[str, str] = {}
    for file in plan.files:
        if os.path.lexists(into / file.path):
            yield stop(str(into / file.path), "this file is there already: an import writes over nothing", elsewhere)
        if _through_a_link(into, file.path):
            yield stop(str(into / file.path), "a link stands on the way to this file", elsewhere)
        if seen.setdefault(file.path.casefold(), file.path) is not file.path:
            yield stop(file.path, "two files of the blog would be written there, as some file systems do not tell "
                       "capitals apart", "rename one of the two in the old blog")


def _through_a_link(into: Path, path: str) -> bool:
    return any((into / parent).is_symlink() for parent in Path(path).parents if parent != Path("."))
