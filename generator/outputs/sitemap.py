"""The sitemap (sitemaps.org, protocol 0.9) and ``robots.txt`` (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_FRAME, _AROUND = 200, 80  # bytes around the entries, and around the address in each, rounded up

Entry = tuple[str, date | None]
"""A site URL and the day its content last changed."""


class Listing(Struct, frozen=True, gc=False):
    """What one sitemap file is made from."""

    entries: tuple[Entry, ...]
    """Of pages, or, in an index, of sitemaps; sorted."""


def outputs(
    config: Config, pages: Sequence[Entry], *, max_urls: int = MAX_URLS, max_bytes: int = MAX_BYTES
) -> Iterator[Output]:
    """``/robots.txt`` and ``/sitemap.xml``: an index of ``/sitemap-1.xml`` … when one file might not hold it all.

    `pages` are the URLs that search engines may index, in any order; each is listed once.
    """
    yield Output(urls.output_path(urls.ROBOTS), ROBOTS, None, digest(ROBOTS, config.site.url))
    base = _base(config)
    entries = sorted(dict(pages).items())
    files = list(_files(entries, len(base.encode()), max_urls, max_bytes))
    if len(files) <= 1:
        yield _output(urls.SITEMAP, PAGES, base, entries)
        return
    index: list[Entry] = []
    for number, (start, end) in enumerate(files, start=1):
        url = urls.SITEMAP.replace(".xml", f"-{number}.xml")
        index.append((url, max((changed for _, changed in entries[start:end] if changed), default=None)))
        yield _output(url, PAGES, base, entries[start:end])
    yield _output(urls.SITEMAP, INDEX, base, index)


def render(maker: str, context: object, config: Config) -> bytes:
    """The bytes of a sitemap, an index or ``robots.txt``. Raises `ValueError` for another room's maker or context."""
    if maker == ROBOTS:
        return f"User-agent: *\nAllow: /\n\nSitemap: {urls.absolute(config.site.url, urls.SITEMAP)}\n".encode()
    if maker not in (PAGES, INDEX) or not isinstance(context, Listing):
        raise ValueError(f"{maker!r} is no sitemap")
    root, item = ("urlset", "url") if maker == PAGES else ("sitemapindex", "sitemap")
    start, end = f"<{item}><loc>{_base(config)}", f"</{item}>\n"
    after = {
        day: f"</loc><lastmod>{text}</lastmod>{end}" if text else f"</loc>{end}"
        for day, text in _days(context.entries).items()
    }
    lines = "".join([f"{start}{url.replace('&', '&amp;')}{after[day]}" for url, day in _encoded(context.entries)])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{lines}</{root}>\n'.encode()


def _output(url: str, maker: str, base: str, entries: Sequence[Entry]) -> Output:
    days = _days(entries)
    counted = digest(maker, base, *[listed for listed, _ in entries], *[days[day] for _, day in entries])
    return Output(urls.output_path(url), maker, Listing(tuple(entries)), counted)


def _files(entries: Sequence[Entry], base: int, max_urls: int, max_bytes: int) -> Iterator[tuple[int, int]]:
    """Where each file begins and ends, so that none passes a limit; no file without entries.

    `base` is how many bytes come before the site URLs. No line is made to know how long it is at most.
    """
    start, size = 0, _FRAME
    for at, (url, _) in enumerate(entries):
        # Of a character of ASCII, at most «&amp;» is left; of another one, twelve bytes.
        length = _AROUND + base + len(url) * (5 if url.isascii() else 12)
        if at > start and (at - start == max_urls or size + length > max_bytes):
            yield start, at
            start, size = at, _FRAME
        size += length
    if entries:
        yield start, len(entries)


def _base(config: Config) -> str:
    """What comes before the site URLs, as XML."""
    return escape(urls.absolute(config.site.url, ""), quote=False)


def _encoded(entries: Sequence[Entry]) -> Iterable[Entry]:
    # One look at all of them tells mostly that none has to be encoded.
    whole = "".join([url for url, _ in entries])
    return entries if urls.encoded(whole) == whole else [(urls.encoded(url), day) for url, day in entries]


def _days(entries: Iterable[Entry]) -> Mapping[date | None, str]:
    """The days of entries as W3C writes them: thousands of entries share a few hundred."""
    return {day: day.isoformat() if day else "" for day in {day for _, day in entries}}
