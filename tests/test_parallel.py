from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from generator.disk.lock import locked
from generator.parallel import aside, forks, parallel_map


def doubled(items):
    return [item * 2 for item in items]


def refusing(items):
    if 700 in items:
        raise ValueError("700 is too much")
    return items


def dying(items):
    if os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)  # or the parent has made all of it before a helper begins
    return items


PARENT = os.getpid()


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 1001])
def test_chunks_come_back_whole_and_with_their_place(jobs, count):
    chunks = sorted(parallel_map(doubled, range(count), jobs))
    assert [item for _, chunk in chunks for item in chunk] == [item * 2 for item in range(count)]
    assert [at for at, _ in chunks] == [chunk[0] // 2 for _, chunk in chunks]


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_what_the_function_raises_is_raised_here(jobs):
    with pytest.raises(ValueError, match="700 is too much"):
        list(parallel_map(refusing, range(1000), jobs))


def test_a_helper_that_is_killed_is_an_error_and_not_a_hole():
    with pytest.raises(ChildProcessError):
        list(parallel_map(dying, range(100_000), 3, chunk=1000))


def bulky(items):
    time.sleep(0.05 if os.getpid() == PARENT else 0.005)
    return [os.getpid(), b"x" * 200_000]  # more than a pipe holds


def test_a_helper_does_not_wait_for_the_parent_to_take_what_it_made():
    made = [pid for _, (pid, _) in parallel_map(bulky, range(400), 2, chunk=10)]
    assert len(made) == 40
    assert made.count(PARENT) < 20


def fails(items):
    raise ValueError(f"{len(items)} refused")


def ends_itself(items):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_made_aside_is_what_is_made_here(jobs):
    assert aside(sorted, (3, 1, 2), jobs)() == [1, 2, 3]
    with pytest.raises(ValueError, match="2 refused"):
        aside(fails, (1, 2), jobs)()


forked = pytest.mark.skipif(not forks(2), reason="here nothing is forked")


@forked
def test_a_process_aside_ends_when_nobody_asks_for_what_it_made():
    made = aside(bytes, 300_000, 2)
    helper, = active_children()
    del made
    gc.collect()
    assert not helper.is_alive()


ORPHANS = """
import os, signal, sys, time
from pathlib import Path
from generator.disk.lock import locked
from generator.parallel import aside, parallel_map

def bulky(items):
    return bytes(300_000)

with locked(Path(sys.argv[1]), 0.0):
    if sys.argv[2] == "aside":
        made = aside(bulky, (), 2)
    else:
        made = parallel_map(bulky, range(1000), 3, chunk=10)
        next(made)
    time.sleep(0.2)  # until the helpers wait for somebody to read
    os.kill(os.getpid(), signal.SIGKILL)
"""


@forked
@pytest.mark.parametrize("way", ["aside", "map"])
def test_helpers_of_a_process_that_was_killed_end_and_hold_no_lock(tmp_path: Path, way: str):
    lock = tmp_path / "lock"
    ended = subprocess.run([sys.executable, "-c", ORPHANS, str(lock), way], check=False)
    assert ended.returncode == -signal.SIGKILL
    with locked(lock, 5.0):
        pass


@forked
def test_a_process_aside_that_was_killed_is_told():
    with pytest.raises(ChildProcessError):
        aside(ends_itself, (), 2)()
