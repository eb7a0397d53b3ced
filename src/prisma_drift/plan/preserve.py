"""Keeping data where Prisma's way would lose it or fail on it: a layer over the plain plan, in the same layout.

A column whose type Prisma cannot cast is converted where Postgres can; a column that becomes required is filled first
where something says with what; a counter starts behind what is there. Everything else stays as in the plain plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..diff.changes import (
    AddColumn,
    AddPrimaryKey,
    AlterColumn,
    Cast,
    Change,
    CreateIndex,
    RenameIndex,
    TableChange,
    TablePair,
)
from ..diff.defaults import database_default
from ..diff.generated import generated_text
from ..diff.indexes import indexes_match
from ..model.names import QualifiedName
from ..model.schema import Column, Index
from ..model.types import Arity, DbGenerated
from ..model.values import frozen, replace
from .backfill import SETTING, fill
from .render.alter_table import alter_table, primary_key_clause
from .render.context import Context
from .render.defaults import default_sql
from .render.names import quote
from .render.sequences import new_sequence
from .render.statement import Statement
from .render.types import SERIAL
from .steps import Applied, Fill, Step


def preserve_columns(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    """Type changes that keep the values, where Prisma drops the column and adds it anew."""
    converted: set[tuple[QualifiedName, str]] = set()
    kept: list[Change] = []
    for change in changes:
        if (
            isinstance(change, AlterColumn)
            and change.cast is Cast.NOT_CASTABLE
            and context.conversion(change) is not None
            and generated_text(change.expected.type) is None
        ):
            converted.add((change.table.actual.name, change.actual.name))
            change = replace(change, cast=Cast.RISKY)
        kept.append(change)
    lost = {
        (change.table.actual.name, change.actual.name)
        for change in kept
        if isinstance(change, AlterColumn) and change.cast is Cast.NOT_CASTABLE
    }
    applied = [("type-change-keeps-values", f"{table}.{column}") for table, column in sorted(converted)]
    named = {(c.table.actual.name, c.expected.name) for c in kept if isinstance(c, RenameIndex)}
    there = (_there(change, converted - lost, lost, named, context) for change in kept)
    return tuple(change for change in there if change is not None), applied


def _there(
    change: Change,
    stay: set[tuple[QualifiedName, str]],
    lost: set[tuple[QualifiedName, str]],
    named: set[tuple[QualifiedName, str]],
    context: Context,
) -> Change | None:
    """An index that was to be created (again) with a column that now stays is there: None, or its new name."""
    if not isinstance(change, CreateIndex) or change.actual_table is None:
        return change
    table = change.actual_table
    columns = {(table.name, column.name) for column in change.index.columns}
    if columns & lost or not (change.recreated or columns & stay):
        return change
    alike = [index for index in table.indexes if indexes_match(index, change.index, context.rules)]
    if not alike and not change.recreated:
        return change
    same = any(index.name == change.index.name for index in alike)
    if len(alike) != 1 or same or (table.name, change.index.name) in named or _includes(alike[0]):
        return None  # what is alike is not told from the other, and what serves keeps its name: as where no type changes
    return RenameIndex(TablePair(table, change.table), alike[0], change.index)


def _includes(index: Index) -> bool:
    return index.catalog is not None and bool(index.catalog.include)


@frozen
class _Filled:
    """A change whose column is filled before it becomes required."""

    change: AddColumn | AlterColumn
    fill: Fill


def preserve_steps(step: Step, context: Context) -> tuple[Step, list[Applied]]:
    """An ALTER TABLE in three parts where columns have to be filled: loosely, the filling, tightly."""
    if step.kind != "AlterTable":
        return step, []
    filled = [found for change in step.changes if (found := _filled(change, context)) is not None]
    applied: list[Applied] = []
    if filled:
        pair = filled[0].change.table
        own = [change for change in step.changes if isinstance(change, TableChange)]
        statements = _in_three_parts(own, filled, context)
        step = replace(step, statements=tuple(statements), fills=tuple(f.fill for f in filled))
        applied = [("column-filled", f"{pair.actual.name}.{f.fill.column}") for f in filled]
    counters = [c for c in step.changes if isinstance(c, AlterColumn) and _begins_to_count(c)]
    starts = [_start_behind(change, context) for change in counters]
    applied += [("counter-starts-behind", f"{c.table.actual.name}.{c.actual.name}") for c in counters]
    return replace(step, statements=(*step.statements, *starts)), applied


def _filled(change: Change, context: Context) -> _Filled | None:
    if isinstance(change, AddColumn):
        required = change.column.type.arity is Arity.REQUIRED and not change.column.autoincrement
        found = fill(change.table, change.column, context) if required else None
        if found is None or found.way or found.source == SETTING:
            return _Filled(change, found) if found is not None else None
        # A default fills a new column by itself, and so does one that goes again: no trigger fires, no row is hidden.
        stays = database_default(change.column) is not None
        return None if stays else _Filled(change, replace(found, statement=""))
    if isinstance(change, AlterColumn) and _tightens(change):
        found = fill(change.table, change.expected, context)
        return _Filled(change, found) if found is not None else None
    return None


def _tightens(change: AlterColumn) -> bool:
    before, after = change.actual.type.arity, change.expected.type.arity
    recreated = change.cast is Cast.NOT_CASTABLE
    return (
        before is Arity.NULLABLE
        and after is Arity.REQUIRED
        and not recreated
        and not change.expected.autoincrement
    )


def _in_three_parts(
    changes: Sequence[TableChange], filled: list[_Filled], context: Context
) -> list[Statement]:
    pair = filled[0].change.table
    updated = {f.fill.column for f in filled if f.fill.statement}
    late = [c for c in changes if isinstance(c, AddPrimaryKey) and not updated.isdisjoint(c.key.columns)]
    fills = {f.fill.column: f.fill for f in filled}
    loose = [
        other for change in changes if change not in late and (other := _loosened(change, fills)) is not None
    ]
    statements = alter_table(loose, context)[0] if loose else []
    statements += [Statement(f.fill.statement) for f in filled if f.fill.statement]
    if updated and _defers(pair, context):
        # Checks that wait for the end of the transaction would forbid the next ALTER TABLE.
        statements.append(Statement("SET CONSTRAINTS ALL IMMEDIATE"))
    tight = [clause for f in filled for clause in _tight(f, context)]
    tight += [primary_key_clause(change.key) for change in late]
    text = f"ALTER TABLE {context.names.altered(pair)} " + ",\n".join(tight)
    statements.append(Statement(text, changes=tuple(late)))
    return statements


def _tight(filled: _Filled, context: Context) -> list[str]:
    """What makes the column as the schema says, when its rows have their values."""
    column = f"ALTER COLUMN {quote(filled.fill.column)}"
    if not filled.fill.statement:
        return [f"{column} DROP DEFAULT"]
    added = isinstance(filled.change, AddColumn)
    default = (
        default_sql(filled.change.column, context.names) if isinstance(filled.change, AddColumn) else None
    )
    return [
        *([f"{column} SET DEFAULT {default}"] if added and default is not None else []),
        f"{column} SET NOT NULL",
    ]


def _loosened(change: TableChange, fills: Mapping[str, Fill]) -> TableChange | None:
    """The change without its NOT NULL, or with a default that goes again; None where nothing is left of it."""
    if isinstance(change, AddColumn) and change.column.name in fills:
        fill, column = fills[change.column.name], change.column
        if not fill.statement:
            return replace(change, column=replace(column, default=DbGenerated(fill.expression)))
        return replace(change, column=replace(_nullable(column), default=None))
    if isinstance(change, AlterColumn) and change.actual.name in fills:
        rest = replace(change, arity=False)
        return rest if rest.default or rest.autoincrement or rest.cast is not None else None
    return change


def _nullable(column: Column) -> Column:
    return replace(column, type=replace(column.type, arity=Arity.NULLABLE))


def _defers(pair: TablePair, context: Context) -> bool:
    """Whether foreign keys of the table, or to it, are checked only at the end of a transaction."""
    return any(
        "INITIALLY DEFERRED" in key.definition
        for table in context.actual.tables
        for key in table.foreign_keys
        if pair.actual.name in (table.name, key.references)
    )


def _begins_to_count(change: AlterColumn) -> bool:
    return change.autoincrement and change.expected.autoincrement and change.cast is not Cast.NOT_CASTABLE


def _start_behind(change: AlterColumn, context: Context) -> Statement:
    sequence = new_sequence(change, context, quoted=True)
    column, table = quote(change.actual.name), context.names.altered(change.table)
    native = change.expected.type.native
    number = "" if native is None or native.name in SERIAL else "::bigint"
    highest = f"COALESCE((SELECT MAX({column}){number} FROM {table}), 0)"  # noqa: S608
    return Statement(f"SELECT setval('{sequence}', {highest} + 1, false)")
