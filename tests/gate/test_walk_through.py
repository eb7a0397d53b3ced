"""The example's way to production, as docs/gate.md tells it: closed, filled, fixed, deployed, open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from production import Production

from prisma_drift.cli import main
from prisma_drift.postgres.server.database import Database

pytestmark = pytest.mark.slow
EXAMPLE = Path(__file__).parents[2] / "examples" / "alignment-plan"


@pytest.fixture
def example(tmp_path: Path, database: Database) -> Production:
    made = Production(tmp_path / "crm", database)
    shutil.rmtree(made.folder)
    shutil.copytree(EXAMPLE, made.folder)
    made.deploy()
    made.sql((EXAMPLE / "seed.sql").read_text())
    return made


def test_from_closed_to_open(example: Production, capsys: pytest.CaptureFixture[str]) -> None:
    place = [str(example.folder), "--shadow", example.shadow_url()]
    live = ["--database-url", example.database.url]
    gate = example.gate(whole=True)
    assert gate.verdict == "closed"
    found = {(f.id, f.object) for f in gate.report.findings if f.severity == "error"}
    assert found >= {
        ("extension-missing", "vector"),
        ("column-type", "public.Vector.embedding"),
        ("table-missing", "public.Tag"),
        ("column-missing", "public.Workspace.jitterMin"),
        ("column-missing", "public.FlowExecution.workspaceId"),
    }
    assert {c.check.object: c.rows for c in gate.counts}["public.Vector.embedding"] == 0
    # What the plan's item 8 asks for cannot be done before the column is there: the migration does it.
    assert main(["backfill", *place, *live, "--apply"]) == 0
    said = capsys.readouterr().out
    assert (
        "public.FlowExecution.workspaceId: left to the migration, since the column is not there yet" in said
    )
    assert main(["fix", *place]) == 0
    gate = example.gate(whole=True)
    assert (gate.verdict, len(gate.pending)) == ("open", 1), [
        f for f in gate.report.findings if f.severity == "error"
    ]
    counted = {(c.check.id, c.check.object): c.rows for c in gate.counts}
    assert counted["nulls", "public.FlowExecution.workspaceId"] == 0
    example.deploy()
    gate = example.gate(whole=True)
    assert (gate.verdict, gate.pending) == ("open", ())
    assert gate.report.findings == ()
    with example.database.connect() as connection:
        rows = connection.execute('SELECT count(*), count("workspaceId") FROM "FlowExecution"').fetchone()
    assert rows == (40, 40)


def test_in_two_steps_the_rows_are_filled_in_batches(
    example: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    """A first migration adds the column, backfill fills it, a second one makes it required."""
    place = [str(example.folder), "--shadow", example.shadow_url()]
    live = ["--database-url", example.database.url]
    example.add("20250701000000_expand", 'ALTER TABLE "FlowExecution" ADD COLUMN "workspaceId" TEXT;')
    example.deploy()
    gate = example.gate(whole=True)
    assert {(f.id, f.object) for f in gate.report.findings} >= {
        ("column-nullability", "public.FlowExecution.workspaceId")
    }
    assert main(["backfill", *place, *live]) == 2
    assert "public.FlowExecution.workspaceId: 40 rows to fill" in capsys.readouterr().out
    assert main(["backfill", *place, *live, "--apply", "--batch", "7"]) == 0
    assert "filled 40 rows" in capsys.readouterr().out
    assert main(["fix", *place]) == 0
    assert example.gate(whole=True).verdict == "open"
    example.deploy()
    gate = example.gate(whole=True)
    assert (gate.verdict, gate.report.findings) == ("open", ())
