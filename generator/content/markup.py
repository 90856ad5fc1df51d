"""Markdown to safe HTML: one document in, its stretches out, with their headings, links, ids and plain text.

Python-Markdown gives the frame (registries, block parser, references, tables); two processors are registered through
its public API in place of its own: `blocks.Blocks` for kramdown's blocks, `inline.Spans` for its spans. One walk over
the tree that they leave (`writer.Writer`) writes everything, and nh3 has the last word on every stretch (`safety`).
"""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Container, Sequence
from functools import lru_cache
from html import escape

from markdown import Markdown
from msgspec import Struct

from generator.content import usual
from generator.content.blocks import CUT, Blocks
from generator.content.inline import Spans
from generator.content.pieces import heading_id
from generator.content.writer import Mentions, Writer
from generator.model import Heading
from generator.text import beyond_reason, normal_lines, without_controls

__all__ = ["Mentions", "Rendered", "heading_id", "render"]


class Rendered(Struct, frozen=True, gc=False):
    """One document, converted."""

    stretches: tuple[str, ...]
    """Safe, balanced HTML, one for each stretch that came in."""
    headings: tuple[tuple[int, Heading], ...]
    """The index of its stretch and the heading with its level on the page, in page order, labels included."""
    links: tuple[tuple[int, str], ...]
    """The index of its stretch and the href as written, entities decoded, of links without scheme and host."""
    anchors: tuple[str, ...]
    """Every id in the HTML and every label's, each once."""
    texts: tuple[str, ...]
    """Plain text for each stretch, one line a block, ordinary spaces."""
    items: tuple[tuple[str, ...], ...]
    """For each stretch the plain text of its outermost list items: their first paragraph, without nested lists. Only
    for those that were asked for."""


def render(
    stretches: Sequence[str], *, language: str, root: str, site_host: str = "", labels: Sequence[str] = (),
    bases: Sequence[int] | None = None, mentions: Mentions | None = None, listed: Container[int] | None = None,
) -> Rendered:
    """Convert the consecutive stretches of one Markdown document.

    References and footnotes of one stretch work in another and ids are unique over all; yet each stretch comes out
    whole by itself, whatever its neighbours leave open.

    `language` is the text's tag (``fr…`` gets French spaces); `root` leads from the page to the site's root (``../../``
    or empty); `site_host` is the host whose links are not foreign. `labels[i]`, plain text, is a heading that the page
    shows above stretch i: it takes its id in order. `bases[i]` is the level of the topmost headings in stretch i (2
    where missing); an empty `bases` keeps the author's levels. `mentions` gives start, end and href of words to link.
    `listed` holds the indexes of the stretches whose list items are wanted; all by default.

    Never raises for any text: nesting and numbers of lines beyond reason come out as text.
    """
    whole = "".join(stretches)
    clean: Sequence[str] = stretches
    if "\ufeff" in whole or without_controls(normal_lines(whole)) != whole:
        clean = [without_controls(normal_lines(text)) for text in stretches]
    if "\t" in whole:
        clean = [text.expandtabs(4) for text in clean]
    if beyond_reason(whole):
        return _as_text(clean)
    try:
        return _convert(clean, language, root, site_host, labels, bases, mentions, listed)
    except RecursionError:
        return _as_text(clean)


def _as_text(stretches: Sequence[str]) -> Rendered:
    return Rendered(
        tuple([f"<pre>{escape(text, quote=False)}</pre>" for text in stretches]), (), (), (), tuple(stretches),
        tuple([()] * len(stretches)),
    )


@lru_cache(maxsize=1)
def _engine() -> tuple[Markdown, Blocks, Spans]:
    """Python-Markdown with our grammar in place of its own: made once, reset before each document."""
    md = Markdown()
    blocks, spans = Blocks(md), Spans(md)
    md.parser.blockprocessors.register(blocks, "kramdown", 1000)  # before all others, and takes everything
    md.treeprocessors.register(spans, "inline", 20)
    return md, blocks, spans


def _convert(
    stretches: Sequence[str], language: str, root: str, site_host: str, labels: Sequence[str],
    bases: Sequence[int] | None, mentions: Mentions | None, listed: Container[int] | None,
) -> Rendered:
    french = language.lower().startswith("fr")
    short = sum(map(len, stretches)) <= usual.LONGEST
    outlines = [usual.outline(stretch) if short else None for stretch in stretches]
    written, words = usual.spans([line for found in outlines if found for line in found.lines], french=french)
    others = [stretch for stretch, found in zip(stretches, outlines, strict=True) if found is None]
    elements, footnotes = _grammar(stretches, others) if others or not all(written) else ([], {})
    writer = Writer(
        footnotes, _engine()[2].read, french=french, root=root, site_host=site_host.lower(), mentions=mentions,
    )
    trees, done = iter(elements), 0
    for index, found in enumerate(outlines):
        label = labels[index] if index < len(labels) else ""
        wanted = listed is None or index in listed
        last = index == len(stretches) - 1
        if found is not None:
            end = done + len(found.lines)
            writer.usual(found, written[done:end], words[done:end], label, listed=wanted, last=last)
            done = end
        else:
            base = 0 if bases is not None and not len(bases) else bases[index] if bases and index < len(bases) else 2
            writer.stretch(next(trees), label, base, listed=wanted, last=last)
    return Rendered(
        tuple(writer.stretches), tuple(writer.headings), tuple(writer.links), tuple(writer.anchors),
        tuple(writer.texts), tuple(writer.items),
    )


def _grammar(stretches: Sequence[str], others: Sequence[str]) -> tuple[list[etree.Element], dict[str, etree.Element]]:
    """The trees of those stretches of a document that are `others`, and its footnotes; `Spans.read` knows it then."""
    md, blocks, spans = _engine()
    md.reset()
    document = etree.Element("div")
    blocks.footnotes = {}
    if others:
        md.parser.parseBlocks(document, [f"\n{CUT}\n".join(others)])
    notes = etree.SubElement(document, "ol")
    notes.extend(blocks.footnotes.values())
    spans.begin("\n".join(stretches), frozenset(blocks.footnotes))
    spans.run(document)
    document.remove(notes)
    return list(document), blocks.footnotes
