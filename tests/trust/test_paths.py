"""Nothing is read or written outside a site's folders, whatever stands in notes and settings or lies on the disk."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from generator.diagnostics import Severity
from generator.disk import below
from tests.sites import TinySite, codes, make_site, note, told, tree

SECRET = "the-secret"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that is not the site's, with files that nobody may read or change."""
    folder = tmp_path / "outside"
    (folder / "inner").mkdir(parents=True)
    for name in ("a.md", "index.html", ".veille-files", "inner/b.md", "posts.cache", "0"):
        (folder / name).write_text(f"---\ntitle: {SECRET}\ndate: 2025-09-08\n---\n{SECRET}\n")
    return folder


def publishes_nothing_of(site: TinySite) -> bool:
    return not any(SECRET.encode() in data for data in site.output().values())


@pytest.mark.parametrize("where", ["content/posts/x.md", "content/static/x.txt", "templates/base.html"])
def test_a_link_to_a_file_is_not_followed_and_told(site: TinySite, outside: Path, where: str):
    (site.root / where).parent.mkdir(parents=True, exist_ok=True)
    (site.root / where).symlink_to(outside / "a.md")
    report = site.build()
    assert where in told(report)
    assert codes(report) == ["V007"]
    assert report.posts == 1
    assert publishes_nothing_of(site)


@pytest.mark.parametrize("where", ["content/posts/x", "content/static/x", "content/static/x/y", "templates/pages"])
def test_a_link_to_a_folder_is_not_followed_and_told(site: TinySite, outside: Path, where: str):
    (site.root / where).parent.mkdir(parents=True, exist_ok=True)
    (site.root / where).symlink_to(outside)
    report = site.build()
    assert codes(report) == ["V007"]
    assert where in told(report)
    assert publishes_nothing_of(site)


@pytest.mark.parametrize("name", ["content", "content/posts", "content/pages", "content/static", "templates", "output"])
def test_a_folder_of_the_site_that_leads_out_is_an_error(tmp_path: Path, outside: Path, name: str):
    site = make_site(tmp_path / "site")
    if (site.root / name).exists():
        (site.root / name).rename(site.root / "moved")
    (site.root / name).parent.mkdir(exist_ok=True)
    (site.root / name).symlink_to(outside)
    before = tree(outside)
    report = site.build()
    assert not report.changes
    assert {found.severity for found in report.problems} == {Severity.ERROR}
    assert name in told(report)
    assert "leads out of the site's folder" in told(report)
    assert tree(outside) == before


def test_a_folder_that_is_a_link_inside_the_site_is_followed(tmp_path: Path):
    site = make_site(tmp_path / "site", {"notes/2025-09-08-a.md": note("Linked")})
    (site.root / "content").mkdir()
    (site.root / "content/posts").symlink_to("../notes")
    assert site.build().posts == 1


def test_an_output_folder_that_is_named_on_the_command_line_may_be_anywhere(site: TinySite, tmp_path: Path):
    (tmp_path / "public").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "public")
    assert site.build(output=tmp_path / "link").changes
    assert (tmp_path / "public/index.html").is_file()


@pytest.mark.parametrize("command", ["build", "check"])
def test_what_is_remembered_is_not_written_through_a_link(site: TinySite, outside: Path, command: str):
    (site.root / ".veille").symlink_to(outside)
    before = tree(outside)
    ran = site.run(command)
    assert ran.exit_code == 1
    assert "leads out of the site's folder" in ran.err + ran.out
    assert tree(outside) == before


@pytest.mark.parametrize("name", ["lock", "posts.cache.new", "posts.cache", "relations.cache.new", "check.cache.new"])
def test_a_link_among_what_is_remembered_leads_nowhere(site: TinySite, outside: Path, name: str):
    (site.root / ".veille").mkdir()
    (site.root / ".veille" / name).symlink_to(outside / "posts.cache")
    before = tree(outside)
    site.run("build")
    site.run("check")
    assert tree(outside) == before


@pytest.mark.parametrize(
    "name", [".veille-files", ".veille-files.new", ".veille-staging", "index.html", "posts", "tags"]
)
def test_a_link_in_the_output_folder_leads_nowhere(site: TinySite, outside: Path, name: str):
    site.build()
    target = site.root / "output" / name
    if target.is_dir():
        target.rename(site.root / "output" / ".away")
    elif target.exists() and name != ".veille-files":
        target.unlink()
    if name == ".veille-files":
        (outside / "listing").write_bytes(target.read_bytes())
        target.unlink()
        target.symlink_to(outside / "listing")
    else:
        target.symlink_to(outside)
    before = tree(outside)
    site.write({"content/posts/2025-09-09-b.md": note("Another")})
    report = site.build()
    assert tree(outside) == before
    assert report.changes or "is a link, which veille does not follow" in told(report)
    assert publishes_nothing_of(site) or not report.changes


def test_folders_that_are_swapped_for_links_during_builds_lead_nowhere(tmp_path: Path, outside: Path):
    """Somebody puts links in the place of folders, and folders in that of links, while the site is built again."""
    files = {f"content/posts/{at}/2025-09-08-note-{at}.md": note(f"Note {at}") for at in range(30)}
    files |= {f"content/static/files/{at}/a.txt": "public" for at in range(30)}
    site = make_site(tmp_path / "site", files)
    site.build()
    before = tree(outside)
    over = threading.Event()

    def swap() -> None:
        at = 0
        while not over.is_set():
            at += 1
            name = ("output/posts/2025", "output/files/7", "content/posts/7", "content/static/files/7")[at % 4]
            place, aside = site.root / name, tmp_path / f"aside-{at % 4}"
            try:
                place.rename(aside)
                place.symlink_to(outside)
                place.unlink()
                aside.rename(place)
            except OSError:
                pass

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for number in range(12):
            site.write({"content/posts/2025-09-09-more.md": note(f"More {number}")})
            try:
                report = site.build(cache=bool(number % 2), skip_invalid=True)
            except OSError:  # told by the command in one sentence
                continue
            assert {found.code for found in report.problems} <= {"V006", "V007"}
    finally:
        over.set()
        swapper.join()
    assert tree(outside) == before
    assert publishes_nothing_of(site)


def test_a_static_file_that_changes_during_the_build_is_told(site: TinySite, monkeypatch: pytest.MonkeyPatch):
    site.write({"content/static/a.txt": "before"})
    real = below.read

    def changed(folder: str, path: str) -> bytes:
        if path == "a.txt":
            Path(folder, path).write_text("after")
        return real(folder, path)

    monkeypatch.setattr(below, "read", changed)
    report = site.build()
    assert not report.changes
    assert "the file was changed while the site was built" in told(report)


@pytest.mark.parametrize(("name", "code"), [
    ("a\\b.txt", "V008"), ("a\nb.txt", "V008"), ("a\x7f.txt", "V008"),
])
def test_a_static_file_with_a_name_that_is_no_address_is_told(site: TinySite, name: str, code: str):
    site.write({f"content/static/{name}": "x"})
    report = site.build()
    assert codes(report) == [code]


@pytest.mark.parametrize("key", ["posts", "pages", "static", "output"])
@pytest.mark.parametrize("value", [
    "..", "../a", "a/../../b", "/etc", "/", "C:/a", "C:\\a", "\\\\host\\share", "a\\..\\..\\b", "~/a", "a/./../..",
    "con", "a/nul", "a.", "a/b ", "", ".", "x" * 300, "a\\0b",
])
def test_a_folder_in_the_settings_stays_inside(tmp_path: Path, key: str, value: str):
    (tmp_path / "outer").mkdir()
    site = make_site(tmp_path / "outer/site", config=f'{key}: "{value.replace(chr(92), chr(92) * 2)}"')
    report = site.build()
    assert {entry.name for entry in (tmp_path / "outer").iterdir()} == {"site"}
    if report.changes is None:
        assert all(found.line >= 0 and found.message for found in report.problems)
        assert report.problems
    else:
        assert os.path.realpath(report.folder).startswith(os.path.realpath(site.root) + os.sep)


def test_where_the_system_cannot_hold_folders_open_links_are_looked_for(
    site: TinySite, outside: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(below, "_HELD", False)
    (site.root / "content/posts/x").symlink_to(outside)
    assert codes(site.build()) == ["V007"]
    (site.root / "output/posts/2025").rename(site.root / "away")
    (site.root / "output/posts/2025").symlink_to(outside)
    before = tree(outside)
    assert sorted(codes(site.build())) == ["V006", "V007"]
    assert tree(outside) == before
    with pytest.raises(OSError, match="symbolic links"):
        below.read(site.root / "content/posts", "x/a.md")
