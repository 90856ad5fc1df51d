"""The section grammar, on cases that a person reviews (`fixtures/sections`) and on any text."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.config import Labels
from generator.content.sections import Note, read_note
from generator.model import SECTION_KINDS
from tests.cases import Case, agree, cases


def told(note: Note) -> str:
    """A note as the fixtures write it."""
    rows = [f"headline {note.headline_line} | {note.headline}"] if note.headline else []
    for stretch in note.stretches:
        name = f"{' '.join(stretch.kinds) or 'none'} {stretch.line}"
        label = f" «{stretch.label}»" if stretch.kinds else ""
        rows.append(f"{name}{label} | " + stretch.text.replace("\n", "↵"))
    if note.origin_line:
        rows.append(f"origin {note.origin_line} «{note.origin_label}» {note.origin_url}")
    return "\n".join(rows)


@pytest.mark.parametrize("case", cases("sections"), ids=str)
def test_a_body_is_taken_apart_as_its_reader_would(case: Case, update_golden: bool) -> None:
    agree(case, told(read_note(case.text, Labels())), update_golden)


def test_wordings_of_the_configuration_open_sections_by_prefix_without_case_and_accents() -> None:
    labels = Labels(key_points=("En résumé",), recommendations=("Ce qu’il faut faire",))
    note = read_note("# T\n\n## EN RESUME, pour vous\na\n\n**Ce qu'il faut faire :**\nb\n\n## Points clés\nc\n", labels)
    assert [stretch.kinds for stretch in note.stretches] == [("key-points",), ("recommendations",), ("key-points",)]


def test_every_first_line_of_a_text_lies_on_the_line_of_its_stretch() -> None:
    body = "# T\n\nintro\n\n## Points clés\n\n* a\n* b\n\n**Recommandations :** c\nd\n"
    lines = body.split("\n")
    for stretch in read_note(body, Labels()).stretches:
        for offset, line in enumerate(stretch.text.split("\n")):
            assert lines[stretch.line - 1 + offset].endswith(line)


fragment = st.sampled_from([
    "Points clés", "Vulnérabilités", "Recommandations :", "Vulnérabilités et recommandations", "Conclusion", "CVE-1",
    "**", "__", "## ", "### ", "* ", "    * ", "  ", "\n", "\n\n", "---", "===", "```", "~~~", "> ", ":", "mot", "é",
    "**Points clés :** ", "* **Vulnérabilités :** ", "* **Recommandations :**", "**Titre**", "\t",
    "[Source](https://a.b/c)",
])
bodies = st.lists(fragment, max_size=40).map("".join)


def letters(text: str) -> str:
    """The word characters of a text; underscores are markup."""
    return "".join(char for char in text if char.isalnum())


@settings(max_examples=400)
@given(bodies)
@example("## Points clés\n")
@example("a\n---\n[Source](https://a.b)")
def test_no_word_of_the_author_is_lost_or_moved(body: str) -> None:
    note = read_note(body, Labels())
    parts = [note.headline]
    for stretch in note.stretches:
        parts += [stretch.label, stretch.text]
    parts += [note.origin_label, note.origin_url]
    assert letters("".join(parts)) == letters(body)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=300), st.text(alphabet="*_#`~<>/div -+\n\t:[](){}|1.VCEPointscléR", max_size=200)))
def test_any_text_has_a_structure(body: str) -> None:
    note = read_note(body, Labels())
    lines = [stretch.line for stretch in note.stretches]
    assert lines == sorted(lines)
    for stretch in note.stretches:
        assert set(stretch.kinds) <= set(SECTION_KINDS)
        assert 1 <= stretch.line <= body.count("\n") + 1
        assert bool(stretch.label) == bool(stretch.kinds)
        assert stretch.kinds or stretch.text.strip()


@pytest.mark.parametrize("piece", [
    "**", "* **a** b\n", "```\n", "<div>\n", "<div>\n</div>\n", "> ", "_", "a\n---\n", "[Source](", "(",
    "**Points clés**\n", "* **Points clés :** a\n\n", "<strong>", "# ", "`", " ",
])
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    body = piece * (300_000 // len(piece))
    begin = time.process_time()
    read_note(body, Labels())
    assert time.process_time() - begin < 4


@pytest.mark.corpus
@pytest.mark.skipif("VEILLE_CORPUS" not in os.environ, reason="VEILLE_CORPUS names no folder")
def test_the_hand_labels_are_found() -> None:
    corpus = Path(os.environ["VEILLE_CORPUS"])
    bench = Path(__file__).parent / "bench" / "sections.py"
    done = subprocess.run(
        [sys.executable, str(bench), str(corpus / "posts"), str(corpus / "sections.json")],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
