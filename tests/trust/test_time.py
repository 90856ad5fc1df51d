"""Time and memory stay in proportion to what is read, for the worst inputs that we know."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.sites import REPOSITORY
from tests.trust.worst import ROOMS, inputs, seconds

SMALL, GROWN = 4_000, 16_000
QUICK = 0.12
"""Seconds of the grown input that are never too many: 2 s for a megabyte would be 0.05."""


@pytest.mark.long
@pytest.mark.parametrize("room", ROOMS)
def test_four_times_the_input_takes_no_sixteen_times_the_time(room):
    """What takes the square of its input takes sixteen times as long; a busy machine doubles a figure, not both."""
    slow = []
    grown = dict(inputs(GROWN))
    for name, text in inputs(SMALL):
        if seconds(room, grown[name]) < QUICK:
            continue
        before, after = min(seconds(room, text) for _ in range(3)), min(seconds(room, grown[name]) for _ in range(3))
        if after > QUICK and after > 9 * before:
            slow.append(f"{name}: {before:.3f} s, {after:.3f} s")
    assert not slow


MEGABYTE = [
    ("note", "# a\n"), ("note", "- a\n"), ("note", "`a`a "), ("note", "~~a~~a "), ("note", "<li>\n"),
    ("note", "<pre>a "), ("note", "**a"), ("note", "|a\n|-\n"), ("note", "<!--"), ("note", "CVSS 9\n"),
    ("rules", "[](\n"), ("file", "\x00\n"), ("header", "  - a\n"), ("config", "\x00\n"), ("liquid", "{{"),
    ("liquid", "{%"), ("shortcodes", "{{<"), ("WordPress", "<pre>"), ("WordPress", "[code]"),
    ("WordPress", "[caption]" + " " * 500), ("TOML", "1."),
]
"""Where each of the slowest megabytes goes; `tests.trust.worst` finds them."""


def test_no_megabyte_takes_long_or_much():
    """In a process of its own, for its peak; the bound is for a busy machine, one alone needs a fifth of it."""
    code = (
        "import json, resource, sys\n"
        "from tests.trust.worst import seconds\n"
        "took = [[room, unit, seconds(room, unit * (1_000_000 // len(unit.encode())))]\n"
        "        for room, unit in json.load(sys.stdin)]\n"
        "print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(MEGABYTE), capture_output=True, text=True, cwd=REPOSITORY,
        check=True, timeout=500,
    )
    took, megabytes = json.loads(ran.stdout)
    assert not [one for one in took if one[2] > 8]
    assert megabytes < 500 or sys.platform != "linux"
