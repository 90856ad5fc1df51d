"""What became of a file, and the key under which that is remembered. Apart from `post`, which loads all of Markdown."""

from __future__ import annotations

import hashlib

from msgspec import Struct

from generator.config import Config
from generator.diagnostics import Diagnostic
from generator.model import Post, Source


class Parsed(Struct, frozen=True, gc=False, array_like=True):
    """What became of one file: a post, or none, and what there is to say about it."""

    post: Post | None
    problems: tuple[Diagnostic, ...]


def settings_digest(config: Config, code: str) -> bytes:
    """Digest of all that `parse_post` reads besides the file: the settings of the text, and the version of the code."""
    read = (config.site.url, config.site.language, config.site.timezone, config.permalink, config.sections)
    return hashlib.blake2b(repr((code, read)).encode(), digest_size=16).digest()


def post_key(source: Source, settings: bytes) -> str:
    """The key of a post in the memo: digest of its path, its bytes and `settings_digest`."""
    path = source.path.encode("utf-8", "surrogateescape")
    return hashlib.blake2b(b"%d:%b%b" % (len(path), path, source.data), key=settings, digest_size=16).hexdigest()
