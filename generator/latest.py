"""What was made last of each thing, for a process that is asked for the same things again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def latest(
    name: Callable[[Any], object]
) -> Callable[[Callable[Concatenate[T, P], R]], Callable[Concatenate[T, P], R]]:
    """Makes a pure function answer from memory when it is asked about the thing that it was asked about last.

    It remembers one thing for each `name`. As `functools.cache`, but things are compared, not hashed: posts that have
    not changed are one object, which is compared at a glance, and cannot be hashed. The thing is the first
    argument; others must not count.
    """

    def remember(make: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
        known: dict[object, tuple[T, R]] = {}

        @wraps(make)
        def made(thing: T, /, *others: P.args, **named: P.kwargs) -> R:
            called = name(thing)
            before = known.get(called)
            if before is None or before[0] != thing:
                before = known[called] = thing, make(thing, *others, **named)
            return before[1]

        return made

    return remember
