"""How one native type may change into another: Prisma's own table, which decides between a cast and a new column.

The rules are those of Prisma's Postgres differ (`postgres_native_type_change_riskyness`); they say what Prisma prints,
not what Postgres can do: `plan/conversions.py` knows that.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum as _Enum

from ..model.types import NativeType
from .changes import Cast


class Same(_Enum):
    """The outcome for types that count as one."""

    SAME = "same"


Outcome = Cast | Same
Rule = Callable[[NativeType, NativeType], Outcome]

_SAFE, _RISKY, _NEVER = Cast.SAFE, Cast.RISKY, Cast.NOT_CASTABLE

_UNBOUNDED = 131072
"""The most digits that Postgres' unparameterised numeric holds before the point; 16383 is the most after it."""


def native_cast(actual: NativeType, expected: NativeType) -> Cast | None:
    """How Prisma changes a column of one known native type into another; None where it sees no change."""
    if actual == expected:
        return None
    rule = _RULES.get(actual.name)
    outcome = rule(actual, expected) if rule else _NEVER
    return None if isinstance(outcome, Same) else outcome


def _length(native: NativeType) -> int | None:
    return native.args[0] if native.args else None


def _one_of(*names: str, other: Outcome = _NEVER) -> Rule:
    """Safe for the named types, `other` for the rest."""
    return lambda actual, expected: _SAFE if expected.name in names else other


def _text_of(width: int, expected: NativeType) -> Outcome:
    """Into text that has to hold `width` characters: a CHAR without length holds one."""
    length = _length(expected)
    if length is None:
        return _SAFE if expected.name == "VarChar" else _RISKY
    return _RISKY if length < width else _SAFE


def _integer(digits: int, width: int, *, safe: tuple[str, ...], risky: tuple[str, ...]) -> Rule:
    """An integer type of up to `digits` digits, `width` characters with its sign."""

    def rule(actual: NativeType, expected: NativeType) -> Outcome:
        if expected.name in ("VarChar", "Char"):
            return _text_of(width, expected)
        if expected.name == "Decimal":
            room = (expected.args[0] - expected.args[1]) if expected.args else _UNBOUNDED
            return _RISKY if room < digits else _SAFE
        if expected.name in risky:
            return _RISKY
        return _SAFE if expected.name in (*safe, "Text") else _NEVER

    return rule


def _decimal(actual: NativeType, expected: NativeType) -> Outcome:
    precision, scale = actual.args if actual.args else (None, None)
    whole = {"SmallInt": 2, "Integer": 9, "BigInt": 18}.get(expected.name)
    if whole is not None:
        if precision is None or scale is None:
            return _RISKY
        return _RISKY if scale > 0 or precision > whole else _SAFE
    if expected.name == "Decimal":
        return _decimal_to_decimal(actual, expected)
    if expected.name in ("Real", "DoublePrecision"):
        return _RISKY
    if expected.name in ("VarChar", "Char"):
        length = _length(expected)
        if length is None:
            return _SAFE if expected.name == "VarChar" else _RISKY
        if precision is None or scale is None:
            return _RISKY if length < _UNBOUNDED + 1 else _SAFE
        return _RISKY if precision + (2 if scale > 0 else 1) > length else _SAFE
    return _SAFE if expected.name == "Text" else _NEVER


def _decimal_to_decimal(actual: NativeType, expected: NativeType) -> Outcome:
    if not expected.args:
        return _SAFE
    precision, scale = expected.args
    if not actual.args:
        return _RISKY if precision < _UNBOUNDED or scale < 16383 else _SAFE
    had, had_scale = actual.args
    return _RISKY if had - had_scale > precision - scale or had_scale > scale else _SAFE


def _float(width: int, *, safe: tuple[str, ...], risky: tuple[str, ...]) -> Rule:
    def rule(actual: NativeType, expected: NativeType) -> Outcome:
        if expected.name in ("VarChar", "Char"):
            return _text_of(width, expected)
        if expected.name in risky:
            return _RISKY
        return _SAFE if expected.name in (*safe, "Text") else _NEVER

    return rule


def _varchar(actual: NativeType, expected: NativeType) -> Outcome:
    had, has = _length(actual), _length(expected)
    if expected.name == "Text":
        return _SAFE
    if expected.name not in ("VarChar", "Char"):
        return _NEVER
    if had is None:
        return _RISKY
    if has is None:
        return _SAFE if expected.name == "VarChar" or had == 1 else _RISKY
    return _RISKY if had > has else _SAFE


def _char(actual: NativeType, expected: NativeType) -> Outcome:
    had, has = _length(actual), _length(expected)
    if expected.name == "Text":
        return _SAFE
    if expected.name not in ("VarChar", "Char"):
        return _NEVER
    if had is None:
        return _SAFE
    if has is None:
        return _SAFE if expected.name == "VarChar" or had == 1 else _RISKY
    return _RISKY if had > has else _SAFE


def _document(*others: str) -> Rule:
    """Text of any length: whatever has a length may cut it."""

    def rule(actual: NativeType, expected: NativeType) -> Outcome:
        if expected.name in others or (expected.name == "VarChar" and not expected.args):
            return _SAFE
        return _RISKY if expected.name in ("VarChar", "Char") else _NEVER

    return rule


def _fits(least: int, *others: str) -> Rule:
    """Into text of at least `least` characters, or into one of the other types; shorter text is no cast at all."""

    def rule(actual: NativeType, expected: NativeType) -> Outcome:
        if expected.name in ("VarChar", "Char"):
            length = _length(expected)
            if length is None:
                return _SAFE if expected.name == "VarChar" else _NEVER
            return _SAFE if length >= least else _NEVER
        return _SAFE if expected.name in others or expected.name == "Text" else _NEVER

    return rule


def _moment(least: int, *others: str, other_precision: Outcome = _SAFE) -> Rule:
    """A time type with a precision; no precision on either side is no difference."""
    into_text = _fits(least, *others)

    def rule(actual: NativeType, expected: NativeType) -> Outcome:
        if expected.name == actual.name:
            unset = not expected.args or not actual.args
            return Same.SAME if unset or actual.args == expected.args else other_precision
        return into_text(actual, expected)

    return rule


def _boolean(actual: NativeType, expected: NativeType) -> Outcome:
    length = _length(expected)
    if expected.name == "Char":
        if length is None:
            return _NEVER
        return _SAFE if length > 4 else _RISKY if length == 4 else _NEVER
    return _SAFE if expected.name in ("Text", "VarChar") else _NEVER


def _bytes(actual: NativeType, expected: NativeType) -> Outcome:
    length = _length(expected)
    if expected.name == "Text" or (expected.name == "VarChar" and length is None):
        return _SAFE
    return _RISKY if expected.name in ("VarChar", "Char") and length is not None and length > 2 else _NEVER


def _bit(actual: NativeType, expected: NativeType) -> Outcome:
    had, has = _length(actual), _length(expected)
    if had is None:
        return _SAFE if expected.name in ("Text", "VarChar", "Char", "VarBit") else _NEVER
    if expected.name == "Text" or (expected.name in ("VarChar", "VarBit") and has is None):
        return _SAFE
    fits = expected.name in ("VarChar", "Char", "VarBit") and has is not None and has >= had
    return _SAFE if fits else _NEVER


def _varbit(actual: NativeType, expected: NativeType) -> Outcome:
    had, has = _length(actual), _length(expected)
    if expected.name == "Text":
        return _SAFE
    if expected.name not in ("VarChar", "Char", "Bit", "VarBit"):
        return _NEVER
    if had is None:
        return _NEVER if expected.name == "VarBit" else _RISKY
    if has is None:
        return _SAFE if expected.name in ("VarChar", "VarBit") else _RISKY
    if expected.name == "VarBit":
        return _SAFE if has > had else _NEVER
    if expected.name == "Bit":
        return _SAFE if has <= had else _NEVER
    return _SAFE if has >= had else _RISKY


def _citext(actual: NativeType, expected: NativeType) -> Outcome:
    return _SAFE if expected.name in ("Text", "VarChar") else _RISKY


def _text(actual: NativeType, expected: NativeType) -> Outcome:
    if expected.name == "Citext" or (expected.name == "VarChar" and not expected.args):
        return _SAFE
    return _RISKY if expected.name in ("VarChar", "Char") else _NEVER


_RULES: dict[str, Rule] = {
    "Inet": _one_of("Citext", "Text", "VarChar"),
    "Money": _one_of("Citext", "Text", "VarChar", other=_RISKY),
    "Citext": _citext,
    "Oid": _one_of("Text", "VarChar", "BigInt", "Integer"),
    "SmallInt": _integer(3, 4, safe=("Integer", "BigInt", "Real", "DoublePrecision"), risky=()),
    "Integer": _integer(10, 11, safe=("BigInt", "Real", "DoublePrecision"), risky=("SmallInt",)),
    "BigInt": _integer(19, 20, safe=("Real", "DoublePrecision"), risky=("SmallInt", "Integer")),
    "Decimal": _decimal,
    "Real": _float(47, safe=("DoublePrecision",), risky=("SmallInt", "Integer", "BigInt", "Decimal")),
    "DoublePrecision": _float(317, safe=(), risky=("SmallInt", "Integer", "BigInt", "Decimal", "Real")),
    "VarChar": _varchar,
    "Char": _char,
    "Text": _text,
    "ByteA": _bytes,
    "Timestamp": _moment(23, "Timestamptz", "Date", "Time", "Timetz"),
    "Timestamptz": _moment(28, "Timestamp", "Date", "Time", "Timetz"),
    "Date": _fits(28, "Timestamp", "Timestamptz"),
    "Time": _moment(14, "Timetz", other_precision=_NEVER),
    "Timetz": _moment(19, "Time"),
    "Boolean": _boolean,
    "Bit": _bit,
    "VarBit": _varbit,
    "Uuid": _fits(32),
    "Xml": _document("Text"),
    "Json": _document("Text", "JsonB"),
    "JsonB": _document("Text", "Json"),
}
