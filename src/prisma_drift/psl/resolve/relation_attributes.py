"""@relation and the other attributes that stand on relation fields."""

from __future__ import annotations

from ..syntax import coerce
from ..syntax.ast import Expression
from ..syntax.diagnostics import Diagnostics
from ..syntax.lexer import Span
from .symbols import ModelSymbol, RelationField, ScalarField
from .visiting import AttributeSet, Visit

ACTIONS = {
    "Cascade": "CASCADE",
    "Restrict": "RESTRICT",
    "NoAction": "NO ACTION",
    "SetNull": "SET NULL",
    "SetDefault": "SET DEFAULT",
}


def relation_field(field: RelationField, diagnostics: Diagnostics) -> None:
    """Read the attributes of one relation field."""
    if not field.ast.attributes:
        return
    found = AttributeSet(field.ast.attributes, diagnostics)
    if visit := found.single("relation"):
        _relation(field, visit)
        visit.finish()
    if visit := found.single("id"):
        visit.error(
            f"The field `{field.name}` is a relation field and cannot be marked with `@id`. "
            "Only scalar fields can be declared as id."
        )
    if visit := found.single("ignore"):
        field.ignored = True
        visit.finish()
    if visit := found.single("default"):
        visit.error("Cannot set a default value on a relation field.")
    if visit := found.single("map"):
        visit.error("The attribute `@map` cannot be used on relation fields.")
        visit.default("name")
    if visit := found.single("unique"):
        visit.error(
            f"The field `{field.name}` is a relation field and cannot be marked with `unique`. "
            f"Only scalar fields can be made unique.{_unique_suggestion(field)}"
        )
    found.finish()


def _unique_suggestion(field: RelationField) -> str:
    names = [scalar.name for scalar in field.fields or ()]
    if not names:
        return ""
    if len(names) == 1:
        return f" Did you mean to put it on `{names[0]}`?"
    return f" Did you mean to provide `@@unique([{', '.join(names)}])`?"


def _relation(field: RelationField, visit: Visit) -> None:
    field.attribute = visit.attribute
    value = visit.optional("fields")
    if value is not None:
        field.fields = _local_fields(field, value, visit)
    value = visit.optional("references")
    if value is not None:
        field.references = _referenced_fields(field, value, visit)
    value = visit.default("name", required=False)
    if value is not None:
        name = coerce.string(value, visit.diagnostics)
        if name == "":
            visit.error("A relation cannot have an empty name.")
        else:
            field.relation_name = name
    field.on_delete = _action(visit, "onDelete")
    field.on_update = _action(visit, "onUpdate")
    field.mapped = visit.name("map")


def _action(visit: Visit, name: str) -> tuple[str, Span] | None:
    value = visit.optional(name)
    word = None if value is None else coerce.constant(value, visit.diagnostics)
    if value is None or word is None:
        return None
    if word not in ACTIONS:
        message = f"Invalid referential action: `{word}`"
        hint = f"The actions are {', '.join(ACTIONS)}."
        visit.diagnostics.attribute(message, "@relation", value.span, hint)
        return None
    return word, value.span


def _local_fields(field: RelationField, value: Expression, visit: Visit) -> tuple[ScalarField, ...]:
    found, unknown, relations = _lookup(field.model, value, visit)
    opening = "The argument fields must refer only to"
    if unknown:
        message = f"{opening} existing fields. The following fields do not exist in this model: {', '.join(unknown)}"
        visit.diagnostics.validation(message, value.span)
    if relations:
        message = f"{opening} scalar fields. But it is referencing the following relation fields: {', '.join(relations)}"
        visit.diagnostics.validation(message, value.span)
    return () if unknown or relations else found


def _referenced_fields(field: RelationField, value: Expression, visit: Visit) -> tuple[ScalarField, ...]:
    found, unknown, relations = _lookup(field.related, value, visit)
    opening = "The argument `references` must refer only to"
    name = field.related.name
    if unknown:
        message = (
            f"{opening} existing fields in the related model `{name}`. The following fields do not exist in the "
            f"related model: {', '.join(unknown)}"
        )
        visit.diagnostics.validation(message, visit.span)
    if relations:
        message = (
            f"{opening} scalar fields in the related model `{name}`. But it is referencing the following relation "
            f"fields: {', '.join(relations)}"
        )
        visit.diagnostics.validation(message, visit.span)
    return () if unknown or relations else found


def _lookup(
    model: ModelSymbol, value: Expression, visit: Visit
) -> tuple[tuple[ScalarField, ...], list[str], list[str]]:
    """(fields, unknown names, names of relation fields); a list that was wrong in itself gives nothing."""
    names = coerce.array(value, coerce.constant, visit.diagnostics)
    found: list[ScalarField] = []
    unknown: list[str] = []
    relations: list[str] = []
    seen: set[int] = set()
    if names is None or not model.unresolved.isdisjoint(names):
        return (), [], []
    for name in names:
        field = model.members.get(name)
        if field is None:
            unknown.append(name)
        elif isinstance(field, RelationField):
            relations.append(name)
        elif id(field) in seen:
            message = f"The unique index definition refers to the field {name} multiple times."
            visit.diagnostics.block(message, "model", model.name, visit.span)
            return (), [], []
        else:
            seen.add(id(field))
            found.append(field)
    return tuple(found), unknown, relations
