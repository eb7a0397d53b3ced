"""ALTER TABLE: all that changes in the columns and the primary key of one table."""

from __future__ import annotations

from collections.abc import Sequence as Many
from typing import assert_never

from ...diff.changes import (
    AddColumn,
    AddPrimaryKey,
    AlterColumn,
    Cast,
    DropColumn,
    DropPrimaryKey,
    RenamePrimaryKey,
    TableChange,
)
from ...model.schema import PrimaryKey
from ...model.values import field, mutable
from .alter_column import alter_column
from .context import Context
from .names import quote
from .sequences import counters
from .statement import Applied, Statement, plain
from .tables import column_sql


@mutable
class _Parts:
    """What the changes of one table come to."""

    before: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    renames: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)


def alter_table(changes: Many[TableChange], context: Context) -> tuple[list[Statement], list[Applied]]:
    """One ALTER TABLE with a clause for each change, and what has to stand before and after it."""
    pair = changes[0].table
    table = context.names.altered(pair)
    parts = _Parts()
    for change in changes:
        _add(change, parts, context)
    apart = context.rules.version.splits_rename_constraint
    if context.corrects and not apart and parts.renames and parts.clauses:
        # Postgres takes RENAME CONSTRAINT only on its own.
        apart = True
        parts.applied.append(("rename-constraint-apart", str(pair.actual.name)))
    if not apart:
        # A rename stands behind the dropped key, before everything else.
        at = sum(isinstance(c, DropPrimaryKey) for c in changes)
        parts.clauses[at:at] = parts.renames
        parts.renames = []
    statements = plain(parts.before)
    if parts.clauses:
        text = f"ALTER TABLE {table} " + ",\n".join(parts.clauses)
        statements.append(Statement(text, changes=tuple(changes)))
    statements += plain(f"ALTER TABLE {table} {rename}" for rename in parts.renames)
    return statements + plain(parts.after), parts.applied


def _add(change: TableChange, parts: _Parts, context: Context) -> None:
    match change:
        case DropPrimaryKey(_, key):
            parts.clauses.append(f"DROP CONSTRAINT {quote(key.name)}")
        case RenamePrimaryKey(_, before, after):
            parts.renames.append(f"RENAME CONSTRAINT {quote(before.name)} TO {quote(after.name)}")
        case DropColumn(_, column):
            parts.clauses.append(f"DROP COLUMN {quote(column.name)}")
        case AddColumn(_, column):
            parts.clauses.append(f"ADD COLUMN {column_sql(column, context.names)}")
            behind = counters(change.table.expected, [column], context)
            parts.after += [text for text, _ in behind]
            parts.applied += dict.fromkeys(rule for _, rule in behind)
        case AddPrimaryKey(_, key):
            parts.clauses.append(primary_key_clause(key))
        case AlterColumn():
            _alter(change, parts, context)
        case _:
            assert_never(change)


def _alter(change: AlterColumn, parts: _Parts, context: Context) -> None:
    if change.cast is Cast.NOT_CASTABLE:
        parts.clauses.append(f"DROP COLUMN {quote(change.actual.name)}")
        parts.clauses.append(f"ADD COLUMN {column_sql(change.expected, context.names)}")
        return
    column = alter_column(change, context)
    # Two columns may be converted by one function.
    parts.before += [text for text in column.before if text not in parts.before]
    parts.clauses += [f"ALTER COLUMN {quote(change.actual.name)} {clause}" for clause in column.clauses]
    parts.after += [text for text in column.after if text not in parts.after]
    parts.applied += [(rule, f"{change.table.actual.name}.{change.actual.name}") for rule in column.rules]


def primary_key_clause(key: PrimaryKey) -> str:
    return f"ADD CONSTRAINT {quote(key.name)} PRIMARY KEY ({', '.join(map(quote, key.columns))})"
