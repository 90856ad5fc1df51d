"""The worst inputs that we know, of any size: every token of every format, repeated, on lines of its own, in a row.

``python -m tests.trust.worst [BYTES] [ROOM…]`` measures them all, the slowest of each room last: seconds of CPU.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec

from generator.article import ArticleError, understood
from generator.config import Config, Labels, SiteSettings, parse_config
from generator.content import frontmatter
from generator.content.affected import find_affected
from generator.content.entities import find_entities, find_scores
from generator.content.markup import render
from generator.content.post import parse_post
from generator.content.sections import read_note
from generator.importers import foreign, liquid, shortcodes, wordpress, wpautop, wxr
from generator.model import Origin, Source
from generator.outputs.portable import plain, portable
from generator.relations import relate
from generator.rules.draft import draft
from generator.rules.table import judge
from generator.text import (
    LINES,
    beyond_reason,
    clip,
    fold,
    french_spaces,
    normal_lines,
    one_line,
    slug,
    without_entities,
)
from tests.fuzz.rooms import as_export

TOKENS = (
    "*", "**", "_", "`", "``", "~~", "~", "[", "]", "(", ")", "![", "](", "[](", "[a](b)", "[a](<", "[a][", "[^a]",
    "[^a]: ", "[a]: b\n", "<", "<<", ">", "> ", "<a ", "<a b=", "<a href='", "<b>", "</b>", "<div>", "</div>", "<div\n",
    "<div>\n", "<!--", "-->", "<!-- \n", "<pre>", "<code>", "<table><tr><td>", "<li>", "&", "&#", "&amp;", "\\", "\\\n",
    "{", "{:", "{: .a", "{:a}\n", "{%", "{% raw %}", "{% highlight a %}", "{{", "}}", "{{<", "{{% ", "[code]",
    "[caption]", "[caption <img ", "[gallery a", "<!-- wp:", "<!--more", "|", "|a|", "|-", "|a\n|-\n", "#", "# a\n",
    "a\n=\n", "a\n---\n", "-", "- a\n", "  - a\n", "* ", "* a\n\n", "1. ", "---\n", "...", "=", "\t", "\n", " ", "  \n",
    "\u00a0", "a ", "a", "A-", "a_", "é", "'", '"', "'a ", "« ", ":", "::", "a: ", "? ", "- - ", "[[", "{a: ", "a,",
    "*a ", "&a ", "!a ", "@", "%", "^\n", "/", "/10", "CVE-", "CVE-2025-1234", "CVE-2025-1234/", "CVE-2025-1234 à ",
    "cvss ", "CVSS 9.8 ", "9.8/10 ", "9,8 et ", "AV:N/AC:L/PR:N/UI:N/", "score de base ", "note 9 ", "CWE-", "T1566.",
    "UNC", "GHSA-2345-", "Storm-", "produit affecté : ", "**Points clés :**\n", "## Points clés\n",
    "* **Vulnérabilités :**\n", "points clés et vulnérabilités et ", "[Source](", "Source: http://a\n", "**a", "**a:**",
    "<strong>a</strong>", "<h2>a", "http://a/(", "https://a[.]", "a@b.", "hxxp", "[à rédiger : ", "Voici ", "Titre : ",
    "\u202e", "\u0301", "\U0001f600", "\x00", "\r", "\u2028", "```\n", "~~~\n", "    a\n", "a\n: b\n",
    "[^a]:\n\n    a\n", "''", '"\\', "%20", "[x] ", "1.", "[a]\n", "[[a]]\n",
)
_PATH = "content/posts/2025-09-08-x.md"
_HEAD = "---\ntitle: x\ndate: 2025-09-08\n"
_CONFIG = Config()


def _file(text: str) -> Source:
    return Source(_PATH, text.encode("utf-8", "surrogatepass"))


def _header(text: str) -> None:
    frontmatter.read(_file(f"{_HEAD}{text}\n---\nx"), SiteSettings())


def _title(text: str) -> None:
    frontmatter.read(_file(f"---\ndate: 2025-09-08\ntitle: {text}\n---\nx"), SiteSettings())


def _note(text: str) -> None:
    parse_post(_file(f"{_HEAD}---\n{text}"), _CONFIG, "")


def _rules(text: str) -> None:
    source = _file(f"{_HEAD}---\n{text}")
    post = parse_post(source, _CONFIG, "").post
    if post:
        judge(draft(source, post))


def _feed(text: str) -> None:
    html = render((text,), language="fr", root="../").stretches[0]
    portable(html, "https://example.org/a/")
    plain(html)


def _words(text: str) -> None:
    for change in (slug, fold, french_spaces, one_line, without_entities):
        change(text)
    clip(text, 300)


def _export(text: str) -> None:
    with suppress(wxr.WxrError):
        wordpress.planned(wxr.understood(as_export(f"<rss>{text}".encode("utf-8", "surrogatepass"))), "old.xml")


def _exported(text: str) -> None:
    third = normal_lines(text)[: len(text) // 3].replace("\n", " ")
    item = f"wp:post_type=post\nwp:status=publish\nwp:post_date=2024-03-09 00:30:00\ncontent:encoded={third}"
    data = f"link=https://example.org/{third[:300]}\n\f{item}\ntitle={third}\nexcerpt:encoded={third}"
    wordpress.planned(wxr.understood(as_export(data.encode("utf-8", "surrogatepass"))), "old.xml")


def _relations(text: str) -> None:
    """Of notes whose titles are pieces of the text: a note's own title is short."""
    head = parse_post(_file(f"{_HEAD}---\na\n\n[Source](https://a.example/)"), _CONFIG, "").post
    assert head
    size = max(1, min(500, len(text) // 500))
    relate([
        msgspec.structs.replace(
            head, path=str(at), url=f"/{at}/", title=text[at : at + size], headline=text[at : at + size],
            origin=Origin(f"https://{at % 7}.example/{at}", f"{at % 7}.example"),
        )
        for at in range(0, len(text), size)
    ])


def _article(text: str) -> None:
    with suppress(ArticleError):
        understood(text.encode("utf-8", "surrogatepass"), "a")


ROOMS: dict[str, Callable[[str], object]] = {
    "file": lambda text: frontmatter.read(_file(text), SiteSettings()),
    "header": _header, "title": _title, "config": parse_config, "sections": lambda text: read_note(text, Labels()),
    "entities": find_entities, "scores": lambda text: find_scores(f"CVSS CVE-2025-1234 {text}"),
    "affected": find_affected, "markup": lambda text: render((text,), language="fr", root="../"),
    "note": _note, "rules": _rules, "feed": _feed, "words": _words,
    "liquid": lambda text: liquid.translate(text, 1, lambda kind, name: ""), "program": liquid.is_program,
    "shortcodes": lambda text: shortcodes.translate(text, 1, lambda name: ""),
    "WordPress": lambda text: wpautop.body(text, lambda ids: ()),
    "export": _export, "export's texts": _exported, "relations": _relations, "article": _article,
    "YAML": foreign.read_yaml, "TOML": foreign.read_toml, "JSON": foreign.read_json,
}
"""Name → what reads a text there."""


FILLERS = ("CVSS 9.8 ", "T1566 ", "a ")
"""Words that cost most and are no marks."""


def repeated(unit: str, size: int) -> str:
    """A text of about `size` bytes."""
    return unit * (size // len(unit.encode("utf-8")))


def apart(unit: str, filler: str, size: int) -> str:
    """A text of about `size` bytes with as many units as a note may have that is understood; `filler` between them."""
    many = [size // len(unit.encode("utf-8"))]
    many += [LINES * 19 // 20 // unit.count("\n")] if "\n" in unit else []
    while beyond_reason(unit * many[-1]):
        many.append(many[-1] * 9 // 10)
    between = (size // min(many) - len(unit.encode("utf-8"))) // len(filler)
    return (filler * max(0, between) + unit) * min(many)


def inputs(size: int) -> Iterator[tuple[str, str]]:
    """A name and a text of about `size` bytes."""
    for token in TOKENS:
        for filler in FILLERS if beyond_reason(repeated(token, size)) else ():
            yield f"{token!r} among {filler!r}", apart(token, filler, size)
        for name, unit in (("", token), (" on lines", f"{token}\n"), (" in words", f"{token}a ")):
            if name and (token.endswith("\n") or (name == " in words" and len(token) == 1)):
                continue
            yield f"{token!r}{name}", repeated(unit, size)


_PACE = 0.0155
"""Seconds that `pace` takes on a quiet core of the machine whose seconds are told here."""
_WORDS = re.compile(r"[a-z]+(?=[ ,])|\*\*|\[[^\]]*\]")
_TEXT = "un mot, **gras** et [lien](x) puis `code` et la suite, " * 400


def pace() -> float:
    """Seconds of CPU for some work that never changes: neighbours on a machine make all work slow, and this as well."""
    start = time.process_time()
    for _ in range(6):
        seen: dict[str, int] = {}
        for found in _WORDS.finditer(_TEXT):
            seen[found[0]] = seen.get(found[0], 0) + 1
        "".join([part.upper() for part in _TEXT.split(" ")])
    return time.process_time() - start


def seconds(room: str, text: str) -> float:
    """Of CPU, as `quiet` tells them."""
    start = time.process_time()
    ROOMS[room](text)
    took = time.process_time() - start
    return quiet(took)


def quiet(took: float) -> float:
    """Seconds of CPU that were just measured, as on a quiet core of that machine. A moment is a moment."""
    return took if took < 0.05 else took * _PACE / sorted(pace() for _ in range(5))[2]


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for one in sys.argv[2:] or ROOMS:
        measured = sorted((seconds(one, text), name) for name, text in inputs(size))
        for took, name in measured[-5:]:
            print(f"{took:7.2f} s  {one}: {name}", flush=True)
