"""Columns that take no NULL any more: rows that have none, and new columns that nothing can fill."""

from __future__ import annotations

from ...diff.changes import AlterColumn, Cast, TablePair
from ...diff.generated import generated_text
from ...model.hazards import Check, Hazard
from ...model.schema import Column
from ...model.types import Arity
from ..backfill import setting_of
from ..render.context import Context
from ..render.defaults import default_sql
from ..render.names import quote
from ..render.types import column_type_sql
from .costs import NOTHING, Costs, absent, count_rows
from .later import Future

NULLS, COLUMN_REQUIRED = "nulls", "column-required"


def nulls_costs(change: AlterColumn, future: Future) -> Costs:
    """SET NOT NULL over rows that may have none."""
    before, after = change.actual.type.arity, change.expected.type.arity
    tightens = change.arity and before is Arity.NULLABLE and after is Arity.REQUIRED
    if not tightens or change.cast is Cast.NOT_CASTABLE:
        return NOTHING
    table, column = change.table.actual.name, change.actual.name
    name = future.object(table, column)
    return Costs(
        (
            Hazard(
                NULLS,
                "warning",
                name,
                f"Making {name} required stops at the first row that has no value in it.",
                f"Fill it first, or say with what: `backfill:` in prisma-drift.yml, `{setting_of(change.table, change.expected)}`.",
            ),
        ),
        (
            Check(
                NULLS,
                name,
                "fails",
                f"Rows without {column}",
                count_rows(future.rows(table), absent(change.actual)),
            ),
        ),
    )


def added_costs(pair: TablePair, column: Column, future: Future, context: Context) -> Costs:
    """A required column that is new, or made anew, and has nothing to stand in the rows that are there."""
    filled = column.autoincrement or default_sql(column, context.names) is not None
    filled = filled or generated_text(column.type) is not None
    if column.type.arity is not Arity.REQUIRED or filled:
        return NOTHING
    table = pair.actual.name
    name = f"{future.object(table)}.{column.name}"
    return Costs(
        (
            Hazard(
                COLUMN_REQUIRED,
                "error",
                name,
                f"The column {name} is added as required, and nothing says what the rows of {future.object(table)} shall have in it.",
                f"Give it a default, name a value in prisma-drift.yml (`backfill:`, `{setting_of(pair, column)}`), or write three "
                f"steps yourself: {recipe(pair, column, context)}",
            ),
        ),
        (
            Check(
                COLUMN_REQUIRED,
                name,
                "fails",
                f"Rows of {future.object(table)}, for which nothing fills {column.name}",
                count_rows(future.rows(table)),
            ),
        ),
    )


def recipe(pair: TablePair, column: Column, context: Context) -> str:
    """Add it loosely, fill it, tighten it: one line, with … where a person has to say the value."""
    table, name = context.names.altered(pair), quote(column.name)
    type_ = column_type_sql(column, context.names)
    return (
        f"ALTER TABLE {table} ADD COLUMN {name} {type_}; UPDATE {table} SET {name} = …; "  # noqa: S608
        f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;"
    )
