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
    ("String", "Int", '("c"::integer)'),
    ("String", "String @db.Uuid", '("c"::uuid)'),
    ("String", "E", '("c"::"E")'),
    ("String", "Json", '("c"::jsonb)'),
    ("String @db.Citext", "Int", '("c"::text::integer)'),
    ("Json", 'Unsupported("vector(3)")', '("c"::text::vector)'),
    ("Json", "Int", "((\"c\" #>> '{}')::integer)"),
    ("Int", "Boolean", '(("c" <> 0))'),
    ("Boolean", "Int", '("c"::integer)'),
    ("Int", "Json", '(to_jsonb("c"))'),
    ("Float", "Decimal", '("c"::text::numeric)'),
    ("Float @db.Real", "Float", '("c"::text::double precision)'),
    ("Decimal @db.Money", "Float", '("c"::numeric::double precision)'),
    ("Decimal @db.Money", "Int @db.Oid", '("c"::numeric::bigint::oid)'),
    ("DateTime", "DateTime @db.Timestamptz", "(\"c\" AT TIME ZONE 'UTC')"),
    ("DateTime @db.Timestamptz", "DateTime", "((\"c\" AT TIME ZONE 'UTC'))"),
    ("DateTime @db.Date", "DateTime @db.Timestamptz", "(\"c\"::timestamp AT TIME ZONE 'UTC')"),
    ("DateTime @db.Time", "DateTime @db.Timetz", "((\"c\"::text || '+00')::timetz)"),
    ("DateTime @db.Timestamptz", "String", '(pg_temp.timestamptz_to_text("c"))'),
    ("DateTime[]", "DateTime[] @db.Timestamptz", '(pg_temp.timestamp_list_to_timestamptz_list("c"))'),
    ("String", "DateTime", '(pg_temp.text_to_timestamp("c"))'),
    ("String @db.Inet", "String", '(abbrev("c"))'),
    ("String", "Bytes", "(convert_to(\"c\", 'UTF8'))"),
    ("Int", 'Unsupported("tsvector")', "(to_tsvector('simple', \"c\"::text))"),
    ("E", "E2", '("c"::text::"E2")'),
    ("E", "E[]", '(ARRAY["c"])'),
    ("E?", "E[]", '(CASE WHEN "c" IS NULL THEN \'{}\' ELSE ARRAY["c"] END)'),
    ("E[]", "E", '(("c")[1])'),
    ("E[]", "E2[]", '("c"::text[]::"E2"[])'),
    ("String[]", "Json", '(to_jsonb("c"))'),
    ("String", "Int[]", '(ARRAY["c"::integer])'),
    ("Int[]", "Boolean", '((("c")[1] <> 0))'),
    ("Json", "String[]", '(pg_temp.jsonb_to_text_list("c"))'),
]
NEVER = [
    ("Boolean", 'Unsupported("interval")'),
    ('Unsupported("interval")', "Float"),
    ('Unsupported("point")', "DateTime"),
    ("DateTime", "Int"),
    ("String @db.Uuid", "Int"),
    ("DateTime @db.Date", "DateTime @db.Time"),
    ("Int[]", "DateTime"),
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
