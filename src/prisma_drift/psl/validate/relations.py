"""Relations: both sides, the fields that carry them, and what they point at."""

from __future__ import annotations

from ..resolve.symbols import Builtin, CompositeField, Relation, RelationField, ScalarField, Unsupported
from ..syntax.ast import OPTIONAL, REQUIRED
from .criteria import Scope, is_single_key, missing_opposite, place, referenced_fields
from .names import Namespaces, check_relation_name
from .one_to_one import validate_one_to_one

FORMAT_HINT = "You can run `prisma format` to fix this automatically."


def validate_relation(relation: Relation, names: Namespaces, scope: Scope) -> None:
    if relation.kind == "many-to-many":
        _many_to_many(relation, scope)
    elif relation.kind == "embedded":
        _embedded(relation, scope)
    else:
        _inline(relation, names, scope)


def _inline(relation: Relation, names: Namespaces, scope: Scope) -> None:
    """A relation with a foreign key on one side."""
    forward = relation.field_a
    if forward is not None:
        _references_unique(relation, forward, scope)
        _same_length(forward, scope)
        _arity(forward, scope)
        _types(relation, forward, scope)
    check_relation_name(relation, names, scope)
    if forward is not None:
        _set_null(forward, scope)
    if relation.kind == "one-to-one":
        validate_one_to_one(relation, scope)
    else:
        _one_to_many(relation, scope)


def _attribute_error(message: str, field: RelationField, scope: Scope, hint: str = "") -> None:
    scope.diagnostics.attribute(message, "@relation", field.ast.span, hint)


def _references_unique(relation: Relation, forward: RelationField, scope: Scope) -> None:
    if not forward.references:
        return
    wanted = tuple(sorted(field.name for field in forward.references))
    criteria = scope.criteria_of(relation.model_b)
    names = ", ".join(field.name for field in forward.references)
    model = relation.model_b.name
    if wanted in criteria.named:
        ordered = tuple(field.name for field in forward.references)
        if not scope.postgres and ordered not in criteria.ordered_names:
            scope.diagnostics.validation(
                f"The argument `references` must refer to a unique criterion in the related model `{model}` using the "
                f"same order of fields. Please check the ordering in the following fields: `{names}`.",
                forward.ast.span,
            )
        return
    advice = (
        f"Consider adding an `@unique` attribute to the field `{names}` in the model `{model}`."
        if len(wanted) == 1
        else f"Consider adding an `@@unique([{names}])` attribute to the model `{model}`."
    )
    message = f"The argument `references` must refer to a unique criterion in the related model. {advice}"
    _attribute_error(message, forward, scope)


def _same_length(forward: RelationField, scope: Scope) -> None:
    fields, references = forward.fields, forward.references
    if fields is None or references is None or len(fields) == len(references):
        return
    span = forward.attribute.span if forward.attribute else forward.ast.span
    message = "You must specify the same number of fields in `fields` and `references`."
    scope.diagnostics.validation(message, span)


def _arity(forward: RelationField, scope: Scope) -> None:
    """A required relation cannot rest on optional columns."""
    if forward.arity != REQUIRED or forward.fields is None:
        return
    if any(field.ast.arity == OPTIONAL for field in forward.fields):
        names = ", ".join(field.name for field in forward.fields)
        scope.diagnostics.validation(
            f"The relation field `{forward.name}` uses the scalar fields {names}. At least one of those fields is "
            "optional. Hence the relation field must be optional as well.",
            forward.ast.span,
        )


def _types(relation: Relation, forward: RelationField, scope: Scope) -> None:
    for field, reference in zip(forward.fields or (), referenced_fields(relation), strict=False):
        if not _same_type(field, reference):
            _attribute_error(
                f"The type of the field `{field.name}` in the model `{relation.model_a.name}` is not matching the type "
                f"of the referenced field `{reference.ast.name.name}` in model `{relation.model_b.name}`.",
                forward,
                scope,
            )


def _same_type(one: ScalarField, other: ScalarField | CompositeField) -> bool:
    """Scalars and Unsupported texts are the same by name, enums and composite types by what they are."""
    return one.type is other.type or (isinstance(one.type, Builtin | Unsupported) and one.type == other.type)


def _set_null(forward: RelationField, scope: Scope) -> None:
    """SET NULL on a column that cannot be null."""
    if forward.fields is not None and all(field.ast.arity == OPTIONAL for field in forward.fields):
        return
    for argument, action in (("onDelete", forward.on_delete), ("onUpdate", forward.on_update)):
        if action is None or action[0] != "SetNull":
            continue
        message = (
            f"The `{argument}` referential action of a relation should not be set to `SetNull` when a referenced field "
            "is required.\nWe recommend either to choose another referential action, or to make the referenced fields "
            "optional."
        )
        if scope.foreign_keys and scope.postgres:
            scope.diagnostics.warn(message, forward.ast.span)
        else:
            message = (
                f"The `{argument}` referential action of a relation must not be set to `SetNull` when a referenced "
                "field is required.\nEither choose another referential action, or make the referenced fields optional.\n"
            )
            _attribute_error(message, forward, scope)


def _one_to_many(relation: Relation, scope: Scope) -> None:
    forward, back = relation.field_a, relation.field_b
    if forward is None or back is None:
        only = forward or back
        if only is not None:
            missing_opposite(only, scope)
        return
    if not forward.fields:
        message = f"The relation field {place(forward)} must specify the `fields` argument in the @relation attribute. {FORMAT_HINT}"
        _attribute_error(message, forward, scope)
    if not forward.references:
        message = f"The relation field {place(forward)} must specify the `references` argument in the @relation attribute."
        _attribute_error(message, forward, scope)
    opposite = (
        f"You must only specify it on the opposite field `{forward.name}` on model `{forward.model.name}`"
    )
    if back.fields or back.references:
        _attribute_error(
            f"The relation field {place(back)} must not specify the `fields` or `references` argument in the @relation "
            f"attribute. {opposite}.",
            back,
            scope,
        )
    if back.on_delete or back.on_update:
        _attribute_error(
            f"The relation field {place(back)} must not specify the `onDelete` or `onUpdate` argument in the @relation "
            f"attribute. {opposite}, or in case of a many to many relation, in an explicit join table.",
            back,
            scope,
        )


def _many_to_many(relation: Relation, scope: Scope) -> None:
    sides = [field for field in (relation.field_a, relation.field_b) if field is not None]
    if any(field.model.view for field in sides):
        for field in sides:
            message = "Implicit many-to-many relations are not supported for views."
            scope.diagnostics.validation(message, field.ast.span)
    for field in sides:
        _singular_id(field, scope)
    for field in sides:
        for action in (field.on_delete, field.on_update):
            if action is not None:
                message = "Referential actions on implicit many-to-many relations are not supported"
                scope.diagnostics.validation(message, action[1])
    for field in sides:
        if field.references is not None:
            message = (
                "Implicit many-to-many relation should not have references argument defined. "
                "Either remove it, or change the relation to one-to-many."
            )
            _attribute_error(message, field, scope)


def _singular_id(field: RelationField, scope: Scope) -> None:
    key = field.related.primary_key
    if key is None or len(key.fields) != 1:
        kind = field.related.kind
        model, related = field.model.name, field.related.name
        scope.diagnostics.error(
            f"Error validating field `{field.name}` in {kind} `{model}`: The relation field `{field.name}` on {kind} "
            f"`{model}` references `{related}` which does not have an `@id` field. Models without `@id` cannot be part "
            "of a many to many relation. Use an explicit intermediate Model to represent this relationship.",
            field.ast.span,
        )
        return
    references = field.references
    if references is not None and not (len(references) == 1 and is_single_key(references[0])):
        names = ", ".join(reference.name for reference in references)
        scope.diagnostics.validation(
            "Implicit many-to-many relations must always reference the id field of the related model. Change the "
            f"argument `references` to use the id field of the related model `{field.related.name}`. "
            f"But it is referencing the following fields that are not the id: {names}",
            field.ast.span,
        )


def _embedded(relation: Relation, scope: Scope) -> None:
    """Lists of keys on both sides: only document databases have that."""
    connector = "Postgres" if scope.postgres else "the current connector"
    for field in (relation.field_a, relation.field_b):
        if field is not None:
            scope.diagnostics.validation(
                f"Embedded many-to-many relations are not supported on {connector}. Please use the syntax defined in "
                "https://pris.ly/d/relational-database-many-to-many",
                field.ast.span,
            )
