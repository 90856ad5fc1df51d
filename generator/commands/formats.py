"""Problems for machines: GitHub's annotations and summary, JSON, SARIF. Values in, text out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from generator.diagnostics import RULES, Diagnostic, Severity

if TYPE_CHECKING:
    from generator.check import Checked

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROWS = 50
"""Problems in the summary of a workflow's step: GitHub cuts at one megabyte, and readers before."""


def annotation(found: Diagnostic, base: str) -> str:
    """A workflow command of GitHub Actions; `base` leads from the repository's root to the site's folder.

    Escaped as ``@actions/core`` does (``toolkit/packages/core/src/command.ts``): ``%``, CR and LF in the message, and
    ``:`` and ``,`` in properties too.
    """
    properties = {"file": base + found.path}
    if found.line:
        properties["line"] = str(found.line)
        if found.column:
            properties["col"] = str(found.column)
    properties["title"] = f"{found.code} {RULES[found.code].name}"
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_LEVELS[found.severity]} {shown}::{_data(f'{found.message}{chr(10)}→ {found.hint}')}"


def _data(text: str) -> str:
    return _printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() or char in "\r\n" else "\ufffd" for char in text)


def as_markdown(checked: Checked, base: str) -> str:
    """The table for ``$GITHUB_STEP_SUMMARY``: counts by rule, then the worst problems with their places."""
    if not checked.problems:
        return f"### veille check\n\n{checked.notes:,} notes, nothing to say.\n\n"
    counts = Counter((found.severity, found.code) for found in checked.problems)
    lines = ["### veille check", "", "| | rule | found | meaning |", "|---|---|--:|---|"]
    for (severity, code), number in sorted(counts.items(), key=lambda item: (-item[0][0], -item[1], item[0][1])):
        lines.append(f"| {severity.word} | {code} {RULES[code].name} | {number:,} | {_cell(RULES[code].summary)} |")
    worst = sorted(checked.problems, key=lambda found: (-found.severity, found))[:_ROWS]
    lines += ["", "| where | what | remedy |", "|---|---|---|"]
    for found in worst:
        place = f"{base}{found.path}" + (f":{found.line}" if found.line else "")
        lines.append(f"| {_cell(place)} | {found.code}: {_cell(found.message)} | {_cell(found.hint)} |")
    if len(checked.problems) > _ROWS:
        lines += ["", f"… and {len(checked.problems) - _ROWS:,} more."]
    return "\n".join([*lines, "", ""])


def _cell(text: str) -> str:
    """Text that Markdown and HTML leave alone, on one line."""
    clean = " ".join(_printable(text).split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{char}" if char in "\\`*_[]|~" else char for char in clean)


def as_json(checked: Checked) -> str:
    """The document that the README describes; its ``version`` changes when a field changes its meaning or goes."""
    severities = Counter(found.severity.word for found in checked.problems)
    codes = Counter(found.code for found in checked.problems)
    return json.dumps({
        "version": 1,
        "notes": checked.notes,
        "counts": {word: severities[word] for word in ("error", "warning", "info")},
        "codes": dict(sorted(codes.items())),
        "problems": [
            {
                "path": found.path, "line": found.line, "column": found.column, "severity": found.severity.word,
                "code": found.code, "rule": RULES[found.code].name, "message": found.message, "hint": found.hint,
                "excerpt": found.excerpt, "fixable": RULES[found.code].fixable,
            }
            for found in checked.problems
        ],
    }, ensure_ascii=False, indent=1)


def as_sarif(checked: Checked, base: str, words: Mapping[str, str]) -> str:
    """A log of SARIF 2.1.0 (OASIS standard), as GitHub's code scanning reads it; `words` explain the codes."""
    codes = sorted({found.code for found in checked.problems})
    return json.dumps({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "veille",
                "rules": [
                    {
                        "id": code, "name": RULES[code].name, "shortDescription": {"text": RULES[code].summary},
                        "help": {"text": words[code], "markdown": words[code]},
                        "defaultConfiguration": {"level": _SARIF[RULES[code].severity]},
                    }
                    for code in codes
                ],
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
            "results": [_result(found, codes.index(found.code), base) for found in checked.problems],
        }],
    }, ensure_ascii=False, indent=1)


def _result(found: Diagnostic, rule: int, base: str) -> dict[str, object]:
    place: dict[str, object] = {
        "artifactLocation": {"uri": quote(base + found.path, errors="replace"), "uriBaseId": "%SRCROOT%"},
    }
    if found.line:
        region: dict[str, object] = {"startLine": found.line}
        if found.column:
            region["startColumn"] = found.column
        if found.excerpt:
            region["snippet"] = {"text": found.excerpt}
        place["region"] = region
    return {
        "ruleId": found.code, "ruleIndex": rule, "level": _SARIF[found.severity],
        "message": {"text": f"{found.message}. {found.hint[:1].upper()}{found.hint[1:]}."},
        "locations": [{"physicalLocation": place}],
    }
