"""What an UPDATE that fills a column sets off beside it, and where it gives no value."""

from __future__ import annotations

import re

from ...model.hazards import Check, Hazard
from ...model.schema import Unmanaged
from ..backfill import SETTING
from ..render.context import Context
from ..steps import Fill
from .costs import COUNT, Costs, count_rows, identifier
from .later import Future

TRIGGER_FIRES, NULLS = "trigger-fires", "nulls"

_TRIGGER = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER (?:\"(?:[^\"]|\"\")*\"|\S+) (?:BEFORE|AFTER|INSTEAD OF) (?P<events>.*?) ON ",
    re.S,
)
_UPDATE = re.compile(r"\bUPDATE(?: OF (?P<columns>.*?))?(?= OR (?:INSERT|DELETE|TRUNCATE)\b|$)", re.S)


def fill_costs(fill: Fill, future: Future, context: Context) -> Costs:
    """Triggers that fire, and values that the settings' expression does not give."""
    hazards: list[Hazard] = []
    checks: list[Check] = []
    name = future.object(fill.table, fill.column)
    for thing in context.actual.unmanaged:
        if thing.table != str(fill.table):
            continue
        if thing.kind == "trigger" and fires(thing, fill.column):
            hazards.append(
                Hazard(
                    TRIGGER_FIRES,
                    "warning",
                    name,
                    f"Filling {name} is an UPDATE, on which the trigger {thing.name} fires.",
                    "See what it does to the rows (a date of change, an entry in a log); disable it around the statement if it shall not.",
                )
            )
    if fill.source == SETTING:
        hazards.append(
            Hazard(
                NULLS,
                "warning",
                name,
                f"Making {name} required stops at the first row for which the expression in prisma-drift.yml gives no value.",
                f"{COUNT}, and let the expression give a value for each.",
            )
        )
        empty = f"{fill.expression} IS NULL"
        if future.is_there(fill.table, fill.column):
            empty = f"{identifier(fill.column)} IS NULL AND {empty}"
        checks.append(
            Check(
                NULLS,
                name,
                "fails",
                f"Rows for which nothing fills {fill.column}",
                count_rows(future.rows(fill.table), empty),
            )
        )
    return Costs(tuple(hazards), tuple(checks))


def fires(trigger: Unmanaged, column: str) -> bool:
    """Whether a trigger fires on an UPDATE of the column, by its definition (pg_get_triggerdef)."""
    if "disabled" in trigger.why:
        return False
    head = _TRIGGER.match(trigger.definition)
    event = _UPDATE.search(head["events"]) if head is not None else None
    if event is None:
        return False
    columns = event["columns"]
    return columns is None or any(part in (column, identifier(column)) for part in columns.split(", "))
