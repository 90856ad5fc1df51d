"""What programs read: the JSON Feed by the rules of its specification, the OPML list, and the pages of the API."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
from lxml import etree

from generator.outputs import data
from tests.sites import TinySite, make_site, note

ADDRESS = "https://example.org/veille"
CONFIG = f"""\
site:
  title: Veille & co
  url: {ADDRESS}
  description: Notes d’une veille
  timezone: Europe/Paris
  author: {{name: A. Nom, url: "https://example.org/moi"}}
tags:
  Réseau: {{description: "Routeurs, pare-feu & co"}}
"""
BODY = """\
**Une faille dans un routeur**

Un [lien](/cve/CVE-2025-11111/), et ![une image](schema.png).

**Points clés :**
*   Le **premier** point.
*   Le second.

**Vulnérabilités :**
*   CVE-2025-11111 (CVSS 3.1 : 9,8), CVE-2025-22222.

[Source](https://news.example/un-été?a=1&b=2){:target="_blank"}
"""

Document = dict[str, Any]


def full(**fields: object) -> str:
    return note("A router & a flaw", BODY, **{"tags": ["Réseau", "veille"], **fields})


def one(folder: Any, **fields: object) -> TinySite:
    site = make_site(folder, {"content/posts/2025-09-08-a.md": full(**fields)}, CONFIG)
    assert site.build().changes
    return site


def many(folder: Any, count: int, a_day: int = 3, body: str = "Words.") -> TinySite:
    days = [date(2025, 1, 1) + timedelta(days=at // a_day) for at in range(count)]
    return make_site(
        folder,
        {f"content/posts/{day}-n{at:03}.md": note(f"Note {at}", body.format(at)) for at, day in enumerate(days)},
        CONFIG + "pagination: 1000\nfeeds: {entries: 4, days: 1}\n",
    )


def read(site: TinySite, url: str) -> Any:
    return json.loads(site.page(url))


def is_absolute(url: object) -> bool:
    return isinstance(url, str) and bool(urlsplit(url).netloc) and re.search(r"[^!-~]", url) is None


# JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/

TOP = {
    "version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon",
    "authors", "language", "expired", "hubs", "items",
}
ITEM = {
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
    "date_published", "date_modified", "authors", "tags", "language", "attachments",
}


def broken_rules(feed: Document) -> list[str]:
    """What the specification forbids, in its order."""
    found = []

    def rule(holds: bool, what: str) -> None:
        if not holds:
            found.append(what)

    rule(feed.get("version") == "https://jsonfeed.org/version/1.1", "version")
    rule(bool(feed.get("title")), "title")
    rule(isinstance(feed.get("items"), list), "items")
    for name in ("home_page_url", "feed_url", "next_url", "icon", "favicon"):
        rule(name not in feed or is_absolute(feed[name]), name)
    rule("author" not in feed, "author is deprecated")
    for name, value in feed.items():
        rule(name in TOP or (name[0] == "_" and "." not in name and isinstance(value, dict)), f"unknown {name}")
    for one in (feed, *feed.get("items", [])):
        for author in one.get("authors", []):
            rule(bool(author.keys() & {"name", "url", "avatar"}), "an author says nothing")
            rule("url" not in author or author["url"].startswith("mailto:") or is_absolute(author["url"]), "author url")
        rule("" not in one.values() and [] not in [value for name, value in one.items() if name != "items"], "empty")
    seen = set()
    for item in feed.get("items", []):
        rule(isinstance(item.get("id"), str) and bool(item["id"]), "item without id")
        rule(item.get("id") not in seen, "id twice")
        seen.add(item.get("id"))
        rule(bool(item.keys() & {"content_html", "content_text"}), "item without content")
        for name in ("url", "external_url"):
            rule(name not in item or is_absolute(item[name]), f"item {name}")
        for name in ("date_published", "date_modified"):
            rule(name not in item or datetime.fromisoformat(item[name]).tzinfo is not None, f"item {name}")
            rule(name not in item or re.fullmatch(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)", item[name]) is not None, f"RFC 3339 {name}")
        rule(all(isinstance(tag, str) for tag in item.get("tags", [])), "item tags")
        for name, value in item.items():
            rule(name in ITEM or (name[0] == "_" and isinstance(value, dict)), f"unknown item {name}")
    return found


def test_the_json_feed_keeps_the_rules_of_its_specification(tmp_path):
    site = one(tmp_path, updated="2025-09-09", author="B. Autre", lang="en")
    assert broken_rules(read(site, "/feed.json")) == []


def test_a_feed_without_posts_is_a_feed(tmp_path):
    site = make_site(tmp_path, {}, CONFIG)
    site.build()
    assert broken_rules(read(site, "/feed.json")) == []
    assert read(site, "/feed.json")["items"] == []


@pytest.mark.parametrize("change", [
    {"version": "1"}, {"title": ""}, {"home_page_url": "/veille/"}, {"author": {"name": "x"}}, {"own": {}},
    {"items": [{"id": "1"}]}, {"items": [{"content_text": "x"}]}, {"items": [{"id": "1", "content_text": "x"}] * 2},
    {"items": [{"id": "1", "content_text": "x", "date_published": "2025-09-08"}]},
    {"items": [{"id": "1", "content_text": "x", "external_url": "https://news.example/un article"}]},
])
def test_the_rules_find_a_broken_feed(tmp_path, change):
    assert broken_rules({**read(one(tmp_path), "/feed.json"), **change})


def test_ids_posts_dates_and_text_are_those_of_the_atom_feed(tmp_path):
    site = many(tmp_path, 160)
    site.write({"content/posts/2025-02-22-b.md": full(updated="2025-02-24", date="2025-02-22 08:05")})
    site.build()
    atom = "{http://www.w3.org/2005/Atom}"
    entries = etree.fromstring(site.page("/feed.xml").encode()).findall(f"{atom}entry")
    items = read(site, "/feed.json")["items"]
    for name, element in (("id", "id"), ("content_html", "content"), ("date_published", "published")):
        assert [item[name] for item in items] == [entry.findtext(atom + element) for entry in entries]
    assert [item.get("date_modified", item["date_published"]) for item in items] == [
        entry.findtext(f"{atom}updated") for entry in entries]
    assert 4 <= len(items) < 150


def test_an_item_tells_its_source_tags_language_and_what_it_is_about(tmp_path):
    item = read(one(tmp_path, lang="fr"), "/feed.json")["items"][0]
    assert item["external_url"] == "https://news.example/un-%C3%A9t%C3%A9?a=1&b=2"
    assert item["url"] == f"{ADDRESS}/posts/2025/09/08/a/"
    assert (item["title"], item["tags"], item["language"]) == ("A router & a flaw", ["Réseau", "veille"], "fr")
    own = item["_veille"]
    assert own["headline"] == "Une faille dans un routeur"
    assert own["source"] == {"url": item["external_url"], "host": "news.example"}
    assert own["cves"] == [
        {"id": "CVE-2025-11111", "score": 9.8, "severity": "critical", "cvss": "3.1", "vector": None,
         "exploited": False},
        {"id": "CVE-2025-22222", "score": None, "severity": None, "cvss": None, "vector": None, "exploited": False},
    ]
    assert [(part["kinds"], part["label"], part["url"]) for part in own["sections"]] == [
        ([], None, None), (["key-points"], "Points clés", f"{item['url']}#points-clés"),
        (["vulnerabilities"], "Vulnérabilités", f"{item['url']}#vulnérabilités"),
    ]
    assert own["sections"][1]["text"] == "Le premier point.\nLe second."


def test_html_in_the_feed_has_absolute_addresses_only(tmp_path):
    html = read(one(tmp_path), "/feed.json")["items"][0]["content_html"]
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    found = [element.get(name) for element in tree.iter() for name in ("href", "src") if element.get(name)]
    assert len(found) == 5
    assert [url for url in found if not is_absolute(url)] == []


def test_plain_text_of_html_keeps_lines_and_loses_tags():
    html = '<p>Un <a href="https://x.example/?a>b">lien</a> &lt;b&gt;<br>puis</p>\n<ul><li>a</li><li>b</li></ul>'
    assert data.plain(html) == "Un lien <b>\npuis\na\nb"


# OPML 2.0: http://opml.org/spec2.opml


def test_the_list_of_feeds_is_opml_and_holds_every_feed(tmp_path):
    site = one(tmp_path)
    root = etree.fromstring(site.page("/feeds.opml").encode())
    assert (root.tag, root.get("version"), [child.tag for child in root]) == ("opml", "2.0", ["head", "body"])
    assert root.findtext("head/title") == "Veille & co"
    outlines = root.findall(".//outline[@type='rss']")
    assert {outline.get("xmlUrl") for outline in outlines} == {
        f"{ADDRESS}/feed.xml", f"{ADDRESS}/digests/feed.xml",
        f"{ADDRESS}/tags/reseau/feed.xml", f"{ADDRESS}/tags/veille/feed.xml"}
    for outline in outlines:
        assert outline.get("text")
        assert outline.get("text") == outline.get("title")
        for name in ("xmlUrl", "htmlUrl"):
            assert site.has(outline.get(name).removeprefix(ADDRESS)), outline.get(name)
    assert root.find(".//outline[@description='Routeurs, pare-feu & co']") is not None
    assert [group.get("text") for group in root.findall("body/outline") if group.get("type") is None] == ["Étiquettes"]


# The pages of the API


def walk(site: TinySite, url: str) -> list[Document]:
    """All documents from the first on, along ``next``."""
    documents = []
    following: str | None = f"{ADDRESS}{url}"
    while following:
        documents.append(read(site, following.removeprefix(ADDRESS)))
        following = documents[-1]["next"]
    return documents


@pytest.mark.parametrize("count", [0, 1, 99, 100, 199, 200, 301])
def test_walking_the_pages_meets_every_post_once_newest_first(tmp_path, count):
    site = many(tmp_path, count)
    site.build()
    documents = walk(site, "/api/posts.json")
    found = [post["title"] for document in documents for post in document["posts"]]
    assert sorted(found) == sorted(f"Note {at}" for at in range(count))
    days = [post["date"] for document in documents for post in document["posts"]]
    assert days == sorted(days, reverse=True)
    assert documents[0].get("count", 0) == count
    assert {document["version"] for document in documents} == {data.VERSION}
    assert all(len(document["posts"]) == data.PAGE for document in documents[1:])
    files = [path for path in site.output() if path.startswith("api/posts")]
    assert len(files) == len(documents)


def test_a_new_post_changes_the_first_documents_and_no_numbered_page(tmp_path):
    site = many(tmp_path, 250, body="CVE-2025-1{:04}")
    site.build()
    before = site.output()
    site.write({"content/posts/2025-12-01-new.md": note("New", "CVE-2025-77777 and CVE-2025-88888")})
    site.build()
    after = site.output()
    changed = {path for path in after if path.startswith("api/") and after[path] != before.get(path)}
    assert changed == {"api/posts.json", "api/cve.json"}


def test_a_new_post_about_an_old_cve_changes_the_page_of_that_cve_too(tmp_path):
    site = many(tmp_path, 250, body="CVE-2025-1{:04}")
    site.build()
    before = site.output()
    site.write({"content/posts/2025-12-01-new.md": note("New", "CVE-2025-10003")})
    site.build()
    after = site.output()
    changed = {path for path in after if path.startswith("api/") and after[path] != before.get(path)}
    assert changed == {"api/posts.json", "api/cve/1.json"}


def test_a_post_tells_programs_what_a_card_tells_people(tmp_path):
    site = one(tmp_path, updated="2025-09-09")
    post = read(site, "/api/posts.json")["posts"][0]
    assert post == {
        "id": "tag:example.org,2025-09-08:/veille/posts/2025/09/08/a/",
        "url": f"{ADDRESS}/posts/2025/09/08/a/", "title": "A router & a flaw",
        "headline": "Une faille dans un routeur", "language": "fr", "date": "2025-09-08",
        "published": "2025-09-08T00:00:00+02:00", "updated": "2025-09-09T00:00:00+02:00", "author": "A. Nom",
        "tags": ["Réseau", "veille"], "description": post["description"], "points": ["Le premier point.", "Le second."],
        "source": {"url": "https://news.example/un-%C3%A9t%C3%A9?a=1&b=2", "host": "news.example"},
        "cves": read(site, "/feed.json")["items"][0]["_veille"]["cves"], "exploited": False,
        "words": post["words"],
    }
    assert post["description"].startswith("Un lien")


def test_a_cve_tells_its_highest_score_its_sources_and_its_posts(tmp_path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-a.md": full(),
        "content/posts/2025-09-10-b.md": note("Later", "CVE-2025-11111 (CVSS 7.5)", source="https://b.example/x"),
        "content/posts/2025-09-11-c.md": note("No source", "CVE-2025-11111"),
    }, CONFIG)
    site.build()
    first, second = read(site, "/api/cve.json")["cves"]
    assert (first["id"], second["id"]) == ("CVE-2025-22222", "CVE-2025-11111")
    assert (second["score"], second["severity"], second["cvss"]) == (9.8, "critical", "3.1")
    assert second["reported_in"] == f"{ADDRESS}/posts/2025/09/08/a/"
    assert (second["first"], second["last"]) == ("2025-09-08", "2025-09-11")
    assert second["sources"] == ["b.example", "news.example"]
    assert [post["title"] for post in second["posts"]] == ["No source", "Later", "Une faille dans un routeur"]
    for url in (second["url"], second["reported_in"], *(post["url"] for post in second["posts"])):
        assert site.has(url.removeprefix(ADDRESS))
    assert (first["score"], first["reported_in"]) == (None, None)


def test_an_exploited_cve_is_told_by_its_note_its_page_and_the_documents(tmp_path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-a.md": note("Two flaws", "CVE-2025-11111 et CVE-2025-22222 sont corrigées."),
        "content/posts/2025-09-09-b.md": note("A flaw", "CVE-2025-11111 est activement exploitée."),
        "content/posts/2025-09-10-c.md": note("Acme flaw exploited in attacks", "Aucun identifiant encore."),
    }, CONFIG)
    site.build()
    first, second = read(site, "/api/cve.json")["cves"]
    assert (first["exploited"], first["exploited_in"]) == (False, None)
    assert (second["exploited"], second["exploited_in"]) == (True, f"{ADDRESS}/posts/2025/09/09/b/")
    assert [post["exploited"] for post in read(site, "/api/posts.json")["posts"]] == [True, True, False]
    assert "Exploitation signalée" in site.page("/cve/CVE-2025-11111/")
    assert "Exploitation signalée" not in site.page("/cve/CVE-2025-22222/")
    home = site.page("/")
    assert home.count("Exploitation signalée") == 1, "the note that names no CVE says it in words of its own"
    assert ">exploitée<" in home


def test_documents_hold_one_record_a_line(tmp_path):
    site = many(tmp_path, 3)
    site.build()
    for url in ("/feed.json", "/api/posts.json"):
        assert len(site.page(url).splitlines()) == 5


def test_no_control_character_reaches_a_document(tmp_path):
    site = make_site(tmp_path, note("A title", "**Head\x07line**\n\nBody\x01 \x0b &#xd800; and\u2028more."), CONFIG)
    site.build()
    for url in ("/feed.json", "/api/posts.json", "/feeds.opml"):
        assert re.search(r"[\x00-\x09\x0b-\x1f]|\\u00[01]", site.page(url)) is None


def test_another_room_is_refused():
    with pytest.raises(ValueError, match="no document"):
        data.render("data:feed", data.Subscriptions((), ()), None, None)  # type: ignore[arg-type]
