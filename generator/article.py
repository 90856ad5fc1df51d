"""A saved article → what a note about it is filled in with. Reads a file, or fetches a page when given an address."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from generator.content.entities import find_entities, find_scores
from generator.content.skeleton import NewNote, flaw_items
from generator.language import MONTH_NUMBERS, language_of
from generator.rules.links import untracked
from generator.schema import BadValue
from generator.settings import web_address
from generator.text import normal_lines, one_line, slug, without_controls, without_entities

LARGEST = 20_000_000
"""Bytes of a page; no article is longer."""
_PATIENCE = 20.0
_SAVE = "save the page in your browser as HTML and give the file"

_ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]]+")
_DATE = re.compile(r"(?<![\d-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
_SPOKEN = re.compile(  # 12 novembre 2026, 1er nov. 2026, November 12th, 2026; what 11/12/2026 means nobody can tell
    rf"(?i)(?<![\w-])(?:(\d\d?)(?:er|st|nd|rd|th)? ({_MONTH})|({_MONTH})\.? (\d\d?)(?:st|nd|rd|th)?)[.,]?"
    r" ((?:19|20)\d\d)(?!\w)"
)
_SCANT = 20  # words of a page
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://[^\s<>\"]+?)\s*-->")
_MARKUP = re.compile(rb"(?i)<(?:!doctype html|html|head|body|meta|article|div|p|h1)[\s>]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_PUBLIC = ("co", "com", "org", "net", "gov", "gouv", "ac", "edu")
"""Second labels under which names are registered: ``example.co.uk``."""


@dataclass(frozen=True, slots=True)
class Article:
    """What an article says of itself; a field is empty when it does not."""

    title: str
    """Plain text on one line."""
    date: str
    """``YYYY-MM-DD``."""
    url: str
    """Canonical where the page names it; not yet checked to be a web address."""
    lang: str
    """Language tag."""
    text: str
    """Its words, without navigation and the like."""
    scant: bool = False
    """Whether a page has hardly any: often the one that asked to wait, to log in or to allow scripts was saved."""


class ArticleError(Exception):
    """An article that cannot be read. The first argument says why, the second what to do about it."""


def read_article(where: str) -> Article:
    """The article in a file, or at an http or https address: only then is the network used. Raises `ArticleError`."""
    if re.match(r"(?i)https?://", where):
        data, url = _fetched(where)
    else:
        try:
            data, url = Path(where).read_bytes()[: LARGEST + 1], ""
        except OSError as error:
            raise ArticleError(
                f"{where} cannot be read: {error.strerror}",
                "name a file that holds the article, or its address, which begins with https://",
            ) from None
    if len(data) > LARGEST:
        raise ArticleError(f"{where} has more than {LARGEST:,} bytes", "give the page of one article")
    return understood(data, where, url)


def understood(data: bytes, where: str, url: str = "") -> Article:
    """The article in the bytes of an HTML page or of a text.

    `where` is the name for messages, `url` the address that a fetched page came from. Raises `ArticleError`.
    """
    head = data[:4096]
    if data.startswith(b"%PDF") or (b"\0" in head and not data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise ArticleError(f"{where} is neither HTML nor text", _SAVE)
    if b"mime-version:" in head.lower() and b"multipart/related" in head.lower():
        raise ArticleError(f"{where} is a web archive (MHTML)", _SAVE)
    if _MARKUP.search(head):
        return _from_html(data, url)
    return _from_text(_decoded(data), url)


def filled(note: NewNote, article: Article, language: str) -> NewNote:
    """The note with what the article says wherever the author said nothing; labels and marks in `language`.

    The article's language is kept as ``source_lang``: the note's own stays that of its author.
    """
    try:
        source = note.source or untracked(web_address(article.url))
    except BadValue:
        source = ""
    text = f"{article.title}\n{article.text}"
    cves = tuple(entity.value for entity in find_entities(text) if entity.kind == "cve")
    tag = site_tag(source)
    return replace(
        note, title=note.title or article.title, date=note.date or article.date, source=source,
        tags=tuple(dict.fromkeys((*note.tags, tag))) if tag else note.tags, source_lang=article.lang,
        flaws=flaw_items(cves, find_scores(text), language),
    )


def site_tag(url: str) -> str:
    """The tag for the site of an article: ``bleepingcomputer`` for ``https://www.bleepingcomputer.com/…``."""
    try:
        labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    except ValueError:
        return ""
    if len(labels) < 2 or labels[-1].isdigit():
        return ""
    return slug(labels[-3] if len(labels) > 2 and labels[-2] in _PUBLIC else labels[-2])


def _fetched(address: str) -> tuple[bytes, str]:
    """The page at an address, and the address that it finally came from."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    try:
        request = Request(address, headers={"User-Agent": "veille (note from an article)", "Accept": "text/html,*/*"})
        with urlopen(request, timeout=_PATIENCE) as answer:
            return answer.read(LARGEST + 1), answer.geturl()
    except HTTPError as error:
        reason = f"the server answers {error.code} {error.reason}"
    except (OSError, HTTPException, ValueError) as error:
        reason = str(getattr(error, "reason", None) or error)
    raise ArticleError(f"{address} cannot be fetched: {reason}", _SAVE)


def _from_html(data: bytes, url: str) -> Article:
    import logging

    try:
        import trafilatura
    except ImportError:
        raise ArticleError(
            "reading HTML needs trafilatura, which is not installed",
            "install it: pip install 'veille[article]'; a plain text needs nothing",
        ) from None
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it speaks of pages without text, and so do we
    # No extensive search: a date guessed from the words of a page is worse than none.
    dates = {"original_date": True, "extensive_search": False}
    about = trafilatura.extract_metadata(data, date_config=dates)
    found = trafilatura.bare_extraction(data, include_comments=False, date_extraction_params=dates)
    text = str(getattr(found, "text", None) or trafilatura.html2txt(data))
    saved = _SAVED_FROM.search(data[:4096])
    tree = trafilatura.load_html(data)
    told = (tree.get("lang") or "") if tree is not None else ""
    return Article(
        title=_clean(about.title or ""), date=about.date or "",
        url=about.url or url or (saved[1].decode("ascii", "replace") if saved else ""),
        lang=told.strip().replace("_", "-") if _LANGUAGE.fullmatch(told.strip()) else _language(text),
        text=text, scant=len(text.split()) < _SCANT,
    )


def _from_text(text: str, url: str) -> Article:
    """A text: its first line is the title, its first address and its first date, near the top, are the article's."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    top = "\n".join(lines[:20])
    address = _ADDRESS.search(text)
    title = next((line for line in lines if not _ADDRESS.fullmatch(line)), "")
    return Article(
        title=_clean(re.sub(r"(?i)^(?:#+\s*|(?:title|titre)\s*:\s*)", "", title).strip("*_ ")),
        date=_day(_ADDRESS.sub("", top)), url=url or (address[0].rstrip(".,;:") if address else ""),
        lang=_language(text), text=text,
    )


def _day(text: str) -> str:
    """The first date in a text that has one meaning only, as ``YYYY-MM-DD``; empty when there is none."""
    text = " ".join(text.split())
    told = []
    if found := _DATE.search(text):
        told.append((found.start(), found[0]))
    if found := _SPOKEN.search(text):
        try:
            when = date(int(found[5]), MONTH_NUMBERS[(found[2] or found[3]).casefold()], int(found[1] or found[4]))
        except ValueError:
            pass
        else:
            told.append((found.start(), when.isoformat()))
    return min(told, default=(0, ""))[1]


def _clean(title: str) -> str:
    return one_line(without_controls(without_entities(title)))


def _language(text: str) -> str:
    """The language of most lines, as far as their little words tell."""
    told = Counter(language_of(line) for line in text.split("\n")[:60] if line.strip())
    english, french = told["en"], told["fr"]
    return "" if english == french else "en" if english > french else "fr"


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return normal_lines(data.decode("utf-16", "replace"))
    try:
        return normal_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return normal_lines(data.decode("cp1252", "replace"))  # what editors on Windows write else
