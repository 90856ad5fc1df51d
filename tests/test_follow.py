"""What readers follow and browse: the page of feeds, descriptions of tags, the orders of CVEs, the archives' days."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.sites import TinySite, make_site, note

CONFIG = """\
site: {title: Veille, url: "https://example.org/veille", description: Notes}
pagination: 2
tags: {Réseau: {description: Routeurs & pare-feu}}
"""


def tree(site: TinySite, url: str) -> Element:
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(site.page(url))


def text(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def of_class(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if isinstance(one.tag, str) and name in one.get("class", "").split()]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> TinySite:
    bodies = {
        "2025-09-01-a": "CVE-2024-11111 (CVSS 9,8), CVE-2025-22222 (CVSS 5.0)",
        "2025-09-02-b": "CVE-2025-33333 (CVSS 9.8)\n\n* **Produit affecté :** Un routeur\n* **Version affectée :** 1",
        "2025-09-02-c": "CVE-2025-33333 encore\n\n* **Produit affecté :** Un autre",
        "2025-09-30-d": "CVE-2025-33333, CVE-2025-44444.\n\nCVE-2024-11111 (CVSS 7.0)",
        "2025-10-01-e": "Rien.",
    }
    files = {
        f"content/posts/{name}.md": note(f"Note {name[-1]}", body, tags=["réseau", "autre"], source=f"https://{host}/{name}")
        for (name, body), host in zip(bodies.items(), ("a.example", "b.example", "b.example", "c.example", "a.example"),
                                      strict=True)
    }
    site = make_site(tmp_path_factory.mktemp("follow"), files, CONFIG)
    assert site.build().changes
    return site


# Feeds


def test_the_page_of_feeds_leads_to_every_feed_and_writes_addresses_out(site: TinySite):
    page = tree(site, "/feeds/")
    links = {link.get("href"): text(link) for link in page.iter("a")}
    assert links["../feed.xml"] == "https://example.org/veille/feed.xml"
    assert links["../feed.json"] == "https://example.org/veille/feed.json"
    assert links["../api/posts.json"] == "https://example.org/veille/api/posts.json"
    assert {"../tags/reseau/feed.xml": "réseau", "../tags/autre/feed.xml": "autre"}.items() <= links.items()
    assert "../feeds.opml" in links
    assert "Les 50 dernières notes au moins, et celles de 3 jours." in text(page)


def test_every_page_leads_to_the_page_of_feeds_and_its_own_entry_is_marked(site: TinySite):
    current = [link for link in tree(site, "/feeds/").iter("a") if link.get("aria-current")]
    assert [text(link) for link in current] == ["Suivre"]
    assert any(link.get("href") == "feeds/" for link in tree(site, "/").iter("a"))


# Tags


def test_a_description_is_on_the_first_page_of_its_tag_in_the_index_and_beside_its_feed(site: TinySite):
    first = tree(site, "/tags/reseau/")
    assert [text(element) for element in of_class(first, "lead")] == ["Routeurs & pare-feu"]
    descriptions = [meta.get("content") for meta in first.iter("meta") if meta.get("name") == "description"]
    assert descriptions == ["Routeurs & pare-feu"]
    assert not of_class(tree(site, "/tags/reseau/page/1/"), "lead")
    assert not of_class(tree(site, "/tags/autre/"), "lead")
    for url in ("/tags/", "/feeds/"):
        assert [text(element) for element in of_class(tree(site, url), "what")] == ["Routeurs & pare-feu"]


def test_a_tag_that_no_tag_can_be_is_told(tmp_path):
    ran = make_site(tmp_path, config="tags: {'': {description: x}}").run("build")
    assert (ran.exit_code, "V003" in ran.err) == (1, True)


def test_an_unknown_key_of_a_tag_is_told(tmp_path):
    ran = make_site(tmp_path, config="tags: {alpha: {text: x}}").run("build")
    assert (ran.exit_code, "choose among description" in ran.err) == (1, True)


# CVEs


def order(site: TinySite, url: str) -> list[tuple[str, list[str]]]:
    """Heading and lines of each part of an index."""
    return [
        (text(part.find("h2")), [text(line) for line in part.iter("li")])
        for part in of_class(tree(site, url), "letter") if part.find("h2") is not None
    ]


def test_cves_are_in_order_of_their_years_with_score_and_number_of_sources(site: TinySite):
    assert order(site, "/cve/") == [
        ("2025", ["CVE-2025-44444 1", "CVE-2025-33333 9,8 critique 2", "CVE-2025-22222 5,0 moyenne 1"]),
        ("2024", ["CVE-2024-11111 9,8 critique 2"]),
    ]


def test_cves_with_a_score_are_in_order_of_severity(site: TinySite):
    assert order(site, "/cve/by-severity/") == [
        ("Critique 2", ["CVE-2025-33333 9,8 critique 2", "CVE-2024-11111 9,8 critique 2"]),
        ("Moyenne 1", ["CVE-2025-22222 5,0 moyenne 1"]),
    ]


def test_cves_of_several_sources_are_in_order_of_their_number(site: TinySite):
    assert order(site, "/cve/by-sources/") == [
        ("2 sources 2", ["CVE-2025-33333 9,8 critique 2", "CVE-2024-11111 9,8 critique 2"]),
    ]


def test_the_filter_waits_for_its_script_and_only_where_all_cves_are(site: TinySite):
    (waiting,) = of_class(tree(site, "/cve/"), "filter")
    assert "hidden" in waiting.attrib
    names = {field.get("name") for field in waiting.iter() if field.tag in ("input", "select")}
    assert names == {"id", "year", "severity", "sources", "sort"}
    assert not of_class(tree(site, "/cve/by-severity/"), "filter")


def test_the_pages_of_a_site_without_cves_say_so(tmp_path):
    site = make_site(tmp_path)
    site.build()
    for url in ("/cve/", "/cve/by-severity/", "/cve/by-sources/"):
        assert "Aucune pour l’instant." in site.page(url)


def test_a_cve_leads_to_the_authorities(site: TinySite):
    (part,) = of_class(tree(site, "/cve/CVE-2025-33333/"), "authorities")
    assert {text(link): link.get("href") for link in part.iter("a")} == {
        "NVD": "https://nvd.nist.gov/vuln/detail/CVE-2025-33333",
        "CVE.org": "https://www.cve.org/CVERecord?id=CVE-2025-33333",
        "EUVD": "https://euvd.enisa.europa.eu/vulnerability/CVE-2025-33333",
        "CERT-FR": "https://www.cert.ssi.gouv.fr/?s=CVE-2025-33333",
        "GitHub": "https://github.com/advisories?query=CVE-2025-33333",
    }


def test_what_is_affected_is_told_as_the_newest_note_that_says_it_does(site: TinySite):
    (part,) = of_class(tree(site, "/cve/CVE-2025-33333/"), "affected")
    rows = [(text(row.find("dt")), text(row.find("dd"))) for row in part.iter("div")]
    assert rows == [("Produit affecté", "Un autre")]
    assert text(part.findall("p")[-1]) == "Selon Note c."
    assert not of_class(tree(site, "/cve/CVE-2025-44444/"), "affected")


def test_the_script_of_the_index_is_small(site: TinySite):
    (script,) = [data for path, data in site.output().items() if re.match(r"static/cves\..*js", path)]
    assert len(script) < 3000


# Archives


def test_the_archives_show_the_notes_of_every_day_as_a_shade_and_a_number(site: TinySite):
    (table,) = tree(site, "/archives/").iter("table")
    october, september = table.findall("tbody/tr")[::-1]
    assert (text(september.find("th")), text(october.find("th"))) == ("septembre", "octobre")
    cells = september.findall("td")
    assert [(text(cell), cell.get("class")) for cell in cells if cell.get("class")] == [
        ("1", "level-3"), ("2", "level-5"), ("1", "level-3"), ("", "out"), ("4", "total")]
    assert [cells.index(cell) for cell in cells if (cell.get("class") or "").startswith("level")] == [0, 1, 29]
    assert [text(element) for element in of_class(tree(site, "/archives/"), "shades")] == ["Notes par jour 1 2"]


@pytest.mark.parametrize(("busiest", "steps"), [
    (1, "1"), (5, "1 2 3 4 5"), (7, "1 2 3–4 5 6–7"), (28, "1–5 6–11 12–16 17–22 23–28"),
])
def test_the_steps_are_told_as_numbers_and_a_cell_has_the_shade_of_its_step(tmp_path, busiest: int, steps: str):
    site = make_site(tmp_path, {
        f"content/posts/2025-09-{day:02}-n{at}.md": note(f"Note {day} {at}")
        for day in range(1, min(busiest, 30) + 1) for at in range(day if day < busiest else busiest)
    })
    site.build()
    page = tree(site, "/archives/")
    (shades,) = of_class(page, "shades")
    assert text(shades) == f"Notes par jour {steps}"
    ranges = {
        span.get("class"): [int(number) for number in text(span).split("–")] for span in shades.iter("span")
    }
    cells = [cell for cell in page.iter("td") if cell.get("class", "").startswith("level")]
    assert len(cells) == busiest
    for cell in cells:
        known = ranges[cell.get("class")]
        assert known[0] <= int(text(cell)) <= known[-1]
