"""Databases made by raw SQL and the schemas they are held against: what Prisma's language cannot say, and where it goes wrong."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
ITEM = 'CREATE TABLE "Item" ("id" INTEGER NOT NULL, "title" TEXT NOT NULL, "note" TEXT, CONSTRAINT "Item_pkey" PRIMARY KEY ("id"));\n'
ITEM_MODEL = "model Item {\n  id Int @id\n  title String\n  note String?\n%s}\n"


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    sql: str
    schema: str
    ours: str = "same"
    """same: as Prisma says · in-step: we find nothing where Prisma changes something · drift: we find more than Prisma."""
    rule: str = ""
    """The finding's or decision's page that explains the exception."""


def item(name: str, sql: str, extra: str = "", **more: str) -> Case:
    """A case on one table that the schema declares, with `sql` beside it and `extra` lines in the model."""
    return Case(name, ITEM + sql, HEAD + ITEM_MODEL % extra, **more)


def column(name: str, sql: str, psl: str, **more: str) -> Case:
    """A case of one column `c`."""
    return Case(
        name,
        f'CREATE TABLE "T" ("id" INTEGER NOT NULL, "c" {sql}, CONSTRAINT "T_pkey" PRIMARY KEY ("id"));\n',
        f"{HEAD}model T {{\n  id Int @id\n  c {psl}\n}}\n",
        **more,
    )


def endless(issues: str, sql: str, psl: str, before: str = "", ours: str = "in-step") -> Case:
    """A default that people report as migrated for ever: the database has just what the schema's own SQL made."""
    made = column(
        f"{issues} {psl}", sql, psl, ours=ours, rule="default-same-in-catalog" if ours != "same" else ""
    )
    return Case(made.name, before + made.sql, made.schema, made.ours, made.rule)


_MOMENT = "TIMESTAMP(3) NOT NULL DEFAULT"

ENDLESS = [
    # Public issues of github.com/prisma/prisma, by number. Some are mended there by now; then nobody finds a change.
    endless("#5892", f"{_MOMENT} '1970-01-01 00:00:00 +00:00'", 'DateTime @default("1970-01-01T00:00:00-00:00")', ours="same"),
    endless("#5892", f"{_MOMENT} 'epoch'", "DateTime @default(dbgenerated(\"'epoch'\"))"),
    endless("#10077", f"{_MOMENT} '2020-06-06 06:06:06 +00:00'", 'DateTime @default("2020-06-06T06:06:06.000Z")', ours="same"),
    endless("#9823", f"{_MOMENT} NOW() + INTERVAL '7 DAYS'", "DateTime @default(dbgenerated(\"NOW() + INTERVAL '7 DAYS'\"))"),
    endless("#9823", "JSONB NOT NULL DEFAULT '{}'::jsonb", "Json @default(dbgenerated(\"'{}'::jsonb\"))"),
    endless("#24240", "TIMESTAMP(6) NOT NULL DEFAULT NOW() + interval '1 day'", "DateTime @default(dbgenerated(\"NOW() + interval '1 day'\")) @db.Timestamp(6)"),
    endless("#18659", f"{_MOMENT} CURRENT_DATE + interval '3 days'", "DateTime @default(dbgenerated(\"CURRENT_DATE + interval '3 days'\"))"),
    endless("#11412", f"{_MOMENT} now() + '30 minutes'", "DateTime @default(dbgenerated(\"now() + '30 minutes'\"))"),
    endless("#12574", "TIMESTAMP(0) DEFAULT CURRENT_TIMESTAMP", 'DateTime? @default(dbgenerated("CURRENT_TIMESTAMP")) @db.Timestamp(0)'),
    endless("#12574", "TEXT NOT NULL DEFAULT rpad(substring(random()::text, 3, 6), 6, '0')", "String @default(dbgenerated(\"rpad(substring(random()::text, 3, 6), 6, '0')\"))"),
    endless("#25477", f"{_MOMENT} CURRENT_TIMESTAMP", 'DateTime @default(dbgenerated("CURRENT_TIMESTAMP"))'),
    endless("#9467", "TEXT NOT NULL DEFAULT current_setting('app.current_tenant')::text", "String @default(dbgenerated(\"current_setting('app.current_tenant')::text\"))"),
    endless("#6794", "TEXT NOT NULL DEFAULT gen_random_uuid()::TEXT", 'String @default(dbgenerated("gen_random_uuid()::TEXT"))'),
    endless("#14788", "TEXT NOT NULL DEFAULT 'policy_'|| nextval('policy_seq')", "String @default(dbgenerated(\"'policy_'|| nextval('policy_seq')\"))", "CREATE SEQUENCE policy_seq;\n"),
    endless("#8366", "INTEGER NOT NULL DEFAULT scramble((nextval('eid_seq'::regclass))::integer)", "Int @default(dbgenerated(\"scramble((nextval('eid_seq'::regclass))::integer)\"))", "CREATE SEQUENCE eid_seq;\nCREATE FUNCTION scramble(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n # 4711';\n", ours="same"),
    endless("#7592", "UUID NOT NULL DEFAULT tools.new_id()", 'String @default(dbgenerated("tools.new_id()")) @db.Uuid', "CREATE SCHEMA tools;\nCREATE FUNCTION tools.new_id() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';\n", ours="same"),
    endless("#22136", "TEXT NOT NULL DEFAULT encode(random_bytes(16), 'hex')", "String @default(dbgenerated(\"encode(random_bytes(16), 'hex')\"))", "CREATE FUNCTION random_bytes(n integer) RETURNS bytea LANGUAGE sql AS 'SELECT uuid_send(gen_random_uuid())';\n"),
]  # fmt: skip

CASES = [
    *ENDLESS,
    item("plain table", ""),
    item("undeclared plain index", 'CREATE INDEX "i" ON "Item"("title");'),
    item("undeclared unique index", 'CREATE UNIQUE INDEX "i" ON "Item"("title");'),
    item(
        "undeclared unique constraint",
        'ALTER TABLE "Item" ADD CONSTRAINT "u" UNIQUE ("title");',
        ours="other",
        rule="drop-unique-constraint",
    ),
    item("declared index, other name", 'CREATE INDEX "i" ON "Item"("title");', "  @@index([title])\n"),
    item(
        "declared index, descending",
        'CREATE INDEX "Item_title_idx" ON "Item"("title" DESC);',
        "  @@index([title])\n",
    ),
    item("expression index", 'CREATE INDEX "i" ON "Item"(lower("title"));'),
    item("partial index", 'CREATE INDEX "i" ON "Item"("title") WHERE "note" IS NULL;'),
    item(
        "include index",
        'CREATE INDEX "i" ON "Item"("title") INCLUDE ("note");',
        ours="in-step",
        rule="would-drop",
    ),
    item(
        "declared index with include",
        'CREATE INDEX "Item_title_idx" ON "Item"("title") INCLUDE ("note");',
        "  @@index([title])\n",
        ours="in-step",
        rule="would-drop",
    ),
    item("undeclared trigram index", 'CREATE INDEX "i" ON "Item" USING gin ("title" gin_trgm_ops);'),
    item(
        "declared trigram index",
        'CREATE INDEX "i" ON "Item" USING gin ("title" gin_trgm_ops);',
        '  @@index([title(ops: raw("gin_trgm_ops"))], type: Gin, map: "i")\n',
    ),
    item(
        "raw operator class of a plain index",
        'CREATE INDEX "i" ON "Item"("title" text_pattern_ops);',
        '  @@index([title(ops: raw("text_pattern_ops"))], map: "i")\n',
        ours="in-step",
        rule="index-same-in-catalog",
    ),
    item("check constraint", 'ALTER TABLE "Item" ADD CHECK (length("title") > 0);'),
    item("view", 'CREATE VIEW "v" AS SELECT 1;'),
    item("extra table", 'CREATE TABLE "Other" ("id" INTEGER PRIMARY KEY);'),
    item("extra enum", "CREATE TYPE \"E\" AS ENUM ('A');"),
    item("extra column", 'ALTER TABLE "Item" ADD COLUMN "old" TEXT;'),
    item(
        "undeclared generated column",
        'ALTER TABLE "Item" ADD COLUMN "up" TEXT GENERATED ALWAYS AS (upper("title")) STORED;',
        ours="in-step",
        rule="would-drop",
    ),
    item(
        "declared generated column",
        'ALTER TABLE "Item" ADD COLUMN "up" TEXT GENERATED ALWAYS AS (upper("title")) STORED;',
        "  up String?\n",
        ours="in-step",
        rule="generated-column",
    ),
    item(
        "generated column as dbgenerated",
        'ALTER TABLE "Item" ADD COLUMN "up" TEXT GENERATED ALWAYS AS (upper("title")) STORED;',
        '  up String? @default(dbgenerated("upper(title)"))\n',
    ),
    Case(
        "hnsw index",
        'CREATE TABLE "V" ("id" INTEGER NOT NULL, "e" vector(3), CONSTRAINT "V_pkey" PRIMARY KEY ("id"));\nCREATE INDEX "i" ON "V" USING hnsw ("e" vector_cosine_ops);',
        HEAD + 'model V {\n  id Int @id\n  e Unsupported("vector(3)")?\n}\n',
        "in-step",
        "would-drop",
    ),
    column(
        "vector of another dimension",
        "vector(3)",
        'Unsupported("vector(4)")?',
        ours="drift",
        rule="vector-dimension",
    ),
    column("vector without a dimension in the schema", "vector(3)", 'Unsupported("vector")?'),
    column(
        "jsonb where a vector is wanted",
        "JSONB",
        'Unsupported("vector(3)")?',
        ours="other",
        rule="type-change-using",
    ),
    column(
        "now as dbgenerated",
        "TIMESTAMP(3) DEFAULT now()",
        'DateTime? @default(dbgenerated("now()"))',
        ours="in-step",
        rule="default-same-in-catalog",
    ),
    column("now as CURRENT_TIMESTAMP", "TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP", "DateTime? @default(now())"),
    column(
        "expression default that Postgres rewrites",
        "TEXT DEFAULT lower('X')",
        "String? @default(dbgenerated(\"lower('X')\"))",
        ours="in-step",
        rule="default-same-in-catalog",
    ),
    column(
        "interval default",
        "interval DEFAULT '1 day'",
        'Unsupported("interval")? @default(dbgenerated("\'1 day\'"))',
        ours="in-step",
        rule="default-same-in-catalog",
    ),
    column(
        "date constant",
        "DATE DEFAULT '2020-01-01'",
        'DateTime? @default("2021-01-01T00:00:00Z") @db.Date',
        ours="drift",
        rule="moment-default-compared",
    ),
    column(
        "list of big integers",
        "BIGINT[] DEFAULT ARRAY[7]::BIGINT[]",
        "BigInt[] @default([7])",
        ours="in-step",
        rule="default-same-in-catalog",
    ),
    column(
        "list of floats",
        "DOUBLE PRECISION[] DEFAULT ARRAY[1.5, -2]::DOUBLE PRECISION[]",
        "Float[] @default([1.5, -2])",
        ours="in-step",
        rule="default-same-in-catalog",
    ),
    column("list of texts", "TEXT[] DEFAULT ARRAY['a']::TEXT[]", 'String[] @default(["a"])'),
    column(
        "number as dbgenerated",
        "INTEGER DEFAULT 1",
        'Int? @default(dbgenerated("1"))',
        ours="in-step",
        rule="default-same-in-catalog",
    ),
    column("identity", "INTEGER NOT NULL GENERATED BY DEFAULT AS IDENTITY", "Int @default(autoincrement())"),
    column("serial", "SERIAL NOT NULL", "Int @default(autoincrement())"),
    column("serial where none is wanted", "SERIAL NOT NULL", "Int"),
    column("autoincrement where none is", "INTEGER NOT NULL", "Int @default(autoincrement())"),
    column("another default", "INTEGER DEFAULT 1", "Int? @default(2)"),
    column("default gone", "INTEGER DEFAULT 1", "Int?"),
    column("text to integer", "TEXT", "Int?"),
    column("integer to bigint", "INTEGER", "BigInt?"),
    column("varchar shrinks", "VARCHAR(50)", "String? @db.VarChar(10)"),
    column("nullable to required", "TEXT", "String"),
    column("required to nullable", "TEXT NOT NULL", "String?"),
    column("timestamp precision", "TIMESTAMP(6)", "DateTime?"),
    column("domain", "TEXT", "String?"),
    column("money", "MONEY", "Decimal? @db.Money"),
]
