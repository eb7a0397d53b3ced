"""When two defaults count as the same: Prisma's rules, kind by kind."""

from __future__ import annotations

from decimal import Decimal

from ..model.schema import Column
from ..model.types import (
    Arity,
    DateTimeText,
    DbGenerated,
    Default,
    EnumLabel,
    Family,
    JsonText,
    Now,
    PrismaLevel,
    Scalar,
    Sequence,
    Value,
)


def database_default(column: Column) -> Default | None:
    """The default that the database keeps: one that only Prisma's client fills in is none."""
    return None if isinstance(column.default, PrismaLevel) else column.default


def defaults_match(actual: Column, expected: Column) -> bool:
    """Whether Prisma sees no change of default between two columns."""
    before, after = database_default(actual), database_default(expected)
    if _is_empty_expression(after) or isinstance(after, Sequence):
        # `dbgenerated()` stands for any default; a new sequence is the business of the autoincrement flag.
        return True
    if isinstance(before, Sequence):
        return after is None
    if isinstance(before, Value) and isinstance(after, Value):
        return _values_match(before.value, after.value)
    if _lists_of_moments(actual, expected, before, after):
        return True
    if before is None or after is None:
        return before is after
    if _is_moment(before) or _is_moment(after):
        return True
    if isinstance(before, DbGenerated) and isinstance(after, DbGenerated):
        return _same_expression(before, after)
    return isinstance(before, Now) and isinstance(after, Now)


def ignored_for_moments(actual: Column, expected: Column) -> bool:
    """Whether Prisma takes the two defaults for the same only because one of them is a moment, or a list of moments."""
    before, after = database_default(actual), database_default(expected)
    if before is None or after is None or isinstance(after, Sequence) or _is_empty_expression(after):
        return False
    return _is_moment(before) or _is_moment(after) or _lists_of_moments(actual, expected, before, after)


def other_than_moments(actual: Column, expected: Column) -> bool:
    """Whether one default is a list of moments and the other a list of something else, which Prisma does not compare."""
    both = [d.value for d in map(database_default, (actual, expected)) if isinstance(d, Value)]
    lists = [any(isinstance(e, DateTimeText) for e in v) for v in both if isinstance(v, tuple)]
    return len(lists) == 2 and lists[0] != lists[1]


def _is_empty_expression(default: Default | None) -> bool:
    return isinstance(default, DbGenerated) and default.text is None


def _is_moment(default: Default | None) -> bool:
    return isinstance(default, Value) and isinstance(default.value, DateTimeText)


def _lists_of_moments(
    actual: Column, expected: Column, before: Default | None, after: Default | None
) -> bool:
    """A list constant against an expression: never compared where either column holds date-times."""
    kinds = {type(before), type(after)}
    if kinds != {Value, DbGenerated}:
        return False
    constant = before if isinstance(before, Value) else after
    if not (isinstance(constant, Value) and isinstance(constant.value, tuple)):
        return False
    return any(c.type.family is Family.DATETIME and c.type.arity is Arity.LIST for c in (actual, expected))


def _same_expression(before: DbGenerated, after: DbGenerated) -> bool:
    return _ascii_lower(before.text or "") == _ascii_lower(after.text or "")


def _ascii_lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _values_match(before: Scalar | tuple[Scalar, ...], after: Scalar | tuple[Scalar, ...]) -> bool:
    if isinstance(before, tuple) and isinstance(after, tuple):
        return len(before) == len(after) and all(map(_elements_match, before, after))
    if isinstance(before, DateTimeText) or isinstance(after, DateTimeText):
        return True
    if isinstance(before, tuple) or isinstance(after, tuple):
        return False
    if isinstance(before, EnumLabel) or isinstance(after, EnumLabel):
        return _label(before) == _label(after)
    return _scalars_match(before, after)


def _elements_match(before: Scalar, after: Scalar) -> bool:
    if isinstance(before, DateTimeText) and isinstance(after, DateTimeText):
        return True
    if isinstance(before, EnumLabel) and isinstance(after, bytes):
        return before.label == _hex(after)
    if isinstance(before, bytes) and isinstance(after, EnumLabel):
        return _hex(before) == after.label
    return _scalars_match(before, after)


def _scalars_match(before: Scalar, after: Scalar) -> bool:
    if isinstance(before, JsonText) or isinstance(after, JsonText):
        return _json_match(before, after)
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        return before == after
    return type(before) is type(after) and before == after


def _hex(data: bytes) -> str:
    return "\\x" + data.hex()


def _label(value: Scalar) -> str | None:
    """The text of a label or of a string, which Prisma takes for one another."""
    if isinstance(value, EnumLabel):
        return value.label
    return value if isinstance(value, str) else None


def _json_match(before: Scalar, after: Scalar) -> bool:
    """JSON is compared as JSON; what does not parse is not compared at all."""
    import json

    texts = [v.text if isinstance(v, JsonText) else v for v in (before, after)]
    if not all(isinstance(t, str) for t in texts):
        return False
    try:
        first, second = (json.loads(t, parse_float=Decimal) for t in texts if isinstance(t, str))
    except ValueError:
        return True
    return bool(first == second)
