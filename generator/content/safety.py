"""What HTML an author may write: the allow-lists, and everything that holds text against them.

Three layers. Attribute lists and tags in a text are read against the lists before they enter the tree; blocks of HTML
go through nh3 (ammonia, which parses as browsers do) and enter the tree too; and what the walk writes goes through nh3
once more with the few attributes that only veille itself may set.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

import nh3
from markdown.util import AtomicString

from generator.content.blocks import BLOCK_TAGS
from generator.content.spans import SPAN_TAGS, VOID_TAGS

VOID = VOID_TAGS | {"hr", "col"}
TAGS = (BLOCK_TAGS | SPAN_TAGS | VOID | {"colgroup"}) - {"header", "footer", "main", "nav", "article", "h1"}
"""Landmarks and the first heading belong to the page, not to a text in it."""
_ANYWHERE = frozenset(("class", "id", "title", "lang", "dir"))
_BY_TAG = {
    "a": {"href", "target", "rel"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "time": {"datetime"},
    "details": {"open"},
}
SCHEMES = frozenset(("http", "https", "mailto"))

_CLEANER = {"clean_content_tags": set[str](), "link_rel": None, "url_schemes": set(SCHEMES)}
_AUTHOR = nh3.Cleaner(tags=set(TAGS), attributes={**_BY_TAG, "*": set(_ANYWHERE)}, **_CLEANER)  # type: ignore[arg-type]
_PAGE = nh3.Cleaner(  # type: ignore[arg-type]
    tags={*TAGS, "h1"},
    attributes={**_BY_TAG, "a": {*_BY_TAG["a"], "data-generated", "role"}, "div": {"role"}, "*": set(_ANYWHERE)}, **_CLEANER
)

_ANGLE = re.compile(r"<(?!!--)(?:/?([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^<>]*>)?")
_H1 = re.compile(r"(</?)h1(?=[\s/>])", re.IGNORECASE)
_TOKEN = re.compile(r"[\w-]+")
_ID = re.compile(r"[^\s\"'<>&#]+")
_NUMBER = re.compile(r"\d{1,5}%?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LIST = re.compile(
    r"(?:^|\s)(?:([\w-]+)=(?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)')|((?:[.#][\w:-]+)+))(?=\s|$)"
)
_SHORT = re.compile(r"([.#])([\w:-]+)")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_INVISIBLE = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")


def page_html(written: str) -> str:
    """The last word on a stretch: balanced, and nothing that is not allowed."""
    return _PAGE.clean(written)


def scheme(href: str) -> str:
    """The scheme of an address as a browser sees it, lower case: invisible characters are no hiding place."""
    found = _SCHEME.match(_INVISIBLE.sub("", href) if _INVISIBLE.search(href) else href)
    return found[1].lower() if found else ""


def allowed(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    """Of an author's attributes for `tag`, those that do no harm, with values that mean something."""
    own = _BY_TAG.get(tag, ())
    kept = {}
    for name, value in attributes.items():
        if name == "class":
            value = " ".join(_TOKEN.findall(value))
        elif name == "id":
            value = value if _ID.fullmatch(value) else ""
        elif name == "target":
            value = "_blank" if value == "_blank" else ""
        elif name in ("width", "height", "start", "value", "colspan", "rowspan", "span"):
            value = value if _NUMBER.fullmatch(value) else ""
        elif name == "lang":
            value = value if _LANGUAGE.fullmatch(value) else ""
        if (name in _ANYWHERE or name in own) and (value or name in ("open", "reversed", "alt", "href")):
            kept[name] = value
    return kept


@lru_cache(maxsize=256)
def attribute_list(tag: str, written: str) -> dict[str, str]:
    """The attributes of ``{: .class #id key="value"}`` without its braces, for an element `tag`. Do not change it.

    An address cannot be set that way: it would pass by the rules for links.
    """
    found: dict[str, str] = {}
    classes = []
    for key, double, single, short in _LIST.findall(written):
        if short:
            for kind, name in _SHORT.findall(short):
                if kind == ".":
                    classes.append(name)
                else:
                    found["id"] = name
        elif key == "class":
            classes.append(double or single)
        elif key not in ("href", "src"):
            found[key.lower()] = double or single
    if classes:
        found["class"] = " ".join(classes)
    return allowed(tag, found)


def author_html(written: str) -> list[etree.Element]:
    """An author's block of HTML as elements; the first may be a ``span`` that carries text. Tags we do not know are text."""
    known = _ANGLE.sub(lambda tag: tag[0] if tag[1] and (tag[1].lower() in TAGS or tag[1] in ("h1", "H1")) else
                       escape(tag[0], quote=False), written)
    reader = _Reader()
    reader.feed(_AUTHOR.clean(_H1.sub(r"\1h2", known)))
    reader.close()
    return reader.elements


class _Reader(HTMLParser):
    """nh3's output as elements: it is balanced, and its void elements are known."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[etree.Element] = []
        self._open: list[etree.Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = etree.Element(tag, allowed(tag, {name: value or "" for name, value in attrs}))
        if self._open:
            self._open[-1].append(element)
        else:
            self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            inside = self._open[-1]
            if len(inside):
                inside[-1].tail = AtomicString((inside[-1].tail or "") + data)
            else:
                inside.text = AtomicString((inside.text or "") + data)
        elif self.elements:
            self.elements[-1].tail = AtomicString((self.elements[-1].tail or "") + data)
        else:
            first = etree.Element("span")
            first.text = AtomicString(data)
            self.elements.append(first)


def highlighted(code: str, language: str) -> str:
    """Code as HTML with Pygments' classes, or escaped when its language is unknown or it is long."""
    if language and len(code) < 20_000:
        from pygments import highlight
        from pygments.formatters.html import HtmlFormatter
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound

        try:
            lexer = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound:
            pass
        else:
            return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))
    return escape(code, quote=False)
