"""When Prisma takes two defaults for the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prisma_drift.diff.defaults import defaults_match
from prisma_drift.model.schema import Column
from prisma_drift.model.types import (
    Arity,
    ColumnType,
    DateTimeText,
    DbGenerated,
    Default,
    EnumLabel,
    Family,
    JsonText,
    Now,
    PrismaLevel,
    Sequence,
    Value,
)


def column(default: Default | None, family: Family = Family.STRING, arity: Arity = Arity.REQUIRED) -> Column:
    return Column("c", ColumnType(family, arity), default)


SAME = [
    (None, None),
    (Value(5), Value(5)),
    (Value(Decimal("1.10")), Value(Decimal("1.1"))),
    (Value("x"), Value(EnumLabel("x"))),
    (Value(JsonText('{"a": 1, "b": 2}')), Value(JsonText('{"b":2,"a":1}'))),
    (Value("{not json"), Value(JsonText("[]"))),
    (Value(DateTimeText("2020-01-01 00:00:00 +00:00")), Value(DateTimeText("2021-01-01 00:00:00 +00:00"))),
    (DbGenerated("'2020-01-01'::date"), Value(DateTimeText("2021-01-01 00:00:00 +00:00"))),
    (Now(), Now()),
    (DbGenerated("LOWER('x')"), DbGenerated("lower('X')")),
    (Value(3), DbGenerated(None)),
    (None, DbGenerated(None)),
    (Sequence("s"), None),
    (Value(3), Sequence("")),
    (None, PrismaLevel("uuid")),
    (Value((1, 2)), Value((1, 2))),
    (Value((EnumLabel("\\x00"),)), Value((b"\0",))),
]
DIFFERENT = [
    (None, Value(5)),
    (Value(5), None),
    (Value(5), Value(6)),
    (Value(True), Value(1)),
    (Value("5"), Value(5)),
    (Now(), None),
    (None, Now()),
    (Now(), Value("x")),
    (DbGenerated("now()"), Now()),
    (Now(), DbGenerated("now()")),
    (DbGenerated("lower('X'::text)"), DbGenerated("lower('X')")),
    (DbGenerated("ARRAY[(7)::bigint]"), Value((7,))),
    (Sequence("s"), Value(5)),
    (Sequence("s"), DbGenerated("f()")),
    (Value(DateTimeText("2020-01-01 00:00:00 +00:00")), None),
    (Value((1, 2)), Value((2, 1))),
    (Value((1,)), Value((1, 1))),
    (Value(JsonText('{"a": 1}')), Value(JsonText('{"a": 2}'))),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_same(before: Default | None, after: Default | None) -> None:
    assert defaults_match(column(before), column(after))


@pytest.mark.parametrize(("before", "after"), DIFFERENT)
def test_different(before: Default | None, after: Default | None) -> None:
    assert not defaults_match(column(before), column(after))


def test_a_list_of_moments_is_not_compared_with_an_expression() -> None:
    listed = Value((DateTimeText("2020-01-01 00:00:00 +00:00"),))
    text = DbGenerated("'{…}'::timestamp[]")
    assert defaults_match(
        column(text, Family.DATETIME, Arity.LIST), column(listed, Family.DATETIME, Arity.LIST)
    )
    assert not defaults_match(
        column(text, Family.INT, Arity.LIST), column(Value((1,)), Family.INT, Arity.LIST)
    )
