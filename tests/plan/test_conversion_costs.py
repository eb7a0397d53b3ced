"""What a change of type is said to cost, and on which statement."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.plan.plan import Plan, build_plan

Models = Callable[..., Schema]
MODEL = "model U {{\n id Int @id\n c {}\n}}\nenum E {{\n A\n B\n}}"


@pytest.fixture
def plan(as_database: Models, models: Models) -> Callable[[str, str], Plan]:
    def made(before: str, after: str) -> Plan:
        actual, expected = as_database(before), models(after)
        rules = Rules()
        return build_plan(diff(actual, expected, rules), actual, expected, rules, strategy="preserve")

    return made


def costs(plan: Plan) -> list[tuple[str, str]]:
    return [(check.id, check.breaks) for check in plan.checks]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Int", "BigInt", []),
        ("String", "Int", [("value-refused", "fails")]),
        ("String @db.VarChar(5)", "String @db.VarChar(9)", []),
        ("String @db.VarChar(9)", "String @db.VarChar(5)", [("value-refused", "fails"), ("data-loss", "loses")]),
        ("Decimal @db.Decimal(10, 4)", "Decimal @db.Decimal(12, 6)", []),
        ("Decimal @db.Decimal(10, 4)", "Decimal @db.Decimal(8, 2)", [("value-refused", "fails"), ("data-loss", "loses")]),
        ("DateTime", "DateTime @db.Timestamptz(3)", []),
        ("DateTime", "DateTime @db.Date", [("data-loss", "loses")]),
        ("String", "E", [("value-refused", "fails")]),
        ("E", "String", []),
        ("Int[]", "Int?", [("data-loss", "loses")]),
        ("Int[]", "Int", [("value-refused", "fails"), ("data-loss", "loses")]),
        ("String @db.Uuid", "Int?", [("data-loss", "loses")]),
        ("String[] @db.VarChar(3)", 'Unsupported("varchar(5)[]")?', []),
        ("String[] @db.VarChar(5)", 'Unsupported("varchar(3)[]")?', [("value-refused", "fails"), ("data-loss", "loses")]),
        ("String[]", 'Unsupported("varchar(3)[]")', [("value-refused", "fails"), ("data-loss", "loses")]),
    ],
)  # fmt: skip
def test_checks(plan: Callable[[str, str], Plan], before: str, after: str, expected: object) -> None:
    made = plan(MODEL.format(before), MODEL.format(after))
    assert costs(made) == expected
    assert {h.id for h in made.hazards} == {check.id for check in made.checks}
    assert {h.object for h in made.hazards} <= {"public.U.c"}


def test_a_day_of_a_moment_in_a_zone_is_told_and_not_counted(plan: Callable[[str, str], Plan]) -> None:
    made = plan(MODEL.format("DateTime @db.Timestamptz"), MODEL.format("DateTime @db.Date"))
    assert (made.checks, [(h.id, h.severity) for h in made.hazards]) == ((), [("data-loss", "warning")])


def test_no_conversion_is_an_error(plan: Callable[[str, str], Plan]) -> None:
    made = plan(MODEL.format("String @db.Uuid"), MODEL.format("Int?"))
    (hazard,) = made.hazards
    assert (hazard.severity, hazard.statement) == ("error", 1)
    assert "Nothing converts the values of public.U.c from UUID to INTEGER" in hazard.message
    assert made.checks[0].sql == 'SELECT count(*) FROM "public"."U" WHERE "c" IS NOT NULL'


def test_an_enum_that_loses_a_value(plan: Callable[[str, str], Plan]) -> None:
    text = "model U {{\n id Int @id\n c E\n d E[]\n}}\nenum E {{\n A\n {}\n}}"
    made = plan(text.format("B"), text.format(""))
    assert [check.sql for check in made.checks] == [
        """SELECT count(*) FROM "public"."U" WHERE "c"::text IN ('B')""",
        """SELECT count(*) FROM "public"."U" WHERE EXISTS (SELECT FROM unnest("d") AS e(v) WHERE e.v::text IN ('B'))""",
    ]
    assert [(h.id, h.object) for h in made.hazards] == [
        ("value-refused", "public.U.c"),
        ("value-refused", "public.U.d"),
    ]


def test_a_filled_column_refuses_no_null(plan: Callable[[str, str], Plan]) -> None:
    made = plan(MODEL.format("Json?"), MODEL.format("Int @default(1)"))
    (check,) = made.checks
    assert "jsonb_typeof(\"c\") = 'null' THEN false" in check.sql


def test_two_columns_share_a_function(plan: Callable[[str, str], Plan]) -> None:
    text = "model U {{\n id Int @id\n a {0}\n b {0}\n}}"
    made = plan(text.format("String"), text.format("DateTime"))
    assert [s.sql.split("(")[0] for s in made.statements] == [
        "CREATE OR REPLACE FUNCTION pg_temp.text_to_timestamp",
        'ALTER TABLE "U" ALTER COLUMN "a" SET DATA TYPE TIMESTAMP',
        "DROP FUNCTION pg_temp.text_to_timestamp",
    ]


@pytest.mark.parametrize(("before", "form"), [("String[]", "{a,b}"), ("Bytes", "\\x6869")])
def test_a_text_of_another_form_than_readers_expect_is_told(
    plan: Callable[[str, str], Plan], before: str, form: str
) -> None:
    made = plan(MODEL.format(before), MODEL.format("String"))
    told = [h for h in made.hazards if h.id == "breaks-application"]
    assert [(h.severity, h.object, form in h.message) for h in told] == [("warning", "public.U.c", True)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("String", 'Unsupported("ltree")'),
        ("String", 'Unsupported("hstore")'),
        ("String @unique", "String @unique @db.Citext"),
        ("E @unique", "String @unique @db.Citext"),
    ],
)
def test_a_check_names_no_type_that_the_plan_brings(
    plan: Callable[[str, str], Plan], before: str, after: str
) -> None:
    made = plan(MODEL.format(before), MODEL.format(after))
    assert made.hazards
    assert not [c.sql for c in made.checks if re.search("ltree|hstore|citext", c.sql, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("before", "after", "asks"),
    [
        ("String", "DateTime", True),
        ("String", "Json", True),
        ("String", "Int", False),
        ('String @map("pg_input_is_valid(")', 'Int @map("pg_input_is_valid(")', False),
    ],
)
def test_a_check_says_which_server_can_answer_it(
    plan: Callable[[str, str], Plan], before: str, after: str, asks: bool
) -> None:
    made = plan(MODEL.format(before), MODEL.format(after))
    assert made.checks
    assert {check.message.endswith("(a query for Postgres 16 or newer)") for check in made.checks} == {asks}
