"""Renames and moves on a real Postgres: one script renames, then does the rest under the new names, and no row goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from prisma_drift.diff.changes import (
    Change,
    CreateSchema,
    Diff,
    MoveTable,
    RenameColumn,
    RenameEnum,
    RenameEnumValue,
    RenameTable,
    TablePair,
)
from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import Enum, Schema, Table
from prisma_drift.model.values import frozen, replace
from prisma_drift.plan.plan import build_plan
from prisma_drift.plan.script import script
from prisma_drift.plan.summary import summary

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection, Database

pytestmark = pytest.mark.slow

Models = Callable[..., Schema]


@frozen
class Case:
    """A database with rows, the schema it shall have, what is renamed, the headers of the script, the rows afterwards."""

    sql: str
    schema: str
    renames: tuple[tuple[str, ...], ...]
    """(`table`, from, to), (`schema`, table, schema), (`column`, table, from, to), (`enum`, from, to),
    (`value`, enum, from, to); tables and enums after the renames before them."""
    kinds: list[str]
    truth: str
    datasource: str = ""


CASES = {
    "a table, with the names that follow from its own": Case(
        """
CREATE TABLE "User" (id serial CONSTRAINT "User_pkey" PRIMARY KEY, email text NOT NULL);
CREATE UNIQUE INDEX "User_email_key" ON "User" (email);
CREATE TABLE "Post" (id int CONSTRAINT "Post_pkey" PRIMARY KEY, "authorId" int NOT NULL CONSTRAINT "Post_authorId_fkey"
  REFERENCES "User" ON DELETE RESTRICT ON UPDATE CASCADE);
INSERT INTO "User" (email) VALUES ('a'); INSERT INTO "Post" VALUES (1, 1);""",
        """
model Person {
  id    Int    @id @default(autoincrement())
  email String @unique
  posts Post[]
}
model Post {
  id       Int    @id
  authorId Int
  author   Person @relation(fields: [authorId], references: [id])
}""",
        (("table", "User", "Person"),),
        ["RenameTable", "AlterTable", "RenameIndex"],
        'SELECT email FROM "Person" JOIN "Post" ON "authorId" = "Person".id',
    ),
    "columns under keys and indexes, one of which changes its type too": Case(
        """
CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, mail text NOT NULL, age int NOT NULL);
CREATE UNIQUE INDEX "U_mail_key" ON "U" (mail); CREATE INDEX "U_age_idx" ON "U" (age);
INSERT INTO "U" VALUES (1, 'a', 7);""",
        "model U {\n id Int @id\n email String @unique\n years BigInt\n @@index([years])\n}",
        (("column", "U", "mail", "email"), ("column", "U", "age", "years")),
        ["RenameColumn", "RenameColumn", "AlterTable", "RenameIndex", "RenameIndex"],
        "SELECT email || years FROM \"U\" WHERE years = 7",
    ),
    "a table and its column under an index, whose type only a conversion keeps": Case(
        """
CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, mail text NOT NULL, code text NOT NULL, rank text);
CREATE UNIQUE INDEX "U_code_key" ON "U" (code); CREATE INDEX "U_mail_code_idx" ON "U" (mail, code);
CREATE INDEX "U_rank_idx" ON "U" (rank) WITH (fillfactor = 70);
INSERT INTO "U" VALUES (1, 'a', '7', '8');""",
        """
model Person {
  id   Int    @id
  mail String
  code Int    @unique
  rank Int?
  @@index([mail, code])
  @@index([rank])
}""",
        (("table", "U", "Person"),),
        ["RenameTable", "AlterTable", "RenameIndex", "RenameIndex", "RenameIndex"],
        'SELECT code + rank FROM "Person"',
    ),
    "an enum and a value that is a default": Case(
        """
CREATE TYPE "Role" AS ENUM ('USER', 'admin');
CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, role "Role" NOT NULL DEFAULT 'admin', many "Role"[]);
INSERT INTO "U" VALUES (1, 'admin', '{admin,USER}');""",
        "enum Kind {\n USER\n ADMIN\n GUEST\n}\nmodel U {\n id Int @id\n role Kind @default(ADMIN)\n many Kind[]\n}",
        (("enum", "Role", "Kind"), ("value", "Kind", "admin", "ADMIN")),
        ["RenameEnum", "RenameEnumValue", "AlterEnum"],
        "SELECT role::text || many::text FROM \"U\" WHERE role = 'ADMIN'",
    ),
    "a join table": Case(
        """
CREATE TABLE "A" (id int CONSTRAINT "A_pkey" PRIMARY KEY); CREATE TABLE "B" (id int CONSTRAINT "B_pkey" PRIMARY KEY);
CREATE TABLE "_AToB" ("A" int NOT NULL, "B" int NOT NULL, CONSTRAINT "_AToB_AB_pkey" PRIMARY KEY ("A", "B"));
CREATE INDEX "_AToB_B_index" ON "_AToB" ("B");
ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_A_fkey" FOREIGN KEY ("A") REFERENCES "A"(id) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_B_fkey" FOREIGN KEY ("B") REFERENCES "B"(id) ON DELETE CASCADE ON UPDATE CASCADE;
INSERT INTO "A" VALUES (1); INSERT INTO "B" VALUES (2); INSERT INTO "_AToB" VALUES (1, 2);""",
        'model A {\n id Int @id\n bs B[] @relation("Links")\n}\nmodel B {\n id Int @id\n as A[] @relation("Links")\n}',
        (("table", "_AToB", "_Links"),),
        ["RenameTable", "AlterTable", "RenameIndex"],
        'SELECT "A" + "B" FROM "_Links"',
    ),
    "a table and an enum to another schema, under other names there": Case(
        """
CREATE TYPE "E" AS ENUM ('A');
CREATE TABLE "T" (id serial CONSTRAINT "T_pkey" PRIMARY KEY, e "E" NOT NULL);
CREATE TABLE "C" (id int CONSTRAINT "C_pkey" PRIMARY KEY, "tId" int NOT NULL CONSTRAINT "C_tId_fkey"
  REFERENCES "T" ON DELETE RESTRICT ON UPDATE CASCADE);
INSERT INTO "T" (e) VALUES ('A'); INSERT INTO "C" VALUES (1, 1);""",
        """
enum F {
  A
  @@schema("crm")
}
model S {
  id Int @id @default(autoincrement())
  e  F
  cs C[]
  @@schema("crm")
}
model C {
  id  Int @id
  tId Int
  t   S   @relation(fields: [tId], references: [id])
  @@schema("public")
}""",
        (("schema", "T", "crm"), ("table", "crm.T", "S"), ("enum", "E", "crm.F")),
        ["CreateSchema", "MoveTable", "RenameTable", "RenameEnum", "AlterTable"],
        'SELECT e::text FROM crm."S" JOIN "C" ON "tId" = "S".id',
        'schemas = ["crm", "public"]',
    ),
}  # fmt: skip


def changes_of(case: Case, actual: Schema, expected: Schema) -> list[Change]:
    """The renames as changes, each of which sees the actual side as those before it leave it."""
    found: list[Change] = [CreateSchema(name) for name in expected.schemas if name not in actual.schemas]
    tables = {table.name: table for table in actual.tables}
    enums = {enum.name: enum for enum in actual.enums}
    for kind, *words in case.renames:
        at = named(words[0])
        match kind:
            case "schema":
                moved = renamed(tables.pop(at), QualifiedName(words[1], at.name))
                tables[moved.name] = moved
                found.append(MoveTable(actual_table(actual, at), moved))
            case "table":
                before = tables.pop(at)
                after = expected.table(QualifiedName(at.schema, words[1]))
                assert after is not None
                tables[after.name] = renamed(before, after.name)
                found.append(RenameTable(before, after))
            case "column":
                table, wanted = tables[at], expected.table(at)
                assert wanted is not None
                old, new = table.column(words[1]), wanted.column(words[2])
                assert old is not None and new is not None
                found.append(RenameColumn(TablePair(table, wanted), old, new))
            case "enum":
                enum, target = enums.pop(at), expected.enum(named(words[1]))
                assert target is not None
                enums[target.name] = replace(enum, name=target.name)
                found.append(RenameEnum(enum, target))
            case "value":
                holder, target = enums[at], expected.enum(at)
                assert target is not None
                found.append(RenameEnumValue(holder, target, words[1], words[2]))
    return found


def named(text: str) -> QualifiedName:
    schema, _, name = text.rpartition(".")
    return QualifiedName(schema or "public", name)


def renamed(table: Table, name: QualifiedName) -> Table:
    return replace(table, name=name)


def actual_table(schema: Schema, name: QualifiedName) -> Table:
    found = schema.table(name)
    assert found is not None
    return found


def sides(connection: Connection, expected: Schema) -> tuple[Schema, Schema]:
    from prisma_drift.pipeline.realise import realise
    from prisma_drift.postgres.catalog.introspect import introspect

    actual = introspect(connection, default_schema="public", schemas=expected.schemas)
    return actual, realise(expected, actual, connection)


@pytest.fixture
def opened(database: Database) -> Iterator[Connection]:
    with database.connect(default_schema="public") as found:
        yield found


@pytest.mark.parametrize("name", CASES)
def test_it_renames_and_converges(name: str, opened: Connection, models: Models) -> None:
    case, rules = CASES[name], Rules()
    opened.execute(case.sql.encode())
    expected = models(case.schema, datasource=case.datasource)
    actual, _ = sides(opened, expected)
    renames = changes_of(case, actual, expected)
    first = build_plan(Diff(tuple(renames)), after_value_renames(actual, renames), expected, rules)
    with opened.transaction(force_rollback=True):
        run(opened, script(first))
        after, realised = sides(opened, expected)
    difference = Diff((*renames, *diff(after, realised, rules).changes))
    plan = build_plan(difference, after, realised, rules, strategy="preserve")
    assert [step.kind for step in plan.steps] == case.kinds, script(plan)
    assert summary(difference, after, realised, rules)
    run(opened, script(plan))
    left = diff(*sides(opened, expected), rules).changes
    assert left == (), script(plan)
    assert opened.execute(case.truth.encode()).fetchone() is not None


def after_value_renames(actual: Schema, changes: list[Change]) -> Schema:
    """The actual side with its objects under the new names, as far as the order of the renames asks for them."""
    enums: list[Enum] = list(actual.enums)
    for change in changes:
        if isinstance(change, RenameEnum):
            enums = [
                replace(e, name=change.expected.name) if e.name == change.actual.name else e for e in enums
            ]
    return replace(actual, enums=tuple(enums))


def run(connection: Connection, text: str) -> None:
    """Send a script as one message, as Prisma does."""
    result = connection.pgconn.exec_(text.encode())
    assert result.status in (psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK), (
        f"{result.error_message.decode()}\n{text}"
    )
