"""Jinja2 behind one door: from templates as text to bytes of HTML.

A page is made by the template ``pages/NAME.html``, which sees (nothing is missing silently, every value is escaped):

* ``page``: its context, see `generator.outputs.contexts`; ``address``: its full address;
* ``site``, ``navigation``, ``display_title``, ``comments``, ``search``: what ``config.yaml`` says under these keys;
* ``searchable``, ``app``: whether there is an index to search, and a service worker;
* ``t``: `phrases.Words`; ``language``: ``fr`` or ``en``;
* ``href(url)``, ``tag_href(tag)``, ``source_href(host)``, ``asset(name)``, ``absolute(url)``: links to a site URL, to
  the pages of a tag and a source, to a static file, and a full address;
* ``count(t.notes, 3)``, ``number(1234)``, ``decimal("9.8")``, ``long_date(day)``, ``medium_date(day)``,
  ``short_date(day)``, ``month(year, month)``, ``week_range(first, last)``: the site's language;
* ``shared(name, current)``: a partial without ``page``, rendered once for all pages of one folder depth;
* ``card(name, note)``: a partial that sees a note of a list as ``note`` and no ``page``, rendered once for all lists;
* ``linked_data(post, title, address, image)``, ``page_data(kind, name, description, address, above)`` and
  ``home_data(search)``: the page for search engines, as JSON, see `generator.outputs.linked`; ``policy_hash(data)``:
  the same for the policy; ``asset_address(name)``: the full address of a static file;
* the functions of `_FUNCTIONS`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from calendar import monthcalendar
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, lru_cache, partial
from hashlib import sha256
from itertools import groupby
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from generator import language, urls
from generator.config import SiteSettings
from generator.model import Section
from generator.outputs import contexts
from generator.outputs.linked import home_data, linked_data, page_data
from generator.phrases import words

if TYPE_CHECKING:
    from jinja2 import Environment

Compiled = Mapping[str, tuple[str, bytes]]
"""Name of a template → its text, and its code as `marshal` writes it."""

SETTINGS = ("site", "navigation", "display_title", "comments", "search")
"""The keys of ``config.yaml`` that templates see, by these names."""

_FOLDER = "templates/"
_TAG = re.compile(r"\{%[-+]?\s*(?:extends|include|import|from)\s+(.*?)[-+]?%\}", re.DOTALL)
_STRING = re.compile(r""""([^"\n]+)"|'([^'\n]+)'""")
_ROOT = "\0"  # in no page
_MISSING = re.compile(r"^'([^']+)' is undefined|has no (?:attribute|element) '?(\w+)'?$")  # as Jinja and Python say it
_CVE = re.compile(r"CVE-\d{4}-\d{4,}")
_DAY = re.compile(r"(\d) (?!au )(?=[^\W\d])")  # and the month after it
_QUIET_LENGTH = 280  # characters of HTML: one sentence that says that no CVE is mentioned


class TemplateError(Exception):
    """A template that does not parse, or fails on a page: the author of the templates can mend it."""

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(name, line, message)
        self.name = name
        """Below the folder of templates; empty when no template is to blame."""
        self.line = line
        """1-based, or 0."""
        self.message = message
        """One sentence without a final stop."""


def reach(name: str, templates: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the templates that rendering `name` may read, itself included, sorted.

    Read off the text, so that a build that renders nothing compiles nothing: every quoted string that is the name of a
    template counts, and a reference by expression counts as all of them. Too many is harmless, too few never happens.
    """
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in found or current not in templates:
            continue
        found.add(current)
        named = _named(templates[current])
        if named is None:
            return tuple(sorted(templates))
        waiting += named
    return tuple(sorted(found))


@lru_cache(maxsize=512)
def _named(text: str) -> tuple[str, ...] | None:
    """The quoted strings of a template, each of which may be a name; None when it asks for templates by expression."""
    if any(argument.lstrip("([ ")[:1] not in ("'", '"') for argument in _TAG.findall(text)):
        return None
    return tuple([double or single for double, single in _STRING.findall(text)])


class Press:
    """The templates of a site, compiled as they are needed. One per process and set of templates."""

    def __init__(
        self, templates: Mapping[str, str], statics: Mapping[str, str], settings: Mapping[str, Any],
        ready: Compiled = MappingProxyType({}),
    ) -> None:
        """`ready` holds what was compiled before; a template with another text is compiled again."""
        import jinja2  # late: a build that makes no page has no use for it
        from markupsafe import Markup

        from generator.outputs.compiled import Codes, QuickEnvironment

        site: SiteSettings = settings["site"]
        self._site, self._templates = site, templates
        self._environment, self._exact = [
            _environment(kind, templates) for kind in (QuickEnvironment, jinja2.Environment)
        ]
        self._codes = self._environment.bytecode_cache = Codes(ready)
        lang = site.language
        self._environment.globals = self._exact.globals = {
            **_FUNCTIONS,
            **settings,
            "t": words(lang), "language": lang, "locale": language.LOCALES[lang],
            "absolute": partial(urls.absolute, site.url),
            "linked_data": lambda *about: Markup(linked_data(site, *about)),
            "page_data": lambda *about: Markup(page_data(site, *about)),
            "policy_hash": _policy_hash,
            "home_data": lambda search: Markup(home_data(site, search)),
            "asset_address": lambda name: urls.absolute(site.url, statics[name]),
            "count": lambda phrase, n: language.plural(phrase, n, lang),
            "number": lambda n: language.number(n, lang),
            "decimal": lambda written: language.decimal(written, lang),
            "long_date": lambda day: language.date_long(day, lang),
            "medium_date": lambda day: language.date_medium(day, lang),
            "short_date": lambda day: language.date_short(day, lang),
            "week_range": lambda first, last: _DAY.sub("\\1\u00a0", language.week_range(first, last, lang)),
            "month": lambda year, month: language.month_name(year, month, lang),
        }
        self._statics = statics
        self._cards: dict[tuple[str, str], str] = {}
        self._scopes: Callable[[str], Mapping[str, object]] = cache(self._scope)

    @property
    def compiled(self) -> Compiled:
        """The templates that had to be compiled: what the next `Press` may be given."""
        return self._codes.new

    def load(self, template: str) -> None:
        """Compiles a template and all that it surely needs. Faults are told when a page is made."""
        with suppress(Exception):
            for name in reach(template, self._templates):
                self._environment.get_template(name)

    def page(self, template: str, page: object, url: str) -> bytes:
        """The bytes of the page at the site URL `url`. Raises `TemplateError`."""
        import jinja2

        # The page for unknown addresses is shown at any depth: only links from the host's root hold there.
        root = urlsplit(self._site.url).path.rstrip("/") + "/" if url == urls.NOT_FOUND else urls.prefix(url)
        try:
            own = {"page": page, "address": urls.absolute(self._site.url, url)}
            text = self._rendered(template, {**self._scopes(root), **own})
            return text.encode("utf-8", "replace")
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(error.name or template, error.lineno, _sentence(error.message or "")) from error
        except jinja2.TemplateNotFound as error:
            name, line = _place(error.__traceback__, template)
            raise TemplateError(name, line, f"there is no template «{error}»") from error
        except OSError:  # of the cache, and no template's fault
            raise
        except Exception as error:
            name, line = _place(error.__traceback__, template)
            if not line:
                raise
            raise TemplateError(name, line, _sentence(_told(error))) from error

    def _scope(self, root: str) -> Mapping[str, object]:
        """What all pages with the same way to the root are given."""
        from markupsafe import Markup

        @cache
        def href(target: str) -> str:
            return urls.href(target, root)

        # Each call out of a template takes as long as a line of HTML: one in place of two, where there are many.
        @cache
        def tag_href(tag: str) -> str:
            return urls.href(urls.tag_url(tag), root)

        @cache
        def source_href(host: str) -> str:
            return urls.href(urls.source_url(host), root)

        def asset(name: str) -> str:
            if name not in self._statics:
                raise LookupError(f"there is no static file «{name}»")
            return urls.href(self._statics[name], root)

        @cache
        def shared(name: str, current: str = "") -> Markup:
            return Markup(self._rendered(name, {**names, "current": current}))

        def card(name: str, note: contexts.Card) -> Markup:
            return Markup(self._card(name, note).replace(_ROOT, root))

        names = {
            **self._environment.globals, "root": root, "href": href, "asset": asset, "shared": shared, "card": card,
            "tag_href": tag_href, "source_href": source_href,
        }
        return names

    def _card(self, name: str, note: contexts.Card) -> str:
        """A note of a list, once for all lists, with `_ROOT` where their ways to the root go."""
        if (name, note.key) not in self._cards:
            self._cards[name, note.key] = self._rendered(name, {**self._scopes(_ROOT), "note": note})
        return self._cards[name, note.key]

    def _rendered(self, name: str, names: dict[str, object]) -> str:
        template = self._environment.get_template(name)
        try:
            # `render` copies the globals name by name, and `new_context` lists them: a tenth of what a page takes.
            context = self._environment.context_class(self._environment, names, name, template.blocks)
            return "".join(template.root_render_func(context))
        except Exception:
            return self._exact.get_template(name).render(names)  # knows every case, and tells the lines


def compile_all(templates: Mapping[str, str], ready: Compiled) -> Compiled:
    """The templates, compiled, without those that are `ready`, and those with a fault: a page that is made tells it."""
    from generator.outputs.compiled import Codes, QuickEnvironment

    environment = _environment(QuickEnvironment, templates)
    environment.bytecode_cache = codes = Codes(ready)
    for name in templates:
        with suppress(Exception):
            environment.get_template(name)
    return codes.new


def _environment(kind: type[Environment], templates: Mapping[str, str]) -> Environment:
    import jinja2

    return kind(
        loader=jinja2.FunctionLoader(
            lambda name: (templates[name], _FOLDER + name, lambda: True) if name in templates else None
        ),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, auto_reload=False, cache_size=-1,
        optimized=False,  # next to no constants can be folded, and to look for them takes as long as to compile
    )


def _policy_hash(data: str) -> str:
    """The content policy's word for an inline script of this text (CSP 3, hash-source).

    Browsers do not ask it about data, such as JSON-LD; the Nu checker does.
    """
    return "sha256-" + b64encode(sha256(data.encode("utf-8", "replace")).digest()).decode()


def _place(trace: TracebackType | None, template: str) -> tuple[str, int]:
    """The innermost line of a template in a traceback; line 0 when there is none."""
    found = (template, 0)
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(_FOLDER):
            found = (file.removeprefix(_FOLDER), trace.tb_lineno)
        trace = trace.tb_next
    return found


def _told(error: Exception) -> str:
    """What went wrong in a template, in the words of who wrote it and not of Python."""
    if missing := _MISSING.search(str(error)):
        return f"there is no «{missing[1] or missing[2]}» here"
    return str(error) if isinstance(error, LookupError) else f"this cannot be made: {error}"


def _sentence(message: str) -> str:
    return " ".join(message.split()).rstrip(".")


def _headline(text: str) -> str:
    """A title as text, or as HTML in which identifiers of CVEs do not break at their hyphens."""
    if "CVE-" not in text:
        return text
    from markupsafe import Markup, escape

    return Markup(_CVE.sub(r'<span class="whole">\g<0></span>', str(escape(text))))


def _days(cards: tuple[contexts.Card, ...]) -> list[tuple[object, list[contexts.Card]]]:
    return [(day, list(group)) for day, group in groupby(cards, key=lambda card: card.day)]


def _is_quiet(section: Section) -> bool:
    """Whether a section about vulnerabilities only says that there is none: one short paragraph without a CVE."""
    return (
        section.kinds == ("vulnerabilities",) and len(section.html) < _QUIET_LENGTH
        and "CVE-" not in section.html and section.html.count("<li") < 2 and section.html.count("<p") < 2
    )


def _weeks(month: contexts.MonthCount) -> list[list[tuple[int, int]]]:
    """The weeks of a month, from Monday, as pairs of day and notes; (0, 0) outside the month."""
    return [
        [(day, month.days[day - 1] if day else 0) for day in week] for week in monthcalendar(month.year, month.month)
    ]


_FUNCTIONS: Mapping[str, object] = {
    "range": range,
    "days": _days,
    "weeks": _weeks,
    "headline": _headline,
    "is_quiet": _is_quiet,
    "chips": contexts.chips,
    "severity": contexts.severity,
    "language_of": language.language_of,
    "minutes": language.reading_minutes,
    "clock": language.clock,
    "home_url": urls.HOME, "tags_url": urls.TAGS, "archives_url": urls.ARCHIVES, "sources_url": urls.SOURCES,
    "cves_url": urls.CVES, "feed_url": urls.FEED, "json_feed_url": urls.JSON_FEED, "opml_url": urls.OPML,
    "cves_by_severity_url": urls.CVES_BY_SEVERITY, "cves_by_sources_url": urls.CVES_BY_SOURCES,
    "search_url": urls.SEARCH, "search_index_url": urls.SEARCH_INDEX,
    "manifest_url": urls.MANIFEST,
    "digests_url": urls.DIGESTS, "digests_feed_url": urls.DIGESTS_FEED, "mail_of": urls.mail_url,
    "markdown_of": urls.markdown_url, "follow_url": urls.FOLLOW,
    "api_posts_url": urls.API_POSTS, "api_cves_url": urls.API_CVES,
    "tag_url": urls.tag_url, "source_url": urls.source_url, "year_url": urls.year_url, "month_url": urls.month_url,
    "feed_of": urls.feed_url,
}
