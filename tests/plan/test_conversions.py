"""How Postgres turns one type into another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.plan.conversions import conversion
from prisma_drift.plan.render.names import Names

Models = Callable[..., Schema]
BY_ITSELF = [
    ("Int", "BigInt"),
    ("BigInt", "Int"),
    ("Decimal", "Int"),
    ("Json", "String"),
    ("E", "String"),
    ("DateTime", "DateTime @db.Date"),
    ('Unsupported("cidr")', "String @db.Inet"),
    ('Unsupported("vector(3)")', 'Unsupported("vector(4)")'),
    ("Int[]", "String[]"),
    ("Int[]", "String"),
    ("Decimal", "Decimal @db.Money"),
]
USING = [
    ("String", "Int", '("c"::text::INTEGER)'),
    ("String", "String @db.Uuid", '("c"::text::UUID)'),
    ("String", "E", '("c"::text::"E")'),
    ("String", "Json", '("c"::text::JSONB)'),
    ("Json", 'Unsupported("vector(3)")', '("c"::text::vector(3))'),
    ("Json", "Int", "((\"c\" #>> '{}')::INTEGER)"),
    ("Int", "Boolean", '("c"::BOOLEAN)'),
    ("BigInt", "Boolean", '("c"::numeric::integer::BOOLEAN)'),
    ("Boolean", "Int", '("c"::integer::INTEGER)'),
    ("Int", "Json", '(to_jsonb("c"))'),
    ("Decimal @db.Money", "Float", '("c"::numeric::DOUBLE PRECISION)'),
    ("Decimal @db.Money", "Int @db.Oid", '("c"::numeric::bigint::OID)'),
    ("DateTime", "DateTime @db.Timetz(3)", '("c"::timestamptz::TIMETZ(3))'),
    ("String", "Bytes", "(convert_to(\"c\"::text, 'UTF8'))"),
    ("Int", 'Unsupported("tsvector")', "(to_tsvector('simple', \"c\"::text))"),
    ("E", "E[]", 'ARRAY["c"]'),
    ("E?", "E[]", 'array_remove(ARRAY["c"], NULL)'),
    ("E[]", "E", '("c")[1]'),
    ("E[]", "E2[]", '("c"::text::"E2"[])'),
    ("String[]", "Json", 'to_jsonb("c")'),
    ("String", "Int[]", 'ARRAY["c"::text::INTEGER]'),
]
NEVER = [
    ("Boolean", 'Unsupported("interval")'),
    ('Unsupported("interval")', "Float"),
    ('Unsupported("point")', "DateTime"),
    ("DateTime", "Int"),
    ("Json", "String[]"),
    ("Int[]", "Boolean"),
]


def convert(models: Models, before: str, after: str) -> object:
    enums = "\nenum E {\n A\n}\nenum E2 {\n A\n}"
    actual = models(f"model U {{\n id Int @id\n c {before}\n}}" + enums)
    expected = models(f"model U {{\n id Int @id\n c {after}\n}}" + enums)
    found = conversion(
        actual.tables[0].columns[1], expected.tables[0].columns[1], Names(actual, expected, LATEST)
    )
    return found.using if found is not None else "never"


@pytest.mark.parametrize(("before", "after"), BY_ITSELF)
def test_by_itself(models: Models, before: str, after: str) -> None:
    assert convert(models, before, after) is None


@pytest.mark.parametrize(("before", "after", "expression"), USING)
def test_by_an_expression(models: Models, before: str, after: str, expression: str) -> None:
    assert convert(models, before, after) == expression


@pytest.mark.parametrize(("before", "after"), NEVER)
def test_not_at_all(models: Models, before: str, after: str) -> None:
    assert convert(models, before, after) == "never"
