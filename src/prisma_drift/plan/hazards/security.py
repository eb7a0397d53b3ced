"""Row security that hides rows from whoever migrates or counts: the table's owner too, where it is forced."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.hazards import Hazard
from ...model.names import QualifiedName
from ..render.context import Context
from .costs import Costs
from .later import Future

ROW_SECURITY = "row-security"


def hidden_costs(tables: Iterable[QualifiedName], future: Future, context: Context) -> Iterable[Costs]:
    """Of the tables whose rows a statement or its checks look at: those whose policies bind the owner."""
    for table in sorted({one for one in tables if is_forced(one, context)}):
        name = future.object(table)
        yield Costs(
            (
                Hazard(
                    ROW_SECURITY,
                    "warning",
                    name,
                    f"Row security is forced on {name}: rows that its policies hide from the migrating role are not "
                    "filled and not counted, and can still stop the migration.",
                    "Run the migration and the checks as a role with BYPASSRLS, or as a superuser.",
                ),
            )
        )


def is_forced(table: QualifiedName, context: Context) -> bool:
    """Whether its policies bind its owner too."""
    return any(
        thing.kind == "row level security"
        and thing.table == str(table)
        and "FORCE ROW LEVEL SECURITY" in thing.definition
        for thing in context.actual.unmanaged
    )
