"""One-to-one relations: exactly one side holds the key, over unique columns, and the other side is optional."""

from __future__ import annotations

from ..resolve.symbols import Relation, RelationField
from ..syntax.ast import REQUIRED
from .criteria import Scope, missing_opposite, place


def validate_one_to_one(relation: Relation, scope: Scope) -> None:
    forward, back = relation.field_a, relation.field_b
    if forward is None:
        return
    if back is None:
        missing_opposite(forward, scope)
        _unique(relation, forward, scope)
        return
    _defined(forward, back, scope)
    _defined_once(forward, back, scope)
    _actions(forward, back, scope)
    _unique(relation, forward, scope)
    if not scope.diagnostics.errors:
        _split(forward, back, scope)
    if not scope.diagnostics.errors and back.arity == REQUIRED:
        model = forward.model.name
        _error(
            f"The relation field {place(back)} is required. This is not valid because it's not possible to enforce this "
            f"constraint on the database level. Please change the field type from `{model}` to `{model}?` to fix this.",
            back,
            scope,
        )
    if not scope.diagnostics.errors:
        _wrong_side(forward, back, scope)


def _error(message: str, field: RelationField, scope: Scope) -> None:
    scope.diagnostics.attribute(message, "@relation", field.ast.span)


def _both(one: RelationField, other: RelationField) -> str:
    return f"The relation fields {place(one)} and {place(other)}"


def _defined(forward: RelationField, back: RelationField, scope: Scope) -> None:
    for argument, written in (
        ("fields", forward.fields or back.fields),
        ("references", forward.references or back.references),
    ):
        if written:
            continue
        ending = (
            f"do not provide the `{argument}` argument in the @relation attribute. "
            "You have to provide it on one of the two fields."
        )
        _error(f"{_both(forward, back)} {ending}", forward, scope)
        _error(f"{_both(back, forward)} {ending}", back, scope)


def _defined_once(forward: RelationField, back: RelationField, scope: Scope) -> None:
    for argument, twice in (
        ("references", forward.references and back.references),
        ("fields", forward.fields and back.fields),
    ):
        if not twice:
            continue
        message = (
            f"{_both(forward, back)} both provide the `{argument}` argument in the @relation attribute. "
            "You have to provide it only on one of the two fields."
        )
        _error(message, forward, scope)
        _error(message, back, scope)


def _actions(forward: RelationField, back: RelationField, scope: Scope) -> None:
    if not (back.on_delete or back.on_update):
        return
    if forward.on_delete or forward.on_update:
        ending = (
            "both provide the `onDelete` or `onUpdate` argument in the @relation attribute. "
            "You have to provide it only on one of the two fields."
        )
        _error(f"{_both(back, forward)} {ending}", back, scope)
        _error(f"{_both(forward, back)} {ending}", forward, scope)
        return
    _error(
        f"The relation field {place(back)} must not specify the `onDelete` or `onUpdate` argument in the @relation "
        f"attribute. You must only specify it on the opposite field `{forward.name}` on model `{forward.model.name}`.",
        back,
        scope,
    )


def _unique(relation: Relation, forward: RelationField, scope: Scope) -> None:
    """The columns of the key must be unique, or the relation is one-to-many."""
    if forward.fields is None:
        return
    wanted = forward.fields
    if tuple(map(id, wanted)) in scope.criteria_of(relation.model_a).ordered:
        return
    names = ", ".join(field.name for field in wanted)
    advice = (
        f"an `@unique` attribute to the field `{names}`"
        if len(wanted) == 1
        else f"an `@@unique([{names}])` attribute to the model"
    )
    _error(
        "A one-to-one relation must use unique fields on the defining side. "
        f"Either add {advice}, or change the relation to one-to-many.",
        forward,
        scope,
    )


def _split(forward: RelationField, back: RelationField, scope: Scope) -> None:
    """`fields` on one side and `references` on the other."""
    ending = "You must provide both arguments on the same side."
    if forward.fields and back.references:
        message = (
            f"The relation field {place(forward)} provides the `fields` argument in the @relation attribute. And the "
            f"related field {place(back)} provides the `references` argument. {ending}"
        )
        _error(message, forward, scope)
        _error(message, back, scope)
    if forward.references and back.fields:
        _error(
            f"The relation field {place(forward)} provides the `references` argument in the @relation attribute. And "
            f"the related field {place(back)} provides the `fields` argument. {ending}",
            forward,
            scope,
        )


def _wrong_side(forward: RelationField, back: RelationField, scope: Scope) -> None:
    if forward.arity != REQUIRED or (back.fields is None and back.references is None):
        return
    _error(
        f"The relation field `{back.model.name}.{back.name}` defines the `fields` and/or `references` argument. You "
        f"must set them on the required side of the relation (`{forward.model.name}.{forward.name}`) in order for the "
        "constraints to be enforced. Alternatively, you can change this field to be required and the opposite optional, "
        "or make both sides of the relation optional.",
        back,
        scope,
    )
