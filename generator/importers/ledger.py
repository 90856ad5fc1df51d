"""What an importer has decided so far: files, remarks, addresses; and the one way to keep a post's address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from generator import urls
from generator.config import Config
from generator.content import frontmatter
from generator.content.address import address
from generator.diagnostics import Severity
from generator.importers import header
from generator.importers.newsite import redirects
from generator.importers.plan import HAND, LEFT, TAKEN, TRANSLATED, NewFile, Plan, Remark
from generator.model import Source
from generator.text import clip

MADE_HERE = (
    "index.html", "404.html", "robots.txt", "sitemap.xml", "feed.xml", "tags/index.html", "archives/index.html",
    "sources/index.html", "cve/index.html", "search/index.html", "digests/index.html", "feeds/index.html",
    "offline/index.html", "feed.json", "feeds.opml",
)
"""Output paths that veille writes itself, whatever an old blog has there."""


_LONGEST = 300  # characters of a remark


class Ledger:
    """Fills up while an importer reads, and becomes a `Plan`."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.addresses: dict[str, str] = {}
        """Site URL → file of the old blog."""
        self.moved: list[tuple[str, str]] = []
        """Old site URL, and the page of veille's own that it leads to now."""
        self.gone: list[str] = []
        """Site URLs that nothing answers any more, which is told."""
        self._files: list[NewFile] = []
        self._remarks: list[Remark] = []
        self._counts: Counter[str] = Counter()

    def left(self, path: str, text: str, line: int = 0) -> None:
        """Remarks what is not taken, or not understood."""
        self._remarks.append(Remark(LEFT, path, line, clip(text, _LONGEST)))

    def translated(self, path: str, text: str, line: int = 0) -> None:
        """Remarks what has another form now."""
        self._remarks.append(Remark(TRANSLATED, path, line, clip(text, _LONGEST)))

    def take(self, noun: str, path: str, text: str) -> None:
        """A file of the new site with this text, counted under `noun`."""
        self._counts[noun] += 1
        self._files.append(NewFile(path, text.encode()))

    def copy(self, name: str, path: str, source: str) -> bool:
        """A file that is published as it is, at ``/path``; false, and a remark, when veille cannot publish it there."""
        if path in MADE_HERE:
            self.left(name, f"veille writes /{path} itself")
        elif any(step.startswith(("_", ".")) or step.endswith("~") for step in path.split("/")) or "\\" in path:
            self.left(name, "veille publishes no file whose name begins with '_' or '.', or holds a backslash")
        elif any(char < " " or char == "\x7f" for char in path):
            self.left(name, "its name holds a character that no address can hold")
        else:
            self._counts["other files"] += 1
            self._files.append(NewFile(f"content/static/{path}", b"", source))
            return True
        return False

    def with_keys(self, old: str, parts: header.Parts, new: Sequence[tuple[str, str]]) -> header.Parts:
        """The file `old` with further keys in its header; `new` are names and YAML values."""
        if new and header.is_flow(parts):
            self.left(old, f"{HAND}: its header is in braces; add {', '.join(': '.join(pair) for pair in new)}", 1)
            return parts
        for name, value in new:
            parts = header.with_key(parts, name, value)
        return parts

    def keep_address(self, old: str, path: str, parts: header.Parts, wanted: str) -> header.Parts:
        """The post of the file `old`, with a permalink where veille would not give it the site URL `wanted`.

        `path` is its file in the new site. `wanted` is empty for a post that has no address yet. Says what veille finds
        wrong with it.
        """
        ours, problems = self._as_ours(path, parts)
        if urls.output_path(wanted or ours or urls.HOME + "x/") in MADE_HERE:
            moved = f"{(wanted or ours or '').rstrip('/')}-1/"
            self.left(old, f"{HAND}: {wanted or ours} is a page of veille's own, so the post is at {moved} now")
            return self.with_keys(old, parts, [("permalink", header.scalar(moved))])
        if wanted and ours is not None and ours != wanted:
            changed = self.with_keys(old, parts, [("permalink", header.scalar(wanted))])
            if self._as_ours(path, changed) == (wanted, []):
                self.translated(old, f"permalink {wanted} written into the front matter, to keep the address")
                return changed
            self.left(old, f"{HAND}: its address {wanted} cannot be kept" + (f", it is {ours} now" if ours else ""))
        for text, line in problems:
            self.left(old, text, line)
        return parts

    def _as_ours(self, path: str, parts: header.Parts) -> tuple[str | None, list[tuple[str, int]]]:
        """The site URL that veille gives to a file, empty when it can be none; and its errors, with their lines.

        None for a file whose front matter has errors.
        """
        document = frontmatter.read(Source(path, parts.text.encode()), self.config.site)
        wrong = [
            (f"{HAND}, {found.code}: {found.message}; {found.hint}", found.line)
            for found in document.problems if found.severity is Severity.ERROR
        ]
        if document.header is None:
            return None, wrong
        try:
            return address(path, document.header, self.config), wrong
        except urls.PathError as error:
            return "", [*wrong, (f"{HAND}: its address {error}", 0)]

    def navigation(self, path: str, entries: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """The entries of the old blog's navigation, in the file `path`, that lead somewhere here."""
        base = self.config.site.url
        moved = {old.rstrip("/"): new for old, new in self.moved}
        known = {url.rstrip("/") for url in self.addresses} | {urls.HOME.rstrip("/")}
        known |= {"/" + made.removesuffix("index.html").rstrip("/") for made in MADE_HERE}
        known |= {"/" + file.path.removeprefix("content/static/") for file in self._files}
        found: dict[str, str] = {}
        for label, where in entries:
            own = where == base or where.startswith(base + "/")
            url = where.removeprefix(base) if own else where
            if (not own and "://" in url) or url.startswith("mailto:"):
                found.setdefault(url, label)
                continue
            bare = f"/{url.strip('/')}".rstrip("/")
            new = moved.get(bare, f"{bare}/" if bare in known and "." not in bare.rpartition("/")[2] else bare)
            if bare in known or bare in moved:
                found.setdefault(new, label)
            else:
                self.left(path, f"the navigation's entry '{label}' leads to {where}, which is not taken")
        if not found and any(file.path.startswith("content/pages/") for file in self._files):
            self.left(path, "no menu leads to the pages: write a navigation into config.yaml")
        return tuple((label, url) for url, label in found.items())

    def plan(self, config_yaml: NewFile, remarks: Iterable[Remark], generated: Iterable[str] = ()) -> Plan:
        """Everything; `remarks` and patterns of `generated` addresses come from the settings."""
        taken = [
            Remark(TAKEN, ".", 0, f"{number:,} {noun if number > 1 else noun.removesuffix('s')}")
            for noun, number in self._counts.items()
        ]
        return Plan(
            files=(config_yaml, *self._files, *redirects(self.moved, self.config.site.url)),
            remarks=tuple(sorted((*remarks, *taken, *self._remarks))),
            addresses=tuple(self.addresses.items()),
            generated=(*generated, *map(re.escape, self.gone)),
        )
