"""The corrective migration as a commit on the pull request's branch, made through the Git data API."""

from __future__ import annotations

from urllib.parse import quote

from ..errors import DriftError
from .client import Client, GitHubError
from .event import Event


class PushError(DriftError):
    """The commit cannot be made; the migration is in the artifact all the same."""

    id = "fix-not-pushed"


def obstacle(event: Event) -> str:
    """Why no commit can be pushed for this event; empty where it can."""
    if event.pull_request is None:
        return "only a pull request has a branch to push to"
    if event.fork:
        return "the pull request comes from a fork"
    if not event.head_branch or not event.sha:
        return "the event names no branch"
    return ""


def push_files(client: Client, event: Event, files: dict[str, str], message: str) -> str:
    """Add `files` (path to text) to the head branch in one commit on top of `event.sha`; returns its SHA.

    Raises PushError where the branch has moved since, GitHubError where the API says no. Nothing is forced.
    """
    repository = f"/repos/{event.repository}"
    branch = quote(event.head_branch, safe="/")
    head = client.get(f"{repository}/git/ref/heads/{branch}")["object"]["sha"]
    if head != event.sha:
        raise PushError(
            f"The branch {event.head_branch} has moved on since this run began.",
            hint="The next run of the pull request will see to it.",
        )
    parent = client.get(f"{repository}/git/commits/{head}")
    # Blobs, trees and commits are named by their content: sending them twice makes them once.
    tree = client.post(
        f"{repository}/git/trees",
        {
            "base_tree": parent["tree"]["sha"],
            "tree": [
                {"path": path, "mode": "100644", "type": "blob", "content": files[path]}
                for path in sorted(files)
            ],
        },
        repeatable=True,
    )
    commit = client.post(
        f"{repository}/git/commits",
        {"message": message, "tree": tree["sha"], "parents": [head]},
        repeatable=True,
    )
    try:
        client.patch(f"{repository}/git/refs/heads/{branch}", {"sha": commit["sha"], "force": False})
    except GitHubError as error:
        if error.status == 422:
            raise PushError(
                f"The branch {event.head_branch} does not take the commit: {error.message}",
                hint="It has moved on, or a rule protects it.",
            ) from error
        raise
    return str(commit["sha"])


def committed_at(client: Client, repository: str, sha: str) -> str:
    """The commit's time as a migration's 14 digits in UTC, so that the same commit gives the same name."""
    text = client.get(f"/repos/{repository}/git/commits/{sha}")["committer"]["date"]
    return "".join(character for character in str(text) if character.isdigit())[:14]
