"""The pages of CVEs: one for each that posts name, and their index by year, by severity and by number of sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby

from msgspec import Struct

from generator import urls
from generator.model import Affected, Post, Score, Term
from generator.outputs.contexts import Card, Chip, Ref, best_scores, chip, ref, severity


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
    exploited_in: Ref | None
    """The newest post that says that it is exploited."""
    mentions: tuple[Mention, ...]
    """Newest first."""


class CveLine(Struct, frozen=True, gc=False):
    """A CVE in an index."""

    cve: str
    url: str
    score: str
    """The highest, as written; empty when no note states one."""
    severity: str
    exploited: bool
    """Whether a post says so."""
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


def cve_page(term: Term, card: Callable[[Post], Card]) -> CvePage:
    """The page of a CVE; `card` makes a post as lists show it."""
    scores = {
        post.path: tuple(sorted((score for score in post.scores if score.cve == term.name), key=_weight, reverse=True))
        for post in term.posts
    }
    # Newest first, and `max` keeps the first of equals: the newest note that reports the highest score.
    source = max(term.posts, key=lambda post: _weight(scores[post.path][0]) if scores[post.path] else (-1.0, False))
    best = scores[source.path][0] if scores[source.path] else None
    telling = next((post for post in term.posts if post.affected), None)
    warning = next((post for post in term.posts if term.name in post.exploited), None)
    return CvePage(
        term.url, term.name, best, severity(best.value) if best else "", ref(source) if best else None,
        telling.affected if telling else (), ref(telling) if telling else None,
        ref(warning) if warning else None,
        tuple([Mention(card(post), scores[post.path]) for post in term.posts]),
    )


def cve_index(url: str, terms: Sequence[Term]) -> CveIndex:
    """The index at the site URL `url`, one of `CVE_INDEXES`, of all CVEs, which come newest identifier first."""
    ranked = [(best.value if best else -1.0, _line(term, best)) for term in terms for best in [_best(term)]]
    lines = [one for _, one in ranked]
    name: Callable[[CveLine], str]
    if url == urls.CVES:
        view, mark, name = "year", "y-", _year
    elif url == urls.CVES_BY_SEVERITY:
        view, mark, name = "severity", "", _severity
        lines = [one for value, one in sorted(ranked, key=lambda pair: -pair[0]) if value >= 0]
    else:
        view, mark, name = "sources", "n-", _sources
        lines = sorted((one for one in lines if one.sources > 1), key=lambda one: -one.sources)
    return CveIndex(url, view, tuple([
        CveGroup(key, f"{mark}{key}", len(group), group)
        for key, members in groupby(lines, key=name) for group in [tuple(members)]
    ]))


CVE_INDEXES = (urls.CVES, urls.CVES_BY_SEVERITY, urls.CVES_BY_SOURCES)
"""Site URLs of the indexes."""


def _year(line: CveLine) -> str:
    return line.cve.split("-")[1]


def _severity(line: CveLine) -> str:
    return line.severity


def _sources(line: CveLine) -> str:
    return str(line.sources)


def _best(term: Term) -> Score | None:
    """The highest score that a post reports for a CVE."""
    scores = [score for post in term.posts for score in post.scores if score.cve == term.name]
    return max(scores, key=_weight) if scores else None


def loudest(posts: Sequence[Post]) -> tuple[Chip, ...]:
    """The CVEs of some posts: those that are exploited first, then by score, then those that most posts name."""
    counts = Counter(entity.value for post in posts for entity in post.entities if entity.kind == "cve")
    exploited = {cve for post in posts for cve in post.exploited}
    best: dict[str, Score] = {}
    for post in posts:
        for cve, score in best_scores(post).items():
            if cve not in best or score.value > best[cve].value:
                best[cve] = score
    newest = sorted(counts, key=lambda cve: tuple(map(int, cve.split("-")[1:])), reverse=True)
    order = sorted(
        newest, key=lambda cve: (cve not in exploited, -best[cve].value if cve in best else 0.0, -counts[cve])
    )
    return tuple([chip(cve, best.get(cve), counts[cve], cve in exploited) for cve in order])


def _line(term: Term, best: Score | None) -> CveLine:
    """A CVE as indexes show it."""
    sources = len({post.origin.host if post.origin else "" for post in term.posts})
    score, word = (best.text, severity(best.value)) if best else ("", "")
    exploited = any(term.name in post.exploited for post in term.posts)
    return CveLine(term.name, term.url, score, word, exploited, sources)


def _weight(score: Score) -> tuple[float, bool]:
    """Of two equal scores, one that names its version says more."""
    return score.value, bool(score.version)
