"""The wordings that open a section: a table of data, and how one label is read against it. ``str -> kinds``.

Measured on 3,293 real notes: about 500 wordings, nearly all of them one of three words followed by anything. What is
not a label although it begins like one is a title («Vulnérabilité dans X : …») or a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from generator.config import Labels
from generator.model import KEY_POINTS, RECOMMENDATIONS, VULNERABILITIES
from generator.text import fold

OPENERS: dict[str, tuple[str, ...]] = {
    KEY_POINTS: (
        "point cle", "points cles", "points cle", "point clef", "points clefs", "points-cles",
        "key point", "key points", "key takeaway", "key takeaways", "punto clave", "puntos clave",
    ),
    VULNERABILITIES: (
        "vulnerabilite", "vulnerabilites", "vulnerability", "vulnerabilities", "vulnerabilidad", "vulnerabilidades",
    ),
    RECOMMENDATIONS: (
        "recommandation", "recommandations", "recommendation", "recommendations", "recomendacion", "recomendaciones",
    ),
}
"""Folded beginnings of labels; a label on a line of its own may go on as it likes."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    KEY_POINTS: (
        "points essentiels", "points importants", "points principaux", "points a retenir", "a retenir", "l'essentiel",
        "ce qu'il faut retenir", "faits marquants", "informations cles", "takeaways", "main points", "highlights",
        "key findings", "key facts", "main takeaways",
    ),
    VULNERABILITIES: ("faille", "failles", "faille de securite", "failles de securite", "cve", "cves"),
    RECOMMENDATIONS: (
        "mesures recommandees", "actions recommandees", "preconisations", "remediation", "remediations",
        "mesures d'attenuation", "mitigation", "mitigations", "recommended actions", "que faire", "what to do",
    ),
}
"""Whole labels that open a section only in a note that has none of the `OPENERS` for it: elsewhere they are
sub-headings («Remédiation» below «Recommandations»)."""

WRITTEN: dict[str, dict[str, str]] = {
    "fr": {KEY_POINTS: "Points clés", VULNERABILITIES: "Vulnérabilités", RECOMMENDATIONS: "Recommandations"},
    "en": {KEY_POINTS: "Key points", VULNERABILITIES: "Vulnerabilities", RECOMMENDATIONS: "Recommendations"},
}
"""The labels that veille itself writes into new notes, in the languages of a site."""

TITLE_LIKE = ("vulnerabilite", "vulnerability", "vulnerabilidad")
"""Openers that also begin titles: «Vulnérabilité zero-day sous …» is no label, «Vulnérabilité exploitée» is one."""

LEAD_INS = ("les", "nos", "quelques", "principales", "principaux", "liste des", "synthese des", "main", "our")

QUALIFIER = re.compile(
    # past participles, in any gender and number and with the spelling mistakes that real notes hold
    r"(?:identifi|exploit|mentionn|associ|corrig|cibl|adress|trait|repertori|concern|detect|observ|vis|abord|cit|decri"
    r"|connu|detaill|affect|recent|li|recens|signal|patch|evoqu|evidenc)(?:e|ee|es|ees|t|te|tes|s|ue|ues)?"
    r"|notables?|majeure?s?|critiques?|principales?|potentiel(?:le)?s?|specifiques?|generales?|implicites?|explicites?"
    r"|immediates?|strategiques?|techniques?|pratiques?|operationnelles?|importantes?|supplementaires?|additionnelles?"
    r"|urgentes?|prioritaires?|cles?|activement|cves?|de|securite|a|retenir|surveiller|noter|considerer"
    r"|identified|exploited|mentioned|addressed|fixed|notable|key|critical|major|known|details|overview|summary|related"
    r"|security|general|cve-[\d/]+"
)
"""Words that may follow an opener where a label must be told from a sentence or from a field of data."""

_JOINTS = ("et", "and", "y", "/", ",", "&", "+", "ainsi")
_COMPLEMENT = frozenset((
    "pour", "contre", "sur", "dans", "face", "par", "d", "des", "du", "en", "selon", "lors", "afin",
    "for", "against", "in", "on", "of", "from", "by", "para", "contra",
))
"""What begins a complement: in «Recommandations contre les risques et vulnérabilités» only one section opens."""
_WORD = re.compile(r"[^\W_]\S*")
_FEW_WORDS = 6
"""A label that begins with another word («Impact et recommandations») is no longer."""
_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*|[/,&+]")
_MARK = re.compile(r"\s*:\s+|\s+[-–—]\s+|\s:")
_LEADING = re.compile(r"^(?:[ivx]{1,4}[.)]\s+|[a-z][.)]\s+|[\W\d_]++)+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a label says."""

    kinds: tuple[str, ...]
    """Of `model.SECTION_KINDS`, in the order of the label; never empty."""
    closed: bool
    """Nothing but openers, joints and qualifiers: no sentence, no title."""
    bare: bool
    """Openers and joints only: a label even where a headline is expected."""
    synonym: bool
    """By `SYNONYMS`, not by `OPENERS`."""


@dataclass(frozen=True, slots=True, eq=False)  # one for each `Labels`, so that it can be a key of a cache
class Table:
    """The wordings of a site, ready to read with."""

    kinds: dict[str, str]
    synonyms: dict[str, str]
    beginnings: frozenset[str]
    """The first two letters of the openers."""
    all_beginnings: frozenset[str]
    """Those of the synonyms and of what may lead in, too."""
    opener: re.Pattern[str]
    later: re.Pattern[str]
    synonym: re.Pattern[str]


@lru_cache(maxsize=4)
def table(labels: Labels) -> Table:
    """The wordings that veille knows, and the site's own beside them."""
    own = {
        KEY_POINTS: labels.key_points, VULNERABILITIES: labels.vulnerabilities, RECOMMENDATIONS: labels.recommendations,
    }
    kinds = {word: kind for kind, words in OPENERS.items() for word in words}
    kinds |= {bare: kind for kind, words in own.items() for word in words if (bare := _bare(word))}
    synonyms = {word: kind for kind, words in SYNONYMS.items() for word in words if word not in kinds}
    word, other, lead = _choice(kinds), _choice(synonyms), "(?:(?:" + "|".join(LEAD_INS) + ") )?"
    return Table(
        kinds,
        synonyms,
        frozenset(word[:2] for word in kinds),
        frozenset(word[:2] for word in (*kinds, *synonyms, *LEAD_INS)),
        re.compile(f"{lead}({word})(?!\\w)"),
        re.compile(f"(?:\\b(?:et|and|y|ainsi que) |[/,&+] ?)(?:(?:les|des|de|the) )?({word})(?!\\w)"),
        re.compile(f"{lead}({other})(?!\\w)"),
    )


def _choice(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _bare(text: str) -> str:
    """The folded words of a label without emoji, numbering and markup in front, and without a final mark."""
    return _LEADING.sub("", fold(text).replace("*", "").replace("`", "")).rstrip(" :.-_#")


def may_begin(text: str, wordings: Table) -> bool:
    """Whether a text might begin with an opener: a cheap test before `read_label` for the many bold items of lists."""
    first = text[:2]
    return not (first.isascii() and first.isalpha()) or first.lower() in wordings.beginnings


@lru_cache(maxsize=1024)  # nine labels of ten are the same few words
def read_label(text: str, wordings: Table) -> Reading | None:
    """What the text of a possible label opens, or nothing. `text` is Markdown on one line; any length is quick."""
    if len(text) > 300 or _is_prose(text, wordings):
        return None
    bare = _bare(text)
    if not bare:
        return None
    flat, aside = _without_asides(bare)
    head, mark, _ = _cut(flat)
    if (found := wordings.opener.match(head)) is not None:
        return _walk(head, found, wordings, text, aside or bool(mark), bool(mark))
    if (found := wordings.synonym.match(head)) is not None and _qualified(head[found.end() :]):
        return Reading((wordings.synonyms[found[1]],), True, False, True)
    if mark:
        return None
    found = wordings.later.search(head) if len(head.split()) <= _FEW_WORDS else None
    if found is not None and _qualified(head[found.end() :]):
        first = next((kind for word, kind in wordings.synonyms.items() if head.startswith(word + " ")), "")
        kind = wordings.kinds[found[1]]
        return Reading((first, kind) if first and first != kind else (kind,), False, False, False)
    return None


def _is_prose(text: str, wordings: Table) -> bool:
    """Whether a text of many words surely opens nothing: cheap, because every note has such a headline."""
    first = text[:2]
    return (
        first.isascii() and first.isalpha() and first.lower() not in wordings.all_beginnings
        and not any(mark in text for mark in "([") and not any(mark in text[:5] for mark in ".)")
        and len(_WORD.findall(text)) > _FEW_WORDS
    )


def _walk(
    head: str, found: re.Match[str], wordings: Table, text: str, extended: bool, colon: bool
) -> Reading | None:
    """Reads on after the first opener: which others follow, and what stands between them."""
    kinds = [wordings.kinds[found[1]]]
    at, closed, bare, complement, joined = found.end(), True, found.start(1) == 0 and not extended, False, False
    while (token := _TOKEN.search(head, at)) is not None:
        at = token.end()
        if not complement and (other := wordings.later.match(head, token.start())) is not None:
            kinds.append(wordings.kinds[other[1]])
            at = other.end()
        elif QUALIFIER.fullmatch(token[0]):
            bare = False
        else:
            joined = joined or (closed and token[0] in _JOINTS)
            closed = bare = False
            complement = complement or token[0] in _COMPLEMENT
    if not closed and (
        colon
        or (found[1] in TITLE_LIKE and not joined)
        or len(head.split()) > 16
        or (text.rstrip(" *_").endswith(".") and len(head.split()) > 4)
    ):
        return None
    return Reading(tuple(dict.fromkeys(kinds)), closed, bare, False)


def _qualified(rest: str) -> bool:
    return all(QUALIFIER.fullmatch(token[0]) for token in _TOKEN.finditer(rest))


def _without_asides(text: str) -> tuple[str, bool]:
    """The text without what stands in brackets, and whether something did."""
    if "(" not in text and "[" not in text:
        return text, False
    text = text.replace("(s)", "s")
    flat = re.sub(r"\([^()]*(?:\)|$)|\[[^\[\]]*(?:\]|$)", " ", text)
    return " ".join(flat.split()), flat != text


def _cut(text: str) -> tuple[str, str, str]:
    """Before the first inner colon or dash, the mark, and what follows."""
    if (mark := _MARK.search(text)) is None:
        return text, "", ""
    return text[: mark.start()], mark[0], text[mark.end() :]
