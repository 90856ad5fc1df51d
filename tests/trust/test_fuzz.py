"""The promises of the rooms that read other people's texts, for texts that hypothesis thinks up and for known ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.rooms import FOUND, ROOMS, SEEDS
from tests.trust.inputs import ATTACKS, BODIES, REFUSED

WORDS = sorted(
    line[1:-1].encode("latin-1").decode("unicode_escape").encode("latin-1").decode("utf-8")
    for line in (SEEDS / "words.dict").read_text("utf-8").splitlines() if line.startswith('"')
)
MORE = [
    "\r\n", "\r", "\u2028", "\x85", "\x00", "\x0b", "\x1d", "\u202e", "\u00a0", "\t", " ", "\n", "    ", "a", "é",
    "'", '"', ":", ": ", "-", "- ", "#", "*", "**", "_", "`", "\\", "!", "[", "]", "(", ")", "{", "}", "|", "&", "<",
    ">", "/", "%", "%}", "{{", "}}", "~", "^", "=", "---\n", "...", "&a ", "*a ", "!!str ", "? ", "|\n ", ">-\n ",
    "2025-09-08", "12:30", "true", "null", "0x1f", "1e9", "site:\n  ", "permalink: ", "feeds: {", "\U0001f600",
    "CVE-2025-12345", " à ", "CVSS 9.8", "CVSS:3.1/AV:N/AC:L", "9,8/10", "hxxp://a[.]b", "[caption]", "[gallery a]",
]
pieces = st.lists(st.sampled_from(WORDS + MORE) | st.text(max_size=4), max_size=60).map("".join)
hostile = st.sampled_from([one.text for one in (*BODIES, *REFUSED) if len(one.text) < 10_000] + list(ATTACKS.values()))
texts = st.builds("{}{}{}".format, pieces, hostile | st.just(""), pieces)
notes = st.builds("---\ntitle: a\ndate: 2025-09-08\n{}\n---\n{}".format, pieces | hostile, texts)
inputs = st.binary(max_size=300) | (texts | notes).map(lambda text: text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("room", ROOMS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=inputs)
def test_a_room_keeps_its_promise_for_any_text(room, data):
    ROOMS[room](data)


@pytest.mark.parametrize("path", sorted(
    path for folder in (SEEDS, FOUND) for path in folder.glob("*/*")
), ids=lambda path: "/".join(path.parts[-3:]))
def test_a_room_keeps_its_promise_for_what_is_known(path: Path):
    ROOMS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("room", ["markup", "note", "rules", "sections"])
def test_a_room_keeps_its_promise_for_every_hostile_input(room):
    head = "---\ntitle: a\ndate: 2025-09-08\n---\n" if room in ("note", "rules") else ""
    for one in BODIES:
        ROOMS[room](f"{head}{one.text}".encode())
