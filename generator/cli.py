"""The command line: parse arguments, make one call, print, exit. 0: done; 1: the site has errors; 2: wrong usage."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from generator.build import Report
    from generator.diagnostics import Diagnostic


class _Commands(click.Group):
    """The group of commands, which never shows a traceback to an author."""

    def invoke(self, context: click.Context) -> None:
        try:
            super().invoke(context)
            return
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError, KeyboardInterrupt):
            raise
        except OSError as error:
            where = f" {error.filename}" if error.filename else ""
            click.echo(f"veille: the disk refused{where}: {error.strerror or error}", err=True)
            click.echo("  → check free space and permissions; the last good site is still in place", err=True)
        except Exception as error:
            if os.environ.get("VEILLE_DEBUG"):
                raise
            what = f"{type(error).__name__}: {error}"
            click.echo(f"veille: this is a defect of veille, not of your notes: {what}", err=True)
            click.echo("  → run again with VEILLE_DEBUG=1 and report what it prints", err=True)
        context.exit(1)


class _Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write YYYY-MM-DD, for example 2025-09-08", param, context)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".", metavar="DIR",
    help="The site's folder, where config.yaml is (by default, this folder).",
)
@click.version_option(package_name="veille", message="veille %(version)s")
@click.pass_context
def cli(context: click.Context, folder: Path) -> None:
    """Turn the notes of a security watch into a static blog.

    A site is a folder with a config.yaml (an empty one will do) and Markdown notes in content/posts.
    To build it into the folder output:

        veille build
    """
    context.obj = folder


@cli.command()
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Write the site there instead of the folder that config.yaml names.",
)
@click.option("--base-url", metavar="URL", default="", help="The address that the site will have, instead of site.url.")
@click.option("--drafts", is_flag=True, help="Publish drafts too.")
@click.option("--future", is_flag=True, help="Publish posts dated after today too.")
@click.option("--as-of", type=_Day(), metavar="DATE", help="Take DATE (YYYY-MM-DD) for today.")
@click.option(
    "--skip-invalid", is_flag=True, help="Publish without the posts that have errors; they are reported all the same.",
)
@click.option("--strict", is_flag=True, help="Let warnings stop the build as errors do.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write what earlier builds remembered in .veille.")
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Processes; by default, one a processor.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.pass_obj
def build(
    folder: Path, output: Path | None, base_url: str, drafts: bool, future: bool, as_of: date | None,
    skip_invalid: bool, strict: bool, no_cache: bool, jobs: int | None, quiet: bool,
) -> None:
    """Build the site.

    Writes only what changed since the last build, and removes only what an earlier build wrote. When a post has an
    error, nothing is written and the last good site stays as it is: every problem is listed with its file, line and
    remedy. Posts dated after today and drafts are held back.

    For example, to see what a new post looks like on the day when it comes out:

        veille build --as-of 2025-12-24 --output preview
    """
    from generator.build import Options, build

    options = Options(
        output=output.absolute() if output else None, base_url=base_url, drafts=drafts, future=future, strict=strict,
        skip_invalid=skip_invalid, cache=not no_cache, jobs=jobs or 0, as_of=as_of,
    )
    with _progress(quiet) as progress:
        report = build(folder.absolute(), options, progress)
    for found in report.problems:
        _print(found)
    if report.changes is None:
        errors = sum(found.severity.word == "error" for found in report.problems)
        others = len(report.problems) - errors
        click.echo(f"Nothing was written: {_count(errors, 'error')}, {_count(others, 'warning')}.", err=True)
        sys.exit(1)
    if not quiet:
        click.echo(_summary(report, folder))


def _print(found: Diagnostic) -> None:
    from generator.diagnostics import render

    head, _, rest = render(found).partition("\n")
    colour = {"error": "red", "warning": "yellow"}.get(found.severity.word, "cyan")
    plain = "NO_COLOR" in os.environ
    click.echo(head if plain else click.style(head, fg=colour, bold=True), err=True)
    click.echo(rest, err=True)


def _summary(report: Report, folder: Path) -> str:
    changes = report.changes
    assert changes is not None
    shown = os.path.relpath(report.folder, folder)
    text = (
        f"{_count(report.posts, 'post')} in {shown}: {_count(changes.written, 'file')} written, "
        f"{changes.removed:,} removed, {changes.kept:,} unchanged, in {report.seconds:.1f} s."
    )
    if report.skipped:
        text += f" {_count(len(report.skipped), 'post')} left out because of errors."
    held = report.held
    if held.drafts or held.scheduled:
        text += f" Held back: {_count(held.drafts, 'draft')}, {_count(held.scheduled, 'scheduled post')}"
        text += f", the next one due {held.next_due:%Y-%m-%d}." if held.next_due else "."
    return text


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


@contextlib.contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
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


def main() -> None:
    """The console script ``veille``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="veille")
