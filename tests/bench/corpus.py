"""A site of any size, made of real posts and of deterministic copies of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path

import yaml

from generator.config import Config
from generator.content import frontmatter
from generator.model import Source

TITLE = "Veille"
URL = "https://bench.example"
ZONE = "Pacific/Noumea"
A_PAGE = 20
"""Posts a page of a listing, for every tool."""

_STEP = 400
"""Days between a post and its copy: more than the corpus spans, so that no month gets twice the posts."""
_DATE = re.compile(r"^date:\s*(\d{4}-\d{2}-\d{2})", re.MULTILINE)
_PERMALINK = re.compile(r"^permalink:.*$", re.MULTILINE)
_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}")
_DATED_PATH = re.compile(r"^/posts/\d{4}/\d{2}/\d{2}/")
_CVE_YEAR = re.compile(r"\b(CVE[-_ \u2010-\u2015\u2212])((?:19|20)\d\d)(?=[-_ \u2010-\u2015\u2212]\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Note:
    """One post, as text and as the values that other tools' front matter needs."""

    name: str
    """File name."""
    title: str
    date: date
    permalink: str
    """Begins and ends with a slash."""
    tags: tuple[str, ...]
    head: str
    """The front matter, between its two lines of dashes."""
    body: str

    @property
    def text(self) -> str:
        """The file, byte for byte as its author wrote it when it is no copy."""
        return f"---\n{self.head}---\n{self.body}"


def read_notes(folder: Path) -> tuple[Note, ...]:
    """The posts in a folder that veille can read, in the order of their names; the others no tool is given."""
    return tuple(note for path in sorted(folder.glob("*.md")) if (note := _read(path)) is not None)


def sized(notes: Sequence[Note], size: int) -> tuple[Note, ...]:
    """The first `size` notes, and copies of all of them, each round 400 days older, when there are not so many."""
    return tuple(islice((note for turn in count() for note in _turn(notes, turn)), size))


def added(notes: Sequence[Note], number: int) -> Note:
    """A note to add to `notes`: a copy of the newest, dated some days after it."""
    return _copy(max(notes, key=lambda note: (note.date, note.name)), -1 - number % 300, 0, f"added-{number}")


def write_site(notes: Sequence[Note], root: Path) -> None:
    """A site for veille in an empty folder."""
    # The key of a later version, there to leave the search index out: the other tools make none.
    search = "search: none\n" if "search" in {field.name for field in fields(Config)} else ""
    write(root / "config.yaml", (
        f"site:\n  title: {TITLE}\n  url: {URL}\n  timezone: {ZONE}\npagination: {A_PAGE}\n{search}"
    ))
    for note in notes:
        write(root / "content" / "posts" / note.name, note.text)


def write(path: Path, text: str) -> None:
    """A file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


def _read(path: Path) -> Note | None:
    data = path.read_bytes()
    parts = data.decode("utf-8", "surrogateescape").split("---\n", 2)
    if len(parts) != 3 or frontmatter.read(Source(f"content/posts/{path.name}", data), Config().site).header is None:
        return None
    # The base loader keeps every scalar as the text that stands in the file.
    header = yaml.load(parts[1], yaml.BaseLoader)
    day = _DATE.search(parts[1])
    if day is None or "permalink" not in header:
        return None
    tags = header.get("tags") or ()
    return Note(
        path.name, header["title"], date.fromisoformat(day[1]), header["permalink"],
        tuple(tags) if not isinstance(tags, str) else (tags,), parts[1], parts[2],
    )


def _turn(notes: Sequence[Note], turn: int) -> Iterator[Note]:
    return (_copy(note, turn * _STEP, turn, str(turn)) for note in notes) if turn else iter(notes)


def _copy(note: Note, days: int, years: int, mark: str) -> Note:
    """A note dated `days` earlier, its CVEs `years` earlier, with `mark` at the end of its names.

    CVEs move with the notes, or the same pages would name ever more posts and no page would be added.
    """
    day = note.date - timedelta(days)
    permalink = _DATED_PATH.sub(f"/posts/{day:%Y/%m/%d}/", note.permalink).removesuffix("/") + f"-{mark}/"

    def older(text: str) -> str:
        return _CVE_YEAR.sub(lambda found: f"{found[1]}{max(1980, int(found[2]) - years)}", text)

    head = _DATE.sub(f"date: {day}", older(note.head))
    head = _PERMALINK.sub(lambda _: f"permalink: {permalink}", head)
    name = _DATED.sub(str(day), note.name.removesuffix(".md")) + f"-{mark}.md"
    return replace(
        note, name=name, title=older(note.title), date=day, permalink=permalink, head=head, body=older(note.body)
    )
