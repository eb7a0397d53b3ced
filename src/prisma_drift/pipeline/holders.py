"""Asks who holds what a plan changes: only where there is something to ask about, since a database in step needs it not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diff import changes as c
from ..diff.changes import Diff
from ..diff.rules import Rules
from ..model.holders import Holders
from ..model.schema import Schema
from ..plan.plan import build_plan
from ..plan.release import asked

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

_RENAMES = (c.CreateSchema, c.MoveTable, c.RenameTable, c.RenameColumn, c.RenameEnum, c.RenameEnumValue)
"""Changes after which the other changes, and the definitions of all that depends on an object, use other names."""


def holders_of(
    difference: Diff,
    actual: Schema,
    expected: Schema,
    rules: Rules,
    connection: Connection,
    *,
    live: bool = False,
) -> Holders | None:
    """What depends on the tables and enums that the changes touch; nothing is asked where they touch none.

    Where something is renamed, the catalog is asked as it will be: in a transaction that renames and is rolled back. A `live`
    database is never locked like that; None is the answer then.
    """
    names = sorted({name for change in difference.changes for name in asked(change, actual)})
    if not names:
        return Holders()
    from ..postgres.catalog.holders import holders

    renames = tuple(change for change in difference.changes if isinstance(change, _RENAMES))
    if not any(not isinstance(change, c.CreateSchema) for change in renames):
        return holders(connection, names, default_schema=actual.default_schema)
    if live:
        return None
    import psycopg

    plan = build_plan(Diff(renames), actual, expected, rules)
    with connection.transaction(force_rollback=True):
        try:
            for statement in plan.statements:
                connection.execute(statement.sql.encode())
        except psycopg.Error:
            # The proof meets the same error, and tells it.
            return None
        return holders(connection, names, default_schema=actual.default_schema)
