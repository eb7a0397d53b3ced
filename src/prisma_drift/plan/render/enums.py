"""Enums: creating and dropping them, adding values, and rebuilding them without some."""

from __future__ import annotations

import re

from ...diff.changes import AlterEnum
from ...diff.defaults import database_default
from ...diff.tables import dropped_tables, table_pairs
from ...model.names import QualifiedName
from ...model.schema import Column, Enum, OutsideColumn, Table
from ...model.types import Arity, EnumLabel, Value
from .context import Context
from .defaults import default_sql
from .names import Names, literal, quote
from .statement import Applied, Statement, plain

_SEVERAL_VALUES = """\
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


"""


def create_enum(enum: Enum, names: Names, name: str | None = None) -> str:
    values = ", ".join(map(literal, enum.values))
    return f"CREATE TYPE {names.new(enum, name)} AS ENUM ({values})"


def drop_enum(enum: Enum, names: Names) -> str:
    return f"DROP TYPE {names.dropped(enum)}"


def alter_enum(change: AlterEnum, context: Context) -> tuple[list[Statement], list[Applied]]:
    """ADD VALUE where values only come; a new type in the old one's place where some go.

    A value that was just added cannot be used in the same transaction, so an enum with a new value that becomes a
    default in the same plan, or into which a column is converted, is rebuilt too.
    """
    if change.removed:
        return _rebuild(change, context)
    if rebuilds(change, context):
        statements, applied = _rebuild(change, context)
        return statements, [("enum-value-used-at-once", str(change.expected.name)), *applied]
    name = context.names.new(change.expected, change.actual.name.name)
    texts = [f"ALTER TYPE {name} ADD VALUE {literal(value)}" for value in change.added]
    if len(texts) > 1:
        texts[0] = _SEVERAL_VALUES + texts[0]
    return [Statement(text, changes=(change,)) for text in texts], []


def rebuilds(change: AlterEnum, context: Context) -> bool:
    """Whether a new type takes the enum's place."""
    return bool(change.removed) or (context.corrects and _used_at_once(change, context))


def rebuilt_columns(change: AlterEnum, context: Context) -> list[tuple[Table, Column]]:
    """The columns whose type changes while the enum is rebuilt."""
    return [*_columns_to_free(change, context), *_columns_to_move(change, context)]


def _used_at_once(change: AlterEnum, context: Context) -> bool:
    """Whether a column's new default is one of the added values, or values that may be one are converted into them."""
    if context.preserve and _converts_into(change, context):
        return True
    added = {EnumLabel(value) for value in change.added}
    for table in context.expected.tables:
        for column in table.columns:
            default = column.default if column.type.enum == change.expected.name else None
            if isinstance(default, Value):
                used = default.value if isinstance(default.value, tuple) else (default.value,)
                if not added.isdisjoint(used):
                    return True
    return False


def _converts_into(change: AlterEnum, context: Context) -> bool:
    """Whether a column of another type becomes one of the enum: its rows may hold an added value."""
    for pair in table_pairs(context.actual, context.expected, context.rules):
        for column in pair.expected.columns:
            before = pair.actual.column(column.name)
            mine = (change.actual.name, change.expected.name)
            if (
                column.type.enum == change.expected.name
                and before is not None
                and before.type.enum not in mine
            ):
                return True
    return False


def _rebuild(change: AlterEnum, context: Context) -> tuple[list[Statement], list[Applied]]:
    """Prisma's rebuilding of an enum; with what it forgets, where the plan has to work."""
    names, had, wanted = context.names, change.actual, change.expected
    new_type, old_name = names.new(wanted, f"{wanted.name.name}_new"), f"{had.name.name}_old"
    moved, freed = _columns_to_move(change, context), _columns_to_free(change, context)
    before = ["BEGIN", create_enum(wanted, names, f"{wanted.name.name}_new")]
    for table, column in _with_defaults(change, context):
        before.append(f"ALTER TABLE {names.previous(table)} ALTER COLUMN {quote(column.name)} DROP DEFAULT")
    dependents = _dependents(change, [table for table, _ in (*freed, *moved)], context)
    before += [drop for drop, _ in dependents]
    for table, column in freed:
        before.append(_free(names.previous(table), column))
    for table, column in moved:
        before.append(_retype(names.new(table), column, new_type))
    outside = had.outside_columns if context.corrects else ()
    for one in outside:
        before += _outside(one, new_type)
    replaced = f"ALTER TYPE {names.new(wanted, had.name.name)} RENAME TO {quote(old_name)}"
    after = [f"ALTER TYPE {new_type} RENAME TO {quote(wanted.name.name)}"]
    after.append(f"DROP TYPE {names.previous(had, old_name)}")
    after += [definition for _, definition in dependents]
    for table, column in _defaults_to_set_again(change, context):
        default = default_sql(column, names)
        after.append(
            f"ALTER TABLE {names.new(table)} ALTER COLUMN {quote(column.name)} SET DEFAULT {default}"
        )
    after += [f"{_alter(one)} SET DEFAULT {one.default}" for one in outside if one.default]
    after.append("COMMIT")
    forgotten = len(moved) != len(_expected_columns(wanted.name, context)) or _flips(moved, context)
    differs = context.corrects and (freed or forgotten or outside)
    applied = [("enum-rebuild-columns", str(wanted.name))] if differs else []
    carried = Statement(replaced, changes=(change,))
    return [*plain(before), carried, *plain(after)], applied + (
        [("enum-rebuild-dependents", str(wanted.name))] if dependents else []
    )


def _alter(one: OutsideColumn) -> str:
    return f"ALTER TABLE {quote(one.table.schema)}.{quote(one.table.name)} ALTER COLUMN {quote(one.name)}"


def _outside(one: OutsideColumn, target: str) -> list[str]:
    """A column outside the scope moves with the others, or the old type could not go."""
    target += "[]" if one.is_list else ""
    retype = f"{_alter(one)} TYPE {target} USING ({quote(one.name)}::text::{target})"
    return [f"{_alter(one)} DROP DEFAULT", retype] if one.default else [retype]


def _flips(moved: list[tuple[Table, Column]], context: Context) -> bool:
    """Whether a column goes from scalar to list, or back, in the same plan."""
    for table, column in moved:
        expected = context.expected.table(table.name)
        other = expected.column(column.name) if expected is not None else None
        if other is not None and (other.type.arity is Arity.LIST) != (column.type.arity is Arity.LIST):
            return True
    return False


def _free(table: str, column: Column) -> str:
    name, target = quote(column.name), "TEXT[]" if column.type.arity is Arity.LIST else "TEXT"
    return f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {target} USING ({name}::{target})"


def _retype(table: str, column: Column, target: str) -> str:
    target += "[]" if column.type.arity is Arity.LIST else ""
    name = quote(column.name)
    return f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {target} USING ({name}::text::{target})"


def _dependents(change: AlterEnum, tables: list[Table], context: Context) -> list[tuple[str, str]]:
    """CHECK constraints and indexes whose text names the enum, which hold its columns fast: (drop, create).

    Where the catalog was asked who holds what, the plan lets all holders step aside, these among them.
    """
    if not context.corrects or context.holders is not None:
        return []
    names = {str(table.name) for table in tables}
    name = re.escape(change.actual.name.name)
    named = re.compile(rf'::\s*(?:"?\w+"?\.)?(?:"{name}"|{name}\b)')
    found = []
    for thing in context.actual.unmanaged:
        if thing.table not in names or not named.search(thing.definition):
            continue
        own = thing.name.removeprefix(thing.table + ".")
        schema, _, table = thing.table.partition(".")
        if thing.kind == "check":
            found.append(
                (f"ALTER TABLE {quote(schema)}.{quote(table)} DROP CONSTRAINT {quote(own)}", thing.definition)
            )
        elif thing.kind == "index":
            own = thing.name.removeprefix(schema + ".")
            found.append((f"DROP INDEX {quote(schema)}.{quote(own)}", thing.definition))
    return found


def _is_of(column: Column | None, enum: QualifiedName) -> bool:
    return column is not None and column.type.enum == enum


def _with_defaults(change: AlterEnum, context: Context) -> list[tuple[Table, Column]]:
    """Actual columns of the enum that have a default: of dropped tables, dropped columns, then the others."""
    enum = change.actual.name
    found = []
    for table in dropped_tables(context.actual, context.expected, context.rules):
        found += [(table, c) for c in table.columns if _is_of(c, enum)]
    for pair in table_pairs(context.actual, context.expected, context.rules):
        columns = sorted(pair.actual.columns, key=lambda c: c.name.encode())
        gone = [c for c in columns if pair.expected.column(c.name) is None]
        stay = [c for c in columns if pair.expected.column(c.name) is not None]
        found += [(pair.actual, c) for c in (*gone, *stay) if _is_of(c, enum)]
    return [(table, column) for table, column in found if database_default(column) is not None]


def _defaults_to_set_again(change: AlterEnum, context: Context) -> list[tuple[Table, Column]]:
    """Expected columns that still have the enum and a default, and had a default before."""
    found = []
    for table, column in _with_defaults(change, context):
        expected = context.expected.table(table.name)
        other = expected.column(column.name) if expected is not None else None
        if expected is None or other is None or not _is_of(other, change.expected.name):
            continue
        flips = (column.type.arity is Arity.LIST) != (other.type.arity is Arity.LIST)
        if default_sql(other, context.names) is not None and not (flips and context.corrects):
            found.append((expected, other))
    return found


def _expected_columns(enum: QualifiedName, context: Context) -> list[tuple[Table, Column]]:
    return [(t, c) for t in context.expected.tables for c in t.columns if _is_of(c, enum)]


def _columns_to_move(change: AlterEnum, context: Context) -> list[tuple[Table, Column]]:
    """Columns that get the new type: Prisma takes all that shall have it, also those not there yet."""
    wanted = _expected_columns(change.expected.name, context)
    if not context.corrects:
        return wanted
    found = []
    for table, column in wanted:
        actual = context.actual.table(table.name)
        had = actual.column(column.name) if actual is not None else None
        if had is not None and _is_of(had, change.actual.name):
            # The list or scalar that is there now; a later ALTER TABLE makes it the other.
            found.append((table, had))
    return found


def _columns_to_free(change: AlterEnum, context: Context) -> list[tuple[Table, Column]]:
    """Columns that have the old type and are dropped or retyped later, which Prisma forgets: they wait as text."""
    if not context.corrects:
        return []
    kept = {(table.name, column.name) for table, column in _expected_columns(change.expected.name, context)}
    return [
        (table, column)
        for table in context.actual.tables
        for column in table.columns
        if _is_of(column, change.actual.name) and (table.name, column.name) not in kept
    ]
