from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder for many small sites: in memory where the system has one, since thousands of files come and go."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="veille-test-", dir=memory))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def room(folder: Path, request: pytest.FixtureRequest) -> Path:
    """A folder in it for one test."""
    made = folder / f"{len(list(folder.iterdir()))}"
    made.mkdir()
    return made
