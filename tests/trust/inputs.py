"""Hostile inputs, as data that a person reviews: ``hostile/*.txt``, one a line, ``name | text``.

The stand-ins of `tests.cases` stand for invisible characters (``␊`` is a line feed, ``␀`` a null byte), ``⟨U+200B⟩``
for a character by its number, ``\\|`` for a pipe, and ``⟦text⟧×N`` for a text that is repeated. The words are our own;
the facts are what browsers are known to do. Whatever runs calls ``canary()``, whatever is fetched is on
``foreign.example``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.cases import real

FOLDER = Path(__file__).parent / "hostile"
_NUMBERED = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
_REPEATED = re.compile(r"⟦(.*?)⟧×(\d+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hostile:
    group: str
    name: str
    text: str
    code: str = ""
    """Of the message that refuses it."""

    def __str__(self) -> str:
        return f"{self.group}: {self.name}"


def hostile(group: str) -> list[Hostile]:
    """The inputs of one file."""
    found = []
    for line in (FOLDER / f"{group}.txt").read_text("utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        code, line = line.split(" | ", 1) if group == "refused" else ("", line)
        name, text = line.split(" | ", 1)
        text = _NUMBERED.sub(lambda one: chr(int(one[1], 16)), text.replace("\\|", "|"))
        text = real(text).decode("utf-8", "surrogatepass")
        found.append(Hostile(group, name, _REPEATED.sub(lambda part: part[1] * int(part[2]), text), code))
    assert len({one.name for one in found}) == len(found), f"two inputs of {group} have one name"
    return found


BODIES = [one for group in ("scripts", "attributes", "addresses", "structure") for one in hostile(group)]
"""What stands in the text of a note."""
REFUSED = hostile("refused")
"""What stands in the front matter of a note and builds no page."""

CONTEXTS = {
    "block": "avant\n\n{}\n\naprès", "line": "avant {} après", "heading": "## avant {} après",
    "item": "* avant {} après", "quote": "> avant {} après", "cell": "|avant|{}|après|\n|-|-|-|\n|x|{}|y|",
    "bold": "avant **gras {} fin** après",
    "link": "avant [mot {} fin](https://example.org/) après", "footnote": "avant[^9]\n\n[^9]: {}\n\naprès",
    "html": "<div>\navant {} après\n</div>",
}
"""Where in a text the input stands; the two words around it must always be seen."""

ATTACKS = {
    "a tag": "<img src=x onerror=canary()>",
    "the end of an attribute": '" onmouseover="canary()" x="',
    "the end of a quoted attribute": "' onmouseover='canary()' x='",
    "the end of a title": "</title></head><script>canary()</script>",
    "the end of a script": "</script><script>canary()</script>",
    "the end of a comment": "--><script>canary()</script><!--",
    "the end of CDATA": "]]><script xmlns='http://www.w3.org/1999/xhtml'>canary()</script>",
    "an entity of XML": "&xxe;&#0;&lt;script&gt;canary()&lt;/script&gt;",
    "the end of a JSON text": '\\"}],"x":"</script><script>canary()</script>',
    "an expression": "{{ 7*191 }}{% raw %}{# x #}${7*191}",
    "lines": "a\u2028b\u2029c\u0085d",
    "turned and invisible characters": "a\u202eb\u2066c\u200bd\ufeffe\u00adf\U000e0041g",
    "an address": "javascript:canary()",
    "a path": "../../../../etc/passwd",
    "marks of Markdown": "[x](javascript:canary()) ![y](javascript:canary()) `<b>` **z**",
}
FIELDS = {
    "title": "title: {}", "description": "description: {}", "author": "author: {}",
    "author's name": "author: {{name: {}}}", "tag": "tags: [{}]", "language": "lang: {}", "layout": "layout: {}",
    "permalink": "permalink: {}", "slug": "slug: {}", "alias": "aliases: [{}]", "source": "source: {}",
    "CVE": "cve: [{}]", "feed id": "feed_id: {}",
    "update": "updated: {}", "own key": "{}: x", "own value": "x: {}", "own list": "x: [{}, {{y: {}}}]",
    "reason": "ignore: {{V107: {}}}", "path of a permalink": "permalink: {}", "path of a source": "source: {}",
}
"""Front matter around an attack, which stands there as a YAML text in double quotes."""
LINES = {"headline": "**{}**", "label": "**Points clés {} :**\n* a", "source's words": "a\n\n[Source {}](https://example.org/)",
         "product": "CVE-2025-12345\n\n**Produit affecté :** {}"}
"""Lines of a body around an attack, on one line."""
