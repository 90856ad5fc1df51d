"""The section grammar: a note's body → headline, stretches, source tail. Works on lines of text; knows no HTML tree.

Which lines can be a label (measured on hand labels of 102 real notes):

* a heading of any level, a whole bold line, their HTML forms: these also *close* the section before them;
* a bold label with text after it on its line, a short line that ends in a colon, a bold item of a list without
  indentation: only in the very words of a label, and only for a section that no line of its own opens.

A bold item is far more often a field («* **Vulnérabilité :** CVE-…» among the key points) than a label. It is a label
at the end of its list, or when two sections are told by items of one list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from generator.config import Labels
from generator.content.labels import Reading, Table, may_begin, read_label, table
from generator.content.places import WHOLE_LINE, Form, Place, places, tail
from generator.text import beyond_reason


class Stretch(Struct, frozen=True, gc=False):
    """A part of a body: what one label opens, or text under no recognised label."""

    kinds: tuple[str, ...]
    """Of `model.SECTION_KINDS`, in the label's order; empty for text under no recognised label."""
    label: str
    """Plain text, as written, without its final colon; empty without a label."""
    line: int
    """1-based line in the body: of the label, or of the first line of the stretch."""
    text: str
    """Markdown of what follows the label. Its line ``i`` (from 0) is line ``line + i`` of the body: it begins with
    the rest of the label's line, often empty. Dedented where the label was a list item."""


class Note(Struct, frozen=True, gc=False):
    """A body, taken apart: headline, stretches and tail are all of it, in order."""

    headline: str
    """Markdown of the headline without its heading marks or the bold around it; empty when the note has none."""
    headline_line: int
    """1-based in the body; 0 without a headline."""
    stretches: tuple[Stretch, ...]
    origin_url: str
    """Of the source link at the very end, as written; empty without one."""
    origin_label: str
    """The words of the source link."""
    origin_line: int
    """1-based in the body; 0 without a source link."""


_SUBORDINATE = re.compile(r"(?i)[\W\d]*(?:pour|for|para)\s|.*\b(?:CVE|CVSS)\b")
"""Labels on a line of their own that go on with the open section: «Pour les administrateurs», «CVE-2025-1234 : …»."""

_LONGEST_ITEM = 60


def read_note(body: str, labels: Labels) -> Note:
    """The structure of a body (line ends ``\\n``, no control characters). Any text has one; linear time.

    The headline is the first line, when it is a heading or wholly bold; only a bare label («## Points clés») is none.
    The tail is the last line, when it is a source link, with the rule above it; earlier source lines stay text.
    """
    lines = body.split("\n")
    end, origin = tail(lines)
    found = places(body, lines, end) if not beyond_reason(body) else []
    wordings = table(labels)
    readings = {
        place.row: reading for place in found if place.text and (reading := _reading(place, wordings)) is not None
    }
    first = next((index for index, line in enumerate(lines) if line and not line.isspace()), -1)
    headline = None
    if found and found[0].row == first and found[0].form in WHOLE_LINE:
        reading = readings.get(first)
        if reading is None or not reading.bare:
            headline = found.pop(0)
            readings.pop(first, None)
    return Note(
        headline.text if headline else "",
        headline.row + 1 if headline else 0,
        tuple(_stretches(lines, headline.after if headline else 0, end, _openings(found, readings))),
        origin.url, origin.label, origin.index + 1,
    )


def _reading(place: Place, wordings: Table) -> Reading | None:
    """What a place opens by its words; a strict reader of everything that is not a line of its own."""
    if "](" in place.text:
        return None
    if place.form is Form.ITEM and (len(place.text) > _LONGEST_ITEM or not may_begin(place.text, wordings)):
        return None
    reading = read_label(place.text, wordings)
    if reading is None or place.form in WHOLE_LINE:
        return reading
    strict = reading.bare if place.form is Form.ITEM else reading.closed
    return reading if strict and not reading.synonym else None


def _openings(found: list[Place], readings: dict[int, Reading]) -> list[tuple[Place, tuple[str, ...]]]:
    """The places that begin a stretch, in order, and the kinds that they open."""
    read = [(place, readings[place.row]) for place in found if place.row in readings]
    whole = {
        kind for place, reading in read if place.form in WHOLE_LINE and not reading.synonym for kind in reading.kinds
    }
    items = _item_labels(found, readings, whole) if any(place.form is Form.ITEM for place, _ in read) else set()
    openings: list[tuple[Place, tuple[str, ...]]] = []
    kinds: tuple[str, ...] = ()
    rank = 0
    for place in found:
        reading = readings.get(place.row)
        own_line = place.form in WHOLE_LINE
        if reading is None and not own_line:
            continue
        if reading is not None and (reading.synonym or not own_line) and not whole.isdisjoint(reading.kinds):
            reading = None
        if reading is not None:
            inside = set(reading.kinds) <= set(kinds) and (place.rank > rank or reading.synonym)
            if inside or (place.form is Form.ITEM and place.row not in items):
                continue
            kinds, rank = reading.kinds, place.rank
        elif kinds and own_line and place.rank <= rank and place.alone and _SUBORDINATE.match(place.text) is None:
            kinds, rank = (), 0
        else:
            continue
        openings.append((place, kinds))
    return openings


def _item_labels(found: list[Place], readings: dict[int, Reading], whole: set[str]) -> set[int]:
    """The lines of the list items that are labels, by the rule in the module's docstring."""
    read = {
        place.row: reading.kinds
        for place in found
        if place.form is Form.ITEM and (reading := readings.get(place.row)) is not None
    }
    named = Counter(read.values())
    fit = {index for index, kinds in read.items() if whole.isdisjoint(kinds) and named[kinds] == 1}
    labels: set[int] = set()
    if not fit:
        return labels
    own_lines = {place.row for place in found if place.form in WHOLE_LINE}
    inside = False
    for group, run in groupby(found, key=lambda place: place.group):
        members = [place.row for place in run]
        if not group:
            inside = next((at in readings for at in reversed(members) if at in own_lines), inside)
            continue
        able = [at for at in members if at in fit]
        if len(able) > 1 and not inside:
            labels.update(able)
            continue
        last = len(members)
        while last and members[last - 1] in fit:
            last -= 1
        labels.update(members[max(last, 1 if inside else 0) :])
    return labels


def _stretches(
    lines: list[str], start: int, end: int, openings: list[tuple[Place, tuple[str, ...]]]
) -> Iterator[Stretch]:
    stops = [place.row for place, _ in openings] + [end]
    yield from _unlabelled(lines, start, stops[0])
    for (place, kinds), stop in zip(openings, stops[1:], strict=True):
        if not kinds:
            yield from _unlabelled(lines, place.row, stop)
            continue
        rest = [""] * (place.after - place.row - 1) + lines[place.after : stop]
        if place.form is Form.ITEM:
            rest = _dedented(rest, place.indent)
        label = place.text.replace("*", "").replace("`", "").strip(" \t_").removesuffix(":").rstrip()
        yield Stretch(kinds, label, place.row + 1, "\n".join([place.rest, *rest]).rstrip())


def _unlabelled(lines: list[str], start: int, stop: int) -> Iterator[Stretch]:
    """The lines as a stretch under no label; none when they are blank."""
    while start < stop and (not lines[start] or lines[start].isspace()):
        start += 1
    if start < stop:
        yield Stretch((), "", start + 1, "\n".join(lines[start:stop]).rstrip())


def _dedented(lines: list[str], width: int) -> list[str]:
    """What belongs to a list item, moved to the left margin; the lines after the item unchanged."""
    inner = 0
    while inner < len(lines) and (not lines[inner] or lines[inner][0].isspace()):
        inner += 1
    item = [line.expandtabs(4) for line in lines[:inner]]
    lead = next((line for line in item if line.strip()), "")
    width = min(width, len(lead) - len(lead.lstrip()))
    return [line[min(width, len(line) - len(line.lstrip())) :] for line in item] + lines[inner:]
