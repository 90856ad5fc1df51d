"""README.md against the code: every option, key, name and default is told, and nothing is told that does not exist."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from generator import urls
from generator.cli import cli
from generator.config import Config, parse_config
from generator.content.keys import NAMES
from generator.diagnostics import RULES
from tests.sites import REPOSITORY, make_site

README = (REPOSITORY / "README.md").read_text("utf-8")
PROSE = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
FENCES = re.findall(r"^```(\w*)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
CODE_SPANS = re.findall(r"`([^`\n]+)`", PROSE)


def part(title: str) -> str:
    """The text under a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", README, flags=re.MULTILINE | re.DOTALL)
    assert found, f"the README has no part «{title}»"
    return found[1]


def rows(title: str) -> list[list[str]]:
    """Cells of all table rows of a part."""
    lines = re.findall(r"^\|(.*)\|$", part(title), flags=re.MULTILINE)
    return [[cell.strip() for cell in line.replace(r"\|", "\0").split("|")] for line in lines]


# Commands


def commands(group: click.Group = cli, before: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name)), command


COMMANDS = dict(commands())


def options(command: click.Command) -> set[str]:
    """Every long option of a command, its own ``--help`` aside."""
    return {
        name for known in command.params if isinstance(known, click.Option) and not known.hidden
        for name in (*known.opts, *known.secondary_opts) if name.startswith("--")
    }


def about(name: str) -> str:
    """What the part «Commands» says of a command: from the line that begins with ```veille name`` to the next."""
    found = re.search(rf"^`veille {name}\b.*?(?=^`veille |\Z)", part("Commands"), flags=re.MULTILINE | re.DOTALL)
    assert found, f"no paragraph of «Commands» begins with `veille {name}`"
    return found[0]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_every_command_is_told_and_no_other(name: str):
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", about(name)))
    known = options(COMMANDS[name])
    assert known - told == set(), f"not in the README under `veille {name}`"
    assert told - known - {"--help"} == set(), f"not options of `veille {name}`"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself_and_all_its_options(name: str):
    command = COMMANDS[name]
    assert command.help
    assert len(command.help.split("\n")[0]) < 80
    assert [known.name for known in command.params if isinstance(known, click.Option) and not known.help] == []


def test_every_command_that_the_readme_shows_exists():
    shown = {span for span in CODE_SPANS if re.match(r"veille [a-z]", span)}
    shown |= {line.strip() for _, text in FENCES for line in text.splitlines() if re.match(r"\s*(\$ )?veille ", line)}
    every = set().union(*map(options, COMMANDS.values())) | {"--help", "--version"}
    for line in shown:
        words = line.removeprefix("$ ").split()[1:]
        names = [word for word in words if re.fullmatch(r"[a-z]+", word)]
        assert any(" ".join(names[:size]) in COMMANDS for size in (1, 2)) or not names, line
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= every, line


def test_every_option_anywhere_in_the_readme_exists():
    every = set().union(*map(options, COMMANDS.values())) | {"--help", "--version"}
    told = {option for span in CODE_SPANS if not re.match(r"(pip|python|git|make|pytest|VEILLE)", span)
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", span)}
    assert told - every == set()


# config.yaml


def keys(schema: Any = Config, before: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted name and default of every key."""
    default = schema()
    for field in dataclasses.fields(schema):
        value = getattr(default, field.name)
        if dataclasses.is_dataclass(value):
            yield from keys(type(value), f"{before}{field.name}.")
        else:
            yield f"{before}{field.name}", value


def told_keys() -> dict[str, str]:
    """Dotted name → default as the README's table has it."""
    return {
        name: cells[1].strip("`") for cells in rows("config.yaml")
        for name in re.findall(r"`([\w.]+)`", cells[0])
    }


def test_every_key_of_the_configuration_is_told_and_no_other():
    assert told_keys().keys() == dict(keys()).keys()


def test_the_readme_tells_the_defaults_of_the_configuration():
    shown = {name: str(value) if value not in ((), "") else "" for name, value in keys()}
    assert told_keys() == shown


def test_every_dotted_key_anywhere_in_the_readme_exists():
    known = dict(keys())
    groups = {name.rpartition(".")[0] for name in known} - {""}
    for span in CODE_SPANS:
        if re.fullmatch(r"\w+(\.\w+)+", span) and span.partition(".")[0] in groups:
            assert span in known or span in groups, span


def test_every_configuration_that_the_readme_shows_is_valid():
    for language, text in FENCES:
        if language == "yaml" and re.search(r"^(site|check|feeds|permalink|sections|pagination):", text, re.MULTILINE):
            config, problems = parse_config(text)
            assert config, problems
            assert not problems


# Notes, addresses, codes


def test_every_name_of_the_front_matter_is_told_and_no_other():
    told = {
        name.partition(":")[0] for cells in rows("Front matter")[2:]
        for name in re.findall(r"`([^`]+)`", cells[1])
    }
    assert told == {name for names in NAMES.values() for name in names}


def test_the_addresses_that_the_readme_tells_are_those_of_the_site():
    told = " ".join(cells[1] for cells in rows("What it writes"))
    addresses = {
        urls.HOME, urls.page_url("/", 7).replace("7", "N"), urls.TAGS, urls.ARCHIVES, urls.SOURCES, urls.CVES,
        urls.FEED, urls.SITEMAP, urls.ROBOTS, urls.NOT_FOUND, urls.feed_url("/tags/<slug>/"), urls.source_url("<host>"),
        urls.cve_url("CVE-YYYY-NNNN"), urls.CVES_BY_SEVERITY, urls.CVES_BY_SOURCES, urls.JSON_FEED, urls.OPML,
        urls.FOLLOW, urls.SEARCH, urls.SEARCH_INDEX, urls.OFFLINE, urls.WORKER, urls.MANIFEST,
        urls.API_POSTS, urls.API_CVES, urls.HEADERS,
    }
    assert [address for address in addresses if f"`{address}`" not in told] == []


def test_every_code_that_the_readme_names_exists():
    assert set(re.findall(r"\bV\d{3}\b", README)) <= RULES.keys()


def test_every_link_inside_the_readme_leads_somewhere():
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
               for title in re.findall(r"^#+ (.+)$", PROSE, flags=re.MULTILINE)}
    for target in re.findall(r"\]\(([^)\s]+)\)", PROSE):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif "://" not in target:
            assert (REPOSITORY / target.partition("#")[0]).exists(), target


def test_every_file_that_the_readme_names_exists():
    for span in CODE_SPANS:
        if re.fullmatch(r"(generator|tests|templates)/[\w./-]+", span):
            assert (REPOSITORY / span).exists(), span


def test_the_message_that_the_readme_shows_is_the_one_that_authors_read(tmp_path: Path):
    shown = next(text for language, text in FENCES if language == "text" and " error V" in text)
    path, line = re.match(r"(\S+?):(\d+):", shown).groups()  # type: ignore[union-attr]
    excerpt = shown.split("\n")[1].strip()
    site = make_site(tmp_path, {path: "---\n" + "x: y\n" * (int(line) - 2) + f"{excerpt}\n---\nWords.\n"})
    assert site.run("build").err == shown


def test_the_first_page_takes_a_newcomer_from_nothing_to_a_pushed_site(tmp_path: Path):
    begin, push = re.findall(r"^```sh\n(.*?)^```$", part("A site of your own"), re.MULTILINE | re.DOTALL)
    lines = [line for line in begin.splitlines() if not line.startswith(("pip ", "veille serve"))]
    remote = tmp_path / "remote.git"
    lines += push.replace("https://github.com/you/my-watch.git", str(remote)).splitlines()
    veille = tmp_path / "bin/veille"
    veille.parent.mkdir()
    veille.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m generator "$@"\n')
    veille.chmod(0o755)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    named = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(
        ["bash", "-euc", "\n".join(lines)], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL, capture_output=True,
        env={**os.environ, **named, "PATH": f"{veille.parent}{os.pathsep}{os.environ['PATH']}", "EDITOR": "true",
             "VISUAL": "true", "PYTHONPATH": str(REPOSITORY)},
    )
    assert (tmp_path / "my-watch/output/index.html").is_file()
    pushed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "main"], cwd=remote, check=True, capture_output=True, text=True,
    ).stdout
    assert ".github/workflows/pages.yml" in pushed
    assert "two-flaws-in-a-mail-server-are-exploited.md" in pushed
    assert "output/" not in pushed
