"""``veille import jekyll``: a Jekyll folder becomes a plan; every address stays, and every file says what it became."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from generator.importers import jekyllpages, jekyllposts
from generator.importers.folder import Found, has_header, read_text, walk
from generator.importers.foreign import read_yaml
from generator.importers.jekyllsettings import Jekyll, navigation, read_settings
from generator.importers.jekyllurls import answer
from generator.importers.ledger import Ledger
from generator.importers.newsite import config_file, shape
from generator.importers.plan import Plan, refused

_MENU = "_data/navigation.yml"
_FOLDERS = {
    "_layouts": "layouts", "_includes": "includes", "_sass": "styles", "_data": "data", "_plugins": "plug-ins",
}


def read_jekyll(root: Path) -> Plan:
    """The plan for the Jekyll blog in the folder `root`. Reads only; raises `OSError` when the disk refuses."""
    name = next((name for name in ("_config.yml", "_config.yaml") if (root / name).is_file()), "")
    if not name and not (root / "_posts").is_dir():
        return refused(
            str(root), "this is no Jekyll blog: it has neither a _config.yml nor a folder _posts",
            "name the folder that holds _config.yml",
        )
    text, why = _own_text(root, name) if name else ("", "")
    values, bad = read_yaml(text)
    if why or bad:
        return refused(name, why or bad, "correct the file, or try a copy of it")
    jekyll, settings, remarks = read_settings(values, name or "_config.yml", _own_text(root, "CNAME")[0].strip())
    _, config, unfit = config_file(settings, name)
    ledger = Ledger(config)
    posts, pages, names = _read(root, jekyll, ledger)
    pattern = shape((post.url, post.when, post.slug) for post in posts if not post.draft)
    if pattern and pattern != settings.permalink:
        settings = replace(settings, permalink=pattern)
        ledger.translated(name, f"permalink '{jekyll.permalink}' → '{pattern}', the form that most addresses have")
    elif jekyll.permalink != settings.permalink:
        ours = settings.permalink or config.permalink
        ledger.translated(name, f"permalink '{jekyll.permalink}' → '{ours}' for new posts; old ones stay")
    _, ledger.config, _ = config_file(settings, name)
    _take(posts, pages, names, ledger)
    _unread_folders(root, jekyll, ledger)
    menu, _ = read_yaml(_own_text(root, _MENU)[0])
    settings = replace(settings, navigation=ledger.navigation(_MENU if menu else name, navigation(menu)))
    config_yaml, _, _ = config_file(settings, name)
    return ledger.plan(config_yaml, (*remarks, *unfit), jekyll.generated)


def _read(
    root: Path, jekyll: Jekyll, ledger: Ledger
) -> tuple[list[jekyllposts.Post], list[jekyllpages.Page], dict[str, str]]:
    """Posts, pages, and what bodies call a file: its name → its site URL. Static files are taken at once."""
    posts: list[jekyllposts.Post] = []
    pages: list[jekyllpages.Page] = []
    names: dict[str, str] = {}
    for found in walk(root, jekyll.skips):
        steps = found.name.split("/")
        if found.refused:
            ledger.left(found.name, found.refused)
        elif "_posts" in steps[:-1] or "_drafts" in steps[:-1]:
            if post := jekyllposts.read(found, jekyll, ZoneInfo(ledger.config.site.timezone), ledger):
                posts.append(post)
                names.update(dict.fromkeys(post.names, answer(post.url)))
        elif has_header(found):
            if page := jekyllpages.read(found, jekyll, ledger):
                pages.append(page)
                names[found.name] = answer(page.url)
        elif found.name not in ("_config.yml", "_config.yaml") and ledger.copy(found.name, found.name, found.path):
            names[found.name] = f"/{found.name}"
    return posts, pages, names


def _take(
    posts: list[jekyllposts.Post], pages: list[jekyllpages.Page], names: dict[str, str], ledger: Ledger
) -> None:
    def resolve(tag: str, argument: str) -> str:
        return names.get(argument.strip().strip("'\"").lstrip("/"), "")

    for post in posts:
        jekyllposts.take(post, resolve, ledger)
    for page in pages:
        jekyllpages.take(page, resolve, ledger)


def _own_text(root: Path, name: str) -> tuple[str, str]:
    """The text of one file that must not be a link; empty when there is none."""
    path = root / name
    if path.is_symlink():
        return "", "it is a link: what it leads to is not taken"
    return read_text(Found(name, str(path), path.stat().st_size)) if path.is_file() else ("", "")


def _unread_folders(root: Path, jekyll: Jekyll, ledger: Ledger) -> None:
    """Says what lies in the folders that only Jekyll understands."""
    collections = {
        f"_{label}": "documents of a collection; veille has posts and pages"
        for label in jekyll.collections if label != "pages"
    }
    for name, what in (_FOLDERS | collections).items():
        folder = root / name
        if folder.is_dir() and not folder.is_symlink():
            number = sum(1 for _ in walk(folder, lambda inner: False))
            if number:
                ledger.left(name, f"{what}: {number:,}")
