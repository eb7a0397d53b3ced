"""Scalar fields: native types, default values, and Unsupported types that are supported after all."""

from __future__ import annotations

import re

from ...model.types import NativeType
from ..resolve.defaults import KNOWN_FUNCTIONS, unknown_function
from ..resolve.symbols import ScalarField, Unsupported
from ..syntax import coerce
from ..syntax.ast import LIST, ArrayValue, Expression, FunctionCall, NumberValue, StringValue
from ..vocabulary import native_types, values
from .criteria import Scope
from .json_text import json_error
from .names import check_client_name

_TYPE_TEXT = re.compile(r"([^(]+)(?:\(([^\n]*?)\))?(?:[^\n]+)?\Z").match


def validate_unknown_functions(scope: Scope) -> None:
    """`@default(f())` with a function that neither Prisma nor the connector knows."""
    for model in scope.symbols.models:
        for field in model.scalars:
            value = field.default
            if isinstance(value, FunctionCall) and value.name not in KNOWN_FUNCTIONS:
                hint = f'For a function of the database write dbgenerated("{value.name}()").'
                scope.diagnostics.error(unknown_function(value.name), value.span, hint)


def validate_scalar_field(field: ScalarField, scope: Scope) -> None:
    _connector(field, scope)
    check_client_name(field, scope)
    check_native_type(field, scope)
    check_default(field, scope)
    check_unsupported(field, scope)


def _connector(field: ScalarField, scope: Scope) -> None:
    """Without a datasource there are no lists, and no decimals."""
    if scope.postgres:
        return
    model = field.model
    where = f"Field `{field.name}` in {model.kind} `{model.name}`"
    opening = f"Error validating field `{field.name}` in {model.kind} `{model.name}`:"
    if field.builtin == "Decimal":
        scope.diagnostics.error(
            f"{opening} {where} can't be of type Decimal. The current connector does not support the Decimal type.",
            field.ast.span,
        )
    if field.builtin == "Json" and field.ast.arity == LIST:
        scope.diagnostics.error(
            f"{opening} {where} can't be of type Json[]. The current connector does not support the Json List type.",
            field.ast.span,
        )
    if field.ast.arity == LIST:
        scope.diagnostics.error(
            f'Field "{field.name}" in {model.kind} "{model.name}" can\'t be a list. '
            "The current connector does not support lists of primitive types.",
            field.ast.span,
        )


def check_native_type(field: ScalarField, scope: Scope) -> None:
    native, scalar = field.native_attribute, field.builtin
    if native is None or scalar is None:
        return
    source = scope.configuration.datasource
    if source is None:
        message = f"Native type {native.name} is not supported for Default connector."
        scope.diagnostics.error(message, native.span)
        return
    if native.scope != source.name:
        scope.diagnostics.error(
            f"The prefix {native.scope} is invalid. It must be equal to the name of an existing datasource e.g. "
            f"{source.name}. Did you mean to use {source.name}.{native.name}?",
            native.span,
        )
    field.native = native_types.check(native.name, native.arguments, scalar, native.span, scope.diagnostics)


def check_default(field: ScalarField, scope: Scope) -> None:
    value, attribute = field.default, field.default_attribute
    if value is None or attribute is None:
        return
    if field.default_mapped is not None:
        scope.diagnostics.attribute(
            "You defined a database name for the default value of a field on the model. "
            "This is not supported by the provider.",
            "@default",
            attribute.span,
        )
    if field.builtin is not None:
        for item in value.items if isinstance(value, ArrayValue) else (value,):
            _literal(field.builtin, item, scope)
    if isinstance(value, FunctionCall) and value.name == "auto":
        message = "The current connector does not support the `auto()` function."
        scope.diagnostics.attribute(message, "@default", value.span)


def _literal(scalar: str, value: Expression, scope: Scope) -> None:
    """Whether the text of a constant is one of its type."""
    problem = _problem(scalar, value)
    if not problem:
        return
    attribute = "default" if scalar == "Decimal" else "@default"
    shown = value.text if isinstance(value, NumberValue) else getattr(value, "value", "")
    message = f'Parse error: "{shown}" {problem}'
    scope.diagnostics.attribute(message, attribute, value.span)


def _problem(scalar: str, value: Expression) -> str:
    """What is wrong with a constant, empty if nothing is."""
    detail: str | None = None
    if isinstance(value, NumberValue):
        if scalar not in ("Int", "BigInt") or coerce.parse_i64(value.text) is not None:
            return ""
        digits = value.text.removeprefix("-").isdigit()
        detail = "number too large to fit in target type" if digits else "invalid digit found in string"
        if digits and value.text.startswith("-"):
            detail = "number too small to fit in target type"
        return f"is not a valid integer. ({detail})"
    if not isinstance(value, StringValue):
        return ""
    kind = ""
    match scalar:
        case "Json":
            kind, detail = "JSON string", json_error(value.value)
        case "DateTime":
            kind, detail = "rfc3339 datetime string", values.date_time_error(value.value)
        case "Decimal":
            kind, detail = "decimal", values.decimal_error(value.value)
        case "Bytes" if values.base64_bytes(value.value) is None:
            kind = "base64 string"
            detail = "Could not convert from `base64 encoded bytes` to `PrismaValue::Bytes`"
    return f"is not a valid {kind}. ({detail})" if detail else ""


def check_unsupported(field: ScalarField, scope: Scope) -> None:
    """`Unsupported("Text")` names a type that has a notation of its own."""
    source = scope.configuration.datasource
    if not isinstance(field.type, Unsupported) or source is None:
        return
    native = known_type(field.type.text)
    if native is None:
        return
    scalar = native_types.CONSTRUCTORS[native.name].scalar
    scope.diagnostics.validation(
        f'The type `Unsupported("{field.type.text}")` you specified in the type definition for the field `{field.name}` '
        "is supported as a native type by Prisma. Please use the native type notation "
        f"`{scalar} @{source.name}.{native}` for full support.",
        field.ast.span,
    )


def known_type(text: str) -> NativeType | None:
    """The native type that a text spells, if it is one that Prisma has a notation for."""
    found = _TYPE_TEXT(text)
    if not found:
        return None
    parameters = found[2]
    arguments = () if parameters is None else tuple(part.strip() for part in parameters.split(","))
    native = native_types.from_parts(found[1].strip(), arguments)
    return native if isinstance(native, NativeType) else None
