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
                 "wordpress.xml:21: [gallery] stands", "«Jeté» is in the bin",
                 "items that are no posts and no pages: 1 × nav_menu_item"):
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


def page_of(tmp_path, content):
    """The built page of a post with this body, and what the import told."""
    start, end = "<!-- wp:paragraph", "<!-- /wp:code -->"
    text = EXPORT[: EXPORT.index(start)] + content + EXPORT[EXPORT.index(end) + len(end) :]
    make_site(tmp_path, {"old.xml": text}, config=None)
    site, ran = move(tmp_path, "wordpress", tmp_path / "old.xml")
    assert site.build().posts == 3
    return site.page("/2024/03/la-releve/"), ran.out


def test_blocks_stand_apart_from_the_lines_around_them(tmp_path):
    page, _ = page_of(tmp_path, """Une ligne.
<h2>Un titre</h2>
Une autre, <em>soulignée</em>
puis une suite.
<blockquote>Une citation

de deux paragraphes</blockquote><ul>
<li>un</li>
<li>deux
<ol><li>dedans</li></ol></li>
</ul>La fin.""")
    for part in ("<p>Une ligne.</p>", "<p>Une autre, <em>soulignée</em><br>", "puis une suite.</p>",
                 "<p>Une citation</p>", "<p>de deux paragraphes</p>", "<p>La fin.</p>"):
        assert part in page
    assert "</h2></p>" not in page


@pytest.mark.parametrize(("written", "address"), [
    ('<iframe width="4" src="https://www.youtube.com/embed/x?a=1&amp;b=2" allowfullscreen></iframe>',
     "https://www.youtube.com/embed/x?a=1&amp;b=2"),
    ('<figure><video controls><source src="//video.test/v.mp4"></video></figure>', "https://video.test/v.mp4"),
    ("[embed width=4]https://video.test/watch?v=1[/embed]", "https://video.test/watch?v=1"),
    ("[audio https://sound.test/a.mp3]", "https://sound.test/a.mp3"),
    ('[video width="4" mp4="https://video.test/v.mp4"][/video]', "https://video.test/v.mp4"),
    ('<object><param name="movie" value="http://video.test/v"><embed src="http://video.test/w"></object>',
     "http://video.test/v"),
    ("Avant.\n\nhttps://video.test/alone\n\nAprès.", "https://video.test/alone"),
])
def test_players_and_frames_become_links(tmp_path, written, address):
    page, told = page_of(tmp_path, written)
    assert f'<a href="{address}" rel="noopener noreferrer">{address}</a>' in page
    for tag in ("iframe", "video", "object", "embed", "[audio"):
        assert f"&lt;{tag}" not in page
    assert "players and frames of other sites in «La relève» → links" in told


def test_scripts_styles_and_forms_go_and_it_is_told(tmp_path):
    page, told = page_of(tmp_path, "Avant.<script>si();</script><style>p{}</style>\n<form><input></form>\nAprès.")
    for word in ("si();", "p{}", "input&gt;"):
        assert word not in page
    assert "scripts, styles or forms in «Un pare-feu & deux règles», which no note can have (and 1 more" in told


def test_old_tags_become_those_of_today(tmp_path):
    page, _ = page_of(tmp_path, '<acronym title="x y">XY</acronym>, <tt>mono</tt>, <strike>non</strike>, <big>B</big>')
    assert '<abbr title="x y">XY</abbr>, <code>mono</code>, <s>non</s>, <span>B</span>' in page


def test_a_gallery_shows_its_pictures_and_says_when_they_lie_elsewhere(tmp_path):
    picture = """<item><title>Sans titre</title><wp:post_id>{id}</wp:post_id><wp:status>inherit</wp:status>
<excerpt:encoded>La &lt;em&gt;salle&lt;/em&gt;</excerpt:encoded><wp:post_parent>{parent}</wp:post_parent>
<wp:post_type>attachment</wp:post_type><wp:attachment_url>https://cdn.test/{id}.jpg</wp:attachment_url></item>"""
    there = picture.format(id=70, parent=13) + picture.format(id=71, parent=13) + picture.format(id=72, parent=0)
    text = EXPORT.replace("[gallery ids=\"1,2\"]", "[gallery ids='72,70' columns=2]").replace(
        "Écrit avec", "<img src='https://cdn.test/x.png'>[gallery]Écrit avec").replace("<item>", there + "<item>", 1)
    make_site(tmp_path, {"old.xml": text}, config=None)
    site, ran = move(tmp_path, "wordpress", tmp_path / "old.xml")
    site.build()
    page = site.page("/2024/03/un-pare-feu-deux-regles/")
    assert page.index("https://cdn.test/72.jpg") < page.index("https://cdn.test/70.jpg")
    assert "La salle</figcaption>" in page
    other = site.page("/2024/03/la-releve/")
    assert other.index("https://cdn.test/70.jpg") < other.index("https://cdn.test/71.jpg")
    assert "needs your hand: pictures lie on other hosts, from which a page here loads nothing: cdn.test (1)" in ran.out


@pytest.mark.parametrize("address", ["http://[", "", "carnet", "//"])
def test_an_address_of_the_blog_that_is_none_is_no_crash(tmp_path, address):
    text = EXPORT.replace("<link>https://carnet.example.org/blog</link>", f"<link>{address}</link>", 1)
    make_site(tmp_path, {"old.xml": text}, config=None)
    _, ran = move(tmp_path, "wordpress", tmp_path / "old.xml")
    assert ran.exit_code == 0
    assert "comments: 2" in ran.out


def test_markup_in_a_title_is_left_out(tmp_path):
    text = EXPORT.replace("<title>La relève</title>", "<title>La &lt;em&gt;relève&lt;/em&gt; &amp;lt;b&amp;gt;</title>")
    make_site(tmp_path, {"old.xml": text}, config=None)
    site, _ = move(tmp_path, "wordpress", tmp_path / "old.xml")
    assert "title: 'La relève <b>'\n" in (site.root / "content/posts/2024-03-10-la-releve.md").read_text("utf-8")


def test_a_post_at_an_address_of_veilles_own_moves_aside_and_the_site_builds(tmp_path):
    text = EXPORT.replace("/blog/2024/03/la-releve/</link>", "/blog/tags/</link>")
    make_site(tmp_path, {"old.xml": text}, config=None)
    site, ran = move(tmp_path, "wordpress", tmp_path / "old.xml")
    assert "needs your hand: /tags/ is a page of veille's own, so the post is at /tags-1/ now" in ran.out
    assert site.build().changes
    assert site.has("/tags-1/")


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
