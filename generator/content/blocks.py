"""kramdown's block grammar (GFM mode) as one block processor of Python-Markdown: lists, quotes, code, tables.

Authors of the blogs that veille takes over wrote for kramdown. Python-Markdown's own processors see a text as pieces
between blank lines and disagree with it on most of those posts: a list under a paragraph's line, content-based
indentation, tight and loose items in one list. Here one pass decides each line once, so time stays linear; nesting and
looking ahead are capped. Rules that differ from kramdown on purpose are marked «ours».
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.tables import TableProcessor
from markdown.util import AtomicString

from generator.content import lines as grammar
from generator.content.lines import blank

CUT = "\x1d"
"""A line of its own between two stretches of one document; cannot occur in a text, control characters are dropped."""
RAW = "x-html"
"""Tag of an element whose text is HTML as the author wrote it, not yet safe."""
LIST = "x-list"
"""Attribute that carries an attribute list (``{: .class}``) as written."""

_MAX_DEPTH = 24  # deeper quotes and lists are text: no author nests so, a hostile page may
_LOOKAHEAD = 100_000  # lines a document that are looked at in search of a fence's or a tag's end
_LONG_TABLE = 100_000  # characters: Python-Markdown's rows cost the square of their length

_HEADING_ID = re.compile(r"[ \t]\{#([A-Za-z][\w:-]*)\}$")
_CLOSING = re.compile(r"(?:^|[ \t])#+$")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_VOID = frozenset(("hr", "br", "img"))


class Blocks(BlockProcessor):
    """Reads a whole document. Its root gets one ``div`` for each stretch between lines of `CUT`."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser)
        self.footnotes: dict[str, etree.Element] = {}
        """The notes of the document by their name, as ``li`` elements in no tree."""
        self._ahead = 0
        self._table = TableProcessor(md.parser, {"use_align_attribute": True})
        self._starts: dict[str, Callable[[etree.Element, list[str], int, int], int]] = {
            "#": self._heading, ">": self._quote, "`": self._fence, "~": self._fence, "{": self._machinery,
            "[": self._definition, "<": self._html, "^": self._end_of_list, ":": self._meaning,
            **dict.fromkeys("*-_+0123456789", self._rule_or_list),
        }

    def test(self, parent: etree.Element, block: str) -> bool:
        """All blocks are ours."""
        return True

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Everything at once: a fence or a list may hold blank lines."""
        lines = "\n\n".join(blocks).split("\n")
        blocks.clear()
        self.footnotes = {}
        self._ahead = _LOOKAHEAD
        start = 0
        for end in [number for number, line in enumerate(lines) if line == CUT] + [len(lines)]:
            self._parse(etree.SubElement(parent, "div"), lines[start:end], 0)
            start = end + 1

    def _parse(self, parent: etree.Element, lines: list[str], depth: int) -> str:
        """Append the blocks of `lines` to `parent`.

        Gives back the kinds of what was found, a letter each: ``p`` a paragraph, a space for blank lines, ``i`` an
        attribute list, ``x`` anything else. The rule for loose items reads them.
        """
        kinds = ""
        last = ""  # the last letter of `kinds`
        number, count = 0, len(lines)
        boundary = True  # only after one do underlined headings and tables begin
        pending = ""  # an attribute list that stands before its block
        words: list[str] = []  # of the paragraph at the end of `parent`, while `last` is ``p``
        joined: list[tuple[etree.Element, list[str]]] = []  # paragraphs that went on after what looked like their end
        while number < count:
            line = lines[number]
            if not line or line.isspace():
                if last != " ":
                    last = " "
                    kinds += last
                boundary = True
                number += 1
                continue
            bare = line.lstrip(" ")
            first = bare[0]
            if first == "{" and (listed := grammar.ATTRIBUTES.match(line)):
                if boundary:
                    pending = listed[1]
                elif len(parent) and len(before := parent[-1].get(LIST, "")) < 1000:
                    parent[-1].set(LIST, f"{before} {listed[1]}")
                last = "i"
                kinds += last
                number += 1
                continue
            size = len(parent)
            after = number
            if len(line) - len(bare) > 3:
                if last != "p":
                    after = self._code(parent, lines, number)
            elif depth < _MAX_DEPTH:
                start = self._starts.get(first)
                if start is not None:
                    if first == ":" and last == "p":
                        parent[-1].text = "\n".join(words)
                    after = start(parent, lines, number, depth)
                if after == number and (boundary or last == "x"):  # ours: a table right under a heading
                    after = self._rows(parent, lines, number) if "|" in line else number
                if after == number and boundary:
                    after = self._underlined(parent, lines, number)
            if after > number:
                last = "x"
                kinds += last
            else:
                after = grammar.paragraph_end(lines, number)
                text = "\n".join(lines[number:after]).rstrip()
                if last != "p":
                    words = [text.lstrip()]
                    etree.SubElement(parent, "p").text = words[0]
                    last = "p"
                    kinds += last
                else:
                    if len(words) == 1:
                        joined.append((parent[-1], words))
                    if lines[number - 1].endswith("  "):
                        words[-1] += "  "
                    words.append(text)
            if pending and len(parent) > size:
                parent[size].set(LIST, pending)
                pending = ""
            boundary = grammar.ends_list(line)
            number = after
        for paragraph, parts in joined:
            paragraph.text = "\n".join(parts)
        return kinds

    # What a line may begin. Each gives back the line after its block; the line itself when it begins nothing.

    def _heading(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        match = grammar.HEADING.match(lines[number])
        if match and _headed(parent, f"h{len(match[1])}", match[2], closing=True):
            return number + 1
        return number

    @staticmethod
    def _underlined(parent: etree.Element, lines: list[str], number: int) -> int:
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if below[:1] not in ("=", "-") or not grammar.UNDERLINE.match(below):
            return number
        return number + 2 * _headed(parent, "h1" if below[0] == "=" else "h2", lines[number], closing=False)

    @staticmethod
    def _code(parent: etree.Element, lines: list[str], number: int) -> int:
        end = grammar.code_end(lines, number)
        code = [line[4:] if line.startswith("    ") else line.lstrip(" ") for line in lines[number:end]]
        _listing(parent, "\n".join(code), "")
        return end

    def _fence(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """Without its end a fence is text, so that it swallows nothing."""
        match = grammar.FENCE.match(lines[number])
        if match is None:
            return number
        mark = match[2]
        for end in range(number + 1, min(len(lines), number + self._ahead)):
            self._ahead -= 1
            line = lines[end].strip()
            if line.startswith(mark) and not line.strip(mark[0]) and not lines[end].startswith("    "):
                _listing(parent, "\n".join(lines[number + 1 : end]), match[3].partition("?")[0].lower())
                return end + 1
        return number

    def _rows(self, parent: etree.Element, lines: list[str], number: int) -> int:
        """Ours: without a line of dashes a pipe is prose, unless every line begins with one."""
        end = number + 1
        while end < len(lines) and "|" in lines[end]:
            end += 1
        rows = [row.strip() for row in lines[number:end]]
        if sum(map(len, rows)) > _LONG_TABLE:
            return number
        headed = len(rows) > 1 and grammar.SEPARATOR.match(rows[1]) is not None and "|" in rows[1]
        if not headed:
            if len(rows) < 2 or not all(row.startswith("|") for row in rows):
                return number
            columns = max(row.strip("|").count("|") for row in rows) + 1
            rows[:0] = ["|" + "-|" * columns] * 2
        block = "\n".join(rows)
        if not self._table.test(parent, block):
            return number
        self._table.run(parent, [block])
        if not headed:
            parent[-1].remove(parent[-1][0])
        return end

    def _quote(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        end = grammar.quote_end(lines, number)
        inner = [grammar.QUOTE.sub("", line, count=1) for line in lines[number:end]]
        self._parse(etree.SubElement(parent, "blockquote"), inner, depth + 1)
        return end

    @staticmethod
    def _machinery(parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        return number + 1 if grammar.MACHINERY.match(lines[number]) else number

    @staticmethod
    def _end_of_list(parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        return number + 1 if grammar.ends_list(lines[number]) else number

    def _definition(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """A footnote's text or a reference's address: neither stays where it stands."""
        if note := grammar.FOOTNOTE.match(lines[number]):
            end = grammar.note_end(lines, number)
            body = etree.Element("li")
            inner = [note[2], *(line.removeprefix("    ") for line in lines[number + 1 : end])]
            self._parse(body, inner, depth + 1)
            self.footnotes.setdefault(note[1], body)
            return end
        match = grammar.REFERENCE.match(lines[number])
        if match is None:
            return number
        end = number + 1
        title = match[4] or match[5] or match[6] or ""
        if not title and end < len(lines) and (below := grammar.REFERENCE_TITLE.match(lines[end])):
            title = below[1] or below[2]
            end += 1
        self.parser.md.references[" ".join(match[1].split()).lower()] = (match[2] or match[3] or "", title)
        return end

    def _html(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """A comment, or a block with its end. Ours: without an end, and when HTML does not know its tag, it is text."""
        line = lines[number]
        if line.lstrip(" ").startswith("<!--"):
            for end in range(number, min(len(lines), number + self._ahead)):
                self._ahead -= 1
                _, closed, rest = lines[end].partition("-->")
                if closed:
                    return end + 1 if blank(rest) else number
            return number
        tag = grammar.TAG.match(line)
        if tag is None or tag[1] or tag[2].lower() not in grammar.BLOCK_TAGS:
            return number
        end = number if tag[2].lower() in _VOID and ">" in line else self._closed(lines, number, tag[2])
        if end < number:
            return number
        etree.SubElement(parent, RAW).text = AtomicString("\n".join(lines[number : end + 1]))
        return end + 1

    def _closed(self, lines: list[str], number: int, name: str) -> int:
        """The line where the tag that opens line `number` is closed; -1 when it never is."""
        edges = re.compile(rf"<(/?){name}(?=[\s/>])", re.IGNORECASE)
        level = 0
        for end in range(number, min(len(lines), number + self._ahead)):
            self._ahead -= 1
            for edge in edges.finditer(lines[end]):
                level += -1 if edge[1] else 1
                if level > _MAX_DEPTH:
                    return -1
            if level <= 0:
                return end
        return -1

    def _meaning(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """``: text`` under a paragraph: a definition list whose terms are the paragraph's lines."""
        text = lines[number].lstrip(" ")[1:]
        if text[:1] not in (" ", "\t") or not number or blank(lines[number - 1]):
            return number
        if not len(parent) or parent[-1].tag not in ("p", "dl"):
            return number
        if parent[-1].tag == "p":
            terms = parent[-1].text or ""
            parent.remove(parent[-1])
            listed = etree.SubElement(parent, "dl")
            for term in terms.split("\n"):
                etree.SubElement(listed, "dt").text = term.strip()
        end = grammar.paragraph_end(lines, number)
        meaning = etree.SubElement(parent[-1], "dd")
        self._parse(meaning, [text.lstrip(), *(line.lstrip() for line in lines[number + 1 : end])], depth + 1)
        _unwrap(meaning)
        return end

    def _rule_or_list(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        line = lines[number]
        if grammar.RULE.match(line):
            etree.SubElement(parent, "hr")
            return number + 1
        match = grammar.ITEM.match(line)
        if match is None:
            return number
        found = grammar.items(lines, number)
        self._fill(etree.SubElement(parent, "ul" if match[2] in "+*-" else "ol"), found, depth)
        return found.end

    def _fill(self, listed: etree.Element, found: grammar.Items, depth: int) -> None:
        """Items, tight or loose each by itself: loose is what a blank line follows, the last one as the others are."""
        tight_before = False
        for number, (lines, attributes) in enumerate(zip(found.lines, found.attributes, strict=True)):
            item = etree.SubElement(listed, "li")
            if attributes:
                item.set(LIST, attributes)
            last = number == len(found.lines) - 1
            if len(lines) == 1 and (lines[0][:1].isalpha() or lines[0].startswith("**")):  # no block begins so
                tight_before = tight_before or not last or number == 0
                (item if tight_before else etree.SubElement(item, "p")).text = lines[0].rstrip()
                continue
            kinds = self._parse(item, lines, depth + 1).replace("i", "")
            if not kinds.startswith("p"):
                tight_before = True
                continue
            loose = kinds[1:2] == " " and (not last or len(kinds) > 2 or found.ended)
            if not loose and (not last or number == 0 or tight_before):
                _unwrap(item)
                tight_before = True


def _headed(parent: etree.Element, tag: str, text: str, *, closing: bool) -> bool:
    """Append a heading; false when nothing is left to show."""
    text = text.strip()
    named = _HEADING_ID.search(text)
    if named:
        text = text[: named.start()].rstrip()
    if closing:
        text = _CLOSING.sub("", text).rstrip()
    if text:
        heading = etree.SubElement(parent, tag)
        heading.text = text
        if named:
            heading.set("id", named[1])
    return bool(text)


def _listing(parent: etree.Element, code: str, language: str) -> None:
    element = etree.SubElement(etree.SubElement(parent, "pre"), "code")
    element.text = AtomicString(code + "\n")
    if language:
        element.set("class", f"language-{language}")


def _unwrap(item: etree.Element) -> None:
    """Put the words of a leading paragraph into the item itself: a tight item."""
    first = item[0] if len(item) else item
    if first.tag != "p":
        return
    text = first.text or ""
    item.remove(first)
    if task := _TASK.match(text):
        text = ("☐ " if task[1] == " " else "☑ ") + text[task.end() :]
    item.text = text
