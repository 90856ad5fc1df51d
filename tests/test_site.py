"""All posts together: terms that are written in several ways."""

from __future__ import annotations

from pathlib import Path

from generator.build import build
from generator.load import Options, load
from generator.site import assemble
from tests.sites import AS_OF, make_site, note

OPTIONS = Options(as_of=AS_OF, jobs=1)


def test_a_tag_in_several_spellings_is_one_term_with_the_oldest_spelling(tmp_path: Path):
    site = make_site(tmp_path / "site", {
        "content/posts/2025-09-01-first.md": note("First", tags=["Zero Day", "zero-day", "patch"]),
        "content/posts/2025-09-02-second.md": note("Second", tags=["zero-day", "ZERO DAY", "zero-day"]),
        "content/posts/2025-09-03-third.md": note("Third", tags=["patch", "Zéro day"]),
    })
    loaded, _ = load(site.root, OPTIONS)
    found, _ = assemble([one.post for one in loaded.parsed])
    assert [(tag.name, tag.url, [post.title for post in tag.posts]) for tag in found.tags] == [
        ("patch", "/tags/patch/", ["Third", "First"]),
        ("Zero Day", "/tags/zero-day/", ["Third", "Second", "First"]),
    ]
    build(site.root, OPTIONS)
    assert {path for path in site.output() if path.startswith("tags/") and path.endswith(".html")} == {
        "tags/index.html", "tags/patch/index.html", "tags/zero-day/index.html",
    }
