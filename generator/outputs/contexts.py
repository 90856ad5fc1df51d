"""What each kind of page is given, and nothing more: frozen values, cut from posts.

A template sees its context as ``page``. What is not here cannot change a page, so each field is a reason to write a
page anew: a post page knows the titles of its neighbours, not the neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from generator import urls
from generator.language import language_of
from generator.model import Page, Post, Score
from generator.text import shortened
from generator.weeks import CRITICAL

CHIPS = 6
"""CVEs that a card names; the others are a number."""
POINT, SUMMARY = 180, 240
"""Characters that a card has room for."""


class Ref(Struct, frozen=True, gc=False):
    """A post as a link."""

    title: str
    """The headline when there is one, else the title."""
    url: str
    """Site URL."""
    lang: str
    """Of the title: a language tag, or empty for the site's language."""


class Kin(Struct, frozen=True, gc=False):
    """A post that another one points to: on the same event, or on the same subject."""

    title: str
    """See `Ref`."""
    url: str
    lang: str
    host: str
    """Of the source; empty without one."""
    day: date


class Chip(Struct, frozen=True, gc=False):
    """A CVE, with the highest score that is known where it is shown."""

    cve: str
    url: str
    """Site URL of its page."""
    score: str
    """As written, ``9,8``; empty when no note states one."""
    severity: str
    """A field of `phrases.Words`: ``critical``, ``high``, ``medium``, ``low``, ``none``; empty without a score."""
    count: int
    """Posts that name it; 0 where that is not told."""
    exploited: bool = False
    """Whether a note says so, of those that are known where it is shown."""


class Card(Struct, frozen=True, gc=False):
    """A post as lists show it."""

    key: str
    """Of the post: equal keys, equal cards."""
    ref: Ref
    original: str
    """The source's title under the headline; empty when the title itself is the link."""
    original_lang: str
    """Language tag of `original`; empty when unknown, or without one."""
    host: str
    """Of the source; empty without one."""
    source_url: str
    """Site URL of the source's page; empty without a source."""
    day: date
    time: str
    """``08:05``; empty when the author wrote none."""
    points: tuple[str, ...]
    """Each at most `POINT` characters."""
    lang: str
    """Of the points: a language tag, or empty for the site's language."""
    summary: str
    """What is shown when there are no points."""
    chips: tuple[Chip, ...]
    """The highest scores first, at most `CHIPS`."""
    more_chips: int
    exploited: bool
    """Whether the note tells of an exploitation that none of `chips` tells of."""
    draft: bool


CardOf: TypeAlias = Callable[[Post], Card]
"""A post as lists show it."""


class Count(Struct, frozen=True, gc=False):
    """A line of an index: a tag or a source and its number of posts."""

    name: str
    url: str
    count: int
    description: str = ""
    """What the site says of a tag, where that is told."""


class Group(Struct, frozen=True, gc=False):
    """A letter of an index."""

    name: str
    """``A``; empty for names that begin with no letter."""
    anchor: str
    lines: tuple[Count, ...]


class WeekLine(Struct, frozen=True, gc=False):
    """A digest as lists of weeks show it."""

    url: str
    number: int
    """Of the ISO week."""
    first: date
    """Its Monday."""
    last: date
    """Its Sunday."""
    closed: bool
    """Whether a note of a later week is published."""
    notes: int
    top: tuple[Ref, ...]
    """Its first stories."""


class PostPage(Struct, frozen=True, gc=False):
    """One note."""

    url: str
    post: Post
    older: Ref | None
    newer: Ref | None
    also: tuple[Kin, ...] = ()
    """Of other sources, on the same event; newest first."""
    related: tuple[Kin, ...] = ()
    """On the same subject; the closest first."""
    image: str = ""
    """Site URL of its picture for link previews; empty without one."""


class Preview(Struct, frozen=True, gc=False):
    """What the picture of a note shows."""

    site: str
    title: str
    host: str
    """Of the source; empty without one."""
    day: date
    language: str
    """Of the site."""


class Home(Struct, frozen=True, gc=False):
    """The first page."""

    url: str
    cards: tuple[Card, ...]
    older: str
    """Site URL of the newest numbered page, or empty."""
    edition: date | None
    """The day of the newest post: the page does not know what day it is when it is read, or built."""
    edition_notes: int
    edition_cve_notes: int
    digest: WeekLine | None
    """The newest week that is closed, else the one that runs."""
    week: tuple[Chip, ...]
    """CVEs of the seven days up to the edition."""
    tags: tuple[Count, ...]
    """Of the 30 days up to the edition, the most used first."""
    sources: tuple[Count, ...]
    """Of the 30 days up to the edition, the most summarised first."""


class Listing(Struct, frozen=True, gc=False):
    """The posts of the site, a tag or a source: its first page, or a numbered one."""

    url: str
    kind: str
    """``home``, ``tag`` or ``source``."""
    name: str
    """Of the tag or source; empty for the home page's list."""
    base: str
    """Site URL of the first page."""
    number: int
    """From the oldest page, 1, upward; 0 for the first page, which holds the newest posts."""
    total: int
    """Posts of the whole listing on its first page; 0 on numbered pages, which must not change."""
    website: str
    """Of a source, on its first page: the root of its newest article's address. Else empty."""
    description: str
    """What the site says of a tag, on its first page. Else empty."""
    cards: tuple[Card, ...]
    newer: str
    """Site URL or empty."""
    older: str
    """Site URL or empty."""


class Index(Struct, frozen=True, gc=False):
    """All tags or all sources."""

    url: str
    total: int
    groups: tuple[Group, ...]


class MonthCount(Struct, frozen=True, gc=False):
    """A month as the archives show it."""

    year: int
    month: int
    url: str
    count: int
    days: tuple[int, ...]
    """Posts of each day, from the first to the last of the month; empty where days are not shown."""


class YearCount(Struct, frozen=True, gc=False):
    """A year as the archives show it."""

    year: int
    url: str
    count: int
    months: tuple[MonthCount, ...]
    """In the order of the calendar."""


class Archives(Struct, frozen=True, gc=False):
    """All years."""

    url: str
    total: int
    busiest: int
    """Posts of the fullest day of all: what the calendar's shades are measured against."""
    years: tuple[YearCount, ...]
    """Newest first."""


class YearPage(Struct, frozen=True, gc=False):
    """One year."""

    url: str
    year: YearCount
    busiest: int
    """Posts of its fullest day: what the calendar's shades are measured against."""
    newer: str
    """Site URL of the next year with posts, or empty."""
    older: str


class MonthPage(Struct, frozen=True, gc=False):
    """One month: every post as a line."""

    url: str
    year: int
    month: int
    cards: tuple[Card, ...]
    newer: MonthCount | None
    older: MonthCount | None


class Search(Struct, frozen=True, gc=False):
    """The search page: what its filters offer."""

    url: str
    years: tuple[int, ...]
    """Newest first."""
    tags: tuple[tuple[str, str], ...]
    """Site URL, as the index has it, and name."""
    sources: tuple[str, ...]
    """Hosts."""


class PlainPage(Struct, frozen=True, gc=False):
    """A page beside the posts."""

    url: str
    text: Page


class Moved(Struct, frozen=True, gc=False):
    """The page at an old address."""

    url: str
    target: Ref


class Offline(Struct, frozen=True, gc=False):
    """The page that a browser keeps for when the network does not answer."""

    url: str


class Missing(Struct, frozen=True, gc=False):
    """The page for addresses that lead nowhere."""

    url: str


def severity(score: float) -> str:
    """The word for a CVSS score: see `Chip.severity`.

    The qualitative scale of CVSS v3.1 section 5 and v4.0 section 6; v2.0 has none of its own, NVD's older one differs.
    """
    if score >= CRITICAL:
        return "critical"
    if score >= 7:
        return "high"
    if score >= 4:
        return "medium"
    return "low" if score > 0 else "none"


def ref(post: Post | Page) -> Ref:
    """The post, or page, as a link."""
    if isinstance(post, Page):
        return Ref(post.title, post.url, post.lang)
    # A headline is in the note's language; a bare title may be its source's.
    return Ref(post.headline or post.title, post.url, post.lang or ("" if post.headline else language_of(post.title)))


def kin(post: Post) -> Kin:
    """The post as a link with its source and day."""
    own = ref(post)
    return Kin(own.title, own.url, own.lang, post.origin.host if post.origin else "", post.date.date())


def chips(post: Post) -> tuple[Chip, ...]:
    """The CVEs of a post with the highest score that the post itself gives each: highest first, then as in the text."""
    best = best_scores(post)
    found = [
        Chip(
            entity.value, urls.cve_url(entity.value), *_shown(best.get(entity.value)), 0, entity.value in post.exploited
        )
        for entity in post.entities if entity.kind == "cve"
    ]
    if best:
        found.sort(key=lambda chip: -best[chip.cve].value if chip.cve in best else 0.0)
    return tuple(found)


def best_scores(post: Post) -> dict[str, Score]:
    """For each CVE that the post scores, the highest score; the first written when two are equal."""
    best: dict[str, Score] = {}
    for score in post.scores:
        if score.cve and (score.cve not in best or score.value > best[score.cve].value):
            best[score.cve] = score
    return best


def chip(cve: str, best: Score | None, count: int, exploited: bool) -> Chip:
    """A CVE with what several posts say of it."""
    return Chip(cve, urls.cve_url(cve), *_shown(best), count, exploited)


def card(post: Post) -> Card:
    """The post as lists show it."""
    named = chips(post)
    original = post.title if post.headline and post.headline != post.title else ""
    return Card(
        key=post.key,
        ref=ref(post),
        original=original,
        original_lang=(post.lang or language_of(original)) if original else "",
        host=post.origin.host if post.origin else "",
        source_url=urls.source_url(post.origin.host) if post.origin else "",
        day=post.date.date(),
        time=f"{post.date:%H:%M}" if post.has_time else "",
        # A colon at a point's end: a list went on below.
        points=tuple([shortened(point.rstrip(": \u00a0\u202f"), POINT) for point in post.points]),
        lang=post.lang,
        summary="" if post.points else shortened(post.description, SUMMARY),
        chips=named[:CHIPS],
        more_chips=max(0, len(named) - CHIPS),
        exploited=bool(post.exploited) and not any(chip.exploited for chip in named[:CHIPS]),
        draft=post.draft,
    )


def _shown(score: Score | None) -> tuple[str, str]:
    return (score.text, severity(score.value)) if score else ("", "")
