"""What `veille build` promises, a sentence a test."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import threading
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from generator import cache
from generator.cli import cli
from generator.disk.lock import locked
from tests.sites import TinySite, codes, make_site, note, run_process, told, tree

BROKEN = "---\ntitle: 'Don't'\ndate: 2025-09-01\n---\nWords.\n"


# What is published


def test_an_empty_configuration_builds(site: TinySite):
    ran = site.run("build")
    assert (ran.exit_code, ran.err) == (0, "")
    assert ran.out.startswith("1 post in output: ")
    assert "A note" in site.page("/")
    assert "Some words of the author." in site.page("/posts/2025/09/08/note/")


def test_a_draft_is_in_no_page_feed_or_sitemap(tmp_path: Path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-a.md": note("Seen"),
        "content/posts/2025-09-09-b.md": note("Secret", "Secret words, CVE-2025-11111.", draft=True, tags=["secret"]),
    })
    site.build()
    assert not [path for path, data in site.output().items() if b"ecret" in data or b"11111" in data or "ecret" in path]


def test_a_post_of_tomorrow_is_in_no_page_feed_or_sitemap(tmp_path: Path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-a.md": note("Seen"),
        "content/posts/2026-01-01-b.md": note("Secret", "Secret words, CVE-2025-11111.", tags=["secret"]),
    })
    site.build()
    assert not [path for path, data in site.output().items() if b"ecret" in data or b"11111" in data or "2026" in path]


def test_the_summary_counts_what_is_held_back_and_says_when_the_next_is_due(tmp_path: Path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-a.md": note(),
        "content/posts/2025-09-09-b.md": note(draft=True),
        "content/posts/2025-09-10-c.md": note(published=False),
        "content/posts/2026-02-01-d.md": note(),
        "content/posts/2026-01-15-e.md": note(),
        "content/posts/2026-01-03-f.md": note(draft=True),
    })
    assert site.run("build").out.endswith("Held back: 3 drafts, 2 scheduled posts, the next one due 2026-01-15.\n")


def test_drafts_and_future_publish_what_is_held_back(tmp_path: Path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-draft.md": note(draft=True),
        "content/posts/2026-02-01-later.md": note(),
        "content/posts/2026-02-02-both.md": note(draft=True),
    })
    draft, later, both = "/posts/2025/09/08/draft/", "/posts/2026/02/01/later/", "/posts/2026/02/02/both/"
    for options, wanted in (
        (["--drafts"], [draft]), (["--future"], [later]), (["--drafts", "--future"], [draft, later, both]), ([], []),
    ):
        site.run("build", *options)
        assert [url for url in (draft, later, both) if site.has(url)] == wanted, options


def test_as_of_decides_what_is_published_and_the_day_itself_counts(tmp_path: Path):
    site = make_site(tmp_path, {f"content/posts/2026-01-0{day}-n.md": note() for day in (1, 2, 3)})
    assert site.build(as_of=date(2026, 1, 2)).posts == 2
    assert site.has("/posts/2026/01/02/n/")
    assert site.build(as_of=date(2026, 1, 1)).posts == 1
    assert not site.has("/posts/2026/01/02/n/")


def test_today_is_a_day_in_the_time_zone_of_the_site(tmp_path: Path):
    # The two zones are 26 hours apart: whatever the clock says, their dates differ.
    def posts(zone: str) -> int:
        today = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
        site = make_site(tmp_path / zone.partition("/")[2], {f"content/posts/{today}-n.md": note()},
                         f"site: {{timezone: {zone}}}")
        return site.build(as_of=None).posts

    assert (posts("Pacific/Kiritimati"), posts("Etc/GMT+12")) == (1, 0)


def test_a_post_keeps_the_civil_day_of_its_author_whatever_the_zone_of_the_site(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/a.md": note(date="2025-09-08 00:30:00 +1100")},
                     "site: {timezone: America/New_York}")
    assert site.build(as_of=date(2025, 9, 7)).posts == 0
    assert site.build(as_of=date(2025, 9, 8)).posts == 1
    assert site.has("/posts/2025/09/08/a/")


@pytest.mark.parametrize("written", ["2025-09-08 00:30:00 +1100", "2025-09-08T23:30:00-11:00", "2025-09-08"])
def test_a_remembered_date_keeps_its_zone(tmp_path: Path, written: str):
    files = {"content/posts/a.md": note(date=written, updated=written), "content/posts/b.md": note(date="2024-01-01")}
    config = "site: {timezone: Pacific/Noumea}"
    warm = make_site(tmp_path / "warm", files, config)
    clean = make_site(tmp_path / "clean", files, config)
    warm.build()
    warm.write({"templates/pages/post.html": "{% extends 'base.html' %}{% block main %}{{ page.post.date.isoformat() }}"
                                             " {{ page.post.updated }}{% endblock %}"})
    clean.write({"templates/pages/post.html": (warm.root / "templates/pages/post.html").read_bytes()})
    warm.build()
    clean.build(cache=False)
    assert warm.output() == clean.output()
    offset = written[-6:].replace("+1100", "+11:00") if "T" in written or " " in written else "+11:00"
    assert offset.strip() in warm.page("/posts/2025/09/08/a/")


def test_a_redirect_page_stands_at_every_old_address(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/2025-09-08-a.md": note(redirect_from=["/old/", "/old.html"])})
    site.build()
    for url, target in (("/old/", "../posts/2025/09/08/a/"), ("/old.html", "posts/2025/09/08/a/")):
        assert f'content="0; url={target}"' in site.page(url)
        assert 'name="robots" content="noindex"' in site.page(url)
    assert "/old" not in site.page("/sitemap.xml")


def test_base_url_takes_the_place_of_the_configured_address_everywhere(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/2025-09-08-a.md": note(tags=["x"], redirect_from="/old/")},
                     "site: {url: https://before.example/a}")
    site.run("build", "--base-url", "https://after.example/b/c")
    assert not [path for path, data in site.output().items() if b"before.example" in data]
    url = "/posts/2025/09/08/a/"
    assert f'<link rel="canonical" href="https://after.example/b/c{url}">' in site.page(url)


def test_static_files_are_copied_as_they_are(tmp_path: Path):
    data = bytes(range(256))
    site = make_site(tmp_path, {"content/posts/2025-09-08-a.md": note(), "content/static/images/x.bin": data,
                                "content/static/CNAME": "example.org\n", "content/static/.hidden": "x"})
    site.build()
    output = site.output()
    assert (output["images/x.bin"], output["CNAME"]) == (data, b"example.org\n")
    assert output[".hidden"] == b"x"


def test_a_template_of_the_site_takes_the_place_of_the_packaged_one(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/2025-09-08-a.md": note(),
                                "templates/partials/footer.html": "<footer>Ours</footer>"})
    site.build()
    assert "<footer>Ours</footer>" in site.page("/")
    (site.root / "templates/partials/footer.html").unlink()
    site.build()
    assert "<footer>Ours</footer>" not in site.page("/")


def test_templates_are_never_run_over_the_words_of_an_author(tmp_path: Path):
    body = "{{ 7 * 191 }} {% raw %} {{ site.title }} {# comment #}"
    site = make_site(tmp_path, {"content/posts/2025-09-08-a.md": note("{{ 7 * 191 }}", body, tags=["'{{ 7 * 191 }}'"])})
    assert not told(site.build())
    page = site.page("/posts/2025/09/08/a/")
    assert body in page
    assert not [path for path, data in site.output().items() if b"1337" in data]


# What stops a build


def test_errors_leave_the_last_site_untouched(site: TinySite):
    site.build()
    before = site.output()
    site.write({"content/posts/2025-09-09-b.md": BROKEN, "content/posts/2025-09-08-note.md": note("Changed")})
    ran = site.run("build")
    assert ran.exit_code == 1
    assert site.output() == before
    assert ran.out == ""
    assert ran.err.endswith("Nothing was written: 1 error, 0 warnings.\n")


def test_every_problem_of_every_file_is_listed_in_order(tmp_path: Path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-01-c.md": BROKEN,
        "content/posts/2025-09-02-a.md": "---\ntitle: [a]\ndate: 2025-02-30\n---\n",
        "content/posts/2025-09-03-b.md": b"\xff",
        "content/posts/2025-09-04-d.md": note(permalink="/../x"),
        "content/posts/2025-09-05-e.md": note(body="[there](/nowhere/)"),
    })
    report = site.build()
    places = [(found.path, found.line) for found in report.problems]
    assert places == sorted(places)
    assert codes(report) == ["V201", "V204", "V202", "V211", "V210", "V701"]
    ran = site.run("build")
    told_of = [line.split(":")[0] for line in ran.err.splitlines() if line.startswith("content")]
    assert told_of == [path for path, _ in places]


def test_warnings_let_the_site_be_written_but_not_under_strict(tmp_path: Path):
    site = make_site(tmp_path, note("A &amp; B"))
    strict = site.run("build", "--strict")
    assert (strict.exit_code, site.output()) == (1, {})
    assert strict.err.endswith("Nothing was written: 0 errors, 1 warning.\n")
    ran = site.run("build")
    assert ran.exit_code == 0
    assert "warning V203" in ran.err
    assert "A &amp; B" in site.page("/")


def test_strict_stops_at_warnings_that_an_earlier_build_let_pass(tmp_path: Path):
    site = make_site(tmp_path, note("A &amp; B"))
    assert [site.run("build", *options).exit_code for options in ((), ("--strict",), (), ("--strict",))] == [0, 1, 0, 1]


def test_problems_are_told_again_by_a_build_that_finds_nothing_new(tmp_path: Path):
    site = make_site(tmp_path, {
        "content/posts/2025-09-08-a.md": note("A &amp; B"), "content/posts/2025-09-09-b.md": BROKEN})
    first, again = site.run("build", "--skip-invalid"), site.run("build", "--skip-invalid")
    assert (first.exit_code, first.err) == (again.exit_code, again.err)
    assert "1 post left out because of errors." in again.out
    assert site.run("build").exit_code == 1


def test_strict_is_content_with_a_site_without_problems(site: TinySite):
    assert site.run("build", "--strict").exit_code == 0


def test_skip_invalid_publishes_the_rest_and_still_reports(site: TinySite):
    site.write({"content/posts/2025-09-09-b.md": BROKEN})
    ran = site.run("build", "--skip-invalid")
    assert ran.exit_code == 0
    assert "content/posts/2025-09-09-b.md:2" in ran.err
    assert "1 post left out because of errors." in ran.out
    assert site.has("/posts/2025/09/08/note/")


def test_skip_invalid_does_not_publish_over_an_error_of_the_configuration(site: TinySite):
    site.write({"config.yaml": "paginaton: 3"})
    assert site.run("build", "--skip-invalid").exit_code == 1
    assert site.output() == {}


def test_skip_invalid_under_strict_stops_at_warnings_of_the_posts_that_are_published(site: TinySite):
    site.write({"content/posts/2025-09-09-b.md": BROKEN})
    assert site.run("build", "--skip-invalid", "--strict").exit_code == 0
    site.write({"content/posts/2025-09-10-c.md": note("A &amp; B")})
    assert site.run("build", "--skip-invalid", "--strict").exit_code == 1


def test_only_errors_are_told_when_no_post_is_left_because_of_them(tmp_path: Path):
    assert codes(make_site(tmp_path, {"content/posts/2025-09-09-b.md": BROKEN}).build()) == ["V201"]


def test_a_site_without_posts_is_written_with_a_warning(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/2027-01-01-a.md": note()})
    report = site.build()
    assert codes(report) == ["V004"]
    assert "(1 held back)" in told(report)
    assert site.has("/")


# Two things for one path


COLLISIONS = {
    "two posts": {
        "content/posts/2025-09-08-a.md": note(permalink="/x/"), "content/posts/2025-09-08-b.md": note(permalink="/x/")},
    "two endings": {"content/posts/2025-09-08-a.md": note(), "content/posts/2025-09-08-a.markdown": note()},
    "only the case differs": {
        "content/posts/2025-09-08-a.md": note(permalink="/x/"), "content/posts/2025-09-08-b.md": note(permalink="/X/")},
    "an alias and a post": {
        "content/posts/2025-09-08-a.md": note(permalink="/x/"), "content/posts/2025-09-08-b.md": note(aliases="/x/")},
    "two aliases": {
        "content/posts/2025-09-08-a.md": note(aliases="/x/"), "content/posts/2025-09-08-b.md": note(aliases="/x/")},
    "a static file and a post": {
        "content/posts/2025-09-08-a.md": note(permalink="/x/"), "content/static/x/index.html": "x"},
    "a static file and an alias": {
        "content/posts/2025-09-08-a.md": note(aliases="/x.html"), "content/static/X.html": "x"},
    "a file and a folder": {
        "content/posts/2025-09-08-a.md": note(permalink="/x.html"), "content/static/x.html/y.txt": "x"},
}
OWN = {
    "a post and a page of veille": {"content/posts/2025-09-08-a.md": note(permalink="/tags/")},
    "an alias and a page of veille": {"content/posts/2025-09-08-a.md": note(aliases="/tags/")},
    "a post and the page of its tag": {"content/posts/2025-09-08-a.md": note(permalink="/TAGS/x/", tags=["x"])},
    "an alias and the feed": {"content/posts/2025-09-08-a.md": note(aliases="/feed.xml")},
    "a static file and a page of veille": {
        "content/posts/2025-09-08-a.md": note(), "content/static/robots.txt": "x"},
    "a folder in place of a page of veille": {
        "content/posts/2025-09-08-a.md": note(), "content/static/404.html/x.txt": "x"},
}


@pytest.mark.parametrize("files", COLLISIONS.values(), ids=COLLISIONS)
def test_two_files_for_one_path_are_one_error_that_names_both(tmp_path: Path, files: dict[str, str]):
    site = make_site(tmp_path / "site", files)
    report = site.build()
    assert codes(report) == ["V208"]
    found = report.problems[0]
    assert all(name in (found.path, *found.message.split()) for name in files), told(report)
    assert str(tmp_path) not in told(report)
    assert site.output() == {}


@pytest.mark.parametrize("files", OWN.values(), ids=OWN)
def test_a_file_for_the_path_of_a_page_of_veille_is_one_error_that_names_both(tmp_path: Path, files: dict[str, str]):
    site = make_site(tmp_path / "site", files)
    report = site.build()
    assert codes(report) == ["V208"]
    assert report.problems[0].path == list(files)[-1]
    assert "veille's own page" in report.problems[0].message
    assert str(tmp_path) not in told(report)


@pytest.mark.parametrize("kind", [
    "two posts", "only the case differs", "an alias and a post", "two aliases", "a post and a page of veille",
    "an alias and a page of veille", "a post and the page of its tag",
])
def test_skip_invalid_publishes_without_the_post_of_a_collision(tmp_path: Path, kind: str):
    files = {**COLLISIONS, **OWN}[kind]
    site = make_site(tmp_path / "site", {**files, "content/posts/2025-09-07-other.md": note()})
    ran = site.run("build", "--skip-invalid")
    assert ran.exit_code == 0, ran.err
    assert "V208" in ran.err
    clean = make_site(tmp_path / "clean", {**files, "content/posts/2025-09-07-other.md": note()})
    clean.remove(list(files)[-1])
    clean.build()
    assert site.output() == clean.output()


def test_skip_invalid_cannot_leave_out_a_static_file(tmp_path: Path):
    site = make_site(tmp_path, OWN["a static file and a page of veille"])
    assert site.run("build", "--skip-invalid").exit_code == 1


# The folder


def test_a_second_build_writes_nothing_and_says_so(site: TinySite):
    first = site.run("build").out
    total = len(site.output()) - 1  # the listing is no part of the site
    assert f"{total} files written, 0 removed, 0 unchanged" in first
    assert f"0 files written, 0 removed, {total} unchanged" in site.run("build").out


def test_what_left_the_site_leaves_the_folder(site: TinySite):
    site.write({"content/posts/2025-09-09-b.md": note(tags=["only-here"])})
    site.build()
    assert site.has("/tags/only-here/")
    site.remove("content/posts/2025-09-09-b.md")
    site.build()
    assert not any("only-here" in path or "/09/09/" in path for path in site.output())


def test_another_output_folder_takes_the_site(site: TinySite, tmp_path: Path):
    ran = site.run("build", "--output", str(tmp_path / "elsewhere"))
    assert ran.out.startswith(f"1 post in {os.path.relpath(tmp_path / 'elsewhere', site.root)}: ")
    assert (tmp_path / "elsewhere/index.html").is_file()
    assert not (site.root / "output").exists()


SOURCES = ["content/posts", "templates", "content", ".veille", ".", ".git/x", "content/static/x"]


@pytest.mark.parametrize("folder", SOURCES)
def test_an_output_folder_among_the_sources_is_refused(site: TinySite, folder: str):
    before = tree(site.root)
    ran = site.run("build", "--output", str(site.root / folder))
    assert ran.exit_code == 1
    after = {path: data for path, data in tree(site.root).items() if not path.startswith(".veille/")}
    assert after == before


def test_without_the_cache_nothing_is_remembered(site: TinySite):
    site.build(cache=False)
    assert [name for name in tree(site.root / ".veille") if name != "lock"] == []
    site.build()
    before = tree(site.root / ".veille")
    site.write({"content/posts/2025-09-09-b.md": note()})
    site.build(cache=False)
    assert tree(site.root / ".veille") == before


def test_two_builds_at_once_wait_for_each_other(site: TinySite):
    site.build(cache=False)
    expected = site.output()
    site.write({f"content/posts/2025-08-{day:02}-n.md": note() for day in range(1, 20)})
    failures: list[object] = []

    def work() -> None:
        ran = site.process("build", "--as-of", "2025-12-31")
        if ran.exit_code:
            failures.append(ran)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert site.output().keys() > expected.keys()
    clean = make_site(site.root.parent / "clean", {
        path: data for path, data in tree(site.root).items() if path.startswith("content/")})
    clean.build()
    assert site.output() == clean.output()


def test_a_build_that_waits_in_vain_says_that_another_is_at_work(site: TinySite, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("generator.build._PATIENCE", 0.05)
    (site.root / ".veille").mkdir()
    with locked(site.root / ".veille" / "lock", 1):
        ran = site.run("build")
    assert ran.exit_code == 1
    assert "error V009: another build is at work on this site" in ran.err
    assert site.run("build").exit_code == 0


@pytest.mark.parametrize("damage", [
    lambda data: b"", lambda data: data[:-1], lambda data: data[: len(data) // 2], lambda data: b"\x80\x04K\x01.",
    lambda data: bytes(byte ^ (at == len(data) - 20) for at, byte in enumerate(data)), lambda data: data + b"x",
    lambda data: b"veille cache 9\n" + data[15:],
], ids=["empty", "cut", "half", "foreign", "one bit", "longer", "other version"])
def test_a_damaged_cache_is_ignored(tmp_path: Path, damage):
    files = {"content/posts/2025-09-08-a.md": note(tags=["x"]), "content/posts/2025-09-09-b.md": note("Before")}
    site = make_site(tmp_path / "site", files)
    site.build()
    remembered = sorted((site.root / cache.FOLDER).glob("*.cache"))
    assert [path.name.partition("-")[0] for path in remembered] == ["output", "posts.cache", "sources.cache"]
    for path in remembered:
        path.write_bytes(damage(path.read_bytes()))
    site.write({"content/posts/2025-09-09-b.md": note("After")})
    report = site.build()
    clean = make_site(tmp_path / "clean", {**files, "content/posts/2025-09-09-b.md": note("After")})
    clean.build()
    assert not report.problems
    assert site.output() == clean.output()


def test_a_site_built_into_two_folders_in_turn_stays_warm_in_both(site: TinySite):
    def made(folder: str) -> int:
        changes = site.build(output=site.root / folder).changes
        assert changes
        return changes.made

    assert made("output")
    assert made("other")
    assert [made("output"), made("other"), made("output")] == [0, 0, 0]
    for name in ("third", "fourth", "fifth"):
        made(name)
    assert len(list((site.root / cache.FOLDER).glob("output-*.cache"))) == 3


def test_a_remembered_site_that_somebody_changed_is_mended(site: TinySite):
    site.build()
    good = site.output()
    (site.root / "output/index.html").write_text("broken")
    (site.root / "output/404.html").unlink()
    site.build()
    assert site.output() == good


def test_a_moved_site_is_built_from_its_cache(site: TinySite, tmp_path: Path):
    site.build()
    site.root.rename(tmp_path / "moved")
    moved = TinySite(tmp_path / "moved")
    changes = moved.build().changes
    assert changes is not None
    assert (changes.made, changes.written) == (0, 0)


# The command line


def test_the_folder_of_the_site_is_an_option_of_all_commands(site: TinySite, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["-C", "site", "build"]).exit_code == 0
    assert site.has("/")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_a_relative_output_folder_lies_where_the_command_is_typed(site: TinySite, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    site.run("build", "--output", "here")
    assert (tmp_path / "here/index.html").is_file()


@pytest.mark.parametrize("arguments", [
    ("-C", "/nowhere/at/all", "build"), ("build", "--nonsense"), ("bild",), ("build", "--as-of", "2025-02-30"),
    ("build", "--jobs", "0"), ("build", "--jobs", "many"), ("build", "extra"), ("-C",),
])
def test_wrong_usage_exits_with_2_and_says_why(site: TinySite, arguments: tuple[str, ...]):
    ran = site.run(*arguments)
    assert ran.exit_code == 2
    assert "Error: " in ran.err
    assert ran.out == ""
    assert not (site.root / "output").exists()


def test_a_folder_without_configuration_is_told_what_to_do(tmp_path: Path):
    site = make_site(tmp_path, note(), config=None)
    ran = site.run("build")
    assert ran.exit_code == 1
    assert "error V001: there is no config.yaml in" in ran.err
    assert not (tmp_path / "output").exists()
    assert not (tmp_path / ".veille").exists()


def test_quiet_prints_problems_only(tmp_path: Path):
    site = make_site(tmp_path, note())
    assert site.run("build", "--quiet").out == ""
    site.write({"content/posts/2025-09-08-note.md": note("A &amp; B")})
    ran = site.run("build", "-q")
    assert (ran.exit_code, ran.out) == (0, "")
    assert "V203" in ran.err


def test_python_m_generator_is_veille(site: TinySite):
    ran = site.process("build", "--as-of", "2025-12-31")
    assert (ran.exit_code, ran.err) == (0, "")
    assert ran.out.startswith("1 post in output: ")
    assert site.process("--version").out.startswith("veille ")
    assert site.process("--help").out.startswith("Usage: veille ")


def test_messages_are_plain_where_colours_are_not_wanted(tmp_path: Path):
    pty = pytest.importorskip("pty")
    site = make_site(tmp_path, {"content/posts/2025-09-09-b.md": BROKEN})

    def errors(**environment: str) -> bytes:
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "rb", buffering=0) as reader:
            done = subprocess.Popen(
                [sys.executable, "-m", "generator", "build"], cwd=site.root, stderr=theirs, stdout=subprocess.DEVNULL,
                env={**{name: value for name, value in os.environ.items() if name != "NO_COLOR"}, "TERM": "xterm",
                     "PYTHONPATH": str(Path(__file__).parent.parent), **environment})
            os.close(theirs)
            done.wait(60)
            text = b""
            try:
                while data := reader.read(4096):
                    text += data
            except OSError:
                pass
            return text

    assert b"\x1b[31m" in errors()
    assert b"\x1b" not in errors(NO_COLOR="1")


# Odd input: one clear message and no traceback


ODD = {
    "a folder named like a post": ({"content/posts/2025-09-09-b.md/x.txt": "x"}, 0),
    "a post in a folder named like a post": ({"content/posts/x.md/2025-09-09-b.md": note()}, 0),
    "an empty post": ({"content/posts/2025-09-09-b.md": ""}, 1),
    "a binary post": ({"content/posts/2025-09-09-b.md": bytes(range(256))}, 1),
    "zeros": ({"content/posts/2025-09-09-b.md": bytes(1000)}, 1),
    "a post in UTF-16": ({"content/posts/2025-09-09-b.md": note("é").encode("utf-16")}, 1),
    "a post with a BOM": ({"content/posts/2025-09-09-b.md": "\ufeff" + note()}, 0),
    "a configuration with a BOM": ({"config.yaml": "\ufeffpagination: 2\n"}, 0),
    "a binary configuration": ({"config.yaml": bytes(range(256))}, 1),
    "a configuration that is a list": ({"config.yaml": "- a\n"}, 1),
    "a binary template": ({"templates/base.html": b"\xff\xfe"}, 1),
    "an empty template": ({"templates/base.html": ""}, 0),
    "a template that includes itself": ({"templates/base.html": "{% include 'base.html' %}"}, 1),
    "a folder named like a template": ({"templates/base.html/x": ""}, 0),
    "a long name": ({f"content/posts/2025-09-09-{'é' * 100}.md": note()}, 0),
    "a name of signs": ({"content/posts/2025-09-09-!?.md": note("!?")}, 0),
    "a name with a line break": ({"content/posts/2025-09-09-a\nb.md": note()}, 0),
    "a static name with a line break": ({"content/static/a\nb.txt": "x"}, 1),
    "a static name with a separator": ({"content/static/a\u2028b.txt": "x", "content/static/a\x85b.txt": "x"}, 0),
    "a static name of Windows": ({"content/static/a\\b.txt": "x"}, 1),
    "a cache that is a folder": ({".veille/posts.cache/x": "", ".veille/output-79ab2a96.cache/x": ""}, 0),
    "an output that is a file": ({"output": "x"}, 1),
    "an output of somebody else": ({"output/thesis.tex": "x"}, 1),
    "an old-style layout": ({"content/posts/2025-09-09-b.md": note(layout="nonsense")}, 0),
    "posts of the same second": ({f"content/posts/{name}.md": note(date="2025-09-08 10:00:00") for name in "abc"}, 0),
    "a cave of brackets": ({"content/posts/2025-09-09-b.md": note(body="[" * 5000 + "> " * 500 + "* " * 500)}, 0),
    "a tag of signs": ({"content/posts/2025-09-09-b.md": note(tags=["'../..'", "'***'", "C++", "'.'"])}, 0),
}


@pytest.mark.parametrize(("files", "exit_code"), ODD.values(), ids=ODD)
def test_odd_input_has_one_clear_answer(site: TinySite, files: dict[str, str], exit_code: int):
    site.write(files)
    first, again = site.run("build"), site.run("build")
    for ran in (first, again):
        assert "Traceback" not in ran.err
        assert "defect of veille" not in ran.err, ran.err
        assert ran.exit_code == exit_code, ran.err
        assert bool(ran.err) == bool(exit_code), ran.err
    if not exit_code:
        assert "0 files written, 0 removed" in again.out


UNDECODABLE = ["content/posts/2025-09-09-\udcff.md", "content/static/\udcff.txt", "content/static/\udcff/x.txt"]


@pytest.mark.parametrize("name", UNDECODABLE)
def test_a_file_name_that_is_not_utf_8_is_a_problem_with_a_remedy(site: TinySite, name: str):
    path = site.root / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note(), "utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such names")
    ran = site.run("build")
    assert ran.exit_code == 1
    assert "file name is not UTF-8" in ran.err
    assert "defect" not in ran.err


FOLDERS = ["config.yaml", ".veille/lock", ".veille"]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_file_or_folder_in_the_wrong_place_is_named(tmp_path: Path, name: str):
    site = make_site(tmp_path, {"content/posts/2025-09-08-a.md": note()}, None if name == "config.yaml" else "")
    if name == ".veille":
        site.write({name: "a file"})
    else:
        (site.root / name).mkdir(parents=True)
    ran = site.run("build")
    assert ran.exit_code == 1
    assert str(site.root / name) in ran.err
    assert "defect" not in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_folder_that_cannot_be_written_is_named(site: TinySite):
    site.root.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        ran = site.run("build")
    finally:
        site.root.chmod(stat.S_IRWXU)
    assert ran.exit_code == 1
    assert "veille: the disk refused" in ran.err


def test_a_full_disk_leaves_the_last_site_in_place(site: TinySite):
    pytest.importorskip("resource")
    site.build()
    before = site.output()
    site.write({"content/posts/2025-09-09-b.md": note(body="Words. " * 20_000)})
    # A limit on the size of files is refused as a full disk is: an OSError in the middle of writing.
    code = ("import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000));"
            "from generator.cli import main; main()")
    ran = run_process(site.root, [sys.executable, "-c", code, "build", "--no-cache", "--as-of", "2025-12-31"])
    assert ran.exit_code == 1
    assert "veille: the disk refused" in ran.err
    assert "Traceback" not in ran.err
    assert site.output() == before


# Where the time went


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the process ends the long way, which collects")
def test_a_build_is_never_halted_to_look_for_cycles_nor_is_its_end(site: TinySite):
    code = ("import gc; from generator.cli import main;"
            "gc.callbacks.append(lambda phase, info: print('collecting')); main()")
    ran = run_process(site.root, [sys.executable, "-c", code, "build", "--as-of", "2025-12-31"])
    assert ran.exit_code == 0
    assert "collecting" not in ran.out


def test_a_profile_tells_the_stages_and_the_ten_dearest_posts_templates_and_outputs(tmp_path: Path):
    long = "".join(f"* **Item {number} :** some words\n" for number in range(2000))
    site = make_site(tmp_path, {
        **{f"content/posts/2025-09-08-{number}.md": note(f"Note {number}") for number in range(12)},
        "content/posts/2025-09-09-dear.md": note("Dear", long),
    })
    out = site.run("build", "--profile").out
    tables = {
        title: (int(count), rows.strip("\n").split("\n"))
        for title, count, rows in re.findall(r"ms  (\w+), ([\d,]+) in all\n((?: +[\d,.]+ ms    \S.*\n?)+)", out)
    }
    assert list(tables) == ["stage", "post", "template", "output"]
    assert [row.split()[-1] for row in tables["stage"][1]] == ["read", "parse", "assemble", "write"]
    count, posts = tables["post"]
    assert (count, len(posts)) == (13, 10)
    assert posts[0].endswith("content/posts/2025-09-09-dear.md")
    assert any("page:post, 13 files" in row for row in tables["template"][1])
    assert len(tables["output"][1]) == 10
    for _, rows in (tables["post"], tables["template"], tables["output"]):
        times = [float(row.split()[0].replace(",", "")) for row in rows]
        assert times == sorted(times, reverse=True)
    assert not site.run("build", "--profile").out.count(" post, ")  # nothing was parsed anew
