"""V401 to V409: the sections that readers look for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic
from generator.model import KEY_POINTS, RECOMMENDATIONS, VULNERABILITIES, Section
from generator.rules.draft import Draft
from generator.rules.machine import says_error

_MISSING = {
    KEY_POINTS: ("V401", "key points", "**Points clés :**"),
    VULNERABILITIES: ("V402", "vulnerabilities", "**Vulnérabilités :**"),
    RECOMMENDATIONS: ("V403", "recommendations", "**Recommandations :**"),
}
_ARTICLE = 1
"""Headings of its own, besides the headline, that make a text without any known section an article: it needs none."""
_ITEM = re.compile(r"[ \t]*(?:[*+-]|\d{1,9}[.)])[ \t]+")
_TAG = re.compile(r"<[^<>]*>")


def missing_sections(draft: Draft) -> Iterator[Diagnostic]:
    """V401 to V403: for a note that summarises a source; not for an article, nor for an error message."""
    post = draft.post
    kinds = {kind for part in draft.sections for kind in part.kinds}
    if post.origin is None or len(kinds) == len(_MISSING):
        return
    if (not kinds and len(post.headings) >= _ARTICLE) or says_error(draft):
        return
    for kind, (code, name, example) in _MISSING.items():
        if kind not in kinds:
            yield draft.found(
                code, draft.body, -1, f"the note has no section of the {name}", f"add the section: {example}",
            )


def labels(draft: Draft) -> Iterator[Diagnostic]:
    """V404 combined, V405 in a list, V408 empty, V409 repeated."""
    seen: dict[str, Section] = {}
    parts = draft.sections
    for at, part in enumerate(parts):
        if not part.kinds:
            continue
        number = part.line - 1
        line = draft.lines[number] if number < len(draft.lines) else ""
        if len(part.kinds) > 1:
            yield draft.found(
                "V404", number, -1, f"«{part.label}» opens two sections at once", "give each section its own label",
            )
        if item := _ITEM.match(line):
            yield draft.found(
                "V405", number, item.end(), f"«{part.label}» is a section's label, and an item of a list",
                "take it out of the list: a label stands on a line of its own",
            )
        follows = parts[at + 1] if at + 1 < len(parts) else None
        if not _TAG.sub("", part.html).strip() and "<img" not in part.html and not (follows and not follows.kinds):
            yield draft.found(
                "V408", number, -1, f"nothing stands below «{part.label}»", "write the section, or remove its label",
            )
        for kind in part.kinds:
            if (first := seen.setdefault(kind, part)) is not part:
                yield draft.found(
                    "V409", number, -1, f"«{part.label}» opens the section that line {first.line} opened",
                    "put both parts below one label",
                )
                break
