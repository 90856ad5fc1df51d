"""Where posts and pages live: the rules that their pages and the importers share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from generator import urls
from generator.config import Config
from generator.content.fields import Header
from generator.diagnostics import Diagnostic, problem
from generator.text import clip, slug

_DATED_NAME = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}-(?=.)")


def address(path: str, header: Header, config: Config) -> str:
    """The site URL of the post in the file `path`. Raises `urls.PathError` when its permalink cannot be one."""
    if header.permalink and ":" not in header.permalink:
        return urls.clean(header.permalink)
    last = slug(header.slug or file_slug(path)) or slug(header.title) or "post"
    return urls.permalink(header.permalink or config.permalink, header.date, last)


def page_address(path: str, header: Header) -> str:
    """The site URL of the page in the file `path`. Raises `urls.PathError` when its permalink cannot be one."""
    last = slug(header.slug or PurePosixPath(path).stem) or slug(header.title) or "page"
    return urls.clean(header.permalink or f"/{last}/")


def file_slug(path: str) -> str:
    """A file's name without folder, date and ending."""
    name = path.rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    return _DATED_NAME.sub("", stem if stem and ending else name)


def place(path: str, header: Header, url: Callable[[], str]) -> tuple[str, int, tuple[Diagnostic, ...]]:
    """What `url` gives, and the line that decides it. Messages about a URL that cannot be are in the third place."""
    lines = dict(header.lines)
    written, name = (header.permalink, "permalink") if header.permalink else (header.slug, "slug")
    line = lines.get(name) or lines.get("url") or lines.get("date") or 1
    try:
        return url(), line, ()
    except urls.PathError as error:
        return "", line, (_not_a_path(path, name, written, line, error),)


def old_places(path: str, header: Header, url: str) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Old site URLs, each once, without the present one, `url`."""
    lines = dict(header.lines)
    name = next((name for name in ("redirect_from", "aliases") if name in lines), "redirect_from")
    found: dict[str, None] = {}
    problems: list[Diagnostic] = []
    for written in header.aliases:
        try:
            found[urls.clean(written)] = None
        except urls.PathError as error:
            problems.append(_not_a_path(path, name, written, lines.get(name, 1), error))
    found.pop(url, None)
    return tuple(found), tuple(problems)


def _not_a_path(path: str, name: str, written: str, line: int, error: urls.PathError) -> Diagnostic:
    return problem(
        "V210", path, line, 0, f"{name} «{clip(written, 80)}» {error}",
        "write a path of this site, for example /posts/2025/09/08/my-note/",
    )
