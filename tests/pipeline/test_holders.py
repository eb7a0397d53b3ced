"""What holds a column steps aside for a change of its type and is afterwards as it was; what cannot come back is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from prisma_drift.diff.changes import Diff, RenameTable
from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.holders import Holder
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.values import replace
from prisma_drift.model.version import LATEST
from prisma_drift.pipeline.compare import Comparison, compare
from prisma_drift.pipeline.holders import holders_of
from prisma_drift.pipeline.prove import mend
from prisma_drift.plan.plan import build_plan
from prisma_drift.plan.script import script
from prisma_drift.postgres.catalog.holders import holders
from prisma_drift.postgres.catalog.introspect import introspect

if TYPE_CHECKING:
    from prisma_drift.model.report import EmptyProof
    from prisma_drift.model.schema import Schema
    from prisma_drift.postgres.server.database import Connection, Database, Server

RULES = Rules(version=LATEST)


def mended(
    shadow: Server, database: Database, sql: str, schema: Schema
) -> tuple[Comparison, EmptyProof | None, frozenset[str]]:
    with database.connect(default_schema="public") as connection:
        connection.execute(sql.encode())
        comparison = compare(connection, schema, RULES)
    return mend(shadow, database, comparison, schema, RULES, "preserve")


def same(text: str) -> str:
    """A definition without the casts that Postgres adds for the new type, and the parentheses around them."""
    text = re.sub(r'::(?:character varying|[\w."]+)(?:\(\d+\))?(?:\[\])?', "", text)
    return re.sub(r"[()\s]", "", text)


def snapshot(connection: Connection, *names: str) -> dict[str, Holder]:
    wanted = [QualifiedName(*name.split("|", 1)) for name in names]
    return {one.key: one for one in holders(connection, wanted, default_schema="public").found}


TABLE = 'CREATE TABLE "U" ("id" INTEGER NOT NULL, "c" TEXT, "n" INTEGER NOT NULL DEFAULT 0, CONSTRAINT "U_pkey" PRIMARY KEY ("id"));'
TRIGGER = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin return coalesce(new, old); end';"
NARROWER = "model U {\n id Int @id\n c String? @db.VarChar(9)\n n Int @default(0)\n}"
WIDER = "model U {\n id Int @id\n c String?\n n BigInt @default(0)\n}"

CASES = {
    "a view with everything": (
        TABLE
        + TRIGGER
        + """CREATE ROLE reader; CREATE ROLE "od""d.role"; GRANT CREATE, USAGE ON SCHEMA public TO reader; GRANT reader TO CURRENT_USER;
        CREATE VIEW "Re.ce""nt ü" WITH (security_invoker=true, security_barrier) AS
            SELECT "id", "c" AS "C.ü" FROM "U" WHERE "c" <> 'q' WITH CASCADED CHECK OPTION;
        COMMENT ON VIEW "Re.ce""nt ü" IS 'it''s; -- a comment';
        COMMENT ON COLUMN "Re.ce""nt ü"."C.ü" IS 'column';
        ALTER VIEW "Re.ce""nt ü" ALTER COLUMN "C.ü" SET DEFAULT 'd';
        GRANT SELECT ON "Re.ce""nt ü" TO PUBLIC;
        GRANT SELECT, UPDATE ON "Re.ce""nt ü" TO reader WITH GRANT OPTION;
        GRANT ALL ON "Re.ce""nt ü" TO "od""d.role";
        GRANT UPDATE ("C.ü") ON "Re.ce""nt ü" TO PUBLIC;
        REVOKE DELETE ON "Re.ce""nt ü" FROM CURRENT_USER;
        CREATE TRIGGER "i.o" INSTEAD OF INSERT ON "Re.ce""nt ü" FOR EACH ROW EXECUTE FUNCTION f();
        COMMENT ON TRIGGER "i.o" ON "Re.ce""nt ü" IS 'instead';
        CREATE RULE "ru le" AS ON DELETE TO "Re.ce""nt ü" DO INSTEAD NOTHING;
        ALTER VIEW "Re.ce""nt ü" OWNER TO reader;""",
        NARROWER,
    ),
    "a chain of views in other schemas, one of them recursive": (
        TABLE
        + """CREATE SCHEMA "o.ther";
        CREATE VIEW a AS SELECT "id", upper("c") AS u FROM "U";
        CREATE VIEW "o.ther".b AS SELECT a.u, x."n" FROM a JOIN "U" x USING ("id");
        CREATE VIEW c AS WITH RECURSIVE t(n, u) AS (SELECT 1, u FROM a UNION ALL SELECT t.n + 1, b.u FROM t JOIN "o.ther".b ON b."n" = t.n)
            SELECT * FROM t;
        CREATE VIEW "b.first" AS SELECT count(*) FROM c;
        GRANT SELECT ON c TO PUBLIC;""",
        NARROWER,
    ),
    "a view that joins two columns that both change": (
        TABLE
        + """CREATE TABLE "V" ("id" INTEGER NOT NULL, CONSTRAINT "V_pkey" PRIMARY KEY ("id"), "u" TEXT);
        CREATE VIEW j AS SELECT "U"."id" FROM "U" JOIN "V" ON "V"."u" = "U"."c" WHERE "U"."c" IS NOT NULL;""",
        "model U {\n id Int @id\n c Int?\n n Int @default(0)\n}\nmodel V {\n id Int @id\n u Int?\n}",
    ),
    "policies": (
        TABLE
        + """CREATE ROLE policed; ALTER TABLE "U" ENABLE ROW LEVEL SECURITY;
        CREATE POLICY "p.1" ON "U" AS RESTRICTIVE FOR UPDATE TO policed USING ("c" = current_user) WITH CHECK ("c" <> 'x');
        COMMENT ON POLICY "p.1" ON "U" IS 'why';
        CREATE TABLE "W" ("id" INTEGER NOT NULL, CONSTRAINT "W_pkey" PRIMARY KEY ("id"));
        CREATE POLICY other ON "W" USING (EXISTS (SELECT FROM "U" WHERE "U"."c" = 'a' AND "U"."id" = "W"."id"));""",
        NARROWER + "\nmodel W {\n id Int @id\n}",
    ),
    "triggers of all states": (
        TABLE
        + TRIGGER
        + """CREATE TRIGGER a BEFORE UPDATE OF "n", "c" ON "U" FOR EACH ROW WHEN (old."c" IS DISTINCT FROM new."c") EXECUTE FUNCTION f();
        CREATE CONSTRAINT TRIGGER b AFTER UPDATE OF "c" ON "U" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
        ALTER TABLE "U" DISABLE TRIGGER a; ALTER TABLE "U" ENABLE ALWAYS TRIGGER b; COMMENT ON TRIGGER a ON "U" IS 'x';""",
        NARROWER,
    ),
    "a generated column with all that hangs on it": (
        TABLE
        + """ALTER TABLE "U" ADD COLUMN "g" INTEGER GENERATED ALWAYS AS ("n" * 2) STORED NOT NULL;
        CREATE INDEX "U_g" ON "U" ("g") INCLUDE ("id"); CREATE INDEX "U_g_n" ON "U" (("g" + "n")) WHERE "g" > 3;
        ALTER TABLE "U" ADD CONSTRAINT "U_g_key" UNIQUE ("g"), ADD CONSTRAINT ck CHECK ("g" < 1000 AND "n" > -1);
        CREATE STATISTICS st ON "g", "n" FROM "U"; ALTER STATISTICS st SET STATISTICS 321; COMMENT ON COLUMN "U"."g" IS 'twice'; COMMENT ON CONSTRAINT ck ON "U" IS 'small';
        CREATE ROLE counter; GRANT SELECT ("g") ON "U" TO counter; ALTER TABLE "U" ALTER COLUMN "g" SET STATISTICS 77;
        CREATE VIEW v AS SELECT "g" FROM "U";""",
        "model U {\n id Int @id\n c String?\n n BigInt @default(0)\n g Int @unique\n}",
    ),
    "a function with an SQL body, and who calls it": (
        TABLE
        + """CREATE FUNCTION names() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
            BEGIN ATOMIC SELECT "c" FROM "U"; END;
        REVOKE ALL ON FUNCTION names() FROM PUBLIC; CREATE ROLE caller; GRANT EXECUTE ON FUNCTION names() TO caller;
        COMMENT ON FUNCTION names() IS 'all of them';
        CREATE FUNCTION how_many() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM names(); END;
        CREATE VIEW v AS SELECT * FROM names();""",
        NARROWER,
    ),
    "a function that returns a view's rows": (
        TABLE
        + """CREATE VIEW v AS SELECT "id", "c" FROM "U";
        CREATE FUNCTION all_v() RETURNS SETOF v LANGUAGE sql STABLE AS 'SELECT * FROM v';
        CREATE FUNCTION one_v(x v) RETURNS text LANGUAGE sql AS 'SELECT x."c"';""",
        NARROWER,
    ),
    "a rule on a table": (
        TABLE
        + """CREATE RULE r AS ON UPDATE TO "U" WHERE new."c" = 'x' DO ALSO DELETE FROM "U" WHERE "n" > 9; ALTER TABLE "U" DISABLE RULE r;""",
        NARROWER,
    ),
    "what Postgres rebuilds by itself": (
        TABLE
        + """ALTER TABLE "U" ADD CONSTRAINT ck CHECK ("c" <> 'x'); CREATE INDEX ix ON "U" (lower("c")) WHERE "c" > 'a';
        CREATE STATISTICS st ON "c", "n" FROM "U"; ALTER STATISTICS st SET STATISTICS 321; CREATE INDEX ix2 ON "U" ("id") INCLUDE ("c"); CLUSTER "U" USING "U_pkey";""",
        NARROWER,
    ),
    "partitions and what is on them": (
        TRIGGER
        + """CREATE TABLE "U" ("id" INTEGER NOT NULL, "c" TEXT, "n" INTEGER NOT NULL DEFAULT 0, CONSTRAINT "U_pkey" PRIMARY KEY ("id"))
            PARTITION BY RANGE ("id");
        CREATE TABLE "U_1" PARTITION OF "U" FOR VALUES FROM (0) TO (10) PARTITION BY RANGE ("id");
        CREATE TABLE "U_1_1" PARTITION OF "U_1" FOR VALUES FROM (0) TO (5);
        CREATE TRIGGER t BEFORE UPDATE OF "c" ON "U" FOR EACH ROW EXECUTE FUNCTION f();
        CREATE VIEW leaf AS SELECT "c" FROM "U_1_1"; CREATE VIEW whole AS SELECT "c" FROM "U";
        CREATE POLICY p ON "U_1_1" USING ("c" = 'a');""",
        NARROWER,
    ),
    "children that inherit": (
        TABLE
        + """CREATE SCHEMA aside; CREATE TABLE aside.child ("more" INTEGER) INHERITS ("U");
        CREATE VIEW of_child AS SELECT "c", "more" FROM aside.child;""",
        NARROWER,
    ),
    "an enum that loses a value": (
        TRIGGER
        + """CREATE TYPE "E" AS ENUM ('A', 'B', 'C');
        CREATE TABLE "U" ("id" INTEGER NOT NULL, "e" "E" NOT NULL DEFAULT 'A', "l" "E"[], CONSTRAINT "U_pkey" PRIMARY KEY ("id"));
        CREATE VIEW v AS SELECT "id" FROM "U" WHERE "e" = 'A' AND NOT 'B' = ANY ("l");
        CREATE TRIGGER t BEFORE UPDATE OF "e" ON "U" FOR EACH ROW WHEN (new."e" = 'A') EXECUTE FUNCTION f();
        CREATE POLICY p ON "U" USING ("e" <> 'B'); ALTER TABLE "U" ADD CONSTRAINT ck CHECK ("e" <> 'B');
        CREATE INDEX ix ON "U" ("id") WHERE "e" = 'A'; CREATE INDEX plain ON "U" ("e");
        CREATE FUNCTION label(x "E") RETURNS text LANGUAGE sql AS 'SELECT x::text';
        CREATE FUNCTION labels(VARIADIC x "E"[]) RETURNS text LANGUAGE sql AS 'SELECT 1::text'; GRANT SELECT ON v TO PUBLIC;""",
        'enum E {\n A\n B\n}\nmodel U {\n id Int @id\n e E @default(A)\n l E[]\n @@index([e], map: "plain")\n}',
    ),
}


@pytest.mark.parametrize("sql, text", CASES.values(), ids=CASES)
def test_comes_back_as_it_was(
    shadow: Server, database: Database, models: Callable[..., Schema], sql: str, text: str
) -> None:
    names = ("public|U", "public|V", "public|E")
    comparison, proof, lost = mended(shadow, database, sql, models(text))
    assert proof is not None and proof.holds, (proof, comparison.plan.statements)
    assert not comparison.plan.obstacles and not lost
    with database.connect(default_schema="public") as connection:
        before = snapshot(connection, *names)
        connection.pgconn.exec_(comparison.sql.encode())
        after = snapshot(connection, *names)
        assert not compare(connection, models(text), RULES).difference.changes
    assert before and before.keys() == after.keys()
    for key, had in before.items():
        assert (after[key].drop, after[key].after) == (had.drop, had.after), key
        assert same(after[key].definition) == same(had.definition), key


def test_default_privileges_give_nothing_more(
    shadow: Server, database: Database, models: Callable[..., Schema]
) -> None:
    """A view that was made before ALTER DEFAULT PRIVILEGES has none of those rights, and gets none."""
    sql = (
        TABLE
        + """CREATE VIEW v AS SELECT "c" FROM "U"; CREATE ROLE late;
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO late;"""
    )
    comparison, proof, _ = mended(shadow, database, sql, models(NARROWER))
    assert proof is not None and proof.holds
    with database.connect(default_schema="public") as connection:
        connection.pgconn.exec_(comparison.sql.encode())
        assert connection.execute("SELECT has_table_privilege('late', 'v', 'SELECT')").fetchone() == (False,)


def test_what_a_live_database_has_beyond_the_migrations_is_counted(
    shadow: Server, database: Database, models: Callable[..., Schema]
) -> None:
    """And nothing is, where it has only what they make."""
    sql = (
        TABLE
        + """CREATE ROLE "known r"; CREATE ROLE by_default;
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO by_default;
        CREATE VIEW "v'\\" AS SELECT "id", "c" FROM "U"; CREATE VIEW w AS SELECT "c" FROM "v'\\";
        GRANT ALL ON "v'\\" TO "known r"; GRANT UPDATE ("c") ON w TO PUBLIC;"""
    )
    comparison, proof, _ = mended(shadow, database, sql, models(NARROWER))
    assert proof is not None and proof.holds
    checks = {check.id: check for check in comparison.plan.checks if check.id.startswith("object-")}
    assert {check.breaks for check in checks.values()} == {"fails", "loses"}
    with database.connect(default_schema="public") as connection:

        def counted() -> dict[str, object]:
            rows = {id: connection.execute(check.sql.encode()).fetchone() for id, check in checks.items()}
            return {id: row[0] if row else None for id, row in rows.items()}

        assert counted() == {"object-in-the-way": 0, "object-lost": 0}
        connection.execute(
            b"""CREATE ROLE by_hand; GRANT SELECT ON w TO by_hand; CREATE VIEW aside AS SELECT "c" FROM "U"; CREATE VIEW above AS SELECT 1 FROM w;
            CREATE VIEW not_held AS SELECT "n" FROM "U";"""
        )
        assert counted() == {"object-in-the-way": 2, "object-lost": 1}


def test_nothing_is_changed_where_the_rows_refuse(
    shadow: Server, database: Database, models: Callable[..., Schema]
) -> None:
    """The view is dropped and made in one transaction with the change."""
    sql = (
        TABLE
        + """CREATE VIEW v AS SELECT "c" FROM "U"; INSERT INTO "U" VALUES (1, 'much too long for nine')"""
    )
    schema = models("model U {\n id Int @id\n c Int?\n n Int @default(0)\n x Int?\n}")
    with database.connect(default_schema="public") as connection:
        connection.execute(sql.encode())
        comparison = compare(connection, schema, RULES)
        for statement in comparison.plan.statements:
            # As Prisma 7.4 sends them: one by one.
            if connection.pgconn.exec_(statement.sql.encode()).error_message:
                break
        connection.execute("ROLLBACK")
        assert connection.execute("SELECT * FROM v").fetchall() == [("much too long for nine",)]


OBSTACLES = {
    "materialized view|public.mv": (
        TABLE + 'CREATE VIEW v AS SELECT "c" FROM "U"; CREATE MATERIALIZED VIEW mv AS SELECT * FROM v;',
        NARROWER,
    ),
    "type|": (
        """CREATE TYPE "E" AS ENUM ('A', 'B'); CREATE DOMAIN d AS "E";
        CREATE TABLE "U" ("id" INTEGER NOT NULL, "e" "E", CONSTRAINT "U_pkey" PRIMARY KEY ("id"));""",
        "enum E {\n A\n}\nmodel U {\n id Int @id\n e E?\n}",
    ),
    "publication|": (
        TABLE + 'CREATE PUBLICATION pub FOR TABLE "U" WHERE ("n" > 1);',
        WIDER,
    ),
    "view|public.v": (
        TABLE + """CREATE VIEW v AS SELECT "c" || 'x' AS x, upper("c") AS y FROM "U";""",
        "model U {\n id Int @id\n c Int?\n n Int @default(0)\n}",
    ),
    "check|public.U.ck": (
        TABLE + """ALTER TABLE "U" ADD CONSTRAINT ck CHECK ("c" ~ '^[0-9]+$');""",
        "model U {\n id Int @id\n c Int?\n n Int @default(0)\n}",
    ),
    "generated column|public.U.g": (
        TABLE + 'ALTER TABLE "U" ADD COLUMN "g" INTEGER GENERATED ALWAYS AS ("n" * 2) STORED;',
        "model U {\n id Int @id\n c String?\n g Int?\n}",
    ),
}


@pytest.mark.parametrize("what", OBSTACLES)
def test_what_cannot_come_back_is_told_and_no_sql_is_offered(
    shadow: Server, database: Database, models: Callable[..., Schema], what: str
) -> None:
    sql, text = OBSTACLES[what]
    comparison, _, _ = mended(shadow, database, sql, models(text))
    assert comparison.sql == ""
    first = comparison.plan.hazards[0]
    assert (first.id, first.severity) == ("object-in-the-way", "error")
    assert first.hint
    kind, _, name = what.partition("|")
    assert kind in first.message
    assert not name or first.object == name


VECTORS = {
    # method and operator class, the new type, the operator class then
    ("hnsw", "vector_l2_ops", "halfvec(3)"): "halfvec_l2_ops",
    ("hnsw", "vector_cosine_ops", "sparsevec(3)"): "sparsevec_cosine_ops",
    ("hnsw", "vector_ip_ops", "vector(4)"): "vector_ip_ops",
    ("ivfflat", "", "halfvec(3)"): "halfvec_l2_ops",
    ("ivfflat", "vector_cosine_ops", "halfvec(3)"): "halfvec_cosine_ops",
    ("ivfflat", "", "sparsevec(3)"): None,
    ("hnsw", "vector_l1_ops", "halfvec(2001)"): "halfvec_l1_ops",
    ("hnsw", "vector_l1_ops", "vector(2001)"): None,
    ("hnsw", "vector_l2_ops", "vector(3)[]"): None,
}


@pytest.mark.parametrize(("method", "opclass", "becomes"), VECTORS)
def test_an_index_of_vectors_gets_the_matching_operator_class(
    shadow: Server, database: Database, models: Callable[..., Schema], method: str, opclass: str, becomes: str
) -> None:
    """Where the method serves the new type; else, or where the type is too long for it, the index goes and is told."""
    wanted = VECTORS[method, opclass, becomes]
    sql = f"""CREATE EXTENSION vector; CREATE TABLE "U" ("id" INTEGER NOT NULL, "V" vector(3), CONSTRAINT "U_pkey" PRIMARY KEY ("id"));
        CREATE INDEX "V.near" ON "U" USING {method} ("V" {opclass}) WITH ({"lists" if method == "ivfflat" else "m"} = 7)
            WHERE "id" > 0;"""
    text = f'model U {{\n id Int @id\n V Unsupported("{becomes}")?\n}}'.replace('[]")?', '")[]')
    comparison, proof, lost = mended(shadow, database, sql, models(text))
    assert proof is not None and proof.holds, (proof, comparison.sql)
    told = [(h.id, h.severity, h.object) for h in comparison.plan.hazards if h.id == "object-lost"]
    with database.connect(default_schema="public") as connection:
        connection.pgconn.exec_(comparison.sql.encode())
        row = connection.execute("SELECT pg_get_indexdef(to_regclass('\"V.near\"'))").fetchone()
    found = str(row[0]) if row and row[0] else ""
    if wanted is None:
        assert found == ""
        assert told == [("object-lost", "warning", "public.V.near")]
        assert lost == {"public.V.near"}
    else:
        assert not told
        assert f'("V" {wanted}) WITH' in found
        assert found.endswith("WHERE (id > 0)")


def test_an_index_whose_method_has_nothing_for_the_new_type_is_told(
    shadow: Server, database: Database, models: Callable[..., Schema]
) -> None:
    sql = """CREATE EXTENSION vector; CREATE EXTENSION pg_trgm;
        CREATE TABLE "U" ("id" INTEGER NOT NULL, "j" JSONB, "t" TEXT, CONSTRAINT "U_pkey" PRIMARY KEY ("id"));
        CREATE INDEX deep ON "U" USING gin ("j") WHERE "id" > 0; CREATE INDEX tri ON "U" USING gin ("t" gin_trgm_ops, "id") WHERE "id" > 0;
        CREATE INDEX pat ON "U" ("t" text_pattern_ops, "id" DESC NULLS LAST);"""
    sql = sql.replace('"t" gin_trgm_ops, "id"', '"t" gin_trgm_ops')
    text = 'model U {\n id Int @id\n j Unsupported("vector(3)")?\n t Int?\n}'
    comparison, proof, _ = mended(shadow, database, sql, models(text))
    assert proof is not None and proof.holds, (proof, comparison.sql)
    told = {h.object: h.hint for h in comparison.plan.hazards if h.id == "object-lost"}
    assert told.keys() == {"public.deep", "public.tri", "public.pat"}
    assert "CREATE INDEX tri" in told["public.tri"]


def test_an_expression_that_no_longer_fits_is_learned_from_postgres(
    shadow: Server, database: Database, models: Callable[..., Schema]
) -> None:
    """Only Postgres knows which expressions take the new type: an index that does not goes and is told, the others stay."""
    sql = (
        TABLE
        + """CREATE INDEX low ON "U" (lower("c")); CREATE INDEX num ON "U" (("n" + 1)) INCLUDE ("c");
        CREATE INDEX eq ON "U" ("id") WHERE "c" IS NOT NULL;"""
    )
    comparison, proof, _ = mended(
        shadow, database, sql, models("model U {\n id Int @id\n c Int?\n n Int @default(0)\n}")
    )
    assert proof is not None and proof.holds, (proof, comparison.sql)
    assert [h.object for h in comparison.plan.hazards if h.id == "object-lost"] == ["public.low"]
    with database.connect(default_schema="public") as connection:
        connection.pgconn.exec_(comparison.sql.encode())
        rows = connection.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'U' ORDER BY 1"
        ).fetchall()
    assert [row[0] for row in rows] == ["U_pkey", "eq", "num"]


def test_a_column_that_is_made_anew_takes_nothing_along_in_silence(
    shadow: Server, database: Database, models: Callable[..., Schema]
) -> None:
    """No conversion leads from a point to a date-time."""
    sql = """CREATE TABLE "U" ("id" INTEGER NOT NULL, "c" POINT, CONSTRAINT "U_pkey" PRIMARY KEY ("id"));
        CREATE VIEW v AS SELECT "id", "c" FROM "U"; CREATE INDEX g ON "U" USING gist ("c") WHERE "id" > 0;
        CREATE STATISTICS st ON "id", "c" FROM "U" ; ALTER TABLE "U" ADD CONSTRAINT ck CHECK ("c" IS NOT NULL OR "id" > 1);"""
    sql = sql.replace('CREATE STATISTICS st ON "id", "c" FROM "U" ;', "")
    schema = models("model U {\n id Int @id\n c DateTime?\n}")
    comparison, proof, _ = mended(shadow, database, sql, schema)
    assert proof is not None and proof.holds, (proof, comparison.sql)
    told = {hazard.object for hazard in comparison.plan.hazards}
    with database.connect(default_schema="public") as connection:
        names = [QualifiedName("public", "U")]
        before = {one.key: one.name for one in holders(connection, names, default_schema="public").found}
        connection.pgconn.exec_(comparison.sql.encode())
        after = {one.key for one in holders(connection, names, default_schema="public").found}
    assert {"view public.v", "check public.U.ck"} <= after
    assert {name for key, name in before.items() if key not in after} <= told


def test_goes_with_a_dropped_column_and_is_told(
    shadow: Server, database: Database, models: Callable[..., Schema]
) -> None:
    sql = (
        TABLE
        + """CREATE VIEW v AS SELECT "id", "c" FROM "U"; CREATE VIEW w AS SELECT count(*) FROM v;
        CREATE POLICY p ON "U" USING ("c" = 'a'); ALTER TABLE "U" ADD CONSTRAINT ck CHECK ("c" <> 'x' OR "id" > 1);
        CREATE INDEX ix ON "U" (("c" || 'x')); CREATE STATISTICS st ON "c", "n" FROM "U";
        CREATE INDEX stays ON "U" (("n" + 1)); COMMENT ON COLUMN "U"."c" IS 'gone';"""
    )
    comparison, proof, lost = mended(
        shadow, database, sql, models("model U {\n id Int @id\n n Int @default(0)\n}")
    )
    assert proof is not None and proof.holds
    told = {h.object: h for h in comparison.plan.hazards if h.id == "object-lost"}
    assert told.keys() == {
        "public.v",
        "public.w",
        "public.U.p",
        "public.U.ck",
        "public.ix",
        "public.st",
    }
    assert {h.severity for h in told.values() if h.object in ("public.v", "public.w", "public.U.p")} == {
        "error"
    }
    assert {h.severity for h in told.values() if h.object in ("public.ix", "public.U.ck")} == {"warning"}
    assert "CREATE VIEW public.v" in told["public.v"].hint
    assert all(h.statement for h in told.values())
    assert lost == told.keys() | {'public."U".c'}


def test_a_view_that_goes_with_its_table_is_told(
    shadow: Server, database: Database, models: Callable[..., Schema]
) -> None:
    sql = (
        TABLE
        + """CREATE TABLE "T" ("id" INTEGER NOT NULL, "c" TEXT, CONSTRAINT "T_pkey" PRIMARY KEY ("id"), CHECK ("id" > 0));
        CREATE VIEW v AS SELECT count(*) FROM "T"; CREATE INDEX ix ON "T" (lower("c"));"""
    )
    comparison, proof, _ = mended(
        shadow, database, sql, models("model U {\n id Int @id\n c String?\n n Int @default(0)\n}")
    )
    assert proof is not None and proof.holds
    assert [h.object for h in comparison.plan.hazards if h.id == "object-lost"] == ["public.v"]


def test_the_plain_plan_drops_nothing_that_cannot_come_back(
    database: Database, models: Callable[..., Schema]
) -> None:
    with database.connect(default_schema="public") as connection:
        connection.execute((TABLE + 'CREATE VIEW v AS SELECT "c" FROM "U";').encode())
        schema = models("model U {\n id Int @id\n n Int @default(0)\n}")
        plan = compare(connection, schema, RULES, strategy="plain").plan
    assert [s.sql for s in plan.statements] == ['ALTER TABLE "U" DROP COLUMN "c"']


def test_what_is_renamed_as_well_comes_back_under_the_new_name(
    database: Database, models: Callable[..., Schema]
) -> None:
    """The definitions are read as they will be, since those of now name what is no longer there."""
    sql = (
        TABLE
        + """CREATE VIEW v AS SELECT "id", "c" FROM "U" WHERE "c" <> 'x'; INSERT INTO "U" VALUES (1, 'a');"""
    )
    schema = models('model P {\n id Int @id(map: "U_pkey")\n c String? @db.VarChar(9)\n n Int @default(0)\n}')
    with database.connect(default_schema="public") as connection:
        connection.execute(sql.encode())
        before = introspect(connection, default_schema="public")
        after = replace(
            before, tables=tuple(replace(t, name=QualifiedName("public", "P")) for t in before.tables)
        )
        rename = RenameTable(before.tables[0], after.tables[0])
        found = Diff((rename, *diff(after, schema, RULES).changes))
        held = holders_of(found, after, schema, RULES, connection)
        plan = build_plan(found, after, schema, RULES, strategy="preserve", holders=held)
        connection.pgconn.exec_(script(plan).encode())
        assert connection.execute("SELECT * FROM v").fetchall() == [(1, "a")], script(plan)
        assert not compare(connection, schema, RULES).difference.changes


def test_a_database_in_step_is_not_asked(
    database: Database, models: Callable[..., Schema], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prisma_drift.postgres.catalog.holders.holders", None)
    with database.connect(default_schema="public") as connection:
        connection.execute(TABLE.encode())
        same_schema = models("model U {\n id Int @id\n c String?\n n Int @default(0)\n}")
        assert not compare(connection, same_schema, RULES).difference.changes
        more = models("model U {\n id Int @id\n c String?\n n Int @default(0)\n x Int?\n}")
        assert compare(connection, more, RULES).difference.changes
