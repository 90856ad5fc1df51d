"""The values that travel from stage to stage: frozen, comparable, and free of behaviour but for `Post.sections`.

msgspec's structs, because they are made, compared and read from the cache several times as fast as dataclasses. None
holds a cycle, so the collector need not look at them.

Text fields are plain text unless they say HTML; URL fields are described one by one, because three kinds exist:

* *site URL*: begins with ``/``, is relative to the site's root, and is written as the author wrote it (not
  percent-encoded): ``/posts/2025/09/08/été/``;
* *absolute URL*: has a scheme, ready for a feed;
* *href*: percent-encoded and relative to a page, ready for HTML.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from datetime import datetime

from msgspec import MsgspecError, Raw, Struct, field, msgpack

KEY_POINTS = "key-points"
VULNERABILITIES = "vulnerabilities"
RECOMMENDATIONS = "recommendations"
SECTION_KINDS = (KEY_POINTS, VULNERABILITIES, RECOMMENDATIONS)


class Source(Struct, frozen=True, gc=False):
    """One file as it lies on the disk."""

    path: str
    """Relative to the site's folder, with ``/`` between the parts: what messages show."""
    data: bytes
    """Unchanged; decoding belongs to the stage that reads."""


class Origin(Struct, frozen=True, gc=False, array_like=True):
    """The article that a note summarises."""

    url: str
    """Absolute URL, as the author wrote it; always ``http`` or ``https``."""
    host: str
    """Lower case, without ``www.`` and port: the key of the source's page."""


class Link(Struct, frozen=True, gc=False, array_like=True):
    """A link in a post's body that leads to this site or to a place on the same page."""

    href: str
    """As the author wrote it, entities decoded."""
    line: int
    """1-based, in the file as the author sees it; the line of the body that holds the link."""


class Entity(Struct, frozen=True, gc=False, array_like=True):
    """Something with an identifier that a note names."""

    kind: str
    """``cve``, ``cwe``, ``attack``, ``ghsa``, ``advisory`` or ``actor``."""
    value: str
    """In its canonical form: ``CVE-2025-12345``, ``T1566.001``."""
    line: int
    """1-based, of the first mention in the file; 0 when only the title or the front matter names it."""


class Score(Struct, frozen=True, gc=False, array_like=True):
    """A CVSS score as a note states it."""

    value: float
    """0.0 to 10.0."""
    text: str
    """As written: ``9,8``."""
    version: str
    """``2.0``, ``3.0``, ``3.1``, ``4.0``, or empty when the note does not say."""
    vector: str
    """``CVSS:3.1/AV:N/…`` in upper case, or empty."""
    cve: str
    """The CVE it belongs to, or empty when the note leaves that open."""
    line: int
    """1-based, in the file."""


class Affected(Struct, frozen=True, gc=False, array_like=True):
    """Something that a note says to be affected by its CVE."""

    label: str
    """As written, without the colon: ``Produit affecté``, ``Affected versions``."""
    value: str
    """As written, plain text on one line."""


class Heading(Struct, frozen=True, gc=False, array_like=True):
    """A heading of a post's body that the contents list may show."""

    level: int
    """2 to 6, as on the page."""
    text: str
    anchor: str
    """The fragment without ``#``; unique on the page."""


class Section(Struct, frozen=True, gc=False, array_like=True):
    """A stretch of a post's body. The sections of a post, in order, are its whole body."""

    kinds: tuple[str, ...]
    """Of `SECTION_KINDS`; two for a combined label; empty for text under no recognised label."""
    label: str
    """As written, without markup and final colon; empty for text under no recognised label."""
    anchor: str
    """The fragment of the label; empty without a label."""
    line: int
    """1-based line in the file where it begins (the label's line)."""
    html: str
    """Safe HTML of what follows the label. Links into the site are relative to the post's page."""


class Post(Struct, frozen=True, gc=False, array_like=True):
    """One note or article, understood. Knows nothing of other posts."""

    path: str
    """Of its source file, relative to the site's folder."""
    key: str
    """Digest of everything that this value was made from (source, settings, code): equal keys, equal posts."""
    url: str
    """Site URL; ends with ``/``, or with a file name when the permalink names one (``/about.html``)."""
    url_line: int
    """1-based line of the front matter that decides `url`: where messages about the address point."""
    title: str
    headline: str
    """The first body line when it is a headline, in the site's language; else empty."""
    date: datetime
    """Zoned. Midnight in the site's time zone when `has_time` is false."""
    has_time: bool
    """Whether the author wrote a time of day."""
    updated: datetime | None
    """Zoned; never before `date`."""
    tags: tuple[str, ...]
    """As written, in the author's order, without repetition."""
    origin: Origin | None
    origin_label: str
    """The words of the source link («Source»); empty without an origin."""
    description: str
    """The author's summary, or the beginning of the text; plain text of at most 300 characters."""
    author: str
    """Empty for the site's author."""
    lang: str
    """Language tag of the post; empty for the site's language."""
    layout: str
    """Name of the page template under ``pages/``, without its ending; ``post`` by default."""
    draft: bool
    aliases: tuple[str, ...]
    """Old site URLs that lead here."""
    stored: Raw
    """`sections`, encoded by `stored`: of the thousands of notes that a build may remember, it shows those of a few."""
    headings: tuple[Heading, ...]
    """In page order, the labels of recognised sections included."""
    points: tuple[str, ...]
    """The first key points as plain text, at most three: what cards show."""
    entities: tuple[Entity, ...]
    """By kind, then in the order of their first mention; each once."""
    scores: tuple[Score, ...]
    """In the order of the text."""
    links: tuple[Link, ...]
    anchors: tuple[str, ...]
    """Every ``id`` inside the body."""
    words: int
    """Of the body, code included."""
    extra: tuple[tuple[str, str], ...]
    """Front matter keys that veille does not know, for templates: key and value as JSON text."""
    feed_id: str = ""
    """The id of the entry in feeds, where the author gives one: the post had it in another blog; a URI."""
    ignores: tuple[tuple[str, str], ...] = ()
    """Codes of rules that the author sets aside for this note, each with the reason."""
    affected: tuple[Affected, ...] = ()
    """Of a note that names exactly one CVE: what it labels as affected, in the order of the text."""
    exploited: tuple[str, ...] = ()
    """CVEs that the note says to be exploited; an empty text alone where it says so of none by name."""

    @property
    def sections(self) -> tuple[Section, ...]:
        """The whole body, in order; decoded each time. Raises `OSError` for what nobody `stored`: a forged cache."""
        try:
            return _sections(self.stored)
        except (MsgspecError, UnicodeDecodeError):
            raise OSError(errno.EIO, "what .veille remembers of it is damaged: delete that folder", self.path) from None


_sections = msgpack.Decoder(tuple[Section, ...]).decode


def stored(sections: tuple[Section, ...]) -> Raw:
    """The sections as `Post.stored` holds them."""
    return Raw(msgpack.encode(sections))


class Page(Struct, frozen=True, gc=False):
    """A page beside the posts (about, legal notice): in no list and no feed."""

    path: str
    """Of its source file, relative to the site's folder."""
    url: str
    """Site URL; as a post's."""
    url_line: int
    """1-based line of the front matter that decides `url`, or 1."""
    title: str
    updated: datetime | None
    """Zoned; when the author wrote a date of change."""
    description: str
    """The author's summary, or the beginning of the text; plain text of at most 300 characters."""
    lang: str
    """Language tag of the page; empty for the site's language."""
    layout: str
    """Name of the page template under ``pages/``, without its ending; ``page`` by default."""
    draft: bool
    aliases: tuple[str, ...]
    """Old site URLs that lead here."""
    html: str
    """The whole body, safe. Links into the site are relative to the page."""
    links: tuple[Link, ...]
    anchors: tuple[str, ...]
    """Every ``id`` inside the body."""


class Term(Struct, frozen=True, gc=False):
    """A tag, a source, a CVE or a month: something that posts are listed under."""

    name: str
    """As shown: a tag's first spelling, a host, a CVE, ``2025-09``."""
    url: str
    """Site URL of its page."""
    posts: tuple[Post, ...]
    """Newest first."""


class Month(Struct, frozen=True, gc=False):
    """A civil month with posts."""

    year: int
    month: int
    """1 to 12."""
    posts: tuple[Post, ...]
    """Newest first."""


class Redirect(Struct, frozen=True, gc=False):
    """An old site URL and what it leads to."""

    url: str
    target: Post | Page


class Relations(Struct, frozen=True, gc=False):
    """What other posts have to do with one: see `relations.relate`."""

    also: tuple[Post, ...] = ()
    """Posts of other sources on the same event, newest first."""
    related: tuple[Post, ...] = ()
    """Posts on the same CVE, product, group or subject, the closest first; none of `also`."""


class Site(Struct, frozen=True, gc=False):
    """All published posts and what they have in common. Made by `site.assemble`, never changed."""

    posts: tuple[Post, ...]
    """Newest first: by civil date, then time, then path. `posts[i + 1]` is the older neighbour of `posts[i]`."""
    tags: tuple[Term, ...]
    """Sorted as a dictionary sorts them: without accents and case. Tags with one slug are one term."""
    sources: tuple[Term, ...]
    """By host name."""
    cves: tuple[Term, ...]
    """Newest identifier first (year, then number)."""
    months: tuple[Month, ...]
    """Newest first; months of the written dates, never of UTC."""
    redirects: tuple[Redirect, ...]
    """By URL."""
    pages: tuple[Page, ...]
    """By URL."""
    relations: Mapping[str, Relations] = field(default_factory=dict)
    """By the path of a post; posts without any are left out."""


class Output(Struct, frozen=True, gc=False):
    """One file of the site, not yet made."""

    path: str
    """Below the output folder, with ``/``: ``tags/cve/index.html``."""
    maker: str
    """What makes its bytes: a name that `outputs.make` knows. A name, so that an output can cross to a process."""
    context: object
    """All that its maker is given, frozen; it sees nothing else of the site."""
    fingerprint: str
    """Digest of maker, templates, settings and context: equal fingerprints, equal bytes."""
