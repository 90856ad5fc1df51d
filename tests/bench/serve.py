"""How soon an open page hears of a save: the preview of a large site, asked as a browser asks.

    python -m tests.bench.serve POSTS --size 6600 --rounds 7

POSTS is a folder of real posts; larger sites are made of copies of them. Every round saves each kind of file once, and
waits until the page is told. Wall is the time from the end of the save to the event; CPU is what the preview's
processes used meanwhile, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.bench.build import PROJECT, memory_folder
from tests.bench.corpus import Note, added, read_notes, sized, write, write_site

GOAL = 0.5
"""Seconds from a save to the event."""
_PATIENCE = 120.0
"""Seconds to wait for one event."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How long one save took to reach the page."""

    wall: float
    cpu: float


@dataclass(slots=True)
class Page:
    """An open page."""

    stream: HTTPResponse
    processes: psutil.Process

    def until(self, kind: str, save: Callable[[], None]) -> Heard:
        """Saves, and waits for the event of this kind and for the state that ends every build."""
        spent = self._spent()
        save()
        begin = time.perf_counter()
        heard = 0.0
        while True:
            line = self.stream.readline().decode().strip()
            if line == f"event: {kind}":
                heard = time.perf_counter() - begin
            elif line == "event: reload":
                raise SystemExit(f"bench: a reload instead of {kind}")
            elif line == "event: state" and heard:  # one before it ends a build of what was saved before
                return Heard(heard, self._spent() - spent)

    def _spent(self) -> float:
        total = 0.0
        for process in (self.processes, *self.processes.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a table; returns the exit status: 1 when a median is not below the goal."""
    options = _options(arguments)
    notes = sized(read_notes(options.posts), options.size)
    if not notes:
        sys.exit(f"bench: there are no posts in {options.posts}")
    folder = Path(tempfile.mkdtemp(prefix="veille-bench-", dir=options.folder or memory_folder()))
    try:
        write_site(notes, folder)
        write(folder / "templates" / "static" / "veille.css", _style("#123"))
        found: dict[str, list[Heard]] = {}
        with _preview(folder) as page:
            for turn in range(options.rounds + 1):
                for row, (kind, save) in _saves(folder, notes, turn).items():
                    heard = page.until(kind, save)
                    if turn:  # the first round warms up
                        found.setdefault(row, []).append(heard)
                    print(f"{row}: {heard.wall:.2f} s, {heard.cpu:.2f} s of CPU", file=sys.stderr, flush=True)
        medians = {row: statistics.median(one.wall for one in heard) for row, heard in found.items()}
        print(f"\n{len(notes):,} posts, {options.rounds} rounds; seconds from a save to the event, goal {GOAL}\n")
        print("| what was saved | median | least | most | CPU |\n|---|--:|--:|--:|--:|")
        for row, heard in found.items():
            walls = [one.wall for one in heard]
            cpu = statistics.median(one.cpu for one in heard)
            print(f"| {row} | {medians[row]:.2f} | {min(walls):.2f} | {max(walls):.2f} | {cpu:.2f} |")
        return 0 if max(medians.values()) < GOAL else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _saves(root: Path, notes: Sequence[Note], turn: int) -> Mapping[str, tuple[str, Callable[[], None]]]:
    """What is saved in this round → the event that a page waits for, and what saves."""
    by_age = sorted(notes, key=lambda note: (note.date, note.name))
    newest, old = by_age[-1], by_age[len(by_age) // 10]
    new = added(notes, turn)

    def post(note: Note, text: str) -> Callable[[], None]:
        return lambda: write(root / "content" / "posts" / note.name, text)

    def body(note: Note) -> Callable[[], None]:
        return post(note, note.text + f"\nUne phrase de plus, la numéro {turn}.\n")

    titled = re.sub(r"^title:.*$", f'title: "Un autre titre, le numéro {turn}"', newest.head, count=1, flags=re.M)
    return {
        "words of the newest note": ("reload", body(newest)),
        "words of an old note": ("reload", body(old)),
        "title of the newest note": ("reload", post(newest, f"---\n{titled}---\n{newest.body}")),
        "a new note": ("reload", post(new, new.text)),
        "a stylesheet": ("style", lambda: write(root / "templates/static/veille.css", _style(f"#{turn:03}"))),
    }


def _style(colour: str) -> str:
    return (PROJECT / "templates/static/veille.css").read_text("utf-8") + f"\nmain {{ outline-color: {colour} }}\n"


@contextlib.contextmanager
def _preview(root: Path) -> Iterator[Page]:
    """A page of the site in the folder, open in its preview."""
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "-C", str(root), "serve", "--port", "0"],
        cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        address = next(line.split()[1] for line in process.stdout if line.startswith("Serving "))
        parts = urlsplit(address)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
        connection.request("GET", f"{parts.path}_veille/events")
        page = Page(connection.getresponse(), psutil.Process(process.pid))
        while page.stream.readline().strip() != b"event: state":
            pass
        yield page
    finally:
        process.terminate()  # a shell that runs this aside has it ignore SIGINT
        process.communicate()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.serve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("posts", type=Path, metavar="POSTS", help="folder of real posts")
    parser.add_argument("--size", type=int, default=6600, help="posts of the site (%(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="timed saves of each kind (%(default)s)")
    parser.add_argument("--folder", type=Path, help="where the site lies (a file system in memory, where there is one)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
