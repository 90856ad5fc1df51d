"""The digests: what the notes of a week tell, the most urgent first, and the list of the weeks."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from msgspec import Struct

from generator import urls
from generator.latest import latest
from generator.model import Site
from generator.outputs import contexts as c
from generator.outputs.contexts import CardOf
from generator.outputs.cves import loudest
from generator.outputs.fingerprint import digest
from generator.weeks import CRITICAL, Story, Week, bonds, stories, weeks

CVES = 12
"""CVEs that a digest names."""
HEADLINES = 3
"""Stories that stand for a week where others are listed."""


class Told(Struct, frozen=True, gc=False):
    """A story."""

    note: c.Card
    """The note that tells most of it."""
    chips: tuple[c.Chip, ...]
    """CVEs of all its notes, at most `contexts.CHIPS`: those that are exploited first, then by score."""
    more_chips: int
    exploited: bool
    """Whether it tells of an exploitation that none of `chips` tells of."""
    others: tuple[c.Kin, ...]
    """The other notes, newest first."""


class Figures(Struct, frozen=True, gc=False):
    """A week in numbers."""

    notes: int
    stories: int
    sources: int
    cves: int
    exploited: int
    """Stories that tell of an exploitation."""
    critical: int
    """Stories with a critical score."""


class DigestPage(Struct, frozen=True, gc=False):
    """A week."""

    url: str
    year: int
    number: int
    first: date
    last: date
    closed: bool
    figures: Figures
    urgent: tuple[Told, ...]
    """Of an exploitation, or with a critical score."""
    shared: tuple[Told, ...]
    """The others that several notes tell, those that most sources tell first."""
    brief: tuple[c.Card, ...]
    """The notes that stand alone, newest first."""
    cves: tuple[c.Chip, ...]
    newer: str
    """Site URL of the next week with notes, or empty."""
    older: str


class DigestYear(Struct, frozen=True, gc=False):
    """The weeks of a year; newest first."""

    year: int
    lines: tuple[c.WeekLine, ...]


class DigestIndex(Struct, frozen=True, gc=False):
    """All weeks."""

    url: str
    total: int
    years: tuple[DigestYear, ...]
    """Newest first."""


class DigestCut(Struct, frozen=True, gc=False):
    """`DigestPage` of a week."""

    week: Week
    pairs: tuple[tuple[str, str], ...]
    """Its `weeks.bonds`."""
    newer: str
    older: str
    url: str
    """Site URL of the page."""
    key: str
    """A digest of all that the context is cut from, but for `newer` and `older`."""

    def cut(self, card: CardOf) -> DigestPage:
        """The context."""
        week = self.week
        told = stories(week, self.pairs)
        urgent = [story for story in told if story.exploited or story.score >= CRITICAL]
        calm = told[len(urgent) :]
        alone = {story.posts[0].path for story in calm if len(story.posts) == 1}
        return DigestPage(
            self.url, week.year, week.number, week.first, week.last, week.closed, _figures(week, told),
            urgent=tuple([_told(story, card) for story in urgent]),
            shared=tuple([_told(story, card) for story in calm if len(story.posts) > 1]),
            brief=tuple([card(post) for post in week.posts if post.path in alone]),
            cves=loudest(week.posts)[:CVES], newer=self.newer, older=self.older,
        )


class DigestIndexCut(Struct, frozen=True, gc=False):
    """`DigestIndex` of all weeks, newest first."""

    url: str
    weeks: tuple[DigestCut, ...]

    def cut(self, card: CardOf) -> DigestIndex:
        """The context."""
        return DigestIndex(self.url, len(self.weeks), tuple([
            DigestYear(year, tuple(map(line, members)))
            for year, members in groupby(self.weeks, key=lambda one: one.week.year)
        ]))


def digests(site: Site) -> tuple[DigestCut, ...]:
    """The weeks of a site, newest first."""
    found = weeks(site.posts)
    addresses = [urls.week_url(week.year, week.number) for week in found]
    return tuple([
        _cut(week, bonds(week, site.relations), newer, older, url)
        for week, newer, older, url in zip(found, ["", *addresses], [*addresses[1:], ""], addresses, strict=False)
    ])


def _cut(week: Week, pairs: tuple[tuple[str, str], ...], newer: str, older: str, url: str) -> DigestCut:
    key = digest(
        url, str(week.closed), *[post.key for post in week.posts],
        *[f"{len(one)} {one}{other}" for one, other in pairs],
    )
    return DigestCut(week, pairs, newer, older, url, key)


@latest(lambda cut: cut.url)
def line(cut: DigestCut) -> c.WeekLine:
    """A week as lists of weeks show it."""
    week = cut.week
    told = stories(week, cut.pairs)
    return c.WeekLine(
        cut.url, week.number, week.first, week.last, week.closed, len(week.posts),
        tuple([c.ref(story.posts[0]) for story in told[:HEADLINES]]),
    )


def _told(story: Story, card: CardOf) -> Told:
    chips = loudest(story.posts)
    return Told(
        card(story.posts[0]), chips[: c.CHIPS], max(0, len(chips) - c.CHIPS),
        story.exploited and not any(chip.exploited for chip in chips[: c.CHIPS]),
        tuple([c.kin(post) for post in story.posts[1:]]),
    )


def _figures(week: Week, told: tuple[Story, ...]) -> Figures:
    return Figures(
        len(week.posts), len(told), len({post.origin.host for post in week.posts if post.origin}),
        len({entity.value for post in week.posts for entity in post.entities if entity.kind == "cve"}),
        sum(story.exploited for story in told), sum(story.score >= CRITICAL for story in told),
    )
