"""One post: front matter, sections, entities and markup put together. A pure function of one file and the settings."""

from __future__ import annotations

import re
from bisect import bisect_right

from generator import urls
from generator.config import Config
from generator.content import frontmatter, markup, sections
from generator.content.address import address, old_places, place
from generator.content.affected import find_affected
from generator.content.entities import cve_mentions, find_entities, find_scores
from generator.content.exploits import Part, find_exploited
from generator.content.fields import Header
from generator.content.parsed import Parsed
from generator.diagnostics import Diagnostic, Severity, problem
from generator.model import KEY_POINTS, RECOMMENDATIONS, Entity, Link, Origin, Post, Section, Source, stored
from generator.text import clip, french_spaces, lowered, shortened

_DESCRIPTION = 300
_POINTS = 3


def parse_post(source: Source, config: Config, key: str) -> Parsed:
    """Reads one file. Never raises: what is wrong comes back as diagnostics, and then there is no post.

    `key` is the file's `post_key`; the post carries it.
    """
    document = frontmatter.read(source, config.site)
    header = document.header
    if header is None:
        return Parsed(None, document.problems)
    note = sections.read_note(document.body, config.sections)
    first_line = document.body_line
    url, url_line, misplaced = place(source.path, header, lambda: address(source.path, header, config))
    aliases, more = old_places(source.path, header, url)
    origin, wrong = _origin(source, header, note, first_line)
    problems = (*document.problems, *misplaced, *more, *wrong)
    if any(found.severity is Severity.ERROR for found in problems):
        return Parsed(None, problems)

    text = _without_line(document.body, note.origin_line)
    entities = _with_cves(find_entities(text, first_line), header)
    cves = {entity.value for entity in entities if entity.kind == "cve"}
    root = urls.prefix(url)

    def mentions(words: str) -> list[tuple[int, int, str]]:
        if b"cve" not in lowered(words):  # nearly every text of a page
            return []
        return [
            (start, end, urls.href(urls.cve_url(cve), root)) for start, end, cve in cve_mentions(words) if cve in cves
        ]

    language = header.lang or config.site.language
    rendered = markup.render(
        (note.headline, *(stretch.text for stretch in note.stretches)),
        language=language,
        root=root,
        site_host=urls.source_host(config.site.url),
        labels=("", *(stretch.label for stretch in note.stretches)),
        bases=(2, *(3 if stretch.kinds else 2 for stretch in note.stretches)),
        mentions=mentions if cves else None,
        listed=[number for number, stretch in enumerate(note.stretches, 1) if KEY_POINTS in stretch.kinds],
    )
    headline = " ".join(rendered.texts[0].split())
    body = "\n".join(rendered.texts[1:])
    return Parsed(Post(
        path=source.path, key=key, url=url, url_line=url_line,
        title=header.title, headline=french_spaces(headline) if language.startswith("fr") else headline,
        date=header.date, has_time=header.has_time, updated=header.updated, tags=header.tags,
        origin=origin, origin_label=note.origin_label if origin else "",
        description=clip(header.description or body, _DESCRIPTION),
        author=header.author, lang=header.lang, layout=header.layout or "post", draft=header.draft, aliases=aliases,
        stored=stored(_sections(note, rendered, first_line, language)),
        headings=tuple(heading for number, heading in rendered.headings if number),
        points=_points(note, rendered),
        entities=entities, scores=find_scores(text, first_line),
        links=_links(rendered, note, document.body, first_line),
        anchors=rendered.anchors,
        words=sum(len(words.split()) for words in rendered.texts),
        extra=header.extra, ignores=header.ignores, feed_id=header.feed_id,
        affected=find_affected(text) if len(cves) == 1 else (),
        exploited=find_exploited(
            (header.title, note.headline),
            [
                Part(stretch.label, stretch.text, stretch.kinds == (RECOMMENDATIONS,)) for stretch in note.stretches
            ],
            tuple([entity.value for entity in entities if entity.kind == "cve"]),
        ),
    ), problems)


def _origin(
    source: Source, header: Header, note: sections.Note, first_line: int
) -> tuple[Origin | None, tuple[Diagnostic, ...]]:
    """The article that the note summarises: the front matter's ``source``, else the source link at its end."""
    url = header.source or note.origin_url
    if not url:
        return None, ()
    host = urls.source_host(url)
    if host:
        return Origin(url, host), ()
    line = dict(header.lines).get("source", 1) if header.source else first_line + note.origin_line - 1
    return None, (problem(
        "V303", source.path, line, 0, f"the source «{clip(url, 80)}» is not a web address",
        "write the article's full address, which begins with https:// or http://",
    ),)


def _with_cves(entities: tuple[Entity, ...], header: Header) -> tuple[Entity, ...]:
    """The entities of the text, and the CVEs that only the title or the front matter names."""
    named = [cve for text in (header.title, *header.cves) for _, _, cve in cve_mentions(text)]
    if not named:
        return entities
    known = {entity.value for entity in entities if entity.kind == "cve"}
    extra = tuple(Entity("cve", cve, 0) for cve in dict.fromkeys(named) if cve not in known)
    at = next((at for at, entity in enumerate(entities) if entity.kind > "cve"), len(entities))
    return (*entities[:at], *extra, *entities[at:])


def _sections(note: sections.Note, rendered: markup.Rendered, first_line: int, language: str) -> tuple[Section, ...]:
    anchors: dict[int, str] = {}
    for number, heading in rendered.headings:
        anchors.setdefault(number, heading.anchor)
    spaced = french_spaces if language.startswith("fr") else str
    return tuple(
        Section(
            stretch.kinds, spaced(stretch.label) if stretch.kinds else "",
            anchors.get(number, "") if stretch.kinds else "", first_line + stretch.line - 1, rendered.stretches[number],
        )
        for number, stretch in enumerate(note.stretches, 1)
    )


def _points(note: sections.Note, rendered: markup.Rendered) -> tuple[str, ...]:
    """The first key points: the list items of the first section that opens with them."""
    for number, stretch in enumerate(note.stretches, 1):
        if KEY_POINTS in stretch.kinds and rendered.items[number]:
            return tuple([shortened(item, _DESCRIPTION) for item in rendered.items[number][:_POINTS]])
    return ()


def _links(
    rendered: markup.Rendered, note: sections.Note, body: str, first_line: int
) -> tuple[Link, ...]:
    """Links into the site with the line that holds them: the first line of their stretch where they are written."""
    found: list[Link] = []
    if not rendered.links:
        return ()
    offsets = [0, *(end.end() for end in re.finditer("\n", body))]
    starts = [note.headline_line or 1, *(stretch.line for stretch in note.stretches)]
    for number, href in rendered.links:
        start = starts[number] - 1
        at = body.find(href, offsets[start])
        found.append(Link(href, first_line + (bisect_right(offsets, at) - 1 if at >= 0 else start)))
    return tuple(found)


def _without_line(body: str, line: int) -> str:
    """The body with an empty line in place of line `line` (1-based; 0 for none): the source's URL is no text."""
    if not line:
        return body
    lines = body.split("\n")
    lines[line - 1] = ""
    return "\n".join(lines)
