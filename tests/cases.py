"""Cases in files that a person reviews: a name, an input, and what comes out of it.

::

    === the name of the case | path/of/the/file.md
    the input, line by line
    >>>
    what is expected

Invisible characters have visible stand-ins in the input: a Unicode control picture stands for its control character
(``␀ ␇ ␌ ␍`` …), ``⍽`` for a no-break space, ``⏎`` for U+2028, ``⌂`` for a byte order mark and ``⟨E9⟩`` for one byte.
``pytest --update-golden`` writes what comes out now as expected: review the difference before you commit it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"
_STAND_INS = {chr(0x2400 + code): chr(code) for code in range(32)} | {"⍽": "\u00a0", "⏎": "\u2028", "⌂": "\ufeff"}


@dataclass(frozen=True)
class Case:
    file: Path
    name: str
    path: str
    given: str
    """As in the file, stand-ins and all."""
    expected: str

    @property
    def data(self) -> bytes:
        return real(self.given)

    @property
    def text(self) -> str:
        return self.data.decode()

    def __str__(self) -> str:
        return f"{self.file.stem}: {self.name}"


def real(text: str) -> bytes:
    """The bytes that a text with stand-ins means."""
    parts = re.split(r"⟨([0-9A-F]{2})⟩", "".join(_STAND_INS.get(char, char) for char in text))
    return b"".join(bytes.fromhex(part) if at % 2 else part.encode() for at, part in enumerate(parts))


def cases(folder: str) -> list[Case]:
    """All cases of a folder of fixtures, in the order of the files."""
    found = []
    for file in sorted((FIXTURES / folder).glob("*.txt")):
        for block in re.split(r"^=== ", file.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            head, _, rest = block.partition("\n")
            given, mark, expected = rest.partition(">>>\n")
            assert mark, f"{file}: the case «{head}» has no line >>>"
            name, _, path = head.partition(" | ")
            found.append(Case(file, name, path, given, expected.rstrip("\n")))
    assert found, f"no cases in {folder}"
    assert len({case.name for case in found}) == len(found), "two cases have one name"
    return found


def agree(case: Case, answer: str, update: bool) -> None:
    """Fails when the answer is not the expected one; under ``--update-golden`` it becomes the expected one."""
    if update:
        head = f"=== {case.name}" + (f" | {case.path}" if case.path else "") + f"\n{case.given}>>>\n"
        before, found, after = case.file.read_text("utf-8").partition(head)
        assert found
        _, following, rest = f"\n{after}".partition("\n=== ")
        case.file.write_text(f"{before}{head}{answer}\n{following}{rest}", "utf-8")
    else:
        assert answer == case.expected
