"""The site as an app: its manifest, and the service worker that keeps the pages that were read last.

The worker itself is a static file; ``/sw.js``, whose place decides what it may serve, holds what it must know of the
site. Its bytes change with everything that it loads at once, which is how a browser knows that there is a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from msgspec import Struct
from msgspec.json import encode

from generator import urls
from generator.config import SiteSettings
from generator.model import Output
from generator.outputs.fingerprint import fingerprint

MANIFEST = "app:manifest"
WORKER = "app:worker"
OFFLINE = "page:offline"
"""Maker of the page that stands in for those that cannot be loaded."""
PAPER = "#fbfaf6"
_WORKER_FILE = "worker.js"
_SHELL = ("veille.css", "theme.js", "veille.js", "favicon.svg")
_ICONS = {"icon-192.png": "192x192", "icon-512.png": "512x512", "favicon.svg": "any"}


class Worker(Struct, frozen=True, gc=False):
    """What ``/sw.js`` is made from."""

    language: str
    files: tuple[str, ...]
    """What the offline page needs: paths below the site's root."""
    script: str
    """Path of the worker itself."""
    offline: object
    """Context of the offline page."""


def outputs(site: SiteSettings, statics: Mapping[str, str], offline: Output) -> Iterator[Output]:
    """The manifest and ``/sw.js``; `statics` maps names of static files to site URLs, `offline` is the offline page."""
    manifest = _manifest(site, statics)
    yield Output(urls.output_path(urls.MANIFEST), MANIFEST, manifest, fingerprint(MANIFEST, manifest))
    files = tuple(_below(statics[name]) for name in _SHELL if name in statics)
    worker = Worker(site.language, files, _below(statics[_WORKER_FILE]), offline.context)
    # The page's bytes come into it when it is made.
    yield Output(urls.output_path(urls.WORKER), WORKER, worker, fingerprint(WORKER, worker, offline.fingerprint))


def manifest_file(context: object) -> bytes:
    """The bytes of the manifest. Raises `ValueError` for another room's context."""
    if not isinstance(context, str):
        raise ValueError(f"{context!r} is no manifest")
    return context.encode("utf-8", "replace")


def worker_file(worker: Worker, page: bytes) -> bytes:
    """The bytes of ``/sw.js``; `page` are those of the offline page, which it loads at once with its files."""
    shell = blake2b("\0".join(worker.files).encode() + page, digest_size=4).hexdigest()
    about = {
        "version": shell, "lang": worker.language, "offline": _below(urls.OFFLINE), "shell": worker.files,
    }
    return f"self.veille = {_json(about)};\nimportScripts({_json(worker.script)});\n".encode()


def _manifest(site: SiteSettings, statics: Mapping[str, str]) -> str:
    """A web app manifest (W3C, Web Application Manifest); its URLs are relative to it, at the site's root."""
    icons = [
        {"src": _below(statics[name]), "sizes": sizes, "type": "image/svg+xml"} if name.endswith(".svg") else
        {"src": _below(statics[name]), "sizes": sizes, "type": "image/png", "purpose": "any maskable"}
        for name, sizes in _ICONS.items() if name in statics
    ]
    return _json({
        "name": site.title, "short_name": site.title, "description": site.description, "lang": site.language,
        "id": "./", "start_url": "./", "scope": "./", "display": "minimal-ui",
        "background_color": PAPER, "theme_color": PAPER, "icons": icons,
    }) + "\n"


def _below(url: str) -> str:
    """A site URL, relative to the site's root."""
    return urls.href(url, "")


def _json(value: object) -> str:
    return encode(value).decode()
