"""What a killed run left behind: its server's processes and its folder, ended and removed by whoever comes after."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import time
from pathlib import Path

from .folder import FOLDER_PREFIX

STAMP = "owner"
_NAME = re.compile(re.escape(FOLDER_PREFIX) + r"[0-9a-f]{12}")
_UNSTAMPED_SECONDS = 600.0
"""The age from which a folder without a stamp is a leftover: its owner was killed before it could write one."""
_END_SECONDS = 5.0


def stamp(*pids: int) -> str:
    """Who a folder belongs to: processes by number and start, since numbers come again."""
    return "".join(f"{pid} {_started(pid)}\n" for pid in pids)


def sweep(base: Path, owners: set[int]) -> None:
    """Remove the folders in `base` whose processes are gone; only those that belong to one of the users `owners`."""
    with contextlib.suppress(OSError), os.scandir(base) as entries:
        for entry in entries:
            if not _NAME.fullmatch(entry.name):
                continue
            with contextlib.suppress(OSError):
                facts = entry.stat(follow_symlinks=False)
                if (
                    entry.is_dir(follow_symlinks=False)
                    and facts.st_uid in owners
                    and _left(Path(entry.path), facts.st_mtime)
                ):
                    bury(Path(entry.path))


def bury(root: Path) -> None:
    """End what still runs in the folder, and remove it."""
    deadline = time.monotonic() + _END_SECONDS
    while time.monotonic() < deadline:
        running = _inside(root)
        for pid in running:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if not running:
            shutil.rmtree(root, ignore_errors=True)
            if not root.exists():
                return
        time.sleep(0.01)


def _left(root: Path, changed: float) -> bool:
    try:
        lines = (root / STAMP).read_text().split("\n")
    except FileNotFoundError:
        return time.time() - changed > _UNSTAMPED_SECONDS and not _inside(root)
    for line in lines:
        pid, _, started = line.partition(" ")
        if pid.isdigit() and _started(int(pid)) == started != "":
            return False
    return True


def _started(pid: int) -> str:
    """When a process started, in ticks since the machine did; `there` where that cannot be told, empty where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # Where nobody waits for it, an ended process keeps its number.
        return "" if fields[0] in "ZXx" else fields[19]
    except (OSError, IndexError):
        if Path("/proc/self/stat").exists():
            return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        pass
    return "there"


def _inside(root: Path) -> list[int]:
    """The processes that work in the folder."""
    found = []
    with contextlib.suppress(OSError):
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                with contextlib.suppress(OSError):
                    place = str((process / "cwd").readlink()).removesuffix(" (deleted)")
                    if place == str(root) or place.startswith(f"{root}/"):
                        found.append(int(process.name))
    if not Path("/proc/self/cwd").exists():
        with contextlib.suppress(OSError, ValueError, IndexError):
            found.append(int((root / "data" / "postmaster.pid").read_text().split("\n")[0]))
    return found
