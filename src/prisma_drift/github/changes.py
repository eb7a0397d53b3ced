"""Which files a pull request or merge group changes, as the API tells."""

from __future__ import annotations

from .client import Client
from .event import Event

MOST_PULL_FILES = 3000
"""The API lists no more files of a pull request."""
MOST_COMPARED_FILES = 300
"""Nor of a comparison."""


def changed_files(client: Client, event: Event) -> frozenset[str] | None:
    """Paths of all changed files, old and new names; None where they are not known for sure."""
    if event.pull_request is not None:
        files = list(client.pages(f"/repos/{event.repository}/pulls/{event.pull_request}/files"))
        most = MOST_PULL_FILES
    elif event.name == "merge_group" and event.base_sha and event.sha:
        compared = client.get(f"/repos/{event.repository}/compare/{event.base_sha}...{event.sha}", per_page=1)
        files = compared.get("files") or [] if isinstance(compared, dict) else []
        most = MOST_COMPARED_FILES
    else:
        return None
    # An empty list tells nothing either: better one check too many.
    if not files or len(files) >= most:
        return None
    names = {str(file.get(key) or "") for file in files for key in ("filename", "previous_filename")}
    return frozenset(names - {""})
