"""Indexes that Postgres cannot build at all: their type has no default operator class, and the schema names none."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.schema import Column, Extension, Opclass
from ..model.types import Arity
from .base_types import base_type
from .changes import Change, CreateIndex, Note

RULE = "index-without-operator-class"

_SHAPES = frozenset(["point", "line", "lseg", "box", "path", "polygon", "circle"])
_VECTORS = frozenset(["vector", "halfvec", "sparsevec"])
_TEXT_SEARCH = frozenset(["tsvector", "tsquery"])
NO_ORDER = _SHAPES | {"json", "jsonpath", "xml", "xid", "cid", "aclitem", "txid_snapshot", "pg_snapshot"}
"""Types whose values Postgres cannot compare."""
_WITHOUT: dict[str, frozenset[str]] = {
    "btree": NO_ORDER,
    "hash": (NO_ORDER - {"xid", "cid", "aclitem"})
    | {"bit", "bit varying", "money"}
    | _TEXT_SEARCH
    | _VECTORS,
    "gin": _SHAPES | _VECTORS,
    "gist": frozenset(["line", "lseg", "path"]) | _VECTORS,
    "spgist": frozenset(["line", "lseg", "path", "circle", "character"]) | _TEXT_SEARCH | _VECTORS,
    "brin": (_SHAPES - {"box"}) | _TEXT_SEARCH | _VECTORS,
}
"""Types without a default operator class, by access method (pg_opclass, Postgres 12 to 18, pgvector, other contrib)."""
_GIST_LISTS = frozenset(["integer"])
"""Elements of lists for which an extension, intarray, brings an operator class of gist."""


def why_unbuildable(change: Change | Note, extensions: Iterable[Extension]) -> Note | None:
    """The note that stands for the creation of such an index where there are these extensions; None for all other changes."""
    if not isinstance(change, CreateIndex):
        return None
    index, table = change.index, change.table
    for key in index.columns:
        column = table.column(key.name)
        why = column and _why(column, index.method, key.opclass, extensions)
        if column and why:
            said = f"Postgres cannot build the index `{index.name}` of `{table.name.name}`"
            message = f"{said}: the type {base_type(column)} of `{key.name}` has {why}."
            return Note(RULE, f"{table.name}.{index.name}", message)
    return None


def lacks_default_opclass(column: Column, method: str, extensions: Iterable[Extension]) -> bool:
    """Whether no index of the method can be built on the column without naming an operator class."""
    return bool(_why(column, method, None, extensions))


def _why(column: Column, method: str, opclass: Opclass | None, extensions: Iterable[Extension]) -> str:
    """What the column's type lacks; empty where it lacks nothing that is known of."""
    type_, missing = base_type(column), f"no default operator class for {method}"
    if column.type.arity is Arity.LIST:
        # The operator class of lists takes every list, and compares the elements by their own.
        if method == "gin" and (opclass is None or opclass.name == "array_ops") and type_ in NO_ORDER:
            return "no order, which an index on a list of it needs"
        lacks = method in ("spgist", "brin") or (method == "gist" and type_ not in _GIST_LISTS)
        return f"{missing} in a list" if lacks and opclass is None else ""
    if opclass is not None:
        return ""
    if method == "gist" and type_ == "text" and all(one.name != "btree_gist" for one in extensions):
        return missing
    return missing if type_ in _WITHOUT.get(method, frozenset()) else ""
