"""A small site with everything in it, compared file by file with what a person has read and found right.

`pytest tests/test_golden.py --update-golden` (or VEILLE_UPDATE_GOLDEN=1) writes what the code makes now; read the diff.
"""

from __future__ import annotations

import shutil
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.sites import TinySite, tree

GOLDEN = Path(__file__).parent / "golden"
EXPECTED = GOLDEN / "expected"
AS_OF = "2025-10-31"
SHOWN = 3


def golden_site(folder: Path) -> TinySite:
    """A copy of the golden site, not yet built."""
    shutil.copytree(GOLDEN / "site", folder)
    return TinySite(folder)


def differences(expected: dict[str, bytes], found: dict[str, bytes]) -> str:
    """Files that are missing, left over or changed; the first of the changed ones with their lines."""
    missing = [f"missing: {path}" for path in sorted(expected.keys() - found.keys())]
    left_over = [f"left over: {path}" for path in sorted(found.keys() - expected.keys())]
    changed = [path for path in sorted(expected.keys() & found.keys()) if expected[path] != found[path]]
    shown = [
        "\n".join([f"changed: {path}", *list(unified_diff(
            *(side[path].decode("utf-8", "replace").splitlines() for side in (expected, found)), lineterm="", n=0,
        ))[2:14]])
        for path in changed[:SHOWN]
    ]
    return "\n".join([*missing, *left_over, *shown, *(f"changed: {path}" for path in changed[SHOWN:])])


def test_the_golden_site_is_built_as_expected(tmp_path: Path, update_golden: bool):
    site = golden_site(tmp_path / "site")
    ran = site.run("build", "--as-of", AS_OF)
    report = "".join(line for line in (ran.out.partition(", in ")[0] + ran.out.partition(" s.")[2], ran.err))
    found = {**site.output(), "REPORT.txt": report.encode()}
    if update_golden:
        shutil.rmtree(EXPECTED, ignore_errors=True)
        TinySite(EXPECTED).write(found)
    told = differences(tree(EXPECTED), found)
    assert not told, f"{told}\n\nWhen this is right: pytest tests/test_golden.py --update-golden, and read the diff."


def test_the_golden_comparison_tells_missing_left_over_and_changed_files():
    assert differences({"a": b"1\n", "b": b"2\n", "c": b""}, {"a": b"1\n", "b": b"3\n", "d": b""}) == (
        "missing: c\nleft over: d\nchanged: b\n@@ -1 +1 @@\n-2\n+3")


def test_the_golden_tree_can_be_read_by_a_person():
    files = tree(EXPECTED)
    assert 30 < len(files) < 90
    assert sum(map(len, files.values())) < 400_000


@pytest.mark.parametrize("word", ["paraissent", "jamais"])
def test_what_is_held_back_is_nowhere_in_the_golden_tree(word: str):
    assert not [path for path, data in tree(EXPECTED).items() if word.encode() in data or word in path]
