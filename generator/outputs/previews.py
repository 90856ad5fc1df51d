"""Which notes have a picture for link previews, and what it shows; `generator.images` draws it."""

from __future__ import annotations

from generator import urls
from generator.config import Config
from generator.model import Output, Post
from generator.outputs.contexts import Preview, ref
from generator.outputs.fingerprint import digest

MAKER = "picture"
_DRAWING = "1"
"""Raised when `generator.images` draws the same words otherwise: addresses are kept by caches for ever."""


def pictured(post: Post, config: Config) -> bool:
    """Whether the note has a picture. A date names a set that no build changes: the notes dated from then on."""
    return config.images == "all" or (config.images != "none" and f"{post.date:%Y-%m-%d}" >= config.images)


def picture(post: Post, config: Config) -> Output:
    """The picture of a note, not yet drawn; its name is a digest of what it shows."""
    host = post.origin.host if post.origin else ""
    shown = Preview(config.site.title, ref(post).title, host, post.date.date(), config.site.language)
    name = digest(_DRAWING, shown.site, shown.title, host, str(shown.day), shown.language, post.url)
    return Output(urls.output_path(urls.image_url(name)), MAKER, shown, digest(MAKER, name))
