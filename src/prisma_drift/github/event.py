"""What the runner says about this run: the event, the repository, the commit and the pull request."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import DriftError
from ..model.values import frozen, replace

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._/-]*)?")


class EventError(DriftError):
    """The environment is not that of a GitHub Actions job."""

    id = "not-a-workflow"


@frozen
class Event:
    """One run of a workflow, as far as it matters here."""

    name: str
    """pull_request | pull_request_target | merge_group | push | schedule | workflow_dispatch | workflow_run | …"""
    repository: str
    """owner/name of the repository that the workflow runs in."""
    server_url: str
    api_url: str
    sha: str
    """The head commit that the result is about: of a pull request its own head, not the merge commit."""
    run_url: str
    pull_request: int | None = None
    head_repository: str = ""
    """The repository that holds `sha`; differs from `repository` for forks."""
    head_branch: str = ""
    base_sha: str = ""
    """The commit to compare with, where the event has one."""
    conclusion: str = ""
    """workflow_run only: how the run that it follows ended."""
    followed_event: str = ""
    """workflow_run only: the event of the run that it follows."""

    @property
    def fork(self) -> bool:
        return self.head_repository.lower() != self.repository.lower()

    @property
    def head_url(self) -> str:
        return f"{self.server_url}/{self.head_repository}"


def read_event(env: Mapping[str, str]) -> Event:
    """The event of `env` (GITHUB_*); raises EventError where it is none or makes no sense."""
    repository = _match(_REPOSITORY, env.get("GITHUB_REPOSITORY", ""), "GITHUB_REPOSITORY")
    server = _match(_URL, env.get("GITHUB_SERVER_URL") or "https://github.com", "GITHUB_SERVER_URL")
    api = _match(_URL, env.get("GITHUB_API_URL") or "https://api.github.com", "GITHUB_API_URL")
    payload = _payload(env.get("GITHUB_EVENT_PATH", ""))
    name = env.get("GITHUB_EVENT_NAME", "")
    run = env.get("GITHUB_RUN_ID", "")
    base = Event(
        name=name if re.fullmatch(r"[a-z_]+", name) else "",
        repository=repository,
        server_url=server.rstrip("/"),
        api_url=api.rstrip("/"),
        sha=_sha(env.get("GITHUB_SHA")),
        run_url=f"{server.rstrip('/')}/{repository}/actions/runs/{run}" if run.isdigit() else "",
        head_repository=repository,
        head_branch=_text(env.get("GITHUB_REF_NAME")) if env.get("GITHUB_REF_TYPE") == "branch" else "",
    )
    match payload:
        case {"pull_request": {"number": int(number), "head": dict(head), "base": dict(into)}}:
            return _with(base, payload_head=head, number=number, base_sha=_sha(into.get("sha")))
        case {"workflow_run": dict(followed)}:
            return _followed(base, followed)
        case {"merge_group": {"head_sha": str(head_sha), "base_sha": str(base_sha)}}:
            return replace(base, sha=_sha(head_sha) or base.sha, base_sha=_sha(base_sha))
        case {"before": str(before), "after": str(after)}:
            return replace(base, sha=_sha(after) or base.sha, base_sha=_sha(before))
    return base


def _followed(base: Event, followed: dict[str, Any]) -> Event:
    # The artifact of that run is not to be trusted; which commit and repository it ran for is GitHub's word.
    head = followed.get("head_repository")
    repository = head.get("full_name") if isinstance(head, dict) else ""
    return replace(
        base,
        sha=_sha(followed.get("head_sha")),
        head_repository=repository
        if isinstance(repository, str) and _REPOSITORY.fullmatch(repository)
        else "",
        head_branch=_text(followed.get("head_branch")),
        conclusion=_text(followed.get("conclusion")),
        followed_event=_text(followed.get("event")),
    )


def _with(base: Event, *, payload_head: dict[str, Any], number: int, base_sha: str) -> Event:
    repo = payload_head.get("repo")
    # The repository of a deleted fork is null: it is not ours.
    full_name = repo.get("full_name") if isinstance(repo, dict) else ""
    return replace(
        base,
        pull_request=number,
        sha=_sha(payload_head.get("sha")) or base.sha,
        head_repository=full_name if isinstance(full_name, str) and _REPOSITORY.fullmatch(full_name) else "",
        head_branch=_text(payload_head.get("ref")),
        base_sha=base_sha,
    )


def _payload(path: str) -> Any:
    if not path:
        return {}
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EventError(
            "The event file of the workflow cannot be read.",
            hint="GITHUB_EVENT_PATH must name the JSON file that the runner writes.",
        ) from error


def _match(pattern: re.Pattern[str], text: str, name: str) -> str:
    if not pattern.fullmatch(text):
        raise EventError(
            f"{name} is missing or malformed.",
            hint="`prisma-drift action` runs inside a GitHub Actions job; use `prisma-drift check` elsewhere.",
        )
    return text


def _sha(value: object) -> str:
    return value if isinstance(value, str) and _SHA.fullmatch(value) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
