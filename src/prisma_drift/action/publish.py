"""What a run tells GitHub: comments, a status, a pushed migration. Failures become notices, never verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import DriftError
from ..github.artifact import SKIPPED
from ..github.client import Client, GitHubError
from ..github.comment import Posted, author_of, project_key, upsert
from ..github.event import Event
from ..github.push import committed_at, obstacle, push_files
from ..github.status import set_status
from ..model.counted import counted
from ..model.report import Report
from ..model.values import frozen
from ..report.escape import code
from ..report.markdown import comment, digest
from ..report.sections import Context
from .fix import Fix

Notice = Callable[[str], None]


@frozen
class Told:
    """A project's comment, to be made so."""

    key: str
    text: str
    digest: str
    create: bool


def comment_of(report: Report, context: Context, when: str) -> Told:
    """The comment for a report; `when`: always | on-drift. A skipped project only changes a comment that is there."""
    if report.verdict == SKIPPED:
        return _unconcerned(report)
    return Told(
        key=project_key(report.project.schema, report.project.name),
        text=comment(report, context).text,
        digest=digest(report, context),
        create=when == "always" or report.verdict != "in-step",
    )


def _unconcerned(report: Report) -> Told:
    text = f"✓ This pull request does not change {code(report.project.schema)} or its migrations."
    return Told(project_key(report.project.schema, report.project.name), text, "0" * 16, create=False)


def post_comments(
    client: Client, event: Event, told: Sequence[Told], *, author: str, token: str, notice: Notice
) -> tuple[Posted, ...]:
    """Make the comments; stops at the first refusal, which would meet the others as well."""
    if event.pull_request is None:
        return ()
    posted: list[Posted] = []
    try:
        login = author or author_of(client, token)
        for one in told:
            posted.append(
                upsert(
                    client,
                    event.repository,
                    event.pull_request,
                    key=one.key,
                    author=login,
                    body=one.text,
                    digest=one.digest,
                    create=one.create,
                )
            )
    except GitHubError as error:
        notice(f"The comment could not be written; the summary of this run has it all. {said(error)}")
    return tuple(posted)


def post_status(
    client: Client, event: Event, name: str, *, verdict: str, failed: bool, description: str, notice: Notice
) -> None:
    """Set the commit status `name`."""
    state = "success" if not failed else "error" if verdict == "error" else "failure"
    try:
        set_status(
            client,
            event.repository,
            event.sha,
            name=name,
            state=state,
            description=description,
            url=event.run_url,
        )
    except GitHubError as error:
        notice(f"The commit status could not be set. {said(error)}")


def push_fixes(client: Client, event: Event, fixes: Sequence[Fix], notice: Notice) -> str:
    """Commit the migrations to the pull request's branch; the commit's SHA, empty where it could not be."""
    hindered = obstacle(event)
    if hindered:
        notice(f"The corrective migration is not committed: {hindered}. It is in the report directory.")
        return ""
    message = f"Add {counted(len(fixes), 'corrective migration')}\n\nProved on a copy of the shadow database."
    try:
        return push_files(client, event, {fix.path: fix.sql for fix in fixes}, message)
    except (DriftError, KeyError, TypeError) as error:
        why = said(error) if isinstance(error, DriftError) else "GitHub's answer was not understood."
        notice(f"The corrective migration is not committed; it is in the report directory. {why}")
        return ""


def head_time(client: Client, event: Event) -> str:
    """The head commit's time as 14 digits; empty where it cannot be had."""
    try:
        return committed_at(client, event.repository, event.sha)
    except (GitHubError, KeyError, TypeError):
        return ""


def said(error: DriftError) -> str:
    return " ".join(part for part in (error.message, error.hint) if part)
