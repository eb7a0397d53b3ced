"""The schema's own words, as Postgres' catalog has them, beside what the migrations made."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import CatalogColumn, Column, Index, IndexColumn, Opclass, Schema, Table
from prisma_drift.model.types import (
    Arity,
    ColumnType,
    DateTimeText,
    DbGenerated,
    Default,
    Family,
    JsonText,
    NativeType,
    Now,
    Value,
)
from prisma_drift.model.values import replace
from prisma_drift.pipeline.realise import realise
from prisma_drift.postgres.catalog.introspect import introspect

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection, Database

TEXT = ColumnType(Family.STRING, Arity.NULLABLE, native=NativeType("Text"))


def database_of(connection: Connection, sql: str) -> Schema:
    connection.execute(sql.encode())
    return introspect(connection, default_schema="public", partial_indexes=True)


def wanted(actual: Schema, *columns: Column, indexes: tuple[Index, ...] = ()) -> Schema:
    """A schema with the actual one's first table, but these columns and indexes."""
    table = Table(actual.tables[0].name, columns, indexes=indexes)
    return Schema(tables=(table,), enums=actual.enums)


def catalogs(schema: Schema) -> list[CatalogColumn | None]:
    return [column.catalog for column in schema.tables[0].columns]


@pytest.mark.parametrize(
    ("sql", "type", "default", "realised"),
    [
        ("text DEFAULT lower('X')", TEXT, DbGenerated("lower('X')"), "lower('X'::text)"),
        ("text DEFAULT lower('X')", TEXT, DbGenerated("LOWER( 'X' ) -- why"), "lower('X'::text)"),
        ("text DEFAULT lower('X')", TEXT, Value("x"), "'x'::text"),
        (
            "timestamp(3) DEFAULT now()",
            ColumnType(Family.DATETIME, Arity.NULLABLE, native=NativeType("Timestamp", (3,))),
            DbGenerated("pg_catalog.now()"),
            "now()",
        ),
        (
            "timestamp(3) DEFAULT '2020-01-01'",
            ColumnType(Family.DATETIME, Arity.NULLABLE, native=NativeType("Timestamp", (3,))),
            Value(DateTimeText("2020-01-01 00:00:00 +00:00")),
            "'2020-01-01 00:00:00'::timestamp without time zone",
        ),
        (
            "bigint[] DEFAULT ARRAY[7]::bigint[]",
            ColumnType(Family.BIGINT, Arity.LIST, native=NativeType("BigInt")),
            Value((7,)),
            "ARRAY[(7)::bigint]",
        ),
        (
            "jsonb DEFAULT '{}'",
            ColumnType(Family.JSON, Arity.NULLABLE, native=NativeType("JsonB")),
            Value(JsonText('{"a":1}')),
            "'{\"a\": 1}'::jsonb",
        ),
        (
            "numeric(65,30) DEFAULT 2",
            ColumnType(Family.DECIMAL, Arity.NULLABLE, native=NativeType("Decimal", (65, 30))),
            Value(Decimal("1.50")),
            "1.50",
        ),
    ],
)
def test_default(connection: Connection, sql: str, type: ColumnType, default: Default, realised: str) -> None:
    actual = database_of(connection, f"CREATE TABLE t (c {sql})")
    found = catalogs(realise(wanted(actual, Column("c", type, default)), actual, connection))
    assert [c.default for c in found if c] == [realised]


@pytest.mark.parametrize(
    ("sql", "type", "realised"),
    [
        ("vector(3)", ColumnType(Family.UNSUPPORTED, Arity.NULLABLE, text="vector(4)"), "vector(4)"),
        ("vector(3)", ColumnType(Family.UNSUPPORTED, Arity.NULLABLE, text="public.VECTOR( 3 )"), "vector(3)"),
        ("tsvector[]", ColumnType(Family.UNSUPPORTED, Arity.LIST, text="TSVector"), "tsvector[]"),
        ("int4range", ColumnType(Family.UNSUPPORTED, Arity.NULLABLE, text="varchar (5)"), "character varying(5)"),
        ("cidr", TEXT, "text"),
        ("timestamp", ColumnType(Family.DATETIME, Arity.NULLABLE, native=NativeType("Timestamp")),
         "timestamp without time zone"),
    ],
)  # fmt: skip
def test_type(connection: Connection, sql: str, type: ColumnType, realised: str) -> None:
    actual = database_of(connection, f"CREATE EXTENSION vector; CREATE TABLE t (c {sql})")
    found = catalogs(realise(wanted(actual, Column("c", type)), actual, connection))
    assert found == [CatalogColumn(realised)]


def test_functions_and_types_that_only_migrations_make(connection: Connection) -> None:
    actual = database_of(
        connection,
        """
        CREATE FUNCTION nanoid(size int DEFAULT 21) RETURNS text LANGUAGE sql AS 'select repeat(''x'', size)';
        CREATE TYPE "Role" AS ENUM ('ADMIN'); CREATE DOMAIN email AS text;
        CREATE TABLE t (a text DEFAULT nanoid(), b "Role" DEFAULT 'ADMIN', c email);
        """,
    )
    enum = ColumnType(Family.ENUM, Arity.NULLABLE, enum=actual.enums[0].name)
    schema = wanted(
        actual,
        Column("a", TEXT, DbGenerated("nanoid( )")),
        Column("b", enum, DbGenerated("('ADMIN')")),
        Column("c", ColumnType(Family.UNSUPPORTED, Arity.NULLABLE, text="Email")),
    )
    assert catalogs(realise(schema, actual, connection)) == [
        CatalogColumn("text", default="nanoid()"),
        CatalogColumn('"Role"', default="'ADMIN'::\"Role\""),
        CatalogColumn("email", domain=True),
    ]


def test_generated_column_is_read_beside_its_table(connection: Connection) -> None:
    actual = database_of(
        connection,
        """CREATE TABLE t (a int, b text, n int GENERATED ALWAYS AS (a + 1) STORED,
           c tsvector GENERATED ALWAYS AS (to_tsvector('english', b)) STORED)""",
    )
    type = ColumnType(Family.UNSUPPORTED, Arity.NULLABLE, text="tsvector")
    number = ColumnType(Family.INT, Arity.NULLABLE, native=NativeType("Integer"))
    schema = wanted(
        actual,
        Column("c", type, DbGenerated("to_tsvector('english', b) -- words")),
        Column("n", number, DbGenerated("nosuch + 1")),
    )
    assert catalogs(realise(schema, actual, connection)) == [
        CatalogColumn("tsvector", generated="to_tsvector('english'::regconfig, b)", generated_kind="s"),
        None,
    ]


def test_one_that_fails_does_not_spoil_the_others(connection: Connection) -> None:
    names = [f"c{number}" for number in range(12)]
    actual = database_of(connection, f"CREATE TABLE t ({', '.join(f'{n} text DEFAULT 1' for n in names)})")
    bad = {"c0": "nosuch()", "c5": "1 +", "c11": "1); DROP TABLE t; --"}
    schema = wanted(actual, *(Column(n, TEXT, DbGenerated(bad.get(n, "upper('a')"))) for n in names))
    found = catalogs(realise(schema, actual, connection))
    assert [c is None for c in found] == [n in bad for n in names]
    assert {c.default for c in found if c} == {"upper('a'::text)"}


def test_index_predicates_and_operator_classes(connection: Connection) -> None:
    actual = database_of(
        connection,
        """CREATE TABLE t (a int, l int[]); CREATE INDEX i ON t (a) WHERE a IN (1, 2); CREATE INDEX j ON t USING gin (l)""",
    )
    columns = (Column("a", ColumnType(Family.INT, Arity.NULLABLE, native=NativeType("Integer"))),)
    by_a = Index("i", (IndexColumn("a"),), predicate="a in (1,2)")
    by_l = Index("j", (IndexColumn("l", opclass=Opclass("array_ops", raw=True)),), method="gin")
    bad = replace(by_a, name="bad", predicate="nosuch > 1")
    found = realise(wanted(actual, *columns, indexes=(by_a, by_l, bad)), actual, connection).tables[0].indexes
    assert found[0].catalog is not None
    assert found[0].catalog.predicate == "(a = ANY (ARRAY[1, 2]))"
    assert found[0].catalog.definition == ""
    assert found[1].catalog is not None
    assert (found[1].catalog.opclasses, found[1].catalog.default_opclasses) == (("array_ops",), (True,))
    assert found[2].catalog is None


def test_nothing_in_doubt_asks_nothing(connection: Connection) -> None:
    actual = database_of(
        connection,
        "CREATE TABLE t (a int DEFAULT 5, b timestamp(3) DEFAULT now(), c text); CREATE INDEX i ON t (a)",
    )
    table = actual.tables[0]
    plain = replace(
        table,
        columns=tuple(replace(c, catalog=None) for c in table.columns),
        indexes=tuple(replace(i, catalog=None) for i in table.indexes),
    )
    expected = replace(actual, tables=(plain,))
    connection.execute("CREATE TABLE other (id int)")
    closed = psycopg.connect(connection.info.dsn, password=connection.info.password)
    closed.close()
    assert realise(expected, actual, closed) is expected
    missing = wanted(actual, Column("new", TEXT, DbGenerated("lower('X')")))
    assert realise(missing, actual, closed) is missing


def test_nothing_is_left_behind(database: Database) -> None:
    with database.connect() as connection:
        actual = database_of(connection, "CREATE TABLE t (a text DEFAULT lower('X'), b text DEFAULT 'x')")
        escape = "'y'); COMMIT; CREATE TABLE escaped (id int); --"
        schema = wanted(
            actual,
            Column("a", TEXT, DbGenerated("upper('X')")),
            Column("b", TEXT, DbGenerated(escape)),
        )
        before = connection.execute("SELECT count(*) FROM pg_class").fetchone()
        found = catalogs(realise(schema, actual, connection))
        assert found == [CatalogColumn("text", default="upper('X'::text)"), None]
        assert connection.execute("SELECT count(*) FROM pg_class").fetchone() == before
        assert connection.execute("SHOW statement_timeout").fetchone() != ("10s",)
        assert introspect(connection, default_schema="public") == introspect(
            connection, default_schema="public"
        )


def test_database_that_may_only_be_read(connection: Connection) -> None:
    actual = database_of(connection, "CREATE TABLE t (a text DEFAULT lower('X'), b text DEFAULT 'x')")
    connection.execute("SET TRANSACTION READ ONLY")
    schema = wanted(actual, Column("a", TEXT, DbGenerated("upper('X')")), Column("b", TEXT, Now()))
    assert catalogs(realise(schema, actual, connection)) == [None, None]


def test_extension_in_a_schema_of_its_own(connection: Connection) -> None:
    actual = database_of(
        connection,
        """CREATE SCHEMA "Ext"; CREATE EXTENSION vector SCHEMA "Ext"; CREATE EXTENSION fuzzystrmatch SCHEMA "Ext";
           CREATE TABLE t (a "Ext".vector(3), b int DEFAULT "Ext".levenshtein('a', 'b'))""",
    )
    number = ColumnType(Family.INT, Arity.NULLABLE, native=NativeType("Integer"))
    schema = wanted(
        actual,
        Column("a", ColumnType(Family.UNSUPPORTED, Arity.NULLABLE, text="vector(3)")),
        Column("b", number, DbGenerated("levenshtein('a','b')")),
    )
    assert catalogs(realise(schema, actual, connection)) == catalogs(actual)


def test_names_that_postgres_has_cut_are_found_under_what_is_left(connection: Connection) -> None:
    long = "t" * 70
    actual = database_of(
        connection,
        f'CREATE TABLE "{long}" ("{long}" text DEFAULT lower(\'X\')); CREATE INDEX i ON "{long}" ("{long}" text_pattern_ops)',
    )
    column = Column(long, TEXT, DbGenerated("lower('X')"))
    index = Index("i", (IndexColumn(long, opclass=Opclass("text_pattern_ops", raw=True)),))
    expected = Schema(tables=(Table(QualifiedName("public", long), (column,), indexes=(index,)),))
    realised = realise(expected, actual, connection)
    [table] = realised.tables
    assert (table.name.name, table.columns[0].name) == (long, long)
    assert table.columns[0].catalog == actual.tables[0].columns[0].catalog
    assert table.indexes[0].catalog is not None
    found = diff(actual, realised, Rules())
    assert found.changes == ()
