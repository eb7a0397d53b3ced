"""What statements about tables and their constraints do to a schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..migrations import facts as f
from ..model.names import QualifiedName
from ..model.schema import CatalogIndex, ForeignKey, Index, IndexColumn, PrimaryKey, Table
from ..model.types import Arity
from ..model.values import replace
from .columns import check_type, model_column
from .indexes import check_dependants, is_unique, rename_index
from .state import (
    Place,
    State,
    column_of,
    find_index,
    find_table,
    made,
    made_name,
    new_name,
    put,
    references_to,
    refuse,
    table_of,
    taken_names,
)

Effect = Callable[[State, Any, Place], None]


def create_table(state: State, fact: f.CreateTable, place: Place) -> None:
    name = new_name(state, fact.table)
    if fact.temporary:
        state.aside.add(name)
        return
    if fact.if_not_exists and name in state.tables:
        return
    if name in state.tables:
        refuse(state, f"{name} exists already", place, name.name)
    for column in fact.columns:
        check_type(state, column.type, place)
    columns = tuple(model_column(state, column) for column in fact.columns)
    for column in fact.columns:
        if column.not_null and column.type.array:
            state.required_lists.add((name, column.name))
    put(state, Table(name, columns, explicit_schema=name.schema != state.default_schema))
    made(state, (str(name), ""), place)
    for column in fact.columns:
        made(state, (str(name), column.name), Place(place.migration, place.file, column.line))
    for constraint in fact.constraints:
        _add_constraint(state, name, constraint, place)


def drop_table(state: State, fact: f.DropTable, place: Place) -> None:
    name = new_name(state, fact.table)
    if name in state.aside:
        state.aside.discard(name)
        return
    table = table_of(state, fact.table, place)
    if table is not None:
        if not fact.cascade:
            for other, key in references_to(state, table.name):
                if other.name != table.name:
                    message = f"{key.name} of {other.name} refers to {table.name}"
                    refuse(state, message, place, table.name.name, other.name.name)
        remove_table(state, table.name, fact.cascade, place)


def remove_table(state: State, name: QualifiedName, cascade: bool, place: Place) -> None:
    """Without CASCADE Postgres refuses while another table refers to it; the reference is then still there to see."""
    state.tables.pop(name, None)
    state.touched[(str(name), "")] = place
    if cascade:
        for other, key in list(references_to(state, name)):
            other = state.tables[other.name]
            put(
                state, replace(other, foreign_keys=tuple(k for k in other.foreign_keys if k.name != key.name))
            )


def move_table(state: State, table: Table, new: QualifiedName, place: Place) -> None:
    """Gives a table another name or schema; what refers to it follows."""
    del state.tables[table.name]
    put(state, replace(table, name=new, explicit_schema=new.schema != state.default_schema))
    for other in list(state.tables.values()):
        if any(key.references == table.name for key in other.foreign_keys):
            keys = tuple(
                replace(k, references=new) if k.references == table.name else k for k in other.foreign_keys
            )
            put(state, replace(other, foreign_keys=keys))
    state.touched[(str(table.name), "")] = state.touched[(str(new), "")] = place


def rename_table(state: State, fact: f.RenameTable, place: Place) -> None:
    if find_table(state, fact.table) is None and find_index(state, fact.table) is not None:
        rename_index(state, f.RenameIndex(fact.table, fact.new), place)  # ALTER TABLE renames indexes too
        return
    table = table_of(state, fact.table, place)
    if table is not None:
        new = QualifiedName(table.name.schema, fact.new)
        if new in state.tables:
            refuse(state, f"{new} exists already", place, table.name.name, new.name)
        move_table(state, table, new, place)


def add_constraint(state: State, fact: f.AddConstraint, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is not None:
        _add_constraint(state, table.name, fact.constraint, place)


def _add_constraint(state: State, name: QualifiedName, constraint: f.Constraint, place: Place) -> None:
    table = state.tables[name]
    added = None
    if constraint.name is not None and _has_constraint(table, constraint.name):
        refuse(state, f"{name} has a constraint {constraint.name} already", place, name.name, constraint.name)
    if not isinstance(constraint, f.OtherConstraint):
        for column in constraint.columns:
            column_of(state, table, column, place)
    if isinstance(constraint, f.Key) and constraint.primary and table.primary_key is not None:
        refuse(state, f"{name} has a primary key already", place, name.name)
    if isinstance(constraint, f.Reference):
        _check_target(state, table, constraint, place)
        added = _add_foreign_key(state, table, constraint)
    elif isinstance(constraint, f.Key):
        added = _add_key(state, table, constraint)
    elif constraint.name is not None:
        state.others.add((str(name), constraint.name))
    if added is not None:
        made(state, (str(name), added), place)


def _has_constraint(table: Table, name: str) -> bool:
    key = table.primary_key
    names = {i.name for i in table.indexes} | {k.name for k in table.foreign_keys}
    return name in names or (key is not None and key.name == name)


def _check_target(state: State, table: Table, fact: f.Reference, place: Place) -> None:
    target = table_of(state, fact.references, place)
    if target is None:
        return
    for column in fact.referenced_columns:
        column_of(state, target, column, place)
    if fact.referenced_columns and not is_unique(target, fact.referenced_columns):
        columns = ", ".join(fact.referenced_columns)
        refuse(state, f"nothing makes ({columns}) unique in {target.name}", place, target.name.name)


def _add_foreign_key(state: State, table: Table, fact: f.Reference) -> str | None:
    target = find_table(state, fact.references)
    references = target.name if target else new_name(state, fact.references)
    referenced = fact.referenced_columns
    if not referenced and target is not None and target.primary_key is not None:
        referenced = target.primary_key.columns
    taken = {key.name for key in table.foreign_keys}
    name = fact.name or made_name(table.name.name, fact.columns, "fkey", taken)
    key = ForeignKey(name, fact.columns, references, referenced, fact.on_delete, fact.on_update)
    others = tuple(k for k in table.foreign_keys if k.name != name)
    put(state, replace(table, foreign_keys=(*others, key)))
    return name


def _add_key(state: State, table: Table, fact: f.Key) -> str | None:
    columns, indexes = fact.columns, table.indexes
    name = fact.name
    if fact.using_index is not None:
        index = next((i for i in indexes if i.name == fact.using_index), None)
        if index is None:
            return None
        name = name or index.name
        columns = tuple(c.name for c in index.columns)
        indexes = tuple(i for i in indexes if i is not index)
    if name is None:
        label, parts = ("pkey", ()) if fact.primary else ("key", columns)
        name = made_name(table.name.name, parts, label, taken_names(state, table.name.schema))
    if fact.primary:
        required = tuple(
            replace(c, type=replace(c.type, arity=Arity.REQUIRED))
            if c.name in columns and c.type.arity is Arity.NULLABLE
            else c
            for c in table.columns
        )
        put(state, replace(table, columns=required, indexes=indexes, primary_key=PrimaryKey(name, columns)))
        return name
    catalog = None
    if fact.include:
        catalog = CatalogIndex("", "btree", include=fact.include, constraint="u", unmanaged=("include",))
    unique = Index(name, tuple(IndexColumn(c) for c in columns), unique=True, catalog=catalog)
    put(state, replace(table, indexes=(*(i for i in indexes if i.name != name), unique)))
    return name


def drop_constraint(state: State, fact: f.DropConstraint, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is None:
        return
    if (
        not fact.if_exists
        and not _has_constraint(table, fact.name)
        and (str(table.name), fact.name) not in state.others
    ):
        refuse(state, f"{table.name} has no constraint {fact.name}", place, table.name.name, fact.name)
    key = table.primary_key
    dropped = tuple(c.name for c in ((key,) if key and key.name == fact.name else ()))
    columns = key.columns if key and dropped else ()
    columns += tuple(c.name for i in table.indexes if i.name == fact.name for c in i.columns)
    if columns and not fact.cascade:
        check_dependants(state, table, fact.name, columns, place)
    put(
        state,
        replace(
            table,
            primary_key=None if dropped else key,
            indexes=tuple(i for i in table.indexes if i.name != fact.name),
            foreign_keys=tuple(k for k in table.foreign_keys if k.name != fact.name),
        ),
    )
    state.touched[(str(table.name), fact.name)] = place
    if fact.cascade and columns:
        for other, reference in list(references_to(state, table.name)):
            if set(reference.referenced_columns) == set(columns):
                other = state.tables[other.name]
                keys = tuple(k for k in other.foreign_keys if k.name != reference.name)
                put(state, replace(other, foreign_keys=keys))


def rename_constraint(state: State, fact: f.RenameConstraint, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is None:
        return
    if not _has_constraint(table, fact.name) and (str(table.name), fact.name) not in state.others:
        refuse(state, f"{table.name} has no constraint {fact.name}", place, table.name.name, fact.name)
    elif _has_constraint(table, fact.new):
        refuse(state, f"{table.name} has a constraint {fact.new} already", place, table.name.name, fact.new)

    def name(old: str) -> str:
        return fact.new if old == fact.name else old

    key = table.primary_key
    put(
        state,
        replace(
            table,
            primary_key=replace(key, name=name(key.name)) if key else None,
            indexes=tuple(replace(i, name=name(i.name)) for i in table.indexes),
            foreign_keys=tuple(replace(k, name=name(k.name)) for k in table.foreign_keys),
        ),
    )
    state.touched[(str(table.name), fact.name)] = state.touched[(str(table.name), fact.new)] = place


TABLE_EFFECTS: dict[type, Effect] = {
    f.CreateTable: create_table,
    f.DropTable: drop_table,
    f.RenameTable: rename_table,
    f.AddConstraint: add_constraint,
    f.DropConstraint: drop_constraint,
    f.RenameConstraint: rename_constraint,
}
