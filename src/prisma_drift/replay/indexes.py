"""What statements about indexes do to a schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..migrations import facts as f
from ..model.schema import CatalogIndex, Index, IndexColumn, Opclass, Table
from ..model.values import replace
from .state import (
    MutableSchema,
    column_of,
    find_index,
    find_primary_key,
    made_name,
    missing,
    put,
    references_to,
    refuse,
    table_of,
    taken_names,
)
from .touches import Place, part

Effect = Callable[[MutableSchema, Any, Place], None]
_PRISMA_METHODS = ("btree", "hash", "gist", "gin", "spgist", "brin")
_DEFAULT_OPCLASSES = ("jsonb_ops", "array_ops", "text_ops", "tsvector_ops", "inet_ops")
_WITH_OPCLASS = ("gist", "gin", "spgist", "brin")


def is_unique(table: Table, columns: tuple[str, ...], without: str = "") -> bool:
    """Whether a key or unique index covers just these columns, in any order; `without` names one not to count."""
    wanted = set(columns)
    key = table.primary_key
    if key is not None and key.name != without and set(key.columns) == wanted:
        return True
    return any(
        i.unique and i.name != without and i.predicate is None and {c.name for c in i.columns} == wanted
        for i in table.indexes
    )


def check_dependants(
    state: MutableSchema, table: Table, name: str, columns: tuple[str, ...], place: Place
) -> None:
    """A unique index or key that a foreign key needs cannot be dropped without CASCADE."""
    if is_unique(table, columns, without=name):
        return
    for other, key in references_to(state, table.name):
        if set(key.referenced_columns) == set(columns):
            refuse(state, f"{key.name} of {other.name} needs {name}", place, table.name.name, other.name.name)


def create_index(state: MutableSchema, fact: f.CreateIndex, place: Place) -> None:
    table = table_of(state, fact.table, place)
    if table is None:
        state.relations.update(() if fact.name is None else (fact.name,))
        return
    expression = any(key.column is None for key in fact.keys)
    name = fact.name
    if name is None:
        parts = tuple(key.column or "expr" for key in fact.keys) + fact.include
        name = made_name(table.name.name, parts, "idx", taken_names(state, table.name.schema))
    elif find_index(state, f.ObjectName(name, table.name.schema)):
        if fact.if_not_exists:
            state.touches.skip(part("index", table.name, name))
            return
        refuse(state, f"{name} exists already", place, table.name.name, name)
    for key in fact.keys:
        if key.column is not None:
            column_of(state, table, key.column, place)
    reasons = []
    if fact.method not in _PRISMA_METHODS:
        reasons.append(fact.method)
    if expression:
        reasons.append("expression")
    if fact.include:
        reasons.append("include")
    if fact.predicate is not None:
        reasons.append("partial")
    shown_method = fact.method if fact.method in _PRISMA_METHODS else "btree"
    index = Index(
        name,
        tuple(_index_column(key, fact.method) for key in fact.keys if key.column is not None),
        fact.unique,
        shown_method,
        fact.predicate,
        catalog=CatalogIndex(
            " ".join(key.text for key in fact.keys) + f" {fact.predicate or ''}",
            fact.method,
            predicate=fact.predicate,
            include=fact.include,
            expression=expression,
            opclasses=tuple(key.opclass or "" for key in fact.keys if key.column is not None),
            unmanaged=tuple(reasons),
        ),
    )
    others = tuple(i for i in table.indexes if i.name != name)
    put(state, replace(table, indexes=(*others, index)))
    state.touches.make(part("index", table.name, name))


def _index_column(key: f.IndexKey, method: str) -> IndexColumn:
    opclass = None
    if key.opclass and method in _WITH_OPCLASS:
        default = key.opclass in _DEFAULT_OPCLASSES or key.opclass.endswith("_minmax_ops")
        opclass = Opclass(key.opclass, default)
    return IndexColumn(key.column or "", "desc" if key.descending else "asc", opclass)


def drop_index(state: MutableSchema, fact: f.DropIndex, place: Place) -> None:
    found = find_index(state, fact.name)
    if found is None:
        missing(state, fact.name, "index", place)
        return
    table, index = found
    if index.unique and not fact.cascade:
        check_dependants(state, table, index.name, tuple(c.name for c in index.columns), place)
    put(state, replace(table, indexes=tuple(i for i in table.indexes if i is not index)))


def rename_index(state: MutableSchema, fact: f.RenameIndex, place: Place) -> None:
    found = find_index(state, fact.name)
    if found is not None:
        table, index = found
        indexes = tuple(replace(i, name=fact.new) if i is index else i for i in table.indexes)
        put(state, replace(table, indexes=indexes))
    else:
        owner = find_primary_key(state, fact.name)
        if owner is None or owner.primary_key is None:
            missing(state, fact.name, "index", place)
            return
        table = owner
        put(state, replace(owner, primary_key=replace(owner.primary_key, name=fact.new)))
    state.touches.rename(part("index", table.name, fact.name.name), part("index", table.name, fact.new))


INDEX_EFFECTS: dict[type, Effect] = {
    f.CreateIndex: create_index,
    f.DropIndex: drop_index,
    f.RenameIndex: rename_index,
}
