"""Pages beside the posts, and the navigation that leads to them."""

from __future__ import annotations

import pytest

from tests.sites import codes, make_site, note, told

ABOUT = """---
title: About us
description: Who we are.
---
We read [the news](/posts/2025/09/08/note/).

## Rules
"""


def site_with(tmp_path, text=ABOUT, config="", **others):
    files = {"content/posts/2025-09-08-note.md": note(), "content/pages/about.md": text}
    return make_site(tmp_path, {**files, **others}, config)


def test_a_page_needs_only_a_title_and_lives_under_its_file_name(tmp_path):
    site = site_with(tmp_path)
    assert site.build().problems == ()
    page = site.page("/about/")
    assert "<h1>About us</h1>" in page
    assert '<meta name="description" content="Who we are.">' in page
    assert 'href="../posts/2025/09/08/note/"' in page
    assert '<h2 id="rules">Rules' in page


def test_a_page_is_in_the_sitemap_and_in_no_list_and_no_feed(tmp_path):
    site = site_with(tmp_path, "---\ntitle: About us\ntags: [who]\n---\nZanzibar CVE-2025-12345\n")
    site.build()
    assert "/about/</loc>" in site.page("/sitemap.xml")
    holding = [name for name, data in site.output().items() if b"Zanzibar" in data or b"About us" in data]
    assert holding == ["about/index.html"]
    assert not site.has("/tags/who/")
    assert not site.has("/cve/CVE-2025-12345/")


@pytest.mark.parametrize("key", ["permalink", "url"])
def test_a_page_says_where_it_lives(tmp_path, key):
    site = site_with(tmp_path, f"---\ntitle: About\n{key}: /Qui/nous.html\nredirect_from: /old/\n---\nWords.\n")
    site.build()
    assert site.has("/Qui/nous.html")
    assert 'url=../Qui/nous.html"' in site.page("/old/")


def test_a_draft_is_published_only_on_demand(tmp_path):
    site = site_with(tmp_path, "---\ntitle: About\ndraft: true\n---\nWords.\n")
    assert site.build().held.drafts == 1
    assert not site.has("/about/")
    site.build(drafts=True)
    assert site.has("/about/")


def test_a_page_is_as_safe_as_a_post(tmp_path):
    site = site_with(tmp_path, "---\ntitle: <b>x</b>\n---\n<script>alert(1)</script>[x](javascript:alert(1))\n")
    site.build()
    page = site.page("/about/")
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "&lt;b&gt;x" in page


@pytest.mark.parametrize(("text", "code", "words"), [
    ("---\ndescription: x\n---\n", "V204", "title"),
    ("No front matter.\n", "V201", "front matter"),
    ("---\ntitle: x\npermalink: /../x/\n---\n", "V210", "leaves the site"),
    ("---\ntitle: x\npermalink: /posts/2025/09/08/note/\n---\n", "V208", "already taken by content/posts/2025-09-08"),
    ("---\ntitle: x\npermalink: /tags/\n---\n", "V208", "veille's own page /tags/index.html"),
    ("---\ntitle: x\n---\n[gone](/nowhere/)\n", "V701", "«/nowhere/» leads to no page"),
    ("---\ntitle: x\n---\n[gone](#nowhere)\n", "V701", "no such place"),
])
def test_what_is_wrong_with_a_page_is_told_with_its_place(tmp_path, text, code, words):
    report = site_with(tmp_path, text).build()
    assert codes(report) == [code]
    assert report.problems[0].path == "content/pages/about.md"
    assert words in told(report)
    assert (report.changes is None) == (code != "V701")


def test_a_post_may_link_to_a_place_on_a_page(tmp_path):
    post = note(body="[rules](/about/#rules) [gone](/about/#gone)")
    site = make_site(tmp_path, {"content/posts/2025-09-08-note.md": post, "content/pages/about.md": ABOUT})
    assert ["«/about/#gone»" in found.message for found in site.build().problems] == [True]


def test_a_bad_page_is_left_out_under_skip_invalid(tmp_path):
    site = site_with(tmp_path, "---\ntitle: x\npermalink: /tags/\n---\n")
    report = site.build(skip_invalid=True)
    assert report.skipped == ("content/pages/about.md",)
    assert site.has("/tags/")


def test_a_change_of_a_page_changes_its_page_alone(tmp_path):
    site = site_with(tmp_path)
    site.build()
    before = site.output()
    assert site.build().changes.written == 0
    site.write({"content/pages/about.md": ABOUT.replace("We read", "We write")})
    assert site.build().changes.written == 1
    assert [name for name, data in site.output().items() if before[name] != data] == ["about/index.html"]


def test_pages_and_posts_may_lie_in_one_another(tmp_path):
    site = make_site(tmp_path, {"content/2025-09-08-note.md": note(), "content/pages/about.md": ABOUT},
                     "posts: content\n")
    report = site.build()
    assert (report.posts, codes(report)) == (1, [])
    assert site.has("/about/")


def test_a_page_may_have_a_template_of_its_own(tmp_path):
    own = '{% extends "base.html" %}{% block main %}Law: {{ page.text.title }}{% endblock %}'
    text = "---\ntitle: x\nlayout: legal\n---\nWords.\n"
    site = site_with(tmp_path, text, **{"templates/pages/legal.html": own})
    site.build()
    assert "Law: x" in site.page("/about/")


def test_a_page_with_the_layout_of_a_list_or_a_post_is_a_page_all_the_same(tmp_path):
    for layout in ("home", "post", "nothing"):
        site = site_with(tmp_path, f"---\ntitle: x\nlayout: {layout}\n---\nWords.\n")
        assert codes(site.build()) == []
        assert "<p>Words.</p>" in site.page("/about/")


# The navigation

NAVIGATION = """navigation:
  - {label: Notes & co, url: /}
  - {title: About, url: /about}
  - {label: Code, url: https://x.org/y}
"""


def test_the_navigation_of_the_settings_takes_the_place_of_the_usual_one(tmp_path):
    site = site_with(tmp_path, config=NAVIGATION)
    assert site.build().problems == ()
    for url, root in (("/", "./"), ("/about/", "../"), ("/posts/2025/09/08/note/", "../../../../../")):
        page = site.page(url)
        here = ' aria-current="page"' if url == "/" else ""
        assert f'<a href="{root}"{here}>Notes &amp; co</a>' in page
        assert '<a href="https://x.org/y" rel="noopener noreferrer">Code</a>' in page
        assert "Archives" not in page.partition("</nav>")[0]
    assert '<a href="../about/" aria-current="page">About</a>' in site.page("/about/")


def test_an_entry_that_leads_nowhere_is_told(tmp_path):
    report = site_with(tmp_path, config="navigation:\n  - {label: Gone, url: /gone/}\n").build()
    assert codes(report) == ["V701"]
    assert "the navigation's entry «Gone» leads to /gone/" in told(report)


@pytest.mark.parametrize("text", [
    "navigation: About", "navigation: [About]", "navigation: [{label: x}]", "navigation: [{url: /x/}]",
    "navigation: [{label: x, url: 'javascript:alert(1)'}]", "navigation: [{label: x, url: //x.org}]",
    "navigation: [{label: x, url: /../x}]", "navigation: [{label: x, url: /, target: y}]",
])
def test_an_entry_that_is_none_is_an_error(tmp_path, text):
    report = site_with(tmp_path, config=text + "\n").build()
    assert report.changes is None
    assert {found.path for found in report.problems} == {"config.yaml"}


# What feeds keep for a blog that moves in


def test_an_entry_keeps_the_id_that_its_post_brings_along(tmp_path):
    site = make_site(tmp_path, note(feed_id="https://old.example.org/?p=12"))
    site.build()
    assert "<id>https://old.example.org/?p=12</id>" in site.page("/feed.xml")


def test_an_id_that_is_no_uri_is_an_error(tmp_path):
    assert codes(make_site(tmp_path, note(feed_id="just words")).build()) == ["V204"]


@pytest.mark.parametrize(("permalink", "expected"), [
    ("/2025/09/08/note/", "/2025/09/08/note"), ("/2025/09/08/note.html", "/2025/09/08/note"),
    ("/elsewhere/", "/note"), ("/a/elsewhere/", "/a/note"),
])
def test_ids_are_those_of_jekyll_feed(tmp_path, permalink, expected):
    site = make_site(tmp_path, note(permalink=permalink), "site: {url: https://x.org/b}\nfeeds: {ids: jekyll}\n")
    site.build()
    assert f"<id>https://x.org/b{expected}</id>" in site.page("/feed.xml")


def test_the_feed_is_also_where_another_blog_had_it(tmp_path):
    site = make_site(tmp_path, note(), "feeds: {copies: [/atom.xml, /feed/]}\n")
    site.build()
    original = site.page("/feed.xml")
    for url in ("/atom.xml", "/feed/"):
        copy = site.page(url)
        assert copy.partition("<entry>")[2] == original.partition("<entry>")[2]
        assert f'<link href="http://localhost:8000{url}" rel="self"' in copy
    assert "/atom.xml" not in site.page("/sitemap.xml")
