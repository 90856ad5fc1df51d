"""Which notes a build leaves out, because a rule that the settings name finds them."""

from __future__ import annotations

from msgspec.structs import replace

from generator.config import CheckSettings
from generator.diagnostics import Diagnostic, Severity
from generator.model import Post, Source
from generator.rules.draft import draft
from generator.rules.table import judge
from generator.rules.verdict import verdict


def isolated(source: Source, post: Post, settings: CheckSettings) -> tuple[Diagnostic, ...]:
    """Why the note is left out, as warnings; empty when it is published."""
    if not settings.quarantine:
        return ()
    return tuple(
        replace(found, severity=Severity.WARNING, message=f"left out of the site: {found.message}")
        for found in judge(draft(source, post), settings.quarantine)
        if verdict(found, post, settings)
    )
