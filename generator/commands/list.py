"""``veille list``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.terminal import Day, counted, tell

if TYPE_CHECKING:
    from generator.inventory import Entry


@click.command("list")
@click.option(
    "--state", type=click.Choice(["published", "draft", "scheduled", "quarantined", "invalid"]),
    help="Only posts in this state.",
)
@click.option("--tag", metavar="TAG", help="Only posts with this tag.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="How the posts are told.",
)
@click.option("--as-of", type=Day(), metavar="DATE", help="Take DATE (YYYY-MM-DD) for today.")
@click.pass_obj
def list_posts(folder: Path, state: str | None, tag: str | None, form: str, as_of: date | None) -> None:
    """List the posts with their state, newest first.

    A post is published, a draft, scheduled (dated after today), quarantined (left out because of a rule that
    check.quarantine names) or invalid (it has errors; `veille check` tells them). Where no person looks, the table's
    columns are separated by tabs: date, state, file, title.

    \b
        veille list --state scheduled
        veille list --format json | jq -r '.[].url'
    """
    from generator.diagnostics import printable
    from generator.inventory import inventory, tagged
    from generator.load import Options, load, quarantine

    loaded, problems = load(folder.absolute(), Options(as_of=as_of))
    if loaded is None:
        for found in problems:
            tell(found)
        raise click.exceptions.Exit(1)
    gathered = loaded.gathered
    left_out = {found.path for found in quarantine(loaded)[1]}
    entries: Sequence[Entry] = inventory(gathered.files, loaded.parsed, gathered.today, left_out)
    if tag:
        entries = tagged(entries, tag)
    entries = [entry for entry in entries if state in (None, entry.state)]
    if form == "json":
        click.echo(json.dumps([_plain(entry) for entry in entries], ensure_ascii=False, indent=1))
    elif sys.stdout.isatty():
        _table(entries)
    else:
        for entry in entries:
            title = printable(entry.post.title) if entry.post else ""
            click.echo("\t".join((_date(entry), entry.state, printable(entry.path), title)))


def _plain(entry: Entry) -> dict[str, object]:
    post = entry.post
    shown = "" if not post else post.date.isoformat() if post.has_time else f"{post.date:%Y-%m-%d}"
    return {
        "path": entry.path, "state": entry.state, "title": post.title if post else "", "date": shown,
        "url": post.url if post else "", "tags": list(post.tags) if post else [],
        "source": post.origin.url if post and post.origin else "", "cves": list(entry.cves),
        "errors": list(entry.codes),
    }


def _table(entries: Sequence[Entry]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from generator.diagnostics import printable

    colours = {"published": "green", "scheduled": "cyan", "draft": "yellow", "quarantined": "magenta", "invalid": "red"}
    table = Table("date", "state", "title", "file", box=None, pad_edge=False, header_style="bold")
    for entry in entries:
        title = printable(entry.post.title) if entry.post else " ".join(entry.codes)
        path = Text(printable(entry.path), "dim")
        table.add_row(_date(entry), Text(entry.state, colours[entry.state]), Text(title), path)
    states = Counter(entry.state for entry in entries)
    told = ", ".join(f"{number:,} {state}" for state, number in states.most_common())
    console = Console()
    console.print(table)
    console.print(f"{counted(len(entries), 'post')}{': ' if told else ''}{told}", highlight=False)


def _date(entry: Entry) -> str:
    return f"{entry.post.date:%Y-%m-%d}" if entry.post else ""
