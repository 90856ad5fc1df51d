"""What the tests of all importers share: the command on a fixture, and the files that the old generator made of it."""

from __future__ import annotations

from pathlib import Path

from tests.sites import Ran, TinySite

FIXTURES = Path(__file__).parent / "fixtures" / "import"


def move(tmp_path: Path, kind: str, old: str | Path, *arguments: str) -> tuple[TinySite, Ran]:
    """The site that ``veille import KIND`` makes of a fixture or of a folder, and what the command did."""
    site = TinySite(tmp_path / "new")
    ran = TinySite(tmp_path).run("import", kind, str(FIXTURES / old), "--into", str(site.root), *arguments)
    return site, ran


def built(folder: Path, name: str) -> Path:
    """A folder with the files that the old generator makes of a fixture: a list that a person reviews."""
    for line in (FIXTURES / f"{name}.files").read_text("utf-8").splitlines():
        path = folder / line
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("built by another generator\n")
    return folder
