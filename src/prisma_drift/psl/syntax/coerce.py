"""Values as the kind a place asks for, with an error where they are another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .ast import (
    ArrayValue,
    ConstantValue,
    Expression,
    FunctionCall,
    NumberValue,
    StringValue,
    describe,
    render,
)
from .diagnostics import Diagnostics

T = TypeVar("T")

_I64 = (-(2**63), 2**63 - 1)


def parse_i64(text: str) -> int | None:
    """A whole number of 64 bits; None for anything else."""
    digits = text[1:] if text.startswith("-") else text
    if not digits.isascii() or not digits.isdigit() or len(digits.lstrip("0")) > 19:
        return None
    number = int(text)
    return number if _I64[0] <= number <= _I64[1] else None


def mismatch(expected: str, value: Expression, diagnostics: Diagnostics) -> None:
    message = f"Expected a {expected} value, but received {describe(value)} value `{render(value)}`."
    diagnostics.error(message, value.span)


def string(value: Expression, diagnostics: Diagnostics) -> str | None:
    if isinstance(value, StringValue):
        return value.value
    mismatch("string", value, diagnostics)
    return None


def constant(value: Expression, diagnostics: Diagnostics) -> str | None:
    if isinstance(value, ConstantValue):
        return value.text
    mismatch("constant", value, diagnostics)
    return None


def boolean(value: Expression, diagnostics: Diagnostics) -> bool | None:
    if isinstance(value, ConstantValue) and value.text in ("true", "false"):
        return value.text == "true"
    mismatch("boolean", value, diagnostics)
    return None


def integer(value: Expression, diagnostics: Diagnostics) -> int | None:
    if isinstance(value, NumberValue):
        number = parse_i64(value.text)
        if number is not None:
            return number
    mismatch("numeric", value, diagnostics)
    return None


def array(
    value: Expression, element: Callable[[Expression, Diagnostics], T | None], diagnostics: Diagnostics
) -> list[T] | None:
    """The elements; a bare value counts as a list of one. None if any element is of the wrong kind."""
    items = value.items if isinstance(value, ArrayValue) else (value,)
    out: list[T] = []
    valid = True
    for item in items:
        found = element(item, diagnostics)
        if found is None:
            valid = False
        else:
            out.append(found)
    return out if valid else None


def string_or_env(value: Expression, diagnostics: Diagnostics) -> tuple[str | None, str | None] | None:
    """(literal, environment variable): exactly one is set. None after an error."""
    if isinstance(value, StringValue):
        return value.value, None
    if not (isinstance(value, FunctionCall) and value.name == "env"):
        mismatch("String", value, diagnostics)
        return None
    arguments = value.arguments
    if not arguments.items and arguments.empty:
        message = "The env function expects a singular, unnamed, string argument."
        diagnostics.error(message, value.span)
        return None
    if len(arguments.items) + len(arguments.empty) != 1 or arguments.trailing_comma is not None:
        message = "Exactly one string parameter must be passed to the env function."
        diagnostics.error(message, value.span, 'Write env("NAME").')
        return None
    name = string(arguments.items[0].value, diagnostics)
    return None if name is None else (None, name)
