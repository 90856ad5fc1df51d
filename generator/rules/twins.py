"""V301: notes about one article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from generator.diagnostics import Diagnostic, problem
from generator.model import Post
from generator.rules.draft import Draft
from generator.rules.links import TRACKING


def same_page(url: str) -> str:
    """What two addresses of one page have in common.

    Without scheme, ``www.``, port, fragment, tracking parameters, index file and final slash; the host in lower case,
    the other parameters sorted.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return url
    path = re.sub(r"/(?:index\.\w{3,5})?$", "", re.sub(r"//+", "/", unquote(parts.path)))
    named = [(part, part.partition("=")[0].removeprefix("amp;")) for part in parts.query.split("&")]
    query = sorted(part for part, name in named if part and not TRACKING.match(name))
    return f"{host}{path}{'?' if query else ''}{'&'.join(query)}"


def duplicate_sources(posts: Iterable[Post]) -> Iterator[Diagnostic]:
    """V301: every note but the oldest about a source. The place is left open, for `placed` to find.

    An address without a path is a site's front page: notes about it are not notes about one article.
    """
    first: dict[str, Post] = {}
    for post in sorted(posts, key=lambda post: (post.date.date(), post.date.isoformat(), post.path)):
        if post.origin is None:
            continue
        page = same_page(post.origin.url)
        if "/" not in page and "?" not in page:
            continue
        older = first.setdefault(page, post)
        if older is not post:
            yield problem(
                "V301", post.path, 0, 0, f"{older.path} summarises the same source",
                "complete that note and delete this one, or set the rule aside: ignore: {V301: reason}",
                other=older.path,
            )


def placed(found: Diagnostic, draft: Draft) -> Diagnostic:
    """The message at the place of the source's address."""
    origin = draft.post.origin
    line, column = draft.place(origin.url) if origin else (0, -1)
    return replace(draft.found(found.code, line, column, found.message, found.hint), other=found.other)
