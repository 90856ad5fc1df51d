"""The demo site with notes that hurt, built in a folder, and a static server that shows it in a subfolder."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.sites import REPOSITORY, TinySite, make_site, note

CHROMIUM = (
    "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else []),
)
"""How Chromium is started: it asks nobody but us."""

LONG_URL = "https://example.com/" + "segment-without-end/" * 12 + "?" + "&".join(f"key{n}=value{n}" for n in range(40))
TORTURE = note(
    "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3 + " in the source's title: a flaw, and how to survive it",
    f"""### {"Anticonstitutionnellement" * 5} : une note qui met la mise en page à l’épreuve

Introduction avec {LONG_URL} et `{"un_identifiant_sans_fin_" * 12}`.

## Points clés

*   Le mot {"hexakosioihexekontahexaphobie" * 6} ne casse rien.
*   **{"0123456789abcdef" * 16}** est une empreinte.

## Vulnérabilités

*   **CVE-2025-1000001** : score CVSS v3.1 : 9,8, exécution de code à distance
*   **CVE-2025-1000002** : score CVSS v3.1 : 7,5
*   **CVE-2025-1000003** : score CVSS v3.1 : 5,3
*   **CVE-2025-1000004** : score CVSS v3.1 : 2,1
*   **CVE-2025-1000005** : sans score

| produit | {" | ".join(f"version {n}" for n in range(14))} |
|---|{"---|" * 14}
| PasserelleDeMessagerieÉlectronique | {" | ".join(f"{n}.0.{n}-build{n}" for n in range(14))} |

## Recommandations

1.  Corriger.
2.  Vérifier :
    *   les journaux ;
    *   les comptes.

```bash
curl --silent --show-error --location --header "Authorization: Bearer {"A" * 160}" "{LONG_URL}"
```

### Un sous-titre

> Une citation {"qui-ne-s-arrête-pas" * 9}.

#### Encore plus bas

Fin.

## Annexe

{"<p>" * 3}{"Mot" * 80}

[Source]({LONG_URL}){{:target="_blank"}}""",
    tags=["Étiquette" + "interminable" * 8, "Windows", "a" * 90], permalink="/notes/torture/",
    date="2025-11-14 08:05:00", redirect_from="/ancienne-adresse/",
)
QUIET = note(
    "A quiet note without any CVE", """### Une note sans CVE

**Points clés :**
*   Une chose.

**Vulnérabilités :**
Aucune CVE mentionnée.

**Recommandations :**
*   Lire.

[Source](https://example.net/quiet)""", tags=["Windows"], permalink="/notes/calme/", date="2025-11-14")
BUSY = {
    f"content/posts/2025-11-12-busy-{n}.md": note(
        f"Busy day, story {n}: attackers exploit CVE-2025-{2000 + n}", f"""### Journée chargée, sujet numéro {n}

**Points clés :**
*   Le point {n}.
*   Un autre point.

**Vulnérabilités :**
*   CVE-2025-{2000 + n} (CVSS {n % 10}.{n % 7})

[Source](https://source{n % 5}.example/{n})""", tags=["Charge"]) for n in range(20)
}
ABOUT = note("À propos", "Qui écrit ces notes, et pourquoi.\n\n## Méthode\n\nLire, résumer, vérifier.")

PAGES = {
    "home": "/", "home, page 1": "/page/1/",
    "post": "/posts/2025/08/26/netscaler-zero-day-cve-2025-7775/", "post, torture": "/notes/torture/",
    "post, quiet": "/notes/calme/", "page": "/a-propos/",
    "list, tag": "/tags/windows/", "list, source": "/sources/source1.example/",
    "tags": "/tags/", "sources": "/sources/",
    "cves": "/cve/", "cves by severity": "/cve/by-severity/", "cves by sources": "/cve/by-sources/",
    "cve": "/cve/CVE-2025-7775/", "cve, torture": "/cve/CVE-2025-1000001/",
    "cve without a score": "/cve/CVE-2025-1000005/",
    "archives": "/archives/", "year": "/archives/2025/", "month": "/archives/2025/11/",
    "digests": "/digests/", "digest": "/digests/2025-W46/",
    "feeds": "/feeds/", "search": "/search/", "offline": "/offline/", "404": "/404.html",
}
"""A name whose first word is the page's template, and a site URL: each kind of page, at its plainest and worst."""


def write_demo(folder: Path) -> TinySite:
    """The demo's notes and settings, with the notes above beside them; not yet built."""
    files = {
        f"content/posts/{path.name}": path.read_text("utf-8") for path in (REPOSITORY / "content/posts").glob("*.md")
    }
    files |= BUSY | {
        "content/posts/2025-11-14-torture.md": TORTURE, "content/posts/2025-11-14-calme.md": QUIET,
        "content/pages/a-propos.md": ABOUT,
    }
    settings = (REPOSITORY / "config.yaml").read_text("utf-8").replace("pagination: 10", "pagination: 20")
    settings += "search: pagefind\n"
    return make_site(folder, files, settings)


class _Handler(SimpleHTTPRequestHandler):
    """Serves one folder below `base`; unknown addresses get its 404.html, as hosts of static sites do."""

    def __init__(self, *args: Any, base: str, **named: Any) -> None:
        self._base = base
        super().__init__(*args, **named)

    def translate_path(self, path: str) -> str:
        below = path.split("?")[0].split("#")[0].removeprefix(self._base)
        return super().translate_path(f"/{below}") if path.startswith(f"{self._base}/") else "/nowhere"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        pass  # a browser that is closed hangs up in the middle of an answer


@dataclass(frozen=True, slots=True)
class Served:
    """A built site that a browser can visit."""

    root: str
    """Where it lives, without a final slash: http://127.0.0.1:PORT/veille"""
    folder: Path

    def url(self, url: str) -> str:
        """The address of a site URL."""
        return self.root + url


@contextmanager
def serving(folder: Path, base: str = "/veille") -> Iterator[Served]:
    """Serves a built site at the path `base` of this machine while the context lasts."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder), base=base))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}{base}", folder)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
