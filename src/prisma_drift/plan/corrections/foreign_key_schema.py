"""Names the foreign keys that change only in the schema of the table they point to, which Prisma does not compare."""

from __future__ import annotations

from ...diff.changes import Change, DropForeignKey
from ...diff.constraints import keys_match
from ..render.context import Context
from ..steps import Applied

RULE = "foreign-key-schema-compared"


def note_other_schema(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    """The changes as they are: the differ has made them already."""
    applied = [
        (RULE, f"{change.table.name}.{change.key.name}")
        for change in changes
        if isinstance(change, DropForeignKey)
        and change.expected_table is not None
        and any(
            keys_match(change.key, key) and key.references.schema != change.key.references.schema
            for key in change.expected_table.foreign_keys
        )
    ]
    return changes, applied
