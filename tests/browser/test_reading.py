"""What readers do: by keyboard, on paper, without scripts."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visiting
from tests.browser.demo import PAGES, Served

FOCUSED = "document.activeElement"


def test_the_first_key_skips_to_the_content(visit: Visiting):
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Aller au contenu"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.closest('main') !== null")


@pytest.mark.parametrize("name", ["home", "post", "cves", "year", "archives", "feeds"])
def test_every_link_is_reached_by_keyboard_and_shows_its_focus(visit: Visiting, name: str):
    page = visit(PAGES[name])
    wanted = page.evaluate("""[...document.querySelectorAll("a[href], button, summary, input, select")].filter((one) =>
      one.checkVisibility({visibilityProperty: true})).length""")
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        told = page.evaluate(f"""(() => {{ const one = {FOCUSED}; if (one === document.body) return null;
          const all = [...document.querySelectorAll("*")]; const style = getComputedStyle(one);
          return [all.indexOf(one), style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
            one.outerHTML.slice(0, 100)]; }})()""")
        if told is None:
            break
        assert told[1], f"no focus ring: {told[2]}"
        reached.add(told[0])
    assert len(reached) >= wanted


def test_the_rest_of_a_busy_day_opens_by_keyboard_and_without_javascript(visit: Visiting):
    page = visit("/", java_script_enabled=False)
    last = page.get_by_role("link", name="Journée chargée, sujet numéro 0")
    assert not last.is_visible()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert last.is_visible()


def test_the_link_of_a_note_is_copied(visit: Visiting, demo: Served):
    page = visit("/notes/calme/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copier le lien").click()
    page.get_by_role("button", name="Lien copié").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "https://example.org/veille/notes/calme/"


def test_cves_are_filtered_and_the_address_remembers_it(visit: Visiting):
    page = visit("/cve/")
    shown = "document.querySelectorAll('.ids > li:not([hidden])').length"
    all_of_them = page.evaluate(shown)
    page.get_by_label("Gravité").select_option("critical")
    few = page.evaluate(shown)
    assert 0 < few < all_of_them
    page.reload()
    assert page.evaluate(shown) == few
    page.get_by_label("Identifiant").fill("cve 2025 7775")
    assert page.locator(".ids > li:visible").count() == 1


def test_paper_shows_the_note_its_source_and_its_address_in_one_column(visit: Visiting):
    page = visit(PAGES["post"])
    page.emulate_media(media="print")
    text = page.locator("body").inner_text()
    assert "https://example.org/veille/posts/2025/08/26/netscaler-zero-day-cve-2025-7775/" in text
    address = page.locator("[data-origin]").get_attribute("href")
    assert page.evaluate("""getComputedStyle(document.querySelector("[data-origin]"), "::after").content""") \
        == f'"{address}"'
    for gone in (".masthead nav", ".margin", ".kin", ".neighbours", ".colophon", "button"):
        assert not page.locator(gone).first.is_visible()
    lefts = page.evaluate("""[...document.querySelectorAll("[data-post-body] > *, .opening > *, .reference")].map(
      (one) => Math.round(one.getBoundingClientRect().left))""")
    assert max(lefts) - min(lefts) < 30


def test_what_is_exploited_is_read_on_paper_where_no_ground_is_printed(visit: Visiting):
    page = visit("/cve/")
    page.emulate_media(media="print")
    mark = page.locator(".exploited").first
    assert mark.evaluate("mark => [getComputedStyle(mark).color, getComputedStyle(mark).borderTopStyle]") == [
        "rgb(0, 0, 0)", "solid"]


def test_paper_is_white_in_the_dark(visit: Visiting):
    page = visit(PAGES["post"], dark=True)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
