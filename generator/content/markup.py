"""Markdown to safe HTML: one document in, its stretches out, with their headings, links, ids and plain text.

Python-Markdown's frame (document, registries, references) with two processors of ours registered through its public
API: `blocks.Blocks` for kramdown's blocks and `spans.Spans` for its spans. What they leave is a tree of elements; one
walk over it writes the HTML, and nh3 (ammonia) has the last word on every stretch.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from markdown import Markdown

from generator.content.blocks import CUT, IAL, RAW, Blocks
from generator.content.safety import SCHEMES, VOID, allowed, attribute_list, author_html, highlighted, page_html, scheme
from generator.content.spans import NOTE, Spans, scanner
from generator.model import Heading
from generator.text import CONTROL, french_spaces, normal_lines

Mentions = Callable[[str], Iterable[tuple[int, int, str]]]

_BLOCKS = frozenset(
    "address aside blockquote caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_QUIET = frozenset(("a", "code", "kbd", "pre", "samp", "h1", "h2", "h3", "h4", "h5", "h6"))
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_NO_ID = re.compile("[^\\w\u0300-\u036f\\- \t]")
_FRENCH = (" :", " ;", " ?", " !", " »", "« ")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One document, converted."""

    stretches: tuple[str, ...]
    """Safe, balanced HTML, one for each stretch that came in."""
    headings: tuple[tuple[int, Heading], ...]
    """The index of its stretch and the heading with its level on the page, in page order, labels included."""
    links: tuple[tuple[int, str], ...]
    """The index of its stretch and the href as written, entities decoded, of links without scheme and host."""
    anchors: tuple[str, ...]
    """Every id in the HTML, each once."""
    texts: tuple[str, ...]
    """Plain text for each stretch, one line a block."""
    items: tuple[tuple[str, ...], ...]
    """For each stretch the plain text of its outermost list items: their first paragraph, without nested lists."""


def render(
    stretches: Sequence[str], *, language: str, root: str, site_host: str = "", labels: Sequence[str] = (),
    bases: Sequence[int] | None = None, mentions: Mentions | None = None,
) -> Rendered:
    """Convert the consecutive stretches of one Markdown document.

    References and footnotes of one stretch work in another, ids are unique over all; yet each stretch comes out whole by
    itself, whatever its neighbours leave open.

    `language` is the text's tag (``fr…`` gets French spaces); `root` leads from the page to the site's root (``../../``
    or empty); `site_host` is the host whose links are not foreign. `labels[i]`, plain text, is a heading that the page
    shows above stretch i: it takes its id in order. `bases[i]` is the level of the topmost headings in stretch i (2
    where missing); an empty `bases` keeps the author's levels. `mentions` gives the start, end and href of words to link.

    Never raises for any text; nesting beyond reason comes out as text.
    """
    clean = [CONTROL.sub("", normal_lines(text)).expandtabs(4) for text in stretches]
    try:
        return _convert(clean, language, root, site_host, labels, bases, mentions)
    except RecursionError:
        return Rendered(
            tuple([f"<pre>{escape(text, quote=False)}</pre>" for text in clean]), (), (), (), tuple(clean),
            tuple([()] * len(clean)),
        )


@lru_cache(maxsize=1)
def _engine() -> tuple[Markdown, Blocks, Spans]:
    """Python-Markdown with our grammar in place of its own. Made once; `reset` before each document."""
    md = Markdown()
    for registry in (md.preprocessors, md.parser.blockprocessors, md.inlinePatterns, md.treeprocessors, md.postprocessors):
        for name in [item.name for item in registry._priority]:
            registry.deregister(name)
    blocks, spans = Blocks(md), Spans(md)
    md.parser.blockprocessors.register(blocks, "kramdown", 100)
    md.treeprocessors.register(spans, "inline", 20)
    return md, blocks, spans


def _convert(
    stretches: Sequence[str], language: str, root: str, site_host: str, labels: Sequence[str],
    bases: Sequence[int] | None, mentions: Mentions | None,
) -> Rendered:
    text = f"\n{CUT}\n".join(stretches)
    md, blocks, spans = _engine()
    md.reset()
    document = md.parser.parseDocument(text.split("\n")).getroot()
    notes = blocks.footnotes
    bodies = etree.SubElement(document, "ol")
    bodies.extend(notes.values())
    spans.notes = frozenset(notes)
    spans.tokens = scanner(text)
    for processor in md.treeprocessors:
        processor.run(document)
    document.remove(bodies)
    writer = _Writer(language.lower().startswith("fr"), root, site_host.lower(), notes, mentions)
    for index, stretch in enumerate(document):
        label = labels[index] if index < len(labels) else ""
        base = 0 if bases is not None and not len(bases) else bases[index] if bases and index < len(bases) else 2
        writer.stretch(stretch, label, base, last=index == len(stretches) - 1)
    return writer.rendered()


def heading_id(text: str) -> str:
    """kramdown's id for a heading (GFM mode): lower case, accents kept, spaces become hyphens; may be empty."""
    return _NO_ID.sub("", text.lower()).replace(" ", "-").replace("\t", "-")


class _Writer:
    """The walk over one document: what must be unique or in order over all its stretches lives here."""

    def __init__(
        self, french: bool, root: str, site_host: str, notes: dict[str, etree.Element], mentions: Mentions | None
    ) -> None:
        self.french, self.root, self.site_host, self.mentions = french, root, site_host, mentions
        self.notes = notes
        self.numbers: dict[str, int] = {}
        self.html: list[str] = []
        self.plain: list[str] = []
        self.stretches: list[str] = []
        self.texts: list[str] = []
        self.items: list[tuple[str, ...]] = []
        self.headings: list[tuple[int, Heading]] = []
        self.links: list[tuple[int, str]] = []
        self.anchors: dict[str, None] = {}
        self.counts: dict[str, int] = {}
        self.levels: list[int] = []
        self.base = 0
        self.quiet = 0
        self.linked: set[str] = set()

    def rendered(self) -> Rendered:
        return Rendered(
            tuple(self.stretches), tuple(self.headings), tuple(self.links), tuple(self.anchors), tuple(self.texts),
            tuple(self.items),
        )

    def stretch(self, element: etree.Element, label: str, base: int, *, last: bool) -> None:
        """Write one stretch; the last one brings the footnotes."""
        self.html, self.plain = [], []
        self.levels, self.base = [], base
        self.linked = set()
        if label:
            self.headings.append((len(self.stretches), Heading(2, label, self._new_id(label))))
        items: list[str] = []
        for child in element:
            self._element(child)
            self.html.append("\n")
            if child.tag in ("ul", "ol"):
                items += [_one_line(_first_words(item)) for item in child]
        if last and self.numbers:
            self._footnotes()
        self.stretches.append(page_html("".join(self.html)).rstrip("\n"))
        lines = [_one_line(line) for line in "".join(self.plain).split("\n")]
        self.texts.append("\n".join([line for line in lines if line]))
        self.items.append(tuple([french_spaces(item) for item in items] if self.french else items))

    def _element(self, element: etree.Element) -> None:
        tag = element.tag
        written = self.html
        attributes = element.attrib
        if attributes:
            if NOTE in attributes:
                self._mark(attributes[NOTE])
                self._text(element.tail)
                return
            attributes = self._attributes(tag, attributes)
        if tag in _BLOCKS:
            self.plain.append("\n")
            if tag == "pre":
                self._listing(element, attributes)
                return
        level = _LEVELS.get(tag)
        if level:
            tag, attributes = self._heading(element, level, attributes)
        elif tag == RAW:
            for child in author_html(element.text or ""):
                self._element(child)
                self._text(child.tail)
            return
        elif tag == "a":
            attributes, shown = self._link(attributes)
            if not shown:
                tag = ""
        elif tag == "img":
            attributes = self._image(attributes)
            self.plain.append(attributes.get("alt", ""))
        elif tag == "br":
            self.plain.append(" ")
        elif tag in ("td", "th") and element.get("align") in ("center", "right"):
            attributes = {**attributes, "class": f"{attributes.get('class', '')} align-{element.get('align')}".strip()}
        if "id" in attributes and not level:
            if attributes["id"] in self.anchors:
                attributes = {name: value for name, value in attributes.items() if name != "id"}
            else:
                self.anchors[attributes["id"]] = None
        if attributes:
            written.append(f"<{tag}{_attributes(attributes)}>" if tag else "")
        elif tag:
            written.append(f"<{tag}>")
        if tag in VOID:
            return
        quiet = tag in _QUIET
        self.quiet += quiet
        if element.text:
            self._text(element.text, plain=tag in ("code", "kbd", "samp"))
        for child in element:
            self._element(child)
            if child.tail:
                self._text(child.tail)
        self.quiet -= quiet
        if tag:
            written.append(f"</{tag}>")
        if tag in _BLOCKS:
            self.plain.append("\n")

    def _text(self, text: str | None, *, plain: bool = False) -> None:
        if not text:
            return
        if self.french and not plain:
            for sign in _FRENCH:
                if sign in text:
                    text = french_spaces(text)
                    break
        self.plain.append(text.replace("\n", " ") if "\n" in text else text)
        if self.mentions is not None and not self.quiet:
            at = 0
            for start, end, href in self.mentions(text):
                if start >= at and href not in self.linked:
                    self.linked.add(href)
                    self.html.append(f'{_escape(text[at:start])}<a class="cve" href="{escape(href)}" data-generated="">')
                    self.html.append(f"{_escape(text[start:end])}</a>")
                    at = end
            text = text[at:]
        self.html.append(_escape(text))

    def _attributes(self, tag: str, attributes: dict[str, str]) -> dict[str, str]:
        listed = attributes.get(IAL)
        own = allowed(tag, {name: value for name, value in attributes.items() if name != IAL})
        if listed is None:
            return own
        more = attribute_list(tag, listed)
        if "class" in own and "class" in more:
            return {**own, **more, "class": f"{own['class']} {more['class']}"}
        return {**own, **more}

    def _heading(self, element: etree.Element, level: int, attributes: dict[str, str]) -> tuple[str, dict[str, str]]:
        if self.base:
            while self.levels and self.levels[-1] >= level:
                self.levels.pop()
            self.levels.append(level)
            level = min(self.base + len(self.levels) - 1, 6)
        text = _one_line("".join(element.itertext()))
        own = attributes.get("id", "")
        if own and own not in self.anchors:
            self.anchors[own] = None
            anchor = own
        else:
            anchor = self._new_id(text)
        self.headings.append((len(self.stretches), Heading(level, french_spaces(text) if self.french else text, anchor)))
        return f"h{level}", {**attributes, "id": anchor}

    def _new_id(self, text: str) -> str:
        """As kramdown counts: the second «notes» is ``notes-1``; and never an id that is there already."""
        name = heading_id(text) or "section"
        while True:
            count = self.counts.get(name, -1) + 1
            self.counts[name] = count
            anchor = f"{name}-{count}" if count else name
            if anchor not in self.anchors:
                self.anchors[anchor] = None
                return anchor

    def _link(self, attributes: dict[str, str]) -> tuple[dict[str, str], bool]:
        """Attributes as they are written, and whether it stays a link: a foreign scheme makes it plain words."""
        href = attributes.get("href")
        if href is None:
            return {name: value for name, value in attributes.items() if name not in ("target", "rel")}, True
        kind = scheme(href)
        if kind and kind not in SCHEMES:
            return {}, False
        if not kind and not href.startswith(("//", "/\\", "\\")):
            self.links.append((len(self.stretches), href))
            return {**attributes, "href": self._rooted(href)}, True
        if kind == "mailto" or (self.site_host and _host(href) == self.site_host):
            return attributes, True
        rel = [word for word in attributes.get("rel", "").split() if word not in ("noopener", "noreferrer", "opener")]
        return {**attributes, "rel": " ".join(["noopener", "noreferrer", *rel])}, True

    def _rooted(self, href: str) -> str:
        return (self.root + href[1:] or "./") if href.startswith("/") else href

    def _image(self, attributes: dict[str, str]) -> dict[str, str]:
        source = attributes.get("src", "")
        kind = scheme(source)
        if kind not in ("", "http", "https"):
            source = ""
        elif not kind and not source.startswith("//"):
            source = self._rooted(source)
        return {**attributes, "src": source, "alt": attributes.get("alt", "")}

    def _listing(self, element: etree.Element, attributes: dict[str, str]) -> None:
        code = element[0] if len(element) and element[0].tag == "code" else element
        text = "".join(code.itertext())
        language = code.get("class", "").removeprefix("language-") if code is not element else ""
        classes = f"highlight {attributes.get('class', '')}".strip()
        inner = _attributes({"class": f"language-{language}"}) if language else ""
        self.html.append(f'<pre{_attributes({**attributes, "class": classes})}><code{inner}>')
        self.html.append(highlighted(text, language) + "</code></pre>")
        self.plain.append(text + "\n")

    def _mark(self, name: str) -> None:
        """The number that stands for a footnote."""
        known = name in self.numbers
        number = self.numbers.setdefault(name, len(self.numbers) + 1)
        anchor = "" if known or f"fnref:{name}" in self.anchors else f' id="fnref:{name}"'
        if anchor:
            self.anchors[f"fnref:{name}"] = None
        self.html.append(f'<sup{anchor}><a href="#fn:{name}" class="footnote" role="doc-noteref">{number}</a></sup>')

    def _footnotes(self) -> None:
        self.html.append('<div class="footnotes" role="doc-endnotes"><ol>')
        written: set[str] = set()
        while len(written) < len(self.numbers):  # a note may name another
            for name in [name for name in self.numbers if name not in written]:
                written.add(name)
                self.anchors[f"fn:{name}"] = None
                self.html.append(f'<li id="fn:{name}">')
                self._text(self.notes[name].text)
                for child in self.notes[name]:
                    self._element(child)
                back = f'<a href="#fnref:{name}" class="reversefootnote" role="doc-backlink" data-generated="">↩</a>'
                if self.html[-1] == "</p>":
                    self.html[-1] = f" {back}</p></li>"
                else:
                    self.html.append(f"{back}</li>")
        self.html.append("</ol></div>")


def _attributes(attributes: dict[str, str]) -> str:
    return "".join([f' {name}="{escape(value)}"' for name, value in attributes.items()])


def _escape(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _host(href: str) -> str:
    try:
        return urlsplit(href).hostname or ""
    except ValueError:
        return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _first_words(item: etree.Element) -> str:
    """The words of a list item before its first block after the first."""
    if not (item.text or "").strip() and len(item) and item[0].tag == "p":
        return "".join(item[0].itertext())
    words = [item.text or ""]
    for child in item:
        if child.tag in _BLOCKS:
            break
        words.append("".join(child.itertext()))
        words.append(child.tail or "")
    return "".join(words)
