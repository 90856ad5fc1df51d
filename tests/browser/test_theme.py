"""The theme is the system's, until a reader wants the other one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.browser.demo import PAGES, Served

LIGHT, DARK = "rgb(251, 250, 246)", "rgb(23, 22, 20)"


def ground(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_theme_is_the_systems(visit: Visiting, scripts: bool):
    for dark, colour in ((False, LIGHT), (True, DARK)):
        page = visit("/", dark=dark, java_script_enabled=scripts)
        assert ground(page) == colour
        assert page.locator(".theme").is_visible() == scripts


def test_the_switch_is_kept_over_pages_and_reloads_without_a_flash(visit: Visiting, demo: Served):
    page = visit("/", service_workers="block")  # which would answer for the script that is stopped below
    switch = page.get_by_role("button", name="Thème sombre")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.focus()
    page.keyboard.press("Enter")
    assert (ground(page), switch.get_attribute("aria-pressed")) == (DARK, "true")
    bars = page.locator("meta[name=theme-color]")
    assert [bars.nth(place).get_attribute("content") for place in (0, 1)] == ["#171614"] * 2
    page.reload()
    assert ground(page) == DARK
    # Scripts that are deferred never run: what is painted first is dark already.
    page.route("**/static/veille.*.js", lambda route: route.abort())
    page.goto(demo.url(PAGES["post"]))
    assert ground(page) == DARK


def test_wanting_the_systems_theme_again_follows_the_system_again(visit: Visiting):
    page = visit("/", dark=True)
    switch = page.get_by_role("button", name="Thème sombre")
    switch.click()
    assert ground(page) == LIGHT
    switch.click()
    assert page.evaluate("localStorage.length") == 0
    page.emulate_media(color_scheme="light")
    expect(switch).to_have_attribute("aria-pressed", "false")  # the system tells of it when it next paints
    assert ground(page) == LIGHT


def test_other_pages_that_are_open_follow_the_switch(visit: Visiting, demo: Served):
    page = visit("/")
    other = page.context.new_page()
    other.goto(demo.url("/tags/"))
    page.get_by_role("button", name="Thème sombre").click()
    other.wait_for_function(f"getComputedStyle(document.body).backgroundColor === '{DARK}'")
    assert other.get_by_role("button", name="Thème sombre").get_attribute("aria-pressed") == "true"


def test_readers_who_want_contrast_get_it_and_the_focus_is_seen_where_the_system_paints(visit: Visiting):
    page = visit("/")
    page.emulate_media(contrast="more")
    assert ground(page) == "rgb(255, 255, 255)"
    page.emulate_media(contrast=None, forced_colors="active")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
