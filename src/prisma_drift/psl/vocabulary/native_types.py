"""Native types of Postgres: `@db.VarChar(50)`, what each takes, and which one a scalar has by default."""

from __future__ import annotations

from ...model.types import Family, NativeType
from ...model.values import frozen
from ..syntax.diagnostics import Diagnostics
from ..syntax.lexer import Span


@frozen
class Constructor:
    """A native type by name."""

    scalar: str
    """The scalar that it goes with."""
    arguments: int = 0
    """How many arguments it may have; all or none of them must be given."""


CONSTRUCTORS: dict[str, Constructor] = {
    "SmallInt": Constructor("Int"),
    "Integer": Constructor("Int"),
    "BigInt": Constructor("BigInt"),
    "Decimal": Constructor("Decimal", 2),
    "Money": Constructor("Decimal"),
    "Inet": Constructor("String"),
    "Oid": Constructor("Int"),
    "Citext": Constructor("String"),
    "Real": Constructor("Float"),
    "DoublePrecision": Constructor("Float"),
    "VarChar": Constructor("String", 1),
    "Char": Constructor("String", 1),
    "Text": Constructor("String"),
    "ByteA": Constructor("Bytes"),
    "Timestamp": Constructor("DateTime", 1),
    "Timestamptz": Constructor("DateTime", 1),
    "Date": Constructor("DateTime"),
    "Time": Constructor("DateTime", 1),
    "Timetz": Constructor("DateTime", 1),
    "Boolean": Constructor("Boolean"),
    "Bit": Constructor("String", 1),
    "VarBit": Constructor("String", 1),
    "Uuid": Constructor("String"),
    "Xml": Constructor("String"),
    "Json": Constructor("Json"),
    "JsonB": Constructor("Json"),
}

DEFAULTS: dict[str, NativeType] = {
    "Int": NativeType("Integer"),
    "BigInt": NativeType("BigInt"),
    "Float": NativeType("DoublePrecision"),
    "Decimal": NativeType("Decimal", (65, 30)),
    "Boolean": NativeType("Boolean"),
    "String": NativeType("Text"),
    "DateTime": NativeType("Timestamp", (3,)),
    "Bytes": NativeType("ByteA"),
    "Json": NativeType("JsonB"),
}

FAMILIES: dict[str, Family] = {
    "Int": Family.INT,
    "BigInt": Family.BIGINT,
    "Float": Family.FLOAT,
    "Decimal": Family.DECIMAL,
    "Boolean": Family.BOOLEAN,
    "String": Family.STRING,
    "DateTime": Family.DATETIME,
    "Bytes": Family.BYTES,
    "Json": Family.JSON,
}

_TIMES = ("Timestamp", "Timestamptz", "Time", "Timetz")


def from_parts(name: str, arguments: tuple[str, ...]) -> NativeType | str | None:
    """The type; the kind of argument it expects, in words, where those given will not do; None if there is no such type."""
    constructor = CONSTRUCTORS.get(name)
    if constructor is None:
        return None
    if constructor.arguments == 0 or not arguments:
        return NativeType(name)
    numbers = tuple(_u32(argument) for argument in arguments)
    known = tuple(number for number in numbers if number is not None)
    if len(arguments) != constructor.arguments or len(known) != len(numbers):
        return "a nonnegative integer" if constructor.arguments == 1 else "two nonnegative integers"
    return NativeType(name, known)


def _u32(text: str) -> int | None:
    digits = text.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or len(digits.lstrip("0")) > 10:
        return None
    number = int(digits)
    return number if number < 2**32 else None


def check(
    name: str, arguments: tuple[str, ...], scalar: str, span: Span, diagnostics: Diagnostics
) -> NativeType | None:
    """The type of an attribute on a field of type `scalar`, or None after an error."""
    constructor = CONSTRUCTORS.get(name)
    if constructor is None:
        message = f"Native type {name} is not supported for postgresql connector."
        diagnostics.error(message, span, _hint(name))
        return None
    given, most = len(arguments), constructor.arguments
    if given > 0 and most == 0:
        diagnostics.error(f'Function "{name}" takes 0 arguments, but received {given}.', span)
        return None
    if given > most:
        message = f"Native type {name} takes {most} optional arguments, but received {given}."
        diagnostics.error(message, span)
        return None
    if constructor.scalar != scalar:
        diagnostics.error(
            f"Native type {name} is not compatible with declared field type {scalar}, "
            f"expected field type {constructor.scalar}.",
            span,
        )
        return None
    found = from_parts(name, arguments)
    if not isinstance(found, NativeType):
        message = f"Expected {found}, but found ({', '.join(arguments)})."
        diagnostics.error(message, span)
        return None
    _check_range(found, span, diagnostics)
    return found


def _check_range(native: NativeType, span: Span, diagnostics: Diagnostics) -> None:
    if not native.args:
        return
    shown, first = str(native), native.args[0]
    out_of_range = f"Argument M is out of range for native type `{shown}` of Postgres: "
    if native.name == "Decimal" and native.args[1] > first:
        diagnostics.error(
            f"The scale must not be larger than the precision for the {shown} native type in Postgres.",
            span,
        )
    elif native.name == "Decimal" and not 0 < first <= 1000:
        message = f"{out_of_range}Precision must be positive with a maximum value of 1000."
        diagnostics.error(message, span)
    elif native.name in ("Bit", "VarBit") and first == 0:
        diagnostics.error(f"{out_of_range}M must be a positive integer.", span)
    elif native.name in _TIMES and first > 6:
        diagnostics.error(f"{out_of_range}M can range from 0 to 6.", span)


def _hint(name: str) -> str:
    folded = name.lower()
    for known in CONSTRUCTORS:
        if known.lower() == folded:
            return f"Did you mean {known}?"
    return 'For a type that Prisma does not know, write Unsupported("…") as the field\'s type.'
