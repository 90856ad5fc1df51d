"""From a site's folder to its parsed posts: the first half of the pipeline, which every command shares."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from generator import cache, memo
from generator.config import Config, overlap, parse_config
from generator.content.parsed import Parsed, post_key, settings_digest
from generator.diagnostics import Diagnostic, problem
from generator.disk import below
from generator.disk.read import (
    Marks,
    Read,
    StaticFile,
    read_config,
    read_post,
    read_posts,
    read_statics,
    read_templates,
)
from generator.memory import Memory, keyed, remembered
from generator.model import Source
from generator.parallel import aside, parallel_map, processors

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, the items done and all items."""


class Options(Struct, frozen=True):
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
    preview: bool = False
    """For the author's eyes, in a folder below ``.veille``: static files keep their names, so that a change of one
    changes no page."""


class Gathered(Struct, frozen=True):
    """Everything that a build reads, as bytes and digests; nothing of it is understood yet."""

    config: Config
    files: tuple[str, ...]
    """Every file that should be a post or a page, those that could not be read among them; sorted."""
    posts: tuple[tuple[Source, str], ...]
    """The readable ones with their keys in the memo, in the order of their paths."""
    unread: Mapping[str, str]
    """Path → key of the posts that were not read, because the last build saw them as they are."""
    marks: Mapping[str, tuple[int, ...]]
    """Of the files of posts that have settled: what the next build may go by."""
    pages: tuple[Source, ...]
    """The pages beside the posts: few, so that none is remembered."""
    templates: Mapping[str, str]
    theme: tuple[StaticFile, ...]
    own: tuple[StaticFile, ...]
    problems: tuple[Diagnostic, ...]
    today: date
    """In the site's time zone, or as `Options.as_of` says."""
    code: str
    """Digest of the program."""

    def seen(self) -> cache.Seen:
        """What the next build may go by."""
        keys = {source.path: key for source, key in self.posts if source.path in self.marks} | dict(self.unread)
        return cache.Seen(settings_digest(self.config, self.code), {path: self.marks[path] for path in keys}, keys)

    def digest(self, options: Options) -> str:
        """Digest of all that decides the outputs and the problems of a build, but for the day."""
        digest = hashlib.blake2b(digest_size=16)
        digest.update(repr((
            self.code, self.config, self.problems, self.files, self.theme, self.own,
            options.drafts, options.future, options.strict, options.skip_invalid, options.preview,
        )).encode("utf-8", "surrogatepass"))
        for name, text in sorted(self.templates.items()):
            digest.update(f"{name}\0{len(text)}\0{text}".encode("utf-8", "surrogatepass"))
        keys = {source.path: key for source, key in self.posts} | dict(self.unread)
        digest.update("".join([keys[path] for path in sorted(keys)]).encode())
        for page in self.pages:
            digest.update(b"%d:%b" % (len(page.data), page.path.encode("utf-8", "surrogateescape")) + page.data)
        return digest.hexdigest()


_WORTH_SAVING = 50
_FEW = 50
_Made = tuple[str, str, bytes, float]
"""A post's key, its file, what became of it, and the seconds that this took."""


class Loaded(Struct, frozen=True):
    """A site's posts, parsed, before they meet."""

    gathered: Gathered
    parsed: tuple[Parsed, ...]
    """What became of each source: those of `Gathered.posts`, then those of `Gathered.unread`."""
    costs: tuple[tuple[str, float], ...]
    """File and seconds of each post that was parsed anew."""

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """Of the settings, the disk and of each post, as they were met."""
        return (*self.gathered.problems, *(item for one in self.parsed for item in one.problems))


def gather(
    root: Path, options: Options, memory: Memory | None = None, seen: cache.Seen | None = None,
    saved: Collection[str] = (),
) -> tuple[Gathered | None, tuple[Diagnostic, ...]]:
    """Reads the site in the folder `root`; None and the problems when its settings have errors.

    Posts that are as `seen` are not read, unless a rule that looks at their text may keep them out of the site. When
    `saved` names files, other posts are taken for what `memory` has. Raises `OSError` when the disk refuses.
    """
    config, problems = _configure(root, options)
    if config is None:
        return None, problems
    if outside := tuple(_leading_out(root, config, options)):
        return None, (*problems, *outside)
    code = (memory.code if memory else "") or cache.code_version()
    settings = settings_digest(config, code)
    keys = seen.keys if seen and seen.settings == settings and not config.check.quarantine else {}
    known = memory.files if memory else None
    unread: tuple[Diagnostic, ...] = ()
    marks: Marks = {}
    sources = remembered(root, config, memory, saved) if memory and saved else None
    if sources is None:
        sources, unread, marks = _read(root, config.posts, config.pages, known, seen.marks if seen and keys else None)
        if memory:
            memory.whole = not unread
    pages, others, _ = _read(root, config.pages, config.posts)
    unread += others
    read = {source.path for source in sources}
    same = {path: keys[path] for path in marks if path not in read} if keys else {}
    templates, faults = read_templates(root)
    theme, own, unfit = read_statics(root, config.static)
    return Gathered(
        config,
        tuple(sorted({
            *(source.path for source in (*sources, *pages)), *(found.path for found in unread), *same,
        })),
        keyed(sources, settings, code, memory or Memory()), same, marks, pages,
        templates, theme, own, (*problems, *unread, *faults, *unfit),
        options.as_of or datetime.now(ZoneInfo(config.site.timezone)).date(), code,
    ), ()


def _leading_out(root: Path, config: Config, options: Options) -> Iterator[Diagnostic]:
    """One problem for each folder of the site that is a link to somewhere else: a repository may hold such links."""
    for name in dict.fromkeys((config.posts, config.pages, config.static, "templates", "templates/static")):
        if below.leads_out(root, name):
            yield problem("V007", name, 0, 0, "this folder is a link that leads out of the site's folder",
                          "put the folder itself there")
    for name in (f"{cache.FOLDER}/{cache.PREVIEW}", *(() if options.output else (config.output,))):
        if below.leads_out(root, name):
            yield problem("V006", name, 0, 0, "this folder is a link that leads out of the site's folder",
                          "put the folder itself there, or name another one with --output")


def parse(
    root: Path, gathered: Gathered, options: Options, progress: Progress = lambda stage, done, total: None,
    memory: Memory | None = None,
) -> Loaded:
    """Every source, parsed; from the memo where its bytes, its path, the settings and the code are the same."""
    decoded = memory.parsed if memory else {}
    jobs = options.jobs or processors()
    read = partial(_parse, gathered.config)
    ahead: Callable[[], list[_Made]] = list
    if options.cache and not decoded and 0 < len(gathered.posts) <= _FEW:
        # To read the memo takes as long as to load Markdown: a few posts that were read are new, and parsed meanwhile.
        ahead = aside(read, gathered.posts, jobs)
    known = memo.load(cache.posts_path(root)) if options.cache and not decoded else memo.Memo()
    lost = [path for path, key in gathered.unread.items() if key not in known.posts]
    if lost:  # seen by the last build, which could not remember them
        settings = settings_digest(gathered.config, gathered.code)
        sources = (read_post(root, gathered.config.posts, path) for path in lost)
        again = tuple((source, post_key(source, settings)) for source in sources)
        kept = {path: key for path, key in gathered.unread.items() if key in known.posts}
        gathered = replace(gathered, posts=(*gathered.posts, *again), unread=kept)
    early = {one[0]: one for one in ahead()}
    new = [item for item in gathered.posts if item[1] not in known.posts and item[1] not in decoded]
    rest = [item for item in new if item[1] not in early]
    fresh: dict[str, bytes] = {}
    costs: list[tuple[str, float]] = []
    made = [(0, [early[key] for _, key in new if key in early])]
    for _, chunk in chain(made, parallel_map(read, rest, jobs, prepare=partial(read, ()))):  # which loads Markdown
        for key, path, data, seconds in chunk:
            fresh[key] = data
            costs.append((path, seconds))
        progress("parse", len(fresh), len(new))
    if memory and decoded:
        return Loaded(gathered, _again(root, gathered, options, fresh, memory), tuple(costs))
    keys = (*(key for _, key in gathered.posts), *gathered.unread.values())
    if options.cache:
        memo.save(cache.posts_path(root), known, [key for key in keys if key in known.posts], fresh)
    # Each is let go as it is decoded; of its bytes, most are the sections that the post holds as they are.
    parsed = tuple([known.posts.get(key) or memo.decode(fresh.pop(key)) for key in keys])
    if memory:
        memory.parsed = {key: one for (_, key), one in zip(gathered.posts, parsed, strict=True)}
    return Loaded(gathered, parsed, tuple(costs))


def _again(
    root: Path, gathered: Gathered, options: Options, fresh: Mapping[str, bytes], memory: Memory
) -> tuple[Parsed, ...]:
    """The posts of a later build of this process: those that are remembered, and the `fresh` ones."""
    memory.parsed = {
        key: memo.decode(fresh[key]) if key in fresh else memory.parsed[key] for _, key in gathered.posts
    }
    memory.unsaved += len(fresh)
    if options.cache and memory.unsaved >= _WORTH_SAVING:
        memo.save(cache.posts_path(root), memo.Memo(memory.parsed), memory.parsed, {})
        memory.unsaved = 0
    return tuple(memory.parsed.values())


def _read(
    root: Path, folder: str, other: str, known: Read | None = None, seen: Marks | None = None
) -> tuple[tuple[Source, ...], tuple[Diagnostic, ...], Marks]:
    """The Markdown files of a folder, without those of another one inside it."""
    sources, unread, marks = read_posts(root, folder, known, seen)
    if not other.startswith(f"{folder}/"):
        return sources, unread, marks
    return (
        tuple(source for source in sources if not source.path.startswith(f"{other}/")),
        tuple(found for found in unread if not found.path.startswith(f"{other}/")),
        {path: mark for path, mark in marks.items() if not path.startswith(f"{other}/")},
    )


def load(root: Path, options: Options) -> tuple[Loaded | None, tuple[Diagnostic, ...]]:
    """The posts of the site in the folder `root`, and all problems so far; None when the settings have errors.

    Raises `OSError` when the disk refuses.
    """
    gathered, problems = gather(root, options)
    if gathered is None:
        return None, problems
    loaded = parse(root, gathered, options)
    return loaded, loaded.problems


def quarantine(loaded: Loaded) -> tuple[Loaded, tuple[Diagnostic, ...]]:
    """Without the posts that a rule of ``check.quarantine`` finds; and why they are left out, as warnings."""
    if not loaded.gathered.config.check.quarantine:
        return loaded, ()
    from generator.rules.quarantine import isolated

    kept: list[Parsed] = []
    found: list[Diagnostic] = []
    for (source, _), one in zip(loaded.gathered.posts, loaded.parsed, strict=True):
        reasons = isolated(source, one.post, loaded.gathered.config.check) if one.post else ()
        found += reasons
        if not reasons:
            kept.append(one)
    return replace(loaded, parsed=tuple(kept)), tuple(found)


def _parse(config: Config, items: Sequence[tuple[Source, str]]) -> list[_Made]:
    from generator.content.post import parse_post

    done = []
    for source, key in items:
        start = time.thread_time()
        data = memo.encode(key, parse_post(source, config, key))
        done.append((key, source.path, data, time.thread_time() - start))
    return done


def _configure(root: Path, options: Options) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    try:
        text = read_config(root)
    except FileNotFoundError:
        return None, (problem(
            "V001", "config.yaml", 0, 0, f"there is no config.yaml in {root}",
            "begin a site here with veille init, or go to your site's folder or name it: veille -C DIR",
        ),)
    config, problems = parse_config(text)
    if config and options.output and not options.preview:
        below = os.path.relpath(root / options.output, root).replace(os.sep, "/")
        if clash := overlap(dataclasses.replace(config, output=below)):
            problems += (problem(
                "V006", "--output", 0, 0, f"the output folder '{below}' and the folder '{clash}' overlap",
                "choose a folder of its own for the built site",
            ),)
    if config is None or not options.base_url:
        return config, problems
    given, wrong = parse_config(f"site: {{url: {json.dumps(options.base_url)}}}", "--base-url")
    problems += tuple(replace(found, line=0, column=0, excerpt="") for found in wrong)
    return given and dataclasses.replace(config, site=dataclasses.replace(config.site, url=given.site.url)), problems
