"""Jekyll's addresses: the site URL that Jekyll 4 gives to a post or a page, and the id that jekyll-feed gives it.

The rules are those of Jekyll's ``url.rb``, ``page.rb``, ``drops/url_drop.rb`` and ``utils.rb`` (4.3).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from generator.urls import PLACEHOLDERS

STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
"""What the names of styles stand for (https://jekyllrb.com/docs/permalinks/#built-in-formats)."""

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOT_DEFAULT = re.compile(r"[\W_]+")
_NOT_PRETTY = re.compile(r"(?:(?![._~!$&'()+,;=@])[\W_])+")
_TOKEN = re.compile(r":([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the address of a post is made from."""

    date: datetime
    """In the time zone of the old site, as Jekyll converts it."""
    slug: str
    """The front matter's, else the file's name without date and ending."""
    name: str
    """The file's name without ending."""
    path: str
    """Of the file below ``_posts``, without ending."""
    categories: tuple[str, ...]


def template(style: str) -> str:
    """The pattern that Jekyll's setting ``permalink`` stands for."""
    return STYLES.get(style, style)


def post_url(pattern: str, facts: Facts) -> str:
    """The site URL of a post; `pattern` is the site's template or the post's own permalink. Not percent-encoded."""
    values = _values(facts)

    def filled(token: re.Match[str]) -> str:
        for name in (token[1], token[1].rstrip("_")):
            if name in values:
                return values[name] + token[1][len(name) :]
        return token[0]

    return tidy(_TOKEN.sub(filled, pattern))


def page_url(style: str, folder: str, stem: str, own: str = "") -> str:
    """The site URL of an HTML page in `folder` (``about/``, empty at the root); `own` is its own permalink."""
    if own:
        return tidy(own.replace(":basename", stem).replace(":path", folder).replace(":output_ext", ".html"))
    if stem == "index":
        return tidy(f"/{folder}/")
    pattern = template(style)
    ending = "/" if pattern.endswith("/") else ".html" if pattern.endswith(":output_ext") else ""
    return tidy(f"/{folder}/{stem}{ending}")


def tidy(url: str) -> str:
    """As Jekyll cleans an address: one slash at the start, none doubled, no dots as a part; percent signs resolved."""
    parts = [part for part in unquote(url).split("/") if part and not re.fullmatch(r"\.+", part)]
    return "/" + "/".join(parts) + ("/" if url.endswith("/") and parts else "")


def answer(url: str) -> str:
    """The address at which the file of a Jekyll URL lies here: one without an ending becomes a folder."""
    return url if url.endswith("/") or "." in url.rpartition("/")[2] else url + "/"


def slugify(text: str, pretty: bool = False) -> str:
    """Jekyll's slugs: ``default`` (lower case, letters and digits) or ``pretty`` (as written, some signs too)."""
    slug = (_NOT_PRETTY if pretty else _NOT_DEFAULT).sub("-", text)
    slug = re.sub(r"^-|-$", "", slug)
    return slug if pretty else slug.lower()


def titleize(slug: str) -> str:
    """The title that Jekyll gives to a post without one."""
    return " ".join(word.capitalize() for word in slug.split("-") if word)


def our_pattern(pattern: str) -> str:
    """The nearest pattern that veille has for a pattern of Jekyll's; empty when there is none.

    Posts whose address it would change are given a permalink of their own, so near is enough.
    """
    ours = pattern.replace("/:categories", "").replace("/:slugified_categories", "").replace(":output_ext", ".html")
    ours = re.sub(r":(name|basename)\b", ":slug", ours)
    names = [name.rstrip("_") for name in _TOKEN.findall(ours)]
    if not all(name in PLACEHOLDERS for name in names) or not {"title", "slug"} & set(names):
        return ""
    return ours if ours.startswith("/") else "/" + ours


def entry_id(url: str, slug: str) -> str:
    """The path of the id that jekyll-feed writes (``Document#id``): the folder of the address, and the slug."""
    folder = posixpath.dirname(url.rstrip("/"))
    return f"{folder.rstrip('/')}/{slug}"


def as_liquid(path: str) -> str:
    """The path as Jekyll's filter ``absolute_url`` writes it: a ``%41``, ``?`` or ``#`` in it means what it says."""
    encoded = quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", path), safe="/!$&'()*+,;=:@~%?#")
    return encoded.removesuffix("#")


def _values(facts: Facts) -> Mapping[str, str]:
    date = facts.date
    week_year, week, week_day = date.isocalendar()
    lowered = tuple(dict.fromkeys(category.lower() for category in facts.categories))
    return {
        "title": slugify(facts.slug, pretty=True), "slug": slugify(facts.slug),
        "name": slugify(facts.name), "basename": facts.name, "path": facts.path,
        "collection": "posts", "output_ext": ".html",
        "categories": "/".join(lowered), "slugified_categories": "/".join(map(slugify, lowered)),
        "year": f"{date.year:04}", "short_year": f"{date.year % 100:02}", "y_day": f"{date.timetuple().tm_yday:03}",
        "month": f"{date.month:02}", "i_month": str(date.month),
        "short_month": _MONTHS[date.month - 1][:3], "long_month": _MONTHS[date.month - 1],
        "day": f"{date.day:02}", "i_day": str(date.day),
        "w_year": f"{week_year:04}", "week": f"{week:02}", "w_day": str(week_day),
        "short_day": _DAYS[date.weekday()][:3], "long_day": _DAYS[date.weekday()],
        "hour": f"{date.hour:02}", "minute": f"{date.minute:02}", "second": f"{date.second:02}",
    }
