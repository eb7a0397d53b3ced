"""The corrective migration as a file and as a commit."""

from __future__ import annotations

from typing import Any

from prisma_drift.model.report import EmptyProof, Proof
from prisma_drift.model.values import replace

HEAD = "a" * 40
PATH = "prisma/migrations/20240506070809_align/migration.sql"


def test_none_writes_none(job: Any) -> None:
    job.pull_request()
    job.run(write_fix="none")
    assert not (job.workspace / ".prisma-drift" / "fix").exists()
    assert job.api.trees == {}


def test_as_an_artifact_in_its_place(job: Any) -> None:
    job.pull_request()
    job.run(write_fix="artifact")
    assert job.file(f"fix/{PATH}") == job.report.corrective_sql
    assert job.api.trees == {}


def test_without_the_api_the_name_still_sorts_last(job: Any) -> None:
    job.pull_request()
    job.run(write_fix="artifact", token="")
    assert job.file("fix/prisma/migrations/20240101000001_align/migration.sql")


def test_the_name_sorts_behind_a_later_migration(job: Any) -> None:
    (job.workspace / "prisma/migrations/20991231235959_far").mkdir()
    job.pull_request()
    job.run(write_fix="artifact")
    assert job.file("fix/prisma/migrations/21000101000000_align/migration.sql")


def test_as_a_commit_on_the_branch(job: Any) -> None:
    job.pull_request()
    assert job.run(write_fix="commit") == 2
    sha = job.api.refs["heads/feature"]
    assert sha != HEAD and job.outputs["fix-commit"] == sha
    tree = job.api.trees[job.api.commits[sha]["tree"]["sha"]]
    assert [entry["path"] for entry in tree["tree"]] == [PATH]
    assert f"this branch has the migration since `{sha[:12]}`" in job.api.bodies(7)[0]


def test_two_projects_are_one_commit(job: Any) -> None:
    job.project("apps/api")
    job.pull_request()
    job.run(write_fix="commit", projects=".\napps/api", skip_unchanged="false")
    tree = job.api.trees[job.api.commits[job.api.refs["heads/feature"]]["tree"]["sha"]]
    assert [entry["path"] for entry in tree["tree"]] == [f"apps/api/{PATH}", PATH]


def test_an_unproved_migration_is_never_written(job: Any) -> None:
    job.pull_request()
    sql = job.report.corrective_sql
    for proof in (Proof(), Proof(EmptyProof(False, 1, "x")), Proof(EmptyProof(True, 1))):
        job.report = replace(job.report, proof=proof, corrective_sql="", rejected_sql=sql)
        job.run(write_fix="commit")
        assert job.api.refs["heads/feature"] == HEAD
        left = job.workspace / ".prisma-drift"
        assert not (left / "fix").exists() and not (left / "corrective.sql").exists()
        assert job.outputs["corrective-sql"] == ""
        assert "ALTER TABLE" not in job.file("report.md") + job.file("report.sarif") + job.log
        assert "ALTER TABLE" not in "".join(job.api.bodies(7))


def test_a_forks_branch_is_not_pushed_to(job: Any) -> None:
    job.pull_request(owner="mallory")
    assert job.run(write_fix="commit") == 2
    assert job.api.trees == {}
    assert "comes from a fork" in job.log
    assert job.file(f"fix/{PATH.replace('20240506070809', '20240101000001')}")


def test_a_token_that_may_not_push(job: Any) -> None:
    job.pull_request()
    assert job.run(write_fix="commit", token="ghs_readonly") == 2
    assert "is not committed" in job.log
    assert job.file(f"fix/{PATH}")


def test_the_name_of_the_migration_is_made_plain(job: Any) -> None:
    job.pull_request()
    job.run(write_fix="artifact", fix_name="../../../Evil Name!")
    assert job.file("fix/prisma/migrations/20240506070809_evil_name/migration.sql")
