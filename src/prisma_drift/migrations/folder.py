"""Prisma's rules of a migrations folder: what is a migration, in which order they run, what the lock file says.

From names and bytes alone, so that the folder on disk and the one that is staged keep to the same rules.
"""

from __future__ import annotations

import os

MIGRATION_FILE = "migration.sql"
LOCK_FILE = "migration_lock.toml"
PROVIDER_NOT_FOUND = "<PROVIDER NOT FOUND>"


def lock_provider(lock: bytes) -> str:
    """The first line that begins with `provider` decides, as in Prisma, which reads no TOML here."""
    for line in lock.decode("utf-8", "replace").splitlines():
        if line.startswith("provider"):
            return line.removeprefix("provider = ").strip().strip('"')
    return PROVIDER_NOT_FOUND


def is_stray(path: str) -> bool:
    """Whether a file, by its path inside the folder, is SQL that Prisma never runs.

    `down.sql` is left alone: Prisma's own guide to undoing a migration makes it.
    """
    name = path.rpartition("/")[2]
    if not name.endswith(".sql") or name == "down.sql":
        return False
    return path.count("/") != 1 or name != MIGRATION_FILE


def order(name: str) -> bytes:
    """What migrations are sorted by: the bytes of their names, which for Prisma's timestamps is the order in time."""
    return os.fsencode(name)
