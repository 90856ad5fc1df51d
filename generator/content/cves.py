"""CVE identifiers as people write them: odd dashes, spaces, lower case, ranges, slashes. Text → canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from generator.text import lowered

WIDEST_RANGE = 50
"""«CVE-2025-1001 à CVE-2025-1004» names those between; a wider range is two identifiers and a way of speaking."""

_DASH = "\\-\u2010-\u2015\u2212"
_GAP = f"[{_DASH}_ \u00a0\u202f]"
_HYPHENS = ("-", "\u2010", "\u2011", "\u2212")
_REST = rf"(?<![^\W_]...)\\?{_GAP}{{1,2}}(?P<year>(?:19|20)\d\d)\\?{_GAP}{{1,2}}(?P<number>\d{{4,7}})(?!\d)"
# The look behind comes late: only a pattern that begins with characters is searched for at speed.
_CAPITALS, _ANY_CASE = re.compile(f"CVE{_REST}"), re.compile(f"[Cc][Vv][Ee]{_REST}")
_UNTIL = re.compile(
    r"(?P<word>[ \u00a0]{1,2}(?:à|au|to|through|jusqu['’](?:à|au))[ \u00a0]{1,2}"
    rf"|[ ]?(?:\.\.\.?|…)[ ]?|[{_DASH}](?=\d))"
    rf"(?:[Cc][Vv][Ee]{_GAP}(?P<year>(?:19|20)\d\d){_GAP})?(?P<number>\d{{4,7}})(?![\d.,%]\d|\d|[ \u00a0]?%)"
)
_ALSO = re.compile(
    rf"[ ]?/[ ]?(?:(?P<year>(?:19|20)\d\d){_GAP})?(?P<number>\d{{4,7}})(?!\d)"
    rf"|[ ]?,[ ]?[{_DASH}](?P<tail>\d{{4,7}})(?!\d)"
)


class Mention(Struct, frozen=True, gc=False):
    """One written part of a text that names an identifier."""

    start: int
    end: int
    """Offsets in the text, the end exclusive."""
    cve: str
    """``CVE-2025-12345``."""
    between: tuple[str, ...]
    """Those that a range ending here names without writing them."""


def find_cves(text: str) -> Iterator[Mention]:
    """Every identifier that a text writes, in order; placeholders such as ``CVE-2025-XXXX`` are none. Linear time."""
    at = 0
    written = lowered(text).count(b"cve")
    if not written:  # nearly every text, and a pattern is slow to find that out
        return
    pattern = _CAPITALS if text.count("CVE") == written else _ANY_CASE
    while (found := pattern.search(text, at)) is not None:
        year, number, at = found["year"], found["number"], found.end()
        yield Mention(found.start(), at, f"CVE-{year}-{number}", ())
        while (more := _UNTIL.match(text, at) or _ALSO.match(text, at)) is not None:
            following = _following(more, year, number)
            if following is None:
                break
            yield following
            year, number = following.cve[4:8], following.cve[9:]
            at = more.end()


def _following(found: re.Match[str], year: str, number: str) -> Mention | None:
    """What a continuation names, or nothing when its digits say something else («CVE-2025-1001 à 2000 serveurs»)."""
    parts = found.groupdict()
    written = parts["number"] or parts["tail"]
    same_year = parts["year"] in (None, year)
    short = parts["year"] is None
    start = found.start("number" if parts["number"] else "tail")
    if parts.get("word") is not None:
        wide = int(written) - int(number) if same_year else -1
        dash = parts["word"] in _HYPHENS
        if short and (not 0 < wide <= WIDEST_RANGE or len(written) != len(number)):
            return None
        between: tuple[str, ...] = ()
        if 0 < wide <= WIDEST_RANGE and not dash:
            between = tuple(f"CVE-{year}-{value:0{len(number)}d}" for value in range(int(number) + 1, int(written)))
        if not short:
            start = found.start() + len(parts["word"])
        return Mention(start, found.end(), f"CVE-{parts['year'] or year}-{written}", between)
    if short and abs(len(written) - len(number)) > 1:
        return None
    if not short:
        start = found.start("year")
    return Mention(start, found.end(), f"CVE-{parts['year'] or year}-{written}", ())


def cve_mentions(text: str) -> tuple[tuple[int, int, str], ...]:
    """``(start, end, canonical identifier)`` of each written part of a text node, in order and apart: for linking."""
    return tuple((mention.start, mention.end, mention.cve) for mention in find_cves(text))
