"""A key that foreign keys point to cannot be dropped under them: they are dropped first and added again."""

from __future__ import annotations

from collections.abc import Iterator

from ...diff.changes import (
    AddForeignKey,
    Change,
    DropForeignKey,
    DropIndex,
    DropPrimaryKey,
    RenameForeignKey,
)
from ...model.names import QualifiedName
from ...model.schema import ForeignKey, Table
from ..render.context import Context
from ..steps import Applied

RULE = "foreign-keys-around-key-change"


def release_keys_in_use(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    """Prisma leaves such foreign keys alone, since they are the same on both sides, and Postgres refuses the drop."""
    gone = [(c.table.name, c.key.name) for c in changes if isinstance(c, DropForeignKey)]
    applied: list[Applied] = []
    more: list[Change] = []
    released: set[tuple[QualifiedName, str]] = set()
    for name, columns in _dropped_keys(changes):
        for table, key in _pointing_to(name, columns, context):
            expected = context.expected.table(table.name)
            again = _same_key(expected, key)
            if (table.name, key.name) in (*gone, *released) or expected is None or again is None:
                continue
            released.add((table.name, key.name))
            more += [DropForeignKey(table, key, expected), AddForeignKey(expected, again, table)]
            applied.append((RULE, f"{table.name}.{key.name}"))
    renamed = [
        c
        for c in changes
        if isinstance(c, RenameForeignKey) and (c.table.actual.name, c.actual.name) in released
    ]
    return (*(c for c in changes if c not in renamed), *more), applied


def _dropped_keys(changes: tuple[Change, ...]) -> Iterator[tuple[QualifiedName, frozenset[str]]]:
    """Tables and columns of the primary keys and unique indexes that go."""
    for change in changes:
        if isinstance(change, DropPrimaryKey):
            yield change.table.actual.name, frozenset(change.key.columns)
        elif isinstance(change, DropIndex) and change.index.unique:
            yield change.table.actual.name, frozenset(c.name for c in change.index.columns)


def _pointing_to(
    name: QualifiedName, columns: frozenset[str], context: Context
) -> Iterator[tuple[Table, ForeignKey]]:
    for table in context.actual.tables:
        if context.rules.is_external_table(table.name):
            continue
        for key in table.foreign_keys:
            if key.references == name and frozenset(key.referenced_columns) == columns:
                yield table, key


def _same_key(table: Table | None, key: ForeignKey) -> ForeignKey | None:
    """The expected foreign key on the same columns to the same table."""
    if table is None:
        return None
    return next(
        (k for k in table.foreign_keys if k.columns == key.columns and k.references == key.references), None
    )
