"""Every post of a site and its state: what an author asks when one is not where it should be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from msgspec import Struct

from generator.content.parsed import Parsed
from generator.diagnostics import Severity
from generator.model import Post
from generator.site import collisions, cves_of
from generator.text import fold

PUBLISHED, DRAFT, SCHEDULED, QUARANTINED, INVALID = "published", "draft", "scheduled", "quarantined", "invalid"
STATES = (PUBLISHED, DRAFT, SCHEDULED, QUARANTINED, INVALID)


class Entry(Struct, frozen=True):
    """A file that should be a post."""

    path: str
    state: str
    """Of `STATES`; ``invalid`` for a file with errors, which no build publishes."""
    codes: tuple[str, ...]
    """Of its errors."""
    post: Post | None
    """None for a file that cannot be understood."""

    @property
    def cves(self) -> tuple[str, ...]:
        """The CVEs that it names."""
        return cves_of(self.post) if self.post else ()


def inventory(
    files: Iterable[str], parsed: Iterable[Parsed], today: date, quarantined: Collection[str]
) -> tuple[Entry, ...]:
    """One entry for each of `files`, newest first; those without a date come last.

    `quarantined` are the files that a build leaves out at the wish of ``check.quarantine``.
    """
    results = tuple(parsed)
    posts = {one.post.path: one.post for one in results if one.post}
    live = [
        post for post in posts.values() if post.path not in quarantined and _state(post, today, ()) == PUBLISHED
    ]
    found = (*(item for one in results for item in one.problems), *collisions(live))
    codes: dict[str, list[str]] = {}
    for problem in found:
        if problem.severity is Severity.ERROR and problem.code not in codes.setdefault(problem.path, []):
            codes[problem.path].append(problem.code)
    entries = []
    for path in files:
        post, wrong = posts.get(path), tuple(codes.get(path, ()))
        state = INVALID if wrong or not post else _state(post, today, quarantined)
        entries.append(Entry(path, state, wrong, post))
    return tuple(sorted(entries, key=lambda entry: (_day(entry), entry.path), reverse=True))


def tagged(entries: Iterable[Entry], tag: str) -> tuple[Entry, ...]:
    """The entries with the tag, whose case and accents do not count."""
    return tuple(
        entry for entry in entries if entry.post and fold(tag) in (fold(known) for known in entry.post.tags)
    )


def _state(post: Post, today: date, quarantined: Collection[str]) -> str:
    if post.draft:
        return DRAFT
    if post.path in quarantined:
        return QUARANTINED
    return SCHEDULED if post.date.date() > today else PUBLISHED


def _day(entry: Entry) -> str:
    return f"{entry.post.date:%Y-%m-%dT%H:%M}" if entry.post else ""
