"""The pages of a site: which there are, what each is given, and its bytes when somebody asks for them."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, lru_cache, partial
from itertools import groupby, takewhile
from typing import NamedTuple, TypeVar
from urllib.parse import urljoin

from generator import urls
from generator.config import Config
from generator.latest import latest
from generator.model import Month, Output, Post, Relations, Site, Term
from generator.outputs import contexts as c
from generator.outputs.contexts import CardOf
from generator.outputs.cuts import Cut, CveCut, CveIndexCut, ListCut, PostCut
from generator.outputs.cves import CVE_INDEXES, loudest
from generator.outputs.digests import DigestCut, DigestIndexCut, digests, line
from generator.outputs.fingerprint import digest, fingerprint
from generator.outputs.follow import descriptions, follow_page
from generator.outputs.previews import picture, pictured
from generator.outputs.templates import SETTINGS, Compiled, Press, TemplateError, reach
from generator.text import fold

__all__ = ["Kit", "TemplateError", "cards", "is_indexable", "kit", "outputs", "paginate", "render"]

T = TypeVar("T")
Known = Mapping[str, Output]
"""By path."""
_PREFIX = "page:"
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_ASIDE = 12
_ALONE = Relations()
_IN_PLACE_OF_OTHERS = frozenset((_PREFIX + "moved", _PREFIX + "404", _PREFIX + "offline"))
_OWN_CONTEXT = (
    "home", "list", "tags", "sources", "cves", "cve", "archives", "year", "month", "404", "moved", "page", "feeds",
    "search", "offline", "digest", "digests",
)
"""Page templates that are given another context than a post: no ``layout`` of a post."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What all pages share. Two kits of one digest make the same pages."""

    digest: str
    settings: Mapping[str, object] = field(compare=False)
    """What templates see of ``config.yaml``, by the names under which they see it."""
    templates: Mapping[str, str] = field(compare=False)
    """Name below the folder of templates → text; the site's own in place of the packaged ones."""
    statics: Mapping[str, str] = field(compare=False)
    """Name of a static file, as templates write it → site URL with the digest of its content."""
    makers: Mapping[str, str] = field(compare=False)
    """Page template → digest of all that its pages share: the texts it reaches, settings, static URLs, code."""
    ready: Compiled = field(default_factory=dict, compare=False)
    """Templates that were compiled before."""


def kit(
    config: Config, templates: Mapping[str, str], statics: Mapping[str, str], code: str, *, searchable: bool = False,
    app: bool = True, pictures: bool = False,
) -> Kit:
    """The kit of a build; `code` is a digest of the program's own code, which every fingerprint counts."""
    settings = {
        **{name: getattr(config, name) for name in SETTINGS},
        "searchable": searchable, "app": app, "pictures": pictures,
    }
    common = fingerprint(code, settings, tuple(sorted(statics.items())))
    makers = {
        name: fingerprint(common, tuple((part, templates[part]) for part in reach(name, templates)))
        for name in sorted(templates) if name.startswith("pages/")
    }
    everything = fingerprint(common, tuple(sorted(templates.items())))
    return Kit(everything, settings, dict(templates), dict(statics), makers)


@cache
def is_indexable(maker: str) -> bool:
    """Whether what it makes are pages for a sitemap: redirects and the pages that stand in for others are none."""
    return maker.startswith(_PREFIX) and maker not in _IN_PLACE_OF_OTHERS


def render(maker: str, context: object, kit: Kit) -> bytes:
    """The bytes of the page that `outputs` announced with this maker and context. Raises `TemplateError`."""
    page = context.cut(cards(kit)) if isinstance(context, Cut) else context
    return _press(kit).page(_template(maker), page, page.url)  # type: ignore[attr-defined]


def load(makers: Iterable[str], kit: Kit) -> None:
    """Compiles the templates of these makers, unless that was done before; makers of other rooms are left out."""
    for maker in makers:
        if maker.startswith(_PREFIX):
            _press(kit).load(_template(maker))


def compiled(kit: Kit) -> Compiled:
    """The templates that this process compiled for this kit: what the next kit may be given."""
    return _press(kit).compiled


def outputs(site: Site, config: Config, kit: Kit, known: Known) -> Iterator[Output]:
    """Every page of the site, not yet rendered; posts first, newest first.

    `known` are outputs of the same kit, if there are some: those that would be the same once more are told again.
    """
    desk = _Desk(kit, known)
    size = config.pagination
    weeks = digests(site)
    yield from _posts(site, config, desk)
    yield from _home(site, weeks, size, desk)
    about = descriptions(config)
    for term in site.tags:
        yield from _listing("tag", term, size, desk, about.get(term.url, ""))
    for term in site.sources:
        yield from _listing("source", term, size, desk)
    yield _output("tags", c.Index(urls.TAGS, len(site.tags), _by_letter(site.tags, about)), desk)
    yield _output("sources", c.Index(urls.SOURCES, len(site.sources), _by_letter(site.sources, {})), desk)
    for term in site.cves:
        yield _cut("cve", CveCut(term), desk, partial(_term_keys, term))
    everything = cache(lambda: digest(*[key for term in site.cves for key in _term_keys(term)]))
    for url in CVE_INDEXES:
        yield _cut("cves", CveIndexCut(url, site.cves), desk, partial(_both, url, everything))
    yield _output("feeds", follow_page(site, config), desk)
    if config.search != "none":
        yield _output("search", _search(site), desk)
    yield from _archives(site, desk)
    for week in weeks:
        yield _cut("digest", week, desk, partial(_week_keys, week))
    yield _cut("digests", DigestIndexCut(urls.DIGESTS, weeks), desk, lambda: [week.key for week in weeks])
    for page in site.pages:
        own = _template(page.layout) in kit.makers and page.layout not in (*_OWN_CONTEXT, "post")
        yield _output(page.layout if own else "page", c.PlainPage(page.url, page), desk)
    for old in site.redirects:
        yield _output("moved", c.Moved(old.url, c.ref(old.target)), desk)
    yield _output("404", c.Missing(urls.NOT_FOUND), desk)
    if kit.settings["app"]:
        yield _output("offline", c.Offline(urls.OFFLINE), desk)


@lru_cache(maxsize=2)
def cards(kit: Kit) -> CardOf:
    """Makes the card of each post once, for all that is made with this kit."""
    known: dict[str, c.Card] = {}

    def card(post: Post) -> c.Card:
        found = known.get(post.key)
        if found is None:
            found = known[post.key] = c.card(post)
        return found

    return card


@lru_cache(maxsize=2)
def _press(kit: Kit) -> Press:
    return Press(kit.templates, kit.statics, kit.settings, kit.ready)


def _template(maker: str) -> str:
    return f"pages/{maker.removeprefix(_PREFIX)}.html"


class _Desk(NamedTuple):
    """Where pages are announced."""

    kit: Kit
    known: Known


def _output(name: str, context: object, desk: _Desk) -> Output:
    maker = _PREFIX + name
    url: str = context.url  # type: ignore[attr-defined]
    made_by = desk.kit.makers.get(_template(maker), "")
    return Output(urls.output_path(url), maker, context, fingerprint(made_by, context))


def _cut(name: str, cut: Cut, desk: _Desk, keys: Callable[[], Iterable[str]]) -> Output:
    """The output of a context that is still to be cut; `keys` name all that it will hold.

    What it is cut from is posts, which have keys: equal cuts are the same.
    """
    maker, path = _PREFIX + name, urls.output_path(cut.url)
    known = desk.known.get(path)
    if known is not None and known.maker == maker and known.context == cut:
        return known
    return Output(path, maker, cut, digest(desk.kit.makers.get(_template(maker), ""), *keys()))


def _both(url: str, everything: Callable[[], str]) -> tuple[str, str]:
    return url, everything()


def _week_keys(week: DigestCut) -> tuple[str, str, str]:
    return week.key, week.newer, week.older


def _term_keys(term: Term) -> tuple[str, ...]:
    return (term.name, *[post.key for post in term.posts])


def _posts(site: Site, config: Config, desk: _Desk) -> Iterator[Output]:
    posts, relations, kit = site.posts, site.relations, desk.kit
    links: dict[str, str] = {}
    makers: dict[str, tuple[str, str]] = {}
    for layout in {post.layout for post in posts}:
        name = layout if _template(layout) in kit.makers and layout not in _OWN_CONTEXT else "post"
        makers[layout] = _PREFIX + name, kit.makers.get(_template(name), "")

    def link(post: Post | None) -> str:
        if post is None:
            return ""
        return links.get(post.path) or links.setdefault(post.path, _link(post))

    def kin(others: Sequence[Post]) -> str:
        return "\n".join([link(other) for other in others])

    newer: Post | None = None
    for place, post in enumerate(posts, 1):
        older = posts[place] if place < len(posts) else None
        near = relations.get(post.path, _ALONE)
        maker, made_by = makers[post.layout]
        image = ""
        if kit.settings["pictures"] and pictured(post, config):
            drawn = picture(post, config)
            image = f"/{drawn.path}"
            yield drawn
        cut = PostCut(post, older, newer, near, image)
        path = urls.output_path(post.url)
        known = desk.known.get(path)
        if known is not None and known.maker == maker and known.context == cut:
            yield known
        else:
            yield Output(path, maker, cut, digest(
                made_by, image, post.key, link(newer), link(older),
                *((str(len(near.also)), kin(near.also), kin(near.related)) if near is not _ALONE else ()),
            ))
        newer = post


def _link(post: Post) -> str:
    """All that `contexts.ref` and `contexts.kin` show of a post."""
    title, host = post.headline or post.title, post.origin.host if post.origin else ""
    return (
        f"{post.date.toordinal()} {bool(post.headline)} {len(title)} {len(post.url)} {len(post.lang)} {len(host)} "
        f"{title}{post.url}{post.lang}{host}"
    )


def paginate(items: Sequence[T], size: int) -> tuple[Sequence[T], tuple[Sequence[T], ...]]:
    """The items of a listing's first page, and of its numbered pages from page 1 on; `items` come newest first.

    Numbered pages are counted from the oldest item and full, so that a new item changes none of them. The first page
    holds the `size` newest items and those that do not fill a page: fewer than twice `size`.
    """
    full = max(0, len(items) // size - 1)
    first = len(items) - full * size
    return items[:first], tuple(items[first + (full - n) * size :][:size] for n in range(1, full + 1))


def _pages(
    kind: str, name: str, base: str, posts: Sequence[Post], size: int, about: str = ""
) -> tuple[ListCut, tuple[ListCut, ...]]:
    newest, pages = paginate(posts, size)
    origin = posts[0].origin if kind == "source" else None
    website = urljoin(origin.url, "/") if origin else ""

    def where(number: int) -> str:
        return base if number > len(pages) else urls.page_url(base, number) if number else ""

    first = c.Listing(base, kind, name, base, 0, len(posts), website, about, (), "", where(len(pages)))
    return ListCut(first, tuple(newest)), tuple([
        ListCut(
            c.Listing(where(number), kind, name, base, number, 0, "", "", (), where(number + 1), where(number - 1)),
            tuple(page),
        )
        for number, page in enumerate(pages, 1)
    ])


def _listing(kind: str, term: Term, size: int, desk: _Desk, about: str = "") -> Iterator[Output]:
    first, pages = _pages(kind, term.name, term.url, term.posts, size, about)
    for listing in (first, *pages):
        yield _list("list", listing, desk)


def _list(name: str, listing: ListCut, desk: _Desk) -> Output:
    # What the page says of itself is texts, numbers and days, whose `repr` tells them apart.
    return _cut(name, listing, desk, lambda: (repr(listing.page), *[post.key for post in listing.posts]))


def _home(site: Site, weeks: tuple[DigestCut, ...], size: int, desk: _Desk) -> Iterator[Output]:
    first, pages = _pages("home", "", urls.HOME, site.posts, size)
    edition = site.posts[0].date.date() if site.posts else None
    month = list(takewhile(lambda post: edition and post.date.date() > edition - _MONTH, site.posts))
    today = [post for post in month if post.date.date() == edition]
    week = [post for post in month if edition and post.date.date() > edition - _WEEK]
    yield _output(
        "home",
        c.Home(
            urls.HOME, tuple(map(cards(desk.kit), first.posts)),
            urls.page_url(urls.HOME, len(pages)) if pages else "", edition, len(today),
            sum(any(entity.kind == "cve" for entity in post.entities) for post in today),
            line(next((one for one in weeks if one.week.closed), weeks[0])) if weeks else None,
            loudest(week)[:_ASIDE], _most_used(site.tags, month, lambda post: map(urls.tag_url, post.tags)),
            _most_used(site.sources, month, lambda post: (urls.source_url(post.origin.host),) if post.origin else ()),
        ),
        desk,
    )
    for listing in pages:
        yield _list("list", listing, desk)


def _most_used(
    terms: Sequence[Term], posts: Sequence[Post], found: Callable[[Post], Iterator[str] | Sequence[str]]
) -> tuple[c.Count, ...]:
    names = {term.url: term.name for term in terms}
    counts = Counter(url for post in posts for url in set(found(post)))
    order = sorted(counts, key=lambda url: (-counts[url], url))
    return tuple(c.Count(names[url], url, counts[url]) for url in order[:_ASIDE])


def _by_letter(terms: Sequence[Term], about: Mapping[str, str]) -> tuple[c.Group, ...]:
    def letter(term: Term) -> str:
        first = fold(term.name)[:1]
        return first.upper() if first.isalpha() else ""

    def line(term: Term) -> c.Count:
        return c.Count(term.name, term.url, len(term.posts), about.get(term.url, ""))

    return tuple(
        c.Group(name, f"l-{name.lower() or '0'}", tuple(map(line, group)))
        for name, group in groupby(sorted(terms, key=lambda term: (letter(term), fold(term.name))), key=letter)
    )


def _search(site: Site) -> c.Search:
    def names(terms: Sequence[Term]) -> tuple[tuple[str, str], ...]:
        return tuple((term.url, term.name) for term in terms)

    years = sorted({month.year for month in site.months}, reverse=True)
    return c.Search(urls.SEARCH, tuple(years), names(site.tags), tuple(term.name for term in site.sources))


def _archives(site: Site, desk: _Desk) -> Iterator[Output]:
    years = tuple(
        _year_count(year, tuple(months)) for year, months in groupby(site.months, key=lambda month: month.year)
    )
    busiest = max((max(month.days) for year in years for month in year.months), default=1)
    yield _output("archives", c.Archives(urls.ARCHIVES, len(site.posts), busiest, years), desk)
    for place, year in enumerate(years):
        yield _output(
            "year",
            c.YearPage(
                year.url, year, max(max(month.days) for month in year.months),
                newer=years[place - 1].url if place else "",
                older=years[place + 1].url if place + 1 < len(years) else "",
            ),
            desk,
        )
    counts = tuple(_without_days(_month_count(month)) for month in site.months)
    for place, month in enumerate(site.months):
        page = c.MonthPage(
            counts[place].url, month.year, month.month, (),
            newer=counts[place - 1] if place else None,
            older=counts[place + 1] if place + 1 < len(counts) else None,
        )
        yield _list("month", ListCut(page, month.posts), desk)


def _year_count(year: int, months: Sequence[Month]) -> c.YearCount:
    return c.YearCount(
        year, urls.year_url(year), sum(len(month.posts) for month in months),
        tuple(_month_count(month) for month in reversed(months)),
    )


@latest(lambda month: (month.year, month.month))
def _month_count(month: Month) -> c.MonthCount:
    by_day = Counter(post.date.day for post in month.posts)
    days = tuple(by_day[day] for day in range(1, monthrange(month.year, month.month)[1] + 1))
    return c.MonthCount(month.year, month.month, urls.month_url(month.year, month.month), len(month.posts), days)


def _without_days(month: c.MonthCount) -> c.MonthCount:
    return c.MonthCount(month.year, month.month, month.url, month.count, ())
