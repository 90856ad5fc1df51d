"""``veille import jekyll|hugo|wordpress``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.terminal import tell

if TYPE_CHECKING:
    from generator.importers.compare import Compared
    from generator.importers.plan import Plan

_into = click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="The new site's folder (by default, the one of -C, or this folder). Nothing in it is overwritten.",
)
_compare = click.option(
    "--compare", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="Compare the addresses of the old blog, as built in DIR, with those of the new site.",
)
_folder = click.argument("old", metavar="SRC", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group("import")
def import_() -> None:
    """Move in with a blog that another generator made.

    Nothing in the old blog is touched, and nothing is written over. For example, from a Jekyll folder into a new one,
    with a check that every address of the built blog is answered:

        veille import jekyll ../my-blog --into my-watch --compare ../my-blog/_site
    """


@import_.command()
@_folder
@_into
@_compare
@click.pass_obj
def jekyll(folder: Path, old: Path, into: Path | None, compare: Path | None) -> None:
    """Move in with the Jekyll blog in the folder SRC.

    Every address stays, and so do the feed's path and the ids of its entries. For example:

        veille import jekyll ../my-blog --into my-watch
    """
    from generator.importers.jekyll import read_jekyll

    _run(read_jekyll, "Jekyll", old, into or folder, compare)


@import_.command()
@_folder
@_into
@_compare
@click.pass_obj
def hugo(folder: Path, old: Path, into: Path | None, compare: Path | None) -> None:
    """Move in with the Hugo site in the folder SRC.

    Front matter in TOML and JSON becomes YAML, addresses and the ids of feed entries stay. For example:

        veille import hugo ../my-site --into my-watch --compare ../my-site/public
    """
    from generator.importers.hugo import read_hugo

    _run(read_hugo, "Hugo", old, into or folder, compare)


@import_.command()
@click.argument("old", metavar="EXPORT.xml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_into
@_compare
@click.pass_obj
def wordpress(folder: Path, old: Path, into: Path | None, compare: Path | None) -> None:
    """Move in with a WordPress blog, from its export in the file EXPORT.xml.

    The file is that of Tools, Export, All content. Posts, pages, tags and categories come along with their addresses;
    comments and uploaded files do not. For example:

        veille import wordpress my-blog.xml --into my-watch
    """
    from generator.importers.wordpress import read_wordpress

    _run(read_wordpress, "WordPress", old, into or folder, compare)


def _run(read: Callable[[Path], Plan], made_from: str, old: Path, into: Path, compare: Path | None) -> None:
    from dataclasses import replace
    from datetime import datetime
    from importlib.metadata import version
    from zoneinfo import ZoneInfo

    from generator.config import Config, parse_config
    from generator.importers.newsite import support
    from generator.importers.plan import write
    from generator.importers.report import FILE, report_file, screen

    plan = read(old.absolute())
    config, _ = parse_config(next((file.data.decode() for file in plan.files if file.path == "config.yaml"), ""))
    site = (config or Config()).site
    more = support(site, datetime.now(ZoneInfo(site.timezone)).date(), version("veille"), into.absolute())
    plan = replace(plan, files=(*plan.files, report_file(plan, made_from), *more))
    stops = plan.problems or write(plan, into.absolute(), old.absolute())
    for found in stops:
        tell(found)
    if stops:
        click.echo("Nothing was written.", err=True)
        sys.exit(1)
    for line in screen(plan):
        click.echo(line)
    click.echo(f"\nThe new site is in {into}; the whole report is {into / FILE}.")
    if compare and not _compared(compare.absolute(), into.absolute(), plan):
        sys.exit(1)
    click.echo(f"Next: veille -C {into} check, then veille -C {into} build")


def _compared(built: Path, into: Path, plan: Plan) -> bool:
    """Builds the new site aside, says what becomes of the old addresses, and whether all of them are answered."""
    import tempfile

    from generator.build import build
    from generator.importers.compare import compare, listing
    from generator.load import Options

    with tempfile.TemporaryDirectory() as aside:
        report = build(into, Options(output=Path(aside) / "site", future=True, skip_invalid=True, cache=False))
        for found in report.problems:
            if found.severity.word == "error":
                tell(found)
        if report.changes is None:
            click.echo("The new site cannot be built yet, so there is nothing to compare.", err=True)
            return False
        result = compare(listing(built), listing(Path(aside) / "site"), plan.generated)
    click.echo("\n" + _told(result))
    _list("Missing here", result.missing, True)
    _list("Made by the old generator, and not here", result.replaced)
    _list("Other files that are not here", result.files)
    return not result.missing


def _told(result: Compared) -> str:
    text = f"Addresses: {len(result.kept):,} kept, {len(result.missing):,} missing, {len(result.extra):,} new"
    if result.by_host:
        text += f"; {len(result.by_host):,} without an ending, from which hosts lead to the folder here"
    return text + "."


def _list(heading: str, found: Sequence[str], err: bool = False, most: int = 20) -> None:
    if found:
        click.echo(f"{heading}:", err=err)
        for url in found[:most]:
            click.echo(f"  {url}", err=err)
        if len(found) > most:
            click.echo(f"  … and {len(found) - most:,} more", err=err)
