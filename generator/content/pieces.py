"""The small pieces that a page is written of: escaped text, attributes, ids of headings, words without HTML."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

BLOCKS = frozenset(
    ("address", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1",
     "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
     "th", "thead", "tr", "ul")
)
_NO_ID = re.compile("[^\\w\u0300-\u036f\\- \t]")
_LONG = 20_000  # characters: time in nh3 grows with the square of a text's length


@lru_cache(maxsize=1024)  # most are the labels that all notes share
def heading_id(text: str) -> str:
    """kramdown's id for a heading (GFM mode): lower case, accents kept, spaces become hyphens; may be empty."""
    return _NO_ID.sub("", text.lower()).replace(" ", "-").replace("\t", "-")


def written(attributes: dict[str, str]) -> str:
    """The attributes of a tag, as HTML."""
    return "".join([f' {name}="{escape(value)}"' for name, value in attributes.items()])


def escaped(text: str) -> str:
    """The text as HTML, with breaks where it is so long that a parser would suffer."""
    if len(text) > _LONG:
        return "".join([f"{escaped(text[at : at + _LONG])}<wbr>" for at in range(0, len(text), _LONG)])
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def host(href: str) -> str:
    """The host of an address; empty without one."""
    try:
        return urlsplit(href).hostname or ""
    except ValueError:
        return ""


def plain_text(text: str) -> str:
    """One line a block, with ordinary spaces and without empty lines."""
    text = text.replace("\u202f", " ").replace("\xa0", " ")
    return "\n".join([line for line in map(str.strip, text.split("\n")) if line])


def single_spaced(text: str) -> str:
    """The text with single spaces between its words, no-break ones too; `text.one_line` leaves those."""
    return " ".join(text.split())


def first_words(item: etree.Element) -> str:
    """The words of a list item before its second block."""
    if not item.text and len(item) and item[0].tag == "p":
        return "".join(item[0].itertext())
    words = [item.text or ""]
    for child in item:
        if child.tag in BLOCKS:
            break
        words += ["".join(child.itertext()), child.tail or ""]
    return "".join(words)
