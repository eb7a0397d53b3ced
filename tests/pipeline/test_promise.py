"""A corrective migration exists only with a proof that holds: what cannot be proved is told, and offered nowhere."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prisma_drift import cli
from prisma_drift.model.report import Report
from prisma_drift.pipeline import check
from prisma_drift.pipeline.compare import Comparison
from prisma_drift.project import Flags, load_config
from prisma_drift.report import markdown, text
from prisma_drift.report.sections import Context

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
TABLE = 'CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "name" TEXT, "age" INTEGER);\n'
# Rows of a materialized view belong to whoever refreshes it: it is not made again by itself.
HOLDER = 'CREATE MATERIALIZED VIEW "names" AS SELECT "id", "name", "age" FROM "User";\n'
CASES = {
    "a dropped column": "model User {\n  id  Int  @id\n  age Int?\n}\n",
    "a change of type": "model User {\n  id   Int     @id\n  name String?\n  age  BigInt?\n}\n",
}

Make = Callable[[str], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make_(models: str) -> Path:
        migration = tmp_path / "prisma/migrations/20240101000000_init"
        migration.mkdir(parents=True)
        (tmp_path / "prisma/schema.prisma").write_text(HEAD + models)
        (tmp_path / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
        (migration / "migration.sql").write_text(TABLE + HOLDER)
        return tmp_path

    return make_


def report_of(project: Path, strategy: str = "preserve") -> Report:
    (config,) = load_config(Flags(path=str(project)), {})
    return check.run(config, strategy=strategy)


@pytest.mark.slow
@pytest.mark.parametrize("models", CASES.values(), ids=CASES)
def test_a_held_column(make: Make, models: str, capsys: pytest.CaptureFixture[str]) -> None:
    project = make(models)
    report = report_of(project, "plain")
    assert report.verdict == "drift"
    assert report.corrective_sql == ""
    assert "ALTER TABLE" in report.rejected_sql
    assert report.proof.empty is not None
    assert not report.proof.empty.holds
    assert "names" in report.proof.empty.error
    assert report.proof.empty.hint
    no_sql_of(report)

    report = report_of(project)
    assert (report.verdict, report.corrective_sql) == ("drift", "")
    assert any(one.severity == "error" and "names" in one.object for one in report.hazards)
    no_sql_of(report)
    for strategy in ("plain", "preserve"):
        no_sql_printed(project, strategy, capsys)


def no_sql_of(report: Report) -> None:
    shown = text.render((report,), verbose=True) + markdown.comment(report, Context()).text
    assert "names" in shown
    assert "ALTER TABLE" not in shown


def no_sql_printed(project: Path, strategy: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["check", str(project), "--strategy", strategy]
    assert cli.main([*given, "--script"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "no SQL is given" in said.err
    assert "names" in said.err
    for form in ("text", "markdown", "sarif", "github"):
        assert cli.main([*given, "--format", form]) == 2
        out = capsys.readouterr().out
        assert "ALTER TABLE" not in (without_help(out) if form == "sarif" else out)


def without_help(sarif: str) -> str:
    """Without the pages of its rules, which have examples."""
    found = json.loads(sarif)
    for run in found["runs"]:
        del run["tool"]["driver"]["rules"]
    return json.dumps(found)


@pytest.mark.slow
def test_a_proof_that_leaves_something(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make("model User {\n  id   Int @id\n  name String?\n  age  Int?\n  more Int?\n}\n")
    assert report_of(project).corrective_sql
    monkeypatch.setattr(Comparison, "sql", property(lambda self: "SELECT 1;\n"))
    report = report_of(project)
    assert (report.corrective_sql, report.rejected_sql) == ("", "SELECT 1;\n")
    assert report.proof.empty is not None
    assert (report.proof.empty.applied, report.proof.empty.residual) == (True, 1)
    assert report.proof.empty.error == "1 difference would be left after it."


@pytest.mark.slow
def test_the_action_offers_nothing_either(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from prisma_drift.action.main import run

    project = make(CASES["a dropped column"])
    stream = io.StringIO()
    monkeypatch.setattr("sys.stdout", stream)
    output, summary = tmp_path / "output", tmp_path / "summary"
    code = run(
        {
            "GITHUB_REPOSITORY": "acme/flow",
            "GITHUB_SHA": "c" * 40,
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_WORKSPACE": str(project),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "INPUT_WRITE-FIX": "artifact",
        }
    )
    assert code == 2, stream.getvalue()
    left = project / ".prisma-drift"
    assert sorted(path.name for path in left.rglob("*") if path.is_file()) == [
        "prisma-drift.json",
        "report.json",
        "report.md",
        "report.sarif",
    ]
    told = stream.getvalue() + summary.read_text() + (left / "report.md").read_text()
    assert "ALTER TABLE" not in told + without_help((left / "report.sarif").read_text())
    assert json.loads((left / "report.json").read_text())["corrective_sql"] == ""


@pytest.mark.slow
def test_why_nothing_is_proved_is_a_hazard(make: Make) -> None:
    project = make("model User {\n  id Int @id\n  name String?\n  age BigInt?\n}\n")
    child = project / "prisma/migrations/20240102000000_child"
    child.mkdir()
    # Postgres lets an inherited column be changed with its parent alone.
    (child / "migration.sql").write_text(
        'DROP MATERIALIZED VIEW "names"; CREATE TABLE "Guest" (PRIMARY KEY ("id")) INHERITS ("User");\n'
    )
    schema = project / "prisma/schema.prisma"
    schema.write_text(schema.read_text() + "model Guest {\n  id Int @id\n  name String?\n  age BigInt?\n}\n")
    report = report_of(project)
    assert report.corrective_sql == ""
    (why,) = [one for one in report.hazards if one.id == "nothing-proved"]
    assert (why.severity, why.object) == ("error", "public.Guest.age")
    assert "inherited column" in why.message
    assert why.hint
