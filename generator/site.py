"""All posts together: what is published today, in which order, under which tags, sources, CVEs and months."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from itertools import groupby
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from generator import urls
from generator.diagnostics import Diagnostic, problem
from generator.model import Month, Page, Post, Redirect, Relations, Site, Term
from generator.relations import relate
from generator.text import fold


class Held(Struct, frozen=True):
    """What stays unpublished, for the build's summary."""

    drafts: int
    scheduled: int
    """Posts dated after today."""
    next_due: date | None
    """The day when the first scheduled post is due, as written."""
    early: tuple[tuple[str, date], ...] = ()
    """Site URL and day of the posts that are shown before their day, because that was asked for."""


def publishable(
    posts: Iterable[Post], today: date, *, drafts: bool = False, future: bool = False
) -> tuple[tuple[Post, ...], Held]:
    """The posts that readers may see on the civil day `today`, and what is held back.

    A post's own civil date decides, as written: a note of the 8th comes out on the 8th of the site's time zone.
    """
    shown: list[Post] = []
    held_drafts = 0
    scheduled: list[Post] = []
    early: list[tuple[str, date]] = []
    for post in posts:
        day = post.date.date()
        if post.draft and not drafts:
            held_drafts += 1
        elif day > today and not future:
            scheduled.append(post)
        else:
            shown.append(post)
            if day > today:
                early.append((post.url, day))
    next_due = min((post.date.date() for post in scheduled), default=None)
    return tuple(shown), Held(held_drafts, len(scheduled), next_due, tuple(early))


def assemble(
    posts: Iterable[Post], pages: Iterable[Page] = (),
    relations: Callable[[tuple[Post, ...]], Mapping[str, Relations]] = relate,
) -> tuple[Site, tuple[Diagnostic, ...]]:
    """The site of these posts and pages, and the URLs that two of them want (V208).

    `relations` relates the posts, newest first. The first post by file path keeps a contested URL, before all pages;
    the message goes to the other.
    """
    newest_first = tuple(sorted(posts, key=_age, reverse=True))
    owners: tuple[Post | Page, ...] = (*newest_first, *sorted(pages, key=lambda page: (page.url, page.path)))
    return Site(
        posts=newest_first,
        tags=tuple(sorted(_terms(newest_first, _tags, urls.tag_url), key=_as_in_dictionaries)),
        sources=tuple(sorted(_terms(newest_first, _hosts, urls.source_url), key=_as_in_dictionaries)),
        cves=tuple(sorted(_terms(newest_first, cves_of, urls.cve_url), key=_cve_order, reverse=True)),
        months=tuple(
            Month(year, month, tuple(group))
            for (year, month), group in groupby(newest_first, key=lambda post: (post.date.year, post.date.month))
        ),
        redirects=tuple(sorted(
            (Redirect(alias, owner) for owner in owners for alias in owner.aliases),
            key=lambda old: old.url,
        )),
        pages=tuple(owner for owner in owners if isinstance(owner, Page)),
        relations=relations(newest_first),
    ), collisions(newest_first, pages)


def cves_of(post: Post) -> tuple[str, ...]:
    """The CVE identifiers that a post names, in the order of their first mention."""
    return tuple([entity.value for entity in post.entities if entity.kind == "cve"])


def dead_links(site: Site, paths: Collection[str]) -> tuple[Diagnostic, ...]:
    """Links of posts and pages into the site, or to a place on the page, that lead nowhere (V701).

    `paths` are all output paths of the site. Fragments are checked on posts and pages only.
    """
    texts: tuple[Post | Page, ...] = (*site.posts, *site.pages)
    anchors = cache(lambda: {urls.output_path(text.url): text.anchors for text in texts})
    known = paths if isinstance(paths, (set, frozenset, dict)) else frozenset(paths)
    found: list[Diagnostic] = []
    for post in texts:
        for link in post.links:
            path, fragment = _target(link.href, post.url)
            message = ""
            if path not in known:
                message = f"«{link.href}» leads to no page of the site"
            elif fragment and fragment != "top" and fragment not in anchors().get(path, (fragment,)):
                message = f"«{link.href}» leads to a page that has no such place"
            if message:
                found.append(problem(
                    "V701", post.path, link.line, 0, message,
                    "correct the link, or remove it; a page of another site needs its full address, https://…",
                ))
    return tuple(found)


def _target(href: str, url: str) -> tuple[str, str]:
    """The output path and the fragment that `href` means on the page at the site URL `url`."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return "", ""
    wanted = unquote(parts.path)
    if not wanted:
        wanted = url
    elif not wanted.startswith("/"):
        wanted = url.rpartition("/")[0] + "/" + wanted
    steps: list[str] = []
    for step in wanted.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    path = "/".join(steps)
    is_file = bool(steps) and "." in steps[-1] and not wanted.endswith("/")
    folder = path + "/" if path else ""
    return (path if is_file else folder + "index.html"), unquote(parts.fragment)


def _age(post: Post) -> tuple[int, datetime, str]:
    # Zones may differ inside one blog: the written civil day comes first, since lists are grouped by it.
    return post.date.toordinal(), post.date, post.path


def _tags(post: Post) -> tuple[str, ...]:
    return post.tags


def _hosts(post: Post) -> tuple[str, ...]:
    return (post.origin.host,) if post.origin else ()


def _terms(
    posts: Iterable[Post], names: Callable[[Post], Iterable[str]], url: Callable[[str], str]
) -> Iterator[Term]:
    groups: dict[str, list[Post]] = {}
    shown: dict[str, str] = {}
    keys: dict[str, str] = {}
    for post in posts:
        for name in names(post):
            key = keys.get(name) or keys.setdefault(name, url(name))
            group = groups.setdefault(key, [])
            if not group or group[-1] is not post:  # else one term under two names
                group.append(post)
                shown[key] = name  # the last to write is the oldest post: a later spelling does not rename the page
    return (Term(shown[key], key, tuple(group)) for key, group in groups.items())


def _as_in_dictionaries(term: Term) -> tuple[str, str]:
    return fold(term.name), term.url


def _cve_order(term: Term) -> tuple[int, int]:
    _, year, number = term.name.split("-")
    return int(year), int(number)


def collisions(posts: Iterable[Post], pages: Iterable[Page] = ()) -> tuple[Diagnostic, ...]:
    """Contested URLs among posts, pages and their old URLs (V208); compared without case, as some file systems do."""
    texts: list[Post | Page] = [*posts, *pages]
    wanted = [url.casefold() for text in texts for url in (text.url, *text.aliases)]
    if len({*wanted}) == len(wanted) and not any(url.endswith("/index.html") for url in wanted):
        return ()
    owners: dict[str, tuple[str, str]] = {}
    found: list[Diagnostic] = []
    texts.sort(key=lambda text: (isinstance(text, Page), text.path))
    claims = [(text.url, text, "") for text in texts]
    claims += [(alias, text, "the old address ") for text in texts for alias in text.aliases]
    for url, post, what in claims:
        claim = (post.path, url)
        first = owners.setdefault(urls.output_path(url).casefold(), claim)
        if first is claim:
            continue
        case = "" if first[1] == url else f" as {first[1]}, and some file systems do not tell capitals apart"
        found.append(problem(
            "V208", post.path, post.url_line, 0, f"{what}{url} is already taken by {first[0]}{case}",
            "change the permalink, slug or date of one of the two, or remove one", other=first[0],
        ))
    return tuple(found)
