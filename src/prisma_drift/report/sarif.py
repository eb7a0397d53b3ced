"""Findings as SARIF 2.1.0, for code scanning: rules with their pages, places, and fingerprints that outlive line numbers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote

from ..findings.hazards import hazard_findings
from ..model.report import Finding, Report
from ..model.workflow import one_line, visible
from .escape import json_text
from .fingerprint import fingerprint, place
from .pages import first_sentence, page, title

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "note": "note"}

Object = dict[str, object]


def render(reports: Sequence[Report]) -> str:
    """One run with the hazards and findings of all projects."""
    found = [(report, one) for report in reports for one in (*hazard_findings(report), *report.findings)]
    rules = sorted({one.id for _, one in found})
    at = {id: number for number, id in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "prisma-drift",
                "semanticVersion": _version(),
                "rules": [_rule(id) for id in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, at[one.id], report) for report, one in found],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _version() -> str:
    try:
        return version("prisma-drift")
    except PackageNotFoundError:
        return "0.0.0"


def _rule(id: str) -> Object:
    text = page(id)
    rule: Object = {"id": id, "shortDescription": {"text": title(text) or id}}
    if text:
        rule["fullDescription"] = {"text": first_sentence(text)}
        rule["help"] = {"text": text, "markdown": text}
    return rule


def _result(finding: Finding, index: int, report: Report) -> Object:
    result: Object = {
        "ruleId": finding.id,
        "ruleIndex": index,
        "level": _LEVELS.get(finding.severity, "none"),
        "message": {"text": _plain(" ".join(part for part in (finding.message, finding.hint) if part))},
        "locations": [_location(finding, report)],
        "partialFingerprints": {"prismaDrift/v1": fingerprint(finding, report)},
    }
    if finding.origin is not None and finding.position is not None:
        text = f"{finding.origin.action} by {finding.origin.migration}"
        related = _physical(finding.origin.file, finding.origin.line, 1)
        result["relatedLocations"] = [{"id": 1, **related, "message": {"text": _plain(text)}}]
    return result


def _plain(text: str) -> str:
    """A message without links: SARIF reads `[label](target)` as one (3.11.6), and names come from a repository."""
    return visible(text).replace("](", "] (")


def _location(finding: Finding, report: Report) -> Object:
    """The line of the schema, else the migration's, else the schema as a whole: code scanning needs a file."""
    location = _physical(*place(finding, report))
    if finding.object:
        location["logicalLocations"] = [{"fullyQualifiedName": one_line(finding.object)}]
    return location


def _physical(file: str, line: int, column: int) -> Object:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file, errors="replace"), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": max(line, 1), "startColumn": max(column, 1)},
        }
    }
