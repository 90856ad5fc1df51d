"""Moving in with an export of WordPress: posts, dates, addresses, ids of feed entries; hostile files are refused."""

from __future__ import annotations

import pytest

from tests.importing import FIXTURES, move
from tests.sites import make_site

EXPORT = (FIXTURES / "wordpress.xml").read_text("utf-8")


def test_the_settings_are_translated(tmp_path):
    site, _ = move(tmp_path, "wordpress", "wordpress.xml")
    text = (site.root / "config.yaml").read_text("utf-8")
    for line in (
        "title: 'Le carnet d''astreinte'", "url: 'https://carnet.example.org/blog'", "language: fr",
        "name: 'Léa Quart'", "permalink: /:year/:month/:slug/", "ids: url",
    ):
        assert line in text


def test_a_post_comes_along_with_title_date_tags_summary_and_author(tmp_path):
    site, _ = move(tmp_path, "wordpress", "wordpress.xml")
    first = (site.root / "content/posts/2024-03-09-un-pare-feu-deux-regles.md").read_text("utf-8")
    for line in ("title: 'Un pare-feu & deux règles'", "description: 'Deux règles se contredisent.'",
                 "date: 2024-03-09 00:30:00 +0100", "tags: [Pare-feu, nftables]", "updated: 2024-04-01 10:00:00"):
        assert f"\n{line}\n" in first
    second = (site.root / "content/posts/2024-03-10-la-releve.md").read_text("utf-8")
    assert "\nauthor: Sam\n" in second
    assert "tags:" not in second


def test_every_address_stays(tmp_path):
    site, _ = move(tmp_path, "wordpress", "wordpress.xml")
    report = site.build()
    assert report.posts == 3
    for url in ("/2024/03/un-pare-feu-deux-regles/", "/2024/03/la-releve/", "/archives/été/"):
        assert site.has(url)


def test_lists_of_wordpress_lead_to_those_here(tmp_path):
    site, _ = move(tmp_path, "wordpress", "wordpress.xml")
    site.build()
    for old, new in (("/category/reseau/pare-feu/", "/tags/pare-feu/"), ("/tag/nftables/", "/tags/nftables/"),
                     ("/2024/03/", "/archives/2024/03/"), ("/2023/", "/archives/2023/")):
        assert f'<link rel="canonical" href="https://carnet.example.org/blog{new}">' in site.page(old)
        assert site.has(new)


def test_paragraphs_code_and_captions_look_as_they_did_and_scripts_do_not_run(tmp_path):
    site, _ = move(tmp_path, "wordpress", "wordpress.xml")
    site.build()
    page = site.page("/2024/03/un-pare-feu-deux-regles/")
    assert "La règle du haut gagne.<br>" in page
    assert "&lt;any&gt;" in page
    assert "La salle, de nuit</figcaption>" in page
    assert "alert(1)" not in page.replace("&lt;script&gt;alert(1)", "")
    assert "<!-- wp:" not in site.page("/2024/03/la-releve/")
    assert "tail -f journal\n\ngrep nuit" in site.page("/2024/03/la-releve/")


def test_drafts_stay_drafts_and_scheduled_posts_wait(tmp_path):
    site, _ = move(tmp_path, "wordpress", "wordpress.xml")
    held = site.build().held
    assert (held.drafts, held.scheduled) == (1, 1)


def test_what_is_left_is_told_with_its_line(tmp_path):
    _, ran = move(tmp_path, "wordpress", "wordpress.xml")
    for text in ("comments: 2; a static site has none", "attachments: 1, of which",
                 "wordpress.xml:21: [gallery] stands", "«Jeté» is in the bin", "items of the kind 'nav_menu_item': 1"):
        assert text in ran.out


def test_the_feed_stays_where_it_was_with_the_ids_that_readers_know(tmp_path):
    site, _ = move(tmp_path, "wordpress", "wordpress.xml")
    site.build()
    feed = site.page("/feed/")
    for number in (12, 13, 14):
        assert f"<id>https://carnet.example.org/blog/?p={number}</id>" in feed


def test_pages_come_along_with_their_addresses(tmp_path):
    site, _ = move(tmp_path, "wordpress", "wordpress.xml")
    site.build()
    assert "Qui nous sommes." in site.page("/a-propos/equipe/")


@pytest.mark.parametrize(("text", "message"), [
    (EXPORT.replace("<rss", '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss', 1),
     "it declares a document type"),
    ('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>',
     "it declares a document type"),
    (EXPORT[:4000], "the XML cannot be read"),
    ("", "the XML cannot be read"),
    ("not XML", "the XML cannot be read"),
    ("<rss><channel><title>A feed</title></channel></rss>", "it is no export of WordPress"),
    ("<a>" * 100_000, "the XML cannot be read"),
])
def test_a_hostile_or_broken_file_is_an_error_and_no_crash(tmp_path, text, message):
    make_site(tmp_path, {"bad.xml": text}, config=None)
    _, ran = move(tmp_path, "wordpress", tmp_path / "bad.xml")
    assert ran.exit_code == 1
    assert message in ran.err
    assert not (tmp_path / "new").exists()


def test_control_characters_that_xml_forbids_are_dropped(tmp_path):
    make_site(tmp_path, {"old.xml": EXPORT.replace("Un port ouvert.", "Un\x0b port\x00 ouvert.")}, config=None)
    _, ran = move(tmp_path, "wordpress", tmp_path / "old.xml")
    assert ran.exit_code == 0
    assert "control characters that XML forbids, dropped: 2" in ran.out


def test_a_slug_that_climbs_out_stays_inside(tmp_path):
    text = EXPORT.replace("<wp:post_name>la-releve<", "<wp:post_name>../../../../tmp/x<").replace(
        "/blog/2024/03/la-releve/</link>", "/blog/../../../etc/passwd</link>")
    make_site(tmp_path, {"old.xml": text}, config=None)
    site, ran = move(tmp_path, "wordpress", tmp_path / "old.xml")
    assert ran.exit_code == 0
    assert (site.root / "content/posts/2024-03-10-tmp-x.md").is_file()
    assert "«La relève», /blog/../../../etc/passwd, cannot be kept: it leaves the site's folder" in ran.out
