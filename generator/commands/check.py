"""``veille check``."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.terminal import Refused, counted, fitting, height, progress, tell

if TYPE_CHECKING:
    from generator.check import Checked, Mended, Wanted
    from generator.diagnostics import Severity


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATHS]...")
@click.option("--strict", is_flag=True, help="Let warnings fail the check as errors do.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, and show what was changed.")
@click.option(
    "--format", "form", type=click.Choice(["text", "github", "json", "sarif"]), default="text", show_default=True,
    help="How problems are told.",
)
@click.option("--changed-since", metavar="REV", help="Only the notes changed since this revision of git.")
@click.option("--all", "everything", is_flag=True, help="Show every problem on a terminal too.")
@click.pass_obj
def check(
    folder: Path, paths: tuple[Path, ...], strict: bool, fix: bool, form: str, changed_since: str | None,
    everything: bool,
) -> None:
    """Check the notes before they are published.

    Tells everything that a build would say, and what makes a bad note all the same: a summary that is an error message,
    a source summarised twice, a missing section. PATHS are notes or folders to tell about; all notes are compared
    nevertheless. `veille explain V301` says what a rule means.

    For example, before a push, the notes of this branch:

    \b
        veille check --changed-since main
        veille check --fix content/posts/2025-09-08-calcio-ferme.md
    """
    from generator.check import check as run
    from generator.check import mend
    from generator.load import Options

    root = folder.absolute()
    wanted = _wanted(root, paths, changed_since)
    with progress(form != "text") as update:
        checked, gathered = run(root, Options(), wanted, update)
    mended: tuple[Mended, ...] = ()
    if fix and gathered is not None:
        mended = mend(root, checked, gathered)
        if any(one.codes for one in mended):
            checked, _ = run(root, Options(), wanted)
    if form == "text":
        _text(checked, mended, everything or not sys.stdout.isatty())
    else:
        for one in mended:  # no differences: on GitHub a line of a note could be a command
            click.echo(f"{one.path}: mended {', '.join(one.codes) or 'nothing'}", err=True)
        from generator.commands import formats

        base = _base(root)
        if form == "github":
            _github(checked, base)
        else:
            from generator.disk.read import explanation

            codes = {found.code for found in checked.problems}
            words = {code: explanation(code) for code in codes}
            click.echo(formats.as_json(checked) if form == "json" else formats.as_sarif(checked, base, words))
    sys.exit(1 if checked.fails(strict) else 0)


def _wanted(root: Path, paths: Sequence[Path], revision: str | None) -> Wanted:
    """Which files are told about."""
    from generator.check import below
    from generator.disk.revisions import NoHistory, changed_since

    named = [os.path.relpath(path.absolute(), root) for path in paths]
    for name in named:
        if name.startswith(os.pardir):
            raise Refused(f"{name} is not in the site's folder", "name files below it, or another folder with -C DIR")
    inside = below(named or ["."])
    if revision is None:
        return inside
    try:
        changed = changed_since(root, revision)
    except NoHistory as error:
        raise Refused(*error.args) from None
    return lambda path: path in changed and inside(path)


def _text(checked: Checked, mended: Sequence[Mended], everything: bool) -> None:
    """The worst first: a person reads from the top. What does not fit one screen is counted."""
    for one in mended:
        _show_diff(one)
    problems = sorted(checked.problems, key=lambda found: (-found.severity, found))
    counts = Counter((found.severity, found.code) for found in problems)
    rows = len(counts) if everything else max(3, shutil.get_terminal_size().lines // 3)
    # Below them: the table, the summary, two empty lines, «more» and the prompt.
    below = min(rows, len(counts)) + height(_summary(checked, len(problems))) + 4
    shown = problems if everything else fitting(problems, below)
    for found in shown:
        tell(found, err=False)
    if problems:
        click.echo()
        _table(counts, rows)
        click.echo()
    click.echo(_summary(checked, len(problems) - len(shown)))


def _table(counts: Counter[tuple[Severity, str]], rows: int) -> None:
    """One line for each rule that found something, the worst first, then the most frequent; so many of them."""
    from generator.diagnostics import RULES

    colours = {"error": "red", "warning": "yellow", "info": "cyan"}
    ranked = sorted(counts.items(), key=lambda item: (-item[0][0], -item[1], item[0][1]))
    for (severity, code), number in ranked[:rows]:
        rule = RULES[code]
        word = f"{severity.word:7}"
        if "NO_COLOR" not in os.environ:
            word = click.style(word, fg=colours[severity.word])
        mark = " (--fix)" if rule.fixable else ""
        click.echo(f"{number:6,} {word} {code} {rule.name}{mark}")
    if len(ranked) > rows:
        click.echo(f"{sum(number for _, number in ranked[rows:]):6,} by {counted(len(ranked) - rows, 'more rule')}")


def _summary(checked: Checked, hidden: int) -> str:
    from generator.diagnostics import RULES

    numbers = Counter(found.severity.word for found in checked.problems)
    if not checked.problems:
        return f"{counted(checked.notes, 'note')}: nothing to say."
    text = (
        f"{counted(checked.notes, 'note')}: {counted(numbers['error'], 'error')}, "
        f"{counted(numbers['warning'], 'warning')}, {counted(numbers['info'], 'remark')}."
    )
    if left_out := len({found.path for found in checked.problems}.intersection(checked.quarantined)):
        text += f" {counted(left_out, 'note')} in quarantine."
    if hidden:
        text += f" {counted(hidden, 'more problem')} with --all."
    if any(RULES[found.code].fixable for found in checked.problems):
        text += " Some can be mended: --fix."
    first = min(checked.problems, key=lambda found: (-found.severity, found))
    return f"{text} What a rule means: veille explain {first.code}"


def _show_diff(one: Mended) -> None:
    from generator.diagnostics import printable

    plain = "NO_COLOR" in os.environ
    for line in filter(None, one.diff.split("\n")):
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1]) if not line.startswith(("+++", "---")) else None
        shown = printable(line)
        click.echo(shown if plain or not colour else click.style(shown, fg=colour))
    if one.codes:
        click.echo(f"{printable(one.path)}: mended {', '.join(one.codes)}\n")
    if one.left:
        left = ", ".join(one.left)
        click.echo(f"{printable(one.path)}: {left} is left to you: no change is certain to keep the sense of the note")


def _base(root: Path) -> str:
    """What leads from the root of the repository (GitHub's, else the current folder) to the site's folder."""
    start = os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
    base = os.path.relpath(root, start).replace(os.sep, "/")
    return "" if base == "." or base.startswith("..") else f"{base}/"


def _github(checked: Checked, base: str) -> None:
    """Annotations, and a table where the runner wants a summary."""
    from generator.commands import formats

    for found in sorted(checked.problems, key=lambda found: (-found.severity, found)):
        click.echo(formats.annotation(found, base))
    click.echo(_summary(checked, 0))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(summary, "a", encoding="utf-8") as file:
            file.write(formats.as_markdown(checked, base))
