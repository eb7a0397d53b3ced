"""The built image for each event and each fault of GitHub's API, on the alignment plan's project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.containers, pytest.mark.slow]
HEAD, BASE = "a" * 40, "b" * 40

FAULTS = {
    "401": {"status": 401, "message": "Bad credentials"},
    "403": {"status": 403, "message": "Resource not accessible by integration"},
    "secondary limit": {"status": 403, "message": "You have exceeded a secondary rate limit."},
    "404": {"status": 404, "message": "Not Found"},
    "422": {"status": 422, "message": "Validation Failed"},
    "429": {"status": 429, "headers": {"Retry-After": "3600"}},
    "502": {"status": 502},
    "no answer": {"status": 500, "delay": 1.3},
}


def test_a_pull_request_drifts_and_is_mended(job: Any, github: Any) -> None:
    job.pull_request(github)
    assert job.run(write_fix="artifact", commit_status="prisma-drift") == 2
    (body,) = github.bodies(7)
    assert "disagree: 23 differences" in body and "erDiagram" in body and "nothing is left to change" in body
    assert f"https://github.com/acme/flow/blob/{HEAD}/prisma/schema.prisma#L" in body
    assert job.outputs["verdict"] == "drift" and job.outputs["drift-count"] == "23"
    assert "::error title=prisma-drift" in job.log
    assert github.statuses[-1]["state"] == "failure"
    owners = {path.stat().st_uid for path in job.workspace.rglob("*")}
    assert owners == {job.workspace.stat().st_uid}
    (migration,) = (job.workspace / ".prisma-drift/fix").rglob("migration.sql")
    target = job.workspace / migration.relative_to(job.workspace / ".prisma-drift/fix")
    target.parent.mkdir()
    target.write_text(migration.read_text())
    assert job.run(commit_status="prisma-drift") == 0
    (body,) = github.bodies(7)
    assert "✓" in body and "its 15 migrations agree" in body
    assert github.statuses[-1]["state"] == "success"


def test_a_commit_with_the_migration(job: Any, github: Any) -> None:
    job.pull_request(github)
    assert job.run(write_fix="commit") == 2
    assert github.refs["heads/feature"] == job.outputs["fix-commit"] != HEAD


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("merge_group", {"merge_group": {"head_sha": HEAD, "base_sha": BASE}}),
        ("push", {"before": BASE, "after": HEAD}),
        ("schedule", {"schedule": "0 4 * * *"}),
        ("workflow_dispatch", {"inputs": None}),
    ],
)
def test_events_without_a_pull_request(job: Any, github: Any, name: str, payload: Any) -> None:
    job.event(name, payload)
    job.api_url = github.url
    github.compared = ["prisma/schema.prisma"]
    assert job.run() == 2
    assert job.outputs["verdict"] == "drift"
    assert "23 differences" in job.written("summary")
    assert github.comments == {}


def test_an_unconcerned_pull_request_ends_at_once(job: Any, github: Any) -> None:
    job.pull_request(github)
    github.files[7] = ["README.md"]
    assert job.run() == 0
    assert job.outputs["verdict"] == "skipped"


def test_a_fork_and_its_companion(job: Any, github: Any) -> None:
    job.pull_request(github, owner="mallory")
    assert job.run(token="ghs_readonly", comment="never") == 2
    assert github.comments == {}
    assert "23 differences" in job.written("summary")
    followed = {
        "head_sha": HEAD,
        "head_branch": "feature",
        "head_repository": {"full_name": "mallory/flow"},
        "conclusion": "failure",
        "event": "pull_request",
    }
    job.event("workflow_run", {"workflow_run": followed})
    assert job.run(mode="comment") == 0
    (body,) = github.bodies(7)
    assert "disagree: 23 differences" in body and "fork's own run" in body


def test_a_fork_whose_job_wants_to_comment(job: Any, github: Any) -> None:
    job.pull_request(github, owner="mallory")
    assert job.run(token="ghs_readonly") == 2
    assert "could not be written" in job.log


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_api_does_not_change_the_verdict(job: Any, github: Any, fault: dict[str, Any]) -> None:
    job.pull_request(github)
    github.fail("*", "", times=999, **fault)
    assert job.run(commit_status="prisma-drift") == 2
    assert job.outputs["verdict"] == "drift"
    assert "23 differences" in job.written("summary")
    assert "could not be written" in job.log and "Traceback" not in job.log


def test_a_passing_fault_is_waited_for(job: Any, github: Any) -> None:
    job.pull_request(github)
    job.env["PRISMA_DRIFT_API_PATIENCE"] = "10"
    github.fail("POST", "/comments", status=429, headers={"Retry-After": "1"})
    assert job.run() == 2
    assert len(github.bodies(7)) == 1


def test_no_token(job: Any, github: Any) -> None:
    job.pull_request(github)
    assert job.run(token="") == 2
    assert github.requests == []


def test_an_enterprise_server(job: Any, enterprise: Any) -> None:
    job.pull_request(enterprise)
    job.env["GITHUB_SERVER_URL"] = "https://git.acme.example"
    assert job.run() == 2
    assert "https://git.acme.example/acme/flow/blob/" in enterprise.bodies(7)[0]


def test_a_monorepo(new_job: Callable[..., Any], github: Any) -> None:
    job = new_job()
    for name in ("api", "web"):
        job.put(Path(__file__).parents[2] / "examples/alignment-plan", f"apps/{name}")
    job.pull_request(github)
    github.files[7] = ["apps/api/prisma/schema.prisma", "apps/web/package.json"]
    assert job.run(projects="apps/api\napps/web") == 2
    assert len(github.bodies(7)) == 2
