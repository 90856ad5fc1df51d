"""``veille import hugo``: a Hugo folder becomes a plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from generator import urls
from generator.importers import header, hugocontent, shortcodes
from generator.importers.folder import Found, walk
from generator.importers.foreign import is_yes, text_of, texts_of
from generator.importers.hugocontent import Page
from generator.importers.hugosettings import Hugo, find, read_settings
from generator.importers.hugourls import our_pattern, sanitized
from generator.importers.jekyllposts import tell
from generator.importers.ledger import MADE_HERE, Ledger
from generator.importers.newsite import config_file
from generator.importers.plan import HAND, Plan, refused

_FOLDERS = {"layouts": "layouts", "themes": "files of themes", "assets": "assets for Hugo's pipes", "data": "data",
            "i18n": "translations", "archetypes": "archetypes"}
_GENERATED = (r"(?:/[^/]+)*/page/\d+/", r"/tags/.*", r"/categories/.*")


def read_hugo(root: Path) -> Plan:
    """The plan for the Hugo site in the folder `root`. Reads only; raises `OSError` when the disk refuses."""
    name, values, bad = find(root)
    if bad:
        return refused(name, bad, "correct the file, or try a copy of it")
    if not name or (not (root / "content").is_dir() and "contentdir" not in values):
        return refused(
            str(root), "this is no Hugo site: it has no hugo.toml (or .yaml, .json, config.*) beside a folder content",
            "name the folder that holds both",
        )
    hugo, settings, _ = read_settings(values, name, "", "")
    first, config, _ = config_file(settings, name)
    ledger = Ledger(config)
    pages, others = _content(root, hugo, ledger)
    main = _main_sections(pages, hugo)
    section = Counter(page.section for page in pages if page.section in main).most_common(1)
    name_of = section[0][0] if section else ""
    pattern = our_pattern(dict(hugo.permalinks).get(name_of.lower(), ""), name_of)
    hugo, settings, remarks = read_settings(values, name, name_of.lower(), pattern)
    first, ledger.config, unfit = config_file(settings, name)
    _take(pages, others, main, ledger)
    _statics(root, hugo, ledger)
    settings = replace(settings, navigation=ledger.navigation(name, settings.navigation))
    first, _, _ = config_file(settings, name)
    for folder, what in _FOLDERS.items():
        if (root / folder).is_dir() and not (root / folder).is_symlink():
            number = sum(1 for _ in walk(root / folder, lambda inner: False))
            if number:
                ledger.left(folder, f"{what}: {number:,}")
    sections = tuple(f"/{urls.encoded(sanitized(page.section.replace(' ', '-')).lower())}/" for page in pages)
    return ledger.plan(first, (*remarks, *unfit), (*_GENERATED, *dict.fromkeys(sections)))


def _content(root: Path, hugo: Hugo, ledger: Ledger) -> tuple[list[Page], list[Found]]:
    """The pages below the content, and the other files there."""
    zone = ZoneInfo(ledger.config.site.timezone)
    texts: list[Found] = []
    others: list[Found] = []
    for found in walk(root / hugo.content, lambda name: PurePosixPath(name).name.startswith(".")):
        found = replace(found, name=f"{hugo.content}/{found.name}")
        if found.refused:
            ledger.left(found.name, found.refused)
        elif found.name.endswith(hugocontent.ENDINGS):
            texts.append(found)
        else:
            others.append(found)
    bundles = {
        folder for found in texts
        if PurePosixPath(found.name).stem.split(".")[0] == "index"
        and (folder := found.name.rpartition("/")[0]) != hugo.content
    }
    pages: list[Page] = []
    for found in texts:
        folder = found.name.rpartition("/")[0]
        stem = PurePosixPath(found.name).stem.split(".")[0]
        if stem == "_index":
            ledger.left(found.name, "the words of a list: veille writes its lists itself")
        elif stem != "index" and any(folder == bundle or folder.startswith(bundle + "/") for bundle in bundles):
            others.append(found)
        elif page := hugocontent.read(found, hugo, zone, ledger):
            pages.append(page)
    return pages, others


def _main_sections(pages: list[Page], hugo: Hugo) -> set[str]:
    """The sections whose pages are posts: those that the settings name, else those of which most pages have a date."""
    if hugo.main:
        return set(hugo.main)
    dated: dict[str, list[bool]] = defaultdict(list)
    for page in pages:
        if page.section:
            dated[page.section].append(bool(page.dated))
    return {section for section, found in dated.items() if sum(found) * 2 > len(found)}


def _take(pages: list[Page], others: list[Found], main: set[str], ledger: Ledger) -> None:
    names: dict[str, str] = {}
    for page in pages:
        below = page.found.name.partition("/")[2]
        plain = below.removesuffix(PurePosixPath(below).suffix)
        for name in (below, plain, plain.removesuffix("/index"), PurePosixPath(below).name, page.facts.name):
            names.setdefault(name.lower(), page.url)

    def resolve(argument: str) -> str:
        path, mark, fragment = argument.strip().partition("#")
        url = names.get(path.strip("/").lower(), "")
        return url + mark + fragment if url else ""

    posts = 0
    for page in pages:
        body, met = shortcodes.translate(page.parts.body, page.parts.body_line, resolve)
        tell(page.found.name, met, ledger, "veille runs no shortcodes")
        page = replace(page, parts=replace(page.parts, body=body))
        if page.section in main:
            posts += 1
            _take_post(page, len(main) == 1, ledger)
        else:
            _take_page(page, ledger)
    homes = {page.bundle: page.url for page in pages if page.bundle}
    for found in others:
        below = found.name.partition("/")[2]
        home = max((bundle for bundle in homes if below.startswith(bundle)), key=len, default="")
        at = homes[home].lstrip("/") + below.removeprefix(home) if home else below
        ledger.copy(found.name, at, found.path)


def _take_post(page: Page, alone: bool, ledger: Ledger) -> None:
    old = page.found.name
    folders = page.facts.folders[1:] if alone else page.facts.folders
    path = "/".join(("content/posts", *folders, f"{page.facts.name}.md"))
    parts, now = page.parts, datetime.now(UTC)
    if page.readable:
        new = hugocontent.known(page, True, now, ledger)
        expired = hugocontent.is_expired(page, now)
        if expired and not is_yes(page.values.get("draft")):
            new.append(("draft", "true"))
            ledger.translated(old, "it has expired, so Hugo does not publish it → draft: true")
        parts = ledger.with_keys(old, parts, new)
        draft = expired or is_yes(page.values.get("draft"))
    else:
        draft = False
    parts = ledger.keep_address(old, path, parts, page.url)
    if not draft:
        ledger.addresses[page.url] = old
        _lists(page, ledger)
    ledger.take("drafts" if draft else "posts", path, parts.text)


def _take_page(page: Page, ledger: Ledger) -> None:
    old = page.found.name
    try:
        here = urls.clean(page.url)
    except urls.PathError as error:
        ledger.left(old, f"{HAND}: the page {page.url}: its address {error}")
        return
    if urls.output_path(here) in MADE_HERE:
        ledger.gone.append(here)
        ledger.left(old, f"the page {here} is veille's own")
        return
    parts = ledger.with_keys(old, page.parts, [
        *hugocontent.known(page, False, datetime.now(UTC), ledger), ("permalink", header.scalar(here)),
    ] if page.readable else [])
    ledger.take("pages", "/".join(("content/pages", *page.facts.folders, f"{page.facts.name}.md")), parts.text)
    if not is_yes(page.values.get("draft")):
        ledger.addresses[here] = old


def _lists(page: Page, ledger: Ledger) -> None:
    """Leads from Hugo's lists of sections, tags and categories to those here, where the addresses differ."""
    pairs = []
    for key in ("tags", "categories"):
        for term in texts_of(page.values.get(key)):
            pairs += [(f"/{key}/{sanitized(term).lower()}/", urls.tag_url(term)), (f"/{key}/", urls.TAGS)]
    for depth in range(1, len(page.facts.folders) + 1):
        folders = (sanitized(folder.replace(" ", "-")).lower() for folder in page.facts.folders[:depth])
        pairs.append((f"/{'/'.join(folders)}/", urls.ARCHIVES))
    ledger.moved += [(old, new) for old, new in pairs if old != new and (old, new) not in ledger.moved]
    if text_of(page.values.get("category")):
        ledger.left(page.found.name, "Hugo does not read 'category', veille does: see that its tags are right")


def _statics(root: Path, hugo: Hugo, ledger: Ledger) -> None:
    for folder in hugo.statics:
        for found in walk(root / folder, lambda name: PurePosixPath(name).name in (".DS_Store", ".gitkeep")):
            if found.refused:
                ledger.left(f"{folder}/{found.name}", found.refused)
            else:
                ledger.copy(f"{folder}/{found.name}", found.name, found.path)
