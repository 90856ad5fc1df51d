"""Follows every link of a built site: pages, feeds and sitemap, into the site, fragments included."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import quote, unquote, urljoin, urlsplit

import html5lib
from lxml import etree

_ADDRESSES = {
    "a": ("href",), "area": ("href",), "link": ("href",), "img": ("src", "srcset"), "script": ("src",),
    "source": ("src", "srcset"), "iframe": ("src",), "video": ("src", "poster"), "audio": ("src",), "form": ("action",),
    "blockquote": ("cite",), "q": ("cite",), "object": ("data",), "embed": ("src",),
}
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers")


def broken(files: Mapping[str, bytes], base: str) -> list[str]:
    """What leads nowhere in a site of path → bytes that lives at the URL `base`: ``page: address``, sorted.

    Addresses of other sites are not followed.
    """
    base = base.rstrip("/") + "/"
    found: list[str] = []
    ids: dict[str, set[str]] = {}

    def resolves(address: str, path: str) -> bool:
        try:
            target = urlsplit(urljoin(_address(base, path), address))
        except ValueError:
            return False
        if target.scheme not in ("http", "https"):
            return target.scheme == "mailto"
        whole = target._replace(query="", fragment="").geturl()
        if not (whole + "/").startswith(base):
            return not whole.startswith("/".join(base.split("/")[:3]) + "/")  # the same host, but not the site
        name = unquote(whole[len(base):])
        name = posixpath.join(name, "index.html") if not name or name.endswith("/") else name
        if name not in files:
            return False
        if target.fragment and name.endswith(".html"):
            if name not in ids:
                ids[name] = {value for _, attribute, value in _attributes(files[name]) if attribute == "id"}
            return unquote(target.fragment) in ids[name] or target.fragment == "top"  # HTML: the top of any page
        return True

    for path, data in files.items():
        own: set[str] | None = None
        for address in _links(path, data):
            if not resolves(address, path):
                found.append(f"{path}: {address}")
        if path.endswith(".html"):
            attributes = list(_attributes(data))
            names = [value for _, attribute, value in attributes if attribute == "id"]
            own = set(names)
            found += [f"{path}: two ids {name!r}" for name in own if names.count(name) > 1]
            found += [
                f"{path}: {attribute}={name}" for _, attribute, value in attributes if attribute in _REFERENCES
                for name in value.split() if name not in own
            ]
    return sorted(set(found))


def links(files: Mapping[str, bytes]) -> set[str]:
    """Every address in the site, as written."""
    return {address for path, data in files.items() for address in _links(path, data)}


def _address(base: str, path: str) -> str:
    return base + quote(path)


def _links(path: str, data: bytes) -> Iterator[str]:
    if path.endswith(".html"):
        for tag, attribute, value in _attributes(data):
            if attribute in _ADDRESSES.get(tag, ()):
                yield value.strip()
            elif tag == "meta" and attribute == "content" and (moved := re.match(r"\d+; *url=(.*)", value)):
                yield moved[1]
            elif tag == "meta" and attribute == "content" and re.match(r"https?://\S+$", value):
                yield value
    elif path.endswith(".xml"):
        for element in _xml(data).iter(etree.Element):
            name = etree.QName(element).localname
            if name == "link":
                yield element.get("href", "")
            elif name == "loc":
                yield element.text or ""
            elif name in ("content", "summary") and element.get("type") == "html":
                for tag, attribute, value in _attributes((element.text or "").encode()):
                    # A fragment of an entry is a place in the entry, where readers show it.
                    if attribute in _ADDRESSES.get(tag, ()) and not value.startswith("#"):
                        yield value


@cache
def _attributes(data: bytes) -> tuple[tuple[str, str, str], ...]:
    """Tag, attribute and value of all elements, as a browser reads the page."""
    document = html5lib.parse(data.decode("utf-8"), namespaceHTMLElements=False)
    return tuple(
        (element.tag, name, value)
        for element in document.iter() if isinstance(element.tag, str)
        for name, value in element.attrib.items()
    )


def _xml(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
