"""What git knows of the site's files. The one room that asks git."""

from __future__ import annotations

import subprocess
from pathlib import Path


class NoHistory(Exception):
    """Git cannot tell; the message says why."""


def changed_since(root: Path, revision: str) -> frozenset[str]:
    """Files below the folder `root`, relative to it, that are not as they were at `revision`; new ones among them.

    As a person means it: since this branch left `revision`, whatever happened there since. Raises `NoHistory` when
    there is no git, no repository, or no such revision.
    """
    if revision.startswith("-"):
        raise NoHistory(f"'{revision}' is not a revision")
    _git(root, "rev-parse", "--git-dir", refused=f"{root} is in no repository of git")
    unknown = f"'{revision}' is not a revision that git knows here"
    _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", refused=unknown)
    try:
        base = _git(root, "merge-base", revision, "HEAD").strip()
    except NoHistory:  # a shallow clone, or two histories: then the revision itself
        base = revision
    changed = _git(root, "diff", "--name-only", "--no-renames", "-z", "--relative", base, "--", ".")
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return frozenset(name for name in (changed + new).split("\0") if name)


def _git(root: Path, *arguments: str, refused: str = "") -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=False, timeout=60,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise NoHistory("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise NoHistory("git does not answer") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NoHistory(refused or (said[0] if said else f"git {arguments[0]} failed"))
    return done.stdout.decode("utf-8", "surrogateescape")
