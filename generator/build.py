"""The pipeline, once: read, parse, assemble, make, write. Every command that needs the site comes through here."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from generator import cache, images, indexer
from generator.config import Config
from generator.diagnostics import Diagnostic, Severity, ordered, problem
from generator.disk import below, codes
from generator.disk.lock import Busy, locked
from generator.disk.read import digest_of
from generator.disk.sync import Changes, SyncError, listing, look, sync, untouched
from generator.load import Options, Progress, gather, parse, quarantine
from generator.memory import Memory
from generator.model import Output
from generator.outline import outline
from generator.outputs.contexts import Preview
from generator.outputs.previews import MAKER
from generator.parallel import aside, forks, processors
from generator.site import Held

if TYPE_CHECKING:
    from generator.outputs import catalogue
    from generator.outputs.templates import Compiled


class Report(Struct, frozen=True):
    """What a build did and found."""

    changes: Changes | None
    """None when nothing was written."""
    problems: tuple[Diagnostic, ...]
    """All of them, sorted by file and line."""
    posts: int
    """Published."""
    skipped: tuple[str, ...]
    """Files left out because of their errors, under `Options.skip_invalid`."""
    held: Held
    folder: Path
    seconds: float = 0.0
    stages: tuple[tuple[str, float], ...] = ()
    """Name and wall time in seconds of each stage."""
    costs: tuple[tuple[str, float], ...] = ()
    """File and processor time in seconds of each post that was parsed anew."""
    quarantined: tuple[str, ...] = ()
    """Files left out because a rule of ``check.quarantine`` finds them; they stop no build."""


def build(
    root: Path, options: Options, progress: Progress = lambda stage, done, total: None, memory: Memory | None = None,
    saved: Collection[str] = (),
) -> Report:
    """Builds the site in the folder `root`, unless it has problems that forbid it; reports everything found.

    A process that builds again and again gives the same `memory` each time, and may name the files that were `saved`
    since, relative to `root`, to have no other post looked at. Raises `OSError` when the disk refuses.
    """
    if not (root / "config.yaml").exists() or below.leads_out(root, cache.FOLDER):
        return _build(root, options, progress, memory, saved)  # which says so; a folder that is no site gets no .veille
    try:
        (root / cache.FOLDER).mkdir(exist_ok=True)
        with locked(root / cache.FOLDER / "lock", _PATIENCE):
            return _build(root, options, progress, memory, saved)
    except Busy:
        busy = problem(
            "V009", cache.FOLDER, 0, 0, "another build is at work on this site",
            "wait until it has ended, then build again",
        )
        return Report(None, (busy,), 0, (), _NOTHING_HELD, root)


_PATIENCE = 60.0
"""Seconds to wait for another build of the same site."""
_NOTHING_HELD = Held(0, 0, None)


def _build(
    root: Path, options: Options, progress: Progress, memory: Memory | None, saved: Collection[str]
) -> Report:
    watch = _Watch()
    seen = cache.load_seen(root) if options.cache and not memory else None
    gathered, problems = gather(root, options, memory, seen, saved)
    if gathered is None:
        return Report(None, ordered(problems), 0, (), _NOTHING_HELD, root / (options.output or Config().output))
    folder = root / (options.output or gathered.config.output)
    inputs = gathered.digest(options)
    # In its own folder, a process that builds again knows what lies there, as long as the list there is its own.
    trusted = memory is not None and memory.last is not None and memory.listing == listing(folder) != ()
    last = memory.last if memory and trusted else cache.load_last(root, folder) if options.cache else None
    if options.cache and not memory and (now := gathered.seen()) != seen:
        cache.save_seen(root, now)
    watch.lap("read")
    if last and last.outcome.holds(inputs, gathered.today):
        same = last.files if trusted else untouched(folder, last.files)
        if same is not None:
            if same != last.files:
                cache.save_last(root, cache.Last(last.folder, dict(same), last.outcome))
            watch.lap("compare")
            told = last.outcome
            return Report(
                Changes(0, 0, 0, len(same), same, ()), told.problems, told.posts, told.skipped, told.held, folder,
                watch.total, watch.stages, (), told.quarantined,
            )

    jobs = options.jobs or processors()
    # Processes that begin now, and not amid thousands of values, have none of these copied.
    there = look(folder, last.files if last and not trusted else {}, jobs)
    ready = codes.load(gathered.code)
    compiled: Callable[[], Compiled] = dict
    if not ready and not (memory and memory.outline) and forks(jobs):  # on a new machine
        compiled = aside(_compile, (gathered.templates, ready), jobs)
    loaded, isolated = quarantine(parse(root, gathered, options, progress, memory))
    # The bytes of all posts are a third of what a build holds, and nobody reads them again.
    gathered = replace(gathered, posts=(), unread={}, marks={})
    loaded = replace(loaded, gathered=gathered)
    watch.lap("parse")
    before = memory.outline if memory else None
    past = before.past if before else cache.load_past(root, gathered.code) if options.cache else None
    outlined = outline(gathered, loaded, options, past, before)
    site, held, wanted = outlined.site, outlined.held, outlined.outputs
    from generator.outputs import catalogue  # late, as all that a build does not need where nothing changed

    if new := compiled():
        ready = codes.save(gathered.code, ready, new)
    kit = catalogue.with_compiled(outlined.kit, {**ready, **new})
    if options.cache and not memory and outlined.past is not past:
        cache.save_past(root, gathered.code, outlined.past)
    if memory:
        memory.outline = outlined
    watch.lap("assemble")
    problems = ordered((*loaded.problems, *outlined.problems, *isolated))
    quarantined = tuple(sorted({found.path for found in isolated}))
    wrong = {found.path for found in problems if found.severity is Severity.ERROR}
    skipped = tuple(sorted(wrong.intersection(gathered.files)))
    forbids = Severity.WARNING if options.strict else Severity.ERROR
    stops = [
        found for found in problems
        if found.severity >= forbids and found.path not in quarantined
        and not (options.skip_invalid and found.path in skipped)
    ]
    skipped = skipped if options.skip_invalid else ()
    changes = None
    if not stops and kit.searchable:
        indexed, faults = indexer.index(
            root, site.posts, gathered.config.site.language, gathered.code,
            keep=options.cache, jobs=jobs,
        )
        wanted += indexed
        problems = ordered((*problems, *faults))
        watch.lap("index")
    if not stops:
        if memory:
            memory.listing = ()  # until the folder holds this site, nothing that lies there is known
        try:
            changes = sync(
                wanted, folder, last.files if last and trusted else there(), partial(_make, kit), jobs,
                lambda done, total: progress("write", done, total), partial(_warm, kit), trusted=trusted,
            )
        except SyncError as error:
            problems = ordered((*problems, *error.problems))
    if changes and changes.made:
        codes.save(gathered.code, ready, catalogue.compiled(kit))
    if changes and options.cache:
        days = [post.date.date() for post in site.posts]
        newest = max((day for day in days if day <= gathered.today), default=date.min)
        due = min((day for day in (held.next_due, *days) if day and day > gathered.today), default=date.max)
        outcome = cache.Outcome(inputs, newest, due, problems, len(site.posts), skipped, held, quarantined)
        left = cache.Last(cache.relative(root, folder), dict(changes.manifest), outcome)
        if memory:
            memory.last, memory.listing, memory.owing = left, listing(folder), True
        else:
            cache.save_last(root, left)
    watch.lap("write")
    return Report(
        changes, problems, len(site.posts), skipped, held, folder, watch.total, watch.stages, loaded.costs, quarantined,
    )


def settle(root: Path, memory: Memory) -> None:
    """Leaves in ``.veille`` what a process keeps that builds again and again; for when nobody waits for it."""
    if not memory.owing or not memory.last or not memory.outline:
        return
    with suppress(Busy), locked(root / cache.FOLDER / "lock", 0.0):
        cache.save_past(root, memory.code, memory.outline.past)
        cache.save_last(root, memory.last)
        memory.owing = False


class _Watch:
    """Wall time of the stages, in seconds."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.stages: tuple[tuple[str, float], ...] = ()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages += ((stage, now - self._last),)
        self._last = now

    @property
    def total(self) -> float:
        return time.perf_counter() - self._start


_OWN = ("copy", indexer.MAKER, MAKER)
"""Makers of what is made here, from files, an index and pictures; all others are the catalogue's."""


def _warm(kit: catalogue.Kit, due: Sequence[Output]) -> None:
    from generator.outputs import catalogue

    catalogue.warm(kit, [output for output in due if output.maker not in _OWN])


def _compile(asked: tuple[Mapping[str, str], Compiled]) -> Compiled:
    from generator.outputs.templates import compile_all

    return compile_all(*asked)


def _make(kit: catalogue.Kit, output: Output) -> bytes | Diagnostic:
    if isinstance(output.context, bytes):
        return output.context
    if isinstance(output.context, Preview):
        return images.picture(output.context)
    if output.maker != "copy":
        from generator.outputs import catalogue

        return catalogue.make(kit, output)
    folder, name = cast("tuple[str, str]", output.context)
    try:
        data = below.read(folder, name)
    except OSError as error:
        return problem("V007", output.path, 0, 0, f"the file cannot be read: {error.strerror}", "check its permissions")
    if digest_of(data) != output.fingerprint:
        return problem("V007", output.path, 0, 0, "the file was changed while the site was built", "build again")
    return data
