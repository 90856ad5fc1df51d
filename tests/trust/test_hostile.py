"""Hostile notes: each is built into a site, and nothing in it acts, leaves its place or takes words away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import feedparser
import html5lib
import pytest
from lxml import etree

from generator.content.markup import render
from generator.diagnostics import Severity
from tests.fuzz.rooms import FORBIDDEN, harmless, scheme_of
from tests.sites import make_site
from tests.trust.hostile_site import Built, build_hostile, notes
from tests.trust.inputs import ATTACKS, BODIES, CONTEXTS, FIELDS, LINES, REFUSED, Hostile

OWN_FILE = re.compile(r"(?:(?:\.\./)*|/v/)(?!.*//)[\w.-][\w./-]*")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_hostile(tmp_path_factory.mktemp("hostile"))


def test_there_are_enough_of_them():
    assert len(BODIES) + len(REFUSED) > 400
    assert len(ATTACKS) * (len(FIELDS) + len(LINES)) > 300


@pytest.mark.parametrize("context", CONTEXTS)
def test_in_every_context_it_is_harmless_and_its_neighbours_are_seen(context):
    wrong = []
    for one in BODIES:
        if "\n" in one.text and context not in ("block", "footnote"):
            continue
        text = CONTEXTS[context].replace("{}", one.text)
        found = render((text, "fin"), language="fr", root="../", site_host="example.org")
        try:
            harmless(found.stretches[0])
        except AssertionError as error:
            wrong.append(f"{one}: {error}: {found.stretches[0]}")
        seen = found.texts[0].split()
        if not any("avant" in word for word in seen) or not any("après" in word for word in seen):
            wrong.append(f"{one}: words are lost: {found.stretches[0]}")
        assert found.texts[1].split()[0] == "fin"
    assert not wrong, "\n".join(wrong)


def test_every_note_is_built_or_told(built: Built):
    for name, text in notes():
        where = re.search(r"^permalink: /(\S+/)$", text, re.MULTILINE)
        if where and name not in built.refused:
            assert f"{where[1]}index.html" in built.pages, name
    assert built.report.posts > len(BODIES) + 200
    assert all(found.line > 0 for found in built.report.problems if found.severity is Severity.ERROR)


def test_no_page_runs_or_loads_anything_but_our_own_files(built: Built):
    wrong = [
        f"{path}: {element.tag} {dict(element.attrib)}"
        for path, page in built.pages.items()
        for element in page.iter(etree.Element)
        if not is_ours(element, styled=path.endswith("/mail.html"))
    ]
    assert not wrong, "\n".join(wrong)


def is_ours(element: etree._Element, styled: bool) -> bool:
    """Whether an element of a page can do nothing but show, lead to web pages and load files of the site.

    A letter has our styles on its elements, since mail programs keep no others.
    """
    tag, has = element.tag, element.attrib
    if tag in ("base", "iframe", "frame", "object", "embed", "applet", "style", "math", "portal"):
        return False
    if tag == "script" and has.get("type") in ("application/ld+json", "application/json"):
        return json.loads(element.text) is not None
    if tag == "script" and (element.text or not OWN_FILE.fullmatch(has.get("src", ""))):
        return False
    if tag == "link" and has.get("rel") not in ("canonical", "alternate", "prev", "next"):
        return OWN_FILE.fullmatch(has["href"]) is not None or has["href"] == "data:,"
    if tag == "meta" and has.get("http-equiv", "Content-Security-Policy") != "Content-Security-Policy":
        return re.fullmatch(r"0; ?url=[^\s:\"'<>]*", has["content"]) is not None
    return not any(
        name.startswith("on")
        or (name == "style" and not (styled and "url" not in value and "(" not in value))
        or name in ("srcdoc", "formaction", "ping", "background", "srcset")
        or (name in ("href", "src", "action") and scheme_of(value) not in ("", "http", "https", "mailto"))
        for name, value in has.items()
    )


def test_a_note_adds_only_what_is_allowed_and_its_words_are_seen(built: Built):
    for number, one in enumerate(BODIES):
        if f"corps-{number}" in built.refused:
            continue
        page = built.pages[f"corps/{number}/index.html"]
        body = page.find(".//*[@data-post-body]")
        assert body is not None, one
        assert not {element.tag for element in body.iter(etree.Element)} & (FORBIDDEN - {"button"}), one
        words = "".join(page.find(".//article").itertext()).split()
        assert "avant" in words, one
        assert "après" in words, one
        assert len(page.findall(".//main")) == len(page.findall(".//h1")) == len(page.findall(".//article")) == 1, one


def test_every_feed_and_list_is_well_formed_and_as_harmless_as_the_pages(built: Built):
    site = built.site
    strict = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    seen = 0
    for path in sorted((site.root / "output").rglob("*")):
        if path.suffix not in (".xml", ".opml"):
            continue
        root = etree.fromstring(path.read_bytes(), strict)
        assert not root.getroottree().docinfo.doctype, path
        assert not root.findall(".//{http://www.w3.org/1999/xhtml}script"), path
        if root.tag == "{http://www.w3.org/2005/Atom}feed":
            seen += 1
            for entry in root.iterfind("{*}entry"):
                for part in (*entry.iterfind("{*}content"), *entry.iterfind("{*}summary")):
                    if part.get("type") == "html":
                        harmless(part.text or "")
                for link in entry.iterfind("{*}link"):
                    assert re.match(r"https?://", link.get("href")), (path, link.attrib)
    assert seen > 1
    assert not feedparser.parse((site.root / "output/feed.xml").read_bytes()).bozo


def test_every_json_document_is_read_and_its_html_harmless(built: Built):
    site = built.site
    documents = [path for path in (site.root / "output").rglob("*") if path.suffix in (".json", ".webmanifest")]
    for path in documents:
        json.loads(path.read_bytes())
    for item in json.loads(site.page("/feed.json"))["items"]:
        harmless(item.get("content_html", ""))
    assert len(documents) > 2


def test_a_letter_in_markdown_links_to_the_site_alone(built: Built):
    letters = sorted((built.site.root / "output").rglob("digest.md"))
    for path in letters:
        html = render((path.read_text("utf-8"),), language="fr", root="").stretches[0]
        harmless(html)
        page = html5lib.parseFragment(html, treebuilder="lxml", namespaceHTMLElements=False)
        for element in (one for top in page if not isinstance(top, str) for one in top.iter(etree.Element)):
            assert element.tag != "img", path
            assert element.get("href", "https://example.org/v/").startswith("https://example.org/v/"), path
    assert letters


def test_no_expression_is_worked_out(built: Built):
    site = built.site
    assert not [path for path, data in site.output().items() if b"1337" in data]


def test_every_file_has_a_plain_name_inside_the_site(built: Built):
    site, report = built.site, built.report
    assert report.changes
    for path in report.changes.manifest:
        for part in path.split("/"):
            assert part not in ("", ".", ".."), path
            assert len(part.encode()) <= 255, path
            assert not re.search(r'[\x00-\x1f\\:*?"<>|\x7f]', part), path
            assert not part.endswith((".", " ")), path
            assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part), path
    assert {entry.name for entry in Path(site.root).iterdir()} <= {"content", "config.yaml", "output", ".veille"}


@pytest.mark.parametrize("one", REFUSED, ids=str)
def test_it_is_refused_with_its_place_and_builds_no_page(one: Hostile, tmp_path: Path):
    whole = one.text in ("a", "- a\n- b") or one.text.startswith(("%", "? ")) or "\ndate:" in one.text
    site = make_site(tmp_path / "site", {
        "content/posts/2025-09-08-good.md": "---\ntitle: good\n---\nwords\n",
        "content/posts/2025-09-08-bad.md": f"---\n{'' if whole else 'date: 2025-09-08'}\n{one.text}\n---\nwords\n",
    })
    before = sorted(path.name for path in tmp_path.iterdir())
    report = site.build(skip_invalid=True)
    errors = [found for found in report.problems if found.severity is Severity.ERROR]
    assert one.code in {found.code for found in errors}
    assert all(found.path.endswith("bad.md") and found.line > 0 and len(found.message) < 500 for found in errors)
    assert len(errors) <= 100
    assert report.posts == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert not [path for path in report.changes.manifest if "bad" in path or "passwd" in path]
