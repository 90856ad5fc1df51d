"""The text of a new note: front matter, sections in a language of the site, and marks where the author's words go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.content.labels import WRITTEN
from generator.model import KEY_POINTS, RECOMMENDATIONS, VULNERABILITIES, Score

PLACEHOLDER = re.compile(r"\[(?:à rédiger|to write) ?:[^\[\]\n]*\]")
"""A mark that `skeleton` leaves for the author: a note is not finished while it holds one."""


@dataclass(frozen=True, slots=True)
class NewNote:
    """What is known of a note before its author has written it; what is empty becomes a mark, or is left out."""

    title: str
    """On one line, without control characters and HTML entities."""
    date: str
    """As front matter has it: ``2025-09-08``, or with a time."""
    permalink: str
    """Site URL."""
    tags: tuple[str, ...] = ()
    draft: bool = False
    lang: str = ""
    """The note's language tag; empty for the site's."""
    source: str = ""
    """Absolute URL of the article, in ASCII."""
    source_lang: str = ""
    """The article's language tag."""
    headline: str = ""
    summary: str = ""
    points: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()
    """Markdown of the items of the vulnerabilities."""
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Prompts:
    """The words of the marks."""

    mark: str
    headline: str
    summary: str
    point: str
    flaw: str
    known_flaw: str
    advice: str
    colon: str
    """With the space that the language wants before it."""


_PROMPTS = {
    "fr": _Prompts(
        "à rédiger", "le titre en une ligne", "ce qui s'est passé, en deux ou trois phrases", "un fait à retenir",
        "identifiant, produit, versions touchées, score", "produit, versions touchées, exploitation",
        "une mesure à prendre", " :",
    ),
    "en": _Prompts(
        "to write", "the headline on one line", "what happened, in two or three sentences", "a fact to remember",
        "identifier, product, versions concerned, score", "product, versions concerned, exploitation",
        "a measure to take", ":",
    ),
}
_PLAIN = re.compile(r"[^\W\d_][\w-]*(?: [\w-]+)*")
_WORDS_OF_YAML = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def skeleton(note: NewNote, language: str) -> str:
    """The file of a note, ready to be completed, with labels and marks in `language` (``fr`` or ``en``).

    Reading it gives the very title, date, address, tags and source back, whatever characters they hold.
    """
    words = _PROMPTS[language]
    labels = WRITTEN[language]

    def marked(prompt: str) -> str:
        return f"[{words.mark}{words.colon} {prompt}]"

    sections = (
        (KEY_POINTS, note.points or (marked(words.point),)),
        (VULNERABILITIES, note.flaws or (marked(words.flaw),)),
        (RECOMMENDATIONS, note.advice or (marked(words.advice),)),
    )
    parts = [f"**{note.headline or marked(words.headline)}**", note.summary or marked(words.summary)]
    parts += [
        "\n".join((f"**{labels[kind]}{words.colon}**", *(f"*   {item}" for item in items))) for kind, items in sections
    ]
    if note.source:
        address = note.source.replace("(", "%28").replace(")", "%29")
        parts.append(f'---\n[Source]({address}){{:target="_blank"}}')
    return _front_matter(note) + "\n\n".join(parts) + "\n"


def flaw_items(cves: Iterable[str], scores: Sequence[Score], language: str) -> tuple[str, ...]:
    """The items of the vulnerabilities for what an article names: each CVE with its score, and a mark for the rest.

    Scores that belong to none of the CVEs come last.
    """
    words = _PROMPTS[language]
    mark = f"{words.colon} [{words.mark}{words.colon} {words.known_flaw}]"
    stated = {score.cve: score for score in reversed(scores)}  # of several, the first
    items = [
        f"**{cve}** ({_score(stated[cve], words.colon, language)}){mark}" if cve in stated else f"**{cve}**{mark}"
        for cve in cves
    ]
    loose = dict.fromkeys(_score(score, words.colon, language) for score in scores if not score.cve)
    return (*items, *(f"{text}{mark}" for text in loose))


def yaml_text(text: str) -> str:
    """A text on one line as a YAML value in quotes, which any parser reads back as it is."""
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _front_matter(note: NewNote) -> str:
    lines = [f"title: {yaml_text(note.title)}", f"date: {note.date}", f"permalink: {_value(note.permalink)}"]
    if note.tags:
        lines.append(f"tags: [{', '.join(_value(tag) for tag in note.tags)}]")
    if note.lang:
        lines.append(f"lang: {_value(note.lang)}")
    if note.source_lang:
        lines.append(f"source_lang: {_value(note.source_lang)}")
    if note.draft:
        lines.append("draft: true")
    return "---\n" + "\n".join(lines) + "\n---\n"


def _value(text: str) -> str:
    """A text as a YAML value: plain where every parser agrees that it is this text, else in quotes."""
    plain = re.fullmatch(r"/[\w./-]*", text) or (_PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML)
    return text if plain else yaml_text(text)


def _score(score: Score, colon: str, language: str) -> str:
    value = f"{score.value:.1f}"
    version = f" {score.version}{colon}" if score.version else ""
    return f"CVSS{version} {value.replace('.', ',') if language == 'fr' else value}"
