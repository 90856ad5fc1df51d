"""Hugo's shortcodes in bodies: what has a meaning elsewhere is translated, the rest is told by line."""

from __future__ import annotations

import re
from collections.abc import Callable

from generator.importers.liquid import Met, fence, line_so_far, next_mark

_OPENING = re.compile(r"\{\{[<%]")
_CLOSINGS = {"{{<": ">}}", "{{%": "%}}"}
_ARGUMENT = re.compile(r"(?:([\w-]+)\s*=\s*)?(?:\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`|(\S+))")

Resolve = Callable[[str], str]
"""Takes the argument of ``ref``; the site URL, or empty when nothing has that name."""


def translate(body: str, first_line: int, resolve: Resolve) -> tuple[str, tuple[Met, ...]]:
    """The body without the shortcodes that veille can replace, and every shortcode that was met, in order.

    Translated: ``highlight`` (a fence), ``ref`` and ``relref`` (the address), ``figure`` (an image), and shortcodes
    that are only shown (``{{</* … */>}}``).
    """
    if "{{<" not in body and "{{%" not in body:
        return body, ()
    out: list[str] = []
    met: list[Met] = []
    at, line, counted = 0, first_line, 0
    endless = False
    ahead: dict[str, int] = {}
    while place := next_mark(body, at, _OPENING, _CLOSINGS, ahead):
        start, stop = place
        out.append(body[at:start])
        line, counted = line + body.count("\n", counted, start), start
        at = stop
        whole = body[start:stop]
        inside = whole[3:-3].strip()
        name, _, rest = inside.partition(" ")
        plain, named = _arguments(rest)
        new, became = whole, ""
        if inside.startswith("/*") and inside.endswith("*/"):
            shut = whole[-3]
            new, became = f"{{{{{whole[2]} {inside[2:-2].strip()} {shut}}}}}", "the same, shown"
        elif name == "highlight" and not endless:
            end = re.compile(r"\{\{[<%]\s*/\s*highlight\s*[>%]\}\}").search(body, at)
            endless = end is None
            if end:
                inner, at = body[at : end.start()], end.end()
                language = plain[0] if plain else named.get("lang", "")
                new, became = fence(language, inner, line_so_far(out), body[at : at + 2]), "a code fence"
        elif name in ("ref", "relref") and (url := resolve(plain[0] if plain else named.get("path", ""))):
            new, became = url, url
        elif name == "figure" and named.get("src"):
            words = named.get("alt") or named.get("caption") or named.get("title") or ""
            new, became = f"![{words.replace('[', '(').replace(']', ')')}](<{named['src']}>)", "an image"
            if named.get("caption") and named.get("caption") != words:
                new += f"\n\n*{named['caption']}*"
        out.append(new)
        met.append(Met(line, " ".join(whole.split())[:80], became))
    out.append(body[at:])
    return "".join(out), tuple(met)


def _arguments(text: str) -> tuple[list[str], dict[str, str]]:
    plain: list[str] = []
    named: dict[str, str] = {}
    for found in _ARGUMENT.finditer(text.strip().removesuffix("/")):
        value = next((group for group in found.groups()[1:] if group is not None), "").replace('\\"', '"')
        if found[1]:
            named[found[1].lower()] = value
        else:
            plain.append(value)
    return plain, named
