"""What an import did, for the person who asked: one screen, and the whole of it as a page of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from generator.importers.plan import HAND, KINDS, LEFT, TAKEN, TRANSLATED, NewFile, Plan, Remark
from generator.text import clip

FILE = "IMPORT.md"
"""In the new site's folder: the whole report."""

_HEADINGS = {TAKEN: "Taken", TRANSLATED: "Translated", LEFT: "Left as it is, or behind"}
_SHOWN = 12  # lines of a kind on the screen
_VARIABLE = re.compile(r"(?<!\S)/\S*|«[^»]*»|'[^']*'|\{[%{].*?[%}]\}|\b\d[\d,.-]*\b")


def report_file(plan: Plan, made_from: str) -> NewFile:
    """The whole report as `FILE`."""
    lines = [f"# What became of the {made_from} blog", ""]
    for kind in KINDS:
        found = [remark for remark in plan.remarks if remark.kind == kind]
        if found:
            lines += [f"## {_HEADINGS[kind]}", ""]
            lines += [f"- {_place(remark)}{remark.text}" for remark in found] + [""]
    lines += ["This file is not published. Delete it when you have read it.", ""]
    return NewFile(FILE, "\n".join(lines).encode("utf-8", "replace"))


def screen(plan: Plan) -> tuple[str, ...]:
    """The lines for a terminal: the most important first, equal things counted."""
    taken = ", ".join(remark.text for remark in plan.remarks if remark.kind == TAKEN) or "nothing"
    lines = [f"Taken: {taken}."]
    for kind in (LEFT, TRANSLATED):
        found = [remark for remark in plan.remarks if remark.kind == kind]
        if not found:
            continue
        groups = list(_groups(found))
        lines += ["", f"{_HEADINGS[kind]}:"]
        lines += [f"  {line}" for line in groups[:_SHOWN]]
        if len(groups) > _SHOWN:
            lines.append(f"  … and {len(groups) - _SHOWN:,} more kinds of remarks, in {FILE}")
    return tuple(lines)


def _groups(remarks: Iterable[Remark]) -> Iterable[str]:
    """One line for remarks that say the same of several files."""
    def alike(remark: Remark) -> str:
        return _VARIABLE.sub("…", remark.text)

    def urgent(remark: Remark) -> tuple[bool, bool, str]:
        return not remark.text.startswith(HAND), remark.path.startswith("_"), alike(remark)

    for _, group in groupby(sorted(remarks, key=lambda remark: (urgent(remark), remark)), key=urgent):
        first, *others = group
        more = f" (and {len(others):,} more like it)" if others else ""
        yield f"{_place(first)}{first.text}{more}"


def _place(remark: Remark) -> str:
    if remark.path in ("", "."):
        return ""
    path = clip("".join(char if char.isprintable() else "\ufffd" for char in remark.path), 120)
    return f"{path}:{remark.line}: " if remark.line else f"{path}: "
