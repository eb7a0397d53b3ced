"""Each release of Prisma sends a file in its own way: whole, or statement by statement where its parser knows each."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from growth import ends_within

from prisma_drift.migrations.separable import separable, without_effect
from prisma_drift.migrations.split import split
from prisma_drift.model.version import Version
from prisma_drift.postgres.apply.batches import batches
from prisma_drift.postgres.apply.migrations import ApplyError, MigrationText, apply
from prisma_drift.postgres.server.database import Database

SHARED = Path(__file__).parents[3] / "../shared/conformance/execution"
BASE = "CREATE TABLE t (id int, a int, b int);\nCREATE TYPE e AS ENUM ('x', 'y');\n"
WHOLE, DEPLOYS_CUT, CUT = Version(6, 19), Version(7, 6), Version(7, 10)


class Kind(NamedTuple):
    sql: str
    whole: str = ""
    """The server's code where the file goes out whole; empty where it applies."""
    cut: str | None = None
    """The same where it may be cut; None: as whole."""


KINDS = {
    "two indexes built at once": Kind(
        "CREATE INDEX CONCURRENTLY one ON t (a);\n-- and\nCREATE INDEX CONCURRENTLY two ON t (b);", "25001", ""
    ),
    "one alone": Kind("/* CreateIndex */ CREATE UNIQUE INDEX CONCURRENTLY one ON t (a);"),
    "an index behind a setting": Kind("SET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY one ON t (a);", "25001", ""),
    "one dropped beside another statement": Kind("CREATE INDEX one ON t (a);\nDROP INDEX CONCURRENTLY one;", "25001"),
    "an index built at once beside a DO block": Kind(
        "DO $$BEGIN NULL; END$$;\nCREATE INDEX CONCURRENTLY one ON t (a);", "25001"
    ),
    "a new value used at once": Kind(
        "ALTER TYPE e ADD VALUE 'z';\nALTER TABLE t ADD COLUMN k e NOT NULL DEFAULT 'z';", "55P04", ""
    ),
    "a new value inserted at once": Kind(
        "ALTER TABLE t ADD COLUMN k e;\nALTER TYPE e ADD VALUE 'z';\nINSERT INTO t (k) VALUES ('z');", "55P04", ""
    ),
    "a new value used within the file's own transaction": Kind(
        "BEGIN;\nALTER TYPE e ADD VALUE 'z';\nALTER TABLE t ADD COLUMN k e DEFAULT 'z';\nCOMMIT;", "55P04"
    ),
    "vacuum behind a table": Kind("CREATE TABLE u (i int);\nVACUUM (ANALYZE) t;", "25001", ""),
    "a temporary table that goes with its transaction": Kind(
        "CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT 1 AS i;\nINSERT INTO t (id) SELECT i FROM kept;", "", "42P01"
    ),
    "the same within BEGIN and COMMIT": Kind(
        "BEGIN;\nCREATE TEMP TABLE kept ON COMMIT DROP AS SELECT 1 AS i;\nINSERT INTO t (id) SELECT i FROM kept;\nCOMMIT;"
    ),
    "a constraint that waits for the end": Kind(
        "CREATE TABLE p (i int PRIMARY KEY);\n"
        "CREATE TABLE c (i int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO c VALUES (1);\nINSERT INTO p VALUES (1);",
        "",
        "23503",
    ),
    "a table changed while a trigger waits": Kind(
        "CREATE TABLE p (i int PRIMARY KEY);\nINSERT INTO p VALUES (1);\n"
        "CREATE TABLE c (i int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO c VALUES (1);\nALTER TABLE c ADD COLUMN j int;",
        "55006",
        "",
    ),
    "savepoint without a transaction": Kind("SAVEPOINT s;\nCREATE TABLE u (i int);\nRELEASE SAVEPOINT s;", "25P01"),
    "a failure behind a COMMIT": Kind("CREATE TABLE u (i int);\nCOMMIT;\nCREATE TABLE t (i int);", "42P07"),
    "psql's command": Kind("\\set x y\nCREATE TABLE u (i int);", "42601"),
    "a database": Kind("CREATE DATABASE other;\nDROP DATABASE other;", "25001", ""),
}  # fmt: skip


def outcome(database: Database, sql: str, version: Version) -> str:
    try:
        apply(
            database, [MigrationText("1", "1.sql", BASE), MigrationText("2", "2.sql", sql)], version=version
        )
    except ApplyError as error:
        assert error.position is not None
        return error.sqlstate
    return ""


@pytest.mark.parametrize("version", [WHOLE, DEPLOYS_CUT, CUT], ids=str)
@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_sent_as_the_version_sends_it(database: Database, name: str, version: Version) -> None:
    kind = KINDS[name]
    expected = kind.cut if version == CUT and kind.cut is not None else kind.whole
    assert outcome(database, kind.sql, version) == expected


def test_a_setting_for_the_transaction_is_over_where_each_statement_has_its_own(database: Database) -> None:
    sql = "CREATE SCHEMA other;\nSET LOCAL search_path = other;\nCREATE TABLE u (i int);"
    assert outcome(database, sql, CUT) == ""
    with database.connect() as connection:
        assert connection.execute("SELECT to_regclass('public.u')::text").fetchall() == [("u",)]


def test_a_setting_for_the_transaction_holds_for_the_whole_file(database: Database) -> None:
    sql = "CREATE SCHEMA other;\nSET LOCAL search_path = other;\nCREATE TABLE u (i int);"
    assert outcome(database, sql, DEPLOYS_CUT) == ""
    with database.connect() as connection:
        assert connection.execute("SELECT to_regclass('other.u')::text").fetchall() == [("other.u",)]


def test_between_two_ways_it_is_said_which_command_does_what(database: Database) -> None:
    sql = "CREATE INDEX CONCURRENTLY one ON t (a);\nCREATE INDEX CONCURRENTLY two ON t (b);"
    with pytest.raises(ApplyError) as raised:
        apply(database, [MigrationText("1", "1", BASE), MigrationText("2", "2", sql)], version=DEPLOYS_CUT)
    assert "`migrate deploy` of Prisma 7.6.0 runs the statements one by one" in raised.value.message
    assert "update to Prisma 7.8" in raised.value.hint


def test_where_the_parser_fails_it_is_named_at_what(database: Database) -> None:
    sql = "CREATE INDEX one ON t (a);\nDROP INDEX CONCURRENTLY one;"
    with pytest.raises(ApplyError) as raised:
        apply(database, [MigrationText("1", "1", BASE), MigrationText("2", "2", sql)], version=CUT)
    assert "not `DROP INDEX CONCURRENTLY …`" in raised.value.message


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("SET LOCAL lock_timeout = '1s';\nCREATE TABLE u (i int);", 1),
        ("CREATE TABLE u (i int);\nCREATE TEMPORARY TABLE v (i int) ON COMMIT DROP;", 2),
        ("SELECT set_config('search_path', 'x', true);\nSELECT 1;", 1),
        ("SET CONSTRAINTS ALL DEFERRED;\nSELECT 1;", 1),
        ("SELECT pg_advisory_xact_lock(1);\nSELECT 1;", 1),
        ("BEGIN;\nSET LOCAL lock_timeout = '1s';\nCOMMIT;", 0),
        ("SELECT pg_catalog.set_config('search_path', '', false);\nSELECT 1;", 0),
        ("SET LOCAL lock_timeout = '1s';\nDO $$BEGIN NULL; END$$;", 0),
        ("SET LOCAL lock_timeout = '1s';", 0),
    ],
)
def test_a_statement_without_effect_is_found(sql: str, line: int) -> None:
    found = without_effect(separable(sql))
    assert (found.line if found else 0) == line


def test_every_statement_before_the_failing_one_is_counted(database: Database) -> None:
    sql = "SET LOCAL work_mem = '1MB';\nCREATE TABLE u (i int);\n\n  ALTER TABLE u ADD COLUMN j nosuchtype;"
    with pytest.raises(ApplyError) as raised:
        apply(database, [MigrationText("2", "2.sql", sql)], version=CUT)
    position = raised.value.position
    assert position is not None
    assert (position.line, position.column) == (4, 30)


AS_WHOLE = {
    "03": "25001", "04": "25001", "05": "25001", "06": "25001", "08": "55P04", "11": "42P07", "16": "42601", "19": "42P07",
    "20": "42P07", "23": "42601", "25": "25001", "27": "25001", "28": "25001", "30": "25P01", "34": "25001", "35": "25001",
    "36": "42601", "37": "25001", "38": "42P07",
}  # fmt: skip
"""The files that fail where they go out whole; the others apply."""
AS_CUT = {**AS_WHOLE, **dict.fromkeys(("03", "04", "05", "08", "25", "27", "34", "37"), ""), "24": "42P01"}


@pytest.mark.shared
@pytest.mark.parametrize("version", [WHOLE, DEPLOYS_CUT, CUT], ids=str)
@pytest.mark.parametrize("folder", sorted(p.name for p in SHARED.glob("*")) or ["none"])
def test_files_measured_with_prisma(database: Database, folder: str, version: Version) -> None:
    if not SHARED.exists():
        pytest.skip("the material beside the project is absent")
    expected = AS_CUT if version == CUT else AS_WHOLE
    assert outcome(database, (SHARED / folder / "migration.sql").read_text(), version) == expected.get(
        folder[:2], ""
    )


def test_a_long_statement_is_looked_at_in_time() -> None:
    def look() -> None:
        sql = "CREATE " + "TEMP " * 200_000 + ";\nSELECT 1;"
        assert without_effect(split(sql)) is None
        assert len(separable("ALTER TABLE x " + "ADD COLUMN y int, " * 100_000 + ";\nSELECT 1;")) == 2

    ends_within(5, look)


DEFERRED = "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a) DEFERRABLE INITIALLY DEFERRED;"
"""Behind it a file that writes rows is cut: its transaction may fail at its end."""


@pytest.mark.parametrize("version", [WHOLE, DEPLOYS_CUT, CUT])
def test_what_has_run_is_left_out_and_nothing_else(version: Version) -> None:
    texts = [BASE, DEFERRED, "INSERT INTO t VALUES (1);\nSELECT 1;", *(kind.sql for kind in KINDS.values())]
    whole = batches(texts, version)
    for skip in range(len(texts) + 1):
        assert batches(texts, version, skip) == [one for one in whole if one.file >= skip]
