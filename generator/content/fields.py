"""The keys of a note's header → `Header`: what each field must be, and what is wrong with it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from generator.config import SiteSettings
from generator.content import dates
from generator.content.keys import NO, YES, Keys, Report
from generator.diagnostics import RULES, Severity
from generator.text import ENTITY, clip, fold, one_line, without_controls, without_entities
from generator.yamlerrors import quoted
from generator.yamlnodes import Mapping, Node, Scalar, Sequence, absent, what

_COMMENT = re.compile(r"\s#(?=[^\s#]).*")  # a real comment has a space after its sign
_TITLE = 500  # characters
_TAGS, _ALIASES, _CVES = 100, 200, 500  # each has a page
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")  # as much of RFC 3986 as a feed's reader minds
_LAYOUT = re.compile(r"[A-Za-z0-9][\w-]{0,60}", re.ASCII)
_CVE = re.compile(r"CVE[\s_\-\u2010-\u2015\u2212]+((?:19|20)\d\d)[\s_\-\u2010-\u2015\u2212]+(\d{4,7})", re.ASCII | re.I)

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of a page, which has none."""


class Header(Struct, frozen=True, gc=False):
    """Typed front matter. Texts are plain text on one line; a key that the author left out is empty."""

    title: str
    """Never empty; HTML entities resolved."""
    date: datetime
    """Zoned, with the civil date that the author wrote. Midnight when `has_time` is false."""
    has_time: bool
    permalink: str
    """As written, nothing resolved; not yet checked to be a path of the site."""
    slug: str
    """As written; empty when only the file's name gives one."""
    tags: tuple[str, ...]
    """As written, in the author's order; two that differ only in case or accents are one."""
    updated: datetime | None
    """Zoned; never before `date`."""
    draft: bool
    aliases: tuple[str, ...]
    """Old URLs as written; not yet checked to be paths of the site."""
    source: str
    """As written; not yet checked to be a web address."""
    description: str
    author: str
    lang: str
    """A language tag in the form of RFC 5646: ``en``, ``fr-CA``."""
    cves: tuple[str, ...]
    """In their canonical form."""
    layout: str
    """A file name without folder and ending."""
    feed_id: str
    """A URI, or empty."""
    ignores: tuple[tuple[str, str], ...]
    """Code of a rule and the reason for setting it aside here."""
    extra: tuple[tuple[str, str], ...]
    """Keys that veille does not use, as written, and their values as JSON text: for templates."""
    lines: tuple[tuple[str, int], ...]
    """Key in lower case with ``_`` for ``-``, and its 1-based line in the file: for the messages of later stages."""


def typed(
    root: Mapping, path: str, header: str, opening: int, site: SiteSettings, report: Report, dated: bool = True
) -> Header | None:
    """The header that the keys make; through `report`, everything that is wrong with them.

    `path` is the source's; `header` the YAML text, whose first line is the file's line `opening`. None only without a
    title or a date. Without `dated`, a missing date is no error, and the header has that of `UNDATED`.
    """
    fields = Keys(root, report)
    zone = ZoneInfo(site.timezone)
    draft, published = _draft(fields, zone)
    title = _title(fields, header.split("\n"), opening)
    when = _date(fields, zone, published, path, opening) if dated or fields.first("date") else (UNDATED, False)
    updated = _moment(fields, "updated", zone)
    permalink, slug, source, description = map(fields.text, ("permalink", "slug", "source", "description"))
    tags, aliases, cves = _tags(fields), _aliases(fields), _cves(fields)
    author, lang = _author(fields), _lang(fields)
    layout = fields.text("layout", _LAYOUT, "write the name of a page template without folder and ending: post")
    ignores = _ignores(fields)
    feed_id = fields.text("feed_id", _URI, "write the id that the entry had in its feed, for example https://…")
    if not title or not when:
        return None
    return Header(
        title=title, date=when[0], has_time=when[1], updated=max(updated[0], when[0]) if updated else None,
        draft=draft, author=author, lang=lang, layout=layout, extra=fields.extra(zone), lines=fields.lines(),
        permalink=permalink, slug=slug, source=source, description=description, tags=tags, aliases=aliases, cves=cves,
        ignores=ignores, feed_id=feed_id,
    )


def _title(fields: Keys, lines: list[str], opening: int) -> str:
    """The title; empty when there is none, which is an error: a title made from the file's name helps no reader."""
    example = "add a line such as title: 'Two flaws in a mail server are exploited'"
    found = fields.first("title")
    if not found:
        at = next((key for name, key, _ in fields.pairs if name == "title"), None)
        line = lines[at.line - opening] if at else ""
        if at and "#" in line:
            fields.report("V204", at.line, line.index("#") + 1, "the title is empty: text after '#' is a comment",
                          f"put it in quotes: {quoted(line.partition(':')[2])}")
        elif at:
            fields.report("V204", at.line, at.column, "the title is empty", "write it after 'title: '")
        else:
            fields.report("V204", opening, 0, "the note has no title", fields.similar("title") + example)
        return ""
    _, node = found
    text = fields.text("title")
    if not isinstance(node, Scalar):
        return ""
    if not text:
        fields.wrong(node, "the title is empty", "write it after 'title: '")
        return ""
    if len(text) > _TITLE:
        fields.wrong(node, f"the title has {len(text):,} characters; more than {_TITLE} are no title",
                     "shorten it, or look for a quote that is not closed where the title should end")
        return ""
    line = lines[node.line - opening]
    if node.plain and (lost := _COMMENT.search(line, node.column - 1)):
        fields.report("V204", node.line, lost.start() + 2,
                      f"the title ends before '{clip(lost[0], 40)}', a comment for YAML",
                      f"put the title in quotes: {quoted(line[node.column - 1 :])}", Severity.WARNING)
    entities = ENTITY.findall(text)
    clean = one_line(without_controls(without_entities(text)))
    if clean == text:
        return text
    column = line.find(entities[0], node.column - 1) + 1 or node.column
    fields.report("V203", node.line, column, f"the title holds the HTML entity {entities[0]}",
                  f"write the character itself, as the site does: title: {quoted(clean)}")
    if not clean:
        fields.wrong(node, "the title is empty", "write it after 'title: '")
    return clean


def _date(
    fields: Keys, zone: ZoneInfo, published: tuple[datetime, bool] | None, path: str, opening: int
) -> tuple[datetime, bool] | None:
    """The date: the header's, else Hugo's date of publication, else the one that the file's name begins with."""
    if fields.first("date"):
        return _moment(fields, "date", zone)
    if published:
        return published
    try:
        if name := dates.of_file_name(path):
            return dates.parse(name, zone)
    except dates.DateError as error:
        fields.report("V202", opening, 0, f"the note has no date, and '{name}' in the file's name {error.reason}",
                      "add a line such as date: 2026-02-28")
        return None
    fields.report("V202", opening, 0, "the note has no date", fields.similar("date")
                  + "add a line such as date: 2026-02-28, or begin the file's name with the date")
    return None


def _moment(fields: Keys, field: str, zone: ZoneInfo) -> tuple[datetime, bool] | None:
    found = fields.first(field)
    if not found:
        return None
    key, node = found
    if not isinstance(node, Scalar):
        fields.report("V202", node.line, node.column, f"'{key.text}' is {what(node)}, not a date", dates.EXAMPLE)
        return None
    try:
        return dates.parse(node.text, zone)
    except dates.DateError as error:
        fields.report("V202", node.line, node.column, f"'{clip(node.text, 60)}' {error.reason}", error.hint)
        return None


def _draft(fields: Keys, zone: ZoneInfo) -> tuple[bool, tuple[datetime, bool] | None]:
    """Whether the note is held back, and Hugo's date of publication, which shares a name with Jekyll's switch."""
    draft, when = False, None
    for field in ("draft", "published"):
        for key, node in fields.all(field):
            word = node.text.strip().lower() if isinstance(node, Scalar) else ""
            if word in YES or word in NO:
                draft = draft or (word in YES) == (field == "draft")
            elif field == "published" and word[:4].isdigit():
                when = _moment(fields, field, zone)
            else:
                value = f"'{clip(word, 40)}'" if word else what(node)
                fields.wrong(node, f"'{key.text}' is {value}, neither true nor false", "write true or false")
    return draft, when


def _tags(fields: Keys) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for item, listed in fields.items("tags", "[phishing, microsoft]"):
        if item.plain and item.text.startswith("-"):
            fields.wrong(item, f"a space is missing after the dash of '{clip(item.text, 40)}'",
                         "write each tag on a line of its own: - tag")
        parts = [item.text] if listed else item.text.split("," if "," in item.text else None)
        for tag in (" ".join(part.split()) for part in parts):
            if tag:
                found.setdefault(fold(tag), tag)
    return _few(fields, "tags", tuple(found.values()), _TAGS)


def _aliases(fields: Keys) -> tuple[str, ...]:
    found = dict.fromkeys(one_line(item.text) for item, _ in fields.items("aliases", "[/old/address/]"))
    return _few(fields, "aliases", tuple(found), _ALIASES)


def _cves(fields: Keys) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for item, listed in fields.items("cves", "[CVE-2026-12345]"):
        whole = listed or _CVE.fullmatch(item.text.strip())
        for part in [item.text] if whole else re.split(r"[,;\s]+", item.text):
            if cve := _CVE.fullmatch(part.strip()):
                found[f"CVE-{cve[1]}-{cve[2]}"] = None
            elif part:
                fields.wrong(item, f"'{clip(part, 40)}' is not a CVE identifier", "write it in full: CVE-2026-12345")
    return _few(fields, "cves", tuple(found), _CVES)


def _few(fields: Keys, field: str, found: tuple[str, ...], most: int) -> tuple[str, ...]:
    """What was found, unless it is more than a note can mean."""
    if len(found) > most:
        key, _ = fields.all(field)[0]
        fields.wrong(key, f"'{key.text}' holds {len(found):,} values; {most} are the most that a note may have",
                     "keep those that say what the note is about")
    return found[:most]


def _author(fields: Keys) -> str:
    """A name; of several authors or of Hugo's and Jekyll's groups of keys, the names."""
    found = fields.first("author")
    if not found:
        return ""
    key, node = found
    names = []
    for part in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(part, Mapping):
            part = next((value for name, value in part.pairs if name.text == "name"), part)
        if isinstance(part, Scalar):
            names.append(one_line(part.text))
        else:
            fields.wrong(part, f"'{key.text}' holds {what(part)} without a name", f"write {key.text}: Ada Lovelace")
    return ", ".join(name for name in names if name)


def _lang(fields: Keys) -> str:
    return fields.text("lang", _LANGUAGE, "write a language code: fr, en, pt-BR").replace("_", "-")


def _ignores(fields: Keys) -> tuple[tuple[str, str], ...]:
    """Rules that the author sets aside, from ``{V301: reason}`` or a list of such pairs; a reason is asked for."""
    found: dict[str, str] = {}
    for _, node in fields.all("ignore"):
        for part in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(part, Scalar):
                code, _, reason = part.text.partition(":")
                pairs: list[tuple[str, str, Node]] = [(code.strip(), one_line(reason), part)]
            elif isinstance(part, Mapping):
                pairs = [
                    (key.text, one_line(value.text) if isinstance(value, Scalar) and not absent(value) else "", key)
                    for key, value in part.pairs
                ]
            else:
                pairs = [("", "", part)]
            for name, reason, at in pairs:
                _ignore(fields, name.strip(), reason, at, found)
    return tuple(found.items())


def _ignore(fields: Keys, name: str, reason: str, at: Node, found: dict[str, str]) -> None:
    code = next((code for code, rule in RULES.items() if name.upper() == code or name.lower() == rule.name), "")
    example = 'write ignore: {V301: "a second source on purpose"}'
    if not code:
        fields.report("V212", at.line, at.column, f"'{clip(name, 40)}' in 'ignore' is no rule",
                      f"{example}; 'veille explain' lists the rules")
    elif RULES[code].stops:
        fields.report("V212", at.line, at.column, f"{code} stops a build, so a note cannot ignore it",
                      "mend what it finds, and remove it from 'ignore'")
    else:
        found[code] = reason
        if not reason:
            fields.report("V212", at.line, at.column, f"'ignore' sets {code} aside without a reason", example)
