"""A site that lives: notes are added, edited, renamed and removed at random; settings and theme change now and then.

The same seed gives the same life. What a life leaves in a folder is what its author left; nothing here knows of builds.
"""

from __future__ import annotations

import random
import shutil
from datetime import date, timedelta
from pathlib import Path

from tests.sites import TinySite, make_site, note

DAY_ONE = date(2025, 3, 3)
TAGS = ["ransomware", "Été", "C++", "phishing", "zero-day", "supply chain"]
WORDS = [
    "The", "flaw", "in", "the", "Zephyr", "gateway", "of", "Example", "Corp", "lets", "anyone", "read", "mail", "queue",
    "without", "a", "password",
]
CONFIGS = [f"search: none\n{more}" for more in (
    "pagination: 5\n", "pagination: 5\nsite: {title: Autre, language: en}\n", "pagination: 3\nfeeds: {entries: 9}\n",
    "pagination: 5\npermalink: /:year/:month/:slug/\n", "site: {url: 'https://example.org/w'}\n",
)]
THEME = {
    "templates/partials/footer.html": ["<footer>one</footer>", "<footer>two {{ site.title }}</footer>", None],
    "templates/static/veille.css": ["a{}", "b{}", None],
    "content/static/CNAME": ["example.org", "example.net", None],
    "content/static/files/list.txt": ["1", None],
    "content/static/files": ["a file where a folder was", None],
}


class Growth:
    """One life of a site in the folder `root`."""

    def __init__(self, root: Path, seed: int, posts: int) -> None:
        self.chance = random.Random(seed)
        self.site = make_site(root, config=CONFIGS[0], files={})
        self.posts: dict[str, str] = {}
        """Name of a file → its text."""
        self.born = 0
        self.texts = 0
        for _ in range(posts):
            self.add()

    def live(self, edits: int = 1) -> None:
        """So many random changes: mostly new and edited notes."""
        for _ in range(edits):
            kinds = [self.add, self.edit, self.rename, self.remove, self.configure, self.restyle]
            self.chance.choices(kinds, weights=[40, 25, 4, 22, 4, 5])[0]()

    def add(self) -> None:
        self.born += 1
        # Mostly of today, as the site's clock goes; sometimes of long ago.
        days = self.born // 3 if self.chance.random() < 0.8 else self.chance.randrange(self.born // 3 + 1)
        self._write(f"{DAY_ONE + timedelta(days=days % 300)}-note-{self.born}.md")

    def edit(self) -> None:
        if self.posts:
            self._write(self._one())

    def rename(self) -> None:
        if self.posts:
            old = self._one()
            text = self.posts.pop(old)
            self.site.remove(f"content/posts/{old}")
            self.born += 1
            self._write(f"{old[:10]}-renamed-{self.born}.md", text)

    def remove(self) -> None:
        if len(self.posts) > 3:
            name = self._one()
            del self.posts[name]
            self.site.remove(f"content/posts/{name}")

    def configure(self) -> None:
        self.site.write({"config.yaml": self.chance.choice(CONFIGS)})

    def restyle(self) -> None:
        name = self.chance.choice(sorted(THEME))
        content = self.chance.choice(THEME[name])
        path = self.site.root / name
        if path.is_dir():
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
        if path.parent.is_file():
            path.parent.unlink()
        if content is not None:
            self.site.write({name: content})

    def _one(self) -> str:
        return self.chance.choice(sorted(self.posts))

    def _write(self, name: str, text: str = "") -> None:
        self.posts[name] = text or self._text()
        self.site.write({f"content/posts/{name}": self.posts[name]})

    def _text(self) -> str:
        chance = self.chance
        self.texts += 1
        number = chance.randrange(40)
        title = f"{' '.join(chance.sample(WORDS, 6))} {chance.randrange(1000)}"
        body = (
            f"{' '.join(chance.choices(WORDS, k=30))}.\n\n**Points clés :**\n* CVE-2025-{20000 + number} "
            f"(CVSS {chance.randrange(10)}.{chance.randrange(10)})\n* {' '.join(chance.choices(WORDS, k=12))}\n\n"
            f"**Vulnérabilités :**\n* CVE-2025-{20000 + chance.randrange(40)}\n\n"
            f"[Source](https://s{number % 7}.example/{number})"
        )
        fields: dict[str, object] = {"tags": chance.sample(TAGS, chance.randrange(4))}
        if chance.random() < 0.1:
            fields["updated"] = f"2026-01-{1 + number % 28:02} 10:00"
        if chance.random() < 0.1:
            fields["redirect_from"] = f"/old/{self.texts}/"
        return note(title, body, **fields)


def clean(site: TinySite, elsewhere: Path, **options: object) -> TinySite:
    """A copy of what the author wrote in another folder, built there from nothing; `elsewhere` is emptied first."""
    shutil.rmtree(elsewhere, ignore_errors=True)
    shutil.copytree(site.root, elsewhere, ignore=shutil.ignore_patterns("output", ".veille"))
    copy = TinySite(elsewhere)
    report = copy.build(cache=False, **options)
    assert report.changes, report.problems
    return copy
