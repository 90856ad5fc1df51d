"""The author's desk: everything that a build would say, and the rules of the notes. Nothing is written but mends."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator import cache
from generator.diagnostics import RULES, Diagnostic, Severity, ordered
from generator.disk.read import read_post
from generator.disk.rewrite import rewrite
from generator.load import Gathered, Loaded, Options, Progress, gather, parse, quarantine
from generator.model import Source
from generator.outline import outline
from generator.relations import Past
from generator.text import normal_lines

Wanted = Callable[[str], bool]
"""Whether problems of the file at this path are told."""


class Checked(Struct, frozen=True):
    """What a check found."""

    problems: tuple[Diagnostic, ...]
    """Those that are told, by file and line, with the severities that count."""
    notes: int
    """Files that were looked at and told about."""
    quarantined: tuple[str, ...] = ()
    """Files that a build leaves out: what is told about them stops nothing."""

    def fails(self, strict: bool) -> bool:
        """Whether the check is not passed: an error, or under `strict` a warning, in a note that a build takes."""
        limit = Severity.WARNING if strict else Severity.ERROR
        return any(found.severity >= limit and found.path not in self.quarantined for found in self.problems)


class Mended(Struct, frozen=True):
    """What a mend did to one file."""

    path: str
    diff: str
    """Unified, without colours; empty when nothing could be mended."""
    codes: tuple[str, ...]
    left: tuple[str, ...]
    """Codes of what only the author can mend safely."""


def _everything(path: str) -> bool:
    return True


def _silent(stage: str, done: int, total: int) -> None:
    pass


def check(
    root: Path, options: Options, wanted: Wanted = _everything, progress: Progress = _silent
) -> tuple[Checked, Gathered | None]:
    """Checks the site in the folder `root`: drafts and scheduled posts too, since their author is at the desk.

    Rules that compare notes see all of them, whatever is `wanted`; what two files are at odds about is told when either
    is wanted. Raises `OSError` when the disk refuses.
    """
    options = replace(options, drafts=True, future=True, strict=False, skip_invalid=False)
    seen = cache.load_seen(root) if options.cache else None
    gathered, problems = gather(root, options, seen=seen)
    if gathered is None:
        return Checked(ordered(problems), 0), None
    inputs = gathered.digest(options)
    last = cache.load_findings(root) if options.cache else None
    if last and last.inputs == inputs:
        findings = last
    else:
        if options.cache and (now := gathered.seen()) != seen:
            cache.save_seen(root, now)
        loaded = parse(root, gathered, options, progress)
        past = cache.load_past(root, gathered.code) if options.cache else None
        findings = _examine(root, gathered, loaded, options, inputs, last.notes if last else {}, past)
        if options.cache:
            cache.save_findings(root, findings)
    told = tuple(found for found in findings.problems if wanted(found.path) or (found.other and wanted(found.other)))
    return Checked(told, sum(map(wanted, gathered.files)), findings.quarantined), gathered


def _examine(
    root: Path, gathered: Gathered, loaded: Loaded, options: Options, inputs: str,
    known: Mapping[str, tuple[Diagnostic, ...]], past: Past | None,
) -> cache.Findings:
    """All problems, with the severities that count, and what each note's own rules found."""
    from generator.rules.draft import draft
    from generator.rules.table import judge
    from generator.rules.twins import duplicate_sources, placed
    from generator.rules.verdict import verdict

    source = _sources(root, gathered)
    posts = {one.post.path: one.post for one in loaded.parsed if one.post}
    notes = {
        post.key: known[post.key] if post.key in known else judge(draft(source(post.path), post))
        for post in posts.values()
    }
    published, isolated = quarantine(loaded)
    met = outline(gathered, published, options, past).problems
    twins = [
        placed(found, draft(source(found.path), posts[found.path])) for found in duplicate_sources(posts.values())
    ]
    found = (*loaded.problems, *met, *twins, *(item for items in notes.values() for item in items))
    counted = (verdict(item, posts.get(item.path), gathered.config.check) for item in found)
    left_out = {(item.path, item.code) for item in isolated}
    problems = [item for item in counted if item and (item.path, item.code) not in left_out]
    return cache.Findings(
        inputs, ordered((*problems, *isolated)), tuple(sorted({item.path for item in isolated})), notes
    )


def _sources(root: Path, gathered: Gathered) -> Callable[[str], Source]:
    """What gives the source of a post: as it was gathered, or from the disk when it was as the last build saw it."""
    read = {source.path: source for source, _ in gathered.posts}
    return lambda path: read[path] if path in read else read_post(root, gathered.config.posts, path)


def mend(root: Path, checked: Checked, gathered: Gathered) -> tuple[Mended, ...]:
    """Mends what can be mended of what was told, file by file; each file is replaced by one atomic step.

    Raises `OSError` when the disk refuses.
    """
    from generator.content.post import parse_post
    from generator.rules.repair import repaired

    posts = {*gathered.unread, *[source.path for source, _ in gathered.posts]}
    read = _sources(root, gathered)
    by_path: dict[str, list[Diagnostic]] = {}
    for found in checked.problems:
        if RULES[found.code].fixable and found.path in posts:
            by_path.setdefault(found.path, []).append(found)
    done = []
    for path, problems in by_path.items():
        source = read(path)
        try:
            post = parse_post(source, gathered.config, "").post
            result = repaired(source, post, problems, gathered.config)
        except UnicodeDecodeError:
            continue
        before = source.data.decode("utf-8")
        if result.text != before:
            rewrite(root / path, source.data, result.text.encode("utf-8"))
        done.append(Mended(path, _diff(path, before, result.text), result.mended, result.left))
    return tuple(done)


def _diff(path: str, before: str, after: str) -> str:
    # Not splitlines: a form feed ends no line.
    old, new = (normal_lines(text).removesuffix("\n").split("\n") for text in (before, after))
    return "\n".join(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))


def below(paths: Iterable[str]) -> Wanted:
    """Whether a file is one of these paths or lies below one of them; paths relative to the site's folder."""
    named = tuple(os.path.normpath(path).replace(os.sep, "/") for path in paths)
    folders = tuple(f"{path}/" for path in named)

    def is_below(path: str) -> bool:
        return "." in named or path in named or path.startswith(folders)

    return is_below
