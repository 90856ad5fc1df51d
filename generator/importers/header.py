"""Front matter as text: found, and given a further key, with every other byte of the file left as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_YAML = re.compile(r"(\ufeff?---[ \t]*\r?\n)(.*?)^((?:---|\.\.\.)[ \t]*(?:\r?\n|\Z))", re.DOTALL | re.MULTILINE)
_PLAIN = re.compile(
    r"(?!(?:true|false|yes|no|on|off|null|y|n|~)$)[A-Za-z/][\w/.+-]*(?: [\w/.+(-][\w/.+()-]*)*",
    re.ASCII | re.IGNORECASE,
)
_REST = r"(?:\n(?:[ \t]+\S.*|-(?:[ \t].*)?)(?=\n|\Z))*"  # of a value that goes on below its key


@dataclass(frozen=True, slots=True)
class Parts:
    """A file with front matter, cut; the four texts together are the file."""

    opening: str
    header: str
    closing: str
    body: str

    @property
    def text(self) -> str:
        """The file."""
        return self.opening + self.header + self.closing + self.body

    @property
    def body_line(self) -> int:
        """1-based line of the body's first line."""
        return (self.opening + self.header + self.closing).count("\n") + 1


def cut(text: str) -> Parts | None:
    """The parts of a file that begins with YAML between ``---`` lines, as Jekyll reads it; None for another."""
    found = _YAML.match(text)
    return Parts(found[1], found[2], found[3], text[found.end() :]) if found else None


def with_key(parts: Parts, name: str, value: str) -> Parts:
    """The file with ``name: value`` in its header: in the place of the key's line, or as the last line.

    `value` is YAML. Of a value that goes on over several lines, the lines below the key are removed.
    """
    end = "\r\n" if parts.opening.endswith("\r\n") else "\n"
    line = f"{name}: {value}{end}"
    there = re.search(rf"^{re.escape(name)}[ \t]*:.*{_REST}", parts.header, re.MULTILINE)
    if there:
        after = parts.header[there.end() :]
        return replace(parts, header=parts.header[: there.start()] + line + after.removeprefix("\n"))
    gap = "" if not parts.header or parts.header.endswith("\n") else end
    return replace(parts, header=parts.header + gap + line)


def is_flow(parts: Parts) -> bool:
    """Whether the header is written in braces, where no line can be added."""
    return parts.header.lstrip().startswith("{")


def scalar(text: str) -> str:
    """A text as YAML: as it is when no reader could mistake it, else in single quotes; without control characters."""
    line = " ".join("".join(char if char.isprintable() or char.isspace() else "" for char in text).split())
    if _PLAIN.fullmatch(line):
        return line
    return "'" + line.replace("'", "''") + "'"


def sequence(texts: tuple[str, ...]) -> str:
    """A list of texts as YAML on one line."""
    return "[" + ", ".join(scalar(text) for text in texts) + "]"


def header(pairs: list[tuple[str, str]]) -> str:
    """Front matter with its ``---`` lines from keys and YAML values."""
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in pairs) + "---\n"
