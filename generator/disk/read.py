"""Files in: posts, templates, static files. Nothing here knows what they mean."""

from __future__ import annotations

import hashlib
import os
import re
import time
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from generator.diagnostics import Diagnostic, Severity, problem
from generator.disk import below
from generator.disk.below import Folder
from generator.model import Source

_POST_ENDINGS = (".md", ".markdown")
_LEFTOVERS = (".DS_Store", "Thumbs.db", "desktop.ini")
_DEEPEST = 32
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\\]")
_PACKAGED = Path(__file__).parent.parent / "templates"
_EXPLANATIONS = Path(__file__).parent.parent / "rules" / "explain"
_CHECKOUT = _PACKAGED.parent.parent / "templates"


class StaticFile(Struct, frozen=True):
    """A file that is published as it is."""

    name: str
    """Below its folder, with ``/`` between the parts."""
    folder: str
    """Absolute path of the folder."""
    digest: str
    """Hexadecimal digest of its bytes."""


def read_config(root: Path) -> str:
    """The text of ``config.yaml``. Bytes that are no UTF-8 come out as U+FFFD. Raises `OSError`."""
    return (root / "config.yaml").read_bytes().decode("utf-8", "replace")


Read = dict[str, tuple[tuple[int, ...], Source]]
"""Path → what tells a file from its next version, and the file as it was read."""
_SETTLED = 2 * 10**9
"""Nanoseconds after which a changed file has another time stamp on every file system; FAT counts in two seconds."""


Marks = dict[str, tuple[int, ...]]
"""Path → what tells a file from its next version."""


def read_posts(
    root: Path, folder: str, known: Read | None = None, seen: Marks | None = None
) -> tuple[tuple[Source, ...], tuple[Diagnostic, ...], Marks]:
    """Every Markdown file below `folder`, sorted by path, the ones that could not be read (V007), and marks.

    Names that begin with ``.`` or ``_`` are left out, as Jekyll and Hugo do for editors' and drafts' leftovers. A file
    that is in `known` and has not changed is not read again; `known` then holds those of this time. A file that is as
    `seen` is not read at all. The marks are those of the files that have settled, whether they were read or not.
    """
    marks: Marks = {}
    sources: list[Source] = []
    before = dict(known or ())
    if known is not None:
        known.clear()
    now = time.time_ns()
    problems: list[Diagnostic] = []
    for name, entry, inside in _files(root / folder, folder, problems):
        path = f"{folder}/{name}"
        if not name.lower().endswith(_POST_ENDINGS):
            continue
        if not _is_text(name):
            problems.append(_unreadable(_shown(path), ValueError("its file name is not UTF-8 text")))
            continue
        try:
            mark = below.mark(entry.stat(follow_symlinks=False))
            if _has_settled(mark, now):
                marks[path] = mark
                if seen is not None and seen.get(path) == mark:
                    continue
            kept = before.get(path)
            source = kept[1] if kept and kept[0] == mark else Source(path, inside.read(entry.name))
        except OSError as error:
            marks.pop(path, None)
            problems.append(_unreadable(path, error))
            continue
        sources.append(source)
        if known is not None and path in marks:
            known[path] = mark, source
    return tuple(sources), tuple(problems), marks


def read_again(
    root: Path, folder: str, before: Mapping[str, Source], saved: Iterable[str], known: Read
) -> tuple[Source, ...] | None:
    """The files that were read `before`, by path and in their order, those at the paths `saved` anew.

    Those that have settled join `known`. None when only a look at the whole folder can tell: where a file is gone, or
    is none that is surely read.
    """
    found = dict(before)
    names: list[str] = []
    for path in saved:
        if not path.startswith(f"{folder}/") and not folder.startswith(f"{path}/"):
            continue
        name = path.removeprefix(f"{folder}/")
        parts = name.split("/")
        plain = not any(part.startswith((".", "_")) or part.endswith("~") for part in parts) and len(parts) < _DEEPEST
        if name == path or not plain or not name.lower().endswith(_POST_ENDINGS) or not _is_text(name):
            return None
        names.append(name)
    if not names:
        return tuple(before.values())
    now = time.time_ns()
    try:
        with Folder.open(root / folder) as top, below.Way(top) as way:
            for name in sorted(names):
                path, inside, last = f"{folder}/{name}", way.to(name), name.rpartition("/")[2]
                mark = below.mark(inside.stat(last))
                found[path] = Source(path, inside.read(last))
                if _has_settled(mark, now):
                    known[path] = mark, found[path]
    except OSError:
        return None
    order = list(before)
    for path in found.keys() - before.keys():
        insort(order, path, key=lambda path: path.split("/"))
    return tuple([found[path] for path in order])


def _has_settled(mark: tuple[int, ...], now: int) -> bool:
    """Whether the next version of a file with this mark will have another one; `now` in nanoseconds."""
    return max(mark[:2]) < now - _SETTLED


def read_post(root: Path, folder: str, path: str) -> Source:
    """The Markdown file at `path`, which is below `folder`. Raises `OSError`."""
    return Source(path, below.read(root / folder, path.removeprefix(f"{folder}/")))


def read_templates(root: Path) -> tuple[Mapping[str, str], tuple[Diagnostic, ...]]:
    """Name below ``templates/`` → text: the packaged templates, overlaid file by file by the site's own."""
    found: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for folder in (packaged_templates(), root / "templates"):
        for name, entry, inside in _files(folder, "templates", problems):
            if name.startswith("static/") or not name.endswith((".html", ".xml", ".txt", ".md")):
                continue
            try:
                found[name] = inside.read(entry.name).decode("utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                problems.append(_unreadable(f"templates/{name}", error))
    return found, tuple(problems)


def read_statics(
    root: Path, folder: str
) -> tuple[tuple[StaticFile, ...], tuple[StaticFile, ...], tuple[Diagnostic, ...]]:
    """The theme's static files, the site's own (which go to its root as they are), and the unfit ones (V007, V008)."""
    problems: list[Diagnostic] = []
    theme = dict(_statics(packaged_templates() / "static", "templates/static", problems))
    theme.update(_statics(root / "templates" / "static", "templates/static", problems))
    own = dict(_statics(root / folder, folder, problems))
    return tuple(theme[name] for name in sorted(theme)), tuple(own[name] for name in sorted(own)), tuple(problems)


def explanation(code: str) -> str:
    """The words about a rule that come with veille, Markdown without its heading; empty for a code without any."""
    text = (_EXPLANATIONS / f"{code[:2]}.md").read_text("utf-8")
    found = re.search(rf"^## {code}\b.*\n+((?:(?!## ).*\n?)*)", text, re.MULTILINE)
    return found[1].strip() if found else ""


def packaged_templates() -> Path:
    """The folder of the templates that come with veille: inside the installed package, or beside it in a checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def _statics(folder: Path, shown: str, problems: list[Diagnostic]) -> Iterator[tuple[str, StaticFile]]:
    # Hidden names are published: .well-known/ and _headers are why people have static files.
    for name, entry, inside in _files(folder, shown, problems, (".git", ".veille")):
        if not _is_text(name) or _NOT_IN_NAMES.search(name):
            what = "holds a character that no address can hold" if _is_text(name) else "is not UTF-8 text"
            path = _shown(f"{shown}/{name}")
            problems.append(problem("V008", path, 0, 0, f"its file name {what}", "rename the file"))
            continue
        try:
            digest = digest_of(inside.read(entry.name))
        except OSError as error:
            problems.append(_unreadable(f"{shown}/{name}", error))
        else:
            yield name, StaticFile(name, os.path.abspath(folder), digest)


def digest_of(data: bytes) -> str:
    """The hexadecimal digest of a static file's bytes."""
    return hashlib.sha256(data).hexdigest()


def _files(
    folder: Path, shown: str, problems: list[Diagnostic], skip: tuple[str, ...] = (".", "_"),
) -> Iterator[tuple[str, os.DirEntry[str], Folder]]:
    """Regular files below a folder, sorted, without editors' copies and names that begin with one of `skip`.

    Name below the folder, entry, and the open folder that holds it. Symbolic links below the folder are not followed,
    and are said to be so: one that leads out would publish files that nobody put there.
    """
    try:
        top = Folder.open(folder)
    except FileNotFoundError:
        return
    except OSError as error:  # a folder that nobody can list is no empty folder: its pages would go
        problems.append(_unreadable(shown, error))
        return
    with top:
        yield from _below(top, shown, problems, skip, "", 0)


def _below(
    folder: Folder, shown: str, problems: list[Diagnostic], skip: tuple[str, ...], below: str, depth: int
) -> Iterator[tuple[str, os.DirEntry[str], Folder]]:
    for entry in folder.scan():
        if entry.name.startswith(skip) or entry.name.endswith("~") or entry.name in _LEFTOVERS:
            continue
        name = f"{below}{entry.name}"
        if entry.is_symlink():
            problems.append(problem(
                "V007", _shown(f"{shown}/{name}"), 0, 0, "this is a link, which veille does not follow",
                "put the file itself there", severity=Severity.WARNING,
            ))
        elif entry.is_dir(follow_symlinks=False):
            try:
                inner = folder.inner(entry.name)
            except OSError as error:
                problems.append(_unreadable(f"{shown}/{name}", error))
                continue
            with inner:
                if depth < _DEEPEST:
                    yield from _below(inner, shown, problems, skip, name + "/", depth + 1)
        elif entry.is_file(follow_symlinks=False):
            yield name, entry, folder


def _is_text(name: str) -> bool:
    """Whether a name of the file system is UTF-8; Python stands surrogates for the bytes that are not."""
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)


def _shown(path: str) -> str:
    """A name that is not UTF-8, as a message can show it."""
    return path.encode("utf-8", "backslashreplace").decode()


def _unreadable(path: str, error: Exception) -> Diagnostic:
    reason = "it is not UTF-8 text" if isinstance(error, UnicodeError) else getattr(error, "strerror", None) or error
    return problem("V007", path, 0, 0, f"the file cannot be read: {reason}", "check its permissions, name and encoding")
