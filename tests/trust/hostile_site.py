"""The site of all hostile notes, built, for the tests that read it and those that load it in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import html5lib
from lxml import etree

from generator.build import Report
from generator.diagnostics import Severity
from tests.sites import TinySite, make_site
from tests.trust.inputs import ATTACKS, BODIES, FIELDS, LINES

_HEAD = "---\ntitle: {}\ndate: 2025-09-{:02}\n{}\n---\n"
_BEFORE = {"path of a permalink": "/f/", "path of a source": "https://example.org/"}
"""What stands before the attack in some fields."""


@dataclass(frozen=True)
class Built:
    site: TinySite
    report: Report
    pages: dict[str, etree._Element]
    """Path → the page as a browser reads it."""
    refused: set[str]
    """Names of the notes with an error."""


SHOWN = ("title", "description", "author", "author's name", "tag")
"""Fields that lists, pictures and search show."""


def build_hostile(folder: Path, whole: bool = False) -> Built:
    """The site; `whole` with search and pictures, of those notes alone whose words these show."""
    shown = (*(f"champ-{at}-" for at, name in enumerate(FIELDS) if name in SHOWN), "ligne-", *(
        f"corps-{at}" for at, one in enumerate(BODIES) if one.group == "scripts"
    ))
    files = {
        f"content/posts/2025-09-01-{name}.md": text for name, text in notes() if not whole or name.startswith(shown)
    }
    config = "site: {url: 'https://example.org/v', title: Veille}\npagination: 50\n"
    site = make_site(folder, files, config + ("search: pagefind\nimages: all\n" if whole else ""))
    report = site.build(skip_invalid=True)
    pages = {
        path: html5lib.parse(data, treebuilder="lxml", namespaceHTMLElements=False).getroot()
        for path, data in site.output().items() if path.endswith(".html")
    }
    errors = (found.path for found in report.problems if found.severity is Severity.ERROR)
    return Built(site, report, pages, {Path(path).stem.removeprefix("2025-09-01-") for path in errors})


def notes() -> Iterator[tuple[str, str]]:
    """A name and the file of every note of the site."""
    for number, one in enumerate(BODIES):
        head = _HEAD.format(f"corps {number}", 1 + number % 28, f"permalink: /corps/{number}/\ntags: [corps]")
        yield f"corps-{number}", f"{head}avant\n\n{one.text}\n\naprès\n"
    for at, (name, line) in enumerate(FIELDS.items()):
        for number, attack in enumerate(ATTACKS.values()):
            text = _in_yaml(_BEFORE.get(name, "") + attack)
            title = text if name == "title" else f"champ {at} {number}"
            where = "" if "permalink" in name else f"permalink: /champs/{at}-{number}/\n"
            more = "" if name == "title" else line.format(*[text] * line.count("{}"))
            yield f"champ-{at}-{number}", _HEAD.format(title, 1 + number, where + more) + "avant\n\naprès\n"
    for at, line in enumerate(LINES.values()):
        for number, attack in enumerate(ATTACKS.values()):
            head = _HEAD.format(f"ligne {at} {number}", 1 + number, f"permalink: /lignes/{at}-{number}/")
            yield f"ligne-{at}-{number}", head + line.format(attack) + "\n"


def _in_yaml(text: str) -> str:
    """A text in double quotes, with escapes for what a file cannot hold as it is."""
    return '"' + "".join(
        f"\\U{ord(char):08x}" if ord(char) > 126 else {'"': '\\"', "\\": "\\\\"}.get(char, char) for char in text
    ) + '"'
