"""``python -m tests.trust.ending FOLDER…``: ends builds before their time, one in each folder, all as one process tree.

Each folder is a site with a file ``end.json``: the arguments of veille and how it ends:

``{"kill_after": 0.12}``  SIGKILL after so many seconds; ``"helpers": true`` to all processes of the build at once;
``{"kill_at": 17}``       SIGKILL right before its seventeenth effect on the disk;
``{"refuse_at": 17}``     the seventeenth effect, and every one after it, fails: the disk is full;
``{"largest": 4096}``     no file may grow beyond so many bytes, and the write that tries fails half done;
``{"modest": true}``      the superuser's right to write everywhere is given up.

Effects are what Python's audit hooks see: files opened for writing, renamed, removed, folders made and removed.
``end.json`` gives way to what became of the build. The builds are forked from this process, which has imported veille
already: a death falls into the work, not into the loading of modules.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import generator.build
import generator.check
import generator.content.post
import generator.outputs.catalogue
from generator.cli import cli

PLAN, RESULT, OUT, ERR = "end.json", "ended.json", "out.txt", "err.txt"
_EFFECTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.link", "os.symlink", "os.truncate")


def _watch(folder: Path, plan: dict[str, Any], count: list[int]) -> None:
    """Counts the effects on the disk of this process below `folder`, and does at the given one what the plan says."""
    at = plan.get("kill_at") or plan.get("refuse_at") or 0
    root = os.fsencode(folder) + b"/"

    def seen(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = given
            effect = isinstance(path, (str, bytes)) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        else:
            effect = event in _EFFECTS
        if not effect or isinstance(given[0], int) or not os.path.abspath(os.fsencode(given[0])).startswith(root):
            return
        count[0] += 1
        if "kill_at" in plan and count[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        if "refuse_at" in plan and count[0] >= at and event not in ("os.remove", "os.rmdir", "shutil.rmtree"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fsdecode(given[0]))

    sys.addaudithook(seen)


def _child(folder: Path, plan: dict[str, Any], count: list[int]) -> None:
    os.setpgid(0, 0)
    os.chdir(folder)
    for name, number in ((OUT, 1), (ERR, 2)):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    if "largest" in plan:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (plan["largest"], plan["largest"]))
    if "modest" in plan and sys.platform == "linux":
        header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()  # <linux/capability.h>, version 3
        assert ctypes.CDLL(None).capset(header, none) == 0
    _watch(folder, plan, count)
    cli(plan["arguments"], prog_name="veille")  # which ends as Python does, so that the effects can be told


def end(folder: Path) -> None:
    """Runs the build of a folder as its plan says, and writes its status there: an exit code, or minus a signal."""
    plan = json.loads((folder / PLAN).read_text("utf-8"))
    (folder / PLAN).unlink()
    for name in OUT, ERR:
        (folder / name).touch()  # a death may come before the child opens them
    begin = time.perf_counter()
    child = os.fork()
    if not child:
        count = [0]
        try:
            _child(folder, plan, count)
        except SystemExit as asked:
            (folder.parent / f"{folder.name}.effects").write_text(str(count[0]), "ascii")
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(int(asked.code or 0))
        except BaseException as error:
            os.write(2, f"Traceback: {error!r}".encode())
            os._exit(70)
    with suppress(OSError):  # the child does the same: whoever comes first
        os.setpgid(child, child)
    if "kill_after" in plan:
        time.sleep(plan["kill_after"])
        with suppress(ProcessLookupError):
            (os.killpg if plan.get("helpers") else os.kill)(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    result: dict[str, float] = {"code": os.waitstatus_to_exitcode(status), "seconds": time.perf_counter() - begin}
    effects = folder.parent / f"{folder.name}.effects"
    if effects.exists():
        result["effects"] = int(effects.read_text("ascii"))
        effects.unlink()
    (folder / RESULT).write_text(json.dumps(result), "utf-8")


if __name__ == "__main__":
    assert generator.build
    for name in sys.argv[1:]:
        end(Path(name))
