"""``veille build``."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.terminal import Day, counted, fitting, progress, tell, totals

if TYPE_CHECKING:
    from generator.build import Report


_BELOW = 4
"""Lines below the problems: how many more there are, the summary, which may take two, and the prompt."""


@click.command()
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Write the site there instead of the folder that config.yaml names.",
)
@click.option("--base-url", metavar="URL", default="", help="The address that the site will have, instead of site.url.")
@click.option("--drafts", is_flag=True, help="Publish drafts too.")
@click.option("--future", is_flag=True, help="Publish posts dated after today too.")
@click.option("--as-of", type=Day(), metavar="DATE", help="Take DATE (YYYY-MM-DD) for today.")
@click.option(
    "--skip-invalid", is_flag=True, help="Publish without the posts that have errors; they are reported all the same.",
)
@click.option("--strict", is_flag=True, help="Let warnings stop the build as errors do.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write what earlier builds remembered in .veille.")
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Processes; by default, one a processor.")
@click.option("--profile", is_flag=True, help="Tell where the time went: stages, dearest posts, templates, files.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.pass_obj
def build(
    folder: Path, output: Path | None, base_url: str, drafts: bool, future: bool, as_of: date | None,
    skip_invalid: bool, strict: bool, no_cache: bool, jobs: int | None, profile: bool,
    quiet: bool,
) -> None:
    """Build the site.

    Writes only what changed since the last build, and removes only what an earlier build wrote. When a post has an
    error, nothing is written and the last good site stays as it is: every problem is listed with its file, line and
    remedy. Posts dated after today and drafts are held back.

    For example, to see what a new post looks like on the day when it comes out:

        veille build --as-of 2025-12-24 --output preview
    """
    from generator.build import build as run
    from generator.load import Options

    options = Options(
        output=output.absolute() if output else None, base_url=base_url, drafts=drafts, future=future, strict=strict,
        skip_invalid=skip_invalid, cache=not no_cache, jobs=jobs or 0, as_of=as_of,
    )
    with progress(quiet) as update:
        report = run(folder.absolute(), options, update)
    worst_first = sorted(report.problems, key=lambda found: -found.severity)
    shown = fitting(worst_first, _BELOW) if sys.stderr.isatty() else worst_first
    for found in shown:
        tell(found)
    if len(shown) < len(worst_first):
        click.echo(f"… and {len(worst_first) - len(shown):,} more: veille check --all tells them", err=True)
    if report.changes is None:
        click.echo(f"Nothing was written: {totals(report.problems)}.", err=True)
        sys.exit(1)
    if not quiet:
        click.echo(_summary(report, folder))
    if profile:
        click.echo(_profile(report))


def _summary(report: Report, folder: Path) -> str:
    changes = report.changes
    assert changes is not None
    shown = os.path.relpath(report.folder, folder)
    text = (
        f"{counted(report.posts, 'post')} in {shown}: {counted(changes.written, 'file')} written, "
        f"{changes.removed:,} removed, {changes.kept:,} unchanged, in {report.seconds:.1f} s."
    )
    if report.skipped:
        text += f" {counted(len(report.skipped), 'post')} left out because of errors."
    if report.quarantined:
        text += f" {counted(len(report.quarantined), 'post')} in quarantine."
    held = report.held
    if held.drafts or held.scheduled:
        text += f" Held back: {counted(held.drafts, 'draft')}, {counted(held.scheduled, 'scheduled post')}"
        text += f", the next one due {held.next_due:%Y-%m-%d}." if held.next_due else "."
    return text


def _profile(report: Report, rows: int = 10) -> str:
    """The stages in wall time, and what cost most to parse and to make, in processor time: no matter what else runs."""
    made = report.changes.costs if report.changes else ()
    templates: dict[str, list[float]] = {}
    for _, maker, seconds in made:
        templates.setdefault(maker, []).append(seconds)
    tables = [
        ("stage", [(name, seconds, "") for name, seconds in report.stages]),
        ("post", [(path, seconds, "") for path, seconds in report.costs]),
        ("template", [(maker, sum(times), f", {len(times):,} files") for maker, times in templates.items()]),
        ("output", [(path, seconds, "") for path, _, seconds in made]),
    ]
    lines = []
    for title, costs in tables:
        if costs:
            total = sum(seconds for _, seconds, _ in costs)
            lines += ["", f"{total * 1000:12,.1f} ms  {title}, {len(costs):,} in all"]
            shown = costs if title == "stage" else sorted(costs, key=lambda cost: -cost[1])[:rows]
            lines += [f"{seconds * 1000:12,.1f} ms    {name}{note}" for name, seconds, note in shown]
    return "\n".join(lines[1:])
