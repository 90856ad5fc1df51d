"""Builds in a process of their own: one that may fork, keeps what it decoded, and leaves the pages their processor."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator.build import Report, build, settle
from generator.config import Config, parse_config
from generator.diagnostics import Diagnostic
from generator.disk.read import read_config
from generator.load import Options, Progress
from generator.memory import Memory


@dataclass(frozen=True, slots=True)
class Built:
    """What the server needs to know of a build."""

    written: bool
    """Whether the folder holds this site; False when problems forbade it, and the last good one is still there."""
    changed: tuple[str, ...]
    """Output paths whose bytes are not those of the last site that this process wrote; all of them after its first."""
    problems: tuple[Diagnostic, ...]
    posts: int
    seconds: float
    early: tuple[tuple[str, date], ...]
    """Site URL and day of the posts that are shown before their day."""
    mount: str
    """Path that the site lives under, decoded; begins and ends with ``/``."""
    failure: str = ""
    """One sentence when the disk or veille itself failed; then the rest says nothing."""


class Builder:
    """A process that builds the site in the folder `root`, as often as it is asked to."""

    def __init__(self, root: Path, options: Options) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._work = (root, options)
        self._start()

    def _start(self) -> None:
        self._pipe, other = self._context.Pipe()
        self._process = self._context.Process(target=_work, args=(other, *self._work))
        # Ctrl-C reaches every process of the terminal: this one decides, and ends the other.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._process.start()
        finally:
            signal.signal(signal.SIGINT, before)
        other.close()

    def build(self, progress: Progress, saved: tuple[str, ...] = ()) -> Built:
        """Builds, and waits for it. A process that died is replaced.

        With the files that were `saved` since the last build, no other post is looked at.
        """
        try:
            self._pipe.send(saved)
            while isinstance(message := self._pipe.recv(), tuple):
                progress(*message)
        except (EOFError, OSError):
            self.stop()
            self._start()
            return _failed("the process that builds was ended from outside; save a file to build again")
        assert isinstance(message, Built)
        return message

    def stop(self) -> None:
        """Ends the process and those that it forked, also amid a build: a killed build leaves a whole site."""
        self._pipe.close()
        pid = self._process.pid
        if pid is not None and hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()


_IDLE, _BUSY = 1.0, 50
"""Seconds without a request, and requests without such a pause, after which a process tidies up."""


def _work(pipe: Connection, root: Path, options: Options) -> None:
    if hasattr(os, "setsid"):
        os.setsid()
    gc.disable()  # it would look at all that a build has made while somebody waits for it
    last: Mapping[str, str] = {}
    memory, busy = Memory(), 0
    with contextlib.suppress(EOFError, OSError):
        while True:
            if busy == _BUSY or not pipe.poll(_IDLE):
                busy = 0  # nobody waits, or one save for all that came without a pause
                with contextlib.suppress(OSError):
                    settle(root, memory)
                gc.unfreeze()
                gc.collect()
                gc.freeze()
            busy += 1
            saved = pipe.recv()
            built, last = _build(root, options, last, lambda *step: pipe.send(step), memory, saved)
            pipe.send(built)


def _build(
    root: Path, options: Options, last: Mapping[str, str], progress: Progress, memory: Memory,
    saved: tuple[str, ...],
) -> tuple[Built, Mapping[str, str]]:
    try:
        report = build(root, options, progress, memory, saved)
        config = parse_config(read_config(root))[0] or Config()
    except ChildProcessError as error:
        return _failed(str(error)), last
    except OSError as error:
        return _failed(f"the disk refused {error.filename or ''}: {error.strerror or error}"), last
    except Exception as error:
        if os.environ.get("VEILLE_DEBUG"):
            raise
        return _failed(f"this is a defect of veille, not of your notes: {type(error).__name__}: {error}"), last
    there = _digests(report) or last
    return Built(
        report.changes is not None,
        tuple(sorted(path for path in {**last, **there} if last.get(path) != there.get(path))),
        report.problems, report.posts, report.seconds, report.held.early,
        "/" + "".join(f"{part}/" for part in unquote(urlsplit(config.site.url).path).split("/") if part),
    ), there


def _digests(report: Report) -> Mapping[str, str]:
    """Output path → digest of the bytes that lie there; empty when nothing was written."""
    manifest = report.changes.manifest if report.changes else {}
    return {path: written.digest for path, written in manifest.items()}


def _failed(why: str) -> Built:
    return Built(False, (), (), 0, 0.0, (), "/", why)
