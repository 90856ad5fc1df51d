"""Hugo's addresses: the site URL that Hugo gives to a page. Measured with Hugo 0.168."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_TOKEN = re.compile(r":([a-z]+)(?:\[([^\]]*)\])?")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OURS = {"slug": "slug", "slugorfilename": "slug", "slugorcontentbasename": "slug", "filename": "slug",
         "contentbasename": "slug", "year": "year", "month": "month", "day": "day"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the address of a page is made from."""

    folders: tuple[str, ...]
    """Below ``content``, the page's own for a bundle left out."""
    name: str
    """Of the file without ending; of the folder for a bundle."""
    title: str
    slug: str
    """The front matter's, or empty."""
    date: datetime
    """As written: Hugo converts no zones in addresses."""


def page_url(facts: Facts, pattern: str = "", own: str = "", ugly: bool = False) -> str:
    """The site URL of a page; `pattern` is its section's of ``permalinks``, `own` its ``url``. Not percent-encoded."""
    if own:
        url = _filled(own, facts) if ":" in own else own
    elif pattern:
        url = _filled(pattern, facts)
    else:
        last = sanitized(facts.slug) if facts.slug else sanitized(facts.name.replace(" ", "-"))
        url = "/".join((*(sanitized(folder.replace(" ", "-")) for folder in facts.folders), last)).lower()
    parts = [part for part in url.split("/") if part not in ("", ".", "..")]
    if ugly and parts and not own:
        return "/" + "/".join(parts) + ".html"
    is_file = bool(parts) and re.search(r"\.(html?|xml|json|txt)$", parts[-1]) is not None and not url.endswith("/")
    return "/" + "/".join(parts) + ("" if is_file or not parts else "/")


def alias_url(alias: str, url: str) -> str:
    """The site URL of an entry of ``aliases``; a relative one begins beside the page."""
    if alias.startswith("/"):
        return alias
    return posixpath.normpath(posixpath.join(posixpath.dirname(url.rstrip("/")), alias))


def sanitized(text: str) -> str:
    """Letters, digits and a few signs; spaces between them as one hyphen (``paths.Sanitize``). Case stays."""
    out: list[str] = []
    waiting = hyphen = False
    for at, char in enumerate(text):
        kept = char.isalnum() or char in "./\\_#+~-@" or unicodedata.category(char).startswith("M") or (
            char == "%" and re.match(r"%[0-9A-Fa-f]{2}", text[at : at + 3]) is not None)
        if kept:
            hyphen = char == "-"
            if waiting and not hyphen:
                out.append("-")
            waiting = False
            out.append(char)
        elif out and not hyphen and char.isspace():
            waiting = True
    return "".join(out)


def our_pattern(pattern: str, section: str) -> str:
    """The nearest pattern that veille has, or nothing; posts that it would move get a permalink of their own."""
    if not pattern:
        return f"/{section.lower()}/:slug/" if section else "/:slug/"
    ours = re.sub(r":sections?(\[[^\]]*\])?(?![a-z])", section.lower(), pattern)
    names = [found[1] for found in _TOKEN.finditer(ours)]
    if not all(name in _OURS or name == "title" for name in names):
        return ""
    ours = _TOKEN.sub(lambda found: f":{_OURS.get(found[1], 'slug')}", ours)
    return "/" + ours.strip("/") + "/" if ":slug" in ours else ""


def _filled(pattern: str, facts: Facts) -> str:
    def value(token: re.Match[str]) -> str:
        if token[1] == "sections" and token[2] is not None:
            return "/".join(_cut(facts.folders, token[2])).lower()
        return values.get(token[1], token[0])

    values = _values(facts)
    return _TOKEN.sub(value, pattern)


def _cut(folders: tuple[str, ...], part: str) -> tuple[str, ...]:
    """A part of the folders as Hugo writes it: ``1:``, ``:2``, ``last``, ``0``."""
    if part == "last":
        return folders[-1:]
    first, colon, last = part.partition(":")
    try:
        if not colon:
            return folders[int(first) : int(first) + 1]
        end = len(folders) - 1 if last == "last" else int(last) if last else None
        return folders[int(first) if first else 0 : end]
    except ValueError:
        return folders


def _values(facts: Facts) -> Mapping[str, str]:
    date = facts.date
    name = sanitized(facts.name.replace(" ", "-")).lower()
    slug = sanitized(facts.slug).lower()
    title = sanitized(facts.title).lower()
    return {
        "year": f"{date.year:04}", "month": f"{date.month:02}", "day": f"{date.day:02}",
        "monthname": _MONTHS[date.month - 1].lower(), "weekday": str(date.isoweekday() % 7),
        "weekdayname": _DAYS[date.weekday()].lower(), "yearday": str(date.timetuple().tm_yday),
        "section": "".join(facts.folders[:1]).lower(), "sections": "/".join(facts.folders).lower(),
        "title": title, "slug": slug or title, "filename": name, "contentbasename": name,
        "slugorfilename": slug or name, "slugorcontentbasename": slug or name,
    }
