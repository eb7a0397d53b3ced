"""Asks who holds what a plan changes: only where there is something to ask about, since a database in step needs it not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..diff.changes import AlterColumn, AlterEnum, Change, DropColumn, DropTable
from ..model.holders import Holders
from ..model.names import QualifiedName
from ..model.schema import Schema
from ..model.types import Arity

if TYPE_CHECKING:
    import psycopg


def holders_of(
    changes: Iterable[Change], actual: Schema, connection: psycopg.Connection[Any], *, default_schema: str
) -> Holders:
    """What depends on the tables and enums that the changes touch; nothing is asked where they touch none."""
    names = sorted({name for change in changes for name in _touched(change, actual)})
    if not names:
        return Holders()
    from ..postgres.catalog.holders import holders

    return holders(connection, names, default_schema=default_schema)


def _touched(change: Change, actual: Schema) -> Iterator[QualifiedName]:
    match change:
        case DropTable(table):
            yield table.name
        case DropColumn(pair):
            yield pair.actual.name
        case AlterColumn(pair, before, after):
            lists = (before.type.arity is Arity.LIST) != (after.type.arity is Arity.LIST)
            if change.cast is not None or lists:
                yield pair.actual.name
        case AlterEnum(enum):
            # Also where values are only added: one that is used at once has the enum rebuilt.
            yield enum.name
            for table in actual.tables:
                if any(column.type.enum == enum.name for column in table.columns):
                    yield table.name
