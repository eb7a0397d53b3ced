"""What a hostile or an odd migration leaves in the database does not change what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prisma_drift.model.schema import CatalogColumn
from prisma_drift.postgres.catalog.introspect import introspect

if TYPE_CHECKING:
    from prisma_drift.model.schema import Schema
    from prisma_drift.postgres.server.database import Connection

TABLES = """
CREATE TYPE "E" AS ENUM ('x');
CREATE TABLE t (id serial PRIMARY KEY, e "E" DEFAULT 'x', b text DEFAULT lower('X') CHECK (b <> ''), n int);
CREATE UNIQUE INDEX i ON t (n) INCLUDE (b) WHERE n > 1;
CREATE TABLE u (t int REFERENCES t (id));
CREATE VIEW v AS SELECT id FROM t;
"""

SHADOWS = {"public.pg_class", "public.name", "public.regclass", "public.bool"}


def read(connection: Connection) -> Schema:
    return introspect(connection, default_schema="public")


def without_the_trick(schema: Schema) -> tuple[object, ...]:
    kept = tuple(u for u in schema.unmanaged if "trick" not in u.definition and u.name not in SHADOWS)
    tables = tuple(t for t in schema.tables if str(t.name) not in SHADOWS)
    return tables, schema.enums, schema.sequences, kept


@pytest.mark.parametrize(
    "trick",
    [
        # Exact matches for the operands of catalog queries, which Postgres prefers over casts.
        """CREATE FUNCTION trick(name, text[]) RETURNS bool LANGUAGE sql AS 'select 1/0 = 0';
           CREATE OPERATOR = (LEFTARG = name, RIGHTARG = text[], FUNCTION = trick)""",
        """CREATE FUNCTION trick("char", text) RETURNS bool LANGUAGE sql AS 'select 1/0 = 0';
           CREATE OPERATOR = (LEFTARG = "char", RIGHTARG = text, FUNCTION = trick)""",
        """CREATE FUNCTION trick(oid, regclass) RETURNS bool LANGUAGE sql AS 'select 1/0 = 0';
           CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = regclass, FUNCTION = trick)""",
        """CREATE FUNCTION trick(smallint, smallint) RETURNS bool LANGUAGE sql AS 'select 1/0 = 0';
           CREATE OPERATOR = (LEFTARG = smallint, RIGHTARG = smallint, FUNCTION = trick)""",
        "CREATE FUNCTION format_type(oid, int) RETURNS text LANGUAGE sql AS $$select 'trick'$$",
        "CREATE FUNCTION pg_get_expr(pg_node_tree, oid) RETURNS text LANGUAGE sql AS $$select 'trick'$$",
        "CREATE FUNCTION set_config(text, text, bool) RETURNS text LANGUAGE sql AS $$select 'trick'$$",
        "CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE sql AS $$select 'trick'$$",
        "CREATE TABLE pg_class AS SELECT 1 AS trick",
        "CREATE DOMAIN name AS int; CREATE DOMAIN regclass AS int; CREATE DOMAIN bool AS int",
    ],
    ids=lambda sql: sql.rsplit("CREATE", 1)[1][:45],
)
def test_objects_that_shadow_the_catalog(connection: Connection, trick: str) -> None:
    connection.execute(TABLES.encode())
    before = read(connection)
    connection.execute(trick.encode())
    assert without_the_trick(read(connection)) == without_the_trick(before)


def test_search_path_set_on_role_and_connection(connection: Connection) -> None:
    connection.execute(TABLES.encode())
    before = read(connection)
    connection.execute("CREATE SCHEMA evil; CREATE TABLE evil.t (x int); SET search_path = evil, pg_catalog")
    assert read(connection) == before


def test_temporary_objects_do_not_shadow(connection: Connection) -> None:
    connection.execute(TABLES.encode())
    before = read(connection)
    connection.execute(
        "CREATE TEMP TABLE text (x int); CREATE TEMP TABLE oid (x int); CREATE TEMP TABLE pg_class (x int)"
    )
    assert read(connection).enums == before.enums
    assert [t.name for t in read(connection).tables] == [t.name for t in before.tables]


def test_names_with_quotes_dots_and_line_breaks(connection: Connection) -> None:
    connection.execute(
        """
        CREATE TYPE "e'%s" AS ENUM ('a''b', 'c"d', E'new\nline', '100%s');
        CREATE TABLE "t\"\"; DROP TABLE x; --" (
            "a.b" serial PRIMARY KEY, "c\"\"d" "e'%s" DEFAULT 'c"d', "%s" int CHECK ("%s" > 0), "ünï
code" text);
        CREATE INDEX "i\"\"'%s" ON "t\"\"; DROP TABLE x; --" ("c\"\"d", "%s");
        """.encode()
    )
    schema = read(connection)
    (table,) = schema.tables
    assert table.name.name == 't"; DROP TABLE x; --'
    assert [c.name for c in table.columns] == ["a.b", 'c"d', "%s", "ünï\ncode"]
    assert table.columns[1].catalog == CatalogColumn('"e\'%s"', default="'c\"d'::\"e'%s\"")
    assert [c.name for c in table.indexes[0].columns] == ['c"d', "%s"]
    assert schema.enums[0].values == ("a'b", 'c"d', "new\nline", "100%s")
    (check,) = [u for u in schema.unmanaged if u.kind == "check"]
    assert check.definition.startswith('ALTER TABLE public."t""; DROP TABLE x; --" ADD CONSTRAINT')


def test_reading_writes_nothing(connection: Connection) -> None:
    """A view over a function that writes is printed, never run."""
    connection.execute(
        """
        CREATE TABLE log (x int);
        CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'insert into log values (1) returning x';
        CREATE VIEW v AS SELECT writes() AS x; CREATE TABLE t (x int DEFAULT writes());
        """
    )
    assert read(connection).tables[1].columns[0].default is not None
    assert connection.execute("SELECT count(*) FROM log").fetchone() == (0,)
