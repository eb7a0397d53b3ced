"""Work side by side: answers in order, errors come through, a killed process is told, nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prisma_drift.errors import DriftError
from prisma_drift.pipeline.abreast import LostError, abreast, can_fork, processors

pytestmark = pytest.mark.skipif(not can_fork(), reason="projects are checked one after the other here")


def test_answers_come_in_order_whichever_is_ready_first() -> None:
    ready: list[int] = []

    def work(number: int) -> tuple[int, int]:
        time.sleep(0.05 * (4 - number))
        return number, os.getpid()

    answers = abreast(4, work, 2, ready.append)
    assert [number for number, _ in answers] == [0, 1, 2, 3]
    assert len({pid for _, pid in answers} - {os.getpid()}) == 2
    assert ready == [0, 1, 2, 3, 4]


def test_an_error_comes_through_with_all_it_says() -> None:
    def work(number: int) -> int:
        if number == 1:
            raise ZeroDivisionError("by zero")
        return number

    with pytest.raises(ZeroDivisionError, match="by zero"):
        abreast(3, work, 2)


def test_an_error_that_cannot_be_sent_comes_as_its_words() -> None:
    class LocalError(Exception):
        pass

    def work(number: int) -> int:
        raise LocalError("only here")

    with pytest.raises(RuntimeError, match="LocalError: only here"):
        abreast(2, work, 2)


def test_a_killed_process_is_told() -> None:
    def work(number: int) -> int:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.2)
        return number

    with pytest.raises(LostError) as told:
        abreast(3, work, 2)
    assert isinstance(told.value, DriftError) and "--jobs 1" in told.value.hint


def test_large_answers_pass_whole() -> None:
    assert [len(one) for one in abreast(3, lambda number: b"x" * (5 << 20), 3)] == [5 << 20] * 3


def test_no_process_outlives_the_call_nor_the_caller(tmp_path: Path) -> None:
    script = f"""
import os, signal, sys, time
from pathlib import Path
from prisma_drift.pipeline.abreast import abreast
def work(number):
    (Path({str(tmp_path)!r}) / str(os.getpid())).touch()
    time.sleep(0.3)
    return number
abreast(1000, work, 3)
"""
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        deadline = time.monotonic() + 30
        while len(list(tmp_path.iterdir())) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
    pids = [int(one.name) for one in tmp_path.iterdir()]
    assert len(pids) == 3
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists()]


def test_processors_are_those_that_may_be_used() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)
