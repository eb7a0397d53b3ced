"""What clauses about one column do to a schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..migrations import facts as f
from ..model.names import QualifiedName
from ..model.schema import CatalogColumn, Column, Index, Table
from ..model.types import Arity, ColumnType, Family, Sequence
from ..model.values import replace
from .state import (
    MutableSchema,
    column_of,
    find_enum,
    find_table,
    put,
    references_to,
    refuse,
    table_of,
    table_with,
)
from .touches import Place, part
from .types import column_type, default_value, recast

Effect = Callable[[MutableSchema, Any, Place], None]


def check_type(state: MutableSchema, type_: f.TypeName, place: Place) -> None:
    """A name with capitals can only be a type that a migration makes."""
    made = find_enum(state, f.ObjectName(type_.name, type_.schema)) or type_.name in state.types
    if not made and type_.name != type_.name.lower():
        refuse(state, f"there is no type {type_.name}", place, type_.name)


def model_column(state: MutableSchema, fact: f.ColumnFact) -> Column:
    """A column definition in Prisma's terms."""
    type_ = column_type(fact.type, fact.not_null, lambda name: find_enum(state, name))
    default = default_value(fact.default, type_)
    automatic = fact.type.serial or fact.identity or isinstance(default, Sequence)
    if automatic and default is None:
        default = Sequence()
    return Column(fact.name, type_, default, automatic, catalog=_catalog(type_, fact.generated))


def _catalog(type_: ColumnType, generated: str | None = None) -> CatalogColumn | None:
    """Set only where Prisma's own view says too little to compare."""
    if generated is None and type_.family is not Family.UNSUPPORTED:
        return None
    suffix = "[]" if type_.arity is Arity.LIST else ""
    return CatalogColumn(bare_type(type_.text) + suffix, generated=generated)


def bare_type(text: str) -> str:
    """An extension's type without its schema, blanks and case: `vector(1536)`."""
    text = "".join(text.lower().split())
    head, bracket, tail = text.partition("(")
    return head.rsplit(".", 1)[-1] + bracket + tail


def _change(
    state: MutableSchema, name: f.ObjectName, column: str, place: Place, change: Callable[[Column], Column]
) -> None:
    table = table_with(state, name, column, place)
    if table is None:
        return
    columns = tuple(change(c) if c.name == column else c for c in table.columns)
    put(state, replace(table, columns=columns))
    state.touches.alter(part("column", table.name, column))


def _set_arity(column: Column, required: bool) -> Column:
    if column.type.arity is Arity.LIST:
        return column
    arity = Arity.REQUIRED if required else Arity.NULLABLE
    return replace(column, type=replace(column.type, arity=arity))


def add_column(state: MutableSchema, fact: f.AddColumn, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is None:
        return
    check_type(state, fact.column.type, place)
    column = model_column(state, fact.column)
    if fact.column.not_null and column.type.arity is Arity.LIST:
        state.required_lists.add((table.name, column.name))
    if table.column(column.name) is None:
        put(state, replace(table, columns=(*table.columns, column)))
    elif not fact.if_not_exists:
        refuse(state, f"{table.name} has a column {column.name} already", place, table.name.name)
        columns = tuple(column if c.name == column.name else c for c in table.columns)
        put(state, replace(table, columns=columns))
    key = part("column", table.name, column.name)
    if not fact.if_not_exists:
        state.touches.make(key)
    elif table.column(column.name) is not None:
        state.touches.skip(key)


def drop_column(state: MutableSchema, fact: f.DropColumn, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is None:
        return
    name = fact.column
    if not fact.if_exists:
        column_of(state, table, name, place)
    key = table.primary_key
    if not fact.cascade:
        for other, reference in references_to(state, table.name):
            if name in reference.referenced_columns and other.name != table.name:
                message = f"{reference.name} of {other.name} refers to {table.name}.{name}"
                refuse(state, message, place, table.name.name, other.name.name)
    put(
        state,
        replace(
            table,
            columns=tuple(c for c in table.columns if c.name != name),
            indexes=tuple(i for i in table.indexes if not uses_column(i, name)),
            foreign_keys=tuple(k for k in table.foreign_keys if name not in k.columns),
            primary_key=None if key and name in key.columns else key,
        ),
    )
    if fact.cascade:
        for other, reference in list(references_to(state, table.name)):
            if name in reference.referenced_columns:
                _drop_foreign_key(state, other.name, reference.name)
    state.touches.drop(part("column", table.name, name))


def _drop_foreign_key(state: MutableSchema, table: QualifiedName, name: str) -> None:
    other = state.tables[table]
    put(state, replace(other, foreign_keys=tuple(k for k in other.foreign_keys if k.name != name)))


def uses_column(index: Index, column: str) -> bool:
    """Whether the index goes when the column goes."""
    if any(c.name == column for c in index.columns):
        return True
    catalog = index.catalog
    if catalog is None:
        return False
    return column in catalog.include or f'"{column}"' in catalog.definition


def rename_column(state: MutableSchema, fact: f.RenameColumn, place: Place) -> None:
    table = table_with(state, fact.table, fact.column, place)
    if table is None:
        return
    if table.column(fact.new) is not None:
        refuse(state, f"{table.name} has a column {fact.new} already", place, table.name.name)

    def name(old: str) -> str:
        return fact.new if old == fact.column else old

    def names(old: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name(one) for one in old)

    key = table.primary_key
    put(
        state,
        replace(
            table,
            columns=tuple(replace(c, name=name(c.name)) for c in table.columns),
            primary_key=replace(key, columns=names(key.columns)) if key else None,
            indexes=tuple(
                replace(i, columns=tuple(replace(c, name=name(c.name)) for c in i.columns))
                for i in table.indexes
            ),
            foreign_keys=tuple(replace(k, columns=names(k.columns)) for k in table.foreign_keys),
        ),
    )
    for other, reference in list(references_to(state, table.name)):
        other = state.tables[other.name]
        keys = tuple(
            replace(k, referenced_columns=names(k.referenced_columns)) if k.name == reference.name else k
            for k in other.foreign_keys
        )
        put(state, replace(other, foreign_keys=keys))
    if (table.name, fact.column) in state.required_lists:
        state.required_lists.add((table.name, fact.new))
    state.touches.rename(part("column", table.name, fact.column), part("column", table.name, fact.new))


def alter_type(state: MutableSchema, fact: f.AlterColumnType, place: Place) -> None:
    table = table_with(state, fact.table, fact.column, place)
    column = table.column(fact.column) if table is not None else None
    if table is None or column is None:
        return
    was = column.type
    required = was.arity is Arity.REQUIRED or (table.name, column.name) in state.required_lists
    check_type(state, fact.type, place)
    type_ = column_type(fact.type, required, lambda name: find_enum(state, name))
    if type_.arity is Arity.LIST and was.arity is Arity.REQUIRED:
        state.required_lists.add((table.name, column.name))
    if _default_is_in_the_way(column, type_):
        enums = tuple(e.name for e in (was.enum, type_.enum) if e is not None)
        message = f"the default of {table.name}.{column.name} cannot be cast to {fact.type}"
        refuse(state, message, place, table.name.name, *enums)
    default = recast(column.default, type_)
    if was.enum is not None and was.enum != type_.enum and column.default is not None:
        state.cast_defaults[table.name, column.name] = was.enum
    _change(
        state,
        fact.table,
        fact.column,
        place,
        lambda c: replace(c, type=type_, default=default, catalog=_catalog(type_)),
    )


def _default_is_in_the_way(column: Column, type_: ColumnType) -> bool:
    """Postgres casts a default along with its column only where an assignment cast exists, and enums have none."""
    from ..model.types import DbGenerated, PrismaLevel

    default = column.default
    if default is None or isinstance(default, PrismaLevel):
        return False
    if isinstance(default, DbGenerated) and default.text is None:
        return False
    return type_.family is Family.ENUM and (
        column.type.enum != type_.enum or (column.type.arity is Arity.LIST) != (type_.arity is Arity.LIST)
    )


def set_not_null(state: MutableSchema, fact: f.SetNotNull, place: Place) -> None:
    table = find_table(state, fact.table)
    if table is not None:
        state.required_lists.add((table.name, fact.column))
    _change(state, fact.table, fact.column, place, lambda c: _set_arity(c, True))


def drop_not_null(state: MutableSchema, fact: f.DropNotNull, place: Place) -> None:
    table = find_table(state, fact.table)
    if table is not None:
        state.required_lists.discard((table.name, fact.column))
    _change(state, fact.table, fact.column, place, lambda c: _set_arity(c, False))


def set_default(state: MutableSchema, fact: f.SetDefault, place: Place) -> None:
    _forget_cast(state, fact.table, fact.column)

    def change(column: Column) -> Column:
        default = default_value(fact.default, column.type)
        return replace(column, default=default, autoincrement=isinstance(default, Sequence))

    _change(state, fact.table, fact.column, place, change)


def _forget_cast(state: MutableSchema, name: f.ObjectName, column: str) -> None:
    table = find_table(state, name)
    if table is not None:
        state.cast_defaults.pop((table.name, column), None)


def drop_default(state: MutableSchema, fact: f.DropDefault, place: Place) -> None:
    _forget_cast(state, fact.table, fact.column)

    def change(column: Column) -> Column:
        return replace(column, default=None, autoincrement=False)

    _change(state, fact.table, fact.column, place, change)


def set_identity(state: MutableSchema, fact: f.SetIdentity, place: Place) -> None:
    def change(column: Column) -> Column:
        if fact.identity:
            return replace(_set_arity(column, True), default=Sequence(), autoincrement=True)
        return replace(column, default=None, autoincrement=False)

    _change(state, fact.table, fact.column, place, change)


def drop_expression(state: MutableSchema, fact: f.DropExpression, place: Place) -> None:
    def change(column: Column) -> Column:
        return replace(column, catalog=_catalog(column.type))

    _change(state, fact.table, fact.column, place, change)


def rename_in_columns(table: Table, change: Callable[[ColumnType], ColumnType]) -> Table:
    """The table with every column's type changed."""
    return replace(table, columns=tuple(replace(c, type=change(c.type)) for c in table.columns))


COLUMN_EFFECTS: dict[type, Effect] = {
    f.AddColumn: add_column,
    f.DropColumn: drop_column,
    f.RenameColumn: rename_column,
    f.AlterColumnType: alter_type,
    f.SetNotNull: set_not_null,
    f.DropNotNull: drop_not_null,
    f.SetDefault: set_default,
    f.DropDefault: drop_default,
    f.SetIdentity: set_identity,
    f.DropExpression: drop_expression,
}
