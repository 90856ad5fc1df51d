"""One Chromium per worker and one demo site; tests that only look share a context, others visit in their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.demo import CHROMIUM, Served, serving, write_demo

_TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without it the tests are skipped on a desk, and fail where CI=true."""
    path = shutil.which("chromium")
    if path is None:
        told = "no Chromium: install Debian's package «chromium», or put another one on the PATH under this name"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(told)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo site with notes that hurt, below the path /veille."""
    site = write_demo(tmp_path_factory.mktemp("demo") / "site")
    assert site.build().changes
    with serving(site.root / "output") as served:
        yield served


class Reader:
    """A browser context with one page in it."""

    def __init__(self, browser: Browser, site: Served, width: int = 1280, dark: bool = False, **options: Any) -> None:
        """`options` are Playwright's for a context."""
        self.problems: list[str] = []
        """Errors and warnings of the console, policy violations, requests that failed or went to another host."""
        self.site = site
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", locale="fr-FR",
            **options)
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(_TELL_VIOLATIONS)
        self.context.on("request", self._asked)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)

    def open(self, url: str) -> Page:
        """Goes to a site URL."""
        self.page.goto(self.site.url(url), wait_until="load")
        return self.page

    def show(self, width: int, dark: bool = False) -> None:
        """Another screen for the page that is open."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def _told(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page that was left hangs up, whenever that is told
            self.problems.append(f"failed: {request.url}")

    def _asked(self, request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme != "data" and there.netloc != urlsplit(self.site.root).netloc:
            self.problems.append(f"another host: {request.url}")


Visiting = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, demo: Served) -> Iterator[Visiting]:
    """``visit("/tags/", width=390, dark=True)`` opens a site URL in a context of its own; options as for `Reader`."""
    readers = []

    def opened(url: str, **options: Any) -> Page:
        readers.append(Reader(browser, demo, **options))
        return readers[-1].open(url)

    yield opened
    for reader in readers:
        reader.context.close()


@pytest.fixture(scope="session")
def reader(browser: Browser, demo: Served) -> Iterator[Reader]:
    """One context for the many tests that only look at pages."""
    reader = Reader(browser, demo)
    yield reader
    reader.context.close()


@pytest.fixture(scope="session")
def scriptless(browser: Browser, demo: Served) -> Iterator[Reader]:
    """As `reader`, with JavaScript off."""
    reader = Reader(browser, demo, java_script_enabled=False)
    yield reader
    reader.context.close()
