"""`smoke` and `smoke-command` of the action: on a real database, with what the migrations of the checkout build."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.model.values import replace

pytestmark = pytest.mark.slow
SCHEMA = """datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
model User {
  id    Int     @id
  email String? @unique
}
"""
TABLE = 'CREATE TABLE "User" ("id" INTEGER NOT NULL PRIMARY KEY, "email" TEXT);\n'
KEY = 'CREATE UNIQUE INDEX "User_email_key" ON "User"("email");\n'


@pytest.fixture
def smoked(job: Any) -> Any:
    """A project in step, in a job that smoke-tests it."""
    prisma = job.workspace / "prisma"
    (prisma / "schema.prisma").write_text(SCHEMA)
    (prisma / "migrations/20240101000000_init/migration.sql").write_text(TABLE + KEY)
    job.report = replace(job.report, verdict="in-step", findings=(), corrective_sql="")
    job.inputs |= {"smoke": "true", "token": ""}
    return job


def test_the_probes_are_in_log_and_summary(smoked: Any) -> None:
    assert smoked.run() == 0
    for text in (smoked.log, smoked.summary):
        assert "✓ rows" in text
        assert "1 migration on Postgres" in text
    assert "### Smoke test" in smoked.summary


def test_a_failing_probe_fails_the_job_and_the_command_does_not_run(smoked: Any, tmp_path: Path) -> None:
    (smoked.workspace / "prisma/migrations/20240101000000_init/migration.sql").write_text(TABLE)
    assert smoked.run(smoke_command=f"touch {tmp_path / 'ran'}") == 2
    assert "✗ uniques" in smoked.summary
    assert not (tmp_path / "ran").exists()
    assert smoked.run(fail_on="never") == 0


PROGRAM = """
import os, pathlib, psycopg, sys
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute('INSERT INTO "User" VALUES (1, %s)', ["a"])
    count = connection.execute('SELECT count(*) FROM "User"').fetchone()
secrets = sorted(name for name in os.environ if name.startswith("INPUT_"))
pathlib.Path(sys.argv[1]).write_text(f"{count} {secrets}")
"""


def test_the_command_has_the_database_and_none_of_the_job_s_secrets(
    smoked: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    program, told = tmp_path / "a program.py", tmp_path / "told"
    program.write_text(PROGRAM)
    monkeypatch.setenv("INPUT_TOKEN", "ghs_secret")
    assert smoked.run(smoke_command=f"{sys.executable} '{program}' {told}") == 0
    assert told.read_text() == "(1,) []"
    assert "exit status 0" in smoked.summary


def test_a_command_that_fails_fails_the_job(smoked: Any) -> None:
    assert smoked.run(smoke_command=f"{sys.executable} -c 'raise SystemExit(3)'") == 2
    assert "exit status 3" in smoked.summary
    assert smoked.run(smoke_command="nowhere-to-be-found") == 1
    assert smoked.run(smoke_command="'") == 1
