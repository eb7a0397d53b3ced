"""The second half for forks: a workflow that may write posts what a workflow that may not has found.

The artifact comes from a run that the fork controls. Its reports are read strictly and rendered anew; which pull
request they belong to is GitHub's word, not theirs, and the head commit must still be the one that the run was for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..beneath import read
from ..errors import EXIT_ERROR, DriftError
from ..github.artifact import LARGEST, SKIPPED, Entry, unpack
from ..github.client import Client
from ..github.event import Event
from ..github.log import Log
from ..github.outputs import write_outputs
from ..model.report import Report
from ..model.values import replace
from ..report.sections import Context
from . import publish
from .files import REPORTS
from .inputs import Inputs
from .verdict import drift_count, sentence, verdict_of

_PULL_EVENTS = ("pull_request", "pull_request_target")


class CompanionError(DriftError):
    """The comment cannot be posted from this workflow."""

    id = "companion"


def companion(inputs: Inputs, event: Event, client: Client | None, env: Mapping[str, str], log: Log) -> int:
    """Post the comments of the run that this one follows; 0 also where there is nothing to post."""
    if client is None:
        raise CompanionError(
            "There is no token to write the comment with.", hint="Leave the input `token` to its default."
        )
    if event.name != "workflow_run" or event.followed_event not in _PULL_EVENTS:
        log.text("The run was not for a pull request: there is nothing to comment on.")
        return 0
    number = find_pull(client, event)
    if number is None:
        log.text("No open pull request has this commit as its head any more: nothing is posted.")
        return 0
    entries = read_entries(Path(env.get("GITHUB_WORKSPACE") or "."), inputs.report_directory)
    event = replace(event, pull_request=number)
    problems: list[str] = []
    told = [
        publish.comment_of(entry.report, _context(event, entry, inputs), inputs.comment) for entry in entries
    ]
    posted = publish.post_comments(
        client,
        event,
        told if inputs.comment != "never" else [],
        author=inputs.comment_author,
        token=inputs.token,
        notice=problems.append,
    )
    reports = [entry.report for entry in entries]
    if inputs.commit_status:
        _status(client, event, inputs, reports, problems)
    outputs = {
        "verdict": verdict_of(reports),
        "drift-count": str(drift_count(reports)),
        "comment-url": next((one.url for one in posted if one.url), ""),
    }
    write_outputs(env.get("GITHUB_OUTPUT", ""), outputs)
    for problem in problems:
        log.warning(problem)
    return EXIT_ERROR if problems else 0


def find_pull(client: Client, event: Event) -> int | None:
    """The open pull request whose head is the very commit that the run was for."""
    owner = event.head_repository.partition("/")[0]
    if not owner or not event.head_branch or not event.sha:
        return None
    pulls = client.pages(
        f"/repos/{event.repository}/pulls", state="open", head=f"{owner}:{event.head_branch}"
    )
    for pull in pulls:
        head = pull.get("head") or {}
        repository = (head.get("repo") or {}).get("full_name", "")
        if head.get("sha") == event.sha and repository.lower() == event.head_repository.lower():
            return int(pull["number"])
    return None


def read_entries(workspace: Path, directory: str) -> tuple[Entry, ...]:
    """The reports in a downloaded artifact; CompanionError where there are none."""
    try:
        return unpack(read(workspace, workspace / directory / REPORTS, most=LARGEST))
    except OSError as error:
        raise CompanionError(
            f"There is no {REPORTS} in the report directory: {error.strerror}.",
            hint="Download the artifact of the run first, and set `report-directory` to its folder.",
        ) from None


def _context(event: Event, entry: Entry, inputs: Inputs) -> Context:
    return Context(
        repository_url=event.head_url,
        commit=event.sha,
        run_url=event.run_url,
        project_path=entry.path,
        fix_name=inputs.fix_name,
        foreign=event.fork,
    )


def _status(client: Client, event: Event, inputs: Inputs, reports: list[Report], problems: list[str]) -> None:
    # Green only where the run itself was: a file alone cannot claim that.
    verdict = verdict_of(reports)
    failed = event.conclusion != "success" or verdict not in ("in-step", SKIPPED)
    publish.post_status(
        client,
        event,
        inputs.commit_status,
        verdict=verdict,
        failed=failed,
        description=sentence(reports),
        notice=problems.append,
    )
