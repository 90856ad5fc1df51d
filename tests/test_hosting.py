"""The file of headers for hosts that read one."""

from __future__ import annotations

import re

from generator.outputs.hosting import policy
from tests.sites import make_site

GISCUS = "comments: {giscus: {repo: a/b, repo_id: R_x, category: c, category_id: D_x}}"


def rules(text: str) -> dict[str, str]:
    return {name: values for name, _, values in (rule.strip().partition(" ") for rule in text.split(";"))}


def headers(text: str) -> dict[str, dict[str, str]]:
    """Path → its headers."""
    found: dict[str, dict[str, str]] = {}
    path = ""
    for line in text.splitlines():
        if line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            found[path][name] = value
        else:
            path = line
            found[path] = {}
    return found


def test_the_header_is_the_policy_of_the_pages_and_keeps_strangers_from_framing_them(tmp_path):
    for number, config in enumerate(("", GISCUS)):
        site = make_site(tmp_path / str(number), config=config)
        site.build()
        sent = rules(headers(site.page("/_headers"))["/*"]["Content-Security-Policy"])
        assert sent.pop("frame-ancestors") == "'self'"
        for path in ("/posts/2025/09/08/note/", "/", "/cve/"):
            written = re.search(r'Content-Security-Policy" content="([^"]*)"', site.page(path))
            assert written
            own = rules(re.sub(r" 'sha256-[^']+'", "", written[1]))  # that of its JSON-LD
            if path.startswith("/posts/"):
                assert own == sent
            assert all(set(values.split()) <= set(sent[name].split()) for name, values in own.items())


def test_paths_begin_where_the_site_lives(tmp_path):
    site = make_site(tmp_path, config="site: {url: https://example.org/veille}")
    site.build()
    assert list(headers(site.page("/_headers"))) == [
        "/*", "/veille/static/*", "/veille/feed.json", "/veille/api/*", "/veille/feed.xml"]


def test_the_authors_own_file_takes_its_place(tmp_path):
    site = make_site(tmp_path)
    site.write({"content/static/_headers": "/*\n  X-Own: 1\n"})
    assert site.build().changes
    assert site.page("/_headers") == "/*\n  X-Own: 1\n"


def test_a_policy_names_another_origin_only_when_there_is_one():
    assert "frame-src" not in policy()
    assert "frame-src https://giscus.app" in policy("https://giscus.app")
