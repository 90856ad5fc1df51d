"""The page of a note, built from files: relations, the title shown large, comments, data for search engines."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import html5lib
import pytest

from tests.sites import TinySite, codes, make_site, note

FIRST, SECOND = "/posts/2025/09/08/lumen/", "/posts/2025/09/09/lumen-again/"
BODY = "**Lumen forcé par Marmot**\n\n**Points clés**\n\n- Un point.\n\n[Source](https://{host}/a)\n"
FILES = {
    "content/posts/2025-09-08-lumen.md": note(
        "Marmot gang breaks Lumen Gateway", BODY.format(host="north.example"), tags=["réseau"],
    ),
    "content/posts/2025-09-09-lumen-again.md": note(
        "Lumen Gateway broken by the Marmot gang", BODY.format(host="south.example"),
    ),
}
GISCUS = "{repo: ada/watch, repo_id: R_1, category: Notes, category_id: DIC_1}"


def page(site: TinySite, url: str = FIRST):
    return html5lib.parse(site.page(url), namespaceHTMLElements=False)


def built(folder: Path, config: str = "") -> TinySite:
    site = make_site(folder, FILES, config)
    assert not site.build(cache=False).problems
    return site


def linked(site: TinySite, url: str = FIRST) -> dict[str, dict[str, object]]:
    """The JSON-LD of a page, by type."""
    (script,) = [one for one in page(site, url).iter("script") if one.get("type") == "application/ld+json"]
    data = json.loads(script.text)
    assert data["@context"] == "https://schema.org"
    return {one["@type"]: one for one in data["@graph"]}


def test_a_note_names_the_other_source_of_its_event(tmp_path: Path):
    site = built(tmp_path)
    (kin,) = [one for one in page(site).iter("div") if one.get("class") == "kin"]
    (section,) = kin.iter("section")
    (link,) = section.iter("a")
    assert section.find("h2").text == "Aussi traité par"
    assert link.get("href").endswith("/posts/2025/09/09/lumen-again/")
    assert "south.example" in "".join(section.itertext())


def test_editing_the_body_of_a_note_writes_no_page_that_points_to_it(tmp_path: Path):
    site = built(tmp_path)
    site.build()
    path = "content/posts/2025-09-09-lumen-again.md"
    site.write({path: FILES[path].replace("Un point.", "Un point, mieux dit.")})
    before = site.page(FIRST)
    changes = site.build().changes
    assert changes is not None
    assert changes.written < 12
    assert site.page(FIRST) == before


@pytest.mark.parametrize(("shown", "large", "below"), [
    ("title", "Marmot gang breaks Lumen Gateway", "Lumen forcé par Marmot"),
    ("headline", "Lumen forcé par Marmot", "Marmot gang breaks Lumen Gateway"),
])
def test_the_title_or_the_headline_is_shown_large(tmp_path: Path, shown: str, large: str, below: str):
    site = built(tmp_path, f"display_title: {shown}")
    tree = page(site)
    (heading,) = tree.iter("h1")
    (standfirst,) = [one for one in tree.iter("p") if one.get("class") == "standfirst"]
    assert (heading.text, standfirst.text) == (large, below)
    (marked,) = [one for one in tree.iter() if "data-headline" in one.attrib]
    assert marked.text == "Lumen forcé par Marmot"
    assert tree.find("head/title").text.startswith(large)
    assert linked(site)["BlogPosting"]["headline"] == large
    assert linked(site)["BlogPosting"]["alternateName"] == below


def test_search_engines_are_told_what_the_page_says(tmp_path: Path):
    site = built(tmp_path, (
        "site:\n  title: La Vigie\n  url: https://example.org/veille\n  timezone: Europe/Paris\n"
        "  author: {name: Ada, url: https://example.org/ada}"
    ))
    told = linked(site)
    posting = told["BlogPosting"]
    assert posting["datePublished"] == posting["dateModified"] == "2025-09-08T00:00:00+02:00"
    assert posting["author"] == {"@type": "Person", "name": "Ada", "url": "https://example.org/ada"}
    assert posting["publisher"] == {"@type": "Organization", "name": "La Vigie", "url": "https://example.org/veille/"}
    assert posting["mainEntityOfPage"] == "https://example.org/veille" + FIRST
    assert posting["isBasedOn"] == "https://north.example/a"
    assert posting["inLanguage"] == "fr"
    assert posting["keywords"] == ["réseau"]
    assert [crumb["item"] for crumb in told["BreadcrumbList"]["itemListElement"]] == [
        "https://example.org/veille/", "https://example.org/veille/archives/2025/09/",
        "https://example.org/veille" + FIRST,
    ]


def test_no_word_of_an_author_ends_the_data_for_search_engines(tmp_path: Path):
    hostile = '</script><script>alert("x")</script> & \\ <!--'
    site = make_site(tmp_path, {"content/posts/2025-09-08-lumen.md": note(hostile, "Text.", tags="['<b>']")})
    assert not site.build().problems
    assert linked(site)["BlogPosting"]["headline"] == hostile
    assert len(list(page(site).iter("script"))) == 3


def test_a_note_of_the_site_s_own_has_no_article_behind_it(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/2025-09-08-lumen.md": note("Ours", "Text.", author="Grace")})
    assert not site.build().problems
    posting = linked(site)["BlogPosting"]
    assert "isBasedOn" not in posting
    assert posting["author"] == {"@type": "Person", "name": "Grace"}


def test_without_the_option_no_page_speaks_to_another_site(tmp_path: Path):
    site = built(tmp_path)
    assert b"giscus" not in b"".join(site.output().values())
    assert "mailto:" not in site.page(FIRST)


def test_the_policy_names_the_data_for_search_engines(tmp_path: Path):
    tree = page(built(tmp_path))
    (data,) = [script.text for script in tree.iter("script") if script.get("type") == "application/ld+json"]
    assert f" 'sha256-{b64encode(sha256(data.encode()).digest()).decode()}';" in tree.find("head/meta").get("content")


def test_comments_let_one_site_in_on_pages_of_posts_alone(tmp_path: Path):
    site = built(tmp_path, f"comments: {{giscus: {GISCUS}}}")
    policy = page(site).find("head/meta").get("content")
    assert re.search(r"script-src 'self' 'sha256-[^']+' https://giscus\.app;", policy)
    assert "frame-src https://giscus.app;" in policy
    (script,) = [one for one in page(site).iter("script") if one.get("data-repo")]
    assert script.get("src") == "https://giscus.app/client.js"
    assert (script.get("data-repo-id"), script.get("data-category-id")) == ("R_1", "DIC_1")
    for url in ("/", "/tags/", "/404.html"):
        assert "giscus" not in site.page(url), url


@pytest.mark.parametrize(("config", "address"), [
    ("site: {author: {email: ada@example.org}}\ncomments: {email: true}", "ada@example.org"),
    ("comments: {email: desk@example.org}", "desk@example.org"),
])
def test_readers_may_reply_by_mail(tmp_path: Path, config: str, address: str):
    site = built(tmp_path, config)
    assert f'href="mailto:{address}?subject=Re%3A%20Marmot%20gang%20breaks%20Lumen%20Gateway"' in site.page(FIRST)


@pytest.mark.parametrize("config", [
    "comments: {email: true}", "comments: {email: nobody}", "comments: {giscus: {repo: watch}}",
    "comments: {giscus: {repo: ada/watch}}",
])
def test_half_a_comment_setting_is_an_error(tmp_path: Path, config: str):
    assert codes(make_site(tmp_path, FILES, config).build()) == ["V003"]


def test_a_page_of_a_note_is_light(tmp_path: Path):
    site = built(tmp_path)
    styles = b"".join(data for path, data in site.output().items() if path.endswith(".css"))
    scripts = b"".join(data for path, data in site.output().items() if path.endswith(".js"))
    body = " ".join(f"mot{n}" for n in range(1200))
    site.write({"content/posts/2025-09-08-lumen.md": note("Long", body)})
    site.build()
    assert len(gzip.compress(styles)) < 15_000
    assert len(gzip.compress(scripts)) < 15_000
    assert len(gzip.compress(styles)) + len(gzip.compress(site.page(FIRST).encode())) < 25_000


def test_the_script_shows_what_it_can_do_and_pages_hide_what_they_cannot(tmp_path: Path):
    site = built(tmp_path)
    theme, copy = page(site).iter("button")
    assert "data-theme-switch" in theme.attrib
    assert "data-copy" in copy.attrib
    assert all("hidden" in button.attrib for button in (theme, copy))
    assert re.search(r'<script src="[^"]*static/veille\.[0-9a-f]+\.js" defer></script>', site.page(FIRST))
