"""What commands share: how they print problems, numbers and progress, and read dates."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from generator.diagnostics import Diagnostic


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> date:
        """The date; a usage error for anything else."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write YYYY-MM-DD, for example 2025-09-08", param, context)


class Refused(click.ClickException):
    """Something that a command will not do: why, and what to do instead. Wrong usage, exit status 2."""

    exit_code = 2

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint

    def show(self, file: IO[Any] | None = None) -> None:
        """Prints it as problems are printed."""
        click.echo(f"veille: {self.message}\n  → {self.hint}", file=file, err=True)


def tell(found: Diagnostic, err: bool = True) -> None:
    """Prints a problem on standard error (or else on standard output), in colour on a terminal."""
    from generator.diagnostics import render

    head, _, rest = render(found).partition("\n")
    colour = {"error": "red", "warning": "yellow"}.get(found.severity.word, "cyan")
    plain = "NO_COLOR" in os.environ
    click.echo(f"{head if plain else click.style(head, fg=colour, bold=True)}\n{rest}", err=err)


def fitting(problems: Sequence[Diagnostic], lines: int) -> Sequence[Diagnostic]:
    """The first problems: as many as the screen shows above so many more lines, and at least one."""
    from generator.diagnostics import render

    free = shutil.get_terminal_size().lines - lines
    for number, found in enumerate(problems):
        free -= height(render(found))
        if free < 0:
            return problems[: max(1, number)]
    return problems


def height(text: str) -> int:
    """Lines that a text takes on the screen."""
    columns = shutil.get_terminal_size().columns
    return sum(-(-len(line) // columns) or 1 for line in text.split("\n"))


def totals(problems: Sequence[Diagnostic]) -> str:
    """``1 error, 2 warnings``: what no error is counts as a warning."""
    errors = sum(found.severity.word == "error" for found in problems)
    return f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"


def counted(number: int, thing: str) -> str:
    """``1 post``, ``1,234 posts``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


@contextlib.contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for a person who has waited for a second; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    started = time.monotonic()
    with contextlib.ExitStack() as open_bars:
        shown: list[Any] = []

        def update(stage: str, done: int, total: int) -> None:
            if time.monotonic() - started < 1:
                return
            if not shown:
                from rich.console import Console
                from rich.progress import Progress

                # No refreshing thread: the build forks processes, and a fork beside a thread can hang.
                bar = Progress(console=Console(stderr=True), transient=True, auto_refresh=False)
                shown.extend((open_bars.enter_context(bar), bar.add_task(stage, total=total)))
            shown[0].update(shown[1], description=stage, completed=done, total=total, refresh=True)

        yield update
