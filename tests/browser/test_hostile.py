"""All hostile notes in a browser: nothing runs, nothing leaves for another host, our own pages break no policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Request, expect

from tests.browser.demo import Served, serving
from tests.browser.test_app import kept, settled
from tests.browser.test_search import answered
from tests.trust.hostile_site import Built, build_hostile

AT_ONCE = 40
"""Pages that are loaded beside one another, each in a frame of its own: a page for itself takes five times as long."""
WATCH = """
  globalThis.canary = () => console.error(`canary ${location.pathname}`);
  globalThis.alert = globalThis.prompt = globalThis.confirm = globalThis.canary;
  addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy ${event.effectiveDirective} ${event.blockedURI} ${location.pathname}`));
"""
CONTROL = """<!doctype html><title>a</title><h1>a</h1><p onclick="a">b</p><img src="data:," onerror="canary()">
<img src="https://foreign.example/a.png"><script>canary()</script>"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Built, Served]]:
    built = build_hostile(tmp_path_factory.mktemp("hostile"))
    output = built.site.root / "output"
    (output / "control.html").write_text(CONTROL)
    for at, start in enumerate(range(0, len(built.pages), AT_ONCE)):
        frames = "".join(f'<iframe src="{path}"></iframe>' for path in [*built.pages][start : start + AT_ONCE])
        (output / f"frames-{at}.html").write_text(f"<!doctype html><title>a</title>{frames}")
    (output / "frames-control.html").write_text("<!doctype html><title>a</title><iframe src='control.html'></iframe>")
    with serving(output) as served:
        yield built, served


class Watched:
    """What pages do that they must not do."""

    def __init__(self, browser: Browser, site: Served) -> None:
        self.deeds: list[str] = []
        self.host = urlsplit(site.root).netloc
        self.site = site
        self.context = browser.new_context(accept_downloads=False)
        self.context.add_init_script(WATCH)
        self.context.on("request", self._asked)
        self.context.on("requestfailed", self._refused)
        self.page = self.context.new_page()
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.deeds.append(f"error {error}"))
        self.page.on("dialog", lambda dialog: dialog.dismiss())

    def _told(self, message: ConsoleMessage) -> None:
        if message.text.startswith(("canary", "policy")):
            self.deeds.append(message.text)

    def _asked(self, request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme not in ("data", "about") and there.netloc != self.host:
            self.deeds.append(f"request {request.url}")

    def _refused(self, request: Request) -> None:
        if request.failure == "csp":  # asked for by a page, never sent by the browser
            self.deeds.remove(f"request {request.url}")

    def open(self, name: str) -> list[int]:
        """Loads a page of frames; the numbers of first headings in each."""
        self.page.goto(self.site.url(f"/{name}"), wait_until="load")
        self.page.wait_for_timeout(100)
        return [frame.evaluate("document.querySelectorAll('h1').length") for frame in self.page.frames[1:]]


def test_what_runs_and_what_is_fetched_would_be_noticed(browser: Browser, hostile: tuple[Built, Served]):
    watched = Watched(browser, hostile[1])
    watched.open("frames-control.html")
    for _ in range(100):
        if (kinds := sorted({deed.split()[0] for deed in watched.deeds})) == ["canary", "request"]:
            break
        watched.page.wait_for_timeout(100)
    assert kinds == ["canary", "request"]
    watched.context.close()


def test_no_hostile_note_acts_in_a_browser(browser: Browser, hostile: tuple[Built, Served]):
    built, served = hostile
    watched = Watched(browser, served)
    headings = [
        number for at in range(-(-len(built.pages) // AT_ONCE)) for number in watched.open(f"frames-{at}.html")
    ]
    watched.context.close()
    # A note may name a picture of another site; that the policy keeps it from being fetched is the policy's purpose.
    pictures = [deed for deed in watched.deeds if re.match("policy img-src https?://foreign.example/", deed)]
    assert [deed for deed in watched.deeds if deed not in pictures] == []
    assert pictures
    assert headings == [1] * len(built.pages)


# With search and pictures, and the copies that a service worker keeps


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Built, Served]]:
    built = build_hostile(tmp_path_factory.mktemp("whole"), whole=True)
    with serving(built.site.root / "output") as served:
        yield built, served


@pytest.fixture
def watched(browser: Browser, whole: tuple[Built, Served]) -> Iterator[Watched]:
    watched = Watched(browser, whole[1])
    yield watched
    watched.context.close()
    pictures = [deed for deed in watched.deeds if re.match("policy img-src https?://foreign.example/", deed)]
    assert [deed for deed in watched.deeds if deed not in pictures] == []


def test_no_hostile_note_acts_from_a_copy_or_from_the_list_of_copies(watched: Watched, whole: tuple[Built, Served]):
    built, served = whole
    notes = [f"/{path.removesuffix('index.html')}" for path in built.pages if re.match("champs/0-|lignes/0-", path)]
    assert len(notes) > 25
    page = watched.page
    page.goto(served.url("/"))
    settled(page)
    for url in notes:
        page.goto(served.url(url))
        kept(page, served.url(url))
    page.context.set_offline(True)
    page.goto(served.url("/archives/2025/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de réseau")
    listed = page.locator("main a").all_inner_texts()
    assert len([one for one in listed if "canary" in one]) > 10
    assert page.locator("main img, main script").count() == 0
    for url in notes[-12:]:
        page.goto(served.url(url))
        expect(page.locator(".kept")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("words", ["canary", "onerror", "script", "avant", "Produit", "191"])
def test_no_hostile_note_acts_in_the_results_of_a_search(watched: Watched, whole: tuple[Built, Served], words: str):
    page = watched.page
    page.goto(whole[1].url(f"/search/?q={words}"))
    answered(page)
    assert page.locator(".results").locator("img, script, svg, iframe, style, form, [onerror], [onclick]").count() == 0
    page.get_by_role("searchbox").fill(f"<img src=x onerror=canary()> {words}")
    page.wait_for_timeout(300)


def test_every_hostile_title_is_drawn_as_a_picture(whole: tuple[Built, Served]):
    drawn = sorted((whole[0].site.root / "output/images").iterdir())
    notes = [path for path in whole[0].pages if re.match("champs/|lignes/|corps/", path)]
    assert len(drawn) > 60
    assert len(notes) >= len(drawn)
    for path in drawn:
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))
