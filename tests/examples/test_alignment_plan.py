"""The alignment plan's project: every point of the plan is found, and the migration for it keeps every seeded row."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from prisma_drift.migrations.history import read_history
from prisma_drift.pipeline.check import run
from prisma_drift.project import Config, Flags, load_config

if TYPE_CHECKING:
    from prisma_drift.model.report import Report
    from prisma_drift.postgres.server.database import Connection, Database

EXAMPLE = Path(__file__).parents[2] / "examples" / "alignment-plan"
PLAN = {
    "Workspace": {"jitterMin", "jitterMax", "providerSettings"},
    "FlowExecution": {"workspaceId", "currentNodeId", "state", "logs"},
    "GroupLauncher": {"isActive", "updatedAt"},
    "LaunchGroup": {"launcherId", "capacity", "current", "isActive", "updatedAt"},
}
INDEXES = {"FlowExecution_workspaceId_createdAt_idx", "FlowExecution_flowId_createdAt_idx"}


@pytest.fixture(scope="module")
def config() -> Config:
    (found,) = load_config(Flags(path=str(EXAMPLE)), {})
    return found


@pytest.fixture(scope="module")
def report(config: Config) -> Report:
    return run(config)


@pytest.fixture
def seeded(config: Config, database: Database) -> Iterator[Connection]:
    """A database that the migrations have built and seed.sql has filled."""
    assert config.migrations is not None
    with database.connect(default_schema="public") as connection:
        for migration in read_history(config.migrations).migrations:
            execute(connection, migration.sql)
        execute(connection, (EXAMPLE / "seed.sql").read_text())
        yield connection


def execute(connection: Connection, sql: str) -> None:
    connection.execute(sql, prepare=False)


def query(connection: Connection, sql: str) -> Any:
    return connection.execute(sql).fetchall()


def test_the_project_is_one_of_prisma_6() -> None:
    package = json.loads((EXAMPLE / "package.json").read_text())
    (found,) = load_config(Flags(path=str(EXAMPLE)), {})
    assert str(found.version) == package["devDependencies"]["prisma"] == "6.19.0"
    assert found.migrations is not None
    assert len(read_history(found.migrations).migrations) == 14
    assert read_history(found.migrations).hygiene == ()


@pytest.mark.slow
def test_every_point_of_the_plan_is_found_with_its_cause(report: Report) -> None:
    assert report.verdict == "drift"
    found = {(f.id, f.object): f for f in report.findings}
    missing = {object for id, object in found if id == "column-missing"}
    assert missing == {f"public.{table}.{column}" for table, columns in PLAN.items() for column in columns}
    assert {o.rpartition(".")[2] for id, o in found if id == "index-missing"} >= INDEXES
    assert {object for id, object in found if id == "table-missing"} == {"public.Tag", "public._ContactToTag"}
    assert ("extension-missing", "vector") in found
    embedding = found[("column-type", "public.Vector.embedding")]
    assert (embedding.actual, embedding.expected) == ("jsonb", "vector(1536)")
    dropped = found[("column-missing", "public.Workspace.jitterMin")].origin
    assert dropped is not None
    assert (dropped.migration, dropped.action) == ("20240318101500_cleanup", "dropped")


@pytest.mark.slow
def test_the_corrective_migration_is_proved_and_keeps_every_row(report: Report, seeded: Connection) -> None:
    assert report.proof.empty is not None
    assert (report.proof.empty.applied, report.proof.empty.residual) == (True, 0)
    tables = [name for (name,) in query(seeded, "SELECT relname FROM pg_stat_user_tables ORDER BY relname")]
    before = {t: count(seeded, t) for t in tables}
    assert min(before.values()) > 0
    execute(seeded, report.corrective_sql)
    assert {t: count(seeded, t) for t in tables} == before
    mismatched = query(
        seeded,
        'SELECT e."id" FROM "FlowExecution" e JOIN "Flow" f ON f."id" = e."flowId" WHERE e."workspaceId" <> f."workspaceId"',
    )
    assert mismatched == []
    assert query(seeded, 'SELECT DISTINCT vector_dims("embedding") FROM "Vector"') == [(1536,)]
    assert query(seeded, "SELECT 1 FROM pg_indexes WHERE indexname = 'Contact_search_idx'") == [(1,)]


def count(connection: Connection, table: str) -> int:
    [(rows,)] = query(connection, f'SELECT count(*) FROM "{table}"')
    return int(rows)


@pytest.mark.slow
def test_every_value_comes_through(report: Report, seeded: Connection) -> None:
    """Each execution is in the workspace of its flow; each embedding is the list of numbers that JSON held."""
    lists = dict(query(seeded, 'SELECT "id", "embedding"::text FROM "Vector"'))
    assert [query(seeded, check.sql) for check in report.checks] == [[(0,)]] * len(report.checks)
    execute(seeded, report.corrective_sql)
    wrong = """
        SELECT count(*) FROM "FlowExecution" AS e JOIN "Flow" AS f ON f."id" = e."flowId"
        WHERE e."workspaceId" IS DISTINCT FROM f."workspaceId"
    """
    assert query(seeded, wrong) == [(0,)]
    assert count(seeded, "FlowExecution") == 40
    for id, vector in query(seeded, 'SELECT "id", "embedding"::text FROM "Vector"'):
        # Both are single-precision numbers at the most: pgvector keeps no more.
        floats = [array("f", json.loads(text)) for text in (lists[id], vector)]
        assert floats[0] == floats[1]


@pytest.mark.slow
def test_an_embedding_of_another_length_is_counted_before_and_changes_nothing(
    report: Report, seeded: Connection
) -> None:
    execute(seeded, """UPDATE "Vector" SET "embedding" = '[1, 2, 3]' WHERE "id" = 've_7'""")
    counted = {(check.id, check.object): query(seeded, check.sql)[0][0] for check in report.checks}
    assert counted["value-refused", "public.Vector.embedding"] == 1
    assert sum(counted.values()) == 1
    before = content(seeded)
    with pytest.raises(psycopg.Error, match="expected 1536 dimensions, not 3"):
        execute(seeded, report.corrective_sql)
    assert content(seeded) == before


def content(connection: Connection) -> dict[str, list[str]]:
    names = query(connection, "SELECT relname FROM pg_stat_user_tables ORDER BY relname")
    return {t: sorted(str(row) for row in query(connection, f'SELECT * FROM "{t}"')) for (t,) in names}
