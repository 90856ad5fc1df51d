"""The new site's ``config.yaml``, from settings that an importer found; pages that lead from old addresses to new."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from generator import urls
from generator.config import Config, SiteSettings, parse_config
from generator.diagnostics import Severity
from generator.importers.header import scalar, sequence
from generator.importers.plan import LEFT, NewFile, Remark
from generator.scaffold import new_site, packaged_action


@dataclass(frozen=True, slots=True)
class Settings:
    """What an importer knows of the site; an empty text is left to the default."""

    made_from: str
    """The kind of blog it was: ``Jekyll``."""
    title: str = ""
    url: str = ""
    description: str = ""
    language: str = ""
    timezone: str = ""
    author_name: str = ""
    author_email: str = ""
    author_url: str = ""
    permalink: str = ""
    pagination: str = ""
    feed_ids: str = ""
    feed_copies: tuple[str, ...] = ()
    """Site URLs of the old blog's feed, besides ``/feed.xml``."""
    navigation: tuple[tuple[str, str], ...] = ()
    """Label and address."""


def config_file(found: Settings, path: str) -> tuple[NewFile, Config, tuple[Remark, ...]]:
    """``config.yaml``, the configuration that it makes, and the values of the file `path` that veille cannot take."""
    lines = _lines(found)
    remarks: list[Remark] = []
    while True:
        text = f"# This site moved here from {found.made_from}.\n" + "".join(f"{line}\n" for line in lines)
        config, problems = parse_config(text)
        bad = [known for known in problems if known.severity is Severity.ERROR]
        if config is not None or not bad:
            return NewFile("config.yaml", text.encode()), config or Config(), tuple(remarks)
        # One line is one value: without the ones that do not fit, the rest holds.
        for known in bad:
            remarks.append(Remark(LEFT, path, 0, known.message))
        numbers = {known.line - 2 for known in bad}
        lines = [line for number, line in enumerate(lines) if number not in numbers]


def _lines(found: Settings) -> list[str]:
    site = [
        f"  {name}: {scalar(value)}" for name, value in (
            ("title", found.title), ("url", found.url), ("description", found.description),
            ("language", found.language), ("timezone", found.timezone),
        ) if value
    ]
    author = [
        f"    {name}: {scalar(value)}" for name, value in (
            ("name", found.author_name), ("email", found.author_email), ("url", found.author_url),
        ) if value
    ]
    feeds = [f"  ids: {found.feed_ids}"] if found.feed_ids else []
    feeds += [f"  copies: {sequence(found.feed_copies)}"] if found.feed_copies else []
    lines = ["site:", *site] if site or author else []
    lines += ["  author:", *author] if author else []
    lines += [f"permalink: {found.permalink}"] if found.permalink else []
    lines += [f"pagination: {found.pagination}"] if found.pagination else []
    lines += ["feeds:", *feeds] if feeds else []
    entries = [f"  - {{label: {scalar(label)}, url: {scalar(url)}}}" for label, url in found.navigation]
    return lines + (["navigation:", *entries] if entries else [])


def shape(addresses: Iterable[tuple[str, date, str]]) -> str:
    """The pattern that most of these site URLs follow, each with its post's date and slug; empty without a majority."""
    votes: Counter[str] = Counter()
    number = 0
    for url, when, name in addresses:
        number += 1
        head, _, last = url.rstrip("/").rpartition("/")
        stem, dot, ending = (last, "", "") if url.endswith("/") else last.rpartition(".")
        dated = f"{head}/"
        for form, pattern in (("%Y/%m/%d", ":year/:month/:day"), ("%Y/%m", ":year/:month"), ("%Y", ":year")):
            if (written := f"/{when.strftime(form)}/") in dated:
                dated = dated.replace(written, f"/{pattern}/", 1)
                break
        if stem == name:
            votes[f"{dated}:slug{dot}{ending}" + ("/" if url.endswith("/") else "")] += 1
    best, count = votes.most_common(1)[0] if votes else ("", 0)
    return best if count * 2 > number and not re.search(r"\d{4}", best) else ""


def support(site: SiteSettings, day: date, version: str, into: Path) -> tuple[NewFile, ...]:
    """What ``veille init`` writes besides settings and notes, where the folder `into` does not have it yet."""
    files = new_site(site, day, version, packaged_action())
    return tuple(
        NewFile(file.path, file.text.encode()) for file in files
        if file.path.startswith(".git") and not os.path.lexists(into / file.path)
    )


def redirects(pairs: Iterable[tuple[str, str]], base: str) -> tuple[NewFile, ...]:
    """A small page for each old site URL that leads to a new one: static files, since no post owns these addresses.

    `base` is ``site.url``.
    """
    made: dict[str, NewFile] = {}
    for old, new in pairs:
        try:
            path = urls.output_path(urls.clean(old))
        except urls.PathError:
            continue
        there = new if "://" in new else urls.href(new, urls.prefix(urls.clean(old)))
        canonical = new if "://" in new else urls.absolute(base, new)
        text = (
            '<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n<meta name="robots" content="noindex">\n'
            f'<link rel="canonical" href="{escape(canonical)}">\n'
            f'<meta http-equiv="refresh" content="0; url={escape(there)}">\n<title>{escape(new)}</title>\n</head>\n'
            f'<body>\n<p><a href="{escape(there)}">{escape(new)}</a></p>\n</body>\n</html>\n'
        )
        made.setdefault(path, NewFile(f"content/static/{path}", text.encode()))
    return tuple(made.values())
