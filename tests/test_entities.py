"""Identifiers and scores, on cases that a person reviews (`fixtures/entities`) and on any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.entities import cve_mentions, find_entities, find_scores
from tests.cases import Case, agree, cases


def answer(case: Case) -> str:
    """What the case's file is about, one finding a line."""
    if case.file.stem == "entities":
        return "\n".join(f"{found.kind} {found.value} {found.line}" for found in find_entities(case.text))
    if case.file.stem == "mentions":
        return "\n".join(f"«{case.text[start:end]}» {cve}" for start, end, cve in cve_mentions(case.text))
    rows = []
    for score in find_scores(case.text):
        assert float(score.text.replace(",", ".")) == score.value
        parts = [score.text.replace(",", "."), score.version and f"v{score.version}"]
        parts += [f"«{score.text}»" if "," in score.text else "", score.vector, score.cve, f"line {score.line}"]
        rows.append(" ".join(part for part in parts if part))
    return "\n".join(rows)


@pytest.mark.parametrize("case", cases("entities"), ids=str)
def test_a_text_names_what_its_reader_finds(case: Case, update_golden: bool) -> None:
    agree(case, answer(case), update_golden)


def test_lines_are_counted_from_the_first_line_of_the_body() -> None:
    text = "a\nCVE-2025-11111 (CVSS 9.8)\nCWE-79"
    assert [found.line for found in find_entities(text, 10)] == [11, 12]
    assert [score.line for score in find_scores(text, 10)] == [11]


def test_identifiers_that_begin_alike_are_each_found() -> None:
    text = "TAG-112, TA505, TALOS-2025-2205, APT-C-36, APT28, UAT-5918, UTA0137"
    assert {found.value for found in find_entities(text)} == set(text.split(", "))


words = st.sampled_from([
    "CVE-2025-1001", "cve 2025 1003", "à", "/", "1004", "CVSS", "3.1", "9,8", "/10", ":", "(", ")",
    "AV:N/AC:L/PR:N/UI:N/S:U", "| ", "|---|", "* ", "    * ", "### ", "\n", " ", "score", "de base",
    "APT-28", "Salt", "Typhoon", "T1566.001", "CWE-9", "KB5065429", "é", "-", "GHSA-2222-3333-4444",
])


@settings(max_examples=300)
@given(st.text(max_size=200) | st.lists(words, max_size=40).map(" ".join) | st.lists(words, max_size=40).map("".join))
def test_any_text_has_its_entities_and_scores(text: str) -> None:
    last_line = text.count("\n") + 1
    entities = find_entities(text)
    assert len({(found.kind, found.value) for found in entities}) == len(entities)
    named = {found.value for found in entities if found.kind == "cve"}
    assert all(1 <= found.line <= last_line for found in entities)
    reached = 0
    for start, end, cve in cve_mentions(text):
        assert reached <= start < end <= len(text)
        assert cve in named
        assert cve.endswith(text[end - 4 : end])
        reached = end
    for score in find_scores(text):
        assert 0 <= score.value <= 10
        assert 1 <= score.line <= last_line
        assert score.cve in named | {""}
        assert score.version in ("", "2.0", "3.0", "3.1", "4.0")


@pytest.mark.parametrize("piece", [
    "CVE-2025-1001 à CVE-2025-1050 CVSS 9.8, 8.1\n", "CVE-2025-1000/1001/", "CVSS ", "CVSS 3.1 ", "9.8 (", "AV:N/AC:L/",
    "* CVSS 9.8\n  * CVE-2025-1111\n", "| CVSS |\n", "Typhoon ", "Aa Typhoon ", "cve ", "GHSA-2222-", "score ", " ",
])
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    begin = time.process_time()
    find_entities(text)
    cve_mentions(text)
    find_scores(text)
    assert time.process_time() - begin < 4
