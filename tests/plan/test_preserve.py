"""Keeping data: converted, filled, counted on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.values import replace
from prisma_drift.plan.plan import Plan, Step, build_plan
from prisma_drift.plan.script import script

Models = Callable[..., Schema]


def sql(step: Step) -> tuple[str, ...]:
    return tuple(statement.sql for statement in step.statements)


def preserved(actual: Schema, expected: Schema) -> Plan:
    rules = Rules()
    return build_plan(diff(actual, expected, rules), actual, expected, rules, strategy="preserve")


def test_values_are_converted_and_indexes_stay(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n c %s\n @@index([c])\n}"
    plan = preserved(as_database(text % "String"), models(text % "Int"))
    assert script(plan) == (
        '-- AlterTable\nALTER TABLE "U" ALTER COLUMN "c" SET DATA TYPE INTEGER USING ("c"::integer);\n'
    )
    assert {rule for rule, _ in plan.rules_applied} == {"type-change-keeps-values", "type-change-using"}
    assert plan.unexecutable == ()


def test_an_index_on_what_is_converted_gets_its_new_name(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n c %s\n @@index([c]%s)\n}"
    plan = preserved(as_database(text % ("String", "")), models(text % ("Int", ', map: "other"')))
    assert [step.kind for step in plan.steps] == ["AlterTable", "RenameIndex"]
    assert 'ALTER INDEX "U_c_idx" RENAME TO "other"' in script(plan)


def test_what_nothing_converts_is_added_anew(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n c %s?\n @@index([c])\n}"
    plan = preserved(as_database(text % "DateTime"), models(text % "Int"))
    assert [s.kind for s in plan.steps] == ["AlterTable", "CreateIndex"]
    assert 'DROP COLUMN "c"' in script(plan)


FLOW = """
model Workspace {
  id    String @id
  flows Flow[]
%s}
model Flow {
  id          String    @id
  workspaceId String
  workspace   Workspace @relation(fields: [workspaceId], references: [id])
  runs        Run[]
%s}
model Run {
  id     String @id
  flowId String
  flow   Flow   @relation(fields: [flowId], references: [id])
%s}
"""
BEFORE = FLOW % ("", "", "")
AFTER = FLOW % (
    "  runs Run[]\n",
    "",
    "  workspaceId String\n  workspace Workspace @relation(fields: [workspaceId], references: [id])\n",
)


def test_a_column_is_filled_along_a_required_foreign_key(as_database: Models, models: Models) -> None:
    plan = preserved(as_database(BEFORE), models(AFTER))
    assert sql(plan.steps[0]) == (
        'ALTER TABLE "Run" ADD COLUMN     "workspaceId" TEXT',
        'UPDATE "Run" AS t SET "workspaceId" = r1."workspaceId" FROM "Flow" AS r1 '
        'WHERE r1."id" = t."flowId" AND t."workspaceId" IS NULL',
        'ALTER TABLE "Run" ALTER COLUMN "workspaceId" SET NOT NULL',
    )
    assert plan.rules_applied == (("column-filled", "public.Run.workspaceId"),)
    assert plan.unexecutable == ()


def test_two_hops(as_database: Models, models: Models) -> None:
    log = "model Log {\n id Int @id\n runId String\n run Run @relation(fields: [runId], references: [id])\n%s}\n"
    before = FLOW % ("", "", "  logs Log[]\n") + log % ""
    own = " workspaceId String\n workspace Workspace @relation(fields: [workspaceId], references: [id])\n"
    after = FLOW % ("  logs Log[]\n", "", "  logs Log[]\n") + log % own
    plan = preserved(as_database(before), models(after))
    assert sql(plan.steps[0])[1] == (
        'UPDATE "Log" AS t SET "workspaceId" = r2."workspaceId" FROM "Run" AS r1 '
        'JOIN "Flow" AS r2 ON r2."id" = r1."flowId" WHERE r1."id" = t."runId" AND t."workspaceId" IS NULL'
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Not every run has a flow.
        ("  flowId String\n  flow   Flow  ", "  flowId String?\n  flow   Flow? "),
        # Not every flow has a workspace.
        (
            "  workspaceId String\n  workspace   Workspace ",
            "  workspaceId String?\n  workspace   Workspace? ",
        ),
        # There is no foreign key that says so.
        ("  flow   Flow   @relation(fields: [flowId], references: [id])\n", ""),
    ],
)
def test_nothing_is_guessed(as_database: Models, models: Models, old: str, new: str) -> None:
    before, after = BEFORE.replace(old, new), AFTER.replace(old, new)
    if "@relation(fields: [flowId]" not in before:
        before, after = (text.replace("  runs        Run[]\n", "") for text in (before, after))
    plan = preserved(as_database(before), models(after))
    (step,) = [s for s in plan.steps if s.kind == "AlterTable"]
    assert sql(step) == ('ALTER TABLE "Run" ADD COLUMN     "workspaceId" TEXT NOT NULL',)
    assert plan.unexecutable == (
        "Added the required column `workspaceId` to the `Run` table without a default value. "
        "This is not possible if the table is not empty.",
    )


def test_two_ways_are_none(as_database: Models, models: Models) -> None:
    two = '  otherId String\n  other Flow @relation("o", fields: [otherId], references: [id])\n'
    text = (
        'model Workspace {\n id String @id\n flows Flow[]\n%s}\nmodel Flow {\n id String @id\n workspaceId String\n workspace Workspace @relation(fields: [workspaceId], references: [id])\n runs Run[]\n others Run[] @relation("o")\n}\nmodel Run {\n id String @id\n flowId String\n flow Flow @relation(fields: [flowId], references: [id])\n'
        + two
        + "%s}"
    )
    own = " workspaceId String\n workspace Workspace @relation(fields: [workspaceId], references: [id])\n"
    plan = preserved(as_database(text % ("", "")), models(text % (" runs Run[]\n", own)))
    assert plan.rules_applied == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("DateTime @updatedAt", "CURRENT_TIMESTAMP"),
        ("String @default(uuid())", "gen_random_uuid()::text"),
        ("String @default(uuid()) @db.Uuid", "gen_random_uuid()"),
        ("String @default(uuid()) @db.VarChar(36)", "gen_random_uuid()::text"),
    ],
)
def test_what_the_client_fills_is_filled(as_database: Models, models: Models, field: str, value: str) -> None:
    text = "model U {\n id Int @id\n%s}"
    plan = preserved(as_database(text % ""), models(text % f" c {field}\n"))
    added, dropped = sql(plan.steps[0])
    assert added.endswith(f" NOT NULL DEFAULT {value}")
    assert dropped == 'ALTER TABLE "U" ALTER COLUMN "c" DROP DEFAULT'


@pytest.mark.parametrize(
    "field", ["String @default(cuid())", "String @default(uuid()) @db.VarChar(35)", "Int"]
)
def test_what_is_not_known_is_left_as_prisma_does(as_database: Models, models: Models, field: str) -> None:
    text = "model U {\n id Int @id\n%s}"
    plan = preserved(as_database(text % ""), models(text % f" c {field}\n"))
    assert len(sql(plan.steps[0])) == 1
    assert len(plan.unexecutable) == 1


def test_a_default_fills_before_not_null(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n c %s\n}"
    plan = preserved(as_database(text % "Int?"), models(text % "Int @default(7)"))
    assert sql(plan.steps[0]) == (
        'ALTER TABLE "U" ALTER COLUMN "c" SET DEFAULT 7',
        'UPDATE "U" SET "c" = 7 WHERE "c" IS NULL',
        'ALTER TABLE "U" ALTER COLUMN "c" SET NOT NULL',
    )


def test_checks_that_wait_are_made_first(as_database: Models, models: Models) -> None:
    actual = as_database(BEFORE)
    run = next(t for t in actual.tables if t.name.name == "Run")
    waiting = replace(run.foreign_keys[0], definition="FOREIGN KEY … DEFERRABLE INITIALLY DEFERRED")
    tables = tuple(replace(run, foreign_keys=(waiting,)) if t is run else t for t in actual.tables)
    plan = preserved(replace(actual, tables=tables), models(AFTER))
    assert sql(plan.steps[0])[2] == "SET CONSTRAINTS ALL IMMEDIATE"


def test_a_new_key_has_its_values_at_once(as_database: Models, models: Models) -> None:
    actual = as_database("model U {\n a Int @unique\n}")
    plan = preserved(actual, models("model U {\n a Int @unique\n id String @id @default(uuid())\n}"))
    assert sql(plan.steps[0]) == (
        'ALTER TABLE "U" ADD COLUMN     "id" TEXT NOT NULL DEFAULT gen_random_uuid()::text,\n'
        'ADD CONSTRAINT "U_pkey" PRIMARY KEY ("id")',
        'ALTER TABLE "U" ALTER COLUMN "id" DROP DEFAULT',
    )


def test_the_settings_say_what_to_fill_with(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n%s}"
    actual, expected = as_database(text % " a Int\n"), models(text % ' a Int\n c Int @map("d")\n')
    rules = Rules(backfill=(("U.c", "a + 1"),))
    plan = build_plan(diff(actual, expected, rules), actual, expected, rules, strategy="preserve")
    assert sql(plan.steps[0]) == (
        'ALTER TABLE "U" ADD COLUMN     "d" INTEGER',
        'UPDATE "U" SET "d" = (a + 1) WHERE "d" IS NULL',
        'ALTER TABLE "U" ALTER COLUMN "d" SET NOT NULL',
    )
    assert [(h.id, h.severity, h.object, h.statement) for h in plan.hazards] == [
        ("nulls", "warning", "public.U.d", 2)
    ]


def test_foreign_keys_say_more_than_a_default(as_database: Models, models: Models) -> None:
    run, own = "model Run {", "  workspaceId String"
    before, _, after = AFTER.partition(run)
    after = before + run + after.replace(own, own + ' @default("w")')
    plan = preserved(as_database(BEFORE), models(after))
    statements = sql(plan.steps[0])
    assert statements[0] == 'ALTER TABLE "Run" ADD COLUMN     "workspaceId" TEXT'
    assert statements[2].endswith(
        'ALTER COLUMN "workspaceId" SET DEFAULT \'w\',\nALTER COLUMN "workspaceId" SET NOT NULL'
    )


def test_a_counter_starts_behind(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id%s\n}"
    plan = preserved(as_database(text % ""), models(text % " @default(autoincrement())"))
    assert sql(plan.steps[0])[-1] == (
        'SELECT setval(\'u_id_seq\', COALESCE((SELECT MAX("id") FROM "U"), 0) + 1, false)'
    )


def test_plain_does_none_of_this(as_database: Models, models: Models) -> None:
    actual, expected = as_database(BEFORE), models(AFTER)
    plan = build_plan(diff(actual, expected), actual, expected, Rules())
    assert sql(plan.steps[0]) == ('ALTER TABLE "Run" ADD COLUMN     "workspaceId" TEXT NOT NULL',)


def test_the_whole_script_is_one_transaction_where_a_part_of_it_is(
    as_database: Models, models: Models
) -> None:
    model = "model U {\n id Int @id\n c E\n x %s?\n}\nenum E {\n A\n B\n%s}"
    plan = preserved(as_database(model % ("String", " C\n")), models(model % ("Int", "")))
    statements = [statement.sql for step in plan.steps for statement in step.statements]
    assert [at for at, sql in enumerate(statements) if sql in ("BEGIN", "COMMIT")] == [0, len(statements) - 1]
    assert 'ALTER COLUMN "x"' in statements[-2]
