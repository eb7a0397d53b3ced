"""Statements applied to a schema as values end where Postgres would end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prisma_drift.diff.compare import diff
from prisma_drift.diff.rules import Rules
from prisma_drift.hook.coverage import comparable
from prisma_drift.hook.lowering import lower_both
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.psl.load import read_files
from prisma_drift.replay.effect import Outcome, StagedSql, apply

SHARED = Path(__file__).parents[2] / "../shared"
Models = Callable[[str], Schema]

BASE = """model A {
  id Int @id @default(autoincrement())
  text String @default("x")
  kind Kind @default(ONE)
  bId Int @unique
  b B @relation(fields: [bId], references: [id])
  @@index([text])
}
model B {
  id Int @id
  a A?
}
enum Kind {
  ONE
  TWO
}
"""


def run(schema: Schema, sql: str) -> Outcome:
    return apply(comparable(schema), [StagedSql("m", "m/migration.sql", sql)])


@pytest.mark.parametrize(
    ("sql", "old", "new"),
    [
        ('ALTER TABLE "A" ADD COLUMN n INT', "  text", "  n Int?\n  text"),
        ('ALTER TABLE "A" ADD n INT NOT NULL DEFAULT 3', "  text", "  n Int @default(3)\n  text"),
        ('ALTER TABLE "A" ADD n SERIAL', "  text", "  n Int @default(autoincrement())\n  text"),
        ('ALTER TABLE "A" ADD n INT GENERATED ALWAYS AS IDENTITY', "  text", "  n Int @default(autoincrement())\n  text"),
        ('ALTER TABLE "A" ADD n TEXT[] DEFAULT \'{a,b}\'', "  text", '  n String[] @default(["a", "b"])\n  text'),
        ('ALTER TABLE "A" ADD n TIMESTAMPTZ(3) NOT NULL DEFAULT now()', "  text", "  n DateTime @default(now()) @db.Timestamptz(3)\n  text"),
        ('ALTER TABLE "A" ADD n vector(3)', "  text", '  n Unsupported("vector(3)")?\n  text'),
        ('ALTER TABLE "A" ADD n public.VECTOR( 3 )', "  text", '  n Unsupported("vector(3)")?\n  text'),
        ('ALTER TABLE "A" ADD n uuid NOT NULL DEFAULT gen_random_uuid()', "  text", '  n String @default(dbgenerated("gen_random_uuid()")) @db.Uuid\n  text'),
        ('ALTER TABLE "A" ADD n "Kind"[] DEFAULT ARRAY[\'ONE\']::"Kind"[]', "  text", "  n Kind[] @default([ONE])\n  text"),
        ('ALTER TABLE "A" ALTER text DROP DEFAULT, ALTER text DROP NOT NULL', 'text String @default("x")', "text String?"),
        ('ALTER TABLE "A" ALTER text TYPE VARCHAR(9)', '"x")', '"x") @db.VarChar(9)'),
        ('ALTER TABLE "A" RENAME text TO label; ALTER INDEX "A_text_idx" RENAME TO "A_label_idx"', "text", "label"),
        ('DROP INDEX "A_text_idx"', "  @@index([text])\n", ""),
        ('CREATE INDEX "A_kind_idx" ON "A" USING hash (kind)', "  @@index([text])", "  @@index([text])\n  @@index([kind], type: Hash)"),
        ('CREATE INDEX ON "A"(kind DESC)', "  @@index([text])", "  @@index([text])\n  @@index([kind(sort: Desc)])"),
        ('ALTER TABLE "A" DROP CONSTRAINT "A_bId_fkey"; ALTER TABLE "A" ADD FOREIGN KEY ("bId") REFERENCES "B" ON DELETE CASCADE ON UPDATE CASCADE', "references: [id])", "references: [id], onDelete: Cascade)"),
        ('ALTER TABLE "B" RENAME TO "C"; ALTER TABLE "C" RENAME CONSTRAINT "B_pkey" TO "C_pkey"', "B", "C"),
        ("ALTER TYPE \"Kind\" ADD VALUE 'THREE'", "  TWO", "  TWO\n  THREE"),
        ("ALTER TYPE \"Kind\" RENAME VALUE 'ONE' TO 'EIN'", "ONE", "EIN"),
        ('ALTER TYPE "Kind" RENAME TO "Sort"', "Kind", "Sort"),
        ('ALTER TABLE "A" DROP COLUMN text', '  text String @default("x")\n', ""),
        ('BEGIN; CREATE TYPE "N" AS ENUM (\'ONE\', \'NEW\'); ALTER TABLE "A" ALTER kind DROP DEFAULT; ALTER TABLE "A" ALTER kind TYPE "N" USING (kind::text::"N"); ALTER TYPE "Kind" RENAME TO "O"; ALTER TYPE "N" RENAME TO "Kind"; DROP TYPE "O"; ALTER TABLE "A" ALTER kind SET DEFAULT \'ONE\'; COMMIT', "  TWO", "  NEW"),
    ],
)  # fmt: skip
def test_the_effect_is_the_edited_schema(schema_of_models: Models, sql: str, old: str, new: str) -> None:
    assert old in BASE
    edited = BASE.replace(old, new)
    if not new.strip() and "text" in old:
        edited = edited.replace("  @@index([text])\n", "")
    outcome = run(schema_of_models(BASE), sql)
    wanted = comparable(schema_of_models(edited))
    assert diff(outcome.schema, wanted, Rules(LATEST)).changes == ()
    assert outcome.refused == ()
    before = comparable(schema_of_models(BASE))
    assert diff(before, wanted, Rules(LATEST)).changes, "the edit changes nothing, so the test could not fail"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ('ALTER TABLE "A" ADD COLUMN text TEXT', "has a column text already"),
        ('ALTER TABLE "Z" ADD COLUMN a TEXT', "no table Z"),
        ('ALTER TABLE "A" DROP COLUMN z', "no column z"),
        ('DROP TABLE "B"', "A_bId_fkey of public.A refers"),
        ('DROP TYPE "Kind"', "is of the type"),
        ('DROP INDEX "zzz"', "no index zzz"),
        ('CREATE INDEX "A_text_idx" ON "A"(kind)', "exists already"),
        ('ALTER TABLE "A" ADD CONSTRAINT "A_bId_fkey" FOREIGN KEY ("bId") REFERENCES "B"(id)', "already"),
        ('ALTER TABLE "A" ADD FOREIGN KEY (id) REFERENCES "A"(text)', "unique"),
        ("CREATE TYPE \"Kind\" AS ENUM ('X')", "exists already"),
        ('ALTER TABLE "A" ALTER kind TYPE "Other"', "no type Other"),
        (
            'CREATE TYPE "N" AS ENUM (\'ONE\'); ALTER TABLE "A" ALTER kind TYPE "N" USING kind::text::"N"',
            "default",
        ),
        ('ALTER TABLE "B" DROP CONSTRAINT "B_pkey"', "A_bId_fkey of public.A needs"),
        ("BEGIN; SELECT 1", "never committed"),
    ],
)
def test_what_postgres_would_refuse(schema_of_models: Models, sql: str, said: str) -> None:
    assert any(said in one.message for one in run(schema_of_models(BASE), sql).refused)


@pytest.mark.parametrize(
    "sql",
    [
        'DROP TABLE IF EXISTS "Z"',
        'ALTER TABLE IF EXISTS "Z" ADD a INT',
        'ALTER TABLE "A" ADD COLUMN IF NOT EXISTS text INT',
        'ALTER TABLE "A" DROP COLUMN IF EXISTS z, DROP CONSTRAINT IF EXISTS z',
        'DROP INDEX IF EXISTS "zzz"',
        "CREATE TEMP TABLE t AS SELECT 1; CREATE INDEX i ON t(a); DROP TABLE t",
        'ALTER TABLE "A" ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE "A" DROP CONSTRAINT c',
        'CREATE INDEX v ON "A" USING hnsw (text)',
        "CREATE TABLE elsewhere.t (a int); DROP TABLE elsewhere.t",
    ],
)
def test_what_leaves_everything_as_it_was(schema_of_models: Models, sql: str) -> None:
    schema = schema_of_models(BASE)
    outcome = run(schema, sql)
    assert outcome.refused == ()
    assert diff(outcome.schema, comparable(schema), Rules(LATEST)).changes == ()


@pytest.mark.shared
@pytest.mark.slow
def test_whole_histories_end_at_the_schema_that_prisma_sees() -> None:
    """Every real project that is in step, and whose migrations can be read: from nothing to its schema, statically."""
    corpus = SHARED / "corpus"
    if not corpus.is_dir():
        pytest.skip("the shared corpus is not here")
    compared = 0
    for folder in sorted(corpus.iterdir()):
        verdict = folder / "expected/verdict.json"
        if not verdict.is_file() or json.loads(verdict.read_text())["ours"] != 0:
            continue
        place = next(p for p in ("schema.prisma", "schema", ".") if (folder / "prisma" / p).exists())
        files = [(file.path, file.text) for file in read_files(folder / "prisma" / place)]
        wanted = comparable(lower_both((), files, LATEST, "public")[1])
        migrations = sorted((folder / "prisma/migrations").glob("*/migration.sql"))
        outcome = apply(Schema(), [StagedSql(m.parent.name, str(m), m.read_text()) for m in migrations])
        if outcome.opaque:
            continue
        assert diff(outcome.schema, wanted, Rules(LATEST)).changes == (), folder.name
        assert outcome.refused == (), folder.name
        compared += 1
    assert compared >= 12


@pytest.mark.parametrize(
    "sql",
    [
        'WITH m AS (INSERT INTO "B" VALUES (1) RETURNING id) SELECT * INTO TEMP TABLE n FROM m; DROP TABLE n',
        'SELECT id INTO n FROM "A"; ALTER TABLE n ADD COLUMN y int; DROP TABLE n',
        "CREATE TABLE n AS SELECT 1 AS i; CREATE INDEX k ON n (i); DROP INDEX k; DROP TABLE n",
        'CREATE TABLE n (LIKE "A" INCLUDING ALL); ALTER TABLE n DROP COLUMN text',
        "CREATE MATERIALIZED VIEW n AS SELECT 1 AS i; CREATE UNIQUE INDEX k ON n (i); DROP INDEX k",
        "CREATE VIEW n AS SELECT 1 AS i; ALTER TABLE n RENAME TO o; ALTER TABLE o ALTER COLUMN i SET DEFAULT 2",
        "CREATE VIEW n AS SELECT 1 AS i; ALTER VIEW n RENAME TO o; ALTER TABLE o OWNER TO x; ALTER TABLE o ALTER i SET DEFAULT 1",
        "CREATE SEQUENCE n; ALTER TABLE n RENAME TO o; ALTER TABLE o SET SCHEMA public",
        "DO $$BEGIN CREATE TABLE n (i int); END$$; ALTER TABLE n ADD COLUMN j int; CREATE INDEX k ON n (j); DROP INDEX k",
        "DO $$BEGIN EXECUTE 'CREATE TABLE ' || 'no' || ' (i int)'; END$$; ALTER TABLE no ADD COLUMN j int",
        'DO $$BEGIN ALTER TABLE "A" ADD COLUMN n int; END$$; ALTER TABLE "A" ALTER COLUMN n SET NOT NULL',
        "SELECT make_tables(); ALTER TABLE n ADD COLUMN j int",
        "CREATE TABLE p (d date) PARTITION BY RANGE (d); CREATE TABLE n PARTITION OF p DEFAULT; ALTER TABLE n ADD CHECK (true)",
        "CREATE FOREIGN TABLE n (i int) SERVER s; ALTER TABLE n ADD COLUMN j int",
        "IMPORT FOREIGN SCHEMA far FROM SERVER s INTO public; ALTER TABLE n ADD COLUMN j int",
        "PREPARE q AS SELECT 1; CREATE TABLE n AS EXECUTE q; DROP TABLE n",
    ],
)
def test_nothing_is_refused_that_postgres_may_run(models: Models, sql: str) -> None:
    assert run(models(BASE), sql).refused == ()


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE n ADD COLUMN j int; DO $$BEGIN CREATE TABLE n (i int); END$$",
        "DO $$BEGIN CREATE TABLE o (i int); END$$; ALTER TABLE n ADD COLUMN j int",
        "CREATE VIEW o AS SELECT 1 AS i; ALTER TABLE n ADD COLUMN j int",
        "SELECT 1 AS into_n; ALTER TABLE n ADD COLUMN j int",
        'INSERT INTO "B" SELECT 2; DROP TABLE n',
        'ALTER TABLE "A" DROP COLUMN n',
    ],
)
def test_what_is_not_there_for_certain_is_refused(models: Models, sql: str) -> None:
    assert len(run(models(BASE), sql).refused) == 1
