"""A Hugo site's settings, in the words of this program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.importers.folder import Found, read_text
from generator.importers.foreign import (
    Values,
    group_of,
    is_yes,
    read_json,
    read_toml,
    read_yaml,
    text_of,
    texts_of,
)
from generator.importers.newsite import Settings
from generator.importers.plan import LEFT, TRANSLATED, Remark

_READERS = {"toml": read_toml, "yaml": read_yaml, "yml": read_yaml, "json": read_json}
_NAMES = tuple(f"{stem}.{ending}" for stem in ("hugo", "config") for ending in _READERS)
_USED = {
    "title", "baseurl", "languagecode", "locale", "defaultcontentlanguage", "params", "author", "paginate",
    "pagination", "permalinks", "timezone", "menu", "menus", "taxonomies", "uglyurls", "contentdir", "staticdir",
    "languages", "buildfuture", "copyright", "frontmatter",
}
_PIPES = {
    "theme", "markup", "outputs", "outputformats", "mediatypes", "module", "enablerobotstxt", "minify", "build",
    "summarylength", "enableemoji", "privacy", "services", "security", "caches", "imaging", "related", "sitemap",
    "googleanalytics", "disqusshortname", "haschinesejapanese", "hascjklanguage", "enablegitinfo", "ignorefiles",
    "disablekinds", "canonifyurls", "relativeurls", "publishdir", "archetypedir", "themesdir",
}


@dataclass(frozen=True, slots=True)
class Hugo:
    """What the importer reads of the settings."""

    permalinks: tuple[tuple[str, str], ...]
    """Section (first folder below the content) and its pattern."""
    main: tuple[str, ...]
    """``params.mainSections``; empty when Hugo chooses."""
    ugly: bool
    content: str
    """Folder of the content."""
    statics: tuple[str, ...]
    language: str
    """The one language that is taken."""
    others: tuple[str, ...]
    """The languages that are not."""
    by_name: bool
    """Whether a file's name may give the date and the slug."""


def find(root: Path) -> tuple[str, Values, str]:
    """The settings' file below `root`, its keys in lower case, and why it cannot be read; an empty name without one."""
    for name in _NAMES:
        if (root / name).is_file():
            values, why = _read(root, name)
            return name, values, why
    folder = root / "config" / "_default"
    merged: Values = {}
    first = ""
    for path in sorted(folder.glob("*.*")) if folder.is_dir() else []:
        stem, _, ending = path.name.partition(".")
        if ending in _READERS:
            name = f"config/_default/{path.name}"
            values, why = _read(root, name)
            if why:
                return name, {}, why
            first = first or name
            merged.update(values if stem in ("hugo", "config") else {stem.lower(): values})
    return first, merged, ""


def read_settings(
    values: Values, path: str, section: str, pattern: str
) -> tuple[Hugo, Settings, tuple[Remark, ...]]:
    """The settings as the importer needs them and as the new site has them.

    `section` is that of the posts and `pattern` veille's for it, both empty at a first reading.
    """
    params = group_of(values.get("params"))
    languages = group_of(values.get("languages"))
    language = text_of(values.get("defaultcontentlanguage")) or "en"
    one = group_of(languages.get(language.lower()))
    permalinks = group_of(values.get("permalinks"))
    for_pages = group_of(permalinks.get("page")) or permalinks
    hugo = Hugo(
        tuple((name, text) for name, value in for_pages.items() if (text := text_of(value))),
        texts_of(params.get("mainsections")), is_yes(values.get("uglyurls")),
        _folder(values.get("contentdir") or one.get("contentdir"), "content"),
        tuple(_folder(name, "static") for name in texts_of(values.get("staticdir"))) or ("static",),
        language, tuple(name for name in languages if name != language.lower()),
        ":filename" in texts_of(group_of(values.get("frontmatter")).get("date")),
    )
    author = values.get("author") or params.get("author")
    group = group_of(author)
    pagination = text_of(values.get("paginate")) or text_of(group_of(values.get("pagination")).get("pagersize"))
    settings = Settings(
        made_from="Hugo",
        title=text_of(one.get("title")) or text_of(values.get("title")),
        url=text_of(values.get("baseurl")).rstrip("/"),
        description=text_of(params.get("description")) or text_of(params.get("subtitle")),
        language=re.split("[-_]", text_of(values.get("languagecode")) or language)[0].lower(),
        timezone=text_of(values.get("timezone")),
        author_name=text_of(group.get("name")) if group else text_of(author),
        author_email=text_of(group.get("email")),
        permalink=pattern, pagination=pagination if pagination.isdigit() else "",
        feed_ids="url", feed_copies=("/index.xml", *((f"/{section}/index.xml",) if section else ())),
        navigation=_menu(values),
    )
    return hugo, settings, tuple(_remarks(values, path, hugo))


def _read(root: Path, name: str) -> tuple[Values, str]:
    path = root / name
    if path.is_symlink():
        return {}, "it is a link: what it leads to is not taken"
    text, why = read_text(Found(name, str(path), path.stat().st_size))
    if why:
        return {}, why
    values, why = _READERS[name.rpartition(".")[2]](text.removeprefix("\ufeff"))
    return group_of(lowered(values)), why


def lowered(value: object) -> object:
    """A value with its keys in lower case, as Hugo reads them."""
    if isinstance(value, dict):
        return {key.lower(): lowered(item) for key, item in value.items()}
    return [lowered(item) for item in value] if isinstance(value, list) else value


def _folder(value: object, default: str) -> str:
    name = text_of(value).strip("/")
    return name if name and ".." not in name.split("/") else default


def _menu(values: Values) -> tuple[tuple[str, str], ...]:
    """Label and address of each entry of the main menu, in its order."""
    entries = group_of(values.get("menu") or values.get("menus")).get("main")
    found = []
    for entry in entries if isinstance(entries, list) else []:
        item = group_of(entry)
        weight = text_of(item.get("weight"))
        where = text_of(item.get("url")) or text_of(item.get("pageref"))
        label = text_of(item.get("name")) or text_of(item.get("title"))
        if where and label:
            found.append((int(weight) if weight.lstrip("-").isdigit() else 0, label, where))
    return tuple((label, where) for _, label, where in sorted(found, key=lambda item: item[0]))


def _remarks(values: Values, path: str, hugo: Hugo) -> Iterator[Remark]:
    for name in hugo.others:
        yield Remark(LEFT, path, 0, f"the language '{name}': a site here has one; import it into another folder")
    own = [name for name in group_of(values.get("taxonomies")).values() if name not in ("tags", "categories")]
    if own:
        yield Remark(LEFT, path, 0, f"taxonomies that veille does not have: {', '.join(map(text_of, own))}")
    yield Remark(TRANSLATED, path, 0, "the feed /index.xml (RSS) → feeds.copies: an Atom feed with the same ids there")
    if not values.get("timezone"):
        yield Remark(LEFT, path, 0, "no timeZone: Hugo took UTC, and so does veille; set site.timezone")
    rest = sorted(set(values) - _USED - _PIPES)
    if rest:
        yield Remark(LEFT, path, 0, f"settings that veille does not have: {', '.join(rest[:12])}")
