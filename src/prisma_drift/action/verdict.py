"""The verdict over all projects, and whether the job fails for it."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP
from ..github.artifact import SKIPPED
from ..model.counted import counted
from ..model.report import Report
from .projects import Outcome


def verdict_of(reports: Sequence[Report]) -> str:
    """error before drift before in-step; skipped where nothing of any project has changed."""
    found = {report.verdict for report in reports}
    return next((verdict for verdict in ("error", "drift", "in-step") if verdict in found), SKIPPED)


def exit_code(outcomes: Sequence[Outcome], fail_on: str) -> int:
    """The exit status of the job; `fail_on`: never | error | drift | warning, or empty: as each project's settings say."""
    codes = [_exit_code(one.report, fail_on or _of_settings(one)) for one in outcomes]
    return EXIT_ERROR if EXIT_ERROR in codes else max(codes, default=EXIT_IN_STEP)


def _of_settings(outcome: Outcome) -> str:
    return "warning" if outcome.config is not None and outcome.config.fail_on == "warning" else "drift"


def _exit_code(report: Report, fail_on: str) -> int:
    if fail_on == "never":
        return EXIT_IN_STEP
    if report.verdict == "error":
        return EXIT_ERROR
    if report.verdict == "drift" and fail_on in ("drift", "warning"):
        return EXIT_DRIFT
    return EXIT_DRIFT if report.warned and fail_on == "warning" else EXIT_IN_STEP


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
