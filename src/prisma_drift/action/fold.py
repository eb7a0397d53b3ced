"""The last job of a fan-out: the reports of all jobs become one comment, one verdict and one check.

Each job has left its report directory as an artifact, and they lie side by side in this job's report directory. They
are read as strictly as those of a fork.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..beneath import read
from ..errors import EXIT_IN_STEP, DriftError
from ..github.artifact import LARGEST, SKIPPED, Entry, unpack
from ..github.client import Client
from ..github.comment import project_key
from ..github.event import Event
from ..github.log import Log
from ..github.outputs import write_outputs, write_summary
from ..report.markdown import together
from ..report.sections import Context
from . import publish
from .files import REPORTS
from .inputs import Inputs
from .projects import Outcome
from .verdict import drift_count, exit_code, sentence, verdict_of

KEY = project_key("", "all projects together")
"""The one comment's; no project has an empty schema."""
MOST_FILES = 512


class FoldError(DriftError):
    """There is nothing to fold, or more than there can be."""

    id = "fold"


def fold(inputs: Inputs, event: Event, client: Client | None, env: Mapping[str, str], log: Log) -> int:
    """Tell of all reports at once; the exit status is that of the worst."""
    entries = _entries(Path(env.get("GITHUB_WORKSPACE") or ".").resolve(), inputs.report_directory)
    contexts = [_context(inputs, event, entry) for entry in entries]
    told = [
        (entry.report, context)
        for entry, context in zip(entries, contexts, strict=True)
        if entry.report.verdict != SKIPPED
    ]
    reports = [report for report, _ in told]
    for entry in entries:
        log.text(f"{entry.report.project.schema or entry.path}: {entry.report.verdict}")
    verdict = verdict_of(reports)
    text, mark = together(told, event.run_url)
    write_summary(env.get("GITHUB_STEP_SUMMARY", ""), text)
    code = exit_code([Outcome(entry.path, entry.report) for entry in entries], inputs.fail_on)
    url = ""
    if client is not None and inputs.comment != "never" and event.pull_request is not None:
        create = inputs.comment == "always" or verdict not in ("in-step", SKIPPED)
        posted = publish.post_comments(
            client,
            event,
            [publish.Told(KEY, text, mark, create)],
            author=inputs.comment_author,
            token=inputs.token,
            notice=log.notice,
        )
        url = next((one.url for one in posted if one.url), "")
    if client is not None and inputs.commit_status and event.sha:
        publish.post_status(
            client,
            event,
            inputs.commit_status,
            verdict=verdict,
            failed=code != EXIT_IN_STEP,
            description=sentence(reports),
            notice=log.notice,
        )
    outputs = {"verdict": verdict, "drift-count": str(drift_count(reports)), "comment-url": url}
    write_outputs(env.get("GITHUB_OUTPUT", ""), outputs)
    log.text(sentence(reports))
    return code


def _entries(workspace: Path, directory: str) -> tuple[Entry, ...]:
    """What lies in the report directory, or in the folders in it, sorted by path and schema."""
    top = workspace / directory
    files = [file for file in (top / REPORTS, *sorted(top.glob(f"*/{REPORTS}"))) if file.exists()]
    if not files:
        raise FoldError(
            f"There is no {REPORTS} in {directory} or in the folders in it.",
            hint="Download the artifacts of the other jobs first, and set `report-directory` to their folder.",
        )
    if len(files) > MOST_FILES:
        raise FoldError(f"There are more than {MOST_FILES} reports in {directory}.")
    try:
        found = [entry for file in files for entry in unpack(read(workspace, file, most=LARGEST))]
    except OSError as error:
        raise FoldError(f"A report in {directory} cannot be read: {error.strerror}.") from None
    return tuple(sorted(found, key=lambda entry: (entry.path, entry.report.project.schema)))


def _context(inputs: Inputs, event: Event, entry: Entry) -> Context:
    return Context(
        repository_url=event.head_url if event.head_repository else "",
        commit=event.sha,
        run_url=event.run_url,
        project_path=entry.path,
        fix_name=inputs.fix_name,
    )
