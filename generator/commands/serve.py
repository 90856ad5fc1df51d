"""``veille serve``."""

from __future__ import annotations

import contextlib
import gc
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.terminal import Day, counted, progress, tell, totals

if TYPE_CHECKING:
    from generator.diagnostics import Diagnostic
    from generator.server.builder import Built


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on. Beyond this one, others see drafts.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
    help="Port to listen on; when it is busy, the next one. 0 takes any.",
)
@click.option("--open", "open_", is_flag=True, help="Open the site in the browser.")
@click.option("--no-drafts", is_flag=True, help="Leave drafts out.")
@click.option("--no-future", is_flag=True, help="Leave posts dated after today out.")
@click.option("--as-of", type=Day(), metavar="DATE", help="Take DATE (YYYY-MM-DD) for today.")
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Processes; by default, one a processor.")
@click.option("-q", "--quiet", is_flag=True, help="Print the address and problems only.")
@click.pass_obj
def serve(
    folder: Path, host: str, port: int, open_: bool, no_drafts: bool, no_future: bool, as_of: date | None,
    jobs: int | None, quiet: bool,
) -> None:
    """Preview the site, and show every save at once.

    Serves the site to this machine's browsers, drafts and scheduled posts included and marked. When a file is saved,
    the site is built again and open pages show it; a changed style is swapped in place. Problems are shown over the
    last good site. Ctrl-C ends it.

    The preview is built into .veille/serve: the published folder never holds a draft.

        veille serve --open
    """
    gc.enable()  # unlike other commands, this one goes on
    with contextlib.suppress(KeyboardInterrupt):
        from generator.load import Options, gather
        from generator.server.serve import NoAddress
        from generator.server.serve import serve as run

        options = Options(drafts=not no_drafts, future=not no_future, as_of=as_of, jobs=jobs or 0)
        if not (folder / "config.yaml").exists():
            for found in gather(folder.absolute(), options)[1]:
                tell(found)
            sys.exit(1)
        shown: list[str] = []
        told: set[Diagnostic] = set()

        def done(built: Built, saved: tuple[str, ...], address: str) -> None:
            for found in built.problems:
                if found not in told or found.severity.word == "error":
                    tell(found)
            told.clear()
            told.update(built.problems)
            if built.failure:
                click.echo(f"veille: {built.failure}", err=True)
            elif not (quiet and built.written):
                click.echo(_summary(built, saved), err=not built.written)
            if shown != [address]:
                shown[:] = [address]
                click.echo(f"Serving {address} (Ctrl-C ends it)")
                if open_:
                    import webbrowser

                    webbrowser.open(address)

        try:
            run(folder.absolute(), options, host, port, lambda: progress(quiet), done)
        except NoAddress as error:
            raise click.UsageError(f"{error}; choose another with --host and --port") from None


def _summary(built: Built, saved: tuple[str, ...]) -> str:
    what = f"{saved[0]}{f' and {len(saved) - 1} more' if len(saved) > 1 else ''}: " if saved else ""
    if not built.written:
        return f"{what}the last good site stays: {totals(built.problems)}."
    changed = f"{counted(len(built.changed), 'file')} changed" if saved else counted(built.posts, "post")
    early = f", {len(built.early):,} of them before their day" if built.early and not saved else ""
    return f"{datetime.now():%H:%M:%S} {what}{changed}{early}, in {built.seconds:.2f} s."
