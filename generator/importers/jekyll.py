"""``veille import jekyll``: a Jekyll folder becomes a plan; every address stays, and every file says what it became."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from generator import urls
from generator.config import Config
from generator.content import dates, frontmatter
from generator.content.address import address
from generator.importers import header, liquid
from generator.importers.folder import Found, has_header, read_text, walk
from generator.importers.foreign import Values, is_no, is_yes, read_yaml, text_of, texts_of
from generator.importers.jekyllsettings import Jekyll, read_settings
from generator.importers.jekyllurls import Facts, answer, page_url, post_url, template, titleize
from generator.importers.newsite import config_file, redirects
from generator.importers.plan import HAND, LEFT, TAKEN, TRANSLATED, NewFile, Plan, Remark, stop
from generator.model import Source

_POST = re.compile(r"(\d{2,4}-\d{1,2}-\d{1,2})-([^/]*)")
_SECONDS = re.compile(r".*\d:\d\d:\d\d(?:\.\d+)?", re.ASCII)
_ENDINGS = (".md", ".markdown")
_MADE_HERE = (
    "index.html", "404.html", "robots.txt", "sitemap.xml", "feed.xml", "tags/index.html", "archives/index.html",
    "sources/index.html", "cve/index.html", "search/index.html",
)
_INSTEAD = (("tag", urls.TAGS), ("categor", urls.TAGS), ("archive", urls.ARCHIVES), ("year", urls.ARCHIVES),
            ("post", urls.ARCHIVES), ("blog", urls.ARCHIVES), ("sitemap", urls.ARCHIVES))


@dataclass(frozen=True, slots=True)
class _Post:
    """A post or draft of the old blog, read."""

    found: Found
    parts: header.Parts
    values: Values
    """Of the front matter."""
    defaults: Values
    url: str
    """As Jekyll gives it."""
    slug: str
    folders: tuple[str, ...]
    """That make categories: above ``_posts``."""
    draft: bool
    unread: bool
    """Whether its front matter cannot be read: then no line is added to it."""


def read_jekyll(root: Path) -> Plan:
    """The plan for the Jekyll blog in the folder `root`. Reads only; raises `OSError` when the disk refuses."""
    name = next((name for name in ("_config.yml", "_config.yaml") if (root / name).is_file()), "")
    if not name and not (root / "_posts").is_dir():
        return Plan((), (), (), (), (stop(
            str(root), "this is no Jekyll blog: it has neither a _config.yml nor a folder _posts",
            "name the folder that holds _config.yml",
        ),))
    text, why = _own_text(root, name) if name else ("", "")
    values, bad = read_yaml(text)
    if why or bad:
        return Plan((), (), (), (), (stop(name, why or bad, "correct the file, or try a copy of it"),))
    domain = _own_text(root, "CNAME")[0].strip()
    jekyll, settings, remarks = read_settings(values, name or "_config.yml", domain)
    config_yaml, config, refused = config_file(settings, name)
    return _Reader(root, jekyll, config).plan(config_yaml, (*remarks, *refused))


def _own_text(root: Path, name: str) -> tuple[str, str]:
    path = root / name
    if path.is_symlink():
        return "", "it is a link: what it leads to is not taken"
    if not path.is_file():
        return "", ""
    return read_text(Found(name, str(path), path.stat().st_size))


class _Reader:
    """Reads the files of one blog, in two rounds: addresses first, since bodies refer to them by file name."""

    def __init__(self, root: Path, jekyll: Jekyll, config: Config) -> None:
        self.root, self.jekyll, self.config = root, jekyll, config
        self.zone = ZoneInfo(config.site.timezone)
        self.files: list[NewFile] = []
        self.remarks: list[Remark] = []
        self.addresses: dict[str, str] = {}
        self.names: dict[str, str] = {}
        """What ``post_url`` and ``link`` call a file → its site URL."""
        self.counts: Counter[str] = Counter()
        self.gone: list[str] = []
        self.moved: list[tuple[str, str]] = []

    def plan(self, config_yaml: NewFile, remarks: tuple[Remark, ...]) -> Plan:
        posts: list[_Post] = []
        pages: list[tuple[Found, header.Parts, Values, str]] = []
        for found in walk(self.root, self.jekyll.skips):
            steps = found.name.split("/")
            if found.refused:
                self.left(found.name, found.refused)
            elif "_posts" in steps[:-1] or "_drafts" in steps[:-1]:
                posts += self.read_post(found, steps)
            elif has_header(found):
                pages += self.read_page(found)
            elif found.name not in ("_config.yml", "_config.yaml"):
                self.take_static(found)
        for post in posts:
            self.take_post(post)
        for page in pages:
            self.take_page(*page)
        self.unread_folders()
        self.files += redirects(self.moved, self.config.site.url)
        return Plan(
            (config_yaml, *self.files), tuple(sorted((*remarks, *self.remarks))), tuple(self.addresses.items()),
            tuple(self.counts.items()), (), (*self.jekyll.generated, *map(re.escape, self.gone)),
        )

    def left(self, path: str, text: str, line: int = 0) -> None:
        self.remarks.append(Remark(LEFT, path, line, text))

    def translated(self, path: str, text: str, line: int = 0) -> None:
        self.remarks.append(Remark(TRANSLATED, path, line, text))

    def read_post(self, found: Found, steps: list[str]) -> list[_Post]:
        """The post in a file, with the address that Jekyll gives it; none when Jekyll would not read it."""
        draft = "_drafts" in steps[:-1]
        at = steps.index("_drafts" if draft else "_posts")
        stem, _, ending = steps[-1].rpartition(".")
        if not stem or f".{ending}" not in (*self.jekyll.markdown, ".html"):
            self.left(found.name, "it is neither Markdown nor HTML")
            return []
        named = _POST.fullmatch(stem)
        if not named and not draft:
            self.left(found.name, "its name does not begin with a date, so Jekyll does not publish it")
            return []
        text, why = read_text(found)
        if why:
            self.left(found.name, why)
            return []
        parts = header.cut(text)
        if parts is None:
            parts = header.Parts("---\n", "", "---\n", text)
            self.translated(found.name, "it had no front matter: its title comes from its name, as in Jekyll")
        values, unread = read_yaml(parts.header)
        slug = text_of(values.get("slug")) or (named[2] if named else stem)
        folders = tuple(step for step in steps[:at] if step != self.jekyll.collections_dir)
        defaults = self.jekyll.defaults_of(found.name, "drafts" if draft else "posts")
        facts = Facts(
            date=self.date_of(values, named[1] if named else ""), slug=slug, name=stem,
            path="/".join((*steps[at + 1 : -1], stem)), categories=_categories(folders, {**defaults, **values}),
        )
        own = text_of(values.get("permalink")) or text_of(defaults.get("permalink"))
        url = post_url(own or template(self.jekyll.permalink), facts)
        names = [stem, "/".join((*steps[at + 1 : -1], stem)), "/".join((*folders, stem)), found.name]
        self.names.update(dict.fromkeys(names, url))
        return [_Post(found, parts, values, defaults, url, slug, folders, draft, bool(unread))]

    def date_of(self, values: Values, named: str) -> datetime:
        """The moment that Jekyll takes a post to be of, in the site's zone.

        A time with seconds and without a zone is UTC for Jekyll's YAML reader, else local time.
        """
        for text in (text_of(values.get("date")), named):
            try:
                local = not _SECONDS.fullmatch(text)
                return dates.parse(text, self.zone if local else ZoneInfo("UTC"))[0].astimezone(self.zone)
            except dates.DateError:
                continue
        return datetime(2000, 1, 1, tzinfo=UTC)

    def take_post(self, post: _Post) -> None:
        """The post's file in the new site: with what Jekyll knew without being told, and the address it had."""
        old, parts = post.found.name, post.parts
        stem = PurePosixPath(old).stem
        below = old.split("/")
        below = [step for step in below[:-1] if step not in ("_posts", "_drafts")]
        kept = PurePosixPath(old).suffix in _ENDINGS
        folder = ["drafts"] if post.draft and not _POST.fullmatch(stem) else []
        path = "/".join(("content/posts", *folder, *below, stem + (PurePosixPath(old).suffix if kept else ".md")))
        if not post.unread:
            parts = self.with_known(post, parts)
        body, met = liquid.translate(parts.body, parts.body_line, self.resolve)
        self.tell_liquid(old, met)
        parts = replace(parts, body=body)
        parts = self.with_address(post, parts, path)
        if not post.draft and not is_no(post.values.get("published")):
            self.addresses[answer(post.url)] = old
        self.counts["drafts" if post.draft else "posts"] += 1
        self.files.append(NewFile(path, parts.text.encode()))

    def with_known(self, post: _Post, parts: header.Parts) -> header.Parts:
        """The header with what Jekyll took from the file's name, its folder and ``defaults``."""
        new: list[tuple[str, str]] = []
        if not text_of(post.values.get("title")):
            new.append(("title", header.scalar(titleize(post.slug) or post.slug)))
        if post.draft:
            new.append(("draft", "true"))
            if not text_of(post.values.get("date")) and not _POST.fullmatch(PurePosixPath(post.found.name).stem):
                changed = datetime.fromtimestamp(Path(post.found.path).stat().st_mtime, self.zone)
                new.append(("date", changed.date().isoformat()))
        elif is_yes(post.values.get("draft")):
            new.append(("draft", "false"))
            self.translated(post.found.name, "draft: true → false: Jekyll publishes what lies in _posts")
        categories = _categories(post.folders, {**post.defaults, **post.values})
        if categories and (post.folders or "categories" in post.defaults or "category" in post.defaults):
            new.append(("categories", header.sequence(categories)))
        if "category" in post.values and post.folders:
            self.left(post.found.name, "its tags come from 'category' and from its folder: see that they are right")
        for name in ("lang", "author", "published"):
            value = text_of(post.defaults.get(name))
            if value and name not in post.values:
                new.append((name, header.scalar(value) if name != "published" else value))
        tags = texts_of(post.defaults.get("tags"))
        if tags and "tags" not in post.values and "tag" not in post.values:
            new.append(("tags", header.sequence(tags)))
        return self.with_keys(post.found.name, parts, new)

    def with_keys(self, old: str, parts: header.Parts, new: list[tuple[str, str]]) -> header.Parts:
        if new and header.is_flow(parts):
            self.left(old, f"its front matter is in braces; add to it: {', '.join(': '.join(pair) for pair in new)}", 1)
            return parts
        for name, value in new:
            parts = header.with_key(parts, name, value)
        return parts

    def with_address(self, post: _Post, parts: header.Parts, path: str) -> header.Parts:
        """The header with a permalink where veille would choose another address; says what veille finds wrong."""
        old, wanted = post.found.name, answer(post.url)
        ours, problems = self.read_as_ours(path, parts)
        if not post.draft and ours is not None and ours != wanted:
            changed = self.with_keys(old, parts, [("permalink", header.scalar(wanted))])
            if self.read_as_ours(path, changed) == (wanted, []):
                self.translated(old, f"permalink {wanted} written into the front matter, to keep the address")
                return changed
            self.left(old, f"{HAND}: its address {wanted} cannot be kept" + (f", it is {ours} now" if ours else ""))
        for text, line in problems:
            self.left(old, text, line)
        return parts

    def read_as_ours(self, path: str, parts: header.Parts) -> tuple[str | None, list[tuple[str, int]]]:
        """The site URL that veille gives to a file, empty when it can be none; and its errors, with their lines.

        None for a file whose front matter has errors.
        """
        document = frontmatter.read(Source(path, parts.text.encode()), self.config.site)
        wrong = [
            (f"{HAND}, {found.code}: {found.message}; {found.hint}", found.line)
            for found in document.problems if found.severity.word == "error"
        ]
        if document.header is None:
            return None, wrong
        try:
            return address(path, document.header, self.config), wrong
        except urls.PathError as error:
            return "", [*wrong, (f"{HAND}: its address {error}", 0)]

    def read_page(self, found: Found) -> list[tuple[Found, header.Parts, Values, str]]:
        """A page with front matter and the address that Jekyll gives it."""
        file = PurePosixPath(found.name)
        text, why = read_text(found)
        parts = header.cut(text)
        if why or parts is None:
            self.left(found.name, why or "its front matter is not closed")
            return []
        values, bad = read_yaml(parts.header)
        if bad:
            self.left(found.name, f"{HAND}: {bad}", 1)
        if file.suffix not in (*self.jekyll.markdown, ".html", ".htm"):
            self.take_template(found, values)
            return []
        values = {**self.jekyll.defaults_of(found.name, "pages"), **values}
        in_pages = found.name.startswith("_pages/")
        folder = "" if file.parent == PurePosixPath(".") else file.parent.as_posix()
        if in_pages:
            folder = folder.removeprefix("_pages").strip("/")
            folder = f"pages/{folder}".rstrip("/") if "pages" in self.jekyll.collections else folder
        url = page_url(self.jekyll.page_style, folder, file.stem, text_of(values.get("permalink")))
        self.names[found.name] = url
        return [(found, parts, values, url)]

    def take_page(self, found: Found, parts: header.Parts, values: Values, url: str) -> None:
        """A page with words of its own; one that Liquid makes is left, and leads to what veille has in its place."""
        file, wanted = PurePosixPath(found.name), answer(url)
        made_here = urls.output_path(wanted) in _MADE_HERE
        if liquid.is_program(parts.body) or (made_here and wanted != "/"):
            self.gone.append(wanted)
            instead = wanted if made_here else next(
                (ours for word, ours in _INSTEAD if word in f"{file.stem} {wanted}".lower()), "")
            if instead and instead != wanted:
                self.moved += [(wanted, instead), *((old, instead) for old in texts_of(values.get("redirect_from")))]
                self.translated(found.name, f"the page {wanted}, which Liquid makes, leads to {instead} now")
            elif made_here:
                self.translated(found.name, f"the page {wanted} is veille's own now")
            else:
                self.left(found.name, f"the page {wanted}: it is made by Liquid, which veille does not run")
            return
        new: list[tuple[str, str]] = []
        if not text_of(values.get("title")):
            new.append(("title", header.scalar(titleize(file.stem))))
        if wanted == "/":
            self.gone.append(wanted)
            wanted = f"/{file.stem if file.stem != 'index' else 'about'}/"
            self.translated(found.name, f"the home page is the list of notes now; its words are at {wanted}")
        try:
            urls.clean(wanted)
        except urls.PathError as error:
            self.left(found.name, f"the page {wanted}: its address {error}")
            return
        new.append(("permalink", header.scalar(wanted)))
        body, met = liquid.translate(parts.body, parts.body_line, self.resolve)
        self.tell_liquid(found.name, met)
        parts = self.with_keys(found.name, replace(parts, body=body), new)
        name = found.name.removeprefix("_pages/")
        path = f"content/pages/{PurePosixPath(name).with_suffix('.md').as_posix()}"
        self.files.append(NewFile(path, parts.text.encode()))
        self.counts["pages"] += 1
        if not is_no(values.get("published")):
            self.addresses[wanted] = found.name

    def take_template(self, found: Found, values: Values) -> None:
        """A file that Jekyll fills in: a feed, a stylesheet, a list for a script."""
        url = text_of(values.get("permalink")) or f"/{found.name}"
        if url == self.jekyll.feed_path or urls.output_path(url) in _MADE_HERE:
            self.translated(found.name, f"{url} is veille's own now")
        else:
            self.left(found.name, f"{url} is made by Liquid or by Sass, which veille does not run")

    def take_static(self, found: Found) -> None:
        if found.name in _MADE_HERE:
            self.left(found.name, f"veille writes /{found.name} itself")
        elif any(step.startswith(("_", ".")) for step in found.name.split("/")) or "\\" in found.name:
            self.left(found.name, "veille publishes no file whose name begins with '_' or '.', or holds a backslash")
        else:
            self.names[found.name] = f"/{found.name}"
            self.counts["other files"] += 1
            self.files.append(NewFile(f"content/static/{found.name}", b"", found.path))

    def resolve(self, tag: str, argument: str) -> str:
        """The site URL that ``post_url`` or ``link`` means."""
        name = argument.strip().strip("'\"").lstrip("/")
        return answer(self.names[name]) if name in self.names else ""

    def tell_liquid(self, path: str, met: tuple[liquid.Met, ...]) -> None:
        for tag in met:
            if tag.became:
                self.translated(path, f"{tag.text} → {tag.became}", tag.line)
            else:
                self.left(path, f"{tag.text} stands in the text as it is: veille runs no Liquid", tag.line)

    def unread_folders(self) -> None:
        """Says what lies in the folders that only Jekyll understands."""
        words = {
            "_layouts": "layouts", "_includes": "includes", "_sass": "styles", "_data": "data", "_plugins": "plug-ins",
        }
        for label in self.jekyll.collections:
            if label != "pages":
                words[f"_{label}"] = "documents of a collection; veille has posts and pages"
        for name, what in words.items():
            folder = self.root / name
            if folder.is_dir() and not folder.is_symlink():
                number = sum(1 for _ in walk(folder, lambda inner: False))
                if number:
                    self.left(name, f"{what}: {number:,}")
        self.remarks += [
            Remark(TAKEN, ".", 0, f"{number:,} {noun if number > 1 else noun.removesuffix('s')}")
            for noun, number in self.counts.items()
        ]


def _categories(folders: tuple[str, ...], values: Values) -> tuple[str, ...]:
    """Jekyll's categories: the folders above ``_posts``, then ``category``, else ``categories``."""
    found = list(folders)
    if one := values.get("category"):
        found += texts_of(one)
    elif isinstance(many := values.get("categories"), str):
        found += text_of(many).split()
    else:
        found += texts_of(many)
    return tuple(dict.fromkeys(found))
