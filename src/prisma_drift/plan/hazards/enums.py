"""What an enum costs that loses values: rows that still hold one of them stop the rebuilding."""

from __future__ import annotations

from ...diff.changes import AlterEnum
from ...model.hazards import Check, Hazard
from ...model.names import QualifiedName
from ...model.types import Arity
from ..render.context import Context
from ..render.names import literal
from .conversions import VALUE_REFUSED
from .costs import COUNT, NOTHING, Costs, count_rows, identifier
from .later import Future


def enum_costs(change: AlterEnum, future: Future, context: Context) -> Costs:
    """A check for each column that keeps the enum, in scope or outside."""
    if not change.removed:
        return NOTHING
    hazards, checks = [], []
    removed = ", ".join(map(literal, change.removed))
    for table, column, is_list in _columns(change, context):
        name, value = future.object(table, column), identifier(column)
        held = f"{value}::text IN ({removed})"
        if is_list:
            held = f"EXISTS (SELECT FROM unnest({value}) AS e(v) WHERE e.v::text IN ({removed}))"
        labels = ", ".join(change.removed)
        message = (
            f"Taking {labels} out of the enum {change.actual.name} stops at rows of {name} that hold it."
        )
        hint = f"{COUNT}, and give them another value before."
        hazards.append(Hazard(VALUE_REFUSED, "warning", name, message, hint))
        text = f"Rows whose {column} is {labels.replace(', ', ' or ')}"
        checks.append(Check(VALUE_REFUSED, name, "fails", text, count_rows(future.rows(table), held)))
    return Costs(tuple(hazards), tuple(checks))


def _columns(change: AlterEnum, context: Context) -> list[tuple[QualifiedName, str, bool]]:
    """(table, column, is a list) of the columns that have the enum before and after."""
    found = []
    for table in context.actual.tables:
        expected = context.expected.table(table.name)
        for column in table.columns:
            after = expected.column(column.name) if expected is not None else None
            if (
                column.type.enum == change.actual.name
                and after is not None
                and after.type.enum == change.expected.name
            ):
                found.append((table.name, column.name, column.type.arity is Arity.LIST))
    found += [(one.table, one.name, one.is_list) for one in change.actual.outside_columns]
    return sorted(found)
