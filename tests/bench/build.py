"""How fast veille builds, beside Hugo and Pelican, on the same posts in the same run.

    python -m tests.bench.build POSTS --sizes 3293,6600,20000
    python -m tests.bench.build POSTS --growth 1000,6600,20000,60000
    python -m tests.bench.build POSTS --everything     # what the goals are measured by, in half an hour

POSTS is a folder of real posts; larger sites are made of copies of them. The tools take turns within a round; times are
medians over the rounds, memory is the peak of a further round. See the README beside this file.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from generator.disk import codes
from tests.bench import rivals
from tests.bench.corpus import Note, added, read_notes, sized, write, write_site
from tests.bench.measure import Run, memory_kind, middle, run

PROJECT = Path(__file__).parents[2]
TOOLS = ("veille", "hugo", "pelican")
ROWS = {
    "cold": "cold build, no cache, no output",
    "one": "one post added, cache and output kept",
    "nothing": "nothing changed",
    "lost": "cache kept, output lost",
    "checkout": "fresh checkout: every file new, same bytes",
    "template": "the post's template changed",
    "rare": "the 404 page's template changed",
}
WARM_PELICAN = "pelican, cached"
GOALS: Mapping[tuple[str, int], float] = {
    ("cold", 6600): 1.5, ("one", 6600): 0.25, ("nothing", 6600): 0.2, ("lost", 6600): 0.9, ("template", 6600): 0.9,
    ("cold", 20000): 1.0, ("one", 20000): 0.12, ("nothing", 20000): 0.1, ("lost", 20000): 0.6, ("template", 20000): 0.6,
}
"""Row and size → the wall time to stay below, as a share of Hugo's cold build."""
PELICAN_GOALS: Mapping[tuple[str, int], float] = {("cold", 6600): 0.3}
"""The same, as a share of Pelican's."""
MEMORY_GOALS: Mapping[int, float] = {6600: 350e6, 20000: 900e6}
"""Size → the bytes that no build may pass."""
HELP_GOAL = 0.15
"""Seconds of processor time that ``veille --help`` may take."""
EVERY_SIZE, LARGEST = (1000, 6600, 20000), (60000,)
STAGES = """
import sys, time
from pathlib import Path
time.perf_counter = time.process_time
from generator.build import Options, build
start = time.process_time()
report = build(Path(sys.argv[1]), Options(future=True, cache=False, jobs=1))
print("\\n".join(f"{name} {seconds:.2f} s" for name, seconds in (("start", start), *report.stages)))
"""
"""Prints the report's stages, in processor seconds, because the watch of the build is told to read that clock."""

Step = tuple[str, str, Callable[[bool], Run]]
"""Row, tool, and what runs it; the argument says whether to watch the memory."""


@dataclass(slots=True)
class Bench:
    """The folders of one size, and what was measured there."""

    folder: Path
    notes: Sequence[Note]
    jobs: int
    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)

    def site(self, tool: str) -> Path:
        return self.folder / tool

    def take(self, row: str, tool: str, one: Run) -> None:
        self.runs.setdefault((row, tool), []).append(one)
        said = f"{one.peak / 1e6:.0f} MB" if one.peak else f"{one.wall:.2f} s, {one.cpu:.2f} s of CPU"
        print(f"{len(self.notes):,} posts, {row}, {tool}: {said}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; returns the exit status: 1 when a tool left posts out."""
    options = _options(arguments)
    folder = Path(tempfile.mkdtemp(prefix="veille-bench-", dir=options.folder or memory_folder()))
    try:
        notes = read_notes(options.posts)
        if not notes:
            sys.exit(f"bench: there are no posts in {options.posts}")
        if options.growth:
            _print_growth(notes, options, folder)
            return 0
        complete = True
        for size in options.sizes:
            bench = _measure(sized(notes, size), options, folder / str(size))
            print(*_table(bench, options), sep="\n")
            print(*_verdicts(bench, options), sep="\n")
            complete &= _print_missing(bench, options.tools)
            if not options.markdown and "veille" in options.tools:
                _print_stages(bench)
            shutil.rmtree(bench.folder)
        if not options.markdown:
            cost = _help_cost()
            print(f"\nveille --help: {cost:.2f} s of CPU, goal ≤ {HELP_GOAL}: {_met(cost <= HELP_GOAL)}")
        if options.everything:
            options.growth, options.rounds = LARGEST, 1
            _print_growth(notes, options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if complete else 1


def _measure(notes: Sequence[Note], options: argparse.Namespace, folder: Path) -> Bench:
    bench = Bench(folder, notes, options.jobs)
    writers = {"veille": write_site, "hugo": rivals.write_hugo, "pelican": rivals.write_pelican}
    for tool in options.tools:
        writers[tool](notes, bench.site(tool))
    warm = "pelican" in options.tools and "one" in options.rows
    if warm:
        rivals.write_pelican(notes, bench.site(WARM_PELICAN))
        run(rivals.pelican_command(bench.site(WARM_PELICAN), warm=True), bench.site(WARM_PELICAN), watched=False)
    for turn in range(options.rounds + 1):
        for row, tool, step in _steps(bench, options, turn, warm):
            bench.take(row, tool, step(turn == 0))
    return bench


def _steps(bench: Bench, options: argparse.Namespace, turn: int, warm: bool) -> Iterator[Step]:
    """One round. Every step of veille needs the state that the one before left; the first one leaves nothing."""
    if "hugo" in options.tools:
        yield "cold", "hugo", partial(_hugo, bench)
    slow = "pelican" in options.tools and (turn < 2 or not options.everything)  # with everything, timed once
    if slow:
        yield "cold", "pelican", partial(_pelican, bench)
    if warm and slow:
        yield "one", WARM_PELICAN, partial(_warm_pelican, bench, turn)
    if "veille" not in options.tools:
        return
    # Without its row, the cold build is still made, to have a cache and an output.
    yield "cold", "veille", partial(_cold, bench)
    changes: Mapping[str, Callable[[], None]] = {
        "one": partial(_add, bench, turn), "nothing": lambda: None, "lost": partial(_lose_output, bench),
        "checkout": partial(_check_out, bench), "template": partial(_override, bench, "pages/post.html"),
        "rare": partial(_override, bench, "pages/404.html"),
    }
    for row, change in changes.items():
        if row in options.rows:
            yield row, "veille", partial(_changed, bench, change)
    _restore(bench, turn)


def _hugo(bench: Bench, watched: bool) -> Run:
    root = bench.site("hugo")
    for name in ("public", "cache", "resources"):
        shutil.rmtree(root / name, ignore_errors=True)
    return run(rivals.hugo_command(root), root, watched=watched)


def _pelican(bench: Bench, watched: bool) -> Run:
    root = bench.site("pelican")
    shutil.rmtree(root / "output", ignore_errors=True)
    return run(rivals.pelican_command(root, warm=False), root, watched=watched)


def _warm_pelican(bench: Bench, turn: int, watched: bool) -> Run:
    root = bench.site(WARM_PELICAN)
    rivals.write_pelican_note(added(bench.notes, turn), root)
    return run(rivals.pelican_command(root, warm=True), root, watched=watched)


def _cold(bench: Bench, watched: bool) -> Run:
    root = bench.site("veille")
    for name in ("output", ".veille"):
        shutil.rmtree(root / name, ignore_errors=True)
    _forget_templates()
    return _veille(bench, watched)


def _changed(bench: Bench, change: Callable[[], None], watched: bool) -> Run:
    change()
    return _veille(bench, watched)


def _veille(bench: Bench, watched: bool) -> Run:
    command = [sys.executable, "-m", "generator", "-C", str(bench.site("veille")), "build", "--quiet", "--future"]
    return run([*command, *(["--jobs", str(bench.jobs)] if bench.jobs else [])], PROJECT, watched=watched)


def _add(bench: Bench, turn: int) -> None:
    note = added(bench.notes, turn)
    write(bench.site("veille") / "content" / "posts" / note.name, note.text)


def _lose_output(bench: Bench) -> None:
    shutil.rmtree(bench.site("veille") / "output")
    _forget_templates()  # a new machine has compiled none yet


def _forget_templates() -> None:
    codes.place().unlink(missing_ok=True)


def _check_out(bench: Bench) -> None:
    """The same bytes under the same names, in new files with new times."""
    root = bench.site("veille")
    root.rename(root.with_name("before"))
    shutil.copytree(root.with_name("before"), root, copy_function=shutil.copyfile)
    shutil.rmtree(root.with_name("before"))


def _override(bench: Bench, name: str) -> None:
    """The site's own copy of a template, with a comment that no reader sees."""
    text = (PROJECT / "templates" / name).read_text(encoding="utf-8")
    write(bench.site("veille") / "templates" / name, f"{text}{{# a comment #}}\n")


def _restore(bench: Bench, turn: int) -> None:
    root = bench.site("veille")
    shutil.rmtree(root / "templates", ignore_errors=True)
    (root / "content" / "posts" / added(bench.notes, turn).name).unlink(missing_ok=True)


def _table(bench: Bench, options: argparse.Namespace) -> Iterator[str]:
    """A Markdown table: the rows that were asked for, with ratios of wall time to the cold builds of the others."""
    size = len(bench.notes)
    cold = {tool: middle(bench.runs["cold", tool]) for tool in TOOLS[1:] if ("cold", tool) in bench.runs}
    yield ""
    yield f"{size:,} posts, median of {options.rounds}; Python {platform.python_version()}; memory is {memory_kind()}"
    yield ""
    yield "| | | wall | CPU | peak | × Hugo | × Pelican | goal × Hugo |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for row, words in ROWS.items():
        for tool in (*TOOLS, WARM_PELICAN):
            if (row, tool) not in bench.runs or (tool == "veille" and row not in options.rows):
                continue
            figures = middle(bench.runs[row, tool])
            ratios = [f"{figures.wall / cold[other].wall:.2f}" if other in cold else "" for other in TOOLS[1:]]
            goal = GOALS.get((row, size)) if tool == "veille" else None
            yield (
                f"| {words} | {tool} | {figures.wall:.2f} s | {figures.cpu:.2f} s | {figures.peak / 1e6:.0f} MB "
                f"| {' | '.join(ratios)} | {f'≤ {goal}' if goal else ''} |"
            )


def _verdicts(bench: Bench, options: argparse.Namespace) -> Iterator[str]:
    """A line for each goal of this size whose figures were taken."""
    size = len(bench.notes)
    mine = {row: middle(runs) for (row, tool), runs in bench.runs.items() if tool == "veille" and row in options.rows}
    yield ""
    for goals, other in ((GOALS, "hugo"), (PELICAN_GOALS, "pelican")):
        for (row, of_size), goal in goals.items():
            if of_size == size and row in mine and ("cold", other) in bench.runs:
                share = mine[row].wall / middle(bench.runs["cold", other]).wall
                yield f"* {ROWS[row]}: {share:.2f} × {other.title()}, goal ≤ {goal}: {_met(share <= goal)}"
    if size in MEMORY_GOALS and mine:
        peak, goal = max(one.peak for one in mine.values()), MEMORY_GOALS[size]
        yield f"* memory: {peak / 1e6:.0f} MB, goal ≤ {goal / 1e6:.0f} MB: {_met(peak <= goal)}"


def _met(met: bool) -> str:
    return "met" if met else "**not met**"


def _print_missing(bench: Bench, tools: Sequence[str]) -> bool:
    """Says which posts have no page at their permalink; a tool that makes fewer pages is no faster for it."""
    complete = True
    for tool, output in (("veille", "output"), ("hugo", "public"), ("pelican", "output")):
        folder = bench.site(tool) / output
        if tool not in tools or not folder.is_dir():
            continue
        missing = [note for note in bench.notes if not (folder / note.permalink.strip("/") / "index.html").is_file()]
        complete &= not missing
        if missing:
            print(f"\n{tool} has no page for {len(missing):,} posts, the first is {missing[0].permalink}")
    return complete


def _print_stages(bench: Bench) -> None:
    command = [sys.executable, "-c", STAGES, str(bench.site("veille"))]
    shutil.rmtree(bench.site("veille") / "output", ignore_errors=True)
    said = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    print("\nveille, cold, one process, processor time per stage: " + ", ".join(said.splitlines()))


def _print_growth(notes: Sequence[Note], options: argparse.Namespace, folder: Path) -> None:
    """veille alone at several sizes: what grows faster than the posts shows in the seconds per 1,000 of them."""
    options.tools, options.rows = ("veille",), ("cold", "one", "nothing")
    print(f"\nveille, median of {options.rounds}; memory is {memory_kind()}\n")
    print("| posts | row | wall | CPU | wall per 1,000 posts | CPU per 1,000 posts | peak |")
    print("|--:|---|--:|--:|--:|--:|--:|")
    for size in options.growth:
        bench = _measure(sized(notes, size), options, folder / str(size))
        for row in options.rows:
            figures = middle(bench.runs[row, "veille"])
            each = 1000 / size
            print(
                f"| {size:,} | {ROWS[row]} | {figures.wall:.2f} s | {figures.cpu:.2f} s | {figures.wall * each:.2f} s "
                f"| {figures.cpu * each:.2f} s | {figures.peak / 1e6:.0f} MB |", flush=True,
            )
        shutil.rmtree(bench.folder)


def _help_cost() -> float:
    command = [sys.executable, "-m", "generator", "--help"]
    return middle([run(command, PROJECT, watched=False) for _ in range(7)]).cpu


def memory_folder() -> str | None:
    """A folder in memory, where there is one: a disk varies more than the tools do."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    def names(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
        def read(text: str) -> tuple[str, ...]:
            chosen = tuple(text.split(","))
            if unknown := set(chosen) - set(known):
                raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: choose from {', '.join(known)}")
            return chosen

        return read

    def numbers(text: str) -> tuple[int, ...]:
        return tuple(int(number) for number in text.split(","))

    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.build", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("posts", type=Path, metavar="POSTS", help="folder of real posts")
    parser.add_argument("--sizes", type=numbers, default=(3293,), help="posts of the sites to build (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="timed rounds, beside the one for memory (%(default)s)")
    parser.add_argument("--tools", type=names(TOOLS), default=TOOLS, help="some of " + ",".join(TOOLS))
    parser.add_argument("--rows", type=names(tuple(ROWS)), default=tuple(ROWS), help="some of " + ",".join(ROWS))
    parser.add_argument("--jobs", type=int, default=0, help="processes for veille (its own choice)")
    parser.add_argument("--folder", type=Path, help="where to build (a file system in memory, where there is one)")
    parser.add_argument("--markdown", action="store_true", help="print the tables only")
    parser.add_argument("--growth", type=numbers, help="measure veille alone at these sizes")
    parser.add_argument(
        "--everything", action="store_true",
        help="1,000, 6,600 and 20,000 posts beside Hugo and, timed once, Pelican; 60,000 once, alone",
    )
    chosen = parser.parse_args(arguments)
    if chosen.everything:
        chosen.sizes = EVERY_SIZE
    return chosen


if __name__ == "__main__":
    sys.exit(main())
