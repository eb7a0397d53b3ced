"""The gate only reads, survives what a database does to it, and repeats no password."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from production import Production

from prisma_drift.gate.run import Choice, run
from prisma_drift.model.gate import Gate
from prisma_drift.model.values import replace
from prisma_drift.postgres.server.database import Database

pytestmark = pytest.mark.slow
NAME = "20240301000000_next"
PENDING = """UPDATE "User" SET "name" = '?' WHERE "id" > 9;
ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;
CREATE UNIQUE INDEX k ON "User"("name");
ALTER TABLE "User" ADD CONSTRAINT f FOREIGN KEY ("id") REFERENCES "Post"("id");
ALTER TABLE "Post" DROP COLUMN "title";
"""


@pytest.fixture
def eventful(production: Production) -> Production:
    """Rows, drift and a migration that meets them."""
    production.sql("""INSERT INTO "User" VALUES (1, 'a', 'x'), (2, 'b', NULL), (3, 'c', 'x');""")
    production.sql(
        'CREATE TABLE "Audit" (id int); CREATE VIEW v AS SELECT 1 AS one; ALTER TABLE "User" ADD CHECK ("id" > 0)'
    )
    production.add(NAME, PENDING)
    return production


@pytest.fixture
def reader(eventful: Production) -> Iterator[str]:
    """A URL of a role that may only SELECT, and make no temporary table."""
    database = eventful.database
    name = f"gate_{database.name}"
    for sql in (
        f'CREATE ROLE "{name}"',
        f'GRANT "{name}" TO CURRENT_USER',
        f'REVOKE TEMPORARY ON DATABASE "{database.name}" FROM PUBLIC',
        f'GRANT USAGE ON SCHEMA public TO "{name}"',
        f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{name}"',
    ):
        eventful.sql(sql)
    yield f"{database.url}&options=-c%20role%3D{name}"
    eventful.sql(f'DROP OWNED BY "{name}"')
    eventful.sql(f'DROP ROLE "{name}"')


def snapshot(database: Database) -> dict[str, Any]:
    """Every row of every table of pg_catalog and of the project, and the next transaction's number."""
    with database.connect() as connection:
        found: dict[str, Any] = {
            "next": connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())").fetchone()
        }
        tables = connection.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND has_table_privilege(oid, 'SELECT')"
            " AND relnamespace::regnamespace::text IN ('pg_catalog', 'public') AND NOT relisshared"
        ).fetchall()
        for (table,) in tables:
            found[str(table)] = sorted(
                connection.execute(f"SELECT t::text FROM {table} AS t".encode()).fetchall()
            )
        return found


def written(database: Database) -> tuple[Any, ...]:
    with database.connect() as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        row = connection.execute(
            "SELECT tup_inserted, tup_updated, tup_deleted, temp_files FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
        assert row is not None
        return tuple(row)


def look(production: Production, url: str, *, apart: bool = False) -> Gate:
    """`apart`: with the shadow on a server of its own, so that nothing but the gate runs where the database is."""
    config = production.config()
    return run(replace(config, shadow="embedded") if apart else config, url, Choice()).gate


def test_a_role_that_may_only_read_is_enough_and_nothing_is_written(
    eventful: Production, reader: str
) -> None:
    with psycopg.connect(reader) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TEMPORARY TABLE x ()")
    before, counters = snapshot(eventful.database), written(eventful.database)
    assert len(before) > 50
    gate = look(eventful, reader, apart=True)
    assert gate.verdict == "closed"
    assert [c.rows for c in gate.counts] and all(c.rows is not None for c in gate.counts)
    assert {f.id for f in gate.report.findings} >= {"live-extra", "nulls", "duplicates", "orphans"}
    assert snapshot(eventful.database) == before
    assert written(eventful.database) == counters


def test_tables_that_the_role_may_not_read_are_told(eventful: Production, reader: str) -> None:
    eventful.sql(f'REVOKE SELECT ON "User" FROM "gate_{eventful.database.name}"')
    gate = look(eventful, reader)
    refused = [f for f in gate.report.findings if f.id == "count-failed"]
    assert refused and all("permission denied for table User" in f.message for f in refused)
    eventful.sql(f'REVOKE SELECT ON "_prisma_migrations" FROM "gate_{eventful.database.name}"')
    gate = look(eventful, reader)
    assert [f.id for f in gate.report.findings] == ["history-unreadable"]


def test_a_migration_cannot_leave_the_transaction(eventful: Production, reader: str) -> None:
    """What of a migration's text is run on the database is one statement, in a transaction that takes no writes."""
    eventful.add(
        NAME,
        'CREATE SEQUENCE s;\nUPDATE "User" SET "name" = nextval(\'s\')::text WHERE "name" IS NULL;\n'
        'ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;',
    )
    eventful.sql("CREATE SEQUENCE s")
    before = snapshot(eventful.database)
    gate = look(eventful, eventful.database.url, apart=True)
    assert any("read-only" in c.why or c.rows is not None for c in gate.counts)
    assert snapshot(eventful.database) == before


SECRETS = ("s3cr%2Ft", "p%40ss%3Aword", "a%20b%25c", "hunter2hunter2")


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:{}@127.0.0.1:1/db",
        "postgresql://someone:{}@127.0.0.1:1/db?sslmode=require&connect_timeout=1",
        "postgresql://someone:{}@nowhere.invalid/db?connect_timeout=1",
        "postgresql://someone:{}@127.0.0.1:port/db",
        "postgresql://someone:{}@127.0.0.1:1/db?nonsense=1",
        "postgresql://someone:{}@/db?host=/nowhere",
    ],
)
def test_no_password_is_repeated(production: Production, url: str, secret: str) -> None:
    from urllib.parse import unquote

    gate = look(production, url.format(secret))
    assert gate.verdict == "error"
    said = str(gate)
    assert secret not in said
    assert unquote(secret) not in said


@pytest.mark.parametrize("secret", ["p/ss", "p?ss", "p#ss", "p@ss", "p:1/x"])
def test_a_password_that_is_not_encoded_is_not_repeated(production: Production, secret: str) -> None:
    gate = look(production, f"postgresql://someone:{secret}@127.0.0.1:1/db")
    assert gate.verdict == "error"
    assert "ss" not in gate.report.findings[0].message or "someone" not in gate.report.findings[0].message
    assert secret not in str(gate)


def test_the_wrong_password(eventful: Production) -> None:
    gate = look(eventful, "postgresql://postgres:verysecretword@127.0.0.1:1/postgres?connect_timeout=1")
    assert "verysecretword" not in str(gate)
    assert gate.report.findings[0].id == "database-unreachable"


@pytest.mark.parametrize("after", [1, 5, 12, 25, 40])
def test_the_connection_is_cut(eventful: Production, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the statement of that number the server ends the session."""
    from prisma_drift.postgres.server import live

    count = 0
    real = live.connect_live

    def counted(url: str) -> Any:
        connection = real(url)
        execute = connection.execute
        pid = connection.info.backend_pid

        def cutting(*words: Any, **more: Any) -> Any:
            nonlocal count
            count += 1
            if count == after:
                eventful.sql(f"SELECT pg_terminate_backend({pid})")
            return execute(*words, **more)

        connection.execute = cutting  # type: ignore[method-assign]
        return connection

    monkeypatch.setattr(live, "connect_live", counted)
    gate = look(eventful, eventful.database.url)
    if count >= after:
        assert (gate.verdict, gate.report.findings[0].id) in (
            ("error", "database-unreachable"),
            ("error", "catalog-unreadable"),
        ), gate.report.findings


def test_a_table_that_another_session_has_locked(eventful: Production) -> None:
    """The catalog can still be read; what needs the table's rows waits five seconds and says so."""
    with eventful.database.connect() as other, other.transaction():
        other.execute('LOCK TABLE "User" IN ACCESS EXCLUSIVE MODE')
        found: list[Gate] = []
        worker = threading.Thread(target=lambda: found.append(look(eventful, eventful.database.url)))
        worker.start()
        worker.join(120)
    (gate,) = found
    assert gate.verdict in ("closed", "error")
    text = str(gate.report.findings)
    assert "lock timeout" in text or "lock" in text
