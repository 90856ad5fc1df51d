"""The pages of a Jekyll blog: those with words are taken, those that Liquid makes lead to what veille has instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from generator import urls
from generator.importers import header, liquid
from generator.importers.folder import Found, read_text
from generator.importers.foreign import Values, is_no, read_yaml, text_of, texts_of
from generator.importers.jekyllposts import tell
from generator.importers.jekyllsettings import Jekyll
from generator.importers.jekyllurls import answer, page_url, titleize
from generator.importers.ledger import MADE_HERE, Ledger
from generator.importers.plan import HAND

_INSTEAD = (("tag", urls.TAGS), ("categor", urls.TAGS), ("archive", urls.ARCHIVES), ("year", urls.ARCHIVES),
            ("post", urls.ARCHIVES), ("blog", urls.ARCHIVES), ("sitemap", urls.ARCHIVES))
"""A word in the address or name of a page that Liquid makes → what veille has in its place."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the old blog, read."""

    found: Found
    parts: header.Parts
    values: Values
    """Of the front matter, over those of ``defaults``."""
    url: str
    """As Jekyll gives it."""


def read(found: Found, jekyll: Jekyll, ledger: Ledger) -> Page | None:
    """The page in a file with front matter; None, and a remark, when it is no page or cannot be read."""
    file = PurePosixPath(found.name)
    text, why = read_text(found)
    parts = header.cut(text)
    if why or parts is None:
        ledger.left(found.name, why or "its front matter is not closed")
        return None
    values, bad = read_yaml(parts.header)
    if bad:
        ledger.left(found.name, f"{HAND}: {bad}", 1)
    if file.suffix not in (*jekyll.markdown, ".html", ".htm"):
        url = text_of(values.get("permalink")) or f"/{found.name}"
        if url == jekyll.feed_path or url.lstrip("/") in MADE_HERE:
            ledger.translated(found.name, f"{url} is veille's own now")
        else:
            ledger.left(found.name, f"{url} is made by Liquid or by Sass, which veille does not run")
        return None
    values = {**jekyll.defaults_of(found.name, "pages"), **values}
    folder = "" if file.parent == PurePosixPath(".") else file.parent.as_posix()
    if found.name.startswith("_pages/"):
        folder = folder.removeprefix("_pages").strip("/")
        folder = f"pages/{folder}".rstrip("/") if "pages" in jekyll.collections else folder
    return Page(found, parts, values, page_url(jekyll.page_style, folder, file.stem, text_of(values.get("permalink"))))


def take(page: Page, resolve: liquid.Resolve, ledger: Ledger) -> None:
    """Puts the page into the new site, or says what stands in its place."""
    name, file, wanted = page.found.name, PurePosixPath(page.found.name), answer(page.url)
    try:
        made_here = urls.output_path(urls.clean(wanted)) in MADE_HERE
    except urls.PathError as error:
        ledger.left(name, f"{HAND}: the page {wanted}: its address {error}")
        return
    if liquid.is_program(page.parts.body) or (made_here and wanted != "/"):
        _instead(page, wanted, made_here, ledger)
        return
    new: list[tuple[str, str]] = []
    if not text_of(page.values.get("title")):
        new.append(("title", header.scalar(titleize(file.stem))))
    if wanted == "/":
        ledger.gone.append(wanted)
        wanted = f"/{file.stem if file.stem != 'index' else 'about'}/"
        ledger.translated(name, f"the home page is the list of notes now; its words are at {wanted}")
    new.append(("permalink", header.scalar(wanted)))
    body, met = liquid.translate(page.parts.body, page.parts.body_line, resolve)
    tell(name, met, ledger)
    parts = ledger.with_keys(name, replace(page.parts, body=body), new)
    path = PurePosixPath(name.removeprefix("_pages/")).with_suffix(".md").as_posix()
    ledger.take("pages", f"content/pages/{path}", parts.text)
    if not is_no(page.values.get("published")):
        ledger.addresses[wanted] = name


def _instead(page: Page, wanted: str, made_here: bool, ledger: Ledger) -> None:
    """A page that Liquid makes, or that veille makes itself."""
    name = page.found.name
    ledger.gone.append(wanted)
    words = f"{PurePosixPath(name).stem} {wanted}".lower()
    instead = wanted if made_here else next((ours for word, ours in _INSTEAD if word in words), "")
    if made_here:
        ledger.translated(name, f"the page {wanted} is veille's own now")
    elif instead:
        ledger.moved.append((wanted, instead))
        ledger.translated(name, f"the page {wanted}, which Liquid makes, leads to {instead} now")
    else:
        ledger.left(name, f"the page {wanted}: it is made by Liquid, which veille does not run")
    if instead:
        ledger.moved += [(old, instead) for old in texts_of(page.values.get("redirect_from"))]
