"""The program as people run it, on real projects with a real server: both ways out of drift lead back in step."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.model.edit import SchemaLines, apply

SCHEMA = """\
datasource db {
  provider = "postgresql"
}

model User {
  id    Int    @id @default(autoincrement())
  email String @unique
  age   Int?   @default(7)
}
"""
SQL = """\
-- CreateTable
CREATE TABLE "User" (
    "id" SERIAL NOT NULL,
    "email" TEXT NOT NULL,
    "note" VARCHAR(20),

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

CREATE TABLE "Log" ("id" UUID NOT NULL PRIMARY KEY, "userId" INTEGER NOT NULL REFERENCES "User"("id") ON DELETE CASCADE);
CREATE INDEX "log_user" ON "Log"("userId" DESC);
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    migration = tmp_path / "prisma/migrations/20240101000000_init"
    migration.mkdir(parents=True)
    (tmp_path / "prisma/schema.prisma").write_text(SCHEMA)
    (tmp_path / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    (migration / "migration.sql").write_text(SQL)
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prisma_drift", "check", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def report(project: Path) -> dict[str, Any]:
    done = run(project, "--format", "json")
    value: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == {"in-step": 0, "drift": 2, "error": 1}[value["verdict"]]
    return value


@pytest.mark.slow
def test_the_schema_can_follow_the_migrations(project: Path) -> None:
    before = report(project)
    assert {one["id"] for one in before["findings"]} == {"column-extra", "column-missing", "table-extra"}
    file = project / "prisma/schema.prisma"
    lines = [SchemaLines(**one) for one in before["schema_lines"]]
    assert [one.text for one in lines if one.removes] == [""]
    assert {one.file for one in lines} == {"prisma/schema.prisma"}
    file.write_text(apply(file.read_text(), lines))
    left = report(project)
    assert left["verdict"] == "in-step"
    assert "age" not in file.read_text()


@pytest.mark.slow
def test_the_migrations_can_follow_the_schema(project: Path) -> None:
    script = run(project, "--script")
    assert script.returncode == 2
    folder = project / "prisma/migrations/20240102000000_align"
    folder.mkdir()
    (folder / "migration.sql").write_text(script.stdout)
    after = run(project)
    assert (after.returncode, after.stderr) == (0, "")
    assert after.stdout.startswith("✓ prisma/schema.prisma and its 2 migrations agree\n")


@pytest.mark.slow
def test_a_migration_that_fails_is_shown_with_its_line(project: Path) -> None:
    file = project / "prisma/migrations/20240101000000_init/migration.sql"
    file.write_text(SQL.replace("VARCHAR(20)", "VARCHARR(20)"))
    done = run(project)
    assert (done.returncode, done.stdout) == (1, "")
    assert "prisma/migrations/20240101000000_init/migration.sql:5" in done.stderr
    assert '"note" VARCHARR(20)' in done.stderr
    assert "^" in done.stderr
    assert "Traceback" not in done.stderr
