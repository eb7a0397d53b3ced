"""Names in the database that must not meet: keys and indexes per schema, keys and relations per table."""

from __future__ import annotations

from collections import Counter, defaultdict

from ..resolve.default_names import foreign_key_name, index_name, primary_key_name
from ..resolve.symbols import (
    IndexSymbol,
    ModelSymbol,
    Relation,
    RelationField,
    ScalarField,
    generated_relation_name,
)
from ..syntax.ast import Attribute
from ..vocabulary import constraint_names
from .criteria import Scope

GLOBAL = "global for primary key, indexes and unique constraints"


class Namespaces:
    """How often each name is taken, and who shares a relation name."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.globally: Counter[tuple[str | None, str]] = Counter()
        self.locally: Counter[tuple[int, str]] = Counter()
        self.custom: Counter[tuple[int, str]] = Counter()
        self.relations: defaultdict[tuple[int, int, str], list[RelationField]] = defaultdict(list)
        for model in scope.symbols.models:
            self._model(model)
        if scope.postgres:
            for relation in scope.symbols.relations:
                self._relation(relation)

    def _model(self, model: ModelSymbol) -> None:
        schema = model.schema[0] if model.schema else None
        for field in model.relations:
            self.relations[relation_key(field)].append(field)
        key = model.primary_key
        if key is not None and key.name is not None:
            self.custom[id(model), key.name] += 1
        for index in model.indexes:
            if index.name is not None:
                self.custom[id(model), index.name] += 1
        if not self.scope.postgres:
            return
        taken = [index_name(model, index) for index in model.indexes]
        if key is not None:
            taken.append(primary_key_name(model))
        for name in taken:
            self.globally[schema, name] += 1
            self.locally[id(model), name] += 1

    def _relation(self, relation: Relation) -> None:
        """A relation with only its list side written counts there."""
        if relation.kind not in ("one-to-one", "one-to-many"):
            return
        carrier = relation.model_a if relation.field_a else relation.model_b
        if not carrier.view:
            self.locally[id(carrier), relation_constraint_name(relation)] += 1

    def global_clash(self, model: ModelSymbol, name: str) -> bool:
        schema = model.schema[0] if model.schema else None
        return self.globally[schema, name] > 1

    def local_clash(self, model: ModelSymbol, name: str) -> bool:
        return self.locally[id(model), name] > 1

    def custom_clash(self, model: ModelSymbol, name: str) -> bool:
        return self.custom[id(model), name] > 1


def relation_key(field: RelationField) -> tuple[int, int, str]:
    """What two relation fields of a model share where they are ambiguous."""
    name = field.relation_name or generated_relation_name(field.model, field.related)
    return id(field.model), id(field.related), name


def relation_constraint_name(relation: Relation) -> str:
    if relation.field_a is not None:
        return foreign_key_name(relation.field_a)
    return constraint_names.foreign_key(relation.model_a.database_name, ())


def clash_message(name: str, namespace: str) -> str:
    return (
        f"The given constraint name `{name}` has to be unique in the following namespace: {namespace}. "
        "Please provide a different name using the `map` argument."
    )


def local_namespace(model: ModelSymbol) -> str:
    return f"on model `{model.name}` for primary key, indexes, unique constraints and foreign keys"


def check_length(
    model: ModelSymbol, attribute: Attribute, name: str | None, signs: str, scope: Scope
) -> None:
    """A name written in `map:` must fit into Postgres' limit."""
    limit = constraint_names.LIMIT
    if name is None or not scope.postgres or constraint_names.byte_length(name) <= limit:
        return
    scope.diagnostics.block(
        f"The constraint name '{name}' specified in the `map` argument for the `{signs}{attribute.name.name}` "
        f"constraint is too long for your chosen provider. The maximum allowed length is {limit} bytes.",
        "model",
        model.name,
        attribute.span,
    )


def check_primary_key_name(model: ModelSymbol, names: Namespaces, scope: Scope) -> None:
    key = model.primary_key
    if key is None or not scope.postgres:
        return
    name = primary_key_name(model)
    check_length(model, key.attribute, name, "@" if key.source_field else "@@", scope)
    span = key.attribute.argument_span("map") or key.attribute.span
    if names.global_clash(model, name):
        scope.diagnostics.attribute(clash_message(name, GLOBAL), key.attribute_name, span)
    if names.local_clash(model, name):
        message = clash_message(name, local_namespace(model))
        scope.diagnostics.attribute(message, key.attribute_name, span)


def check_index_name(model: ModelSymbol, index: IndexSymbol, names: Namespaces, scope: Scope) -> None:
    if not scope.postgres:
        return
    name = index_name(model, index)
    if names.global_clash(model, name):
        attribute = index.attribute
        span = attribute.argument_span("map") or attribute.argument_span("name") or attribute.span
        scope.diagnostics.attribute(clash_message(name, GLOBAL), index.attribute_name, span)


def check_relation_name(relation: Relation, names: Namespaces, scope: Scope) -> None:
    if not scope.postgres:
        return
    name = relation_constraint_name(relation)
    model = relation.model_a
    if not names.local_clash(model, name):
        return
    field = relation.field_a
    if field is None:
        span = relation.model_b.ast.span
    else:
        span = field.ast.argument_span("relation", "map") or field.ast.span
    message = clash_message(name, local_namespace(model))
    scope.diagnostics.attribute(message, "@relation", span)


def check_client_name(field: ScalarField | RelationField, scope: Scope) -> None:
    """A field must not have the client name of a compound key of its model."""
    model = field.model
    for attribute, taken in (
        ("@@unique", (id(model), field.name) in scope.unique_names),
        ("@@id", model.primary_key is not None and model.primary_key.name == field.name),
    ):
        if taken:
            message = (
                f"The custom name `{field.name}` specified for the `{attribute}` attribute is already used as a name "
                "for a field. Please choose a different name."
            )
            scope.diagnostics.block(message, model.kind, model.name, model.ast.span)


def custom_name_clash(name: str) -> str:
    return (
        f"The given custom name `{name}` has to be unique on the model. "
        "Please provide a different name for the `name` argument."
    )
