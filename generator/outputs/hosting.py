"""``/_headers``: what hosts that read such a file (Netlify, Cloudflare Pages and others) send with the pages.

A page carries its policy in a ``<meta>``; a header says it before the first byte, and can say more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from generator import urls
from generator.config import Config
from generator.model import Output
from generator.outputs.fingerprint import fingerprint

HEADERS = "host:headers"
GISCUS = "https://giscus.app"


def outputs(config: Config, files: Collection[str]) -> Iterator[Output]:
    """The file of headers, unless the author has one of their own among the static `files`."""
    path = urls.output_path(urls.HEADERS)
    context = (
        urlsplit(config.site.url).path, GISCUS if config.comments.giscus.repo else "", config.search == "pagefind",
    )
    if path not in files:
        yield Output(path, HEADERS, context, fingerprint(HEADERS, context))


def render(maker: str, context: object) -> bytes:
    """The bytes of the file. Raises `ValueError` for another room's maker or context."""
    if maker != HEADERS or not isinstance(context, tuple):
        raise ValueError(f"{maker!r} is no file for a host")
    folder, embedded, searched = context
    lines = ["/*"]
    lines += [f"  {name}: {value}" for name, value in (
        ("Content-Security-Policy", policy(embedded, searched=searched)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    )]
    for path, header in (
        (f"{urls.STATIC}*", "Cache-Control: public, max-age=31536000, immutable"),  # digests are in their names
        (urls.JSON_FEED, "Access-Control-Allow-Origin: *"),  # programs in other people's pages may read the data
        ("/api/*", "Access-Control-Allow-Origin: *"),
        (urls.FEED, "Access-Control-Allow-Origin: *"),
    ):
        lines += [folder + path, f"  {header}"]
    return ("\n".join(lines) + "\n").encode()


def policy(embedded: str = "", *, searched: bool = False) -> str:
    """The content security policy that suits every page: `base.html`'s, `embedded` being the origin that it lets in.

    `searched`: some page runs Pagefind, which is WebAssembly; the other pages' own policies still forbid it there.
    """
    more = f" {embedded}" if embedded else ""
    wasm = " 'wasm-unsafe-eval'" if searched else ""
    rules = (
        "default-src 'none'", f"script-src 'self'{wasm}{more}", f"style-src 'self'{more}",
        *([f"frame-src{more}"] if more else []),
        "img-src 'self' data:", "connect-src 'self'", "font-src 'self'", "manifest-src 'self'", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'self'",
    )
    return "; ".join(rules)
