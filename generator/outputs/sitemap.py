"""The sitemap (sitemaps.org, protocol 0.9) and ``robots.txt`` (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from msgspec import Struct

from generator import urls
from generator.config import Config
from generator.model import Output
from generator.outputs.fingerprint import digest

PAGES = "sitemap:pages"
INDEX = "sitemap:index"
ROBOTS = "sitemap:robots"

MAX_URLS = 50_000
MAX_BYTES = 50_000_000
"""Of one file; the protocol allows 50 MB (52,428,800 bytes), uncompressed."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FRAME = 200  # bytes around the entries, rounded up
_WIDEST = 12  # bytes of a character at most, percent-encoded in UTF-8

Entry = tuple[str, date | None]
"""A site URL and the day its content last changed."""


class Listing(Struct, frozen=True, gc=False):
    """What one sitemap file is made from."""

    entries: tuple[Entry, ...]
    """Pages, or, for an index, the other sitemap files."""


def outputs(
    config: Config, pages: Sequence[Entry], *, max_urls: int = MAX_URLS, max_bytes: int = MAX_BYTES
) -> Iterator[Output]:
    """``/robots.txt`` and ``/sitemap.xml``, which is an index of ``/sitemap-1.xml`` … when one file cannot hold it all.

    `pages` are the URLs that search engines may index, in any order; each is listed once.
    """
    yield _output(urls.ROBOTS, ROBOTS, None, config)
    files = list(_files(sorted(dict(pages).items()), config, max_urls, max_bytes))
    if len(files) <= 1:
        yield _output(urls.SITEMAP, PAGES, Listing(files[0] if files else ()), config)
        return
    index: list[Entry] = []
    for number, entries in enumerate(files, start=1):
        url = urls.SITEMAP.replace(".xml", f"-{number}.xml")
        index.append((url, max((changed for _, changed in entries if changed), default=None)))
        yield _output(url, PAGES, Listing(entries), config)
    yield _output(urls.SITEMAP, INDEX, Listing(tuple(index)), config)


def render(maker: str, context: object, config: Config) -> bytes:
    """The bytes of a sitemap, an index or ``robots.txt``. Raises `ValueError` for another room's maker or context."""
    if maker == ROBOTS:
        return f"User-agent: *\nAllow: /\n\nSitemap: {urls.absolute(config.site.url, urls.SITEMAP)}\n".encode()
    if maker not in (PAGES, INDEX) or not isinstance(context, Listing):
        raise ValueError(f"{maker!r} is no sitemap")
    root, item = ("urlset", "url") if maker == PAGES else ("sitemapindex", "sitemap")
    base = _base(config)
    lines = "".join([f"<{item}>{_entry(entry, base)}</{item}>\n" for entry in context.entries])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{lines}</{root}>\n'.encode()


def _output(url: str, maker: str, context: Listing | None, config: Config) -> Output:
    entries = [f"{entry} {changed or ''}" for entry, changed in context.entries] if context else []
    return Output(urls.output_path(url), maker, context, digest(maker, config.site.url, *entries))


def _files(entries: list[Entry], config: Config, max_urls: int, max_bytes: int) -> Iterator[tuple[Entry, ...]]:
    """The entries cut so that no file passes a limit."""
    longest = len("<url><loc></loc><lastmod>2025-01-01</lastmod></url>\n") + len(config.site.url)
    most = _FRAME + sum([len(url) for url, _ in entries]) * _WIDEST + len(entries) * longest
    if entries and len(entries) <= max_urls and most <= max_bytes:
        yield tuple(entries)
        return
    start, size, base = 0, _FRAME, _base(config)
    for at, entry in enumerate(entries):
        length = len("<url></url>\n") + len(_entry(entry, base))
        if at > start and (at - start == max_urls or size + length > max_bytes):
            yield tuple(entries[start:at])
            start, size = at, _FRAME
        size += length
    if entries:
        yield tuple(entries[start:])


def _base(config: Config) -> str:
    """What comes before the site URLs, as XML."""
    return escape(urls.absolute(config.site.url, ""), quote=False)


def _entry(entry: Entry, base: str) -> str:
    url, changed = entry
    lastmod = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
    return f"<loc>{base}{urls.encoded(url).replace('&', '&amp;')}</loc>{lastmod}"
