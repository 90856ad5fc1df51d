"""The pages of CVEs: one for each that posts name, and their index by year, by severity and by number of sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from generator import urls
from generator.model import Affected, Score, Term
from generator.outputs.contexts import Card, Ref, ref, severity


class Mention(Struct, frozen=True, gc=False):
    """A post that names a CVE, and what it says of its score."""

    card: Card
    scores: tuple[Score, ...]
    """As written, the highest first."""


class CvePage(Struct, frozen=True, gc=False):
    """One CVE."""

    url: str
    cve: str
    best: Score | None
    """The highest score that a post reports."""
    severity: str
    """Of `best`; see `contexts.Chip.severity`."""
    best_in: Ref | None
    """The newest post that reports it."""
    affected: tuple[Affected, ...]
    """As the newest post has it that labels something as affected."""
    affected_in: Ref | None
    """That post."""
    mentions: tuple[Mention, ...]
    """Newest first."""


class CveLine(Struct, frozen=True, gc=False):
    """A CVE in an index."""

    cve: str
    url: str
    score: str
    """The highest, as written; empty when no note states one."""
    severity: str
    sources: int
    """Hosts whose articles name it; notes without a source count as one."""


class CveGroup(Struct, frozen=True, gc=False):
    """A part of an index."""

    name: str
    """A year, a number of sources, or a severity as `contexts.Chip.severity` has it."""
    anchor: str
    size: int
    lines: tuple[CveLine, ...]


class CveIndex(Struct, frozen=True, gc=False):
    """All CVEs of the site in one order, or those to which the order means something."""

    url: str
    view: str
    """``year``: all, the newest identifier first; ``severity``: those with a score, the highest first; ``sources``:
    those that several sources name, the most named first."""
    groups: tuple[CveGroup, ...]


def cve_pages(terms: Iterable[Term], cards: Mapping[str, Card]) -> Iterator[CvePage]:
    """The page of each CVE, in the order of the terms; `cards` are all posts' by their path."""
    for term in terms:
        scores = {
            post.path: tuple(sorted(
                (score for score in post.scores if score.cve == term.name), key=_weight, reverse=True
            ))
            for post in term.posts
        }
        # Newest first, and `max` keeps the first of equals: the newest note that reports the highest score.
        source = max(term.posts, key=lambda post: _weight(scores[post.path][0]) if scores[post.path] else (-1.0, False))
        best = scores[source.path][0] if scores[source.path] else None
        telling = next((post for post in term.posts if post.affected), None)
        yield CvePage(
            term.url, term.name, best, severity(best.value) if best else "", ref(source) if best else None,
            telling.affected if telling else (), ref(telling) if telling else None,
            tuple([Mention(cards[post.path], scores[post.path]) for post in term.posts]),
        )


def cve_indexes(pages: Sequence[CvePage]) -> Iterator[CveIndex]:
    """The three indexes of these pages, which come newest identifier first."""
    ranked = [(page.best.value if page.best else -1.0, _line(page)) for page in pages]
    lines = [one for _, one in ranked]
    by_score = [one for value, one in sorted(ranked, key=lambda pair: -pair[0]) if value >= 0]
    by_sources = sorted((one for one in lines if one.sources > 1), key=lambda one: -one.sources)

    def index(url: str, view: str, chosen: Iterable[CveLine], name: Callable[[CveLine], str], mark: str) -> CveIndex:
        groups = tuple([
            CveGroup(key, f"{mark}{key}", len(group), group)
            for key, members in groupby(chosen, key=name) for group in [tuple(members)]
        ])
        return CveIndex(url, view, groups)

    yield index(urls.CVES, "year", lines, lambda one: one.cve.split("-")[1], "y-")
    yield index(urls.CVES_BY_SEVERITY, "severity", by_score, lambda one: one.severity, "")
    yield index(urls.CVES_BY_SOURCES, "sources", by_sources, lambda one: str(one.sources), "n-")


def _line(page: CvePage) -> CveLine:
    """The CVE of a page as indexes show it."""
    sources = len({mention.card.host for mention in page.mentions})
    return CveLine(page.cve, page.url, page.best.text if page.best else "", page.severity, sources)


def _weight(score: Score) -> tuple[float, bool]:
    """Of two equal scores, one that names its version says more."""
    return score.value, bool(score.version)

