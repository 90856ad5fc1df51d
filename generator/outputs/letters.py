"""The digests as letters: plain HTML that is ready to be sent by mail, Markdown, and a feed of the weeks that are over.

A mail program keeps little of a page: no style sheet, no script, no relative link. So the mail is one column without
tables, its few styles stand on the elements, every link is whole; it reads as well without any of its styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from msgspec import Struct

from generator import urls
from generator.config import Config
from generator.language import date_short, decimal, plural, week_range
from generator.latest import latest
from generator.model import Output
from generator.outputs import contexts as c
from generator.outputs import feeds
from generator.outputs.contexts import CardOf
from generator.outputs.digests import DigestCut, DigestPage, Figures, Told
from generator.outputs.fingerprint import digest, fingerprint
from generator.phrases import words
from generator.text import without_controls

MAIL = "letter:mail"
MARKDOWN = "letter:markdown"
FEED = "letter:feed"

STORIES, LINES = 12, 30
"""Stories of each part, and lines of news in brief, that a letter has room for: mail programs cut off at 100 KB."""
ENTRIES = 13
"""Weeks that the feed holds: a quarter of a year."""

_PLAIN: Mapping[str, str] = {}
_INK, _QUIET, _LINE = "#1b1a17", "#5a564c", "#d9d4c6"
_STYLES = {
    "h1": f"margin:0 0 8px;font-size:28px;line-height:1.2;color:{_INK}",
    "h2": f"margin:32px 0 8px;padding-top:12px;border-top:3px solid {_INK};font-size:20px;line-height:1.2",
    "h3": "margin:20px 0 4px;font-size:18px;line-height:1.3",
    "p": "margin:0 0 8px",
    "small": f"margin:0 0 6px;font-family:Arial,sans-serif;font-size:14px;color:{_QUIET}",
    "ul": "margin:0 0 8px;padding-left:20px",
    "li": "margin:0 0 4px",
    "a": "color:#0b4f6c",
    "mark": f"padding:1px 5px;background:{_INK};color:#ffffff;font-weight:bold",
}
_BODY = f"margin:0;padding:16px;background:#ffffff;color:{_INK};font:16px/1.5 Georgia,serif"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_MARKED = re.compile(r"([\\`*_\[\]<>#|~])")


class FeedCut(Struct, frozen=True, gc=False):
    """What the feed is made from."""

    weeks: tuple[DigestCut, ...]
    """Those that are closed, newest first."""


def outputs(weeks: Sequence[DigestCut], config: Config) -> Iterator[Output]:
    """A mail and a Markdown file for each week, and the feed; `weeks` are the site's, newest first."""
    settings = fingerprint(config.site, config.feeds.ids)
    for week in weeks:
        for maker, url in ((MAIL, urls.mail_url(week.url)), (MARKDOWN, urls.markdown_url(week.url))):
            yield Output(urls.output_path(url), maker, week, digest(settings, maker, week.key))
    closed = tuple([week for week in weeks if week.week.closed][:ENTRIES])
    keys = digest(settings, FEED, *[week.key for week in closed])
    yield Output(urls.output_path(urls.DIGESTS_FEED), FEED, FeedCut(closed), keys)


def render(maker: str, context: object, config: Config, card: CardOf) -> bytes:
    """The bytes of one letter, or of the feed, UTF-8; `card` makes a post as lists show it.

    Raises `ValueError` for another room's maker or context.
    """
    if maker == FEED and isinstance(context, FeedCut):
        return _feed(context, config, card)
    if maker in (MAIL, MARKDOWN) and isinstance(context, DigestCut):
        page = _page(context, card)
        return (_mail(page, config) if maker == MAIL else _markdown(page, config)).encode("utf-8", "replace")
    raise ValueError(f"{maker!r} is no letter")


@latest(lambda week: None)  # a week's mail and its Markdown are made one after the other
def _page(week: DigestCut, card: CardOf) -> DigestPage:
    return week.cut(card)


def _title(page: DigestPage, config: Config) -> str:
    lang = config.site.language
    return words(lang).week.format(range=week_range(page.first, page.last, lang))


def _figures(figures: Figures, config: Config) -> str:
    lang, t = config.site.language, words(config.site.language)
    told = [
        (t.notes, figures.notes), (t.stories, figures.stories), (t.sources_count, figures.sources),
        (t.cves_count, figures.cves), (t.exploitations, figures.exploited), (t.criticals, figures.critical),
    ]
    return " · ".join([plural(phrase, n, lang) for phrase, n in told if n])


def _byline(host: str, note: c.Card | c.Kin, config: Config) -> str:
    return ", ".join(part for part in (host, date_short(note.day, config.site.language)) if part)


# HTML


def _mail(page: DigestPage, config: Config) -> str:
    lang, t = config.site.language, words(config.site.language)
    title = escape(_title(page, config), quote=False)
    online = escape(urls.absolute(config.site.url, page.url))
    name = f"{title} – {escape(config.site.title, quote=False)}"
    running = "" if page.closed else f'<p style="{_STYLES["small"]}">{escape(t.week_running)}</p>\n'
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f'<title>{name}</title>\n<link rel="canonical" href="{online}">\n</head>\n<body style="{_BODY}">\n'
        '<div style="max-width:600px;margin:0 auto">\n'
        f'<p style="{_STYLES["small"]}">{escape(config.site.title)}</p>\n<h1 style="{_STYLES["h1"]}">{title}</h1>\n'
        f"{running}{_html(page, config, _STYLES)}"
        f'<p style="{_STYLES["small"]};margin-top:32px">'
        f'<a href="{online}" style="{_STYLES["a"]}">{escape(t.week_online)}</a></p>\n</div>\n</body>\n</html>\n'
    )


def _html(page: DigestPage, config: Config, styles: Mapping[str, str]) -> str:
    """The digest as HTML with absolute links; each kind of element in its style, where there is one."""
    t, lang = words(config.site.language), config.site.language

    def tag(name: str, inner: str, style: str = "", more: str = "") -> str:
        look = f' style="{styles[style or name]}"' if style or name in styles else ""
        return f"<{name}{look}{more}>{inner}</{name}>"

    def link(url: str, text: str, language: str = "") -> str:
        more = f' lang="{escape(language)}"' if language else ""
        look = f' style="{styles["a"]}"' if styles else ""
        return f'<a href="{escape(urls.absolute(config.site.url, url))}"{look}{more}>{escape(text, quote=False)}</a>'

    def small(inner: str) -> str:
        return tag("p", inner, "small" if styles else "")

    def cve(chip: c.Chip) -> str:
        mark = f" {tag('strong', escape(t.exploited), 'mark' if styles else '')}" if chip.exploited else ""
        return f"{link(chip.url, chip.cve)}{escape(_score(chip, lang))}{mark}"

    def told(story: Told) -> Iterator[str]:
        note = story.note
        yield tag("h3", link(*_place(note)))
        mark = f" {tag('strong', escape(t.exploitation), 'mark' if styles else '')}" if story.exploited else ""
        yield small(f"{escape(_byline(note.host, note, config))}{mark}")
        if note.points:
            yield tag("ul", "".join([tag("li", escape(point, quote=False)) for point in note.points]))
        elif note.summary:
            yield tag("p", escape(note.summary, quote=False))
        if story.chips:
            yield small(" · ".join([*map(cve, story.chips), *_more_cves(story, config)]))
        if story.others:
            yield small(f"{escape(_label(t.also, lang))} " + ", ".join([
                f"{link(other.url, other.title, other.lang)} ({escape(_byline(other.host, other, config))})"
                for other in story.others
            ]))

    def part(title: str, stories: Sequence[Told]) -> Iterator[str]:
        if stories:
            yield tag("h2", escape(title))
            for story in stories[:STORIES]:
                yield from told(story)
            if len(stories) > STORIES:
                yield tag("p", link(page.url, plural(t.more_on_site, len(stories) - STORIES, lang)))

    parts = [small(escape(_figures(page.figures, config)))]
    parts += [*part(t.week_urgent, page.urgent), *part(t.week_shared, page.shared)]
    if page.brief:
        parts.append(tag("h2", escape(t.week_brief)))
        parts.append(tag("ul", "".join([
            tag("li", f"{link(*_place(note))}, {escape(_byline(note.host, note, config))}")
            for note in page.brief[:LINES]
        ])))
        if len(page.brief) > LINES:
            parts.append(tag("p", link(page.url, plural(t.more_on_site, len(page.brief) - LINES, lang))))
    return "\n".join(parts) + "\n"


def _place(note: c.Card) -> tuple[str, str, str]:
    return note.ref.url, note.ref.title, note.ref.lang


def _score(chip: c.Chip, language: str) -> str:
    return f" {decimal(chip.score, language)} {getattr(words(language), chip.severity)}" if chip.score else ""


def _more_cves(story: Told, config: Config) -> Iterator[str]:
    t = words(config.site.language)
    if story.more_chips:
        yield plural(t.more_of_cve, story.more_chips, config.site.language)


def _label(text: str, language: str) -> str:
    return f"{text}\u00a0:" if language == "fr" else f"{text}:"


# Markdown


def _markdown(page: DigestPage, config: Config) -> str:
    """The whole digest."""
    t, lang = words(config.site.language), config.site.language

    def plain(text: str) -> str:
        return _MARKED.sub(r"\\\1", " ".join(text.split()))

    def link(url: str, text: str) -> str:
        address = urls.absolute(config.site.url, url).replace("(", "%28").replace(")", "%29")
        return f"[{plain(text)}]({address})"

    def told(story: Told) -> Iterator[str]:
        note = story.note
        yield f"### {link(note.ref.url, note.ref.title)}"
        mark = f" – **{t.exploitation}**" if story.exploited else ""
        yield f"{plain(_byline(note.host, note, config))}{mark}"
        if note.points:
            yield "\n".join([f"- {plain(point)}" for point in note.points])
        elif note.summary:
            yield plain(note.summary)
        if story.chips:
            yield " · ".join([
                *[
                    link(chip.url, chip.cve) + _score(chip, lang) + (f", **{t.exploited}**" if chip.exploited else "")
                    for chip in story.chips
                ],
                *_more_cves(story, config),
            ])
        if story.others:
            yield f"{_label(t.also, lang)} " + ", ".join([
                f"{link(other.url, other.title)} ({plain(_byline(other.host, other, config))})"
                for other in story.others
            ])

    blocks = [f"# {plain(_title(page, config))}", plain(_figures(page.figures, config))]
    if not page.closed:
        blocks.append(plain(t.week_running))
    for title, stories in ((t.week_urgent, page.urgent), (t.week_shared, page.shared)):
        if stories:
            blocks += [f"## {plain(title)}", *[block for story in stories for block in told(story)]]
    if page.brief:
        blocks.append(f"## {plain(t.week_brief)}")
        blocks.append("\n".join([
            f"- {link(note.ref.url, note.ref.title)}, {plain(_byline(note.host, note, config))}" for note in page.brief
        ]))
    blocks.append(f"{plain(config.site.title)} – {link(page.url, t.week_online)}")
    return "\n\n".join(blocks) + "\n"


# The feed


def _feed(context: FeedCut, config: Config, card: CardOf) -> bytes:
    """Atom (RFC 4287): a week is published when it is over, on the Monday after it, in the site's time zone."""
    made = [_entry((week, config), card) for week in context.weeks]
    name = words(config.site.language).digests
    document = feeds.Document(urls.DIGESTS_FEED, urls.DIGESTS, name, ())
    head = feeds.head(document, config, max((updated for updated, _ in made), default=feeds.EMPTY))
    return b"".join((head.removesuffix(b"</feed>"), b"\n", *[entry for _, entry in made], b"</feed>\n"))


@latest(lambda told: told[0].url)
def _entry(told: tuple[DigestCut, Config], card: CardOf) -> tuple[datetime, bytes]:
    """When a week's entry was last changed, and the entry."""
    week, config = told
    page = _page(week, card)
    monday = page.first + timedelta(days=7)
    published = datetime(monday.year, monday.month, monday.day, tzinfo=ZoneInfo(config.site.timezone))
    updated = max(published, *[feeds.moments(post)[1] for post in week.week.posts])
    address = urls.absolute(config.site.url, page.url)
    identity = address if config.feeds.ids == "url" else feeds.tag_uri(page.url, page.first, config)
    lines = (
        ("id", identity, ""), ("title", _title(page, config), ""), ("published", published.isoformat(), ""),
        ("updated", updated.isoformat(), ""), ("summary", _figures(page.figures, config), ' type="text"'),
        ("content", _html(page, config, _PLAIN), ' type="html"'),
    )
    written = "".join([
        f"<{name}{more}>{escape(without_controls(text), quote=False)}</{name}>\n" for name, text, more in lines
    ])
    link = f'<link rel="alternate" type="text/html" href="{escape(address)}"/>\n'
    return updated, f"<entry>\n{written}{link}</entry>\n".encode("utf-8", "replace")
