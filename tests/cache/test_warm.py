"""What a second run need not do again, and what it must."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest
from cache_edits import TABLE, Project

from prisma_drift.model.report import Report
from prisma_drift.model.values import replace
from prisma_drift.pipeline import check, workplace
from prisma_drift.postgres.server.cluster import Cluster


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Three tables in step with three models, and a cache of its own."""
    monkeypatch.setattr(workplace, "KEEP_SECONDS", 0.0)
    made = Project(tmp_path / "project", random.Random(1))
    made.migrations = [(f"2024010100000{n}_m", TABLE.format(n=n)) for n in range(3)]
    made.models = {n: ["  e String @default(dbgenerated(\"lower('X')\"))"] for n in range(3)}
    for n in range(3):
        sql = f'ALTER TABLE "T{n}" ADD COLUMN "e" TEXT NOT NULL DEFAULT lower(\'X\'), ALTER COLUMN "a" SET DEFAULT \'x\';'
        made.migrations.append((f"2024010100001{n}_m", sql))
    return made


def run(project: Project, tmp_path: Path, *, cache: bool = True) -> tuple[Report, list[str]]:
    """The report, and the migrations that were run for it."""
    ran: list[str] = []
    config = replace(project.config(tmp_path / "cache" if cache else None), rows=False)
    report = check.run(config, on_progress=lambda number, count, name: ran.append(name))
    return report, ran


def kept(project: Project, tmp_path: Path) -> None:
    """The history's server is in the cache: it was asked for a second time."""
    run(project, tmp_path)
    models, project.models = project.models, {**project.models, 0: [*project.models[0], "  other Int?"]}
    run(project, tmp_path)
    project.models = models


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[Cluster]:
    """The servers that were started."""
    found: list[Cluster] = []
    begin = Cluster._start

    def noted(self: Cluster) -> None:
        found.append(self)
        begin(self)

    monkeypatch.setattr(Cluster, "_start", noted)
    return found


def test_nothing_new_starts_nothing(project: Project, tmp_path: Path, starts: list[Cluster]) -> None:
    first, ran = run(project, tmp_path)
    assert first.verdict == "in-step" and len(ran) == 6 and len(starts) == 1
    second, ran = run(project, tmp_path)
    assert second == first and not ran and len(starts) == 1


def test_a_new_migration_runs_alone(project: Project, tmp_path: Path, starts: list[Cluster]) -> None:
    kept(project, tmp_path)
    project.migrations.append(("20240101000100_new", 'CREATE INDEX "i" ON "T1"("b");'))
    warm, ran = run(project, tmp_path)
    assert ran == ["20240101000100_new"]
    assert starts[-1].origin is not None and starts[-1].origin.name.startswith("data-")
    assert warm.verdict == "drift"
    assert warm == run(project, tmp_path, cache=False)[0]


@pytest.mark.parametrize(
    "sql", ["SET lock_timeout = '5s';", "CREATE TEMPORARY TABLE t (id int); DROP TABLE t;"]
)
def test_what_nobody_can_notice_is_gone_on_with(project: Project, tmp_path: Path, sql: str) -> None:
    project.migrations.append(("20240101000100_odd", sql))
    kept(project, tmp_path)
    project.migrations.append(("20240101000101_new", "SELECT 1;"))
    assert run(project, tmp_path)[1] == ["20240101000101_new"]
    project.migrations.append(("20240101000102_asks", "SELECT current_setting('lock_timeout');"))
    assert len(run(project, tmp_path)[1]) == 9


def test_what_was_met_is_kept_when_it_is_met_again(
    project: Project, tmp_path: Path, starts: list[Cluster]
) -> None:
    run(project, tmp_path)
    names = sorted(one.name for one in (tmp_path / "cache").iterdir())
    assert not [name for name in names if name.startswith(("data", "whole"))]
    project.migrations.append(("20240101000100_new", "SELECT 1;"))
    warm, ran = run(project, tmp_path)
    assert len(ran) == 7
    # Behind what both histories begin with, which is kept on the way.
    project.migrations[-1] = ("20240101000100_new", "SELECT 2;")
    assert run(project, tmp_path)[1] == ["20240101000100_new"]
    assert starts[-1].origin is not None and starts[-1].origin.name.startswith("data-")
    assert warm == run(project, tmp_path)[0] == run(project, tmp_path, cache=False)[0]


def test_a_changed_schema_runs_no_migration(project: Project, tmp_path: Path) -> None:
    kept(project, tmp_path)
    project.models[1] = [*project.models[1], "  more Int?"]
    warm, ran = run(project, tmp_path)
    assert not ran and warm.corrective_sql
    assert warm == run(project, tmp_path, cache=False)[0]


def test_a_changed_migration_is_run_with_all_behind_it(project: Project, tmp_path: Path) -> None:
    run(project, tmp_path)
    name, sql = project.migrations[2]
    project.migrations[2] = (name, sql + "\n-- said otherwise")
    assert len(run(project, tmp_path)[1]) == 6


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "sql",
    [
        "SET search_path = public, pg_catalog;",
        "SET my.own = 'x';",
        "CREATE TEMPORARY TABLE t (id int);",
        "SELECT pg_advisory_lock(1);",
        "PREPARE p AS SELECT 1;",
        "CREATE ROLE r; SET ROLE r;",
        "LISTEN c;",
        "ALTER ROLE postgres SET statement_timeout = '9min';",
    ],
)
def test_what_its_session_keeps_is_not_gone_on_with(project: Project, tmp_path: Path, sql: str) -> None:
    project.migrations.append(("20240101000100_odd", sql))
    kept(project, tmp_path)
    project.migrations.append(("20240101000101_new", "SELECT 1;"))
    warm, ran = run(project, tmp_path)
    assert len(ran) == 8
    assert warm == run(project, tmp_path, cache=False)[0]


def test_a_broken_cache_is_as_none(project: Project, tmp_path: Path) -> None:
    kept(project, tmp_path)
    first, _ = run(project, tmp_path)
    for how in range(4):
        for entry in (tmp_path / "cache").iterdir():
            content = entry.read_bytes()
            changed = bytearray(content)
            if changed:
                changed[len(changed) // 2] ^= 0xFF
            entry.write_bytes([b"", content[: len(content) // 2], bytes(changed), bytes(4096)][how])
        assert run(project, tmp_path)[0] == first
        project.migrations.append((f"2024010100020{how}_new", "SELECT 1;"))
        first = run(project, tmp_path)[0]


def test_no_cache_keeps_nothing(project: Project, tmp_path: Path, starts: list[Cluster]) -> None:
    run(project, tmp_path, cache=False)
    assert not (tmp_path / "cache").exists()
    run(project, tmp_path)
    before = sorted((tmp_path / "cache").iterdir())
    run(project, tmp_path, cache=False)
    assert starts[-1].origin is None
    assert sorted((tmp_path / "cache").iterdir()) == before


def test_a_folder_of_somebody_else_is_left_alone(project: Project, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir(mode=0o755)
    (tmp_path / "cache").chmod(0o755)
    first, _ = run(project, tmp_path)
    assert first.verdict == "in-step"
    assert list((tmp_path / "cache").iterdir()) == []


def test_failing_behind_what_was_kept_is_told_as_ever(project: Project, tmp_path: Path) -> None:
    kept(project, tmp_path)
    project.migrations.append(("20240101000100_new", 'CREATE INDEX "i" ON "Nowhere"("b");'))
    warm, _ = run(project, tmp_path)
    assert warm.verdict == "error"
    assert warm == run(project, tmp_path, cache=False)[0]


def test_what_git_says_since_then_counts(project: Project, tmp_path: Path, starts: list[Cluster]) -> None:
    """Which mend comes first depends on what the base branch declared."""
    del project.models[2]
    config = replace(project.config(tmp_path / "cache"), rows=False)
    root, schema = config.root, config.schema
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}

    def git(*words: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True, env=clean)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "without it")
    first = check.run(config)
    assert first.likely == "schema" and len(starts) == 1
    assert check.run(config) == first and len(starts) == 1
    text = schema.read_text()
    schema.write_text(f"{text}model T2 {{\n  id Int @id\n}}\n")
    git("commit", "-qam", "with it")
    git("checkout", "-qb", "branch")
    schema.write_text(text)
    second = check.run(config)
    assert second.likely == "migration"
    assert second == check.run(replace(config, cache=None))


def test_a_refusal_is_looked_at_again(project: Project, tmp_path: Path) -> None:
    """What could not be proved may have lacked time, and what fails may be mended elsewhere."""
    project.migrations.append(("20240101000100_new", "SELECT 1 / 0;"))
    assert run(project, tmp_path)[0].verdict == "error"
    assert not [one for one in (tmp_path / "cache").iterdir() if one.name.startswith("said-")]


@pytest.mark.parametrize("name", ["stray.sql", "link"])
def test_what_else_lies_in_the_folder_counts(project: Project, tmp_path: Path, name: str) -> None:
    first, _ = run(project, tmp_path)
    config = replace(project.config(tmp_path / "cache"), rows=False)
    assert config.migrations is not None
    if name == "link":
        (config.migrations / name).symlink_to(tmp_path)
    else:
        (config.migrations / name).write_text("SELECT 1;")
    second = check.run(config)
    assert len(second.findings) == len(first.findings) + 1
