"""The manifest, the worker's facts and the offline page; what a browser does with them is in `tests/browser`."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest

from generator import urls
from tests.sites import TinySite, make_site, note


def facts(site: TinySite) -> dict[str, object]:
    """What ``/sw.js`` says of the site."""
    found = re.fullmatch(r"self\.veille = (\{.*\});\nimportScripts\((\".*\")\);\n", site.page("/sw.js"))
    assert found
    return {**json.loads(found[1]), "script": json.loads(found[2])}


def test_the_manifest_lies_at_the_root_and_names_nothing_outside(tmp_path: Path):
    site = make_site(tmp_path, config="site: {title: 'Le «Guet»', url: https://example.org/guet}")
    site.build()
    manifest = json.loads(site.page("/manifest.webmanifest"))
    assert manifest["name"] == "Le «Guet»"
    assert {manifest[name] for name in ("id", "start_url", "scope")} == {"./"}
    sizes = []
    for icon in manifest["icons"]:
        data = (site.root / "output" / icon["src"]).read_bytes()
        if icon["type"] == "image/png":
            sizes.append("{}x{}".format(*struct.unpack(">II", data[16:24])))
            assert icon["sizes"] == sizes[-1]
            assert len(data) < 6_000
    assert sizes == ["192x192", "512x512"]
    assert '<link rel="manifest" href="../../../../../manifest.webmanifest">' in site.page("/posts/2025/09/08/note/")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_worker_keeps_the_offline_page_and_all_that_it_loads(tmp_path: Path, language: str):
    site = make_site(tmp_path, config=f"site: {{language: {language}}}")
    site.build()
    about = facts(site)
    assert about["lang"] == language
    shell = about["shell"]
    assert isinstance(shell, list)
    for path in (about["offline"], about["script"], *shell):
        assert (site.root / "output" / urls.output_path(f"/{path}")).is_file()
    page = site.page("/offline/")
    loaded = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*?(?:href|src)="\.\./([^"]*)"', page)
    assert sorted(loaded) == sorted(shell)
    assert re.search(r"<ul[^>]* data-kept=\"[^\"]*\{date\}", page)
    assert '<meta name="robots" content="noindex">' in page
    assert "/offline/" not in site.page("/sitemap.xml")


def test_the_worker_is_another_one_when_what_it_keeps_is_and_only_then(tmp_path: Path):
    site = make_site(tmp_path)
    site.build()
    first = site.page("/sw.js")
    site.write({"content/posts/2025-09-09-b.md": note("B")})
    site.build()
    assert site.page("/sw.js") == first
    site.write({"templates/pages/offline.html": '{% extends "base.html" %}{% block main %}Away{% endblock %}'})
    site.build()
    assert site.page("/sw.js") != first
    site.write({"templates/static/worker.js": "// another\n"})
    before = facts(site)
    site.build()
    assert facts(site)["script"] != before["script"]
    assert facts(site)["version"] == before["version"]


def test_a_preview_is_kept_by_no_worker(tmp_path: Path):
    site = make_site(tmp_path)
    site.build(preview=True)
    for path in ("/sw.js", "/manifest.webmanifest", "/offline/"):
        assert not site.has(path)
    assert 'rel="manifest"' not in site.page("/")


def test_every_page_has_a_colour_for_the_browser_in_both_themes(tmp_path: Path):
    site = make_site(tmp_path)
    site.build()
    style = next(data.decode() for path, data in site.output().items() if re.search(r"veille\.\w+\.css$", path))
    papers = re.search(r"--paper: light-dark\((#\w+), (#\w+)\)", style)
    assert papers
    for path, data in site.output().items():
        if path.endswith("index.html") or path == "404.html":
            told = re.findall(r'theme-color" media="[^"]*" content="(#\w+)"', data.decode())
            assert set(told) == set(papers.groups()), path
