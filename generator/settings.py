"""What the single values of ``config.yaml`` must be: one check each, from the author's text to its canonical form."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from generator.diagnostics import RULES, Scope
from generator.schema import BadValue, near
from generator.text import fold, slug
from generator.urls import PLACEHOLDERS, PathError, clean, permalink

_JEKYLL = {  # https://jekyllrb.com/docs/permalinks/, without the categories that posts here do not have
    "date": "/:year/:month/:day/:title.html", "pretty": "/:year/:month/:day/:title/", "none": "/:title.html",
}
_PART = re.compile(r"(?!\.\.?$)[^<>:\"|?*\\]{1,200}")
_FULL = "write the full address, for example https://example.org/veille"


def not_empty(text: str) -> str:
    """A text that says something."""
    if not text:
        raise BadValue("not a text that readers can see", "write it after the colon, or remove the line")
    return text


def email(text: str) -> str:
    """An e-mail address, or nothing."""
    if text and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        raise BadValue("not an e-mail address", "write only the address: name@example.org")
    return text


def reply_address(text: str) -> str:
    """An e-mail address, ``true`` for the author's, or nothing."""
    word = text.lower()
    return "" if word in ("false", "no", "off") else "true" if word in ("true", "yes", "on") else email(text)


def repository(text: str) -> str:
    """A repository of GitHub, or nothing."""
    if text and not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", text):
        raise BadValue("not a repository", "write its owner and name, for example ada/watch")
    return text


def whole_giscus(giscus: Any) -> Any:
    """All four values that giscus needs, or none."""
    values = (giscus.repo, giscus.repo_id, giscus.category, giscus.category_id)
    if any(values) and not all(values):
        raise BadValue("without some of its values", "write repo, repo_id, category and category_id from giscus.app")
    return giscus


def web_address(text: str) -> str:
    """An absolute http or https URL as RFC 3986 writes it (ASCII only), or nothing."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:  # a bad port, bracket or host
        raise BadValue("not a web address", _FULL) from None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9_.:-]+", host) or "@" in parts.netloc:
        raise BadValue("not a web address", _FULL)
    if re.search(r"[\s<>\"\\^`{|}]", text):
        raise BadValue("not a web address: it holds a space or a sign that addresses cannot hold", _FULL)
    if ":" in host:
        host = f"[{host}]"
    tail = quote(parts._replace(scheme="", netloc="").geturl(), safe="/!$&'()*+,;=:@-._~%?#[]")
    return f"{parts.scheme}://{host}{port}{tail}"


def site_address(text: str) -> str:
    """The address of the site: a web address with an optional path, without a final slash."""
    not_empty(text)
    address = web_address(text)
    if "?" in address or "#" in address:
        raise BadValue("not the address of a folder: it has a query or fragment", "end it before the first '?' or '#'")
    if re.search(r"/\.{1,2}(/|$)", address) or "//" in address.partition("://")[2].rstrip("/"):
        raise BadValue("not a plain address", "write it without '..' and without empty parts")
    return address.rstrip("/")


def site_path(text: str) -> str:
    """A site URL: a path that begins at the site's root."""
    try:
        return clean(text)
    except PathError as error:
        raise BadValue(f"not a path of the site: it {error}", "write a path, for example /atom.xml") from None


def link_address(text: str) -> str:
    """A site URL, or an absolute web or mail address."""
    if text.startswith("mailto:"):
        return "mailto:" + email(text.removeprefix("mailto:"))
    return site_path(text) if text.startswith("/") and not text.startswith("//") else web_address(not_empty(text))


def whole_entry(entry: Any) -> Any:
    """An entry of the navigation with both of its parts."""
    if not (entry.label or entry.title) or not entry.url:
        raise BadValue("without a label or an address", "write both: {label: About, url: /about/}")
    return replace(entry, label=entry.label or entry.title, title="")


def time_zone(text: str) -> str:
    """The IANA name of a time zone that this machine knows."""
    try:
        if text != "localtime":  # differs from machine to machine
            ZoneInfo(text)
            return text
    except (LookupError, ValueError, OSError):
        pass
    names = sorted(available_timezones() - {"localtime"})
    cities = {name.rpartition("/")[2]: name for name in names if "/" in name}
    city = cities.get("_".join(text.title().split()))
    remark = near(city or text, names) if city or "/" in text else ""
    raise BadValue("not a time zone", f"{remark}write a name of the IANA list, for example Europe/Paris or UTC")


def permalink_pattern(text: str) -> str:
    """A pattern for URLs that names the post and holds only known placeholders."""
    if text in _JEKYLL:
        raise BadValue("a style of Jekyll", f"write its pattern: {_JEKYLL[text]}")
    for name in re.findall(r":([A-Za-z_]+)", text):
        if name.rstrip("_") not in PLACEHOLDERS:
            known = ", ".join(f":{placeholder}" for placeholder in PLACEHOLDERS)
            remark = near(name, PLACEHOLDERS)
            raise BadValue(f"with the unknown placeholder ':{name}'", f"{remark}choose among {known}")
    if not re.search(r":(slug|title)", text):
        raise BadValue("without :slug or :title, so that posts would share an address",
                       "end it with :slug, for example /posts/:year/:month/:day/:slug/")
    try:
        permalink(text, date(2026, 8, 22), "a-post")
    except PathError as error:
        example = "write a path, for example /posts/:year/:month/:slug/"
        raise BadValue(f"not a path of the site: it {error}", example) from None
    return text


def rule(text: str) -> str:
    """The code of a rule; its name will do."""
    code = next((code for code, known in RULES.items() if text.upper() == code or text.lower() == known.name), "")
    if code:
        return code
    names = {known.name for known in RULES.values()}
    raise BadValue("not a rule", f"{near(text, (*names, *RULES))}choose one that 'veille explain' lists")


def optional_rule(text: str) -> str:
    """The code of a rule that does not stop a build: only such can be turned off."""
    code = rule(text)
    if RULES[code].stops:
        raise BadValue("a rule without which the site cannot be built", "remove it: its severity cannot be changed")
    return code


def note_rule(text: str) -> str:
    """The code of a rule that judges one note by itself."""
    code = rule(text)
    if RULES[code].scope is not Scope.NOTE:
        raise BadValue("not a rule about a single note", "name a rule such as V101 or V106")
    return code


def tag(text: str) -> str:
    """A tag, as its address spells it."""
    if not slug(text):
        raise BadValue("not a tag", "write a tag that posts have")
    return slug(text)


def since(text: str) -> str:
    """``none``, ``all``, or the first of some days."""
    if text.lower() in ("none", "all"):
        return text.lower()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        hint = "write none, all, or a date, for example 2026-01-31"
        raise BadValue("neither none nor all, nor a date", hint) from None


def any_value(value: Any) -> Any:
    """No check: the type says enough."""
    return value


def folder(text: str) -> str:
    """A folder inside the site's, with ``/`` between the parts and none at the ends."""
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if not parts or text.startswith(("/", "~")) or not all(_PART.fullmatch(part) for part in parts):
        raise BadValue("not a folder inside the site's folder",
                       "write a path without '..' that begins beside config.yaml, for example content/posts")
    return "/".join(parts)


def label(text: str) -> str:
    """The wording of a section label. Labels are compared by prefix: a letter or two would open sections everywhere."""
    if len(fold(text)) < 3:
        raise BadValue("too short for a section label", "write the words that open the section, for example Correctifs")
    return text
