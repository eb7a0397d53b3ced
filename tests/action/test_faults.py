"""However GitHub's API fails, the verdict, the exit status, the summary and the outputs are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from prisma_drift.model.report import Report

FAULTS = [
    {"status": 401, "message": "Bad credentials"},
    {"status": 403, "message": "Resource not accessible by integration"},
    {"status": 403, "message": "You have exceeded a secondary rate limit."},
    {"status": 403, "headers": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"}},
    {"status": 404, "message": "Not Found"},
    {"status": 410, "message": "Issues are disabled for this repo"},
    {"status": 422, "message": "Validation Failed"},
    {"status": 429, "headers": {"Retry-After": "3600"}},
    {"status": 500},
    {"status": 503},
    {"status": 500, "delay": 1.3},
]


@pytest.mark.parametrize("verdict", ["drift", "in-step"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values()))[:40])
def test_the_verdict_never_depends_on_the_api(job: Any, fault: dict[str, Any], verdict: str) -> None:
    if verdict == "in-step":
        job.report = Report("in-step", job.report.project)
    job.pull_request()
    job.api.fail("*", "", times=999, **fault)
    code = job.run(comment="always", commit_status="prisma-drift", write_fix="commit")
    assert code == (2 if verdict == "drift" else 0)
    assert job.outputs["verdict"] == verdict
    assert job.summary
    assert "could not be written" in job.log
    assert "Traceback" not in job.log


def test_a_passing_fault_costs_nothing(job: Any) -> None:
    job.env["PRISMA_DRIFT_API_PATIENCE"] = "5"
    job.pull_request()
    job.api.fail("POST", "/comments", status=429, headers={"Retry-After": "1"})
    job.api.fail("GET", "/comments", status=502)
    assert job.run() == 2
    assert len(job.api.bodies(7)) == 1


def test_an_unreachable_api(job: Any) -> None:
    job.pull_request()
    job.env["GITHUB_API_URL"] = "http://127.0.0.1:9"
    assert job.run() == 2
    assert "the connection failed" in job.log


def test_an_enterprise_server(new_job: Callable[..., Any], enterprise: Any) -> None:
    job = new_job(enterprise)
    job.project()
    job.env["GITHUB_SERVER_URL"] = "https://git.acme.example"
    job.pull_request()
    assert job.run() == 2
    (body,) = enterprise.bodies(7)
    assert "https://git.acme.example/acme/flow/blob/" in body


def test_answers_of_another_shape_do_no_harm(job: Any) -> None:
    job.pull_request()
    # What a proxy in between may answer: success, but not what was asked for.
    job.api.fail("*", "", status=200, times=999, message="Hello from the proxy")
    assert job.run(comment="always", commit_status="prisma-drift", write_fix="commit") == 2
    assert job.outputs["verdict"] == "drift"


def test_a_workspace_that_cannot_be_written(job: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job.pull_request()
    (job.workspace / ".prisma-drift").write_text("a file where a folder should be")
    assert job.run() == 2
    assert "report directory cannot be written" in job.log
    assert job.outputs["report-directory"] == ""
