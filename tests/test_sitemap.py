"""The sitemap, its index, and robots.txt."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from generator.config import Config, SiteSettings
from generator.outputs import sitemap

CONFIG = Config(site=SiteSettings(url="https://example.org/veille"))
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PAGES: tuple[sitemap.Entry, ...] = (
    ("/posts/2026/02/03/été à la plage/", date(2026, 2, 3)), ("/", date(2026, 2, 5)), ("/tags/r&d/", None),
)


def written(pages: Sequence[sitemap.Entry], config: Config = CONFIG, **limits: int) -> dict[str, bytes]:
    return {made.path: sitemap.render(made.maker, made.context, config)
            for made in sitemap.outputs(config, pages, **limits)}


def entries(document: bytes) -> list[tuple[str | None, str | None]]:
    return [(found.findtext(f"{NAMESPACE}loc"), found.findtext(f"{NAMESPACE}lastmod"))
            for found in etree.fromstring(document)]


def many(count: int) -> list[sitemap.Entry]:
    return [(f"/posts/{number:03}/", date(2026, 1, 1 + number % 28)) for number in range(count)]


def test_the_sitemap_lists_absolute_encoded_urls_with_the_date_of_their_content() -> None:
    document = written(PAGES)["sitemap.xml"]
    assert etree.fromstring(document).tag == f"{NAMESPACE}urlset"
    assert entries(document) == [
        ("https://example.org/veille/", "2026-02-05"),
        ("https://example.org/veille/posts/2026/02/03/%C3%A9t%C3%A9%20%C3%A0%20la%20plage/", "2026-02-03"),
        ("https://example.org/veille/tags/r&d/", None),
    ]


def test_the_sitemap_is_the_same_whatever_the_order_of_the_pages() -> None:
    assert written(PAGES) == written(PAGES[::-1])


def test_a_page_is_listed_once() -> None:
    assert len(entries(written([*PAGES, *PAGES])["sitemap.xml"])) == 3


def test_robots_may_go_everywhere_and_find_the_sitemap() -> None:
    assert written(PAGES)["robots.txt"].decode().splitlines() == [
        "User-agent: *", "Allow: /", "", "Sitemap: https://example.org/veille/sitemap.xml",
    ]


def test_an_empty_site_has_an_empty_sitemap() -> None:
    files = written(())
    assert set(files) == {"robots.txt", "sitemap.xml"}
    assert entries(files["sitemap.xml"]) == []


def test_more_urls_than_a_file_may_hold_make_an_index() -> None:
    files = written(many(25), max_urls=10)
    assert set(files) == {"robots.txt", "sitemap.xml", "sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"}
    assert etree.fromstring(files["sitemap.xml"]).tag == f"{NAMESPACE}sitemapindex"
    assert entries(files["sitemap.xml"]) == [
        ("https://example.org/veille/sitemap-1.xml", "2026-01-10"),
        ("https://example.org/veille/sitemap-2.xml", "2026-01-20"),
        ("https://example.org/veille/sitemap-3.xml", "2026-01-25"),
    ]
    assert [len(entries(files[f"sitemap-{number}.xml"])) for number in (1, 2, 3)] == [10, 10, 5]
    listed = [url for number in (1, 2, 3) for url, _ in entries(files[f"sitemap-{number}.xml"])]
    assert listed == [f"https://example.org/veille/posts/{number:03}/" for number in range(25)]


def test_exactly_as_many_urls_as_a_file_may_hold_make_no_index() -> None:
    assert set(written(many(10), max_urls=10)) == {"robots.txt", "sitemap.xml"}


@pytest.mark.parametrize("max_bytes", [300, 500, 1000])
def test_no_file_is_heavier_than_allowed(max_bytes: int) -> None:
    pages = [*many(20), ("/posts/à&été/", date(2026, 1, 1))]
    files = written(pages, max_bytes=max_bytes)
    parts = [document for path, document in files.items() if path.startswith("sitemap-")]
    assert all(len(document) <= max_bytes for document in parts)
    assert sum(len(entries(document)) for document in parts) == 21


@pytest.mark.parametrize("sign", ["a", "&", "é", "—", "🦉", "\udc80", "%", "<"])
def test_no_file_is_heavier_than_allowed_whatever_the_addresses_are_made_of(sign: str) -> None:
    files = written([(f"/{sign * 200}/{number:03}/", date(2026, 1, 1)) for number in range(40)], max_bytes=20_000)
    assert all(len(document) <= 20_000 for document in files.values())
    assert sum(len(entries(document)) for path, document in files.items() if path.startswith("sitemap-")) == 40


def test_no_file_passes_the_limits_of_the_protocol() -> None:
    assert sitemap.MAX_URLS == 50_000
    assert sitemap.MAX_BYTES <= 50 * 1024 * 1024


def test_outputs_are_lazy_stable_and_can_cross_to_a_process() -> None:
    made = list(sitemap.outputs(CONFIG, PAGES))
    assert made == list(sitemap.outputs(CONFIG, PAGES[::-1]))
    for output in made:
        assert output.maker.startswith("sitemap:")
        assert pickle.loads(pickle.dumps(output)) == output


def test_a_fingerprint_changes_with_the_pages_and_the_address_of_the_site() -> None:
    def of(pages: Sequence[sitemap.Entry], config: Config = CONFIG) -> dict[str, str]:
        return {made.path: made.fingerprint for made in sitemap.outputs(config, pages)}

    moved = of(PAGES, replace(CONFIG, site=replace(CONFIG.site, url="https://example.org")))
    assert of(PAGES) == of(PAGES, replace(CONFIG, pagination=3))
    assert moved["robots.txt"] != of(PAGES)["robots.txt"] == of(PAGES[1:])["robots.txt"]
    assert len({of(PAGES)["sitemap.xml"], of(PAGES[1:])["sitemap.xml"], moved["sitemap.xml"]}) == 3


def test_a_stranger_is_refused() -> None:
    for maker, context in (("page:home", None), (sitemap.PAGES, None)):
        with pytest.raises(ValueError, match="is no sitemap"):
            sitemap.render(maker, context, CONFIG)
