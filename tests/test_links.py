"""Every internal link of a built site leads somewhere, fragments included; and the checker sees those that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.links import broken, links
from tests.sites import make_site, note, tree
from tests.test_golden import EXPECTED

BASE = "https://example.org/guet"


def test_every_link_of_the_golden_site_leads_somewhere():
    files = tree(EXPECTED)
    assert len(links(files)) > 100
    assert not broken(files, BASE)


@pytest.mark.parametrize(("page", "told"), [
    ('<a href="nowhere/">', "a/index.html: nowhere/"),
    ('<a href="../b.html#gone">', "a/index.html: ../b.html#gone"),
    ('<a href="#gone">', "a/index.html: #gone"),
    ('<img src="/x.png">', "a/index.html: /x.png"),
    ('<link href="https://example.org/guet/gone/">', "a/index.html: https://example.org/guet/gone/"),
    ('<meta http-equiv="refresh" content="0; url=../gone/">', "a/index.html: ../gone/"),
    ('<p id="x"><p id="x">', "a/index.html: two ids 'x'"),
    ('<p aria-labelledby="gone">', "a/index.html: aria-labelledby=gone"),
    ('<a href="javascript:alert(1)">', "a/index.html: javascript:alert(1)"),
])
def test_the_checker_sees_what_leads_nowhere(page: str, told: str):
    assert broken({"a/index.html": page.encode(), "b.html": b'<p id="there">'}, BASE) == [told]


def test_the_checker_sees_what_leads_nowhere_in_feeds_and_sitemaps():
    feed = b'<feed><link href="gone.xml"/><entry><content type="html">&lt;a href="/guet/x"&gt;</content></entry></feed>'
    sitemap = b"<urlset><url><loc>https://example.org/guet/gone/</loc></url></urlset>"
    assert broken({"feed.xml": feed, "sitemap.xml": sitemap}, BASE) == [
        "feed.xml: /guet/x", "feed.xml: gone.xml", "sitemap.xml: https://example.org/guet/gone/"]


def test_the_checker_passes_what_leads_somewhere():
    page = ('<p id="été"><a href="">1</a><a href="#%C3%A9t%C3%A9">2</a><a href="../b.html?x#there">3</a>'
            '<a href="https://example.net/gone">4</a><a href="mailto:a@b.c">5</a><a href="/guet/a/">6</a>'
            '<a href="..">7</a>')
    assert not broken({"a/index.html": page.encode(), "b.html": b'<p id="there">', "index.html": b""}, BASE)


@pytest.mark.parametrize("url", ["https://example.org", "https://example.org/a/b", "http://localhost:8000"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_link_of_a_site_with_odd_addresses_leads_somewhere(tmp_path: Path, url: str, language: str):
    words = ["C++", "C#", "Été", "été", "a/b", "100 %", "Привет", "日本", "?", "..", "+", "'&amp;'", "\"'\""]
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-a.md": note(tags=[f'"{word}"' for word in words if '"' not in word]),
        "content/posts/2025-09-08-b.md": note(
            permalink="/É t/é+ç&a=b;c/", body="Mots.\n\n## Où ?\n\n[a](#où-) [b](#o%C3%B9-)"),
        "content/posts/2025-09-08-c.md": note(permalink="/sans-fin.html", aliases=["/vieux lien/", "/x/y.html"]),
        "content/posts/2025-09-08-d.md": note(body="[b](/É%20t/é+ç&a=b;c/) [c](/sans-fin.html) [d](../b2/)"),
        "content/posts/2025-09-08-b2.md": note(body="CVE-2025-12345 [^1]\n\n[^1]: Note.\n\n[top](#top)"),
        "content/posts/2024-12-31-e.md": note(source="https://Exämple.net:8080/x"),
    }, f"site: {{url: '{url}', language: {language}}}\npagination: 1")
    report = site.build()
    assert not [found for found in report.problems if found.code == "V701"]
    assert site.output()
    assert not broken(site.output(), url)
