"""Foreign keys over rows that may point to nothing."""

from __future__ import annotations

from ...diff.changes import AddForeignKey
from ...model.hazards import Check, Hazard
from ...model.schema import ForeignKey, Table
from ..render.context import Context
from .costs import COUNT, NOTHING, Costs, count_rows, identifier
from .later import Future

ORPHANS = "orphans"


def orphan_costs(change: AddForeignKey, future: Future, context: Context) -> Costs:
    """MATCH SIMPLE: a row with a NULL in one of the columns points nowhere, and may."""
    key, table = change.key, change.actual_table
    if table is None or not key.columns or change.as_defined or table.name in future.new:
        return NOTHING
    values = future.values(table, key.columns)
    if any(value.null for value in values) or _holds_already(table, key, future):
        return NOTHING
    if any(future.filled_along(table.name, column) for column in key.columns):
        return NOTHING
    object = f"{future.object(table.name)}.{key.name}"
    parent = context.actual.table(key.references)
    condition = _orphaned(table, key, parent, future)
    shown = ", ".join(future.column_now(table.name, column) for column in key.columns)
    target = future.object(key.references)
    hazard = Hazard(
        ORPHANS,
        "warning",
        object,
        f"The foreign key {object} stops at rows whose {shown} {target} does not have.",
        f"{COUNT}, and mend or delete them before."
        if condition
        else "No query can tell before: try it on a copy of the database.",
    )
    if not condition:
        return Costs((hazard,))
    message = f"Rows of {future.object(table.name)} whose {shown} {target} does not have"
    source = f"(SELECT * FROM {future.rows_later(table, key.columns)}) AS c"  # noqa: S608
    return Costs((hazard,), (Check(ORPHANS, object, "fails", message, count_rows(source, condition)),))


def _orphaned(table: Table, key: ForeignKey, parent: Table | None, future: Future) -> str:
    """True of a row `c` that points to nothing; empty where that cannot be told."""
    if not all(value.sql for value in future.values(table, key.columns)):
        return ""
    present = [f"c.{identifier(column)} IS NOT NULL" for column in key.columns]
    if key.references in future.new or parent is None:
        # The table comes empty.
        return " AND ".join(present)
    values = future.values(parent, key.referenced_columns)
    if any(value.null for value in values):
        return " AND ".join(present)
    if not all(value.sql for value in values) or not _comparable(table, key, parent, future):
        return ""
    pairs = zip(key.columns, key.referenced_columns, strict=True)
    same = [f"p.{identifier(there)} = c.{identifier(here)}" for here, there in pairs]
    rows = future.rows_later(parent, key.referenced_columns)
    missing = f"NOT EXISTS (SELECT FROM (SELECT * FROM {rows}) AS p WHERE {' AND '.join(same)})"  # noqa: S608
    return " AND ".join([*present, missing])


_ALIKE = (
    frozenset(["smallint", "integer", "bigint", "numeric"]),
    frozenset(["text", "character varying"]),
)


def _comparable(table: Table, key: ForeignKey, parent: Table, future: Future) -> bool:
    """Whether Postgres has an equality between the columns as they will be, so that the question is no error itself."""
    for here, there in zip(key.columns, key.referenced_columns, strict=True):
        types = [future.type_later(owner, name) for owner, name in ((table, here), (parent, there))]
        if None in types:
            return False
        same = types[0] == types[1]
        if not same and not any({*types} <= alike for alike in _ALIKE):
            return False
    return True


def _holds_already(table: Table, key: ForeignKey, future: Future) -> bool:
    """Whether the same foreign key is there now, over values that stay."""
    same = any(
        other.columns == key.columns
        and other.references == key.references
        and other.referenced_columns == key.referenced_columns
        and "NOT VALID" not in other.definition
        for other in table.foreign_keys
    )
    there = any(future.changed(key.references, column) for column in key.referenced_columns)
    return same and not there and not any(future.changed(table.name, column) for column in key.columns)
