"""What a note names by an identifier: CVE, CWE, ATT&CK, GHSA, advisories, actors. A table of patterns, one scan each.

A pattern is tried only where its guard, a plain substring, occurs: on real notes that is ten times quicker than one
large alternation. Only forms that cannot be read otherwise are in the table; IP addresses and domains are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from generator.content.cves import cve_mentions, find_cves
from generator.content.scores import find_scores
from generator.model import Entity

__all__ = ["cve_mentions", "find_entities", "find_scores"]

MOST = 500
"""Identifiers of one kind that count in a note: each CVE has a page, and no note makes a site of its own."""
KINDS = ("cve", "cwe", "attack", "ghsa", "advisory", "actor")


@dataclass(frozen=True, slots=True)
class _Form:
    """One way of writing identifiers of a kind."""

    kind: str
    guard: str
    pattern: re.Pattern[str]
    canonical: Callable[[re.Match[str]], str]


def _upper(found: re.Match[str]) -> str:
    return found[0].upper()


def _joined(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}"


def _dashed(found: re.Match[str]) -> str:
    return f"{found[1]}-{found[2]}"


def _named(found: re.Match[str]) -> str:
    return f"{found[1].capitalize()} {found[2].capitalize()}"


_D = "[-\u2010-\u2015\u2212]"
_END = r"(?![\w-])"


def _form(kind: str, guard: str, pattern: str, canonical: Callable[[re.Match[str]], str] = _upper) -> _Form:
    return _Form(kind, guard, re.compile(pattern), canonical)


_FAMILIES = (
    "Typhoon", "Blizzard", "Sandstorm", "Sleet", "Tempest", "Tsunami",
    "Panda", "Kitten", "Chollima", "Spider", "Bear", "Jackal",
)
"""Second words of the names that Microsoft and CrowdStrike give. Not «Storm»: the Internet Storm Center is no actor."""

_FORMS = (
    _form("cwe", "CWE", rf"CWE{_D}? ?(\d{{1,4}})(?!\w)", lambda found: f"CWE-{int(found[1])}"),
    _form("attack", "T1", r"T1\d{3}(?:\.\d{3})?(?![\w-])(?!\.\d)"),
    _form(
        "ghsa", "GHSA-", r"GHSA(?:-[23456789CFGHJMPQRVWXcfghjmpqrvwx]{4}){3}(?!\w)",
        lambda found: "GHSA" + found[0][4:].lower(),
    ),
    _form("advisory", "CERTFR-", r"CERTFR-20\d\d-(?:AVI|ALE|ACT|CTI|IOC|DUR|REC)-\d{3,4}(?!\w)"),
    _form("advisory", "KB", r"KB\d{6,7}(?!\w)"),
    _form("advisory", "TALOS-", r"TALOS-20\d\d-\d{4}(?!\w)"),
    _form("advisory", "ZDI-", r"ZDI-(?:CAN-\d{4,6}|\d\d-\d{2,4})(?!\w)"),
    _form("advisory", "APSB", r"APSB\d\d-\d{2,3}(?!\w)"),
    _form("advisory", "ICSA-", r"ICSA-\d\d-\d{3}-\d\d(?!\w)"),
    _form("advisory", "FG-IR-", r"FG-IR-\d\d-\d{3,4}(?!\w)"),
    _form("advisory", "VMSA-", r"VMSA-20\d\d-\d{4}(?!\w)"),
    _form("advisory", "RHSA-", r"RHSA-20\d\d:\d{4,6}(?!\w)"),
    _form("advisory", "VU#", r"VU#\d{6}(?!\w)"),
    _form("actor", "UNC", rf"UNC{_D}?(\d{{3,5}}){_END}", lambda found: f"UNC{found[1]}"),
    _form("actor", "APT", rf"APT{_D}?(\d{{1,2}}){_END}", lambda found: f"APT{int(found[1])}"),
    _form("actor", "APT", rf"APT-C-\d{{1,3}}{_END}"),
    _form("actor", "FIN", rf"FIN{_D}?(\d{{1,2}}){_END}", lambda found: f"FIN{int(found[1])}"),
    _form("actor", "TA", rf"(TA)((?!00)\d{{3,4}}){_END}", _joined),
    _form("actor", "Storm", rf"(Storm){_D}(\d{{4}}){_END}", _dashed),
    _form("actor", "UAC", rf"(UAC){_D}(\d{{4}}){_END}", _dashed),
    _form("actor", "UAT", rf"(UAT){_D}(\d{{4,5}}){_END}", _dashed),
    _form("actor", "UTA", rf"UTA\d{{4}}{_END}"),
    _form("actor", "TAG", rf"(TAG){_D}(\d{{2,3}}){_END}", _dashed),
    _form("actor", "DEV", rf"(DEV){_D}(\d{{4}}){_END}", _dashed),
    _form("actor", "GTG", rf"(GTG){_D}(\d{{4}}){_END}", _dashed),
    _form("actor", "STAC", rf"STAC\d{{4}}{_END}"),
    _form("actor", "CL-", rf"CL-(?:STA|CRI|UNK)-\d{{4}}{_END}"),
    _form("actor", "TGR-", rf"TGR-(?:STA|CRI|UNK)-\d{{4}}{_END}"),
    *(_form("actor", name, rf"([A-Z][a-z]{{2,}}|[A-Z]{{3,}})[ \u00a0]({name})(?!\w)", _named) for name in _FAMILIES),
)
# The longest first. Of two guards that overlap in a text one is found, and the other would begin inside a word.
_GUARDS = re.compile("|".join(sorted({re.escape(form.guard) for form in _FORMS}, key=lambda one: (-len(one), one))))
_NO_NAME = frozenset(("le", "la", "les", "un", "une", "des", "ce", "cette", "super", "the", "avec", "par", "du", "de"))
"""First words after which a family's word is itself: «Le Typhoon»."""


def find_entities(text: str, first_line: int = 1) -> tuple[Entity, ...]:
    """The entities of a text, each once: by kind, then in the order of their first mention; `MOST` of a kind.

    `text` is a body without its source line, its lines counted from `first_line`. A CVE in a link's address or in code
    is named too; one in capitals such as ``CVE-2025-XXXX`` is not. Never raises; linear time.
    """
    found: list[tuple[int, int, str]] = []
    for mention in find_cves(text):
        found += [(0, mention.start, cve) for cve in mention.between]
        found.append((0, mention.start, mention.cve))
    present = set(_GUARDS.findall(text))
    for form in _FORMS if present else ():
        if form.guard not in present:
            continue
        rank = KINDS.index(form.kind)
        for match in form.pattern.finditer(text):
            if not _stands_alone(text, match):
                continue
            found.append((rank, match.start(), form.canonical(match)))
    found.sort(key=lambda item: item[:2])
    entities: dict[tuple[int, str], Entity] = {}
    room = [MOST] * len(KINDS)
    lines = _Lines(text, first_line)
    for rank, start, value in found:
        if (rank, value) not in entities and room[rank]:
            entities[rank, value] = Entity(KINDS[rank], value, lines.at(start))
            room[rank] -= 1
    return tuple(entities.values())


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a match is no part of a longer word or, for a name of two words, of a product's name."""
    before = text[max(0, match.start() - 30) : match.start()]
    if before[-1:].isalnum() or before[-1:] in ("-", "_"):
        return False
    if match.re.groups < 2 or not match[1][1:].isalpha():
        return True
    longer = re.search(r"\b[A-Z]\w*[ \u00a0]$", before) and re.match(r"[ \u00a0][A-Z]", text[match.end() :][:2])
    return match[1].lower() not in _NO_NAME and not longer


class _Lines:
    """The line of an offset; cheap when asked in rising order, right in any."""

    __slots__ = ("_first", "_line", "_offset", "_text")

    def __init__(self, text: str, first: int) -> None:
        self._text, self._first, self._line, self._offset = text, first, first, 0

    def at(self, offset: int) -> int:
        if offset < self._offset:
            self._line, self._offset = self._first, 0
        self._line += self._text.count("\n", self._offset, offset)
        self._offset = offset
        return self._line
