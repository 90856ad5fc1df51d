"""A Jekyll blog's ``_config.yml``, in the words of this program."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from generator.importers.foreign import Values, group_of, is_no, text_of, texts_of
from generator.importers.jekyllurls import our_pattern, template
from generator.importers.newsite import Settings
from generator.importers.plan import LEFT, TRANSLATED, Remark

_EXCLUDED = (
    ".sass-cache", ".jekyll-cache", ".jekyll-metadata", "gemfiles", "Gemfile", "Gemfile.lock", "node_modules",
    "vendor/bundle", "vendor/cache", "vendor/gems", "vendor/ruby",
)
_AT_HOME = {
    "jekyll-feed": "veille writes Atom feeds itself", "jekyll-sitemap": "veille writes the sitemap itself",
    "jekyll-redirect-from": "veille reads redirect_from", "jekyll-paginate": "veille numbers its lists itself",
    "jekyll-paginate-v2": "veille numbers its lists itself", "jekyll-seo-tag": "veille writes this metadata itself",
    "jekyll-archives": "veille has tags and archives", "jekyll-tagging": "veille has tags",
    "jekyll-last-modified-at": "veille reads last_modified_at where a post has it",
}
_USED = {
    "title", "name", "url", "baseurl", "description", "lang", "locale", "timezone", "author", "email", "permalink",
    "paginate", "paginate_path", "plugins", "gems", "include", "exclude", "defaults", "collections", "feed",
    "atom_feed", "source", "destination", "markdown_ext", "future", "tagline", "collections_dir",
}
_OTHER_PIPES = {"markdown", "kramdown", "highlighter", "sass", "plugins_dir", "whitelist", "theme", "remote_theme",
                "excerpt_separator", "incremental", "encoding", "keep_files", "compress_html", "lsi", "liquid",
                "host", "port", "safe", "repository", "logo", "minima", "social", "twitter", "facebook", "analytics"}


@dataclass(frozen=True, slots=True)
class Jekyll:
    """What the importer reads of ``_config.yml``."""

    permalink: str
    """A style's name or a pattern, for posts."""
    page_style: str
    """The same for pages: always the site's setting."""
    timezone: str
    """IANA name; empty when the machine's was used."""
    feed_path: str
    """Site URL of the feed."""
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    collections: tuple[str, ...]
    """Labels, without ``posts``."""
    collections_dir: str
    """Folder of the collections below the blog's; empty for the blog's own."""
    markdown: tuple[str, ...]
    """Endings with their dot."""
    defaults: tuple[tuple[str, str, Values], ...] = field(hash=False)
    """Path, type (``posts``, ``pages``, ``drafts`` or empty) and values of each scope."""
    generated: tuple[str, ...]
    """Patterns of site URLs that plug-ins made."""

    def skips(self, name: str) -> bool:
        """Whether Jekyll passes over this file, or folder (ends with ``/``), below the blog's folder."""
        bare = name.rstrip("/")
        last = PurePosixPath(bare).name
        if _matches(bare, self.includes):
            return False
        if last.startswith((".", "#")) or last.endswith("~"):
            return True
        if last.startswith("_"):
            return last not in ("_posts", "_drafts") and bare != "_pages"
        return _matches(bare, self.excludes)

    def defaults_of(self, path: str, kind: str) -> Values:
        """The values that ``defaults`` gives to a file; the longer path wins, as in Jekyll."""
        found: Values = {}
        for where, what, values in sorted(self.defaults, key=lambda scope: (len(scope[0]), bool(scope[1]))):
            inside = not where or path == where or path.startswith(where.rstrip("/") + "/") or (
                "*" in where and fnmatch.fnmatchcase(path, where.rstrip("/") + "*"))
            if inside and what in ("", kind):
                found.update(values)
        return found


def read_settings(values: Values, path: str, domain: str) -> tuple[Jekyll, Settings, tuple[Remark, ...]]:
    """The settings as the importer needs them and as the new site has them; `domain` is the content of ``CNAME``."""
    style = text_of(values.get("permalink")) or "date"
    collections = group_of(values.get("collections"))
    if isinstance(values.get("collections"), list):
        collections = {label: {} for label in texts_of(values.get("collections"))}
    for_posts = text_of(group_of(collections.get("posts")).get("permalink")) or style
    feed = text_of(group_of(values.get("feed")).get("path")) or text_of(group_of(values.get("atom_feed")).get("path"))
    feed = "/" + feed.lstrip("/") if feed and "://" not in feed else "/feed.xml"
    paginate_path = text_of(values.get("paginate_path")) or "/page:num/"
    generated = [_pattern(paginate_path)]
    generated += [
        _pattern(text_of(value))
        for value in group_of(group_of(values.get("jekyll-archives")).get("permalinks")).values() if text_of(value)
    ]
    labels = tuple(label for label in collections if label != "posts")
    generated += [f"/{re.escape(label)}/.*" for label in labels if label != "pages"]
    jekyll = Jekyll(
        permalink=for_posts, page_style=style, timezone=text_of(values.get("timezone")), feed_path=feed,
        includes=texts_of(values.get("include")),
        excludes=(*_EXCLUDED, text_of(values.get("destination")) or "_site", *texts_of(values.get("exclude"))),
        collections=labels, collections_dir=text_of(values.get("collections_dir")).strip("/"),
        markdown=tuple(
            f".{ending.strip()}" for ending in
            (text_of(values.get("markdown_ext")) or "markdown,mkdown,mkdn,mkd,md").split(",")
        ),
        defaults=tuple(_defaults(values.get("defaults"))), generated=tuple(generated),
    )
    return jekyll, _ours(values, for_posts, jekyll, domain), tuple(_remarks(values, path, jekyll))


def _ours(values: Values, permalink: str, jekyll: Jekyll, domain: str) -> Settings:
    author = values.get("author")
    group = group_of(author)
    host = text_of(values.get("url")) or (f"https://{domain}" if domain else "")
    base = text_of(values.get("baseurl")).strip("/")
    pagination = text_of(values.get("paginate"))
    return Settings(
        made_from="Jekyll",
        title=text_of(values.get("title")) or text_of(values.get("name")),
        url=host.rstrip("/") + (f"/{base}" if base else "") if host else "",
        description=text_of(values.get("description")) or text_of(values.get("tagline")),
        language=(text_of(values.get("lang")) or text_of(values.get("locale"))).replace("_", "-").split("-")[0].lower(),
        timezone=jekyll.timezone,
        author_name=text_of(group.get("name")) if group else text_of(author),
        author_email=text_of(group.get("email")) or text_of(values.get("email")),
        author_url=text_of(group.get("uri")) or text_of(group.get("url")),
        permalink=our_pattern(template(permalink)),
        pagination=pagination if pagination.isdigit() else "",
        feed_ids="jekyll",
        feed_copies=() if jekyll.feed_path == "/feed.xml" else (jekyll.feed_path,),
    )


def _remarks(values: Values, path: str, jekyll: Jekyll) -> Iterator[Remark]:
    for plugin in texts_of(values.get("plugins")) or texts_of(values.get("gems")):
        known = _AT_HOME.get(plugin.lower())
        yield Remark(TRANSLATED, path, 0, f"plug-in {plugin}: {known}") if known else Remark(
            LEFT, path, 0, f"plug-in {plugin}: what it does is not done here")
    if jekyll.feed_path != "/feed.xml":
        yield Remark(TRANSLATED, path, 0, f"the feed at {jekyll.feed_path} → feeds.copies: it stays there, and is at "
                     "/feed.xml too")
    if not jekyll.timezone:
        yield Remark(LEFT, path, 0, "no timezone: Jekyll took the machine's, veille takes UTC; set site.timezone")
    if text_of(values.get("future")) and not is_no(values.get("future")):
        yield Remark(LEFT, path, 0, "future: true: posts dated after today come out only with veille build --future")
    rest = sorted(set(values) - _USED - _OTHER_PIPES)
    if rest:
        shown = ", ".join(rest[:12]) + (f" and {len(rest) - 12} more" if len(rest) > 12 else "")
        yield Remark(LEFT, path, 0, f"settings of the theme or of plug-ins, which veille does not have: {shown}")


def _defaults(value: object) -> Iterator[tuple[str, str, Values]]:
    for item in value if isinstance(value, list) else []:
        scope, values = group_of(group_of(item).get("scope")), group_of(group_of(item).get("values"))
        if values:
            yield text_of(scope.get("path")).strip("/"), text_of(scope.get("type")), values


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is, or lies in, what one of Jekyll's patterns means."""
    for pattern in patterns:
        bare = pattern.strip("/")
        if name == bare or name.startswith(bare + "/") or fnmatch.fnmatchcase(name, bare):
            return True
    return False


def _pattern(path: str) -> str:
    """A regular expression for an address with placeholders (``/page:num/``), below any folder."""
    pieces = [re.escape(piece) for piece in re.split(r":[a-z_]+", path.strip("/"))]
    return r"(?:/[^/]+)*/" + "[^/]+".join(pieces) + r"(?:/|\.html)?"


def navigation(values: Values) -> tuple[tuple[str, str], ...]:
    """Label and address of each entry of ``_data/navigation.yml``, as Minimal Mistakes and its kin write it."""
    entries = values.get("main")
    found = [
        (text_of(group_of(entry).get("title")), text_of(group_of(entry).get("url")))
        for entry in (entries if isinstance(entries, list) else [])
    ]
    return tuple((title, url) for title, url in found if title and url)
