"""Where a private server's folder may stand."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ...errors import ServerError
from .installation import reachable_by_others

MEMORY_DISK = Path("/dev/shm")  # noqa: S108  a fixed mount point of Linux; the folder made in it has a random name
MEMORY_DISK_FREE = 2 << 30
FOLDER_PREFIX = "prisma-drift-"

MAX_ROOT_LENGTH = (103 if sys.platform == "darwin" else 107) - len("/.s.PGSQL.54321.lock")
"""A socket's path must fit into sockaddr_un."""


def new_name() -> str:
    """A folder name that nobody else uses."""
    return FOLDER_PREFIX + os.urandom(6).hex()


def give_away(root: Path, user: tuple[int, int]) -> None:
    """Makes the server's user the owner of everything in the folder; links stay links."""
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            os.lchown(f"{folder}/{name}", *user)
    os.chown(root, *user)


def choose_base(other_user: bool, disk_limit: int, *, programs: bool) -> tuple[Path, int]:
    """The folder to make the server's folder in, and how many bytes it may hold there.

    Linux' memory file system comes first where it has room: nothing of a shadow needs to reach a disk. Then TMPDIR,
    unless its path is too long for a socket or closed to the server's user, then /tmp. With `programs` it must be
    allowed to run programs there.
    """
    if (
        MEMORY_DISK.is_dir()
        and os.access(MEMORY_DISK, os.W_OK)
        and (not programs or runs_programs(MEMORY_DISK))
    ):
        room = os.statvfs(MEMORY_DISK)
        free = room.f_bavail * room.f_frsize
        if free >= MEMORY_DISK_FREE:
            return MEMORY_DISK, min(disk_limit, free * 3 // 4)
    length = MAX_ROOT_LENGTH - len(new_name()) - 1
    candidates = [Path(os.environ["TMPDIR"])] if os.environ.get("TMPDIR") else []
    for base in [*candidates, Path("/tmp"), Path("/var/tmp")]:  # noqa: S108  as above
        usable = base.is_dir() and os.access(base, os.W_OK | os.X_OK) and len(str(base.absolute())) <= length
        if usable and (not other_user or reachable_by_others(base)) and (not programs or runs_programs(base)):
            return base.absolute(), disk_limit
    raise ServerError(
        "No temporary folder can hold the shadow server.",
        hint="Set TMPDIR to a folder that can be written and whose path is short.",
    )


def runs_programs(folder: Path) -> bool:
    """Whether the file system lets its programs run."""
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC
