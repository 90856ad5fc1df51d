"""kramdown's span grammar as the inline tree processor of Python-Markdown: emphasis, code, links, quotes and dashes.

kramdown decides on a quote or an asterisk from the source around it (``"**bold**"`` is quoted, ``l'`` is elided), so one
scanner reads the source once and leaves finished typography behind; nothing is stashed in the text, so nothing can be
forged there. Only the characters that a document holds are looked for. The number of tokens that are tried is bounded,
whatever the text: after that all is literal.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from functools import lru_cache
from html.entities import html5

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from generator.content.blocks import IAL

VOID_TAGS = frozenset(("br", "img", "wbr"))
SPAN_TAGS = frozenset(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var".split()
) | VOID_TAGS
NOTE = "x-note"
"""Attribute of a ``sup`` element that stands for a footnote's number: the note's name."""

_BUDGET = 150_000  # tokens a document: 70 times what the longest real post needs, half a second
_ESCAPABLE = frozenset("\\.*_+`<>()[]{}#!:|\"'$=-~")
_PUNCTUATION = frozenset("!\"#$%'()*+,-./:;<=>?@[\\]^_`{|}~")
_OPENING = frozenset(" \\\t\r\n[{(-")
_SPACES = frozenset(" \t\r\n\f\v")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DOUBLE = {True: ("“", "”"), False: ("‘", "’")}

_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));")
_AUTOLINK = re.compile(r"<((?:mailto:|https?://|ftps?://)[^<>\s]+|([\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]+))>")
_TAG = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z_:][\w:.-]*(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'=<>`]+))?)*)\s*/?>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][\w:.-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
_SPAN_IAL = re.compile(r"\{:(?![:/])((?:\\\}|[^}\n])+)\}")
_FOOTNOTE = re.compile(r"\[\^([\w-]+)\]")
_REFERENCE = re.compile(r"\s?\[([^\]\[]*)\]")
_TARGET = re.compile(r"\(\s*<([^<>\n]*)>")
_PLACE = re.compile(r"[()]|\s(?=[\"'])|\n")
_LINK_TITLE = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)')\s*\)")
_STRUCK = re.compile(r"~~(?![\s~])([^~]*(?:~(?!~)[^~]*)*)(?<=[^\s~])~~")

_TOKENS = (
    ("*", r"\*\*?"), ("_", "__?"), ("`", "`+"), ("<", "<"), ("[", r"[\[\]]"), ("\\", r"\\"), ('"', '"'), ("'", "'"),
    ("&", "&"), ("~~", "~~"), ("--", "---?"), ("...", r"\.\.\."), (">>", ">>"), ("  \n", "  \n"),
)


@lru_cache(maxsize=512)
def _scanner(present: tuple[bool, ...]) -> re.Pattern[str] | None:
    parts = [token for (_, token), here in zip(_TOKENS, present, strict=True) if here]
    return re.compile("|".join(parts)) if parts else None


def scanner(text: str) -> re.Pattern[str] | None:
    """What can begin a span in this document; None when nothing can."""
    return _scanner(tuple([mark in text for mark, _ in _TOKENS]))


class Spans(Treeprocessor):
    """Turns the text of every block into text and elements, in place."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.notes: frozenset[str] = frozenset()
        """Names of the footnotes that the document defines."""
        self.tokens: re.Pattern[str] | None = None
        """`scanner` of the document; set before a run."""

    def run(self, root: etree.Element) -> None:
        """Blocks hold only text or only blocks before this; an `AtomicString` is left alone."""
        tokens = self.tokens
        if tokens is None:
            return
        parser = _Parser(tokens, self.md.references, self.notes)
        for element in list(root.iter()):
            text = element.text
            if text and text.__class__ is str and tokens.search(text):
                children = list(element)
                if children:  # a tight item: text, then blocks
                    del element[:]
                element.text = None
                parser.read(text, element)
                element.extend(children)


class _Parser:
    """One document's spans. `at` and `text` say where it stands."""

    __slots__ = ("absent", "budget", "notes", "open", "references", "text", "tokens")

    def __init__(
        self, tokens: re.Pattern[str], references: dict[str, tuple[str, str]], notes: frozenset[str]
    ) -> None:
        self.tokens = tokens
        self.references = references
        self.notes = notes
        self.budget = _BUDGET
        self.text = ""
        self.open: list[str] = []
        self.absent: dict[str, int] = {}

    def read(self, text: str, element: etree.Element) -> None:
        """Append the spans of `text` to `element`, which is empty."""
        self.text = text
        self.absent.clear()
        self._spans(0, element, "")

    def _find(self, needle: str, start: int) -> int:
        """As `str.find`, but what is not there is searched for once."""
        if start >= self.absent.get(needle, len(self.text) + 1):
            return -1
        found = self.text.find(needle, start)
        if found < 0:
            self.absent[needle] = start
        return found

    def _spans(self, at: int, element: etree.Element, stop: str) -> int:
        """Read into `element` up to `stop` and give back where `stop` begins; -1 when it never comes.

        Without `stop`, everything. `stop` is a delimiter of emphasis, ``]``, or a closing tag in lower case.
        """
        text = self.text
        search = self.tokens.search
        done = at  # all before is in `element`
        fresh = at  # quotes do not look behind this: what stands there was a mark, not a character
        depth = 1  # of square brackets
        while self.budget > 0 and (token := search(text, at)):
            self.budget -= 1
            start = token.start()
            mark = token[0]
            first = mark[0]
            if stop:
                if stop[0] == first:
                    if first == "<":
                        if text[start : start + len(stop)].lower() == stop and text[start + len(stop) :].lstrip()[:1] == ">":
                            _say(element, text[done:start])
                            return start
                    elif first == "]":
                        depth -= 1
                        if not depth:
                            _say(element, text[done:start])
                            return start
                    elif text.startswith(stop, start) and self._closes(start, stop, empty=start == at and done == at and not len(element) and not element.text):
                        _say(element, text[done:start])
                        return start
                elif stop == "]" and first == "[" and text[start - 1 : start] != "!":
                    depth += 1
            end = token.end()
            child: etree.Element | str | None
            if first in "*_":
                child, end = self._emphasis(start, mark)
            elif first in "\"'":
                child, end = self._quote(start, fresh)
            elif first == "[":
                image = start > fresh and text[start - 1] == "!"
                child, end = self._link(start, image=image)
                if image and child is not None:
                    start -= 1
            elif first == "`":
                child, end = self._code(start, end)
            elif first == "<":
                child, end = self._angle(start)
            elif first == "&":
                child, end = _entity(text, start)
                if child is None:
                    at = end
                    continue
            elif first == "\\":
                child, end = _escape(text, start)
            elif first == "~":
                child, end = self._struck(start)
            elif first == "-":
                child = "—" if len(mark) == 3 else "–"
            elif first == ".":
                child = "…"
            elif first == ">":
                child = "»"
            elif first == " ":
                child, end = etree.Element("br"), end - 1
            else:
                child = None
                if stop != "]":  # a bracket outside a link is an ordinary character
                    at = end
                    continue
            if child is not None:
                if start > done:
                    _say(element, text[done:start])
                if child.__class__ is str:
                    _say(element, child)
                else:
                    element.append(child)
                    if text.startswith("{:", end) and (listed := _SPAN_IAL.match(text, end)):
                        child.set(IAL, listed[1])
                        end = listed.end()
                done = end
            at = fresh = end
        if stop:
            return -1
        _say(element, text[done:])
        return len(text)

    def _closes(self, start: int, stop: str, *, empty: bool) -> bool:
        text = self.text
        if empty or text[start - 1] in _SPACES:
            return False
        if len(stop) == 1:
            if text.startswith(stop * 2, start) and not text.startswith(stop * 3, start):
                return False
        return stop[0] != "_" or not text[start + len(stop) : start + len(stop) + 1].isalnum()

    def _emphasis(self, start: int, mark: str) -> tuple[etree.Element | None, int]:
        text = self.text
        end = start + len(mark)
        after = text[end : end + 1]
        if not after or after in _SPACES:
            return None, end
        if mark[0] == "_" and start and (text[start - 1].isalpha() or text[start - 1] == "-"):
            return None, end
        tag = "strong" if len(mark) == 2 else "em"
        if tag in self.open:
            return None, end
        element, close = self._inside(tag, end, mark)
        if close < 0 and tag == "strong" and self.open[-1:] != ["em"]:
            mark = mark[0]
            if "em" not in self.open:
                element, close = self._inside("em", start + 1, mark)
        if close < 0:
            return None, end
        return element, close + len(mark)

    def _inside(self, tag: str, at: int, stop: str) -> tuple[etree.Element, int]:
        element = etree.Element(tag)
        if self._find(stop if stop[0] != "<" else "</", at) < 0:
            return element, -1
        self.open.append(tag)
        close = self._spans(at, element, stop)
        self.open.pop()
        return element, close

    def _quote(self, at: int, fresh: int) -> tuple[str, int]:
        """Text and end. The rules are RubyPants', in kramdown's order, for a quote at `at`."""
        text = self.text
        quote = text[at]
        double = quote == '"'
        opening, closing = _DOUBLE[double]
        following = text[at + 1 : at + 2]
        if at > fresh:
            before = text[at - 1]
            if before in _SPACES:
                if not double and _decade(text, at):
                    return closing, at + 1
                return self._pair(at, opening)
            return (opening if before in _OPENING else closing), at + 1
        if following in ("*", "_"):
            marks = 2 if text[at + 2 : at + 3] in ("*", "_") else 1
            if text[at + 1 + marks : at + 2 + marks] not in _SPACES and len(text) > at + 1 + marks:
                return opening, at + 1
        if following in _PUNCTUATION and following and text[at + 2 : at + 4] != "..":
            beyond = text[at + 2 : at + 3]
            boundary = (beyond.isalnum() or beyond == "_") != (following == "_")
            if not boundary:
                return closing, at + 1
        if not double and _decade(text, at):
            return closing, at + 1
        if not following or following in _SPACES:
            return closing, at + 1
        if following == "s" and not (text[at + 2 : at + 3].isalnum() or text[at + 2 : at + 3] == "_"):
            return closing, at + 1
        return self._pair(at, opening)

    def _pair(self, at: int, opening: str) -> tuple[str, int]:
        """An opening quote, or two of different kinds before a word."""
        text = self.text
        if text[at + 1 : at + 2] in ("'", '"') and text[at + 1] != text[at] and text[at + 2 : at + 3] in _WORD:
            other = "‘" if text[at + 1] == "'" else "“"
            if text[at + 2 : at + 3]:
                return opening + other, at + 2
        return opening, at + 1

    def _code(self, start: int, end: int) -> tuple[etree.Element | None, int]:
        text = self.text
        if end - start == 1 and (not start or text[start - 1] in _SPACES) and text[end : end + 1] in _SPACES:
            return None, end
        close = self._find(text[start:end], end)
        if close < 0:
            return None, end
        code = text[end:close]
        if end - start > 1:
            code = code.removeprefix(" ").removesuffix(" ")
        element = etree.Element("code")
        element.text = AtomicString(code)
        return element, close + end - start

    def _struck(self, start: int) -> tuple[etree.Element | None, int]:
        if "del" in self.open or self._find("~~", start + 2) < 0:
            return None, start + 2
        match = _STRUCK.match(self.text, start)
        if match is None:
            return None, start + 2
        element = etree.Element("del")
        inner = _Parser(self.tokens, self.references, self.notes)
        inner.open, inner.budget = [*self.open, "del"], min(self.budget, 1000)
        inner.read(match[1], element)
        return element, match.end()

    def _angle(self, start: int) -> tuple[etree.Element | str | None, int]:
        """An address, a tag of HTML, or guillemets; anything else in angle brackets is text, and is seen."""
        text = self.text
        following = text[start + 1 : start + 2]
        if following == "<":
            return "«", start + 2
        if following == "!" and text.startswith("<!--", start):
            close = self._find("-->", start + 4)
            return ("", close + 3) if close >= 0 else (None, start + 4)
        if link := _AUTOLINK.match(text, start):
            if "a" in self.open:
                return None, start + 1
            element = etree.Element("a", href="mailto:" + link[2] if link[2] else link[1])
            element.text = AtomicString(link[1].removeprefix("mailto:"))
            return element, link.end()
        tag = _TAG.match(text, start) if following.isalpha() else None
        if tag is None or tag[1].lower() not in SPAN_TAGS:
            return None, start + 1
        name = tag[1].lower()
        if name == "a" and "a" in self.open:
            return None, tag.end()
        attributes = {
            key.lower(): _ENTITY.sub(_decoded, double or single or bare)
            for key, double, single, bare in _ATTRIBUTE.findall(tag[2])
        }
        if name in VOID_TAGS:
            return etree.Element(name, attributes), tag.end()
        if len(self.open) > 12:
            return None, tag.end()
        if name in ("code", "kbd", "samp", "var"):
            close = self._find(f"</{name}>", tag.end())
            element = etree.Element(name, attributes)
            if close >= 0:
                element.text = AtomicString(_ENTITY.sub(_decoded, text[tag.end() : close]))
        else:
            element, close = self._inside(name, tag.end(), f"</{name}")
            element.attrib.update(attributes)
        if close < 0:
            return None, tag.end()
        return element, text.index(">", close) + 1

    def _link(self, start: int, *, image: bool) -> tuple[etree.Element | None, int]:
        text = self.text
        if text.startswith("[^", start):
            note = _FOOTNOTE.match(text, start)
            if note is None or note[1] not in self.notes:
                return None, start + 1
            return etree.Element("sup", {NOTE: note[1]}), note.end()
        if not image and "a" in self.open:
            return None, start + 1
        element, close = self._inside("img" if image else "a", start + 1, "]")
        if close < 0 or (close == start + 1 and not image):
            return None, start + 1
        words = text[start + 1 : close]
        found = self._target(close + 1, words)
        if found is None:
            return None, start + 1
        href, title, end = found
        if image:
            element = etree.Element("img", src=href, alt=" ".join("".join(element.itertext()).split()))
        else:
            element.set("href", href)
        if title:
            element.set("title", title)
        return element, end

    def _target(self, at: int, words: str) -> tuple[str, str, int] | None:
        """Address, title and end of what follows the words of a link."""
        text = self.text
        if not text.startswith("(", at):
            end = at
            name = words
            if reference := _REFERENCE.match(text, at):
                end = reference.end()
                name = reference[1] or words
            found = self.references.get(" ".join(name.split()).lower()) if self.references else None
            return None if found is None else (_address(found[0]), found[1], end)
        if pointed := _TARGET.match(text, at):
            href, place = pointed[1], pointed.end()
            if text.startswith(")", place):
                return _address(href), "", place + 1
        else:
            if self._find(")", at) < 0:
                return None
            level, place = 0, at
            while True:
                self.budget -= 1
                edge = _PLACE.search(text, place)
                if edge is None or self.budget < 0:
                    return None
                place = edge.end()
                if edge[0] == ")":
                    level -= 1
                    if not level:
                        return _address(text[at + 1 : place - 1].strip()), "", place
                elif edge[0] == "(":
                    level += 1
                elif text[place : place + 1] in ('"', "'"):
                    break
            href = text[at + 1 : place].strip()
        title = _LINK_TITLE.match(text, place)
        if title is None:
            return None
        return _address(href), title[1] or title[2] or "", title.end()


def _say(element: etree.Element, text: str) -> None:
    if not text:
        return
    if len(element):
        last = element[-1]
        last.tail = last.tail + text if last.tail else text
    else:
        element.text = element.text + text if element.text else text


def _decade(text: str, at: int) -> bool:
    """``'80s``."""
    return text[at + 1 : at + 3].isdigit() and text[at + 3 : at + 4] == "s"


def _decoded(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return html5.get(name + ";", match[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code < 32 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF or code & 0xFFFE == 0xFFFE:
        return " " if code in (9, 10, 13) else "\ufffd"
    return chr(code)


def _entity(text: str, start: int) -> tuple[str | None, int]:
    match = _ENTITY.match(text, start)
    return (None, start + 1) if match is None else (_decoded(match), match.end())


def _escape(text: str, start: int) -> tuple[etree.Element | str | None, int]:
    char = text[start + 1 : start + 2]
    if char == "\n":
        return etree.Element("br"), start + 1
    if char == "\\" and text[start + 2 : start + 3] == "\n":
        return etree.Element("br"), start + 2
    return (char, start + 2) if char in _ESCAPABLE and char else (None, start + 1)


def _address(href: str) -> str:
    return _ENTITY.sub(_decoded, href) if "&" in href else href
