"""Indexes that Postgres cannot build at all: their type has no default operator class, and the schema names none."""

from __future__ import annotations

from ..model.types import Arity
from .base_types import base_type
from .changes import Change, CreateIndex, Note

RULE = "index-without-operator-class"

_SHAPES = frozenset(["point", "line", "lseg", "box", "path", "polygon", "circle"])
_WITHOUT: dict[str, frozenset[str]] = {
    "btree": _SHAPES | {"json", "xml", "xid", "cid", "aclitem"},
    "hash": _SHAPES | {"json", "xml", "bit", "bit varying", "money", "tsvector", "tsquery"},
}
"""Types without a default operator class, by access method (pg_opclass, Postgres 12 to 18)."""


def why_unbuildable(change: Change | Note) -> Note | None:
    """The note that stands for the creation of such an index; None for every other change."""
    if not isinstance(change, CreateIndex):
        return None
    index, table = change.index, change.table
    without = _WITHOUT.get(index.method, frozenset())
    for key in index.columns:
        column = table.column(key.name)
        if column is None or key.opclass is not None or column.type.arity is Arity.LIST:
            continue
        type_ = base_type(column)
        if type_ in without:
            return Note(
                RULE,
                f"{table.name}.{index.name}",
                f"Postgres cannot build the index `{index.name}` of `{table.name.name}`: the type {type_} of "
                f"`{key.name}` has no default operator class for {index.method}.",
            )
    return None
