"""Tiny sites for tests: a folder written from a dict, and veille's front doors to it.

    site = make_site(tmp_path, {"content/posts/2025-09-08-a.md": note("A title")}, config="pagination: 3")
    report = site.build(drafts=True)
    site.run("build", "--strict").exit_code
    site.page("/posts/2025/09/08/a/")
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from generator import urls
from generator.build import Options, Report, build
from generator.cli import cli
from generator.diagnostics import render

AS_OF = date(2025, 12, 31)
"""Today, unless a test says otherwise: no test may depend on the clock."""
REPOSITORY = Path(__file__).parent.parent

Files = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    exit_code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class TinySite:
    """A site's folder."""

    root: Path

    def write(self, files: Files) -> None:
        """Writes files by their path below the site's folder, over what is there."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, *names: str) -> None:
        for name in names:
            (self.root / name).unlink()

    def build(self, **options: Any) -> Report:
        """Builds in this process; `options` are those of `Options`."""
        return build(self.root, Options(**{"as_of": AS_OF, "jobs": 1, **options}))

    def run(self, *arguments: str) -> Ran:
        """Runs a command in this process, as the shell would: ``site.run("build", "--strict")``."""
        dated = (*arguments, "--as-of", AS_OF.isoformat()) if arguments[:1] == ("build",) and not {
            "--as-of", "--future"} & set(arguments) else arguments
        result = CliRunner().invoke(cli, ["-C", str(self.root), *dated], prog_name="veille")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def process(self, *arguments: str, **environment: str) -> Ran:
        """Runs ``python -m generator`` in a process of its own, inside the site's folder."""
        return run_process(self.root, [sys.executable, "-m", "generator", *arguments], **environment)

    def page(self, url: str, folder: str = "output") -> str:
        """The text of the file that answers a site URL."""
        return (self.root / folder / urls.output_path(url)).read_bytes().decode("utf-8")

    def has(self, url: str) -> bool:
        return (self.root / "output" / urls.output_path(url)).is_file()

    def output(self) -> dict[str, bytes]:
        """Every file of the output folder."""
        return tree(self.root / "output")


def make_site(folder: Path, files: Files | str = "", config: str | None = "") -> TinySite:
    """A site in `folder`. A text instead of files is one note; `config` None leaves config.yaml out.

    Without a search, unless `config` speaks of it: to start Pagefind takes longer than to build a tiny site.
    """
    if config is not None and not re.search(r"^search:", config, re.MULTILINE):
        config = f"{config}{'' if config.endswith(chr(10)) or not config else chr(10)}search: none\n"
    site = TinySite(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(files, str):
        files = {"content/posts/2025-09-08-note.md": files or note()}
    site.write({"config.yaml": config, **files} if config is not None else files)
    return site


def note(title: str = "A note", body: str = "Some words of the author.", **fields: object) -> str:
    """A note with front matter: lists and texts as YAML flow style; ``date`` may come from the file's name."""
    lines = [f"title: '{title.replace(chr(39), chr(39) * 2)}'"]
    for name, value in fields.items():
        shown = f"[{', '.join(map(str, value))}]" if isinstance(value, (list, tuple)) else str(value)
        lines.append(f"{name}: {shown.lower() if isinstance(value, bool) else shown}")
    return "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n"


def tree(folder: Path) -> dict[str, bytes]:
    """Path below the folder → bytes, of every file; links are shown as such, not followed."""
    found = {}
    for at, folders, names in os.walk(folder):
        for name in (*names, *(name for name in folders if Path(at, name).is_symlink())):
            path = Path(at, name)
            content = b"-> " + os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
            found[path.relative_to(folder).as_posix()] = content
    return found


def told(report: Report) -> str:
    """The problems of a report as the author reads them."""
    return "\n".join(map(render, report.problems))


def codes(report: Report) -> list[str]:
    return [found.code for found in report.problems]


def run_process(folder: Path, command: Sequence[str], **environment: str) -> Ran:
    """A process in a folder; it imports veille from this checkout unless `environment` says otherwise."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VEILLE"))}
    done = subprocess.run(
        command, cwd=folder, env={**inherited, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True, encoding="utf-8", check=False, timeout=120,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
