"""Right migrations that the proof on rows once rejected, or that once were none: each is offered, and its proof holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hazard_examples import FLOW_MODELS, FLOWS, HEAD, Drift
from one_server import shared

from prisma_drift.commands.run import run

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Server

PAIR = "CREATE TYPE pair AS (a int, b text);\n"
HSTORE = "CREATE EXTENSION IF NOT EXISTS hstore;\n"
KIND = "CREATE TYPE \"Kind\" AS ENUM ('one', 'two');\n"
ENUM = "enum Kind {\n  one\n  two\n}\n"


def table(columns: str, more: str = "") -> str:
    return f'CREATE TABLE "T" ("id" INTEGER NOT NULL, {columns}, CONSTRAINT "T_pkey" PRIMARY KEY ("id"));\n{more}'


def model(*lines: str) -> str:
    return "model T {\n  id Int @id\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


SELF = 'ALTER TABLE "T" ADD CONSTRAINT "T_up_fkey" FOREIGN KEY ("up") REFERENCES "T"("id") ON DELETE SET NULL ON UPDATE CASCADE'
DOWN = 'down T[] @relation("r")'
RIGHT = {
    "a composite value without members goes": Drift(PAIR + table('"p" pair, "n" INTEGER'), model("n Int?")),
    "a composite value without members becomes required": Drift(
        PAIR + table('"p" pair'), model('p Unsupported("pair")')
    ),
    "hstore to JSON": Drift(HSTORE + table('"h" hstore'), model("h Json?")),
    "a text that looks like bytes": Drift(table('"t" TEXT NOT NULL'), model("t Bytes")),
    "NULLs of a unique column become lists": Drift(
        KIND + table('"k" "Kind"', 'CREATE UNIQUE INDEX "T_k_key" ON "T"("k");'),
        ENUM + model("k Kind[]", "@@unique([k])"),
    ),
    "a text that is a new label": Drift(
        KIND + table('"k" "Kind", "t" TEXT'), ENUM.replace("two", "new\n  two") + model("k Kind?", "t Kind?")
    ),
    "a list becomes one character": Drift(table('"l" INET[]'), model('l Unsupported("\\"char\\"")?')),
    "a number becomes one character": Drift(table('"n" BIGINT'), model('n Unsupported("\\"char\\"")?')),
    "a list becomes a name": Drift(table('"l" TEXT[]'), model('l Unsupported("name")?')),
    "a list of labels becomes bytes": Drift(KIND + table('"k" "Kind"[]'), ENUM + model("k Bytes[]")),
    "a range of moments becomes JSON": Drift(table('"r" TSTZRANGE'), model("r Json?")),
    "a range of moments becomes text": Drift(table('"r" TSTZRANGE'), model("r String?")),
    "the least of all numbers becomes a float": Drift(table('"n" BIGINT'), model("n Float?")),
    "a deferrable key that the schema no longer has": Drift(
        table('"up" INTEGER', f"{SELF} DEFERRABLE;"), model("up Int?")
    ),
    "a list of moments becomes a day": Drift(table('"l" TIMESTAMPTZ(3)[]'), model("l DateTime? @db.Date")),
    "a domain becomes JSON": Drift(
        "CREATE DOMAIN short AS text CHECK (VALUE <> 'zz'); CREATE DOMAIN shorter AS short;"
        + table('"d" shorter, "e" short'),
        model("d Json?", "e Json?"),
    ),
    "a text key begins to count": Drift(
        table('"n" INTEGER').replace('"id" INTEGER', '"id" TEXT'),
        model("n Int?").replace("@id", "@id @default(autoincrement())"),
    ),
    "tables that inherit": Drift(
        'CREATE TABLE "P" ("id" INTEGER NOT NULL, "a" TEXT, CONSTRAINT "P_pkey" PRIMARY KEY ("id"));'
        'CREATE TABLE "C" ("b" TEXT, CONSTRAINT "C_pkey" PRIMARY KEY ("id")) INHERITS ("P");',
        'model P {\n  id Int @id\n  a String @default("x")\n}\nmodel C {\n  id Int @id\n  a String @default("x")\n  b String?\n}\n',
    ),
    "a partitioned table gets a value": Drift(
        'CREATE TABLE "E" ("id" INTEGER NOT NULL, "at" DATE NOT NULL, "n" INTEGER, CONSTRAINT "E_pkey" PRIMARY KEY ("id","at")) PARTITION BY RANGE ("at");'
        'CREATE TABLE "E0" PARTITION OF "E" DEFAULT;',
        "model E {\n  id Int\n  at DateTime @db.Date\n  n BigInt @default(3)\n  @@id([id, at])\n}\n",
    ),
    "JSON null is filled": Drift(KIND + table('"j" JSONB NOT NULL'), ENUM + model("j Kind @default(one)")),
    "a partial index under another name": Drift(
        table('"n" INTEGER', 'CREATE INDEX "some" ON "T"("n") WHERE "n" IS NOT NULL;'),
        model("n Int?", "@@index([n])"),
    ),
    "a deferrable key with another action": Drift(
        table('"up" INTEGER', f"{SELF} DEFERRABLE INITIALLY DEFERRED;"),
        model("up Int?", 'one T? @relation("r", fields: [up], references: [id], onDelete: Cascade)', DOWN),
    ),
    "a deferrable key of a table that is renamed": Drift(
        table('"up" INTEGER', f"{SELF} DEFERRABLE;"),
        model("up Int?", 'one T? @relation("r", fields: [up], references: [id])', DOWN).replace("T", "Ts", 1).replace("T?", "Ts?").replace("T[]", "Ts[]"),
        ("--rename", "T=Ts"),
    ),
}  # fmt: skip


def report_of(folder: Path, drift: Drift, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    migration = folder / "prisma/migrations/20240101000000_old"
    migration.mkdir(parents=True)
    (folder / "prisma/schema.prisma").write_text(HEAD + drift.schema)
    (folder / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    (migration / "migration.sql").write_text(drift.migrations)
    capsys.readouterr()
    assert run(["check", str(folder), "--json", "-q", *drift.flags]) == 2
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("name", RIGHT)
def test_it_is_offered(name: str, shadow: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with shared(shadow):
        report = report_of(tmp_path, RIGHT[name], capsys)
    assert report["corrective_sql"], (
        report.get("rejected_sql", report),
        report["proof"],
    )
    rows = report["proof"]["populated"]
    assert "error" not in rows and "skipped" not in rows
    assert rows["applied"] and rows["rows_before"]
    assert "needless" not in rows


@pytest.mark.parametrize(
    ("body", "said"), [("RAISE EXCEPTION 'never'", "never"), ("RETURN NULL", "contains null values")]
)
def test_a_trigger_that_does_not_let_it_be_is_no_mistake(
    body: str, said: str, shadow: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trigger = (
        f"CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; END $$;"
        'CREATE TRIGGER t BEFORE UPDATE ON "Run" FOR EACH ROW EXECUTE FUNCTION no();'
    )
    with shared(shadow):
        report = report_of(tmp_path, Drift(FLOWS + trigger, FLOW_MODELS), capsys)
    assert "nothing-proved" not in {one["id"] for one in report["hazards"]}
    assert "trigger-fires" in {one["id"] for one in report["hazards"]}
    assert report["corrective_sql"]
    rows = report["proof"]["populated"]
    assert said in rows["stopped_by"] and rows["stops_where_told"] and not rows["applied"]
    assert rows["not_populated"] == []
    assert run(["check", str(tmp_path), "-q"]) == 2
    told = " ".join(capsys.readouterr().out.split())
    assert (
        f"on invented rows it stops, as a warning says it may ({rows['stopped_by']}), and changes nothing"
        in told
    )
    assert "that the checks count" not in told


def test_what_was_deferrable_stays_so(
    shadow: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with shared(shadow):
        report = report_of(tmp_path, RIGHT["a deferrable key with another action"], capsys)
    assert "ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED" in report["corrective_sql"]


def test_random_worlds(shadow: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few; the whole loop is `python tests/proof/random_worlds.py`."""
    from bench import Bench
    from random_worlds import judged

    from prisma_drift.rows.candidates import Candidates

    monkeypatch.setattr(Candidates, "_salt", Candidates._salt)  # taken back at the end
    with shared(shadow) as one:
        for number in range(6):
            outcome = judged(f"sample/{number}", Bench(one, tmp_path), tmp_path)
            assert not outcome.word.isupper(), f"{number}: {outcome.word} {outcome.why}"
            one.clear()
