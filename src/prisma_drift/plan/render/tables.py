"""CREATE TABLE, DROP TABLE and the line of a column."""

from __future__ import annotations

from ...model.schema import Column, Table
from ...model.types import Arity
from .defaults import default_sql
from .names import Names, quote
from .types import column_type_sql

INDENT = "    "


def column_sql(column: Column, names: Names, *, required: bool | None = None) -> str:
    """`"name" TYPE NOT NULL DEFAULT expression`, indented as a line of CREATE TABLE.

    `required` overrules the column's own word on NOT NULL, for steps that fill a column before they tighten it.
    """
    if required is None:
        required = column.type.arity is Arity.REQUIRED
    default = default_sql(column, names)
    parts = [
        quote(column.name),
        column_type_sql(column, names),
        *(["NOT NULL"] if required else []),
        *([f"DEFAULT {default}"] if default is not None else []),
    ]
    return INDENT + " ".join(parts)


def create_table(table: Table, names: Names) -> str:
    """The table with its columns and primary key; indexes and foreign keys are statements of their own."""
    body = ",\n".join(column_sql(c, names) for c in table.columns)
    key = table.primary_key
    if key is not None:
        columns = ",".join(map(quote, key.columns))
        body += f",\n\n{INDENT}CONSTRAINT {quote(key.name)} PRIMARY KEY ({columns})"
    return f"CREATE TABLE {names.new(table)} (\n{body}\n)"


def drop_table(table: Table, names: Names) -> str:
    return f"DROP TABLE {names.dropped(table)}"
