"""Atom feeds (RFC 4287): the site's, one for every tag, and the archive documents of the site's feed (RFC 5005).

The site's feed is one logical feed in several documents. ``/feed.xml``, the subscription document, holds the newest
posts; archive documents hold all others, so that a reader who walks from it along ``prev-archive`` meets every post
exactly once. A month is cut, from its oldest post on, into parts of `ARCHIVE_ENTRIES`; a part becomes an archive
document when all of its posts have left the window of ``feeds.entries`` and ``feeds.days`` (and a second one is there).
Days enter and leave the window whole: posts that come later, even for a day of the window, change no entry of an
archive document. The newest one gains its ``next-archive`` link when the next appears; nothing else ever changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from html import escape
from itertools import groupby, takewhile
from operator import itemgetter
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from generator import urls
from generator.config import Config
from generator.content.address import file_slug
from generator.latest import latest
from generator.model import Month, Output, Post, Section, Site
from generator.outputs.fingerprint import digest, fingerprint
from generator.outputs.portable import ascii_host, portable, uri
from generator.text import without_controls

ATOM = "feed:atom"
ARCHIVE_ENTRIES = 50
"""Entries of an archive document, at most. A change moves posts between documents that readers take for permanent."""

_KEPT = 2_048  # entries that are kept for the next document, 6 KB each: documents have many in common
_TYPE = "application/atom+xml"
_HISTORY = "http://purl.org/syndication/history/1.0"
EMPTY = datetime(2000, 1, 1, tzinfo=UTC)  # a feed without entries needs a date too, and «now» would change every build
_SPREAD = timedelta(hours=6)
_LIKE_HTML = re.compile(r"</\w+>|&#?\w+;")  # readers and the W3C validator would doubt that it is plain text


Dated: TypeAlias = tuple[datetime, datetime, Post]
"""When a post was published and last changed, and the post."""


class Document(Struct, frozen=True, gc=False):
    """What one feed document is made from."""

    url: str
    """Site URL of the document."""
    page: str
    """Site URL of the page that shows the same posts."""
    name: str
    """Of the tag; empty for the site's feed."""
    posts: tuple[Post, ...]
    archive: bool = False
    """Whether it is an archive document of the site's feed."""
    older: str = ""
    """Site URL of the archive document before this one, or empty."""
    newer: str = ""
    """Site URL of the archive document after this one, or empty."""


def outputs(site: Site, config: Config) -> Iterator[Output]:
    """The feeds of a site: one output for every document."""
    settings = fingerprint(ATOM, config.site, config.feeds.ids)
    for document in _documents(site, config):
        # Keys stand for the posts: of a large site, most are in two documents.
        about = fingerprint(replace(document, posts=()))
        yield Output(urls.output_path(document.url), ATOM, document, digest(
            settings, about, *[post.key for post in document.posts],
        ))


def render(maker: str, context: object, config: Config) -> bytes:
    """The bytes of one feed document, UTF-8. Raises `ValueError` for a maker or a context of another room."""
    if maker != ATOM or not isinstance(context, Document):
        raise ValueError(f"{maker!r} is no feed")
    entries = dated(context.posts)
    feed = head(context, config, max((updated for _, updated, _ in entries), default=EMPTY))
    written = [_entry((entry, config)) for entry in entries]
    return b"".join((feed.removesuffix(b"</feed>"), b"\n", *written, b"</feed>\n"))


def dated(posts: Iterable[Post]) -> list[Dated]:
    """The posts as feeds show them: each with its `moments`, the newest first."""
    return sorted([(*moments(post), post) for post in posts], key=itemgetter(0), reverse=True)


def moments(post: Post) -> tuple[datetime, datetime]:
    """When a post was published and last changed, in its own zone: values that are its alone.

    Feeds want the ``updated`` of two entries to differ, and posts mostly have a date without a time. Such a post gets
    a time of its day's first six hours, early enough to be past when the post comes out. It is derived from the post's
    URL alone, to the microsecond, so that other posts never move it; a written time only gets its microseconds.
    """
    number = int.from_bytes(blake2b(post.url.encode("utf-8", "replace"), digest_size=8).digest(), "big")
    offset = timedelta(microseconds=number % (_SPREAD // timedelta(microseconds=1)))

    def alone(moment: datetime, has_time: bool) -> datetime:
        return moment.replace(microsecond=offset.microseconds) if has_time else moment + offset

    published = alone(post.date, post.has_time)
    if post.updated is None:
        return published, published
    midnight = not (post.updated.hour or post.updated.minute or post.updated.second)
    return published, max(published, alone(post.updated, not midnight))


def _documents(site: Site, config: Config) -> Iterator[Document]:
    parts = list(_parts(site))
    start = _window(site.posts, config)
    closed = [part for part in parts if part[1][-1].date.toordinal() < start]
    if len(closed) == 1:  # an archive document wants a neighbour: the W3C validator warns of one without
        closed = []
    recent = [post for _, posts in parts[len(closed) :] for post in posts]
    addresses = [url for url, _ in closed]
    newest = Document(urls.FEED, urls.HOME, "", tuple(reversed(recent)), older=addresses[-1] if addresses else "")
    yield newest
    for url in config.feeds.copies:
        if url != urls.FEED:
            yield replace(newest, url=url)
    for (url, posts), older, newer in zip(closed, ["", *addresses], [*addresses[1:], ""], strict=False):
        page = urls.month_url(posts[0].date.year, posts[0].date.month)
        yield Document(url, page, "", tuple(reversed(posts)), True, older, newer)
    for tag in site.tags:
        yield Document(urls.feed_url(tag.url), tag.url, tag.name, _since(_window(tag.posts, config), tag.posts))


def _window(posts: tuple[Post, ...], config: Config) -> int:
    """The ordinal of the first day that a subscription document shows; `posts` are newest first."""
    if not posts:
        return 0
    entries = min(max(config.feeds.entries, 1), len(posts))
    return min(posts[entries - 1].date.toordinal(), posts[0].date.toordinal() - config.feeds.days)


def _since(first: int, posts: tuple[Post, ...]) -> tuple[Post, ...]:
    return tuple(takewhile(lambda post: post.date.toordinal() >= first, posts))


def _parts(site: Site) -> Iterator[tuple[str, tuple[Post, ...]]]:
    """The posts cut into archive documents, with their site URLs; all oldest first."""
    for month in reversed(site.months):
        for number, posts in enumerate(_cut(month), start=1):
            yield urls.feed_archive_url(month.year, month.month, number), posts


@latest(lambda month: (month.year, month.month))
def _cut(month: Month) -> tuple[tuple[Post, ...], ...]:
    oldest_first: list[Post] = []
    for _, group in groupby(reversed(month.posts), key=lambda post: post.date.day):
        day, start = list(group), len(oldest_first)
        # Which of a day's posts come first counts only where a document ends amid them.
        if start // ARCHIVE_ENTRIES != (start + len(day) - 1) // ARCHIVE_ENTRIES:
            day.sort(key=lambda post: (moments(post)[0], post.path))
        oldest_first += day
    return tuple([
        tuple(oldest_first[at : at + ARCHIVE_ENTRIES]) for at in range(0, len(oldest_first), ARCHIVE_ENTRIES)
    ])


class _ArchiveMark:
    """A feedgen extension: ``fh:archive`` (RFC 5005, section 4)."""

    def extend_ns(self) -> dict[str, str]:
        """The namespace and its prefix."""
        return {"fh": _HISTORY}

    def extend_atom(self, feed: Any) -> None:
        """Put the mark into the feed's head."""
        from lxml import etree  # type: ignore[import-untyped]  # what feedgen makes its elements of

        etree.SubElement(feed, f"{{{_HISTORY}}}archive")


def head(document: Document, config: Config, updated: datetime) -> bytes:
    """A feed document without its entries."""
    from feedgen.feed import FeedGenerator  # late, as below: a build that makes no feed has no use for it

    site = config.site

    def link(rel: str, url: str, kind: str = _TYPE) -> dict[str, str]:
        return {"rel": rel, "href": urls.absolute(site.url, url), "type": kind}

    feed = FeedGenerator()
    title = _plain(f"{document.name} – {site.title}" if document.name else site.title)
    # The documents of one logical feed share an id; it is jekyll-feed's too, so a blog that moves here keeps it.
    feed.id(urls.absolute(site.url, urls.FEED if document.archive else document.url))
    feed.title(title)
    feed.updated(updated)
    feed.language(site.language)
    feed.generator("veille")
    if site.description:
        feed.subtitle(_plain(site.description))
    author = {"name": site.author.name or site.title, "email": site.author.email, "uri": site.author.url}
    feed.author({key: _plain(value) for key, value in author.items() if value})
    feed.link([link("self", document.url), link("alternate", document.page, "text/html")])
    if document.older:
        feed.link(link("prev-archive", document.older))
    if document.newer:
        feed.link(link("next-archive", document.newer))
    if document.archive:
        feed.link(link("current", urls.FEED))
        feed.register_extension("fh", _ArchiveMark, rss=False)
    head: bytes = feed.atom_str()
    return head


def slot(asked: tuple[Dated, Config]) -> int:
    """Where what was made of an entry is kept, until another one takes its place."""
    return hash(asked[0][2].path) % _KEPT


@latest(slot)
def _entry(asked: tuple[Dated, Config]) -> bytes:
    """An entry, written by hand: feedgen and lxml take six times as long, and a site's posts are entries twice over."""
    (published, updated, post), config = asked
    base = urls.absolute(config.site.url, post.url)
    title = _plain(post.title or post.headline) or base
    html = _plain(whole(post, portable_sections(post, base)))
    summary = _plain(post.description) or ("" if html else title)
    scheme = _attribute(urls.absolute(config.site.url, urls.TAGS))
    labels = dict([_category(tag) for tag in reversed(post.tags)])
    lang = f' xml:lang="{_attribute(post.lang)}"' if post.lang and post.lang != config.site.language else ""
    before = (
        f"<entry{lang}><id>{_text(entry_id(post, config))}</id><title{_typed(title, '')}</title>"
        f"<updated>{updated.isoformat()}</updated>"
    )
    if post.author:
        before += f"<author><name>{_text(_plain(post.author))}</name></author>"
    content = b'<content type="html">%b</content>' % _data(html) if html else b""
    after = [f'<link href="{_attribute(base)}" rel="alternate" type="text/html"/>']
    if post.origin:
        after.append(f'<link href="{_attribute(uri(post.origin.url))}" rel="via"/>')
    if summary:
        text = ' type="text"'
        after.append(f"<summary{_typed(summary, text)}</summary>")
    for term in reversed(labels):
        label = f' label="{_attribute(labels[term])}"' if labels[term] else ""
        after.append(f'<category term="{_attribute(term)}" scheme="{scheme}"{label}/>')
    after.append(f"<published>{published.isoformat()}</published></entry>\n")
    return before.encode("utf-8", "replace") + content + "".join(after).encode("utf-8", "replace")


@lru_cache(maxsize=1_000)
def _category(tag: str) -> tuple[str, str]:
    """A tag as addresses and as readers show it."""
    return urls.tag_url(tag).rsplit("/", 2)[1], _plain(tag)


def _typed(text: str, plainly: str) -> str:
    """The end of a start tag, and plain text; `plainly` is the attribute that says that it is plain."""
    if _LIKE_HTML.search(text):
        return f' type="html">{_text(escape(text, quote=False))}'
    return f"{plainly}>{_text(text)}"


def _text(text: str) -> str:
    """Character data: what XML would take for markup, and what a parser would change, as references."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _data(text: str) -> bytes:
    """The same for a whole note, as bytes: a quarter of the time."""
    data = text.encode("utf-8", "replace")
    return data.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")


def _attribute(text: str) -> str:
    """A value between double quotes."""
    return _text(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def _plain(text: str) -> str:
    """The text without what XML forbids, nor what the W3C validator takes for a sign of a wrong encoding."""
    return without_controls(text).replace("\x85", " ").replace("\ufffd", "?").strip()


def entry_id(post: Post, config: Config) -> str:
    """The id of a post's entry, as ``feeds.ids`` wants it; a URI that stays when title, text and tags change.

    ``tag`` is a URI of RFC 4151: the site's host, the written date and the path. ``jekyll`` is what jekyll-feed writes:
    the folder of the address and the file's name without date (``Document#id`` of Jekyll 4), so that an address with
    ``.html`` loses it. The post's own ``feed_id`` comes before all.
    """
    if post.feed_id:
        return post.feed_id
    url = urls.absolute(config.site.url, post.url)
    if config.feeds.ids == "url":
        return url
    if config.feeds.ids == "jekyll":
        return f"{url.rstrip('/').rpartition('/')[0]}/{urls.encoded(file_slug(post.path))}"
    return tag_uri(post.url, post.date.date(), config)


def tag_uri(url: str, day: date, config: Config) -> str:
    """The URI (RFC 4151) of what the site has had at a site URL since a day."""
    host, folder = _authority(config.site.url)
    return f"tag:{host},{day}:{folder}{urls.encoded(url)}"


@lru_cache(maxsize=1)
def _authority(base: str) -> tuple[str, str]:
    """The host of a site's address in its DNS form, and the path that the site lives under."""
    parts = urlsplit(base)
    return ascii_host(parts.hostname or "localhost"), parts.path.rstrip("/")


def portable_sections(post: Post, base: str) -> list[Section]:
    """The sections, their HTML for any reader; `base` is the post's absolute URL."""
    return [replace(section, html=portable(section.html, base).strip()) for section in post.sections]


def whole(post: Post, sections: Iterable[Section]) -> str:
    """The whole note as HTML that stands on its own, made of its `portable_sections`."""
    parts = [f"<p><strong>{escape(post.headline, quote=False)}</strong></p>"] if post.headline else []
    for section in sections:
        if section.label:
            parts.append(f"<h2>{escape(section.label, quote=False)}</h2>")
        parts.append(section.html)
    if post.origin:
        label = escape(post.origin_label or post.origin.host, quote=False)
        parts.append(f'<p><a href="{escape(uri(post.origin.url))}">{label}</a></p>')
    return "\n".join([part for part in parts if part])
