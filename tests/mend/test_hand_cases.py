"""Databases made by hand for what the random ones do not reach: lists of every type, JSON into lists of JSON, types of an extension that is missing."""

from __future__ import annotations

import pytest
from bench import Bench
from case import Case, Ideal, Part
from judge import judge

pytestmark = pytest.mark.slow

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'
PAIRS = [
    ("TIMESTAMP(3)[]", "DateTime[] @db.Timestamptz(3)", "'{2024-03-10 02:30:00}'", "({}[1] AT TIME ZONE 'UTC')::text", "2024-03-10 02:30:00"),
    ("TIMESTAMPTZ(3)[]", "DateTime[]", "'{2024-03-10 02:30:00Z}'", "{}[1]::text", "2024-03-10 02:30:00"),
    ("TEXT[]", "DateTime[]", "'{2024-01-02T03:04:05+05:00}'", "{}[1]::text", "2024-01-01 22:04:05"),
    ("TIMESTAMPTZ(3)[]", "String[]", "'{2024-03-10 02:30:00Z}'", "{}[1]", "2024-03-10 02:30:00+00"),
    ("TIMESTAMP(3)[]", "DateTime[] @db.Date", "'{2024-03-10 00:00:00}'", "{}::text", "{2024-03-10}"),
    ("DATE[]", "DateTime[] @db.Timestamptz(3)", "'{2024-03-10}'", "({}[1] AT TIME ZONE 'UTC')::text", "2024-03-10 00:00:00"),
    ("DECIMAL(10,4)[]", "Decimal[] @db.Decimal(10, 2)", "'{1.25,2.5}'", "{}::text", "{1.25,2.50}"),
    ("DOUBLE PRECISION[]", "Decimal[]", "'{1234567890.12345678}'", "trim_scale({}[1])::text", "1234567890.1234567"),
    ("JSONB[]", "Json?", """ARRAY['{"a": 1}', '2']::jsonb[]""", "{}::text", '[{"a": 1}, 2]'),
    ("JSONB NOT NULL", "Json[]", """'[{"a": 1}, 2]'""", "array_to_json({})::text", '[{"a": 1},2]'),
    ("JSONB NOT NULL", "Json[]", """'{"a": 1}'""", "array_to_json({})::text", '[{"a": 1}]'),
    ("JSONB NOT NULL", "DateTime[]", """'["2024-01-02T03:04:05.000Z"]'""", "{}[1]::text", "2024-01-02 03:04:05"),
    ("TEXT", 'Unsupported("ltree")?', "'a.b'", "{}::text", "a.b"),
    ("TEXT", "String? @unique @db.Citext", "'aB'", "{}::text", "aB"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "value", "read", "expected"), PAIRS)
def test_values_of_a_pair(
    before: str, after: str, value: str, read: str, expected: str, mend_bench: Bench
) -> None:
    """Every value is kept, and no check counts anything."""
    case = Case(
        "by hand",
        f"{before} to {after}",
        (
            f'CREATE TABLE "U" ("id" INTEGER NOT NULL, "c" {before}, CONSTRAINT "U_pkey" PRIMARY KEY ("id"));\n',
        ),
        f'INSERT INTO "U" VALUES (1, {value});',
        f"{HEAD}model U {{\n  id Int @id\n  c {after}\n}}\n",
        (Part(Ideal(f'SELECT {read.format(chr(34) + "c" + chr(34))} FROM "U"', [[expected]]), must=True),),
    )
    verdict = judge(case, mend_bench)
    assert verdict.word == "kept", (verdict.why, verdict.sql, verdict.checks)
