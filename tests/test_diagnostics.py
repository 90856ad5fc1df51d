"""One tiny site a diagnostic: what the author wrote, the command, what it says. `--update-golden` rewrites the latter.

A file of `tests/diagnostics` holds input files under ``==> path <==`` (with the stand-ins of `tests.cases` for what
cannot be seen), a line ``$ veille …``, and what the command prints.
"""

from __future__ import annotations

import ast
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from generator.diagnostics import RULES, Diagnostic, Scope, Severity, ordered, problem, render
from generator.disk.lock import locked
from tests.cases import FIXTURES, real
from tests.sites import REPOSITORY, make_site

FOLDER = Path(__file__).parent / "diagnostics"
FILES = sorted(FOLDER.glob("*.txt"))
CODE = re.compile(r"V\d{3}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_author_is_told(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool):
    given, command, expected = re.split(r"^(\$ veille .*\n)", file.read_text("utf-8"), maxsplit=1, flags=re.MULTILINE)
    site = make_site(tmp_path / "site", {}, config=None)
    monkeypatch.setattr("generator.build._PATIENCE", 0.05)
    monkeypatch.setattr("generator.images.available", lambda: not file.stem.startswith("V011"))
    monkeypatch.setattr("generator.indexer.available", lambda: not file.stem.startswith("V010"))
    with ExitStack() as held:
        for name, remark, text in re.findall(r"^==> (.+) <==(.*)\n((?:(?!==> ).*\n)*)", given, flags=re.MULTILINE):
            site.write({name: real(text)})
            if remark:
                held.enter_context(locked(site.root / name, 0))
        ran = site.run(*command.split()[2:])
    said = f"{ran.err}{ran.out}[exit {ran.exit_code}]\n".replace(str(site.root), "SITE")
    said = re.sub(r"in [\d.]+ s\b", "in … s", said)
    if update_golden:
        file.write_text(given + command + said, "utf-8")
    else:
        assert said == expected
    assert file.stem == f"{file.stem[:4]}-{RULES[file.stem[:4]].name}"
    assert f" {file.stem[:4]}: " in said


def shown() -> set[str]:
    """Codes that a case for people to review shows."""
    files = [*FILES, *(FIXTURES / "rules").rglob("*.txt"), *(FIXTURES / "check").rglob("*.txt")]
    return {code for file in files for code in CODE.findall(file.stem + file.read_text("utf-8"))}


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_code_has_a_case(code: str):
    if RULES[code].scope is Scope.SITE:
        assert any(file.stem.startswith(code) for file in FILES), f"show {code} in a file of {FOLDER}"
    else:
        assert code in shown(), f"show {code} in a file of {FOLDER} or of {FIXTURES / 'rules'}"


def used() -> set[str]:
    """Codes that the program may report: the text of every string constant outside the table and the docstrings."""
    found: set[str] = set()
    for path in (REPOSITORY / "generator").rglob("*.py"):
        module = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(module):
            is_table = isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "RULES"
            if is_table:
                node.value = None
        found |= {
            node.value for node in ast.walk(module)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
        }
    return found


def test_every_code_of_the_table_is_used_and_every_code_used_is_in_the_table():
    assert used() == RULES.keys()


def test_every_rule_says_what_it_finds():
    names = [rule.name for rule in RULES.values() if rule.scope is Scope.SITE]
    assert len(set(names)) == len(names)
    for code, rule in RULES.items():
        assert CODE.fullmatch(code)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert re.fullmatch(r"[A-Zc].*\.", rule.summary), rule.summary


def test_a_problem_with_an_unknown_code_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        problem("V999", "a.md", 1, 1, "wrong", "mend it")


def test_problems_are_told_once_in_the_order_of_files_and_lines():
    found = [problem("V701", path, line, 0, "m", "h") for path, line in (("b", 1), ("a", 10), ("a", 9), ("b", 1))]
    assert [(known.path, known.line) for known in ordered(found)] == [("a", 9), ("a", 10), ("b", 1)]


@pytest.mark.parametrize(("excerpt", "column", "expected"), [
    ("title: 'x", 8, "    title: 'x\n           ^"),
    ("\ttab", 2, "     tab\n     ^"),
    ("日本 x", 4, "    日本 x\n         ^"),
    ("e\u0301 x", 4, "    e\u0301 x\n      ^"),
    ("bell\x07", 5, "    bell\ufffd\n        ^"),
    ("no column", 0, "    no column"),
])
def test_the_caret_stands_below_the_column(excerpt: str, column: int, expected: str):
    found = Diagnostic("a.md", 3, column, "V201", "wrong", "mend it", Severity.ERROR, excerpt)
    place = f"a.md:3:{column}" if column else "a.md:3"
    assert render(found) == f"{place}: error V201: wrong\n{expected}\n  → mend it"


def test_a_long_line_is_cut_around_the_column():
    found = Diagnostic("a.md", 1, 500, "V201", "wrong", "mend it", Severity.ERROR, "x" * 499 + "!" + "y" * 500)
    _, line, caret, _ = render(found).split("\n")
    assert len(line) < 110
    assert line[caret.index("^")] == "!"
