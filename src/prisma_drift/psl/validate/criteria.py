"""Small questions about resolved symbols that several rules ask."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.values import field, frozen
from ..blocks.configuration import Configuration
from ..resolve.symbols import (
    CompositeField,
    KeyField,
    ModelSymbol,
    Relation,
    RelationField,
    ScalarField,
    Symbols,
    Unsupported,
)
from ..syntax.ast import OPTIONAL
from ..syntax.diagnostics import Diagnostics

_LONGEST = 32
"""More columns than an index may have in Postgres need no look-up."""


@frozen
class Criteria:
    """The keys and indexes of a model, for quick look-up."""

    named: frozenset[tuple[str, ...]]
    """Sorted field names of each unique criterion."""
    ordered_names: frozenset[tuple[str, ...]]
    ordered: frozenset[tuple[int, ...]]
    """Identities of the fields of each unique criterion, in its order."""
    beginnings: frozenset[tuple[int, ...]]
    """Identities of the first fields of every key and index, one, two and so on."""

    @classmethod
    def of(cls, model: ModelSymbol) -> Criteria:
        unique = list(unique_criteria(model))
        every = [*unique, *(index.fields for index in model.indexes if not index.unique)]
        return cls(
            frozenset(tuple(sorted(key.name for key in fields)) for fields in unique),
            frozenset(tuple(key.name for key in fields) for fields in unique),
            frozenset(tuple(id(key.field) for key in fields) for fields in unique),
            frozenset(
                tuple(id(key.field) for key in fields[:size])
                for fields in every
                for size in range(1, min(len(fields), _LONGEST) + 1)
            ),
        )


@frozen
class Scope:
    """What every rule is given."""

    symbols: Symbols
    configuration: Configuration
    diagnostics: Diagnostics

    unique_names: frozenset[tuple[int, str]]
    """(model's identity, client name) of every unique index that has one."""
    criteria: dict[int, Criteria] = field(default_factory=dict)
    """Per model, made when first asked for."""

    @classmethod
    def of(cls, symbols: Symbols, configuration: Configuration, diagnostics: Diagnostics) -> Scope:
        names = frozenset(
            (id(model), index.name)
            for model in symbols.models
            for index in model.indexes
            if index.name is not None
        )
        return cls(symbols, configuration, diagnostics, names)

    def criteria_of(self, model: ModelSymbol) -> Criteria:
        found = self.criteria.get(id(model))
        if found is None:
            found = self.criteria[id(model)] = Criteria.of(model)
        return found

    @property
    def postgres(self) -> bool:
        """False without a datasource: then Prisma holds the schema against a database that can do very little."""
        return self.configuration.datasource is not None

    @property
    def foreign_keys(self) -> bool:
        source = self.configuration.datasource
        return source is None or source.relation_mode == "foreignKeys"


def unique_criteria(model: ModelSymbol) -> Iterator[tuple[KeyField, ...]]:
    """The primary key, then every unique index of the whole table."""
    if model.primary_key is not None:
        yield model.primary_key.fields
    for index in model.indexes:
        if index.unique:
            yield index.fields


def is_strict(fields: tuple[KeyField, ...]) -> bool:
    """No field is optional (a list is not), and the client can read them all."""
    return not any(
        key.field.ast.arity == OPTIONAL or isinstance(key.field.type, Unsupported) for key in fields
    )


def referenced_fields(relation: Relation) -> tuple[ScalarField | CompositeField, ...]:
    """As written, else the first criterion of the other model without optional fields."""
    forward = relation.field_a
    if forward is not None and forward.references is not None:
        return forward.references
    for fields in unique_criteria(relation.model_b):
        if not any(key.field.ast.arity == OPTIONAL for key in fields):
            return tuple(key.field for key in fields)
    return ()


def is_single_key(field: ScalarField) -> bool:
    """Whether the field alone is the primary key."""
    key = field.model.primary_key
    return key is not None and len(key.fields) == 1 and key.fields[0].field is field


def place(field: RelationField) -> str:
    """``a` on Model `B``, as messages about relations have it."""
    return f"`{field.name}` on Model `{field.model.name}`"


def missing_opposite(field: RelationField, scope: Scope) -> None:
    """Reports a relation field that nothing on the other model answers."""
    kind, model = field.model.kind, field.model.name
    scope.diagnostics.error(
        f"Error validating field `{field.name}` in {kind} `{model}`: The relation field `{field.name}` on {kind} "
        f"`{model}` is missing an opposite relation field on the model `{field.related.name}`. "
        "Either run `prisma format` or add it manually.",
        field.ast.span,
    )
