"""A primary key that is dropped and added under its new name is not renamed besides."""

from __future__ import annotations

from ...diff.changes import Change, DropPrimaryKey, RenamePrimaryKey
from ..render.context import Context
from ..steps import Applied

RULE = "primary-key-not-renamed-twice"


def drop_redundant_rename(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    """Prisma renames a key that it has just dropped, which Postgres refuses."""
    dropped = {change.table.actual.name for change in changes if isinstance(change, DropPrimaryKey)}
    redundant = [c for c in changes if isinstance(c, RenamePrimaryKey) and c.table.actual.name in dropped]
    kept = tuple(change for change in changes if change not in redundant)
    return kept, [(RULE, str(change.table.actual.name)) for change in redundant]
