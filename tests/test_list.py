"""What `veille list` promises, a sentence a test."""

from __future__ import annotations

import json
import os
import pty
import sys
from pathlib import Path

import pytest

from generator.inventory import STATES
from tests.sites import REPOSITORY, TinySite, make_site, note

AS_OF = ("--as-of", "2025-09-08")


@pytest.fixture
def site(tmp_path: Path) -> TinySite:
    """A post in every state, on 2025-09-08, when `check.quarantine` names V101."""
    failed = "Erreur lors de la génération du résumé : 503 UNAVAILABLE."
    return make_site(tmp_path, {
        "content/posts/2025-09-07-seen.md": note("Seen", "It names CVE-2025-11111.", tags=["Été", "b"],
                                                 source="https://example.org/a"),
        "content/posts/2025-09-08-today.md": note("Today", date="2025-09-08 08:30"),
        "content/posts/2025-09-09-soon.md": note("Soon", tags=["ete"]),
        "content/posts/2025-09-06-draft.md": note("Draft", draft=True),
        "content/posts/2025-09-05-failed.md": note("Failed", failed),
        "content/posts/2025-09-04-broken.md": "---\ntitle: 'Don't'\n---\nWords.\n",
        "content/posts/2025-09-03-first.md": note("First", permalink="/same/"),
        "content/posts/2025-09-03-second.md": note("Second", permalink="/same/"),
    }, config="check: {quarantine: [V101]}")


def listed(site: TinySite, *options: str) -> list[dict[str, object]]:
    ran = site.run("list", "--format", "json", *AS_OF, *options)
    assert (ran.exit_code, ran.err) == (0, "")
    found: list[dict[str, object]] = json.loads(ran.out)
    return found


def test_every_file_is_listed_with_its_state_newest_first(site: TinySite):
    assert [(post["title"], post["state"]) for post in listed(site)] == [
        ("Soon", "scheduled"), ("Today", "published"), ("Seen", "published"), ("Draft", "draft"),
        ("Failed", "quarantined"), ("Second", "invalid"), ("First", "published"), ("", "invalid"),
    ]


def test_what_is_published_is_what_a_build_publishes(site: TinySite):
    from datetime import date

    report = site.build(as_of=date(2025, 9, 8), skip_invalid=True)
    published = [post for post in listed(site) if post["state"] == "published"]
    assert report.posts == len(published)
    assert all(site.has(str(post["url"])) for post in published)


def test_json_tells_what_a_script_needs(site: TinySite):
    posts = {post["path"]: post for post in listed(site)}
    assert posts["content/posts/2025-09-07-seen.md"] == {
        "path": "content/posts/2025-09-07-seen.md", "state": "published", "title": "Seen", "date": "2025-09-07",
        "url": "/posts/2025/09/07/seen/", "tags": ["Été", "b"], "source": "https://example.org/a",
        "cves": ["CVE-2025-11111"], "errors": [],
    }
    assert posts["content/posts/2025-09-08-today.md"]["date"] == "2025-09-08T08:30:00+00:00"
    assert posts["content/posts/2025-09-04-broken.md"]["errors"] == ["V201"]
    assert posts["content/posts/2025-09-03-second.md"]["errors"] == ["V208"]


@pytest.mark.parametrize("state", STATES)
def test_one_state_can_be_asked_for(site: TinySite, state: str):
    found = listed(site, "--state", state)
    assert found
    assert {post["state"] for post in found} == {state}


def test_one_tag_can_be_asked_for_without_its_accents(site: TinySite):
    assert [post["title"] for post in listed(site, "--tag", "ÉTÉ")] == ["Soon", "Seen"]
    assert [post["title"] for post in listed(site, "--tag", "été", "--state", "scheduled")] == ["Soon"]
    assert listed(site, "--tag", "unknown") == []


def test_a_script_gets_columns_apart_by_tabs(site: TinySite):
    ran = site.run("list", *AS_OF, "--state", "scheduled")
    assert ran.out == "2025-09-09\tscheduled\tcontent/posts/2025-09-09-soon.md\tSoon\n"


@pytest.mark.parametrize("colour", [True, False])
def test_a_person_gets_a_table_and_colour_unless_refused(site: TinySite, colour: bool):
    seen = bytearray()

    def keep(terminal: int) -> bytes:
        data = os.read(terminal, 4096)
        seen.extend(data)
        return data

    environment = [f"PYTHONPATH={REPOSITORY}", "TERM=xterm", "COLUMNS=120", *([] if colour else ["NO_COLOR=1"])]
    command = ["env", *environment, sys.executable, "-m", "generator", "-C", str(site.root), "list", *AS_OF]
    assert pty.spawn(command, keep, lambda _: b"") == 0
    text = seen.decode()
    assert "8 posts: 3 published, 2 invalid, 1 scheduled, 1 draft, 1 quarantined" in text
    assert "content/posts/2025-09-09-soon.md" in text
    assert ("\x1b[32m" in text) is colour


def test_a_title_is_no_markup_of_the_terminal(tmp_path: Path):
    site = make_site(tmp_path, {"content/posts/2025-09-08-a.md": note("[red]Guest[/red] [/]")})
    assert "[red]Guest[/red] [/]" in site.run("list", *AS_OF).out


def test_without_a_site_the_remedy_is_told(tmp_path: Path):
    site = make_site(tmp_path, {}, config=None)
    ran = site.run("list")
    assert ran.exit_code == 1
    assert "there is no config.yaml" in ran.err
    assert ran.out == ""
