"""The posts and drafts of a Jekyll blog: read as Jekyll reads them, taken with what Jekyll knew without being told."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from generator.content import dates
from generator.importers import header, liquid
from generator.importers.folder import Found, read_text
from generator.importers.foreign import Values, is_no, is_yes, read_yaml, text_of, texts_of
from generator.importers.jekyllsettings import Jekyll
from generator.importers.jekyllurls import Facts, answer, as_liquid, entry_id, post_url, template, titleize
from generator.importers.ledger import Ledger

_NAME = re.compile(r"(\d{2,4}-\d{1,2}-\d{1,2})-([^/]*)")
_SECONDS = re.compile(r".*\d:\d\d:\d\d(?:\.\d+)?", re.ASCII)
_QUOTED = re.compile(r"^date\s*:\s*[\"']", re.MULTILINE)
_TELLING = frozenset("%?#")
"""Signs that mean something in an id of jekyll-feed, and nothing but themselves in ours."""
_ENDINGS = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Post:
    """A post or draft of the old blog, read."""

    found: Found
    parts: header.Parts
    values: Values
    """Of the front matter."""
    defaults: Values
    """What ``defaults`` in ``_config.yml`` gives it."""
    readable: bool
    """Whether its front matter can be read: else no line is added to it."""
    url: str
    """As Jekyll gives it."""
    when: date
    """The day that Jekyll takes it to be of."""
    slug: str
    """The front matter's, else the file's name without date and ending."""
    title: str
    """What Jekyll makes of the file's name."""
    names: tuple[str, ...]
    """What ``post_url`` and ``link`` call it."""
    folders: tuple[str, ...]
    """That make categories: above ``_posts``."""
    below: tuple[str, ...]
    """Folders below ``_posts``, which mean nothing."""
    draft: bool
    changed: datetime
    """When the file was last changed: Jekyll's date of a draft without one."""


def read(found: Found, jekyll: Jekyll, zone: ZoneInfo, ledger: Ledger) -> Post | None:
    """The post in a file, with the address that Jekyll gives it; None, and a remark, when Jekyll would not read it."""
    steps = found.name.split("/")
    draft = "_drafts" in steps[:-1]
    at = steps.index("_drafts" if draft else "_posts")
    stem, _, ending = steps[-1].rpartition(".")
    named = _NAME.fullmatch(stem)
    text, why = read_text(found)
    if not stem or f".{ending}" not in (*jekyll.markdown, ".html"):
        why = "it is neither Markdown nor HTML"
    elif not named and not draft:
        why = "its name does not begin with a date, so Jekyll does not publish it"
    if why:
        ledger.left(found.name, why)
        return None
    parts = header.cut(text)
    if parts is None:
        parts = header.Parts("---\n", "", "---\n", text)
        ledger.translated(found.name, "it had no front matter: its title comes from its name, as in Jekyll")
    values, unreadable = read_yaml(parts.header)
    defaults = jekyll.defaults_of(found.name, "drafts" if draft else "posts")
    slug = text_of(values.get("slug")) or (named[2] if named else stem)
    folders = tuple(step for step in steps[:at] if step != jekyll.collections_dir)
    below = tuple(steps[at + 1 : -1])
    inner = "/".join((*below, stem))
    when = _moment(values, named[1] if named else "", zone, _QUOTED.search(parts.header) is not None)
    url = post_url(
        text_of(values.get("permalink")) or text_of(defaults.get("permalink")) or template(jekyll.permalink),
        Facts(
            date=when, slug=slug, name=stem, path=inner,
            categories=_categories(folders, {**defaults, **values}),
        ),
    )
    return Post(
        found, parts, values, defaults, not unreadable, url, when.date(), slug, titleize(slug) or slug,
        (stem, inner, "/".join((*folders, stem)), found.name), folders, below, draft,
        datetime.fromtimestamp(Path(found.path).stat().st_mtime, zone),
    )


def take(post: Post, resolve: liquid.Resolve, ledger: Ledger) -> None:
    """Puts the post's file into the new site: with what Jekyll knew without being told, and the address it had."""
    file = PurePosixPath(post.found.name)
    loose = post.draft and not _NAME.fullmatch(file.stem)
    path = "/".join((
        "content/posts", *(("drafts",) if loose else ()), *post.folders, *post.below,
        file.stem + (file.suffix if file.suffix in _ENDINGS else ".md"),
    ))
    parts = post.parts
    if post.readable:
        parts = ledger.with_keys(post.found.name, parts, _known(post, loose, ledger))
    body, met = liquid.translate(parts.body, parts.body_line, resolve)
    tell(post.found.name, met, ledger)
    wanted = "" if post.draft else answer(post.url)
    parts = ledger.keep_address(post.found.name, path, replace(parts, body=body), wanted)
    if wanted and not is_no(post.values.get("published")):
        ledger.addresses[wanted] = post.found.name
    ledger.take("drafts" if post.draft else "posts", path, parts.text)


def tell(path: str, met: tuple[liquid.Met, ...], ledger: Ledger, why: str = "veille runs no Liquid") -> None:
    """Remarks the Liquid of a body, or other tags; `why` is what to say of those that stay."""
    for tag in met:
        if tag.became:
            ledger.translated(path, f"{tag.text} → {tag.became}", tag.line)
        else:
            ledger.left(path, f"{tag.text} stands in the text as it is: {why}", tag.line)


def _known(post: Post, loose: bool, ledger: Ledger) -> list[tuple[str, str]]:
    """Keys and YAML values for what Jekyll took from the file's name, its folder and ``defaults``."""
    new: list[tuple[str, str]] = []
    if not text_of(post.values.get("title")):
        new.append(("title", header.scalar(post.title)))
    if post.draft:
        new.append(("draft", "true"))
        if loose and not text_of(post.values.get("date")):
            new.append(("date", post.changed.date().isoformat()))
    elif is_yes(post.values.get("draft")):
        new.append(("draft", "false"))
        ledger.translated(post.found.name, "draft: true → false: Jekyll publishes what lies in _posts")
    by_default = "categories" in post.defaults or "category" in post.defaults
    if post.folders or (by_default and "categories" not in post.values and "category" not in post.values):
        new.append(("categories", header.sequence(_categories(post.folders, {**post.defaults, **post.values}))))
        if "category" in post.values:
            ledger.left(post.found.name, "its tags come from 'category' and from its folder: see that they are right")
    for name in ("lang", "author", "published"):
        value = text_of(post.defaults.get(name))
        if value and name not in post.values:
            new.append((name, value if name == "published" else header.scalar(value)))
    if not post.draft and (text_of(post.values.get("slug")) or not _TELLING.isdisjoint(post.slug)):
        new.append(("feed_id", header.scalar(ledger.config.site.url + as_liquid(entry_id(post.url, post.slug)))))
    tags = texts_of(post.defaults.get("tags"))
    if tags and "tags" not in post.values and "tag" not in post.values:
        new.append(("tags", header.sequence(tags)))
    return new


def _moment(values: Values, named: str, zone: ZoneInfo, quoted: bool) -> datetime:
    """The moment that Jekyll takes a post to be of, in the site's zone.

    A time with seconds and without a zone is UTC for Jekyll's YAML reader; in quotes or without seconds it is a text,
    which Jekyll reads as local time.
    """
    for text in (text_of(values.get("date")), named):
        try:
            utc = not quoted and _SECONDS.fullmatch(text)
            return dates.parse(text, ZoneInfo("UTC") if utc else zone)[0].astimezone(zone)
        except dates.DateError:
            continue
    return datetime(2000, 1, 1, tzinfo=UTC)  # a draft without a date has no address that could be kept


def _categories(folders: tuple[str, ...], values: Values) -> tuple[str, ...]:
    """Jekyll's categories: the folders above ``_posts``, then ``category``, else ``categories``."""
    found = list(folders)
    many = values.get("categories")
    if one := values.get("category"):
        found += texts_of(one)
    else:
        found += many.split() if isinstance(many, str) else texts_of(many)
    return tuple(dict.fromkeys(found))
