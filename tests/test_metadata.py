"""What every kind of page tells search engines and link previews."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.browser.demo import PAGES, write_demo
from tests.sites import TinySite, make_site, note

ROOT = "https://example.org/veille"


@dataclass
class Head(HTMLParser):
    """The metadata of a page, as a program reads it."""

    meta: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    data: list[Any] = field(default_factory=list)
    inside: bool = False

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta, self.links, self.data, self.inside = {}, {}, [], False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.meta[found.get("name") or found.get("property") or ""] = found.get("content", "")
        if tag == "link":
            self.links[found["rel"]] = found["href"]
        self.inside = found.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.data.append(json.loads(data))

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def things(self) -> dict[str, Any]:
        """By schema.org's kind."""
        found = [thing for one in self.data for thing in one.get("@graph", [one])]
        return {thing["@type"]: thing for thing in found}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> TinySite:
    site = write_demo(tmp_path_factory.mktemp("metadata") / "site")
    assert site.build().changes
    return site


KINDS = {"home": "WebSite", "post": "BlogPosting", "page": "WebPage", "feeds": "WebPage", "search": "WebPage"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_kind_of_page_says_what_it_is(demo: TinySite, name: str):
    url = PAGES[name]
    head = Head(demo.page(url))
    assert head.meta["description"]
    assert len(head.meta["description"]) <= 300
    if name in ("404", "offline"):
        assert head.meta["robots"] == "noindex"
        assert "canonical" not in head.links
        return
    assert head.links["canonical"] == head.meta["og:url"] == ROOT + url
    for told in ("og:title", "og:description", "og:site_name", "og:image:alt"):
        assert head.meta[told], told
    assert head.meta["og:locale"] == "fr_FR"
    assert head.meta["og:type"] == ("article" if name.startswith("post") else "website")
    image = head.meta["og:image"]
    assert image.startswith(ROOT + "/")
    assert (demo.root / "output" / image.removeprefix(ROOT + "/")).is_file()
    assert head.meta["og:image:width"] == head.meta["og:image:height"] == "512"
    kind = "CollectionPage" if name == "home, page 1" else KINDS.get(name.partition(",")[0], "CollectionPage")
    things = head.things()
    assert things[kind]["url"] == ROOT + url
    assert things[kind]["inLanguage"] == "fr"
    if kind != "WebSite":
        crumbs = things["BreadcrumbList"]["itemListElement"]
        assert [crumb["position"] for crumb in crumbs] == list(range(1, len(crumbs) + 1))
        assert crumbs[0]["item"] == ROOT + "/"
        assert crumbs[-1]["item"] == ROOT + url
        assert all(demo.has(crumb["item"].removeprefix(ROOT)) for crumb in crumbs)


def test_the_home_page_tells_programs_where_to_search(demo: TinySite):
    action = Head(demo.page("/")).things()["WebSite"]["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{ROOT}/search/?q={{search_term_string}}"


def test_a_site_without_a_search_or_a_description_promises_none(tmp_path: Path):
    site = make_site(tmp_path, config="site: {title: 'A </script> & B', language: en}")
    site.build()
    head = Head(site.page("/"))
    assert head.things()["WebSite"]["name"] == "A </script> & B"
    assert "potentialAction" not in head.things()["WebSite"]
    assert head.meta["description"] == "The watch notes of A </script> & B."


def test_titles_do_not_end_the_script_that_holds_them(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/2025-09-08-n.md": note("N", tags=['"</script><b>"'])})
    site.build()
    tag, = (path for path in site.output() if path.startswith("tags/") and path.count("/") == 2 and "feed" not in path)
    head = Head(site.page(f"/{tag}"))
    assert head.things()["CollectionPage"]["name"] == "</script><b>"
    crumbs = head.things()["BreadcrumbList"]["itemListElement"]
    assert [crumb["item"].rpartition("8000")[2] for crumb in crumbs][:2] == ["/", "/tags/"]
