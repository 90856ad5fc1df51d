"""How bad a problem is on this site and in this note: settings and `ignore` over the severities of the rules."""

from __future__ import annotations

from msgspec.structs import replace

from generator.config import CheckSettings
from generator.diagnostics import RULES, Diagnostic, Severity
from generator.model import Post
from generator.text import slug

_WORDS: dict[str, Severity | None] = {
    "off": None, "info": Severity.INFO, "warning": Severity.WARNING, "error": Severity.ERROR,
}


def verdict(found: Diagnostic, post: Post | None, settings: CheckSettings) -> Diagnostic | None:
    """The problem with the severity that counts; None when it is set aside.

    Without settings, that of the rule in ``check``. What stops a build is never changed. Of the words of several tags,
    the mildest counts; they count more than the words for all notes; a note's `ignore` counts most.
    """
    rule = RULES[found.code]
    if rule.stops:
        return found
    if post and any(code == found.code for code, _ in post.ignores):
        return None
    said = [word for code, word in settings.severity if code == found.code]
    if settings.tags and post:
        tags = {slug(tag) for tag in post.tags}
        own = [word for tag, rules in settings.tags if tag in tags for code, word in rules if code == found.code]
        said = own or said
    if said:
        severity = min((_WORDS[word] for word in said), key=lambda one: one or 0)
        return replace(found, severity=severity) if severity else None
    return replace(found, severity=rule.in_check) if rule.in_check else found
