"""One post: front matter, sections, entities and markup put together. A pure function of one file and the settings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from generator import urls
from generator.config import Config
from generator.content import frontmatter, markup, sections
from generator.content.entities import cve_mentions, find_entities, find_scores
from generator.diagnostics import Diagnostic, problem
from generator.model import KEY_POINTS, Entity, Link, Origin, Post, Section, Source
from generator.text import clip, french_spaces, slug

_DESCRIPTION = 300
_POINTS = 3
_DATED_NAME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of one file: a post, or none, and what there is to say about it."""

    post: Post | None
    problems: tuple[Diagnostic, ...]


def settings_digest(config: Config, code: str) -> bytes:
    """Digest of all that `parse_post` reads besides the file: the settings of the text, and the version of the code."""
    read = (config.site.url, config.site.language, config.site.timezone, config.permalink, config.sections)
    return hashlib.blake2b(repr((code, read)).encode(), digest_size=16).digest()


def post_key(source: Source, settings: bytes) -> str:
    """The key of a post in the memo: digest of its path, its bytes and `settings_digest`."""
    path = source.path.encode("utf-8", "surrogateescape")
    return hashlib.blake2b(b"%d:%b%b" % (len(path), path, source.data), key=settings, digest_size=16).hexdigest()


def parse_post(source: Source, config: Config, key: str) -> Parsed:
    """Reads one file. Never raises: what is wrong comes back as diagnostics, and then there is no post.

    `key` is the file's `post_key`; the post carries it.
    """
    document = frontmatter.read(source, config.site)
    header = document.header
    if header is None:
        return Parsed(None, document.problems)
    lines = dict(header.lines)
    problems = list(document.problems)

    def address(wanted: Callable[[], str], name: str, written: str) -> str:
        try:
            return wanted()
        except urls.PathError as error:
            problems.append(problem(
                "V210", source.path, lines.get(name, 1), 0, f"{name} «{clip(written, 80)}» {error}",
                "write a path of this site such as /posts/2025/09/08/my-note/",
            ))
            return ""

    if header.permalink:
        url = address(lambda: urls.clean(header.permalink), "permalink", header.permalink)
    else:
        name = slug(header.slug or _DATED_NAME.sub("", PurePosixPath(source.path).stem) or header.title)
        url = address(lambda: urls.permalink(config.permalink, header.date, name or "post"), "slug", name)
    aliases = [address(lambda old=old: urls.clean(old), "redirect_from", old) for old in header.aliases]

    note = sections.read_note(document.body, config.sections)
    origin_url = header.source or note.origin_url
    host = _host(origin_url)
    if origin_url and not host:
        problems.append(problem(
            "V303", source.path, document.body_line + note.origin_line - 1 if note.origin_line else lines.get("source", 1),
            0, f"the source «{clip(origin_url, 80)}» is not a web address", "write the full address, https://…",
        ))
    if any(found.severity.word == "error" for found in problems):
        return Parsed(None, tuple(problems))

    body = _without_line(document.body, note.origin_line)
    entities = _with_cves(find_entities(body, document.body_line), (*header.cves, *_cves_in(header.title)))
    known = {entity.value for entity in entities if entity.kind == "cve"}
    root = urls.prefix(url)

    def mentions(text: str) -> Iterable[tuple[int, int, str]]:
        return [(start, end, urls.href(urls.cve_url(cve), root)) for start, end, cve in cve_mentions(text) if cve in known]

    rendered = markup.render(
        (note.headline, *(stretch.text for stretch in note.stretches)),
        language=header.lang or config.site.language,
        root=root,
        site_host=_host(config.site.url),
        labels=("", *(stretch.label for stretch in note.stretches)),
        bases=(2, *(3 if stretch.kinds else 2 for stretch in note.stretches)),
        mentions=mentions,
    )
    headline = rendered.texts[0].strip()
    parts = tuple(
        Section(
            stretch.kinds, french_spaces(stretch.label) if stretch.label else "", "",
            document.body_line + stretch.line - 1, html,
        )
        for stretch, html in zip(note.stretches, rendered.stretches[1:], strict=True)
    )
    words = sum(len(text.split()) for text in rendered.texts)
    return Parsed(None, tuple(problems))
