"""Where a line of a note stands: the item or the heading that it is under, and the CVE that is named there."""

from __future__ import annotations

import re

from msgspec import Struct, field

_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_LABEL = re.compile(r"[ \t]{0,3}(?:#{1,6}[ \t]|\*\*[^*]+\*\*[ \t]*:?[ \t]*$)")
_FIELD = re.compile(r"(?i)\W*(?:\d+[.)]\W*)?(?:scores?|cvss|gravité|sévérité|criticité|notes?|severity|base|vec)")


class Frame(Struct, gc=False):
    """Where a line stands: an item of a list, or a heading, and what was named there."""

    indent: int
    own: tuple[str, ...]
    """Each once."""
    children: set[str] = field(default_factory=set)


def descend(frames: list[Frame], line: str, cves: tuple[str, ...]) -> None:
    """Moves to the place of the next line, which names `cves`: pops what it is not inside of."""
    cves = tuple(dict.fromkeys(cves))
    if _LABEL.match(line) is not None:
        frames[:] = [Frame(-1, cves)]
        return
    item = _LIST_ITEM.match(line) is not None
    indent = len(line) - len(line.lstrip())
    if not item and indent == 0:
        frames[1:] = []
        return
    while len(frames) > 1 and frames[-1].indent >= indent and item:
        gone = frames.pop()
        frames[-1].children.update(gone.own)
    if item:
        frames.append(Frame(indent, cves))
    elif cves:
        frames[-1].children.update(cves)


def context(frames: list[Frame], line: str) -> str:
    """The one CVE named above the line that was moved to last, or beside it in a list of fields; or an empty text."""
    above = frames[:-1] if _LIST_ITEM.match(line) is not None else frames
    if not above:
        return ""
    if len(above[-1].own) != 1 and len(above[-1].children) == 1 and _FIELD.match(line) is not None:
        return next(iter(above[-1].children))
    return next((frame.own[0] for frame in reversed(above) if len(frame.own) == 1), "")
