"""Every kind of object that no schema language declares, in its hardest form: quoted names, other schemas, dependencies both ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from prisma_drift.baseline.facts import Contents, contents, differences
from prisma_drift.baseline.script import compose

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Database, Server

TABLES = '''
CREATE SCHEMA "Odd ""place""";
CREATE TABLE "Odd ""place"""."User's" ("Id" SERIAL PRIMARY KEY, "e mail" TEXT, at TIMESTAMPTZ, kind INT DEFAULT 1, n INT);
CREATE TABLE plain (id INT PRIMARY KEY, "user" INT REFERENCES "Odd ""place"""."User's" ("Id"), v INT[]);
'''
T = '"Odd ""place"""."User\'s"'

KINDS = {
    "extension in a schema of its own": 'CREATE SCHEMA ext; CREATE EXTENSION vector SCHEMA ext; CREATE TABLE e (v ext.vector(3)); CREATE INDEX "H" ON e USING hnsw (v ext.vector_cosine_ops) WITH (m = 8, ef_construction = 40)',
    "ivfflat, partial": "CREATE EXTENSION vector; CREATE TABLE e (v vector(3), n INT); CREATE INDEX i ON e USING ivfflat (v vector_l2_ops) WITH (lists = 7) WHERE n > 0",
    "expression index on a function": f'CREATE FUNCTION f(TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS \'SELECT lower($1)\'; CREATE UNIQUE INDEX "x y" ON {T} (f("e mail") DESC NULLS LAST) INCLUDE (kind) NULLS NOT DISTINCT WITH (fillfactor = 70)',
    "function before its table": "CREATE FUNCTION next_id() RETURNS INT LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; CREATE TABLE d (id INT DEFAULT next_id())",
    "function behind its table": f"CREATE FUNCTION g({T}) RETURNS INT LANGUAGE sql AS 'SELECT $1.n'",
    "sql function that uses a later table": "SET check_function_bodies = off; CREATE FUNCTION later() RETURNS BIGINT LANGUAGE sql AS 'SELECT count(*) FROM late'; CREATE TABLE late (id INT)",
    "sql-standard body": f"CREATE FUNCTION b() RETURNS BIGINT LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM {T}; END",
    "procedure": "CREATE PROCEDURE \"Do it\"(INOUT a INT) LANGUAGE plpgsql SET work_mem = '8MB' AS $x$ BEGIN a := 1; -- CREATE TABLE\nEND $x$",
    "security definer, revoked": "CREATE FUNCTION s() RETURNS INT LANGUAGE sql SECURITY DEFINER STABLE PARALLEL SAFE COST 7 AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION s() FROM PUBLIC",
    "aggregate": "CREATE AGGREGATE total(INT) (SFUNC = int4pl, STYPE = INT, INITCOND = '0')",
    "operator and class": "CREATE FUNCTION eq(INT, TEXT) RETURNS BOOL LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2'; CREATE OPERATOR === (LEFTARG = INT, RIGHTARG = TEXT, FUNCTION = eq)",
    "domain over domain with checks": 'CREATE DOMAIN "Pos" AS INT CONSTRAINT "is pos" CHECK (VALUE > 0); CREATE DOMAIN small AS "Pos" DEFAULT 1 NOT NULL CHECK (VALUE < 9); CREATE TABLE d (a small, b "Pos"[])',
    "composite, range, enum": "CREATE TYPE pair AS (a INT, \"B\" TEXT); CREATE TYPE span AS RANGE (SUBTYPE = float8); CREATE TYPE \"E\" AS ENUM ('b', 'it''s'); ALTER TYPE \"E\" ADD VALUE 'a' BEFORE 'b'; CREATE TABLE c (p pair, s span, e \"E\"[])",
    "view of a view, both replaced": f'CREATE VIEW v1 AS SELECT "Id", n FROM {T}; CREATE VIEW v2 WITH (security_barrier) AS SELECT * FROM v1 WHERE n > 1; CREATE OR REPLACE VIEW v1 AS SELECT "Id", n, kind FROM {T}',
    "view and function that need each other": f"CREATE VIEW w AS SELECT 1 AS a; CREATE FUNCTION h() RETURNS SETOF w LANGUAGE sql AS 'SELECT * FROM w'; CREATE OR REPLACE VIEW w AS SELECT n AS a FROM {T}",
    "updatable view with check and trigger": f"CREATE VIEW u AS SELECT * FROM {T} WHERE n > 0 WITH LOCAL CHECK OPTION; CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER i INSTEAD OF INSERT ON u FOR EACH ROW EXECUTE FUNCTION t()",
    "materialized view, filled, indexed": f'CREATE MATERIALIZED VIEW m AS SELECT "Id", n FROM {T}; CREATE UNIQUE INDEX mi ON m ("Id"); CREATE MATERIALIZED VIEW m2 AS SELECT * FROM m; CREATE MATERIALIZED VIEW empty AS SELECT 1 AS a WITH NO DATA',
    "triggers and their state": f"CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER \"A b\" BEFORE UPDATE OF n ON {T} FOR EACH ROW WHEN (OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION t('x'); CREATE TRIGGER off AFTER INSERT ON {T} FOR EACH STATEMENT EXECUTE FUNCTION t(); ALTER TABLE {T} DISABLE TRIGGER off; CREATE CONSTRAINT TRIGGER c AFTER INSERT ON {T} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION t(); ALTER TABLE {T} ENABLE ALWAYS TRIGGER c",
    "row-level security and policies": f'ALTER TABLE {T} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY "p q" ON {T} AS RESTRICTIVE FOR UPDATE TO postgres USING (n > 0) WITH CHECK (n > 1)',
    "checks, valid and not": f'ALTER TABLE {T} ADD CONSTRAINT "c d" CHECK (n > 0 OR kind IS NULL) NO INHERIT, ADD CONSTRAINT nv CHECK (n < 100) NOT VALID',
    "a check that Postgres prints otherwise than it reads it": "CREATE TABLE pr (a VARCHAR(9) CHECK (a IN ('x', 'it''s, y')), b VARCHAR CHECK (b = 'one'))",
    "exclusion": "CREATE EXTENSION btree_gist; CREATE TABLE b (room INT, during TSTZRANGE, EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0) DEFERRABLE)",
    "foreign keys of every kind": f'CREATE TABLE fk (a INT, b INT, CONSTRAINT "one" FOREIGN KEY (a) REFERENCES {T} ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED); ALTER TABLE fk ADD CONSTRAINT two FOREIGN KEY (b) REFERENCES plain NOT VALID; ALTER TABLE plain ADD COLUMN back INT; CREATE UNIQUE INDEX ON fk (a); ALTER TABLE plain ADD FOREIGN KEY (back) REFERENCES fk (a)',
    "generated and identity": f'ALTER TABLE {T} ADD COLUMN gen TEXT GENERATED ALWAYS AS (lower("e mail")) STORED; CREATE TABLE i (id BIGINT GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5), n INT GENERATED BY DEFAULT AS IDENTITY)',
    "columns dropped and added": f'ALTER TABLE {T} DROP COLUMN at, ADD COLUMN "at" DATE, ALTER COLUMN n SET STATISTICS 500, ALTER COLUMN "e mail" SET STORAGE EXTERNAL, ALTER COLUMN "e mail" SET COMPRESSION pglz',
    "sequences with owner and state": "CREATE SEQUENCE \"S q\" AS SMALLINT START 5 INCREMENT 2 MAXVALUE 99 CYCLE; SELECT setval('\"S q\"', 11); CREATE SEQUENCE owned OWNED BY plain.id; SELECT nextval('owned'); CREATE SEQUENCE set_back; SELECT setval('set_back', 7, false)",
    "rules": f'CREATE RULE "r r" AS ON DELETE TO {T} DO INSTEAD UPDATE {T} SET n = 0 WHERE "Id" = OLD."Id"',
    "statistics": f'CREATE STATISTICS "st" (dependencies, mcv) ON n, kind FROM {T}; CREATE STATISTICS ex ON lower("e mail") FROM {T}',
    "partitions": "CREATE TABLE p (id INT, at DATE, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE TABLE pd PARTITION OF p DEFAULT; CREATE INDEX pi ON p (at)",
    "inheritance": f"CREATE TABLE child (extra INT, CHECK (extra > 0)) INHERITS ({T})",
    "storage": "CREATE UNLOGGED TABLE un (id INT) WITH (fillfactor = 50, autovacuum_enabled = false); ALTER TABLE un REPLICA IDENTITY FULL; CREATE TABLE cl (id INT PRIMARY KEY); ALTER TABLE cl CLUSTER ON cl_pkey",
    "comments on everything": f'COMMENT ON TABLE {T} IS \'it\'\'s */ -- a "table"\'; COMMENT ON COLUMN {T}."e mail" IS E\'two\\nlines\'; COMMENT ON SCHEMA "Odd ""place""" IS \'s\'; COMMENT ON CONSTRAINT "User\'s_pkey" ON {T} IS \'c\'; CREATE INDEX ci ON {T} (n); COMMENT ON INDEX "Odd ""place""".ci IS \'i\'',
    "grants": f'GRANT SELECT, INSERT (n) ON {T} TO PUBLIC; GRANT USAGE ON SCHEMA "Odd ""place""" TO PUBLIC; REVOKE ALL ON plain FROM postgres; GRANT SELECT ON plain TO postgres; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC',
    "collation and text search": 'CREATE COLLATION "C i" (PROVIDER = libc, LOCALE = \'C\'); CREATE TABLE co (a TEXT COLLATE "C i"); CREATE TEXT SEARCH CONFIGURATION "my" (COPY = simple); CREATE INDEX ON co USING gin (to_tsvector(\'my\', a COLLATE "C"))',
    "cast": "CREATE TYPE y AS (a INT); CREATE FUNCTION yi(y) RETURNS INT LANGUAGE sql IMMUTABLE AS 'SELECT $1.a'; CREATE CAST (y AS INT) WITH FUNCTION yi(y) AS ASSIGNMENT",
    "a name that looks like a meta-command": 'CREATE TABLE "a\n\\! touch x\n-- b" ("c\n;" INT)',
}


@contextmanager
def built(shadow: Server, sql: str) -> Iterator[Database]:
    database = shadow.create_database()
    try:
        with database.connect(default_schema="public") as connection:
            connection.pgconn.notice_handler = None
            connection.execute(sql.encode(), prepare=False)
        yield database
    finally:
        shadow.drop_database(database)


@pytest.fixture(scope="module")
def blank(shadow: Server) -> Contents:
    with built(shadow, "SELECT") as database:
        return contents(database)


def rebuilt(blank: Contents, old: Contents) -> str:
    entries = [entry for entry in old.entries if entry not in blank.entries]
    return compose(entries, count=1, role="postgres", last=old.last)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_built_again_in_every_detail(shadow: Server, blank: Contents, kind: str) -> None:
    with built(shadow, f"{TABLES}{KINDS[kind]}") as database:
        old = contents(database)
    with built(shadow, rebuilt(blank, old)) as database:
        assert differences(old, contents(database)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DROP TRIGGER t ON plain", "TRIGGER public.plain t is missing or not the same"),
        ("ALTER TABLE plain DISABLE TRIGGER t", "trigger public.plain t is not the same"),
        ("COMMENT ON COLUMN plain.id IS NULL", "COMMENT public.COLUMN plain.id is missing or not the same"),
        ("SELECT setval('s', 9)", "at the end SELECT pg_catalog.setval('public.s', 4, true); is missing"),
        ("REFRESH MATERIALIZED VIEW m WITH NO DATA", "relation public.m is not the same"),
        ("CREATE INDEX more ON plain (id)", "INDEX public.more is there otherwise"),
        ("ALTER TABLE plain ALTER COLUMN v SET STATISTICS 9", "TABLE public.plain is missing or not the same"),
        ("ALTER FUNCTION f() COST 3", "FUNCTION public.f() is missing or not the same"),
        ("GRANT SELECT ON plain TO PUBLIC", "ACL public.TABLE plain is there otherwise"),
        ("ALTER TABLE plain ADD COLUMN x INT; ALTER TABLE plain DROP COLUMN x", ""),
    ],
)  # fmt: skip
def test_what_differs_is_named(shadow: Server, change: str, words: str) -> None:
    base = f"""{TABLES}
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER t BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION f();
    COMMENT ON COLUMN plain.id IS 'c'; CREATE SEQUENCE s; SELECT setval('s', 4);
    CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;"""
    with built(shadow, base) as database:
        old = contents(database)
    with built(shadow, f"{base}{change}") as database:
        said = differences(old, contents(database))
    assert words in said if words else said == []
