"""What an author sees in ``veille serve``: saves, problems over the last good site, styles in place, marks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sites import make_site, note
from tests.test_server import Preview, start

POST = "content/posts/2025-09-08-note.md"
STYLE = "templates/static/veille.css"
PLAIN = (Path(__file__).parents[2] / STYLE).read_text("utf-8")
CONFIG = "site:\n  title: Ma veille\n  url: https://example.org/veille\n"
PATIENCE = 20_000
"""Milliseconds until a test gives up: other work may keep the machine busy."""


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    files = {
        POST: note("A note", "First words."), STYLE: PLAIN,
        "content/posts/2025-09-09-draft.md": note("A draft", draft=True),
        "content/posts/2999-01-02-later.md": note("A later note"),
    }
    running = start(make_site(tmp_path / "site", files, CONFIG))
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, preview: Preview) -> Iterator[Page]:
    """The note's page in the preview. Anything in the console that is an error fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    told: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: told.append(str(error)))
    with opened.expect_response(lambda response: response.url.partition("?")[0].endswith("/_veille/events")):
        opened.goto(f"{preview.address}posts/2025/09/08/note/")
    yield opened
    context.close()
    assert told == []


def test_a_save_is_on_the_screen_without_a_key_pressed(preview: Preview, page: Page):
    preview.site.write({POST: note("A note", "Second words.")})
    expect(page.locator("[data-post-body]")).to_contain_text("Second words.", timeout=PATIENCE)


def test_a_problem_comes_over_the_last_good_site_with_its_place_and_goes_when_it_is_mended(
    preview: Preview, page: Page
):
    preview.site.write({POST: "---\ntitle: 'Don't'\n---\n<b>Third</b> words.\n"})
    overlay = page.get_by_role("alertdialog", name="Problems")
    expect(overlay).to_be_visible(timeout=PATIENCE)
    expect(overlay).to_contain_text(f"{POST}:2:12: error V201: an apostrophe inside single quotes ends the value")
    expect(overlay).to_contain_text("title: 'Don't'\n")
    expect(overlay).to_contain_text("Below is the last good site.")
    expect(page.locator("[data-post-body]")).to_contain_text("First words.")
    page.keyboard.press("Escape")
    expect(overlay).to_be_hidden()
    page.get_by_role("button", name="1 error, 0 warnings").click()
    expect(overlay).to_be_visible()
    preview.site.write({POST: note("A note", "Fourth words.")})
    expect(page.locator("[data-post-body]")).to_contain_text("Fourth words.", timeout=PATIENCE)
    expect(page.locator("veille-overlay")).to_have_count(0)


def test_what_a_problem_quotes_of_a_note_is_text(preview: Preview, page: Page):
    preview.site.write({POST: "---\ntitle: A note\ndate: <img src=x onerror=alert(1)>\n---\nWords.\n"})
    overlay = page.get_by_role("alertdialog", name="Problems")
    expect(overlay).to_contain_text("<img src=x onerror=alert(1)>", timeout=PATIENCE)
    expect(overlay.locator("img")).to_have_count(0)


def test_a_style_is_swapped_without_a_reload(preview: Preview, page: Page):
    page.evaluate("document.body.dataset.kept = 'yes'")
    styles = page.locator("link[rel~=stylesheet]")
    before = styles.count()
    for colour in ("rgb(1, 2, 3)", "rgb(3, 2, 1)"):
        preview.site.write({STYLE: f"{PLAIN}\nh1 {{ color: {colour} !important }}\n"})
        expect(page.locator("h1")).to_have_css("color", colour, timeout=PATIENCE)
    assert page.evaluate("document.body.dataset.kept") == "yes"
    expect(styles).to_have_count(before)


def test_drafts_and_notes_to_come_are_marked_in_lists_and_on_their_pages(preview: Preview, page: Page):
    page.goto(preview.address)
    main = page.locator("main")
    early = main.locator("[data-veille-early]")
    expect(early.first).to_have_text("scheduled for 2999-01-02", timeout=PATIENCE)
    draft = main.locator("article, li").filter(has_text="A draft").locator(".draft").first
    expect(draft).to_have_text("Brouillon")
    page.goto(f"{preview.address}posts/2999/01/02/later/")
    expect(page.locator("h1").locator("xpath=..").locator("[data-veille-early]")).to_have_text(
        "scheduled for 2999-01-02", timeout=PATIENCE
    )
    page.goto(f"{preview.address}posts/2025/09/09/draft/")
    expect(main.locator(".draft").first).to_have_text("Brouillon")
    page.goto(f"{preview.address}posts/2025/09/08/note/")
    expect(main.locator("h1")).to_have_text("A note")
