"""Pages: which there are, what they hold, where they lead, and when they have to be written anew."""

from __future__ import annotations

import json
import pickle
import posixpath
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import jinja2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta

from generator import urls
from generator.config import Author, Config, SiteSettings
from generator.model import Entity, Heading, Origin, Output, Post, Score, Section, Site, stored
from generator.outputs import pages
from generator.outputs.templates import reach
from generator.site import assemble

TEMPLATES = Path(__file__).parent.parent / "templates"
SOURCES = {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
STATICS = {path.name: f"/static/{path.stem}.0123{path.suffix}" for path in TEMPLATES.glob("static/*")}
CONFIG = Config(
    site=SiteSettings(
        title="La Vigie & co", url="https://example.org/veille", description="Notes de veille.", language="fr",
        author=Author("Ada", url="https://example.org/ada"),
    ),
    pagination=4,
)
SECTIONS = (
    Section((), "", "", 8, "<p>Une introduction.</p>"),
    Section(("key-points",), "Points clés", "points-cles", 10, "<ul><li>Un point.</li></ul>"),
    Section(("vulnerabilities", "recommendations"), "Failles et remèdes", "failles-et-remedes", 14, "<p>Rien.</p>"),
)
HEADINGS = (Heading(2, "Points clés", "points-cles"), Heading(2, "Failles et remèdes", "failles-et-remedes"))


def a_post(name: str = "note", day: str = "2026-02-03", **changes: object) -> Post:
    when = datetime.fromisoformat(day).replace(tzinfo=UTC)
    post = Post(
        path=f"content/posts/{day[:10]}-{name}.md", key=f"{day}-{name}", url=f"/posts/{when:%Y/%m/%d}/{name}/",
        url_line=1, title=f"The title of {name}", headline=f"Le titre de {name}", date=when, has_time=len(day) > 10,
        updated=None, tags=("Alerte", "Été"), origin=Origin(f"https://www.example.net/{name}?a=1&b=2", "example.net"),
        origin_label="Source", description="Un résumé.", author="", lang="", layout="post", draft=False, aliases=(),
        stored=stored(SECTIONS), headings=HEADINGS, points=("Un point.",), entities=(), scores=(), links=(), anchors=(),
        words=300, extra=(),
    )
    return msgspec.structs.replace(post, **changes)  # type: ignore[arg-type]


def a_cve(cve: str, value: float, text: str) -> dict[str, object]:
    return {"entities": (Entity("cve", cve, 12),), "scores": (Score(value, text, "3.1", "", cve, 12),)}


def daily(days: int, a_day: int = 1) -> list[Post]:
    start = datetime(2026, 1, 1)
    return [
        a_post(f"n{day}-{number}", f"{start + timedelta(days=day):%Y-%m-%d}")
        for day in range(days) for number in range(a_day)
    ]


def full_site() -> list[Post]:
    """Every kind of page, and of post."""
    return [
        *daily(40), *(a_post(f"m{number}", "2025-12-31") for number in range(14)),
        a_post("scored", "2026-02-20T08:05", **a_cve("CVE-2026-0001", 9.8, "9,8")),
        a_post("rated", "2026-02-21", **a_cve("CVE-2026-0001", 7.5, "7.5"), updated=datetime(2026, 2, 22, tzinfo=UTC)),
        a_post("unscored", "2026-02-22", entities=(Entity("cve", "CVE-2024-99999", 9),)),
        a_post("english", lang="en", headline=""), a_post("bare", origin=None, tags=(), headline="", stored=stored(())),
        a_post("moved", aliases=("/old/moved/", "/old.html")), a_post("accents", url="/été/là bas/"),
        a_post("file", url="/about.html", draft=True, author="Grace", points=()),
        a_post("long", headings=tuple(Heading(2, f"Partie {n}", f"partie-{n}") for n in range(7))),
    ]


def kit(config: Config = CONFIG, code: str = "1", **templates: str) -> pages.Kit:
    own = {name.replace("__", "/") + ".html": text for name, text in templates.items()}
    return pages.kit(config, {**SOURCES, **own}, STATICS, code)


def a_site(posts: Sequence[Post]) -> Site:
    return assemble(posts)[0]


def announced(posts: Sequence[Post], with_kit: pages.Kit | None = None, config: Config = CONFIG) -> dict[str, Output]:
    found = list(pages.outputs(a_site(posts), config, with_kit or kit(config), {}))
    assert len({output.path for output in found}) == len(found)
    return {output.path: output for output in found}


def written(posts: Sequence[Post], config: Config = CONFIG, **templates: str) -> dict[str, str]:
    made = kit(config, **templates)
    wanted = announced(posts, made, config)
    return {path: pages.render(output.maker, output.context, made).decode() for path, output in wanted.items()}


def parsed(html: str) -> Element:
    """Raises for anything that the HTML standard calls a parse error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def text(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def having(root: Element, attribute: str) -> list[Element]:
    return [element for element in root.iter() if isinstance(element.tag, str) and attribute in element.attrib]


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return written(full_site())


@pytest.fixture(scope="module")
def trees(site: dict[str, str]) -> dict[str, Element]:
    return {path: parsed(html) for path, html in site.items()}


# Which pages there are


def test_every_page_of_the_contract_is_there(site: dict[str, str]):
    assert {
        "index.html", "page/1/index.html", "posts/2026/01/05/n4-0/index.html", "about.html", "été/là bas/index.html",
        "tags/index.html", "tags/alerte/index.html", "tags/ete/index.html", "tags/ete/page/1/index.html",
        "archives/index.html", "archives/2026/index.html", "archives/2025/12/index.html", "sources/index.html",
        "sources/example.net/index.html", "sources/example.net/page/2/index.html", "cve/index.html",
        "cve/CVE-2026-0001/index.html", "404.html", "old/moved/index.html", "old.html",
    } <= site.keys()


def test_an_empty_site_has_a_home_page_that_says_so():
    home = written([])["index.html"]
    assert "Aucune note n’est encore publiée" in home


@given(st.integers(0, 300), st.integers(1, 25))
def test_a_new_post_changes_no_numbered_page(posts: int, size: int):
    newest_first = range(posts, 0, -1)
    first, numbered = pages.paginate(newest_first, size)
    assert [*first, *(item for page in reversed(numbered) for item in page)] == list(newest_first)
    assert all(len(page) == size for page in numbered)
    assert len(first) == posts if not numbered else size <= len(first) < 2 * size
    _, after = pages.paginate(range(posts + 1, 0, -1), size)
    assert [list(page) for page in after[: len(numbered)]] == [list(page) for page in numbered]


@pytest.mark.parametrize("listing", ["", "tags/alerte/", "sources/example.net/"])
def test_older_leads_through_all_notes_and_newer_leads_back(listing: str, trees: dict[str, Element]):
    def step(path: str, rel: str) -> str:
        pagers = [nav for nav in trees[path].iter("nav") if nav.get("class") == "pager"]
        links = [link for nav in pagers for link in nav.iter("a") if link.get("rel") == rel]
        return target(path, links[0].get("href", "")) if links else ""

    path, seen, notes = f"{listing}index.html", [], []
    while path:
        seen.append(path)
        notes += [text(heading) for heading in trees[path].iter("h3")]
        path = step(path, "next")
    expected = [post for post in full_site() if not listing or (post.tags if "tags" in listing else post.origin)]
    assert len(notes) == len(set(notes)) == len(expected)
    back = [path := seen[-1]]
    while path := step(path, "prev"):
        back.append(path)
    assert back == seen[::-1]


# What every page holds


def test_every_page_is_well_formed_html_with_landmarks_a_title_and_one_first_heading(trees: dict[str, Element]):
    titles = {}
    for path, tree in trees.items():
        assert tree.get("lang") == "fr", path
        assert len(list(tree.iter("h1"))) == len(list(tree.iter("main"))) == 1, path
        assert [nav.get("aria-label") or nav.get("aria-labelledby") for nav in tree.iter("nav")].count(None) == 0, path
        titles[path] = text(tree.find("head/title"))
        ids = [element.get("id") for element in having(tree, "id")]
        assert len(ids) == len(set(ids)), path
        levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
        assert all(after - before < 2 for before, after in pairwise(levels)), (path, levels)
    moved = {path for path in titles if path.startswith("old")} | {"posts/2026/02/03/moved/index.html"}
    named = [title for path, title in titles.items() if path not in moved]
    assert len(set(named)) == len(named)


def test_the_content_policy_comes_first_and_nothing_on_a_page_breaks_it(trees: dict[str, Element]):
    for path, tree in trees.items():
        first = tree.find("head/*")
        assert first is not None
        assert first.get("http-equiv") == "Content-Security-Policy", path
        for element in tree.iter():
            if isinstance(element.tag, str):
                assert element.tag not in ("style", "form", "iframe"), path
                if element.tag == "script":  # data, or a file of the site's own
                    own = re.search(r"static/(veille|theme|cves)\.0123\.js$", element.get("src", ""))
                    assert (own and not element.text) or element.get("type") == "application/ld+json", path
                assert not [name for name in element.attrib if name == "style" or name.startswith("on")], path


def test_every_link_leads_to_a_page_or_place_of_the_site(site: dict[str, str], trees: dict[str, Element]):
    anchors = {path: {element.get("id") for element in having(tree, "id")} for path, tree in trees.items()}
    data = {"manifest.webmanifest", "feed.json", "feeds.opml", "api/posts.json", "api/cve.json"}
    weeks = {path.removesuffix("index.html") for path in site if re.match(r"digests/\d", path)}
    data |= {week + letter for week in weeks for letter in ("mail.html", "digest.md")}
    feeds = {"feed.xml", "digests/feed.xml", *data, *(f"tags/{tag}/feed.xml" for tag in ("alerte", "ete"))}
    known = site.keys() | feeds | {"manifest.webmanifest"} | {url[1:] for url in STATICS.values()}
    checked = 0
    for path, tree in trees.items():
        for element in having(tree, "href"):
            href = element.get("href", "")
            parts = urlsplit(href)
            if parts.scheme:
                assert element.tag == "link" or "noopener" in element.get("rel", ""), (path, href)
                continue
            goal = target(path, href)
            assert goal in known, (path, href)
            in_body = path.startswith("posts/")  # whose anchors these posts have only in their lists of headings
            assert not parts.fragment or in_body or unquote(parts.fragment) in anchors[goal], (path, href)
            checked += 1
    assert checked > 2000


def test_links_work_in_any_folder_and_on_the_404_page_at_any_depth(site: dict[str, str], trees: dict[str, Element]):
    for path, tree in trees.items():
        hrefs = [element.get("href", "") for element in having(tree, "href")]
        local = [href for href in hrefs if not urlsplit(href).scheme and not href.startswith("#")]
        assert all(href.startswith("/veille/") == (path == "404.html") for href in local), path


def test_pages_for_readers_have_one_canonical_address_and_a_description(trees: dict[str, Element]):
    for path, tree in trees.items():
        metas = {tag.get("name") or tag.get("property"): tag.get("content") for tag in tree.iter("meta")}
        canonical = [link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical"]
        if path in ("404.html", "offline/index.html"):
            assert (canonical, metas["robots"]) == ([], "noindex")
        elif path.startswith("old"):
            assert (canonical, metas["robots"]) == (["https://example.org/veille/posts/2026/02/03/moved/"], "noindex")
        else:
            url = urls.encoded("/" + path.removesuffix("index.html"))
            assert canonical == [metas["og:url"]] == [f"https://example.org/veille{url}"]
            assert metas["description"]
            assert metas["og:locale"] == "fr_FR"


def test_the_feeds_are_announced(trees: dict[str, Element]):
    def announced_feeds(path: str) -> list[str]:
        links = [link for link in trees[path].iter("link") if link.get("rel") == "alternate"]
        return [target(path, link.get("href", "")) for link in links]

    assert announced_feeds("index.html") == ["feed.xml", "feed.json"]
    assert announced_feeds("feeds/index.html") == ["feed.xml", "feed.json", "feeds.opml"]
    assert announced_feeds("tags/ete/page/1/index.html") == ["feed.xml", "feed.json", "tags/ete/feed.xml"]


# The post page


def test_a_post_page_keeps_the_contract(trees: dict[str, Element]):
    tree = trees["posts/2026/02/20/scored/index.html"]
    article = tree.find(".//article")
    assert article is not None
    assert [text(heading) for heading in article.iter("h1")] == ["The title of scored"]
    assert [text(element) for element in having(tree, "data-headline")] == ["Le titre de scored"]
    (body,) = having(tree, "data-post-body")
    assert text(body) == "Une introduction. Points clés Un point. Failles et remèdes Rien."
    sections = having(body, "data-section")
    assert [section.get("data-section") for section in sections] == ["key-points", "vulnerabilities recommendations"]
    for section in sections:
        heading = section.find("h2")
        assert heading is not None
        assert heading.get("id") == section.get("aria-labelledby")
    (origin,) = having(tree, "data-origin")
    assert origin.get("href") == "https://www.example.net/scored?a=1&b=2"
    assert origin.get("rel") == "noopener noreferrer"
    for added in having(origin, "data-generated"):
        origin.remove(added)
    assert text(origin) == "Source"


def test_a_post_without_headline_origin_tags_or_body_is_still_a_page(trees: dict[str, Element]):
    tree = trees["posts/2026/02/03/bare/index.html"]
    assert text(tree.find(".//h1")) == "The title of bare"
    assert not having(tree, "data-headline")
    assert not having(tree, "data-origin")


def test_neighbours_are_named_by_their_titles(trees: dict[str, Element]):
    path = "posts/2026/01/05/n4-0/index.html"
    (nav,) = [nav for nav in trees[path].iter("nav") if nav.get("class") == "neighbours"]
    assert {link.get("rel"): (target(path, link.get("href", "")), text(link)) for link in nav.iter("a")} == {
        "prev": ("posts/2026/01/04/n3-0/index.html", "Note précédente Le titre de n3-0"),
        "next": ("posts/2026/01/06/n5-0/index.html", "Note suivante Le titre de n5-0"),
    }


def test_text_in_another_language_is_marked_and_the_sites_own_words_are_not(trees: dict[str, Element]):
    tree = trees["posts/2026/02/03/english/index.html"]
    assert [element.get("lang") for element in having(tree, "lang")][:2] == ["fr", "en"]
    (body,) = having(tree, "data-post-body")
    assert body.get("lang") == "en"
    french = trees["posts/2026/01/05/n4-0/index.html"]
    (headline,) = having(french, "data-headline")
    assert headline.get("lang") is None
    (original,) = french.iter("h1")
    assert (text(original), original.get("lang")) == ("The title of n4-0", "en")


def test_a_post_that_names_no_cve_says_so_in_a_quiet_line_only_there():
    def section(html: str) -> str:
        quiet = msgspec.structs.replace(SECTIONS[1], kinds=("vulnerabilities",), html=html)
        return written([a_post(stored=stored((quiet,)))])["posts/2026/02/03/note/index.html"]

    assert 'class="quiet"' in section("<p>Aucune CVE mentionnée.</p>")
    assert 'class="quiet"' not in section("<p>La faille CVE-2026-1 est exploitée.</p>")
    assert 'class="quiet"' not in section("<ul><li>Un contournement.</li><li>Une injection.</li></ul>")


def test_what_authors_write_is_escaped_everywhere():
    hostile = """<script>alert("x")</script>'"""
    site = written([
        a_post(
            title=hostile, headline=hostile + "&", tags=(hostile,), description=hostile, author=hostile,
            points=(hostile,), origin=Origin('https://example.net/"><script>', "example.net"),
            origin_label=hostile, headings=tuple(Heading(2, hostile, anchor) for anchor in "abc"),
            stored=stored((Section(("key-points",), hostile, "a", 3, "<p></p>"),)),
        )
    ])
    for path, html in site.items():
        scripts = list(parsed(html).iter("script"))
        expected = 2 + (path not in ("404.html", "offline/index.html")) + (path == "cve/index.html")
        assert html.count("<script") == len(scripts) == expected, path
        assert not [script for script in scripts if script.text and not json.loads(script.text)], path


def test_only_the_bodies_of_posts_and_pages_are_trusted_html():
    trusted = re.findall(r"\{\{[^}]*\|\s*safe\b[^}]*\}\}|\|\s*safe\b|autoescape", "".join(SOURCES.values()))
    assert sorted(trusted) == ["{{ section.html|safe }}", "{{ text.html|safe }}"]


# Lists, indexes, CVEs


def test_a_day_with_57_notes_shows_a_dozen_and_folds_the_others():
    config = replace(CONFIG, pagination=60)
    home = parsed(written(daily(1, 57), config)["index.html"])
    (day,) = [section for section in home.iter("section") if section.get("class") == "day"]
    (rest,) = day.iter("details")
    assert text(rest.find("summary")) == "Encore 45 notes de ce jour"
    assert len(list(day.iter("article"))) - len(list(rest.iter("article"))) == 12


def test_the_home_page_speaks_of_its_newest_day_and_of_the_cves_of_its_week(trees: dict[str, Element]):
    home = trees["index.html"]
    assert text(home.find(".//h1")) == "Édition du dimanche 22 février 2026"
    chips = [text(link) for link in home.iter("a") if "chip" in link.get("class", "")]
    assert chips[-2:] == ["CVE-2026-0001 9,8 critique", "CVE-2024-99999"]


def test_a_cve_page_puts_the_highest_score_on_top_as_written_with_its_note(trees: dict[str, Element]):
    tree = trees["cve/CVE-2026-0001/index.html"]
    (verdict,) = [section for section in tree.iter("section") if "verdict" in section.get("class", "")]
    assert text(verdict) == "Score le plus élevé rapporté 9,8 critique CVSS 3.1. Rapporté dans Le titre de scored."
    (timeline,) = tree.iter("ol")
    assert [text(item) for item in timeline] == [
        "21 février 2026 Le titre de rated The title of rated example.net CVSS 3.1 7.5 élevée",
        "20 février 2026 Le titre de scored The title of scored example.net CVSS 3.1 9,8 critique",
    ]
    hrefs = [link.get("href") for link in tree.iter("a")]
    assert "https://nvd.nist.gov/vuln/detail/CVE-2026-0001" in hrefs
    assert "https://www.cve.org/CVERecord?id=CVE-2026-0001" in hrefs


def test_a_cve_without_score_says_so(site: dict[str, str]):
    assert "Aucune de nos notes ne donne de score" in site["cve/CVE-2024-99999/index.html"]


def test_every_severity_is_a_word_beside_a_hue(trees: dict[str, Element]):
    for path, tree in trees.items():
        for element in tree.iter():
            if set((element.get("class") or "").split()) & {"critical", "high", "medium", "low", "none"}:
                assert re.search(r"\d (critique|élevée|moyenne|faible|nulle)", text(element)), path


def test_a_source_links_to_its_own_site_as_its_articles_address_it(site: dict[str, str]):
    assert '<a href="https://www.example.net/" rel="noopener noreferrer">' in site["sources/example.net/index.html"]


def test_a_months_page_names_every_note_of_the_month_and_a_year_every_day(trees: dict[str, Element]):
    lines = [ul for ul in trees["archives/2025/12/index.html"].iter("ul") if ul.get("class") == "lines"]
    assert sum(map(len, lines)) == 14
    cells = [text(cell) for cell in trees["archives/2025/index.html"].iter("td")]
    assert [cell for cell in cells if cell][-2:] == ["30", "31 14"]


def test_a_redirect_needs_no_script(trees: dict[str, Element]):
    tree = trees["old/moved/index.html"]
    (refresh,) = [tag.get("content") for tag in tree.iter("meta") if tag.get("http-equiv") == "refresh"]
    assert refresh == "0; url=../../posts/2026/02/03/moved/"
    (main,) = tree.iter("main")
    assert [link.get("href") for link in main.iter("a")] == ["../../posts/2026/02/03/moved/"]


def test_an_english_site_has_no_french_word():
    config = replace(CONFIG, site=replace(CONFIG.site, language="en"))
    posts = [msgspec.structs.replace(post, tags=("x",), stored=stored(()), headings=()) for post in full_site()]
    for path, html in written(posts, config).items():
        tree = parsed(html)
        words = re.sub(r"Le titre de|Notes de veille|Un (point|résumé)|/?été|là bas|Partie", "", text(tree))
        assert not re.search(r"[éèàç«]|\b(le|la|les|des|du|notes de)\b", words), (path, words)


# When pages are written anew


def changed(before: dict[str, Output], after: dict[str, Output]) -> set[str]:
    first, second = ({path: output.fingerprint for path, output in site.items()} for site in (before, after))
    return {path for path in first.keys() | second.keys() if first.get(path) != second.get(path)}


def test_equal_fingerprints_mean_equal_pages_and_a_new_post_changes_few():
    posts = daily(30)
    before, after = announced(posts), announced([*posts, a_post("new", "2026-01-31")])
    assert changed(before, after) == {
        "posts/2026/01/31/new/index.html", "posts/2026/01/30/n29-0/index.html", "index.html",
        "tags/index.html", "tags/alerte/index.html", "tags/ete/index.html", "sources/index.html",
        "sources/example.net/index.html", "archives/index.html", "archives/2026/index.html",
        "archives/2026/01/index.html", "digests/index.html", "digests/2026-W05/index.html",
    }
    made = kit()
    for path in before.keys() - changed(before, after):
        assert pages.render(before[path].maker, before[path].context, made) == pages.render(
            after[path].maker, after[path].context, made
        )


def test_a_post_page_knows_the_titles_of_its_neighbours_and_nothing_else_of_them():
    one, two = a_post("one", "2026-01-01"), a_post("two", "2026-01-02")
    path = "posts/2026/01/01/one/index.html"
    before = announced([one, two])[path]
    other = msgspec.structs.replace(two, key="other", points=())
    renamed = msgspec.structs.replace(two, key="renamed", headline="Un autre titre")
    assert announced([one, other])[path].fingerprint == before.fingerprint
    assert announced([one, renamed])[path].fingerprint != before.fingerprint


def test_a_template_changes_the_pages_that_it_reaches():
    posts = full_site()
    before = announced(posts)
    cve = changed(before, announced(posts, kit(pages__cve="{{ page.cve }}")))
    assert {before[path].maker for path in cve} == {"page:cve"}
    macros = changed(before, announced(posts, kit(macros=SOURCES["macros.html"] + " ")))
    assert {before[path].maker for path in macros}.isdisjoint({"page:post", "page:cve", "page:moved"})
    assert "index.html" in macros
    assert macros == changed(before, announced(posts, kit(partials__card=SOURCES["partials/card.html"] + " ")))
    assert changed(before, announced(posts, kit(base=SOURCES["base.html"] + " "))) == before.keys()
    assert changed(before, announced(posts, kit(code="2"))) == before.keys()


def test_a_setting_that_no_template_sees_changes_no_page():
    assert not changed(announced(full_site()), announced(full_site(), config=replace(CONFIG, output="public")))


@pytest.mark.parametrize("name", SOURCES)
def test_the_reach_of_a_template_holds_whatever_jinja_finds(name: str):
    environment = jinja2.Environment()
    found = set(meta.find_referenced_templates(environment.parse(SOURCES[name])))
    assert found <= set(reach(name, SOURCES))
    if name.startswith("pages/"):
        assert {"base.html", "partials/header.html", "partials/footer.html"} <= set(reach(name, SOURCES))


def test_a_template_chosen_by_an_expression_reaches_all():
    assert reach("a.html", {"a.html": "{% include page.kind %}", "b.html": ""}) == ("a.html", "b.html")


def test_a_kit_and_its_outputs_cross_to_another_process():
    made = kit()
    assert pickle.loads(pickle.dumps(made)) == made
    output = announced([a_post()])["index.html"]
    again = pickle.loads(pickle.dumps(output))
    assert pages.render(again.maker, again.context, pickle.loads(pickle.dumps(made))) == pages.render(
        output.maker, output.context, made
    )


# A site's own templates


def test_a_layout_is_a_template_of_the_site():
    site = written(
        [a_post("own", layout="report"), a_post("unknown", layout="nothing"), a_post("taken", layout="home")],
        pages__report='{% extends "base.html" %}{% block main %}<h1>Rapport : {{ page.post.title }}</h1>{% endblock %}',
    )
    assert "Rapport : The title of own" in site["posts/2026/02/03/own/index.html"]
    assert "data-post-body" in site["posts/2026/02/03/unknown/index.html"]
    assert "data-post-body" in site["posts/2026/02/03/taken/index.html"]


FAULTS = [
    ("syntax", "\n{% if %}", 2, "Expected"),
    ("unknown variable", "a\nb\n{{ nothing }}", 3, "there is no «nothing» here"),
    ("unknown field", "{{ page.post.nothing }}", 1, "there is no «nothing» here"),
    ("unknown file", "\n\n{{ asset('nothing.css') }}", 3, "no static file «nothing.css»"),
    ("unknown template", "\n{% include 'nothing.html' %}", 2, "there is no template «nothing.html»"),
    ("unknown parent", "{% extends 'nothing.html' %}", 1, "there is no template «nothing.html»"),
    ("failing filter", "\n{{ page.post.words|join(3)|nothing }}", 2, "nothing"),
]


@pytest.mark.parametrize(("what", "template", "line", "message"), FAULTS)
def test_a_faulty_template_is_named_with_its_line(what: str, template: str, line: int, message: str):
    made = kit(pages__post=template)
    output = announced([a_post()], made)["posts/2026/02/03/note/index.html"]
    with pytest.raises(pages.TemplateError) as caught:
        pages.render(output.maker, output.context, made)
    assert (caught.value.name, caught.value.line) == ("pages/post.html", line), what
    assert message in caught.value.message


def target(path: str, href: str) -> str:
    """The output path that a link on the page `path` leads to."""
    wanted = unquote(urlsplit(href).path)
    if not wanted:
        return path
    if wanted.startswith("/"):  # only the 404 page does that, below the path of site.url
        wanted, path = wanted.removeprefix("/veille/"), ""
    clean = posixpath.normpath(posixpath.join("/", posixpath.dirname(path), wanted)).lstrip("/")
    return posixpath.join(clean, "index.html") if wanted.endswith("/") or not clean else clean


# The look


def palettes() -> dict[str, dict[str, str]]:
    css = (TEMPLATES / "static/veille.css").read_text("utf-8")
    plain, contrast = re.findall(r":root \{([^}]*)\}", css)[:2]
    found = {}
    for place, theme in enumerate(("light", "dark"), 1):
        for name, blocks in ((theme, (plain,)), (f"{theme}, more contrast", (plain, contrast))):
            pairs = re.findall(r"--([\w-]+): light-dark\((#\w{3,6}), (#\w{3,6})\);", "".join(blocks))
            found[name] = {pair[0]: pair[place] for pair in pairs}
    return found


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


TEXT = ("ink", "ink-2", "accent", "critical", "high", "medium", "low", "none", "code-2")
PAIRS = [
    *((text_colour, ground) for text_colour in TEXT for ground in ("paper", "paper-2")),
    *((text_colour, "accent-wash") for text_colour in TEXT[:3]), ("paper", "accent"),
    ("ink", "l1"), ("ink", "l2"), ("ink", "l3"), ("on-dark", "l4"), ("on-dark", "l5"),
]


@pytest.mark.parametrize("theme", ["light", "dark", "light, more contrast", "dark, more contrast"])
def test_every_text_stands_out_from_its_ground(theme: str):
    colours = palettes()[theme]
    weak = {}
    for ink, ground in PAIRS:
        high, low = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
        if (ratio := (high + 0.05) / (low + 0.05)) < 4.5:
            weak[ink, ground] = round(ratio, 2)
    assert not weak
