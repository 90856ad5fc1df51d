"""SECURITY.md against the tests: what it says is tested is tested."""

from __future__ import annotations

import ast
import re

from tests.sites import REPOSITORY

SECURITY = (REPOSITORY / "SECURITY.md").read_text("utf-8")


def proofs(file: str) -> dict[str, bool]:
    """Name → whether it is run by `make test-long` only."""
    tree = ast.parse((REPOSITORY / file).read_text("utf-8"))
    return {
        node.name: any("mark.long" in ast.unparse(mark) for mark in node.decorator_list)
        for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_promise_names_tests_that_exist():
    rows = re.findall(r"^\| (.+) \| (`tests/.+) \|$", SECURITY, flags=re.MULTILINE)
    assert len(rows) > 15
    for promise, cells in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", cells)
        assert len(named) == cells.count("`") // 2, promise
        for file, name in named:
            assert name in proofs(file), f"{promise}: {file} has no {name}"


def test_the_last_figures_of_every_long_test_are_told():
    told = SECURITY.partition("## The long tests")[2]
    for path in sorted((REPOSITORY / "tests").rglob("test_*.py")):
        file = path.relative_to(REPOSITORY).as_posix()
        for name, long in proofs(file).items():
            assert not long or f"`{name}`" in told, f"SECURITY.md has no figures of {file}::{name}"
