"""What HTML an author may write: the allow-lists, and everything that holds a text against them.

Three layers. Attribute lists and tags in a text are read against the lists before they enter the page; blocks of HTML
go through nh3 (ammonia, which parses as browsers do) and become elements too; and what veille writes of all that goes
through nh3 once more, with the few attributes that only veille itself may set.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

import nh3

from generator.content.inline import SPAN_TAGS, VOID_TAGS
from generator.content.lines import BLOCK_TAGS

VOID = VOID_TAGS | {"hr", "col"}
TAGS = (BLOCK_TAGS | SPAN_TAGS | VOID | {"colgroup"}) - {"header", "footer", "main", "nav", "article", "h1"}
"""Landmarks and the first heading belong to the page, not to a text in it: they become plain."""
SCHEMES = frozenset(("http", "https", "mailto"))

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
_NUMBERS = frozenset(("width", "height", "start", "value", "colspan", "rowspan", "span"))
_EMPTY = frozenset(("open", "reversed", "alt", "href"))  # mean something without a value

_AUTHOR = nh3.Cleaner(
    tags=set(TAGS), clean_content_tags=set(), attributes={**_BY_TAG, "*": set(_ANYWHERE)}, link_rel=None,
    url_schemes=set(SCHEMES),
)
_PAGE = nh3.Cleaner(
    tags={*TAGS, "h1"}, clean_content_tags=set(), link_rel=None, url_schemes=set(SCHEMES),
    attributes={**_BY_TAG, "a": {*_BY_TAG["a"], "data-generated", "role"}, "div": {"role"}, "*": set(_ANYWHERE)},
)

_ANGLE = re.compile(  # a tag as a browser reads one, its quotes closed; else what follows would be its attributes
    r"<(?:/?([a-zA-Z][a-zA-Z0-9]*+)(?=[\s/>])"
    r"(?:[\s/]++|[^\s/>\"'=<]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?+)*+>)?"
)
_H1 = re.compile(r"(</?)h1(?=[\s/>])", re.IGNORECASE)
_LANDMARK = re.compile(r"(</?)(?:header|footer|main|nav|article)(?=[\s/>])", re.IGNORECASE)
_TOKEN = re.compile(r"[\w-]+")
# Ids that begin with an underscore are the page templates' own; no heading makes one.
_ID = re.compile(r"(?!_)[^\s\"'<>&#]+")
_NUMBER = re.compile(r"[0-9]{1,5}%?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LIST = re.compile(
    r"(?:^|(?<=\s))(?:([\w-]+)=(?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)')|((?:[.#][\w:-]+)+))(?=\s|$)"
)
_BACKSLASH = re.compile(r"\\(.)")
_SHORT = re.compile(r"([.#])([\w:-]+)")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_INVISIBLE = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_MAX_ANGLES = 5_000  # in one block: time in nh3 grows with the square of the nesting
_MAX_DEPTH = 60


def page_html(written: str) -> str:
    """The last word on a stretch: balanced, and nothing that is not allowed."""
    return _PAGE.clean(written)


def scheme(href: str) -> str:
    """The scheme of an address as a browser sees it, lower case: invisible characters are no hiding place."""
    found = _SCHEME.match(_INVISIBLE.sub("", href))
    return found[1].lower() if found else ""


def allowed(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    """Of an author's attributes for `tag`, those that do no harm, with values that mean something."""
    own = _BY_TAG.get(tag, _ANYWHERE)
    kept = {}
    for name, value in attributes.items():
        if name not in _ANYWHERE and name not in own:
            continue
        if name == "class":
            value = " ".join(_TOKEN.findall(value))
        elif (
            (name == "id" and not _ID.fullmatch(value))
            or (name == "target" and value != "_blank")
            or (name in _NUMBERS and not _NUMBER.fullmatch(value))
            or (name == "lang" and not _LANGUAGE.fullmatch(value))
        ):
            continue
        if value or name in _EMPTY:
            kept[name] = value
    return kept


@lru_cache(maxsize=256)
def attribute_list(tag: str, written: str) -> dict[str, str]:
    """The attributes of ``{: .class #id key="value"}``, without its braces, for an element `tag`. Not to be changed.

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
            found[key.lower()] = _BACKSLASH.sub(r"\1", double or single)
    if classes:
        found["class"] = " ".join(classes)
    return allowed(tag, found)


def author_html(written: str) -> list[etree.Element]:
    """An author's block of HTML as elements; leading words are in a ``span``. Unknown tags are shown as text."""
    if written.count("<") > _MAX_ANGLES:
        shown = etree.Element("pre")
        shown.text = written
        return [shown]
    written = _LANDMARK.sub(r"\1div", _H1.sub(r"\1h2", written))
    reader = _Reader()
    reader.feed(_AUTHOR.clean(_ANGLE.sub(_shown, _without_comments(written))))
    reader.close()
    return reader.elements


def _without_comments(written: str) -> str:
    """The block without its comments. One that is not closed is text: it would swallow what follows."""
    parts = []
    at = 0
    while (start := written.find("<!--", at)) >= 0 and (end := written.find("-->", start + 4)) >= 0:
        parts.append(written[at:start])
        at = end + 3
    return "".join([*parts, written[at:]])


def _shown(tag: re.Match[str]) -> str:
    return tag[0] if tag[1] and tag[1].lower() in TAGS else escape(tag[0], quote=False)


class _Reader(HTMLParser):
    """nh3's output as elements: it is balanced, and its void elements are known."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[etree.Element] = []
        self._open: list[etree.Element] = []
        self._beyond = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self._open) >= _MAX_DEPTH:
            self._beyond += tag not in VOID
            return
        element = etree.Element(tag, allowed(tag, {name: value or "" for name, value in attrs}))
        if self._open:
            self._open[-1].append(element)
        else:
            self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._beyond:
            self._beyond -= 1
        elif self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open and not self.elements:
            self.elements.append(etree.Element("span"))
            self.elements[0].text = data
            return
        siblings = self._open[-1] if self._open else self.elements
        if len(siblings):
            siblings[-1].tail = (siblings[-1].tail or "") + data
        else:
            self._open[-1].text = (self._open[-1].text or "") + data
