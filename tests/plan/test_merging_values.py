"""A unique column whose values may become one: told before, whatever spelling made them differ."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.plan.plan import build_plan

Models = Callable[..., Schema]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("String", "Int", True),
        ("String", "String @db.Uuid", True),
        ("String", "String @db.Citext", True),
        ("Float", "Decimal @db.Decimal(10, 2)", True),
        ("String", "String @db.VarChar(50)", True),
        ("Int", "BigInt", False),
        ("DateTime", "DateTime @db.Timestamptz(3)", False),
        ("Int", "String", False),
    ],
)
def test_unique(as_database: Models, models: Models, before: str, after: str, told: bool) -> None:
    text = "model U {{\n id Int @id\n c {} @unique\n}}"
    head, _, tail = before.partition(" ")
    actual = as_database(text.format(f"{head} {tail}"))
    expected = models(text.format(after))
    rules = Rules()
    plan = build_plan(diff(actual, expected, rules), actual, expected, rules, strategy="preserve")
    assert ("duplicates" in {h.id for h in plan.hazards}) is told
