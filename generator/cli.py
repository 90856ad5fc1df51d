"""The command line: parse arguments, make one call, print, exit. 0: done; 1: the site has errors; 2: wrong usage."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path

import click

from generator.commands.build import build
from generator.commands.check import check
from generator.commands.explain import explain
from generator.commands.import_ import import_
from generator.commands.init import init
from generator.commands.list import list_posts
from generator.commands.new import new
from generator.commands.serve import serve


class _Commands(click.Group):
    """The group of commands, which never shows a traceback to an author."""

    def invoke(self, context: click.Context) -> None:
        try:
            super().invoke(context)
            return
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError, KeyboardInterrupt):
            raise
        except ChildProcessError as error:
            click.echo(f"veille: {error}", err=True)
            click.echo("  → build again; with --jobs 1 if memory is short", err=True)
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


cli.add_command(build)
cli.add_command(check)
cli.add_command(explain)
cli.add_command(import_)
cli.add_command(init)
cli.add_command(new)
cli.add_command(list_posts)
cli.add_command(serve)


def main() -> None:
    """The console script ``veille``."""
    # A command makes values, not cycles, and ends: to look for some took a tenth of a build, and as much once again
    # when it was over.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    status = 1
    try:
        cli(prog_name="veille")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    if "multiprocessing" in sys.modules and sys.platform != "linux":
        sys.exit(status)  # elsewhere its semaphores want to be given back
    os._exit(status)  # to take thousands of values apart, one by one, takes longer than to make a page
