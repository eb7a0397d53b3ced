"""`mode: gate`: the database of the job's environment, its URL masked and in no log, and never for a fork."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from production import Production

SECRET = "correct%20horse"


def test_a_fork_never_reaches_the_database(job: Any) -> None:
    job.pull_request(owner="somebody")
    job.env["DATABASE_URL"] = f"postgresql://u:{SECRET}@127.0.0.1:1/db"
    assert job.run(mode="gate") == 1
    assert "pull request of a fork" in job.log
    assert SECRET not in job.log


@pytest.mark.parametrize("url", ["", "prisma://accelerate.prisma-data.net/?api_key=abcdef"])
def test_without_a_database_there_is_no_gate(job: Any, url: str) -> None:
    job.event("push", {})
    job.env["DATABASE_URL"] = url
    assert job.run(mode="gate") == 1
    assert "no database to look at" in job.log
    assert "abcdef" not in job.log


@pytest.mark.slow
def test_a_database_that_cannot_be_reached(job: Any) -> None:
    job.event("push", {})
    job.env["DATABASE_URL"] = f"postgresql://u:{SECRET}@127.0.0.1:1/db"
    assert job.run(mode="gate") == 1
    assert job.outputs["verdict"] == "error"
    assert "::add-mask::correct%2520horse\n" in job.log  # the runner reads %25 as a percent sign
    masked = "".join(line for line in job.log.splitlines() if not line.startswith("::add-mask::"))
    assert SECRET not in masked
    assert "correct horse" not in masked
    assert SECRET not in job.summary + job.outputs["report-json"]


@pytest.mark.slow
def test_a_gate_that_is_closed_and_open(job: Any, production: Production) -> None:
    """The project of the workspace against a database that was deployed to."""
    import shutil

    shutil.rmtree(job.workspace / "prisma")
    shutil.copytree(production.folder / "prisma", job.workspace / "prisma")
    job.event("push", {})
    job.env["DATABASE_URL"] = production.database.url
    assert job.run(mode="gate") == 0, job.log
    assert job.outputs["verdict"] == "open"
    production.sql('ALTER TABLE "User" ADD COLUMN "age" int')
    assert job.run(mode="gate") == 2
    assert job.outputs["verdict"] == "closed"
    assert "live-extra" in job.summary
    assert "::error " in job.log
    assert (
        json.loads(job.outputs["report-json"])["gate"]["restore_sql"]
        == 'ALTER TABLE "public"."User" DROP COLUMN "age";\n'
    )
    assert job.run(mode="gate", **{"fail-on": "never"}) == 0
