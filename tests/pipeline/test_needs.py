"""What a plan needs is there: extensions are created first, sequences that the schema names stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from prisma_drift.diff.compare import Rules
from prisma_drift.model.version import LATEST
from prisma_drift.pipeline.compare import Comparison, compare
from prisma_drift.pipeline.prove import mend

if TYPE_CHECKING:
    from prisma_drift.model.schema import Schema
    from prisma_drift.postgres.server.database import Database, Server

Models = Callable[..., "Schema"]
RULES = Rules(version=LATEST)
TABLE = 'CREATE TABLE "U" ("id" INTEGER NOT NULL, "c" TEXT, CONSTRAINT "U_pkey" PRIMARY KEY ("id"));'


def proved(shadow: Server, database: Database, sql: str, schema: Schema) -> Comparison:
    with database.connect(default_schema="public") as connection:
        connection.execute(sql.encode())
        comparison = compare(connection, schema, RULES)
    if comparison.difference.changes:
        comparison, proof, _ = mend(shadow, database, comparison, schema, RULES, "preserve")
        assert proof is not None and proof.holds, (proof, comparison.sql)
    return comparison


def created(comparison: Comparison) -> list[str]:
    return [s.sql for s in comparison.plan.statements if "EXTENSION" in s.sql]


NEEDED = {
    "a type": ("c String? @db.Citext", ["citext"]),
    "another type": ('c Unsupported("ltree")?', ["ltree"]),
    "a sized type": ('c Unsupported("halfvec(3)")?', ["vector"]),
    "a default": ('c String? @default(dbgenerated("uuid_generate_v4()")) @db.Text', ["uuid-ossp"]),
    "an operator class": (
        'c String?\n @@index([c(ops: raw("gin_trgm_ops"))], type: Gin)',
        ["pg_trgm"],
    ),
    "two of them": ('c String? @db.Citext\n d Unsupported("hstore")?', ["citext", "hstore"]),
    "none": ("c String? @db.VarChar(9)", []),
}


@pytest.mark.parametrize("field, names", NEEDED.values(), ids=NEEDED)
def test_extensions_come_first(
    shadow: Server, database: Database, models: Models, field: str, names: list[str]
) -> None:
    comparison = proved(shadow, database, TABLE, models(f"model U {{\n id Int @id\n {field}\n}}"))
    assert created(comparison) == [f'CREATE EXTENSION IF NOT EXISTS "{name}"' for name in names]
    assert [s.sql for s in comparison.plan.statements][: len(names)] == created(comparison)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE EXTENSION citext;",
        "CREATE SCHEMA more; CREATE EXTENSION citext SCHEMA more; ",
        "CREATE DOMAIN citext AS TEXT;",
    ],
)
def test_what_is_there_is_not_created(database: Database, models: Models, sql: str) -> None:
    schema = models('model U {\n id Int @id\n c String?\n d Unsupported("citext")?\n}')
    with database.connect(default_schema="public") as connection:
        connection.execute((sql + TABLE).encode())
        assert created(compare(connection, schema, RULES)) == []


def test_an_extension_goes_into_the_schema_that_its_type_names(
    shadow: Server, database: Database, models: Models
) -> None:
    schema = models('model U {\n id Int @id\n c String?\n d Unsupported("more.vector(3)")?\n}')
    comparison = proved(shadow, database, "CREATE SCHEMA more;" + TABLE, schema)
    assert created(comparison) == ['CREATE EXTENSION IF NOT EXISTS "vector" WITH SCHEMA "more"']


COUNTING = """CREATE TABLE "P" ("id" SERIAL NOT NULL, CONSTRAINT "P_pkey" PRIMARY KEY ("id"));
CREATE TABLE "U" ("id" INTEGER NOT NULL DEFAULT nextval('"P_id_seq"'), "c" TEXT, CONSTRAINT "U_pkey" PRIMARY KEY ("id"));"""
USER = """model U {
 id Int @id @default(dbgenerated("nextval('\\"P_id_seq\\"'%s)"))
 c String?
}
"""


@pytest.mark.parametrize("cast", ["", "::regclass"])
def test_the_same_counter_in_other_words_is_no_change(database: Database, models: Models, cast: str) -> None:
    schema = models("model P {\n id Int @id @default(autoincrement())\n}\n" + USER % cast)
    with database.connect(default_schema="public") as connection:
        connection.execute(COUNTING.encode())
        found = compare(connection, schema, RULES).difference
    assert found.changes == ()
    assert [note.rule for note in found.notes] == ["default-same-in-catalog"]


@pytest.mark.parametrize(
    "rest",
    ["", "model P {\n id Int @id\n}", "model P {\n key Int @id\n}"],
    ids=["its table goes", "it stops counting", "its column goes"],
)
def test_a_sequence_that_the_schema_names_stays(
    shadow: Server, database: Database, models: Models, rest: str
) -> None:
    comparison = proved(shadow, database, COUNTING, models(USER % "" + rest))
    assert not any("DROP SEQUENCE" in s.sql for s in comparison.plan.statements)
    with database.connect(default_schema="public") as connection:
        connection.pgconn.exec_(comparison.sql.encode())
        row = connection.execute("INSERT INTO \"U\" (c) VALUES ('x') RETURNING id").fetchone()
    assert row == (1,)
