"""``veille import wordpress``: an export of WordPress becomes a plan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator import urls
from generator.importers import header
from generator.importers.embeds import DROPPED, LINKED, Picture
from generator.importers.ledger import MADE_HERE, Ledger
from generator.importers.newsite import Settings, config_file
from generator.importers.plan import HAND, TRANSLATED, Plan, Remark, refused
from generator.importers.wpautop import body
from generator.importers.wxr import Export, Item, WxrError, read_export
from generator.text import slug

_Uploads = dict[str, tuple[Picture, ...]]
_PICTURE = re.compile(r"(?i)\.(?:avif|gif|jpe?g|png|svg|webp)(?:\?|$)")
_HOST = re.compile(r"(?i)<img\b[^<>]{0,2000}?\ssrc\s*=\s*[\"']?(?:https?:)?//([^/\"'\s<>?#]+)")
_NO_CATEGORY = ("uncategorized", "non-classe", "unkategorisiert")
_DEEPEST = 50  # categories below one another
_HELD = ("draft", "pending", "private")
_GENERATED = (r"(?:/[^/]+)*/page/\d+/", r"/category/.*", r"/tag/.*", r"/author/.*", r"/\d{4}/(?:\d\d/)?(?:\d\d/)?",
              r".*/feed/", r"/comments/.*", r"/wp-.*")


def read_wordpress(path: Path) -> Plan:
    """The plan for the export in the file `path`. Reads only; raises `OSError` when the disk refuses."""
    try:
        export = read_export(path)
    except WxrError as error:
        return refused(path.name, str(error.args[0]), str(error.args[1]))
    return planned(export, path.name)


def planned(export: Export, name: str) -> Plan:
    """The plan for an export that came in a file of this name."""
    shown = [item for item in export.items if item.kind == "post" and item.status in ("publish", "future")]
    base = _path(export.link).rstrip("/")
    pattern = _pattern(shown, base)
    names = dict(export.authors)
    writers = Counter(item.creator for item in shown)
    main = writers.most_common(1)[0][0] if writers else ""
    settings = Settings(
        made_from="WordPress", title=export.title, url=export.link.rstrip("/"), description=export.description,
        language=re.split("[-_]", export.language)[0].lower(), author_name=names.get(main) or main, permalink=pattern,
        feed_ids="url", feed_copies=("/feed/",),
    )
    config_yaml, config, unfit = config_file(settings, name)
    ledger = Ledger(config)
    taken: set[str] = set()
    uploads = _uploads(export)
    for item in export.items:
        if item.kind == "post":
            author = "" if item.creator == main else names.get(item.creator, "")
            _take_post(item, name, base, author, taken, uploads, ledger)
        elif item.kind == "page":
            _take_page(item, name, base, taken, uploads, ledger)
    _leave(export, name, ledger)
    _lists(export, base, ledger)
    feed = Remark(TRANSLATED, name, 0, "the feed /feed/ (RSS) → feeds.copies: an Atom feed with the same ids")
    return ledger.plan(config_yaml, (feed, *unfit), _GENERATED)


def _take_post(
    item: Item, name: str, base: str, author: str, taken: set[str], uploads: _Uploads, ledger: Ledger
) -> None:
    if item.status in ("trash", "auto-draft", "inherit"):
        ledger.left(name, f"«{item.title}» is in the bin ({item.status})", item.line)
        return
    draft = item.status in _HELD or item.locked
    when, day = _date(item)
    if not when:
        ledger.left(name, f"{HAND}: «{item.title}» has no date that can be read", item.line)
    stem = f"{day}-" if day else ""
    path = _file("content/posts", stem + _slug(item), item, taken)
    parts = _parts(item, name, uploads, ledger, [
        *([("date", when)] if when else []),
        *([("updated", item.modified)] if _is_later(item) else []),
        *([("tags", header.sequence(tags))] if (tags := _tags(item)) else []),
        *([("author", header.scalar(author))] if author else []),
        *([("draft", "true")] if draft else []),
        *([("feed_id", header.scalar(item.guid))] if item.guid and not draft else []),
    ])
    wanted = "" if draft else _address(item, base, name, ledger)
    parts = ledger.keep_address(name, path, parts, wanted)
    if wanted and item.status == "publish":
        ledger.addresses[wanted] = f"{name}:{item.line}"
    if item.status in ("private", "pending") or item.locked:
        why = "it has a password" if item.locked else f"its status is '{item.status}'"
        ledger.translated(name, f"«{item.title}» is a draft now: {why}", item.line)
    ledger.take("drafts" if draft else "scheduled posts" if item.status == "future" else "posts", path, parts.text)


def _take_page(item: Item, name: str, base: str, taken: set[str], uploads: _Uploads, ledger: Ledger) -> None:
    if item.status not in ("publish", *_HELD):
        ledger.left(name, f"the page «{item.title}» is in the bin ({item.status})", item.line)
        return
    draft = item.status in _HELD or item.locked
    wanted = "" if draft else _address(item, base, name, ledger)
    if wanted == "/":
        wanted = f"/{_slug(item)}/"
        ledger.gone.append("/")
        ledger.translated(name, f"the home page is the list of notes now; its words are at {wanted}", item.line)
    elif wanted and urls.output_path(wanted) in MADE_HERE:
        ledger.left(name, f"the page {wanted} is veille's own", item.line)
        return
    parts = _parts(item, name, uploads, ledger, [
        *([("permalink", header.scalar(wanted))] if wanted else []), *([("draft", "true")] if draft else []),
    ])
    ledger.take("pages", _file("content/pages", _slug(item), item, taken), parts.text)
    if wanted:
        ledger.addresses[wanted] = f"{name}:{item.line}"


def _uploads(export: Export) -> _Uploads:
    """The pictures of an export: by their id, and by that of the post that they came with."""
    found: _Uploads = {}
    for item in export.items:
        if _PICTURE.search(item.attachment):
            file = slug(item.attachment.rpartition("/")[2].partition(".")[0])
            picture = Picture(item.attachment, "" if slug(item.title) == file else item.title, item.excerpt)
            found[item.id] = (picture,)
            if item.parent not in ("", "0"):
                found[f"of {item.parent}"] = (*found.get(f"of {item.parent}", ()), picture)
    return found


def _parts(
    item: Item, name: str, uploads: _Uploads, ledger: Ledger, pairs: list[tuple[str, str]]
) -> header.Parts:
    """The item as a file with front matter."""
    def pictures(ids: Sequence[str]) -> Sequence[Picture]:
        return [one for key in ids or (f"of {item.id}",) for one in uploads.get(key, ())]

    text, shortcodes, done = body(item.content, pictures)
    if LINKED in done:
        ledger.translated(name, f"players and frames of other sites in «{item.title}» → links", item.line)
    if DROPPED in done:
        ledger.left(name, f"scripts, styles or forms in «{item.title}», which no note can have", item.line)
    for shortcode in shortcodes:
        ledger.left(name, f"[{shortcode}] stands in the text of «{item.title}» as it is", item.line)
    title = item.title or _slug(item).replace("-", " ").capitalize()
    first = [("title", header.scalar(title))]
    if item.excerpt:
        first.append(("description", header.scalar(item.excerpt)))
    lines = "".join(f"{key}: {value}\n" for key, value in (*first, *pairs))
    return header.Parts("---\n", lines, "---\n", text)


def _address(item: Item, base: str, name: str, ledger: Ledger) -> str:
    """The site URL of an item; empty, and a remark, when a folder of files cannot answer it."""
    try:
        parts = urlsplit(item.link)
        path = unquote(parts.path)
    except ValueError:
        parts, path = urlsplit(""), ""
    if parts.query or not path.startswith(base):
        if item.status == "future":  # it gets its address on its day
            return ""
        ledger.left(name, f"no static site can answer {item.link}, the address of «{item.title}»", item.line)
        return ""
    try:
        return urls.clean(path[len(base) :] or "/")
    except urls.PathError as error:
        ledger.left(name, f"{HAND}: the address of «{item.title}», {path}, cannot be kept: it {error}", item.line)
        return ""


def _pattern(items: list[Item], base: str) -> str:
    """The pattern that most posts follow, of the ones that WordPress offers."""
    known = ("/:year/:month/:day/:slug/", "/:year/:month/:slug/", "/:slug/")
    votes: Counter[str] = Counter()
    for item in items:
        path = unquote(_path(item.link)).removeprefix(base)
        for pattern in known:
            shape = re.sub(r":(\w+)", lambda token: {"year": r"\d{4}", "slug": "[^/]+"}.get(token[1], r"\d\d"), pattern)
            if re.fullmatch(shape, path):
                votes[pattern] += 1
                break
    return votes.most_common(1)[0][0] if votes else ""


def _path(address: str) -> str:
    """The path of an address; empty when it cannot be read."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _date(item: Item) -> tuple[str, str]:
    """The date as YAML, with the blog's zone where the export tells it, and its day; empty when there is none."""
    local, gmt = _moment(item.date), _moment(item.date_gmt)
    if local is None:
        return "", ""
    offset = ""
    if gmt is not None and abs(local - gmt) <= timedelta(hours=14):
        minutes = round((local - gmt) / timedelta(minutes=1))
        offset = f" {'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    return f"{local:%Y-%m-%d %H:%M:%S}{offset}", f"{local:%Y-%m-%d}"


def _is_later(item: Item) -> bool:
    local, changed = _moment(item.date), _moment(item.modified)
    return local is not None and changed is not None and changed.date() > local.date()


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text and not text.startswith("0000") else None
    except ValueError:
        return None


def _tags(item: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys(
        name for domain, nicename, name in item.terms
        if domain in ("category", "post_tag") and name and nicename not in _NO_CATEGORY
    ))


def _slug(item: Item) -> str:
    return slug(unquote(item.name)) or slug(item.title) or f"post-{slug(item.id) or 'x'}"


def _file(folder: str, stem: str, item: Item, taken: set[str]) -> str:
    """A path that no other item has."""
    path = f"{folder}/{stem}.md"
    if path in taken:
        path = f"{folder}/{stem}-{slug(item.id) or len(taken)}.md"
    taken.add(path)
    return path


def _leave(export: Export, name: str, ledger: Ledger) -> None:
    """Says what an export holds besides posts and pages."""
    comments = sum(item.comments for item in export.items)
    if comments:
        ledger.left(name, f"comments: {comments:,}; a static site has none")
    attachments = [item for item in export.items if item.kind == "attachment"]
    if attachments:
        ledger.left(name, f"attachments: {len(attachments):,}, of which an export holds only the addresses; copy the "
                    "blog's wp-content/uploads into content/static/wp-content/uploads")
    rest = Counter(item.kind for item in export.items if item.kind not in ("post", "page", "attachment"))
    if rest:
        kinds = ", ".join(f"{number:,} × {kind}" for kind, number in sorted(rest.items()))
        ledger.left(name, f"items that are no posts and no pages: {kinds}")
    texts = (item.content for item in export.items if item.kind in ("post", "page"))
    hosts = Counter(host for text in texts for host in _HOST.findall(text))
    del hosts[export.link.partition("://")[2].partition("/")[0]]
    if hosts:
        told = ", ".join(f"{host} ({number:,})" for host, number in hosts.most_common(5))
        ledger.left(name, f"{HAND}: pictures lie on other hosts, from which a page here loads nothing: {told}; copy "
                    "them into content/static and correct their addresses")
    if export.cleaned:
        ledger.translated(name, f"control characters that XML forbids, dropped: {export.cleaned:,}")
    ledger.left(name, "an export names no time zone: set site.timezone; dates keep the offset that they had")


def _steps(category: str, parents: Mapping[str, str]) -> str:
    """The slugs of a category and of those above it, the highest first."""
    steps = [category]
    while (above := parents.get(steps[-1], "")) and above not in steps and len(steps) < _DEEPEST:
        steps.append(above)
    return "/".join(reversed(steps))


def _lists(export: Export, base: str, ledger: Ledger) -> None:
    """Leads from WordPress' lists of tags, categories and months to those here."""
    parents = dict(export.parents)
    pairs: dict[str, str] = {}
    for item in export.items:
        if item.kind != "post" or item.status != "publish":
            continue
        for domain, nicename, name in item.terms:
            if not name or nicename in _NO_CATEGORY or domain not in ("category", "post_tag"):
                continue
            where = f"/tag/{nicename}/" if domain == "post_tag" else f"/category/{_steps(nicename, parents)}/"
            pairs[unquote(where)] = urls.tag_url(name)
        if (when := _moment(item.date)) is not None:
            pairs[f"/{when.year:04}/"] = urls.year_url(when.year)
            pairs[f"/{when.year:04}/{when.month:02}/"] = urls.month_url(when.year, when.month)
    ledger.moved += [(old, new) for old, new in pairs.items() if old not in ledger.addresses]
