"""Each event of GitHub: what is checked, what is told, and which status the job ends with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prisma_drift.model.report import Finding, Report
from prisma_drift.model.values import replace

HEAD, BASE = "a" * 40, "b" * 40
IN_STEP = "in step"


def in_step(report: Report) -> Report:
    return Report("in-step", report.project)


def test_a_pull_request_with_drift(job: Any) -> None:
    job.pull_request()
    assert job.run() == 2
    (body,) = job.api.bodies(7)
    assert body.startswith("<!-- prisma-drift project:")
    assert "disagree: 10 differences in 4 models and 1 table" in body
    assert f"https://github.com/acme/flow/blob/{HEAD}/prisma/schema.prisma" in body
    assert job.outputs["verdict"] == "drift"
    assert job.outputs["drift-count"] == "10"
    assert job.outputs["corrective-sql"] == job.report.corrective_sql.rstrip("\n") + "\n"
    assert json.loads(job.outputs["report-json"])["verdict"] == "drift"
    assert job.outputs["comment-url"].startswith("https://github.com/acme/flow/pull/7#issuecomment-")
    assert "disagree" in job.summary
    assert "::error " in job.log


def test_a_second_run_on_the_same_commit_writes_nothing(job: Any) -> None:
    job.pull_request()
    job.run()
    written = len(job.api.sent("POST")) + len(job.api.sent("PATCH"))
    assert job.run() == 2
    assert len(job.api.sent("POST")) + len(job.api.sent("PATCH")) == written
    assert job.outputs["comment-url"]


def test_when_it_is_mended_the_comment_shrinks_to_a_line(job: Any) -> None:
    job.pull_request()
    job.run()
    job.report = in_step(job.report)
    assert job.run() == 0
    (body,) = job.api.bodies(7)
    assert len(body.split("\n")) == 2
    assert body.split("\n")[1].startswith("✓ ")


def test_nothing_is_said_where_all_is_well(job: Any) -> None:
    job.pull_request()
    job.report = in_step(job.report)
    assert job.run() == 0
    assert job.api.bodies(7) == []
    assert job.outputs["verdict"] == "in-step"


@pytest.mark.parametrize(("wish", "comments"), [("always", 1), ("on-drift", 0), ("never", 0)])
def test_when_comments_are_wished_for(job: Any, wish: str, comments: int) -> None:
    job.pull_request()
    job.report = in_step(job.report)
    job.run(comment=wish)
    assert len(job.api.bodies(7)) == comments


def test_never_means_never(job: Any) -> None:
    job.pull_request()
    assert job.run(comment="never") == 2
    assert job.api.bodies(7) == []


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("merge_group", {"merge_group": {"head_sha": HEAD, "base_sha": BASE}}),
        ("push", {"before": BASE, "after": HEAD}),
        ("schedule", {"schedule": "0 4 * * *"}),
        ("workflow_dispatch", {"inputs": None}),
    ],
)
def test_events_without_a_pull_request_have_verdict_and_summary(job: Any, name: str, payload: Any) -> None:
    job.api.compared = ["prisma/schema.prisma"]
    job.event(name, payload)
    assert job.run() == 2
    assert job.outputs["verdict"] == "drift"
    assert "disagree" in job.summary
    assert job.api.comments == {}


def test_a_fork_has_verdict_summary_and_annotations(job: Any) -> None:
    job.pull_request(owner="mallory")
    assert job.run(token="ghs_readonly") == 2
    assert job.api.bodies(7) == []
    assert "disagree" in job.summary
    assert "::error " in job.log
    assert "::notice" in job.log and "could not be written" in job.log
    assert job.outputs["comment-url"] == ""
    job.report = in_step(job.report)
    assert job.run(token="ghs_readonly", comment="always") == 0


def test_no_token_at_all(job: Any) -> None:
    job.pull_request()
    assert job.run(token="") == 2
    assert job.api.requests == []
    assert job.outputs["verdict"] == "drift"


def test_an_unconcerned_pull_request_ends_early_and_green(job: Any) -> None:
    job.pull_request()
    job.api.files[7] = ["README.md", "src/index.ts"]
    assert job.run() == 0
    assert job.checked == []
    assert job.outputs["verdict"] == "skipped"
    assert job.api.bodies(7) == []
    assert "not changed" in job.summary or "are changed" in job.summary


def test_a_pull_request_that_took_its_change_back_says_so(job: Any) -> None:
    job.pull_request()
    job.run()
    job.api.files[7] = ["README.md"]
    assert job.run() == 0
    (body,) = job.api.bodies(7)
    assert "does not change `prisma/schema.prisma` or its migrations" in body


@pytest.mark.parametrize(
    "changed",
    [
        "prisma/schema.prisma",
        "prisma/migrations/20240202_x/migration.sql",
        "package.json",
        "pnpm-lock.yaml",
        "prisma.config.ts",
        "apps/x/prisma-drift.yml",
        ".github/workflows/ci.yml",
    ],
)
def test_what_concerns_a_project(job: Any, changed: str) -> None:
    job.pull_request()
    job.api.files[7] = ["README.md", changed]
    assert job.run() == 2


def test_a_merge_group_without_a_change_ends_early(job: Any) -> None:
    job.event("merge_group", {"merge_group": {"head_sha": HEAD, "base_sha": BASE}})
    job.api.compared = ["README.md"]
    assert job.run() == 0
    assert job.outputs["verdict"] == "skipped"


def test_everything_is_checked_on_request(job: Any) -> None:
    job.pull_request()
    job.api.files[7] = ["README.md"]
    assert job.run(skip_unchanged="false") == 2


def test_a_monorepo_has_a_comment_for_each_project(job: Any) -> None:
    job.project("apps/api")
    job.project("apps/web")
    job.pull_request()
    job.api.files[7] = ["apps/api/prisma/schema.prisma", "apps/web/prisma/schema.prisma"]
    assert job.run(projects="apps/api\napps/web, apps/api") == 2
    assert job.checked == ["apps/api/prisma/schema.prisma", "apps/web/prisma/schema.prisma"]
    assert len(job.api.bodies(7)) == 2
    assert "`prisma-drift fix apps/api` writes the migration below" in job.api.bodies(7)[0]
    assert len(json.loads(job.outputs["report-json"])["projects"]) == 2
    assert job.outputs["corrective-sql"].count("-- Project: apps/") == 2


def test_only_the_changed_project_of_a_monorepo_is_checked(job: Any) -> None:
    job.project("apps/api")
    job.project("apps/web")
    job.pull_request()
    job.api.files[7] = ["apps/web/prisma/schema.prisma"]
    job.run(projects="apps/api\napps/web")
    assert job.checked == ["apps/web/prisma/schema.prisma"]


def test_a_working_directory(job: Any) -> None:
    job.project("backend")
    job.pull_request()
    job.api.files[7] = ["backend/prisma/schema.prisma"]
    job.run(working_directory="backend")
    assert job.checked == ["backend/prisma/schema.prisma"]


@pytest.mark.parametrize(
    ("verdict", "severity", "codes"),
    [
        ("drift", "error", {"never": 0, "error": 0, "drift": 2, "warning": 2}),
        ("in-step", "warning", {"never": 0, "error": 0, "drift": 0, "warning": 2}),
        ("in-step", "note", {"never": 0, "error": 0, "drift": 0, "warning": 0}),
        ("error", "error", {"never": 0, "error": 1, "drift": 1, "warning": 1}),
    ],
)
def test_what_fails_the_job(job: Any, verdict: str, severity: str, codes: dict[str, int]) -> None:
    job.pull_request()
    job.report = replace(job.report, verdict=verdict, findings=(Finding("x", severity, "", "message"),))
    assert {wish: job.run(fail_on=wish) for wish in codes} == codes


@pytest.mark.parametrize(("setting", "code"), [("error", 0), ("warning", 2)])
def test_the_projects_own_fail_on(job: Any, setting: str, code: int) -> None:
    (job.workspace / "prisma-drift.yml").write_text(f"fail-on: {setting}\n")
    job.pull_request()
    job.report = replace(
        job.report,
        verdict="in-step",
        findings=(Finding("x", "warning", "", "message"),),
        corrective_sql="",
    )
    assert job.run(skip_unchanged="false") == code
    assert job.run(skip_unchanged="false", fail_on="drift") == 0
    assert job.run(skip_unchanged="false", fail_on="warning") == 2


def test_a_project_that_is_not_there_is_an_error_in_words(job: Any) -> None:
    job.pull_request()
    assert job.run(projects="nowhere") == 1
    assert job.outputs["verdict"] == "error"
    assert "could not be checked" in job.api.bodies(7)[0]
    assert "Traceback" not in job.log


def test_an_input_that_is_not_understood_is_said(job: Any) -> None:
    job.pull_request()
    assert job.run(comment="sometimes") == 1
    assert "always, on-drift, never" in job.log


def test_a_stable_status(job: Any) -> None:
    job.pull_request()
    job.run(commit_status="prisma-drift")
    (status,) = job.api.statuses
    assert (status["sha"], status["context"], status["state"]) == (HEAD, "prisma-drift", "failure")
    job.report = in_step(job.report)
    job.run(commit_status="prisma-drift")
    assert job.api.statuses[-1]["state"] == "success"


def test_the_status_of_a_skipped_check_is_green_and_not_pending(job: Any) -> None:
    job.pull_request()
    job.api.files[7] = ["README.md"]
    job.run(commit_status="prisma-drift")
    assert job.api.statuses[-1]["state"] == "success"


def test_the_report_directory_has_everything(job: Any) -> None:
    job.pull_request()
    job.run()
    assert json.loads(job.file("report.json"))["verdict"] == "drift"
    assert json.loads(job.file("report.sarif"))["version"] == "2.1.0"
    assert "disagree" in job.file("report.md")
    assert job.file("corrective.sql") == job.report.corrective_sql
    assert job.outputs["report-directory"] == ".prisma-drift"
