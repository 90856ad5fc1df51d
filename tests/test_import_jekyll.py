"""Moving in with a Jekyll blog: every address stays, nothing of the old folder is touched, everything is told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.importers import header
from generator.importers.foreign import read_yaml
from tests.importing import FIXTURES, built, move
from tests.sites import Ran, TinySite, codes, make_site, tree


def moved(tmp_path: Path, name: str, *arguments: str) -> tuple[TinySite, Ran]:
    return move(tmp_path, "jekyll", name, *arguments)


def test_nothing_of_the_old_blog_is_touched(tmp_path):
    old = tmp_path / "old"
    shutil.copytree(FIXTURES / "jekyll-plain", old)
    before = tree(old), {path: path.stat().st_mtime_ns for path in old.rglob("*")}
    assert TinySite(tmp_path).run("import", "jekyll", str(old), "--into", str(tmp_path / "new")).exit_code == 0
    assert (tree(old), {path: path.stat().st_mtime_ns for path in old.rglob("*")}) == before


def test_the_settings_are_translated(tmp_path):
    site, _ = moved(tmp_path, "jekyll-plain")
    text = (site.root / "config.yaml").read_text("utf-8")
    for line in (
        "title: The Night Shift", "url: 'https://nights.example.org/log'", "language: en", "timezone: Europe/Paris",
        "name: The Night Shift", "permalink: /:year/:month/:day/:title.html", "pagination: 5", "ids: jekyll",
    ):
        assert line in text


def test_a_post_that_needs_nothing_is_copied_byte_for_byte(tmp_path):
    site, _ = moved(tmp_path, "jekyll-academic")
    name = "2025-09-08-ferry-booking-flaw.md"
    old, new = FIXTURES / "jekyll-academic/_posts" / name, site.root / "content/posts" / name
    assert new.read_bytes() == old.read_bytes()


def test_an_address_that_veille_would_change_is_written_down_and_the_rest_of_the_file_stays(tmp_path):
    site, _ = moved(tmp_path, "jekyll-plain")
    old = (FIXTURES / "jekyll-plain/ops/_posts/2024-05-02-key-rotation.md").read_bytes()
    new = (site.root / "content/posts/ops/2024-05-02-key-rotation.md").read_bytes()
    added = [line for line in new.split(b"\n") if line not in old.split(b"\n")]
    assert added == [
        b"title: Key Rotation\r", b"categories: [ops]\r", b"author: Ops\r",
        b"permalink: /ops/2024/05/02/key-rotation.html\r",
    ]
    assert [line for line in new.split(b"\n") if line not in added] == old.split(b"\n")


def test_liquid_is_translated_where_it_has_a_meaning_and_told_by_its_line_elsewhere(tmp_path):
    site, ran = moved(tmp_path, "jekyll-plain")
    note = (site.root / "content/posts/2024-03-09-First-Light.md").read_text("utf-8")
    assert '````python\nprint("```")\n````' in note
    assert "See /patching/night/work/2024/03/11/second-watch.html and [the plan](/assets/img/plan.svg)." in note
    assert '{% include note.html text="left as it is" %}' in note
    assert '_posts/2024-03-09-First-Light.md:15: {% include note.html text="left as it is" %} stands' in ran.out


def test_kramdown_attributes_stay(tmp_path):
    site, _ = moved(tmp_path, "jekyll-plain")
    assert "{: .wide}" in (site.root / "content/posts/2024-03-10-second-watch.md").read_text("utf-8")


def test_drafts_stay_drafts(tmp_path):
    site, _ = moved(tmp_path, "jekyll-plain")
    assert "draft: true" in (site.root / "content/posts/drafts/idea.md").read_text("utf-8")
    report = site.build()
    assert report.held.drafts == 2


def test_what_is_left_is_told(tmp_path):
    site, ran = moved(tmp_path, "jekyll-plain")
    for text in (
        "plug-in jekyll-mermaid", "notes-without-a-date.md: its name does not begin with a date",
        "_talks: documents of a collection", "assets/style.scss", "minimal_mistakes_skin",
    ):
        assert text in ran.out
    whole = (site.root / "IMPORT.md").read_text("utf-8")
    assert "tags.html, which Liquid makes, leads to /tags/ now" in whole
    assert not (site.root / "content/static/drafts.txt").exists()


def test_a_post_with_broken_front_matter_comes_along_as_it_is_and_is_told(tmp_path):
    old = {"old/_config.yml": "title: x\n", "old/_posts/2024-06-01-broken.md": "---\ntitle: 'Don't'\n---\nWords.\n"}
    make_site(tmp_path, old, config=None)
    site = TinySite(tmp_path / "new")
    ran = TinySite(tmp_path).run("import", "jekyll", str(tmp_path / "old"), "--into", str(site.root))
    assert (site.root / "content/posts/2024-06-01-broken.md").read_text() == old["old/_posts/2024-06-01-broken.md"]
    assert "_posts/2024-06-01-broken.md:2: needs your hand, V201: an apostrophe inside single quotes" in ran.out


@pytest.mark.parametrize("name", ["config.yaml", "content/posts/2025-09-08-ferry-booking-flaw.md"])
def test_nothing_is_written_over(tmp_path, name):
    make_site(tmp_path / "new", {name: "mine\n"}, config=None)
    site, ran = moved(tmp_path, "jekyll-academic")
    assert ran.exit_code == 1
    assert tree(site.root) == {name: b"mine\n"}
    assert "V020" in ran.err
    assert "Nothing was written." in ran.err


@pytest.mark.parametrize("into", [".", "inside/here"])
def test_the_old_blog_is_never_written_into(tmp_path, into):
    old = tmp_path / "old"
    shutil.copytree(FIXTURES / "jekyll-academic", old)
    before = tree(old)
    ran = TinySite(old).run("import", "jekyll", str(old), "--into", str(old / into))
    assert ran.exit_code == 1
    assert "would be written into the blog that is read" in ran.err
    assert tree(old) == before


def test_links_and_hidden_files_are_not_taken(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("not yours\n")
    make_site(tmp_path / "old", {"_config.yml": "title: x\n", "_posts/2024-01-01-a.md": "---\ntitle: A\n---\nB\n",
                                 ".env": "KEY=1\n"}, config=None)
    os.symlink(secret, tmp_path / "old/notes.txt")
    os.symlink(tmp_path, tmp_path / "old/_posts/up")
    site = TinySite(tmp_path / "new")
    ran = TinySite(tmp_path).run("import", "jekyll", str(tmp_path / "old"), "--into", str(site.root))
    taken = sorted(name for name in tree(site.root) if not name.startswith(".git"))
    assert taken == ["IMPORT.md", "config.yaml", "content/posts/2024-01-01-a.md"]
    assert "notes.txt: it is a link" in ran.out


def test_a_permalink_with_parent_folders_stays_inside_the_site(tmp_path):
    post = "---\ntitle: A\npermalink: /../../etc/passwd\n---\nB\n"
    make_site(tmp_path / "old", {"_config.yml": "title: x\n", "_posts/2024-01-01-a.md": post}, config=None)
    site = TinySite(tmp_path / "new")
    ran = TinySite(tmp_path).run("import", "jekyll", str(tmp_path / "old"), "--into", str(site.root))
    assert ran.exit_code == 0
    assert site.build().posts == 1
    assert site.has("/etc/passwd/")


def test_an_address_that_no_site_of_veille_can_have_is_told(tmp_path):
    post = "---\ntitle: A\npermalink: /a*b/\n---\nB\n"
    make_site(tmp_path / "old", {"_config.yml": "title: x\n", "_posts/2024-01-01-a.md": post}, config=None)
    ran = TinySite(tmp_path).run("import", "jekyll", str(tmp_path / "old"), "--into", str(tmp_path / "new"))
    assert "_posts/2024-01-01-a.md: needs your hand: its address /a*b/ cannot be kept" in ran.out


@pytest.mark.parametrize("text", ["- a list\n", "a: [1\n", "&a [*a]\n", "x: " + "[" * 5000 + "\n", "\0\x01"])
def test_settings_that_cannot_be_read_are_told_not_raised(tmp_path, text):
    make_site(tmp_path / "old", {"_config.yml": text, "_posts/2024-01-01-a.md": "x"}, config=None)
    ran = TinySite(tmp_path).run("import", "jekyll", str(tmp_path / "old"), "--into", str(tmp_path / "new"))
    assert ran.exit_code == 1
    assert ran.err.startswith("_config.yml: error V020: ")


def test_a_folder_without_a_jekyll_blog_is_refused(tmp_path):
    (tmp_path / "old").mkdir()
    ran = TinySite(tmp_path).run("import", "jekyll", str(tmp_path / "old"), "--into", str(tmp_path / "new"))
    assert ran.exit_code == 1
    assert "neither a _config.yml nor a folder _posts" in ran.err
    assert not (tmp_path / "new").exists()


# Addresses


@pytest.mark.parametrize("name", ["jekyll-plain", "jekyll-academic"])
def test_every_address_of_the_built_blog_is_answered(tmp_path, name):
    site, ran = moved(tmp_path, name, "--compare", str(built(tmp_path / "built", name)))
    assert ran.exit_code == 0, ran.out + ran.err
    assert " 0 missing" in ran.out
    assert codes(site.build(future=True)) == []
    lists = ("/page2/", "/talks/a-talk.html", "/assets/style.css")
    for file in (FIXTURES / f"{name}.files").read_text("utf-8").splitlines():
        url = f"/{file}".removesuffix("index.html")
        if url not in lists:
            assert site.has(url) or site.has(url.removesuffix(".html") + "/"), url


def test_an_address_that_is_missing_is_told_and_fails_the_comparison(tmp_path):
    folder = built(tmp_path / "built", "jekyll-plain")
    (folder / "2024/03/lost").mkdir()
    (folder / "2024/03/lost/index.html").write_text("x")
    _, ran = moved(tmp_path, "jekyll-plain", "--compare", str(folder))
    assert ran.exit_code == 1
    assert ran.err == "Missing here:\n  /2024/03/lost/\n"


def test_a_post_that_veille_cannot_read_is_missing(tmp_path):
    make_site(tmp_path / "old", {
        "_config.yml": "title: x\n", "_posts/2024-06-01-broken.md": "---\ntitle: 'Don't'\n---\n",
        "_site/2024/06/01/broken.html": "",
    }, config=None)
    _, ran = move(tmp_path, "jekyll", tmp_path / "old", "--compare", str(tmp_path / "old/_site"))
    assert ran.exit_code == 1
    assert "Missing here:\n  /2024/06/01/broken.html" in ran.err


def test_the_feed_stays_where_it_was_with_the_ids_that_readers_know(tmp_path):
    site, _ = moved(tmp_path, "jekyll-plain")
    site.build()
    feed = site.page("/atom.xml")
    for name in ("2024/03/09/First-Light", "patching/night/work/2024/03/11/second-watch", "2024/04/01/lyon",
                 "ops/2024/05/02/key-rotation"):
        assert f"<id>https://nights.example.org/log/{name}</id>" in feed


@pytest.mark.parametrize(("name", "header", "url", "entry"), [
    # What Jekyll 4.3.1 with jekyll-feed 0.17 wrote for these files.
    ("2025-01-09-c#-x?", "", "/2025/01/09/c-x/", "2025/01/09/c#-x?"),
    ("2025-01-10-c#", "", "/2025/01/10/c/", "2025/01/10/c"),
    ("2025-01-12-50%25", "", "/2025/01/12/50-25/", "2025/01/12/50%25"),
    ("2025-01-04-bare", "date: 2025-01-04 23:30:00\n", "/2025/01/05/bare/", "2025/01/05/bare"),
    ("2025-01-17-quoted", "date: '2025-01-17 23:30:00'\n", "/2025/01/17/quoted/", "2025/01/17/quoted"),
    ("2025-05-19-seen-through-2025-05-17-mon", "", "/2025/05/19/seen-through-2025-05-17-mon/",
     "2025/05/19/seen-through-2025-05-17-mon"),
    ("2025-01-18-slug", "slug: Un Slug\n", "/2025/01/18/Un-Slug/", "2025/01/18/Un%20Slug"),
])
def test_odd_names_and_times_keep_their_addresses_and_ids(tmp_path, name, header, url, entry):
    make_site(tmp_path / "old", {
        "_config.yml": "url: https://b.example\npermalink: pretty\ntimezone: Pacific/Noumea\n",
        f"_posts/{name}.md": f"---\ntitle: T\n{header}---\nWords.\n",
    }, config=None)
    site, _ = move(tmp_path, "jekyll", tmp_path / "old")
    assert codes(site.build()) == []
    assert site.has(url)
    assert f"<id>https://b.example/{entry}</id>" in site.page("/feed.xml")


def test_pages_come_along_and_the_menu_leads_to_them(tmp_path):
    site, _ = moved(tmp_path, "jekyll-academic")
    site.build()
    assert "Le port, la nuit." in site.page("/about/")
    legal = site.page("/mentions-legales/")
    assert 'Voir <a href="../">l’accueil</a>' in legal
    assert "base_path" not in legal
    menu = legal.partition("</nav>")[0]
    assert '<a href="../archives/">Notes</a>' in menu
    assert 'aria-current="page">Mentions</a>' in menu


@pytest.mark.parametrize(("style", "expected"), [
    ("date", "/a/b/2024/01/05/The-Post.html"), ("pretty", "/a/b/2024/01/05/The-Post/"),
    ("ordinal", "/a/b/2024/005/The-Post.html"), ("none", "/a/b/The-Post.html"),
    ("/:year/:i_month/:slug/", "/2024/1/the-post/"), ("/n/:title", "/n/The-Post/"),
    ("/:short_year/:short_month/:title:output_ext", "/24/Jan/The-Post.html"),
])
def test_every_style_of_permalinks_is_kept(tmp_path, style, expected):
    make_site(tmp_path / "old", {
        "_config.yml": f"permalink: {style}\n",
        "_posts/2024-01-05-The-Post.md": "---\ntitle: T\ncategories: A b\n---\nWords.\n",
    }, config=None)
    site, _ = move(tmp_path, "jekyll", tmp_path / "old")
    assert codes(site.build()) == []
    assert site.has(expected)


def test_new_posts_get_the_form_of_address_that_most_old_ones_have(tmp_path):
    post = "---\ntitle: T\npermalink: /posts/2024/01/0{0}/note-{0}/\n---\nWords.\n"
    make_site(tmp_path / "old", {
        "_config.yml": "permalink: /:categories/:title/\n",
        **{f"_posts/2024-01-0{day}-note-{day}.md": post.format(day) for day in (1, 2, 3)},
        "_posts/2024-02-02-other.md": "---\ntitle: T\n---\nWords.\n",
    }, config=None)
    site, _ = move(tmp_path, "jekyll", tmp_path / "old")
    assert "permalink: /posts/:year/:month/:day/:slug/\n" in (site.root / "config.yaml").read_text()
    assert codes(site.build()) == []
    assert site.has("/posts/2024/01/02/note-2/")
    assert site.has("/other/")


def test_the_new_site_has_the_workflow_that_publishes_it_unless_there_is_one(tmp_path):
    mine = {".github/workflows/pages.yml": "mine\n", ".gitignore": "mine\n"}
    make_site(tmp_path / "new", mine, config=None)
    site, ran = moved(tmp_path, "jekyll-academic")
    assert ran.exit_code == 0
    assert {name: (site.root / name).read_text() for name in mine} == mine
    assert (site.root / ".github/actions/veille/action.yml").is_file()


# Front matter as text


_line = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


@given(st.lists(_line, max_size=6), _line, st.sampled_from(["\n", "\r\n"]), st.text(max_size=30))
def test_a_further_key_changes_no_other_byte(lines, body, end, value):
    text = end.join(("---", *(f"k{number}: x{line}" for number, line in enumerate(lines)), "---", body))
    parts = header.cut(text)
    assert parts
    assert parts.text == text
    more = header.with_key(parts, "permalink", header.scalar(value))
    added = f"permalink: {header.scalar(value)}{end}"
    assert more.text == text[: len(parts.opening + parts.header)] + added + parts.closing + parts.body
    again = header.with_key(more, "permalink", header.scalar(value))
    assert again.text == more.text


@given(st.text(max_size=40))
def test_a_text_written_as_yaml_is_read_as_the_same_text(text):
    values, why = read_yaml(f"a: {header.scalar(text)}\nb: {header.sequence((text, 'x'))}\n")
    expected = " ".join("".join(char if char.isprintable() or char.isspace() else "" for char in text).split())
    assert (values["a"], why) == (expected, "")
    assert values["b"] == [expected, "x"]
