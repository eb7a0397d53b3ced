"""Findings as GitLab's code-quality report, which a merge request shows beside the changed lines.

Source: GitLab's documentation, "Code Quality report format": a list of objects with description, check_name,
fingerprint (unique: of two alike only one is shown), severity (info to blocker) and location, whose path has no `./`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..findings.hazards import hazard_findings
from ..model.report import Finding, Report
from ..model.workflow import visible
from .escape import json_text
from .fingerprint import fingerprint, place

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}
NO_CHECK = "blocker"
"""The severity where the project could not be checked."""

Object = dict[str, object]


def render(reports: Sequence[Report]) -> str:
    """The list with the hazards and findings of all projects; `[]` where there are none."""
    issues: list[Object] = []
    seen: dict[str, int] = {}
    for report in reports:
        for one in (*hazard_findings(report), *report.findings):
            mark = fingerprint(one, report)
            seen[mark] = seen.get(mark, 0) + 1
            issues.append(_issue(one, report, mark if seen[mark] == 1 else f"{mark}-{seen[mark]}"))
    return json_text(issues)


def _issue(finding: Finding, report: Report, mark: str) -> Object:
    file, line, _ = place(finding, report)
    failed = report.verdict == "error" and finding.severity == "error"
    told = not finding.object or finding.message.startswith(f"{finding.object}:")
    message = finding.message if told else f"{finding.object}: {finding.message}"
    return {
        "description": visible(" ".join(part for part in (message, finding.hint) if part)),
        "check_name": f"prisma-drift/{finding.id}",
        "fingerprint": mark,
        "severity": NO_CHECK if failed else _SEVERITIES.get(finding.severity, "info"),
        "location": {"path": visible(file).removeprefix("./"), "lines": {"begin": line}},
    }
