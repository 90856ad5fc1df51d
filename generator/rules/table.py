"""All rules about one note, and one call that runs them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from generator.diagnostics import RULES, Diagnostic, Scope
from generator.rules import identifiers, links, machine, marks, parts, titles
from generator.rules.draft import Draft
from generator.text import beyond_reason

NOTE_RULES: tuple[tuple[Callable[[Draft], Iterator[Diagnostic]], tuple[str, ...]], ...] = (
    (machine.machine_text, ("V101", "V104")),
    (machine.preamble, ("V102",)),
    (machine.prompt_leak, ("V103",)),
    (machine.length, ("V106", "V107")),
    (machine.truncated, ("V108",)),
    (machine.to_write, ("V111",)),
    (marks.unclosed_bold, ("V109",)),
    (marks.unclosed_code, ("V110",)),
    (marks.placeholder_tag, ("V601",)),
    (titles.long_slug, ("V205",)),
    (titles.odd_spaces, ("V206",)),
    (titles.mixed_scripts, ("V207",)),
    (titles.date_mismatch, ("V209",)),
    (links.tracking, ("V302",)),
    (links.no_source, ("V304",)),
    (links.bad_links, ("V305", "V306")),
    (parts.missing_sections, ("V401", "V402", "V403")),
    (parts.labels, ("V404", "V405", "V408", "V409")),
    (identifiers.placeholder_cve, ("V105",)),
    (identifiers.malformed, ("V501",)),
    (identifiers.mismatch, ("V503",)),
)
"""Each rule and the codes that it may report."""

_OF_ANY_LENGTH = ((machine.length, ("V106", "V107")),)

EVERY = frozenset(code for code, rule in RULES.items() if rule.scope is Scope.NOTE)


def judge(draft: Draft, codes: Collection[str] = EVERY) -> tuple[Diagnostic, ...]:
    """What the rules with these codes find in a note, in the order of its lines."""
    rules = NOTE_RULES if not beyond_reason("\n".join(draft.lines)) else _OF_ANY_LENGTH
    return tuple(sorted(
        item
        for rule, may in rules if any(code in codes for code in may)
        for item in rule(draft) if item.code in codes
    ))
