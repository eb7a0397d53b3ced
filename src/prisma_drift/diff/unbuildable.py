"""Indexes that Postgres cannot build at all: their type has no default operator class, and the schema names none."""

from __future__ import annotations

from ..model.types import Arity
from .base_types import base_type
from .changes import Change, CreateIndex, Note

RULE = "index-without-operator-class"

_SHAPES = frozenset(["point", "line", "lseg", "box", "path", "polygon", "circle"])
_NO_ORDER = _SHAPES | {"json", "jsonpath", "xml", "xid", "cid", "aclitem", "txid_snapshot", "pg_snapshot"}
_WITHOUT: dict[str, frozenset[str]] = {
    "btree": _NO_ORDER,
    "hash": (_NO_ORDER - {"xid", "cid", "aclitem"})
    | {"bit", "bit varying", "money", "tsvector", "tsquery", "vector", "halfvec", "sparsevec"},
}
"""Types without a default operator class, by access method (pg_opclass, Postgres 12 to 18, and pgvector)."""


def why_unbuildable(change: Change | Note) -> Note | None:
    """The note that stands for the creation of such an index; None for every other change."""
    if not isinstance(change, CreateIndex):
        return None
    index, table = change.index, change.table
    for key in index.columns:
        column = table.column(key.name)
        if column is None:
            continue
        type_, name = base_type(column), f"{table.name}.{index.name}"
        said = f"Postgres cannot build the index `{index.name}` of `{table.name.name}`: the type {type_} of `{key.name}` has "
        if column.type.arity is Arity.LIST:
            # The operator class of arrays takes every list, and compares the elements by their own.
            plain = key.opclass is None or key.opclass.name == "array_ops"
            if index.method == "gin" and plain and type_ in _NO_ORDER:
                return Note(RULE, name, said + "no order, which an index on a list of it needs.")
        elif key.opclass is None and type_ in _WITHOUT.get(index.method, frozenset()):
            return Note(RULE, name, said + f"no default operator class for {index.method}.")
    return None
