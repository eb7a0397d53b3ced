"""The sticky comment: one for each project, found by hidden marker and author, changed in place."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from ..model.values import frozen
from .client import Client, GitHubError

ACTIONS_BOT = "github-actions[bot]"
"""Who writes with the token that a workflow is given."""
_MARKER = re.compile(r"<!-- prisma-drift project:([0-9a-f]{16}) digest:([0-9a-f]{16}) -->")
_TRIES = 3


@frozen
class Posted:
    """What became of a comment."""

    action: str
    """created | updated | unchanged | none"""
    url: str = ""


@frozen
class Found:
    id: int
    url: str
    digest: str


def project_key(schema: str, name: str = "") -> str:
    """16 hex digits for a project; hashed, so that no path can end the marker."""
    return hashlib.sha256(f"{name}\0{schema}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def marker(key: str, digest: str) -> str:
    return f"<!-- prisma-drift project:{key} digest:{digest} -->"


def author_of(client: Client, token: str) -> str:
    """The login that comments of this token carry.

    Installation tokens (`ghs_…`, every workflow's own) may not ask who they are; a workflow's own one writes as
    github-actions[bot], and for another app's the input `comment-author` says it.
    """
    if token.startswith("ghs_"):
        return ACTIONS_BOT
    try:
        user = client.get("/user")
    except GitHubError as error:
        if error.status in (401, 403, 404):
            return ACTIONS_BOT
        raise
    login = user.get("login") if isinstance(user, dict) else None
    return login if isinstance(login, str) else ACTIONS_BOT


def find(client: Client, repository: str, issue: int, key: str, author: str) -> list[Found]:
    """Our comments for the project on this issue, oldest first, from all pages."""
    found = []
    for comment in client.pages(f"/repos/{repository}/issues/{issue}/comments"):
        match = _MARKER.match(str(comment.get("body") or ""))
        login = (comment.get("user") or {}).get("login", "")
        if match and match[1] == key and login.lower() == author.lower():
            found.append(Found(int(comment["id"]), str(comment.get("html_url") or ""), match[2]))
    return sorted(found, key=lambda one: one.id)


def upsert(
    client: Client,
    repository: str,
    issue: int,
    *,
    key: str,
    author: str,
    body: str,
    digest: str,
    create: bool = True,
) -> Posted:
    """Make the project's comment say `body`; nothing is sent where its digest is the same.

    `create`: write one where there is none. Doubles, which two runs at once may leave, are removed.
    """
    text = f"{marker(key, digest)}\n{body}"
    for attempt in range(_TRIES):
        found = find(client, repository, issue, key, author)
        if not found and not create:
            return Posted("none")
        try:
            posted = _write(client, repository, issue, found[0] if found else None, text=text, digest=digest)
        except GitHubError as error:
            # Written or not, or deleted meanwhile: look again.
            again = error.unsure or (error.status == 404 and found)
            if not again or attempt + 1 == _TRIES:
                raise
            continue
        for double in found[1:]:
            client.delete(f"/repos/{repository}/issues/comments/{double.id}")
        return posted
    raise AssertionError("unreachable")


def _write(
    client: Client, repository: str, issue: int, existing: Found | None, *, text: str, digest: str
) -> Posted:
    if existing is None:
        made: Any = client.post(f"/repos/{repository}/issues/{issue}/comments", {"body": text})
        return Posted("created", str((made or {}).get("html_url") or ""))
    if existing.digest == digest:
        return Posted("unchanged", existing.url)
    client.patch(f"/repos/{repository}/issues/comments/{existing.id}", {"body": text})
    return Posted("updated", existing.url)
