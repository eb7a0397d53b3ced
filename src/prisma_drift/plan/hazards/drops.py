"""What goes with a dropped table or column."""

from __future__ import annotations

from ...diff.changes import DropColumn, DropTable
from ...model.hazards import Check, Hazard
from .costs import Costs, allow, count_rows, present
from .later import Future

DATA_LOSS, BREAKS_APPLICATION = "data-loss", "breaks-application"


def table_costs(change: DropTable, future: Future) -> Costs:
    name = future.object(change.table.name)
    if change.table.name in future.carried:
        return Costs((_breaks(name),))
    message = f"The table {name} is dropped with all its rows."
    hint = f"Declare a model for it to keep it, or accept the loss: {allow(DATA_LOSS, name)}."
    return Costs(
        (Hazard(DATA_LOSS, "error", name, message, hint), _breaks(name)),
        (Check(DATA_LOSS, name, "loses", f"Rows of {name}", count_rows(future.rows(change.table.name))),),
    )


def column_costs(change: DropColumn, future: Future) -> Costs:
    """The values of a generated column come back with the column."""
    table, column = change.table.actual.name, change.column
    name = future.object(table, column.name)
    if column.catalog is not None and column.catalog.generated is not None:
        return Costs((_breaks(name),))
    message = f"The column {name} is dropped with its values."
    hint = f"Declare the field to keep it, or accept the loss: {allow(DATA_LOSS, name)}."
    return Costs(
        (Hazard(DATA_LOSS, "error", name, message, hint), _breaks(name)),
        (
            Check(
                DATA_LOSS,
                name,
                "loses",
                f"Rows that lose their {column.name}",
                count_rows(future.rows(table), present(column)),
            ),
        ),
    )


def _breaks(name: str) -> Hazard:
    return Hazard(
        BREAKS_APPLICATION,
        "note",
        name,
        f"A running application that still reads {name} fails from then on.",
        "Deploy the version of the application that does without it first.",
    )
