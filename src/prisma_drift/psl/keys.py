"""@id, @unique, @@id, @@unique, @@index, @@fulltext: their fields and options."""

from __future__ import annotations

from dataclasses import dataclass

from . import coerce
from .ast import REQUIRED, Argument, ConstantValue, Expression, FunctionCall, StringValue
from .diagnostics import Diagnostics
from .opclasses import KNOWN as KNOWN_OPCLASSES
from .symbols import (
    CompositeField,
    CompositeSymbol,
    IdSymbol,
    IndexSymbol,
    KeyField,
    ModelSymbol,
    OpclassArgument,
    RelationField,
    ScalarField,
)
from .visiting import Visit
from .where import where_clause

METHODS = ("BTree", "Hash", "Gist", "Gin", "SpGist", "Brin")


@dataclass(frozen=True, slots=True)
class _Listed:
    """One entry of a field list, before its name has been looked up."""

    name: str
    sort: str = ""
    length: int | None = None
    opclass: OpclassArgument | None = None


@dataclass(frozen=True, slots=True)
class _Problems:
    unknown: tuple[str, ...]
    """As messages name them."""
    relations: tuple[RelationField, ...]


# ---------------------------------------------------------------- on fields


def field_id(field: ScalarField, visit: Visit) -> None:
    model = field.model
    if model.primary_key is not None:
        message = "At most one field must be marked as the id field with the `@id` attribute."
        visit.diagnostics.block(message, "model", model.name, model.ast.span)
        return
    mapped = visit.name("map")
    length, sort = _length(visit), _sort(visit)
    clustered = _clustered(visit)
    key = KeyField((field,), sort, length)
    model.primary_key = IdSymbol(visit.attribute, (key,), field, mapped=mapped, clustered=clustered)


def field_unique(field: ScalarField, visit: Visit) -> None:
    mapped = visit.name("map")
    length, sort = _length(visit), _sort(visit)
    clustered = _clustered(visit)
    index = IndexSymbol(
        visit.attribute,
        "unique",
        (KeyField((field,), sort, length),),
        source_field=field,
        mapped=mapped,
        clustered=clustered,
    )
    where_clause(field.model, index, visit)
    field.model.indexes.append(index)


def field_shard_key(field: ScalarField, visit: Visit) -> None:
    field.model.shard_key = visit.attribute
    field.model.shard_fields = (KeyField((field,)),)


# ---------------------------------------------------------------- on models


def model_id(model: ModelSymbol, visit: Visit) -> None:
    value = visit.default("fields")
    if value is None:
        return
    found = _fields(model, value, visit, follow=False)
    if found is None:
        return
    if isinstance(found, _Problems):
        if found.unknown:
            message = f"The multi field id declaration refers to the unknown {_named(found.unknown)}."
            visit.diagnostics.block(message, "model", model.name, value.span)
        if found.relations:
            names = _named(tuple(field.name for field in found.relations))
            message = f"The id definition refers to the relation {names}. ID definitions must reference only scalar fields."
            visit.diagnostics.block(message, "model", model.name, visit.span)
        return
    optional = tuple(key.name for key in found if key.field.ast.arity != REQUIRED)
    if optional and not model.ignored:
        message = (
            f"The id definition refers to the optional {_named(optional)}. "
            "ID definitions must reference only required fields."
        )
        visit.diagnostics.block(message, "model", model.name, visit.span)
    if model.primary_key is not None:
        message = (
            "Each model must have at most one id criteria. You can't have `@id` and `@@id` at the same time."
        )
        visit.diagnostics.block(message, "model", model.name, model.ast.span)
    mapped = visit.name("map")
    name = visit.name("name")
    if name is not None:
        _client_name(model, name, "@@id", visit)
    clustered = _clustered(visit)
    model.primary_key = IdSymbol(visit.attribute, found, None, name, mapped, clustered)


def model_shard_key(model: ModelSymbol, visit: Visit) -> None:
    value = visit.default("fields")
    if value is None:
        return
    found = _fields(model, value, visit, follow=False)
    if isinstance(found, tuple):
        model.shard_key, model.shard_fields = visit.attribute, found


def model_index(model: ModelSymbol, visit: Visit) -> None:
    index = IndexSymbol(visit.attribute, "normal")
    _index_fields(model, index, visit)
    name, mapped = visit.name("name"), visit.name("map")
    if name is not None and mapped is not None:
        visit.error(
            "The `@@index` attribute accepts the `name` argument as an alias for the `map` argument for legacy reasons. "
            "It does not accept both though. Please use the `map` argument to specify the database name of the index."
        )
    else:
        index.mapped = name if name is not None else mapped
    value = visit.optional("type")
    if value is not None:
        method = coerce.constant(value, visit.diagnostics)
        if method in METHODS:
            index.method = method
        elif method is not None:
            visit.error(f"Unknown index type: {method}.", hint=f"The index types are {', '.join(METHODS)}.")
    index.clustered = _clustered(visit)
    where_clause(model, index, visit)
    model.indexes.append(index)


def model_unique(model: ModelSymbol, visit: Visit) -> None:
    index = IndexSymbol(visit.attribute, "unique")
    _index_fields(model, index, visit)
    index.name = visit.name("name")
    index.mapped = visit.name("map")
    if index.name is not None:
        _client_name(model, index.name, "@@unique", visit)
    index.clustered = _clustered(visit)
    where_clause(model, index, visit)
    model.indexes.append(index)


def model_fulltext(model: ModelSymbol, visit: Visit) -> None:
    index = IndexSymbol(visit.attribute, "fulltext")
    _index_fields(model, index, visit)
    index.mapped = visit.name("map")
    model.indexes.append(index)


def _index_fields(model: ModelSymbol, index: IndexSymbol, visit: Visit) -> None:
    value = visit.default("fields")
    if value is None:
        return
    found = _fields(model, value, visit, follow=True)
    if found is None:
        return
    if not isinstance(found, _Problems):
        index.fields = found
        return
    prefix = "unique " if index.unique else ""
    if found.unknown:
        message = f"The {prefix}index definition refers to the unknown fields: {', '.join(found.unknown)}."
        visit.diagnostics.block(message, "model", model.name, visit.span, _did_you_mean(model, found.unknown))
    if found.relations:
        scalars = [scalar.name for field in found.relations for scalar in field.fields or ()]
        suggestion = ""
        if scalars:
            attribute = "unique" if index.unique else "index"
            suggestion = f" Did you mean `@@{attribute}([{', '.join(scalars)}])`?"
        names = ", ".join(field.name for field in found.relations)
        message = (
            f"The {prefix}index definition refers to the relation fields {names}. "
            f"Index definitions must reference only scalar fields.{suggestion}"
        )
        visit.diagnostics.block(message, "model", model.name, visit.span)


def _did_you_mean(model: ModelSymbol, unknown: tuple[str, ...]) -> str:
    if len(model.members) > 500 or len(unknown[0]) > 64:
        return ""
    from difflib import get_close_matches

    close = get_close_matches(unknown[0], model.members, n=1, cutoff=0.75)
    return f"Did you mean `{close[0]}`?" if close else ""


def _named(names: tuple[str, ...]) -> str:
    """field `a`, or fields `a`, `b`."""
    return f"{'field' if len(names) == 1 else 'fields'} {', '.join(f'`{name}`' for name in names)}"


def _client_name(model: ModelSymbol, name: str, attribute: str, visit: Visit) -> None:
    if not all(char == "_" or (char.isascii() and char.isalnum()) for char in name):
        message = (
            f"The `name` property within the `{attribute}` attribute only allows for the following characters: "
            "`_a-zA-Z0-9`."
        )
        visit.diagnostics.block(message, "model", model.name, visit.span)


# ---------------------------------------------------------------- options


def _length(visit: Visit) -> int | None:
    value = visit.optional("length")
    return None if value is None else coerce.integer(value, visit.diagnostics)


def _sort(visit: Visit) -> str:
    value = visit.optional("sort")
    word = None if value is None else coerce.constant(value, visit.diagnostics)
    if word is None:
        return ""
    if word not in ("Asc", "Desc"):
        visit.error(f"The `sort` argument can only be `Asc` or `Desc` you provided: {word}.")
        return ""
    return word.lower()


def _clustered(visit: Visit) -> bool | None:
    value = visit.optional("clustered")
    return None if value is None else coerce.boolean(value, visit.diagnostics)


# ---------------------------------------------------------------- field lists


def _fields(
    model: ModelSymbol, value: Expression, visit: Visit, *, follow: bool
) -> tuple[KeyField, ...] | _Problems | None:
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
        return _Problems(tuple(unknown), tuple(relations))
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
