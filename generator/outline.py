"""The published posts as a site, and all that is to be made of it, before anything is made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator import images, indexer
from generator.config import Config
from generator.diagnostics import Diagnostic, problem
from generator.disk.read import StaticFile
from generator.load import Gathered, Loaded, Options
from generator.model import Output, Page, Post, Relations, Site
from generator.relations import Past, go_on
from generator.site import Held, assemble, dead_links, publishable
from generator.urls import output_path

if TYPE_CHECKING:
    from generator.outputs import catalogue


class Outline(Struct, frozen=True):
    """The published posts as a site, before anything is made."""

    asked: tuple[object, ...]
    """All that this is a function of, but for static files' content and for what only saves time."""
    site: Site
    held: Held
    made: tuple[Output, ...]
    copies: tuple[Output, ...]
    """Static files, which are outputs too."""
    kit: catalogue.Kit
    """What makes the outputs."""
    problems: tuple[Diagnostic, ...]
    """Those that show only when all posts meet."""
    past: Past | None
    """What the next outline may begin with."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All files of the site."""
        return (*self.made, *self.copies)


def outline(
    gathered: Gathered, loaded: Loaded, options: Options, past: Past | None, before: Outline | None = None
) -> Outline:
    """The outline of a site; an equal one, but later, without the `past` and the outline of the build `before`."""
    from generator.outputs import catalogue
    from generator.outputs.contested import contested

    config, theme, own = gathered.config, gathered.theme, gathered.own
    digests = {file.name: "" if options.preview else file.digest for file in theme}
    # No index in a preview: to index a month again takes longer than to show a save.
    indexed = config.search == "pagefind" and not options.preview
    searchable = indexed and indexer.available()
    drawn = config.images != "none" and not options.preview
    drawable = drawn and images.available()
    kit = catalogue.kit(
        config, gathered.templates, digests, gathered.code, searchable=searchable, installable=not options.preview,
        pictures=drawable,
    )
    copies = tuple(_copies(theme, own, kit))
    asked = (
        kit, options, gathered.today, gathered.pages, tuple([copy.path for copy in copies]), loaded.parsed,
    )
    if before and before.asked == asked:
        return replace(before, copies=copies)
    posts = tuple([one.post for one in loaded.parsed if one.post is not None])
    published, held = publishable(posts, gathered.today, drafts=options.drafts, future=options.future)
    pages, unfit = _pages(gathered)
    held = replace(held, drafts=held.drafts + sum(page.draft for page in pages) * (not options.drafts))
    pages = tuple(page for page in pages if options.drafts or not page.draft)
    same = {output.path: output for output in before.made} if before and before.kit == kit else {}
    names = {
        **{output_path(kit.statics[file.name]): f"templates/static/{file.name}" for file in theme},
        **{file.name: f"{config.static}/{file.name}" for file in own},
    }
    problems = unfit
    if indexed and not searchable:
        problems += (indexer.missing(),)
    if drawn and not drawable:
        problems += (images.missing(),)
    now: Past | None = None

    def relations(posts: tuple[Post, ...]) -> Mapping[str, Relations]:
        nonlocal now
        found, now = go_on(posts, past)
        return found

    while True:
        site, clashes = assemble(published, pages, relations)
        made = tuple(catalogue.outputs(site, kit, names, same))
        clashes += contested((*made, *copies), site, names)
        problems += clashes
        lost = {clash.path for clash in clashes}
        if not options.skip_invalid or not lost & {*(post.path for post in published), *(page.path for page in pages)}:
            break
        published = tuple(post for post in published if post.path not in lost)
        pages = tuple(page for page in pages if page.path not in lost)
    if not site.posts and all(one.post for one in loaded.parsed):
        problems += (_no_posts(config, held),)
    paths = {output.path for output in (*made, *copies)}
    problems += (*dead_links(site, paths), *_dead_entries(config, paths))
    return Outline(asked, site, held, made, copies, kit, problems, now)


def _pages(gathered: Gathered) -> tuple[tuple[Page, ...], tuple[Diagnostic, ...]]:
    """The pages beside the posts, drafts too, and what is wrong with them."""
    if not gathered.pages:
        return (), ()
    from generator.content.page import parse_page

    parsed = tuple(parse_page(source, gathered.config) for source in gathered.pages)
    return (
        tuple(one.page for one in parsed if one.page is not None),
        tuple(item for one in parsed for item in one.problems),
    )


def _dead_entries(config: Config, paths: Collection[str]) -> Iterator[Diagnostic]:
    """Entries of the navigation that lead nowhere."""
    for entry in config.navigation:
        if entry.url.startswith("/") and output_path(entry.url) not in paths:
            yield problem(
                "V701", "config.yaml", 0, 0, f"the navigation's entry «{entry.label}» leads to {entry.url}, which is "
                "no page of the site", "correct its url, or write the page",
            )


def _copies(theme: Iterable[StaticFile], own: Iterable[StaticFile], kit: catalogue.Kit) -> Iterator[Output]:
    """Static files as outputs: the theme's under a name that holds their digest, the site's own where they lie."""
    for file in theme:
        yield Output(output_path(kit.statics[file.name]), "copy", (file.folder, file.name), file.digest)
    for file in own:
        yield Output(file.name, "copy", (file.folder, file.name), file.digest)


def _no_posts(config: Config, held: Held) -> Diagnostic:
    waiting = held.drafts + held.scheduled
    message = f"there is no post to publish in {config.posts}" + (f" ({waiting} held back)" if waiting else "")
    return problem("V004", config.posts, 0, 0, message, "write a note there: YYYY-MM-DD-title.md, with front matter")
