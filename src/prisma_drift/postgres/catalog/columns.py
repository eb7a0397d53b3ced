"""Columns: what the catalog says, and the family and native type that Prisma's engine reads from it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...model.names import QualifiedName
from ...model.schema import CatalogColumn, Column, Enum
from ...model.types import Arity, ColumnType, DbGenerated, Family, NativeType, Sequence
from ...model.values import field, frozen
from .defaults import parse_default
from .rows import ColumnRow

_PLAIN: dict[str, tuple[Family, str]] = {
    "int2": (Family.INT, "SmallInt"),
    "int4": (Family.INT, "Integer"),
    "int8": (Family.BIGINT, "BigInt"),
    "oid": (Family.INT, "Oid"),
    "float4": (Family.FLOAT, "Real"),
    "float8": (Family.FLOAT, "DoublePrecision"),
    "bool": (Family.BOOLEAN, "Boolean"),
    "text": (Family.STRING, "Text"),
    "citext": (Family.STRING, "Citext"),
    "char": (Family.STRING, "Char"),
    "inet": (Family.STRING, "Inet"),
    "xml": (Family.STRING, "Xml"),
    "date": (Family.DATETIME, "Date"),
    "bytea": (Family.BYTES, "ByteA"),
    "json": (Family.JSON, "Json"),
    "jsonb": (Family.JSON, "JsonB"),
    "uuid": (Family.UUID, "Uuid"),
    "money": (Family.DECIMAL, "Money"),
}
"""Types without parameters, by their name in pg_type."""

_SIZED: dict[str, tuple[Family, str, int]] = {
    "varchar": (Family.STRING, "VarChar", 4),
    "bpchar": (Family.STRING, "Char", 4),
    "bit": (Family.STRING, "Bit", 0),
    "varbit": (Family.STRING, "VarBit", 0),
}
"""Types with a length, and what the type modifier adds to it."""

_TIMED: dict[str, str] = {
    "time": "Time",
    "timetz": "Timetz",
    "timestamp": "Timestamp",
    "timestamptz": "Timestamptz",
}

_DEFAULT_TIME_PRECISION = 6
"""What information_schema says of a time type without precision; an array's precision is read from its text instead."""


@frozen
class Scope:
    """What column types are read with."""

    enums: Mapping[QualifiedName, Enum] = field(default_factory=dict)
    """Those that a column's type may name."""
    types: dict[tuple[object, ...], ColumnType] = field(default_factory=dict)
    """Types read so far: a schema has many columns and few types."""
    catalogs: dict[tuple[object, ...], CatalogColumn] = field(default_factory=dict)
    """What the catalog said so far."""


def column(row: ColumnRow, scope: Scope) -> Column:
    """One column, with Prisma's view of it and the catalog's own."""
    key = (row.type, row.not_null, row.udt_schema, row.udt_name, row.element_schema, row.typmod)
    type = scope.types.get(key)
    if type is None:
        type = scope.types[key] = column_type(row, scope)
    default = None if row.expression is None else parse_default(row.expression, type)
    if row.generated and row.expression is not None:
        # Prisma takes the expression for a default.
        default = default or DbGenerated(row.expression)
    return Column(
        name=row.name,
        type=type,
        default=default,
        autoincrement=bool(row.identity) or isinstance(default, Sequence),
        catalog=_shared(row, scope),
    )


def _shared(row: ColumnRow, scope: Scope) -> CatalogColumn:
    """What the catalog says, made once for all columns of which it says the same."""
    key = (row.type, row.expression, row.generated, row.identity, row.collation, row.domain)
    found = scope.catalogs.get(key)
    if found is None:
        found = scope.catalogs[key] = catalog_column(row)
    return found


def catalog_column(row: ColumnRow) -> CatalogColumn:
    """The catalog's own words for a column."""
    return CatalogColumn(
        type=row.type,
        default=None if row.generated else row.expression,
        generated=row.expression if row.generated else None,
        generated_kind=row.generated,
        identity=row.identity,
        collation=row.collation,
        domain=row.domain,
    )


def column_type(row: ColumnRow, scope: Scope) -> ColumnType:
    """The type as Prisma reads it: through one level of domain, arrays by their element."""
    arity = Arity.LIST if row.is_array else Arity.REQUIRED if row.not_null else Arity.NULLABLE
    element = row.udt_name.startswith("_") and row.is_array
    schema, name, kind = (
        (row.element_schema, row.element_name, row.element_kind)
        if element
        else (row.udt_schema, row.udt_name, row.udt_kind)
    )
    qualified = QualifiedName(schema, name)
    if kind == "e" and qualified in scope.enums:
        return ColumnType(Family.ENUM, arity, enum=qualified)
    # Prisma goes by the name alone; a type of that name in another schema is another type all the same.
    ours = schema == "pg_catalog" or (name == "citext" and kind == "b")
    if ours and (known := _native(name, row.typmod, listed=row.is_array)):
        return ColumnType(known[0], arity, native=known[1])
    text = re.sub(r"(?:\[\])+$", "", row.type)
    user_defined = kind == "b" and schema != "pg_catalog"
    return ColumnType(Family.UDT if user_defined else Family.UNSUPPORTED, arity, text=text)


def _native(name: str, typmod: int, *, listed: bool) -> tuple[Family, NativeType] | None:
    """Family and native type of a type that Prisma knows, by its name alone, as Prisma does; None for others."""
    if name in _PLAIN:
        family, native = _PLAIN[name]
        return family, NativeType(native)
    if name in _SIZED:
        family, native, offset = _SIZED[name]
        return family, NativeType(native, (typmod - offset,) if typmod >= 0 else ())
    if name in _TIMED:
        if typmod >= 0:
            return Family.DATETIME, NativeType(_TIMED[name], (typmod,))
        return Family.DATETIME, NativeType(_TIMED[name], () if listed else (_DEFAULT_TIME_PRECISION,))
    if name == "numeric":
        return Family.DECIMAL, NativeType("Decimal", _numeric_arguments(typmod))
    return None


def _numeric_arguments(typmod: int) -> tuple[int, ...]:
    """Precision and scale; a negative scale reads as Postgres' information_schema prints it."""
    if typmod < 0:
        return ()
    return ((typmod - 4) >> 16) & 0xFFFF, (typmod - 4) & 0x7FF
