from __future__ import annotations

import os
from functools import partial

import pytest

from generator.diagnostics import problem
from generator.disk.read import read_posts, read_statics
from generator.disk.sync import LISTING, SyncError, look, sync
from generator.model import Output


def make(data, output):
    return data[output.path]


def site(folder, pages, known=None, jobs=1):
    """Syncs a site of path → text; the fingerprint of an output is its text."""
    outputs = [Output(path, "test", None, text) for path, text in pages.items()]
    data = {path: text.encode() for path, text in pages.items()}
    return sync(outputs, folder, look(folder, known or {}, jobs)(), partial(make, data), jobs)


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*") if path.is_file() and path.name != LISTING
    }


@pytest.fixture
def out(tmp_path):
    return tmp_path / "output"


def test_a_first_sync_writes_every_file(out):
    changes = site(out, {"index.html": "home", "tags/x/index.html": "x"})
    assert tree(out) == {"index.html": "home", "tags/x/index.html": "x"}
    assert (changes.made, changes.written, changes.removed) == (2, 2, 0)


def test_a_second_sync_makes_and_writes_nothing(out):
    first = site(out, {"index.html": "home"})
    before = os.stat(out / "index.html")
    changes = site(out, {"index.html": "home"}, first.manifest)
    assert (changes.made, changes.written, changes.kept) == (0, 0, 1)
    assert os.stat(out / "index.html").st_mtime_ns == before.st_mtime_ns


def test_what_is_no_longer_part_of_the_site_goes_with_its_empty_folders(out):
    first = site(out, {"index.html": "home", "a/b/c.html": "c"})
    changes = site(out, {"index.html": "home"}, first.manifest)
    assert changes.removed == 1
    assert not (out / "a").exists()


def test_a_lost_memory_still_removes_what_an_earlier_build_wrote(out):
    site(out, {"index.html": "home", "old.html": "old"})
    changes = site(out, {"index.html": "home"})
    assert tree(out) == {"index.html": "home"}
    assert (changes.made, changes.written) == (1, 0)


def test_a_file_that_somebody_changed_is_made_again(out):
    first = site(out, {"index.html": "home"})
    (out / "index.html").write_text("HOME")
    assert site(out, {"index.html": "home"}, first.manifest).written == 1
    assert tree(out) == {"index.html": "home"}


def test_new_time_stamps_alone_make_nothing(out):
    first = site(out, {"index.html": "home"})
    os.utime(out / "index.html", ns=(1, 1))
    changes = site(out, {"index.html": "home"}, first.manifest)
    assert changes.made == 0
    assert changes.manifest["index.html"].mtime == 1


def test_a_file_of_somebody_else_beside_the_site_is_left_alone(out):
    first = site(out, {"index.html": "home"})
    (out / "CNAME").write_text("example.org")
    site(out, {"index.html": "new"}, first.manifest)
    assert tree(out) == {"index.html": "new", "CNAME": "example.org"}


def test_a_folder_with_other_peoples_files_is_refused(out):
    out.mkdir()
    (out / "thesis.tex").write_text("ten years")
    with pytest.raises(SyncError) as refused:
        site(out, {"index.html": "home"})
    assert refused.value.problems[0].code == "V006"
    assert "thesis.tex" in refused.value.problems[0].message
    assert tree(out) == {"thesis.tex": "ten years"}


def test_an_empty_folder_and_one_with_only_hidden_files_are_accepted(out):
    out.mkdir()
    (out / ".nojekyll").write_text("")
    site(out, {"index.html": "home"})
    assert (out / "index.html").exists()


def test_a_file_of_somebody_else_is_not_written_over(out):
    first = site(out, {"index.html": "home"})
    (out / "robots.txt").write_text("mine")
    with pytest.raises(SyncError) as refused:
        site(out, {"index.html": "home", "robots.txt": "ours"}, first.manifest)
    assert "robots.txt" in refused.value.problems[0].path
    assert (out / "robots.txt").read_text() == "mine"


def test_a_link_inside_the_output_folder_is_not_followed(out, tmp_path):
    first = site(out, {"index.html": "home"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (out / "tags").symlink_to(outside)
    with pytest.raises(SyncError):
        site(out, {"index.html": "home", "tags/index.html": "x"}, first.manifest)
    assert not list(outside.iterdir())


def test_a_stale_path_behind_a_link_is_not_removed(out, tmp_path):
    first = site(out, {"index.html": "home", "tags/index.html": "x"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("precious")
    (out / "tags" / "index.html").unlink()
    (out / "tags").rmdir()
    (out / "tags").symlink_to(outside)
    site(out, {"index.html": "home"}, first.manifest)
    assert (outside / "index.html").read_text() == "precious"


def test_a_listing_that_names_outside_paths_removes_nothing_there(out, tmp_path):
    site(out, {"index.html": "home"})
    (tmp_path / "precious.txt").write_text("keep")
    with (out / LISTING).open("a") as listing:
        listing.write(f"../precious.txt\n{tmp_path}/precious.txt\n")
    site(out, {"index.html": "home"})
    assert (tmp_path / "precious.txt").exists()


@pytest.mark.parametrize(("before", "after"), [
    ({"a": "file"}, {"a/index.html": "folder"}),
    ({"a/b/index.html": "folder"}, {"a": "file"}),
])
def test_a_file_gives_way_to_a_folder_and_the_reverse(out, before, after):
    first = site(out, before)
    site(out, after, first.manifest)
    assert tree(out) == after


def test_nothing_is_written_when_one_output_cannot_be_made(out):
    first = site(out, {"index.html": "home"})
    outputs = [Output("index.html", "test", None, "new"), Output("b.html", "test", None, "b")]

    def broken(output):
        return b"new" if output.path == "index.html" else problem("V005", "templates/b.html", 1, 0, "no", "mend it")

    with pytest.raises(SyncError) as stopped:
        sync(outputs, out, first.manifest, broken, 1)
    assert stopped.value.problems[0].path == "templates/b.html"
    assert tree(out) == {"index.html": "home"}


def test_a_file_that_a_disk_takes_in_parts_is_written_whole(out, monkeypatch):
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, data: whole(file, data[:3]))
    site(out, {"a.html": "0123456789"})
    assert tree(out) == {"a.html": "0123456789"}


def test_folders_that_are_left_and_entered_again_hold_all_their_files(out):
    pages = {path: path for path in ("a/b/1", "a/c/1", "a/b/2", "a/c/d/1", "a/c/2")}
    site(out, pages)
    assert tree(out) == pages
    more = {**pages, "a/b/3": "new", "a/b/1": "changed"}
    site(out, more)
    assert tree(out) == more


def test_many_processes_write_the_same_as_one(tmp_path):
    pages = {f"p/{n}/index.html": f"page {n}" for n in range(500)}
    site(tmp_path / "one", pages, jobs=1)
    site(tmp_path / "four", pages, jobs=4)
    assert tree(tmp_path / "one") == tree(tmp_path / "four") == pages
    assert (tmp_path / "one" / LISTING).read_bytes() == (tmp_path / "four" / LISTING).read_bytes()


@pytest.mark.parametrize("jobs", [1, 2])
def test_of_many_files_those_are_known_that_are_still_as_written(out, jobs):
    first = site(out, {f"p/{n}.html": f"page {n}" for n in range(1200)}).manifest
    (out / "p" / "1.html").unlink()
    (out / "p" / "2.html").write_text("page 3")
    os.utime(out / "p" / "4.html", ns=(1, 1))
    still = look(out, first, jobs)()
    assert first.keys() - still.keys() == {"p/1.html", "p/2.html"}
    assert {path for path, written in still.items() if written != first[path]} == {"p/4.html"}
    assert still["p/4.html"].mtime == 1
    out.rename(out.with_name("elsewhere"))
    assert look(out, first, jobs)() == {}


@pytest.mark.parametrize("path", ["../secret", "a\0b", "/etc/hostname"])
def test_of_a_forged_manifest_nothing_is_looked_at(out, path):
    written = site(out, {"a.html": "a"}).manifest["a.html"]
    assert look(out, {"a.html": written, path: written}, 1)() == {}


def test_posts_are_read_in_order_without_hidden_files_and_links(tmp_path):
    folder = tmp_path / "content" / "posts"
    (folder / "2025").mkdir(parents=True)
    for name in ("b.md", "a.markdown", "2025/c.md", ".hidden.md", "_draft.md", "notes.txt", "backup.md~"):
        (folder / name).write_text("x")
    (folder / "link.md").symlink_to("/etc/hostname")
    sources, problems, _ = read_posts(tmp_path, "content/posts")
    assert [source.path.removeprefix("content/posts/") for source in sources] == ["2025/c.md", "a.markdown", "b.md"]
    assert [(found.path, found.severity.word) for found in problems] == [("content/posts/link.md", "warning")]


def test_hidden_static_files_are_published(tmp_path):
    folder = tmp_path / "content" / "static"
    (folder / ".well-known").mkdir(parents=True)
    for name in (".well-known/security.txt", "_redirects", ".DS_Store", "note.txt~"):
        (folder / name).write_text("x")
    _, own, problems = read_statics(tmp_path, "content/static")
    assert [file.name for file in own] == [".well-known/security.txt", "_redirects"]
    assert not problems


def test_an_unreadable_post_is_a_problem_and_the_others_are_read(tmp_path, monkeypatch):
    folder = tmp_path / "content" / "posts"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("a")
    (folder / "b.md").write_text("b")
    if os.geteuid() == 0:
        real = os.open

        def refusing(path, *args, **kwargs):
            if str(path).endswith("a.md"):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *args, **kwargs)

        monkeypatch.setattr("os.open", refusing)
    else:
        (folder / "a.md").chmod(0)
    sources, problems, _ = read_posts(tmp_path, "content/posts")
    assert [source.path for source in sources] == ["content/posts/b.md"]
    assert (problems[0].code, problems[0].path) == ("V007", "content/posts/a.md")
