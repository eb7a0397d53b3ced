"""What the Prisma schema language cannot declare is listed with the statement that makes it."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING

import psycopg
import pytest

from prisma_drift.model.schema import Unmanaged
from prisma_drift.postgres.catalog.introspect import introspect
from prisma_drift.postgres.catalog.reader import query
from prisma_drift.postgres.catalog.unmanaged import KINDS_OF_TABLES

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection

TABLE = """
CREATE TABLE t (id int PRIMARY KEY, a int, b text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
"""


def listed(connection: Connection, *statements: str) -> list[Unmanaged]:
    connection.execute("".join([TABLE, *(s + ";" for s in statements)]).encode())
    found = introspect(connection, default_schema="public").unmanaged
    assert list(found) == sorted(found)
    return [u for u in found if u.name != "public.f()"]


CASES = [
    ("check", "public.t.c", "ALTER TABLE public.t ADD CONSTRAINT c CHECK ((a > 0))"),
    ("check", "public.t.c", "ALTER TABLE public.t ADD CONSTRAINT c CHECK ((a > 0)) NOT VALID"),
    (
        "constraint",
        "public.t.k",
        "ALTER TABLE public.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t(id) NOT VALID",
    ),
    (
        "constraint",
        "public.t.k",
        "ALTER TABLE public.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED",
    ),
    (
        "trigger",
        "public.t.g",
        "CREATE TRIGGER g BEFORE INSERT ON public.t FOR EACH ROW WHEN ((new.a > 1)) EXECUTE FUNCTION f()",
    ),
    ("rule", "public.t.r", "CREATE RULE r AS\n    ON DELETE TO public.t DO INSTEAD NOTHING"),
    (
        "policy",
        "public.t.p",
        "CREATE POLICY p ON public.t AS RESTRICTIVE FOR UPDATE TO PUBLIC USING ((a > 0)) WITH CHECK ((a < 9))",
    ),
    (
        "row level security",
        "public.t",
        "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    ),
    ("generated column", "public.t.g", "ALTER TABLE public.t ADD COLUMN g integer GENERATED ALWAYS AS ((a + 1)) STORED"),
    ("collation", "public.t.b", 'ALTER TABLE public.t ALTER COLUMN b SET DATA TYPE text COLLATE "C"'),
    ("view", "public.v", "CREATE VIEW public.v WITH (security_barrier=true) AS\n SELECT id\n   FROM t"),
    ("materialized view", "public.m", "CREATE MATERIALIZED VIEW public.m AS\n SELECT id\n   FROM t"),
    (
        "sequence",
        'public.S',
        'CREATE SEQUENCE public."S" AS integer START WITH 5 INCREMENT BY 2 MINVALUE 1 MAXVALUE 99 CACHE 1 CYCLE',
    ),
    ("domain", "public.d", "CREATE DOMAIN public.d AS text DEFAULT 'x'::text NOT NULL CONSTRAINT c CHECK ((VALUE <> ''::text))"),
    ("type", "public.c", 'CREATE TYPE public.c AS (a integer, "B" text[])'),
    ("type", "public.r", "CREATE TYPE public.r AS RANGE (SUBTYPE = double precision)"),
    ("type", "public.e", "CREATE TYPE public.e AS ENUM ()"),
    ("procedure", "public.p(IN x integer)", "CREATE OR REPLACE PROCEDURE public.p(IN x integer)\n LANGUAGE sql\nAS $procedure$select 1$procedure$"),
    ("function", "public.g(integer)", "CREATE OR REPLACE FUNCTION public.g(integer)\n RETURNS integer\n LANGUAGE sql\nAS $function$select 1$function$"),
    ("aggregate", "public.ag(integer)", "CREATE AGGREGATE public.ag(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')"),
    ("comment", "public.t", "COMMENT ON TABLE public.t IS 'it''s'"),
    ("comment", "public.t.a", "COMMENT ON COLUMN public.t.a IS 'x'"),
    ("statistics", "public.st", "CREATE STATISTICS public.st ON a, b FROM t"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "statement"), CASES, ids=lambda value: str(value)[:40])
def test_statement_comes_back(connection: Connection, kind: str, name: str, statement: str) -> None:
    (found,) = listed(connection, statement)
    assert (found.kind, found.name) == (kind, name)
    assert (
        found.definition.replace('"public"."t"', "public.t").replace('"g"', "g").replace('"b"', "b")
        == statement
    )
    assert found.table in ("", "public.t")


def test_partitions_and_foreign_tables(connection: Connection) -> None:
    bounds = "FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"
    statements = [
        f"CREATE TABLE public.p1 PARTITION OF public.p {bounds} PARTITION BY HASH (a)",
        "CREATE FOREIGN TABLE public.ft (a integer) SERVER s OPTIONS (table_name 'x')",
    ]
    found = listed(
        connection,
        "CREATE TABLE p (a int, d date) PARTITION BY RANGE (d)",
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw",
        *statements,
    )
    assert [(u.kind, u.table, u.definition) for u in found] == [
        ("foreign table", "", statements[1]),
        ("partition", "public.p", statements[0]),
    ]


def test_event_trigger(connection: Connection) -> None:
    statement = (
        "CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION public.et()"
    )
    function = "CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end'"
    try:
        found = listed(connection, function, statement)
    except psycopg.errors.InsufficientPrivilege:
        pytest.skip("the server's role may not make event triggers")
    assert [(u.kind, u.name, u.definition) for u in found if u.kind != "function"] == [
        ("event trigger", "e", statement)
    ]


def test_what_is_not_listed(connection: Connection) -> None:
    found = listed(
        connection,
        "CREATE EXTENSION citext",
        "CREATE SCHEMA other",
        "CREATE FUNCTION other.f() RETURNS int LANGUAGE sql AS 'select 1'",
        "CREATE TABLE _prisma_migrations (a int CHECK (a > 0))",
        "CREATE TRIGGER g BEFORE INSERT ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE TABLE owner (id serial PRIMARY KEY, t int REFERENCES t (id))",
    )
    assert found == []


def test_census_names_every_query() -> None:
    queries = resources.files("prisma_drift.postgres.catalog").joinpath("queries")
    asked = re.findall(r"^SELECT '(\w+)'", query("census"), re.MULTILINE)
    there = [file.name.removesuffix(".sql").removeprefix("unmanaged_") for file in queries.iterdir()
             if file.name.startswith("unmanaged_")]  # fmt: skip
    # It also says whether there are tables outside the scope.
    assert asked == sorted({*there, "outside"} - set(KINDS_OF_TABLES))
