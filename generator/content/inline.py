"""kramdown's span grammar as the inline tree processor of Python-Markdown: emphasis, code, links, tags, typography.

kramdown decides on a quote or an asterisk from the source around it (``"**bold**"`` is quoted, ``l'`` is elided), so
one scanner reads the source once and leaves finished typography behind. Nothing is stashed in the text, so nothing can
be forged there. Only the characters that a document holds are looked for. The number of tokens that are tried is
bounded, whatever the text: after that all is literal. Tags and attributes are the author's still: `safety` judges them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from functools import lru_cache

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from generator.content.blocks import LIST
from generator.content.typography import SPACES, decoded, entity, escaped, quote

VOID_TAGS = frozenset(("br", "img", "wbr"))
SPAN_TAGS = VOID_TAGS | frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp",
     "small", "span", "strong", "sub", "sup", "time", "u", "var")
)
"""Tags that an author may write inside a line; any other word in angle brackets is text."""
NOTE = "x-note"
"""Attribute of a ``sup`` element that stands for a footnote's number: the note's name."""

_BUDGET = 60_000  # tokens a document: 28 times what the longest real post needs, half a second
_MAX_DEPTH = 12
_LITERAL = frozenset(("code", "kbd", "samp", "var"))

_AUTOLINK = re.compile(r"<((?:mailto:|https?://|ftps?://)[^<>\s]+|([\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]+))>")
_TAG = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z_:][\w:.-]*(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'=<>`]+))?)*)\s*/?>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][\w:.-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
_ATTRIBUTE_LIST = re.compile(r"\{:(?![\w-]*:|/)((?:\\\}|[^}\n])+)\}")
_FOOTNOTE = re.compile(r"\[\^([\w-]+)\]")
_REFERENCE = re.compile(r"\s?\[([^\]\[]*)\]")
_POINTED = re.compile(r"\(\s*<([^<>\n]*)>")
_PLACE = re.compile(r"[()]|\s(?=[\"'])|\n")
_LINK_TITLE = re.compile(r"\s*([\"'])(.{1,500}?)\1\s*\)", re.DOTALL)
_IN_WORD = re.compile(r"[^\W\d_]-?_*\Z")
_CLOSED = re.compile(r"\s*>")
_STRUCK = re.compile(r"~~(?![\s~])([^~]*(?:~(?!~)[^~]*)*)(?<=[^\s~])~~")

_TOKENS = (  # each alternative begins with a plain character: `re` finds the next one of them five times as fast
    ("*", r"\*\*?"), ("_", "__?"), ("`", "``*"), ("<", "<"), ("[", r"\[|\]"), ("\\", r"\\"), ('"', '"'), ("'", "'"),
    ("&", "&"), ("~~", "~~"), ("--", "---?"), ("...", r"\.\.\."), (">>", ">>"), ("  \n", "  \n"),
)
_SYMBOLS = {"--": "–", "---": "—", "...": "…", ">>": "»"}


def scanner(text: str) -> re.Pattern[str] | None:
    """What can begin a span in this document; None when nothing can."""
    return _scanner(tuple([mark[0] in text and mark in text for mark, _ in _TOKENS]))


@lru_cache(maxsize=512)
def _scanner(present: tuple[bool, ...]) -> re.Pattern[str] | None:
    parts = [token for (_, token), here in zip(_TOKENS, present, strict=True) if here]
    return re.compile("|".join(parts)) if parts else None


class Spans(Treeprocessor):
    """Turns the text of every block into text and elements, in place."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._parser: _Parser | None = None

    def begin(self, text: str, notes: frozenset[str]) -> None:
        """Before a document's spans are read: its whole text, and the names of the footnotes that it defines."""
        tokens = scanner(text)
        self._parser = _Parser(tokens, self.md.references, notes) if tokens else None

    def run(self, root: etree.Element) -> None:
        """Before this a block holds text, then blocks; an `AtomicString` is left alone."""
        for element in list(root.iter()) if self._parser else ():
            text = element.text
            if text and text.__class__ is str:
                children = list(element)
                if children:
                    del element[:]
                self.read(text, element)
                element.extend(children)

    def read(self, text: str, element: etree.Element) -> None:
        """Put text and elements that `text` stands for into `element`, which is empty but for its own text."""
        element.text = text
        if self._parser and self._parser.tokens.search(text):
            element.text = None
            self._parser.read(text, element)


class _Parser:
    """The spans of one document, with what is left of its budget."""

    __slots__ = ("absent", "budget", "notes", "open", "references", "text", "tokens")

    def __init__(
        self, tokens: re.Pattern[str], references: dict[str, tuple[str, str]], notes: frozenset[str]
    ) -> None:
        self.tokens, self.references, self.notes = tokens, references, notes
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

        Without `stop`, everything. `stop` is a delimiter of emphasis, ``]``, or the beginning of a closing tag.
        """
        text = self.text
        search = self.tokens.search
        begin = done = marked = at  # all before `done` is taken; at `marked` a mark ends, which quotes care for
        words: list[str] = []  # since the last child of `element`
        depth = 1  # of square brackets
        closing = stop[:1]
        while self.budget > 0 and (token := search(text, at)):
            self.budget -= 1
            start, end = token.span()
            first = text[start]
            if first == closing:
                if first == "]":
                    depth -= 1
                    found = not depth
                elif first == "<":
                    after = start + len(stop)
                    found = text[start:after].lower() == stop and _CLOSED.match(text, after) is not None
                else:
                    found = text.startswith(stop, start) and start > begin and self._closes(start, stop)
                if found:
                    words.append(text[done:start])
                    _say(element, words)
                    return start
            elif first == "[" and closing == "]" and text[start - 1] != "!":
                depth += 1
            child: etree.Element | str | None = None
            if first in "*_":
                child, end = self._emphasis(start, end)
            elif first in "\"'":
                child, end = quote(text, start, marked=start == marked)
            elif first == "[":
                image = start > marked and text[start - 1] == "!"
                child, end = self._link(start, image=image)
                start -= image and child is not None
            elif first == "`":
                child, end = self._code(start, end)
            elif first == "<":
                child, end = self._angle(start)
            elif first == "~":
                child, end = self._struck(start)
            elif first == "\\":
                child, end = escaped(text, start)
                if child == "\n":
                    child = etree.Element("br")
            elif first == " ":
                child, end = etree.Element("br"), end - 1
            elif first in "-.>":
                child = _SYMBOLS[token[0]]
            else:
                if first == "&":
                    child, end = entity(text, start)
                if child is None and closing != "]":  # an ordinary character, after all
                    at = end
                    continue
            if child is not None:
                if start > done:
                    words.append(text[done:start])
                if isinstance(child, str):
                    words.append(child)
                else:
                    _say(element, words)
                    words.clear()
                    element.append(child)
                    if text.startswith("{:", end) and (listed := _ATTRIBUTE_LIST.match(text, end)):
                        child.set(LIST, listed[1])
                        end = listed.end()
                done = end
            at = marked = end
        if stop:
            return -1
        words.append(text[done:])
        _say(element, words)
        return len(text)

    def _inside(self, tag: str, at: int, stop: str) -> tuple[etree.Element, int]:
        """An element with the spans from `at` up to `stop`, and where `stop` begins, or -1."""
        element = etree.Element(tag)
        if self._find(stop[:2], at) < 0:
            return element, -1
        token = self.tokens.search(self.text, at) if stop[0] in "*_" and self.budget > 0 else None
        if token and token.start() > at and token[0] == stop and self._closes(token.start(), stop):
            self.budget -= 1  # as below; most bold texts are plain inside
            element.text = self.text[at : token.start()]
            return element, token.start()
        self.open.append(tag)
        close = self._spans(at, element, stop)
        self.open.pop()
        return element, close

    def _emphasis(self, start: int, end: int) -> tuple[etree.Element | None, int]:
        text = self.text
        mark = text[start:end]
        after = text[end : end + 1]
        tag = "strong" if len(mark) == 2 else "em"
        if not after or after in SPACES or tag in self.open:
            return None, end
        if mark[0] == "_" and _IN_WORD.search(text, max(0, start - 8), start):
            return None, end
        element, close = self._inside(tag, end, mark)
        if close < 0 and tag == "strong" and "em" not in self.open:
            mark = mark[0]
            element, close = self._inside("em", start + 1, mark)
        return (None, end) if close < 0 else (element, close + len(mark))

    def _closes(self, start: int, mark: str) -> bool:
        text = self.text
        if text[start - 1] in SPACES:
            return False
        if len(mark) == 1 and text.startswith(mark * 2, start) and not text.startswith(mark * 3, start):
            return False
        end = start + len(mark)
        return mark[0] != "_" or not text[end : end + 1].isalnum()

    def _code(self, start: int, end: int) -> tuple[etree.Element | None, int]:
        text = self.text
        if end - start == 1 and (not start or text[start - 1] in SPACES) and text[end : end + 1] in SPACES:
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
        match = None
        if "del" not in self.open and self._find("~~", start + 2) > 0:
            match = _STRUCK.match(self.text, start)
        if match is None:
            return None, start + 2
        element = etree.Element("del")
        inner = _Parser(self.tokens, self.references, self.notes)
        inner.open, inner.budget = [*self.open, "del"], min(self.budget, 1000)
        inner.read(match[1], element)
        return element, match.end()

    def _angle(self, start: int) -> tuple[etree.Element | str | None, int]:
        """An address, a tag, guillemets or a comment; anything else in angle brackets is text, and is seen."""
        text = self.text
        following = text[start + 1 : start + 2]
        if following == "<":
            return "«", start + 2
        if following == "!" and text.startswith("<!--", start):
            close = self._find("-->", start + 4)
            return ("", close + 3) if close >= 0 else (None, start + 4)
        link = _AUTOLINK.match(text, start)
        if link:
            if "a" in self.open:
                return None, start + 1
            element = etree.Element("a", href=f"mailto:{link[2]}" if link[2] else link[1])
            element.text = AtomicString(link[1].removeprefix("mailto:"))
            return element, link.end()
        tag = _TAG.match(text, start) if following.isalpha() else None
        name = tag[1].lower() if tag else ""
        if tag is None:
            return None, start + 1
        if name not in SPAN_TAGS or (name == "a" and "a" in self.open) or len(self.open) > _MAX_DEPTH:
            return tag[0], tag.end()
        return self._tagged(name, tag)

    def _tagged(self, name: str, tag: re.Match[str]) -> tuple[etree.Element | str, int]:
        """An element of HTML. Without its end a tag is text: prose names tags, and nothing is swallowed."""
        text = self.text
        attributes = {
            key.lower(): decoded(double or single or bare) for key, double, single, bare in _ATTRIBUTE.findall(tag[2])
        }
        if name in VOID_TAGS:
            return etree.Element(name, attributes), tag.end()
        if name in _LITERAL:
            element = etree.Element(name)
            close = self._find(f"</{name}>", tag.end())
            if close >= 0:
                element.text = AtomicString(decoded(text[tag.end() : close]))
        else:
            element, close = self._inside(name, tag.end(), f"</{name}")
        if close < 0:
            return tag[0], tag.end()
        element.attrib.update(attributes)
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
        target = self._target(close + 1, text[start + 1 : close])
        if target is None:
            return None, start + 1
        href, title, end = target
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
            if not self.references:
                return None
            end = at
            if reference := _REFERENCE.match(text, at):
                end = reference.end()
                words = reference[1] or words
            found = self.references.get(" ".join(words.split()).lower())
            return None if found is None else (decoded(found[0]), found[1], end)
        if pointed := _POINTED.match(text, at):
            href, place = pointed[1], pointed.end()
            if text.startswith(")", place):
                return decoded(href), "", place + 1
        else:
            closed, place = self._parentheses(at)
            if closed:
                return decoded(text[at + 1 : place - 1].strip()), "", place
            if place < 0:
                return None
            href = text[at + 1 : place].strip()
        title = _LINK_TITLE.match(text, place)
        return None if title is None else (decoded(href), title[2], title.end())

    def _parentheses(self, at: int) -> tuple[bool, int]:
        """Whether the bracket at `at` is closed before a title begins, and the end of that; -1 when neither comes."""
        level, place = 0, at
        if self._find(")", at) < 0:
            return False, -1
        while self.budget > 0 and (edge := _PLACE.search(self.text, place)):
            self.budget -= 1
            place = edge.end()
            if edge[0] == ")":
                level -= 1
                if not level:
                    return True, place
            elif edge[0] == "(":
                level += 1
            elif self.text[place : place + 1] in ('"', "'"):
                return False, place
        return False, -1


def _say(element: etree.Element, words: list[str]) -> None:
    text = "".join(words)
    if text:
        if len(element):
            element[-1].tail = text
        else:
            element.text = text
