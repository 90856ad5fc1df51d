"""V302, V304 to V306: sources and links."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from generator.diagnostics import Diagnostic
from generator.rules.draft import Draft
from generator.text import clip, unescaped

TRACKING = re.compile(
    r"(?i)^(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi"
    r"|mkt_tok|oly_enc_id|oly_anon_id|vero_id|wickedid|ncid|cmpid|s_cid|at_medium|at_campaign|xtor)$"
)
"""Names of query parameters that follow readers and change nothing on the page."""

_INLINE = re.compile(
    r"\[(?P<text>(?:\\.|\[[^\[\]]{0,80}\]|[^\[\]\\]){0,200})\]\(\s*<?(?P<url>[^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)"
)
_REFERENCE = re.compile(r" {0,3}\[(?P<text>[^\[\]]+)\]:\s*<?(?P<url>[^\s<>]+)")
_AUTOLINK = re.compile(r"<(?P<url>[A-Za-z][A-Za-z0-9+.-]{1,30}:[^\s<>]*)>(?P<text>)")
_ANCHOR = re.compile(
    r"<a\s[^<>]*?href\s*=\s*(?:\"(?P<d>[^\"]*)\"|'(?P<s>[^']*)'|(?P<url>[^\s<>]+))[^<>]*>(?P<text>[^<>]*)",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)
_DEFANGED = re.compile(r"\[\.\]|\(\.\)|\[dot\]|\[:\]|hxxp", re.IGNORECASE)
_DEFANGED_HOST = re.compile(r"(?:[\w-]+(?:\.|\[\.\]|\(\.\)|\[dot\]))+[\w-]+", re.IGNORECASE)
_OWN_NETWORKS = tuple(map(ipaddress.ip_network, (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8", "::1/128",
    "fe80::/10", "fc00::/7",
)))


def tracking(draft: Draft) -> Iterator[Diagnostic]:
    """V302: in the source's address."""
    origin = draft.post.origin
    if origin is None or "?" not in origin.url:
        return
    if names := [name for name in _parameters(origin.url) if TRACKING.match(name)]:
        line, column = draft.place(origin.url)
        yield draft.found(
            "V302", line, column + max(0, origin.url.find(names[0])) if column >= 0 else -1,
            f"the source's address carries {', '.join(dict.fromkeys(names))}",
            f"write it without: {clip(untracked(origin.url), 120)}",
        )


def untracked(url: str) -> str:
    """The URL without tracking parameters, otherwise untouched."""
    head, mark, rest = url.partition("?")
    query, sign, fragment = rest.partition("#")
    kept = [part for part in query.split("&") if not TRACKING.match(part.partition("=")[0].removeprefix("amp;"))]
    if len(kept) == len(query.split("&")):
        return url
    kept[:1] = [kept[0].removeprefix("amp;")] if kept else []
    return head + (mark + "&".join(kept) if kept else "") + sign + fragment


def no_source(draft: Draft) -> Iterator[Diagnostic]:
    """V304: only for a note with a summary's sections; an article of one's own has no source."""
    if draft.post.origin is None and any(part.kinds for part in draft.sections):
        yield draft.found(
            "V304", max(draft.last - 1, 0), -1, "the note names no source",
            "end it with [Source](https://…), or write source: in the front matter",
        )


def bad_links(draft: Draft) -> Iterator[Diagnostic]:
    """V305: a script or data in a link. V306: a live link to an indicator."""
    defanged: set[str] | None = None
    for number, text, url, column in _links(draft):
        bare = re.sub(r"[\x00-\x20]", "", unescaped(url))
        if _UNSAFE.match(bare) or _UNSAFE.match(unquote(bare)):
            yield draft.found(
                "V305", number, column, f"«{clip(url, 60)}» is no address: it runs a script or holds data",
                "write the address of a page, or remove the link",
            )
            continue
        if not (host := _host(bare)):
            continue
        if defanged is None:
            defanged = _defanged_hosts(draft)
        why = ""
        if _DEFANGED.search(text.replace("\\", "")):
            why = "the link's own words are defanged"
        elif host in defanged:
            why = f"the note writes {host} defanged elsewhere"
        elif _is_public_address(host):
            why = "it leads to a bare IP address"
        if why:
            yield draft.found(
                "V306", number, column, f"«{clip(url, 60)}» is a live link to an indicator: {why}",
                "write the indicator as code, defanged: `hxxp://evil[.]example`",
            )


def _links(draft: Draft) -> Iterator[tuple[int, str, str, int]]:
    """Line, words, address and column of every link of the text that is not in code."""
    for number in range(draft.body, draft.last):
        prose, line = draft.prose[number], draft.lines[number]
        if "](" not in prose and "]:" not in prose and "<" not in line:
            continue
        found = [*_INLINE.finditer(line), *_AUTOLINK.finditer(line), *_ANCHOR.finditer(line)]
        if reference := _REFERENCE.match(line):
            found.append(reference)
        for link in found:
            start = link.start()
            if start < len(prose) and (prose[start] == line[start] or link.re is _AUTOLINK):
                parts = link.groupdict()
                yield number, parts["text"], parts["url"] or parts.get("d") or parts.get("s") or "", start


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https", "ftp") else ""
    except ValueError:
        return ""


def _defanged_hosts(draft: Draft) -> set[str]:
    hosts: set[str] = set()
    for number in range(draft.body, draft.last):
        line = draft.lines[number]
        if _DEFANGED.search(line):
            for found in _DEFANGED_HOST.finditer(line):
                if _DEFANGED.search(found[0]):
                    hosts.add(re.sub(r"\[\.\]|\(\.\)|\[dot\]", ".", found[0], flags=re.IGNORECASE).lower())
    return hosts


def _is_public_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not any(address in network for network in _OWN_NETWORKS if network.version == address.version)


def _parameters(url: str) -> list[str]:
    query = url.partition("?")[2].partition("#")[0]
    return [part.partition("=")[0].removeprefix("amp;") for part in query.split("&")]
