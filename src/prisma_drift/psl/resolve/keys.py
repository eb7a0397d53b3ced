"""@id, @unique, @@id, @@unique, @@index, @@fulltext: their fields and options."""

from __future__ import annotations

from ..syntax import coerce
from ..syntax.ast import REQUIRED
from .key_fields import Problems, key_fields
from .symbols import (
    IdSymbol,
    IndexSymbol,
    KeyField,
    ModelSymbol,
    ScalarField,
)
from .visiting import Visit
from .where import where_clause

METHODS = ("BTree", "Hash", "Gist", "Gin", "SpGist", "Brin")


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
    found = key_fields(model, value, visit, follow=False)
    if found is None:
        return
    if isinstance(found, Problems):
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
    found = key_fields(model, value, visit, follow=False)
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
    found = key_fields(model, value, visit, follow=True)
    if found is None:
        return
    if not isinstance(found, Problems):
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
