"""A map over independent items that uses all processors when there is enough to do."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import finalize

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")

_FEW = 100
"""Items below which starting processes (30 ms each when forked, 300 ms when spawned) costs more than it saves."""

_ENDED = "a helper process was ended from outside"

Span = tuple[int, int]


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def forks(jobs: int) -> bool:
    """Whether `jobs` processes can be had by forking, which costs a hundredth of a second."""
    return jobs > 1 and sys.platform == "linux"


def parallel_map(
    function: Callable[[Sequence[T]], R], items: Sequence[T], jobs: int, *, chunk: int = 50,
    prepare: Callable[[], object] = lambda: None,
) -> Iterator[tuple[int, R]]:
    """`function` of consecutive chunks of `items`, made by `jobs` processes: this one and helpers of it.

    Each comes with the index of its first item, when it is made: helpers begin with the first items, this process with
    the last. What lies side by side shares what a process remembers, and a few dear items are best not left to the end.

    `function` must be a function of a module or a `functools.partial` of one, so that it can cross to a process. An
    exception of `function` is raised here; `ChildProcessError` when a helper was killed. `prepare` is called before
    helpers are made: what it loads and compiles, they inherit. This process makes fewer items than `_FEW` alone.

    Not a `ProcessPoolExecutor`, whose parent only waits: a forked helper copies every page of the values that it looks
    at, so each helper less is a third of the memory less, and what this process makes need not cross to it.
    """
    if jobs < 2 or len(items) < _FEW:
        for start in range(0, len(items), chunk):
            yield start, function(items[start : start + chunk])
        return
    import multiprocessing

    chunk = max(1, min(chunk, len(items) // (jobs * 4) or 1))
    spans = [(start, start + chunk) for start in range(0, len(items), chunk)]
    context: Any = multiprocessing.get_context("fork" if forks(jobs) else "spawn")
    left = context.Array("q", (0, len(spans)))  # of the spans that nobody has taken: the first, and where they end
    prepare()
    with ExitStack() as cleanup:
        helpers: list[Connection] = []
        for _ in range(min(jobs, len(spans)) - 1):
            ours, theirs = context.Pipe(duplex=False)
            readers = [*helpers, ours] if forks(jobs) else []
            helper = context.Process(target=_help, args=(function, items, spans, left, theirs, readers), daemon=True)
            helper.start()
            theirs.close()
            cleanup.callback(_end, helper)
            helpers.append(ours)
        while (number := _take(left, -1)) is not None:
            yield spans[number][0], function(items[slice(*spans[number])])
            for helper in helpers[:]:
                while helper in helpers and helper.poll():
                    yield from _received(helper, helpers, spans)
        while helpers:
            for helper in helpers[:]:
                yield from _received(helper, helpers, spans)


def aside(function: Callable[[T], R], items: T, jobs: int) -> Callable[[], R]:
    """Begins to make `function` of the items, where a process can be forked for it; and what to call for the result.

    That raises what the function raises; `ChildProcessError` when the process was killed, which also happens when what
    to call is let go.
    """
    if not forks(jobs):
        return partial(function, items)
    import multiprocessing

    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    helper = context.Process(target=_make_aside, args=(function, items, theirs, ours), daemon=True)
    helper.start()
    theirs.close()

    def result() -> R:
        try:
            found: R | Exception = ours.recv()
        except EOFError:
            raise ChildProcessError(_ENDED) from None
        finally:
            end()
        if isinstance(found, Exception):
            raise found
        return found

    end = finalize(result, _end, helper)
    return result


def _make_aside(function: Callable[[T], R], items: T, out: Connection, reader: Connection) -> None:
    reader.close()  # or this process would be one that its own words may still reach, and wait for ever
    with suppress(KeyboardInterrupt, BrokenPipeError):
        try:
            out.send(function(items))
        except Exception as error:
            out.send(error)


def _take(left: Any, end: int) -> int | None:
    """A span that nobody has taken: the first that is left for `end` 0, the last for -1; None when there is none."""
    with left.get_lock():
        first, stop = left
        if first == stop:
            return None
        left[end] += 1 if end == 0 else -1
    number: int = first if end == 0 else stop - 1
    return number


def _received(helper: Connection, helpers: list[Connection], spans: Sequence[Span]) -> Iterator[tuple[int, Any]]:
    """What a helper has made, which is waited for; one that has nothing more is no longer of the `helpers`.

    Raises what its function raised.
    """
    try:
        number, result = helper.recv()
    except EOFError:
        raise ChildProcessError(_ENDED) from None
    if isinstance(result, BaseException):
        raise result
    if number < 0:
        helpers.remove(helper)
    else:
        yield spans[number][0], result


def _help(
    function: Callable[[Sequence[Any]], Any], items: Sequence[Any], spans: Sequence[Span], left: Any, out: Connection,
    readers: Sequence[Connection],
) -> None:
    """In a helper: makes one chunk after the other, as long as there are some.

    A thread sends them: a pipe holds 64 KiB, and its reader is at work on a chunk of its own. `readers` are ends of
    pipes that a forked helper has and must not keep, for then no writer would learn that the parent is gone.
    """
    gc.disable()  # it would walk all that a forked helper has of its parent, and so copy every page of it
    for reader in readers:
        reader.close()
    made: SimpleQueue[tuple[int, Any]] = SimpleQueue()
    sender = Thread(target=_send, args=(made, out), daemon=True)
    sender.start()
    with suppress(KeyboardInterrupt):
        while sender.is_alive() and (number := _take(left, 0)) is not None:
            try:
                made.put((number, function(items[slice(*spans[number])])))
            except Exception as error:
                made.put((-1, error))
                break
        made.put((-1, None))
        sender.join()


def _send(made: SimpleQueue[tuple[int, Any]], out: Connection) -> None:
    with suppress(BrokenPipeError):  # the parent is gone: nobody waits for the rest
        number = 0
        while number >= 0:
            number, result = made.get()
            out.send((number, result))


def _end(helper: Any) -> None:
    helper.terminate()
    helper.join()
