"""V109, V110, V601: marks that readers see because nothing closes them, and words in angle brackets."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic
from generator.rules.draft import Draft

_CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
_BOLD = re.compile(r"(?<![\\*])\*\*(?!\*)|(?<![\\*])\*{3}(?!\*)")
_RULE = re.compile(r"[ \t]*(?:\*[ \t]*){3,}$")
_SEEN_TAG = re.compile(r"&lt;(/?[A-Za-zÀ-ÿ][^&<>\n]{0,60}?)&gt;")


def unclosed_bold(draft: Draft) -> Iterator[Diagnostic]:
    """V109: asterisks in the finished text. The place is the line, and in it the last mark, that has no partner."""
    seen = [part.html for part in draft.sections if "**" in part.html and "**" in _CODE.sub("", part.html)]
    if not seen and "**" not in draft.post.headline:
        return
    for number in range(draft.body, draft.last):
        line = draft.prose[number]
        if "**" not in line or _RULE.match(line):
            continue
        marks = [mark.start() for mark in _BOLD.finditer(line)]
        loose = next((at for at in marks if line[at - 1 : at] in ("", " ") and line[at + 2 : at + 3] in ("", " ")), -1)
        if len(marks) % 2 or loose >= 0:
            yield draft.found(
                "V109", number, loose if loose >= 0 else marks[-1], "this bold mark has no partner: readers see **",
                "close the bold text, or remove the mark",
            )
            return
    for number in range(draft.body, draft.last):
        if (at := draft.prose[number].find("**")) >= 0 and not _RULE.match(draft.prose[number]):
            yield draft.found("V109", number, at, "readers see ** in this note", "close the bold text that is open")
            return


def unclosed_code(draft: Draft) -> Iterator[Diagnostic]:
    """V110: backticks that open and never close."""
    if draft.open_code is not None:
        yield draft.found(
            "V110", *draft.open_code, "this backtick opens code that nothing closes", "close it, or remove the mark",
        )


def placeholder_tag(draft: Draft) -> Iterator[Diagnostic]:
    """V601: «<user>» outside code: shown as it is written, and seldom meant."""
    for part in draft.sections:
        if "&lt;" not in part.html or (tag := _SEEN_TAG.search(_CODE.sub("", part.html))) is None:
            continue
        written = f"<{html.unescape(tag[1])}>"
        for number in range(max(draft.body, part.line - 1), draft.last):
            if (at := draft.prose[number].find(written)) >= 0:
                yield draft.found(
                    "V601", number, at, f"{written} is no HTML: readers see it as it is written",
                    f"write it as code: `{written}`",
                )
                break
