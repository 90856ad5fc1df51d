"""Liquid in the bodies of a Jekyll blog: what has a meaning elsewhere is translated, the rest is told by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_OPENING = re.compile(r"\{[%{]")
_CLOSINGS = {"{%": "%}", "{{": "}}"}
_LONGEST = 2000  # characters in a mark
_ADDRESS = re.compile(
    r"(?:site\.baseurl|site\.url|base_path)"
    r"|(['\"])(?P<path>[^'\"]*)\1(?:\s*\|\s*(?:relative_url|absolute_url|prepend:\s*site\.(?:baseurl|url)))+"
)
_LOOPS = ("for", "assign", "capture", "if", "unless", "case", "paginate")


@dataclass(frozen=True, slots=True)
class Met:
    """A Liquid tag in a body."""

    line: int
    """1-based, in the file."""
    text: str
    """As written, on one line."""
    became: str
    """What stands in its place now, in plain words; empty when it was left as it is."""


Resolve = Callable[[str, str], str]
"""Takes ``post_url`` or ``link`` and its argument; the site URL, or empty when nothing has that name."""


def translate(body: str, first_line: int, resolve: Resolve) -> tuple[str, tuple[Met, ...]]:
    """The body without the Liquid that veille can replace, and everything Liquid that was met, in order.

    Translated: ``highlight`` (a fence), ``post_url`` and ``link`` (the address), ``raw`` (its content), ``comment``
    (nothing), ``{{ site.baseurl }}`` and ``relative_url`` (veille makes links relative itself).
    """
    if "{%" not in body and "{{" not in body:
        return body, ()
    out: list[str] = []
    met: list[Met] = []
    endless: set[str] = set()
    ahead: dict[str, int] = {}
    at, line, counted = 0, first_line, 0
    while place := next_mark(body, at, _OPENING, _CLOSINGS, ahead):
        start, stop = place
        out.append(body[at:start])
        line, counted = line + body.count("\n", counted, start), start
        at = stop
        whole = body[start:stop]
        is_tag = whole[1] == "%"
        name, rest = _named(whole[2:-2] if is_tag else "")
        end = None
        if name in ("raw", "comment", "highlight") and name not in endless:
            end = re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}").search(body, at)
            endless |= set() if end else {name}
        if end:
            inside, at = body[at : end.start()], end.end()
            became = {"raw": "its content", "comment": "nothing", "highlight": "a code fence"}[name]
            if name == "highlight":
                inside = fence(rest, inside, line_so_far(out), body[at : at + 2])
            new = "" if name == "comment" else inside
        elif not is_tag and (address := _ADDRESS.fullmatch(whole[2:-2].strip("- \t\r\n"))):
            new, became = _path(address["path"] or ""), "an address of this site"
        elif name in ("post_url", "link") and (new := resolve(name, rest)):
            became = new
        elif name == "include" and rest == "base_path":  # a theme's helper that writes nothing
            new, became = "", "nothing"
            at += body.startswith("\n", at) and not line_so_far(out)
        else:
            new, became = whole, ""
        out.append(new)
        met.append(Met(line, " ".join(whole.split())[:80], became))
    out.append(body[at:])
    return "".join(out), tuple(met)


def is_program(body: str) -> bool:
    """Whether a page is made by Liquid rather than written: loops and conditions outside of ``raw``."""
    quoted = False
    ahead: dict[str, int] = {}
    at = 0
    while place := next_mark(body, at, _OPENING, _CLOSINGS, ahead):
        start, at = place
        name, _ = _named(body[start + 2 : at - 2] if body[start + 1] == "%" else "")
        quoted = name in ("raw", "comment") or (quoted and name not in ("endraw", "endcomment"))
        if name in _LOOPS and not quoted:
            return True
    return False


def next_mark(
    body: str, at: int, opening: re.Pattern[str], closings: Mapping[str, str], ahead: dict[str, int]
) -> tuple[int, int] | None:
    """Where the next mark begins and ends, from `at`; `closings` has the end of each `opening`.

    An opening whose end does not come soon is text. Linear, which one pattern for both ends is not: `ahead`, empty at
    first and the same for all marks of a body, remembers where the next end of each kind was seen.
    """
    while found := opening.search(body, at):
        shut, inside = closings[found[0]], found.end()
        end = ahead.get(shut, 0)
        if 0 <= end < inside:
            end = ahead[shut] = body.find(shut, inside)
        if inside <= end <= inside + _LONGEST:
            return found.start(), end + len(shut)
        at = found.start() + 1
    return None


def _named(tag: str) -> tuple[str, str]:
    """The name and the rest of what is between ``{%`` and ``%}``."""
    name, _, rest = tag.strip("- \t\r\n").partition(" ")
    return name, rest.strip()


def line_so_far(out: list[str]) -> str:
    """What is written already of the line that is being written."""
    line = ""
    for text in reversed(out):
        _, broken, tail = text.rpartition("\n")
        line = tail + line
        if broken:
            break
    return line


def _path(path: str) -> str:
    """An address of the site with its leading slash."""
    return path if path.startswith(("/", "http")) or not path else "/" + path


def fence(options: str, inside: str, line: str, after: str) -> str:
    """A fence with the language of a ``highlight`` tag, at the tag's indentation, on lines of its own."""
    language = re.match(r"[\w+#.-]*", options)
    indent = line if not line.strip() else ""
    raw = re.sub(r"\{%-?\s*(?:end)?raw\s*-?%\}", "", inside).strip("\n").rstrip()
    longest = max((len(run) for run in re.findall(r"`+", raw)), default=0)
    fence = "`" * max(3, longest + 1)
    opening = "" if not line.strip() else "\n\n"
    closing = "" if not after or after.startswith(("\n", "\r\n")) else "\n"
    return f"{opening}{fence}{language[0] if language else ''}\n{raw}\n{indent}{fence}{closing}"
