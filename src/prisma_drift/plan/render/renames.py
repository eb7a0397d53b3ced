"""What keeps its rows under a new name: tables, columns, enums and their values."""

from __future__ import annotations

from ...diff.changes import Change, MoveTable, RenameColumn, RenameEnum, RenameEnumValue, RenameTable
from .names import Names, literal, quote


def move_table(change: MoveTable, names: Names) -> str:
    """Its indexes, constraints and the sequences that it owns go with it."""
    return f"ALTER TABLE {names.dropped(change.actual)} SET SCHEMA {quote(change.expected.name.schema)}"


def rename_table(change: RenameTable, names: Names) -> str:
    return f"ALTER TABLE {names.dropped(change.actual)} RENAME TO {quote(change.expected.name.name)}"


def rename_column(change: RenameColumn, names: Names) -> str:
    before, after = quote(change.actual.name), quote(change.expected.name)
    return f"ALTER TABLE {names.altered(change.table)} RENAME COLUMN {before} TO {after}"


def rename_enum(change: RenameEnum, names: Names) -> list[str]:
    """To its new schema first, then under its new name there."""
    before, after = change.actual.name, change.expected.name
    statements = []
    if before.schema != after.schema:
        statements.append(f"ALTER TYPE {names.dropped(change.actual)} SET SCHEMA {quote(after.schema)}")
    if before.name != after.name:
        where = names.dropped(change.actual)
        if before.schema != after.schema:
            where = f"{quote(after.schema)}.{quote(before.name)}"
        statements.append(f"ALTER TYPE {where} RENAME TO {quote(after.name)}")
    return statements


def rename_enum_value(change: RenameEnumValue, names: Names) -> str:
    before, after = literal(change.before), literal(change.after)
    return f"ALTER TYPE {names.dropped(change.actual)} RENAME VALUE {before} TO {after}"


def purpose(change: Change) -> str:
    """What says that it is a rename; empty for anything else."""
    if not isinstance(change, MoveTable | RenameTable | RenameColumn | RenameEnum | RenameEnumValue):
        return ""
    if change.rename is None:
        return ""
    return f"{'moved' if isinstance(change, MoveTable) else 'renamed'}: {change.rename.reason}"
