"""Migrations run as Prisma runs them; one that fails is named with its place, its cause and the next step."""

from __future__ import annotations

from pathlib import Path

import pytest

from prisma_drift.model.version import Version
from prisma_drift.postgres.apply.causes import RULES
from prisma_drift.postgres.apply.migrations import ApplyError, MigrationText, apply
from prisma_drift.postgres.server.database import Database

ROOT = Path(__file__).resolve().parents[3]
WHOLE = Version(7, 3)
CORPUS = ROOT / "../shared/corpus"


def files(*texts: str) -> list[MigrationText]:
    return [
        MigrationText(f"{n}_m", f"migrations/{n}_m/migration.sql", text) for n, text in enumerate(texts, 1)
    ]


def fail(
    database: Database,
    *texts: str,
    default_schema: str = "public",
    init_sql: str = "",
    version: Version = WHOLE,
) -> ApplyError:
    """Whole files by default, as Prisma sends them until 7.7."""
    with pytest.raises(ApplyError) as raised:
        apply(database, files(*texts), default_schema=default_schema, init_sql=init_sql, version=version)
    return raised.value


def query(database: Database, sql: str) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(sql.encode()).fetchall()


def test_runs_in_the_given_order_and_reports_progress(database: Database) -> None:
    seen: list[tuple[int, int, str]] = []
    applied = apply(
        database,
        files("CREATE TABLE a (i int);", "", "ALTER TABLE a ADD COLUMN j int;"),
        progress=lambda number, count, name: seen.append((number, count, name)),
    )
    assert applied.count == 3
    assert seen == [(1, 2, "1_m"), (2, 2, "3_m")]
    assert query(
        database, "SELECT attname FROM pg_attribute WHERE attrelid = 'a'::regclass AND attnum > 0"
    ) == [
        ("i",),
        ("j",),
    ]


def test_a_file_is_one_transaction(database: Database) -> None:
    fail(database, "CREATE TABLE kept (i int);", "CREATE TABLE gone (i int); SELECT 1/0;")
    assert query(database, "SELECT to_regclass('kept') IS NULL, to_regclass('gone') IS NULL") == [
        (False, True)
    ]


def test_a_single_concurrent_index_applies(database: Database) -> None:
    apply(database, files("CREATE TABLE t (i int);", "-- CreateIndex\nCREATE INDEX CONCURRENTLY x ON t (i);"))


def test_the_search_path_is_the_default_schema_alone(database: Database) -> None:
    apply(database, files("CREATE TABLE t (i int);"), default_schema="default$default")
    assert query(database, "SELECT relnamespace::regnamespace::text FROM pg_class WHERE relname = 't'") == [
        ('"default$default"',)
    ]


def test_settings_last_from_one_file_to_the_next(database: Database) -> None:
    apply(database, files("CREATE SCHEMA other; SET search_path = other;", "CREATE TABLE t (i int);"))
    assert query(database, "SELECT to_regclass('other.t')") == [("other.t",)]


def test_a_transaction_that_never_ends_is_an_error_but_for_the_init_script(database: Database) -> None:
    assert fail(database, "BEGIN; CREATE TABLE t (i int);", "SELECT 1").id == "transaction-left-open"
    apply(database, files("SELECT 1"), init_sql="BEGIN; CREATE TABLE s (i int);")
    assert query(database, "SELECT to_regclass('s')") == [("s",)]


def test_the_init_script_runs_first(database: Database) -> None:
    apply(database, files("CREATE TABLE auth.t (i int);"), init_sql="CREATE SCHEMA auth;")
    error = fail(database, init_sql="CREATE TABLE nowhere.t (i int)")
    assert error.message.startswith("The init script of the shadow database does not apply: schema")


@pytest.mark.parametrize("name", ["citext", "vector", "pgcrypto", "hstore", "pg_trgm", "postgres_fdw"])
def test_an_extension_can_be_moved_by_a_later_migration(database: Database, name: str) -> None:
    seen: list[int] = []
    apply(
        database,
        files(
            f"CREATE EXTENSION {name};", f"CREATE SCHEMA x; ALTER EXTENSION {name} SET SCHEMA x;", "SELECT 1;"
        ),
        progress=lambda number, count, name: seen.append(number),
    )
    assert seen == [1, 2, 2, 3]
    assert query(
        database, f"SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = '{name}'"
    ) == [("x",)]


def test_notices_and_carriage_returns_do_no_harm(database: Database) -> None:
    apply(database, files("DO $$BEGIN\r\nRAISE NOTICE 'hello';\r\nEND$$;\r\nDROP TABLE IF EXISTS t;\r\n"))


def test_position_excerpt_and_server_message(database: Database) -> None:
    error = fail(database, 'CREATE TABLE "Ä" (i int);\n-- ö\nALTER TABLE "Ä"\n\tADD COLUMN x nosuchtype;\n')
    assert str(error.position) == "migrations/1_m/migration.sql:4"
    assert error.position is not None
    assert error.position.column == 15
    assert error.excerpt == "\tADD COLUMN x nosuchtype;\n\t             ^"
    assert error.server_message == 'type "nosuchtype" does not exist'
    assert error.sqlstate == "42704"
    assert error.migration == "1_m"


def test_position_is_found_where_the_server_gives_none(database: Database) -> None:
    error = fail(
        database,
        "CREATE TABLE t (i int);",
        "INSERT INTO t VALUES (NULL);\n-- why\nALTER TABLE t ALTER COLUMN i SET NOT NULL;\nSELECT 1;",
    )
    assert str(error.position) == "migrations/2_m/migration.sql:3"
    assert query(database, "SELECT count(*) FROM t") == [(0,)]


def test_position_within_a_block_is_the_line_of_its_body(database: Database) -> None:
    error = fail(database, "SELECT 1;\nDO $$\nBEGIN\n  PERFORM 1;\n  RAISE EXCEPTION 'no rows';\nEND $$;\n")
    assert str(error.position) == "migrations/1_m/migration.sql:5"
    assert error.excerpt == "  RAISE EXCEPTION 'no rows';\n  ^"


CASES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "unknown extension": (
        "extension-unavailable",
        ("CREATE EXTENSION postgis;",),
        "does not have `postgis`",
        "postgis/postgis",
    ),
    "extension that the container has": (
        "extension-unavailable",
        ("CREATE EXTENSION xml2;",),
        "does not have `xml2`",
        "--shadow container",
    ),
    "misnamed extension": (
        "extension-unavailable",
        ("CREATE EXTENSION pgvector;",),
        "its name is `vector`",
        '"vector"',
    ),
    "extension version": (
        "extension-version",
        ("CREATE EXTENSION vector VERSION '0.0.1';",),
        "not 0.0.1",
        "without a version",
    ),
    "type of an extension": (
        "extension-not-created",
        ("CREATE TABLE t (v vector(3));",),
        "`vector`, which no migration creates",
        "CREATE EXTENSION IF NOT EXISTS",
    ),
    "function of an extension": (
        "extension-not-created",
        ("CREATE TABLE t (id uuid DEFAULT uuid_generate_v4());",),
        "extension `uuid-ossp`",
        "first migration",
    ),
    "extension created later": (
        "extension-not-created",
        ("CREATE TABLE t (v citext);", "CREATE EXTENSION citext;"),
        "which `2_m` creates, later",
        "CREATE EXTENSION",
    ),
    "operator class of an extension": (
        "extension-not-created",
        ("CREATE TABLE t (v text); CREATE INDEX ON t USING gin (v gin_trgm_ops);",),
        "extension `pg_trgm`",
        "CREATE EXTENSION",
    ),
    "extension in another schema": (
        "extension-not-created",
        ("CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;", "CREATE TABLE t (v citext);"),
        "in the schema `ext`",
        "with its schema",
    ),
    "stand-in": (
        "extension-stand-in",
        ("CREATE EXTENSION pgcrypto; SELECT crypt('a', gen_salt('bf'));",),
        "no OpenSSL",
        "--shadow container",
    ),
    "missing schema": (
        "schema-missing",
        ("CREATE TABLE auth.t (i int);",),
        "No migration creates the schema `auth`",
        "`init-shadow-db: supabase`",
    ),
    "lost search_path": (
        "search-path-changed",
        ("SET search_path = '';", "CREATE TABLE t (i int);"),
        "has changed the search_path",
        "Remove line 1",
    ),
    "table of db push": (
        "table-missing-in-history",
        ('ALTER TABLE "User" ADD COLUMN x int;',),
        "No migration creates the table `User`. It was made outside of the migrations, most likely by `prisma db push`",
        "Put a baseline",
    ),
    "table of a later migration": (
        "table-missing-in-history",
        ('ALTER TABLE "User" ADD COLUMN x int;', 'CREATE TABLE "User" (i int);'),
        "`2_m` creates the table `User`, but it comes later",
        "",
    ),
    "table dropped before": (
        "table-missing-in-history",
        ('CREATE TABLE "User" (i int);', 'DROP TABLE "User";', 'ALTER TABLE "User" ADD COLUMN x int;'),
        "was made by `1_m`, but it is gone",
        "",
    ),
    "table in another schema": (
        "table-missing-in-history",
        ("CREATE SCHEMA s; CREATE TABLE s.t (i int);", "ALTER TABLE t ADD COLUMN x int;"),
        "`t` exists in the schema `s`",
        '"s"."t"',
    ),
    "unquoted name": (
        "name-case",
        ('CREATE TABLE "User" (i int);', "ALTER TABLE User ADD COLUMN x int;"),
        "syntax",
        "",
    ),
    "name in lower case": (
        "name-case",
        ('CREATE TABLE "Post" (i int);', "ALTER TABLE Post ADD COLUMN x int;"),
        "table `Post`",
        "quotes",
    ),
    "column of db push": (
        "column-missing-in-history",
        ("CREATE TABLE t (i int);", "ALTER TABLE t DROP COLUMN j;"),
        "No migration adds the column `j` of `t`",
        "ADD COLUMN IF NOT EXISTS",
    ),
    "column of a later migration": (
        "column-missing-in-history",
        ("CREATE TABLE t (i int);", 'CREATE INDEX x ON t ("j");', 'ALTER TABLE t ADD COLUMN "j" int;'),
        "`3_m` adds the column `j`",
        "",
    ),
    "missing enum": (
        "type-missing-in-history",
        ("ALTER TYPE \"Mood\" ADD VALUE 'x';",),
        "No migration creates the type `Mood`",
        "",
    ),
    "missing index": (
        "index-missing-in-history",
        ('DROP INDEX "x_idx";',),
        "No migration creates the index `x_idx`",
        "IF EXISTS",
    ),
    "missing constraint": (
        "constraint-missing-in-history",
        ("CREATE TABLE t (i int);", 'ALTER TABLE t DROP CONSTRAINT "t_fkey";'),
        "No migration creates the constraint `t_fkey`",
        "IF EXISTS",
    ),
    "made twice": (
        "object-exists",
        ("CREATE TABLE t (i int);", "CREATE TABLE t (i int);"),
        "by `1_m` already",
        "repeats it",
    ),
    "enum value": (
        "enum-value-unsafe",
        (
            "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (c m);",
            "ALTER TYPE m ADD VALUE 'b';\nALTER TABLE t ALTER c SET DEFAULT 'b';",
        ),
        "`b` is added to m in the same transaction",
        "a migration of its own",
    ),
    "concurrent index": (
        "not-in-transaction",
        ("CREATE TABLE t (i int);", "SELECT 1;\nCREATE INDEX CONCURRENTLY x ON t (i);"),
        "CREATE INDEX CONCURRENTLY cannot run in one",
        "leave CONCURRENTLY out",
    ),
    "vacuum": (
        "not-in-transaction",
        ("SELECT 1;\nVACUUM;",),
        "VACUUM cannot run in one",
        "a migration of its own",
    ),
    "vector without dimensions": (
        "vector-dimensions-missing",
        (
            "CREATE EXTENSION vector; CREATE TABLE t (v vector); CREATE INDEX ON t USING hnsw (v vector_l2_ops);",
        ),
        "how many dimensions",
        "vector(1536)",
    ),
    "vector too wide": (
        "vector-too-wide",
        (
            "CREATE EXTENSION vector; CREATE TABLE t (v vector(3072)); CREATE INDEX ON t USING hnsw (v vector_l2_ops);",
        ),
        "at most 2000 dimensions",
        "halfvec",
    ),
    "function without a schema": (
        "search-path-restricted",
        (
            "CREATE EXTENSION unaccent; CREATE FUNCTION f(text) RETURNS text LANGUAGE sql IMMUTABLE AS"
            " $$ SELECT unaccent('unaccent', $1) $$; CREATE TABLE t (a text);",
            "CREATE INDEX x ON t (f(a));",
        ),
        "`unaccent` stands in the schema `public`",
        "SET search_path",
    ),
    "parent row": (
        "rows-assumed",
        (
            "CREATE TABLE p (i int PRIMARY KEY); CREATE TABLE c (i int REFERENCES p);",
            "INSERT INTO c VALUES (1);",
        ),
        "parent no migration inserts",
        "WHERE EXISTS",
    ),
    "raise": (
        "rows-assumed",
        ("DO $$BEGIN RAISE EXCEPTION 'no admin'; END$$;",),
        "raises this error itself",
        "no rows",
    ),
    "psql command": (
        "client-command",
        ("SELECT 1;\n\\connect other\nSELECT 2;",),
        "`\\connect`",
        "Remove the line",
    ),
    "delimiter": ("client-command", ("DELIMITER $$\nSELECT 1;",), "`DELIMITER`", ""),
    "placeholder": (
        "placeholder",
        ("SELECT 1;\nCREATE TABLE ${schema}.t (i int);",),
        "`${schema}`",
        "Write the value",
    ),
    "jinja": ("placeholder", ("CREATE TABLE {{ schema }}.t (i int);",), "`{{ schema }}`", ""),
    "mysql": (
        "other-database",
        ("CREATE TABLE `User` (`id` INTEGER NOT NULL AUTO_INCREMENT);",),
        "written for MySQL",
        "baseline",
    ),
    "sqlite": (
        "other-database",
        ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);",),
        "written for SQLite",
        "",
    ),
    "syntax": (
        "syntax-error",
        ("CREATE TABLE t (i int)\nCREATE TABLE u (i int);",),
        "syntax error",
        "semicolon",
    ),
    "byte order mark": ("migration-bom", ("\ufeffCREATE TABLE t (i int);",), "byte order mark", "without"),
    "rows from the client": (
        "copy-from-client",
        ("CREATE TABLE t (i int);\nCOPY t FROM stdin;\n1\n\\.\n",),
        "",
        "INSERT",
    ),
    "rights": (
        "privilege-missing",
        ("ALTER SYSTEM SET work_mem = '1GB';",),
        "without superuser rights",
        "--shadow postgresql",
    ),
    "collation": (
        "collation-missing",
        ('CREATE TABLE t (a text COLLATE "nowhere");',),
        "no collation `nowhere`",
        "container",
    ),
    "icu": (
        "collation-missing",
        ("CREATE COLLATION c (provider = icu, locale = 'und');",),
        "without ICU",
        "container",
    ),
    "default schema in the text": (
        "default-schema",
        ('CREATE TABLE "Form" (i int);', 'UPDATE "default$default"."Form" SET i = 1;'),
        "with `default$default` as the default schema",
        "--default-schema 'default$default'",
    ),
}
CASES["unquoted name"] = ("syntax-error", CASES["unquoted name"][1], "syntax error at or near", "")


@pytest.mark.parametrize("name", CASES)
def test_cause(database: Database, name: str) -> None:
    id, texts, words, hint = CASES[name]
    error = fail(database, *texts)
    assert error.id == id, error
    assert words in error.message
    assert hint in error.hint
    assert error.hint
    assert error.position is not None
    assert (ROOT / f"docs/findings/{error.id}.md").exists()


def test_every_id_in_the_rules_has_a_page() -> None:
    import re

    folder = ROOT / "src/prisma_drift/postgres/apply/causes"
    ids = {
        id for path in folder.glob("*.py") for id in re.findall(r'Cause\(\s*"([a-z-]+)"', path.read_text())
    }
    assert len(ids) >= 20
    assert [id for id in sorted(ids) if not (ROOT / f"docs/findings/{id}.md").exists()] == []
    assert len(set(RULES)) == len(RULES)


def test_a_nul_character_is_refused_with_its_place(database: Database) -> None:
    error = fail(database, "SELECT 1;\nSELECT '\0';")
    assert error.id == "nul-character"
    assert str(error.position) == "migrations/1_m/migration.sql:2"


@pytest.mark.shared
@pytest.mark.parametrize("project", sorted(p.name for p in CORPUS.glob("*") if p.is_dir()) or ["none"])
def test_real_histories_apply(database: Database, project: str) -> None:
    if not CORPUS.exists():
        pytest.skip("the material beside the project is absent")
    paths = sorted((CORPUS / project / "prisma").glob("**/migrations/*/migration.sql"))
    texts = [MigrationText(path.parent.name, str(path), path.read_text()) for path in paths]
    refused = {"RecipeSage": "search-path-restricted", "trackdechets": "default-schema"}
    if project not in refused:
        assert apply(database, texts).count == len(texts) > 0
        return
    with pytest.raises(ApplyError) as raised:
        apply(database, texts)
    assert raised.value.id == refused[project]


@pytest.mark.shared
def test_a_history_applies_with_its_own_default_schema(database: Database) -> None:
    if not CORPUS.exists():
        pytest.skip("the material beside the project is absent")
    paths = sorted((CORPUS / "trackdechets/prisma/migrations").glob("*/migration.sql"))
    texts = [MigrationText(path.parent.name, str(path), path.read_text()) for path in paths]
    assert apply(database, texts, default_schema="default$default").count == len(texts)
