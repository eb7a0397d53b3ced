"""Indexes: options that Postgres has or has not, and which index type and operator class go with which field."""

from __future__ import annotations

from ...model.types import NativeType
from ..resolve.symbols import (
    Builtin,
    CompositeField,
    IndexSymbol,
    KeyField,
    ModelSymbol,
    ScalarField,
    Unsupported,
)
from ..syntax.ast import LIST
from ..vocabulary import native_types, opclasses
from .criteria import Scope
from .names import Namespaces, check_index_name, check_length, custom_name_clash

_TEXT_TYPES = ("Text", "VarChar", "Char")


def validate_index(model: ModelSymbol, index: IndexSymbol, names: Namespaces, scope: Scope) -> None:
    """Everything about one index but its operator classes."""
    diagnostics = scope.diagnostics
    name, attribute = index.attribute_name, index.attribute

    def error(message: str) -> None:
        diagnostics.attribute(message, name, attribute.span)

    if not index.fields:
        error("The list of fields in an index cannot be empty. Please specify at least one field.")
    check_index_name(model, index, names, scope)
    _client_name(model, index, scope)
    if index.name is not None and names.custom_clash(model, index.name):
        span = attribute.argument_span("name") or attribute.span
        diagnostics.attribute(custom_name_clash(index.name), name, span)
    if any(key.length is not None for key in index.fields):
        error("The length argument is not supported in an index definition with the current connector")
    if index.method and index.method != "BTree" and not scope.postgres:
        span = attribute.argument_span("type") or attribute.span
        message = "The given index type is not supported with the current connector"
        diagnostics.attribute(message, name, span)
    if index.method == "Hash" and scope.postgres and any(key.sort for key in index.fields):
        error("Hash type does not support sort option.")
    if index.kind == "fulltext":
        error("Defining fulltext indexes is not supported with the current connector.")
    check_length(model, attribute, index.mapped, "@" if index.source_field else "@@", scope)
    if index.clustered is not None:
        error("Defining clustering is not supported in the current connector.")
    if index.kind != "normal" and any(key.opclass for key in index.fields):
        error("Operator classes can only be defined to fields in an @@index attribute.")
    _partial(index, scope)


def _client_name(model: ModelSymbol, index: IndexSymbol, scope: Scope) -> None:
    if not index.unique or len(index.fields) <= 1:
        return
    client_name = "_".join(key.name for key in index.fields)
    if isinstance(model.members.get(client_name), ScalarField):
        name = index.attribute_name
        scope.diagnostics.block(
            f"The field `{client_name}` clashes with the `{name}` name. Please resolve the conflict by providing a "
            f'custom id name: `{name}([...], name: "custom_name")`',
            model.kind,
            model.name,
            index.attribute.span,
        )


def _partial(index: IndexSymbol, scope: Scope) -> None:
    if index.where is None:
        return
    if "partialindexes" not in scope.configuration.preview_features:
        message = 'Partial indexes are a preview feature. Add "partialIndexes" to previewFeatures in your generator block.'
        scope.diagnostics.attribute(message, index.attribute_name, index.attribute.span)
    elif not scope.postgres:
        message = "Partial indexes (with a `where` clause) are not supported by the current connector."
        scope.diagnostics.attribute(message, index.attribute_name, index.attribute.span)


def validate_field_types(model: ModelSymbol, scope: Scope) -> None:
    """Index types and operator classes of all indexes of a model."""
    if not scope.postgres:
        return
    for index in model.indexes:
        _no_xml(index, scope)
        for key in index.fields:
            problem = _problem(key, index.method or "BTree")
            if problem:
                scope.diagnostics.attribute(problem, index.attribute_name, index.attribute.span)
        if index.method == "SpGist" and len(index.fields) != 1:
            message = "SpGist does not support multi-column indices."
            scope.diagnostics.attribute(message, index.attribute_name, index.attribute.span)


def _written(field: ScalarField | CompositeField) -> str | None:
    """The name of the native type as written, even where it is wrong in itself."""
    written = field.native_attribute if isinstance(field, ScalarField) else None
    return written.name if written and isinstance(field.type, Builtin) else None


def _native(field: ScalarField | CompositeField) -> str | None:
    """The name of the native type, where it is one; the prefix does not matter here."""
    written = field.native_attribute if isinstance(field, ScalarField) else None
    if written is None or not isinstance(field.type, Builtin):
        return None
    found = native_types.from_parts(written.name, written.arguments)
    return found.name if isinstance(found, NativeType) else None


def _no_xml(index: IndexSymbol, scope: Scope) -> None:
    for key in index.fields:
        if _native(key.field) == "Xml":
            message = (
                "Native type `Xml` cannot be unique in Postgres."
                if index.unique
                else "You cannot define an index on fields with native type `Xml` of Postgres."
            )
            scope.diagnostics.error(message, key.field.ast.span)
            return


def _problem(key: KeyField, method: str) -> str:
    """What is wrong with a field in an index of this type; empty if nothing is."""
    opclass = key.opclass
    if opclass is not None and opclass.raw:
        return ""
    name = opclass.name if opclass else None
    if name is not None and method not in opclasses.METHODS[name]:
        return f"The given operator class `{opclasses.message_name(name)}` is not supported with the `{method}` index type."
    type_name = _native(key.field)
    scalar = key.field.type.name if isinstance(key.field.type, Builtin) else None
    match method:
        case "Gist":
            fits: bool | str = type_name == "Inet" and name == "InetOps"
        case "Gin":
            fits = _gin(key, type_name, scalar, name)
        case "SpGist":
            fits = _spgist(key, type_name, scalar, name)
        case "Brin":
            fits = _brin(key, type_name, scalar, name)
        case _:
            return ""
    if isinstance(fits, str):
        return fits
    return "" if fits else _misfit(key, method, scalar, name)


def _misfit(key: KeyField, method: str, scalar: str | None, opclass: str | None) -> str:
    field, native = key.name, _written(key.field)
    if opclass is not None:
        shown = f"The given operator class `{opclasses.message_name(opclass)}`"
        if native is not None:
            return f"{shown} does not support native type `{native}` of field `{field}`."
        return f"{shown} expects the field `{field}` to define a valid native type."
    if native is not None:
        return f"The {method} index field type `{native}` has no default operator class."
    if isinstance(key.field.type, Unsupported) or _supports(key, method, scalar):
        return ""
    return f"The {method} index type does not support the type of the field `{field}`."


def _supports(key: KeyField, method: str, scalar: str | None) -> bool:
    if method in ("Gist", "SpGist"):
        return scalar == "String"
    if method == "Gin":
        return scalar == "Json" or key.field.ast.arity == LIST
    return scalar in opclasses.BRIN_SCALARS


def _not_of(key: KeyField, opclass: str, scalar: str) -> str:
    return (
        f"The given operator class `{opclasses.message_name(opclass)}` points to the field `{key.name}` "
        f"that is not of {scalar} type."
    )


def _gin(key: KeyField, native: str | None, scalar: str | None, opclass: str | None) -> bool | str:
    is_list = key.field.ast.arity == LIST
    if opclass == "ArrayOps":
        message = (
            f"The given operator class `ArrayOps` expects the type of field `{key.name}` to be an array."
        )
        return is_list or message
    if opclass is None:
        return is_list or native == "JsonB" or (native is None and scalar == "Json")
    if native is None:
        return scalar == "Json" or _not_of(key, opclass, "Json")
    return native == "JsonB"


def _spgist(key: KeyField, native: str | None, scalar: str | None, opclass: str | None) -> bool | str:
    if native == "Inet":
        return opclass in ("InetOps", None)
    if native is not None:
        return native in _TEXT_TYPES and opclass in ("TextOps", None)
    if opclass == "TextOps":
        return scalar == "String" or _not_of(key, opclass, "String")
    return opclass is None and scalar == "String"


def _brin(key: KeyField, native: str | None, scalar: str | None, opclass: str | None) -> bool | str:
    if native is not None:
        families = opclasses.BRIN_NATIVE.get(native, ())
        return bool(families) and (opclass is None or opclasses.brin_family(opclass) in families)
    if opclass is None:
        return scalar in opclasses.BRIN_SCALARS
    family = opclasses.brin_family(opclass)
    for name, default in opclasses.BRIN_SCALARS.items():
        if default == family:
            return scalar == name or _not_of(key, opclass, name)
    return False
