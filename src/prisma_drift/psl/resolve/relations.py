"""Fourth pass: which two fields make a relation, and which side holds the foreign key."""

from __future__ import annotations

from ..syntax.ast import LIST, OPTIONAL, REQUIRED
from .symbols import ModelSymbol, Relation, RelationField, Symbols


def infer_relations(symbols: Symbols) -> None:
    """Fill `symbols.relations`, in the order of the fields that carry them."""
    candidates: dict[tuple[int, int, str | None], list[RelationField]] = {}
    for model in symbols.models:
        for field in model.relations:
            key = (id(field.model), id(field.related), field.relation_name)
            candidates.setdefault(key, []).append(field)
    for model in symbols.models:
        for field in model.relations:
            relation = _relation(field, _opposite(field, candidates))
            if relation is not None:
                symbols.relations.append(relation)


def _opposite(
    field: RelationField, candidates: dict[tuple[int, int, str | None], list[RelationField]]
) -> RelationField | None:
    """The first field of the other model that points back under the same name."""
    key = (id(field.related), id(field.model), field.relation_name)
    return next((other for other in candidates.get(key, ()) if other is not field), None)


def _relation(field: RelationField, other: RelationField | None) -> Relation | None:
    """The relation, seen from the field that carries it; None from the other one."""
    if other is None:
        return _one_sided(field)
    if field.arity == LIST:
        if other.arity != LIST:
            return None
        return _many_to_many(field, other)
    if other.arity == LIST:
        return _make("one-to-many", field, other)
    if not _is_forward(field, other):
        return None
    return _make("one-to-one", field, other)


def _is_forward(field: RelationField, other: RelationField) -> bool:
    """Whether this side of a 1:1 relation holds the key: the required one, else the one with `fields`, else by name."""
    if field.arity != other.arity:
        return field.arity == REQUIRED
    if field.arity == OPTIONAL:
        if field.fields is not None:
            return True
        if other.fields is not None:
            return False
    return _place(field) <= _place(other)


def _place(field: RelationField) -> tuple[bytes, bytes]:
    return field.model.name.encode(), field.name.encode()


def _many_to_many(field: RelationField, other: RelationField) -> Relation | None:
    if field.model.name.encode() > other.model.name.encode():
        return None
    if field.model is other.model and field.name.encode() > other.name.encode():
        return None
    embedded = field.fields is not None or other.fields is not None
    return _make("embedded" if embedded else "many-to-many", field, other)


def _one_sided(field: RelationField) -> Relation:
    if field.arity == LIST:
        return Relation("one-to-many", field.related, field.model, None, field, field.relation_name)
    kind = "one-to-one" if _fields_are_unique(field.model, field) else "one-to-many"
    return Relation(kind, field.model, field.related, field, None, field.relation_name)


def _fields_are_unique(model: ModelSymbol, field: RelationField) -> bool:
    wanted = field.fields
    return wanted is not None and any(
        index.unique and tuple(key.field for key in index.fields) == wanted for index in model.indexes
    )


def _make(kind: str, field: RelationField, other: RelationField) -> Relation:
    return Relation(kind, field.model, field.related, field, other, field.relation_name)
