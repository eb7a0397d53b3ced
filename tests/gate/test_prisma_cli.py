"""Prisma's own command line deploys and resolves, and the gate reads what it wrote.

Its engine is the WASM build that comes with the package (`engine: "js"`): the native one has to be downloaded from a place
that not every machine reaches. Needs Node and `npm ci --ignore-scripts --prefix tests/gate/cli`; skips, and says so, without.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from production import INIT, MIGRATIONS, POSTS, SCHEMA, Production, told

from prisma_drift.postgres.server.database import Database

pytestmark = pytest.mark.slow
WHOLE = pytest.mark.skipif(
    not os.environ.get("PRISMA_DRIFT_WHOLE"),
    reason="half a minute of Prisma's own program: PRISMA_DRIFT_WHOLE=1",
)
CLI = Path(__file__).with_name("cli")
FIRST, SECOND, THIRD = *MIGRATIONS, "20240301000000_more"


class Deployed(Production):
    """A production to which Prisma itself deploys."""

    def prisma(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["node", "node_modules/prisma/build/index.js", *words],
            cwd=self.folder,
            env={**os.environ, "DATABASE_URL": self.database.url, "CHECKPOINT_DISABLE": "1", "PRISMA_HIDE_UPDATE_MESSAGE": "1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )  # fmt: skip

    def deploy(self, *, only: int | None = None) -> None:
        done = self.prisma("migrate", "deploy")
        assert done.returncode == 0, done.stdout + done.stderr

    def typed(self, hint: str) -> None:
        """The command that a hint shows, typed: `npx prisma …`."""
        command = hint.partition("`npx prisma ")[2].partition("`")[0]
        done = self.prisma(*shlex.split(command))
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def live(tmp_path: Path, database: Database) -> Deployed:
    if not shutil.which("node") or not (CLI / "node_modules" / "prisma").is_dir():
        pytest.skip("Prisma's command line is not installed: npm ci --ignore-scripts --prefix tests/gate/cli")
    generator = (
        'generator client {\n  provider = "prisma-client"\n  output = "client"\n  engineType = "client"\n}\n'
    )
    made = Deployed(tmp_path / "project", database, generator + SCHEMA)
    (made.folder / "node_modules").symlink_to(CLI / "node_modules")
    shutil.copy(CLI / "package.json", made.folder)
    shutil.copy(CLI / "prisma.config.ts", made.folder)
    made.add(FIRST, INIT)
    made.add(SECOND, POSTS)
    return made


def test_what_prisma_deploys_is_in_step(live: Deployed) -> None:
    assert told(live.gate(), "error", "warning", "note") == [
        ("deploy-pending", FIRST),
        ("deploy-pending", SECOND),
    ]
    live.deploy()
    gate = live.gate(whole=True)
    assert (gate.verdict, gate.applied, gate.report.findings) == ("open", 2, ())


@WHOLE
def test_a_deploy_that_failed_and_is_resolved(live: Deployed) -> None:
    live.deploy()
    live.sql("INSERT INTO \"User\" VALUES (1, 'a')")
    live.add(THIRD, 'ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;\n')
    assert told(live.gate()) == [("nulls", "public.User.name")]
    assert live.prisma("migrate", "deploy").returncode != 0
    gate = live.gate()
    (finding,) = (f for f in gate.report.findings if f.severity == "error")
    assert (finding.id, finding.object) == ("deploy-failed", THIRD)
    # The engine's own trace, which stands below in the log, is left out.
    assert finding.message.endswith("Null constraint failed:"), finding.message
    # This one way of `resolve` asks for the native engine in 6.19, whatever the settings say: its row is written.
    assert f"`npx prisma migrate resolve --rolled-back {THIRD}`" in finding.hint
    live.resolve(THIRD, "rolled-back")
    assert sorted(told(live.gate(), "error", "note")) == [
        ("deploy-pending", THIRD),
        ("deploy-rolled-back", THIRD),
        ("nulls", "public.User.name"),
    ]
    live.sql('UPDATE "User" SET "name" = email')
    live.deploy()
    assert told(live.gate(), "error", "warning", "note") == []


@WHOLE
def test_a_baseline_and_what_is_kept(live: Deployed) -> None:
    """Tables that were there before Migrate, then a table by hand that a migration is to keep."""
    live.sql(INIT)
    gate = live.gate()
    (finding,) = (f for f in gate.report.findings if f.severity == "error")
    assert finding.id == "history-absent"
    assert live.prisma("migrate", "deploy").returncode != 0
    live.typed(finding.hint)
    live.deploy()
    assert told(live.gate(), "error", "warning", "note") == []
    live.sql('CREATE TABLE "Audit" (id int PRIMARY KEY)')
    gate = live.gate()
    live.add(THIRD, gate.adopt_sql)
    live.typed(f"`npx prisma migrate resolve --applied {THIRD}`")
    assert told(live.gate(), "error", "warning", "note") == []
    assert "up to date" in live.prisma("migrate", "status").stdout
