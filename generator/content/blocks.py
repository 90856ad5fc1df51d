"""kramdown's block grammar (GFM mode) as one block processor of Python-Markdown: paragraphs, lists, quotes, code, tables.

Authors of the blogs that veille takes over wrote for kramdown, and Python-Markdown's own processors, which see a text as
pieces between blank lines, disagree with it on most posts (a list under a paragraph's line, content-based indentation,
tight and loose items in one list). One pass over the lines decides each line once, so that time stays linear; nesting is
capped. Rules that differ from kramdown on purpose are marked «ours».
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.tables import TableProcessor
from markdown.util import AtomicString

CUT = "\x1d"
"""A line of its own between two stretches of one document; cannot occur in a text, control characters are dropped."""
RAW = "x-html"
"""Tag of an element whose text is HTML as the author wrote it, not yet safe."""
IAL = "x-ial"
"""Attribute that carries an attribute list (``{: .class}``), as written, to the renderer."""
_MAX_DEPTH = 24  # deeper quotes and lists are text: no author nests so, a hostile page may

BLOCK_TAGS = frozenset(
    "address article aside blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li "
    "main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)

_LIST = re.compile(r"( {0,3})([+*-]|\d+\.)(?=[ \t])")
_BULLET = re.compile(r"( {0,3})[+*-](?=[ \t])")
_NUMBER = re.compile(r"( {0,3})\d+\.(?=[ \t])")
_INTERRUPTS = re.compile(  # what ends a paragraph; ours: «2025. » at a line's start is prose, only «1.» opens a list
    r" {0,3}(?:[+*-][ \t]|1\.[ \t]|>|\{:(?![:/])[^}]+\}[ \t]*$|```|~~~|</?[a-zA-Z]|:[ \t])|#{1,6}[ \t]+\S|\^[ \t]*$"
)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_HEADING_ID = re.compile(r"[ \t]\{#([A-Za-z][\w:-]*)\}$")
_CLOSING = re.compile(r"(?:^|[ \t])#+$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:\*[ \t]*\*[ \t]*\*[ \t*]*|-[ \t]*-[ \t]*-[ \t-]*|_[ \t]*_[ \t]*_[ \t_]*)$")
_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*$")
_QUOTE = re.compile(r" {0,3}> ?")
_IAL = re.compile(r" {0,3}\{:(?![:/])((?:\\\}|[^}])+)\}[ \t]*$")
_ALD = re.compile(r" {0,3}\{:(?:[\w-]+:[^}]*|:[^}]*|/[^}]*)\}[ \t]*$")
_ITEM_IAL = re.compile(r"\{:(?![:/])([^}]+)\}[ \t]*")
_REFERENCE = re.compile(
    r" {0,3}\[([^\]^][^\]]*)\]:[ \t]*(?:<([^<>]*)>|([^\s'\"]+))[ \t]*(?:\"(.+)\"|'(.+)'|\((.+)\))?[ \t]*$"
)
_TITLE = re.compile(r"[ \t]*(?:\"(.+)\"|'(.+)')[ \t]*$")
_FOOTNOTE = re.compile(r" {0,3}\[\^([\w-]+)\]:[ \t]*(.*)")
_SEPARATOR = re.compile(r" {0,3}\|?[ :|-]*-[ :|-]*$")
_TAG = re.compile(r" {0,3}<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_VOID = frozenset(("hr", "br", "img"))


def _blank(line: str) -> bool:
    return not line or line.isspace()


class Blocks(BlockProcessor):
    """Reads a whole document. Its root gets one ``div`` child for each stretch between lines of `CUT`."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser)
        self.footnotes: dict[str, etree.Element] = {}
        """The notes of the document by their name; the renderer places them."""
        self._table = TableProcessor(md.parser, {"use_align_attribute": True})
        self._starts: dict[str, Callable[[etree.Element, list[str], int, int], int]] = {
            "#": self._heading, ">": self._quote, "`": self._fence, "~": self._fence, "{": self._definition_of_attributes,
            "[": self._definition, "<": self._html, "^": self._end_of_block, ":": self._meaning,
            **dict.fromkeys("*-_+", self._rule_or_list), **dict.fromkeys("0123456789", self._rule_or_list),
        }

    def test(self, parent: etree.Element, block: str) -> bool:
        """All blocks are ours."""
        return True

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Everything at once: a fence or a list may hold blank lines."""
        lines = "\n\n".join(blocks).split("\n")
        blocks.clear()
        self.footnotes = {}
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
        number, count = 0, len(lines)
        boundary = True  # only after one do underlined headings and tables begin
        pending = ""  # an attribute list that stands before its block
        while number < count:
            line = lines[number]
            if not line or line.isspace():
                if not kinds.endswith(" "):
                    kinds += " "
                boundary = True
                number += 1
                continue
            bare = line.lstrip(" ")
            if bare[0] == "{" and (listed := _IAL.match(line)):
                if boundary:
                    pending = listed[1]
                elif len(parent):
                    parent[-1].set(IAL, f"{parent[-1].get(IAL, '')} {listed[1]}")
                kinds += "i"
                number += 1
                continue
            before = len(parent)
            after = number
            if line.startswith("    "):
                if kinds[-1:] != "p":
                    after = self._code(parent, lines, number)
            elif depth < _MAX_DEPTH:
                start = self._starts.get(bare[0])
                if start is not None:
                    after = start(parent, lines, number, depth)
                if after == number and boundary:
                    after = self._underlined(parent, lines, number) or self._rows(parent, lines, number) or number
                elif after == number and kinds[-1:] == "x":
                    after = self._rows(parent, lines, number) or number  # ours: a table right under a heading
            if after == number:
                after = self._paragraph(parent, lines, number, joined=kinds[-1:] == "p")
                if kinds[-1:] != "p":
                    kinds += "p"
            else:
                kinds += "x"
            if pending and len(parent) > before:
                parent[before].set(IAL, pending)
                pending = ""
            boundary = line.rstrip() == "^"
            number = after
        return kinds

    def _paragraph(self, parent: etree.Element, lines: list[str], number: int, *, joined: bool) -> int:
        end = number + 1
        count = len(lines)
        while end < count:
            line = lines[end]
            if not line or line.isspace():
                break
            if (match := _INTERRUPTS.match(line)) and (match[0][-2:-1] != "<" or self._opens_html(line)):
                break
            end += 1
        text = "\n".join(lines[number:end]).rstrip()
        if joined:
            last = parent[-1]
            last.text = f"{last.text}\n{text}"
        else:
            etree.SubElement(parent, "p").text = text.lstrip()
        return end

    @staticmethod
    def _opens_html(line: str) -> bool:
        tag = _TAG.match(line)
        return tag is not None and tag[2].lower() in BLOCK_TAGS

    def _code(self, parent: etree.Element, lines: list[str], number: int) -> int:
        end = number
        count = len(lines)
        while end < count:
            line = lines[end]
            if line.startswith("    ") and not line.isspace():
                end += 1
            elif _blank(line):
                after = end + 1
                while after < count and _blank(lines[after]):
                    after += 1
                if after == count or not lines[after].startswith("    "):
                    break
                end = after
            elif _IAL.match(line) or self._opens_html(line):
                break
            else:
                end += 1
        code = "\n".join(line[4:] if line.startswith("    ") else line.lstrip(" ") for line in lines[number:end])
        self._listing(parent, code, "")
        return end

    @staticmethod
    def _listing(parent: etree.Element, code: str, language: str) -> None:
        pre = etree.SubElement(parent, "pre")
        element = etree.SubElement(pre, "code")
        element.text = AtomicString(code + "\n")
        if language:
            element.set("class", f"language-{language}")

    def _heading(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        match = _HEADING.match(lines[number])
        if match is None:
            return number
        text = match[2].rstrip()
        named = _HEADING_ID.search(text)
        if named:
            text = text[: named.start()].rstrip()
        text = _CLOSING.sub("", text).rstrip()
        if not text:
            return number
        heading = etree.SubElement(parent, f"h{len(match[1])}")
        heading.text = text
        if named:
            heading.set("id", named[1])
        return number + 1

    @staticmethod
    def _underlined(parent: etree.Element, lines: list[str], number: int) -> int:
        """The line after an underlined heading, or 0."""
        if number + 1 >= len(lines) or lines[number + 1][:1] not in ("=", "-") or not _UNDERLINE.match(lines[number + 1]):
            return 0
        text = lines[number].strip()
        named = _HEADING_ID.search(text)
        heading = etree.SubElement(parent, "h1" if lines[number + 1][0] == "=" else "h2")
        heading.text = text[: named.start()].rstrip() if named else text
        if named:
            heading.set("id", named[1])
        return number + 2

    def _rows(self, parent: etree.Element, lines: list[str], number: int) -> int:
        """The line after a table, or 0. Ours: without a separator line a pipe is prose, unless lines begin with one."""
        if "|" not in lines[number]:
            return 0
        end = number + 1
        while end < len(lines) and "|" in lines[end] and end - number < 2000:
            end += 1
        rows = lines[number:end]
        if end - number > 1 and _SEPARATOR.match(rows[1]) and "|" in rows[1]:
            block = "\n".join(row.rstrip() for row in rows)
            if len(block) < 200_000 and self._table.test(parent, block):
                self._table.run(parent, [block])
                return end
        return 0

    def _fence(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """A closed fence; without its end it is text, so that it swallows nothing."""
        match = _FENCE.match(lines[number])
        if match is None:
            return number
        mark = match[2]
        for end in range(number + 1, len(lines)):
            line = lines[end].strip()
            if line.startswith(mark) and not line.strip(mark[0]) and len(lines[end]) - len(lines[end].lstrip()) < 4:
                code = "\n".join(lines[number + 1 : end])
                self._listing(parent, code, match[3].partition("?")[0].lower())
                return end + 1
        return number

    def _quote(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        end = number
        inner = []
        while end < len(lines):
            line = lines[end]
            if _blank(line) or (line.lstrip()[:1] == "{" and _IAL.match(line)) or line == "^":
                break
            inner.append(_QUOTE.sub("", line, count=1))
            end += 1
        self._parse(etree.SubElement(parent, "blockquote"), inner, depth + 1)
        return end

    @staticmethod
    def _definition_of_attributes(parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """``{:name: .class}``, ``{::comment}`` and such: kramdown's own machinery, which is dropped."""
        return number + 1 if _ALD.match(lines[number]) else number

    def _definition(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        line = lines[number]
        if note := _FOOTNOTE.match(line):
            end = number + 1
            inner = [note[2]]
            while end < len(lines):
                following = lines[end]
                if following.startswith("    ") or (not _blank(following) and not _blank(lines[end - 1])
                                                    and not _FOOTNOTE.match(following)):
                    inner.append(following.removeprefix("    "))
                elif _blank(following) and end + 1 < len(lines) and lines[end + 1].startswith("    "):
                    inner.append("")
                else:
                    break
                end += 1
            body = etree.Element("li")
            self._parse(body, inner, depth + 1)
            self.footnotes.setdefault(note[1], body)
            return end
        if match := _REFERENCE.match(line):
            end = number + 1
            title = match[4] or match[5] or match[6]
            if title is None and end < len(lines) and (below := _TITLE.match(lines[end])):
                title = below[1] or below[2]
                end += 1
            name = " ".join(match[1].split()).lower()
            self.parser.md.references[name] = (match[2] or match[3] or "", title or "")
            return end
        return number

    def _html(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """An HTML block that is closed. Ours: without its end, and for tags that HTML does not know, it is text."""
        line = lines[number]
        if line.lstrip().startswith("<!--"):
            for end in range(number, min(len(lines), number + 500)):
                if "-->" in lines[end]:
                    if rest := lines[end].partition("-->")[2].strip():
                        lines[end] = rest
                        return end if end > number else number
                    return end + 1
            return number
        tag = _TAG.match(line)
        if tag is None or tag[1] or tag[2].lower() not in BLOCK_TAGS:
            return number
        name = tag[2].lower()
        if name in _VOID:
            if ">" not in line:
                return number
            end = number
        else:
            ends = re.compile(rf"<(/?){name}(?=[\s/>])", re.IGNORECASE)
            level, end = 0, -1
            for at in range(number, min(len(lines), number + 5000)):
                for edge in ends.finditer(lines[at]):
                    level += -1 if edge[1] else 1
                if level <= 0:
                    end = at
                    break
            if end < 0:
                return number
        etree.SubElement(parent, RAW).text = AtomicString("\n".join(lines[number : end + 1]))
        return end + 1

    @staticmethod
    def _end_of_block(parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """A line with only ``^``: kramdown's mark that the next list is another list."""
        return number + 1 if lines[number].rstrip() == "^" else number

    def _meaning(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        """``: text`` under a paragraph: a definition list whose terms are the paragraph's lines."""
        line = lines[number]
        if line.lstrip()[1:2] not in (" ", "\t") or not len(parent) or parent[-1].tag not in ("p", "dl"):
            return number
        if number == 0 or (_blank(lines[number - 1]) and parent[-1].tag == "p"):
            return number
        if parent[-1].tag == "p":
            terms = parent[-1]
            parent.remove(terms)
            listed = etree.SubElement(parent, "dl")
            for term in (terms.text or "").split("\n"):
                etree.SubElement(listed, "dt").text = term.strip()
        end = number + 1
        inner = [line.lstrip()[1:].lstrip()]
        while end < len(lines) and not _blank(lines[end]) and not _INTERRUPTS.match(lines[end]):
            inner.append(lines[end].lstrip())
            end += 1
        meaning = etree.SubElement(parent[-1], "dd")
        self._parse(meaning, inner, depth + 1)
        _unwrap(meaning)
        return end

    def _rule_or_list(self, parent: etree.Element, lines: list[str], number: int, depth: int) -> int:
        line = lines[number]
        if _RULE.match(line):
            etree.SubElement(parent, "hr")
            return number + 1
        match = _LIST.match(line)
        if match is None:
            return number
        return self._list(parent, lines, number, depth, bullets=match[2] in "+*-")

    def _list(self, parent: etree.Element, lines: list[str], number: int, depth: int, *, bullets: bool) -> int:
        """Content-based indentation, and looseness item by item, as kramdown's `parse_list` decides them."""
        marker = _BULLET if bullets else _NUMBER
        items: list[list[str]] = []
        notes: list[str] = []
        indent = 0
        limit = 3  # how far the next item's marker may be indented
        ended = after_blank = False
        count = len(lines)
        while number < count:
            line = lines[number]
            if not line or line.isspace():
                items[-1].append("")
                after_blank = True
                number += 1
                continue
            if after_blank and _RULE.match(line):
                break
            if line[0] == "^" and line.rstrip() == "^":
                ended = True
                number += 1
                break
            match = marker.match(line)
            if match and len(match[1]) <= limit:
                content = line[match.end() :]
                text = content.lstrip(" \t")
                note = ""
                if text[:2] == "{:" and (listed := _ITEM_IAL.match(text)):
                    note, text = listed[1], text[listed.end() :]
                indent = match.end() + len(content) - len(content.lstrip(" \t")) if text else 4
                limit = min(3, indent - 1)
                items.append([text])
                notes.append(note)
            elif line.startswith(" " * indent):
                items[-1].append(line[indent:])
            elif not after_blank and not self._leaves(line):
                items[-1].append(line)
            else:
                break
            after_blank = False
            number += 1
        self._fill(etree.SubElement(parent, "ul" if bullets else "ol"), items, notes, depth, ended=ended)
        return number

    def _leaves(self, line: str) -> bool:
        """Whether a line that is not indented ends an item although no blank line precedes it."""
        first = line.lstrip(" ")[:1]
        return (first == "{" and _IAL.match(line) is not None) or (first == "<" and self._opens_html(line))

    def _fill(
        self, listed: etree.Element, items: list[list[str]], notes: list[str], depth: int, *, ended: bool
    ) -> None:
        tight_before = False  # an earlier item without paragraphs makes the last one tight too
        for number, (lines, note) in enumerate(zip(items, notes, strict=True)):
            item = etree.SubElement(listed, "li")
            if note:
                item.set(IAL, note)
            last = number == len(items) - 1
            if len(lines) == 1:  # most items: one line, no nested block
                kinds = self._single(item, lines[0], depth)
            else:
                kinds = self._parse(item, lines, depth + 1)
            kinds = kinds.replace("i", "")
            if not kinds.startswith("p"):
                tight_before = True
                continue
            loose = kinds[1:2] == " " and not (last and len(kinds) == 2 and not ended)
            if not loose and (not last or len(items) == 1 or tight_before):
                _unwrap(item)
                tight_before = True

    def _single(self, item: etree.Element, line: str, depth: int) -> str:
        if not line:
            return ""
        if line[0].isalpha() or line.startswith("**"):  # no block begins so
            etree.SubElement(item, "p").text = line.rstrip()
            return "p"
        return self._parse(item, [line], depth + 1)


def _unwrap(item: etree.Element) -> None:
    """Put the text of a leading paragraph into the item itself: what HTML writers call a tight item."""
    first = item[0]
    if first.tag == "p":
        item.text = first.text
        item.remove(first)
        if task := _TASK.match(item.text or ""):
            item.text = ("☐ " if task[1] == " " else "☑ ") + (item.text or "")[task.end() :]
