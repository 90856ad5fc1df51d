"""``veille init``."""

from __future__ import annotations

import json
import os
import shlex
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from generator.commands.terminal import Day, Refused, counted


class _Setting(click.ParamType[str]):
    """A value for a key of ``site`` in config.yaml, under the very checks of config.yaml."""

    name = "text"

    def __init__(self, key: str) -> None:
        self.key = key

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> str:
        """The value in the form that the site will use; a usage error with the remedy when it does not fit."""
        from generator.config import parse_config

        config, problems = parse_config(f"site: {{{self.key}: {json.dumps(value)}}}")
        if config is None:
            self.fail(f"{problems[0].message}; {problems[0].hint}", param, context)
        return str(getattr(config.site, self.key))


@click.command()
@click.argument("directory", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--title", type=_Setting("title"), help="The site's title.")
@click.option("--url", type=_Setting("url"), help="The site's address, with the path that it lives under.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Of the pages.")
@click.option(
    "--timezone", type=_Setting("timezone"), metavar="ZONE", default="UTC", show_default=True,
    help="Of the site: an IANA name, for example Europe/Paris.",
)
@click.option("--as-of", type=Day(), metavar="DATE", help="Date the example note DATE instead of today.")
@click.pass_obj
def init(
    folder: Path, directory: Path, title: str | None, url: str | None, language: str, timezone: str, as_of: date | None,
) -> None:
    """Begin a new site in DIR, by default in this folder.

    Writes a config.yaml, an example note, a .gitignore, and a workflow that publishes the site on GitHub Pages. On a
    terminal it asks for the title and the address; elsewhere give them as options. Files that are there already stay
    as they are, and a folder with a config.yaml is left alone.

    \b
        veille init my-watch --title "Ma veille" --url https://example.org/veille
    """
    from datetime import datetime
    from importlib.metadata import version
    from zoneinfo import ZoneInfo

    from generator import scaffold
    from generator.config import SiteSettings

    root = folder / directory
    if os.path.lexists(root / "config.yaml"):
        raise Refused(f"{root / 'config.yaml'} is there already: this folder is a site", "choose another folder")
    defaults = SiteSettings()
    if sys.stdin.isatty():
        title = title or click.prompt("Title of the site", defaults.title, type=_Setting("title"))
        url = url or click.prompt("Its address (Enter: not known yet)", defaults.url, type=_Setting("url"))
    site = SiteSettings(title or defaults.title, url or defaults.url, language=language, timezone=timezone)
    day = as_of or datetime.now(ZoneInfo(timezone)).date()
    files = scaffold.new_site(site, day, version("veille"), scaffold.packaged_action())
    if any((root / "content/posts").rglob("*.md")):
        files = files[1:]  # notes of the author's own show how notes are written
    written, kept = scaffold.write(root, files)
    shown = os.path.relpath(root)
    click.echo(f"A new site in {shown}: {counted(len(written), 'file')} written.")
    for path in written:
        click.echo(f"  {path}")
    for path in kept:
        click.echo(f"  {path} was there already and stays as it is")
    at = "" if shown == "." else f"-C {shlex.quote(shown)} "
    click.echo("Next:")
    click.echo(f'  veille {at}new "Title of the first note"')
    click.echo(f"  veille {at}build")
