"""Which object a change is about, as a key that two comparisons, or a change and a statement, can share."""

from __future__ import annotations

from typing import assert_never

from ..diff import changes as c
from ..diff.changes import AlterEnum, Change
from ..model.schema import Index

Key = tuple[str, ...]


def key_of(change: Change) -> Key:
    """Which object a change is about: (kind, `schema.table` or name, part). Indexes and foreign keys go by their
    columns, since a name may be the only thing that changes."""
    match change:
        case c.AddColumn(pair, column) | c.DropColumn(pair, column):
            return "column", str(pair.expected.name), column.name
        case c.AlterColumn(pair, _, column) | c.RenameColumn(pair, _, column):
            return "column", str(pair.expected.name), column.name
        case c.CreateTable(table) | c.DropTable(table) | c.MoveTable(_, table) | c.RenameTable(_, table):
            return "table", str(table.name)
        case c.CreateIndex(table, index):
            return "index", str(table.name), *_columns(index)
        case c.DropIndex(pair, index) | c.RenameIndex(pair, _, index):
            return "index", str(pair.actual.name), *_columns(index)
        case c.AddForeignKey(table, key) | c.DropForeignKey(table, key):
            return "foreign key", str(table.name), *key.columns
        case c.RenameForeignKey(pair, _, key):
            return "foreign key", str(pair.actual.name), *key.columns
        case c.AddPrimaryKey() | c.DropPrimaryKey() | c.RenamePrimaryKey():
            return "primary key", str(change.table.actual.name)
        case c.CreateEnum(enum) | c.DropEnum(enum):
            return "enum", str(enum.name)
        case c.AlterEnum(_, enum) | c.RenameEnum(_, enum) | c.RenameEnumValue(_, enum):
            return "enum", str(enum.name)
        case c.CreateExtension(extension) | c.DropExtension(extension) | c.AlterExtension(_, extension):
            return "extension", extension.name
        case c.CreateSchema(name):
            return "schema", name
        case _:
            assert_never(change)


def _columns(index: Index) -> tuple[str, ...]:
    return tuple(column.name for column in index.columns)


def places_of(change: Change) -> list[Key]:
    """The keys of `touched` and `created` that stand for the object of a change, the nearest first."""
    kind, *rest = key_of(change)
    own = getattr(change, "index", None) or getattr(change, "key", None) or getattr(change, "actual", None)
    if kind == "column":
        return [(rest[0], rest[1])]
    if kind in ("index", "foreign key", "primary key"):
        return [(rest[0], getattr(own, "name", ""))]
    if kind in ("extension", "schema"):
        return [(kind, rest[0])]
    values = (*change.added, *change.removed) if isinstance(change, AlterEnum) else ()
    return [*((rest[0], value) for value in values), (rest[0], "")]


def whole(key: Key) -> str:
    """`schema.table`, or the name of the enum."""
    return key[1] if len(key) > 1 else ""


def own(name: str) -> str:
    """`schema.table` without the schema."""
    return name.partition(".")[2] or name
