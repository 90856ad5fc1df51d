"""What pages tell search engines, as JSON-LD 1.1 in schema.org's words: a note, a list, the site, the way there."""

from __future__ import annotations

from functools import lru_cache
from json.encoder import encode_basestring as quoted

from generator import language, urls
from generator.config import SiteSettings
from generator.model import Post


def linked_data(site: SiteSettings, post: Post, title: str, address: str, image: str = "") -> str:
    """The JSON text for the page of a post, safe inside ``<script type="application/ld+json">``.

    `title` is what the page shows as its title, `address` its full address, `image` that of its picture, if any.
    A script element ends at the first ``</script``, so no ``<`` is left (HTML, 4.12.1.3). Written by hand: the encoder
    takes three times as long, which is a tenth of the page.
    """
    name, here = quoted(title), quoted(address)
    home, publisher, author = _site(site)
    if post.author and post.author != site.author.name:
        author = f'{{"@type":"Person","name":{quoted(post.author)}}}'
    written = post.date.isoformat()
    other = post.title if title != post.title else post.headline
    text = (
        f'{{"@context":"https://schema.org","@graph":[{{"@type":"BlogPosting","headline":{name}'
        + (f',"alternateName":{quoted(other)}' if other and other != title else "")
        + (f',"description":{quoted(post.description)}' if post.description else "")
        + f',"datePublished":"{written}","dateModified":"{post.updated.isoformat() if post.updated else written}"'
        f',"author":{author},"publisher":{publisher},"url":{here},"mainEntityOfPage":{here}'
        f',"inLanguage":{quoted(post.lang or site.language)}'
        + (f',"keywords":[{",".join(map(quoted, post.tags))}]' if post.tags else "")
        + (f',"image":{quoted(image)}' if image else "")
        + (f',"isBasedOn":{quoted(post.origin.url)}' if post.origin else "")
        + f'}},{{"@type":"BreadcrumbList","itemListElement":[{home},{_month(site, post.date.year, post.date.month)},'
        f'{_crumb(3, name, here)}]}}]}}'
    )
    return text.replace("<", "\\u003c")


def page_data(
    site: SiteSettings, kind: str, name: str, description: str, address: str, above: tuple[str, str] | None = None,
) -> str:
    """As `linked_data`, for a page that is no note: ``CollectionPage``, ``WebPage`` or another of schema.org's kinds.

    `above` are the name and the full address of the page that leads there, besides the home page.
    """
    title, here = quoted(name), quoted(address)
    home, _, _ = _site(site)
    crumbs = [home]
    if above:
        crumbs.append(_crumb(2, quoted(above[0]), quoted(above[1])))
    crumbs.append(_crumb(len(crumbs) + 1, title, here))
    text = (
        f'{{"@context":"https://schema.org","@graph":[{{"@type":"{kind}","name":{title}'
        + (f',"description":{quoted(description)}' if description else "")
        + f',"url":{here},"inLanguage":"{site.language}","isPartOf":{_whole(site)}}}'
        f',{{"@type":"BreadcrumbList","itemListElement":[{",".join(crumbs)}]}}]}}'
    )
    return text.replace("<", "\\u003c")


def home_data(site: SiteSettings, search: str) -> str:
    """As `linked_data`, for the home page; `search` is the full address of the search page, empty without one."""
    _, publisher, _ = _site(site)
    found = (
        f',"potentialAction":{{"@type":"SearchAction","target":{{"@type":"EntryPoint","urlTemplate":'
        f'{quoted(search + "?q={search_term_string}")}}},"query-input":"required name=search_term_string"}}'
    ) if search else ""
    about = f',"description":{quoted(site.description)}' if site.description else ""
    text = (
        f'{{"@context":"https://schema.org",{_whole(site)[1:-1]}{about},"inLanguage":"{site.language}"'
        f',"publisher":{publisher}{found}}}'
    )
    return text.replace("<", "\\u003c")


@lru_cache(maxsize=8)
def _whole(site: SiteSettings) -> str:
    home = quoted(urls.absolute(site.url, urls.HOME))
    return f'{{"@type":"WebSite","@id":{home},"name":{quoted(site.title)},"url":{home}}}'


def _crumb(place: int, name: str, item: str) -> str:
    return f'{{"@type":"ListItem","position":{place},"name":{name},"item":{item}}}'


@lru_cache(maxsize=8)
def _site(site: SiteSettings) -> tuple[str, str, str]:
    """The first crumb, the publisher, and the author of posts that name none."""
    title, home = quoted(site.title), quoted(urls.absolute(site.url, urls.HOME))
    publisher = f'{{"@type":"Organization","name":{title},"url":{home}}}'
    author = publisher
    if site.author.name:
        link = f',"url":{quoted(site.author.url)}' if site.author.url else ""
        author = f'{{"@type":"Person","name":{quoted(site.author.name)}{link}}}'
    return _crumb(1, title, home), publisher, author


@lru_cache(maxsize=1_000)
def _month(site: SiteSettings, year: int, month: int) -> str:
    name = language.month_name(year, month, site.language)
    return _crumb(2, quoted(name), quoted(urls.absolute(site.url, urls.month_url(year, month))))
