"""Whether an index can serve a column's new type, and with which operator class."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...diff.base_types import base_type
from ...diff.unbuildable import lacks_default_opclass
from ...model.holders import Holder, Opclass
from ...model.schema import Column, Extension
from ...model.types import Arity

_VECTORS = {
    "hnsw": frozenset(["vector", "halfvec", "sparsevec"]),
    "ivfflat": frozenset(["vector", "halfvec"]),
}
"""The types of pgvector that each of its methods indexes."""
_VECTOR_OPCLASS = re.compile(r"(.*\.)?\"?(vector|halfvec|sparsevec)(_\w+_ops)\"?\Z")
_STRINGS = frozenset(["text", "character varying", "character", "name"])
"""Types that take one another's operator classes, being the same bytes or nearly so."""


def definition_for(
    holder: Holder, column: str, becomes: Column, extensions: Iterable[Extension]
) -> str | None:
    """The index's definition for the column's new type: its own where that still fits, the one with the matching operator
    class, or None where its method cannot serve the type at all."""
    definition = holder.definition
    for opclass in holder.opclasses:
        if opclass.column != column:
            continue
        matching = _matching(opclass, holder.method, becomes, extensions)
        if matching is None:
            return None
        if matching != opclass.name:
            definition = _with_opclass(definition, opclass, matching)
    return definition


def _matching(opclass: Opclass, method: str, becomes: Column, extensions: Iterable[Extension]) -> str | None:
    """The operator class for the new type; the same one where Postgres chooses it by itself."""
    type_ = base_type(becomes)
    is_list = becomes.type.arity is Arity.LIST
    if method in _VECTORS:
        named = _VECTOR_OPCLASS.match(opclass.name)
        if named is None or is_list:
            return None
        schema, before, rest = named.groups()
        if before == type_:
            return opclass.name
        return f"{schema or ''}{type_}{rest}" if type_ in _VECTORS[method] else None
    if opclass.default:
        return None if lacks_default_opclass(becomes, method, extensions) else opclass.name
    same = not is_list and (opclass.accepts == type_ or {opclass.accepts, type_} <= _STRINGS)
    return opclass.name if same else None


def _with_opclass(definition: str, opclass: Opclass, name: str) -> str:
    """The definition with another operator class behind the key, which stands alone between parentheses in such an index."""
    inside = opclass.text if opclass.default else f"{opclass.text} {opclass.name}"
    head, using, rest = definition.partition(" USING ")
    return head + using + rest.replace(f"({inside})", f"({opclass.text} {name})", 1)
