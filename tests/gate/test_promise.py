"""The gate only reads, survives what a database does to it, and repeats no password."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from production import Production
from wire import wire

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
    """The counters of writes, when every other session has ended and has told its own."""
    with database.connect() as connection:
        for _ in range(600):
            others = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
            if others == (0,):
                break
            time.sleep(0.1)
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


def test_nothing_is_written_whatever_is_pending_or_was_changed(production: Production) -> None:
    """Every pending migration that the other tests have, on a database that was changed by hand."""
    from test_preflight import CASES, ROWS

    production.sql(ROWS)
    production.sql('CREATE TABLE "Audit" (id int); ALTER TABLE "User" RENAME COLUMN "email" TO "mail"')
    before = snapshot(production.database) | {"next": ""}
    counters = written(production.database)
    seen: set[str] = set()
    for sql, _, _ in CASES.values():
        production.add(NAME, sql)
        gate = look(production, production.database.url)
        assert gate.verdict != "error", gate.report.findings
        seen |= {one.id for one in gate.report.findings}
    assert seen >= {
        "live-extra",
        "live-renamed",
        "nulls",
        "duplicates",
        "orphans",
        "data-loss",
        "value-refused",
    }
    assert written(production.database) == counters
    assert snapshot(production.database) | {"next": ""} == before


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


def test_the_connection_is_cut_at_any_query(eventful: Production) -> None:
    """Before the k-th query is sent, and behind it, for every k: an error that says so, at once, and no traceback."""
    with wire(eventful.database) as way:
        assert look(eventful, way.url).verdict == "closed"
        total = len(way.queries)
    assert total > 40
    before = snapshot(eventful.database) | {"next": "moved on by the shadow, on the same server"}
    for number in range(1, total):
        # Both ways of being cut meet every number of a statement's kind within two neighbours.
        with wire(eventful.database, cut=number, after=number % 2 == 0) as way:
            gate = look(eventful, way.url)
        assert (gate.verdict, [f.id for f in gate.report.findings]) == ("error", ["database-unreachable"]), (
            number,
            way.queries[-1],
            gate.report.findings,
        )
    assert snapshot(eventful.database) | {"next": before["next"]} == before


def test_the_server_ends_the_session_at_any_query(
    eventful: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an administrator does, or a server that goes down: another error than that of a cut wire."""
    from prisma_drift.postgres.server import live

    real, state = live.connect_live, {"count": 0, "at": 0}

    def counted(url: str) -> Any:
        connection = real(url)
        execute, pid = connection.execute, connection.info.backend_pid

        def ending(*words: Any, **more: Any) -> Any:
            state["count"] += 1
            if state["count"] == state["at"]:
                eventful.sql(f"SELECT pg_terminate_backend({pid})")
            return execute(*words, **more)

        connection.execute = ending  # type: ignore[method-assign]
        return connection

    monkeypatch.setattr(live, "connect_live", counted)
    assert look(eventful, eventful.database.url).verdict == "closed"
    for number in range(1, state["count"] + 1):
        state.update(count=0, at=number)
        gate = look(eventful, eventful.database.url)
        found = [f.id for f in gate.report.findings]
        assert (gate.verdict, found) == ("error", ["database-unreachable"]), (number, gate.report.findings)


def test_all_that_is_sent_only_reads(eventful: Production, reader: str) -> None:
    """Every statement as it goes over the wire; what is no SELECT is a setting of the transaction, or its frame."""
    frames = re.compile(
        r'BEGIN|ROLLBACK( TO "_pg3_\d+")?|(SAVEPOINT|RELEASE) "_pg3_\d+"|SET TRANSACTION (ISOLATION LEVEL REPEATABLE READ, )?READ ONLY'
        r"|SET LOCAL (lock_timeout|statement_timeout|idle_in_transaction_session_timeout) = \d+|SET LOCAL row_security = off"
        r'|SET LOCAL search_path = ("public"|pg_catalog, pg_temp)'
    )
    with wire(eventful.database) as way:
        assert look(eventful, way.url + "?" + reader.partition("&")[2]).verdict == "closed"
    said = [re.sub(r"^(--[^\n]*\n\s*)*", "", text).strip() for text in way.queries]
    assert len(said) > 40
    rest = [text for text in said if not frames.fullmatch(text)]
    assert rest and all(text.startswith("SELECT") for text in rest), [
        t for t in rest if not t.startswith("SELECT")
    ]
    begun = said.index("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    assert all(frames.fullmatch(text) for text in said[:begun])
    assert said.count("ROLLBACK") == 1 and said[-1] == "ROLLBACK"


def test_a_table_that_another_session_has_locked(eventful: Production) -> None:
    """The gate waits five seconds and says who it is."""
    with eventful.database.connect() as other, other.transaction():
        other.execute('LOCK TABLE "User" IN ACCESS EXCLUSIVE MODE')
        gate = look(eventful, eventful.database.url)
        pid = other.info.backend_pid
    (finding,) = gate.report.findings
    assert (gate.verdict, finding.id) == ("error", "lock-waits")
    assert f"The session {pid} has locked public.User against everybody" in finding.message
    assert look(eventful, eventful.database.url).verdict == "closed"


def test_a_history_that_another_session_has_locked(eventful: Production) -> None:
    with eventful.database.connect() as other, other.transaction():
        other.execute('LOCK TABLE "_prisma_migrations" IN ACCESS EXCLUSIVE MODE')
        gate = look(eventful, eventful.database.url)
    assert [f.id for f in gate.report.findings] == ["lock-waits"]
    assert "public._prisma_migrations" in gate.report.findings[0].message


def test_a_lock_that_comes_between(eventful: Production, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is locked when its rows are counted: the others are counted, and it is told."""
    from prisma_drift.gate import run as whole

    real = whole.look_ahead
    with eventful.database.connect() as other, other.transaction():

        def locked(*words: Any, **more: Any) -> Any:
            other.execute('LOCK TABLE "Post" IN ACCESS EXCLUSIVE MODE')
            return real(*words, **more)

        monkeypatch.setattr(whole, "look_ahead", locked)
        gate = look(eventful, eventful.database.url)
    refused = [f for f in gate.report.findings if f.id == "count-failed"]
    assert {f.object for f in refused} == {"public.Post.title", "public.User.f"}
    assert all("has locked public.Post against everybody" in f.message for f in refused)
    assert [c.check.id for c in gate.counts if c.rows] == ["nulls", "duplicates"]


def test_nothing_is_counted_that_need_not_be(eventful: Production) -> None:
    """Fifty million rows, by the catalog's word: no query goes over them that no pending statement asks for."""

    def of_tables(queries: list[str]) -> list[str]:
        return [q for q in queries if re.search(r'FROM "public"\."(User|Post|Audit)"', q)]

    for table in ("User", "Post", "Audit"):
        eventful.sql(
            f"SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', '{table}', 'reltuples', 5e7::real)"
        )
    eventful.remove(NAME)
    with wire(eventful.database) as way:
        look(eventful, way.url)
    assert of_tables(way.queries) == []
    eventful.add(
        NAME,
        'ALTER TABLE "User" ADD COLUMN "age" int;\nALTER TABLE "Post" ALTER COLUMN "title" SET NOT NULL;\n'
        'CREATE INDEX i ON "User"("name");\nALTER TABLE "User" ADD CHECK ("name" <> \'\') NOT VALID;\n'
        'ALTER TABLE "Post" ALTER COLUMN "title" TYPE varchar(100);\nDROP TABLE "Post";',
    )
    with wire(eventful.database) as way:
        gate = look(eventful, way.url)
    found = of_tables(way.queries)
    # What is dropped is counted to its thousandth row, and what lay in the dropped table is not looked at.
    assert found == ['SELECT count(*) FROM (SELECT FROM "public"."Post" LIMIT 1000) AS r']
    eventful.add(
        NAME,
        'ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;\nALTER TABLE "Post" DROP COLUMN "title";\n'
        'ALTER TABLE "User" ADD CHECK ("id" < 0);',
    )
    with wire(eventful.database) as way:
        gate = look(eventful, way.url)
    counts = [q for q in of_tables(way.queries) if "count(" in q]
    assert len(counts) == 3 and all(q.endswith("LIMIT 1000) AS r") for q in counts), counts
    assert {(s.table, s.rows) for s in gate.sizes} == {
        ("public.User", 50_000_000),
        ("public.Post", 50_000_000),
    }
