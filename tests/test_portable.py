"""HTML and addresses that leave the page they were made for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.outputs.portable import portable, uri

CASES = Path(__file__).parent / "fixtures" / "feeds" / "portable.md"


def cases() -> list[object]:
    text = CASES.read_text(encoding="utf-8").split("\n\n", 1)[1]
    found = re.findall(r"(.+)\n\.\n(.+)\n\.\n(.+)\n\.\n", text)
    return [pytest.param(page, feed, id=title) for title, page, feed in found]


@pytest.mark.parametrize(("page", "feed"), cases())
def test_html_leaves_its_page(page: str, feed: str) -> None:
    assert portable(page, "https://example.org/veille/posts/2026/02/03/%C3%A9t%C3%A9/") == feed


def test_every_portable_case_is_read() -> None:
    assert len(cases()) * 3 == CASES.read_text(encoding="utf-8").count("\n.\n")


@pytest.mark.parametrize(("written_as", "expected"), [
    ("https://vendor.example/a?b=1&c=%20#x", "https://vendor.example/a?b=1&c=%20#x"),
    ("https://été.example/ça va?q=é#à", "https://xn--t-9fab.example/%C3%A7a%20va?q=%C3%A9#%C3%A0"),
    ('https://vendor.example/100%/"x"|[y]', "https://vendor.example/100%25/%22x%22%7C%5By%5D"),
    ("mailto:zoé@example.org", "mailto:zo%C3%A9@example.org"),
])
def test_an_address_becomes_a_uri(written_as: str, expected: str) -> None:
    assert uri(written_as) == expected


@given(st.text())
def test_no_text_stops_portable_html_or_a_uri(text: str) -> None:
    portable(text, "https://example.org/")
    portable(f'<a href="{text}">', "https://example.org/")
    assert uri(text.encode("utf-8", "replace").decode()).isascii()
