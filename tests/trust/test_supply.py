"""What comes in from others: few libraries, each within bounds, and no file that the lock does not know."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.lock import FILES, wanted
from tests.sites import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
RUN = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
EXTRAS = {name: [*map(Requirement, texts)] for name, texts in PROJECT["project"]["optional-dependencies"].items()}
BUILD = [Requirement(text) for text in (*PROJECT["build-system"]["requires"], *PROJECT["dependency-groups"]["build"])]
JUDGES = [*map(Requirement, PROJECT["dependency-groups"]["judges"])]
LOCKS = {name: (REPOSITORY / "requirements" / name).read_text("utf-8") for name in FILES}


def locked(name: str) -> dict[str, Version]:
    """Distribution → version, of one file of the lock."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", LOCKS[name], flags=re.MULTILINE)
    return {canonicalize_name(distribution): Version(version) for distribution, version in found}


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_every_line_of_the_lock_is_one_version_with_digests_and_names_no_index(name: str):
    whole = LOCKS[name].replace("\\\n", "")
    lines = [line for line in whole.splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(locked(name))
    for line in lines:
        assert re.fullmatch(r"[\w.-]+==[^\s;]+ (; [^\\]+?)?( *--hash=sha256:[0-9a-f]{64})+", line), line
    assert "://" not in whole


@pytest.mark.parametrize(("name", "wishes"), [
    ("test.txt", [*RUN, *EXTRAS["test"]]), ("build.txt", BUILD), ("judges.txt", JUDGES),
], ids=["test.txt", "build.txt", "judges.txt"])
def test_the_lock_holds_what_pyproject_asks_for_and_all_that_this_asks_for(name: str, wishes: list[Requirement]):
    versions = locked(name)
    waiting, seen = list(wishes), set()
    while waiting:
        wish = waiting.pop()
        distribution = canonicalize_name(wish.name)
        assert distribution in versions, f"{wish} is not in requirements/{name}: run `make lock`"
        assert wish.specifier.contains(versions[distribution], prereleases=True), f"{wish}: run `make lock`"
        for extra in ("", *wish.extras):
            if (distribution, extra) in seen:
                continue
            seen.add((distribution, extra))
            try:
                below = [Requirement(text) for text in requires(wish.name) or ()]
            except PackageNotFoundError:  # of another Python or system
                continue
            waiting += [one for one in below if not one.marker or one.marker.evaluate({"extra": extra})]
    assert len(seen) >= len(wishes)


def test_everything_that_authors_install_has_a_lowest_and_a_next_version():
    for wish in (*RUN, *(wish for name in EXTRAS.keys() - {"test", "bench", "fuzz"} for wish in EXTRAS[name])):
        bounds = {bound.operator for bound in wish.specifier}
        if wish.name != "tzdata":  # versions are dates, and an old table of time zones is a wrong one
            assert "<" in bounds, wish
        assert ">=" in bounds, wish


def test_everything_that_the_tests_install_has_a_lowest_version_or_only_tells_types():
    for wish in EXTRAS["test"]:
        assert wish.name.startswith("types-") or any(bound.operator == ">=" for bound in wish.specifier), wish


def test_every_dependency_is_imported_by_the_program():
    imported = set()
    for path in (REPOSITORY / "generator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    known = packages_distributions()
    used = {canonicalize_name(name) for module in imported for name in known.get(module, ())}
    idle = {canonicalize_name(wish.name) for wish in RUN} - used
    assert idle == {"tzdata"}, "zoneinfo reads tzdata where the system has no time zones; the others are not needed"


def test_make_installs_nothing_from_an_index_whose_digest_it_does_not_know():
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    for target, files in ((r"\.venv/\.test", ("build.txt", "test.txt")), (r"\.judges/\.installed", ("judges.txt",))):
        recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
        assert recipe
        installs = [line for line in recipe[1].splitlines() if " install " in line]
        own = [line for line in installs if "--no-deps --no-build-isolation --editable ." in line]
        packages = [line for line in installs if "npm install" in line]
        locked = [line for line in installs if "--require-hashes" in line]
        assert [line.rpartition("/")[2] for line in locked] == list(files)
        assert len(installs) == len(locked) + len(own) + len(packages)
        for line in packages:
            assert re.search(r"--prefix \.judges( [a-z-]+@\d+\.\d+\.\d+)+$", line), line
    assert (REPOSITORY / ".ci/run").read_text("utf-8").endswith("make test\nmake judges\n")


@pytest.mark.parametrize(("wheel", "answer"), [
    ("click-8.5.1-py3-none-any.whl", True),
    ("six-1.17.0-py2.py3-none-any.whl", True),
    ("lxml-6.1.3-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", True),
    ("lxml-6.1.3-cp314-cp314-macosx_11_0_arm64.whl", True),
    ("nh3-0.3.8-cp38-abi3-win_amd64.whl", True),
    ("ruff-0.17.6-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.whl", True),
    ("lxml-6.1.3-cp310-cp310-manylinux_2_17_x86_64.whl", False),
    ("lxml-6.1.3-cp314-cp314t-manylinux_2_17_x86_64.whl", False),
    ("lxml-6.1.3-pp311-pypy311_pp73-manylinux_2_17_x86_64.whl", False),
    ("lxml-6.1.3-cp313-cp313-musllinux_1_2_x86_64.whl", False),
    ("lxml-6.1.3-cp313-cp313-manylinux_2_17_s390x.whl", False),
])
def test_the_lock_keeps_the_files_of_the_systems_that_are_tested(wheel: str, answer: bool):
    assert wanted(wheel) == answer
