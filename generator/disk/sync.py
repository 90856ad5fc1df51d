"""Brings a folder in line with a site: makes what is due, writes what changed, removes what an earlier build wrote.

The order is what keeps the last good site whole:

1. every due file is made and written into a staging folder; when one cannot be made, nothing else happens;
2. the list of files that are veille's own is extended;
3. files move into place, each by one atomic rename; then what is no longer part of the site goes;
4. the list is cut to what is there.

A build that is killed leaves whole files everywhere and a list that covers them, so that the next one is right.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec import Struct

from generator.diagnostics import Diagnostic, problem
from generator.disk.below import Folder, Way, mark
from generator.model import Output
from generator.parallel import aside, parallel_map

LISTING = ".veille-files"
"""In the output folder: the files that veille wrote there. Deterministic, so that equal sites are equal folders."""
_STAGING = ".veille-staging"
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EPERM, errno.EACCES, errno.ELOOP)
"""Why a file cannot be removed that is to go: it is gone, something else is there, or a link leads to it."""
_LINK = "it is a link, which veille does not follow"
_NEW_LISTING = f"{LISTING}.new"
_MANY = 1000
"""Files that take longer to look at than a process takes to start."""
_HEADER = "# Files written by veille. It removes these when they are no longer part of the site, and no others.\n"

Make = Callable[[Output], bytes | Diagnostic]
"""Makes the bytes of an output; a function of a module or a `functools.partial` of one."""


class Written(Struct, frozen=True, gc=False, array_like=True):
    """What is known of a file that veille wrote."""

    fingerprint: str
    """Of the output that it was made from."""
    digest: str
    size: int
    """Bytes."""
    mtime: int
    """Nanoseconds, as the file system gave it."""


class Changes(Struct, frozen=True):
    """What a sync did to the folder."""

    made: int
    """Outputs whose bytes were made."""
    written: int
    """Files that are new or have new bytes."""
    removed: int
    kept: int
    """Files left alone."""
    manifest: Mapping[str, Written]
    """Path → what is there now: what `look` is asked about before the next sync."""
    costs: tuple[tuple[str, str, float], ...]
    """Path, maker and seconds of each output that was made."""


class SyncError(Exception):
    """The folder was not changed; `problems` say why."""

    def __init__(self, problems: Iterable[Diagnostic]) -> None:
        super().__init__("the site was not written")
        self.problems = tuple(problems)


def sync(
    outputs: Sequence[Output], folder: Path, known: Mapping[str, Written], make: Make, jobs: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    prepare: Callable[[Sequence[Output]], None] = lambda due: None, *, trusted: bool = False,
) -> Changes:
    """Makes `folder` hold exactly `outputs`, beside files that veille did not write.

    `known` is what of the last sync's manifest still lies there (`look`): other files are made. When it is `trusted`,
    it is all of the manifest, and the list of veille's own files is not read. `prepare` is told what is due before
    processes are started for it. Raises `SyncError` before anything is changed when an output cannot be made or the
    folder is not veille's, and `OSError` when the disk refuses.
    """
    if astray := _astray([output.path for output in outputs]):
        raise SyncError([_foreign(path, "a file would lie outside it") for path in astray])
    own = set(known) if trusted else _claim(folder)
    manifest: dict[str, Written] = {}
    due: list[Output] = []
    for output in outputs:
        written = known.get(output.path)
        if written and written.fingerprint == output.fingerprint:
            manifest[output.path] = written
        else:
            due.append(output)
    stale = own - {output.path for output in outputs}
    _refuse_foreign(folder, due, own, stale)

    staging = folder / _STAGING
    for left in (staging, folder / _NEW_LISTING):
        _clear(left)
    try:
        staged = _stage_all(due, folder, make, jobs, progress, prepare)
        wanted = own | {output.path for output in due}
        if wanted != own:
            _write_listing(folder, wanted)
        _remove(folder, stale)
        changed = 0
        for output, written, moved in _place_all(folder, due, staged):
            manifest[output.path] = written
            changed += moved
        if stale:
            _write_listing(folder, manifest.keys())
    finally:
        _clear(staging)
    costs = tuple((output.path, output.maker, new.seconds) for output, new in zip(due, staged, strict=True))
    return Changes(len(due), changed, len(stale), len(outputs) - changed, manifest, costs)


def look(folder: Path, known: Mapping[str, Written], jobs: int) -> Callable[[], Mapping[str, Written]]:
    """Begins to look which files of a manifest still lie in the folder as written; what to call for those, as they are.

    Many are looked at by a process of their own while this one does other work: a twentieth of a build of one note. It
    is to begin before this one holds much, which would be copied page by page. What is called raises
    `ChildProcessError` when the process was killed.
    """
    if _astray([*known]):  # a manifest that somebody forged
        return dict
    others = aside(_others, (folder, known), jobs if len(known) >= _MANY else 1)

    def still() -> Mapping[str, Written]:
        departed = others()
        return {path: now for path, written in known.items() if (now := departed.get(path, written))}

    return still


def _others(asked: tuple[Path, Mapping[str, Written]]) -> Mapping[str, Written | None]:
    """The files that are not as known: what there is to know, where only the time stamp is another one, or None."""
    folder, known = asked
    others: dict[str, Written | None] = {}
    try:
        with Folder.open(folder) as root:
            for path, written in known.items():
                now = _as_written(root, path, written)
                if now is not written:
                    others[path] = now
    except OSError:
        return dict.fromkeys(known)
    return others


def untouched(folder: Path, known: Mapping[str, Written]) -> Mapping[str, Written] | None:
    """`known` with the time stamps of now, when the folder holds exactly these files as written; else None.

    None also when a build that was killed left something there, which the next `sync` removes.
    """
    try:
        with Folder.open(folder) as root:
            left = any(_mode(f"{folder}/{name}") for name in (_STAGING, _NEW_LISTING))
            if left or _listed(root) != known.keys():
                return None
    except OSError:
        return None
    still = look(folder, known, 1)()
    return still if len(still) == len(known) else None


def listing(folder: Path) -> tuple[int, ...]:
    """What tells the list of veille's files in a folder from its next version; empty when there is none."""
    try:
        return mark(os.lstat(folder / LISTING))
    except OSError:
        return ()


def _listed(root: Folder) -> set[str]:
    # Not splitlines: a file name may hold U+2028, and half of it may be the name of somebody else's file.
    lines = root.read(LISTING).decode("utf-8", "surrogateescape").split("\n")
    paths = [line for line in lines if line and not line.startswith("#")]
    return {*paths}.difference(_astray(paths))


def _claim(folder: Path) -> set[str]:
    """The files in the folder that are veille's own; makes the folder when there is none."""
    try:
        with Folder.open(folder) as root:
            return _listed(root)
    except (FileNotFoundError, NotADirectoryError):
        if folder.exists() and not folder.is_dir():
            raise SyncError([_foreign(folder.name, "it is not a folder")]) from None
        if folder.is_dir():
            others = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
            if others:
                more = f" and {len(others) - 1} more" if len(others) > 1 else ""
                raise SyncError([_foreign(folder.name, f"it holds {others[0]}{more}, not written by veille")]) from None
        folder.mkdir(parents=True, exist_ok=True)
        _write_listing(folder, ())
        return set()
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise SyncError([_foreign(f"{folder.name}/{LISTING}", _LINK)]) from None


def _astray(paths: Sequence[str]) -> list[str]:
    text = "\n".join(("", *paths))
    if not any(sign in text for sign in ("..", "\\", "\0", "\n/")):  # which they hold that lie outside
        return []
    return [path for path in paths if not _inside(path)]


def _inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/") and "\\" not in path and "\0" not in path


def _foreign(path: str, why: str) -> Diagnostic:
    return problem(
        "V006", path, 0, 0, f"the output folder is not veille's to change: {why}",
        "choose another folder with --output, or move these files away (files to publish belong into content/static)",
    )


def _as_written(root: Folder, path: str, written: Written) -> Written | None:
    """What the file is known to be, when it is still that; a new time stamp alone is settled by the digest."""
    try:
        found = root.look(path)  # from the folder on: its own path is not walked again for each file
        if not stat.S_ISREG(found.st_mode) or found.st_size != written.size:
            return None
        if found.st_mtime_ns == written.mtime:
            return written
        if _digest_of(f"{root.path}/{path}") != written.digest:
            return None
    except OSError:
        return None
    return Written(written.fingerprint, written.digest, found.st_size, found.st_mtime_ns)


def _refuse_foreign(folder: Path, due: Iterable[Output], own: set[str], stale: set[str]) -> None:
    """Raises `SyncError` when a file, folder or link that is not veille's stands where something must go."""
    base = f"{folder}/"
    problems: list[Diagnostic] = []
    folders = {"": True}

    def is_folder(path: str) -> bool:
        """Whether there is a folder; below one that is missing, nothing is looked for."""
        if path not in folders:
            mode = _mode(base + path) if is_folder(path.rpartition("/")[0]) else 0
            folders[path] = stat.S_ISDIR(mode)
            if stat.S_ISLNK(mode):
                problems.append(_foreign(f"{folder.name}/{path}", _LINK))
            elif mode and not folders[path] and path not in stale:
                problems.append(_foreign(f"{folder.name}/{path}", "a file stands where a folder must be"))
        return folders[path]

    for output in due:
        if not is_folder(output.path.rpartition("/")[0]):
            continue
        mode = _mode(base + output.path)
        if stat.S_ISDIR(mode):
            below = [
                os.path.relpath(os.path.join(at, name), folder)
                for at, _, names in os.walk(base + output.path) for name in names
            ]
            if any(name.replace(os.sep, "/") not in stale for name in below):
                problems.append(_foreign(f"{folder.name}/{output.path}", "a folder stands where a file must be"))
        elif mode and output.path not in own:
            problems.append(_foreign(f"{folder.name}/{output.path}", "it was not written by veille"))
    if problems:
        raise SyncError(problems)


def _clear(path: Path) -> None:
    """Removes what a killed build left, whatever stands there; of a link, nothing behind it."""
    if stat.S_ISDIR(_mode(str(path))):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _mode(path: str) -> int:
    """The mode bits of what is there, a link not followed; 0 for nothing."""
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0


class _Staged(Struct, frozen=True):
    """A file that waits in the staging folder."""

    digest: str
    size: int
    mtime: int
    seconds: float
    """That its making took."""


def _stage_all(
    due: Sequence[Output], folder: Path, make: Make, jobs: int, progress: Callable[[int, int], None],
    prepare: Callable[[Sequence[Output]], None],
) -> list[_Staged]:
    if not due:
        return []
    (folder / _STAGING).mkdir()
    results: dict[int, list[_Staged | Diagnostic]] = {}
    stage, done = partial(_stage, make, folder), 0
    for at, chunk in parallel_map(stage, list(enumerate(due)), jobs, prepare=partial(prepare, due)):
        results[at] = chunk
        done += len(chunk)
        progress(done, len(due))
    made = [result for at in sorted(results) for result in results[at]]
    staged = [result for result in made if isinstance(result, _Staged)]
    if problems := [result for result in made if isinstance(result, Diagnostic)]:
        # A mistake in one template breaks thousands of pages: one message a place, that of the first page.
        places = {(found.path, found.line, found.column, found.code): found for found in reversed(problems)}
        raise SyncError(reversed(places.values()))
    return staged


def _stage(make: Make, folder: Path, items: Sequence[tuple[int, Output]]) -> list[_Staged | Diagnostic]:
    results: list[_Staged | Diagnostic] = []
    with Folder.open(folder) as root, root.inner(_STAGING) as staging:
        for number, output in items:
            start = time.thread_time()
            data = make(output)
            if isinstance(data, Diagnostic):
                results.append(data)
                continue
            seconds = time.thread_time() - start
            mtime = staging.write(str(number), data).st_mtime_ns
            results.append(_Staged(_digest(data), len(data), mtime, seconds))
    return results


def _place_all(
    folder: Path, due: Sequence[Output], staged: Sequence[_Staged]
) -> Iterator[tuple[Output, Written, bool]]:
    """Moves what is staged into place; each output, what is known of it then, and whether it was moved."""
    if not due:
        return
    with Folder.open(folder) as root, root.inner(_STAGING) as staging, Way(root) as way:
        for number, (output, new) in enumerate(zip(due, staged, strict=True)):
            there = way.to(output.path, make=True)
            yield output, *_place(staging, str(number), there, output, new)


def _place(staging: Folder, staged: str, there: Folder, output: Output, new: _Staged) -> tuple[Written, bool]:
    """Moves a staged file into place, unless the very same bytes lie there already."""
    name = output.path.rpartition("/")[2]
    if not there.new:
        with suppress(FileNotFoundError):
            found = there.stat(name)
            if stat.S_ISREG(found.st_mode) and found.st_size == new.size and _digest(there.read(name)) == new.digest:
                return Written(output.fingerprint, new.digest, new.size, found.st_mtime_ns), False
            if stat.S_ISDIR(found.st_mode):
                there.rmdir(name)
    there.take(staging, staged, name)
    return Written(output.fingerprint, new.digest, new.size, new.mtime), True


def _remove(folder: Path, paths: Iterable[str]) -> None:
    """Removes files, and the folders that this leaves empty. Never through a link."""
    emptied: set[str] = set()
    with Folder.open(folder) as root, Way(root) as way:
        for path in sorted(paths):
            try:
                way.to(path).unlink(path.rpartition("/")[2])
            except OSError as error:
                if error.errno in _NOT_THERE:
                    continue
                raise
            emptied.add(path.rpartition("/")[0])
        for path in _deepest_first(emptied):
            with suppress(OSError):  # it holds more
                way.to(path).rmdir(path.rpartition("/")[2])


def _deepest_first(folders: Iterable[str]) -> list[str]:
    """The folders and those that they lie in, without the root, each after all that it holds."""
    every: set[str] = set()
    for path in folders:
        while path and path not in every:
            every.add(path)
            path = path.rpartition("/")[0]
    return sorted(every, key=lambda path: (-path.count("/"), path))


def _write_listing(folder: Path, paths: Iterable[str]) -> None:
    text = _HEADER + "".join(f"{path}\n" for path in sorted(paths))
    with Folder.open(folder) as root:
        with suppress(FileNotFoundError):
            root.unlink(_NEW_LISTING)
        with root.create(_NEW_LISTING) as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        root.take(root, _NEW_LISTING, LISTING)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]  # processors have instructions for it: half the time of BLAKE2


def _digest_of(path: str) -> str:
    with open(path, "rb") as file:
        return _digest(file.read())
