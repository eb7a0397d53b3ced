"""What pg_dump writes of rows is read without psql, and every value is the same."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from growth import grows_with_its_input

from prisma_drift.baseline.dump import program
from prisma_drift.pipeline.copied import without_copy

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Database, Server

TABLES = """
CREATE TYPE "Mood" AS ENUM ('a b', 'c''d', 'e\\f');
CREATE TABLE "Odd" (
  "id" INTEGER GENERATED ALWAYS AS IDENTITY, "text" TEXT, "tags" TEXT[], "json" JSONB, "bytes" BYTEA, "mood" "Mood",
  "at" TIMESTAMPTZ, "amount" NUMERIC(20,4), "double" INTEGER GENERATED ALWAYS AS ("id" * 2) STORED
);
CREATE TABLE "Empty" ("a" INTEGER);
"""
ROWS = r"""
INSERT INTO "Odd" ("text", "tags", "json", "bytes", "mood", "at", "amount") VALUES
  (E'tab\t newline\n return\r back\\slash quote'' \\N \\. é 漢 \b\f\v', ARRAY['a,b', 'c"d', NULL, E'e\\f'],
   '{"a": "b\\n\"c"}', '\xdeadbeef00', 'c''d', '2026-03-29 01:30:00+00', 12345678901234.5678),
  (E'\\.', '{}', 'null', '', E'e\\f', 'infinity', -0.0001),
  ('', NULL, NULL, NULL, NULL, NULL, NULL);
"""


def test_a_dump_s_rows_come_back_as_they_were(shadow: Server, database: Database) -> None:
    with database.connect() as connection:
        connection.execute(TABLES.encode())
        connection.execute(ROWS.encode())
    given = database.parameters
    dumped = subprocess.run(
        [
            str(program()),
            "--data-only",
            "-h",
            given["host"],
            "-p",
            given["port"],
            "-U",
            given["user"],
            database.name,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert 'COPY public."Odd"' in dumped and 'COPY public."Empty"' in dumped
    text = without_copy(dumped)
    assert "COPY" not in text and "restrict" not in text
    assert text.count("\n") == dumped.count("\n"), "a line for a line"
    other = shadow.create_database()
    try:
        with other.connect() as connection:
            connection.execute(TABLES.encode())
            connection.execute(text.encode())
            said = connection.execute(b'SELECT "Odd"::text FROM public."Odd" ORDER BY "id"').fetchall()
        with database.connect() as connection:
            assert (
                said == connection.execute(b'SELECT "Odd"::text FROM public."Odd" ORDER BY "id"').fetchall()
            )
    finally:
        shadow.drop_database(other)


@pytest.mark.parametrize(
    ("written", "value"),
    [("\\N", "NULL"), ("\\x41\\101", "E'AA'"), ("\\xc3\\xa9", "E'é'"), ("it's", "E'it''s'"), ("\\q", "E'q'")],
)
def test_escapes_are_those_of_the_manual(written: str, value: str) -> None:
    assert without_copy(f"COPY t (a) FROM stdin;\n{written}\n\\.\n").split("\n")[1] == f"({value})"


@pytest.mark.parametrize(
    "made", ["COPY {} x", "COPY t {} x", "COPY t ({}", 'COPY "{}', "COPY t FROM {} stdin x"]
)
def test_a_long_line_takes_a_time_that_grows_as_it_does(made: str) -> None:
    grows_with_its_input(lambda size: without_copy(made.format(" " * size) + "\nstdin"), 2_000, 20_000)


@pytest.mark.parametrize(
    "text",
    [
        "COPY t FROM stdin WITH (FORMAT csv);\na,b\n\\.\n",
        "COPY t FROM stdin;\n1\n",
        "SELECT 'stdin';\n",
        "-- COPY t FROM stdin;\n",
    ],
)
def test_what_is_no_whole_block_stays(text: str) -> None:
    assert without_copy(text) == text
