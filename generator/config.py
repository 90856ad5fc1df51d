"""The settings of a site: `Config`, and `parse_config`, which reads them from the text of ``config.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks; empty fields are left out of pages and feeds."""

    name: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What the site says of itself."""

    title: str = "Veille"
    url: str = "http://localhost:8000"
    """Absolute, with the path the site lives under, without a final slash."""
    description: str = ""
    language: str = "fr"
    """``fr`` or ``en``."""
    timezone: str = "UTC"
    """IANA name: dates without a zone are civil dates there."""
    author: Author = field(default_factory=Author)


@dataclass(frozen=True, slots=True)
class Feeds:
    """What the feeds hold."""

    entries: int = 50
    """At least so many of the newest posts."""
    days: int = 3
    """And at least the posts of so many days before the newest."""
    ids: str = "tag"
    """``tag``: RFC 4151 URIs; ``jekyll``: as jekyll-feed writes them; ``url``: the post's address."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Wordings that open a section, beside the ones veille knows; compared without case and accents, by prefix."""

    key_points: tuple[str, ...] = ()
    vulnerabilities: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that ``config.yaml`` may say, with its default. Every key is documented in the README."""

    site: Site = field(default_factory=Site)
    permalink: str = "/posts/:year/:month/:day/:slug/"
    pagination: int = 20
    """Posts a page of a listing."""
    feeds: Feeds = field(default_factory=Feeds)
    sections: Labels = field(default_factory=Labels)
    posts: str = "content/posts"
    """Folder of the posts, relative to the site's."""
    static: str = "content/static"
    """Folder whose files are copied to the site's root as they are."""
    output: str = "output"
    """Folder of the built site, relative to the site's."""
