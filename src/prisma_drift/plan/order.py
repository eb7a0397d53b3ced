"""The order of steps: Prisma's, by kind and then by the objects' places in their schemas (spec diff §6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..diff.changes import (
    AddColumn,
    AddForeignKey,
    AddPrimaryKey,
    AlterColumn,
    AlterEnum,
    AlterExtension,
    Change,
    CreateEnum,
    CreateExtension,
    CreateIndex,
    CreateSchema,
    CreateTable,
    DropColumn,
    DropEnum,
    DropExtension,
    DropForeignKey,
    DropIndex,
    DropPrimaryKey,
    DropTable,
    RenameForeignKey,
    RenameIndex,
    RenamePrimaryKey,
)
from ..model.names import QualifiedName
from ..model.schema import ForeignKey, Index, Schema, Table
from .render.context import Context
from .steps import Step

_ALTER_TABLE = (DropPrimaryKey, RenamePrimaryKey, DropColumn, AddColumn, AlterColumn, AddPrimaryKey)
"""The changes that share one ALTER TABLE, in the order of its clauses."""

_KINDS = (
    "CreateSchema",
    "DropExtension",
    "CreateExtension",
    "AlterExtension",
    "CreateEnum",
    "AlterEnum",
    "DropForeignKey",
    "DropIndex",
    "AlterTable",
    "DropTable",
    "DropEnum",
    "CreateTable",
    "CreateIndex",
    "RenameForeignKey",
    "AddForeignKey",
    "RenameIndex",
)

Key = tuple[Any, ...]


def order(changes: Iterable[Change], context: Context) -> tuple[Step, ...]:
    """Steps without statements yet, each with its changes, in the order in which they are to run."""
    places = _Places(context.actual, context.expected)
    tables: dict[QualifiedName, list[Change]] = {}
    found: list[tuple[Key, Step]] = []
    for change in changes:
        if isinstance(change, _ALTER_TABLE):
            tables.setdefault(change.table.actual.name, []).append(change)
            continue
        kind = type(change).__name__
        found.append(((_KINDS.index(kind), *places.of(change)), Step(kind, (change,))))
    for name, own in tables.items():
        own.sort(key=_clause_key)
        key = (_KINDS.index("AlterTable"), places.actual_tables[name])
        found.append((key, Step("AlterTable", tuple(own))))
    found.sort(key=lambda pair: pair[0])
    return _moved_behind_new_keys([step for _, step in found])


def _clause_key(change: Change) -> Key:
    place = next(at for at, kind in enumerate(_ALTER_TABLE) if isinstance(change, kind))
    if isinstance(change, DropColumn | AddColumn):
        return (place, change.column.name.encode())
    if isinstance(change, AlterColumn):
        return (place, [c.name for c in change.table.actual.columns].index(change.actual.name))
    return (place,)


def _moved_behind_new_keys(steps: list[Step]) -> tuple[Step, ...]:
    """A unique index that a new primary key replaces goes only after the key is there."""
    moved: dict[int, list[Step]] = {}
    rest: list[Step] = []
    for step in steps:
        successor = _new_key_for(step, steps)
        if successor is None:
            rest.append(step)
        else:
            moved.setdefault(id(successor), []).append(step)
    return tuple(s for step in rest for s in (step, *moved.get(id(step), [])))


def _new_key_for(step: Step, steps: list[Step]) -> Step | None:
    change = step.changes[0]
    if not isinstance(change, DropIndex) or not change.index.unique:
        return None
    if change.table.actual.primary_key is not None:
        return None
    columns = tuple(c.name for c in change.index.columns)
    for other in steps:
        for added in other.changes:
            same_table = (
                isinstance(added, AddPrimaryKey) and added.table.actual.name == change.table.actual.name
            )
            if same_table and isinstance(added, AddPrimaryKey) and added.key.columns == columns:
                return other
    return None


class _Places:
    """Where each object stands in its schema: what Prisma's ids amount to."""

    def __init__(self, actual: Schema, expected: Schema) -> None:
        self.actual_tables = {t.name: at for at, t in enumerate(actual.tables)}
        self.expected_tables = {t.name: at for at, t in enumerate(expected.tables)}
        self.actual_enums = {e.name: at for at, e in enumerate(actual.enums)}
        self.expected_enums = {e.name: at for at, e in enumerate(expected.enums)}

    def of(self, change: Change) -> Key:
        return _KEYS[type(change)](self, change)

    def actual_index(self, table: Table, index: Index) -> Key:
        return (self.actual_tables[table.name], _place(table.indexes, index))

    def expected_index(self, table: Table, index: Index) -> Key:
        return (self.expected_tables[table.name], _place(table.indexes, index))

    def actual_key(self, table: Table, key: ForeignKey) -> Key:
        return self._key(self.actual_tables, table, key)

    def expected_key(self, table: Table, key: ForeignKey) -> Key:
        return self._key(self.expected_tables, table, key)

    @staticmethod
    def _key(tables: dict[QualifiedName, int], table: Table, key: ForeignKey) -> Key:
        """Foreign keys of tables outside the schemas stand behind all others, by name."""
        if table.name not in tables:
            return (len(tables), str(table.name).encode(), key.name.encode())
        return (tables[table.name], _place(table.foreign_keys, key))


def _place(things: Iterable[Index | ForeignKey], thing: Index | ForeignKey) -> int:
    names = [other.name for other in things]
    return names.index(thing.name) if thing.name in names else len(names)


def _create_index(places: _Places, change: CreateIndex) -> Key:
    old = -1 if change.actual_table is None else places.actual_tables[change.actual_table.name]
    return (old, *places.expected_index(change.table, change.index))


def _rename_index(places: _Places, change: RenameIndex) -> Key:
    pair = change.table
    return (
        *places.actual_index(pair.actual, change.actual),
        *places.expected_index(pair.expected, change.expected),
    )


def _rename_foreign_key(places: _Places, change: RenameForeignKey) -> Key:
    pair = change.table
    return (
        *places.actual_key(pair.actual, change.actual),
        *places.expected_key(pair.expected, change.expected),
    )


_KEYS: dict[type, Callable[[_Places, Any], Key]] = {
    CreateSchema: lambda _, c: (c.name.encode(),),
    DropExtension: lambda _, c: (c.extension.name.encode(),),
    CreateExtension: lambda _, c: (c.extension.name.encode(),),
    AlterExtension: lambda _, c: (c.expected.name.encode(),),
    CreateEnum: lambda p, c: (p.expected_enums[c.enum.name],),
    AlterEnum: lambda p, c: (p.actual_enums[c.actual.name],),
    DropEnum: lambda p, c: (p.actual_enums[c.enum.name],),
    CreateTable: lambda p, c: (p.expected_tables[c.table.name],),
    DropTable: lambda p, c: (p.actual_tables[c.table.name],),
    CreateIndex: _create_index,
    DropIndex: lambda p, c: p.actual_index(c.table.actual, c.index),
    RenameIndex: _rename_index,
    AddForeignKey: lambda p, c: p.expected_key(c.table, c.key),
    DropForeignKey: lambda p, c: p.actual_key(c.table, c.key),
    RenameForeignKey: _rename_foreign_key,
}
