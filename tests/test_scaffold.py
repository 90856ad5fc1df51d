"""What `veille init` and `veille new` promise, a sentence a test."""

from __future__ import annotations

import http.server
import os
import pty
import re
import shlex
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from generator import scaffold
from generator.article import site_tag, understood
from generator.cli import cli
from generator.config import Config, parse_config
from generator.content.entities import find_scores
from generator.content.labels import WRITTEN, read_label, table
from generator.content.skeleton import PLACEHOLDER, NewNote, flaw_items
from generator.diagnostics import Severity
from generator.model import SECTION_KINDS, Score
from generator.text import one_line, slug, without_controls, without_entities
from tests.sites import REPOSITORY, Ran, TinySite, make_site, note, run_process, tree

DAY = date(2025, 9, 8)
pytestmark = pytest.mark.filterwarnings("ignore:SOCKS support")  # of urllib3, which trafilatura loads
ARTICLES = Path(__file__).parent / "fixtures" / "articles"


def run(folder: Path, *arguments: str) -> Ran:
    """A command in this process, from inside `folder`."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(cli, arguments, prog_name="veille")
    finally:
        os.chdir(before)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def only(ran: Ran) -> str:
    """The path that `veille new` printed, and nothing else."""
    assert (ran.exit_code, ran.err) == (0, ""), ran.err
    assert ran.out.count("\n") == 1
    return ran.out.strip()


# A new site


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_new_site_builds_without_a_warning(tmp_path: Path, language: str):
    begun = run(tmp_path, "init", "watch", "--title", "My watch", "--url", "https://example.org/w",
                "--language", language, "--timezone", "Europe/Paris", "--as-of", "2025-09-08")
    assert (begun.exit_code, begun.err) == (0, "")
    built = run(tmp_path, "-C", "watch", "build", "--strict", "--as-of", "2025-09-08")
    assert (built.exit_code, built.err) == (0, "")
    checked = run(tmp_path, "-C", "watch", "check", "--strict")
    assert (checked.exit_code, checked.out) == (0, "1 note: nothing to say.\n")
    home = (tmp_path / "watch/output/index.html").read_text("utf-8")
    assert f'<html lang="{language}"' in home
    assert "My watch" in home
    assert "CVE-2021-44228" in home


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_example_note_has_all_sections_a_source_and_no_mark(language: str):
    file = scaffold.example(language, DAY, Config())
    parsed = scaffold.read_back(file, Config())
    assert parsed.problems == ()
    assert parsed.post
    assert tuple(kind for section in parsed.post.sections for kind in section.kinds) == SECTION_KINDS
    assert parsed.post.origin
    assert parsed.post.headline
    assert parsed.post.points
    assert parsed.post.words >= 60
    assert [score.value for score in parsed.post.scores] == [10.0]
    assert not PLACEHOLDER.search(file.text)


def test_a_new_site_tells_what_it_wrote_and_two_commands_that_work(tmp_path: Path):
    begun = run(tmp_path, "init", "my watch", "--title", "W", "--as-of", "2025-09-08")
    written = {line.strip() for line in begun.out.partition("Next:")[0].splitlines()[1:]}
    assert written == set(tree(tmp_path / "my watch"))
    commands = [line.strip() for line in begun.out.partition("Next:\n")[2].splitlines()]
    assert len(commands) == 2
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "veille"
        if "serve" not in arguments:
            assert run(tmp_path, *arguments).exit_code == 0


def test_in_the_folder_itself_the_commands_name_none(tmp_path: Path):
    begun = run(tmp_path, "init", "--title", "W")
    assert "A new site in .: 5 files written." in begun.out
    assert '\n  veille new "' in begun.out


def test_what_is_there_stays_as_it_is_and_is_said(tmp_path: Path):
    make_site(tmp_path, {".gitignore": "mine\n", "content/posts/2025-09-01-own.md": note()}, config=None)
    begun = run(tmp_path, "init")
    assert begun.exit_code == 0
    assert ".gitignore was there already and stays as it is" in begun.out
    files = tree(tmp_path)
    assert files[".gitignore"] == b"mine\n"
    assert [path for path in files if path.endswith(".md")] == ["content/posts/2025-09-01-own.md"]


def test_a_folder_that_is_a_site_is_left_alone(site: TinySite):
    before = tree(site.root)
    begun = site.run("init")
    assert begun.exit_code == 2
    assert "config.yaml is there already" in begun.err
    assert tree(site.root) == before


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--url", "example.org", "not a web address"),
        ("--url", "https://example.org/?a", "it has a query or fragment"),
        ("--timezone", "Paris", "did you mean 'Europe/Paris'?"),
        ("--language", "de", "is not one of 'fr', 'en'"),
    ],
)
def test_a_setting_that_would_not_do_is_wrong_usage_and_nothing_is_written(
    tmp_path: Path, option: str, value: str, said: str
):
    begun = run(tmp_path, "init", "w", option, value)
    assert begun.exit_code == 2
    assert said in " ".join(begun.err.split())
    assert not (tmp_path / "w").exists()


def test_on_a_terminal_title_and_address_are_asked_until_they_will_do(tmp_path: Path):
    answers = iter([b"Ma veille\n", b"nowhere\n", b"https://example.org/veille\n"])
    seen = bytearray()

    def answer(terminal: int) -> bytes:
        data = os.read(terminal, 1024)
        seen.extend(data)
        if seen.endswith(b"]: "):  # a question ends with its default
            os.write(terminal, next(answers))
        return data

    os.environ["PYTHONPATH"], before = str(REPOSITORY), os.environ.get("PYTHONPATH")
    try:
        status = pty.spawn([sys.executable, "-m", "generator", "-C", str(tmp_path), "init", "w"], answer, lambda _: b"")
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    assert status == 0, seen.decode()
    config, problems = parse_config((tmp_path / "w/config.yaml").read_text("utf-8"))
    assert problems == ()
    assert config
    assert (config.site.title, config.site.url) == ("Ma veille", "https://example.org/veille")
    assert b"not a web address" in seen


@given(st.text(min_size=1, max_size=60))
def test_any_title_of_a_site_survives_its_configuration(title: str):
    title = one_line(without_controls(title))
    config, problems = parse_config(scaffold.configuration(Config().site.__class__(title or "x")))
    assert problems == ()
    assert config
    assert config.site.title == (title or "x")


@pytest.mark.parametrize(
    ("zone", "cron"),
    [
        ("UTC", "7 0 * * *"),
        ("Europe/Paris", "7 23 * * *"),
        ("America/New_York", "7 5 * * *"),
        ("Asia/Kolkata", "37 18 * * *"),
        ("Pacific/Noumea", "7 13 * * *"),
        ("Australia/Sydney", "7 14 * * *"),
    ],
)
def test_the_daily_build_runs_soon_after_midnight_of_the_site(zone: str, cron: str):
    assert f'- cron: "{cron}"' in scaffold.workflow(zone, DAY, "1.0")


# A new note


def test_a_new_note_lies_where_its_date_and_title_say(site: TinySite):
    path = only(run(site.root, "new", "L'été : deux failles", "--date", "2025-9-8", "-t", "été", "-t", "a, b"))
    assert path == "content/posts/2025-09-08-l-ete-deux-failles.md"
    post = scaffold.read_back(scaffold.NewFile(path, (site.root / path).read_text("utf-8")), Config()).post
    assert post
    assert (post.title, post.tags) == ("L'été : deux failles", ("été", "a, b"))
    assert post.url == "/posts/2025/09/08/l-ete-deux-failles/"
    assert "permalink: /posts/2025/09/08/l-ete-deux-failles/\n" in (site.root / path).read_text("utf-8")


def test_a_new_note_is_of_today_in_the_zone_of_the_site(tmp_path: Path):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    zone = "Pacific/Kiritimati"  # 14 hours before UTC
    site = make_site(tmp_path, config=f"site: {{timezone: {zone}}}")
    before = datetime.now(ZoneInfo(zone)).date()
    path = only(run(site.root, "new", "Title"))
    assert path[14:24] in (str(before), str(datetime.now(ZoneInfo(zone)).date()))


def test_the_path_is_told_as_seen_from_where_the_command_was_given(site: TinySite):
    path = only(run(site.root.parent, "-C", "site", "new", "Title", "--date", "2025-09-08"))
    assert path == "site/content/posts/2025-09-08-title.md"
    assert (site.root.parent / path).is_file()


@pytest.mark.parametrize(
    ("language", "option", "label", "mark"),
    [
        ("fr", (), "**Points clés :**", "[à rédiger : "), ("en", (), "**Key points:**", "[to write: "),
        ("fr", ("--lang", "en-GB"), "**Key points:**", "[to write: "),
        ("fr", ("--lang", "no"), "**Points clés :**", "[à rédiger : "),
    ],
)
def test_sections_and_marks_speak_the_language_of_the_note(
    tmp_path: Path, language: str, option: tuple[str, ...], label: str, mark: str
):
    site = make_site(tmp_path, config=f"site: {{language: {language}}}")
    path = only(run(site.root, "new", "Title", *option))
    text = (site.root / path).read_text("utf-8")
    assert label in text
    assert len(PLACEHOLDER.findall(text)) == text.count(mark) == 5
    post = scaffold.read_back(scaffold.NewFile(path, text), Config()).post
    assert post
    assert post.lang == (option[1] if option else "")


def test_every_label_that_is_written_is_read_as_its_section():
    for labels in WRITTEN.values():
        assert tuple(labels) == SECTION_KINDS
        for kind, label in labels.items():
            reading = read_label(label, table(Config().sections))
            assert reading
            assert reading.kinds == (kind,)
            assert reading.bare


def test_a_draft_stays_one_and_a_source_is_the_notes_own(site: TinySite):
    path = only(run(site.root, "new", "T", "--draft", "--source", "https://exämple.org/a_(b)?q=*x*"))
    post = scaffold.read_back(scaffold.NewFile(path, (site.root / path).read_text("utf-8")), Config()).post
    assert post
    assert post.draft
    assert post.origin
    assert post.origin.url == "https://xn--exmple-cua.org/a_%28b%29?q=*x*"


def test_a_time_of_day_is_kept_and_the_address_has_its_civil_date(site: TinySite):
    path = only(run(site.root, "new", "T", "--date", "2025-09-08 23:30 -0800"))
    assert path == "content/posts/2025-09-08-t.md"
    assert "date: 2025-09-08 23:30 -0800\n" in (site.root / path).read_text("utf-8")


TITLES = [
    "It's", 'He said "no"', "It's \"both\" \\ ways", "Colon: value", "# not a comment", "a #b", "- dash", "[list]",
    "{map}", "&anchor *alias !tag", "%percent", "@at `tick`", "🙂 emoji", "no", "2025-09-08", "12:30", "null", "~",
    "''", "Q&amp;A", "a\u00a0: b", "tab\there", "line\nbreak", "bell\x07", "\ufeffBOM", "漢字", "Привет, мир", "AT&T",
    "&#x5b;Guest&#x5d;", "|", ">",
    "--- x", "...", "? key", "a, b", "trailing ", "con", "x" * 400, "é" * 200, "{{ liquid }}", "{% raw %}",
]


@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_any_title_makes_a_note_that_says_it(site: TinySite, title: str):
    ran = run(site.root, "new", "--date", "2025-09-08", "--slug", "x", "--", title)
    path = only(ran)
    parsed = scaffold.read_back(scaffold.NewFile(path, (site.root / path).read_text("utf-8")), Config())
    assert parsed.problems == ()
    assert parsed.post
    assert parsed.post.title == one_line(without_controls(without_entities(title)))


@given(
    title=st.text(min_size=1, max_size=80), tags=st.lists(st.text(min_size=1, max_size=20), max_size=3),
    path=st.text(
        st.characters(codec="ascii", exclude_characters="<>\"\\^`{|}", exclude_categories=["Cc", "Zs"]), max_size=30
    ),
)
def test_what_goes_into_a_note_comes_out_of_it(title: str, tags: list[str], path: str):
    from generator.schema import BadValue
    from generator.settings import web_address

    title = one_line(without_controls(without_entities(without_entities(title))))
    tags = [tag for tag in (" ".join(without_controls(tag).split()) for tag in tags) if tag]
    if not title:
        return
    try:
        source = web_address("https://example.org/" + path)
    except BadValue:
        source = ""
    made = scaffold.new_note(NewNote(title, "", "", tuple(tags), source=source), "x", DAY, Config(), "fr")
    parsed = scaffold.read_back(made, Config())
    assert not [found for found in parsed.problems if found.severity is not Severity.INFO]
    assert parsed.post
    assert parsed.post.title == title
    assert set(parsed.post.tags) <= set(tags)
    assert bool(parsed.post.tags) == bool(tags)
    assert (parsed.post.origin.url if parsed.post.origin else "") == source.replace("(", "%28").replace(")", "%29")


@pytest.mark.parametrize(
    ("title", "name"),
    [("!!!", "post"), ("漢字", "漢字"), ("Con", None), ("é" * 200, "e" * 100), ("🙂", "post")],
)
def test_the_name_follows_the_title_as_far_as_files_can(site: TinySite, title: str, name: str | None):
    ran = run(site.root, "new", title, "--date", "2025-09-08")
    if name:
        assert only(ran) == f"content/posts/2025-09-08-{name}.md"
    else:
        assert ran.exit_code == 2
        assert "--slug" in ran.err


@pytest.mark.parametrize(
    "there",
    [
        {"content/posts/2025-09-08-title.md": "whatever it holds"},
        {"content/posts/2025-09-08-title.markdown": note()},
        {"content/posts/deep/2025-09-08-title.md": note()},
        {"content/posts/other.md": note(date="2025-01-01", permalink="/posts/2025/09/08/title/")},
        {"content/posts/other.md": note(date="2025-01-01", permalink="/Posts/2025/09/08/TITLE/")},
        {"content/posts/other.md": note(date="2025-01-01", redirect_from="/posts/2025/09/08/title/")},
        {"content/posts/other.md": note(date="2025-09-08", slug="title")},
    ],
)
def test_an_address_that_is_taken_is_refused_with_the_file_that_has_it(tmp_path: Path, there: dict[str, str]):
    site = make_site(tmp_path, there)
    before = tree(site.root)
    ran = run(site.root, "new", "Title", "--date", "2025-09-08")
    assert ran.exit_code == 2
    assert next(iter(there)) in ran.err
    assert tree(site.root) == before


def test_the_same_title_of_another_day_is_another_note(site: TinySite):
    only(run(site.root, "new", "Title", "--date", "2025-09-08"))
    only(run(site.root, "new", "Title", "--date", "2025-09-09"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "the note has no title"),
        (("T", "--date", "2025-02-30"), "February 2025 has 28 days"),
        (("T", "--source", "example.org/a"), "not a web address"),
        (("T", "--source", "javascript:alert(1)"), "not a web address"),
        (("T", "--lang", "é"), "language code"),
        (("x" * 501,), "501 characters"),
        (("--from", "missing.html"), "missing.html cannot be read"),
    ],
)
def test_wrong_usage_is_told_with_a_remedy_and_writes_nothing(site: TinySite, arguments: tuple[str, ...], said: str):
    before = tree(site.root)
    ran = run(site.root, "new", *arguments)
    assert ran.exit_code == 2
    assert said in " ".join(ran.err.split())
    assert tree(site.root) == before


def test_outside_a_site_a_note_is_refused(tmp_path: Path):
    ran = run(tmp_path, "new", "T")
    assert ran.exit_code == 1
    assert "there is no config.yaml" in ran.err
    assert not tree(tmp_path)


def test_the_editor_opens_the_note(site: TinySite):
    editor = site.root / "editor"
    editor.write_text('#!/bin/sh\nprintf "edited\\n" >> "$1"\n')
    editor.chmod(0o755)
    ran = run_process(site.root, [sys.executable, "-m", "generator", "new", "T", "--edit"], VISUAL=str(editor))
    assert (ran.exit_code, ran.err) == (0, "")
    assert (site.root / ran.out.strip()).read_text("utf-8").endswith("edited\n")


def test_a_new_note_builds(site: TinySite):
    only(run(site.root, "new", "Title", "--date", "2025-09-08", "--source", "https://example.org/"))
    built = site.run("build", "--strict")
    assert (built.exit_code, built.err) == (0, "")
    assert 'data-section="key-points"' in site.page("/posts/2025/09/08/title/")


def test_check_finds_the_marks_that_were_forgotten(site: TinySite):
    path = only(run(site.root, "new", "Title", "--date", "2025-09-08"))
    checked = site.run("check", "--format", "github")
    assert checked.out.count("V111") == len(PLACEHOLDER.findall((site.root / path).read_text("utf-8"))) == 5


# From an article


def test_a_saved_page_fills_in_what_it_says_and_leaves_the_summary(site: TinySite, monkeypatch: pytest.MonkeyPatch):
    def offline(*_: object, **__: object) -> None:
        raise AssertionError("no network for a file")

    monkeypatch.setattr(socket.socket, "connect", offline)
    path = only(run(site.root, "new", "--from", str(ARTICLES / "printers.html"), "-t", "veille"))
    assert path == "content/posts/2025-10-03-printers-under-siege-cve-2025-11111-friends.md"
    text = (site.root / path).read_text("utf-8")
    post = scaffold.read_back(scaffold.NewFile(path, text), Config()).post
    assert post
    assert post.title == "Printers under siege: CVE-2025-11111 & friends"
    assert post.tags == ("veille", "example-wire")
    assert post.origin
    assert post.origin.url == "https://www.example-wire.test/news/printers/"
    assert {entity.value for entity in post.entities if entity.kind == "cve"} == {"CVE-2025-11111", "CVE-2025-22222"}
    assert {(score.cve, score.value) for score in post.scores} == {("CVE-2025-11111", 9.8), ("CVE-2025-22222", 6.5)}
    assert post.lang == ""
    assert dict(post.extra)["source_lang"] == '"en-US"'
    assert len(PLACEHOLDER.findall(text)) == 6
    assert "laboratory" not in text


def test_what_the_author_says_counts_more_than_the_article(site: TinySite):
    path = only(run(site.root, "new", "Mine", "--from", str(ARTICLES / "printers.html"), "--date", "2025-12-01",
                    "--source", "https://mirror.test/p"))
    text = (site.root / path).read_text("utf-8")
    assert path == "content/posts/2025-12-01-mine.md"
    assert "(https://mirror.test/p)" in text
    assert "tags: [mirror]" in text


def test_a_text_gives_its_title_date_address_and_cves(site: TinySite):
    path = only(run(site.root, "new", "--from", str(ARTICLES / "routeurs.txt")))
    assert path == "content/posts/2025-11-04-des-routeurs-detournes-par-une-faille-ancienne.md"
    text = (site.root / path).read_text("utf-8")
    assert "(https://revue.example/routeurs)" in text
    assert "source_lang: fr" in text
    assert "**CVE-2025-33333** (CVSS 3.1 : 8,8) : [à rédiger : " in text


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Publié le 12 novembre 2025 à 9 h, mis à jour le 2025-11-20", "2025-11-12"),
        ("1er\u00a0août 2025", "2025-08-01"), ("le 3 FEVRIER 2025", "2025-02-03"), ("8 déc. 2025", "2025-12-08"),
        ("November 4th, 2025 by the desk", "2025-11-04"), ("Sept. 9, 2025", "2025-09-09"), ("4 Mar 2025", "2025-03-04"),
        ("11/12/2025", ""), ("31 February 2025", ""), ("version 12 mai 20255", ""), ("CVE-2025-11-04", ""),
    ],
)
def test_a_text_is_dated_in_the_words_of_either_language_and_never_by_guess(written: str, day: str):
    assert understood(f"A title\n\n{written}\n\nhttps://example.org/2024-01-01/x".encode(), "x").date == day


def test_tracking_parameters_of_a_source_are_left_out(site: TinySite):
    (site.root / "saved.txt").write_text("A title\nhttps://example.org/a?id=4&utm_medium=rss\n", "utf-8")
    path = only(run(site.root, "new", "--from", "saved.txt"))
    assert "(https://example.org/a?id=4)" in (site.root / path).read_text("utf-8")
    path = only(run(site.root, "new", "Another", "--source", "https://example.org/b?fbclid=x"))
    assert "(https://example.org/b)" in (site.root / path).read_text("utf-8")


def test_a_page_that_only_asked_to_wait_is_asked_about(site: TinySite):
    (site.root / "saved.html").write_text(
        "<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript</noscript></body></html>")
    ran = run(site.root, "new", "--from", "saved.html")
    assert ran.exit_code == 0
    assert "saved.html holds hardly any text: is it the article?" in ran.err
    assert run(site.root, "new", "--from", str(ARTICLES / "printers.html")).err == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "neither HTML nor text"), (b"\x89PNG\0\0", "neither HTML nor text"),
        (b"From: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n<html>", "web archive"),
        (b"", "no title"), (b"<html><body></body></html>", "no title"),
    ],
)
def test_what_is_no_article_is_told(site: TinySite, data: bytes, said: str):
    (site.root / "saved").write_bytes(data)
    ran = run(site.root, "new", "--from", "saved")
    assert ran.exit_code == 2
    assert said in ran.err


def test_an_address_is_fetched(site: TinySite, server: str):
    text = (site.root / only(run(site.root, "new", "--from", f"{server}/printers.html"))).read_text("utf-8")
    assert "(https://www.example-wire.test/news/printers/)" in text  # the canonical address, not the one asked for
    ran = run(site.root, "new", "--from", f"{server}/missing.html")
    assert ran.exit_code == 2
    assert "the server answers 404" in ran.err


def test_without_trafilatura_html_is_refused_with_the_remedy_and_text_is_read(
    site: TinySite, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    ran = run(site.root, "new", "--from", str(ARTICLES / "printers.html"))
    assert ran.exit_code == 2
    assert "pip install 'veille[article]'" in ran.err
    only(run(site.root, "new", "--from", str(ARTICLES / "routeurs.txt")))


HOSTILE = (
    '<html lang="en\n---\ntitle: x"><head><title>\'--- \n draft: true # </title>'
    '<link rel="canonical" href="javascript:alert(1)"></head>'
    f"<body><article><p>[Source](https://evil.test/){{:onclick}} CVE-2025-11111 {'and so on ' * 9}</p></article></body>"
    "</html>"
)


def test_a_hostile_page_puts_nothing_into_the_note_but_values(site: TinySite):
    (site.root / "saved.html").write_text(HOSTILE)
    path = only(run(site.root, "new", "--from", "saved.html", "--date", "2025-09-08"))
    text = (site.root / path).read_text("utf-8")
    post = scaffold.read_back(scaffold.NewFile(path, text), Config()).post
    assert post
    assert not post.draft
    assert post.origin is None
    assert "evil" not in text
    assert "javascript" not in text


@given(st.binary(max_size=300), st.sampled_from([b"", b"<html>", b"<!doctype html><title>", b"\xff\xfe"]))
def test_an_article_of_any_bytes_is_understood_or_refused(data: bytes, head: bytes):
    from generator.article import ArticleError

    try:
        article = understood(head + data, "x")
    except ArticleError:
        return
    assert article.title == one_line(article.title)


@pytest.mark.parametrize(
    ("url", "tag"),
    [
        ("https://www.bleepingcomputer.com/news/x/", "bleepingcomputer"),
        ("https://blog.talosintelligence.com/x", "talosintelligence"),
        ("https://www.ncsc.gov.uk/x", "ncsc"), ("https://example.co.uk", "example"), ("https://192.0.2.1/x", ""),
        ("https://localhost/x", ""), ("", ""), ("https://[bad", ""),
    ],
)
def test_the_tag_of_a_site_is_its_name(url: str, tag: str):
    assert site_tag(url) == tag


@pytest.mark.parametrize("language", ["fr", "en"])
def test_scores_that_are_written_are_read_as_they_were(language: str):
    scores = (
        Score(9.8, "", "3.1", "", "CVE-2025-11111", 1), Score(6.5, "", "", "", "CVE-2025-22222", 1),
        Score(10.0, "", "4.0", "", "CVE-2025-44444", 1), Score(7.0, "", "", "", "", 1),
    )
    cves = ("CVE-2025-11111", "CVE-2025-22222", "CVE-2025-33333", "CVE-2025-44444")
    items = flaw_items(cves, scores, language)
    assert len(items) == 5
    found = find_scores("\n".join(f"*   {item}" for item in items))
    assert [(score.cve, score.value, score.version) for score in found] == [
        (score.cve, score.value, score.version) for score in scores
    ]


def test_a_mark_that_was_replaced_is_none():
    assert PLACEHOLDER.search("**[à rédiger : le titre]**")
    assert PLACEHOLDER.search("[to write: a fact]")
    for text in ("[rédigé](https://example.org)", "à rédiger : demain", "[à rédiger](/x/)", "[to write a fact]"):
        assert not PLACEHOLDER.search(text)


def test_a_slug_of_a_slug_is_the_same():
    for title in TITLES:
        assert slug(slug(title)) == slug(title)


def test_only_what_a_workflow_needs_is_filled_in():
    assert not re.search(r"@[A-Z]+@", scaffold.workflow("Europe/Paris", DAY, "1.2.3"))


@pytest.fixture
def server() -> Iterator[str]:
    """The folder of the articles, over HTTP on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(ARTICLES))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


# The commands as such


def test_every_input_of_the_action_is_in_the_readme_with_its_default():
    import yaml

    readme = (REPOSITORY / "README.md").read_text("utf-8")
    for name, about in yaml.safe_load(scaffold.packaged_action())["inputs"].items():
        assert f"| `{name}` | {f'`{default}`' if (default := about['default']) else ''}".rstrip() in readme


@pytest.mark.parametrize(("words", "expected"), [
    ("veille in", "init"), ("veille new --so", "--source"), ("veille explain v301", "V301"),
    ("veille explain duplicate-s", "duplicate-source"),
])
def test_the_shell_completes_commands_and_options(tmp_path: Path, words: str, expected: str):
    ran = run_process(
        tmp_path, [sys.executable, "-m", "generator"], _VEILLE_COMPLETE="bash_complete", COMP_WORDS=words,
        COMP_CWORD=str(words.count(" ")),
    )
    assert ran.out == f"plain,{expected}\n"
