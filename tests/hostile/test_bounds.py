"""The bounds on a whole run, met by real runs: time, and the address space of the action's own process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prisma_drift.bounds import ADDRESS_SPACE

from .repositories import crossed, project, sql

ENTRY = "import sys; from prisma_drift.cli import entry; sys.exit(entry())"
LATE = 240
"""Seconds that a busy machine may be late; what is bounded here takes more than twice as long without the bound."""


def crossed_150(root: Path) -> None:
    crossed(root, 150)


SLOW = {
    "two-migrations": sql("SELECT pg_sleep(290);\nSELECT pg_sleep(290);"),
    "a-loop-that-catches": sql(
        "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(290); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;"
    ),
    "a-schema": crossed_150,
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_run_ends_at_its_bound(tmp_path: Path, kind: str) -> None:
    root = project(tmp_path / "repository")
    SLOW[kind](root)
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", ENTRY, "check", str(root), "--format", "json"],
        capture_output=True,
        env={**os.environ, "PRISMA_DRIFT_TIMEOUT": "1.5"},
        timeout=LATE * 2,
        check=False,
    )
    assert time.monotonic() - started < LATE
    [finding] = json.loads(done.stdout)["findings"]
    assert (done.returncode, finding["id"]) == (1, "run-timeout"), finding
    assert "1.5 seconds" in finding["message"] and "PRISMA_DRIFT_TIMEOUT" in finding["hint"]


@pytest.mark.parametrize(("value", "code"), [("soon", 1), ("-1", 0), ("0", 0)])
def test_the_bound_is_a_number_of_seconds(tmp_path: Path, value: str, code: int) -> None:
    root = project(tmp_path / "repository")
    done = subprocess.run(
        [sys.executable, "-c", ENTRY, "check", str(root)],
        capture_output=True,
        text=True,
        env={**os.environ, "PRISMA_DRIFT_TIMEOUT": value},
        timeout=LATE,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert ("PRISMA_DRIFT_TIMEOUT is 'soon'" in done.stderr) == bool(code)


linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux bounds the address space")


@linux
def test_a_bounded_process_gets_no_more(tmp_path: Path) -> None:
    program = (
        "from prisma_drift.bounds import ADDRESS_SPACE, bound_memory\n"
        "bound_memory()\n"
        "try:\n bytearray(ADDRESS_SPACE)\nexcept MemoryError:\n print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"


@linux
def test_the_action_bounds_itself_and_its_server_otherwise(tmp_path: Path) -> None:
    """While it runs: its own address space, and the private memory of the server's processes alone."""
    root = project(tmp_path / "repository")
    sql("SELECT pg_sleep(290);")(root)
    for name in ("event", "output", "summary"):
        (tmp_path / name).write_text("{}")
    environment = {
        "PATH": os.environ["PATH"],
        "CI": "true",
        "GITHUB_REPOSITORY": "acme/flow",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": str(tmp_path / "event"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_WORKSPACE": str(root),
    }
    job = subprocess.Popen(
        [sys.executable, "-c", ENTRY, "action"], env=environment, cwd=root, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + LATE
        while not (servers := postgres_of(job.pid)) and time.monotonic() < deadline:
            assert job.poll() is None
            time.sleep(0.05)
        assert limit(job.pid, "address space") == ADDRESS_SPACE
        assert servers
        assert limit(servers[0], "address space") != ADDRESS_SPACE
        assert limit(servers[0], "data size") == 2 << 30
    finally:
        job.send_signal(signal.SIGKILL)
        job.wait(60)


def limit(pid: int, name: str) -> int | None:
    """A soft limit of a process in bytes; None where it has none."""
    found = re.search(rf"Max {name} +(\S+)", Path(f"/proc/{pid}/limits").read_text())
    assert found is not None
    return int(found[1]) if found[1].isdigit() else None


def postgres_of(pid: int) -> list[int]:
    """The server's processes below one of ours: its supervisor's children."""
    below = [child for supervisor in children(pid) for child in children(supervisor)]
    return [child for child in below if name_of(child) == "postgres"]


def name_of(pid: int) -> str:
    """The program's name, which a process has from its exec on."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
