"""A live database is only read: in one read-only transaction, by a role with SELECT alone; what is tried is tried on the shadow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from prisma_drift import cli
from prisma_drift.model.version import LATEST
from prisma_drift.pipeline.diff import Request, as_script, in_words, run
from prisma_drift.postgres.server.database import Database

pytestmark = pytest.mark.slow

SQL = """
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE FUNCTION new_id() RETURNS text LANGUAGE sql AS $$ SELECT 'x'::text $$;
CREATE TABLE "User" (
  "id" TEXT NOT NULL DEFAULT new_id(),
  "mail" email NOT NULL,
  "role" "Role" NOT NULL DEFAULT 'USER',
  "made" TIMESTAMP(3) NOT NULL DEFAULT now(),
  "name" TEXT,
  "slug" TEXT GENERATED ALWAYS AS (lower("name")) STORED,
  "gone" BOOLEAN NOT NULL DEFAULT (1 = 2),
  CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "User_name_idx" ON "User" ("name") WHERE "gone" = false;
CREATE SEQUENCE tickets;
CREATE TABLE "Ticket" ("id" INTEGER PRIMARY KEY DEFAULT nextval('tickets'), "no" BIGINT);
CREATE VIEW names AS SELECT "name" FROM "User";
INSERT INTO "User" ("mail") VALUES ('a@b');
"""
SCHEMA = """
datasource db {
  provider = "postgresql"
}

generator client {
  provider        = "prisma-client"
  output          = "client"
  previewFeatures = ["partialIndexes"]
}

model User {
  id   String                @id @default(dbgenerated("( new_id( ) )"))
  mail Unsupported("email")
  role Role                  @default(USER)
  made DateTime              @default(now())
  name String?
  slug String?               @default(dbgenerated("lower(name)"))
  gone Boolean               @default(dbgenerated("1=2"))

  @@index([name], where: raw("NOT gone = true"))
}

model Ticket {
  id Int     @id @default(dbgenerated("nextval('tickets')"))
  no BigInt?
}

enum Role {
  USER
  ADMIN
}
""".replace("NOT gone = true", "gone=false")


@pytest.fixture
def reader(database: Database) -> Iterator[str]:
    """The URL of a filled database, for a role that may only SELECT; nobody may make temporary tables."""
    name = f"reader_{database.name}"
    with database.connect() as connection:
        connection.execute(SQL.encode())
        for sql in (
            f'CREATE ROLE "{name}"',
            f'GRANT "{name}" TO CURRENT_USER',
            f'REVOKE TEMPORARY ON DATABASE "{database.name}" FROM PUBLIC',
            f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{name}"',
            f'GRANT USAGE ON SCHEMA public TO "{name}"',
        ):
            connection.execute(sql.encode())
    # The shadow lets nobody in but its own role, which becomes the other one at once.
    yield f"{database.url}&options=-c%20role%3D{name}"
    with database.connect() as connection:
        connection.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"'.encode())


def snapshot(database: Database) -> dict[str, Any]:
    """Every row of every table of pg_catalog, and the next transaction's number: none that writes may have been."""
    with database.connect() as connection:
        found: dict[str, Any] = {
            "next": connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())").fetchone()
        }
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' "
            "AND has_table_privilege(oid, 'SELECT')"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f"SELECT t::text FROM pg_catalog.{table} AS t".encode()).fetchall()
            found[str(table)] = sorted(rows)
        return found


def schema_file(folder: Path, text: str = SCHEMA) -> str:
    (folder / "schema.prisma").write_text(text)
    return str(folder / "schema.prisma")


def test_a_role_that_may_only_read_is_enough_and_nothing_is_written(
    database: Database, reader: str, tmp_path: Path
) -> None:
    with psycopg.connect(reader) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TEMPORARY TABLE x ()")
    before = snapshot(database)
    assert len(before) > 50
    # In other words than the catalog's: only Postgres can tell that they are the same.
    same = run(Request(reader, schema_file(tmp_path)))
    assert in_words(same) == "No difference detected.\n"
    other = run(
        Request(reader, schema_file(tmp_path, SCHEMA.replace("1=2", "1=1").replace("lower(", "upper(")))
    )
    assert [change.expected.name for change in other.difference.changes] == ["gone"]  # type: ignore[union-attr]
    assert ("generated-expression-differs", "public.User.slug") in [
        (note.rule, note.object) for note in other.difference.notes
    ]
    assert "generated-expression-differs" not in [note.rule for note in same.difference.notes]
    for source in (schema_file(tmp_path), "empty"):
        assert run(Request(source, reader)).difference.changes
    assert snapshot(database) == before


def test_what_the_shadow_cannot_make_falls_back_to_its_text(
    database: Database, reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prisma_drift.pipeline import shadow

    made = shadow._made

    def without_functions(connection: Any, sql: str) -> bool:
        return "new_id" not in sql and made(connection, sql)

    monkeypatch.setattr(shadow, "_made", without_functions)
    found = run(Request(reader, schema_file(tmp_path)))
    # That one default is held against its text; the other columns of its table are not touched by it.
    assert [change.expected.name for change in found.difference.changes] == ["id"]  # type: ignore[union-attr]
    assert "new_id( )" in as_script(found)


def test_the_command_line_reads_it_too(
    reader: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["diff", "--from", reader, "--to", schema_file(tmp_path)]) == 0
    assert capsys.readouterr().out == "No difference detected.\n"


def test_where_nothing_is_in_doubt_no_server_is_started(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prisma_drift.postgres.server import server

    monkeypatch.setattr(server, "_open", lambda settings: pytest.fail("a server was started"))
    assert run(Request(reader, "empty")).difference.changes
    plain = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Ticket {\n  id Int @id\n  no BigInt?\n}\n'
    assert run(Request(reader, schema_file(tmp_path, plain), version=LATEST)).difference.changes
