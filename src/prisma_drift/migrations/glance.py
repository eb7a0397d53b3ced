"""A look at a migrations folder without reading its files: whether all that was read of it earlier still stands there.

As git's index does: a file is known by its number, its size and the times that the system keeps of it. The time of the last change
of its facts cannot be set by programs, so that a file of the same size with its old time of writing is still seen to be another.
"""

from __future__ import annotations

import os
import stat
import sys
from hashlib import blake2b
from marshal import dumps
from pathlib import Path

from ..beneath import OutsideError, inside, open_folder
from ..model.values import frozen
from .folder import MIGRATION_FILE

SETTLED_SECONDS = 60.0
"""How long nothing may have changed for a look to tell all: two changes in one tick of the clock look like one, and so do those of
a program that holds the file in its memory, until the system writes it (after 35 seconds at most, as Linux comes)."""
_SYSTEMS = frozenset({"bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "xfs"})
"""File systems of this machine alone, which keep those times at every change. One over a network may tell old ones for a while;
of what a program writes through its memory tmpfs tells the first change at most, and zfs tells all late; what lies below an overlay
is not told."""
MOST = 200_000
"""Entries of a folder that is looked at: each is held until all are seen."""
_MOUNTS = "/proc/self/mountinfo"
_FILE = f"/{MIGRATION_FILE}"


@frozen
class Glance:
    """All that the system says of a folder's migrations."""

    digest: str
    """40 hex digits."""
    newest: int
    """When the last of it changed, in nanoseconds since 1970."""
    count: int
    """Of entries."""

    def settled(self, now: int) -> bool:
        """Whether nothing that changes from `now` on (nanoseconds since 1970, before the look) can look the same."""
        return self.newest + int(SETTLED_SECONDS * 1e9) < now


def glance(folder: Path | str, root: Path | None = None, *, thorough: bool = False) -> Glance | None:
    """What stands in `folder`, which is not left by a link where it lies beneath `root`; None where a look cannot tell all.

    That is so with links in it, very many entries, a folder without migration.sql, another mount inside, or a file system that is not known to keep what
    is needed. `thorough` also looks for links beside each migration.sql: none can come there later without changing the look.
    """
    try:
        if not _local(os.path.realpath(folder)):
            return None
        number = _opened(root, Path(folder))
        try:
            return _looked(number, thorough=thorough)
        finally:
            os.close(number)
    except OSError:
        return None


def _opened(root: Path | None, folder: Path) -> int:
    if root is not None:
        try:
            inside(root, folder)
        except OutsideError:
            pass  # a person named it
        else:
            return open_folder(root, folder)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


def _looked(folder: int, *, thorough: bool) -> Glance | None:
    look, rows, times = os.stat, list[tuple[object, ...]](), [0]
    top = look(folder)
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if len(rows) >= MOST:
                return None
            if not entry.is_dir(follow_symlinks=False):
                if entry.is_symlink():
                    return None
                file = look(name, dir_fd=folder, follow_symlinks=False)
                rows.append(
                    (name, file.st_mode, file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns)
                )
                times.append(file.st_ctime_ns)
                continue
            held = look(name, dir_fd=folder, follow_symlinks=False)
            file = look(name + _FILE, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(file.st_mode) or not stat.S_ISDIR(held.st_mode):
                return None
            if thorough and _has_link(folder, name):
                return None
            changed, held_changed = file.st_ctime_ns, held.st_ctime_ns
            rows.append(
                (name, held.st_ino, held_changed, file.st_ino, file.st_size, file.st_mtime_ns, changed)
            )
            times.append(changed)
            times.append(held_changed)
    # Version 2 of the format says nothing of which objects are the same one.
    told = blake2b(dumps((top.st_dev, top.st_ino, rows), 2), digest_size=20).hexdigest()
    return Glance(told, max(times), len(rows))


def _has_link(folder: int, name: str) -> bool:
    inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        with os.scandir(inner) as entries:
            return any(entry.is_symlink() for entry in entries)
    finally:
        os.close(inner)


def _local(folder: str) -> bool:
    """Whether a folder, by its real path, lies in one file system of this machine with all below it."""
    if sys.platform != "linux":
        return False
    best, system = "", ""
    with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as mounts:  # noqa: PTH123
        for line in mounts:
            words = line.split(" ")
            place = words[4]
            if "\\" in place:
                place = _plain(place)
            if place in (folder, "/") or folder.startswith(f"{place}/"):
                # A later one of the same place lies over the earlier.
                if len(place) >= len(best):
                    best, system = place, words[words.index("-", 6) + 1]
            elif place.startswith(f"{folder}/"):
                return False
    return system in _SYSTEMS


def _plain(place: str) -> str:
    """A path as /proc writes it: spaces and the like in octal."""
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        place = place.replace(code, sign)
    return place
