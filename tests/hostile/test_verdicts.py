"""What a migration does to be overlooked: the verdict rests on the whole catalog, and what is left out is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from prisma_drift.model.report import Report
from prisma_drift.pipeline.check import run
from prisma_drift.project import Flags, load_config

HEAD = 'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\n\n'
USER = "model User {\n  id Int @id\n  name String\n}\n"
TABLE = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'


def checked(root: Path, sql: str, schema: str = USER, **files: str) -> Report:
    folder = root / "prisma" / "migrations" / "20240101000000_a"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(sql)
    (folder.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (root / "prisma" / "schema.prisma").write_text(HEAD + schema)
    for name, text in files.items():
        (root / name.replace("__", ".").replace("_", "-")).write_text(text)
    [config] = load_config(Flags(path=str(root)), {})
    return run(config)


EVIL = "CREATE TABLE evil (id int PRIMARY KEY);\n"
HIDDEN = {
    "added-at-once": f"CREATE EXTENSION citext; {EVIL} ALTER EXTENSION citext ADD TABLE evil;",
    "added-before": f"{EVIL} CREATE EXTENSION citext; ALTER EXTENSION citext ADD TABLE evil;",
    "added-in-a-block": (
        "DO $$ BEGIN CREATE EXTENSION citext; CREATE TABLE evil (id int PRIMARY KEY);"
        " EXECUTE 'ALTER EXTENSION citext ADD TABLE evil'; END $$;"
    ),
    "added-later": f"CREATE EXTENSION citext; COMMIT; {EVIL} COMMIT; ALTER EXTENSION citext ADD TABLE evil;",
    "added-partitioned": (
        "CREATE EXTENSION citext; CREATE TABLE evil (id int) PARTITION BY RANGE (id); ALTER EXTENSION citext ADD TABLE evil;"
    ),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_table_does_not_hide_in_an_extension(tmp_path: Path, kind: str) -> None:
    report = checked(tmp_path, TABLE + HIDDEN[kind])
    assert report.verdict == "drift"
    assert [(one.id, one.object) for one in report.findings if one.severity == "error"] == [
        ("table-extra", "public.evil")
    ]


@pytest.mark.parametrize(
    "type",
    [
        "CREATE TYPE evil.text AS (a int)",
        "CREATE DOMAIN evil.text AS int4range",
        "CREATE TYPE evil.text AS RANGE (subtype = int)",
    ],
)
@pytest.mark.parametrize("list", [False, True])
def test_a_type_is_not_another_one_of_its_name(tmp_path: Path, type: str, list: bool) -> None:
    column = "evil.text[]" if list else "evil.text NOT NULL"
    sql = f'CREATE SCHEMA evil; {type}; CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "name" {column});'
    report = checked(tmp_path, sql, USER.replace("String", "String[]") if list else USER)
    assert report.verdict == "drift"
    assert "public.User.name" in {one.object for one in report.findings}


def test_citext_is_itself_in_any_schema(tmp_path: Path) -> None:
    sql = (
        "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;"
        ' CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" ext.citext NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));'
    )
    assert checked(tmp_path, sql, USER.replace("String", "String @db.Citext")).verdict == "in-step"


@pytest.mark.parametrize(
    "begin", ["BEGIN", "START TRANSACTION", "-- why\nbegin isolation level serializable"]
)
def test_a_transaction_that_stays_open_is_no_agreement(tmp_path: Path, begin: str) -> None:
    report = checked(tmp_path, f"SELECT 1;\n{begin};\n{TABLE}")
    assert (report.verdict, [one.id for one in report.findings]) == ("error", ["transaction-left-open"])
    assert report.findings[0].position is not None
    assert report.findings[0].position.line == 2 + begin.count("\n")


@pytest.mark.parametrize("end", ["COMMIT", "END", "COMMIT AND NO CHAIN"])
def test_a_transaction_that_is_ended_is_fine(tmp_path: Path, end: str) -> None:
    assert checked(tmp_path, f"BEGIN;\n{TABLE}{end};\n").verdict == "in-step"


def test_what_prisma_cannot_say_of_a_table_is_listed(tmp_path: Path) -> None:
    sql = (
        TABLE.replace("CREATE TABLE", "CREATE UNLOGGED TABLE").replace('"name" TEXT NOT NULL', '"name" TEXT')
        + 'ALTER TABLE "User" ADD CONSTRAINT there NOT NULL "name" NOT VALID;'
    )
    listed = {(one.kind, one.name) for one in checked(tmp_path, sql).unmanaged}
    assert ("unlogged table", "public.User") in listed
    assert ("constraint", "public.User.there") in listed


@pytest.mark.parametrize(
    "settings",
    ["tables:\n  external: [public.evil]\n", f"init-shadow-db: |\n  {EVIL}"],
    ids=["list", "script"],
)
def test_what_the_settings_hide_is_named(tmp_path: Path, settings: str) -> None:
    made = EVIL if "external" in settings else "ALTER TABLE evil ADD COLUMN more int;\n"
    report = checked(tmp_path, TABLE + made, prisma_drift__yml=settings)
    assert report.verdict == "in-step"
    [note] = [one for one in report.findings if one.id == "hidden-by-settings"]
    assert "public.evil" in note.message
