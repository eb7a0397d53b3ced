"""What stays the same of a finding wherever its line has moved to, and its place in a file."""

from __future__ import annotations

import hashlib

from ..model.report import Finding, Report


def fingerprint(finding: Finding, report: Report) -> str:
    """32 hexadecimal digits: the same for the same fact of the same project."""
    what = "\0".join(
        (finding.id, report.project.schema, finding.object, finding.actual, finding.expected, finding.message)
    )
    return hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def place(finding: Finding, report: Report) -> tuple[str, int, int]:
    """(file, line, column): the schema's line, else the migration's, else the schema as a whole."""
    if finding.position is not None:
        return finding.position.file, max(finding.position.line, 1), max(finding.position.column, 1)
    if finding.origin is not None:
        return finding.origin.file, max(finding.origin.line, 1), 1
    return report.project.schema or ".", 1, 1
