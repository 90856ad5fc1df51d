"""V101 to V111: what a machine leaves in a note that nobody looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from generator.content.skeleton import PLACEHOLDER
from generator.diagnostics import Diagnostic
from generator.rules.draft import Draft
from generator.text import clip

MAX_WORDS = 4000
MAX_LINE = 3000
MIN_WORDS = 60

_MARKS = r"[\s#*_>«\"“`-]*"
_FAILED = re.compile(
    _MARKS + r"(?:erreur lors de la (?:g[ée]n[ée]ration|cr[ée]ation|r[ée]daction|production|synth[èe]se|traduction)"
    r"|erreur (?:de l')?api\b|impossible de g[ée]n[ée]rer (?:le|un) r[ée]sum[ée]"
    r"|error (?:while |when )?(?:generating|summari[sz]ing|calling)|failed to generate"
    r"|(?:api|http|openai|gemini|anthropic)[ _-]?error\b"
    r"|[45]\d\d[ :]+(?P<status>[A-Z_]{6,})"
    r"|\{\s*['\"]error['\"]\s*:|traceback \(most recent call last\)"
    r"|(?:i'm sorry, but )?i (?:cannot|can't) (?:assist|help|fulfil))",
    re.IGNORECASE,
)

_SUMMARY = (
    r"(?:r[ée]sum[ée]|synth[èe]se|aper[çc]u|r[ée]capitulatif|analyse|note de veille|traduction|article|version|texte"
    r"|points)"
)
PREAMBLE = re.compile(
    _MARKS + r"(?:"
    rf"voici (?:donc |ci-dessous |maintenant )?(?:un|une|le|la|les|votre|l'|des)?\s?(?:\w+ )?{_SUMMARY}\b"
    rf"|ci-dessous(?:,| figure| se trouve)? (?:un|une|le|la|votre) {_SUMMARY}\b"
    r"|(?:bien s[ûu]r|certainement|d'accord|absolument|avec plaisir|tr[èe]s bien)\s?[!,.:]"
    r"|(?:sure|certainly|of course|absolutely|okay)\s?[!,.:]"
    r"|(?:here(?:'s| is| are)|below is) (?:a|an|the|your)?\s?(?:\w+ )?"
    r"(?:summary|overview|synthesis|analysis|note|key)\b"
    r"|en tant qu'(?:ia\b|intelligence artificielle|assistant|mod[èe]le de langage)|as an ai\b"
    r")",
    re.IGNORECASE,
)
"""The beginning of a line that answers a prompt."""

_LEAKS = re.compile(
    r"avec (?:des |exemples de |les )?(?:cve|r[ée]f[ée]rences?)\b[^)\n:]{0,80}"
    r"\b(?:si|lorsque) (?:possible|applicable|disponible|mentionn)"
    r"|\((?:[^()\n]{0,60} )?"
    r"si (?:applicables?|disponibles?|mentionn[ée]e?s?|pr[ée]sente?s?|pertinente?s?)(?:\)|,| dans\b)"
    r"|sans (?:introduire le contenu|mentionner qu'il s'agit d'un r[ée]sum[ée])"
    r"|\((?:with )?(?:cves? )?if (?:possible|applicable|available|any)\)"
    r"|\[(?:ins[ée]rer|insert|votre|your) [^\]\n]{1,60}\](?!\()",
    re.IGNORECASE,
)
_LEAK_GUARDS = ("si ", "Si ", "lorsque ", "if ", "sans ", "Sans ", "[")
_TITLE_LABEL = re.compile(_MARKS + r"(?:titre|title)\b[*_\s]*:", re.IGNORECASE)

_SUBJECT = (
    r"(?:l'(?:article|extrait|url|adresse|[ée]pisode)|le (?:contenu|texte|lien|document|billet|site)"
    r"|la (?:page|source|publication)|cette page|cet article|ce contenu|ce billet)"
)
_EMPTY = re.compile(
    rf"{_SUBJECT}\b[^.\n]{{0,160}}?\b(?:ne (?:contient|comporte|comprend|fournit|propose|pr[ée]sente)"
    r" (?:pas (?:d'|de |le )|aucune? |ni )(?:contenu|information|informations|texte|d[ée]tail|d[ée]tails|donn[ée]e"
    r"|donn[ée]es|article|analyse|actualit[ée]|[ée]l[ée]ment|menace|aucun)"
    r"|ne permet pas d(?:e |')(?:extraire|r[ée]diger|produire|fournir|r[ée]sumer|[ée]tablir)"
    r"|est vide\b|(?:est|semble) inaccessible|n'a pas pu [êe]tre (?:lu|charg|r[ée]cup[ée]r|consult))"
    r"|(?:le contenu|l'article) (?:textuel |de l'article )?fourni\b[^.\n]{0,80}"
    r"\b(?:page|lien) (?:d'|de |vide)"
    r"|le (?:contenu|lien) fourni (?:pointe|renvoie|redirige)"
    r"|impossible de (?:fournir|produire|r[ée]diger) (?:un|le) r[ée]sum[ée]"
    r"|^[\s#*_]*absence d'informations? (?:sur|technique|dans)"
    r"|rendant le contenu inaccessible|contenu de (?:cet |l')article (?:est |soit )?(?:inaccessible|indisponible|limit)"
    r"|(?:the|this) (?:article|content|page|source|text|link)\b[^.\n]{0,120}?"
    r"\b(?:does not|doesn't) (?:contain|provide|include) (?:any )?(?:content|information|text|details|technical)"
    r"|(?:no|the) content (?:was provided|is not available|could be retrieved)",
    re.IGNORECASE,
)

_GUARDS = ("fourni", "contient", "permet pas", "impossible", "absence", "inaccessible", "vide", "limit", "n't", "not ",
           "comporte", "propose", "comprend", "présente", "presente", "no content", "n'a pas pu", "indisponible")
"""One of them is in every line that `_EMPTY` finds."""

_ENDING = re.compile(
    r"(?:[,(]|(?<![\w'’-])(?:le|la|les|un|une|des|du|de|et|ou|à|aux|ainsi que|tels que|the|an|of|and|or|to|with|pour"
    r"|par|dans|avec|sur|que|qui|dont)|(?<![\w])[ldnsqLDNSQ]['’])[*_]*$"
)


def machine_text(draft: Draft) -> Iterator[Diagnostic]:
    """V101: the body begins with an error message. V104: it says that its source is empty. One of them, at most."""
    for number, line in islice(draft.text(), _LOOKED_AT):
        if failed(line):
            yield draft.found(
                "V101", number, len(line) - len(line.lstrip()), f"the note is an error message: «{clip(line, 60)}»",
                "write the summary, or delete the file",
            )
            return
        lower = line.lower()
        if any(word in lower for word in _GUARDS) and (empty := _EMPTY.search(line)) is not None:
            yield draft.found(
                "V104", number, empty.start(), "the note says that its source has no content",
                "summarise the article from its page, or delete the file",
            )
            return


def failed(line: str) -> bool:
    """Whether a line is an error message of a machine."""
    found = _FAILED.match(line)
    return found is not None and (not found["status"] or found["status"].isupper())


def says_error(draft: Draft) -> bool:
    """Whether V101 finds the note: then there is no text that other rules could judge."""
    return any(failed(line) for _, line in islice(draft.text(), _LOOKED_AT))


_LOOKED_AT = 3
"""Lines of text: who has something to say says it above."""


def preamble(draft: Draft) -> Iterator[Diagnostic]:
    """V102."""
    for number, line in draft.text():
        if PREAMBLE.match(line):
            yield draft.found(
                "V102", number, len(line) - len(line.lstrip()), "the note begins with the answer to a prompt",
                "delete this line",
            )
        return


def prompt_leak(draft: Draft) -> Iterator[Diagnostic]:
    """V103: words that a prompt asks with, wherever they stand; «Titre :» at the top only."""
    for count, (number, line) in enumerate(draft.text()):
        leak = _LEAKS.search(line) if any(word in line for word in _LEAK_GUARDS) else None
        if leak is not None:
            yield draft.found(
                "V103", number, leak.start(), f"these words come from a prompt: «{clip(leak[0], 60)}»", "remove them",
            )
        elif count < 4 and (label := _TITLE_LABEL.match(line)) is not None:
            yield draft.found(
                "V103", number, len(line) - len(line.lstrip()), f"«{label[0].strip(' #*_')}» is a label of a prompt",
                "remove the label; the first line, in bold, is the headline",
            )


def length(draft: Draft) -> Iterator[Diagnostic]:
    """V106: too long. V107: too short, unless words are still to come (V111)."""
    words = draft.post.words
    if words > MAX_WORDS:
        yield draft.found(
            "V106", draft.body, -1, f"the note has {words:,} words", f"cut it: no note needs more than {MAX_WORDS:,}",
        )
    for number, line in draft.text():
        if len(line) > MAX_LINE:
            yield draft.found(
                "V106", number, -1, f"this line has {len(line):,} characters", "cut it, or break it into paragraphs",
            )
    if words < MIN_WORDS and not says_error(draft) and not any(map(PLACEHOLDER.search, draft.lines)):
        yield draft.found(
            "V107", draft.body, -1, f"the note has {words} word{'' if words == 1 else 's'}",
            f"say what happened, to whom, and what to do: {MIN_WORDS} words at least",
        )


def truncated(draft: Draft) -> Iterator[Diagnostic]:
    """V108: the last line of the text ends on a comma, an opening bracket, an article or a conjunction."""
    for number in range(draft.last - 1, draft.body - 1, -1):
        line, written = draft.prose[number].rstrip(), draft.lines[number].rstrip()
        if written:
            ends_in_words = len(line) == len(written)
            if ends_in_words and (end := _ENDING.search(line[-40:])) is not None and len(line.split()) >= 4:
                column = max(0, len(line) - 40) + end.start()
                yield draft.found(
                    "V108", number, column, f"the text stops at «{' '.join(line.split()[-4:])[-60:]}»",
                    "write the end of the sentence",
                )
            return


def to_write(draft: Draft) -> Iterator[Diagnostic]:
    """V111: the marks that `veille new` leaves, in the header too."""
    for number, line in enumerate(draft.lines):
        if "[" in line and (mark := PLACEHOLDER.search(line)) is not None:
            yield draft.found(
                "V111", number, mark.start(), f"«{clip(mark[0], 60)}» is still to be written",
                "write it, or delete the line",
            )
