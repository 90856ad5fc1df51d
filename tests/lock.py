"""``python -m tests.lock``: renews the files of ``requirements/``, from which `make test` and the CI install.

uv resolves for every Python and every system at once. What it writes names all files of a release, those for processors
and interpreters that nobody tests on too: four fifths of 130 KB. Here the files stay that a tested machine may install.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FILES = {
    "build.txt": ("--only-group=build",),  # installed first: what builds the sdists of the others, and this project
    "test.txt": ("--extra=test",),
    "judges.txt": ("--only-group=judges",),
}
"""File → what of `pyproject.toml` it locks, in the words of `uv export`."""
PYTHONS = ("cp311", "cp312", "cp313", "cp314")
SYSTEMS = re.compile(r"manylinux\w*_(x86_64|aarch64)|macosx\w*_(arm64|x86_64|universal2)|win_amd64")
_HEAD = """\
# Distributions that `make test` installs, with the digests of their files. Written by `make lock`; do not edit.
"""


def wanted(wheel: str) -> bool:
    """Whether a wheel of this file name may be installed on a machine that we test on."""
    python, abi, system = wheel.removesuffix(".whl").split("-")[-3:]
    if system == "any":
        return "py3" in python.split(".") or python in PYTHONS
    fits = abi in ("abi3", "none") or abi in PYTHONS  # no free-threaded build, no PyPy
    return fits and bool(SYSTEMS.search(system))


def lock() -> dict[str, str]:
    """The name and the text of each file, of what `pyproject.toml` asks for today. Needs uv and an index."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "pyproject.toml", folder)
        uv = [sys.executable, "-m", "uv", "--quiet", "--project", folder]
        subprocess.run([*uv, "lock"], check=True)
        packages = tomllib.loads(Path(folder, "uv.lock").read_text("utf-8"))["package"]
        needed = {digest for package in packages for digest in _digests(package)}
        export = [*uv, "export", "--frozen", "--no-emit-project", "--no-header", "--no-annotate"]
        return {
            name: _HEAD + _written(subprocess.check_output([*export, *parts], text=True).splitlines(), needed)
            for name, parts in FILES.items()
        }


def _digests(package: dict[str, Any]) -> list[str]:
    """Of the files of a package that may be installed: wheels, and the sdist where there is none."""
    wheels = [wheel["hash"] for wheel in package.get("wheels", ()) if wanted(wheel["url"].rpartition("/")[2])]
    return wheels or [package["sdist"]["hash"]] if "sdist" in package else wheels


def _written(lines: list[str], needed: set[str]) -> str:
    """uv's lines, without the digests that are not `needed`; the last line of a package has no backslash."""
    kept = [
        line.removesuffix(" \\") for line in lines
        if "--hash=" not in line or line.partition("--hash=")[2].removesuffix(" \\") in needed
    ]
    return "".join(
        f"{line} \\\n" if after.startswith(" ") else f"{line}\n"
        for line, after in zip(kept, [*kept[1:], ""], strict=True)
    )


if __name__ == "__main__":
    for name, text in lock().items():
        (ROOT / "requirements" / name).write_text(text, "utf-8")
