"""Which columns, tables and enums a plan takes from under the objects that hold them, and in which of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from ...diff import changes as c
from ...diff.changes import Cast
from ...model.names import QualifiedName
from ...model.schema import Column, Schema
from ...model.types import Arity
from ...model.values import frozen
from ..render.context import Context
from ..render.enums import rebuilds, rebuilt_columns
from ..steps import Step


@frozen
class Taken:
    """One column, table or enum."""

    step: int
    """Place of the step among the plan's."""
    change: c.Change
    name: QualifiedName
    """Of the table, or of the enum."""
    column: str
    """Empty for a table as a whole, and for an enum."""
    how: str
    """retyped | recreated (dropped and added anew) | dropped | rebuilt (an enum)"""
    becomes: Column | None = None
    """What a retyped or recreated column will be; None where it only gets an enum's new type."""

    @property
    def words(self) -> str:
        """`public.User.name`"""
        return f"{self.name}.{self.column}" if self.column else str(self.name)


def taken(steps: Sequence[Step], context: Context) -> list[Taken]:
    """In the order of the steps."""
    return [
        one for at, step in enumerate(steps) for change in step.changes for one in _of(at, change, context)
    ]


def asked(change: c.Change, actual: Schema) -> Iterator[QualifiedName]:
    """The tables and enums of which the catalog has to say who depends on them before the change can be planned."""
    match change:
        case c.DropTable(table):
            yield table.name
        case c.DropColumn(pair):
            yield pair.actual.name
        case c.AlterColumn(pair):
            if change.cast is not None or _flips(change):
                yield pair.actual.name
        case c.AlterEnum(enum):
            # Also where values are only added: one that is used at once has the enum rebuilt.
            yield enum.name
            for table in actual.tables:
                if any(column.type.enum == enum.name for column in table.columns):
                    yield table.name
        case (
            c.CreateSchema()
            | c.CreateExtension()
            | c.AlterExtension()
            | c.DropExtension()
            | c.CreateEnum()
            | c.DropEnum()
            | c.CreateTable()
            | c.MoveTable()
            | c.RenameTable()
            | c.RenameColumn()
            | c.RenameEnum()
            | c.RenameEnumValue()
            | c.AddColumn()
            | c.AddPrimaryKey()
            | c.DropPrimaryKey()
            | c.RenamePrimaryKey()
            | c.CreateIndex()
            | c.DropIndex()
            | c.RenameIndex()
            | c.AddForeignKey()
            | c.DropForeignKey()
            | c.RenameForeignKey()
        ):
            pass
        case _:
            assert_never(change)


def _of(at: int, change: c.Change, context: Context) -> Iterator[Taken]:
    match change:
        case c.DropTable(table):
            yield Taken(at, change, table.name, "", "dropped")
        case c.DropColumn(pair, column):
            yield Taken(at, change, pair.actual.name, column.name, "dropped")
        case c.AlterColumn(pair, actual, expected):
            if change.cast is Cast.NOT_CASTABLE:
                yield Taken(at, change, pair.actual.name, actual.name, "recreated", expected)
            elif change.cast is not None or _flips(change):
                yield Taken(at, change, pair.actual.name, actual.name, "retyped", expected)
        case c.AlterEnum(enum):
            if rebuilds(change, context):
                yield Taken(at, change, enum.name, "", "rebuilt")
                for table, column in rebuilt_columns(change, context):
                    yield Taken(at, change, table.name, column.name, "retyped")
        case (
            c.CreateSchema()
            | c.CreateExtension()
            | c.AlterExtension()
            | c.DropExtension()
            | c.CreateEnum()
            | c.DropEnum()
            | c.CreateTable()
            | c.MoveTable()
            | c.RenameTable()
            | c.RenameColumn()
            | c.RenameEnum()
            | c.RenameEnumValue()
            | c.AddColumn()
            | c.AddPrimaryKey()
            | c.DropPrimaryKey()
            | c.RenamePrimaryKey()
            | c.CreateIndex()
            | c.DropIndex()
            | c.RenameIndex()
            | c.AddForeignKey()
            | c.DropForeignKey()
            | c.RenameForeignKey()
        ):
            pass
        case _:
            assert_never(change)


def _flips(change: c.AlterColumn) -> bool:
    lists = [column.type.arity is Arity.LIST for column in (change.actual, change.expected)]
    return change.arity and lists[0] != lists[1]
