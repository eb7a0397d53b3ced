"""What a pending migration would meet: rows that stop it or are lost, counted; and deployed, the prediction is held to what happens."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from production import Production, told

from prisma_drift.model.gate import Gate

pytestmark = pytest.mark.slow
ROWS = """INSERT INTO "User" VALUES (1, 'a@x', 'Ann'), (2, 'b@x', NULL), (3, 'c@x', 'Ann'), (4, 'd@x', '42');
INSERT INTO "Post" VALUES (1, 'one', 1), (2, 'two', 1), (3, '3', 2);"""
NAME = "20240301000000_next"
U = "public.User"
Case = tuple[str, list[tuple[str, str, int]], bool]
"""SQL that is pending; (id, object, rows) of all that is counted above 0; whether it fails."""
CASES: dict[str, Case] = {
    "harmless": ('ALTER TABLE "User" ADD COLUMN "age" int; CREATE INDEX i ON "User"("name");', [], False),
    "required": ('ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;', [("nulls", f"{U}.name", 1)], True),
    "required, filled first": (
        'UPDATE "User" SET "name" = \'?\' WHERE "name" IS NULL;\nALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;',
        [],
        False,
    ),
    "required, filled too late": (
        'ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;\nUPDATE "User" SET "name" = \'?\' WHERE "name" IS NULL;',
        [("nulls", f"{U}.name", 1)],
        True,
    ),
    "required, filled by halves": (
        'UPDATE "User" SET "name" = \'?\' WHERE "id" > 2;\nALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;',
        [("nulls", f"{U}.name", 1)],
        True,
    ),
    "required, rows deleted first": (
        'DELETE FROM "User" WHERE "name" IS NULL;\nALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;',
        [],
        False,
    ),
    "required under a new name": (
        'ALTER TABLE "User" RENAME TO "Person";\nALTER TABLE "Person" RENAME COLUMN "name" TO "full";\nALTER TABLE "Person" ALTER COLUMN "full" SET NOT NULL;',
        [("nulls", "public.Person.full", 1)],
        True,
    ),
    "new and required": (
        'ALTER TABLE "User" ADD COLUMN "age" int NOT NULL;',
        [("column-required", f"{U}.age", 4)],
        True,
    ),
    "new and required, with a default": (
        'ALTER TABLE "User" ADD COLUMN "age" int NOT NULL DEFAULT 0;',
        [],
        False,
    ),
    "new, filled, required": (
        'ALTER TABLE "Post" ADD COLUMN "mail" text;\nUPDATE "Post" AS p SET "mail" = u."email" FROM "User" AS u WHERE u."id" = p."userId" AND p."mail" IS NULL;\nALTER TABLE "Post" ALTER COLUMN "mail" SET NOT NULL;',
        [],
        False,
    ),
    "new, filled with nothing, required": (
        'ALTER TABLE "Post" ADD COLUMN "mail" text;\nUPDATE "Post" AS p SET "mail" = u."name" FROM "User" AS u WHERE u."id" = p."userId";\nALTER TABLE "Post" ALTER COLUMN "mail" SET NOT NULL;',
        [("nulls", "public.Post.mail", 1)],
        True,
    ),
    "unique": ('CREATE UNIQUE INDEX k ON "User"("name");', [("duplicates", f"{U}.k", 2)], True),
    "unique where it is not": ('CREATE UNIQUE INDEX k ON "User"("name") WHERE "id" < 3;', [], False),
    "unique over an expression": (
        'CREATE UNIQUE INDEX k ON "Post"((length("title")));',
        [("duplicates", "public.Post.k", 2)],
        True,
    ),
    "a unique constraint": (
        'ALTER TABLE "Post" ADD CONSTRAINT k UNIQUE ("userId");',
        [("duplicates", "public.Post.k", 2)],
        True,
    ),
    "unique after the others are gone": (
        'DELETE FROM "User" WHERE "id" = 3;\nCREATE UNIQUE INDEX k ON "User"("name");',
        [],
        False,
    ),
    "another primary key": (
        'ALTER TABLE "Post" DROP CONSTRAINT "Post_pkey";\nALTER TABLE "Post" ADD CONSTRAINT "Post_pkey" PRIMARY KEY ("userId");',
        [("duplicates", "public.Post.Post_pkey", 2)],
        True,
    ),
    "a unique index made anew": (
        'DROP INDEX "User_email_key";\nCREATE UNIQUE INDEX "User_email_key" ON "User"("email");',
        [],
        False,
    ),
    "a foreign key": (
        'ALTER TABLE "User" ADD CONSTRAINT k FOREIGN KEY ("id") REFERENCES "Post"("id");',
        [("orphans", f"{U}.k", 1)],
        True,
    ),
    "a foreign key that is not valid yet": (
        'ALTER TABLE "User" ADD CONSTRAINT k FOREIGN KEY ("id") REFERENCES "Post"("id") NOT VALID;',
        [],
        False,
    ),
    "a foreign key to a new table": (
        'CREATE TABLE "Team" ("id" int PRIMARY KEY);\nALTER TABLE "User" ADD CONSTRAINT k FOREIGN KEY ("id") REFERENCES "Team"("id");',
        [("orphans", f"{U}.k", 4)],
        True,
    ),
    "a check": (
        'ALTER TABLE "User" ADD CONSTRAINT k CHECK ("id" < 4);',
        [("check-refused", f"{U}.k", 1)],
        True,
    ),
    "a check that nothing breaks": ('ALTER TABLE "User" ADD CONSTRAINT k CHECK ("name" <> \'\');', [], False),
    "a shorter text": (
        'ALTER TABLE "Post" ALTER COLUMN "title" TYPE varchar(2);',
        [("value-refused", "public.Post.title", 2)],
        True,
    ),
    "a longer text": ('ALTER TABLE "Post" ALTER COLUMN "title" TYPE varchar(20);', [], False),
    "numbers out of texts": (
        'ALTER TABLE "Post" ALTER COLUMN "title" TYPE int USING "title"::int;',
        [("value-refused", "public.Post.title", 2)],
        True,
    ),
    "wider numbers": ('ALTER TABLE "User" ALTER COLUMN "id" TYPE bigint;', [], False),
    "a dropped column": ('ALTER TABLE "User" DROP COLUMN "name";', [("data-loss", f"{U}.name", 3)], False),
    "a dropped table": ('DROP TABLE "Post";', [("data-loss", "public.Post", 3)], False),
    "an enum with fewer values": (
        'CREATE TYPE "L" AS ENUM (\'Ann\');\nALTER TABLE "User" ALTER COLUMN "name" TYPE "L" USING "name"::text::"L";',
        [("value-refused", f"{U}.name", 1)],
        True,
    ),
}


@pytest.fixture
def filled(production: Production) -> Production:
    production.sql(ROWS)
    return production


def counted(gate: Gate) -> list[tuple[str, str, int]]:
    return [(c.check.id, c.check.object, c.rows) for c in gate.counts if c.rows]


@pytest.mark.parametrize("name", CASES)
def test_what_is_counted_is_what_happens(name: str, filled: Production) -> None:
    sql, counts, fails = CASES[name]
    filled.add(NAME, sql)
    gate = filled.gate()
    assert gate.verdict != "error", gate.report.findings
    assert counted(gate) == counts, [(c.check.sql, c.why) for c in gate.counts]
    assert [c.why for c in gate.counts if c.rows is None] == []
    assert gate.verdict == ("closed" if counts else "open"), gate.report.findings
    if fails:
        with pytest.raises(psycopg.DatabaseError):
            filled.deploy()
    else:
        filled.deploy()
        assert filled.gate().verdict == "open"


REPAIRS: dict[str, tuple[str, list[str]]] = {
    "required": ("UPDATE", ["'?'"]),
    "required, filled too late": ("UPDATE", ["'?'"]),
    "required, filled by halves": ("UPDATE", ["'?'"]),
    "required under a new name": ("UPDATE", ["'?'"]),
    "unique": ("UPDATE", ["'Bob'", "3"]),
    "unique over an expression": ("DELETE", ["2"]),
    "a unique constraint": ("UPDATE", ["3", "2"]),
    "another primary key": ("UPDATE", ["3", "2"]),
    "a foreign key": ("DELETE", []),
    "a foreign key to a new table": ("DELETE", []),
    "a check": ("UPDATE", ["0"]),
    "a shorter text": ("UPDATE", ["'1'"]),
    "numbers out of texts": ("UPDATE", ["'1'"]),
    "an enum with fewer values": ("UPDATE", ["'Ann'"]),
}
"""Which statement of the printed repair is run on the database, and what a person puts in for each `…`."""
_SQL = re.compile(r"(?:SELECT|UPDATE|DELETE|ALTER) [^;]*;")


def repair(gate: Gate) -> list[str]:
    (finding,) = (f for f in gate.report.findings if f.severity == "error")
    return _SQL.findall(finding.hint)


def filled_in(sql: str, values: list[str]) -> str:
    assert sql.count("…") == len(values), sql
    for value in values:
        sql = sql.replace("…", value, 1)
    return sql


@pytest.mark.parametrize("name", REPAIRS)
def test_the_printed_repair_of_rows_opens_the_gate(name: str, filled: Production) -> None:
    word, values = REPAIRS[name]
    filled.add(NAME, CASES[name][0])
    sql = next(one for one in repair(filled.gate()) if one.startswith(word))
    filled.sql(filled_in(sql, values))
    gate = filled.gate()
    assert (gate.verdict, told(gate)) == ("open", []), gate.report.findings
    filled.deploy()
    assert told(filled.gate()) == []


def test_the_printed_repair_lists_the_rows_that_are_alike(filled: Production) -> None:
    filled.add(NAME, CASES["unique"][0])
    listed = next(one for one in repair(filled.gate()) if one.startswith("SELECT"))
    with filled.database.connect() as connection:
        assert connection.execute(listed.encode()).fetchall() == [(1, "Ann"), (3, "Ann")]


def test_the_printed_repair_of_a_new_column_is_one_of_the_migration(filled: Production) -> None:
    filled.add(NAME, CASES["new and required"][0])
    filled.add(NAME, filled_in("\n".join(repair(filled.gate())), ["0"]))
    assert filled.gate().verdict == "open"
    sql = CASES["new, filled with nothing, required"][0]
    filled.add(NAME, sql)
    (update,) = repair(filled.gate())
    first, last = sql.rsplit("\n", 1)
    filled.add(NAME, "\n".join([first, filled_in(update, ['"title"']), last]))
    assert filled.gate().verdict == "open"
    filled.deploy()


@pytest.mark.parametrize("name", ["a dropped column", "a dropped table"])
def test_the_printed_way_to_accept_a_loss_opens_the_gate(name: str, filled: Production) -> None:
    filled.add(NAME, CASES[name][0])
    (finding,) = (f for f in filled.gate().report.findings if f.severity == "error")
    found = re.search(r"--allow ([^ ,]+)", finding.hint)
    assert found is not None
    assert filled.gate(found[1]).verdict == "open"


def test_keys_are_shown_or_not(filled: Production) -> None:
    filled.add(NAME, CASES["unique"][0])
    (count,) = filled.gate().counts
    assert count.samples == ("id = 1", "id = 3")
    assert "id = 1; id = 3" in next(f.message for f in filled.gate().report.findings if f.id == "duplicates")
    (count,) = filled.gate(samples=False).counts
    assert count.samples == ()


def test_a_loss_is_accepted_by_name(filled: Production) -> None:
    filled.add(NAME, CASES["a dropped column"][0])
    assert filled.gate("data-loss:User.name").verdict == "open"


def test_values_that_were_moved_before_are_a_warning(filled: Production) -> None:
    filled.add(
        NAME,
        'ALTER TABLE "User" ADD COLUMN "full" text;\nUPDATE "User" SET "full" = "name";\nALTER TABLE "User" DROP COLUMN "name";',
    )
    gate = filled.gate()
    assert (gate.verdict, told(gate)) == ("open", [("data-loss", f"{U}.name")])


def test_what_a_block_may_do_is_not_guessed(filled: Production) -> None:
    filled.add(
        NAME,
        """DO $$ BEGIN UPDATE "User" SET "name" = '?' WHERE "name" IS NULL; END $$;\nALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;""",
    )
    gate = filled.gate()
    assert (gate.verdict, told(gate)) == ("open", [("nulls", f"{U}.name")])
    filled.deploy()


def test_two_pending_ones_are_followed(filled: Production) -> None:
    filled.add("20240301000000_a", 'UPDATE "User" SET "name" = \'?\' WHERE "name" IS NULL;')
    filled.add("20240302000000_b", 'ALTER TABLE "User" RENAME COLUMN "name" TO "full";')
    filled.add("20240303000000_c", 'ALTER TABLE "User" ALTER COLUMN "full" SET NOT NULL;')
    gate = filled.gate()
    assert [c.why for c in gate.counts if c.rows is None] in (
        [],
        ['column "name" of relation "User" does not exist'],
    )
    assert gate.verdict == "open"
    filled.deploy()


def test_a_pending_migration_that_cannot_run_there(filled: Production) -> None:
    filled.add(NAME, 'CREATE TABLE "User" ("id" int);')
    gate = filled.gate()
    assert told(gate) == [("deploy-would-fail", NAME)]


def test_a_role_an_extension_and_a_zone_that_decide(filled: Production) -> None:
    from prisma_drift.gate.environment import environment_findings
    from prisma_drift.gate.live import Server
    from prisma_drift.migrations.history import Migration

    pending = [Migration(NAME, "", "m.sql", "CREATE EXTENSION timescaledb; CREATE EXTENSION citext;")]
    with filled.database.connect() as connection:
        found = environment_findings(
            Server("16.4", 16, "UTC"), "18.6", pending, connection, ["nobody_here", "postgres"], None, None
        )
        assert [(f.severity, f.id, f.object) for f in found] == [
            ("note", "server-other-major", ""),
            ("error", "live-extension-unavailable", "timescaledb"),
            ("error", "live-role-missing", "nobody_here"),
        ]


def test_what_only_the_shadow_lacks_closes_nothing_by_itself(filled: Production) -> None:
    filled.add(NAME, "CREATE EXTENSION timescaledb;")
    found = [(f.severity, f.id) for f in filled.gate().report.findings if f.id != "deploy-pending"]
    # The same server is the database's: it lacks the extension as well, and that is what closes.
    assert found == [("warning", "deploy-would-fail"), ("error", "live-extension-unavailable")] or sorted(
        found
    ) == [
        ("error", "live-extension-unavailable"),
        ("warning", "deploy-would-fail"),
    ]


def test_times_of_the_servers_zone(filled: Production) -> None:
    filled.sql(f"ALTER DATABASE \"{filled.database.name}\" SET timezone = 'America/New_York'")
    filled.add("20240215000000_at", 'ALTER TABLE "Post" ADD COLUMN "at" TIMESTAMP(3);')
    filled.deploy()
    filled.add(NAME, 'ALTER TABLE "Post" ALTER COLUMN "at" TYPE TIMESTAMPTZ(3);')
    assert told(filled.gate()) == [("time-zone", "public.Post.at")]


def test_a_long_transaction_on_a_table_that_is_pending(
    filled: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prisma_drift.gate import preflight

    monkeypatch.setattr(preflight, "_LONG_TRANSACTION", 0)
    filled.add(NAME, CASES["a check that nothing breaks"][0])
    with filled.database.connect() as other, other.transaction():
        other.execute('SELECT FROM "User"')
        (found,) = told(filled.gate())
        assert found[0] == "lock-waits"
    assert told(filled.gate()) == []


def test_a_long_transaction_that_an_index_waits_for(
    filled: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prisma_drift.gate import preflight

    monkeypatch.setattr(preflight, "_LONG_TRANSACTION", 0)
    filled.add(NAME, 'CREATE INDEX i ON "User"("name");')
    with filled.database.connect() as other, other.transaction():
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT 1")
        assert told(filled.gate()) == []
        filled.add(NAME, 'CREATE INDEX CONCURRENTLY i ON "User"("name");')
        gate = filled.gate()
        (found,) = (f for f in gate.report.findings if f.id == "lock-waits")
        assert "an index that is built CONCURRENTLY waits for its end" in found.message
    assert told(filled.gate()) == []


def test_an_extension_where_prisma_does_not_look(filled: Production) -> None:
    """It was there before, in another schema, as on Supabase: CREATE EXTENSION IF NOT EXISTS did nothing."""
    filled.sql("CREATE SCHEMA extensions; CREATE EXTENSION citext SCHEMA extensions")
    assert filled.database.hand_over is not None
    filled.database.hand_over(filled.database.name)
    filled.add("20240215000000_citext", "CREATE EXTENSION IF NOT EXISTS citext;")
    filled.deploy()
    assert told(filled.gate()) == []
    filled.add(NAME, 'ALTER TABLE "User" ADD COLUMN "nick" citext;')
    gate = filled.gate()
    assert told(gate) == [("search-path", "citext")]
    with pytest.raises(psycopg.errors.UndefinedObject):
        filled.deploy()
    (finding,) = (f for f in gate.report.findings if f.id == "search-path")
    filled.sql(finding.hint.partition(": ")[2])
    assert told(filled.gate()) == []
    filled.deploy()
    assert told(filled.gate()) == []


def test_the_gate_as_a_command(
    filled: Production, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    from prisma_drift.cli import main

    filled.add(NAME, CASES["required"][0])
    schema = filled.folder / "prisma" / "schema.prisma"
    schema.write_text(schema.read_text().replace("String?", "String"))
    monkeypatch.setenv("DATABASE_URL", filled.database.url)
    shadow = ["--shadow", filled.shadow_url()]
    assert main(["gate", str(filled.folder), *shadow]) == 2
    text = capsys.readouterr().out
    assert "the gate is closed by 1 finding" in text
    assert "Rows of public.User without name, which becomes required: 1 (id = 2)." in text
    for format in ("json", "markdown", "sarif", "github"):
        assert main(["gate", str(filled.folder), *shadow, "--format", format]) == 2
        out = capsys.readouterr().out
        assert "nulls" in out
        if format == "json":
            body = json.loads(out)
            assert body["verdict"] == "closed"
            assert body["gate"]["counts"][0]["rows"] == 1
    assert main(["gate", str(filled.folder), *shadow, "--allow", "nulls", "--quiet"]) == 0
    assert main(["gate", str(Path("nowhere"))]) == 1
