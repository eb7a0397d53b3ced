"""The order of steps: Prisma's, by kind and then by the objects' places in their schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from ..diff import changes as c
from ..diff.changes import Change, TableChange
from ..model.names import QualifiedName
from ..model.schema import ForeignKey, Index, Schema, Table
from .render.context import Context
from .steps import Step

_CLAUSES = (
    c.DropPrimaryKey,
    c.RenamePrimaryKey,
    c.DropColumn,
    c.AddColumn,
    c.AlterColumn,
    c.AddPrimaryKey,
)
"""The changes that share one ALTER TABLE, in the order of its clauses."""

_KINDS = (
    "CreateSchema",
    "DropExtension",
    "CreateExtension",
    "AlterExtension",
    # Not Prisma's. All that follows goes by the new names.
    "MoveTable",
    "RenameTable",
    "RenameColumn",
    "RenameEnum",
    "RenameEnumValue",
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
    tables: dict[QualifiedName, list[TableChange]] = {}
    found: list[tuple[Key, Step]] = []
    for change in changes:
        if isinstance(change, TableChange):
            tables.setdefault(change.table.actual.name, []).append(change)
            continue
        kind = type(change).__name__
        found.append(((_KINDS.index(kind), *places.of(change)), Step(kind, (change,))))
    for own in tables.values():
        own.sort(key=_clause_key)
        found.append(((_KINDS.index("AlterTable"), *places.of(own[0])), Step("AlterTable", tuple(own))))
    found.sort(key=lambda pair: pair[0])
    return _moved_behind_copies(_moved_behind_new_keys([step for _, step in found]))


def _clause_key(change: TableChange) -> Key:
    place = _CLAUSES.index(type(change))
    match change:
        case c.DropColumn(_, column) | c.AddColumn(_, column):
            return (place, column.name.encode())
        case c.AlterColumn(pair, actual):
            return (place, [column.name for column in pair.actual.columns].index(actual.name))
        case c.DropPrimaryKey() | c.RenamePrimaryKey() | c.AddPrimaryKey():
            return (place,)
        case _:
            assert_never(change)


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


def _moved_behind_copies(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """A table whose rows another one takes over goes only after that, and enums that it may use after it."""
    sources = [
        change.rows.source.name
        for step in steps
        for change in step.changes
        if isinstance(change, c.CreateTable) and change.rows is not None
    ]
    if not sources:
        return steps

    def waits(step: Step) -> bool:
        change = step.changes[0]
        is_source = isinstance(change, c.DropTable) and change.table.name in sources
        return is_source or isinstance(change, c.DropEnum)

    last = max(at for at, step in enumerate(steps) if step.kind == "CreateTable")
    late = [step for step in steps if waits(step)]
    return (
        *(step for step in steps[: last + 1] if not waits(step)),
        *late,
        *(step for step in steps[last + 1 :] if not waits(step)),
    )


def _new_key_for(step: Step, steps: list[Step]) -> Step | None:
    change = step.changes[0]
    if not isinstance(change, c.DropIndex) or not change.index.unique:
        return None
    if change.table.actual.primary_key is not None:
        return None
    columns = tuple(column.name for column in change.index.columns)
    for other in steps:
        for added in other.changes:
            same_table = (
                isinstance(added, c.AddPrimaryKey) and added.table.actual.name == change.table.actual.name
            )
            if same_table and isinstance(added, c.AddPrimaryKey) and added.key.columns == columns:
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
        """The place among the steps of the same kind; of what shares an ALTER TABLE, that of the table."""
        match change:
            case c.CreateSchema(name):
                return (name.encode(),)
            case c.DropExtension(extension) | c.CreateExtension(extension) | c.AlterExtension(_, extension):
                return (extension.name.encode(),)
            case c.MoveTable() | c.RenameTable() | c.RenameEnum():
                return (str(change.actual.name).encode(),)
            case c.RenameColumn(pair, actual):
                return (self.actual_tables[pair.actual.name], actual.name.encode())
            case c.RenameEnumValue(actual_enum, _, before, _):
                return (self.actual_enums[actual_enum.name], actual_enum.values.index(before))
            case c.CreateEnum(enum):
                return (self.expected_enums[enum.name],)
            case c.AlterEnum(enum) | c.DropEnum(enum):
                return (self.actual_enums[enum.name],)
            case c.CreateTable(table):
                return (self.expected_tables[table.name],)
            case c.DropTable(table):
                return (self.actual_tables[table.name],)
            case (
                c.AddColumn(pair)
                | c.DropColumn(pair)
                | c.AlterColumn(pair)
                | c.AddPrimaryKey(pair)
                | c.DropPrimaryKey(pair)
                | c.RenamePrimaryKey(pair)
            ):
                return (self.actual_tables[pair.actual.name],)
            case c.CreateIndex(table, index, had):
                old = -1 if had is None else self.actual_tables[had.name]
                return (old, *self.expected_index(table, index))
            case c.DropIndex(pair, index):
                return self.actual_index(pair.actual, index)
            case c.RenameIndex(pair, before, after):
                return (*self.actual_index(pair.actual, before), *self.expected_index(pair.expected, after))
            case c.AddForeignKey(table, key):
                return self.expected_key(table, key)
            case c.DropForeignKey(table, key):
                return self.actual_key(table, key)
            case c.RenameForeignKey(pair, had_key, new_key):
                return (*self.actual_key(pair.actual, had_key), *self.expected_key(pair.expected, new_key))
            case _:
                assert_never(change)

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
