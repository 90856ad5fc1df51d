"""Recall and precision of the section grammar on hand labels.

``python tests/bench/sections.py POSTS SECTIONS_JSON`` reads a folder of posts and ``{name: [[section, line], …]}``,
prints both figures, every miss and every false label, and exits 1 below 99 %.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path

from generator.config import Labels
from generator.content.sections import read_note
from generator.text import normal_lines, without_controls

NAMES = {"points_cles": "key-points", "vulnerabilites": "vulnerabilities", "recommandations": "recommendations"}


def body_of(text: str) -> str:
    """The text after the front matter."""
    parts = without_controls(normal_lines(text)).split("---\n", 2)
    return parts[2] if len(parts) == 3 and not parts[0].strip() else text


def found_in(body: str) -> list[tuple[str, str]]:
    """Kind and label line of every section, in order."""
    lines = body.split("\n")
    return [
        (kind, lines[stretch.line - 1].strip())
        for stretch in read_note(body, Labels()).stretches
        for kind in stretch.kinds
    ]


def main(folder: str, truth_file: str) -> int:
    """Prints the figures; returns the exit status."""
    truth = json.loads(Path(truth_file).read_text(encoding="utf-8"))
    expected_count = found_count = right = 0
    for name, pairs in sorted(truth.items()):
        expected = Counter((NAMES[kind], line.strip()) for kind, line in pairs)
        found = Counter(found_in(body_of((Path(folder) / name).read_text(encoding="utf-8"))))
        expected_count += expected.total()
        found_count += found.total()
        right += (expected & found).total()
        for what, pair in [("missed", p) for p in expected - found] + [("false ", p) for p in found - expected]:
            print(f"{what} {name}: {pair[0]}: {pair[1][:100]}")
    recall, precision = right / (expected_count or 1), right / (found_count or 1)
    print(f"{len(truth)} posts, {expected_count} labels: recall {recall:.2%}, precision {precision:.2%}")
    bodies = [body_of(path.read_text(encoding="utf-8", errors="replace")) for path in sorted(Path(folder).glob("*.md"))]
    begin = time.process_time()
    notes = [read_note(body, Labels()) for body in bodies]
    spent = time.process_time() - begin
    opened = Counter(kind for note in notes for stretch in note.stretches for kind in stretch.kinds)
    print(f"{len(bodies)} posts in {spent:.2f} s of CPU; opened: {dict(sorted(opened.items()))}")
    return 0 if recall >= 0.99 and precision >= 0.99 else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
