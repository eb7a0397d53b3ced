"""Lists of fields in keys and indexes: `[a, b(sort: Desc), c(ops: raw("…"))]`."""

from __future__ import annotations

from ...model.values import frozen
from ..syntax import coerce
from ..syntax.ast import Argument, ConstantValue, Expression, FunctionCall, StringValue
from ..syntax.diagnostics import Diagnostics
from ..vocabulary.opclasses import KNOWN as KNOWN_OPCLASSES
from .symbols import (
    CompositeField,
    CompositeSymbol,
    KeyField,
    ModelSymbol,
    OpclassArgument,
    RelationField,
    ScalarField,
)
from .visiting import Visit


@frozen
class _Listed:
    """One entry of a field list, before its name has been looked up."""

    name: str
    sort: str = ""
    length: int | None = None
    opclass: OpclassArgument | None = None


@frozen
class Problems:
    unknown: tuple[str, ...]
    """As messages name them."""
    relations: tuple[RelationField, ...]


def key_fields(
    model: ModelSymbol, value: Expression, visit: Visit, *, follow: bool
) -> tuple[KeyField, ...] | Problems | None:
    """Look up a list of fields; `follow` allows paths into composite types. None: already reported."""
    listed = coerce.array(value, _listed, visit.diagnostics)
    if listed is None or any(entry.name.partition(".")[0] in model.unresolved for entry in listed):
        return None
    keys: list[KeyField] = []
    seen: set[tuple[int, ...]] = set()
    unknown: list[str] = []
    relations: list[RelationField] = []
    for entry in listed:
        path = _path(model, entry.name, follow, unknown, relations)
        if path is None:
            continue
        identity = tuple(id(step) for step in path)
        if identity in seen:
            visit.diagnostics.block(
                f"The unique index definition refers to the field {entry.name} multiple times.",
                "model",
                model.name,
                visit.span,
            )
            return None
        seen.add(identity)
        keys.append(KeyField(path, entry.sort, entry.length, entry.opclass))
    if unknown or relations:
        return Problems(tuple(unknown), tuple(relations))
    return tuple(keys)


def _path(
    model: ModelSymbol,
    name: str,
    follow: bool,
    unknown: list[str],
    relations: list[RelationField],
) -> tuple[ScalarField | CompositeField, ...] | None:
    steps = name.split(".")
    if len(steps) > 1 and not follow:
        unknown.append(name)
        return None
    field = model.members.get(steps[0])
    if field is None:
        unknown.append(steps[0])
        return None
    if isinstance(field, RelationField):
        relations.append(field)
        return None
    path: list[ScalarField | CompositeField] = [field]
    for step in steps[1:]:
        inside = path[-1].type
        if not isinstance(inside, CompositeSymbol):
            unknown.append(name)
            return None
        found = inside.fields.get(step)
        if found is None:
            unknown.append(f"{step} in type {inside.name}")
            return None
        path.append(found)
    return tuple(path)


def _listed(value: Expression, diagnostics: Diagnostics) -> _Listed | None:
    if isinstance(value, ConstantValue):
        return _Listed(value.text)
    if isinstance(value, FunctionCall):
        return _listed_with_arguments(value, diagnostics)
    coerce.mismatch("constant literal", value, diagnostics)
    return None


def _listed_with_arguments(call: FunctionCall, diagnostics: Diagnostics) -> _Listed:
    sort, length, opclass = "", None, None
    if (found := _named_argument(call, "sort")) is not None:
        word = coerce.constant(found.value, diagnostics)
        if word in ("Asc", "Desc"):
            sort = word.lower()
        elif word is not None:
            diagnostics.error("Unexpected token. Expected one of: Asc, Desc", found.span)
    if (found := _named_argument(call, "length")) is not None:
        length = coerce.integer(found.value, diagnostics)
        if length is not None and length < 0:
            length = None
    if (found := _named_argument(call, "ops")) is not None:
        opclass = _opclass(found.value, diagnostics)
    return _Listed(call.name, sort, length, opclass)


def _named_argument(call: FunctionCall, name: str) -> Argument | None:
    return next((a for a in call.arguments.items if a.name and a.name.name == name), None)


def _opclass(value: Expression, diagnostics: Diagnostics) -> OpclassArgument | None:
    opening = "Unexpected token. Expected one of: "
    if isinstance(value, ConstantValue):
        if value.text in KNOWN_OPCLASSES:
            return OpclassArgument(value.text, raw=False)
        hint = f'For any other operator class write ops: raw("{value.text}").'
        diagnostics.error(f"{opening}Invalid operator class: {value.text}", value.span, hint)
        return None
    if not isinstance(value, FunctionCall) or value.name != "raw":
        diagnostics.error(f"{opening}operator class", value.span)
        return None
    items = value.arguments.items
    if len(items) != 1:
        message = f"{opening}Wrong number of arguments. Expected: 1, got: {len(items)}"
        diagnostics.error(message, value.span)
        return None
    if not isinstance(items[0].value, StringValue):
        message = f"{opening}Invalid parameter type: expected string"
        diagnostics.error(message, value.span)
        return None
    return OpclassArgument(items[0].value.value, raw=True)
