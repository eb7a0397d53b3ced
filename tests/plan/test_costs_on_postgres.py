"""Checks against what happens: they count where a script fails or loses something on a real Postgres, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.values import frozen
from prisma_drift.plan.plan import Plan, build_plan
from prisma_drift.plan.script import script

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection, Database

pytestmark = pytest.mark.slow

Models = Callable[..., Schema]


@frozen
class Case:
    """Tables, the schema that they shall have, rows on which all is well, and rows on which it is not."""

    sql: str
    schema: str
    good: str
    bad: str
    ids: tuple[str, ...]
    """Checks that count the bad rows."""
    strategy: str = "preserve"
    backfill: tuple[tuple[str, str], ...] = ()
    features: tuple[str, ...] = ()


U = 'CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, {});'
MODEL = "model U {{\n id Int @id\n {}\n}}"
PARENT = 'CREATE TABLE "P" (id int CONSTRAINT "P_pkey" PRIMARY KEY);'

CASES = {
    "column dropped": Case(
        U.format("c text"), MODEL.format(""), 'INSERT INTO "U" VALUES (1, NULL)', "INSERT INTO \"U\" VALUES (2, 'a')",
        ("data-loss",),
    ),
    "table dropped": Case(
        U.format("c text") + PARENT, MODEL.format("c String?"), "SELECT", 'INSERT INTO "P" VALUES (1)', ("data-loss",)
    ),
    "texts that citext holds for one": Case(
        U.format("c text"), MODEL.format("c String? @unique @db.Citext"),
        "INSERT INTO \"U\" VALUES (1, 'a'), (3, NULL), (4, NULL)", "INSERT INTO \"U\" VALUES (2, 'A')", ("duplicates",),
    ),
    "nulls made required": Case(
        U.format("c text"), MODEL.format("c String"), "INSERT INTO \"U\" VALUES (1, 'a')",
        'INSERT INTO "U" VALUES (2, NULL)', ("nulls",),
    ),
    "required column that nothing fills": Case(
        U.format("c text"), MODEL.format("c String?\n d String"), "SELECT", 'INSERT INTO "U" VALUES (2, NULL)',
        ("column-required",),
    ),
    "required column that is made anew": Case(
        U.format("c uuid"), MODEL.format("c Int"), "SELECT", 'INSERT INTO "U" VALUES (2, NULL)', ("column-required",)
    ),
    "required column that the settings fill": Case(
        U.format("c text"), MODEL.format("c String?\n d String"), "INSERT INTO \"U\" VALUES (1, 'a')",
        'INSERT INTO "U" VALUES (2, NULL)', ("nulls",), backfill=(("U.d", "upper(c)"),),
    ),
    "nulls that the settings fill": Case(
        U.format("c text, d text"), MODEL.format("c String?\n d String"),
        "INSERT INTO \"U\" VALUES (1, 'a', NULL), (2, NULL, 'b')",
        'INSERT INTO "U" VALUES (3, NULL, NULL)', ("nulls",), backfill=(("U.d", "upper(c)"),),
    ),
    "unique over duplicates": Case(
        U.format("c text"), MODEL.format("c String? @unique"),
        "INSERT INTO \"U\" VALUES (1, 'a'), (2, NULL), (3, NULL)", "INSERT INTO \"U\" VALUES (4, 'a')", ("duplicates",),
    ),
    "unique over two columns": Case(
        U.format("c text, d int"), MODEL.format("c String?\n d Int?\n @@unique([c, d])"),
        "INSERT INTO \"U\" VALUES (1, 'a', 1), (2, 'a', 2), (3, 'a', NULL), (4, 'a', NULL)",
        "INSERT INTO \"U\" VALUES (5, 'a', 2)", ("duplicates",),
    ),
    "unique where a predicate says so": Case(
        U.format("c text, gone boolean NOT NULL"),
        MODEL.format('c String?\n gone Boolean\n @@unique([c], map: "part", where: raw("gone = false"))'),
        "INSERT INTO \"U\" VALUES (1, 'a', true), (2, 'a', true), (3, 'a', false)",
        "INSERT INTO \"U\" VALUES (4, 'a', false)", ("duplicates",), features=("partialIndexes",),
    ),
    "unique over a column that is converted in the same script": Case(
        U.format("c text"), MODEL.format("c Int? @unique"), "INSERT INTO \"U\" VALUES (1, '1'), (2, '2')",
        "INSERT INTO \"U\" VALUES (3, '01')", ("duplicates",),
    ),
    "unique over a column that is added with a default": Case(
        U.format("c text"), MODEL.format("c String?\n d Int @default(7) @unique"), "INSERT INTO \"U\" VALUES (1, 'a')",
        "INSERT INTO \"U\" VALUES (2, 'b')", ("duplicates",),
    ),
    "unique over a column that is filled along a key": Case(
        PARENT.replace("KEY)", "KEY, o int NOT NULL CONSTRAINT \"P_o_fkey\" REFERENCES \"O\" ON DELETE RESTRICT ON UPDATE CASCADE)").join(['CREATE TABLE "O" (id int CONSTRAINT "O_pkey" PRIMARY KEY);', ""])
        + 'CREATE TABLE "U" (id int CONSTRAINT "U_pkey" PRIMARY KEY, p int NOT NULL CONSTRAINT "U_p_fkey" REFERENCES "P" ON DELETE RESTRICT ON UPDATE CASCADE);',
        """
model O {
  id Int @id
  ps P[]
  us U[]
}
model P {
  id Int @id
  o  Int
  r  O   @relation(fields: [o], references: [id])
  us U[]
}
model U {
  id Int @id
  p  Int
  o  Int @unique
  r  P   @relation(fields: [p], references: [id])
  s  O   @relation(fields: [o], references: [id])
}""".replace("us U[]\n}\nmodel P", "us U?\n}\nmodel P"),
        'INSERT INTO "O" VALUES (1), (2); INSERT INTO "P" VALUES (1, 1), (2, 2), (3, 2); INSERT INTO "U" VALUES (1, 1), (2, 2)',
        'INSERT INTO "U" VALUES (3, 3)', ("duplicates",),
    ),
    "unique index that stays over a column that is narrowed": Case(
        U.format('c numeric(10,4) NOT NULL') + ' CREATE UNIQUE INDEX "U_c_key" ON "U" (c);',
        MODEL.format("c Decimal @unique @db.Decimal(10, 2)"), 'INSERT INTO "U" VALUES (1, 1.2500), (2, 1.2600)',
        'INSERT INTO "U" VALUES (3, 1.2601)', ("duplicates", "data-loss"),
    ),
    "unique index that stays over nulls that are filled": Case(
        U.format('c int') + ' CREATE UNIQUE INDEX "U_c_key" ON "U" (c);', MODEL.format("c Int @unique @default(0)"),
        'INSERT INTO "U" VALUES (1, NULL), (2, 5)', 'INSERT INTO "U" VALUES (3, NULL)', ("duplicates",),
    ),
    "primary key over duplicates": Case(
        U.format("c text NOT NULL"), "model U {\n id Int\n c String @id\n}", "INSERT INTO \"U\" VALUES (1, 'a')",
        "INSERT INTO \"U\" VALUES (2, 'a')", ("duplicates",),
    ),
    "join table with double rows": Case(
        'CREATE TABLE "A" (id int CONSTRAINT "A_pkey" PRIMARY KEY); CREATE TABLE "B" (id int CONSTRAINT "B_pkey" PRIMARY KEY);'
        'CREATE TABLE "_AToB" ("A" int NOT NULL, "B" int NOT NULL); CREATE INDEX "_AToB_B_index" ON "_AToB" ("B");'
        'ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_A_fkey" FOREIGN KEY ("A") REFERENCES "A"(id) ON DELETE CASCADE ON UPDATE CASCADE;'
        'ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_B_fkey" FOREIGN KEY ("B") REFERENCES "B"(id) ON DELETE CASCADE ON UPDATE CASCADE;',
        "model A {\n id Int @id\n bs B[]\n}\nmodel B {\n id Int @id\n as A[]\n}",
        'INSERT INTO "A" VALUES (1); INSERT INTO "B" VALUES (1), (2); INSERT INTO "_AToB" VALUES (1, 1), (1, 2)',
        'INSERT INTO "_AToB" VALUES (1, 2)', ("duplicates",),
    ),
    "orphans under a new foreign key": Case(
        PARENT + U.format("p int"),
        "model P {\n id Int @id\n us U[]\n}\nmodel U {\n id Int @id\n p Int?\n r P? @relation(fields: [p], references: [id])\n}",
        'INSERT INTO "P" VALUES (1); INSERT INTO "U" VALUES (1, 1), (2, NULL)', 'INSERT INTO "U" VALUES (3, 9)', ("orphans",),
    ),
    "orphans under a foreign key to a new table": Case(
        U.format("p int"),
        "model P {\n id Int @id\n us U[]\n}\nmodel U {\n id Int @id\n p Int?\n r P? @relation(fields: [p], references: [id])\n}",
        'INSERT INTO "U" VALUES (2, NULL)', 'INSERT INTO "U" VALUES (3, 9)', ("orphans",),
    ),
    "orphans under a foreign key of two columns, one of which is converted": Case(
        'CREATE TABLE "P" (a int, b text, CONSTRAINT "P_pkey" PRIMARY KEY (a, b));' + U.format("a text, b text"),
        "model P {\n a Int\n b String\n us U[]\n @@id([a, b])\n}\nmodel U {\n id Int @id\n a Int?\n b String?\n"
        " r P? @relation(fields: [a, b], references: [a, b])\n}",
        "INSERT INTO \"P\" VALUES (1, 'x'); INSERT INTO \"U\" VALUES (1, '1', 'x'), (2, '7', NULL)",
        "INSERT INTO \"U\" VALUES (3, '1', 'y')", ("orphans",),
    ),
    "a plain plan says it too": Case(
        U.format("c text"), MODEL.format("c String?\n d DateTime @updatedAt"), "SELECT",
        'INSERT INTO "U" VALUES (2, NULL)', ("column-required",), "plain",
    ),
}  # fmt: skip


@pytest.fixture
def opened(database: Database) -> Iterator[Connection]:
    with database.connect(default_schema="public") as found:
        yield found


def planned(case: Case, connection: Connection, models: Models) -> Plan:
    from prisma_drift.pipeline.realise import realise
    from prisma_drift.postgres.catalog.introspect import introspect

    expected = models(case.schema, features=case.features)
    rules = Rules(backfill=case.backfill)
    actual = introspect(
        connection, default_schema="public", partial_indexes="partialIndexes" in case.features
    )
    realised = realise(expected, actual, connection)
    return build_plan(diff(actual, realised, rules), actual, realised, rules, strategy=case.strategy)


def counts(plan: Plan, connection: Connection) -> dict[str, int]:
    """The rows that each kind of check counts."""
    found: dict[str, int] = {}
    for check in plan.checks:
        row = connection.execute(check.sql.encode()).fetchone()
        assert row is not None
        found[check.id] = found.get(check.id, 0) + int(str(row[0]))
    return {id: count for id, count in found.items() if count}


def run(connection: Connection, text: str) -> str:
    """What Postgres says against the script, sent as one message as Prisma sends it; empty where it applies."""
    result = connection.pgconn.exec_(text.encode())
    fine = (psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK)
    return "" if result.status in fine else result.error_message.decode()


@pytest.mark.parametrize("name", CASES)
def test_checks_count_what_happens(name: str, opened: Connection, models: Models) -> None:
    case = CASES[name]
    opened.execute(case.sql.encode())
    plan = planned(case, opened, models)
    assert {check.id for check in plan.checks} >= {*case.ids}
    assert {check.id for check in plan.checks} <= {hazard.id for hazard in plan.hazards}
    opened.execute(case.good.encode())
    assert counts(plan, opened) == {}, script(plan)
    with opened.transaction(force_rollback=True):
        assert run(opened, script(plan)) == "", script(plan)
    opened.execute(case.bad.encode())
    assert set(counts(plan, opened)) == {*case.ids}, plan.checks
    fails = {check.breaks for check in plan.checks if check.id in case.ids} != {"loses"}
    with opened.transaction(force_rollback=True):
        assert bool(run(opened, script(plan))) == fails, script(plan)


QUIET = {
    "a unique index under another name over the same columns": (
        U.format("c text") + ' CREATE UNIQUE INDEX old ON "U" (c);',
        MODEL.format('c String? @unique(map: "new")\n @@index([c])'),
    ),
    "a key over wider integers": (U.format("c int"), "model U {\n id BigInt @id\n c Int?\n}"),
    "a unique column filled by the client's uuid": (U.format("c int"), MODEL.format("c Int?\n d String @unique @default(uuid())")),
    "a new counter": (U.format("c int"), MODEL.format("c Int?\n d Int @unique @default(autoincrement())")),
    "an optional relation that is new": (
        PARENT + U.format("c int"),
        "model P {\n id Int @id\n us U[]\n}\nmodel U {\n id Int @id\n c Int?\n p Int? @unique\n r P? @relation(fields: [p], references: [id])\n}".replace("us U[]", "u U?"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_where_nothing_can_happen_nothing_is_said(name: str, opened: Connection, models: Models) -> None:
    sql, schema = QUIET[name]
    opened.execute(sql.encode())
    plan = planned(Case(sql, schema, "", "", ()), opened, models)
    assert plan.steps
    assert [hazard for hazard in plan.hazards if hazard.severity != "note"] == []
    assert plan.checks == ()


def test_triggers_and_row_security_under_a_fill(opened: Connection, models: Models) -> None:
    opened.execute(
        (
            U.format("c text, d int, e int")
            + """CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER every BEFORE INSERT OR UPDATE ON "U" FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER mine AFTER UPDATE OF d, c ON "U" FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER other AFTER UPDATE OF e ON "U" FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER inserts AFTER INSERT OR DELETE ON "U" FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER off BEFORE UPDATE ON "U" FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE "U" DISABLE TRIGGER off;
ALTER TABLE "U" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"""
        ).encode()
    )
    schema = MODEL.format('c String @default("x")\n d Int?\n e Int?')
    plan = planned(Case("", schema, "", "", ()), opened, models)
    assert sorted((h.id, h.object, h.statement) for h in plan.hazards) == [
        ("row-security", "public.U", 2),
        ("trigger-fires", "public.U.c", 2),
        ("trigger-fires", "public.U.c", 2),
    ]
    said = " ".join(h.message for h in plan.hazards)
    assert "public.U.every" in said and "public.U.mine" in said
