"""One run of a command: how long, how much processor time, how much memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

_EVERY = 0.02
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run cost."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of processor time, user and system, of the process and of all it started and waited for."""
    peak: float
    """Bytes of memory at its highest, all processes added; 0 when it was not watched."""


def run(command: Sequence[str], cwd: Path, *, watched: bool) -> Run:
    """Runs a command and measures it; ends the benchmark when the command fails.

    Watching the memory makes the kernel walk the page tables of every process fifty times a second, which slows them:
    times are taken from runs that are not watched.
    """
    peak = [0.0]
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env=_environment(),
    )
    assert process.stdout is not None
    if watched:
        watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
        watcher.start()
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {process.returncode}:\n{said[-3000:]}")
    if watched:
        watcher.join()
    return Run(wall, usage.ru_utime + usage.ru_stime, peak[0])


def middle(runs: Sequence[Run]) -> Run:
    """The medians of the times, and the highest memory seen."""
    timed = [one for one in runs if not one.peak] or runs
    return Run(median(one.wall for one in timed), median(one.cpu for one in timed), max(one.peak for one in runs))


def memory_kind() -> str:
    """What the figures of memory are, here."""
    return "PSS (shared pages counted once)" if _has_pss() else "RSS (pages shared after a fork counted twice)"


def _has_pss() -> bool:
    return hasattr(psutil.Process().memory_full_info(), "pss")


def _watch(pid: int, peak: list[float]) -> None:
    pss = _has_pss()
    try:
        top = psutil.Process(pid)
        while top.is_running() and top.status() != psutil.STATUS_ZOMBIE:
            peak[0] = max(peak[0], sum(_memory(each, pss) for each in (top, *top.children(recursive=True))))
            time.sleep(_EVERY)
    except psutil.Error:
        return


def _memory(process: psutil.Process, pss: bool) -> float:
    try:
        return float(process.memory_full_info().pss if pss else process.memory_info().rss)
    except (psutil.Error, OSError):
        return 0.0


def _environment() -> Mapping[str, str]:
    """The benchmark's own, without what would change one tool's output or work."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("HUGO_", "VEILLE_", "PYTHON"))}
