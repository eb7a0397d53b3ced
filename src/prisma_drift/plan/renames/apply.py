"""The actual side as renames leave it: every name that goes along, in tables, columns, keys, types, defaults and sequences.

A text of the catalog (a predicate, a definition) still has the old names: where a database is at hand, it is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model.names import QualifiedName
from ...model.schema import Column, Enum, ForeignKey, Index, OutsideKey, PrimaryKey, Schema, Table
from ...model.types import Default, EnumLabel, Value
from ...model.values import field, frozen, replace


@frozen
class NewNames:
    """What is renamed, by the names before any of it."""

    tables: Mapping[QualifiedName, QualifiedName] = field(default_factory=dict)
    columns: Mapping[tuple[QualifiedName, str], str] = field(default_factory=dict)
    enums: Mapping[QualifiedName, QualifiedName] = field(default_factory=dict)
    values: Mapping[tuple[QualifiedName, str], str] = field(default_factory=dict)

    def table(self, name: QualifiedName) -> QualifiedName:
        return self.tables.get(name, name)

    def column(self, table: QualifiedName, name: str) -> str:
        return self.columns.get((table, name), name)

    def enum(self, name: QualifiedName) -> QualifiedName:
        return self.enums.get(name, name)

    def value(self, enum: QualifiedName, label: str) -> str:
        return self.values.get((enum, label), label)


def renamed(schema: Schema, names: NewNames) -> Schema:
    """The schema under its new names; tables in the order of a catalog, by schema and name."""
    if not (names.tables or names.columns or names.enums or names.values):
        return schema
    tables = [_table(table, names) for table in schema.tables]
    enums = [_enum(enum, names) for enum in schema.enums]
    if names.tables:
        tables.sort(key=lambda table: (table.name.schema.encode(), table.name.name.encode()))
    return replace(
        schema,
        tables=tuple(tables),
        enums=tuple(enums),
        sequences=tuple(
            (_sequence(name, owner, names), _owner(owner, names)) for name, owner in schema.sequences
        ),
    )


def _enum(enum: Enum, names: NewNames) -> Enum:
    values = tuple(names.value(enum.name, label) for label in enum.values)
    return replace(enum, name=names.enum(enum.name), values=values)


def _table(table: Table, names: NewNames) -> Table:
    at = table.name
    key = table.primary_key
    return replace(
        table,
        name=names.table(at),
        columns=tuple(_column(at, column, names) for column in table.columns),
        primary_key=None if key is None else _primary_key(at, key, names),
        indexes=tuple(_index(at, index, names) for index in table.indexes),
        foreign_keys=tuple(_foreign_key(at, foreign, names) for foreign in table.foreign_keys),
        outside_keys=tuple(_outside_key(at, outside, names) for outside in table.outside_keys),
    )


def _column(table: QualifiedName, column: Column, names: NewNames) -> Column:
    enum = column.type.enum
    type_ = column.type if enum is None else replace(column.type, enum=names.enum(enum))
    default = column.default
    if enum is not None and default is not None:
        default = _default(enum, default, names)
    return replace(column, name=names.column(table, column.name), type=type_, default=default)


def _default(enum: QualifiedName, default: Default, names: NewNames) -> Default:
    match default:
        case Value(EnumLabel(label)):
            return Value(EnumLabel(names.value(enum, label)))
        case Value(tuple() as items):
            return Value(
                tuple(EnumLabel(names.value(enum, i.label)) if isinstance(i, EnumLabel) else i for i in items)
            )
        case _:
            return default


def _columns(table: QualifiedName, columns: tuple[str, ...], names: NewNames) -> tuple[str, ...]:
    return tuple(names.column(table, column) for column in columns)


def _primary_key(table: QualifiedName, key: PrimaryKey, names: NewNames) -> PrimaryKey:
    return replace(
        key, columns=_columns(table, key.columns, names), include=_columns(table, key.include, names)
    )


def _index(table: QualifiedName, index: Index, names: NewNames) -> Index:
    columns = tuple(replace(c, name=names.column(table, c.name)) for c in index.columns)
    catalog = index.catalog
    if catalog is not None and catalog.include:
        catalog = replace(catalog, include=_columns(table, catalog.include, names))
    return replace(index, columns=columns, catalog=catalog)


def _foreign_key(table: QualifiedName, key: ForeignKey, names: NewNames) -> ForeignKey:
    return replace(
        key,
        columns=_columns(table, key.columns, names),
        references=names.table(key.references),
        referenced_columns=_columns(key.references, key.referenced_columns, names),
    )


def _outside_key(table: QualifiedName, key: OutsideKey, names: NewNames) -> OutsideKey:
    return replace(key, referenced_columns=_columns(table, key.referenced_columns, names))


def _sequence(name: QualifiedName, owner: str, names: NewNames) -> QualifiedName:
    """A sequence goes to another schema with the table that owns it; its name stays."""
    for before, after in names.tables.items():
        if before.schema != after.schema and owner.startswith(f"{before}."):
            return QualifiedName(after.schema, name.name)
    return name


def _owner(owner: str, names: NewNames) -> str:
    for (table, column), after in names.columns.items():
        if owner == f"{table}.{column}":
            return f"{names.table(table)}.{after}"
    for before, after_table in names.tables.items():
        if owner.startswith(f"{before}."):
            return f"{after_table}{owner[len(str(before)) :]}"
    return owner
