"""Roles that a host has and no migration makes: stand-ins that own, are granted, and stand in policies."""

from __future__ import annotations

import pytest

from prisma_drift.model.values import replace
from prisma_drift.model.version import Version
from prisma_drift.postgres.apply.migrations import ApplyError, MigrationText, apply
from prisma_drift.postgres.server.database import Database, Server

DUMP = """
--
-- PostgreSQL database dump
--
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET default_table_access_method = heap;
CREATE SCHEMA sales;
ALTER SCHEMA sales OWNER TO "Boss";
CREATE TABLE public."Town" (id integer NOT NULL, name text);
ALTER TABLE public."Town" OWNER TO keeper;
CREATE SEQUENCE sales.numbers;
ALTER SEQUENCE sales.numbers OWNER TO keeper;
CREATE FUNCTION public.one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION public.one() OWNER TO keeper;
CREATE TYPE public.mood AS ENUM ('a');
ALTER TYPE public.mood OWNER TO "Boss";
"""
KINDS = {
    "owner in a dump": ([DUMP, 'ALTER TABLE public."Town" ADD COLUMN more text;'], ("Boss", "keeper")),
    "grants": (
        ["CREATE TABLE t (i int);\nGRANT SELECT ON t TO anon, authenticated;\nREVOKE ALL ON t FROM service_role;"],
        ("anon", "authenticated", "service_role"),
    ),
    "a policy": (
        ["CREATE TABLE t (i int);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON t TO judge USING (true);"],
        ("judge",),
    ),
    "default privileges": (
        ["ALTER DEFAULT PRIVILEGES FOR ROLE deployer IN SCHEMA public GRANT SELECT ON TABLES TO reader;"],
        ("deployer", "reader"),
    ),
    "a schema of somebody's": (["CREATE SCHEMA s AUTHORIZATION owner_of_s;\nCREATE TABLE s.t (i int);"], ("owner_of_s",)),
    "a setting of a role": (["ALTER ROLE authenticator SET statement_timeout = '8s';"], ("authenticator",)),
    "SET ROLE": (["SET ROLE deployer;\nRESET ROLE;"], ("deployer",)),
    "SET ROLE, and what it makes": (
        ["SET ROLE deployer;\nCREATE TABLE t (i int);", "ALTER TABLE t ADD COLUMN j int;\nCREATE TYPE e AS ENUM ('a');"],
        ("deployer",),
    ),
    "membership": (["GRANT neon_superuser TO app;"], ("app", "neon_superuser")),
    "made by the migration itself": (
        ["CREATE ROLE own;\nCREATE TABLE t (i int);\nALTER TABLE t OWNER TO own;\nALTER TABLE t ADD COLUMN j int;"],
        (),
    ),
    "made where it is missing": (
        [
            "DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app2') THEN CREATE ROLE app2; END IF; END$$;\n"
            "CREATE TABLE t (i int);\nALTER TABLE t OWNER TO app2;"
        ],
        (),
    ),
    "within a transaction of the file": (
        ["BEGIN;\nCREATE TABLE t (i int);\nALTER TABLE t OWNER TO app;\nCOMMIT;\nCREATE TABLE u (i int);\nGRANT ALL ON u TO web;"],
        ("app", "web"),
    ),
    "behind a part that is kept": (
        ["CREATE TABLE t (i int);\nCOMMIT;\nCREATE TABLE u (i int);\nGRANT ALL ON u TO web;"],
        ("web",),
    ),
    "a name to be quoted": (['CREATE TABLE t (i int);\nGRANT ALL ON t TO "the ""web""";'], ('the "web"',)),
}  # fmt: skip


@pytest.mark.parametrize("version", [Version(6, 19), Version(7, 10)], ids=str)
@pytest.mark.parametrize("name", KINDS)
def test_what_asks_for_a_role_gets_one(shadow: Server, name: str, version: Version) -> None:
    texts, roles = KINDS[name]
    database = shadow.create_database()
    try:
        files = [MigrationText(f"{n}_m", f"{n}.sql", text) for n, text in enumerate(texts)]
        assert apply(database, files, version=version).stand_ins == roles
        with database.connect() as connection:
            found = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND NOT rolcanlogin AND NOT rolsuper",
                [list(roles)],
            ).fetchall()
        assert sorted(str(role) for (role,) in found) == sorted(roles)
    finally:
        shadow.drop_database(database)


def test_on_a_server_of_ones_own_none_is_made(database: Database) -> None:
    given = replace(database, kind="url")
    sql = "CREATE TABLE t (i int); GRANT SELECT ON t TO reader;"
    with pytest.raises(ApplyError) as raised:
        apply(given, [MigrationText("1", "1.sql", sql)])
    assert raised.value.id == "role-missing"
    assert 'CREATE ROLE "reader";' in raised.value.hint
    apply(given, [MigrationText("1", "1.sql", sql)], init_sql='CREATE ROLE "reader";')


def test_a_right_that_is_no_owners_is_not_given(database: Database) -> None:
    sql = "CREATE ROLE r; SET ROLE r; CREATE TABLE public.t (i int);"
    with pytest.raises(ApplyError) as raised:
        apply(database, [MigrationText("1", "1.sql", sql)])
    assert raised.value.sqlstate == "42501"
