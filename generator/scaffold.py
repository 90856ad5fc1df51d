"""New files: those of a new site and the one of a new note, as values; and the writing, over nothing that is there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from generator import urls
from generator.config import Config, SiteSettings
from generator.content.parsed import Parsed
from generator.content.post import parse_post
from generator.content.skeleton import NewNote, skeleton, yaml_text
from generator.model import Source
from generator.text import slug

ACTION = ".github/actions/veille/action.yml"
_PACKAGED = Path(__file__).parent / "action.yml"
_CHECKOUT = _PACKAGED.parent.parent / "action.yml"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be written."""

    path: str
    """Below the site's folder, with ``/`` between the parts."""
    text: str


def new_site(site: SiteSettings, day: date, version: str, action: str) -> tuple[NewFile, ...]:
    """The files of a new site whose settings are `site`, with an example note of the civil date `day`.

    `version` is veille's own, which the workflow installs; `action` the text of ``action.yml``. The configuration comes
    last: a folder without it is no site, so a half-written one is not taken for one.
    """
    return (
        example(site.language, day, Config(site=site)),
        NewFile(".gitignore", _GITIGNORE),
        NewFile(".github/workflows/pages.yml", workflow(site.timezone, day, version)),
        NewFile(ACTION, action),
        NewFile("config.yaml", configuration(site)),
    )


def configuration(site: SiteSettings) -> str:
    """A short ``config.yaml`` with the settings that differ from site to site, and a comment for each."""
    local = site.url == SiteSettings().url
    return _CONFIG.format(
        title=yaml_text(site.title),
        url="# url: https://example.org/veille" if local else f"url: {site.url}",
        language=site.language, timezone=site.timezone,
    )


def example(language: str, day: date, config: Config) -> NewFile:
    """The note that shows an author how notes are written, in ``fr`` or ``en``."""
    note = _EXAMPLES[language]
    return new_note(note, slug(note.title), day, config, language)


def new_note(note: NewNote, name: str, when: date, config: Config, language: str) -> NewFile:
    """The file of a new note with the slug `name`; its permalink is filled in, by the site's pattern.

    The address is written out, although the pattern would give it: so it outlives a changed title, file name and
    pattern, and Jekyll and its like give the note the same one. Raises `urls.PathError` for a slug that is no path.
    """
    url = urls.permalink(config.permalink, when, name)
    complete = replace(note, date=note.date or f"{when:%Y-%m-%d}", permalink=url)
    return NewFile(f"{config.posts}/{when:%Y-%m-%d}-{name}.md", skeleton(complete, language))


def read_back(file: NewFile, config: Config) -> Parsed:
    """What the site will make of a new note."""
    return parse_post(Source(file.path, file.text.encode("utf-8", "replace")), config, "")


def owner(url: str, name: str, posts: Iterable[Source], config: Config) -> str:
    """The file of the post that has the site URL `url` already, as address or old address; empty without one.

    Only posts that hold the slug `name` in their text or path can: the others are not even parsed.
    """
    wanted = urls.output_path(url).casefold()
    needle = name.encode("utf-8")
    for source in posts:
        if name not in source.path.casefold() and needle not in source.data.lower():
            continue
        post = parse_post(source, config, "").post
        if post and wanted in (urls.output_path(taken).casefold() for taken in (post.url, *post.aliases)):
            return source.path
    return ""


def write(root: Path, files: Iterable[NewFile]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Writes the files below `root`; what is there already stays as it is. Returns the paths written and kept.

    Raises `OSError` when the disk refuses; a file that could not be written whole is removed.
    """
    written: list[str] = []
    kept: list[str] = []
    for file in files:
        target = root / file.path
        if os.path.lexists(target):
            kept.append(file.path)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "xb") as new:
            try:
                new.write(file.text.encode("utf-8"))
                new.flush()
            except OSError:
                os.unlink(target)
                raise
        written.append(file.path)
    return tuple(written), tuple(kept)


def packaged_action() -> str:
    """The text of the GitHub action that comes with veille. Raises `OSError`."""
    return (_PACKAGED if _PACKAGED.is_file() else _CHECKOUT).read_text("utf-8")


def workflow(timezone: str, day: date, version: str) -> str:
    """The GitHub workflow that publishes a site on Pages: on every push, by hand, and soon after each midnight.

    The time is UTC's, the only one that GitHub knows: seven minutes past midnight in `timezone` in the part of `day`'s
    year when its clocks are behind, an hour later in the other part.
    """
    behind = min(
        datetime(day.year, month, 1, tzinfo=ZoneInfo(timezone)).utcoffset() or timedelta() for month in (1, 7)
    )
    minute = (7 - round(behind / timedelta(minutes=1))) % (24 * 60)
    return (
        _WORKFLOW.replace("@CRON@", f"{minute % 60} {minute // 60} * * *")
        .replace("@ZONE@", timezone).replace("@VERSION@", version)
    )


_GITIGNORE = """\
# What veille writes and remembers; both can be deleted at any time.
/output/
/.veille/
"""

_CONFIG = """\
# The settings of this site. Every key can be left out; veille's README lists them all.
site:
  title: {title}
  # The address of the site, with the path that it lives under. GitHub's workflow fills it in by itself.
  {url}
  # One sentence, for readers and search engines.
  # description: What happened in security, every day.
  # The language of the pages: fr or en.
  language: {language}
  # Which day it is, and what a time without a zone means: an IANA name, for example Europe/Paris.
  timezone: {timezone}
  # author: {{name: Ada Lovelace, email: ada@example.org}}

# The address of posts that name none themselves.
# permalink: /posts/:year/:month/:day/:slug/
# Posts a page of a list.
# pagination: 20
# A search of all notes in the reader's browser; it needs pip install 'veille[search]'. none: without it.
# search: pagefind
# Pictures for link previews of notes; they need pip install 'veille[images]'. all, or those from a day on: 2026-01-31.
# images: none
"""

_WORKFLOW = """\
# Publishes the site on GitHub Pages. Once, in the repository's settings: Pages, Source: GitHub Actions.
name: Pages

on:
  push:
    branches: [main, master]
  workflow_dispatch:
  schedule:
    # After midnight in @ZONE@: notes that are dated for a day come out on that day.
    - cron: "@CRON@"

permissions:
  contents: read
  pages: write
  id-token: write

concurrency:
  group: pages
  cancel-in-progress: false

jobs:
  publish:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    environment:
      name: github-pages
      url: ${{ steps.deployment.outputs.page_url }}
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - id: pages
        uses: actions/configure-pages@983d7736d9b0ae728b81ab479565c72886d7745b # v5.0.0
      - uses: ./.github/actions/veille
        with:
          base-url: ${{ steps.pages.outputs.base_url }}
          version: "@VERSION@"
      - id: deployment
        uses: actions/deploy-pages@d6db90164ac5ed86f2b6aed7e0febac5b3c0c03e # v4.0.5
"""

_EXAMPLES = {
    "fr": NewNote(
        title="Bienvenue : voici à quoi ressemble une note", date="", permalink="", tags=("exemple",),
        source="https://logging.apache.org/security.html",
        headline="Une note tient en un écran : un résumé, trois sections, une source",
        summary="Cette note est un exemple : modifiez-la, ou supprimez-la. Le résumé dit en deux ou trois phrases ce "
        "qui s'est passé, qui est touché et depuis quand. Les sections qui suivent se remplissent point par point, et "
        "la dernière ligne mène à l'article d'origine.",
        points=(
            "Le nom du fichier commence par la date ; l'adresse de la page est celle de `permalink`.",
            "Chaque étiquette de `tags` a sa page et son flux.",
            "Une note datée de demain paraît demain ; `draft: true` la retient.",
        ),
        flaws=(
            "**CVE-2021-44228** (CVSS 10,0) : exécution de code à distance dans Apache Log4j 2, dite Log4Shell. Chaque "
            "CVE nommée par une note a sa page.",
        ),
        advice=(
            "Commencer la note suivante avec `veille new \"Son titre\"`.",
            "Relire le tout avec `veille check` avant de publier.",
        ),
    ),
    "en": NewNote(
        title="Welcome: this is what a note looks like", date="", permalink="", tags=("example",),
        source="https://logging.apache.org/security.html",
        headline="A note fits on one screen: a summary, three sections, a source",
        summary="This note is an example: change it, or delete it. The summary tells in two or three sentences what "
        "happened, who is concerned and since when. The sections below are filled in point by point, and the last line "
        "leads to the article that the note is about.",
        points=(
            "The file's name begins with the date; the page's address is that of `permalink`.",
            "Each tag of `tags` has a page and a feed.",
            "A note dated tomorrow comes out tomorrow; `draft: true` holds it back.",
        ),
        flaws=(
            "**CVE-2021-44228** (CVSS 10.0): remote code execution in Apache Log4j 2, known as Log4Shell. Each CVE "
            "that a note names has a page.",
        ),
        advice=(
            "Begin the next note with `veille new \"Its title\"`.",
            "Look over all of it with `veille check` before publishing.",
        ),
    ),
}
