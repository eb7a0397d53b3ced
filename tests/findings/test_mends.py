"""The schema's side against real catalogs: what Postgres says of an object becomes lines with which nothing differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prisma_drift.diff.compare import Rules
from prisma_drift.findings.findings import findings, schema_lines
from prisma_drift.model.report import Finding
from prisma_drift.model.version import LATEST
from prisma_drift.pipeline.compare import compare
from prisma_drift.psl.edit.declare import edited
from prisma_drift.psl.load import Document, SchemaFile, load

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
BASE = HEAD + "model T {\n  id Int @id\n}\n"
TABLE = 'CREATE TABLE "T" (id integer CONSTRAINT "T_pkey" PRIMARY KEY);\n'


def document(text: str) -> Document:
    return load((SchemaFile("schema.prisma", text),), version=LATEST)


def look(connection: Connection, doc: Document) -> tuple[Finding, ...]:
    found = compare(connection, doc.schema, Rules())
    return findings(found.difference, actual=found.actual, expected=found.expected, document=doc)


def mended(connection: Connection, sql: str, schema: str = BASE) -> list[str]:
    """The lines for what `sql` makes; with them the schema is valid and the database satisfies it."""
    connection.execute(sql.encode())
    doc = document(schema)
    lines = schema_lines(look(connection, doc))
    [file] = edited(doc, lines)
    left = [one for one in look(connection, document(file.text)) if one.severity == "error"]
    assert left == [], file.text
    return [one.text for one in lines]


@pytest.mark.parametrize(
    ("column", "line"),
    [
        ("a text", "  a  String?"),
        ("a varchar(50) NOT NULL", "  a  String @db.VarChar(50)"),
        ("a char NOT NULL", "  a  String @db.Char(1)"),
        ("a numeric(10,2) NOT NULL DEFAULT 1.50", "  a  Decimal @default(1.50) @db.Decimal(10, 2)"),
        ("a numeric", "  a  Decimal? @db.Decimal"),
        ("a serial", "  a  Int @default(autoincrement())"),
        ("a bigint DEFAULT -5", "  a  BigInt? @default(-5)"),
        ("a timestamp(3) NOT NULL DEFAULT now()", "  a  DateTime @default(now())"),
        ("a timestamptz", "  a  DateTime? @db.Timestamptz(6)"),
        (
            "a date DEFAULT '2020-01-01'",
            "  a  DateTime? @default(dbgenerated(\"'2020-01-01'::date\")) @db.Date",
        ),
        (
            "a uuid DEFAULT gen_random_uuid()",
            '  a  String? @default(dbgenerated("gen_random_uuid()")) @db.Uuid',
        ),
        ("a text[] DEFAULT '{}'", "  a  String[] @default([])"),
        ("a integer[] DEFAULT ARRAY[1,2]", "  a  Int[] @default([1, 2])"),
        ("a text DEFAULT lower('X')", "  a  String? @default(dbgenerated(\"lower('X'::text)\"))"),
        ("a text DEFAULT E'it''s \"q\"\\n\\\\'", '  a  String? @default("it\'s \\"q\\"\\n\\\\")'),
        ("a jsonb NOT NULL DEFAULT '{\"a\": 1}'", '  a  Json @default("{\\"a\\": 1}")'),
        ("a bytea DEFAULT '\\x6869'", '  a  Bytes? @default("aGk=")'),
        ("a boolean NOT NULL DEFAULT false", "  a  Boolean @default(false)"),
        ("a double precision DEFAULT 1.5", "  a  Float? @default(1.5)"),
        ("a interval", '  a  Unsupported("interval")?'),
        ("a tsvector NOT NULL", '  a  Unsupported("tsvector")'),
        ('"2fa on" integer', '  fa_on Int? @map("2fa on")'),
    ],
)
def test_a_column_of_the_catalog(connection: Connection, column: str, line: str) -> None:
    assert mended(connection, TABLE + f'ALTER TABLE "T" ADD COLUMN {column};') == [line]


@pytest.mark.parametrize(
    ("field", "type", "index", "line"),
    [
        ("a Json", "jsonb", 'INDEX i ON "T" USING gin (a)', '@@index([a], type: Gin, map: "i")'),
        (
            "a Json",
            "jsonb",
            'INDEX i ON "T" USING gin (a jsonb_path_ops)',
            '@@index([a(ops: JsonbPathOps)], type: Gin, map: "i")',
        ),
        (
            "a String @db.Inet",
            "inet",
            'INDEX i ON "T" USING gist (a inet_ops)',
            '@@index([a(ops: InetOps)], type: Gist, map: "i")',
        ),
        ("a String", "text", 'INDEX i ON "T" USING spgist (a)', '@@index([a], type: SpGist, map: "i")'),
        ("a Int", "integer", 'INDEX i ON "T" USING brin (a)', '@@index([a], type: Brin, map: "i")'),
        (
            "a Int",
            "integer",
            'INDEX i ON "T" USING brin (a int4_bloom_ops)',
            '@@index([a(ops: Int4BloomOps)], type: Brin, map: "i")',
        ),
        (
            'a Unsupported("int4range")',
            "int4range",
            'INDEX i ON "T" USING gist (a)',
            '@@index([a], type: Gist, map: "i")',
        ),
        ("a Int", "integer", 'INDEX i ON "T" USING hash (a)', '@@index([a], type: Hash, map: "i")'),
        ("a Int", "integer", 'UNIQUE INDEX "T_a_key" ON "T" (a DESC)', "@@unique([a(sort: Desc)])"),
        ("a Int", "integer", 'INDEX "T_a_id_idx" ON "T" (a, id)', "@@index([a, id])"),
    ],
)
def test_an_index_of_the_catalog(
    connection: Connection, field: str, type: str, index: str, line: str
) -> None:
    schema = BASE.replace("@id\n", f"@id\n  {field}\n")
    made = mended(connection, f'{TABLE}ALTER TABLE "T" ADD COLUMN a {type} NOT NULL; CREATE {index};', schema)
    assert made == [f"\n  {line}"]


def test_a_table_with_all_that_belongs_to_it(connection: Connection) -> None:
    sql = TABLE + (
        "CREATE TYPE \"Kind\" AS ENUM ('a', 'b-c');\n"
        'CREATE TABLE "Item" (id uuid DEFAULT gen_random_uuid() CONSTRAINT item_key PRIMARY KEY, kind "Kind" NOT NULL DEFAULT \'b-c\','
        ' kinds "Kind"[] DEFAULT ARRAY[\'a\']::"Kind"[], t_id integer REFERENCES "T" ON DELETE CASCADE, UNIQUE (kind, t_id));\n'
        'CREATE TABLE "_ItemToT" ("A" uuid NOT NULL REFERENCES "Item" ON DELETE CASCADE ON UPDATE CASCADE,'
        ' "B" integer NOT NULL REFERENCES "T" ON DELETE CASCADE ON UPDATE CASCADE,'
        ' CONSTRAINT "_ItemToT_AB_pkey" PRIMARY KEY ("A", "B"));\n'
        'CREATE INDEX "_ItemToT_B_index" ON "_ItemToT" ("B");\n'
    )
    text = "\n".join(mended(connection, sql))
    assert "@default(b_c)" in text
    assert 'b_c @map("b-c")' in text
    assert '@id(map: "item_key") @default(dbgenerated("gen_random_uuid()")) @db.Uuid' in text
    assert "onDelete: Cascade, onUpdate: NoAction" in text
    assert "model _ItemToT" not in text


def test_an_index_that_cannot_be_declared_gets_no_lines(connection: Connection) -> None:
    sql = TABLE + 'CREATE INDEX i ON "T" ((id + 1)); CREATE INDEX j ON "T" (id) WHERE id > 0;'
    assert mended(connection, sql) == []
