"""What programs read: a JSON Feed (version 1.1), the feeds as an OPML 2.0 list, and all posts and CVEs as JSON.

The JSON documents under ``/api/`` are versioned (`VERSION`) and come in pages. The first, ``/api/posts.json``, holds
the newest records and the address of the next page; numbered pages are full and counted from the oldest record, like
pages of a listing, so that a new post changes the first document and mostly no other. CVEs are in the order in which
posts first named them: a post that names an old one changes the page of that CVE alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from html import escape
from typing import Any

from msgspec import Struct
from msgspec.json import encode  # half the time of the standard library's

from generator import urls
from generator.config import Config
from generator.latest import latest
from generator.model import Output, Post, Score, Section, Site, Term
from generator.outputs.contexts import CardOf, best_scores, severity
from generator.outputs.cves import cve_page
from generator.outputs.feeds import Dated, dated, entry_id, portable_sections, slot, whole
from generator.outputs.fingerprint import digest, fingerprint
from generator.outputs.follow import Subscription, Subscriptions, subscriptions
from generator.outputs.pages import paginate
from generator.outputs.portable import plain, uri
from generator.phrases import words

FEED = "data:feed"
OPML = "data:opml"
POSTS = "data:posts"
CVES = "data:cves"

VERSION = 1
"""Of the documents under ``/api/`` and of ``_veille`` in the feed. Names that join leave it as it is; a name that goes,
or means something else, raises it."""
PAGE = 100
"""Records of a full page."""

_Record = dict[str, Any]


class Recent(Struct, frozen=True, gc=False):
    """What the JSON Feed is made from."""

    posts: tuple[Post, ...]
    """Those of the Atom feed, newest first."""


class Page(Struct, frozen=True, gc=False):
    """One document of all posts, or of all CVEs."""

    total: int
    """Records of all documents, in the first; 0 on numbered pages, which must not change."""
    older: str
    """Site URL of the next document, or empty."""
    records: tuple[Post, ...] | tuple[Term, ...]
    """Newest first."""


def outputs(site: Site, recent: tuple[Post, ...], config: Config) -> Iterator[Output]:
    """All documents for programs. `recent` are the posts of the Atom feed."""
    settings = fingerprint(VERSION, config.site, config.feeds.ids)
    feed = fingerprint(settings, FEED, *[post.key for post in recent])
    yield Output(urls.output_path(urls.JSON_FEED), FEED, Recent(recent), feed)
    listed = subscriptions(site, config)
    yield Output(urls.output_path(urls.OPML), OPML, listed, fingerprint(settings, OPML, listed))

    def documents(maker: str, base: str, records: Sequence[Any], key: Callable[[Any], str]) -> Iterator[Output]:
        newest, pages = paginate(records, PAGE)
        for number, part in enumerate((*pages, newest), 1):
            url = urls.api_url(base, number if number <= len(pages) else 0)
            older = urls.api_url(base, number - 1) if number > 1 else ""
            page = Page(0 if number <= len(pages) else len(records), older, tuple(part))
            # Keys stand for the posts; walking thousands of contexts a second time would cost as much as the first.
            counted = digest(settings, maker, str(page.total), older, *map(key, part))
            yield Output(urls.output_path(url), maker, page, counted)

    yield from documents(POSTS, urls.API_POSTS, site.posts, _post_key)
    # The CVEs come newest identifier first, and keep that order where two were first named on one day.
    yield from documents(CVES, urls.API_CVES, sorted(site.cves, key=_first_day, reverse=True), _cve_key)


def render(maker: str, context: object, config: Config, card: CardOf) -> bytes:
    """The bytes of one document, UTF-8; `card` makes a post as lists show it.

    Raises `ValueError` for another room's maker or context.
    """
    if maker == FEED and isinstance(context, Recent):
        return _feed(context, config)
    if maker == OPML and isinstance(context, Subscriptions):
        return _opml(context, config).encode("utf-8", "replace")
    if maker in (POSTS, CVES) and isinstance(context, Page):
        return _document(maker, context, config, card)
    raise ValueError(f"{maker!r} is no document for programs")


def _post_key(post: Post) -> str:
    return post.key


def _cve_key(cve: Term) -> str:
    return f"{cve.name} {' '.join([post.key for post in cve.posts])}"


def _first_day(cve: Term) -> int:
    return cve.posts[-1].date.toordinal()


def _document(maker: str, page: Page, config: Config, card: CardOf) -> bytes:
    head: _Record = {"version": VERSION, "site": urls.absolute(config.site.url, urls.HOME)}
    if page.total:
        head["count"] = page.total
    head["next"] = urls.absolute(config.site.url, page.older) if page.older else None
    name = "posts" if maker == POSTS else "cves"
    record: Callable[[Any], _Record] = (
        partial(_post, config=config) if maker == POSTS else partial(_cve, config=config, card=card)
    )
    return _lines(head, name, [encode(record(one)) for one in page.records])


def _lines(head: _Record, name: str, records: Sequence[bytes]) -> bytes:
    """An object with its long list at the end, a record a line: a person, or diff, can read it."""
    return b'%s,"%s":[\n%s\n]}\n' % (encode(head)[:-1], name.encode(), b",\n".join(records))


def _post(post: Post, config: Config) -> _Record:
    """A post without its text."""
    return {
        "id": entry_id(post, config),
        "url": urls.absolute(config.site.url, post.url),
        "title": post.title,
        "headline": post.headline or None,
        "language": post.lang or config.site.language,
        "date": post.date.date().isoformat(),
        "published": post.date.isoformat(),
        "updated": post.updated.isoformat() if post.updated else None,
        "author": post.author or config.site.author.name or None,
        "tags": post.tags,
        "description": post.description,
        "points": post.points,
        "source": _source(post),
        "cves": _scored(post),
        "exploited": bool(post.exploited),
        "words": post.words,
    }


def _source(post: Post) -> _Record | None:
    return {"url": uri(post.origin.url), "host": post.origin.host} if post.origin else None


def _scored(post: Post) -> list[_Record]:
    """The CVEs of a post, each with the highest score that the post itself gives it; whether it is exploited."""
    best = best_scores(post)
    return [
        {"id": entity.value, **_score(best.get(entity.value)), "exploited": entity.value in post.exploited}
        for entity in post.entities if entity.kind == "cve"
    ]


def _score(score: Score | None) -> _Record:
    return {
        "score": score.value if score else None,
        "severity": severity(score.value) if score else None,
        "cvss": score.version or None if score else None,
        "vector": score.vector or None if score else None,
    }


def _cve(cve: Term, config: Config, card: CardOf) -> _Record:
    page = cve_page(cve, card)
    notes = [mention.card for mention in page.mentions]
    return {
        "id": page.cve,
        "url": urls.absolute(config.site.url, page.url),
        **_score(page.best),
        "reported_in": urls.absolute(config.site.url, page.best_in.url) if page.best_in else None,
        "exploited": page.exploited_in is not None,
        "exploited_in": urls.absolute(config.site.url, page.exploited_in.url) if page.exploited_in else None,
        "first": notes[-1].day.isoformat(),
        "last": notes[0].day.isoformat(),
        "affected": [{"label": known.label, "value": known.value} for known in page.affected],
        "sources": sorted({note.host for note in notes if note.host}),
        "posts": [
            {
                "url": urls.absolute(config.site.url, note.ref.url), "title": note.ref.title,
                "date": note.day.isoformat(), "source": note.host or None,
            }
            for note in notes
        ],
    }


def _feed(recent: Recent, config: Config) -> bytes:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/); own names stand under ``_veille``, as it wants them."""
    site = config.site
    author = {"name": site.author.name or site.title, "url": site.author.url}
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "home_page_url": urls.absolute(site.url, urls.HOME),
        "feed_url": urls.absolute(site.url, urls.JSON_FEED),
        "description": site.description,
        "language": site.language,
        "authors": [_filled(author)],
        "_veille": {"about": urls.absolute(site.url, urls.FOLLOW), "version": VERSION},
    }
    return _lines(_filled(head), "items", [_item((entry, config)) for entry in dated(recent.posts)])


@latest(slot)
def _item(asked: tuple[Dated, Config]) -> bytes:
    (published, updated, post), config = asked
    address = urls.absolute(config.site.url, post.url)
    sections = portable_sections(post, address)
    return encode(_filled({
        "id": entry_id(post, config),
        "url": address,
        "external_url": uri(post.origin.url) if post.origin else "",
        "title": post.title or post.headline,
        "content_html": whole(post, sections) or escape(post.title),
        "summary": post.description,
        "date_published": published.isoformat(),
        "date_modified": updated.isoformat() if updated > published else "",
        "authors": [{"name": post.author}] if post.author else [],
        "tags": post.tags,
        "language": post.lang or config.site.language,
        "_veille": _own(post, address, sections),
    }))


def _own(post: Post, address: str, sections: Iterable[Section]) -> _Record:
    """What a note is about, for programs that would have to read it out of the text.

    Sections are plain text: as HTML they are in the entry already, and the document would be twice as large.
    """
    return {
        "headline": post.headline or None,
        "source": _source(post),
        "cves": _scored(post),
        "sections": [
            {
                "kinds": section.kinds, "label": section.label or None,
                "url": f"{address}#{section.anchor}" if section.anchor else None, "text": text,
            }
            for section in sections if (text := plain(section.html))
        ],
    }


def _filled(record: _Record) -> _Record:
    """Without the names that have nothing to say: the specification wants them left out."""
    return {name: value for name, value in record.items() if value not in ("", (), [], None)}


def _opml(listed: Subscriptions, config: Config) -> str:
    """OPML 2.0 (http://opml.org/spec2.opml), a subscription list. No dates: those of the specification are clocks'."""
    site = config.site

    def outline(feed: Subscription, title: str) -> str:
        values = {
            "type": "rss", "text": title, "title": title, "description": feed.description,
            "xmlUrl": urls.absolute(site.url, feed.url), "htmlUrl": urls.absolute(site.url, feed.page),
            "language": site.language,
        }
        written = [f'{name}="{escape(value)}"' for name, value in values.items() if value]
        return f"<outline {' '.join(written)}/>\n"

    whole = "".join([outline(feed, feed.title) for feed in listed.feeds])
    tags = "".join([outline(feed, f"{feed.title} – {site.title}") for feed in listed.tags])
    group = f'<outline text="{escape(words(site.language).tags)}">\n{tags}</outline>\n' if tags else ""
    owner = f"<ownerName>{escape(site.author.name, quote=False)}</ownerName>\n" if site.author.name else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>\n'
        f"<title>{escape(site.title, quote=False)}</title>\n{owner}<docs>http://opml.org/spec2.opml</docs>\n</head>\n"
        f"<body>\n{whole}{group}</body>\n</opml>\n"
    )
