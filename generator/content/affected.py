"""What a note says to be affected: the items that it labels «Produit affecté», «Affected versions» and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.model import Affected
from generator.text import clip, fold, one_line

_NOUN = r"produits?|composants?|logiciels?|syst[eè]mes?|versions?|appareils?|plateformes?|mod[eè]les?|[ée]quipements?"
_OF = r"(?: et (?:versions|mod[eè]les)| d['’]exploitation| logicielle?s?)?"
_STATE = r"(?:affect|concern|impact)[ée]e?s?|vuln[ée]rables?"
_ENGLISH = r"(?:affected|impacted|vulnerable) (?:products?|components?|software|systems?|versions?|devices?|models?)"
_LABELLED = re.compile(
    rf"[ \t]*(?:[*+-][ \t]+)?(?:\*\*|__)?((?:{_NOUN}){_OF} (?:{_STATE})|{_ENGLISH})[ \t\xa0\u202f]*"
    r"(?::[ \t]*(?:\*\*|__)|(?:\*\*|__)[ \t\xa0\u202f]*:|:)[ \t]*(\S.*)",
    re.IGNORECASE,
)
_STEM = re.compile("(?i)ffect|oncern|mpact|uln")
_LABEL = 60  # characters before the colon, more than any label has
_MARKS = re.compile(r"\*\*|__|`|!?\[([^\]]*)\]\([^)]*\)|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_NOTHING = re.compile(r"(?:non|aucun|not|none|inconn|unknown|n/?a\b|-+$)")  # «non précisé», «none mentioned»
_LENGTH = 240
_MOST = 4


def find_affected(text: str) -> tuple[Affected, ...]:
    """What the text labels as affected, in its order; at most `_MOST`, each once.

    Made for notes that name one CVE: only there is it sure what is affected by what. A label stands alone before its
    colon and its value on the same line; «Produits non affectés» is no label.
    """
    return tuple(dict.fromkeys(_found(text)))[:_MOST]


def _found(text: str) -> Iterator[Affected]:
    for line in text.split("\n"):
        head, colon, _ = line[:_LABEL].partition(":")
        if colon and _STEM.search(head) and (match := _LABELLED.match(line)):
            value = one_line(_MARKS.sub(lambda mark: mark[1] or "", match[2])).rstrip(" .;")
            if value and not _NOTHING.match(fold(value)):
                yield Affected(one_line(match[1]), clip(value, _LENGTH))
