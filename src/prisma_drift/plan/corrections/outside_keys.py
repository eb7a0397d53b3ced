"""Foreign keys from outside the datasource's schemas step aside for what they point to, and come back where they can."""

from __future__ import annotations

from collections.abc import Iterator

from ...diff.base_types import base_type
from ...diff.changes import (
    AddForeignKey,
    Change,
    DropForeignKey,
    DropIndex,
    DropPrimaryKey,
    DropTable,
)
from ...model.schema import ForeignKey, OutsideKey, Table
from ..render.context import Context
from ..steps import Applied

RULE = "foreign-keys-from-outside"


def release_outside_keys(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    """Prisma drops the foreign keys that it sees before a table or a key goes; Postgres asks the same for the others."""
    applied: list[Applied] = []
    more: list[Change] = []
    for table, columns in _targets(changes):
        for outside in table.outside_keys:
            if columns is not None and frozenset(outside.referenced_columns) != columns:
                continue
            again = columns is not None and _fits(outside, table, context)
            holder = Table(outside.table, (), explicit_schema=True)
            key = ForeignKey(
                outside.name, (), table.name, outside.referenced_columns, definition=outside.definition
            )
            drop = DropForeignKey(holder, key, holder if again else None)
            if drop in more:
                continue
            more += [drop, AddForeignKey(holder, key, holder, as_defined=True)] if again else [drop]
            applied.append((RULE, f"{outside.table}.{outside.name}"))
    return (*changes, *more), applied


def _targets(changes: tuple[Change, ...]) -> Iterator[tuple[Table, frozenset[str] | None]]:
    """Tables that go, with None, and tables of which a key goes, with its columns."""
    for change in changes:
        if isinstance(change, DropTable):
            yield change.table, None
        elif isinstance(change, DropPrimaryKey):
            yield change.table.actual, frozenset(change.key.columns)
        elif isinstance(change, DropIndex) and change.index.unique:
            yield change.table.actual, frozenset(column.name for column in change.index.columns)


def _fits(key: OutsideKey, actual: Table, context: Context) -> bool:
    """Whether the table will have a key on these columns, of the types that they have now."""
    table = context.expected.table(actual.name)
    if table is None:
        return False
    for name in key.referenced_columns:
        before, after = actual.column(name), table.column(name)
        if before is None or after is None or base_type(before) != base_type(after):
            return False
    keys = [index.columns for index in table.indexes if index.unique and index.predicate is None]
    columns = [tuple(column.name for column in one) for one in keys]
    columns += [table.primary_key.columns] if table.primary_key else []
    return key.referenced_columns in columns
