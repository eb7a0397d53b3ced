"""When an object is written with its schema: by side, by version, by what is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import Version
from prisma_drift.plan.plan import build_plan
from prisma_drift.plan.script import script

Models = Callable[..., Schema]
LISTED = '  schemas = ["public", "s2"]'
ONE = 'model A {\n id Int @id\n @@schema("public")\n}\n'
TWO = ONE + 'model B {\n id Int @id\n c Int\n @@schema("s2")\n}\n'


def sql(actual: Schema, expected: Schema, version: Version) -> str:
    rules = Rules(version=version)
    return script(build_plan(diff(actual, expected, rules), actual, expected, rules))


@pytest.mark.parametrize(
    ("version", "name"),
    [
        (Version(6, 19, 0), '"public"."A"'),
        (Version(6, 19, 1), '"A"'),
        (Version(7, 0, 0), '"public"."A"'),
        (Version(7, 0, 1), '"A"'),
        (Version(7, 1), '"A"'),
    ],
)
def test_the_default_schema_is_written_where_it_is_declared_by_version(
    models: Models, version: Version, name: str
) -> None:
    made = sql(Schema(), models(TWO, datasource=LISTED), version)
    assert f"CREATE TABLE {name} (" in made
    assert 'CREATE TABLE "s2"."B" (' in made


@pytest.mark.parametrize(
    ("version", "name"),
    [
        (Version(6, 12), '"U"'),
        (Version(6, 18), '"public"."U"'),
        (Version(6, 19), '"U"'),
        (Version(7, 10), '"U"'),
    ],
)
def test_drops_are_written_by_version(
    as_database: Models, models: Models, version: Version, name: str
) -> None:
    text = "model K {\n id Int @id\n}\n"
    made = sql(as_database(text + "model U {\n id Int @id\n}"), models(text), version)
    assert made == f"-- DropTable\nDROP TABLE {name};\n"


def test_drops_towards_nothing_are_written_in_full(models: Models) -> None:
    assert sql(models("model U {\n id Int @id\n}"), Schema(default_schema=""), Version(7, 10)) == (
        '-- DropTable\nDROP TABLE "public"."U";\n'
    )


def test_towards_a_database_everything_is_written_in_full(as_database: Models, models: Models) -> None:
    made = sql(
        models("model A {\n id Int @id\n}"),
        as_database("model A {\n id Int @id\n b Int\n @@index([b])\n}"),
        Version(7, 10),
    )
    assert made == (
        '-- AlterTable\nALTER TABLE "public"."A" ADD COLUMN     "b" INTEGER NOT NULL;\n\n'
        '-- CreateIndex\nCREATE INDEX "A_b_idx" ON "public"."A"("b" ASC);\n'
    )


def test_other_schemas_are_always_written(models: Models) -> None:
    before = models(TWO, datasource=LISTED)
    after = models(TWO.replace("c Int", "c Int @default(autoincrement())"), datasource=LISTED)
    assert sql(before, after, Version(7, 10)) == (
        '-- AlterTable\nCREATE SEQUENCE "s2".b_c_seq;\n'
        'ALTER TABLE "s2"."B" ALTER COLUMN "c" SET DEFAULT nextval(\'"s2".b_c_seq\');\n'
        'ALTER SEQUENCE "s2".b_c_seq OWNED BY "s2"."B"."c";\n'
    )


@pytest.mark.parametrize(
    ("version", "name", "creates"),
    [
        (Version(6, 12), '"U"', False),
        (Version(6, 13), '"public"."U"', True),
        (Version(6, 16), '"public"."U"', True),
        (Version(6, 17), '"U"', False),
        (Version(6, 19, 0), '"U"', False),
        (Version(6, 19, 1), '"U"', True),
        (Version(7, 0, 0), '"U"', False),
        (Version(7, 0, 1), '"U"', True),
    ],
)
def test_what_declares_no_schema_by_version(
    models: Models, version: Version, name: str, creates: bool
) -> None:
    made = sql(Schema(default_schema=""), models("model U {\n id Int @id\n}"), version)
    assert f"CREATE TABLE {name} (" in made
    assert ('CREATE SCHEMA IF NOT EXISTS "public"' in made) is creates


def test_until_6_12_a_database_has_no_schemas(as_database: Models, models: Models) -> None:
    enum = "model U {\n id Int @id\n e E\n}\nenum E {\n A\n%s}"
    made = sql(as_database(enum % " B\n"), models(enum % ""), Version(6, 12))
    assert 'DROP TYPE "E_old"' in made
    assert sql(models(enum % ""), as_database(enum % " B\n"), Version(6, 12)) == (
        "-- AlterEnum\nALTER TYPE \"E\" ADD VALUE 'B';\n"
    )
