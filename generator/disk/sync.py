"""Brings a folder in line with a site: makes what is due, writes what changed, removes what an earlier build wrote.

The order is what keeps the last good site whole:

1. every due file is made and written into a staging folder; when one cannot be made, nothing else happens;
2. the list of files that are veille's own is extended;
3. files move into place, each by one atomic rename; then what is no longer part of the site goes;
4. the list is cut to what is there.

A build that is killed leaves whole files everywhere and a list that covers them, so that the next one is right.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from generator.diagnostics import Diagnostic, problem
from generator.model import Output
from generator.parallel import parallel_map

LISTING = ".veille-files"
"""In the output folder: the files that veille wrote there. Deterministic, so that equal sites are equal folders."""
_STAGING = ".veille-staging"
_HEADER = "# Files written by veille. It removes these when they are no longer part of the site, and no others.\n"

Make = Callable[[Output], bytes | Diagnostic]
"""Makes the bytes of an output; a function of a module or a `functools.partial` of one."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is known of a file that veille wrote."""

    fingerprint: str
    """Of the output that it was made from."""
    digest: str
    size: int
    """Bytes."""
    mtime: int
    """Nanoseconds, as the file system gave it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sync did to the folder."""

    made: int
    """Outputs whose bytes were made."""
    written: int
    """Files that are new or have new bytes."""
    removed: int
    kept: int
    """Files left alone."""
    manifest: Mapping[str, Written]
    """Path → what is there now: the next sync's `known`."""


class SyncError(Exception):
    """The folder was not changed; `problems` say why."""

    def __init__(self, problems: Iterable[Diagnostic]) -> None:
        super().__init__("the site was not written")
        self.problems = tuple(problems)


def sync(
    outputs: Sequence[Output], folder: Path, known: Mapping[str, Written], make: Make, jobs: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Changes:
    """Makes `folder` hold exactly `outputs`, beside files that veille did not write.

    `known` is the manifest of the last sync of this folder, or empty; where it is wrong about a file, the file is made
    again. Raises `SyncError` before anything is changed when an output cannot be made or the folder is not veille's,
    and `OSError` when the disk refuses.
    """
    own = _claim(folder)
    manifest: dict[str, Written] = {}
    due: list[Output] = []
    for output in outputs:
        there = _as_written(folder / output.path, known.get(output.path), output.fingerprint)
        if there is None:
            due.append(output)
        else:
            manifest[output.path] = there
    stale = own - {output.path for output in outputs}
    _refuse_foreign(folder, due, own, stale)

    staging = folder / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staged = _stage_all(due, staging, make, jobs, progress)
        wanted = own | {output.path for output in due}
        if wanted != own:
            _write_listing(folder, wanted)
        _remove(folder, stale)
        written = 0
        for number, output in enumerate(due):
            manifest[output.path], changed = _place(staging, number, folder, output, staged[number])
            written += changed
        if stale or own != manifest.keys():
            _write_listing(folder, manifest.keys())
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Changes(len(due), written, len(stale), len(outputs) - written, manifest)


def _claim(folder: Path) -> set[str]:
    """The files in the folder that are veille's own; makes the folder when there is none."""
    try:
        # Not splitlines: a file name may hold U+2028, and half of it may be the name of somebody else's file.
        lines = (folder / LISTING).read_bytes().decode("utf-8", "surrogateescape").split("\n")
    except (FileNotFoundError, NotADirectoryError):
        lines = []
        if folder.exists() and not folder.is_dir():
            raise SyncError([_foreign(folder.name, "it is not a folder")]) from None
        if folder.is_dir():
            others = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
            if others:
                more = f" and {len(others) - 1} more" if len(others) > 1 else ""
                raise SyncError([_foreign(folder.name, f"it holds {others[0]}{more}, not written by veille")]) from None
        folder.mkdir(parents=True, exist_ok=True)
        _write_listing(folder, ())
    return {line for line in lines if line and not line.startswith("#") and _inside(line)}


def _inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/") and "\\" not in path and "\0" not in path


def _foreign(path: str, why: str) -> Diagnostic:
    return problem(
        "V006", path, 0, 0, f"the output folder is not veille's to change: {why}",
        "choose another folder with --output, or move these files away (files to publish belong into content/static)",
    )


def _as_written(target: Path, written: Written | None, fingerprint: str) -> Written | None:
    """What the file is known to be, when it is still that; a new time stamp alone is settled by the digest."""
    if written is None or written.fingerprint != fingerprint:
        return None
    try:
        found = os.lstat(target)
        if not stat.S_ISREG(found.st_mode) or found.st_size != written.size:
            return None
        if found.st_mtime_ns == written.mtime:
            return written
        if _digest(target.read_bytes()) != written.digest:
            return None
    except OSError:
        return None
    return Written(fingerprint, written.digest, found.st_size, found.st_mtime_ns)


def _refuse_foreign(folder: Path, due: Iterable[Output], own: set[str], stale: set[str]) -> None:
    """Raises `SyncError` when a file, folder or link that is not veille's stands where something must go."""
    problems: list[Diagnostic] = []
    checked: set[str] = set()
    for output in due:
        parent = output.path.rpartition("/")[0]
        steps = parent.split("/") if parent else []
        for depth in range(1, len(steps) + 1):
            step = "/".join(steps[:depth])
            if step in checked:
                continue
            checked.add(step)
            if (folder / step).is_symlink():
                problems.append(_foreign(f"{folder.name}/{step}", "it is a link, which veille does not follow"))
            elif (folder / step).exists() and not (folder / step).is_dir() and step not in stale:
                problems.append(_foreign(f"{folder.name}/{step}", "a file stands where a folder must be"))
        target = folder / output.path
        if output.path in own and not target.is_dir():
            continue
        if target.is_dir() and not target.is_symlink():
            below = [
                os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(target) for name in names
            ]
            if any(name.replace(os.sep, "/") not in stale for name in below):
                problems.append(_foreign(f"{folder.name}/{output.path}", "a folder stands where a file must be"))
        elif os.path.lexists(target):
            problems.append(_foreign(f"{folder.name}/{output.path}", "it was not written by veille"))
    if problems:
        raise SyncError(problems)


def _stage_all(
    due: Sequence[Output], staging: Path, make: Make, jobs: int, progress: Callable[[int, int], None]
) -> list[tuple[str, int, int]]:
    if not due:
        return []
    staging.mkdir()
    staged: list[tuple[str, int, int]] = []
    problems: list[Diagnostic] = []
    numbered = list(enumerate(due))
    for chunk in parallel_map(partial(_stage, make, str(staging)), numbered, jobs):
        for result in chunk:
            if isinstance(result, Diagnostic):
                problems.append(result)
            else:
                staged.append(result)
        progress(len(staged), len(due))
    if problems:
        raise SyncError(problems)
    return staged


def _stage(make: Make, staging: str, items: Sequence[tuple[int, Output]]) -> list[tuple[str, int, int] | Diagnostic]:
    results: list[tuple[str, int, int] | Diagnostic] = []
    for number, output in items:
        data = make(output)
        if isinstance(data, Diagnostic):
            results.append(data)
            continue
        with open(f"{staging}/{number}", "wb") as file:
            file.write(data)  # buffered: a bare write to a full disk writes a part and raises nothing
            file.flush()
            results.append((_digest(data), len(data), os.fstat(file.fileno()).st_mtime_ns))
    return results


def _place(
    staging: Path, number: int, folder: Path, output: Output, made: tuple[str, int, int]
) -> tuple[Written, bool]:
    """Moves a staged file into place, unless the very same bytes lie there already."""
    digest, size, mtime = made
    target = folder / output.path
    try:
        found = os.lstat(target)
        if stat.S_ISREG(found.st_mode) and found.st_size == size and _digest(target.read_bytes()) == digest:
            return Written(output.fingerprint, digest, size, found.st_mtime_ns), False
    except OSError:
        pass
    if target.is_dir() and not target.is_symlink():
        target.rmdir()
    try:
        os.replace(staging / str(number), target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging / str(number), target)
    return Written(output.fingerprint, digest, size, mtime), True


def _remove(folder: Path, paths: Iterable[str]) -> None:
    """Removes files, and the folders that this leaves empty. Never through a link."""
    root = os.path.realpath(folder)
    for path in sorted(paths):
        target = folder / path
        if os.path.realpath(target.parent) != os.path.normpath(os.path.join(root, os.path.dirname(path))):
            continue
        try:
            os.unlink(target)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            continue
        for parent in target.parents:
            if parent == folder:
                break
            try:
                parent.rmdir()
            except OSError:
                break


def _write_listing(folder: Path, paths: Iterable[str]) -> None:
    temporary = folder / (LISTING + ".new")
    temporary.write_text(_HEADER + "".join(f"{path}\n" for path in sorted(paths)), "utf-8", "surrogateescape", "\n")
    os.replace(temporary, folder / LISTING)


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
