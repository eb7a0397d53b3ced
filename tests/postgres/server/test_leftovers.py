"""What killed runs leave behind is swept by the next one, and nothing else is: with real servers, killed for real."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from prisma_drift.postgres.server.folder import new_name
from prisma_drift.postgres.server.leftovers import STAMP, stamp, sweep

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc")

PROGRAM = """
import signal, sys, time
# A shell that starts its jobs in the background has them ignore SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from prisma_drift.postgres.server import folder
folder.MEMORY_DISK = Path("/nowhere")
from prisma_drift.postgres.server.server import server, parse_shadow
with server(parse_shadow("embedded")) as shadow:
    if "early" not in sys.argv:
        shadow.create_database()
    print(shadow._root, shadow._process.pid, flush=True)
    time.sleep(600 if "stay" in sys.argv else 0)
"""


@pytest.fixture
def base() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="sweep-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    for pid in processes(path):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(path, ignore_errors=True)


def start(base: Path, *words: str) -> tuple[subprocess.Popen[str], Path, int]:
    """A run with its server's folder and its supervisor."""
    run = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        env={**os.environ, "TMPDIR": str(base)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    root, supervisor = run.stdout.readline().split()
    return run, Path(root), int(supervisor)


def processes(base: Path) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if str(place.readlink()).startswith(f"{base}/"):
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


def settled(base: Path) -> tuple[list[str], list[int]]:
    """What is left in the folder; waits for those who are still ending."""
    deadline = time.monotonic() + 60
    while (any(base.iterdir()) or processes(base)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return sorted(path.name for path in base.iterdir()), processes(base)


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)  # so that none sees the other go
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("moment", ["early", "later"])
def test_the_next_run_ends_and_removes_what_two_kills_left(base: Path, moment: str) -> None:
    run, root, supervisor = start(base, "stay", moment)
    kill(run.pid, supervisor)
    run.wait(60)
    assert root.exists() and (moment == "early" or processes(base)), "the test must see what is to go"
    run, _, _ = start(base)
    assert run.wait(60) == 0
    assert settled(base) == ([], [])


def test_the_program_removes_what_its_killed_supervisor_leaves(base: Path) -> None:
    run, root, supervisor = start(base, "stay")
    os.kill(supervisor, signal.SIGKILL)
    run.send_signal(signal.SIGINT)
    run.wait(60)
    assert not root.exists() and settled(base) == ([], [])


def test_a_run_that_goes_on_is_left_alone(base: Path) -> None:
    run, root, _ = start(base, "stay")
    second, other, _ = start(base)
    assert second.wait(60) == 0
    assert root.exists() and not other.exists() and processes(base)
    run.send_signal(signal.SIGINT)
    run.wait(60)
    assert settled(base) == ([], [])


def made(base: Path, name: str, owners: str | None, age: float = 0) -> Path:
    folder = base / name
    folder.mkdir()
    (folder / "data").mkdir()
    (folder / "data" / "x").write_text("x")
    if owners is not None:
        (folder / STAMP).write_text(owners)
    os.utime(folder, (time.time() - age,) * 2)
    return folder


def test_a_folder_goes_by_its_stamp_its_name_and_its_owner(base: Path) -> None:
    me = stamp(os.getpid())
    number, ticks = me.split()
    gone = [
        made(base, new_name(), "999999999 1\n"),
        made(base, new_name(), f"{number} {int(ticks) - 1}\n"),  # the number came again
        made(base, new_name(), ""),
        made(base, new_name(), None, age=3600),
    ]
    kept = [
        made(base, new_name(), me),
        made(base, new_name(), f"999999999 1\n{me}"),
        made(base, new_name(), None),
        made(base, "prisma-drift-mine", "999999999 1\n"),
        made(base, "other-0123456789ab", "999999999 1\n"),
    ]
    outside = base / "outside"
    outside.mkdir()
    (outside / STAMP).write_text("999999999 1\n")
    linked = base / new_name()
    linked.symlink_to(outside)
    sweep(base, {os.geteuid()})
    assert [path for path in gone if path.exists()] == []
    assert all(path.exists() for path in (*kept, outside / STAMP)) and linked.is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_of_somebody_else_stays(base: Path) -> None:
    theirs = made(base, new_name(), "999999999 1\n")
    os.chown(theirs, 12345, 12345)
    sweep(base, {os.geteuid()})
    assert theirs.exists()
    sweep(base, {12345})
    assert not theirs.exists()
