"""The workflow that comments for forks, with the artifact of a run that a fork controls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.github import artifact

HEAD = "a" * 40
REPORTS = Path(__file__).parents[1] / "report" / "alignment.json"


def follow(
    job: Any,
    *,
    sha: str = HEAD,
    owner: str = "mallory",
    conclusion: str = "failure",
    event: str = "pull_request",
) -> None:
    job.event(
        "workflow_run",
        {
            "workflow_run": {
                "head_sha": sha,
                "head_branch": "feature",
                "head_repository": {"full_name": f"{owner}/flow"},
                "conclusion": conclusion,
                "event": event,
                "pull_requests": [],
            }
        },
    )


@pytest.fixture
def companion(job: Any) -> Any:
    job.api.add_pull(7, HEAD, "feature", "mallory")
    folder = job.workspace / ".prisma-drift"
    folder.mkdir()
    (folder / "prisma-drift.json").write_bytes(REPORTS.read_bytes())
    follow(job)
    return job


def test_it_comments_on_the_pull_request_of_the_commit(companion: Any) -> None:
    assert companion.run() == 0
    (body,) = companion.api.bodies(7)
    assert "disagree: 10 differences" in body
    assert f"https://github.com/mallory/flow/blob/{HEAD}/" in body
    assert "Reported by a fork's own run" in body


def test_the_comment_is_the_same_one_on_the_next_run(companion: Any) -> None:
    companion.run()
    companion.run()
    assert len(companion.api.bodies(7)) == 1


def test_another_owners_branch_of_the_same_name_is_not_it(companion: Any) -> None:
    companion.api.add_pull(8, "c" * 40, "feature", "acme")
    companion.run()
    assert companion.api.bodies(8) == []


def test_a_commit_that_is_no_longer_the_head_is_not_commented_on(companion: Any) -> None:
    follow(companion, sha="d" * 40)
    assert companion.run() == 0
    assert companion.api.comments == {}


def test_a_closed_pull_request_is_left_alone(companion: Any) -> None:
    companion.api.pulls[7]["state"] = "closed"
    assert companion.run() == 0
    assert companion.api.comments == {}


@pytest.mark.parametrize("event", ["push", "schedule", ""])
def test_runs_of_other_events_have_nothing_to_say(companion: Any, event: str) -> None:
    follow(companion, event=event)
    assert companion.run() == 0
    assert companion.api.requests == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b'{"format": 1, "projects": [{"path": "x", "report": {"verdict": "in-step"}}]}',
        b" " * (artifact.LARGEST + 1),
    ],
    ids=["empty", "binary", "incomplete", "huge"],
)
def test_an_artifact_that_is_no_report_is_refused(companion: Any, content: bytes) -> None:
    (companion.workspace / ".prisma-drift" / "prisma-drift.json").write_bytes(content)
    assert companion.run() == 1
    assert companion.api.comments == {}
    assert "Traceback" not in companion.log


def test_a_link_in_the_artifact_is_not_followed(companion: Any) -> None:
    file = companion.workspace / ".prisma-drift" / "prisma-drift.json"
    file.unlink()
    file.symlink_to(REPORTS)
    assert companion.run() == 1
    assert companion.api.comments == {}


def test_the_artifact_cannot_say_where_to_comment(companion: Any) -> None:
    document = json.loads(REPORTS.read_text())
    document["pull_request"] = 1
    (companion.workspace / ".prisma-drift" / "prisma-drift.json").write_text(json.dumps(document))
    assert companion.run() == 1
    assert companion.api.comments == {}


def test_its_text_is_escaped_like_any_other(companion: Any) -> None:
    document = json.loads(REPORTS.read_text())
    report = document["projects"][0]["report"]
    report["findings"][0]["message"] = "@acme/admins <img src=x> [merge](https://evil.example)"
    report["findings"][0]["actual"] = report["findings"][0]["expected"] = ""
    report["corrective_sql"] = "```\n</details> @everyone\n```"
    (companion.workspace / ".prisma-drift" / "prisma-drift.json").write_text(json.dumps(document))
    assert companion.run() == 0
    (body,) = companion.api.bodies(7)
    assert "`@acme/admins`" in body and "`[merge](https://evil.example)`" in body
    assert "````sql" in body


@pytest.mark.parametrize(
    ("verdict", "conclusion", "state"),
    [("in-step", "success", "success"), ("in-step", "failure", "failure"), ("drift", "success", "failure")],
)
def test_a_green_status_needs_the_runs_word_too(
    companion: Any, verdict: str, conclusion: str, state: str
) -> None:
    document = json.loads(REPORTS.read_text())
    document["projects"][0]["report"]["verdict"] = verdict
    (companion.workspace / ".prisma-drift" / "prisma-drift.json").write_text(json.dumps(document))
    follow(companion, conclusion=conclusion)
    companion.run(commit_status="prisma-drift")
    assert companion.api.statuses[-1]["state"] == state
    assert companion.api.statuses[-1]["sha"] == HEAD


def test_a_failing_api_is_a_failing_companion(companion: Any) -> None:
    companion.api.fail("POST", "/comments", status=403)
    assert companion.run() == 1


def test_a_skipped_run_mends_an_earlier_comment_and_writes_no_new_one(companion: Any) -> None:
    file = companion.workspace / ".prisma-drift" / "prisma-drift.json"
    document = json.loads(REPORTS.read_text())
    document["projects"][0]["report"]["verdict"] = "skipped"
    file.write_text(json.dumps(document))
    assert companion.run() == 0
    assert companion.api.bodies(7) == []
    file.write_bytes(REPORTS.read_bytes())
    companion.run()
    file.write_text(json.dumps(document))
    companion.run()
    (body,) = companion.api.bodies(7)
    assert "does not change `prisma/schema.prisma`" in body


def test_both_halves_together(job: Any) -> None:
    job.pull_request(owner="mallory")
    assert job.run(token="ghs_readonly", comment="never") == 2
    follow(job)
    assert job.run() == 0
    job.pull_request(owner="mallory")
    job.api.files[7] = ["README.md"]
    assert job.run(token="ghs_readonly", comment="never") == 0
    follow(job)
    assert job.run() == 0
    (body,) = job.api.bodies(7)
    assert "does not change" in body
