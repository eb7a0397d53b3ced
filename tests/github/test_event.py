"""What each event says, from payloads as GitHub sends them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.github.changes import changed_files
from prisma_drift.github.client import Client
from prisma_drift.github.event import Event, EventError, read_event

A, B, C = "a" * 40, "b" * 40, "c" * 40


def event_of(tmp_path: Path, name: str, payload: Any, **env: str) -> Event:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload), encoding="utf-8")
    return read_event(
        {
            "GITHUB_REPOSITORY": "acme/flow",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_SHA": C,
            "GITHUB_RUN_ID": "42",
            "GITHUB_REF_NAME": "main",
            "GITHUB_REF_TYPE": "branch",
            **env,
        }
    )


def pull(head_repository: str | None, ref: str = "feature") -> dict[str, Any]:
    repo = {"full_name": head_repository} if head_repository else None
    return {"pull_request": {"number": 7, "head": {"sha": A, "ref": ref, "repo": repo}, "base": {"sha": B}}}


def test_a_pull_request_is_about_its_head(tmp_path: Path) -> None:
    event = event_of(tmp_path, "pull_request", pull("acme/flow"))
    assert (event.pull_request, event.sha, event.base_sha, event.fork) == (7, A, B, False)
    assert event.run_url == "https://github.com/acme/flow/actions/runs/42"


@pytest.mark.parametrize("repository", ["mallory/flow", None, "../evil"])
def test_a_fork_or_what_is_left_of_one(tmp_path: Path, repository: str | None) -> None:
    assert event_of(tmp_path, "pull_request", pull(repository)).fork


def test_a_merge_group(tmp_path: Path) -> None:
    event = event_of(tmp_path, "merge_group", {"merge_group": {"head_sha": A, "base_sha": B}})
    assert (event.sha, event.base_sha, event.pull_request) == (A, B, None)


def test_a_push(tmp_path: Path) -> None:
    event = event_of(tmp_path, "push", {"before": B, "after": A})
    assert (event.sha, event.base_sha, event.head_branch) == (A, B, "main")


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_events_without_a_commit_of_their_own(tmp_path: Path, name: str) -> None:
    assert event_of(tmp_path, name, {"inputs": {}}).sha == C


def test_a_followed_run_says_which_commit_and_repository(tmp_path: Path) -> None:
    followed = {
        "head_sha": A,
        "head_branch": "feature",
        "head_repository": {"full_name": "mallory/flow"},
        "conclusion": "failure",
        "event": "pull_request",
        "pull_requests": [],
    }
    event = event_of(tmp_path, "workflow_run", {"workflow_run": followed})
    assert (event.sha, event.head_repository, event.conclusion) == (A, "mallory/flow", "failure")
    assert event.followed_event == "pull_request"


def test_an_enterprise_server(tmp_path: Path) -> None:
    event = event_of(
        tmp_path,
        "pull_request",
        pull("acme/flow"),
        GITHUB_SERVER_URL="https://git.acme.example",
        GITHUB_API_URL="https://git.acme.example/api/v3",
    )
    assert event.api_url == "https://git.acme.example/api/v3"
    assert event.run_url.startswith("https://git.acme.example/acme/flow/")


@pytest.mark.parametrize(
    "env",
    [
        {"GITHUB_REPOSITORY": ""},
        {"GITHUB_REPOSITORY": "a/b/c"},
        {"GITHUB_API_URL": "javascript:alert(1)"},
        {"GITHUB_EVENT_PATH": "/nowhere/event.json"},
    ],
)
def test_what_is_no_workflow_is_said(tmp_path: Path, env: dict[str, str]) -> None:
    with pytest.raises(EventError):
        event_of(tmp_path, "push", {}, **env)


def test_malformed_commits_are_not_taken_over(tmp_path: Path) -> None:
    payload = pull("acme/flow")
    payload["pull_request"]["head"]["sha"] = "$(id)"
    assert event_of(tmp_path, "pull_request", payload).sha == C


def test_which_files_a_pull_request_changes(github: Any, tmp_path: Path) -> None:
    github.files[7] = [f"src/{number}.ts" for number in range(150)] + ["prisma/schema.prisma"]
    event = event_of(tmp_path, "pull_request", pull("acme/flow"))
    found = changed_files(Client(github.url, "ghs_readonly"), event)
    assert found is not None and "prisma/schema.prisma" in found and len(found) >= 151


def test_more_files_than_the_api_lists_are_unknown(github: Any, tmp_path: Path) -> None:
    github.files[7] = [f"src/{number}.ts" for number in range(3000)]
    event = event_of(tmp_path, "pull_request", pull("acme/flow"))
    assert changed_files(Client(github.url, "ghs_readonly"), event) is None


def test_which_files_a_merge_group_changes(github: Any, tmp_path: Path) -> None:
    github.compared = ["prisma/schema.prisma"]
    event = event_of(tmp_path, "merge_group", {"merge_group": {"head_sha": A, "base_sha": B}})
    assert "prisma/schema.prisma" in (changed_files(Client(github.url, "ghs_readonly"), event) or ())
