"""The search index, its bundles, and the pages that search; what a browser makes of them is in `tests/browser`."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator import indexer
from generator.outputs import search
from tests.sites import AS_OF, TinySite, codes, make_site, note

CONFIG = "search: pagefind\npermalink: /:slug/\n"
NOTE = """**Fuite critique**

Un été.

**Points clés :**
* Des vulnérabilités dans FortiOS, CVE-2025-12345 (CVSS 9,8), activement exploitée

**Recommandations :**
* Mettre <b>à jour</b> & vérifier
"""


def notes(*days: str) -> dict[str, str]:
    return {
        f"content/posts/{day}-n{number}.md": note(
            f"Note {number}", NOTE, tags=[f"t{number}", f"u{number % 5}"], source=f"https://s{number}.example/",
        )
        for number, day in enumerate(days)
    }


SEVERAL = ("2025-09-08", "2025-09-07", "2025-09-06", "2025-09-05", "2025-08-01", "2025-08-02", "2023-01-05")


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The periods that Pagefind is started for."""
    found: list[str] = []
    made = indexer._made

    def spy(root: Path, due: Any, language: str, jobs: int) -> Any:
        found.extend(period.name for period, _, _ in due)
        return made(root, due, language, jobs)

    monkeypatch.setattr(indexer, "_made", spy)
    return found


def bundles(site: TinySite) -> list[str]:
    return [name for name, _ in json.loads(site.page("/search/index/periods.json"))]


def test_a_bundle_holds_the_posts_of_a_month_and_of_a_year_that_has_passed(tmp_path: Path):
    site = make_site(tmp_path, notes(*SEVERAL, "2024-12-31", "2023-12-01"), CONFIG)
    site.build()
    assert bundles(site) == ["2025-09", "2025-08", "2024-12", "2023"]
    for period, posts in (("2025-09", 4), ("2025-08", 2), ("2024-12", 1), ("2023", 2)):
        entry = json.loads(site.page(f"/search/index/{period}/pagefind-entry.json"))
        assert [language["page_count"] for language in entry["languages"].values()] == [posts]
        assert len(list((site.root / f"output/search/index/{period}/fragment").iterdir())) == posts
        assert site.has(f"/search/index/{period}/pagefind.js") == (period == "2025-09")


def test_a_busy_month_has_a_bundle_for_each_few_hundred_notes_from_its_first_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: list[str]
):
    monkeypatch.setattr(search, "PART", 3)
    days = [f"2025-08-{day:02}" for day in range(8, 0, -1)]
    old = [f"2023-05-0{day}" for day in (4, 3, 2, 1)]
    site = make_site(tmp_path, notes("2025-09-01", *days, *old), CONFIG)
    site.build()
    assert bundles(site) == ["2025-09", "2025-08-3", "2025-08-2", "2025-08", "2023"]
    assert len(list((site.root / "output/search/index/2025-08-3/fragment").iterdir())) == 2
    indexed.clear()
    site.write({"content/posts/2025-08-09-new.md": note("New")})
    site.build()
    assert indexed == ["2025-08-3"]


def test_what_pagefind_reads_of_a_post_is_its_words_its_sections_and_what_it_can_be_filtered_by(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/2025-09-08-n.md": note(
        'A <b> & "c"', NOTE, tags=["Veille Cyber", "veille-cyber"], source="https://www.s.example/a")}, CONFIG)
    from generator.load import Options, load

    loaded, _ = load(site.root, Options(as_of=AS_OF))
    assert loaded
    post = loaded.parsed[0].post
    assert post
    (path, text), = search.documents(search.Period("2025-09", (post,)), "fr")
    assert path == "n/index.html"
    assert set(re.findall(r'filter="(\w+)\[content\]" content="([^"]*)"', text)) == {
        ("year", "2025"), ("tag", "/tags/veille-cyber/"), ("source", "s.example"), ("severity", "critical"),
        ("cve", "yes"), ("exploited", "yes")}
    assert '<h2 id="points-clés">Points clés</h2>' in text
    assert ">Fuite critique</h1><p>A &lt;b&gt; &amp; &quot;c&quot;</p>" in text


def test_drafts_and_pages_beside_the_posts_are_not_searched(tmp_path: Path):
    site = make_site(tmp_path, {
        **notes("2025-09-08"), "content/posts/2025-09-01-d.md": note("D", draft=True),
        "content/pages/about.md": "---\ntitle: About\n---\nUs.\n"}, CONFIG)
    site.build()
    entry = json.loads(site.page("/search/index/2025-09/pagefind-entry.json"))
    assert entry["languages"]["fr"]["page_count"] == 1


def test_the_same_notes_have_the_same_index(tmp_path: Path):
    for number in (1, 2, 3):
        make_site(tmp_path / str(number), notes(*SEVERAL), CONFIG).build(jobs=number)
    first, *others = (TinySite(tmp_path / str(number)).output() for number in (1, 2, 3))
    assert others == [first, first]


def test_a_new_note_has_its_month_indexed_and_no_other(tmp_path: Path, indexed: list[str]):
    site = make_site(tmp_path / "warm", notes(*SEVERAL), CONFIG)
    site.build()
    assert indexed == ["2025-09", "2025-08", "2023"]
    indexed.clear()
    site.write({"content/posts/2025-08-03-new.md": note("New", tags=["t1"])})
    site.build()
    assert indexed == ["2025-08"]
    site.remove("content/posts/2025-08-03-new.md", "content/posts/2025-08-02-n5.md")
    site.write({"content/posts/2025-10-01-october.md": note("October"), "content/posts/2023-02-01-o.md": note("Old")})
    site.build()
    clean = TinySite(tmp_path / "clean")
    clean.write({path.relative_to(site.root).as_posix(): path.read_bytes()
                 for path in (*site.root.glob("content/posts/*"), site.root / "config.yaml")})
    clean.build(cache=False)
    assert site.output() == clean.output()
    assert not list((clean.root / ".veille").glob("search-*"))
    assert not list(tmp_path.rglob("indexing-*"))


def test_nothing_is_indexed_when_nothing_changed_or_only_the_output_is_lost(tmp_path: Path, indexed: list[str]):
    site = make_site(tmp_path, notes(*SEVERAL), CONFIG)
    site.build()
    before = site.output()
    indexed.clear()
    site.build()
    shutil.rmtree(site.root / "output")
    site.build()
    assert indexed == []
    assert site.output() == before


def test_a_changed_template_indexes_nothing(tmp_path: Path, indexed: list[str]):
    site = make_site(tmp_path, notes("2025-09-08"), CONFIG)
    site.build()
    indexed.clear()
    site.write({"templates/pages/post.html": "{{ page.post.title }}"})
    site.build()
    assert indexed == []


def test_a_damaged_bundle_is_made_again(tmp_path: Path, indexed: list[str]):
    site = make_site(tmp_path, notes(*SEVERAL), CONFIG)
    site.build()
    before = site.output()
    for kept in (site.root / ".veille").glob("*.cache"):
        data = bytearray(kept.read_bytes())
        data[len(data) // 2] ^= 1
        kept.write_bytes(data)
    indexed.clear()
    site.build()
    assert sorted(indexed) == ["2023", "2025-08", "2025-09"]
    assert site.output() == before


def test_bundles_of_periods_without_posts_are_forgotten(tmp_path: Path):
    site = make_site(tmp_path, notes("2025-09-08", "2025-08-01"), CONFIG)
    site.build()
    site.remove("content/posts/2025-08-01-n1.md")
    site.build()
    assert bundles(site) == ["2025-09"]
    assert [path.name for path in (site.root / ".veille").glob("search-*")] == ["search-2025-09.cache"]
    assert not [path for path in site.output() if "2025-08" in path and "search" in path]


def test_without_pagefind_the_site_is_whole_and_the_search_page_offers_other_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(indexer, "available", lambda: False)
    site = make_site(tmp_path, notes("2025-09-08"), CONFIG)
    report = site.build()
    assert codes(report) == ["V010"]
    assert report.changes
    page = site.page("/search/")
    assert "<input" not in page
    assert 'href="../archives/"' in page
    assert "wasm" not in page
    assert not site.has("/search/index/periods.json")
    assert codes(site.build()) == ["V010"]


def test_a_search_that_fails_is_told_and_leaves_the_rest_of_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    site = make_site(tmp_path, notes("2025-09-08"), CONFIG)
    site.build()
    site.write({"content/posts/2025-09-09-b.md": note("B")})
    monkeypatch.setattr("pagefind_bin.get_executable", lambda: "/bin/false")
    report = site.build()
    assert [(found.code, found.severity.word) for found in report.problems] == [("V010", "info")]
    assert "because Pagefind failed: exit status 1" in report.problems[0].message
    assert site.has("/b/")
    assert not site.has("/search/index/periods.json")


def test_with_search_none_nothing_searches(tmp_path: Path, indexed: list[str]):
    site = make_site(tmp_path, notes("2025-09-08"), "search: none")
    site.build()
    assert indexed == []
    assert not site.has("/search/")
    assert "search" not in site.page("/").replace("search.js", "")


def test_a_preview_is_not_indexed(tmp_path: Path, indexed: list[str]):
    site = make_site(tmp_path, notes("2025-09-08"), CONFIG)
    site.build(preview=True)
    assert indexed == []
    assert "<input" not in site.page("/search/")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_that_search_may_run_webassembly_and_no_other_page(tmp_path: Path, language: str):
    site = make_site(tmp_path, notes("2025-09-08"), f"site: {{language: {language}}}\n{CONFIG}")
    site.build()
    allowed = {path for path, data in site.output().items() if path.endswith(".html") and b"wasm-unsafe-eval" in data}
    assert allowed == {"search/index.html", "404.html"}
    assert "wasm-unsafe-eval" in site.page("/_headers")
    for path in ("/search/", "/404.html"):
        page = site.page(path)
        assert 'role="search"' in page
        assert 'role="status"' in page
        assert re.search(r'<div class="search"[^>]* hidden>', page)  # until the script runs
    assert list(json.loads(site.page("/search/index/2025-09/pagefind-entry.json"))["languages"]) == [language]


def test_the_search_page_filters_by_every_tag_source_and_year(tmp_path: Path):
    site = make_site(tmp_path, notes("2025-09-08", "2024-09-08"), CONFIG)
    site.build()
    page = site.page("/search/")
    assert '<option value="/tags/t1/">t1</option>' in page
    assert "<option>s1.example</option>" in page
    assert "<option>2025</option><option>2024</option>" in page


def test_a_folder_of_settings_for_pagefind_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    one, other = (make_site(tmp_path / name, notes("2025-09-08"), CONFIG) for name in "ab")
    one.build()
    monkeypatch.setenv("PAGEFIND_OUTPUT_SUBDIR", "elsewhere")
    monkeypatch.chdir(other.root)
    other.write({"pagefind.toml": 'force_language = "de"\n'})
    other.build()
    assert one.output() == other.output()


@pytest.mark.parametrize("files", [
    {}, {"pagefind-entry.json": b"{}"}, {"pagefind-entry.json": b"["}, {"pagefind-entry.json": b'{"languages":{}}'},
    {"pagefind-entry.json": b'{"languages":{"fr":{"hash":"fr_1","wasm":"fr"}}}', "pagefind.fr_1.pf_meta": b"?"},
    {"pagefind-entry.json": b'{"languages":{"fr":{"hash":"fr_1","wasm":"fr"}}}',
     "pagefind.fr_1.pf_meta": b"pagefind_dcd\x80"},
])
def test_files_of_another_form_are_refused(files: dict[str, bytes]):
    with pytest.raises(ValueError, match=r".+"):
        search.canonical(files, engine=False)


def test_no_post_no_bundle():
    assert search.periods(()) == ()
