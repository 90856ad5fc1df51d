"""``veille explain``."""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem

from generator.commands.terminal import Refused


def _rules(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    from generator.diagnostics import RULES

    named = ((name, rule.summary) for code, rule in RULES.items() for name in (code, rule.name))
    return [CompletionItem(name, help=summary) for name, summary in named if name.lower().startswith(begun.lower())]


@click.command()
@click.argument("rule", required=False, metavar="[CODE]", shell_complete=_rules)
def explain(rule: str | None) -> None:
    """Explain a rule of `veille check`: what it finds, why, an example, what to do.

    Without CODE, list all rules. A rule's name will do as well as its code:

    \b
        veille explain V301
        veille explain duplicate-source
    """
    from generator.diagnostics import RULES

    if rule is None:
        for code in RULES:
            click.echo(_line(code))
        click.echo("\n*: check --fix can mend it. More about one: veille explain V301")
        return
    from generator.disk.read import explanation
    from generator.schema import BadValue
    from generator.settings import rule as code_of

    try:
        code = code_of(rule)
    except BadValue as error:
        raise Refused(f"'{rule}' is {error.reason}", error.hint) from None
    known = RULES[code]
    head = f"{code} {known.name} ({_severity(code)}{', check --fix can mend it' if known.fixable else ''})"
    click.echo(head if "NO_COLOR" in os.environ else click.style(head, bold=True))
    click.echo(f"{known.summary}\n\n{explanation(code)}")


def _line(code: str) -> str:
    from generator.diagnostics import RULES

    rule = RULES[code]
    return f"{code}{'*' if rule.fixable else ' '} {_severity(code):8} {rule.name:18} {rule.summary}"


def _severity(code: str) -> str:
    from generator.diagnostics import RULES

    rule = RULES[code]
    return (rule.in_check or rule.severity).word
