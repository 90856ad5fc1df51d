"""All outputs of a site in one list, and one door to the room that makes each."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from generator import urls
from generator.config import Config
from generator.diagnostics import Diagnostic, problem
from generator.latest import latest
from generator.model import Output, Post, Site
from generator.outputs import app, data, feeds, hosting, letters, pages, sitemap
from generator.outputs.digests import DigestCut
from generator.outputs.fingerprint import digest
from generator.outputs.templates import Compiled
from generator.weeks import Week


@dataclass(frozen=True, slots=True)
class Kit:
    """What the makers share in one build; crosses to other processes."""

    config: Config
    pages: pages.Kit
    statics: Mapping[str, str] = field(compare=False)
    """Name of a theme's static file → its site URL, with the digest of its content in the name."""
    code: str
    """Digest of the program: other code, other fingerprints."""
    searchable: bool = False
    """Whether the pages may count on a search index."""


def kit(
    config: Config, templates: Mapping[str, str], theme: Mapping[str, str], code: str, *, searchable: bool = False,
    installable: bool = True, pictures: bool = False,
) -> Kit:
    """The kit for these settings and templates; `theme` maps the names of static files to digests of their content.

    `installable`: browsers may keep pages for when there is no network; `pictures`: they can be drawn.
    """
    statics = {name: urls.static_url(name, digest) for name, digest in theme.items()}
    made = pages.kit(
        config, templates, statics, code, searchable=searchable, app=installable, pictures=pictures,
    )
    return Kit(config, made, statics, code, searchable)


def outputs(
    site: Site, kit: Kit, files: Collection[str] = (), known: Mapping[str, Output] = MappingProxyType({})
) -> Iterator[Output]:
    """Everything that the site is made of, besides the static files at the paths `files`. Nothing is made yet.

    `known` are outputs of this kit by path, if there are some: to tell those again that stay takes less time.
    """
    listed: list[str] = []
    cuts: list[DigestCut] = []
    more: Iterable[Output] = ()
    for output in pages.outputs(site, kit.config, kit.pages, known):
        yield output
        if pages.is_indexable(output.maker):
            listed.append("/" + output.path.removesuffix("index.html"))
        if isinstance(output.context, DigestCut):
            cuts.append(output.context)
        elif output.maker == app.OFFLINE:
            more = app.outputs(kit.config.site, kit.statics, output)
    changed = _changed(site, [cut.week for cut in cuts])
    entries = [(url, changed.get(url)) for url in listed]
    documents = tuple(feeds.outputs(site, kit.config))
    recent = next(document.context.posts for document in documents if isinstance(document.context, feeds.Document))
    for output in (
        *documents, *data.outputs(site, recent, kit.config), *letters.outputs(cuts, kit.config),
        *_sitemap((kit.config, tuple(entries))), *hosting.outputs(kit.config, files), *more,
    ):
        yield replace(output, fingerprint=digest(kit.code, output.fingerprint))


@latest(lambda asked: None)
def _sitemap(asked: tuple[Config, tuple[sitemap.Entry, ...]]) -> tuple[Output, ...]:
    return tuple(sitemap.outputs(*asked))


def make(kit: Kit, output: Output) -> bytes | Diagnostic:
    """The bytes of an output of `outputs`, or what is wrong with its template."""
    room = output.maker.partition(":")[0]
    if room == "feed":
        return feeds.render(output.maker, output.context, kit.config)
    if room == "data":
        return data.render(output.maker, output.context, kit.config, pages.cards(kit.pages))
    if room == "letter":
        return letters.render(output.maker, output.context, kit.config, pages.cards(kit.pages))
    if room == "host":
        return hosting.render(output.maker, output.context)
    if output.maker == app.MANIFEST:
        return app.manifest_file(output.context)
    if room == "sitemap":
        return sitemap.render(output.maker, output.context, kit.config)
    try:
        if isinstance(output.context, app.Worker):
            return app.worker_file(output.context, pages.render(app.OFFLINE, output.context.offline, kit.pages))
        return pages.render(output.maker, output.context, kit.pages)
    except pages.TemplateError as error:
        return problem(
            "V005", f"templates/{error.name}", error.line, 0, f"{error.message} (while /{output.path} was made)",
            "correct the template, or remove it to use the one that comes with veille",
        )


_MANY = 20


def warm(kit: Kit, due: Sequence[Output]) -> None:
    """Makes one output of each kind that has many, so that processes forked afterwards begin with all they need.

    Where there is such a kind, the templates of the others are compiled too: each process would do it.
    """
    kinds = {output.maker: output for output in due}
    many = {maker for maker, count in Counter(output.maker for output in due).items() if count >= _MANY}
    for maker in many:
        make(kit, kinds[maker])
    if many:
        pages.load(kinds.keys() - many, kit.pages)


def with_compiled(kit: Kit, ready: Compiled) -> Kit:
    """The same kit, `ready` with templates that were compiled before."""
    return dataclasses.replace(kit, pages=dataclasses.replace(kit.pages, ready=ready))


def compiled(kit: Kit) -> Compiled:
    """The templates that this process compiled for this kit: what the next one may be `with_compiled`."""
    return pages.compiled(kit.pages)


def _changed(site: Site, weeks: Sequence[Week]) -> Mapping[str, date | None]:
    """Site URL → the civil day when the content of that page last changed, for the pages whose content is posts."""
    days = {post.url: (post.updated or post.date).date() for post in site.posts}
    revised = any(post.updated for post in site.posts)

    def latest(posts: Sequence[Post]) -> date:
        return max([days[post.url] for post in posts]) if revised else posts[0].date.date()

    changed: dict[str, date | None] = dict(days)
    changed.update({page.url: page.updated.date() for page in site.pages if page.updated})
    for term in (*site.tags, *site.sources, *site.cves):
        changed[term.url] = latest(term.posts)
    for month in site.months:
        changed[urls.month_url(month.year, month.month)] = latest(month.posts)
    for week in weeks:
        changed[urls.week_url(week.year, week.number)] = latest(week.posts)
    if days:
        changed[urls.DIGESTS] = changed[urls.HOME] = max(days.values())
    return changed
