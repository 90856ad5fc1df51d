"""Time and memory stay in proportion to what is read, for the worst inputs that we know."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from tests.sites import REPOSITORY, make_site, note
from tests.trust.worst import ROOMS, inputs, quiet, seconds

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
    ("note", "**Points clés :**\n", "CVSS 9.8 "), ("note", "<div>\n", "CVSS 9.8 "), ("note", "[a](b)\n", "CVSS 9.8 "),
    ("note", "# a\n", ""), ("note", "- a\n", ""), ("note", "`a`a ", ""), ("note", "|a\n|-\n", ""),
    ("note", "T1566.", ""), ("note", "<!--", ""), ("rules", "<pre>\n", "CVSS 9.8 "), ("rules", "[a](b)", "T1566 "),
    ("note", "CVE-2025-1234/1235/1236 ", "CVSS 9.8 "), ("rules", '"', ""), ("rules", "«\u00a0", ""),
    ("rules", "[](\n", ""), ("feed", "- - \n", "a "), ("feed", "[a](b)a ", ""),
    ("file", "\x00\n", ""), ("header", "  - a\n", ""), ("config", "\x00\n", ""), ("liquid", "{{", ""),
    ("liquid", "{%", ""), ("shortcodes", "{{<", ""), ("WordPress", "<pre>", ""), ("WordPress", "[code]", ""),
    ("WordPress", "<div>\n\n", ""), ("WordPress", "<script>", ""), ("WordPress", "<iframe src=", ""),
    ("WordPress", "[caption]" + " " * 500, ""), ("TOML", "1.", ""), ("export's texts", "<", ""),
    ("export's texts", "<a ", ""), ("export's texts", "&a ", ""), ("relations", "CVSS 9.8 ", ""),
]
"""Where each of the slowest megabytes goes, and the words between its units; `tests.trust.worst` finds them."""


def test_no_megabyte_takes_two_seconds_or_half_a_gigabyte():
    """In a process of its own, for its peak."""
    code = (
        "import json, resource, sys\n"
        "from tests.trust.worst import apart, repeated, seconds\n"
        "took = [[room, unit, seconds(room, apart(unit, filler, 999_000) if filler else repeated(unit, 999_000))]\n"
        "        for room, unit, filler in json.load(sys.stdin)]\n"
        "print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(MEGABYTE), capture_output=True, text=True, cwd=REPOSITORY,
        check=True, timeout=500,
    )
    took, megabytes = json.loads(ran.stdout)
    print(f"\n{max(one[2] for one in took):.2f} s, {megabytes:.0f} MB")
    assert not [one for one in took if one[2] > 2]
    assert megabytes < 500 or sys.platform != "linux"


@pytest.mark.parametrize("text", [
    "".join(f"CVE-2025-{number} " for number in range(10_000, 80_000)),
    "".join(f"* CVE-2025-{number} : 9,8/10\n" for number in range(10_000, 19_000)),
    "".join(f"## a{number}\n\n" for number in range(4_900)),
    "".join(f"[a](/a{number}/)\n" for number in range(9_000)),
], ids=["CVEs", "CVEs with scores", "headings", "links that lead nowhere"])
def test_no_note_makes_a_site_of_its_own(tmp_path, text):
    site = make_site(tmp_path / "site", {"content/posts/2025-09-08-a.md": note("A", text)})
    start = time.process_time()
    site.build(jobs=1)
    assert quiet(time.process_time() - start) < 2
    assert 10 < len(site.output()) < 700


@pytest.mark.parametrize(("key", "value"), [("tags", "t{}"), ("aliases", "/a{}/"), ("cve", "CVE-2025-1{:04}")])
def test_a_header_with_more_values_than_a_note_can_mean_is_an_error(tmp_path, key, value):
    values = [value.format(number) for number in range(3_000)]
    site = make_site(tmp_path / "site", {"content/posts/2025-09-08-a.md": note("A", "", **{key: values})})
    (found,) = site.build().problems
    assert (found.code, found.line) == ("V204", 3)
    assert f"'{key}' holds 3,000 values" in found.message
