"""Tables, columns, enums and keys as Prisma's engine sees them, read from a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prisma_drift.errors import DriftError
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import CatalogColumn, Enum, ForeignKey, PrimaryKey, Schema
from prisma_drift.model.types import Arity, ColumnType, DbGenerated, Family, NativeType, Now, Sequence, Value
from prisma_drift.postgres.catalog.introspect import introspect

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection, Database


def read(connection: Connection, sql: str, *schemas: str, default: str = "public") -> Schema:
    connection.execute(sql.encode())
    return introspect(connection, default_schema=default, schemas=schemas)


def test_tables_that_prisma_sees_in_byte_order(connection: Connection) -> None:
    schema = read(
        connection,
        """
        CREATE TABLE b (id int); CREATE TABLE "B" (id int); CREATE TABLE "Éa" (id int); CREATE TABLE empty ();
        CREATE UNLOGGED TABLE unlogged (id int); CREATE TABLE child () INHERITS (b);
        CREATE TABLE parts (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF parts FOR VALUES IN (1);
        CREATE TABLE sub PARTITION OF parts FOR VALUES IN (2) PARTITION BY LIST (id);
        CREATE VIEW v AS SELECT 1 AS id; CREATE MATERIALIZED VIEW m AS SELECT 1 AS id;
        CREATE TEMP TABLE t (id int); CREATE SCHEMA other; CREATE TABLE other.o (id int);
        CREATE TABLE _prisma_migrations (id int); CREATE TABLE "Spatial_Ref_Sys" (id int);
        """,
    )
    names = [table.name.name for table in schema.tables]
    assert names == ["B", "b", "child", "empty", "parts", "sub", "unlogged", "Éa"]
    assert [t.name.name for t in schema.tables if t.partitioned] == ["parts", "sub"]
    assert {t.name.name: t.unmanaged for t in schema.tables if t.unmanaged} == {"sub": ("partition",)}
    assert schema.schemas == ("public",)


def test_schemas_in_scope(connection: Connection) -> None:
    sql = "CREATE SCHEMA s2; CREATE TABLE s2.a (id int); CREATE TABLE b (id int); CREATE TYPE s2.e AS ENUM ('x')"
    schema = read(connection, sql, "s2", "public", "missing")
    assert [str(table.name) for table in schema.tables] == ["public.b", "s2.a"]
    assert schema.schemas == ("public", "s2")
    assert schema.enums == (Enum(QualifiedName("s2", "e"), ("x",), explicit_schema=True),)
    assert [str(t.name) for t in introspect(connection, default_schema="s2").tables] == ["s2.a"]


@pytest.mark.parametrize(
    ("sql", "family", "native"),
    [
        ("smallint", Family.INT, NativeType("SmallInt")),
        ("oid", Family.INT, NativeType("Oid")),
        ("bigint", Family.BIGINT, NativeType("BigInt")),
        ("real", Family.FLOAT, NativeType("Real")),
        ("numeric", Family.DECIMAL, NativeType("Decimal")),
        ("numeric(10,2)", Family.DECIMAL, NativeType("Decimal", (10, 2))),
        ("numeric(10)", Family.DECIMAL, NativeType("Decimal", (10, 0))),
        ("money", Family.DECIMAL, NativeType("Money")),
        ("text", Family.STRING, NativeType("Text")),
        ("varchar", Family.STRING, NativeType("VarChar")),
        ("varchar(9)", Family.STRING, NativeType("VarChar", (9,))),
        ("char", Family.STRING, NativeType("Char", (1,))),
        ("bpchar", Family.STRING, NativeType("Char")),
        ('"char"', Family.STRING, NativeType("Char")),
        ("bit", Family.STRING, NativeType("Bit", (1,))),
        ("varbit(5)", Family.STRING, NativeType("VarBit", (5,))),
        ("uuid", Family.UUID, NativeType("Uuid")),
        ("bytea", Family.BYTES, NativeType("ByteA")),
        ("jsonb", Family.JSON, NativeType("JsonB")),
        ("timestamp", Family.DATETIME, NativeType("Timestamp", (6,))),
        ("timestamptz(3)", Family.DATETIME, NativeType("Timestamptz", (3,))),
        ("time(0)", Family.DATETIME, NativeType("Time", (0,))),
        ("date", Family.DATETIME, NativeType("Date")),
    ],
)
def test_native_types(connection: Connection, sql: str, family: Family, native: NativeType) -> None:
    table = read(connection, f"CREATE TABLE t (a {sql}, b {sql} NOT NULL, c {sql}[] NOT NULL)").tables[0]
    assert table.columns[0].type == ColumnType(family, Arity.NULLABLE, native=native)
    assert table.columns[1].type.arity is Arity.REQUIRED
    # A list's precision is read from its text, where 6 is not written.
    listed = NativeType("Timestamp") if sql == "timestamp" else native
    assert table.columns[2].type == ColumnType(family, Arity.LIST, native=listed)


def test_types_that_prisma_does_not_know(connection: Connection) -> None:
    columns = (
        read(
            connection,
            """
        CREATE EXTENSION vector; CREATE SCHEMA s2; CREATE TYPE s2.hidden AS ENUM ('x');
        CREATE DOMAIN short AS varchar(7) NOT NULL; CREATE DOMAIN of_domain AS short;
        CREATE TABLE t (a vector(3), b tsvector[], c s2.hidden, d short, e of_domain, f interval);
        """,
        )
        .tables[0]
        .columns
    )
    assert [(c.type.family, c.type.arity, c.type.text) for c in columns] == [
        (Family.UDT, Arity.NULLABLE, "vector(3)"),
        (Family.UNSUPPORTED, Arity.LIST, "tsvector"),
        (Family.UNSUPPORTED, Arity.NULLABLE, "s2.hidden"),
        (Family.STRING, Arity.REQUIRED, ""),
        (Family.UNSUPPORTED, Arity.NULLABLE, "of_domain"),
        (Family.UNSUPPORTED, Arity.NULLABLE, "interval"),
    ]
    assert columns[3].type.native == NativeType("VarChar", (7,))
    assert columns[3].catalog == CatalogColumn("short", domain=True)


def test_enums_and_their_columns(connection: Connection) -> None:
    schema = read(
        connection,
        """
        CREATE TYPE "Z" AS ENUM ('b', 'it''s', 'a'); ALTER TYPE "Z" ADD VALUE 'first' BEFORE 'b';
        CREATE TYPE nothing AS ENUM ();
        CREATE TABLE t (e "Z" DEFAULT 'a', l "Z"[]);
        """,
    )
    name = QualifiedName("public", "Z")
    assert schema.enums == (Enum(name, ("first", "b", "it's", "a"), explicit_schema=True),)
    assert [c.type for c in schema.tables[0].columns] == [
        ColumnType(Family.ENUM, Arity.NULLABLE, enum=name),
        ColumnType(Family.ENUM, Arity.LIST, enum=name),
    ]
    default = schema.tables[0].columns[0].catalog
    assert default is not None
    assert default.default == "'a'::\"Z\""


def test_defaults_and_counting_columns(connection: Connection) -> None:
    columns = (
        read(
            connection,
            """
        CREATE TABLE t (
            a serial, b int GENERATED BY DEFAULT AS IDENTITY, c bigint GENERATED ALWAYS AS IDENTITY,
            d timestamp(3) DEFAULT now(), e text DEFAULT lower('X'), f int DEFAULT 5,
            g int GENERATED ALWAYS AS (f + 1) STORED, h text COLLATE "C");
        """,
        )
        .tables[0]
        .columns
    )
    assert [c.default for c in columns] == [
        Sequence("t_a_seq"),
        None,
        None,
        Now(),
        DbGenerated("lower('X'::text)"),
        Value(5),
        DbGenerated("(f + 1)"),
        None,
    ]
    assert [c.name for c in columns if c.autoincrement] == ["a", "b", "c"]
    assert [c.catalog.identity for c in columns if c.catalog] == ["", "d", "a", "", "", "", "", ""]
    assert columns[6].catalog == CatalogColumn("integer", generated="(f + 1)", generated_kind="s")
    assert columns[7].catalog == CatalogColumn("text", collation='"C"')


def test_keys(connection: Connection) -> None:
    schema = read(
        connection,
        """
        CREATE TABLE a (x int, y int, z int, CONSTRAINT a_pk PRIMARY KEY (y, x) INCLUDE (z));
        CREATE TABLE b (p int, q int,
            CONSTRAINT fk FOREIGN KEY (q, p) REFERENCES a (y, x) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE,
            CONSTRAINT "Fk" FOREIGN KEY (q, p) REFERENCES a (y, x) ON DELETE SET DEFAULT ON UPDATE RESTRICT);
        """,
    )
    a, b = schema.tables
    assert a.primary_key == PrimaryKey("a_pk", ("y", "x"), include=("z",))
    assert (a.indexes, b.primary_key) == ((), None)
    text = "FOREIGN KEY (q, p) REFERENCES a(y, x) ON UPDATE "
    assert b.foreign_keys == (
        ForeignKey(
            "Fk", ("q", "p"), a.name, ("y", "x"), "SET DEFAULT", "RESTRICT",
            definition=text + "RESTRICT ON DELETE SET DEFAULT",
        ),
        ForeignKey(
            "fk", ("q", "p"), a.name, ("y", "x"), "CASCADE", "SET NULL",
            definition=text + "SET NULL ON DELETE CASCADE DEFERRABLE",
        ),
    )  # fmt: skip


def test_key_out_of_scope_is_refused(connection: Connection) -> None:
    sql = "CREATE SCHEMA s2; CREATE TABLE s2.t (id int PRIMARY KEY); CREATE TABLE u (t int REFERENCES s2.t)"
    with pytest.raises(DriftError, match=r"u_t_fkey of public\.u points to s2\.t") as caught:
        read(connection, sql)
    assert 'list "s2"' in caught.value.hint
    key = introspect(connection, default_schema="public", schemas=("public", "s2")).tables[0].foreign_keys[0]
    assert key.references == QualifiedName("s2", "t")


def test_extensions_and_sequences(connection: Connection) -> None:
    schema = read(
        connection,
        "CREATE EXTENSION pg_trgm; CREATE SEQUENCE free; CREATE TABLE t (a serial, b int DEFAULT nextval('free'))",
    )
    assert [(e.name, e.schema, e.relocatable) for e in schema.extensions] == [("pg_trgm", "public", True)]
    assert schema.sequences == (
        (QualifiedName("public", "free"), ""),
        (QualifiedName("public", "t_a_seq"), "public.t.a"),
    )
    assert introspect(connection, default_schema="public", expected_extensions=False).extensions == ()


def test_nothing_is_left_behind(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("SET search_path = public, pg_temp")
        read(connection, "CREATE TABLE t (id int)")
        assert connection.execute("SHOW search_path").fetchone() == ("public, pg_temp",)
        assert connection.execute("SHOW transaction_read_only").fetchone() == ("off",)
        with connection.transaction():
            connection.execute("CREATE TABLE kept (id int)")
            names = [t.name.name for t in introspect(connection, default_schema="public").tables]
        assert names == ["kept", "t"]
        assert len(introspect(connection, default_schema="public").tables) == 2


def test_lost_connection(database: Database) -> None:
    connection = database.connect()
    connection.close()
    with pytest.raises(DriftError, match="catalog cannot be read: the connection is closed"):
        introspect(connection, default_schema="public")


def test_default_schema_with_an_odd_name(connection: Connection) -> None:
    sql = """CREATE SCHEMA "a""b $x"; CREATE TYPE "a""b $x".e AS ENUM ('v');
             CREATE TABLE "a""b $x".t (e "a""b $x".e DEFAULT 'v')"""
    column = read(connection, sql, default='a"b $x').tables[0].columns[0]
    assert column.catalog == CatalogColumn("e", default="'v'::e")
