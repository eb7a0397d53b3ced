"""What a change of type costs: values that the new type refuses, values that come back changed, values that go with their column."""

from __future__ import annotations

from ...diff.base_types import base_type
from ...diff.changes import AlterColumn, Cast
from ...model.hazards import Check, Hazard
from ...model.types import Arity
from ..conversions.kinds import STRINGS, as_list
from ..conversions.rule import either
from ..render.context import Context, Conversion
from ..render.types import type_sql
from .costs import COUNT, NOTHING, Costs, allow, count_rows, present
from .drops import BREAKS_APPLICATION
from .later import Future

DATA_LOSS, VALUE_REFUSED = "data-loss", "value-refused"


def conversion_costs(change: AlterColumn, future: Future, context: Context) -> Costs:
    """Hazards and checks of a column whose type changes; nothing where every value fits."""
    if change.cast is Cast.NOT_CASTABLE:
        return _dropped(change, future, context)
    lists = as_list(change.actual).type.arity, as_list(change.expected).type.arity
    retypes = change.cast is not None or (
        change.arity and (lists[0] is Arity.LIST) != (lists[1] is Arity.LIST)
    )
    found = context.conversion(change)
    catalog = change.actual.catalog
    if not retypes or found is None or (catalog is not None and catalog.generated):
        return NOTHING
    return _converted(change, found, future, context)


def _converted(change: AlterColumn, found: Conversion, future: Future, context: Context) -> Costs:
    table = future.rows(change.table.actual.name)
    name = future.object(change.table.actual.name, change.actual.name)
    types = _types(change, context)
    hazards: list[Hazard] = []
    checks: list[Check] = []
    fails = either(found.fails, found.nulls if _refuses_null(change) else "")
    if fails:
        message = f"Changing {name} {types} stops at the first value that does not fit the new type."
        hazards.append(
            Hazard(
                VALUE_REFUSED,
                "warning",
                name,
                message,
                f"{COUNT}; where it counts none, the change is safe.",
            )
        )
        text = f"Rows whose {change.actual.name} does not fit the new type"
        checks.append(Check(VALUE_REFUSED, name, "fails", text, count_rows(table, fails)))
    elif found.uncertain:
        message = f"Changing {name} {types} may stop at a value that the new type refuses; no query can tell before."
        hint = "Try it on a copy of the database."
        hazards.append(Hazard(VALUE_REFUSED, "warning", name, message, hint))
    if found.loses:
        lost = found.lost or "part of them"
        message = f"Changing {name} {types} loses {lost}, in rows that have such values."
        hint = f"{COUNT}; keep the old column beside the new one where it counts any."
        hazards.append(Hazard(DATA_LOSS, "warning", name, message, hint))
        text = f"Rows whose {change.actual.name} loses {lost}"
        checks.append(Check(DATA_LOSS, name, "loses", text, count_rows(table, found.loses)))
    if found.cut:
        message = f"Changing {name} {types} drops {found.cut}."
        hazards.append(
            Hazard(DATA_LOSS, "warning", name, message, "Keep the old column if that is still read.")
        )
    if form := _other_form(change):
        message = f"Changing {name} {types} writes {form}."
        hint = "Where the application expects another form, convert the values yourself."
        hazards.append(Hazard(BREAKS_APPLICATION, "warning", name, message, hint))
    return Costs(tuple(hazards), tuple(checks))


def _other_form(change: AlterColumn) -> str:
    """What a text becomes that keeps the value, though not as most readers would expect it; empty for nothing."""
    before, after = as_list(change.actual), as_list(change.expected)
    if base_type(after) not in STRINGS or after.type.arity is Arity.LIST:
        return ""
    if before.type.arity is Arity.LIST:
        return "each list as one text, `{a,b}`"
    return "bytes in hexadecimal, `\\x6869`" if base_type(before) == "bytea" else ""


def _refuses_null(change: AlterColumn) -> bool:
    """Whether the statement ends with a column that takes no NULL; one that is filled first does not yet."""
    if change.expected.type.arity is Arity.LIST:
        # No list is declared as required: a column that is keeps its NOT NULL.
        return change.actual.type.arity is Arity.REQUIRED
    required = change.expected.type.arity is Arity.REQUIRED
    return required and (change.arity or change.actual.type.arity is Arity.REQUIRED)


def _dropped(change: AlterColumn, future: Future, context: Context) -> Costs:
    table = future.rows(change.table.actual.name)
    name = future.object(change.table.actual.name, change.actual.name)
    catalog = change.actual.catalog
    if catalog is not None and catalog.generated:
        return NOTHING
    types = _types(change, context)
    if context.conversion(change) is None:
        message = f"Nothing converts the values of {name} {types}: the column is dropped and added anew, without them."
    else:
        message = f"The column {name} is dropped and added anew {types}, without its values."
    hint = f"Move the values yourself, or accept the loss: {allow(DATA_LOSS, name)}."
    text = f"Rows that lose their {change.actual.name}"
    return Costs(
        (Hazard(DATA_LOSS, "error", name, message, hint),),
        (Check(DATA_LOSS, name, "loses", text, count_rows(table, present(change.actual))),),
    )


def _types(change: AlterColumn, context: Context) -> str:
    before, after = (type_sql(c.type, context.names) for c in (change.actual, change.expected))
    return f"from {before} to {after}"
