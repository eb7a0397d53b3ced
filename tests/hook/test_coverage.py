"""Every way in which a migration can miss a schema edit is found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from prisma_drift.diff.rules import Rules
from prisma_drift.hook.coverage import Coverage, History, cover, cover_rewritten
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.replay.effect import StagedSql

Models = Callable[[str], Schema]
USER = "model User {\n  id Int @id\n  email String @unique\n}\n"
NAMED = USER.replace("@unique", "@unique\n  name String?")
INIT = 'CREATE TABLE "User" (id INT PRIMARY KEY, email TEXT NOT NULL CONSTRAINT "User_email_key" UNIQUE);'


def sqls(*texts: str, start: int = 1) -> list[StagedSql]:
    return [StagedSql(f"{n}", f"m/{n}/migration.sql", text) for n, text in enumerate(texts, start)]


def covered(before: Schema, after: Schema, *staged: str, history: Sequence[str] | None = (INIT,)) -> Coverage:
    old = None if history is None else History(lambda: sqls(*history))
    return cover(before, after, sqls(*staged, start=10), Rules(LATEST), old)


def kinds(found: Coverage) -> list[str]:
    return [type(change).__name__ for change in found.missing] + ["refused" for _ in found.refused]


@pytest.mark.parametrize(
    ("staged", "missing"),
    [
        ((), ["AddColumn"]),
        (('ALTER TABLE "User" ADD COLUMN "name" TEXT',), []),
        (('ALTER TABLE "User" ADD COLUMN "name" INTEGER',), ["AlterColumn"]),
        (('ALTER TABLE "User" ADD COLUMN "name" TEXT NOT NULL',), ["AlterColumn"]),
        (('ALTER TABLE "User" ADD COLUMN "name" TEXT DEFAULT \'x\'',), ["AlterColumn"]),
        (('ALTER TABLE "User" ADD COLUMN "nam" TEXT',), ["DropColumn", "AddColumn"]),
        (('ALTER TABLE "Usr" ADD COLUMN "name" TEXT',), ["AddColumn", "refused"]),
        (('ALTER TABLE "User" ADD COLUMN "name" TEXT', 'ALTER TABLE "User" DROP COLUMN "email"'), ["AddColumn", "CreateIndex"]),
        (('ALTER TABLE "User" ADD COLUMN "name" TEXT; CREATE INDEX x ON "User"("name")',), ["DropIndex"]),
        (('ALTER TABLE "User" ADD COLUMN "name" TEXT; CREATE INDEX x ON "User" USING hnsw ("name")',), []),
        (('ALTER TABLE "User" ADD COLUMN "name" TEXT; CREATE INDEX x ON "User" (lower("name"))',), []),
        (('ALTER TABLE "User" ADD COLUMN "name" TEXT; UPDATE "User" SET name = email',), []),
        (("UPDATE \"User\" SET email = ''",), ["AddColumn"]),
    ],
)  # fmt: skip
def test_a_new_column(schema_of_models: Models, staged: tuple[str, ...], missing: list[str]) -> None:
    found = covered(schema_of_models(USER), schema_of_models(NAMED), *staged)
    assert kinds(found) == missing


@pytest.mark.parametrize(
    ("block", "unsure", "dynamic"),
    [
        ('DO $$ BEGIN ALTER TABLE "User" ADD COLUMN "name" TEXT; END $$', True, False),
        ('DO $$ BEGIN ALTER TABLE "Other" ADD COLUMN "name" TEXT; END $$', False, False),
        ("DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD %I TEXT', t, c); END $$", True, True),
        ("SELECT add_columns()", True, True),
    ],
)
def test_sql_that_cannot_be_read_may_have_done_it(
    schema_of_models: Models, block: str, unsure: bool, dynamic: bool
) -> None:
    found = covered(schema_of_models(USER), schema_of_models(NAMED), block)
    assert bool(found.unsure) is unsure
    assert bool(found.missing) is not unsure
    assert found.opaque[0][0].dynamic is dynamic


def test_a_migration_without_a_schema_edit(schema_of_models: Models) -> None:
    schema = schema_of_models(USER)
    assert kinds(covered(schema, schema, "INSERT INTO \"User\" VALUES (1, 'a')")) == []
    assert kinds(covered(schema, schema, "CREATE VIEW v AS SELECT 1; GRANT SELECT ON v TO x")) == []
    assert kinds(covered(schema, schema, 'ALTER TABLE "User" ADD COLUMN extra TEXT')) == ["DropColumn"]


def test_earlier_drift_is_not_this_commits_fault(schema_of_models: Models) -> None:
    """HEAD's schema has `name`, its migrations do not; and the other way round."""
    plain, named = schema_of_models(USER), schema_of_models(NAMED)
    more = schema_of_models(NAMED.replace("name String?", "name String?\n  age Int?"))
    age, name = 'ALTER TABLE "User" ADD COLUMN age INT', 'ALTER TABLE "User" ADD COLUMN "name" TEXT'
    assert kinds(covered(named, more, age)) == []
    assert kinds(covered(named, named, name)) == []
    assert kinds(covered(named, named, name.replace("TEXT", "INT"))) == ["AlterColumn"]
    # The schema catches up with what the migrations have built all along: nothing to add.
    assert kinds(covered(plain, named, history=(INIT, name))) == []
    assert kinds(covered(plain, named, history=(INIT,))) == ["AddColumn"]
    assert kinds(covered(named, plain, history=(INIT,))) == []


def test_a_statement_that_fails_is_told_by_the_history(schema_of_models: Models) -> None:
    """What the schema does not declare, but an earlier migration made, may be dropped."""
    schema = schema_of_models(USER)
    extra = 'CREATE INDEX "User_id_hnsw" ON "User" USING hnsw (id)'
    assert kinds(covered(schema, schema, 'DROP INDEX "User_id_hnsw"', history=(INIT, extra))) == []
    assert kinds(covered(schema, schema, 'DROP INDEX "User_id_hnsw"', history=(INIT,))) == ["refused"]


def test_text_that_means_the_same(schema_of_models: Models) -> None:
    def check(field: str, sql: str) -> list[str]:
        after = schema_of_models(USER.replace("@unique", f"@unique\n  c {field}"))
        return kinds(covered(schema_of_models(USER), after, f'ALTER TABLE "User" ADD COLUMN c {sql}'))

    assert check('DateTime @default(dbgenerated("now()"))', "TIMESTAMP(3) NOT NULL DEFAULT now()") == []
    assert check("String @default(dbgenerated(\"lower( 'X' )\"))", "TEXT NOT NULL DEFAULT (LOWER('X'))") == []
    assert check('Json @default("{\\"a\\": 1}")', "JSONB NOT NULL DEFAULT '{\"a\":1}'::jsonb") == []
    assert check("Decimal @default(1.5)", "DECIMAL(65,30) NOT NULL DEFAULT 1.50") == []
    assert check("Boolean @default(true)", "BOOL NOT NULL DEFAULT 'true'") == []
    assert check("Boolean @default(true)", "BOOL NOT NULL DEFAULT false") == ["AlterColumn"]
    assert check('Unsupported("vector(3)")?', "vector(4)") == ["AlterColumn"]
    assert check("BigInt?", "INTEGER") == ["AlterColumn"]
    assert check("DateTime?", "TIMESTAMP") == ["AlterColumn"]
    assert check("DateTime @default(now())", "TIMESTAMP(3) NOT NULL DEFAULT '2020-01-01'") == ["AlterColumn"]


TEXTS = "Unsupported(\"tsvector GENERATED ALWAYS AS (to_tsvector('simple', email)) STORED\")?"


@pytest.mark.parametrize(
    ("field", "sql", "missing"),
    [
        (TEXTS, "tsvector GENERATED ALWAYS AS (to_tsvector('simple', email)) STORED", []),
        (TEXTS, "tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, (email)::text)) STORED", []),
        (TEXTS, "tsvector", ["AlterColumn"]),
        (TEXTS, "text GENERATED ALWAYS AS (email) STORED", ["AlterColumn"]),
        (
            'Unsupported("int GENERATED BY DEFAULT AS IDENTITY")',
            "integer GENERATED BY DEFAULT AS IDENTITY",
            [],
        ),
        ('Unsupported("int GENERATED BY DEFAULT AS IDENTITY")', "text NOT NULL", ["AlterColumn"]),
        ('Unsupported("halfvec(3)[]")', "halfvec(3)[] NOT NULL", []),
    ],
)
def test_a_type_whose_text_says_more(
    schema_of_models: Models, field: str, sql: str, missing: list[str]
) -> None:
    after = schema_of_models(USER.replace("@unique", f"@unique\n  c {field}"))
    found = covered(schema_of_models(USER), after, f'ALTER TABLE "User" ADD COLUMN c {sql}')
    assert kinds(found) == missing


def test_a_key_to_what_the_host_has_is_no_difference(schema_of_models: Models) -> None:
    schema = schema_of_models(USER)
    key = 'ALTER TABLE "User" ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES %s(id)'
    assert kinds(covered(schema, schema, key % "auth.users")) == []
    assert kinds(covered(schema, schema, key % '"User"')) == ["DropForeignKey"]


def test_a_migration_of_the_branch_that_is_rewritten(schema_of_models: Models) -> None:
    """The commit before had another text of migration 2; what counts is what the texts build now."""
    plain, named = schema_of_models(USER), schema_of_models(NAMED)
    wrong, right = 'ALTER TABLE "User" ADD "nme" TEXT', 'ALTER TABLE "User" ADD "name" TEXT'
    rules = Rules(LATEST)
    assert kinds(cover_rewritten(named, named, sqls(INIT, wrong), sqls(INIT, right), rules)) == []
    assert kinds(cover_rewritten(plain, named, sqls(INIT), sqls(INIT, right), rules)) == []
    assert kinds(cover_rewritten(named, named, sqls(INIT, right), sqls(INIT, wrong), rules)) == [
        "DropColumn",
        "AddColumn",
    ]
    assert kinds(cover_rewritten(named, named, sqls(INIT, right), sqls(INIT), rules)) == ["AddColumn"]
    # Wrong before and wrong after: somebody else's fault.
    assert kinds(cover_rewritten(named, named, sqls(INIT, wrong), sqls(INIT, wrong + ";"), rules)) == []
