"""Every URL of the site and the file that answers it. Site URLs are kept unencoded; `href` and `absolute` encode."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlsplit

from generator.text import slug

HOME = "/"
TAGS = "/tags/"
ARCHIVES = "/archives/"
SOURCES = "/sources/"
CVES = "/cve/"
CVES_BY_SEVERITY = "/cve/by-severity/"
CVES_BY_SOURCES = "/cve/by-sources/"
FEED = "/feed.xml"
JSON_FEED = "/feed.json"
OPML = "/feeds.opml"
DIGESTS = "/digests/"
DIGESTS_FEED = "/digests/feed.xml"
FOLLOW = "/feeds/"
API_POSTS = "/api/posts.json"
API_CVES = "/api/cve.json"
SEARCH = "/search/"
SEARCH_INDEX = "/search/index/"
PERIODS = "/search/index/periods.json"
SITEMAP = "/sitemap.xml"
ROBOTS = "/robots.txt"
NOT_FOUND = "/404.html"
OFFLINE = "/offline/"
MANIFEST = "/manifest.webmanifest"
WORKER = "/sw.js"
HEADERS = "/_headers"
STATIC = "/static/"

_SAFE = "/!$&'()*+,;=:@-._~"  # RFC 3986, section 3.3: pchar and the slash
_UNSAFE = re.compile(r"[^A-Za-z0-9/!$&'()*+,;=:@._~-]")
_PLACEHOLDER = re.compile(r":(year|short_year|month|i_month|day|i_day|slug|title|hour|minute|second)")
_SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:")
_FILE = re.compile(r"\.(html?|xml|json|txt)$")
_REFUSED = re.compile(r'[\x00-\x1f?#%*:|"<>\x7f]')
_HOST = re.compile(r"(?!.*\.\.)[a-z0-9]([\w.-]*\w)?")
_ORDINARY_HOST = re.compile(r"https?://(?:www\.)?((?!www\.)[a-z0-9]+(?:[.-][a-z0-9]+)*)(?=[/?#]|\Z)")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")  # device names of Windows
_ORDINARY = re.compile(r"(?:/(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])/)[a-z0-9][a-z0-9-]{0,249})+/")
"""Nearly every post's: nothing in it that `clean` would change or refuse."""
PLACEHOLDERS = ("year", "short_year", "month", "i_month", "day", "i_day", "slug", "title", "hour", "minute", "second")


class PathError(ValueError):
    """A URL that cannot be a path of the site; the message says why, as a phrase that follows the URL."""


@lru_cache(maxsize=20_000)
def tag_url(tag: str) -> str:
    """Site URL of a tag's page. A tag without any letter or digit gets its code points: ``++`` is ``u2b-u2b``."""
    return f"{TAGS}{slug(tag) or '-'.join(f'u{ord(char):x}' for char in tag[:20])}/"


def source_url(host: str) -> str:
    """Site URL of a source's page."""
    return f"{SOURCES}{host}/"


def source_host(url: str) -> str:
    """The host of an http or https URL, lower case, without ``www.``; empty for anything else."""
    if found := _ORDINARY_HOST.match(url):
        return found[1]
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return ""
    return host.removeprefix("www.")


def cve_url(cve: str) -> str:
    """Site URL of a CVE's page."""
    return f"{CVES}{cve}/"


def year_url(year: int) -> str:
    """Site URL of a year's archive."""
    return f"{ARCHIVES}{year:04}/"


def month_url(year: int, month: int) -> str:
    """Site URL of a month's archive."""
    return f"{ARCHIVES}{year:04}/{month:02}/"


def week_url(year: int, number: int) -> str:
    """Site URL of the digest of an ISO week."""
    return f"{DIGESTS}{year:04}-W{number:02}/"


def mail_url(week: str) -> str:
    """Site URL of a digest as a mail; `week` is its page's."""
    return f"{week}mail.html"


def markdown_url(week: str) -> str:
    """Site URL of a digest in Markdown; `week` is its page's."""
    return f"{week}digest.md"


def page_url(listing: str, number: int) -> str:
    """Site URL of page `number` of a listing."""
    return f"{listing}page/{number}/"


def bundle_url(period: str) -> str:
    """Site URL of the folder of a period's search index."""
    return f"{SEARCH_INDEX}{period}/"


def image_url(digest: str) -> str:
    """Site URL of the picture of a note; `digest` is of all that it shows."""
    return f"/images/{digest}.png"


def feed_url(listing: str) -> str:
    """Site URL of a listing's Atom feed."""
    return f"{listing}feed.xml"


def api_url(document: str, number: int) -> str:
    """Site URL of page `number` of a list of records; of its first document, `document` itself, for 0."""
    return f"{document.removesuffix('.json')}/{number}.json" if number else document


def feed_archive_url(year: int, month: int, part: int = 1) -> str:
    """Site URL of a month's feed archive document (RFC 5005); a month with many posts has several parts."""
    return f"/feed/{year:04}-{month:02}{f'-{part}' if part > 1 else ''}.xml"


def permalink(pattern: str, when: date, name: str) -> str:
    """The site URL that `pattern` gives to a post of the civil date `when` with the slug `name`.

    Placeholders are Jekyll's: see `PLACEHOLDERS`; ``:title`` is the slug too. A `datetime` fills the time placeholders.
    """
    values = {
        "year": f"{when.year:04}", "short_year": f"{when.year % 100:02}",
        "month": f"{when.month:02}", "i_month": str(when.month),
        "day": f"{when.day:02}", "i_day": str(when.day), "slug": name, "title": name,
        "hour": f"{getattr(when, 'hour', 0):02}", "minute": f"{getattr(when, 'minute', 0):02}",
        "second": f"{getattr(when, 'second', 0):02}",
    }
    return clean(_PLACEHOLDER.sub(lambda match: values[match[1]], pattern))


def clean(url: str) -> str:
    """A site URL from what an author wrote: one leading slash, a final one unless it names a file.

    Raises `PathError` when no file of the output folder may have that name: parent folders, empty or over-long parts
    (255 bytes are the limit of the common file systems), control characters, names that Windows reserves, queries.
    """
    if _ORDINARY.fullmatch(url) and len(url) <= 1000:
        return url
    parts = [part for part in url.strip().split("/") if part not in ("", ".")]
    if _SCHEME.match(url) or url.startswith("//"):
        raise PathError("is an address of another site, not a path of this one")
    for part in parts:
        if part == ".." or "\\" in part:
            raise PathError("leaves the site's folder")
        if _REFUSED.search(part):
            raise PathError("holds a character that a path cannot hold")
        if len(part.encode("utf-8", "replace")) > 255 - len(".html"):
            raise PathError("has a part of more than 250 bytes")
        if part.endswith((".", " ")) or part.startswith(" ") or part.startswith(".") or _RESERVED.fullmatch(part):
            raise PathError("has a part that some file systems refuse")
    if len("/".join(parts).encode("utf-8", "replace")) > 1000:
        raise PathError("is longer than 1000 bytes")
    if not parts:
        return "/"
    is_file = not url.rstrip().endswith("/") and _FILE.search(parts[-1]) is not None
    return "/" + "/".join(parts) + ("" if is_file else "/")


def static_url(name: str, digest: str) -> str:
    """Site URL of a theme's file, with the digest of its content in the name, so that it can be cached for ever.

    Without a digest, the plain name.
    """
    if not digest:
        return STATIC + name
    stem, dot, ending = name.rpartition(".")
    return f"{STATIC}{stem}.{digest[:8]}.{ending}" if dot and stem else f"{STATIC}{name}.{digest[:8]}"


def output_path(url: str) -> str:
    """The file below the output folder that answers a site URL."""
    return (url + "index.html" if url.endswith("/") else url)[1:]


def prefix(url: str) -> str:
    """What leads from the page at a site URL to the site's root: ``../../`` for ``/tags/x/``, empty for ``/``."""
    return "../" * (url.count("/") - 1)


def encoded(url: str) -> str:
    """A site URL, percent-encoded."""
    return quote(url, safe=_SAFE, errors="replace") if _UNSAFE.search(url) else url


def href(target: str, root: str) -> str:
    """The href of a site URL on a page whose `prefix` is `root`; works in any folder and from ``file://``."""
    relative = root + encoded(target)[1:]
    return relative or "./"


def absolute(base: str, url: str) -> str:
    """The absolute URL of a site URL; `base` is ``site.url``, with or without a final slash."""
    return base.rstrip("/") + encoded(url)
