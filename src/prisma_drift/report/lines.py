"""Lines of styled pieces, which the sections of the terminal's report are made of."""

from __future__ import annotations

from ..model.report import Finding, Report

Piece = tuple[str, str]
"""Text, and how it looks: '' | dim | bold | good | bad | changed | warn | code."""

Line = tuple[Piece, ...]


def differences(report: Report) -> list[Finding]:
    """The findings that hold the two sides against each other."""
    return [one for one in report.findings if one.severity == "error" and (one.actual or one.expected)]
