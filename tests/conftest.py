from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.sites import TinySite, make_site

settings.register_profile("tests", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tests"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests aside has them ignore it, and with them every preview that they start and end.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the code makes now as expected output")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden") or os.environ.get("VEILLE_UPDATE_GOLDEN"))


@pytest.fixture
def site(tmp_path: Path) -> TinySite:
    """A site of one note, in a folder of its own below `tmp_path`."""
    return make_site(tmp_path / "site")
