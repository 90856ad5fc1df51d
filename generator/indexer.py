"""The search index: runs Pagefind over the periods whose posts changed, and keeps every bundle in ``.veille/``.

Pagefind, because its index is fetched in pieces: a reader's search of thousands of notes loads some hundred kilobytes.
An extra, because its program is 20 MB.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from generator import cache, urls
from generator.diagnostics import Diagnostic, problem
from generator.model import Output, Post
from generator.outputs import search
from generator.outputs.fingerprint import fingerprint

if TYPE_CHECKING:
    from subprocess import Popen

MAKER = "index"
"""Of files whose bytes are their context."""
_WORK = "indexing-"
_PATIENCE = 600.0
"""Seconds that Pagefind may take for one bundle: it needs one for a thousand notes."""


def available() -> bool:
    """Whether Pagefind, and what makes its files the same everywhere, are installed."""
    return find_spec("pagefind_bin") is not None and find_spec("cbor2") is not None


def missing() -> Diagnostic:
    """What an author is told whose site should be searched when Pagefind is not installed."""
    return problem(
        "V010", "config.yaml", 0, 0, "the site has no search, because Pagefind is not installed",
        "pip install 'veille[search]', or write search: none",
    )


def index(
    root: Path, posts: Sequence[Post], language: str, code: str, *, keep: bool, jobs: int
) -> tuple[tuple[Output, ...], tuple[Diagnostic, ...]]:
    """The files of the search index of a site, newest posts first; or no file, and what stood in the way.

    Bundles are taken from ``.veille/`` when their posts, the `code` and the language are the same, and are kept there,
    unless `keep` is false. Raises `OSError` when the disk refuses.
    """
    bundles: dict[str, cache.Bundle] = {}
    due: list[tuple[search.Period, str, bool]] = []
    for number, period in enumerate(search.periods(posts)):
        digest = fingerprint(code, language, not number, "\n".join([post.key for post in period.posts]))
        known = cache.load_bundle(root, period.name) if keep else None
        if known and known.digest == digest:
            bundles[period.name] = known
        else:
            due.append((period, digest, not number))
            bundles[period.name] = cache.Bundle(digest, {})  # in its place; filled below
    if due:
        try:
            for name, made in _made(root, due, language, jobs):
                bundles[name] = made
        except (ValueError, OSError) as error:
            return (), (problem(
                "V010", "config.yaml", 0, 0, f"the site has no search, because Pagefind failed: {error}",
                "build again; if it stays so, reinstall it with pip install --force-reinstall 'veille[search]'",
            ),)
        if keep:
            for period, _, _ in due:
                cache.save_bundle(root, period.name, bundles[period.name])
    if keep:
        cache.keep_bundles(root, bundles)
    return tuple(_outputs(bundles)), ()


def _outputs(bundles: dict[str, cache.Bundle]) -> Iterable[Output]:
    listed = search.listing({name: bundle.files for name, bundle in bundles.items()})
    yield Output(urls.output_path(urls.PERIODS), MAKER, listed, fingerprint(MAKER, listed))
    for name, bundle in bundles.items():
        base = urls.output_path(urls.bundle_url(name)).removesuffix("index.html")
        for path, data in sorted(bundle.files.items()):
            yield Output(base + path, MAKER, data, fingerprint(MAKER, bundle.digest, path))


def _made(
    root: Path, due: Sequence[tuple[search.Period, str, bool]], language: str, jobs: int
) -> Iterable[tuple[str, cache.Bundle]]:
    """The bundles of these periods, `jobs` at a time. Raises `ValueError` when Pagefind fails."""
    work = root / cache.FOLDER
    for left in work.glob(f"{_WORK}*"):  # by a build that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_WORK, dir=work) as folder, ExitStack() as running:
        waiting: list[tuple[search.Period, str, bool, Path, Popen[str]]] = []
        for number, (period, digest, engine) in enumerate(due):
            place = Path(folder, str(number))
            for path, text in search.documents(period, language):
                target = place / "site" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode("utf-8", "replace"))
            waiting.append((period, digest, engine, place, running.enter_context(_started(place, language))))
            if len(waiting) >= jobs:
                yield _ended(*waiting.pop(0))
        for one in waiting:
            yield _ended(*one)


def _started(place: Path, language: str) -> Popen[str]:
    from subprocess import DEVNULL, PIPE, STDOUT, Popen

    from pagefind_bin import get_executable

    # From a folder and an environment that hold no settings of Pagefind's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    return Popen(
        [get_executable(), "--site", "site", "--output-path", "made", "--force-language", language, "--silent",
         "--exclude-selectors", ".reversefootnote"],
        cwd=place, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, encoding="utf-8", errors="replace",
    )


def _ended(
    period: search.Period, digest: str, engine: bool, place: Path, process: Popen[str]
) -> tuple[str, cache.Bundle]:
    from subprocess import TimeoutExpired

    try:
        said, _ = process.communicate(timeout=_PATIENCE)
    except TimeoutExpired:
        process.kill()
        raise ValueError(f"it did not end within {_PATIENCE:.0f} s") from None
    if process.returncode:
        last = said.strip().rpartition("\n")[2] or f"exit status {process.returncode}"
        raise ValueError(last)
    made = place / "made"
    files = {
        path.relative_to(made).as_posix(): path.read_bytes() for path in sorted(made.rglob("*")) if path.is_file()
    }
    shutil.rmtree(place)
    return period.name, cache.Bundle(digest, search.canonical(files, engine=engine))
