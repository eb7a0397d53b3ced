"""Each probe: what works passes, what is broken is named, and what an invented row cannot tell is no alarm."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from prisma_drift.smoke.lab import Lab
from prisma_drift.smoke.outcome import Notes, Outcome
from prisma_drift.smoke.probes import PROBES
from prisma_drift.smoke.rows import Rows

if TYPE_CHECKING:
    from prisma_drift.model.schema import Schema
    from prisma_drift.postgres.server.cluster import Cluster
    from prisma_drift.postgres.server.database import Database

Try = Callable[..., Outcome]

SHOP = """
enum Size {
  SMALL
  LARGE
}
model Shop {
  id    String @id @default(cuid())
  name  String @unique
  items Item[]
}
model Item {
  id        Int      @id @default(autoincrement())
  size      Size     @default(SMALL)
  sizes     Size[]
  shopId    String
  updatedAt DateTime @updatedAt
  shop      Shop     @relation(fields: [shopId], references: [id], onDelete: Cascade)
}
"""
SHOP_SQL = """
CREATE TYPE "Size" AS ENUM ('SMALL', 'LARGE');
CREATE TABLE "Shop" ("id" TEXT NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "Shop_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Item" ("id" SERIAL NOT NULL, "size" "Size" NOT NULL DEFAULT 'SMALL', "sizes" "Size"[], "shopId" TEXT NOT NULL,
  "updatedAt" TIMESTAMP(3) NOT NULL, CONSTRAINT "Item_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "Shop_name_key" ON "Shop"("name");
ALTER TABLE "Item" ADD CONSTRAINT "Item_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;
"""
EMBEDDINGS = """
model Page {
  id        Int @id
  embedding Unsupported("vector(3)")
}
"""
EMBEDDINGS_SQL = """
CREATE EXTENSION vector;
CREATE TABLE "Page" ("id" INTEGER NOT NULL, "embedding" vector(3) NOT NULL, CONSTRAINT "Page_pkey" PRIMARY KEY ("id"));
"""


@pytest.fixture
def attempt(database: Database, models: Callable[..., Schema]) -> Try:
    """One probe, for a schema and the SQL that is to have built it."""

    def run(probe: str, schema: str, sql: str) -> Outcome:
        with database.connect(default_schema="public") as connection:
            connection.execute(sql.encode() or b"SELECT")
            lab, notes = Lab(connection, models(schema)), Notes(probe)
            PROBES[probe][1](lab, Rows(lab), notes)
            for name in lab.columns:
                # Nothing of what a probe writes stays.
                assert lab.ask(f'SELECT count(*) FROM "{name.schema}"."{name.name}"') == [(0,)]
        return notes.outcome()

    return run


def told(outcome: Outcome) -> list[str]:
    return [f"{one.object}: {one.message}" for one in outcome.failures]


@pytest.mark.parametrize("probe", ["rows", "enums", "uniques", "foreign-keys"])
def test_what_works_passes(attempt: Try, probe: str) -> None:
    outcome = attempt(probe, SHOP, SHOP_SQL)
    assert outcome.tried > 0
    assert told(outcome) == []
    assert outcome.untried == ()


@pytest.mark.parametrize(
    ("probe", "change", "words"),
    [
        ("rows", 'ALTER TABLE "Item" DROP COLUMN "updatedAt"', 'public.Item: column "updatedAt"'),
        ("rows", 'ALTER TABLE "Item" ALTER COLUMN "size" DROP DEFAULT', "public.Item: the column size must have a value"),
        ("rows", 'ALTER TABLE "Item" ADD COLUMN "old" INT NOT NULL', "public.Item: the column old must have a value"),
        ("rows", 'DROP TABLE "Item"', "public.Item: relation \"public.Item\" does not exist"),
        ("enums", "ALTER TYPE \"Size\" RENAME VALUE 'LARGE' TO 'BIG'", "public.Item.size: does not take the value LARGE"),
        ("uniques", 'DROP INDEX "Shop_name_key"', "public.Shop (name): takes the same values twice"),
        ("uniques", 'ALTER TABLE "Item" DROP CONSTRAINT "Item_pkey"', "public.Item (id): takes the same values twice"),
        ("foreign-keys", 'ALTER TABLE "Item" DROP CONSTRAINT "Item_shopId_fkey"', "public.Item (shopId): takes a row without its parent"),
        ("foreign-keys", 'ALTER TABLE "Item" DISABLE TRIGGER USER', ""),
        (
            "foreign-keys",
            'ALTER TABLE "Item" DROP CONSTRAINT "Item_shopId_fkey", ADD CONSTRAINT "k" FOREIGN KEY ("shopId") REFERENCES "Shop"',
            "public.Item (shopId): keeps its parent in Shop from being deleted",
        ),
    ],
)  # fmt: skip
def test_what_is_broken_is_named(attempt: Try, probe: str, change: str, words: str) -> None:
    outcome = attempt(probe, SHOP, f"{SHOP_SQL};{change}")
    if not words:
        assert told(outcome) == []
        return
    assert any(line.startswith(words) for line in told(outcome)), told(outcome)


@pytest.mark.parametrize(
    "check",
    [
        "\"name\" IN ('north', 'south')",
        'length("name") = 2',
        "\"name\" LIKE '%@%'",
        "\"name\" <> 'smoke1' OR false",
        "\"id\" = '1'",
    ],
)
def test_a_check_is_satisfied_with_what_it_names_or_common_values(attempt: Try, check: str) -> None:
    outcome = attempt("rows", SHOP, f'{SHOP_SQL};ALTER TABLE "Shop" ADD CONSTRAINT "c" CHECK ({check})')
    assert (outcome.tried, outcome.failures, outcome.untried) == (2, (), ())


def test_a_check_that_no_invented_row_satisfies_is_no_alarm(attempt: Try) -> None:
    outcome = attempt("rows", SHOP, f'{SHOP_SQL};ALTER TABLE "Shop" ADD CHECK (md5("name") = \'x\')')
    assert outcome.failures == ()
    assert [one.object for one in outcome.untried] == ["public.Shop", "public.Item"]


def test_rows_that_need_each_other_are_made_where_the_key_waits(attempt: Try) -> None:
    schema = """
    model User {
      id String @id @default(uuid())
      homeId String @unique
      home Home @relation("home", fields: [homeId], references: [id])
      homes Home[] @relation("owner")
    }
    model Home {
      id String @id @default(uuid())
      ownerId String
      owner User @relation("owner", fields: [ownerId], references: [id])
      of User? @relation("home")
    }
    """
    sql = """
    CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "homeId" TEXT NOT NULL UNIQUE);
    CREATE TABLE "Home" ("id" TEXT PRIMARY KEY, "ownerId" TEXT NOT NULL REFERENCES "User" ("id"));
    ALTER TABLE "User" ADD FOREIGN KEY ("homeId") REFERENCES "Home" ("id") DEFERRABLE INITIALLY DEFERRED;
    """
    outcome = attempt("rows", schema, sql)
    assert (outcome.tried, outcome.untried) == (2, ())


def trigger(body: str, when: str = "BEFORE INSERT OR UPDATE OR DELETE") -> str:
    return f"""{SHOP_SQL};
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN coalesce(NEW, OLD); END $$;
    CREATE TRIGGER t {when} ON "Shop" FOR EACH ROW EXECUTE FUNCTION f();"""


@pytest.mark.parametrize(
    ("body", "failures", "untried"),
    [
        ("PERFORM 1;", 0, 0),
        ('PERFORM NEW."gone";', 1, 0),
        ('INSERT INTO "Audit" VALUES (1);', 1, 0),
        ("PERFORM elsewhere.notify();", 0, 1),
        ("RAISE EXCEPTION 'not today';", 0, 1),
        ("IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'rows are kept'; END IF;", 0, 1),
        ("IF TG_OP = 'UPDATE' THEN PERFORM OLD.\"gone\"; END IF;", 1, 0),
    ],
)
def test_a_trigger_fails_where_its_own_code_is_broken(
    attempt: Try, body: str, failures: int, untried: int
) -> None:
    outcome = attempt("triggers", SHOP, trigger(body))
    assert (len(outcome.failures), len(outcome.untried)) == (failures, untried), outcome


def test_generated_columns_and_row_security(attempt: Try) -> None:
    sql = f"""{SHOP_SQL};
    ALTER TABLE "Shop" ADD COLUMN "upper" TEXT GENERATED ALWAYS AS (upper("name")) STORED;
    ALTER TABLE "Shop" ENABLE ROW LEVEL SECURITY"""
    outcome = attempt("generated", SHOP, sql)
    assert (outcome.tried, outcome.failures) == (1, ())


@pytest.mark.parametrize(
    ("sql", "failures", "untried"),
    [
        ('ALTER TABLE "Shop" ENABLE ROW LEVEL SECURITY', 0, 0),
        ('ALTER TABLE "Shop" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', 1, 0),
        ('ALTER TABLE "Shop" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON "Shop" USING (true)', 0, 1),
    ],
)  # fmt: skip
def test_row_security_that_binds_its_owner(attempt: Try, sql: str, failures: int, untried: int) -> None:
    outcome = attempt("row-security", SHOP, f"{SHOP_SQL};{sql}")
    assert (len(outcome.failures), len(outcome.untried)) == (failures, untried)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("", []),
        ('ALTER TABLE "Page" ALTER "embedding" TYPE vector(4)', ["public.Page.embedding: is vector(4); schema.prisma declares vector(3)"]),
        ('ALTER TABLE "Page" ALTER "embedding" TYPE vector', ["public.Page.embedding: is vector; schema.prisma declares vector(3)"]),
        ('ALTER TABLE "Page" DROP COLUMN "embedding"', ["public.Page.embedding: the column does not exist; schema.prisma declares vector(3)"]),
    ],
)  # fmt: skip
def test_vectors(attempt: Try, change: str, words: list[str]) -> None:
    assert told(attempt("vectors", EMBEDDINGS, f"{EMBEDDINGS_SQL};{change}")) == words


@pytest.mark.parametrize(
    "index",
    [
        'USING hnsw ("embedding" vector_l2_ops)',
        'USING hnsw ("embedding" vector_cosine_ops) WITH (m = 8, ef_construction = 32)',
        'USING hnsw ("embedding" vector_ip_ops)',
        'USING hnsw ("embedding" vector_l1_ops)',
        'USING ivfflat ("embedding" vector_l2_ops) WITH (lists = 50)',
        'USING ivfflat ("embedding" vector_cosine_ops) WHERE ("id" > 0)',
        'USING hnsw (("embedding"::halfvec(3)) halfvec_l2_ops)',
        'USING hnsw ((binary_quantize("embedding")::bit(3)) bit_hamming_ops)',
    ],
)
def test_each_kind_of_vector_index_is_used_and_finds_the_nearest(attempt: Try, index: str) -> None:
    outcome = attempt(
        "vector-indexes", EMBEDDINGS, f'{EMBEDDINGS_SQL};CREATE INDEX "Odd %name" ON "Page" {index}'
    )
    assert (outcome.tried, told(outcome), outcome.untried) == (1, [], ())


def test_an_index_that_the_planner_does_not_use_is_named(
    attempt: Try, database: Database, shadow: Cluster
) -> None:
    with database.connect(default_schema="public") as connection:
        connection.execute(
            f'{EMBEDDINGS_SQL};CREATE INDEX "i" ON "Page" USING hnsw ("embedding" vector_l2_ops)'.encode()
        )
    with shadow._connect_admin(database.name) as admin:
        # As a concurrent build leaves it that did not end.
        admin.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.i'::regclass")
    assert told(attempt("vector-indexes", EMBEDDINGS, "")) == [
        "public.i: the planner does not use it for <->, even with every other way closed"
    ]
