"""The digests of weeks: which stories they tell, in which order, in which forms, and when they are made anew."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import feedparser
import html5lib
import pytest
from lxml import etree

from tests.sites import TinySite, make_site, note

ADDRESS = "https://example.org/veille"
CONFIG = "site: {title: 'Veille & co', url: https://example.org/veille, timezone: Europe/Paris}\n"
ENGLISH = CONFIG.replace("title:", "language: en, title:")
POINTS = "**Points clés**\n\n* Le premier point de {}.\n* Le second, avec des *étoiles* et [un lien](https://a.example/)."


def told(title: str, body: str = "", source: str = "", **fields: object) -> str:
    more = {"source": source} if source else {}
    return note(title, POINTS.format(title.replace("'", " ")) + "\n\n" + body, **more, **fields)


NOTES = {
    # Week 37, from Monday the 8th to Sunday the 14th of September 2025
    "content/posts/2025-09-08-a.md": told("Acme Router flaw lets strangers in", "CVE-2025-10001", "https://a.example/1"),
    "content/posts/2025-09-09-b.md": told(
        "Acme Router flaw lets strangers in, says CISA", "CVE-2025-10001 (CVSS 8.1).", "https://b.example/1"),
    "content/posts/2025-09-10-c.md": told(
        "Borea Backup", "CVE-2025-10002 a un score CVSS de 9.8.", "https://a.example/2"),
    "content/posts/2025-09-11-d.md": told(
        "Cirrus Mail zero-day", "CVE-2025-10003 est activement exploitée.", "https://c.example/1"),
    "content/posts/2025-09-14-e.md": told("Arrests in <Brest> & elsewhere"),
    # Week 38
    "content/posts/2025-09-15-f.md": told("Delta Shop breach", "", "https://a.example/3"),
}
WEEK = "/digests/2025-W37/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> TinySite:
    made = make_site(tmp_path_factory.mktemp("digests"), NOTES, CONFIG)
    assert made.build().changes
    return made


def titles(html: str, heading: str) -> list[str]:
    """Titles of the stories, or lines, of the part that begins with an id."""
    part = html.split(f'id="{heading}"')[1].split("</section>")[0]
    return re.findall(r"<(?:h3|li)[^>]*><a (?!class)[^>]*>([^<]*)</a>", part)


def test_a_week_tells_what_is_exploited_then_critical_then_shared_then_the_rest(site: TinySite):
    page = site.page(WEEK)
    assert titles(page, "_urgent") == ["Cirrus Mail zero-day", "Borea Backup"]
    assert len(titles(page, "_shared")) == 1
    assert titles(page, "_brief") == ["Arrests in &lt;Brest&gt; &amp; elsewhere"]


def test_notes_on_one_event_are_one_story_that_names_its_other_sources(site: TinySite):
    page = site.page(WEEK)
    shared = page.split('id="_shared"')[1].split("</section>")[0]
    assert shared.count("<article") == 1
    assert "Aussi traité par" in shared
    assert "a.example" in shared
    assert "b.example" in shared


def test_the_week_in_figures_counts_notes_stories_sources_and_cves(site: TinySite):
    figures = dict(re.findall(r"<dt>([^<]*)</dt> <dd>([^<]*)</dd>", site.page(WEEK)))
    assert figures == {
        "notes": "5", "sujets": "4", "sources": "3", "CVE": "3", "exploitation signalée": "1", "sujet critique": "1"}


def test_the_cves_of_a_week_begin_with_those_that_are_exploited(site: TinySite):
    side = site.page(WEEK).split('id="_cves"')[1].split("</section>")[0]
    assert re.findall(r"CVE-2025-\d+(?=</span>)", side) == ["CVE-2025-10003", "CVE-2025-10002", "CVE-2025-10001"]


def test_a_round_up_comes_after_the_stories_of_its_rank(tmp_path: Path):
    many = " ".join(f"CVE-2025-{number}" for number in range(20000, 20030))
    site = make_site(tmp_path, {
        "content/posts/2025-09-09-a.md": told(
            "The week of Acme flaws", f"{many}\n\nCVE-2025-10002 (CVSS 10.0) est activement exploitée."),
        "content/posts/2025-09-08-b.md": told("Cirrus Mail zero-day", "CVE-2025-10003 est activement exploitée."),
    }, CONFIG)
    site.build()
    assert titles(site.page(WEEK), "_urgent") == ["Cirrus Mail zero-day", "The week of Acme flaws"]


def test_weeks_are_those_of_iso_8601_and_of_the_written_dates(tmp_path: Path):
    site = make_site(tmp_path, {
        "content/posts/2024-12-30-a.md": note("Monday", "Words."),
        "content/posts/2025-01-05-b.md": note("Sunday", "Words.", date="2025-01-05 23:59:00 -1100"),
    }, CONFIG)
    site.build()
    assert site.has("/digests/2025-W01/")
    assert "La semaine du 30 décembre 2024 au 5 janvier 2025" in site.page("/digests/2025-W01/").replace("\u00a0", " ")
    assert not site.has("/digests/2025-W02/")


def test_the_running_week_says_so_and_is_in_no_feed(site: TinySite):
    assert "Semaine en cours" in site.page("/digests/2025-W38/")
    assert "Semaine en cours" not in site.page(WEEK)
    feed = feedparser.parse(site.page("/digests/feed.xml"))
    assert not feed.bozo
    assert [entry.link for entry in feed.entries] == [ADDRESS + WEEK]


def test_the_feed_of_digests_is_atom_with_whole_links_and_a_date_of_the_week(site: TinySite):
    raw = site.page("/digests/feed.xml")
    root = etree.fromstring(raw.encode())
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    entry = feedparser.parse(raw).entries[0]
    assert entry.id == "tag:example.org,2025-09-08:/veille/digests/2025-W37/"
    assert (entry.published, entry.updated) == ("2025-09-15T00:00:00+02:00",) * 2
    assert entry.title == "La semaine du 8 au 14 septembre 2025"
    assert all(href.startswith("https://") for href in re.findall(r'href="([^"]*)"', entry.content[0].value))
    assert "style=" not in entry.content[0].value


def test_a_site_without_notes_has_a_list_of_digests_that_says_so_and_an_empty_feed(tmp_path: Path):
    site = make_site(tmp_path, {}, CONFIG)
    site.build()
    assert "Le premier digest paraîtra" in site.page("/digests/")
    assert not feedparser.parse(site.page("/digests/feed.xml")).entries


def test_the_mail_stands_on_its_own(site: TinySite):
    mail = site.page(WEEK + "mail.html")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(mail)
    first = tree.find("head/*")
    assert first.get("http-equiv") == "Content-Security-Policy"
    assert "script" not in first.get("content")
    assert not [element for element in tree.iter() if element.tag in ("script", "style", "img", "form", "table")]
    assert [link.get("rel") for link in tree.iter("link")] == ["canonical"]
    assert all(link.get("href").startswith("https://") for link in tree.iter("a"))
    assert tree.find("body").get("style")
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert "Arrests in &lt;Brest&gt; &amp; elsewhere" in mail


def test_a_mail_of_a_huge_week_stays_below_what_mail_programs_cut_off(tmp_path: Path):
    notes = {
        f"content/posts/2025-09-{8 + number % 7:02}-n{number}.md": told(
            f"Product{number} zero-day", f"CVE-2025-{20000 + number} est activement exploitée. " + "Long words. " * 200)
        for number in range(120)
    }
    site = make_site(tmp_path, notes, CONFIG)
    site.build()
    assert len(site.page(WEEK + "mail.html").encode()) < 100_000
    assert "Encore 108 sur le site" in site.page(WEEK + "mail.html").replace("\u202f", " ")
    page = site.page(WEEK)
    assert page.count("<details") == 1, "a long part folds without a script"


def test_the_markdown_holds_the_whole_week_and_no_marks_of_the_authors(site: TinySite):
    text = site.page(WEEK + "digest.md")
    assert text.startswith("# La semaine du 8 au 14 septembre 2025\n\n5 notes · ")
    for title in ("Cirrus Mail zero-day", "Borea Backup", r"Arrests in \<Brest\> & elsewhere"):
        assert f"[{title}]({ADDRESS}/posts/" in text
    assert "**exploitée**" in text
    assert "- Le premier point de Cirrus Mail zero-day." in text
    assert "](/" not in text


def test_both_forms_lead_back_and_the_page_leads_to_both(site: TinySite):
    page = site.page(WEEK)
    for letter in ("mail.html", "digest.md"):
        assert f'href="../../digests/2025-W37/{letter}"' in page
        assert ADDRESS + WEEK in site.page(WEEK + letter)


def test_the_sitemap_lists_digests_and_not_their_letters(site: TinySite):
    listed = site.page("/sitemap.xml")
    assert f"<loc>{ADDRESS}{WEEK}</loc><lastmod>2025-09-14</lastmod>" in listed
    assert f"<loc>{ADDRESS}/digests/</loc>" in listed
    assert "mail.html" not in listed
    assert "digest.md" not in listed


def test_readers_find_the_digests_from_every_page_home_and_the_page_of_feeds(site: TinySite):
    home = site.page("/")
    assert 'href="digests/"' in home
    aside = home.split('id="digest"')[1].split("</section>")[0]
    assert 'href="digests/2025-W37/"' in aside, "the newest week that is over"
    assert "Cirrus Mail zero-day" in aside
    assert f"{ADDRESS}/digests/feed.xml" in site.page("/feeds/")
    assert f'xmlUrl="{ADDRESS}/digests/feed.xml"' in site.page("/feeds.opml")


def made(site: TinySite) -> set[str]:
    """Paths of the digests that a build writes anew."""
    before = {path: data for path, data in site.output().items() if path.startswith("digests/")}
    site.build()
    return {path for path, data in site.output().items() if path.startswith("digests/") and before.get(path) != data}


def test_a_new_note_makes_its_own_week_and_the_list_anew(tmp_path: Path):
    site = make_site(tmp_path, NOTES, CONFIG)
    site.build()
    site.write({"content/posts/2025-09-16-g.md": told("Echo Phone update")})
    week = "digests/2025-W38/"
    assert made(site) == {week + "index.html", week + "mail.html", week + "digest.md", "digests/index.html"}


def test_the_first_note_of_a_week_closes_the_one_before(tmp_path: Path):
    site = make_site(tmp_path, NOTES, CONFIG)
    site.build()
    site.write({"content/posts/2025-09-22-h.md": told("Foxtrot Cloud outage")})
    assert made(site) == {
        "digests/index.html", "digests/feed.xml",
        *(f"digests/2025-W{week}/{name}" for week in (38, 39) for name in ("index.html", "mail.html", "digest.md")),
    }


def test_an_english_site_has_english_digests(tmp_path: Path):
    site = make_site(tmp_path, NOTES, ENGLISH)
    site.build()
    page = site.page(WEEK)
    assert "The week of September 8–14, 2025" in page
    for words in ("To deal with first", "In several sources", "In brief", "Also covered by"):
        assert words in page
    assert not re.search(r"semaine|sujet|exploitée", re.sub(r"<article.*?</article>", "", page, flags=re.DOTALL))
    assert "exploitation reported" in site.page(WEEK + "digest.md")


def test_what_came_before_a_year_a_month_or_a_week_is_on_the_left(tmp_path):
    posts = {f"content/posts/{day}-n.md": note(day) for day in ("2023-06-05", "2024-06-05", "2025-06-04")}
    site = make_site(tmp_path, posts)
    site.build()
    for url, before, after in (("/archives/2024/", "2023/", "2025/"), ("/archives/2024/06/", "2023/06/", "2025/06/"),
                               ("/digests/2024-W23/", "2023-W23/", "2025-W23/")):
        links = re.findall(r'<a class="\w+" rel="(prev|next)" href="([^"]*)"', site.page(url))
        assert [(rel, href.endswith(where)) for (rel, href), where in zip(links, (before, after), strict=True)] == [
            ("prev", True), ("next", True)]
