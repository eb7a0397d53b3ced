"""The corrective migration as a commit, through a stateful Git data API."""

from __future__ import annotations

from typing import Any

import pytest

from prisma_drift.github.client import Client, GitHubError
from prisma_drift.github.event import Event
from prisma_drift.github.push import PushError, committed_at, obstacle, push_files
from prisma_drift.github.status import set_status
from prisma_drift.model.values import replace

HEAD = "a" * 40
FILES = {"prisma/migrations/20240506070809_align/migration.sql": "SELECT 1;\n"}
EVENT = Event(
    name="pull_request",
    repository="acme/flow",
    server_url="https://github.com",
    api_url="",
    sha=HEAD,
    run_url="",
    pull_request=7,
    head_repository="acme/flow",
    head_branch="feature/ö x",
)


def quick(github: Any, token: str = "ghs_workflow") -> Client:
    return Client(github.url, token, timeout=2.0, sleep=lambda seconds: None)


def test_a_commit_on_top_of_the_branch(github: Any) -> None:
    github.add_pull(7, HEAD, "feature/ö x")
    sha = push_files(quick(github), EVENT, FILES, "Align")
    assert github.refs["heads/feature/ö x"] == sha
    commit = github.commits[sha]
    assert [parent["sha"] for parent in commit["parents"]] == [HEAD]
    tree = github.trees[commit["tree"]["sha"]]
    assert tree["base_tree"] == github.commits[HEAD]["tree"]["sha"]
    assert {entry["path"]: entry["content"] for entry in tree["tree"]} == FILES


def test_a_branch_that_moved_on_is_left_alone(github: Any) -> None:
    github.add_pull(7, "b" * 40, "feature/ö x")
    with pytest.raises(PushError, match="moved on"):
        push_files(quick(github), EVENT, FILES, "Align")
    assert github.sent("POST") == []


def test_a_race_at_the_last_moment_is_no_force(github: Any) -> None:
    github.add_pull(7, HEAD, "feature/ö x")
    github.fail("PATCH", "/git/refs/", status=422, message="Update is not a fast forward")
    with pytest.raises(PushError, match="not a fast forward"):
        push_files(quick(github), EVENT, FILES, "Align")
    assert github.refs["heads/feature/ö x"] == HEAD


def test_server_errors_on_the_way_are_survived(github: Any) -> None:
    github.add_pull(7, HEAD, "feature/ö x")
    for path in ("/git/trees", "/git/commits", "/git/refs"):
        github.fail("*", path, status=502, done_first=path != "/git/refs")
    assert github.refs["heads/feature/ö x"] == HEAD
    assert push_files(quick(github), EVENT, FILES, "Align") == github.refs["heads/feature/ö x"]


def test_a_readonly_token_is_told_so(github: Any) -> None:
    github.add_pull(7, HEAD, "feature/ö x")
    with pytest.raises(GitHubError) as raised:
        push_files(quick(github, "ghs_readonly"), EVENT, FILES, "Align")
    assert raised.value.status == 403


def test_where_there_is_nothing_to_push_to() -> None:
    assert obstacle(EVENT) == ""
    assert "fork" in obstacle(replace(EVENT, head_repository="mallory/flow"))
    assert "pull request" in obstacle(replace(EVENT, pull_request=None))


def test_the_name_comes_from_the_commit(github: Any) -> None:
    github.add_pull(7, HEAD)
    assert committed_at(quick(github), "acme/flow", HEAD) == "20240506070809"


def test_a_status_with_a_stable_name(github: Any) -> None:
    set_status(
        quick(github), "acme/flow", HEAD, name="prisma-drift", state="failure", description="x" * 200, url=""
    )
    assert github.statuses == [
        {"sha": HEAD, "state": "failure", "context": "prisma-drift", "description": "x" * 140}
    ]
