"""What pending statements lock, rewrite and scan: held to what Postgres does when they are run."""

from __future__ import annotations

import pytest
from production import Production, told

from prisma_drift.gate.locks import size_of
from prisma_drift.model.gate import Work

pytestmark = pytest.mark.slow
NAME = "20240301000000_next"
CASES: dict[str, tuple[str, bool]] = {
    "a column": ('ALTER TABLE "User" ADD COLUMN "age" int', False),
    "a column with a default": ('ALTER TABLE "User" ADD COLUMN "age" int NOT NULL DEFAULT 0', False),
    "a column with the time of day": ('ALTER TABLE "User" ADD COLUMN "at" timestamptz DEFAULT now()', False),
    "a column with a value for each": (
        'ALTER TABLE "User" ADD COLUMN "token" uuid DEFAULT gen_random_uuid()',
        True,
    ),
    "a serial": ('ALTER TABLE "User" ADD COLUMN "no" serial', True),
    "a generated column": (
        'ALTER TABLE "User" ADD COLUMN "low" text GENERATED ALWAYS AS (lower("email")) STORED',
        True,
    ),
    "no column": ('ALTER TABLE "User" DROP COLUMN "name"', False),
    "required": ('ALTER TABLE "User" ALTER COLUMN "email" SET NOT NULL', False),
    "required anew": ('ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL', True),
    "not required": ('ALTER TABLE "User" ALTER COLUMN "email" DROP NOT NULL', False),
    "a default": ('ALTER TABLE "User" ALTER COLUMN "name" SET DEFAULT \'x\'', False),
    "another type": ('ALTER TABLE "User" ALTER COLUMN "id" TYPE bigint', True),
    "a type that only says more": ('ALTER TABLE "User" ALTER COLUMN "name" TYPE varchar', False),
    "a check": ('ALTER TABLE "User" ADD CONSTRAINT k CHECK ("id" > 0)', True),
    "a check for later": ('ALTER TABLE "User" ADD CONSTRAINT k CHECK ("id" > 0) NOT VALID', False),
    "a foreign key": (
        'ALTER TABLE "User" ADD CONSTRAINT k FOREIGN KEY ("id") REFERENCES "Post"("id")',
        True,
    ),
    "a foreign key for later": (
        'ALTER TABLE "User" ADD CONSTRAINT k FOREIGN KEY ("id") REFERENCES "Post"("id") NOT VALID',
        False,
    ),
    "unique": ('ALTER TABLE "User" ADD CONSTRAINT k UNIQUE ("name")', True),
    "an index": ('CREATE INDEX i ON "User"("name")', True),
    "no index": ('DROP INDEX "User_email_key"', False),
    "another name": ('ALTER TABLE "User" RENAME COLUMN "name" TO "full"', False),
}
"""SQL, and whether all rows are read under its lock."""
REWRITTEN = {"a column with a value for each", "a serial", "a generated column", "another type"}
STRENGTH = ["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]  # fmt: skip


@pytest.fixture
def filled(production: Production) -> Production:
    production.sql(
        "INSERT INTO \"User\" VALUES (1, 'a', 'x'), (2, 'b', 'y'); INSERT INTO \"Post\" VALUES (1, 't', 1), (2, 't', 1)"
    )
    return production


def observed(production: Production, sql: str) -> tuple[dict[str, str], bool]:
    """The strongest lock on each table while it runs, and whether "User" lies in another file then."""
    file = "SELECT relfilenode FROM pg_class WHERE relname = 'User'"
    with (
        production.database.connect(default_schema="public") as connection,
        connection.transaction(force_rollback=True),
    ):
        before = connection.execute(file.encode()).fetchone()
        connection.execute(sql.encode())
        after = connection.execute(file.encode()).fetchone()
        rows = connection.execute(
            "SELECT c.relname, l.mode FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation"
            " WHERE l.pid = pg_backend_pid() AND c.relname IN ('User', 'Post')"
        ).fetchall()
    locks: dict[str, str] = {}
    for table, mode in ((str(one), str(two)) for one, two in rows):
        locks[table] = max(locks.get(table, mode), mode, key=STRENGTH.index)
    return locks, before != after


def works(production: Production) -> dict[str, Work]:
    return {one.table.partition(".")[2]: one for one in production.gate().works}


@pytest.mark.parametrize("name", CASES)
def test_it_is_as_postgres_does_it(name: str, filled: Production) -> None:
    sql, scans = CASES[name]
    filled.add(NAME, f"{sql};\n")
    found = works(filled)
    locks, rewritten = observed(filled, sql)
    assert found["User"].lock == locks["User"]
    assert {table: one.lock for table, one in found.items()}.items() <= locks.items()
    assert (found["User"].rewrites, found["User"].scans) == (rewritten, scans)
    assert rewritten == (name in REWRITTEN)


def large(production: Production, *tables: str) -> None:
    for table in tables:
        production.sql(
            f"SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', '{table}', 'reltuples', 5e7::real)"
        )


def test_what_holds_up_others_for_long_is_told(filled: Production) -> None:
    large(filled, "User", "Post")
    filled.add(
        NAME,
        'CREATE INDEX i ON "User"("name");\nALTER TABLE "Post" ADD COLUMN "n" int;\nCREATE TABLE "New" ("id" int);\nCREATE INDEX j ON "New"("id");\n',
    )
    gate = filled.gate()
    assert gate.verdict == "open"
    assert told(gate) == [("long-lock", "public.User")]
    (finding,) = (f for f in gate.report.findings if f.id == "long-lock")
    assert "(about 50000000 rows" in finding.message and "stops writes" in finding.message
    assert "CREATE INDEX CONCURRENTLY" in finding.hint
    filled.add(NAME, 'CREATE INDEX CONCURRENTLY i ON "User"("name");\n')
    assert told(filled.gate()) == []


def test_the_advice_for_a_required_column_holds(filled: Production) -> None:
    large(filled, "User")
    filled.add(NAME, 'ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;\n')
    assert told(filled.gate()) == [("long-lock", "public.User")]
    filled.remove(NAME)
    filled.add("20240229000000_check", 'ALTER TABLE "User" ADD CHECK ("name" IS NOT NULL) NOT VALID;\n')
    assert told(filled.gate()) == []
    filled.deploy()
    filled.add("20240229000001_valid", 'ALTER TABLE "User" VALIDATE CONSTRAINT "User_name_check";\n')
    assert told(filled.gate()) == []
    filled.deploy()
    large(filled, "User")
    filled.add(NAME, 'ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;\n')
    assert told(filled.gate()) == []


def test_sizes_are_written_for_people() -> None:
    assert [size_of(n) for n in (0, 1023, 1536, 10 << 20, 3 << 40)] == ["0 B", "1023 B", "1.5 KiB", "10 MiB", "3.0 TiB"]  # fmt: skip
