"""Which columns, tables and enums a plan takes from under the objects that hold them, and in which of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diff.changes import AlterColumn, AlterEnum, Cast, Change, DropColumn, DropTable
from ..model.names import QualifiedName
from ..model.schema import Column
from ..model.types import Arity
from ..model.values import frozen
from .render.context import Context
from .render.enums import rebuilds, rebuilt_columns
from .steps import Step


@frozen
class Taken:
    """One column, table or enum."""

    step: int
    """Place of the step among the plan's."""
    change: Change
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


def _of(at: int, change: Change, context: Context) -> Iterator[Taken]:
    match change:
        case DropTable(table):
            yield Taken(at, change, table.name, "", "dropped")
        case DropColumn(pair, column):
            yield Taken(at, change, pair.actual.name, column.name, "dropped")
        case AlterColumn(pair, actual, expected) if change.cast is Cast.NOT_CASTABLE:
            yield Taken(at, change, pair.actual.name, actual.name, "recreated", expected)
        case AlterColumn(pair, actual, expected) if change.cast is not None or _flips(change):
            yield Taken(at, change, pair.actual.name, actual.name, "retyped", expected)
        case AlterEnum(actual) if rebuilds(change, context):
            yield Taken(at, change, actual.name, "", "rebuilt")
            for table, column in rebuilt_columns(change, context):
                yield Taken(at, change, table.name, column.name, "retyped")


def _flips(change: AlterColumn) -> bool:
    lists = [column.type.arity is Arity.LIST for column in (change.actual, change.expected)]
    return change.arity and lists[0] != lists[1]
