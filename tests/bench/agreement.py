"""How often our Markdown gives the tree that kramdown gives: `agreement.py POSTS KRAMDOWN_JSON`.

KRAMDOWN_JSON maps file names to the HTML of their bodies. White space is folded, no-break spaces included; ids, classes
and what we add (rel) do not count; spans of highlighted code are flattened. Prints the figure, the time per body in
one process, and the differences by class with examples.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from lxml import html

from generator.content.markup import render

_DROPPED = {"id", "class", "rel", "style", "role", "align", "tabindex"}
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_BLOCKS = {"blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
           "pre", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}


def body(path: Path) -> str:
    """The Markdown of a post, front matter dropped."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return _FRONT_MATTER.sub("", text.replace("\r\n", "\n"), count=1)


def events(written: str) -> list[str]:
    """The tree as a flat list: ``<tag attributes``, words, ``</tag``."""
    found: list[str] = []

    def say(text: str | None) -> None:
        if text:
            if found and not found[-1].startswith("<"):
                found[-1] += text
            else:
                found.append(text)

    def walk(element: html.HtmlElement) -> None:
        if not isinstance(element.tag, str):  # a comment
            say(element.tail)
            return
        classes = element.get("class", "").split()
        flat = element.tag == "div" and ("highlight" in classes or "highlighter-rouge" in classes)
        flat = flat or (element.tag == "span" and element.getparent().tag in ("code", "pre", "span"))
        if not flat:
            kept = [f"{name}={_words(value)}" for name, value in sorted(element.items()) if name not in _DROPPED]
            found.append(" ".join([f"<{element.tag}", *kept]))
        say(element.text)
        for child in element:
            walk(child)
        if not flat:
            found.append(f"</{element.tag}")
        say(element.tail)

    if written.strip():
        for part in html.fragments_fromstring(written):
            if isinstance(part, str):
                say(part)
            else:
                walk(part)
    return _folded(found)


def _words(text: str) -> str:
    return " ".join(text.split())


def _tag(event: str) -> str:
    return event.lstrip("</").split(" ")[0]


def _folded(found: list[str]) -> list[str]:
    result = []
    for index, event in enumerate(found):
        if event.startswith("<"):
            result.append(event)
            continue
        text = _words(event)
        before = _tag(found[index - 1]) if index else "p"
        after = _tag(found[index + 1]) if index + 1 < len(found) else "p"
        if event[:1].isspace() and before not in _BLOCKS and (text or after not in _BLOCKS):
            text = " " + text
        if event[-1:].isspace() and after not in _BLOCKS and text != " ":
            text += " "
        if text:
            result.append(text)
    return result


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many items both begin with."""
    return next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))


def kind(ours: list[str], theirs: list[str]) -> tuple[str, str]:
    """A class for the first difference, and both sides around it."""
    at = _common(ours, theirs)
    mine, other = (side[at] if at < len(side) else "<end" for side in (ours, theirs))
    if mine.startswith("<") or other.startswith("<"):
        names = [event.split(" ")[0] if event.startswith("<") else "text" for event in (mine, other)]
        shown = slice(max(0, at - 3), at + 3)
        return " for ".join(names), f"    ours   {ours[shown]}\n    theirs {theirs[shown]}"
    spot = _common(mine, other)
    shown = slice(max(0, spot - 50), spot + 50)
    name = f"text: {mine[spot:spot + 1]!r} for {other[spot:spot + 1]!r}"
    return name, f"    ours   {mine[shown]}\n    theirs {other[shown]}"


def judge(job: tuple[str, str, str]) -> tuple[str, str, str, float]:
    """File name, class and sides of the difference (empty when there is none), and our seconds of CPU."""
    name, text, reference = job
    start = time.process_time()
    result = render([text], language="fr", root="/", bases=())
    seconds = time.process_time() - start
    ours, theirs = events(result.stretches[0]), events(reference)
    return (name, "", "", seconds) if ours == theirs else (name, *kind(ours, theirs), seconds)


def main() -> None:
    """Parse arguments, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("kramdown_json", type=Path)
    parser.add_argument("--examples", type=int, default=3, metavar="N", help="examples for each class of difference")
    options = parser.parse_args()
    reference = json.loads(options.kramdown_json.read_text(encoding="utf-8"))
    jobs = [(name, body(options.posts / name), written) for name, written in sorted(reference.items())]
    with multiprocessing.Pool() as pool:
        results = pool.map(judge, jobs, chunksize=100)
    classes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, difference, sides, _ in results:
        if difference:
            classes[difference].append((name, sides))
    for difference, cases in sorted(classes.items(), key=lambda item: (-len(item[1]), item[0])):
        print(f"{len(cases):5}  {difference}")
        for name, sides in cases[: options.examples]:
            print(f"    {name}\n{sides}")
    same = len(results) - sum(map(len, classes.values()))
    print(f"\nthe same tree: {same} of {len(results)} bodies, {same / max(1, len(results)):.2%}")
    print(f"CPU of render: {sum(seconds for *_, seconds in results) / max(1, len(results)) * 1000:.3f} ms a body")


if __name__ == "__main__":
    main()
