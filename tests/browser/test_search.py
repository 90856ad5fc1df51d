"""What readers find, with what they type, click and press."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Reader, Visiting

FOUND = re.compile(r"^\d+ notes? trouvées?$")
FOLDER = "/veille"


def titles(page: Page) -> list[str]:
    return page.locator(".results h2").all_inner_texts()


def answered(page: Page) -> list[str]:
    expect(page.get_by_role("status")).to_have_text(FOUND)
    expect(page.locator(".results li").first).to_be_visible()
    return titles(page)


def test_the_number_of_notes_and_the_notes_appear_together(visit: Visiting):
    page = visit("/search/")
    page.evaluate("""() => {
      const told = document.querySelector("[role=status]"), list = document.querySelector(".results");
      window.seen = [];
      new MutationObserver(() => window.seen.push([told.textContent, list.childElementCount]))
        .observe(told, {childList: true, characterData: true, subtree: true});
    }""")
    page.get_by_role("combobox", name="Étiquette").select_option(label="Charge")
    answered(page)
    counts = [count for told, count in page.evaluate("window.seen") if FOUND.match(told)]
    assert counts == [10]


@pytest.mark.parametrize("words", ["vulnérabilité exploitée", "vulnerabilite exploitee", "Vulnérabilités EXPLOITÉES"])
def test_accents_case_and_endings_are_optional(visit: Visiting, words: str):
    page = visit("/search/")
    page.get_by_role("searchbox").fill(words)
    answered(page)
    other = visit("/search/?q=vulnérabilité exploitée")
    answered(other)
    assert page.get_by_role("status").inner_text() == other.get_by_role("status").inner_text()


def test_a_word_that_few_months_know_finds_no_note_without_it(visit: Visiting):
    page = visit("/search/?q=Rhadamanthys")
    found = answered(page)
    told = int(page.get_by_role("status").inner_text().split()[0])
    assert len(found) == told
    for result in page.locator(".results li").all():
        expect(result.locator("mark").first).to_have_text(re.compile("rhadamanthys", re.I))


def test_words_that_no_note_holds_find_the_closest_and_say_so(visit: Visiting):
    page = visit("/search/?q=netsca")
    expect(page.get_by_role("status")).to_contain_text("exactement")
    expect(page.locator(".results h2", has_text="NetScaler").first).to_be_visible()


def test_the_name_of_a_section_is_said_once(visit: Visiting):
    page = visit("/search/?q=NetScaler")
    answered(page)
    for part in page.locator(".results p:has(.part)").all():
        name = part.locator(".part").inner_text()
        assert not part.inner_text().removeprefix(name).strip().startswith(name)


def test_an_excerpt_shows_where_it_was_cut_and_begins_with_a_word(visit: Visiting):
    page = visit("/search/?q=NetScaler")
    answered(page)
    texts = page.locator(".results p:not(.meta)").evaluate_all("""all => all.map((one) =>
      [...one.childNodes].filter((node) => node.className !== "part").map((node) => node.textContent).join("").trim()
    )""")
    assert texts
    for text in texts:
        assert re.search(r"[.!?…»)]$", text), text
        assert re.match(r"… [^\W\d]|[^\W_]|[«“(]", text), text


def test_english_words_and_identifiers_are_found(visit: Visiting):
    for words, part in (("NetScaler", "NetScaler"), ("CVE-2025-7775", "NetScaler")):
        page = visit(f"/search/?q={words}")
        assert any(part in title for title in answered(page)), words


def test_a_result_names_the_section_that_matches_and_leads_there(visit: Visiting):
    page = visit("/search/?q=NetScaler")
    answered(page)
    part = page.locator(".results .part").first
    href = part.get_attribute("href")
    assert href
    assert href.startswith(f"{FOLDER}/")
    assert "#" in href
    assert page.locator(".results mark").first.inner_text()
    part.click()
    expect(page.locator(":target")).to_be_visible()


def test_filters_narrow_alone_and_with_words_and_the_address_keeps_them(visit: Visiting):
    page = visit("/search/")
    page.get_by_role("combobox", name="Étiquette").select_option(label="Charge")
    assert len(answered(page)) == 10
    expect(page.get_by_role("status")).to_have_text("20 notes trouvées")
    page.get_by_role("combobox", name="Source").select_option("source1.example")
    expect(page.get_by_role("status")).to_have_text("4 notes trouvées")
    page.get_by_role("combobox", name="Gravité").select_option("medium")
    expect(page.get_by_role("status")).to_have_text("2 notes trouvées")
    page.get_by_label("nomme une CVE").check()
    page.wait_for_url("**cve=yes**")
    again = visit("/search/?" + page.url.partition("?")[2])
    assert answered(again) == answered(page)
    assert again.get_by_label("nomme une CVE").is_checked()


def test_more_results_come_on_demand_and_the_keyboard_goes_on_there(visit: Visiting):
    page = visit("/search/?tag=/tags/charge/")
    answered(page)
    page.get_by_role("button", name="Afficher la suite").press("Enter")
    expect(page.locator(".results li")).to_have_count(20)
    expect(page.locator(".results li").nth(10).locator("h2 a")).to_be_focused()
    expect(page.locator(".more")).to_be_hidden()


def test_the_key_slash_searches_from_every_page_by_keyboard_alone(visit: Visiting):
    page = visit("/notes/torture/")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("a/b")  # inside a field, it is a letter
    expect(page.get_by_role("searchbox")).to_have_value("a/b")
    page.get_by_role("searchbox").fill("")
    page.keyboard.type("netscaler")
    page.wait_for_url("**?q=netscaler")  # from here on the answer to «a/b», if it was asked, is gone
    answered(page)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.results h2') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/posts/.*netscaler"))


def test_the_key_slash_can_be_turned_off_for_all_pages(visit: Visiting):
    page = visit("/search/")
    page.get_by_label("La touche /").uncheck()
    page.goto(page.url.replace("/search/", "/tags/"))
    page.keyboard.press("/")
    page.wait_for_timeout(300)
    assert page.url.endswith("/tags/")
    page.get_by_role("link", name="Rechercher").first.click()
    box = page.get_by_label("La touche /")
    expect(box).not_to_be_checked()
    box.check()
    page.get_by_role("heading", level=1).click()
    box.evaluate("box => box.blur()")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_nothing_found_is_said(visit: Visiting):
    page = visit("/search/?q=xyzzyx")
    expect(page.get_by_role("status")).to_contain_text("Aucune note")
    assert titles(page) == []


def test_what_a_note_shows_as_text_stays_text_among_the_results(visit: Visiting):
    page = visit("/search/?q=curl Authorization")
    assert answered(page)
    assert page.locator(".results :is(script, img, iframe)").count() == 0


def test_a_wrong_address_is_searched_for(visit: Visiting):
    page = visit("/posts/2024/01/01/netscaler.html")
    assert "introuvable" in page.inner_text("h1")
    expect(page.get_by_role("searchbox")).to_have_value("netscaler")
    assert any("NetScaler" in title for title in answered(page))
    assert page.locator(".results h2 a").first.get_attribute("href").startswith(f"{FOLDER}/")  # type: ignore[union-attr]


def test_without_scripts_the_page_offers_other_ways(scriptless: Reader):
    page = scriptless.open("/search/")
    assert not page.locator(".search").is_visible()
    for name in ("Archives", "Étiquettes", "CVE"):
        assert page.get_by_role("main").get_by_role("link", name=name, exact=True).is_visible()


def test_a_search_breaks_no_policy_and_asks_no_other_host(reader: Reader):
    reader.problems.clear()
    page = reader.open("/search/?q=windows")
    answered(page)
    assert reader.problems == []
    reader.problems.clear()


def test_the_index_is_fetched_while_the_first_word_is_typed_and_not_before(visit: Visiting):
    page = visit("/search/", service_workers="block")
    page.wait_for_load_state("networkidle")
    asked = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert [url for url in asked if "/search/index/" in url] == []
    with page.expect_request("**/search/index/**/pagefind-entry.json*"):
        page.get_by_role("searchbox").focus()


def test_a_search_that_cannot_load_says_so(visit: Visiting):
    page = visit("/search/", service_workers="block")  # a worker that starts just now asks past Playwright's routes
    page.route("**/search/index/**", lambda route: route.abort())
    page.get_by_role("searchbox").fill("windows")
    expect(page.get_by_role("status")).to_contain_text("La recherche ne répond pas")
