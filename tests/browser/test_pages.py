"""What holds on every kind of page, as a browser shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Reader, Visiting
from tests.browser.demo import PAGES, Served
from tests.sites import REPOSITORY

every_page = pytest.mark.parametrize("name", PAGES)


def test_every_page_template_is_visited():
    templates = {path.stem for path in Path(REPOSITORY, "templates/pages").glob("*.html")}
    visited = {name.split()[0].rstrip(",") for name in PAGES}
    assert templates - visited == {"moved"}, "add a page of this template to tests/browser/demo.py"


@every_page
def test_a_page_troubles_no_console_and_asks_no_other_host(reader: Reader, name: str):
    reader.problems.clear()
    page = reader.open(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").count() == 1
    assert reader.problems == []


@every_page
def test_axe_finds_nothing(reader: Reader, name: str):
    page = reader.open(PAGES[name])
    for width, dark in ((390, False), (390, True), (1280, False), (1280, True)):
        reader.show(width, dark)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, f"at {width}, {'dark' if dark else 'light'}:\n{found.generate_report()}"


@every_page
def test_nothing_scrolls_sideways_at_320_pixels(reader: Reader, name: str):
    reader.show(320)
    page = reader.open(PAGES[name])
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    past = page.evaluate("""[...document.querySelectorAll("body *")].filter((one) =>
      !one.closest("pre, table, svg, [hidden]") && one.getBoundingClientRect().right > 321)
      .map((one) => one.outerHTML.slice(0, 120))""")
    assert past == []


@every_page
def test_all_words_can_be_read_without_javascript(reader: Reader, scriptless: Reader, name: str):
    reader.show(1280)
    without = scriptless.open(PAGES[name]).locator("body").inner_text()
    page = reader.open(PAGES[name])
    tools = "button, .filter, .search, [data-slash]"
    page.evaluate(f"document.querySelectorAll('{tools}').forEach((tool) => tool.remove())")
    assert [line for line in page.locator("main").inner_text().splitlines() if line not in without] == []


def test_an_unknown_address_shows_the_page_for_it_with_its_style(visit: Visiting, demo: Served):
    for url in ("/nowhere/", "/posts/2025/deep/down/below/"):
        page = visit(url)
        assert page.locator("h1").inner_text() == "Page introuvable"
        assert page.evaluate("getComputedStyle(document.body).maxWidth !== undefined && document.styleSheets.length")
        page.locator("main a", has_text="Étiquettes").click()
        page.wait_for_url(demo.url("/tags/"))


def test_an_old_address_leads_to_the_note(visit: Visiting, demo: Served):
    page = visit("/ancienne-adresse/")
    page.wait_for_url(demo.url("/notes/torture/"))
