"""CVSS scores as notes state them, and the CVE that each belongs to. Nothing is computed from a vector.

The version is not the score: in «CVSS 3.1 : 9.8» the first number names the standard. Thresholds and ranges («CVSS
supérieur à 7») are no scores; nor are «score d'impact» and «score d'exploitabilité».
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from generator.content.cves import Mention, find_cves
from generator.content.nesting import Frame, context, descend
from generator.model import Score
from generator.text import beyond_reason, lowered

_VALUE = r"(?:10(?:[.,]0)?|[0-9][.,][0-9])(?![0-9]|[.,][0-9]|\s?%)"
_OUT_OF = (
    r"(?:\s?/\s?10(?![0-9.,][0-9])|\s+sur\s+10(?![0-9]))?"
    r"(?!\s*\+|\s+(?:ou|et|or)\s+(?:plus|moins|higher|above|more))"
)
_GAP = r"[^0-9\n;|<>≥≤]{0,60}?"
_STATED = re.compile(
    r"(?i)cvss(?:[\s-]*(?:score|base))?[\s:]*(?:\(?\s*(?:v|version|ver\.?)?\s*(?P<version>[234](?:\.[01])?)(?![0-9]|[.,][0-9]))?"
    rf"(?P<gap>{_GAP})(?<![0-9.,])(?P<value>{_VALUE}|[0-9](?=\s?/\s?10|\s*\(|\.?\s*$)){_OUT_OF}"
)
_BEFORE = re.compile(
    rf"(?i)(?<![0-9.,v-])(?P<value>{_VALUE}){_OUT_OF}(?P<gap>[^0-9\n;|.]{{0,30}}?)"
    r"cvss(?:[\s:]*v?(?P<version>[234](?:\.[01])?)(?![0-9]))?"
)
_BEFORE_VECTOR = re.compile(rf"(?<![0-9.,v-])(?P<value>{_VALUE}){_OUT_OF}\s*[(:,]?\s*~")
_RATED = re.compile(
    r"(?i)(?P<gap>\b(?:scores?|notée?s?|notes?|gravité|sévérité|criticité|severity|rated)\b[^0-9\n;|]{0,40}?)"
    rf"(?<![0-9.,])(?P<value>{_VALUE}|[0-9])(?:\s?/\s?10|\s+sur\s+10)(?![0-9])"
)
_BASE = re.compile(
    r"(?i)\b(?:scores?(?:\s+de)?\s+base|base\s+score)\b(?P<gap>[^0-9\n;|]{0,20}?)"
    rf"(?<![0-9.,])(?P<value>{_VALUE}|[0-9](?=\s?/\s?10|\s*\(|\.?\s*$)){_OUT_OF}"
)
_ANNOUNCED = re.compile(r"(?i)cvss(?:[\s:]*v?(?:ersion)?\s*(?P<version>[234](?:\.[01])?)(?![0-9]|[.,][0-9]))?")
_AND = re.compile(rf"\s*(?:,|et|and|/)\s*(?P<value>{_VALUE})(?!\s*/\s*10)")
_VECTOR = re.compile(r"(?i)(?:CVSS:(?P<version>[34]\.[01])/)?(?P<metrics>AV:[NALP](?:/[A-Z]{1,3}:[A-Z]{1,5}){4,40})")
_NOT_A_SCORE = re.compile(
    r"(?i)supérieur|inférieur|entre|au moins|minim|seuil|dépass|plus de|moins de|above|below|over|impact|exploitab|cve"
    r"|versions?\b(?!\s*$)"
)
_MARKUP = re.compile(r"[*`\\]")
_LONGEST_LINE = 20_000
_MOST = 2_000
"""Scores beyond which no further line is looked at."""
_REACH = 4
"""Filled lines after «Scores de risque (CVSS 3.1) :» on which «Score de base : 9.1» is a CVSS score."""


def find_scores(text: str, first_line: int = 1) -> tuple[Score, ...]:
    """The CVSS scores of a text, in order, lines counted from `first_line`. Never raises; linear time.

    A score belongs to the CVE of its line (all those of an enumeration: one `Score` each), else of the list item above
    it, else of an item beside it, else of its heading, else to the note's only CVE; else to none.
    """
    data = lowered(text)
    if b"cvss" not in data and b"/10" not in data and b"/ 10" not in data and b"sur 10" not in data:
        return ()
    if beyond_reason(text):
        return ()
    lines = text.split("\n")
    named = [list(find_cves(line)) if "cve" in line.lower() else [] for line in lines]
    distinct = {cve for found in named for mention in found for cve in (*mention.between, mention.cve)}
    only = distinct.pop() if len(distinct) == 1 else ""
    about_flaws = bool(only or distinct) or b"cvss" in data
    scores: list[Score] = []
    frames = [Frame(-1, ())]
    announced, since = "", _REACH + 1
    column: int | None = None
    vector = ("", "", 0)
    for number, line in enumerate(lines):
        if not line or line.isspace() or len(line) > _LONGEST_LINE:
            continue
        if len(scores) > _MOST:
            break
        found = named[number]
        descend(frames, line, tuple(mention.cve for mention in found))
        since += 1
        if line.lstrip()[:1] == "|":
            column, cell = _cell(line, column)
            values = [_Stated(cell, "", line.find(cell))] if cell else list(_stated(line, about_flaws, None))
        else:
            column = None
            values = list(_stated(line, about_flaws, announced if since <= _REACH else None))
        if (mention := _ANNOUNCED.search(line)) is not None and not values:
            announced, since = mention["version"] or "", 0
        written = _vector(line, values[-1].version if values else announced if since <= _REACH else "")
        if written[0] and not values:
            if scores and scores[-1].line + _REACH > first_line + number and not scores[-1].vector:
                scores[-1] = _with_vector(scores[-1], written)
            else:
                vector = (*written, number)
            continue
        for index, stated in enumerate(values):
            cves = _owners(stated, index, values, line, found) or (only or context(frames, line),)
            for cve in cves:
                value = float(stated.text.replace(",", "."))
                score = Score(value, stated.text, _full(stated.version), "", cve, first_line + number)
                if written[0] and index == (len(values) - 1):
                    score = _with_vector(score, written)
                elif vector[0] and vector[2] + _REACH > number:
                    score = _with_vector(score, vector[:2])
                scores.append(score)
        if values:
            vector = ("", "", 0)
    return tuple(scores)


class _Stated(Struct, frozen=True, gc=False):
    text: str
    version: str
    at: int
    """Offset in the line."""


def _stated(line: str, about_flaws: bool, announced: str | None) -> Iterator[_Stated]:
    """The scores that one line states."""
    small = line.lower()
    if announced is None and not any(sign in small for sign in ("cvss", "10", "av:", "~")):
        return  # nearly every line, and what follows costs a hundred times as much
    flat = _MARKUP.sub(" ", line)
    flat = _VECTOR.sub(lambda match: "~" * len(match[0]), flat) if "av:" in small else flat
    has_cvss = "cvss" in flat.lower()
    if not has_cvss and announced is None and "10" not in small and "~" not in flat:
        return
    any_found = False
    if has_cvss:
        for found in _STATED.finditer(flat):
            if _NOT_A_SCORE.search(found["gap"]) is not None or _is_version(found, flat):
                continue
            any_found = True
            yield _Stated(found["value"], found["version"] or "", found.start())
            at = found.end()
            while (more := _AND.match(flat, at)) is not None:
                yield _Stated(more["value"], found["version"] or "", found.start())
                at = more.end()
        if any_found:
            return
        for found in _BEFORE.finditer(flat):
            if _NOT_A_SCORE.search(found["gap"]) is None:
                any_found = True
                yield _Stated(found["value"], found["version"] or "", found.start())
        if any_found:
            return
        return
    if announced is not None or "~" in flat:
        for found in _BEFORE_VECTOR.finditer(flat):
            any_found = True
            yield _Stated(found["value"], "", found.start())
    if announced is not None and not any_found:
        for found in _BASE.finditer(flat):
            any_found = True
            yield _Stated(found["value"], announced, found.start())
    if not any_found and about_flaws:
        for found in _RATED.finditer(flat):
            if _NOT_A_SCORE.search(found["gap"]) is None:
                yield _Stated(found["value"], "", found.start())


def _is_version(found: re.Match[str], line: str) -> bool:
    """Whether what looks like a score right after «CVSS» names the standard: «7.8 sur l'échelle CVSS 3.1»."""
    if found["version"] is not None or found["value"] not in ("2.0", "3.0", "3.1", "4.0"):
        return False
    return re.search(r"(?:[:=]\s|\b(?:de|of|is|est)\b)", line[found.start() : found.start("value")]) is None


def _owners(
    stated: _Stated, index: int, values: list[_Stated], line: str, found: list[Mention]
) -> tuple[str, ...]:
    """The CVEs of the score's own line that it belongs to."""
    if not found:
        return ()
    before = [mention for mention in found if mention.end <= stated.at]
    if not before:
        return (found[0].cve,)
    shared = [value for value in values if value.at == stated.at]
    run = [before[-1]]
    for mention in reversed(before[:-1]):
        if re.fullmatch(r"[\s*_`,/]*(?:et|and|&|à)?[\s*_`]*", line[mention.end : run[-1].start]) is None:
            break
        run.append(mention)
    names = [cve for mention in reversed(run) for cve in (*mention.between, mention.cve)]
    if len(names) == 1 or len(shared) == 1:
        return tuple(names)
    first = next(at for at, value in enumerate(values) if value.at == stated.at)
    return (names[index - first],) if len(shared) == len(names) else ()


def _cell(line: str, column: int | None) -> tuple[int | None, str]:
    """The column that a table's header gives to CVSS, and the score in it."""
    cells = [cell.strip(" *`") for cell in line.strip().strip("|").split("|")]
    if column is None:
        return next((index for index, cell in enumerate(cells) if "cvss" in cell.lower()), -1), ""
    if 0 <= column < len(cells) and (value := re.match(rf"{_VALUE}", cells[column])) is not None:
        return column, value[0]
    return column, ""


def _vector(line: str, version: str) -> tuple[str, str]:
    """The vector that a line writes, with its prefix where the version is known, and that version."""
    if "AV:" not in line.upper() or (found := _VECTOR.search(line)) is None:
        return "", ""
    metrics = found["metrics"].upper().rstrip("/")
    told = "2.0" if "/AU:" in metrics else "4.0" if "/VC:" in metrics else _full(version)
    version = found["version"] or told
    prefix = f"CVSS:{version}/" if version[:1] in ("3", "4") else ""
    return prefix + metrics, version


def _with_vector(score: Score, written: tuple[str, str]) -> Score:
    return Score(score.value, score.text, score.version or written[1], written[0], score.cve, score.line)


def _full(version: str) -> str:
    """``3`` may be 3.0 or 3.1, so it says nothing; ``2`` and ``4`` have one version each."""
    return {"2": "2.0", "4": "4.0", "3": "", "2.1": "", "4.1": ""}.get(version, version)
