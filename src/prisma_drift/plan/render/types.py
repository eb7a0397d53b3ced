"""Column types as Prisma writes them."""

from __future__ import annotations

from ...model.schema import Column
from ...model.types import Arity, ColumnType, NativeType
from .names import Names

_SQL = {"DoublePrecision": "DOUBLE PRECISION"}
SERIAL = {"SmallInt": "SMALLSERIAL", "Integer": "SERIAL", "BigInt": "BIGSERIAL"}


def native_type_sql(native: NativeType) -> str:
    """`VarChar(50)` → `VARCHAR(50)`, `Decimal(10,2)` → `DECIMAL(10,2)`."""
    return f"{_SQL.get(native.name, native.name.upper())}{_arguments(native)}"


def type_sql(type_: ColumnType, names: Names) -> str:
    """A type with its `[]`, where it is a list."""
    if type_.enum is not None:
        text = names.enum_type(type_.enum)
    elif type_.native is not None:
        text = native_type_sql(type_.native)
    else:
        text = type_.text
    return text + "[]" if type_.arity is Arity.LIST else text


def column_type_sql(column: Column, names: Names) -> str:
    """A column's type, which is one of the SERIAL family where the column counts up by itself."""
    native = column.type.native
    if column.autoincrement and native is not None and native.name in SERIAL:
        return SERIAL[native.name]
    return type_sql(column.type, names)


def _arguments(native: NativeType) -> str:
    return f"({','.join(map(str, native.args))})" if native.args else ""
