"""What people install: the wheel and the sdist hold all that a site needs, and work far from this checkout."""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.sites import REPOSITORY, Ran, make_site, note, run_process, tree


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of this checkout and the wheel that is made of the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    ran = run_process(REPOSITORY, command, PYTHONPATH="")
    assert ran.exit_code == 0, ran.out + ran.err
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, installed into a folder of its own; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    wheel = next(built.glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index"]
    ran = run_process(folder, [*pip, "--target", str(folder), str(wheel)], PYTHONPATH="")
    assert ran.exit_code == 0, ran.out + ran.err
    return folder


def veille(installed: Path, site: Path, *arguments: str) -> Ran:
    """The console script's function, from the installed wheel; proves that it is not the checkout's."""
    code = (f"import generator, sys; assert generator.__file__.startswith({str(installed)!r}), generator.__file__; "
            "from generator.cli import main; main()")
    return run_process(site, [sys.executable, "-P", "-c", code, *arguments], PYTHONPATH=str(installed))


def files(folder: str) -> set[str]:
    """Paths of the files of a folder of the checkout, without what Python leaves there."""
    return {
        path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }


def test_the_wheel_holds_the_program_and_the_templates_and_nothing_else(built: Path):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        entry = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
        assert "veille = generator.cli:main" in wheel.read(entry).decode()
    assert files("generator") | {f"generator/{name}" for name in files("templates")} <= names
    assert not [name for name in names if not name.startswith("generator/") or name.endswith(".pyc")]


def test_the_sdist_holds_all_that_builds_and_tests_the_project(built: Path):
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert files("generator") | files("templates") | files("tests") | files("content") <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", "config.yaml"} <= names
    assert not [name for name in names if name.startswith(("output/", ".veille/", ".venv/"))]


def test_a_folder_with_only_configuration_and_content_builds_with_the_installed_wheel(installed: Path, tmp_path: Path):
    site = make_site(tmp_path / "site", {"content/posts/2025-09-08-note.md": note(tags=["alpha"])})
    here = make_site(tmp_path / "here", {"content/posts/2025-09-08-note.md": note(tags=["alpha"])})
    ran = veille(installed, site.root, "build", "--as-of", "2025-12-31")
    assert (ran.exit_code, ran.err) == (0, "")
    here.build()
    assert site.output() == here.output()


def test_a_sites_own_templates_replace_the_installed_ones_file_by_file(installed: Path, tmp_path: Path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-note.md": note(), "templates/partials/footer.html": "<footer>Ours</footer>",
        "templates/static/veille.css": "body{}",
    })
    assert veille(installed, site.root, "build", "--as-of", "2025-12-31").exit_code == 0
    page = site.page("/posts/2025/09/08/note/")
    assert "<footer>Ours</footer>" in page
    assert "<main" in page
    assert [data for path, data in site.output().items() if re.match(r"static/veille\..*css$", path)] == [b"body{}"]
    assert any(path.startswith("static/favicon.") for path in site.output())


def test_the_installed_program_writes_nothing_into_its_own_folder(installed: Path, tmp_path: Path):
    before = {path for path in tree(installed) if "__pycache__" not in path}
    site = make_site(tmp_path, {"content/posts/2025-09-08-note.md": note()})
    veille(installed, site.root, "build", "--as-of", "2025-12-31")
    assert {path for path in tree(installed) if "__pycache__" not in path} == before


def test_the_installed_program_tells_its_version(installed: Path, tmp_path: Path):
    version = next(line for line in (REPOSITORY / "pyproject.toml").read_text("utf-8").splitlines()
                   if line.startswith("version = ")).partition('"')[2].rstrip('"')
    assert veille(installed, tmp_path, "--version").out == f"veille {version}\n"
