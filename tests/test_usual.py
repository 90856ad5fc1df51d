"""The short way for usual forms and the grammar for all of them make the same of every text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.content import usual
from generator.content.cves import cve_mentions
from generator.content.markup import Rendered, render
from generator.content.safety import page_html

FIXTURES = Path(__file__).parent / "fixtures"
NOTES = {
    path.relative_to(FIXTURES).as_posix(): path.read_text("utf-8")
    for path in sorted((FIXTURES / "markup").glob("*.md")) + sorted((FIXTURES / "sections").glob("*"))
}
PIECES = (
    "a", "b ", "é", "1", "s", "x_y", " ", "  ", "\xa0", "\u202f", " :", " ;", "« ", " »", "(", ")", ".", ",", "!", "…",
    "’", "“", "'", '"', "l'", " '", ' "', "*", "**", " **", "** ", "***", "`", "``", "_", "__", "\\", "&", "&amp;", "<",
    "<b>", "</b>", ">", ">>", "--", "...", "~~", "[a]", "](b)", "[a](https://x.example)", "![a](b)", "{: .c}", "|", "#",
    "CVE-2025-12345", "cve-2025-1 ", "\n", "\n\n", "\n* ", "\n*   ", "\n- ", "\n    * ", "\n    *   ", "\n  - ",
    "\n1. ", "\n2. ", "\n   1. ", "\n[a]: b", "\n        *   ", "\n+ ", "\n=", "\n---", "\n ", "\n## ", "\n\t",
    "12 ", "345", " 678", " %", "2025 ", "[^n]", "\n[^n]: x", "**a**", "**a :** ", "`c`", "`c :`", "*d*", '"e"', "'f'",
)
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def mentions(words: str) -> list[tuple[int, int, str]]:
    return [(start, end, f"../cve/{cve}/?a&b") for start, end, cve in cve_mentions(words)]


def both(stretches: list[str], language: str) -> tuple[Rendered, Rendered]:
    """What the short way makes of the stretches, and what the grammar does."""
    options = {"language": language, "root": "../", "labels": ["l"] * len(stretches), "mentions": mentions}
    short = render(stretches, **options)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(usual, "LONGEST", -1)
        return short, render(stretches, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NOTES)
def test_a_reviewed_text_comes_out_the_same_both_ways(name, language):
    for text in (NOTES[name], *re.split(r"\n\s*\n", NOTES[name])):
        short, grammar = both([text], language)
        assert short == grammar


@settings(max_examples=500, deadline=None)
@given(st.lists(texts, min_size=1, max_size=3), st.sampled_from(["fr", "en"]))
@example(["*   **Une :** l'autre « *x* » `y :` & CVE-2025-12345\n    *   z\n\n\"Fin\""], "fr")
def test_any_text_comes_out_the_same_both_ways(stretches, language):
    short, grammar = both(stretches, language)
    assert short == grammar


@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(["fr", "en"]))
def test_the_sanitiser_finds_nothing_to_do_in_what_the_short_way_writes(text, language):
    for html in render([text], language=language, root="", mentions=mentions).stretches:
        assert page_html(html).strip("\n") == html


def test_real_notes_mostly_take_the_short_way():
    found = usual.outline("Un résumé de l'article.\n\n*   **Faille :** le \"pare-feu\" `fw`.\n    *   *Note* : rien.\n")
    assert found is not None
    assert found.tops == [1]
    assert all(usual.spans(found.lines, french=True)[0])
