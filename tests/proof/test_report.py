"""What a report says of the proof on rows: its numbers, that it was skipped, and that a broken mend is shown nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.commands.run import run
from prisma_drift.model.report import Report
from prisma_drift.model.values import replace
from prisma_drift.pipeline import check, compare
from prisma_drift.plan.plan import Plan, build_plan
from prisma_drift.plan.steps import Statement
from prisma_drift.project import Flags, load_config
from prisma_drift.report import text

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
TABLE = 'CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "name" TEXT, "age" INTEGER);\n'
MODEL = "model User {\n  id Int @id\n  name String?\n  age BigInt?\n}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    migration = tmp_path / "prisma/migrations/20240101000000_init"
    migration.mkdir(parents=True)
    (tmp_path / "prisma/schema.prisma").write_text(HEAD + MODEL)
    (tmp_path / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    (migration / "migration.sql").write_text(TABLE)
    return tmp_path


def report_of(project: Path, **flags: Any) -> Report:
    (config,) = load_config(Flags(path=str(project), **flags), {})
    return check.run(config)


def lines_of(report: Report) -> str:
    return text.render([report])


def test_numbers(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(project), "--json", "-q"]) == 2
    found = json.loads(capsys.readouterr().out)["proof"]["populated"]
    assert found["applied"] is True
    assert (found["tables"], found["rows_before"], found["rows_after"]) == (1, 24, 24)
    assert found["values_kept"] > 24
    assert found["values_changed"] == 0
    assert found["not_populated"] == []
    assert "error" not in found
    assert found["observed"] == [
        {"statement": 1, "lock": "AccessExclusiveLock", "rewrites": True, "scans": True, "rows": 0}
    ]


def test_what_was_seen_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(project), "-q"]) == 2
    said = " ".join(capsys.readouterr().out.split())
    assert "on 24 invented rows in 1 table, all values are kept" in said
    assert "it rewrites public.User, which nobody can read or write meanwhile" in said


def test_hazards_have_what_was_seen_of_their_statement(project: Path) -> None:
    schema = project / "prisma/schema.prisma"
    schema.write_text(schema.read_text().replace("  name String?\n", ""))
    report = report_of(project)
    lost = next(one for one in report.hazards if one.id == "data-loss")
    assert lost.observed is not None
    assert lost.observed.lock == "AccessExclusiveLock"


def test_no_rows_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(project), "--no-rows", "--json", "-q"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert found["proof"]["populated"] == {"skipped": "--no-rows"}
    assert found["corrective_sql"]
    assert run(["check", str(project), "--no-rows", "-q"]) == 2
    assert "not tried on rows (--no-rows)" in " ".join(capsys.readouterr().out.split())


def test_the_environment_may_say_it(project: Path) -> None:
    (config,) = load_config(Flags(path=str(project)), {"PRISMA_DRIFT_ROWS": "false"})
    assert config.rows is False


def test_a_broken_mend_is_not_shown(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    def broken(*arguments: Any, **keywords: Any) -> Plan:
        plan = build_plan(*arguments, **keywords)
        steps = (
            *plan.steps[:-1],
            replace(
                plan.steps[-1],
                statements=(*plan.steps[-1].statements, Statement('UPDATE "User" SET "name" = NULL')),
            ),
        )
        return replace(plan, steps=steps)

    monkeypatch.setattr(compare, "build_plan", broken)
    report = report_of(project)
    assert report.verdict == "drift"
    assert report.corrective_sql == ""
    assert 'SET "name" = NULL' in report.rejected_sql
    assert report.proof.empty is not None and report.proof.empty.holds
    assert report.proof.populated is not None and report.proof.populated.lost == ("public.User.name",)
    reasons = [one for one in report.hazards if one.id == "nothing-proved"]
    assert [one.object for one in reasons] == ["public.User.name"]
    assert "has become NULL" in reasons[0].message
    assert 'SET "name"' not in lines_of(report)


def test_a_seed_comes_first(project: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed.sql"
    seed.write_text("INSERT INTO \"User\" SELECT n, 'seeded', n FROM generate_series(1000, 1009) AS n;\n")
    report = report_of(project, seed=str(seed))
    assert report.proof.populated is not None
    assert report.proof.populated.rows_before == 34


def test_a_seed_of_the_settings(project: Path) -> None:
    (project / "rows.sql").write_text("INSERT INTO \"User\" VALUES (1000, 'seeded', 1);\n")
    (project / "prisma-drift.yml").write_text("seed: rows.sql\n")
    report = report_of(project)
    assert report.proof.populated is not None
    assert report.proof.populated.rows_before == 25


def test_a_seed_that_fails_says_so(project: Path) -> None:
    (project / "rows.sql").write_text('INSERT INTO "Nobody" VALUES (1);\n')
    report = report_of(project, seed=str(project / "rows.sql"))
    assert report.verdict == "error"
    assert [one.id for one in report.findings] == ["seed-failed"]


@pytest.mark.parametrize(
    "said",
    [
        'INSERT INTO "User" ("id", "new") VALUES (1, 2);\n',
        "INSERT INTO \"User\" VALUES (1, 'x', 1); nonsense;\n",
    ],
)
def test_a_seed_of_the_settings_that_does_not_apply_before_the_mend_decides_nothing(
    project: Path, said: str
) -> None:
    (project / "rows.sql").write_text(said)
    (project / "prisma-drift.yml").write_text("seed: rows.sql\n")
    report = report_of(project)
    assert report.verdict == "drift" and report.corrective_sql
    assert report.proof.populated is not None and report.proof.populated.holds
    assert report.proof.populated.rows_before == 24, "invented rows alone"
    (told,) = [one for one in report.findings if one.id == "seed-failed"]
    assert told.severity == "warning" and told.position is not None and told.position.file == "rows.sql"


def test_a_seed_of_the_settings_is_no_way_out_of_the_repository(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret"
    elsewhere.write_text("hunter22 is the password\n")
    (project / "prisma-drift.yml").write_text("seed: rows.sql\n")
    (project / "rows.sql").symlink_to(elsewhere)
    report = report_of(project)
    assert report.verdict == "drift"
    (told,) = [one for one in report.findings if one.id == "seed-unreadable"]
    assert "leads out of the repository" in told.message
    assert "hunter22" not in text.render([report])
    (project / "rows.sql").unlink()
    (project / "rows.sql").symlink_to("/dev/zero")
    assert "seed-unreadable" in {one.id for one in report_of(project).findings}


def test_many_rows_are_sampled(project: Path) -> None:
    (project / "rows.sql").write_text(
        "INSERT INTO \"User\" SELECT n, 'seeded', n FROM generate_series(1000, 9999) AS n;\n"
    )
    report = report_of(project, seed=str(project / "rows.sql"))
    assert report.proof.populated is not None
    assert report.proof.populated.rows_before == 400
    assert report.proof.populated.holds


def test_a_seed_outside_the_repository_is_not_read(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "rows.sql"
    elsewhere.write_text("SELECT 1;\n")
    (project / "prisma-drift.yml").write_text(f"seed: {elsewhere}\n")
    (project / ".git").mkdir()
    with pytest.raises(Exception, match="is not read"):
        load_config(Flags(path=str(project)), {})
