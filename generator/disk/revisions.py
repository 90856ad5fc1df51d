"""What git knows of the site's files. The one room that asks git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_NAME_ONE = "name a branch, a tag or a commit of the repository that the site is in"


class NoHistory(Exception):
    """Git cannot tell. The first argument says why, the second what to do about it."""


def changed_since(root: Path, revision: str) -> frozenset[str]:
    """Files below the folder `root`, relative to it, that are not as they were at `revision`; new ones among them.

    As a person means it: since this branch left `revision`, whatever happened there since. Raises `NoHistory` when
    there is no git, no repository, or no such revision.
    """
    if revision.startswith("-"):
        raise NoHistory(f"'{revision}' is not a revision", _NAME_ONE)
    shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", refused=(
        f"'{revision}' is not a revision that git knows here",
        "this clone holds only the newest commits: get the others with git fetch --unshallow, and branches with "
        "git fetch origin; in a workflow, give actions/checkout fetch-depth: 0" if shallow else _NAME_ONE,
    ))
    try:
        base = _git(root, "merge-base", revision, "HEAD").strip()
    except NoHistory:  # a shallow clone, or two histories: then the revision itself
        base = revision
    changed = _git(root, "diff", "--name-only", "--no-renames", "-z", "--relative", base, "--", ".")
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return frozenset(name for name in (changed + new).split("\0") if name)


def _git(root: Path, *arguments: str, refused: tuple[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=False, timeout=60,
            stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise NoHistory("git is not installed", "install it, or name the notes to check: veille check FILE…") from None
    except subprocess.TimeoutExpired:
        raise NoHistory("git does not answer", "try again, or name the notes to check: veille check FILE…") from None
    if done.returncode:
        said = next(iter(done.stderr.decode("utf-8", "replace").strip().splitlines()), f"git {arguments[0]} failed")
        if "not a git repository" in said:
            raise NoHistory(f"{root} is in no repository of git", "name the notes to check: veille check FILE…")
        raise NoHistory(*(refused or (f"git says: {said.removeprefix('fatal: ')}", "settle that with git first")))
    return done.stdout.decode("utf-8", "surrogateescape")
