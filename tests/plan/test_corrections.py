"""Where Prisma's SQL fails on Postgres: the statement that works, and the rule that it goes by."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import CatalogColumn, CatalogIndex, Schema, Table, Unmanaged
from prisma_drift.model.types import Sequence
from prisma_drift.model.values import replace
from prisma_drift.model.version import LATEST, Version
from prisma_drift.plan.plan import Plan, Step, build_plan
from prisma_drift.plan.script import script

Models = Callable[..., Schema]
ROOT = Path(__file__).parents[2]


def sql(step: Step) -> tuple[str, ...]:
    return tuple(statement.sql for statement in step.statements)


def planned(actual: Schema, expected: Schema, version: Version = LATEST, *, faithful: bool = False) -> Plan:
    rules = Rules(version=version, faithful=faithful)
    return build_plan(diff(actual, expected, rules), actual, expected, rules)


def body(plan: Plan) -> str:
    return script(plan).partition("\n")[2]


def rules(plan: Plan) -> set[str]:
    return {rule for rule, _ in plan.rules_applied}


def with_table(schema: Schema, table: Table) -> Schema:
    return replace(schema, tables=tuple(table if t.name == table.name else t for t in schema.tables))


COLUMN = [
    # found, wanted, clauses, rules
    ("Json", 'Unsupported("vector(3)")', 'SET DATA TYPE vector(3) USING ("c"::text::vector)', {"extension-created-first", "type-change-using"}),
    ("Decimal @db.Money", "Float", 'SET DATA TYPE DOUBLE PRECISION USING ("c"::numeric::double precision)', {"type-change-using"}),
    ("E", "E[]", 'SET DATA TYPE "E"[] USING (ARRAY["c"])', {"type-change-using"}),
    ("Int", "BigInt @default(autoincrement())", "SET DATA TYPE BIGINT", {"serial-is-no-type"}),
    ("Int @default(autoincrement())", "Int @default(5)", "SET DEFAULT 5", {"autoincrement-to-default"}),
    ('Unsupported("vector(3)")', 'Unsupported("vector(4)")', "SET DATA TYPE vector(4)", {"unsupported-type-compared"}),
]  # fmt: skip


@pytest.mark.parametrize(("found", "wanted", "clause", "names"), COLUMN)
def test_columns(
    as_database: Models, models: Models, found: str, wanted: str, clause: str, names: set[str]
) -> None:
    text = "model U {{\n id Int @id\n c {}\n}}\nenum E {{\n A\n}}"
    plan = planned(as_database(text.format(found)), models(text.format(wanted)))
    assert f'ALTER COLUMN "c" {clause}' in script(plan)
    assert rules(plan) == names
    # Between schema files Prisma's own text stands.
    assert rules(planned(models(text.format(found)), models(text.format(wanted)))) == set()


def test_a_default_goes_before_a_type_that_it_cannot_follow(as_database: Models, models: Models) -> None:
    text = "model U {{\n id Int @id\n c {}\n}}"
    plan = planned(
        as_database(text.format("Decimal @default(1) @db.Money")), models(text.format("Int @default(1)"))
    )
    assert body(plan) == (
        'ALTER TABLE "U" ALTER COLUMN "c" DROP DEFAULT,\n'
        'ALTER COLUMN "c" SET DATA TYPE INTEGER USING ("c"::numeric::integer),\n'
        'ALTER COLUMN "c" SET DEFAULT 1;\n'
    )


def test_what_nothing_converts_is_added_anew(as_database: Models, models: Models) -> None:
    text = "model U {{\n id Int @id\n c {}\n @@index([c])\n}}"
    plan = planned(as_database(text.format("Boolean")), models(text.format('Unsupported("interval")')))
    assert script(plan) == (
        '-- AlterTable\nALTER TABLE "U" DROP COLUMN "c",\nADD COLUMN     "c" interval NOT NULL;\n\n'
        '-- CreateIndex\nCREATE INDEX "U_c_idx" ON "U"("c");\n'
    )
    assert rules(plan) == {"type-change-recreates"}


def test_an_index_of_a_constraint(as_database: Models, models: Models) -> None:
    actual = as_database("model U {\n id Int @id\n a Int @unique\n}")
    table = actual.tables[0]
    owned = replace(table.indexes[0], catalog=CatalogIndex("", "btree", constraint="u"))
    plan = planned(
        with_table(actual, replace(table, indexes=(owned,))), models("model U {\n id Int @id\n a Int\n}")
    )
    assert script(plan) == '-- DropIndex\nALTER TABLE "U" DROP CONSTRAINT "U_a_key";\n'
    assert rules(plan) == {"drop-unique-constraint"}


def test_a_key_is_not_renamed_when_it_is_replaced(as_database: Models, models: Models) -> None:
    actual = as_database('model U {\n id Int\n a Int\n @@id([id], map: "xx")\n}')
    expected = models("model U {\n id Int\n a Int\n @@id([id, a])\n}")
    plan = planned(actual, expected)
    assert (
        body(plan)
        == 'ALTER TABLE "U" DROP CONSTRAINT "xx",\nADD CONSTRAINT "U_pkey" PRIMARY KEY ("id", "a");\n'
    )
    assert rules(plan) == {"primary-key-not-renamed-twice"}
    assert 'RENAME CONSTRAINT "xx"' in script(planned(actual, expected, faithful=True))


def test_renaming_stands_alone_before_7_9_too(as_database: Models, models: Models) -> None:
    actual = as_database('model U {\n id Int @id(map: "xx")\n}')
    plan = planned(actual, models("model U {\n id Int @id\n a Int?\n}"), Version(6, 19))
    assert body(plan) == (
        'ALTER TABLE "U" ADD COLUMN     "a" INTEGER;\nALTER TABLE "U" RENAME CONSTRAINT "xx" TO "U_pkey";\n'
    )
    assert rules(plan) == {"rename-constraint-apart"}


def test_foreign_keys_step_aside(as_database: Models, models: Models) -> None:
    child = "\nmodel C {\n id Int @id\n p Int\n x P @relation(fields: [p], references: [id])\n}"
    actual = as_database("model P {\n id Int @id\n t Int\n c C[]\n}" + child)
    expected = models("model P {\n id Int @unique\n t Int\n c C[]\n @@id([id, t])\n}" + child)
    plan = planned(actual, expected)
    assert [s.kind for s in plan.steps] == ["DropForeignKey", "AlterTable", "CreateIndex", "AddForeignKey"]
    assert rules(plan) == {"foreign-keys-around-key-change"}
    assert [s.kind for s in planned(actual, expected, faithful=True).steps] == ["AlterTable", "CreateIndex"]


def test_an_identity_column_stops_counting(as_database: Models, models: Models) -> None:
    actual = as_database("model U {\n id Int @id\n n Int @default(autoincrement())\n}")
    table = actual.tables[0]
    counting = table.columns[1]
    identity = replace(counting, default=None, catalog=CatalogColumn("integer", identity="d"))
    actual = with_table(actual, replace(table, columns=(table.columns[0], identity)))
    plan = planned(actual, models("model U {\n id Int @id\n n Int\n}"))
    assert body(plan) == 'ALTER TABLE "U" ALTER COLUMN "n" DROP IDENTITY;\n'
    assert rules(plan) == {"identity-dropped"}


def test_a_shared_sequence_stays(as_database: Models, models: Models) -> None:
    actual = as_database(
        "model U {\n id Int @id @default(autoincrement())\n n Int @default(autoincrement())\n}"
    )
    table = actual.tables[0]
    shared = tuple(replace(c, default=Sequence("s")) for c in table.columns)
    plan = planned(
        with_table(actual, replace(table, columns=shared)),
        models("model U {\n id Int @id @default(autoincrement())\n n Int\n}"),
    )
    assert body(plan) == 'ALTER TABLE "U" ALTER COLUMN "n" DROP DEFAULT;\n'
    assert rules(plan) == {"sequence-still-used"}


def test_a_dropped_sequence_has_its_true_name(as_database: Models, models: Models) -> None:
    line, text = '  schemas = ["s2"]', 'model U {\n id Int @id\n n Int%s\n @@schema("s2")\n}'
    actual = as_database(text % " @default(autoincrement())", datasource=line)
    actual = replace(actual, sequences=((QualifiedName("s2", "odd"), "s2.U.n"),))
    plan = planned(actual, models(text % "", datasource=line))
    assert body(plan) == 'ALTER TABLE "s2"."U" ALTER COLUMN "n" DROP DEFAULT;\nDROP SEQUENCE "s2"."odd";\n'
    assert rules(plan) == {"sequence-qualified"}


def test_the_name_of_a_sequence_is_quoted_where_it_must_be(as_database: Models, models: Models) -> None:
    text = 'model U {\n id Int @id\n n Int%s\n @@map("a-b")\n}'
    plan = planned(as_database(text % ""), models(text % " @default(autoincrement())"))
    assert body(plan) == (
        'CREATE SEQUENCE "a-b_n_seq";\nALTER TABLE "a-b" ALTER COLUMN "n" SET DEFAULT nextval(\'"a-b_n_seq"\');\n'
        'ALTER SEQUENCE "a-b_n_seq" OWNED BY "a-b"."n";\n'
    )
    assert rules(plan) == {"sequence-name-quoted"}


def test_a_sequence_grows_with_its_column(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n n %s @default(autoincrement())\n}"
    plan = planned(as_database(text % "Int"), models(text % "BigInt"))
    assert body(plan) == (
        'ALTER TABLE "U" ALTER COLUMN "n" SET DATA TYPE BIGINT;\nALTER SEQUENCE "U_n_seq" AS BIGINT;\n'
    )


def test_a_new_value_that_is_a_default_at_once(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n e E%s\n}\nenum E {\n A\n%s}"
    plan = planned(as_database(text % ("", "")), models(text % (" @default(B)", " B\n")))
    assert "ADD VALUE" not in script(plan)
    assert "CREATE TYPE \"E_new\" AS ENUM ('A', 'B')" in script(plan)
    assert rules(plan) == {"enum-value-used-at-once"}
    assert "ADD VALUE" in script(planned(as_database(text % ("", "")), models(text % ("", " B\n"))))


def test_rebuilding_an_enum_regards_what_is_there(as_database: Models, models: Models) -> None:
    actual = as_database("model U {\n id Int @id\n gone E?\n kept E\n text E\n}\nenum E {\n A\n B\n}")
    expected = models("model U {\n id Int @id\n kept E\n new E?\n text String\n}\nenum E {\n A\n}")
    plan = planned(actual, expected)
    (rebuild,) = [s for s in plan.steps if s.kind == "AlterEnum"]
    moved = [s for s in sql(rebuild) if " TYPE " in s and s.startswith("ALTER TABLE")]
    assert moved == [
        'ALTER TABLE "public"."U" ALTER COLUMN "gone" TYPE TEXT USING ("gone"::TEXT)',
        'ALTER TABLE "public"."U" ALTER COLUMN "text" TYPE TEXT USING ("text"::TEXT)',
        'ALTER TABLE "U" ALTER COLUMN "kept" TYPE "E_new" USING ("kept"::text::"E_new")',
    ]
    assert rules(plan) == {"enum-rebuild-columns"}


def test_what_names_an_enum_steps_aside(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n e E\n}\nenum E {\n A\n%s}"
    check = 'ALTER TABLE public."U" ADD CONSTRAINT ck CHECK ((e <> \'A\'::"E"))'
    actual = replace(
        as_database(text % " B\n"), unmanaged=(Unmanaged("check", "public.U.ck", check, table="public.U"),)
    )
    plan = planned(actual, models(text % ""))
    statements = sql(plan.steps[0])
    assert statements.index('ALTER TABLE "public"."U" DROP CONSTRAINT "ck"') < statements.index(check)
    assert rules(plan) == {"enum-rebuild-dependents"}


def test_a_protected_index_comes_back_with_its_column(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n a %s?\n b Int?\n @@index([a])\n}"
    actual = as_database(text % "Int")
    table = actual.tables[0]
    definition = 'CREATE INDEX part ON public."U" USING btree (a) WHERE (b > 1)'
    catalog = CatalogIndex(
        definition, "btree", predicate="(b > 1)", default_opclasses=(True,), unmanaged=("partial",)
    )
    partial = replace(table.indexes[0], name="part", predicate="(b > 1)", catalog=catalog)
    actual = with_table(actual, replace(table, indexes=(*table.indexes, partial)))
    plan = planned(actual, models(text % "Json"))
    assert definition in sql(plan.steps[-1])
    assert "protected-index-recreated" in rules(plan)


def test_a_protected_index_that_goes_with_its_column_is_named(as_database: Models, models: Models) -> None:
    actual = as_database("model U {\n id Int @id\n a Int?\n @@index([a])\n}")
    table = actual.tables[0]
    catalog = CatalogIndex("CREATE INDEX x ON u USING hnsw (a x_ops)", "hnsw", unmanaged=("hnsw",))
    actual = with_table(actual, replace(table, indexes=(replace(table.indexes[0], catalog=catalog),)))
    assert ("protected-index-lost", "public.U_a_idx") in planned(
        actual, models("model U {\n id Int @id\n}")
    ).rules_applied


def test_an_index_that_cannot_be_built(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n j Json? @db.Json\n%s}"
    wanted = models(text % " @@index([j])\n @@index([id])\n")
    found = diff(as_database(text % ""), wanted, Rules())
    assert [(note.rule, note.object) for note in found.notes] == [
        ("index-without-operator-class", "public.U.U_j_idx")
    ]
    assert "json of `j` has no default operator class" in found.notes[0].message
    assert body(planned(as_database(text % ""), wanted)) == 'CREATE INDEX "U_id_idx" ON "U"("id");\n'


def test_an_index_on_a_list_needs_elements_that_can_be_compared(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n a Json[] @db.Json\n b Json[]\n%s}"
    wanted = models(text % " @@index([a], type: Gin)\n @@index([b], type: Gin)\n")
    found = diff(as_database(text % ""), wanted, Rules())
    assert [note.object for note in found.notes] == ["public.U.U_a_idx"]
    assert "json of `a` has no order" in found.notes[0].message
    assert 'INDEX "U_b_idx"' in script(planned(as_database(text % ""), wanted))


def test_such_an_index_of_a_new_table_is_left_out_as_well(models: Models) -> None:
    wanted = models(
        "model U {\n id Int @id\n m Decimal @db.Money\n n Int\n @@index([m], type: Hash)\n @@index([n])\n}"
    )
    nothing = Schema(default_schema="public")
    plan = build_plan(diff(nothing, wanted), nothing, wanted, Rules(), strategy="preserve")
    assert "U_n_idx" in script(plan)
    assert 'INDEX "U_m_idx"' not in script(plan)
    assert rules(plan) == {"index-without-operator-class"}
    assert "money of `m` has no default operator class for hash" in plan.unexecutable[0]
    plain = build_plan(diff(nothing, wanted), nothing, wanted, Rules())
    assert 'INDEX "U_m_idx"' in script(plain)


def test_what_holds_a_column_is_named(as_database: Models, models: Models) -> None:
    text = "model U {\n id Int @id\n a %s\n}"
    view = Unmanaged("view", "public.v", 'CREATE VIEW v AS SELECT a FROM "U"')
    other = Unmanaged("view", "public.w", 'CREATE VIEW w AS SELECT id FROM "U"')
    actual = replace(as_database(text % "Int"), unmanaged=(view, other))
    plan = planned(actual, models(text % "BigInt"))
    assert plan.rules_applied == (("object-in-the-way", "public.v"),)
    assert "`public.v` mentions the column `a`" in plan.unexecutable[0]


def test_faithful_applies_no_rule(as_database: Models, models: Models) -> None:
    for found, wanted, _, _ in COLUMN:
        text = "model U {{\n id Int @id\n c {}\n}}\nenum E {{\n A\n}}"
        plan = planned(as_database(text.format(found)), models(text.format(wanted)), faithful=True)
        assert plan.rules_applied == ()
        assert "USING" not in script(plan)


def test_every_rule_has_a_page() -> None:
    sources = [*ROOT.glob("src/prisma_drift/diff/**/*.py"), *ROOT.glob("src/prisma_drift/plan/**/*.py")]
    named = {name for source in sources for name in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source.read_text())}
    pages = {page.stem.partition("-")[2] for page in ROOT.glob("docs/decisions/*.md")}
    # Hazards have theirs among the findings.
    pages |= {page.stem for page in ROOT.glob("docs/findings/*.md")}
    assert len(named) > 30
    assert named <= pages


def test_an_index_gives_its_name_up_first(as_database: Models, models: Models) -> None:
    text = 'model U {{\n id Int @id\n a Int\n b Int\n @@index([a], map: "{}")\n @@index([b], map: "{}")\n}}'
    passed_on = planned(as_database(text.format("one", "two")), models(text.format("two", "three")))
    assert rules(passed_on) == {"index-renamed-first"}
    statements = [line for line in script(passed_on).split("\n") if line.startswith("ALTER INDEX")]
    assert statements == [
        'ALTER INDEX "two" RENAME TO "three";',
        'ALTER INDEX "one" RENAME TO "two";',
    ]
    swapped = planned(as_database(text.format("one", "two")), models(text.format("two", "one")))
    assert rules(swapped) == set()
