"""``python -m tests.fuzz ROOM [SECONDS] [CORPUS]``: looks for an input that breaks a room's promise. See README.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found,unused-ignore]

with atheris.instrument_imports(include=["generator", "markdown", "yaml"]):
    from tests.fuzz.rooms import FOUND, ROOMS, SEEDS

BYTES, SECONDS, MEGABYTES = 4096, 10, 1500
"""The longest input, the time that one may take under the fuzzer's eyes, and the memory of the process."""


def main() -> None:
    name, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "300"
    grown = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(tempfile.mkdtemp(prefix=f"veille-fuzz-{name}-"))
    grown.mkdir(parents=True, exist_ok=True)
    print(f"corpus and findings: {grown}", flush=True)
    promise = ROOMS[name]

    def one(data: bytes) -> None:
        promise(data)

    folders = [str(folder / name) for folder in (SEEDS, FOUND) if (folder / name).is_dir()]
    atheris.Setup(
        [sys.argv[0], str(grown), *folders, f"-max_total_time={seconds}", f"-max_len={BYTES}", f"-timeout={SECONDS}",
         f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={grown}/found-", f"-dict={SEEDS / 'words.dict'}",
         "-print_final_stats=1"],
        one,
    )
    atheris.Fuzz()


main()
