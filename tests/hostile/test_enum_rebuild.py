"""A later step that fails on rows leaves nothing of a migration that rebuilds an enum, however a release of Prisma sends it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from prisma_drift.migrations.split import split
from prisma_drift.model.version import Version
from prisma_drift.pipeline.check import run
from prisma_drift.postgres.apply.batches import batches
from prisma_drift.postgres.server.database import Database
from prisma_drift.project import Flags, load_config

from .repositories import HEAD, project

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection

OLD = """
CREATE TYPE "Role" AS ENUM ('USER', 'GONE');
CREATE TABLE "Post" ("id" INTEGER NOT NULL, "author" INTEGER, "title" TEXT, "size" TEXT, CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));
CREATE TABLE "User" ("id" INTEGER NOT NULL, "role" "Role" NOT NULL DEFAULT 'USER', CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
"""
NEW = """
enum Role {{
  USER
}}
model Post {{
  id Int @id
  author {author}
  title String{title}
  size {size}
  {more}
}}
model User {{
  id Int @id
  role Role @default(USER)
  {back}
}}
"""
PLAIN = {"author": "Int?", "title": "?", "size": "String?", "more": "", "back": ""}
LATER = {
    "a value is missing": PLAIN | {"author": "Int"},
    "a value is there twice": PLAIN | {"title": "? @unique"},
    "a row points to nothing": PLAIN
    | {"more": "writer User? @relation(fields: [author], references: [id])", "back": "posts Post[]"},
    "an index over what is there twice": PLAIN | {"more": "@@unique([title, size])"},
}
ROWS = """
INSERT INTO "User" VALUES (1, 'USER');
INSERT INTO "Post" VALUES (1, NULL, 'x', 'y'), (2, 99, 'x', 'y');
"""
CATALOG = """
SELECT 'column', c.oid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod) || a.attnotnull::text || COALESCE(pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'value', e.enumtypid::regtype::text, e.enumlabel, e.enumsortorder::text FROM pg_enum e
UNION ALL SELECT 'type', t.typname, t.typtype::text, t.oid::text FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint', conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'user', id::text, role::text, '' FROM "User"
UNION ALL SELECT 'post', id::text, author::text, title || size FROM "Post"
ORDER BY 1, 2, 3, 4
"""


def corrective(root: Path, schema: str, version: str) -> str:
    project(root)
    (root / "prisma/migrations/20240101000000_a/migration.sql").write_text(OLD)
    (root / "prisma/schema.prisma").write_text(HEAD + schema)
    [config] = load_config(Flags(path=str(root), prisma_version=version), {})
    return run(config).corrective_sql


def content(database: Database) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(CATALOG).fetchall()


def send(connection: Connection, texts: list[str]) -> None:
    for text in texts:
        connection.pgconn.exec_(text.encode())
        if connection.pgconn.error_message:
            raise psycopg.DatabaseError(connection.pgconn.error_message.decode())


@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("version", ["6.19.0", "7.6.0", "7.10.0"])
def test_nothing_of_it_stays(tmp_path: Path, database: Database, later: str, version: str) -> None:
    sql = corrective(tmp_path / "repository", NEW.format(**LATER[later]), version)
    statements = [one.text for one in split(sql)]
    rebuild = next(number for number, text in enumerate(statements) if "Role_new" in text)
    assert rebuild < len(statements) - 1, "the test needs a step behind the rebuild"
    with database.connect() as connection:
        send(connection, [OLD, ROWS])
    before = content(database)
    sent = {
        "whole": [sql],
        "statement by statement": statements,
        "as in the shadow": [one.text for one in batches([sql], Version.parse(version) or Version(7))],
    }
    for way, texts in sent.items():
        with database.connect() as connection, pytest.raises(psycopg.DatabaseError):
            send(connection, texts)
        assert content(database) == before, way
    loose = [text for text in statements if text.strip(" ;\n") not in ("BEGIN", "COMMIT")]
    assert len(loose) == len(statements) - 2
    with database.connect() as connection, pytest.raises(psycopg.DatabaseError):
        send(connection, loose)
    assert content(database) != before, "the test must see what would stay"


def test_where_nothing_stands_in_the_way_all_of_it_is_done(tmp_path: Path, database: Database) -> None:
    sql = corrective(tmp_path / "repository", NEW.format(**LATER["a value is there twice"]), "7.10.0")
    with database.connect() as connection:
        send(connection, [OLD, *(one.text for one in split(sql))])
    with database.connect() as connection:
        [values] = connection.execute("SELECT array_agg(enumlabel::text) FROM pg_enum").fetchall()
        [indexes] = connection.execute(
            "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'Post_title%'"
        ).fetchall()
    assert (values, indexes) == ((["USER"],), (1,))
