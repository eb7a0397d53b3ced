"""Relation fields, each on its own: ambiguity, ignored models, actions, names."""

from __future__ import annotations

from ..resolve.symbols import RelationField
from ..syntax.lexer import Span
from .criteria import Scope
from .names import Namespaces, check_client_name, check_length, relation_key

_EMULATED = ("Cascade", "Restrict", "SetNull")


def validate_relation_field(field: RelationField, names: Namespaces, scope: Scope) -> bool:
    """False where the field is ambiguous: nothing after that would mean much."""
    message = _ambiguity(field, names)
    if message:
        scope.diagnostics.block(message, field.model.kind, field.model.name, field.ast.span)
        return False
    check_client_name(field, scope)
    _ignored_model(field, scope)
    _action(field, "onDelete", field.on_delete, scope)
    _action(field, "onUpdate", field.on_update, scope)
    _mapped(field, scope)
    _missing_index(field, scope)
    return True


def _ambiguity(field: RelationField, names: Namespaces) -> str:
    fields = names.relations[relation_key(field)]
    if len(fields) < 2:
        return ""
    model, related = field.model.name, field.related.name
    explicit = field.relation_name is not None
    listed = _listed([other.name for other in fields])
    if field.model is field.related:
        if explicit:
            if len(fields) == 2:
                return ""
            return (
                f"Wrongly named self relation detected. The fields {listed} in model `{model}` have the same relation "
                "name. At most two relation fields can belong to the same relation and therefore have the same name. "
                "Please assign a different relation name to one of them."
            )
        if len(fields) == 2:
            return (
                f"Ambiguous self relation detected. The fields {listed} in model `{model}` both refer to `{related}`. "
                "If they are part of the same relation add the same relation name for them with `@relation(<name>)`."
            )
        return (
            f"Unnamed self relation detected. The fields {listed} in model `{model}` have no relation name. "
            "Please provide a relation name for one of them by adding `@relation(<name>)."
        )
    if explicit:
        return (
            f"Wrongly named relation detected. The fields {listed} in model `{model}` both use the same relation name. "
            "Please provide different relation names for them through `@relation(<name>)."
        )
    return (
        f"Ambiguous relation detected. The fields {listed} in model `{model}` both refer to `{related}`. "
        "Please provide different relation names for them by adding `@relation(<name>)."
    )


def _listed(names: list[str]) -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _ignored_model(field: RelationField, scope: Scope) -> None:
    if field.related.ignored and not field.ignored and not field.model.ignored:
        scope.diagnostics.attribute(
            f"The relation field `{field.name}` on Model `{field.model.name}` must specify the `@ignore` attribute, "
            f"because the model {field.related.name} it is pointing to is marked ignored.",
            "@ignore",
            field.ast.span,
        )


def _action(field: RelationField, argument: str, action: tuple[str, Span] | None, scope: Scope) -> None:
    """With relationMode = "prisma" only what Prisma itself can emulate."""
    if action is None or scope.foreign_keys or action[0] in _EMULATED:
        return
    allowed = ", ".join(f"`{name}`" for name in _EMULATED)
    message = f"Invalid referential action: `{action[0]}`. Allowed values: ({allowed})"
    if action[0] == "NoAction":
        message += (
            '. `NoAction` is not implemented for Postgres when using `relationMode = "prisma"`, you could try using '
            "`Restrict` instead. Learn more at https://pris.ly/d/relation-mode"
        )
    span = field.ast.argument_span("relation", argument) or field.ast.span
    scope.diagnostics.validation(message, span)


def _mapped(field: RelationField, scope: Scope) -> None:
    if field.mapped is None or field.attribute is None:
        return
    if not scope.postgres:
        message = "Your provider does not support named foreign keys."
        scope.diagnostics.attribute(message, "@relation", field.attribute.span)
        return
    check_length(field.model, field.attribute, field.mapped, "@", scope)


def _missing_index(field: RelationField, scope: Scope) -> None:
    """Without foreign keys Prisma looks the rows up itself, and warns where that has no index."""
    if scope.foreign_keys or not scope.postgres or not field.fields:
        return
    if tuple(map(id, field.fields)) in scope.criteria_of(field.model).beginnings:
        return
    span = field.attribute.span if field.attribute else field.ast.span
    message = (
        'With `relationMode = "prisma"`, no foreign keys are used, so relation fields will not benefit from the index '
        "usually created by the relational database under the hood. This can lead to poor performance when querying "
        "these fields. We recommend adding an index manually. Learn more at "
        'https://pris.ly/d/relation-mode-prisma-indexes"'
    )
    scope.diagnostics.warn(message.removesuffix('"'), span)
