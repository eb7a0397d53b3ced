"""Renames that are sure, on a real Postgres with rows: applied as one script, every value is there, and nothing is left to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
import pytest

from prisma_drift.diff.compare import Rules
from prisma_drift.errors import DriftError
from prisma_drift.model.schema import Schema
from prisma_drift.model.values import frozen
from prisma_drift.pipeline.compare import Comparison, compare
from prisma_drift.plan.renames.stage import Hints

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection, Database

pytestmark = pytest.mark.slow

Models = Callable[..., Schema]

JOINED = """
CREATE TABLE "Post" (id int CONSTRAINT "Post_pkey" PRIMARY KEY, title text);
CREATE TABLE "Tag" (id int CONSTRAINT "Tag_pkey" PRIMARY KEY, name text, color text);
CREATE TABLE "_PostToTag" ("A" int NOT NULL, "B" int NOT NULL, CONSTRAINT "_PostToTag_AB_pkey" PRIMARY KEY ("A", "B"));
CREATE INDEX "_PostToTag_B_index" ON "_PostToTag" ("B");
ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Post"(id) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"(id) ON DELETE CASCADE ON UPDATE CASCADE;
INSERT INTO "Post" VALUES (1, 'p'), (2, 'q'); INSERT INTO "Tag" VALUES (7, 't'), (8, 'u'), (9, 'v');
INSERT INTO "_PostToTag" VALUES (1, 7), (2, 8), (2, 9);"""
POST = "model Post {{\n id Int @id\n title String?\n {0}\n}}\n"
TAG = "model {1} {{\n id Int @id\n name String?\n color String?\n {0}\n}}\n"
EXPLICIT_ENDS = POST.format("tags PostTag[]") + TAG.format("posts PostTag[]", "Tag")
LINK = """
 post Post @relation(fields: [postId], references: [id])
 tag Tag @relation(fields: [tagId], references: [id])
"""


@frozen
class Case:
    sql: str
    schema: str
    query: str
    """On the mended database."""
    rows: list[tuple[object, ...]]
    told: tuple[str, ...] = ()
    datasource: str = ""
    refused: int = 0
    """What the checks with `breaks: fails` count; the script is not run then."""
    lost: int = 0
    """What the checks with `breaks: loses` count."""


CASES = {
    "a column under a key, an index, a foreign key, a check, a view and a partial index": Case(
        """
CREATE TABLE "P" (id int CONSTRAINT "P_pkey" PRIMARY KEY);
CREATE TABLE "U" (user_id int CONSTRAINT "U_pkey" PRIMARY KEY, parent_id int NOT NULL CONSTRAINT "U_parent_id_fkey"
  REFERENCES "P" ON DELETE RESTRICT ON UPDATE CASCADE, email_text text NOT NULL CHECK (email_text <> ''));
CREATE UNIQUE INDEX "U_email_text_key" ON "U" (email_text); CREATE INDEX "U_parent_id_idx" ON "U" (parent_id);
CREATE INDEX lowered ON "U" (lower(email_text)) WHERE email_text <> 'x';
CREATE VIEW seen AS SELECT email_text FROM "U";
INSERT INTO "P" VALUES (1); INSERT INTO "U" VALUES (5, 1, 'a'), (6, 1, 'b');""",
        """
model P {
 id Int @id
 us U[]
}
model U {
 userId Int @id
 parentId Int
 emailText String @unique
 parent P @relation(fields: [parentId], references: [id])
 @@index([parentId])
}""",
        'SELECT "userId", "parentId", "emailText", (SELECT count(*) FROM seen) FROM "U" ORDER BY 1',
        [(5, 1, "a", 2), (6, 1, "b", 2)],
    ),
    "a column that changes its type besides": Case(
        'CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, c int NOT NULL); INSERT INTO "U" VALUES (1, 7);',
        'model U {\n id Int @id\n c String @map("c_text")\n}',
        'SELECT c_text FROM "U"',
        [("7",)],
    ),
    "a column told, of another word and nullability": Case(
        'CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, age int NOT NULL); INSERT INTO "U" VALUES (1, 7);',
        "model U {\n id Int @id\n years Int?\n}",
        'SELECT years FROM "U"',
        [(7,)],
        told=("U.age=U.years",),
    ),
    "a table with a counter, under its children": Case(
        """
CREATE TABLE "User" (id serial CONSTRAINT "User_pkey" PRIMARY KEY, email text NOT NULL);
CREATE UNIQUE INDEX "User_email_key" ON "User" (email);
CREATE TABLE "Post" (id int CONSTRAINT "Post_pkey" PRIMARY KEY, "authorId" int NOT NULL CONSTRAINT "Post_authorId_fkey"
  REFERENCES "User" ON DELETE RESTRICT ON UPDATE CASCADE);
INSERT INTO "User" (email) VALUES ('a'), ('b'); INSERT INTO "Post" VALUES (1, 2);""",
        """
model Person {
 id Int @id @default(autoincrement())
 email String @unique
 posts Post[]
}
model Post {
 id Int @id
 authorId Int
 author Person @relation(fields: [authorId], references: [id])
}""",
        'SELECT email, nextval(pg_get_serial_sequence(\'"Person"\', \'id\')) FROM "Person" JOIN "Post" ON "authorId" = "Person".id',
        [("b", 3)],
    ),
    "a table, its column and an enum by @map": Case(
        """
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
CREATE TABLE "User" (id int CONSTRAINT "User_pkey" PRIMARY KEY, "firstName" text, role "Role" NOT NULL DEFAULT 'USER');
INSERT INTO "User" VALUES (1, 'a', 'ADMIN');""",
        """
enum Role {
 USER @map("user")
 ADMIN @map("admin")
 @@map("user_role")
}
model User {
 id Int @id
 firstName String? @map("first_name")
 role Role @default(USER)
 @@map("users")
}""",
        "SELECT first_name, role::text FROM users",
        [("a", "admin")],
    ),
    "a table to another schema that is not there yet, with its enum": Case(
        """
CREATE TYPE "E" AS ENUM ('A');
CREATE TABLE "T" (id serial CONSTRAINT "T_pkey" PRIMARY KEY, e "E" NOT NULL DEFAULT 'A'); INSERT INTO "T" DEFAULT VALUES;""",
        'enum E {\n A\n @@schema("crm")\n}\nmodel T {\n id Int @id @default(autoincrement())\n e E @default(A)\n @@schema("crm")\n}',
        'SELECT id, e::text FROM crm."T"',
        [(1, "A")],
        datasource='schemas = ["crm", "public"]',
    ),
    "a join table goes with its model": Case(
        JOINED
        + 'CREATE TABLE "Use" (id int CONSTRAINT "Use_pkey" PRIMARY KEY, "tagId" int NOT NULL CONSTRAINT "Use_tagId_fkey"'
        ' REFERENCES "Tag" ON DELETE RESTRICT ON UPDATE CASCADE);',
        POST.format("tags Topic[]")
        + TAG.format("posts Post[]\n uses Use[]", "Topic")
        + "model Use {\n id Int @id\n tagId Int\n tag Topic @relation(fields: [tagId], references: [id])\n}",
        'SELECT "A", "B" FROM "_PostToTopic" ORDER BY 1, 2',
        [(1, 7), (2, 8), (2, 9)],
    ),
    "a join table goes with its model, and its ends change places": Case(
        JOINED
        + 'CREATE TABLE "Use" (id int CONSTRAINT "Use_pkey" PRIMARY KEY, "tagId" int NOT NULL CONSTRAINT "Use_tagId_fkey"'
        ' REFERENCES "Tag" ON DELETE RESTRICT ON UPDATE CASCADE);',
        POST.format("tags Label[]")
        + TAG.format("posts Post[]\n uses Use[]", "Label")
        + "model Use {\n id Int @id\n tagId Int\n tag Label @relation(fields: [tagId], references: [id])\n}",
        'SELECT "A", "B" FROM "_LabelToPost" ORDER BY 1, 2',
        [(7, 1), (8, 2), (9, 2)],
    ),
    "implicit to explicit, with more columns": Case(
        JOINED,
        EXPLICIT_ENDS
        + "model PostTag {\n postId Int\n tagId Int\n at DateTime @default(now())\n note String?\n key String @default(uuid())"
        f"{LINK} @@id([postId, tagId])\n}}",
        'SELECT "postId", "tagId", note, length(key) FROM "PostTag" ORDER BY 1, 2',
        [(1, 7, None, 36), (2, 8, None, 36), (2, 9, None, 36)],
    ),
    "implicit to explicit, with a counter of its own": Case(
        JOINED,
        EXPLICIT_ENDS + f"model PostTag {{\n id Int @id @default(autoincrement())\n postId Int\n tagId Int{LINK}}}",
        'SELECT "postId", "tagId", id > 0 FROM "PostTag" ORDER BY 1, 2',
        [(1, 7, True), (2, 8, True), (2, 9, True)],
    ),
    "implicit to explicit, with a column that nothing fills": Case(
        JOINED,
        EXPLICIT_ENDS
        + f"model PostTag {{\n postId Int\n tagId Int\n rank Int{LINK} @@id([postId, tagId])\n}}",
        "",
        [],
        refused=3,
    ),
    "implicit to a model that keeps the table": Case(
        JOINED,
        EXPLICIT_ENDS + f'model PostTag {{\n postId Int\n tagId Int{LINK} @@id([postId, tagId])\n @@map("_PostToTag")\n}}',
        'SELECT "postId", "tagId" FROM "_PostToTag" ORDER BY 1, 2',
        [(1, 7), (2, 8), (2, 9)],
    ),
    "implicit to a model with its columns under another name": Case(
        JOINED,
        EXPLICIT_ENDS
        + f'model PostTag {{\n postId Int @map("A")\n tagId Int @map("B"){LINK} @@id([postId, tagId])\n @@map("post_tags")\n}}',
        'SELECT "A", "B" FROM post_tags ORDER BY 1, 2',
        [(1, 7), (2, 8), (2, 9)],
    ),
    "explicit to implicit": Case(
        JOINED.replace("_PostToTag", "PostTag").replace('"A"', '"postId"').replace('"B"', '"tagId"')
        + 'ALTER TABLE "PostTag" DROP CONSTRAINT "PostTag_AB_pkey", ADD id serial CONSTRAINT "PostTag_pkey" PRIMARY KEY, ADD note text;'
        'INSERT INTO "PostTag" ("postId", "tagId", note) VALUES (1, 7, \'again\');',
        POST.format("tags Tag[]") + TAG.format("posts Post[]", "Tag"),
        'SELECT "A", "B" FROM "_PostToTag" ORDER BY 1, 2',
        [(1, 7), (2, 8), (2, 9)],
        lost=1,
    ),
    "a generated column, a policy and a trigger over what is renamed": Case(
        """
CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, net_price int NOT NULL, gross int GENERATED ALWAYS AS (net_price * 2) STORED);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER stamps BEFORE UPDATE OF net_price ON "U" FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE POLICY cheap ON "U" USING (net_price < 10);
INSERT INTO "U" VALUES (1, 3);""",
        "model U {\n id Int @id\n netPrice BigInt\n gross Int?\n}",
        'SELECT "netPrice", gross FROM "U"',
        [(3, 6)],
    ),
}  # fmt: skip


def judged(database: Database, expected: Schema, told: tuple[str, ...]) -> Comparison:
    with database.connect(default_schema="public") as opened:
        return compare(opened, expected, Rules(), hints=Hints(told))


@pytest.mark.parametrize("name", CASES)
def test_rows_stay(name: str, database: Database, models: Models) -> None:
    case = CASES[name]
    expected = models(case.schema, datasource=case.datasource)
    with database.connect(default_schema="public") as opened:
        opened.execute(case.sql.encode())
        before = tables(opened)
        found = judged(database, expected, case.told)
        assert tables(opened) == before, "comparing changes nothing"
        counts = {"fails": 0, "loses": 0}
        for check in found.plan.checks:
            row = opened.execute(check.sql.encode()).fetchone()
            assert row is not None
            counts[check.breaks] += int(str(row[0]))
        assert counts == {"fails": case.refused, "loses": case.lost}, found.plan.checks
        assert [h for h in found.plan.hazards if h.severity == "error"] == [] or case.refused
        if case.refused:
            with pytest.raises(psycopg.Error):
                opened.execute(found.sql.encode())
            return
        run(opened, found.sql)
        opened.execute('SET search_path TO "public"')
        assert opened.execute(case.query.encode()).fetchall() == case.rows, found.sql
    left = judged(database, expected, ())
    assert left.difference.changes == (), f"{found.sql}\n{left.sql}"


def tables(connection: Connection) -> list[tuple[object, ...]]:
    query = b"SELECT oid, relname, relnamespace FROM pg_class WHERE relnamespace >= 2200 ORDER BY 1"
    return connection.execute(query).fetchall()


def run(connection: Connection, text: str) -> None:
    """Send a script as one message, as Prisma does."""
    result = connection.pgconn.exec_(text.encode())
    done = (psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK)
    assert result.status in done, f"{result.error_message.decode()}\n{text}"


def test_plain_stays_prismas(database: Database, models: Models) -> None:
    expected = models('model U {\n id Int @id\n c String? @map("d")\n}')
    with database.connect(default_schema="public") as opened:
        opened.execute(b'CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, c text)')
        hints = Hints(guess=False)
        plain = compare(opened, expected, Rules(), strategy="plain", hints=hints)
    assert plain.sql == '-- AlterTable\nALTER TABLE "U" DROP COLUMN "c",\nADD COLUMN     "d" TEXT;\n'
    assert not plain.plan.renames


def test_reason_and_cost_are_said(database: Database, models: Models) -> None:
    expected = models('model U {\n id Int @id\n c String? @map("d")\n e Int?\n}')
    with database.connect(default_schema="public") as opened:
        opened.execute(b'CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, c text, old_e int)')
        plan = compare(opened, expected, Rules(), hints=Hints()).plan
    first = plan.statements[0]
    assert first.purpose == "renamed: the field keeps its name, only @map is new"
    assert [(h.id, h.severity, h.object) for h in plan.hazards] == [
        ("breaks-application", "warning", "public.U.c"),
        ("data-loss", "error", "public.U.old_e"),
        ("breaks-application", "note", "public.U.old_e"),
    ]
    assert "--rename U.old_e=U.e" in plan.hazards[1].hint
    assert [(r.source, r.target, r.sure) for r in plan.renames] == [
        ("public.U.c", "public.U.d", True),
        ("public.U.old_e", "public.U.e", False),
    ]


def test_costs_speak_of_now(database: Database, models: Models) -> None:
    """A check is run before anything is renamed."""
    expected = models('model U {\n id Int @id\n c Int? @map("d")\n @@map("us")\n}')
    with database.connect(default_schema="public") as opened:
        opened.execute(b'CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, c bigint)')
        opened.execute(b'INSERT INTO "U" VALUES (1, 7), (2, 3000000000)')
        plan = compare(opened, expected, Rules(), hints=Hints()).plan
        assert [h.object for h in plan.hazards] == ["public.U", "public.U.c", "public.U.c"]
        (check,) = plan.checks
        assert check.object == "public.U.c"
        assert opened.execute(check.sql.encode()).fetchone() == (1,)


def test_what_postgres_refuses_is_offered(database: Database, models: Models) -> None:
    """A view stands where the table would go."""
    expected = models("model Users {\n id Int @id\n c String?\n}")
    with database.connect(default_schema="public") as opened:
        opened.execute(b'CREATE TABLE "User" (id int CONSTRAINT "User_pkey" PRIMARY KEY, c text)')
        opened.execute(b'CREATE VIEW "Users" AS SELECT 1')
        plan = compare(opened, expected, Rules(), hints=Hints()).plan
        assert [(r.source, r.target, r.sure) for r in plan.renames] == [
            ("public.User", "public.Users", False)
        ]
        assert "already exists" in plan.renames[0].reason
        with pytest.raises(DriftError, match="refuses to rename"):
            compare(opened, expected, Rules(), hints=Hints(("User=Users",)))
