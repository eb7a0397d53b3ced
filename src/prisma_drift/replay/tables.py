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
    MutableSchema,
    column_of,
    find_index,
    find_primary_key,
    find_table,
    forget_table,
    made_name,
    missing,
    new_name,
    put,
    references_to,
    refuse,
    table_of,
    taken_names,
)
from .touches import Place, part, parts, whole

Effect = Callable[[MutableSchema, Any, Place], None]


def create_table(state: MutableSchema, fact: f.CreateTable, place: Place) -> None:
    name = new_name(state, fact.table)
    if fact.temporary:
        state.aside.add(name)
        return
    if fact.if_not_exists and name in state.tables:
        state.touches.skip(whole("table", name))
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
    state.touches.make(whole("table", name))
    for column in fact.columns:
        line = replace(place, line=column.line or place.line)
        state.touches.make(part("column", name, column.name), line)
    for constraint in fact.constraints:
        _add_constraint(state, name, constraint, place)


def drop_table(state: MutableSchema, fact: f.DropTable, place: Place) -> None:
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
        remove_table(state, table, fact.cascade)


def remove_table(state: MutableSchema, table: Table, cascade: bool) -> None:
    """Without CASCADE Postgres refuses while another table refers to it; the reference is then still there to see."""
    forget_table(state, table)
    if cascade:
        for other, key in list(references_to(state, table.name)):
            other = state.tables[other.name]
            put(
                state, replace(other, foreign_keys=tuple(k for k in other.foreign_keys if k.name != key.name))
            )


def move_table(state: MutableSchema, table: Table, new: QualifiedName, action: str) -> None:
    """Gives a table another name or schema; what refers to it follows."""
    if new in state.tables:
        forget_table(state, state.tables[new])
    del state.tables[table.name]
    state.tables[new] = replace(table, name=new, explicit_schema=new.schema != state.default_schema)
    for other in list(state.tables.values()):
        if any(key.references == table.name for key in other.foreign_keys):
            keys = tuple(
                replace(k, references=new) if k.references == table.name else k for k in other.foreign_keys
            )
            put(state, replace(other, foreign_keys=keys))
    state.touches.move_whole(whole("table", table.name), whole("table", new), parts(table), action)


def rename_table(state: MutableSchema, fact: f.RenameTable, place: Place) -> None:
    table = find_table(state, fact.table)
    if table is None and (find_index(state, fact.table) or find_primary_key(state, fact.table)):
        rename_index(state, f.RenameIndex(fact.table, fact.new), place)  # ALTER TABLE renames indexes too
    elif table is None:
        missing(state, fact.table, "table", place)
        state.relations.add(fact.new)
    else:
        new = QualifiedName(table.name.schema, fact.new)
        if new in state.tables:
            refuse(state, f"{new} exists already", place, table.name.name, new.name)
        move_table(state, table, new, "renamed")


def add_constraint(state: MutableSchema, fact: f.AddConstraint, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is not None:
        _add_constraint(state, table.name, fact.constraint, place)


def _add_constraint(
    state: MutableSchema, name: QualifiedName, constraint: f.Constraint, place: Place
) -> None:
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
    else:
        added = constraint.name  # Prisma's language has no word for it: only its name is kept
    if added is not None:
        if isinstance(constraint, f.Key) and constraint.using_index not in (None, added):
            state.touches.touch(part("index", name, constraint.using_index or ""), "renamed", alive=False)
        kind = "index" if isinstance(constraint, f.Key) else "constraint"
        state.touches.make(part(kind, name, added))


def _has_constraint(table: Table, name: str) -> bool:
    """Whether the table has such a constraint, or an index of that name."""
    key = table.primary_key
    names = {i.name for i in table.indexes} | {k.name for k in table.foreign_keys}
    return name in names or (key is not None and key.name == name)


def _check_target(state: MutableSchema, table: Table, fact: f.Reference, place: Place) -> None:
    target = table_of(state, fact.references, place)
    if target is None:
        return
    for column in fact.referenced_columns:
        column_of(state, target, column, place)
    if fact.referenced_columns and not is_unique(target, fact.referenced_columns):
        columns = ", ".join(fact.referenced_columns)
        refuse(state, f"nothing makes ({columns}) unique in {target.name}", place, target.name.name)


def _add_foreign_key(state: MutableSchema, table: Table, fact: f.Reference) -> str | None:
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


def _add_key(state: MutableSchema, table: Table, fact: f.Key) -> str | None:
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


def drop_constraint(state: MutableSchema, fact: f.DropConstraint, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is None:
        return
    kind = _kind(state, table, fact.name)
    state.touches.drop(part(kind or "constraint", table.name, fact.name))
    if kind is None:
        if not fact.if_exists:
            refuse(state, f"{table.name} has no constraint {fact.name}", place, table.name.name, fact.name)
        return
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
    if fact.cascade and columns:
        for other, reference in list(references_to(state, table.name)):
            if set(reference.referenced_columns) == set(columns):
                other = state.tables[other.name]
                keys = tuple(k for k in other.foreign_keys if k.name != reference.name)
                put(state, replace(other, foreign_keys=keys))


def _kind(state: MutableSchema, table: Table, name: str) -> str | None:
    """Whether a name is that of a key (index) or of a foreign key, CHECK or exclusion (constraint), if of any."""
    key = table.primary_key
    if (key is not None and key.name == name) or any(
        i.name == name and (i.catalog is None or i.catalog.constraint) for i in table.indexes
    ):
        return "index"  # what CREATE INDEX made has a catalog's word, and is no constraint
    known = any(k.name == name for k in table.foreign_keys)
    return "constraint" if known or state.touches.is_alive(part("constraint", table.name, name)) else None


def rename_constraint(state: MutableSchema, fact: f.RenameConstraint, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is None:
        return
    kind = _kind(state, table, fact.name)
    if kind is None:
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
    kind = kind or "constraint"
    state.touches.rename(part(kind, table.name, fact.name), part(kind, table.name, fact.new))


TABLE_EFFECTS: dict[type, Effect] = {
    f.CreateTable: create_table,
    f.DropTable: drop_table,
    f.RenameTable: rename_table,
    f.AddConstraint: add_constraint,
    f.DropConstraint: drop_constraint,
    f.RenameConstraint: rename_constraint,
}
