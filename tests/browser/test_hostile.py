"""All hostile notes in a browser: nothing runs, nothing leaves for another host, our own pages break no policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Request

from tests.browser.demo import Served, serving
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
    assert sorted({deed.split()[0] for deed in watched.deeds}) == ["canary", "request"]
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
