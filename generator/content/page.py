"""One page beside the posts: front matter and markup. A pure function of one file and the settings."""

from __future__ import annotations

from dataclasses import dataclass

from generator import urls
from generator.config import Config
from generator.content import frontmatter, markup
from generator.content.address import old_places, page_address, place
from generator.diagnostics import Diagnostic, Severity
from generator.model import Link, Page, Source
from generator.text import clip

_DESCRIPTION = 300


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What became of one file: a page, or none, and what there is to say about it."""

    page: Page | None
    problems: tuple[Diagnostic, ...]


def parse_page(source: Source, config: Config) -> ParsedPage:
    """Reads one file. Never raises: what is wrong comes back as diagnostics, and then there is no page."""
    document = frontmatter.read(source, config.site, dated=False)
    header = document.header
    if header is None:
        return ParsedPage(None, document.problems)
    url, url_line, misplaced = place(source.path, header, lambda: page_address(source.path, header))
    aliases, more = old_places(source.path, header, url)
    problems = (*document.problems, *misplaced, *more)
    if any(found.severity is Severity.ERROR for found in problems):
        return ParsedPage(None, problems)
    rendered = markup.render(
        (document.body,), language=header.lang or config.site.language, root=urls.prefix(url),
        site_host=urls.source_host(config.site.url),
    )
    lines = document.body.split("\n")
    return ParsedPage(Page(
        path=source.path, url=url, url_line=url_line, title=header.title, updated=header.updated,
        description=clip(header.description or rendered.texts[0], _DESCRIPTION), lang=header.lang,
        layout=header.layout or "page", draft=header.draft, aliases=aliases, html=rendered.stretches[0],
        links=tuple(
            Link(href, document.body_line + next((at for at, line in enumerate(lines) if href in line), 0))
            for _, href in rendered.links
        ),
        anchors=rendered.anchors,
    ), problems)
