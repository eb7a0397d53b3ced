"""Database objects in the words of the Prisma schema language: types, defaults, fields."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from decimal import Decimal

from ...model.names import QualifiedName
from ...model.schema import Column
from ...model.types import (
    Arity,
    ColumnType,
    DateTimeText,
    DbGenerated,
    Default,
    EnumLabel,
    Family,
    JsonText,
    Now,
    PrismaLevel,
    Scalar,
    Sequence,
    Value,
)
from ..vocabulary.native_types import CONSTRUCTORS, DEFAULTS, FAMILIES

_SCALARS = {family: scalar for scalar, family in FAMILIES.items()} | {Family.UUID: "String"}
_SUFFIX = {Arity.REQUIRED: "", Arity.NULLABLE: "?", Arity.LIST: "[]"}

ACTIONS = {
    "NO ACTION": "NoAction",
    "RESTRICT": "Restrict",
    "CASCADE": "Cascade",
    "SET NULL": "SetNull",
    "SET DEFAULT": "SetDefault",
}
"""Referential action in SQL → in the language."""

METHODS = {"hash": "Hash", "gist": "Gist", "gin": "Gin", "spgist": "SpGist", "brin": "Brin"}
"""Access method → `type:` of an index; btree is not written."""

EnumName = Callable[[QualifiedName], str]
"""The name in schema.prisma of a database enum."""
LabelName = Callable[[str], str]
"""The name in schema.prisma of a database enum's label."""


def quoted(text: str) -> str:
    """A string literal of the language, which is JSON's."""
    return json.dumps(text, ensure_ascii=False)


def scalar_name(type: ColumnType, enum_name: EnumName = lambda name: name.name) -> str:
    """The type's name without arity: `Int`, `Role`, `Unsupported("vector(3)")`."""
    if type.family is Family.ENUM and type.enum is not None:
        return enum_name(type.enum)
    known = CONSTRUCTORS.get(type.native.name) if type.native else None
    if known is not None:
        return known.scalar
    return _SCALARS.get(type.family) or f"Unsupported({quoted(type.text)})"


def field_type(type: ColumnType, enum_name: EnumName = lambda name: name.name) -> str:
    """The type with its arity: `Int?`, `Role[]`."""
    return scalar_name(type, enum_name) + _SUFFIX[type.arity]


def native_attribute(type: ColumnType, datasource: str = "db") -> str:
    """`@db.VarChar(50)`; empty where the scalar means that type anyway."""
    known = CONSTRUCTORS.get(type.native.name) if type.native else None
    if known is None or type.native == DEFAULTS[known.scalar]:
        return ""
    return f"@{datasource}.{str(type.native).replace(',', ', ')}"


def default_expression(default: Default, label_name: LabelName = lambda label: label) -> str:
    """What stands between the parentheses of `@default(…)`."""
    match default:
        case Now():
            return "now()"
        case Sequence():
            return "autoincrement()"
        case DbGenerated():
            return f"dbgenerated({quoted(default.text) if default.text is not None else ''})"
        case PrismaLevel(function=function):
            return function if function.endswith(")") else f"{function}()"
        case Value(value=value):
            if isinstance(value, tuple):
                return "[" + ", ".join(_literal(item, label_name) for item in value) + "]"
            return _literal(value, label_name)


def default_attribute(column: Column, label_name: LabelName = lambda label: label) -> str:
    """`@default(…)`, or empty where the column has none."""
    if column.autoincrement:
        return "@default(autoincrement())"
    if column.default is None:
        return ""
    if isinstance(column.default, PrismaLevel) and column.default.function.startswith("updatedAt"):
        return "@updatedAt"
    return f"@default({default_expression(column.default, label_name)})"


def field(
    column: Column,
    name: str,
    *,
    attributes: tuple[str, ...] = (),
    datasource: str = "db",
    enum_name: EnumName = lambda name: name.name,
    label_name: LabelName = lambda label: label,
) -> tuple[str, str, str]:
    """The column as the three parts of a model's line: name, type, attributes; `attributes` (`@id`) stand first."""
    mapped = "" if name == column.name else f"@map({quoted(column.name)})"
    words = (
        *attributes,
        default_attribute(column, label_name),
        mapped,
        native_attribute(column.type, datasource),
    )
    return name, field_type(column.type, enum_name), " ".join(word for word in words if word)


def _literal(value: Scalar, label_name: LabelName) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case bytes():
            return quoted(base64.b64encode(value).decode("ascii"))
        case EnumLabel(label=label):
            return label_name(label)
        case DateTimeText(text=text) | JsonText(text=text):
            return quoted(text)
        case str():
            return quoted(value)
