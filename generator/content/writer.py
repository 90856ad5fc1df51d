"""The walk over a document's tree that writes its HTML: spaces, links, ids, headings, mentions, plain text at once."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Sequence
from html import escape, unescape

from generator.content.blocks import LIST, RAW
from generator.content.code import highlighted
from generator.content.inline import NOTE
from generator.content.pieces import BLOCKS, escaped, first_words, heading_id, host, plain_text, single_spaced, written
from generator.content.safety import SCHEMES, VOID, allowed, attribute_list, author_html, page_html, scheme
from generator.content.usual import Outline
from generator.model import Heading
from generator.text import french_spaces

Mentions = Callable[[str], Sequence[tuple[int, int, str]]]

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_LITERAL = frozenset(("code", "kbd", "pre", "samp", "var"))
_QUIET = _LITERAL | {"a", *_LEVELS}  # no mentions are linked inside
_BARE = BLOCKS - {"hr", "pre"} - _LEVELS.keys() | {"b", "del", "em", "i", "strong"}
"""Tags of which nothing but the name is written, as long as they have no attributes."""
_NO_WORDS = re.compile(r"(<code>[^<]*</code>|<[^>]*>)")


class Writer:
    """One document's way to HTML. What must be unique or in order over its stretches lives here."""

    def __init__(
        self, notes: dict[str, etree.Element], read: Callable[[str, etree.Element], None], *, french: bool, root: str,
        site_host: str, mentions: Mentions | None,
    ) -> None:
        """`notes` are the document's footnotes; `read` puts the spans of a text into an element."""
        self.stretches: list[str] = []
        self.texts: list[str] = []
        self.items: list[tuple[str, ...]] = []
        self.headings: list[tuple[int, Heading]] = []
        self.links: list[tuple[int, str]] = []
        self.anchors: dict[str, None] = {}
        self._notes, self._read, self._french, self._mentions = notes, read, french, mentions
        self._root, self._site_host = root, site_host
        self._numbers: dict[str, int] = {}  # of footnotes, by name
        self._counts: dict[str, int] = {}  # of headings, by id
        self._html: list[str] = []
        self._plain: list[str] = []
        self._levels: list[int] = []  # of the headings that the next one stands under
        self._base = 0
        self._quiet = 0
        self._linked: set[str] = set()

    def stretch(self, element: etree.Element, label: str, base: int, *, listed: bool, last: bool) -> None:
        """Write one stretch. The last one brings the footnotes. `base` 0 keeps the author's heading levels.

        `listed` says whether its list items are wanted.
        """
        self._begin(label)
        self._levels, self._base = [], base
        items: list[str] = []
        for child in element:
            self._element(child)
            if listed and child.tag in ("ul", "ol"):
                items += [single_spaced(first_words(item)) for item in child]
        self._end(plain_text("".join(self._plain)), items, safe=False, last=last)

    def usual(
        self, outline: Outline, lines: list[str], words: list[str], label: str, *, listed: bool, last: bool
    ) -> None:
        """Write one stretch of usual forms; `lines` and `words` are what `usual.spans` makes of its lines."""
        self._begin(label)
        items = words
        safe = all(lines)
        if not safe or (self._mentions is not None and self._mentions("\n".join(lines))):
            lines, words, items = lines[:], words[:], words[:]
            for number, html in enumerate(lines):
                if not html:
                    lines[number], words[number], items[number] = self._line(outline.lines[number])
                elif self._mentions is not None and self._mentions(html):
                    parts = _NO_WORDS.split(html)
                    parts[::2] = [self._mentioned(unescape(part)) for part in parts[::2]]
                    lines[number] = "".join(parts)
        self._html = [""] * (2 * len(lines) + 1)
        self._html[::2], self._html[1::2] = outline.frames, lines
        tops = [single_spaced(items[top]) for top in outline.tops] if listed else []
        self._end("\n".join(words) if safe else plain_text("\n".join(words)), tops, safe=safe, last=last)

    def _begin(self, label: str) -> None:
        self._html, self._plain = [], []
        self._linked = set()
        if label:
            self.headings.append((len(self.stretches), Heading(2, label, self._new_id(label))))

    def _end(self, text: str, items: list[str], *, safe: bool, last: bool) -> None:
        """What was written is a stretch with this plain text.

        It is `safe` when nothing in it is the author's but words, and they are escaped.
        """
        if last and self._numbers:
            self._plain = []
            self._footnotes()
            text = plain_text("".join([text, "\n", *self._plain]))
            safe = False
        html = "".join(self._html)
        # nh3 writes a no-break space by its name; so that all of a site does, so do we.
        self.stretches.append((html.replace("\xa0", "&nbsp;") if safe else page_html(html)).strip("\n"))
        self.texts.append(text)
        self.items.append(tuple([french_spaces(item) for item in items] if self._french else items))

    def _line(self, text: str) -> tuple[str, str, str]:
        """HTML of a line by the grammar, its plain text, and its words without what images say."""
        element = etree.Element("p")
        self._read(text, element)
        self._html, self._plain = [], []
        if element.text:
            self._text(element.text)
        for child in element:
            self._element(child)
            if child.tail:
                self._text(child.tail)
        return "".join(self._html), "".join(self._plain), "".join(element.itertext())

    def _element(self, element: etree.Element) -> None:
        tag = element.tag
        attributes = element.attrib
        if attributes or tag not in _BARE:
            self._dressed(element, tag, attributes)
            return
        block = tag in BLOCKS
        if block:
            self._plain.append("\n")
            self._html.append("\n")  # or the words of two blocks are one word to whoever reads the text alone
        self._html.append(f"<{tag}>")
        if element.text:
            self._text(element.text)
        for child in element:
            self._element(child)
            if child.tail:
                self._text(child.tail)
        self._html.append(f"</{tag}>")
        if block:
            self._plain.append("\n")

    def _dressed(self, element: etree.Element, tag: str, attributes: dict[str, str]) -> None:
        """An element of which more is to be known than its tag and what is inside."""
        html = self._html
        if attributes:
            if NOTE in attributes:
                self._mark(attributes[NOTE])
                return
            attributes = self._attributes(tag, attributes)
        block = tag in BLOCKS
        if block:
            self._plain.append("\n")
            html.append("\n")
            if tag in _LEVELS:
                tag, attributes = self._heading(element, _LEVELS[tag], attributes)
            elif tag == "pre":
                self._listing(element, attributes)
                return
        elif tag == "a":
            link = self._link(attributes)
            tag, attributes = ("a", link) if link is not None else ("", {})
        elif tag == "img":
            attributes = self._image(attributes)
            if "src" not in attributes:
                self._text(attributes["alt"], True)
                return
            self._plain.append(attributes["alt"])
        elif tag == "br":
            self._plain.append(" ")
        elif tag == RAW:
            for child in author_html(element.text or ""):
                if child.tag not in BLOCKS:  # words that stand alone, or are thrown out of a table
                    html.append("\n")
                    self._plain.append("\n")
                self._element(child)
                self._text(child.tail or "")
            return
        if attributes:
            html.append(f"<{tag}{written(attributes)}>")
        elif tag:
            html.append(f"<{tag}>")
        if tag in VOID:
            return
        quiet = tag in _QUIET
        literal = tag in _LITERAL
        self._quiet += quiet
        if element.text:
            self._text(element.text, literal)
        for child in element:
            self._element(child)
            if child.tail:
                self._text(child.tail, literal)
        self._quiet -= quiet
        if tag:
            html.append(f"</{tag}>")
        if block:
            self._plain.append("\n")

    def _text(self, text: str, literal: bool = False) -> None:
        if self._french and not literal:
            text = french_spaces(text)
        self._plain.append(text.replace("\n", " ") if "\n" in text else text)
        self._html.append(escaped(text) if self._mentions is None or self._quiet else self._mentioned(text))

    def _mentioned(self, text: str) -> str:
        """HTML of the text with links on what is mentioned in it, each once in a stretch."""
        html: list[str] = []
        at = 0
        for start, end, href in self._mentions(text) if self._mentions else ():
            if start >= at and href not in self._linked:
                self._linked.add(href)
                link = f'<a class="cve" href="{escape(href)}" data-generated="">'
                html.append(f"{escaped(text[at:start])}{link}{escaped(text[start:end])}</a>")
                at = end
        return "".join(html) + escaped(text[at:])

    def _attributes(self, tag: str, written: dict[str, str]) -> dict[str, str]:
        """What is allowed of an element's own attributes and of its attribute list; an id that is taken is dropped."""
        own = allowed(tag, written)
        if LIST in written:
            listed = attribute_list(tag, written[LIST])
            classes = f"{own.get('class', '')} {listed.get('class', '')}".strip()
            own = {**own, **listed, "class": classes} if classes else {**own, **listed}
        if written.get("align") in ("center", "right"):  # of a table's column
            own["class"] = f"{own.get('class', '')} align-{written['align']}".strip()
        if "id" in own:
            if own["id"] in self.anchors:
                del own["id"]
            else:
                self.anchors[own["id"]] = None
        return own

    def _heading(self, element: etree.Element, level: int, attributes: dict[str, str]) -> tuple[str, dict[str, str]]:
        if self._base:
            while self._levels and self._levels[-1] >= level:
                self._levels.pop()
            self._levels.append(level)
            level = min(self._base + len(self._levels) - 1, 6)
        text = single_spaced("".join(element.itertext()))
        anchor = attributes.get("id") or self._new_id(text)
        shown = french_spaces(text) if self._french else text
        self.headings.append((len(self.stretches), Heading(level, shown, anchor)))
        return f"h{level}", {**attributes, "id": anchor}

    def _new_id(self, text: str) -> str:
        """As kramdown counts: the second «notes» is ``notes-1``. Never an id that is there already."""
        name = heading_id(text).lstrip("_") or "section"
        while True:
            count = self._counts.get(name, -1) + 1
            self._counts[name] = count
            anchor = f"{name}-{count}" if count else name
            if anchor not in self.anchors:
                self.anchors[anchor] = None
                return anchor

    def _link(self, attributes: dict[str, str]) -> dict[str, str] | None:
        """Attributes as they are written; None when it is no link any more: a foreign scheme leaves plain words."""
        href = attributes.get("href")
        if href is None:
            return {name: value for name, value in attributes.items() if name not in ("target", "rel")}
        kind = scheme(href)
        if kind and kind not in SCHEMES:
            return None
        if not kind and not href.startswith(("//", "/\\", "\\")):
            self.links.append((len(self.stretches), href))
            return {**attributes, "href": self._rooted(href)}
        if kind == "mailto" or (self._site_host and host(href) == self._site_host):
            return attributes
        rel = [word for word in attributes.get("rel", "").split() if word not in ("noopener", "noreferrer", "opener")]
        return {**attributes, "rel": " ".join(["noopener", "noreferrer", *rel])}

    def _image(self, attributes: dict[str, str]) -> dict[str, str]:
        """Attributes as they are written; without an address that may be shown only ``alt``."""
        source, alt = attributes.get("src", ""), attributes.get("alt", "")
        kind = scheme(source)
        if not source or kind not in ("", "http", "https"):
            return {"alt": alt}
        if not kind and not source.startswith("//"):
            source = self._rooted(source)
        return {**attributes, "src": source, "alt": alt}

    def _rooted(self, href: str) -> str:
        return (self._root + href[1:] or "./") if href.startswith("/") else href

    def _listing(self, element: etree.Element, attributes: dict[str, str]) -> None:
        code = element[0] if len(element) and element[0].tag == "code" else element
        text = "".join(code.itertext())
        named = code.get("class", "") if code is not element else ""
        language = named.removeprefix("language-") if named.startswith("language-") else ""
        classes = f"highlight {attributes.get('class', '')}".strip()
        inner = written({"class": f"language-{language}"}) if language else ""
        self._html.append(f"<pre{written({**attributes, 'class': classes})}><code{inner}>")
        self._html.append(highlighted(text, language) + "</code></pre>")
        self._plain.append(text + "\n")

    def _mark(self, name: str) -> None:
        """The number that stands for a footnote."""
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        anchor = f"fnref:{name}"
        own = "" if anchor in self.anchors else f' id="{anchor}"'
        self.anchors[anchor] = None
        self._html.append(f'<sup{own}><a href="#fn:{name}" class="footnote" role="doc-noteref">{number}</a></sup>')

    def _footnotes(self) -> None:
        self._html.append('<div class="footnotes" role="doc-endnotes"><ol>')
        written: set[str] = set()
        while len(written) < len(self._numbers):  # a note may name another
            for name in [name for name in self._numbers if name not in written]:
                written.add(name)
                self.anchors[f"fn:{name}"] = None
                self._html.append(f'<li id="fn:{name}">')
                for child in self._notes[name]:
                    self._element(child)
                back = f'<a href="#fnref:{name}" class="reversefootnote" role="doc-backlink" data-generated="">↩</a>'
                if self._html[-1] == "</p>":
                    self._html[-1] = f" {back}</p></li>"
                else:
                    self._html.append(f"{back}</li>")
        self._html.append("</ol></div>")
