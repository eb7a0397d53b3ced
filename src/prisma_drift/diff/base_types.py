"""The name of a column's type as Postgres prints it, without size and `[]`."""

from __future__ import annotations

import re

from ..model.schema import Column

ENUM = "an enum"
"""Stands for all enums."""

_NATIVE = {
    "SmallInt": "smallint",
    "Integer": "integer",
    "BigInt": "bigint",
    "Oid": "oid",
    "Decimal": "numeric",
    "Money": "money",
    "Inet": "inet",
    "Citext": "citext",
    "Real": "real",
    "DoublePrecision": "double precision",
    "VarChar": "character varying",
    "Char": "character",
    "Text": "text",
    "ByteA": "bytea",
    "Timestamp": "timestamp without time zone",
    "Timestamptz": "timestamp with time zone",
    "Date": "date",
    "Time": "time without time zone",
    "Timetz": "time with time zone",
    "Boolean": "boolean",
    "Bit": "bit",
    "VarBit": "bit varying",
    "Uuid": "uuid",
    "Xml": "xml",
    "Json": "json",
    "JsonB": "jsonb",
}
_ALIASES = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "float": "double precision",
    "decimal": "numeric",
    "bool": "boolean",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
}


def base_type(column: Column) -> str:
    """The type's name as `format_type` prints it, without size and `[]`; one name for all enums."""
    if column.type.enum is not None:
        return ENUM
    if column.type.native is not None:
        return _NATIVE[column.type.native.name]
    text = column.catalog.type if column.catalog is not None else column.type.text
    text = re.sub(r"\(.*?\)", "", text.replace("[]", "")).strip().lower()
    text = " ".join(text.split()).rpartition(".")[2]
    return _ALIASES.get(text, text)
