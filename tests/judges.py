"""``python -m tests.judges FOLDER``: what the Nu checker, lychee and Lighthouse say of a built site.

`make judges` installs them in ``.judges`` and asks them about the demo site, or about the site in ``SITE``. The last
line tells how many pages passed: Nu and lychee look at all, Lighthouse at one of each kind. Exit status 1 when one
failed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.browser.demo import CHROMIUM, Served, serving

HOME = Path(__file__).parent.parent / ".judges"
KINDS = (
    "index.html", "page/*/index.html", "posts/**/index.html", "tags/index.html", "tags/*/index.html",
    "sources/index.html", "sources/*/index.html", "cve/index.html", "cve/CVE-*/index.html", "archives/index.html",
    "archives/*/index.html", "archives/*/*/index.html", "digests/index.html", "digests/*/index.html",
    "feeds/index.html", "search/index.html", "404.html",
)
"""Lighthouse is shown the last page, by name, of each of these that the site has."""
NOT_TOLD = re.compile(r'<meta name="robots" content="noindex">|<meta http-equiv="refresh"')

Findings = dict[str, list[str]]
"""Page below the folder → what is wrong with it; pages that pass are keys as well."""


def nu(site: Served, pages: Iterable[str]) -> Findings:
    """Errors and warnings, which its JSON calls ``info`` with the subtype ``warning``."""
    found: Findings = {page: [] for page in pages}
    jar = HOME / "node_modules/vnu-jar/build/dist/vnu.jar"
    due = list(found)
    for last in (False, False, True):  # it waits five seconds for a page, which a busy machine may need
        late = []
        for start in range(0, len(due), 1000):
            told = subprocess.run(
                ["java", "-Dnu.validator.servlet.allow-forbidden-hosts=true", "-jar", jar, "--format", "json",
                 "--stdout", *(site.url(f"/{page}") for page in due[start : start + 1000])],
                capture_output=True, text=True, check=False)
            for one in json.loads(told.stdout)["messages"]:
                page = unquote(one.get("url", "").removeprefix(f"{site.root}/"))
                if one["type"] == "non-document-error" and not last:
                    late.append(page)
                elif one["type"] != "info" or one.get("subType") == "warning":
                    found.setdefault(page, []).append(f"line {one.get('lastLine', 0)}: {one['message']}")
        due = late
    return found


def lychee(site: Served, pages: Iterable[str], address: str) -> Findings:
    """Dead links and fragments; the site's own full addresses, which begin with `address`, lead into the folder."""
    found: Findings = {page: [] for page in pages}
    with tempfile.TemporaryDirectory() as host:
        below = Path(host, urlsplit(address).path.strip("/") or "_")
        below.parent.mkdir(parents=True, exist_ok=True)
        below.symlink_to(site.folder.resolve())
        answer = Path(host, "lychee.json")
        subprocess.run(
            [HOME / "venv/bin/lychee", "--offline", "--include-fragments", "--no-progress", "--root-dir", host,
             "--index-files", "index.html", "--remap", f"^{re.escape(address)} file://{below}",
             "--format", "json", "--output", answer, f"{below}/**/*.html"],
            capture_output=True, check=False)
        told: dict[str, Any] = json.loads(answer.read_text("utf-8"))
        print(f"lychee followed {told['successful']} links of {told['total']}; the others lead to other sites")
        for page, wrong in told["error_map"].items():
            name = Path(page).relative_to(below).as_posix()
            found.setdefault(name, []).extend(f"{one['url']}: {one['status']['text']}" for one in wrong)
    return found


def lighthouse(site: Served, pages: Iterable[str]) -> Findings:
    """Whatever keeps a page from 100 in accessibility, best practices and, where search engines may come, SEO."""
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}

    def ask(page: str) -> list[str]:
        hidden = NOT_TOLD.search((site.folder / page).read_text("utf-8"))
        wanted = ["accessibility", "best-practices", *([] if hidden else ["seo"])]
        told = subprocess.run(
            [HOME / "node_modules/.bin/lighthouse", site.url(f"/{page}".removesuffix("index.html")), "--quiet",
             "--output=json", f"--only-categories={','.join(wanted)}", "--disable-full-page-screenshot",
             f"--chrome-flags=--headless {' '.join(CHROMIUM)}"],
            capture_output=True, text=True, check=False, env=environment)
        if not told.stdout.strip():
            return [told.stderr.strip()[-300:] or "no answer"]
        answer = json.loads(told.stdout)
        wrong = []
        for name in wanted:
            category = answer["categories"][name]
            if category["score"] != 1:
                weighed = (answer["audits"][ref["id"]] for ref in category["auditRefs"] if ref["weight"])
                audits = [f"{one['id']} {one.get('errorMessage', '')}" for one in weighed if one["score"] != 1
                          and one["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")]
                wrong.append(f"{name} {category['score']}: {', '.join(audits)}")
        return wrong

    names = list(pages)
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(names, pool.map(ask, names), strict=True))


def of_each_kind(folder: Path) -> list[str]:
    """One page of each of `KINDS`."""
    kinds = [sorted(page.relative_to(folder).as_posix() for page in folder.glob(kind)) for kind in KINDS]
    return list(dict.fromkeys(pages[-1] for pages in kinds if pages))


def main(folder: Path) -> int:
    """Tells what each judge found, page by page, and how many pages passed; 1 when one failed."""
    pages = sorted(page.relative_to(folder).as_posix() for page in folder.rglob("*.html"))
    home = (folder / "index.html").read_text("utf-8")
    address = re.findall(r'<link rel="canonical" href="([^"]+?)/?">', home)[0]
    passed = failed = 0
    with serving(folder, urlsplit(address).path.rstrip("/")) as site:
        for judge, verdict in (
            ("Nu", lambda: nu(site, pages)),
            ("lychee", lambda: lychee(site, pages, address)),
            ("Lighthouse", lambda: lighthouse(site, of_each_kind(folder))),
        ):
            found = verdict()
            wrong = {page: told for page, told in found.items() if told}
            for page, told in list(wrong.items())[:20]:
                print(f"{judge}: {page}", *(f"  {one}" for one in told[:5]), sep="\n")
            print(f"{judge}: {len(found) - len(wrong)} pages without a finding, {len(wrong)} with", flush=True)
            passed, failed = passed + len(found) - len(wrong), failed + len(wrong)
    print(f"{passed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
