"""The verdict over all projects, and whether the job fails for it."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP
from ..github.artifact import SKIPPED
from ..model.counted import counted
from ..model.report import Report


def verdict_of(reports: Sequence[Report]) -> str:
    """error before drift before in-step; skipped where nothing of any project has changed."""
    found = {report.verdict for report in reports}
    return next((verdict for verdict in ("error", "drift", "in-step") if verdict in found), SKIPPED)


def exit_code(reports: Sequence[Report], fail_on: str) -> int:
    """The exit status of the job; `fail_on`: never | error | drift | warning."""
    verdict = verdict_of(reports)
    if fail_on == "never":
        return EXIT_IN_STEP
    if verdict == "error":
        return EXIT_ERROR
    if verdict == "drift" and fail_on in ("drift", "warning"):
        return EXIT_DRIFT
    warned = any(finding.severity == "warning" for report in reports for finding in report.findings)
    return EXIT_DRIFT if warned and fail_on == "warning" else EXIT_IN_STEP


def drift_count(reports: Sequence[Report]) -> int:
    return sum(
        finding.severity == "error"
        for report in reports
        for finding in report.findings
        if report.verdict == "drift"
    )


def sentence(reports: Sequence[Report]) -> str:
    """The verdict for a status line."""
    match verdict_of(reports):
        case "skipped":
            return "Neither schema nor migrations are changed."
        case "in-step":
            return f"Schema and migrations agree ({counted(len(reports), 'project')})."
        case "drift":
            return f"Schema and migrations disagree: {counted(drift_count(reports), 'difference')}."
        case _:
            return "The check could not be made."
