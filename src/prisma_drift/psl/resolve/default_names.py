"""The names of a model's keys, indexes and relations in the database: as written in `map:`, else Prisma's own."""

from __future__ import annotations

from ..syntax.ast import REQUIRED
from ..vocabulary import constraint_names as names
from .symbols import IndexSymbol, KeyField, ModelSymbol, RelationField, ScalarField


def primary_key_name(model: ModelSymbol) -> str:
    key = model.primary_key
    if key is not None and key.mapped is not None:
        return key.mapped
    return names.primary_key(model.database_name)


def index_name(model: ModelSymbol, index: IndexSymbol) -> str:
    if index.mapped is not None:
        return index.mapped
    columns = (column_name(key) for key in index.fields)
    make = names.unique if index.unique else names.index
    return make(model.database_name, columns)


def foreign_key_name(field: RelationField) -> str:
    if field.mapped is not None:
        return field.mapped
    columns = (scalar.database_name for scalar in field.fields or ())
    return names.foreign_key(field.model.database_name, columns)


def referential_arity(field: RelationField) -> str:
    """Required if any of the scalar fields is, whatever the relation field itself says."""
    if any(scalar.ast.arity == REQUIRED for scalar in field.fields or ()):
        return REQUIRED
    return field.arity


def column_name(key: KeyField) -> str:
    field = key.field
    if isinstance(field, ScalarField):
        return field.database_name
    return field.mapped if field.mapped is not None else field.ast.name.name
