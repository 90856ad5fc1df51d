"""What readers have without a network: the notes that they read last, marked as copies, and a page that says so."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Reader, Visiting
from tests.browser.demo import Served, serving
from tests.sites import make_site, note

POST = "/posts/2025/08/26/netscaler-zero-day-cve-2025-7775/"
KEPT = "Copie gardée le"


def settled(page: Page) -> Page:
    """The page, once the service worker serves it."""
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def kept(page: Page, *urls: str) -> None:
    """Waits until copies of these pages are kept: a worker keeps them after it has answered."""
    for url in urls:
        page.wait_for_function("url => caches.match(url, {ignoreSearch: true}).then(Boolean)", arg=url)


def test_a_note_that_was_read_is_shown_without_a_network_and_says_that_it_is_a_copy(visit: Visiting, demo: Served):
    page = settled(visit("/"))
    page.goto(demo.url(POST))
    title = page.inner_text("h1")
    expect(page.locator(".kept")).to_have_count(0)
    kept(page, demo.url("/"), demo.url(POST))
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("status").filter(has_text=KEPT)).to_contain_text("le réseau ne répond pas")
    assert page.inner_text("h1") == title
    assert page.locator(".kept").evaluate("kept => getComputedStyle(kept).fontSize") != "16px"  # styled
    page.goto(demo.url("/"))  # the first page of all was kept too
    expect(page.locator(".kept")).to_be_visible()
    page.context.set_offline(False)
    page.goto(demo.url(POST))
    expect(page.locator(".kept")).to_have_count(0)


def test_a_page_that_was_not_read_gives_the_offline_page_with_the_notes_that_were(visit: Visiting, demo: Served):
    page = settled(visit(POST))
    title = page.title()
    kept(page, demo.url(POST))
    page.context.set_offline(True)
    page.goto(demo.url("/archives/2025/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de réseau")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
    page.get_by_role("link", name=title).click()
    expect(page.locator(".kept")).to_contain_text(KEPT)


def test_the_copies_are_bounded_and_the_last_read_stay(browser: Browser, tmp_path: Path):
    days = [f"2025-{month:02}-{day:02}" for month in (8, 9) for day in range(1, 29)]
    notes = {f"content/posts/{day}-n.md": note(day) for day in days}
    site = make_site(tmp_path, notes, "permalink: /:month-:day-:slug/")
    site.build()
    with serving(site.root / "output", "/folder") as served:
        reader = Reader(browser, served)
        page = settled(reader.open("/"))
        urls = [served.url(f"/{day[5:]}-n/") for day in days]
        for url in urls:
            page.goto(url, wait_until="commit")
            kept(page, url)
        stored = ("caches.open(`veille ${location.origin}/folder/ pages`).then(c => c.keys())"
                  ".then(keys => keys.map(key => key.url))")
        # The oldest goes after the newest has come.
        page.wait_for_function(f"count => {stored}.then(urls => urls.length === count)", arg=50)
        assert page.evaluate(stored) == urls[-50:]
        reader.context.close()


def test_pages_of_another_site_below_the_same_folder_are_not_kept(browser: Browser, tmp_path: Path):
    site = make_site(tmp_path)
    site.build()
    other = tmp_path / "output/other/index.html"
    other.parent.mkdir()
    other.write_text("<!doctype html><title>Other</title><body data-post-body>Not ours")
    with serving(site.root / "output", "") as served:
        reader = Reader(browser, served)
        page = settled(reader.open("/"))
        page.goto(served.url("/other/"))
        page.goto(served.url("/posts/2025/09/08/note/"))
        kept(page, served.url("/posts/2025/09/08/note/"))
        assert not page.evaluate("url => caches.match(url).then(Boolean)", served.url("/other/"))
        names = page.evaluate("caches.keys()")
        assert names
        assert all(name.startswith(f"veille {served.url('/')} ") for name in names)
        reader.context.close()


def test_a_site_in_another_folder_keeps_its_own_copies(browser: Browser, tmp_path: Path):
    site = make_site(tmp_path)
    site.build()
    with serving(site.root / "output", "/one") as served:
        reader = Reader(browser, served)
        page = settled(reader.open("/"))
        page.evaluate("caches.open('veille elsewhere pages')")
        assert re.search(r"/one/$", page.evaluate("navigator.serviceWorker.ready.then(r => r.scope)"))
        page.goto(served.url("/archives/"))
        assert "veille elsewhere pages" in page.evaluate("caches.keys()")
        reader.context.close()
