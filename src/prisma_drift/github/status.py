"""A commit status with a name of its own, for branch protection."""

from __future__ import annotations

from .client import Client

LONGEST_DESCRIPTION = 140
"""Characters that the API takes."""


def set_status(
    client: Client, repository: str, sha: str, *, name: str, state: str, description: str, url: str
) -> None:
    """Set the status `name` of a commit; `state`: success | failure | error | pending."""
    body = {"state": state, "context": name, "description": description[:LONGEST_DESCRIPTION]}
    if url:
        body["target_url"] = url
    # The newest of a name counts, so sending it twice does no harm.
    client.post(f"/repos/{repository}/statuses/{sha}", body, repeatable=True)
