"""Objects are traced to the statement that last touched them, through renames, and never by guess."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from growth import ends_within

from prisma_drift.migrations.history import read_history
from prisma_drift.replay.provenance import Target, trace

SHARED = Path(__file__).parents[2] / "../shared"


class Sql(NamedTuple):
    name: str
    file: str
    sql: str


def traced(target: Target, *sqls: str) -> tuple[str, int, str] | None:
    migrations = [Sql(str(number), f"{number}/migration.sql", sql) for number, sql in enumerate(sqls, 1)]
    found = trace([target], migrations)[target]
    return (found.migration, found.line, found.action) if found else None


TABLE = 'CREATE TABLE "T" (\n  "id" INT,\n  "a" TEXT,\n  CONSTRAINT "T_pkey" PRIMARY KEY ("id")\n);'
COLUMN = Target("column", "a", "public", "T")
NEW = Target("column", "new", "public", "T", there=True)
GUARDED = (
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE column_name = 'new') THEN\n"
    ' ALTER TABLE "T" ADD COLUMN "new" INT; END IF; END $$'
)
INDEX = Target("index", "T_a_idx", "public", "T")


@pytest.mark.parametrize(
    ("target", "sqls", "expected"),
    [
        (Target("table", "T"), (TABLE,), ("1", 1, "created")),
        (Target("table", "T"), (TABLE, 'DROP TABLE "T"'), ("2", 1, "dropped")),
        (Target("table", "T"), (TABLE, "DROP SCHEMA public CASCADE"), ("2", 1, "dropped")),
        (Target("table", "T"), (TABLE, 'ALTER TABLE "T" RENAME TO "U"'), ("2", 1, "renamed")),
        (Target("table", "U"), (TABLE, 'ALTER TABLE "T" RENAME TO "U"'), ("2", 1, "renamed")),
        (Target("table", "t"), (TABLE,), None),
        (COLUMN, (TABLE,), ("1", 3, "created")),
        (COLUMN, (TABLE, '\nALTER TABLE "T"\n ADD COLUMN b INT,\n DROP COLUMN "a"'), ("2", 4, "dropped")),
        (COLUMN, (TABLE, 'ALTER TABLE public."T" ALTER "a" TYPE INT USING a::int'), ("2", 1, "altered")),
        (COLUMN, (TABLE, 'ALTER TABLE other."T" ALTER "a" TYPE INT'), ("1", 3, "created")),
        (COLUMN, (TABLE, 'ALTER TABLE "T" RENAME "a" TO "b"'), ("2", 1, "renamed")),
        (COLUMN._replace(owner="U"), (TABLE, 'ALTER TABLE "T" RENAME TO "U"'), ("1", 3, "created")),
        (COLUMN, (TABLE, 'DROP TABLE "T"', 'CREATE TABLE "T" (x INT)'), ("2", 1, "dropped")),
        (COLUMN._replace(name="never"), (TABLE, 'DROP TABLE "T"'), None),
        # Code made what is there and nothing else makes; where two may have, none is named.
        (NEW, (TABLE, f"\n{GUARDED}"), ("2", 2, "created")),
        (NEW, (TABLE, 'DO $$BEGIN EXECUTE \'ALTER TABLE "T" ADD "new" INT\'; END$$'), ("2", 1, "created")),
        (NEW._replace(there=False), (TABLE, GUARDED), None),
        (NEW, (TABLE, GUARDED, GUARDED), None),
        (NEW, (TABLE, GUARDED.replace('"new"', '"newer"')), None),
        (NEW, (TABLE, GUARDED, 'DO $$BEGIN ALTER TABLE "T" RENAME "x" TO "new"; END$$'), None),
        (Target("constraint", "T_pkey", "public", "T"), (TABLE,), ("1", 1, "created")),
        (
            Target("constraint", "T_pkey", "public", "T"),
            (TABLE, 'ALTER TABLE "T" DROP COLUMN "id"'),
            ("2", 1, "dropped"),
        ),
        (INDEX, (TABLE, 'CREATE INDEX "T_a_idx" ON "T"("a")'), ("2", 1, "created")),
        (INDEX, (TABLE, 'CREATE INDEX "T_a_idx" ON "T"("a")', 'DROP INDEX "T_a_idx"'), ("3", 1, "dropped")),
        (
            INDEX,
            (TABLE, 'CREATE INDEX "x" ON "T"("a"); ALTER INDEX "x" RENAME TO "T_a_idx"'),
            ("2", 1, "renamed"),
        ),
        # What CREATE INDEX made is no constraint.
        (
            INDEX,
            (
                TABLE,
                'CREATE UNIQUE INDEX "T_a_idx" ON "T"("a")',
                'ALTER TABLE "T" DROP CONSTRAINT IF EXISTS "T_a_idx";\nDROP INDEX IF EXISTS "T_a_idx"',
            ),
            ("3", 2, "dropped"),
        ),
        (
            INDEX,
            (
                TABLE,
                'CREATE UNIQUE INDEX "T_a_idx" ON "T"("a")',
                'ALTER TABLE "T" ADD CONSTRAINT u UNIQUE USING INDEX "T_a_idx"',
            ),
            ("3", 1, "renamed"),
        ),
        # A name that Postgres makes up.
        (
            Target("index", "T_a_key", "public", "T"),
            (TABLE, 'ALTER TABLE "T" ADD UNIQUE (a)'),
            ("2", 1, "created"),
        ),
        # An index is followed when its table gets another name, and goes with an expression's column.
        (
            INDEX._replace(owner="U"),
            (
                TABLE,
                'CREATE INDEX "T_a_idx" ON "T"(lower("a"))',
                'ALTER TABLE "T" RENAME TO "U"',
                'ALTER TABLE "U" DROP a',
            ),
            ("4", 1, "dropped"),
        ),
        # Only what is read is known: a table and its column may have been made unseen.
        (COLUMN, ('ALTER TABLE "T" ALTER a SET NOT NULL', 'ALTER TABLE "T" ADD b INT'), ("1", 1, "altered")),
        (COLUMN, ('ALTER TABLE "T" RENAME a TO b; ALTER TABLE "T" RENAME b TO a',), ("1", 1, "renamed")),
        (Target("table", "T"), ('ALTER TABLE "T" ADD b INT',), None),
        (Target("table", "T"), ('DROP TABLE IF EXISTS "T"',), None),
        (COLUMN, (TABLE, 'ALTER TABLE "T" ADD IF NOT EXISTS a TEXT'), ("1", 3, "created")),
        (
            COLUMN,
            ("CREATE EXTENSION vector", 'CREATE TABLE "T" (a vector(3))', "DROP EXTENSION vector CASCADE"),
            ("3", 1, "dropped"),
        ),
        (
            INDEX,
            (
                TABLE,
                'CREATE INDEX "T_a_idx" ON "T"("a")',
                'ALTER TABLE "T" RENAME a TO b',
                'ALTER TABLE "T" DROP b',
            ),
            ("4", 1, "dropped"),
        ),
        (INDEX._replace(owner=""), (TABLE, 'CREATE INDEX "T_a_idx" ON "T"("a")'), ("2", 1, "created")),
        (
            Target("constraint", "f", "public", "C"),
            (TABLE, 'CREATE TABLE "C" (t INT CONSTRAINT f REFERENCES "T"(id))', 'DROP TABLE "T" CASCADE'),
            ("3", 1, "dropped"),
        ),
        (Target("enum", "E"), ("CREATE TYPE \"E\" AS ENUM ('A')",), ("1", 1, "created")),
        (
            Target("enum value", "B", "public", "E"),
            ("CREATE TYPE \"E\" AS ENUM ('A')", "ALTER TYPE \"E\" ADD VALUE 'B'"),
            ("2", 1, "created"),
        ),
        (
            Target("enum value", "A", "public", "E"),
            (
                "CREATE TYPE \"E\" AS ENUM ('A', 'B')",
                'CREATE TYPE "E_new" AS ENUM (\'B\');\nALTER TYPE "E" RENAME TO "E_old";\n'
                'ALTER TYPE "E_new" RENAME TO "E";\nDROP TYPE "E_old";',
            ),
            ("2", 2, "renamed"),
        ),
        (Target("extension", "vector"), ("CREATE EXTENSION IF NOT EXISTS vector;",), ("1", 1, "created")),
        (Target("schema", "s"), ("CREATE SCHEMA s", "DROP SCHEMA s"), ("2", 1, "dropped")),
        # What cannot be read leaves no trace, unless it came before.
        (COLUMN, (TABLE, 'DO $$ BEGIN ALTER TABLE "T" ALTER "a" TYPE INT; END $$'), None),
        (COLUMN, (TABLE, 'DO $$ BEGIN UPDATE "T" SET a = 1; END $$'), ("1", 3, "created")),
        (COLUMN, (TABLE, "DO $$ BEGIN EXECUTE format('ALTER TABLE %I', x); END $$"), None),
        (COLUMN, ('DO $$ BEGIN DROP TABLE "T"; END $$', TABLE), ("2", 3, "created")),
        (COLUMN, (TABLE, 'DO $$ BEGIN ALTER TABLE "V" ALTER "a" TYPE INT; END $$'), ("1", 3, "created")),
        (COLUMN, (TABLE, 'SET search_path = other; ALTER TABLE "T" DROP "a"'), ("1", 3, "created")),
    ],
)
def test_trace(target: Target, sqls: tuple[str, ...], expected: tuple[str, int, str] | None) -> None:
    assert traced(target, *sqls) == expected


@pytest.mark.shared
@pytest.mark.parametrize(
    ("project", "target", "expected"),
    [
        (
            "trigger.dev",
            Target("constraint", "TaskRun_projectId_fkey", "public", "TaskRun"),
            ("20260401000000_drop_taskrun_foreign_keys", 3, "dropped"),
        ),
        (
            "trigger.dev",
            Target("index", "SecretStore_key_idx", "public", "SecretStore"),
            ("20250203223832_add_text_pattern_ops_index_to_secret_store_key", 2, "created"),
        ),
        (
            "trigger.dev",
            Target("column", "updatedAt", "public", "IntegrationDeployment"),
            ("20260129162810_add_integration_deployment", 10, "created"),
        ),
        (
            "shelf.nu",
            Target("index", "Location_address_trgm_idx", "public", "Location"),
            ("20260617091901_add_location_description_address_trgm_idx", 21, "created"),
        ),
        (
            "hoppscotch",
            Target("index", "TeamRequest_title_trgm_idx", "public", "TeamRequest"),
            ("20240226053141_full_text_search_additions", 17, "created"),
        ),
    ],
)
def test_real_projects(project: str, target: Target, expected: tuple[str, int, str]) -> None:
    folder = SHARED / "corpus" / project / "prisma/migrations"
    if not folder.is_dir():
        pytest.skip("the shared corpus is not here")
    found = trace([target], read_history(folder).migrations)[target]
    assert found is not None
    assert (found.migration, found.line, found.action) == expected
    line = Path(found.file).read_text().splitlines()[found.line - 1]
    assert target.name in line


@pytest.mark.shared
def test_hundreds_of_migrations_cost_little() -> None:
    folder = SHARED / "corpus/trigger.dev/prisma/migrations"
    if not folder.is_dir():
        pytest.skip("the shared corpus is not here")
    migrations = read_history(folder).migrations
    tables = sorted(
        {m.sql.split('ALTER TABLE "')[1].split('"')[0] for m in migrations if 'ALTER TABLE "' in m.sql}
    )
    targets = [Target("column", "id", "public", table) for table in tables[:60]]
    ends_within(1.5, lambda: trace(targets, migrations))  # some 0.2 s on an idle machine
    found = trace(targets, migrations)
    assert sum(one is not None for one in found.values()) > 40
