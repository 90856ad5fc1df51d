"""What the search index is made from: one document a post, in bundles by period; and Pagefind's files made the same.

Pagefind gets documents of our own and not the site's pages, so that the index hangs on no template: title, sections
with their anchors, and the filters. A period that no post joined or left needs no new bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from html import escape
from itertools import groupby

from msgspec import MsgspecError, Struct
from msgspec.json import decode, encode

from generator import urls
from generator.model import Post
from generator.outputs.contexts import ref, severity

_MAGIC = b"pagefind_dcd"  # before the CBOR of each of Pagefind's files
_ENTRY = "pagefind-entry.json"
_ENGINE = ("pagefind.js", "pagefind-worker.js")
PART = 400
"""Posts of a month that share a bundle: Pagefind takes some three seconds for a thousand."""


class Period(Struct, frozen=True, gc=False):
    """The posts of one bundle."""

    name: str
    """``2026-08``; ``2026-08-2`` for its notes after the first `PART`; ``2024`` for a year long passed."""
    posts: tuple[Post, ...]
    """Newest first."""


def periods(posts: Sequence[Post]) -> tuple[Period, ...]:
    """The bundles of all posts, newest first; `posts` come newest first.

    Months of the newest post's year and of the year before, then whole years. A month is cut from its oldest post on,
    into parts of `PART`. So a new post costs the indexing of one part, and a browser that searches opens some dozens
    of bundles, not hundreds.
    """
    recent = posts[0].date.year - 1 if posts else 0
    found = []
    for (year, month), group in groupby(posts, key=lambda post: _year_month(post, recent)):
        members = tuple(group)
        name, size = (f"{year}-{month:02}", PART) if month else (f"{year}", len(members))
        for start in reversed(range(0, len(members), size)):
            part = f"{name}-{start // size + 1}" if start else name
            found.append(Period(part, members[max(0, len(members) - start - size) : len(members) - start]))
    return tuple(found)


def _year_month(post: Post, recent: int) -> tuple[int, int]:
    """The month is 0 in years before `recent`."""
    return post.date.year, post.date.month if post.date.year >= recent else 0


def documents(period: Period, language: str) -> Iterator[tuple[str, str]]:
    """For each post of a period, its path below the site's root and the text of what Pagefind reads of it."""
    for post in period.posts:
        yield urls.output_path(post.url), _document(post, language)


def _document(post: Post, language: str) -> str:
    shown = ref(post)
    best = max((score.value for score in post.scores), default=None)
    filters = [("year", f"{post.date:%Y}"), *[("tag", tag) for tag in dict.fromkeys(map(urls.tag_url, post.tags))]]
    if post.origin:
        filters.append(("source", post.origin.host))
    if best is not None:
        filters.append(("severity", severity(best)))
    if any(entity.kind == "cve" for entity in post.entities):
        filters.append(("cve", "yes"))
    if post.exploited:
        filters.append(("exploited", "yes"))
    meta = [("day", f"{post.date:%Y-%m-%d}"), ("lang", shown.lang), ("host", post.origin.host if post.origin else "")]
    head = "".join(
        [f'<meta data-pagefind-filter="{name}[content]" content="{escape(value)}">' for name, value in filters]
        + [f'<meta data-pagefind-meta="{name}[content]" content="{escape(value)}">' for name, value in meta if value]
    )
    other = f"<p>{escape(post.title)}</p>" if post.title != shown.title else ""
    body = "".join([
        (f'<h2 id="{escape(section.anchor)}">{escape(section.label)}</h2>' if section.kinds else "") + section.html
        for section in post.sections
    ])
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">{head}</head><body data-pagefind-body>'
        f'<h1 data-pagefind-sort="day:{post.date.isoformat()}">{escape(shown.title)}</h1>{other}{body}</body></html>'
    )


def canonical(files: Mapping[str, bytes], *, engine: bool) -> dict[str, bytes]:
    """Of the files that Pagefind wrote for one language, those that a browser needs, the same for the same documents.

    `engine`: those that run the search too. Pagefind 1.5 lists the values of a filter, and the filters, in the order
    of a hash table that is another in each run, and names files after a digest of their bytes: sorted, they get their
    names anew. Uncompressed, as its reader allows, because compressors differ from machine to machine. Raises
    `ValueError` for files of another form.
    """
    from cbor2 import CBORDecodeError, dumps, loads  # late: most builds index nothing

    def named(language: str, data: bytes) -> str:
        return f"{language}_{blake2b(data, digest_size=5).hexdigest()}"

    try:
        entry = decode(files[_ENTRY])
        (language, about), = entry["languages"].items()
        done = {path: data for path, data in files.items() if path.startswith(("index/", "fragment/"))}
        renamed = {}
        for path, data in files.items():
            if path.startswith("filter/"):
                name, values = loads(_plain(data))
                data = _MAGIC + dumps([name, sorted(values)])
                renamed[path.removeprefix("filter/").removesuffix(".pf_filter")] = new = named(language, data)
                done[f"filter/{new}.pf_filter"] = data
        version, pages, chunks, filters, sorts, fields = loads(_plain(files[f"pagefind.{about['hash']}.pf_meta"]))
        filters = sorted([name, renamed[digest]] for name, digest in filters)
        meta = _MAGIC + dumps([version, pages, chunks, filters, sorts, fields])
        about["hash"] = named(language, meta)
        done[f"pagefind.{about['hash']}.pf_meta"] = meta
        done[_ENTRY] = encode(entry)
        if engine:
            for path in (*_ENGINE, f"wasm.{about['wasm']}.pagefind"):
                done[path] = files[path]
    except (KeyError, TypeError, CBORDecodeError, MsgspecError) as error:
        raise ValueError(f"unknown form of index: {type(error).__name__}: {error}") from error
    return done


def listing(bundles: Mapping[str, Mapping[str, bytes]]) -> bytes:
    """The document that names the bundles to a browser, each with a digest by which it tells whether it has it."""
    return encode([[name, blake2b(files[_ENTRY], digest_size=4).hexdigest()] for name, files in bundles.items()])


def _plain(data: bytes) -> bytes:
    """The CBOR inside one of Pagefind's files, which may be compressed."""
    from zlib import MAX_WBITS, decompress, error

    try:
        data = data if data.startswith(_MAGIC) else decompress(data, MAX_WBITS | 16)
    except error as wrong:
        raise ValueError(f"neither Pagefind's mark nor gzip: {wrong}") from wrong
    if not data.startswith(_MAGIC):
        raise ValueError("without Pagefind's mark")
    return data.removeprefix(_MAGIC)
