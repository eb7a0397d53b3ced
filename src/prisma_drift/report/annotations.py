"""Findings as workflow commands of GitHub Actions, which the runner turns into annotations of the changed files."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings.hazards import hazard_findings
from ..model.report import Finding, Report
from ..model.workflow import Command, command, inert, one_line
from .text import verdict

MOST = 10
"""GitHub shows ten annotations of each level for a step; more would vanish without a word."""

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(reports: Sequence[Report]) -> str:
    """The commands, then the verdicts as plain lines."""
    lines = [str(one) for one in commands(reports)]
    lines += [inert(one_line("".join(text for text, _ in verdict(report)))) for report in reports]
    return "\n".join(lines) + "\n"


def commands(reports: Sequence[Report]) -> tuple[Command, ...]:
    """At most MOST commands of each level, hazards first, with a last one that says how many more there are."""
    made: list[Command] = []
    found: list[Finding] = [one for report in reports for one in hazard_findings(report)]
    found += [one for report in reports for one in report.findings]
    for severity, level in _LEVELS.items():
        alike = [one for one in found if one.severity == severity]
        shown = alike if len(alike) <= MOST else alike[: MOST - 1]
        made += [_command(level, one) for one in shown]
        if len(alike) > len(shown):
            more = f"{len(alike) - len(shown)} more of {len(alike)} findings are in the report."
            made.append(command(level, more, title="prisma-drift"))
    return tuple(made)


def _command(level: str, finding: Finding) -> Command:
    properties = [("title", f"prisma-drift: {finding.id}")]
    # An object that only the migrations have is annotated where they made it.
    if finding.position is not None:
        properties += [("file", finding.position.file), ("line", str(finding.position.line))]
        if finding.position.column > 1:
            properties.append(("col", str(finding.position.column)))
    elif finding.origin is not None:
        properties += [("file", finding.origin.file), ("line", str(finding.origin.line))]
    return Command(level, _message(finding), tuple(properties))


def _message(finding: Finding) -> str:
    sides = f"{finding.actual} → {finding.expected}" if finding.actual or finding.expected else ""
    since = ""
    if finding.origin is not None:
        since = f"{finding.origin.action} by {finding.origin.migration}:{finding.origin.line}"
    told = not finding.object or finding.message.startswith(f"{finding.object}:")
    facts = [finding.message if told else f"{finding.object}: {finding.message}", sides, since, finding.hint]
    return "\n".join(fact for fact in facts if fact)
