"""Atom feeds, their archives, and the fingerprint that all lazy outputs share."""

from __future__ import annotations

import os
import pickle
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import html5lib
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator import urls
from generator.config import Author, Config, FeedSettings, SiteSettings
from generator.content.post import parse_post
from generator.model import Origin, Output, Post, Section, Site, Source, stored
from generator.outputs import feeds
from generator.outputs.fingerprint import fingerprint
from generator.site import assemble

PARIS = ZoneInfo("Europe/Paris")
CONFIG = Config(site=SiteSettings(title="Veille & co", url="https://example.org/veille", timezone="Europe/Paris"))
XML = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def a_post(name: str = "note", day: str = "2026-02-03", **changes: object) -> Post:
    when = datetime.fromisoformat(day)
    post = Post(
        path=f"content/posts/{day[:10]}-{name}.md", key=f"{day}-{name}", url=f"/posts/{when:%Y/%m/%d}/{name}/",
        url_line=1, title=f"Title of {name}", headline="", date=when.replace(tzinfo=when.tzinfo or PARIS),
        has_time=len(day) > 10, updated=None, tags=(), origin=None, origin_label="", description="", author="", lang="",
        layout="post", draft=False, aliases=(), stored=stored((Section((), "", "", 5, f"<p>Texte de {name}.</p>"),)),
        headings=(), points=(), entities=(), scores=(), links=(), anchors=(), words=3, extra=(),
    )
    return msgspec.structs.replace(post, **changes)


def a_site(*posts: Post) -> Site:
    return assemble(posts)[0]


def daily(days: int, a_day: int, first: str = "2026-01-01") -> list[Post]:
    start = date.fromisoformat(first)
    dates = [(start + timedelta(days=day)).isoformat() for day in range(days)]
    return [a_post(f"n{number}", day) for day in dates for number in range(a_day)]


def written(site: Site, config: Config = CONFIG) -> dict[str, bytes]:
    return {made.path: feeds.render(made.maker, made.context, config) for made in feeds.outputs(site, config)}


def entry(post: Post, config: Config = CONFIG) -> feedparser.FeedParserDict:
    return feedparser.parse(written(a_site(post), config)["feed.xml"]).entries[0]


def links(document: bytes) -> dict[str, str]:
    return {link.get("rel"): link.get("href") for link in etree.fromstring(document).findall("a:link", XML)}


def walk(files: dict[str, bytes], start: str = "feed.xml") -> Iterator[tuple[str, bytes]]:
    """From the subscription document along prev-archive, as a reader of RFC 5005 goes."""
    path: str | None = start
    while path:
        yield path, files[path]
        older = links(files[path]).get("prev-archive")
        path = older.removeprefix("https://example.org/veille/") if older else None


def ids(document: bytes) -> list[str]:
    return [found.text or "" for found in etree.fromstring(document).findall("a:entry/a:id", XML)]


def w3c_complaints(document: bytes, url: str) -> list[str]:
    """What the W3C feed validator (github.com/w3c/feedvalidator) says of an Atom document, as far as it is about us."""
    found: list[str] = []
    feed = etree.fromstring(document)
    entries = feed.findall("a:entry", XML)
    children = [element.tag for element in feed]
    if children != sorted(children, key=lambda tag: tag.endswith("}entry")):
        found.append("MisplacedMetadata")
    for name in ("id", "title", "updated", "author/a:name"):
        if len(feed.findall(f"a:{name}", XML)) != 1:
            found.append(f"MissingElement {name}")
    rels = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in feed.findall("a:link", XML)]
    if len(rels) != len(set(rels)):
        found.append("DuplicateAtomLink")
    if [link.get("href") for link in feed.findall("a:link[@rel='self']", XML)] != [url]:
        found.append("SelfDoesntMatchLocation")
    known = {rel for rel, _, _ in rels}
    linked = known & {"prev-archive", "next-archive"} and "current" in known
    if feed.find("fh:archive", XML) is not None and not linked:
        found.append("ArchiveIncomplete")
    for name, complaint in (("id", "DuplicateEntries"), ("updated", "DuplicateUpdated")):
        values = [found_one.text for found_one in feed.findall(f"a:entry/a:{name}", XML)]
        if len(values) != len(set(values)) or len(values) != len(entries):
            found.append(complaint)
    for element in feed.iter():
        text, name = element.text or "", etree.QName(element).localname
        if name not in ("feed", "entry", "link", "category", "archive", "author") and not text.strip():
            found.append(f"NotBlank {name}")
        if re.search("[\x80-\x9f\ufffd]", text):
            found.append("BadCharacters")
        if name in ("updated", "published") and not re.fullmatch(
            r"(199\d|20\d\d)-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*)?(Z|[+-]\d\d:\d\d)", text
        ):
            found.append(f"InvalidRFC3339Date {text}")
        address = text if name in ("id", "uri") else element.get("href") or element.get("scheme") or "x:y"
        if not re.fullmatch(r"[a-zA-Z][0-9a-zA-Z+.-]*:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+", address):
            found.append(f"InvalidIRI {address}")
        if name == "category" and not (element.get("term") and element.get("label")):
            found.append("AttrNotBlank")
        if name in ("title", "summary", "subtitle", "name") and element.get("type", "text") == "text" and re.search(
            r"</\w+>|&#?\w+;", text
        ):
            found.append(f"ContainsUndeclaredHTML {text}")
        if element.get("type") == "html":
            found += html_complaints(text)
    if not feed.get(LANG) or any(not element.get(LANG, "fr") for element in entries):
        found.append("InvalidLanguage")
    for element in entries:
        shown = [(link.get("type"), link.get("hreflang")) for link in element.iterfind("a:link", XML)
                 if link.get("rel", "alternate") == "alternate"]
        if len(shown) != len(set(shown)):
            found.append("DuplicateAtomLink")
        if element.find("a:content", XML) is None and element.find("a:summary", XML) is None:
            found.append("MissingTextualContent")
    return found


def html_complaints(html: str) -> list[str]:
    found = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            tree = html5lib.HTMLParser(strict=True).parseFragment(html)
    except html5lib.html5parser.ParseError as error:
        return [f"NotHtml {error}"]
    for element in tree.iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag in ("script", "style", "iframe", "object", "embed", "meta", "link", "form"):
            found.append(f"SecurityRisk {tag}")
        for name, value in element.attrib.items():
            if name.startswith("on") or name in ("style", "class", "id"):
                found.append(f"SecurityRiskAttr {name}")
            if name in ("href", "src") and not re.match(r"(https?://|mailto:)[!-~]+$", value):
                found.append(f"ContainsRelRef {value}")
    return found


ODD = (
    a_post("markup", title="Balises </script> et &amp;", description="Un <b>gras</b>\x07 et \x85 \ufffd"),
    a_post("vide", stored=stored(())),
    a_post("accents", url="/posts/été à la plage/", tags=("Sécurité", "securite", "zero-day", "C++"), lang="en"),
    a_post("origine", origin=Origin("https://vendor.example/a b/[x]?q=é|%zz", "vendor.example"), author="Zoé & fils"),
    a_post("heure", "2026-02-03T08:00:00+11:00", headline="À la une : <b>", updated=datetime(2026, 2, 5, tzinfo=PARIS)),
    a_post("meme-heure", "2026-02-03T08:00:00+11:00", updated=datetime(2026, 2, 5, tzinfo=PARIS)),
)


@pytest.mark.parametrize("kind", ["tag", "jekyll", "url"])
def test_the_w3c_validator_finds_nothing_in_any_document(kind: str) -> None:
    config = replace(CONFIG, feeds=FeedSettings(entries=5, days=1, ids=kind))
    author = Author("Ada", "ada@example.org", "https://example.org/ada")
    for settings in (config, replace(config, site=replace(CONFIG.site, description="Notes", author=author))):
        files = written(a_site(*daily(70, 3, "2025-11-20"), *ODD), settings)
        assert len(files) > 6
        for path, document in files.items():
            assert w3c_complaints(document, f"https://example.org/veille/{path}") == []
            parsed = feedparser.parse(document)
            assert not parsed.bozo
            assert parsed.version == "atom10"


@pytest.mark.corpus
@pytest.mark.skipif("VEILLE_CORPUS" not in os.environ, reason="VEILLE_CORPUS names no folder")
def test_the_w3c_validator_finds_nothing_in_the_feeds_of_a_real_blog() -> None:
    files = sorted((Path(os.environ["VEILLE_CORPUS"]) / "posts").glob("*.md"))[::5]
    parsed = [parse_post(Source(f"content/posts/{file.name}", file.read_bytes()), CONFIG, file.name) for file in files]
    for path, document in written(a_site(*(found.post for found in parsed if found.post))).items():
        assert w3c_complaints(document, f"https://example.org/veille/{path}") == []


@pytest.mark.parametrize(("before", "after", "complaint"), [
    (b"<id>tag:example.org,2026-02-03:/veille/posts/2026/02/03/note/", b"<id>tag:x y", "InvalidIRI"),
    (b'rel="self"', b'rel="related"', "SelfDoesntMatchLocation"),
    (b"<title>Title of note</title>", b"<title> </title>", "NotBlank"),
    (b"&lt;p&gt;Texte", b"&lt;p&gt;&lt;a href=\"../x\"&gt;Texte&lt;/a&gt;", "ContainsRelRef"),
    (b"&lt;p&gt;Texte", b"&lt;p&gt;&lt;b&gt;Texte", "NotHtml"),
    (b"&lt;p&gt;Texte", b"&lt;script&gt;&lt;/script&gt;&lt;p&gt;Texte", "SecurityRisk"),
    (b"+01:00</published>", b"</published>", "InvalidRFC3339Date"),
    (b'rel="via"', b'type="text/html"', "DuplicateAtomLink"),
    (b"<name>Veille &amp; co</name>", b"", "MissingElement"),
])
def test_our_copy_of_the_validator_does_complain(before: bytes, after: bytes, complaint: str) -> None:
    origin = Origin("https://vendor.example/a", "vendor.example")
    document = written(a_site(a_post(origin=origin, description="Résumé")))["feed.xml"]
    assert before in document
    found = w3c_complaints(document.replace(before, after), "https://example.org/veille/feed.xml")
    assert complaint in " ".join(found)


def test_an_entry_tells_all_that_a_reader_needs() -> None:
    post = a_post(
        "calcio", headline="Un service fermé", tags=("Sécurité", "zero-day"), description="Ce qu'il faut savoir.",
        origin=Origin("https://www.vendor.example/a?b=1&c=2", "vendor.example"), origin_label="Source", lang="en",
        stored=stored((
            Section((), "", "", 5, "<p>Avant <a href=\"#suite\">la suite</a>.</p>"),
            Section(("key-points",), "Points clés & plus", "points-cles", 7, '<ul class="x"><li>Un</li></ul>'),
        )),
    )
    found = entry(post)
    assert found.title == "Title of calcio"
    assert found.summary_detail.value == "Ce qu'il faut savoir."
    assert found.summary_detail.type == "text/plain"
    assert found.content[0].type == "text/html"
    assert found.content[0].language == "en"
    assert found.content[0].value.split("\n") == [
        "<p><strong>Un service fermé</strong></p>",
        '<p>Avant <a href="https://example.org/veille/posts/2026/02/03/calcio/#suite">la suite</a>.</p>',
        "<h2>Points clés &amp; plus</h2>",
        "<ul><li>Un</li></ul>",
        '<p><a href="https://www.vendor.example/a?b=1&amp;c=2">Source</a></p>',
    ]
    assert {link.rel: link.href for link in found.links} == {
        "alternate": "https://example.org/veille/posts/2026/02/03/calcio/", "via": "https://www.vendor.example/a?b=1&c=2",
    }
    assert [(tag.term, tag.label, tag.scheme) for tag in found.tags] == [
        ("securite", "Sécurité", "https://example.org/veille/tags/"),
        ("zero-day", "zero-day", "https://example.org/veille/tags/"),
    ]


def test_the_head_names_the_site_and_its_author() -> None:
    feed = feedparser.parse(written(a_site(a_post()))["feed.xml"]).feed
    assert (feed.title, feed.author, feed.id) == ("Veille & co", "Veille & co", "https://example.org/veille/feed.xml")
    assert feed.language == "fr"
    assert {link.rel: (link.href, link.type) for link in feed.links} == {
        "self": ("https://example.org/veille/feed.xml", "application/atom+xml"),
        "alternate": ("https://example.org/veille/", "text/html"),
    }
    named = replace(CONFIG, site=replace(CONFIG.site, author=Author("Ada", "ada@example.org", "https://ada.example/")))
    author = feedparser.parse(written(a_site(a_post()), named)["feed.xml"]).feed.author_detail
    assert (author.name, author.email, author.href) == ("Ada", "ada@example.org", "https://ada.example/")


def test_a_post_of_another_author_says_so() -> None:
    assert entry(a_post(author="Zoé")).author == "Zoé"


def test_two_spellings_of_a_tag_are_one_category_with_the_first_label() -> None:
    assert [tag.label for tag in entry(a_post(tags=("Sécurité", "securite"))).tags] == ["Sécurité"]


@pytest.mark.parametrize(("kind", "expected"), [
    ("tag", "tag:example.org,2026-02-03:/veille/posts/2026/02/03/%C3%A9t%C3%A9/"),
    ("jekyll", "https://example.org/veille/posts/2026/02/03/%C3%A9t%C3%A9"),
    ("url", "https://example.org/veille/posts/2026/02/03/%C3%A9t%C3%A9/"),
])
def test_the_id_of_an_entry_depends_on_its_address_alone(kind: str, expected: str) -> None:
    config = replace(CONFIG, feeds=FeedSettings(ids=kind))
    post = a_post("été")
    later = datetime(2026, 3, 1, tzinfo=PARIS)
    changed = msgspec.structs.replace(post, title="Autre", key="x", tags=("x",), updated=later)
    assert feeds.entry_id(post, config) == feeds.entry_id(changed, config) == expected


def test_the_tag_uri_has_the_written_date_and_a_dns_name() -> None:
    config = replace(CONFIG, site=replace(CONFIG.site, url="https://Été.example:8443"))
    post = a_post("x", "2026-02-03T23:30:00-10:00")
    assert feeds.entry_id(post, config) == "tag:xn--t-9fab.example,2026-02-03:/posts/2026/02/03/x/"


def test_every_tag_has_a_feed_of_its_posts() -> None:
    site = a_site(a_post("a", tags=("Sécurité web",)), a_post("b", tags=("zero-day", "sécurité WEB")), a_post("c"))
    files = written(site)
    assert set(files) == {"feed.xml", "tags/securite-web/feed.xml", "tags/zero-day/feed.xml"}
    document = files["tags/securite-web/feed.xml"]
    assert sorted(feedparser.parse(document).entries, key=lambda found: found.title)[1].title == "Title of b"
    assert len(ids(document)) == 2
    assert links(document) == {
        "self": "https://example.org/veille/tags/securite-web/feed.xml",
        "alternate": "https://example.org/veille/tags/securite-web/",
    }
    assert set(ids(document)) < set(ids(files["feed.xml"]))


def test_a_feed_holds_enough_entries_and_enough_days() -> None:
    few = replace(CONFIG, feeds=FeedSettings(entries=5, days=3))
    busy = written(a_site(*(msgspec.structs.replace(post, tags=("x",)) for post in daily(40, 10))), few)
    days = {path: {found.published[:10] for found in feedparser.parse(busy[path]).entries} for path in busy}
    assert days["tags/x/feed.xml"] == {"2026-02-09", "2026-02-08", "2026-02-07", "2026-02-06"}
    assert days["feed.xml"] >= days["tags/x/feed.xml"]
    calm = [a_post(f"n{year}", f"{year}-06-01", tags=("x",)) for year in range(2000, 2026)]
    for path in ("feed.xml", "tags/x/feed.xml"):
        assert len(ids(written(a_site(*calm), few)[path])) >= 5


def test_entries_are_newest_first_and_so_are_the_documents() -> None:
    files = written(a_site(*daily(60, 3, "2025-12-10"), *ODD), replace(CONFIG, feeds=FeedSettings(entries=5, days=1)))
    published = [
        datetime.fromisoformat(found.published).astimezone(UTC)
        for _, document in walk(files) for found in feedparser.parse(document).entries
    ]
    assert published == sorted(published, reverse=True)


def test_a_reader_who_walks_the_archives_gets_every_post_once() -> None:
    posts = [*daily(100, 3, "2025-11-15"), *daily(3, 1, "2024-02-27")]
    files = written(a_site(*posts), replace(CONFIG, feeds=FeedSettings(entries=10, days=3)))
    seen = [found for _, document in walk(files) for found in ids(document)]
    assert sorted(seen) == sorted(feeds.entry_id(post, CONFIG) for post in posts)
    assert len(list(walk(files))) == len(files)


def test_archive_documents_know_their_neighbours() -> None:
    files = written(a_site(*daily(100, 3, "2025-11-15")), replace(CONFIG, feeds=FeedSettings(entries=10, days=3)))
    chain = list(walk(files))
    base = "https://example.org/veille/"
    assert [path for path, _ in chain] == [
        "feed.xml", "feed/2026-02.xml", "feed/2026-01-2.xml", "feed/2026-01.xml", "feed/2025-12-2.xml",
        "feed/2025-12.xml", "feed/2025-11.xml",
    ]
    for (newer, _), (path, document) in pairwise(chain):
        found = links(document)
        assert found["self"] == base + path
        assert found["current"] == base + "feed.xml"
        assert found["alternate"] == base + f"archives/{path[5:9]}/{path[10:12]}/"
        assert found.get("next-archive") == (None if newer == "feed.xml" else base + newer)
        root = etree.fromstring(document)
        assert root.find("fh:archive", XML) is not None
        assert root.findtext("a:id", namespaces=XML) == base + "feed.xml"
    assert etree.fromstring(files["feed.xml"]).find("fh:archive", XML) is None
    assert "next-archive" not in links(files["feed.xml"])


def test_archive_documents_do_not_change_when_posts_come_later() -> None:
    config = replace(CONFIG, feeds=FeedSettings(entries=10, days=3))
    posts = daily(110, 3, "2025-11-15")
    before = written(a_site(*posts[:210]), config)
    for more in range(213, 331, 3):
        late = a_post("late", posts[more - 4].date.date().isoformat())
        after = written(a_site(*posts[:more], late), config)
        archives = [path for path in before if path.startswith("feed/")]
        assert archives
        for path in archives:
            assert re.sub(b'<link [^>]*rel="next-archive"[^>]*>', b"", after[path]) == re.sub(
                b'<link [^>]*rel="next-archive"[^>]*>', b"", before[path]
            )
            assert "next-archive" not in links(before[path]) or after[path] == before[path]
        before = written(a_site(*posts[:more]), config)


def test_a_lone_archive_document_is_not_split_off() -> None:
    posts = [a_post("a", "2025-12-01"), *(a_post(f"b{number}", "2026-02-03") for number in range(6))]
    files = written(a_site(*posts), replace(CONFIG, feeds=FeedSettings(entries=5, days=1)))
    assert set(files) == {"feed.xml"}
    assert len(ids(files["feed.xml"])) == 7


def test_the_subscription_document_stays_small_on_a_busy_blog() -> None:
    files = written(a_site(*daily(60, 22)), replace(CONFIG, feeds=FeedSettings(entries=50, days=3)))
    assert 88 <= len(ids(files["feed.xml"])) <= 88 + feeds.ARCHIVE_ENTRIES
    assert all(len(ids(document)) <= feeds.ARCHIVE_ENTRIES for path, document in files.items() if path != "feed.xml")


def test_a_site_without_posts_has_an_empty_feed_with_a_fixed_date() -> None:
    document = written(a_site())["feed.xml"]
    assert w3c_complaints(document, "https://example.org/veille/feed.xml") == []
    assert feedparser.parse(document).feed.updated == "2000-01-01T00:00:00+00:00"
    assert ids(document) == []


def test_the_feed_is_as_new_as_its_newest_change() -> None:
    old = a_post("a", "2026-02-01", updated=datetime(2026, 2, 9, 10, 30, tzinfo=PARIS))
    feed = feedparser.parse(written(a_site(old, a_post("b")))["feed.xml"])
    assert feed.feed.updated.startswith("2026-02-09T10:30:00.")
    assert feed.feed.updated == max(found.updated for found in feed.entries)


@given(st.dates(date(1995, 1, 1), date(2080, 1, 1)), st.text(), st.sampled_from(["Europe/Paris", "Pacific/Noumea"]))
def test_a_date_without_a_time_stays_within_its_day(when: date, name: str, zone: str) -> None:
    day = datetime(when.year, when.month, when.day, tzinfo=ZoneInfo(zone))
    published, updated = feeds.moments(a_post(url=f"/{name}/", date=day, has_time=False))
    assert published == updated
    assert published.date() == day.date()
    assert published.hour < 6
    assert published.tzinfo == day.tzinfo


def test_a_written_time_is_kept_to_the_second() -> None:
    published, _ = feeds.moments(a_post("x", "2026-02-03T08:15:30+11:00"))
    assert published.isoformat(timespec="seconds") == "2026-02-03T08:15:30+11:00"


def test_a_change_on_the_day_of_publication_is_not_before_it() -> None:
    for number in range(50):
        post = a_post(f"n{number}", updated=datetime(2026, 2, 3, 1, tzinfo=PARIS))
        published, updated = feeds.moments(post)
        assert updated >= published


def test_no_two_posts_of_one_day_have_one_moment() -> None:
    posts = [a_post(f"n{number}", "2026-02-03T08:00:00+00:00") for number in range(60)]
    posts += [a_post(f"d{number}", updated=datetime(2026, 2, 4, tzinfo=PARIS)) for number in range(400)]
    assert len({feeds.moments(post)[1] for post in posts}) == len(posts)


def test_outputs_are_lazy_stable_and_can_cross_to_a_process() -> None:
    site = a_site(*daily(70, 3, "2025-11-20"), *ODD)
    first, second = list(feeds.outputs(site, CONFIG)), list(feeds.outputs(site, CONFIG))
    assert first == second
    for made in first:
        assert made.maker.startswith("feed:")
        copy: Output = pickle.loads(pickle.dumps(made))
        assert feeds.render(copy.maker, copy.context, CONFIG) == feeds.render(made.maker, made.context, CONFIG)


def test_a_fingerprint_changes_with_the_post_the_site_and_the_ids_and_with_nothing_else() -> None:
    def of(post: Post, config: Config = CONFIG) -> str:
        return next(iter(feeds.outputs(a_site(post), config))).fingerprint

    assert of(a_post()) == of(a_post()) == of(a_post(), replace(CONFIG, pagination=7))
    others = [
        of(a_post(key="other")), of(a_post(), replace(CONFIG, site=replace(CONFIG.site, title="Autre"))),
        of(a_post(), replace(CONFIG, feeds=FeedSettings(ids="url"))),
    ]
    assert len({of(a_post()), *others}) == 4


def test_a_stranger_is_refused() -> None:
    for maker, context in (("page:home", None), (feeds.ATOM, None)):
        with pytest.raises(ValueError, match="is no feed"):
            feeds.render(maker, context, CONFIG)


@dataclass(frozen=True)
class Small:
    a: object
    b: object = None


@dataclass(frozen=True)
class Other:
    a: object
    b: object = None


def test_different_values_have_different_fingerprints() -> None:
    values: list[tuple[object, ...]] = [
        (), ("",), ("", ""), ("ab",), ("a", "b"), (("a",), "b"), (("a", "b"),), ("1",), (1,), (1.0,), (True,), (None,),
        ("None",), (b"a",), ("a",), ({"a": 1},), ({"a": "1"},), ({},), ((),), (date(2026, 2, 3),), ("2026-02-03",),
        (datetime(2026, 2, 3),), (datetime(2026, 2, 3, tzinfo=UTC),), (datetime(2026, 2, 3, tzinfo=PARIS),),
        (Small("a"),), (Small("a", "b"),), (Other("a"),), (("a", None),), ("\ud800",), ("s1:a",), ("s1:", "a"),
        (a_post(),),
    ]
    assert len({fingerprint(*value) for value in values}) == len(values)


def test_a_post_counts_by_its_key() -> None:
    post = a_post()
    assert fingerprint((post,)) == fingerprint((msgspec.structs.replace(post, title="other"),))
    assert fingerprint((post,)) != fingerprint((msgspec.structs.replace(post, key="k"),))


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    assert fingerprint("veille", 1, (date(2026, 2, 3), None)) == "4684b329c8a29e5c45b21a5abf8aee05"


@pytest.mark.parametrize("value", [{1, 2}, [1], object(), Small])
def test_what_has_no_stable_form_has_no_fingerprint(value: object) -> None:
    with pytest.raises(TypeError, match="fingerprint"):
        fingerprint(value)


def test_the_archive_address_of_a_month_has_a_number_from_the_second_part_on() -> None:
    assert [urls.feed_archive_url(2026, 2, part) for part in (1, 2)] == ["/feed/2026-02.xml", "/feed/2026-02-2.xml"]
