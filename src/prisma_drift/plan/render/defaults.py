"""Column defaults as Prisma writes them."""

from __future__ import annotations

from decimal import Decimal

from ...diff.defaults import database_default
from ...model.schema import Column
from ...model.types import DateTimeText, DbGenerated, EnumLabel, JsonText, Now, Scalar, Value
from .names import Names, literal
from .types import type_sql


def default_sql(column: Column, names: Names) -> str | None:
    """The expression after DEFAULT; None where the database keeps none (also for autoincrement and `dbgenerated()`)."""
    default = database_default(column)
    if isinstance(default, Now):
        return "CURRENT_TIMESTAMP"
    if isinstance(default, DbGenerated):
        return default.text
    if isinstance(default, Value):
        if isinstance(default.value, tuple):
            items = ", ".join(map(constant_sql, default.value))
            return f"ARRAY[{items}]::{type_sql(column.type, names)}"
        return constant_sql(default.value)
    return None


def constant_sql(value: Scalar) -> str:
    """A constant of any kind."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, EnumLabel):
        return literal(value.label)
    if isinstance(value, DateTimeText | JsonText):
        return literal(value.text)
    return literal(value)
