"""The feeds that a reader may follow, for people: what the page ``/feeds/`` and the OPML list tell of them."""

from __future__ import annotations

from msgspec import Struct

from generator import urls
from generator.config import Config
from generator.model import Site
from generator.phrases import words


class Subscription(Struct, frozen=True, gc=False):
    """A feed as a list of feeds has it."""

    title: str
    url: str
    """Site URL of the feed."""
    page: str
    """Site URL of the page that shows the same posts."""
    description: str


class Subscriptions(Struct, frozen=True, gc=False):
    """All feeds that a reader may follow."""

    feeds: tuple[Subscription, ...]
    """For the whole site."""
    tags: tuple[Subscription, ...]
    """In the order of the tags' index."""


class FollowPage(Struct, frozen=True, gc=False):
    """The page that explains the feeds."""

    url: str
    listed: Subscriptions
    entries: int
    """What a feed holds at least: so many of the newest posts,"""
    days: int
    """and the posts of so many days."""


def subscriptions(site: Site, config: Config) -> Subscriptions:
    """Every feed of the site."""
    about, t = descriptions(config), words(config.site.language)
    return Subscriptions(
        (
            Subscription(config.site.title, urls.FEED, urls.HOME, config.site.description),
            Subscription(f"{t.digests} – {config.site.title}", urls.DIGESTS_FEED, urls.DIGESTS, t.digests_feed),
        ),
        tuple([
            Subscription(tag.name, urls.feed_url(tag.url), tag.url, about.get(tag.url, "")) for tag in site.tags
        ]),
    )


def follow_page(site: Site, config: Config) -> FollowPage:
    """The context of ``/feeds/``."""
    return FollowPage(urls.FOLLOW, subscriptions(site, config), config.feeds.entries, config.feeds.days)


def descriptions(config: Config) -> dict[str, str]:
    """Site URL of a tag's page → what the site says of the tag."""
    return {urls.tag_url(tag): known.description for tag, known in config.tags if known.description}
