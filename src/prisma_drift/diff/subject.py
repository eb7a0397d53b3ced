"""Which object a change is about: its kind, and its name on either side."""

from __future__ import annotations

from typing import assert_never

from ..model.names import QualifiedName
from ..model.schema import Table
from ..model.values import frozen
from . import changes as c


@frozen
class ObjectName:
    """The place of an object in a database."""

    name: str
    schema: str = ""
    """Empty for a schema and for an extension."""
    table: str = ""
    """Of a column, a key or an index: the table that it belongs to. Of a value: its enum."""

    def __str__(self) -> str:
        """`public.User`, `public.User.name`, `public.Role.ADMIN`, `vector`: as findings and hazards name it."""
        return ".".join(part for part in (self.schema, self.table, self.name) if part)


@frozen
class Subject:
    """The object that a change is about."""

    kind: str
    """schema | extension | enum | enum value | table | column | primary key | index | foreign key"""
    actual: ObjectName | None
    """Its name in the database as it is when the change begins; None where it is new."""
    expected: ObjectName | None
    """Its name afterwards; None where it goes."""

    @property
    def name(self) -> ObjectName:
        """Its name now; that to come where it is new."""
        found = self.actual or self.expected
        assert found is not None
        return found

    @property
    def table(self) -> QualifiedName | None:
        """The table that it is, or that it belongs to, by its name now; None where there is none."""
        if self.kind == "table":
            return QualifiedName(self.name.schema, self.name.name)
        if self.kind in ("schema", "extension", "enum", "enum value"):
            return None
        return QualifiedName(self.name.schema, self.name.table)


def subject(change: c.Change) -> Subject:
    """What a change is about. An AlterEnum is about the enum, whichever values come and go."""
    match change:
        case c.CreateSchema(name):
            return Subject("schema", None, ObjectName(name))
        case c.CreateExtension(extension):
            return Subject("extension", None, ObjectName(extension.name))
        case c.AlterExtension(actual, expected):
            return Subject("extension", ObjectName(actual.name), ObjectName(expected.name))
        case c.DropExtension(extension):
            return Subject("extension", ObjectName(extension.name), None)
        case c.CreateEnum(enum):
            return Subject("enum", None, _whole(enum.name))
        case c.AlterEnum() | c.RenameEnum():
            return Subject("enum", _whole(change.actual.name), _whole(change.expected.name))
        case c.DropEnum(enum):
            return Subject("enum", _whole(enum.name), None)
        case c.RenameEnumValue(before, after, old, new):
            return Subject("enum value", _part(before.name, old), _part(after.name, new))
        case c.CreateTable(table):
            return Subject("table", None, _whole(table.name))
        case c.DropTable(table):
            return Subject("table", _whole(table.name), None)
        case c.MoveTable() | c.RenameTable():
            return Subject("table", _whole(change.actual.name), _whole(change.expected.name))
        case c.AddColumn(pair, column):
            return Subject("column", None, _of(pair.expected, column.name))
        case c.DropColumn(pair, column):
            return Subject("column", _of(pair.actual, column.name), None)
        case c.AlterColumn() | c.RenameColumn():
            return _both("column", change)
        case c.AddPrimaryKey(pair, key):
            return Subject("primary key", None, _of(pair.expected, key.name))
        case c.DropPrimaryKey(pair, key):
            return Subject("primary key", _of(pair.actual, key.name), None)
        case c.RenamePrimaryKey():
            return _both("primary key", change)
        case c.CreateIndex(table, index):
            return Subject("index", None, _of(table, index.name))
        case c.DropIndex(pair, index):
            return Subject("index", _of(pair.actual, index.name), None)
        case c.RenameIndex():
            return _both("index", change)
        case c.AddForeignKey(table, foreign):
            return Subject("foreign key", None, _of(table, foreign.name))
        case c.DropForeignKey(table, foreign):
            return Subject("foreign key", _of(table, foreign.name), None)
        case c.RenameForeignKey():
            return _both("foreign key", change)
        case _:
            assert_never(change)


def _both(
    kind: str,
    change: c.AlterColumn | c.RenameColumn | c.RenamePrimaryKey | c.RenameIndex | c.RenameForeignKey,
) -> Subject:
    pair = change.table
    return Subject(kind, _of(pair.actual, change.actual.name), _of(pair.expected, change.expected.name))


def _whole(name: QualifiedName) -> ObjectName:
    return ObjectName(name.name, name.schema)


def _part(owner: QualifiedName, name: str) -> ObjectName:
    return ObjectName(name, owner.schema, owner.name)


def _of(table: Table, name: str) -> ObjectName:
    return _part(table.name, name)
