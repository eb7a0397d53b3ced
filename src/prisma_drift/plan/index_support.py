"""Indexes that Postgres cannot build at all: no default operator class, and the schema names none."""

from __future__ import annotations

from collections.abc import Iterable

from ..diff.changes import CreateIndex
from ..model.types import Arity
from .conversions import base_type
from .steps import Step

_SHAPES = frozenset(["point", "line", "lseg", "box", "path", "polygon", "circle"])
_WITHOUT: dict[str, frozenset[str]] = {
    "btree": _SHAPES | {"json", "xml", "xid", "cid", "aclitem"},
    "hash": _SHAPES | {"json", "xml", "bit", "bit varying", "money", "tsvector", "tsquery"},
}
"""Types without a default operator class, by access method (pg_opclass, Postgres 12 to 18)."""


def indexes_without_opclass(steps: Iterable[Step]) -> list[tuple[str, str]]:
    """(index, why it fails) for each index to be created that cannot be."""
    found = []
    for step in steps:
        for change in step.changes:
            if isinstance(change, CreateIndex) and (type_ := _unsupported(change)) is not None:
                index, table = change.index, change.table.name
                text = (
                    f"The index `{index.name}` on the `{table.name}` table cannot be created: the type {type_} has no "
                    f"default operator class for the access method {index.method}."
                )
                found.append((f"{table.schema}.{index.name}", text))
    return found


def _unsupported(change: CreateIndex) -> str | None:
    without = _WITHOUT.get(change.index.method, frozenset())
    for key in change.index.columns:
        column = change.table.column(key.name)
        if column is None or key.opclass is not None or column.type.arity is Arity.LIST:
            continue
        if base_type(column) in without:
            return base_type(column)
    return None
