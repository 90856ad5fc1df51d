"""What WordPress shows inside a post besides text: players, frames, galleries, scripts, tags of old HTML.

A page here loads nothing from other hosts and runs nothing of a post, so players and frames become links to what they
played, galleries their pictures one below another, and scripts, styles and forms go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

LINKED, DROPPED = "linked", "dropped"

_SHOWN = re.compile(r"<(audio|iframe|object|video)\b[^<>]*>", re.IGNORECASE)
_GONE = re.compile(r"<(form|noscript|script|style)\b[^<>]*>", re.IGNORECASE)
_SHUT = {
    name: re.compile(rf"</{name}\s*+>", re.IGNORECASE)
    for name in ("audio", "iframe", "object", "video", "form", "noscript", "script", "style")
}
_EMBED = re.compile(r"<embed\b[^<>]*>(?:\s*+</embed\s*+>)?", re.IGNORECASE)
_CODE = re.compile(r"\[(audio|embed|video)\b([^\[\]]{0,2000})\](?:([^\[\]]{0,2000})\[/\1\])?", re.IGNORECASE)
_GALLERY = re.compile(r"\[gallery\b([^\[\]]{0,2000})\]", re.IGNORECASE)
_GALLERY_IDS = re.compile(r"\b(?:ids|include)\s*=\s*[\"']?([\d, ]+)")
_ALONE = re.compile(r"(?m)^[ \t]*+(https?://[^\s<>\"\[\]]+)[ \t]*+$")
_SOURCE = re.compile(r"(?i)\b(?:src|data|value)\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_ADDRESS = re.compile(r"(?:https?:)?//[^\s<>\"']+")
_OLD = re.compile(r"<(/?)(acronym|big|center|font|strike|tt)\b([^<>]*)>", re.IGNORECASE)
_NOW = {"acronym": "abbr", "big": "span", "center": "div", "font": "span", "strike": "s", "tt": "code"}
_TITLE = re.compile(r"\stitle\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a gallery."""

    url: str
    name: str
    """What it shows; empty when nobody said."""
    caption: str
    """Empty without one."""


Pictures = Callable[[Sequence[str]], Sequence[Picture]]
"""The images with these ids; without ids, those that were uploaded with the post."""


def still(text: str, pictures: Pictures) -> tuple[str, frozenset[str]]:
    """The HTML of a body with links and images only, and what was done to it: `LINKED`, `DROPPED`.

    What cannot be translated stays as it is.
    """
    done = set()

    def gone(found: re.Match[str], inside: str, end: str) -> str:
        done.add(DROPPED)
        return ""

    def link(written: str, otherwise: str) -> str:
        done.add(LINKED if (url := _address(written)) else DROPPED)
        return f'<a href="{url}">{url}</a>' if url else otherwise

    def coded(found: re.Match[str]) -> str:
        url = _ADDRESS.search(f"{found[3] or ''} {found[2]}")
        return link(f'src="{url[0]}"', "") if url else found[0]

    text = each(text, _GONE, _SHUT, gone)
    text = each(text, _SHOWN, _SHUT, lambda found, inside, end: link(found[0] + inside, ""))
    text = _EMBED.sub(lambda found: link(found[0], ""), text)
    text = _CODE.sub(coded, text)
    text = _GALLERY.sub(lambda found: _gallery(found, pictures), text)
    text = _ALONE.sub(lambda found: link(f'src="{found[1]}"', found[0]), text)
    return _OLD.sub(_modern, text), frozenset(done)


def each(
    text: str, opening: re.Pattern[str], ends: Mapping[str, re.Pattern[str]],
    become: Callable[[re.Match[str], str, str], str],
) -> str:
    """The text with what `become` makes of every opening, what is inside, and its end. Linear.

    An opening without its end is text.
    """
    out: list[str] = []
    endless: set[str] = set()
    done = at = 0
    while found := opening.search(text, at):
        name = found[1].lower()
        end = ends[name].search(text, found.end()) if name not in endless else None
        if end is None:
            endless.add(name)
            at = found.end()
            continue
        out += [text[done : found.start()], become(found, text[found.end() : end.start()], end[0])]
        done = at = end.end()
    return "".join([*out, text[done:]])


def _address(written: str) -> str:
    """The first web address in the attributes of a text of HTML, as it may stand in an attribute; else empty."""
    for found in _SOURCE.finditer(written):
        url = (found[1] or found[2] or "").strip()
        if _ADDRESS.fullmatch(url):
            return f"https:{url}" if url.startswith("//") else url
    return ""


def _gallery(found: re.Match[str], pictures: Pictures) -> str:
    told = _GALLERY_IDS.search(found[1])
    shown = pictures(re.findall(r"\d+", told[1]) if told else ())
    figures = (
        f'<figure><img src="{escape(one.url)}" alt="{escape(one.name)}">'
        + (f"<figcaption>{escape(one.caption)}</figcaption>" if one.caption else "") + "</figure>"
        for one in shown
    )
    return "\n\n" + "\n\n".join(figures) + "\n\n" if shown else found[0]


def _modern(found: re.Match[str]) -> str:
    title = _TITLE.search(found[3]) if not found[1] else None
    return f"<{found[1]}{_NOW[found[2].lower()]}{title[0] if title else ''}>"
