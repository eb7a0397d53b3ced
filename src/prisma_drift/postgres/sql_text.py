"""Column types and defaults as SQL, for the samples that Postgres is asked to read."""

from __future__ import annotations

from decimal import Decimal

from ..model.schema import Column
from ..model.types import (
    Arity,
    ColumnType,
    DateTimeText,
    DbGenerated,
    EnumLabel,
    Family,
    JsonText,
    NativeType,
    Now,
    Scalar,
    Value,
)
from .catalog import quote

_SPELLINGS = {"DoublePrecision": "double precision", "ByteA": "bytea", "JsonB": "jsonb"}


def type_sql(type: ColumnType) -> str:
    """`timestamp(3)`, `"public"."E"[]`, `vector(1536)`."""
    suffix = "[]" if type.arity is Arity.LIST else ""
    return _scalar_type(type) + suffix


def _scalar_type(type: ColumnType) -> str:
    if type.family is Family.ENUM and type.enum is not None:
        return f"{quote(type.enum.schema)}.{quote(type.enum.name)}"
    if type.native is not None:
        return _native(type.native)
    return type.text


def _native(native: NativeType) -> str:
    name = _SPELLINGS.get(native.name, native.name.lower())
    return f"{name}({', '.join(map(str, native.args))})" if native.args else name


def default_sql(column: Column) -> str | None:
    """The expression behind DEFAULT; None where the database keeps none."""
    match column.default:
        case Now():
            return "CURRENT_TIMESTAMP"
        case DbGenerated(text):
            return text
        case Value(tuple() as items):
            return f"ARRAY[{', '.join(map(_literal, items))}]::{type_sql(column.type)}"
        case Value(value) if not isinstance(value, tuple):
            return _literal(value)
        case _:
            return None


def _literal(value: Scalar) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case bytes():
            return f"'\\x{value.hex()}'"
        case EnumLabel(text) | DateTimeText(text) | JsonText(text) | str(text):
            return "'" + text.replace("'", "''") + "'"
