"""@default and @updatedAt as values of the model."""

from __future__ import annotations

from ...model.types import (
    DateTimeText,
    DbGenerated,
    Default,
    EnumLabel,
    JsonText,
    Now,
    PrismaLevel,
    Scalar,
    Sequence,
    Value,
)
from ..resolve.symbols import EnumSymbol, ScalarField
from ..syntax.ast import ArrayValue, ConstantValue, Expression, FunctionCall, NumberValue, StringValue
from ..vocabulary import values


def default_of(field: ScalarField) -> Default | None:
    """What the database fills in, or that the client does (PrismaLevel)."""
    value = field.default
    if value is None:
        return PrismaLevel("updatedAt") if field.updated_at else None
    if isinstance(value, FunctionCall):
        return _function(value)
    if isinstance(value, ArrayValue):
        items = [_scalar(field, item) for item in value.items]
        return Value(tuple(item for item in items if item is not None))
    scalar = _scalar(field, value)
    return None if scalar is None else Value(scalar)


def _function(call: FunctionCall) -> Default:
    match call.name:
        case "now":
            return Now()
        case "autoincrement":
            return Sequence()
        case "dbgenerated":
            items = call.arguments.items
            text = items[0].value.value if items and isinstance(items[0].value, StringValue) else None
            return DbGenerated(text)
        case name:
            return PrismaLevel(name)


def _scalar(field: ScalarField, value: Expression) -> Scalar | None:
    """One constant of the field's type; None only for what validation has refused."""
    if isinstance(field.type, EnumSymbol):
        return EnumLabel(field.type.value_names[value.text]) if isinstance(value, ConstantValue) else None
    if isinstance(value, ConstantValue):
        return value.text == "true"
    if isinstance(value, NumberValue):
        return int(value.text) if field.builtin in ("Int", "BigInt") else values.decimal(value.text)
    if not isinstance(value, StringValue):
        return None
    match field.builtin:
        case "Json":
            return JsonText(value.value)
        case "Bytes":
            return values.base64_bytes(value.value)
        case "Decimal":
            return values.decimal(value.value)
        case "DateTime":
            text = values.date_time(value.value)
            return None if text is None else DateTimeText(text)
        case _:
            return value.value
