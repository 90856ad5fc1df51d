"""What each room promises for any text at all: one function a room, which raises when the promise is broken.

The fuzzer calls them with the bytes that it thinks up, the tests with those that hypothesis thinks up, with the seeds
and with what was once found. A promise holds for every input: no exception, the same answer to the same question, and
what comes out is harmless and in proportion to what went in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import html5lib

from generator.config import Config, Labels, SiteSettings, parse_config
from generator.content import frontmatter
from generator.content.affected import find_affected
from generator.content.entities import find_entities, find_scores
from generator.content.markup import render
from generator.content.post import parse_post
from generator.content.sections import read_note
from generator.diagnostics import Diagnostic
from generator.importers import liquid, shortcodes, wordpress, wpautop, wxr
from generator.model import Post, Source
from generator.rules.draft import draft
from generator.rules.repair import FIXABLE, repaired
from generator.rules.table import judge
from generator.text import CONTROL, normal_lines, without_controls

SEEDS = Path(__file__).parent / "seeds"
FOUND = Path(__file__).parent / "found"

FORBIDDEN = frozenset(
    ("script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "select",
     "textarea", "svg", "math", "base", "meta", "link", "template", "noscript", "audio", "video", "source", "portal")
)
"""Elements that no note may bring into a page."""
ATTRIBUTES = frozenset(
    ("class", "id", "title", "lang", "dir", "href", "target", "rel", "src", "alt", "width", "height", "start",
     "reversed", "value", "colspan", "rowspan", "scope", "span", "datetime", "open", "role", "data-generated")
)
"""All that an author's words may carry, and what veille itself sets beside them."""
_PATH = "content/posts/2025-09-08-x.md"
_SCHEME = re.compile("[\x00-\x20]*([A-Za-z][A-Za-z0-9+.-]*):")


def text_of(data: bytes) -> str:
    """The text in some bytes, as the rooms below the front matter get it."""
    return without_controls(normal_lines(data.decode("utf-8", "replace")))


def scheme_of(address: str) -> str:
    """The scheme of an address as the URL standard finds it, lower case; empty for a relative one."""
    found = _SCHEME.match(re.sub("[\t\n\r]", "", address))
    return found[1].lower() if found else ""


def harmless(html: str) -> None:
    """Raises for HTML in which, as a browser reads it, a note could act or draw from elsewhere."""
    for element in html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False).iter():
        assert element.tag not in FORBIDDEN, element.tag
        for name, value in element.attrib.items():
            assert name in ATTRIBUTES, f"{element.tag} {name}"
            if name in ("href", "src"):
                assert scheme_of(value) in ("", "http", "https", "mailto"), value


def _placed(problems: tuple[Diagnostic, ...], lines: int) -> None:
    for found in problems:
        assert 0 <= found.line <= lines, found
        assert found.column >= 0, found
        assert found.message, found
        assert len(found.message) < 2000, found


def front_matter(data: bytes) -> None:
    """Header, body, problems: of any bytes."""
    source = Source(_PATH, data)
    document = frontmatter.read(source, SiteSettings())
    assert document == frontmatter.read(source, SiteSettings())
    assert document.header or document.problems
    assert not CONTROL.search(document.body)
    _placed(document.problems, normal_lines(data.decode("utf-8", "replace")).count("\n") + 1)


def sections(data: bytes) -> None:
    """Every line of a body is in one stretch at most, in order."""
    body = text_of(data)
    found = read_note(body, Labels())
    assert found == read_note(body, Labels())
    at = found.headline_line
    for stretch in found.stretches:
        assert stretch.line > at or (stretch.line == at == 1 and not found.headline)
        at = stretch.line + stretch.text.count("\n")
        assert at <= body.count("\n") + 1
    assert not found.origin_line or found.origin_line > (found.stretches[-1].line if found.stretches else 0) - 1


def entities(data: bytes) -> None:
    """Identifiers stand on lines of the text, scores are between 0 and 10."""
    text = text_of(data)
    lines = text.count("\n") + 1
    found, scores = find_entities(text), find_scores(text)
    assert (found, scores) == (find_entities(text), find_scores(text))
    assert all(0 < entity.line <= lines and entity.value for entity in found)
    assert all(0 < score.line <= lines and 0 <= score.value <= 10 for score in scores)
    assert len(find_affected(text)) <= 4


def markup(data: bytes) -> None:
    """Harmless HTML that is not out of proportion; nothing is left of the document before."""
    text = text_of(data)
    first, _, rest = text.partition("\f\n" if "\f\n" in text else "\n\n\n")
    found = render((first, rest), language="fr", root="../../", site_host="example.org", labels=("", "Points clés"))
    again = render((first, rest), language="fr", root="../../", site_host="example.org", labels=("", "Points clés"))
    assert found == again
    assert len(found.anchors) == len(set(found.anchors))
    for html in found.stretches:
        harmless(html)
    assert sum(map(len, found.stretches)) < 2000 + 60 * len(text)


def config(data: bytes) -> None:
    """Settings or errors, of any text."""
    text = data.decode("utf-8", "replace")
    found, problems = parse_config(text)
    assert (found, problems) == parse_config(text)
    assert found or problems
    _placed(problems, normal_lines(text).count("\n") + 1)


def note(data: bytes) -> Post | None:
    """A whole file: a post whose every part is harmless, or problems."""
    source = Source(_PATH, data)
    parsed = parse_post(source, Config(), "key")
    assert parsed == parse_post(source, Config(), "key")
    assert parsed.post or parsed.problems
    if parsed.post:
        for part in parsed.post.sections:
            harmless(part.html)
        assert not CONTROL.search(parsed.post.title + parsed.post.headline + parsed.post.description)
    return parsed.post


def rules(data: bytes) -> None:
    """The rules say something about a place in the file; mending is done once and for all."""
    source = Source(_PATH, data)
    parsed = parse_post(source, Config(), "key")
    told = (*parsed.problems, *(judge(draft(source, parsed.post)) if parsed.post else ()))
    _placed(told, normal_lines(data.decode("utf-8", "replace")).count("\n") + 1)
    try:
        mended = repaired(source, parsed.post, told, Config())
    except UnicodeDecodeError:
        return
    assert set(mended.mended) <= set(FIXABLE)
    after = Source(_PATH, mended.text.encode())
    again = parse_post(after, Config(), "key")
    if parsed.post:
        assert again.post, (parsed.post, mended)
    left = (*again.problems, *(judge(draft(after, again.post)) if again.post else ()))
    twice = repaired(after, again.post, left, Config())
    assert twice.text == mended.text or not set(twice.mended) & set(mended.mended), (mended, twice)


def importers(data: bytes) -> None:
    """What other generators' marks become; an export of WordPress is read or refused."""
    text = text_of(data)
    for translate in (liquid.translate, shortcodes.translate):
        found, met = translate(text, 1, lambda *_: "/x/")  # type: ignore[operator]
        assert len(found) <= 200 + 4 * len(text)
        assert all(1 <= mark.line <= text.count("\n") + 1 for mark in met)
    liquid.is_program(text)
    body, *_ = wpautop.body(text, lambda ids: ())
    assert "\x02" not in body
    assert len(body) <= 200 + 20 * len(text)


_EXPORT = (
    '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
    ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/">\n'
    "<channel><wp:wxr_version>1.2</wp:wxr_version>"
)
_ITEM = frozenset((
    "title", "link", "guid", "dc:creator", "content:encoded", "excerpt:encoded", "wp:post_type", "wp:status",
    "wp:post_id", "wp:post_name", "wp:post_date", "wp:post_date_gmt", "wp:post_modified", "wp:post_password",
    "wp:attachment_url", "wp:comment",
))


def as_export(data: bytes) -> bytes:
    """An export from what a fuzzer can think up: a field a line, ``name=value``, items apart by form feeds.

    The first item is the blog itself. Bytes that begin with ``<`` are an export as they are.
    """
    if data.startswith(b"<"):
        return data
    out = [_EXPORT]
    for number, item in enumerate(data.decode("utf-8", "replace").split("\f")):
        out.append("<item>" if number else "")
        for line in item.split("\n"):
            name, _, value = line.partition("=")
            value = escape(CONTROL.sub("", value))
            if name in _ITEM:
                out.append(f"<{name}>{value}</{name}>")
            elif name in ("category", "post_tag"):
                slug = value.partition("/")[0]
                out.append(f'<category domain="{name}" nicename="{slug}">{value}</category>' if number else (
                    f"<wp:category><wp:category_nicename>{slug}</wp:category_nicename>"
                    f"<wp:category_parent>{value.partition('/')[2]}</wp:category_parent></wp:category>"))
            elif name in ("description", "language"):
                out.append(f"<{name}>{value}</{name}>")
        out.append("</item>" if number else "")
    return "".join([*out, "</channel></rss>"]).encode()


def export(data: bytes) -> None:
    """An export of WordPress is refused, or becomes files below ``content``, in proportion to it."""
    data = as_export(data)
    try:
        found = wxr.understood(data)
    except wxr.WxrError:
        return
    plan = wordpress.planned(found, "old.xml")
    assert plan == wordpress.planned(found, "old.xml")
    for file in plan.files:
        steps = file.path.split("/")
        assert file.path == "config.yaml" or (steps[0] == "content" and len(steps) > 2), file.path
        assert not {"", ".", ".."} & set(steps), file.path
        assert not re.search(r"[\x00-\x1f\\:]", file.path), file.path
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", "".join(remark.text for remark in plan.remarks))
    assert sum(len(file.data) for file in plan.files) < 20_000 + 60 * len(data)


ROOMS: dict[str, Callable[[bytes], object]] = {
    "frontmatter": front_matter, "sections": sections, "entities": entities, "markup": markup, "config": config,
    "note": note, "rules": rules, "importers": importers, "export": export,
}
"""Name → promise."""
