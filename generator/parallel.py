"""A map over independent items that uses all processors when there is enough to do."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_WORTH_A_PROCESS = 100
"""Items below which starting processes (30 ms each when forked, 300 ms when spawned) costs more than it saves."""

_state: dict[str, Any] = {}
"""In a worker: the function and the items, handed over once at its start instead of with every chunk."""


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def parallel_map(function: Callable[[Sequence[T]], R], items: Sequence[T], jobs: int, chunk: int = 50) -> Iterator[R]:
    """`function` of consecutive chunks of `items`, in order.

    `function` must be a function of a module or a `functools.partial` of one, so that it can cross to a process. With
    `fork`, items are inherited and never copied. An exception of `function` is raised here.
    """
    if jobs < 2 or len(items) < _WORTH_A_PROCESS:
        for start in range(0, len(items), chunk):
            yield function(items[start : start + chunk])
        return
    chunk = max(1, min(chunk, len(items) // (jobs * 4) or 1))
    # What exists now is never garbage in a worker; a collector that walks it there copies every page it looks at.
    gc.freeze()
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(function, items)) as pool:
        spans = [(start, start + chunk) for start in range(0, len(items), chunk)]
        yield from pool.map(_run, spans)


def _start(function: object, items: object) -> None:
    _state.update(function=function, items=items)


def _run(span: tuple[int, int]) -> Any:
    function, items = _state["function"], _state["items"]
    return function(items[span[0] : span[1]])
