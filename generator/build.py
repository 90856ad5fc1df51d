"""The pipeline, once: read, parse, assemble, make, write. Every command that needs the site comes through here."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from generator import cache
from generator.config import Config, overlap, parse_config
from generator.content.post import Parsed, parse_post, post_key, settings_digest
from generator.diagnostics import Diagnostic, Severity, ordered, problem
from generator.disk.read import StaticFile, read_config, read_posts, read_statics, read_templates
from generator.disk.sync import Changes, SyncError, sync
from generator.model import Output, Source
from generator.outputs import catalogue
from generator.outputs.contested import contested
from generator.parallel import parallel_map, processors
from generator.site import Held, assemble, dead_links, publishable
from generator.urls import output_path

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, the items done and all items."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line may ask of a build; the defaults are those of ``veille build``."""

    output: Path | None = None
    """The output folder; the configuration's by default."""
    base_url: str = ""
    """Replaces ``site.url``."""
    drafts: bool = False
    future: bool = False
    strict: bool = False
    """Warnings stop the writing too."""
    skip_invalid: bool = False
    """Publish without the posts that have errors; they are still reported."""
    cache: bool = True
    jobs: int = 0
    """Processes; 0 for one a processor."""
    as_of: date | None = None
    """The date taken for today; the clock's in the site's time zone by default."""


@dataclass(frozen=True, slots=True)
class Report:
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
    seconds: float
    stages: tuple[tuple[str, float], ...]
    """Name and wall time in seconds of each stage."""


def build(root: Path, options: Options, progress: Progress = lambda stage, done, total: None) -> Report:
    """Builds the site in the folder `root`, unless it has problems that forbid it; reports everything found.

    Raises `OSError` when the disk refuses.
    """
    if not (root / "config.yaml").exists():
        return _build(root, options, progress)  # which says so; a folder that is no site gets no .veille
    try:
        (root / cache.FOLDER).mkdir(exist_ok=True)
        with FileLock(root / cache.FOLDER / "lock", timeout=_PATIENCE):
            return _build(root, options, progress)
    except Timeout:
        busy = problem(
            "V009", cache.FOLDER, 0, 0, "another build is at work on this site",
            "wait until it has ended; when none is running, delete .veille/lock",
        )
        return Report(None, (busy,), 0, (), _NOTHING_HELD, root, 0.0, ())


_PATIENCE = 60.0
"""Seconds to wait for another build of the same site."""
_NOTHING_HELD = Held(0, 0, None)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A site's folder, read and parsed, before its posts meet."""

    config: Config
    files: tuple[str, ...]
    """Every file that should be a post, those that could not be read among them."""
    sources: tuple[Source, ...]
    """The readable ones, in the order of their paths."""
    parsed: tuple[Parsed, ...]
    """What became of each source, in the same order."""
    today: date
    """In the site's time zone, or as `Options.as_of` says."""


def load(
    root: Path, options: Options, progress: Progress = lambda stage, done, total: None,
    lap: Callable[[str], None] = lambda stage: None,
) -> tuple[Loaded | None, tuple[Diagnostic, ...]]:
    """The posts of the site in the folder `root`, through the memo, and the problems of each and of the settings.

    None when the settings have errors. `lap` hears when a stage has ended. Raises `OSError` when the disk refuses.
    """
    config, problems = _configure(root, options)
    if config is None:
        return None, problems
    sources, unread = read_posts(root, config.posts)
    lap("read")
    parsed = _parse_all(
        root, sources, config, cache.code_version(), options.jobs or processors(), options.cache, progress
    )
    problems += (*unread, *(item for one in parsed for item in one.problems))
    lap("parse")
    today = options.as_of or datetime.now(ZoneInfo(config.site.timezone)).date()
    files = tuple(dict.fromkeys((*(source.path for source in sources), *(found.path for found in unread))))
    return Loaded(config, files, sources, parsed, today), problems


def _build(root: Path, options: Options, progress: Progress) -> Report:
    watch = _Watch()
    loaded, problems = load(root, options, progress, watch.lap)
    if loaded is None:
        folder = root / (options.output or Config().output)
        return Report(None, ordered(problems), 0, (), _NOTHING_HELD, folder, watch.total, watch.stages)
    config, parsed = loaded.config, loaded.parsed
    folder = root / (options.output or config.output)
    jobs = options.jobs or processors()
    templates, found = read_templates(root)
    theme, own, more = read_statics(root, config.static)
    problems += (*found, *more)
    watch.lap("theme")

    code = cache.code_version()
    posts = tuple(one.post for one in parsed if one.post is not None)
    published, held = publishable(posts, loaded.today, drafts=options.drafts, future=options.future)
    kit = catalogue.kit(config, templates, {file.name: file.digest for file in theme}, code)
    names = {
        **{output_path(kit.statics[file.name]): f"templates/static/{file.name}" for file in theme},
        **{file.name: f"{config.static}/{file.name}" for file in own},
    }
    while True:
        site, clashes = assemble(published)
        wanted = (*catalogue.outputs(site, kit), *_copies(theme, own, kit))
        clashes += contested(wanted, site, names)
        problems += clashes
        kept = tuple(post for post in published if post.path not in {clash.path for clash in clashes})
        if not options.skip_invalid or len(kept) == len(published):
            break
        published = kept
    if not site.posts and all(one.post for one in parsed):
        problems += (_no_posts(config, held),)
    problems += dead_links(site, {output.path for output in wanted})
    watch.lap("assemble")

    problems = ordered(problems)
    wrong = {found.path for found in problems if found.severity is Severity.ERROR}
    skipped = tuple(sorted(wrong.intersection(loaded.files)))
    forbids = Severity.WARNING if options.strict else Severity.ERROR
    stops = [
        found for found in problems
        if found.severity >= forbids and not (options.skip_invalid and found.path in skipped)
    ]
    changes = None
    if not stops:
        known = cache.load_manifest(root, folder) if options.cache else {}
        try:
            changes = sync(
                wanted, folder, known, partial(_make, kit), jobs, lambda done, total: progress("write", done, total)
            )
            if options.cache:
                cache.save_manifest(root, folder, changes.manifest)
        except SyncError as error:
            problems = ordered((*problems, *error.problems))
    watch.lap("write")
    return Report(
        changes, problems, len(site.posts), skipped if options.skip_invalid else (), held, folder,
        watch.total, watch.stages,
    )


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


def _configure(root: Path, options: Options) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    try:
        text = read_config(root)
    except FileNotFoundError:
        return None, (problem(
            "V001", "config.yaml", 0, 0, f"there is no config.yaml in {root}",
            "go to the site's folder or name it with -C DIR; an empty config.yaml is enough for a start",
        ),)
    config, problems = parse_config(text)
    if config and options.output:
        below = os.path.relpath(root / options.output, root).replace(os.sep, "/")
        if clash := overlap(replace(config, output=below)):
            problems += (problem(
                "V006", "--output", 0, 0, f"the output folder '{below}' and the folder '{clash}' overlap",
                "choose a folder of its own for the built site",
            ),)
    if config is None or not options.base_url:
        return config, problems
    given, wrong = parse_config(f"site: {{url: {json.dumps(options.base_url)}}}", "--base-url")
    problems += tuple(replace(found, line=0, column=0, excerpt="") for found in wrong)
    return given and replace(config, site=replace(config.site, url=given.site.url)), problems


def _parse_all(
    root: Path, sources: Sequence[Source], config: Config, code: str, jobs: int, use_cache: bool, progress: Progress
) -> tuple[Parsed, ...]:
    """Every source, parsed; from the memo where its bytes, its path, the settings and the code are the same."""
    settings = settings_digest(config, code)
    keyed = [(source, post_key(source, settings)) for source in sources]
    known = cache.load_posts(root) if use_cache else {}
    new = [item for item in keyed if item[1] not in known]
    fresh: dict[str, bytes] = {}
    for chunk in parallel_map(partial(_parse, config), new, jobs):
        fresh.update(chunk)
        progress("parse", len(fresh), len(new))
    encoded = {key: known.get(key) or fresh[key] for _, key in keyed}
    if use_cache and (fresh or encoded.keys() != known.keys()):
        cache.save_posts(root, encoded)
    return tuple(cache.decode(data) for data in encoded.values())


def _parse(config: Config, items: Sequence[tuple[Source, str]]) -> list[tuple[str, bytes]]:
    return [(key, cache.encode(parse_post(source, config, key))) for source, key in items]


def _copies(theme: Iterable[StaticFile], own: Iterable[StaticFile], kit: catalogue.Kit) -> Iterator[Output]:
    """Static files as outputs: the theme's under a name that holds their digest, the site's own where they lie."""
    for file in theme:
        yield Output(output_path(kit.statics[file.name]), "copy", file.source, file.digest)
    for file in own:
        yield Output(file.name, "copy", file.source, file.digest)


def _make(kit: catalogue.Kit, output: Output) -> bytes | Diagnostic:
    if output.maker != "copy":
        return catalogue.make(kit, output)
    try:
        return Path(str(output.context)).read_bytes()
    except OSError as error:
        return problem("V007", output.path, 0, 0, f"the file cannot be read: {error.strerror}", "check its permissions")


def _no_posts(config: Config, held: Held) -> Diagnostic:
    waiting = held.drafts + held.scheduled
    message = f"there is no post to publish in {config.posts}" + (f" ({waiting} held back)" if waiting else "")
    return problem("V004", config.posts, 0, 0, message, "write a note there: YYYY-MM-DD-title.md, with front matter")
