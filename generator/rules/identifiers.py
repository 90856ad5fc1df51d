"""V105, V501, V503: CVE identifiers that say nothing, are misspelt, or stand in the title only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.content.cves import cve_mentions, find_cves
from generator.diagnostics import Diagnostic
from generator.rules.draft import Draft
from generator.rules.machine import says_error

_PLACEHOLDER = re.compile(
    r"(?<![\w/-])CVE[-_ ](?:(?:(?:19|20)\d\d|[XYANaxy]{4})[-_ ](?:\d{0,6}[XYN]{2,}|\d{0,6}[xn?#]{3,})[\dXNxn]*"
    r"|(?:X{3,}|N{3,}|\?{3,}|#{3,}))(?!\w)"
)
_EXACT = re.compile(r"CVE-\d{4}-\d{4,7}")


def placeholder_cve(draft: Draft) -> Iterator[Diagnostic]:
    """V105: in code too, where machines like to put them."""
    for number, line in draft.text():
        if "CVE" in line and (found := _PLACEHOLDER.search(line)) is not None:
            yield draft.found(
                "V105", number, found.start(), f"{found[0]} is no identifier",
                "write the CVE's number, or say that it has none yet",
            )


def malformed(draft: Draft) -> Iterator[Diagnostic]:
    """V501: in the title and in the text; not in code, addresses and file names."""
    for number, start, end, cve in misspelt(draft):
        written = draft.lines[number][start:end]
        yield draft.found("V501", number, start, f"«{written}» is not how a CVE is written", f"write {cve}")


def misspelt(draft: Draft) -> Iterator[tuple[int, int, int, str]]:
    """Line, start and end column (0-based) of each malformed identifier, and its canonical form."""
    title = draft.key_line("title")
    for number in (title, *range(draft.body, draft.last)):
        line = draft.lines[number] if number == title else draft.prose[number]
        if "cve" not in line and "CVE" not in line and "Cve" not in line:
            continue
        for mention in find_cves(line):
            written = line[mention.start : mention.end]
            whole = written[:3].lower() == "cve"
            before, after = line[mention.start - 1 : mention.start], line[mention.end : mention.end + 2]
            inside = before in ("/", "-", "_", "#", "@", "=")
            inside = inside or (after[:1] in ("-", "_", "/", "=") and after[1:].isalnum())
            if whole and not inside and not _EXACT.fullmatch(written) and not re.match(r"\.\w", after):
                yield number, mention.start, mention.end, mention.cve


def mismatch(draft: Draft) -> Iterator[Diagnostic]:
    """V503."""
    if "cve" not in draft.post.title.lower():
        return
    named = {entity.value for entity in draft.post.entities if entity.kind == "cve" and entity.line}
    absent = [cve for _, _, cve in cve_mentions(draft.post.title) if cve not in named]
    if not absent or says_error(draft):
        return
    number = draft.key_line("title")
    at = draft.lines[number].lower().find(absent[0].lower())
    yield draft.found(
        "V503", number, at, f"the title names {absent[0]}, and the text does not",
        "name it in the text, or correct the title" + (f": the text names {min(named)}" if len(named) == 1 else ""),
    )
