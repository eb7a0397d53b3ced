"""Columns filled in batches on a live database: resumable, idempotent, a dry run unless told otherwise."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
from production import SCHEMA, Production

from prisma_drift.cli import main
from prisma_drift.errors import DriftError
from prisma_drift.gate.backfill import Fill, apply_backfill, fills_nulls, plan_backfill
from prisma_drift.migrations.history import read_history
from prisma_drift.migrations.updates import read_row_change
from prisma_drift.postgres.server.live import connect_live, reading_live

pytestmark = pytest.mark.slow
NAME = "20240301000000_required"
PENDING = """UPDATE "User" SET "name" = 'user ' || "id" || ' 100%' WHERE "name" IS NULL;
ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;
"""


@pytest.fixture
def filled(production: Production) -> Production:
    production.sql(
        "INSERT INTO \"User\" SELECT n, 'u' || n, CASE WHEN n % 3 = 0 THEN 'x' END FROM generate_series(1, 1000) AS n"
    )
    production.add(NAME, PENDING)
    return production


def plan(production: Production) -> tuple[Fill, ...]:
    with reading_live(production.database.url, "public") as connection:
        return plan_backfill(connection, read_history(production.migrations), "", "public")


def left(production: Production) -> int:
    with production.database.connect() as connection:
        row = connection.execute('SELECT count(*) FROM "User" WHERE "name" IS NULL').fetchone()
        assert row is not None
        return int(str(row[0]))


def command(production: Production, *words: str) -> int:
    return main(
        ["backfill", str(production.folder), "--database-url", production.database.url, "--shadow", production.shadow_url(), *words]
    )  # fmt: skip


def test_from_a_dry_run_to_nothing_left(filled: Production, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(filled) == 2
    assert "✗ public.User.name: 667 rows to fill" in capsys.readouterr().out
    assert left(filled) == 667
    assert command(filled, "--apply", "--batch", "64") == 0
    assert "✓ public.User.name: filled 667 rows" in capsys.readouterr().out
    assert left(filled) == 0
    assert command(filled, "--apply") == 0
    assert "filled 0 rows" in capsys.readouterr().out
    with filled.database.connect() as connection:
        assert connection.execute('SELECT "name" FROM "User" WHERE "id" IN (1, 3) ORDER BY 1').fetchall() == [
            ("user 1 100%",),
            ("x",),
        ]
        # What the migration still does: nothing.
        assert connection.execute(PENDING.split(";", maxsplit=1)[0].encode()).rowcount == 0
    assert filled.gate().verdict == "open"
    filled.deploy()
    assert filled.gate().verdict == "open"


def test_it_is_taken_up_again_from_the_rows(filled: Production) -> None:
    (fill,) = plan(filled)
    batches = 0

    class CutError(Exception):
        pass

    def told(batch: object) -> None:
        nonlocal batches
        batches += 1
        if batches == 3:
            raise CutError

    with connect_live(filled.database.url) as connection, pytest.raises(CutError):
        apply_backfill(connection, fill, "public", size=100, told=told, sleep=lambda s: None)
    assert left(filled) == 667 - 200
    with connect_live(filled.database.url) as connection:
        assert apply_backfill(connection, fill, "public", size=100, sleep=lambda s: None) == 467
    assert left(filled) == 0


def test_batches_are_bounded_and_rows_of_others_are_waited_for(filled: Production) -> None:
    (fill,) = plan(filled)
    seen: list[int] = []
    waits: list[float] = []
    with filled.database.connect() as other, other.transaction():
        other.execute('UPDATE "User" SET "email" = \'held\' WHERE "id" = 50')

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 2:
                threading.Thread(target=lambda: other.execute("ROLLBACK")).start()

        with connect_live(filled.database.url) as connection:
            last = 0

            def told(batch: object) -> None:
                nonlocal last
                seen.append(batch.filled - last)  # type: ignore[attr-defined]
                last = batch.filled  # type: ignore[attr-defined]

            assert apply_backfill(connection, fill, "public", size=100, told=told, sleep=sleep) == 667
        with psycopg.connect(filled.database.url) as check:
            check.execute("SELECT 1")
    assert max(seen) <= 100
    assert waits


def test_a_key_of_several_columns_and_a_value_from_another_table(production: Production) -> None:
    production.sql(
        'CREATE TABLE "Seat" ("row" text, "no" int, "userId" int NOT NULL, "mail" text, PRIMARY KEY ("row", "no"));'
        "INSERT INTO \"User\" SELECT n, 'u' || n FROM generate_series(1, 9) AS n;"
        'INSERT INTO "Seat" SELECT chr(64 + n), m, n FROM generate_series(1, 9) AS n, generate_series(1, 7) AS m'
    )
    production.add(
        NAME,
        'UPDATE "Seat" AS t SET "mail" = r1."email" FROM "User" AS r1 WHERE r1."id" = t."userId" AND t."mail" IS NULL;',
    )
    (fill,) = plan(production)
    assert (fill.rows, fill.key) == (63, (("row", "text"), ("no", "integer")))
    with connect_live(production.database.url) as connection:
        assert apply_backfill(connection, fill, "public", size=5, sleep=lambda s: None) == 63
        found = connection.execute(
            'SELECT count(*) FROM "Seat" AS s JOIN "User" AS u ON u."id" = s."userId" AND u."email" = s."mail"'
        )
        assert found.fetchone() == (63,)


def test_rows_for_which_there_is_no_value_are_left_and_told(
    filled: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    filled.add(NAME, 'UPDATE "User" SET "name" = NULLIF("email", \'u7\') WHERE "name" IS NULL;')
    assert command(filled, "--apply") == 2
    assert "1 row still without a value" in capsys.readouterr().out
    assert left(filled) == 1


def test_a_statement_that_fails_says_so_and_keeps_what_was_done(filled: Production) -> None:
    filled.add(NAME, 'UPDATE "User" SET "name" = (1 / ("id" - 502))::text WHERE "name" IS NULL;')
    (fill,) = plan(filled)
    with (
        connect_live(filled.database.url) as connection,
        pytest.raises(DriftError, match="division by zero") as stopped,
    ):
        apply_backfill(connection, fill, "public", size=100, sleep=lambda s: None)
    assert stopped.value.id == "backfill-stopped"
    assert left(filled) < 667


def test_what_is_left_to_the_migration(filled: Production) -> None:
    filled.add(
        NAME,
        'ALTER TABLE "User" ADD COLUMN "age" int;\nUPDATE "User" SET "age" = 1 WHERE "age" IS NULL;\n'
        'UPDATE "User" SET "name" = \'y\' WHERE "name" = \'x\';\nUPDATE "Nothing" SET "a" = 1 WHERE "a" IS NULL;\n'
        'UPDATE "User" SET "name" = \'y\' WHERE "name" IS NULL OR true;',
    )
    assert [one.why_not.partition(":")[0] for one in plan(filled)] == [
        "the column is not there yet",
        "it does not only fill what is NULL, and could not be done twice",
        "the table is not there yet",
        "it does not only fill what is NULL, and could not be done twice",
    ]


def test_what_has_run_is_not_done_again(filled: Production) -> None:
    filled.deploy()
    assert plan(filled) == ()


def test_the_corrective_migration_is_a_source(
    production: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    production.sql("INSERT INTO \"User\" SELECT n, 'u' || n FROM generate_series(1, 50) AS n")
    schema = SCHEMA.replace("name  String?", 'name  String @default("none")')
    (production.folder / "prisma" / "schema.prisma").write_text(schema)
    assert command(production, "--apply") == 0
    assert "✓ public.User.name: filled 50 rows (the corrective migration)" in capsys.readouterr().out
    assert left(production) == 0


@pytest.mark.parametrize(
    ("sql", "holds"),
    [
        ("UPDATE t SET a = 1 WHERE a IS NULL", True),
        ("UPDATE t SET a = 1, b = 2 WHERE a IS NULL AND (b IS NULL)", True),
        ('UPDATE s.t AS x SET "A b" = f(c) FROM u WHERE u.id = x.id AND x."A b" IS NULL', True),
        ("UPDATE t SET a = 1, b = 2 WHERE a IS NULL", False),
        ("UPDATE t SET a = 1", False),
        ("UPDATE t SET a = 1 WHERE a IS NULL OR b", False),
        ("UPDATE t SET a = 1 WHERE a IS NOT NULL", False),
        ("UPDATE t SET a = 1 WHERE NOT a IS NULL", False),
        ("UPDATE t SET a = 1 WHERE u.a IS NULL", False),
    ],
)
def test_what_may_be_done_twice(sql: str, holds: bool) -> None:
    change = read_row_change(sql)
    assert change is not None
    assert fills_nulls(change) == holds


def test_a_deploy_that_runs_is_not_met(filled: Production, tmp_path: Path) -> None:
    with filled.database.connect() as other:
        other.execute("SELECT pg_advisory_lock(72707369)")
        with pytest.raises(DriftError) as refused:
            plan(filled)
        assert refused.value.id == "deploy-locked"
