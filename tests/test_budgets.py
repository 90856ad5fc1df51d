"""What pages may weigh, gzipped."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from tests.browser.demo import write_demo

KB = 1024


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = write_demo(tmp_path_factory.mktemp("budgets") / "site")
    assert site.build().changes
    yield site.root / "output"
    shutil.rmtree(site.root)


def weight(files: list[Path]) -> int:
    assert files
    return sum(len(gzip.compress(file.read_bytes(), 6, mtime=0)) for file in files)


def own(output: Path, ending: str) -> list[Path]:
    return [file for file in output.rglob(f"*.{ending}") if not file.name.startswith("pagefind")]


def test_all_scripts_weigh_at_most_15_kb_besides_pagefind(output: Path):
    assert weight(own(output, "js")) <= 15 * KB


def test_all_styles_weigh_at_most_15_kb(output: Path):
    assert weight(own(output, "css")) <= 15 * KB


def test_a_note_weighs_at_most_25_kb_with_its_style(output: Path):
    style = weight(own(output, "css"))
    notes = [*output.glob("posts/**/index.html"), *output.glob("notes/*/index.html")]
    assert len(notes) > 30
    assert max(style + weight([page]) for page in notes) <= 25 * KB
