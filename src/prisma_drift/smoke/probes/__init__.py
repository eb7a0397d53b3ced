"""The probes by name, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable

from ..lab import Lab
from ..outcome import Notes
from ..rows import Rows
from . import keys, tables, vectors

Probe = Callable[[Lab, Rows, Notes], None]

PROBES: dict[str, tuple[str, Probe]] = {
    "rows": ("every table takes a row with Prisma's defaults and gives it back", tables.rows),
    "enums": ("every value of every enum can be stored", tables.enums),
    "generated": ("generated columns compute", tables.generated),
    "triggers": ("triggers refuse no plain write", tables.triggers),
    "row-security": ("row-level security lets the owner through", tables.row_security),
    "uniques": ("keys and unique constraints refuse the same values twice", keys.uniques),
    "foreign-keys": ("foreign keys refuse orphans, and do on delete what is declared", keys.foreign_keys),
    "vectors": ("vector columns take their dimensions, refuse others, and find the nearest", vectors.vectors),
    "vector-indexes": (
        "the planner uses each HNSW and IVFFlat index, and it finds the nearest",
        vectors.indexes,
    ),
}
"""What each asks, in words, and the function that asks it."""
