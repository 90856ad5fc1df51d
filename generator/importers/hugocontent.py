"""A file of Hugo's content: its front matter in any of three languages, its place, and its text in ours."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from generator.content import dates
from generator.importers import header
from generator.importers.folder import Found, read_text
from generator.importers.foreign import Values, group_of, read_json, read_toml, read_yaml, text_of, texts_of
from generator.importers.hugosettings import Hugo, lowered
from generator.importers.hugourls import Facts, alias_url, page_url
from generator.importers.jekyllurls import titleize
from generator.importers.ledger import Ledger
from generator.importers.plan import HAND

ENDINGS = (".md", ".markdown", ".html")
_TOML = re.compile(r"\ufeff?\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)")
_BARE = re.compile(r"true|false|-?\d+(\.\d+)?|\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """A post or page of the old site, read."""

    found: Found
    parts: header.Parts
    """With a YAML header, whatever it was."""
    values: Values
    """Of the front matter; keys in lower case."""
    facts: Facts
    url: str
    """As Hugo gives it."""
    dated: str
    """Its date as written; empty without one."""
    changed: datetime
    """When the file was last changed."""
    bundle: str
    """Folder of its bundle below the content, with a final slash; empty without one."""
    readable: bool
    """Whether its front matter can be read: else no line is added to it."""

    @property
    def section(self) -> str:
        """The first folder; empty at the root."""
        return self.facts.folders[0] if self.facts.folders else ""


def read(found: Found, hugo: Hugo, zone: ZoneInfo, ledger: Ledger) -> Page | None:
    """The page in a file below the content; None, and a remark, when it is not taken."""
    below = PurePosixPath(found.name).relative_to(hugo.content)
    stem, _, tail = below.stem.rpartition(".")
    if stem and tail.lower() in {name.lower() for name in hugo.others}:
        ledger.left(found.name, f"its language is '{tail}'")
        return None
    name = stem if stem and tail.lower() == hugo.language.lower() else below.stem
    text, why = read_text(found)
    if why:
        ledger.left(found.name, why)
        return None
    parts, values, told = _front(text)
    if told.startswith(HAND):
        ledger.left(found.name, told, 1)
    elif told:
        ledger.translated(found.name, told, 1)
    folders = below.parts[:-1]
    bundle = ""
    if name == "index" and folders:
        bundle = "/".join(folders) + "/"
        folders, name = folders[:-1], folders[-1]
    slug, dated = text_of(values.get("slug")), ""
    for key in ("date", "publishdate", "pubdate", "published", "lastmod", "modified"):
        dated = dated or text_of(values.get(key))
    if hugo.by_name and (split := _DATED.fullmatch(name)):
        slug, dated = slug or split[2], dated or split[1]
    facts = Facts(folders, name, text_of(values.get("title")), slug, _moment(dated, zone))
    pattern = dict(hugo.permalinks).get(folders[0].lower() if folders else "/", "")
    return Page(
        found, parts, values, facts, page_url(facts, pattern, text_of(values.get("url")), hugo.ugly), dated,
        datetime.fromtimestamp(Path(found.path).stat().st_mtime, zone), bundle,
        not told.startswith(HAND),
    )


def known(page: Page, is_post: bool, now: datetime, ledger: Ledger) -> list[tuple[str, str]]:
    """Keys and YAML values for what Hugo knew without them, or under other names."""
    new: list[tuple[str, str]] = []
    if not page.facts.title:
        new.append(("title", header.scalar(titleize(page.facts.name.replace("_", "-")) or page.facts.name)))
    if is_post and not any(text_of(page.values.get(key)) for key in ("date", "publishdate", "pubdate")):
        if not page.dated:
            ledger.left(page.found.name, "it has no date: the day when the file was changed is written into it")
        new.append(("date", page.dated or page.changed.date().isoformat()))
    expiry = text_of(page.values.get("expirydate")) or text_of(page.values.get("unpublishdate"))
    if expiry and not is_expired(page, now):
        ledger.left(page.found.name, f"it expires on {expiry}: veille does not know that, take it out by hand")
    aliases = texts_of(page.values.get("aliases"))
    if any(not alias.startswith("/") for alias in aliases):
        new.append(("aliases", header.sequence(tuple(alias_url(alias, page.url) for alias in aliases))))
    authors = page.values.get("authors")
    if authors and "author" not in page.values:
        names = authors if isinstance(authors, list) else [authors]
        new.append(("author", header.scalar(", ".join(text_of(name) for name in names))))
    return new


def is_expired(page: Page, now: datetime) -> bool:
    """Whether Hugo does not publish the page any more."""
    for key in ("expirydate", "unpublishdate"):
        text = text_of(page.values.get(key))
        if text and _moment(text, ZoneInfo("UTC")) <= now and page.values:
            return True
    return False


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        return dates.parse(re.sub(r"(\d\d:\d\d:\d\d)\.\d+", r"\1", text), zone)[0]
    except dates.DateError:
        return datetime(9999, 1, 1, tzinfo=zone) if text else datetime(1, 1, 2, tzinfo=zone)


def _front(text: str) -> tuple[header.Parts, Values, str]:
    """The text with a YAML header, its values, and what to say of the change."""
    if found := _TOML.match(text):
        values, why = read_toml(found[1])
        return _rewritten(text, found.end(), values, why, "TOML")
    if text.lstrip("\ufeff").startswith("{"):
        try:
            _, end = json.JSONDecoder().raw_decode(text.lstrip("\ufeff"))
        except (ValueError, RecursionError):
            end = len(text)
        values, why = read_json(text.lstrip("\ufeff")[:end])
        return _rewritten(text.lstrip("\ufeff"), end, values, why, "JSON")
    parts = header.cut(text)
    if parts is None:
        return header.Parts("---\n", "", "---\n", text), {}, "it had no front matter"
    values, why = read_yaml(parts.header)
    return parts, group_of(lowered(values)), f"{HAND}: {why}" if why else ""


def _rewritten(
    text: str, end: int, values: Values, why: str, language: str
) -> tuple[header.Parts, Values, str]:
    if why:
        return header.Parts("", "", "", text), {}, f"{HAND}: {why}"
    lines = "".join(f"{header.scalar(name)}: {_yaml(value)}\n" for name, value in values.items() if value != "")
    body = text[end:].lstrip("\r\n") if language == "JSON" else text[end:]
    return header.Parts("---\n", lines, "---\n", body), group_of(lowered(values)), f"front matter in {language} → YAML"


def _yaml(value: object) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{header.scalar(str(key))}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    text = str(value)
    return text if _BARE.fullmatch(text) else header.scalar(text)
