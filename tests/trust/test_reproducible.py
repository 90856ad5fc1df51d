"""The same notes are the same site, and the same sources the same release, whoever builds them, where and when."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.sites import AS_OF, REPOSITORY, TinySite, run_process, tree
from tests.trust.growth import Growth

PROJECT = (
    "generator", "templates", "tests", "content", "requirements", ".github", "pyproject.toml", "README.md", "LICENSE",
    "CHANGELOG.md", "SECURITY.md", "Makefile", "action.yml", "config.yaml", ".gitignore",
)


def checkout(folder: Path, names: tuple[str, ...], stamp: int, mode: int) -> Path:
    """A copy of the project, with the time stamps and permissions of another machine."""
    folder.mkdir(parents=True)
    for name in names:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(mode)
            os.utime(path, (stamp, stamp))
    return folder


def test_two_machines_with_search_and_images_make_the_same_bytes(room: Path):
    life = Growth(room / "one/site", seed=23, posts=45)
    life.site.write({
        "config.yaml": "search: pagefind\nimages: all\npagination: 5\nsite: {timezone: Europe/Paris}\n",
        "content/static/a/b.txt": "x", "templates/partials/footer.html": "<footer>{{ site.title }}</footer>",
    })
    other = TinySite(room / "two/some where/é/site")
    shutil.copytree(life.site.root, other.root)
    for number, path in enumerate(sorted(other.root.rglob("*"))):
        os.utime(path, (number, 2_000_000_000 - number))
    elsewhere = checkout(room / "two/veille", ("generator", "templates"), 1_000_000_000, 0o644)
    build = ("build", "--as-of", AS_OF.isoformat(), "--jobs")
    one = life.site.process(*build, "1", TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    two = other.process(
        *build, "4", TZ="Pacific/Noumea", LC_ALL="fr_FR.UTF-8", PYTHONHASHSEED="99", PYTHONPATH=str(elsewhere),
    )
    assert (one.exit_code, two.exit_code) == (0, 0), one.err + two.err
    assert (one.err, two.err) == ("", "")
    made, again = life.site.output(), other.output()
    assert sorted(made) == sorted(again)
    assert [path for path in made if made[path] != again[path]] == []
    assert any(path.endswith((".png", ".webp")) for path in made)
    assert any(path.startswith("search/index/") for path in made)
    assert len(made) > 200


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_a_release_is_the_same_bytes_from_every_checkout(tmp_path: Path, kind: str):
    built = []
    for number, (folder, mode, zone) in enumerate([("a", 0o644, "UTC"), ("b/é/c", 0o664, "Asia/Kathmandu")]):
        project = checkout(tmp_path / folder, PROJECT, 1_600_000_000 + 86_400 * number, mode)
        command = [sys.executable, "-B", "-m", "hatchling", "build", "-t", kind, "-d", str(tmp_path / f"dist{number}")]
        ran = run_process(
            project, command, PYTHONPATH="", SOURCE_DATE_EPOCH="1764288000", TZ=zone, PYTHONHASHSEED=str(number),
        )
        assert ran.exit_code == 0, ran.err
        built.append(tree(tmp_path / f"dist{number}"))
    assert len(built[0]) == 1
    assert built[0] == built[1]
