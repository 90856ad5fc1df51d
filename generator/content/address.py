"""Where a post lives: the one rule that its page and an importer share."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from generator import urls
from generator.config import Config
from generator.content.fields import Header
from generator.text import slug

_DATED_NAME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-(?=.)")


def address(path: str, header: Header, config: Config) -> str:
    """The site URL of the post in the file `path`. Raises `urls.PathError` when its permalink cannot be one."""
    pattern = header.permalink or config.permalink
    if ":" not in pattern:  # without placeholders it is the URL as it was written, whatever the slug
        return urls.clean(pattern)
    stem = _DATED_NAME.sub("", PurePosixPath(path).stem)
    last = slug(header.slug or stem) or slug(header.title) or "post"
    return urls.permalink(pattern, header.date, last)
