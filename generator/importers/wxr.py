"""A WordPress export (WXR: RSS 2.0 with extensions) as values. Hostile XML is refused before it means anything."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]  # it counts lines and stays calm at depth

from generator.text import one_line, unescaped, without_controls

LIMIT = 300_000_000
"""Bytes of an export."""
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_MARKUP = re.compile(r"</?(?:a|b|code|em|i|span|strong|sub|sup)\b[^<>]*>")
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


class WxrError(Exception):
    """An export that cannot be read; the arguments are the message and the hint."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the export: a post, a page, an attachment, an entry of a menu."""

    line: int
    """1-based, in the export."""
    kind: str
    """``post``, ``page``, ``attachment``, …"""
    status: str
    """``publish``, ``draft``, ``pending``, ``private``, ``future``, ``trash``, ``inherit``."""
    id: str
    name: str
    """The slug, as written: often percent-encoded."""
    title: str
    link: str
    guid: str
    creator: str
    """Login name."""
    date: str
    """``2024-03-09 08:30:00``, in the blog's zone."""
    date_gmt: str
    modified: str
    """In the blog's zone; empty in old exports."""
    content: str
    excerpt: str
    locked: bool
    """Whether it has a password."""
    terms: tuple[tuple[str, str, str], ...]
    """Domain (``category``, ``post_tag``), slug and name."""
    comments: int
    attachment: str
    """Address of the file; empty for other kinds."""
    parent: str
    """Id of the post that a file was uploaded with; ``0`` for none."""


@dataclass(frozen=True, slots=True)
class Export:
    """A whole export."""

    title: str
    link: str
    description: str
    language: str
    authors: tuple[tuple[str, str], ...]
    """Login and the name that is shown."""
    parents: tuple[tuple[str, str], ...]
    """Slug of a category and that of the category above it."""
    items: tuple[Item, ...] = field(repr=False)
    cleaned: int
    """Control characters that were dropped, since XML forbids them."""


def read_export(path: Path) -> Export:
    """Reads an export. Raises `WxrError` for anything that is none, and `OSError`."""
    size = path.stat().st_size
    if size > LIMIT:
        raise WxrError(f"it has {size:,} bytes; the limit is {LIMIT:,}", "export fewer years at once")
    return understood(path.read_bytes())


def understood(data: bytes) -> Export:
    """The export in these bytes. Raises `WxrError` for anything that is none."""
    data, cleaned = _FORBIDDEN.subn(b"", data)
    if b"<!DOCTYPE" in data[:100_000].partition(b"<rss")[0]:
        raise WxrError("it declares a document type, which no export of WordPress does",
                       "do not trust this file; export again from WordPress: Tools, Export")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.parse(io.BytesIO(data), parser).getroot()
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise WxrError(f"line {line:,}: the XML cannot be read: {error.msg}",
                       "export again: the file is cut off, or was changed by hand") from None
    if root.getroottree().docinfo.doctype:
        raise WxrError("it declares a document type, which no export of WordPress does", "do not trust this file")
    channel = root.find("channel")
    if root.tag != "rss" or channel is None or not any(_local(child) == "wxr_version" for child in channel):
        raise WxrError("it is no export of WordPress (WXR)", "use the file of Tools, Export, All content")
    return Export(
        _text(channel, "title"), _text(channel, "link") or _text(channel, "base_blog_url"),
        _text(channel, "description"), _text(channel, "language"),
        tuple((_text(node, "author_login"), _text(node, "author_display_name")) for node in _all(channel, "author")),
        tuple((_text(node, "category_nicename"), _text(node, "category_parent")) for node in _all(channel, "category")),
        tuple(_item(node) for node in _all(channel, "item")), cleaned,
    )


def _item(node: etree._Element) -> Item:
    return Item(
        node.sourceline or 0, _text(node, "post_type"), _text(node, "status"), _text(node, "post_id"),
        _text(node, "post_name"), one_line(unescaped(_MARKUP.sub("", _text(node, "title")))), _text(node, "link"),
        _text(node, "guid"), (node.findtext(_CREATOR) or "").strip(), _text(node, "post_date"),
        _text(node, "post_date_gmt"), _text(node, "post_modified"),
        without_controls(node.findtext(_CONTENT) or ""), _excerpt(node), bool(_text(node, "post_password")),
        tuple(
            (child.get("domain") or "", child.get("nicename") or "", one_line(unescaped(child.text or "")))
            for child in node if child.tag == "category"
        ),
        sum(1 for _ in _all(node, "comment")), _text(node, "attachment_url"), _text(node, "post_parent"),
    )


def _excerpt(node: etree._Element) -> str:
    for child in node:
        if isinstance(child.tag, str) and "/excerpt/" in child.tag:
            text = _MARKUP.sub("", child.text or "")
            return one_line(unescaped(re.sub(r"<[^<>]*>", " ", text)))
    return ""


def _all(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of a local name, whatever the version of the namespace; plain RSS has others of the same name."""
    for child in node:
        if _local(child) == name and (name == "item" or "wordpress.org/export" in child.tag):
            yield child


def _text(node: etree._Element, name: str) -> str:
    for child in node:
        if _local(child) == name:
            return without_controls(child.text or "").strip()
    return ""


def _local(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
