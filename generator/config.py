"""The settings of a site: `Config`, and `parse_config`, which reads them from the text of ``config.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator import settings
from generator.diagnostics import Diagnostic, Severity, ordered, problem
from generator.schema import between, fill, key, one_of
from generator.text import CONTROL, normal_lines, without_controls
from generator.yamlnodes import MANY, Mapping, Node, parse, plain_spaces


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks; empty fields are left out of pages and feeds."""

    name: str = ""
    email: str = key("", settings.email)
    url: str = key("", settings.web_address)


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What the site says of itself: the key ``site``."""

    title: str = key("Veille", settings.not_empty)
    url: str = key("http://localhost:8000", settings.site_address)
    """Absolute, with the path the site lives under, without a final slash."""
    description: str = ""
    language: str = key("fr", one_of("fr", "en"))
    """``fr`` or ``en``."""
    timezone: str = key("UTC", settings.time_zone)
    """IANA name: dates without a zone are civil dates there."""
    author: Author = field(default_factory=Author)


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """What the feeds hold."""

    entries: int = key(50, between(1, 1000))
    """At least so many of the newest posts."""
    days: int = key(3, between(0, 366))
    """And at least the posts of so many days before the newest."""
    ids: str = key("tag", one_of("tag", "jekyll", "url"))
    """``tag``: RFC 4151 URIs; ``jekyll``: as jekyll-feed writes them; ``url``: the post's address."""
    copies: tuple[str, ...] = key((), settings.site_path)
    """Site URLs where another blog had its feed: the same feed is there too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation."""

    label: str = key("", settings.not_empty)
    title: str = key("", settings.not_empty)
    """Another name for the label; empty once the entry is read."""
    url: str = key("", settings.link_address)
    """A site URL, or an absolute URL."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Wordings that open a section, beside the ones veille knows; compared without case and accents, by prefix."""

    key_points: tuple[str, ...] = key((), settings.label)
    vulnerabilities: tuple[str, ...] = key((), settings.label)
    recommendations: tuple[str, ...] = key((), settings.label)


@dataclass(frozen=True, slots=True)
class TagSettings:
    """What the site says of one tag."""

    description: str = ""
    """One or two sentences for readers; plain text."""


_severity = one_of("error", "warning", "info", "off")


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What ``veille check`` makes of its rules. Rules that stop a build cannot be changed."""

    severity: tuple[tuple[str, str], ...] = key((), _severity, settings.optional_rule)
    """Code → ``error``, ``warning``, ``info`` or ``off``."""
    tags: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = key((), _severity, settings.tag, settings.optional_rule)
    """Tag → the same for its notes; of several tags, the mildest word counts."""
    quarantine: tuple[str, ...] = key((), settings.note_rule)
    """Codes: a build leaves out the notes that these rules find."""


@dataclass(frozen=True, slots=True)
class GiscusSettings:
    """The discussions of a GitHub repository in which readers comment, as https://giscus.app tells them."""

    repo: str = key("", settings.repository)
    """``owner/name``; empty turns these comments off."""
    repo_id: str = ""
    category: str = ""
    category_id: str = ""


@dataclass(frozen=True, slots=True)
class CommentSettings:
    """How readers answer to a note. Off unless the author turns it on."""

    giscus: GiscusSettings = field(default_factory=GiscusSettings, metadata={"check": settings.whole_giscus})
    """Loads a script of https://giscus.app on the pages of posts, and lets no other site in."""
    email: str = key("", settings.reply_address)
    """An address; ``true`` for the site author's."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that ``config.yaml`` may say, with its default. Every key is documented in the README."""

    site: SiteSettings = field(default_factory=SiteSettings)
    permalink: str = key("/posts/:year/:month/:day/:slug/", settings.permalink_pattern)
    pagination: int = key(20, between(1, 1000))
    """Posts a page of a listing."""
    display_title: str = key("title", one_of("title", "headline"))
    """What a note's page shows large: the source's title, or the headline in the site's language."""
    comments: CommentSettings = field(default_factory=CommentSettings)
    feeds: FeedSettings = field(default_factory=FeedSettings)
    search: str = key("pagefind", one_of("pagefind", "none"))
    """What makes the search index; ``none``: there is no search page."""
    images: str = key("none", settings.since)
    """Which notes have a picture for link previews: ``none``, ``all``, or those dated from a day on, ``2026-01-31``."""
    sections: Labels = field(default_factory=Labels)
    check: CheckSettings = field(default_factory=CheckSettings)
    tags: tuple[tuple[str, TagSettings], ...] = key((), settings.any_value, settings.tag)
    """Tag, as its address spells it → what is said of it."""
    navigation: tuple[Entry, ...] = key((), settings.whole_entry)
    """In place of the entries that veille shows; empty for these."""
    posts: str = key("content/posts", settings.folder)
    """Folder of the posts, relative to the site's."""
    pages: str = key("content/pages", settings.folder)
    """Folder of the pages beside the posts; what lies in both folders belongs to the inner one."""
    static: str = key("content/static", settings.folder)
    """Folder whose files are copied to the site's root as they are."""
    output: str = key("output", settings.folder)
    """Folder of the built site, relative to the site's; neither inside a folder of sources nor around one."""


SOURCES = ("content", "templates", ".veille", ".git")
"""Folders that the built site never shares, beside the ones that the configuration names."""


def parse_config(text: str, path: str = "config.yaml") -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """The settings in the text of ``config.yaml``, and everything that is wrong with it. Never raises.

    Every key is optional: an empty text gives ``Config()``. With an error (V001 not YAML, V002 unknown key, V003 unfit
    value, V211 not UTF-8) there is no configuration. U+FFFD in the text stands for bytes that are not UTF-8.
    """
    written = normal_lines(text).split("\n")
    found: list[Diagnostic] = []

    def report(code: str, line: int, column: int, message: str, hint: str) -> None:
        found.append(problem(code, path, line, column, message, hint, excerpt=written[line - 1]))

    for number, line in enumerate(written, 1):
        if len(found) >= MANY:
            break
        if bad := CONTROL.search(line):
            message = f"this line holds the control character U+{ord(bad[0]):04X}"
            report("V001", number, bad.start() + 1, message, "delete it")
        if "\ufffd" in line:
            report("V211", number, line.index("\ufffd") + 1, "the file is not UTF-8 text here",
                   "save the file as UTF-8 in your editor")
    root, mistakes = parse(plain_spaces(without_controls("\n".join(written))))
    for mistake in mistakes:
        report("V001", mistake.line, mistake.column, mistake.message, mistake.hint)
    config = fill(Config, root, report) if root is not None else Config()
    if config.comments.email == "true" and not config.site.author.email:
        report("V003", _line_of("comments", root), 0, "'comments.email' is true, and the site's author has no address",
               "write the address under site.author.email, or in place of true")
    if clash := overlap(config):
        report("V003", _line_of("output", root), 0,
               f"the output folder '{config.output}' and the folder '{clash}' overlap",
               "choose a folder of its own for the built site, for example output: output")
    wrong = any(known.severity is Severity.ERROR for known in found)
    return None if wrong else config, ordered(found)


def _line_of(name: str, root: Node | None) -> int:
    """The line of a key at the root; the first when the value is the default."""
    pairs = root.pairs if isinstance(root, Mapping) else ()
    return next((key.line for key, _ in pairs if key.text == name), 1)


def overlap(config: Config) -> str:
    """A folder of sources that the output folder is, holds or lies in; empty without one."""
    output = f"{config.output}/".casefold()
    for name in (config.posts, config.pages, config.static, *SOURCES):
        other = f"{name}/".casefold()
        if output.startswith(other) or other.startswith(output):
            return name
    return ""
