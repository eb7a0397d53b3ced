"""Reports as JSON, version 1: the contract of docs/json.md and docs/report.schema.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..findings.findings import sort_key
from ..findings.hazards import ordered
from ..model.edit import SchemaLines
from ..model.hazards import Check, Hazard, Observed, Rename
from ..model.report import Finding, Origin, PopulatedProof, Proof, Report
from ..model.schema import Unmanaged
from .escape import json_text
from .next import Next, commands

VERSION = 1

Value = object
"""What json.dumps takes."""


def render(reports: Sequence[Report]) -> str:
    """One object; with several projects also `projects`, one object each, and the worst verdict on top.

    The top level keeps the shape it has for a single project: its findings, lines and objects are those of all
    projects, its `project` the first one's.
    """
    bodies = [body(report) for report in reports]
    top: Mapping[str, Value] = bodies[0]
    if len(reports) > 1:
        top = {**_together(reports), "projects": bodies}
    return json_text({"version": VERSION, **top})


def verdict(reports: Sequence[Report]) -> str:
    """The worst of all: error, then drift, then in-step."""
    said = {report.verdict for report in reports}
    return next((word for word in ("error", "drift") if word in said), "in-step")


def body(report: Report) -> dict[str, Value]:
    """One report, as the values that json.dumps takes."""
    return {
        "verdict": report.verdict,
        "project": _project(report),
        "findings": [_finding(one) for one in sorted(report.findings, key=sort_key)],
        "unmanaged": [_unmanaged(one) for one in report.unmanaged],
        "would_drop": [_unmanaged(one) for one in report.would_drop],
        "corrective_sql": report.corrective_sql,
        "rejected_sql": report.rejected_sql,
        "hazards": [_hazard(one) for one in (*ordered(report.hazards), *report.branch)],
        "checks": [_check(one) for one in report.checks],
        "renames": [_rename(one) for one in report.renames],
        "schema_lines": [_lines(one) for one in report.schema_lines],
        "proof": _proof(report.proof),
        "likely": report.likely,
        "next": [_next(one) for one in commands(report)],
    }


def _together(reports: Sequence[Report]) -> dict[str, Value]:
    findings = sorted((one for report in reports for one in report.findings), key=sort_key)
    return {
        "verdict": verdict(reports),
        "project": _project(reports[0]),
        "findings": [_finding(one) for one in findings],
        "unmanaged": [_unmanaged(one) for report in reports for one in report.unmanaged],
        "would_drop": [_unmanaged(one) for report in reports for one in report.would_drop],
        "corrective_sql": "",
        "rejected_sql": "",
        "hazards": [_hazard(one) for report in reports for one in (*report.hazards, *report.branch)],
        "checks": [_check(one) for report in reports for one in report.checks],
        "renames": [_rename(one) for report in reports for one in report.renames],
        "schema_lines": [_lines(one) for report in reports for one in report.schema_lines],
        "proof": {},
        "likely": "",
        "next": [_next(one) for report in reports for one in commands(report)],
    }


def _next(next: Next) -> dict[str, Value]:
    return {"side": next.side, "command": next.command, "does": next.does}


def _project(report: Report) -> dict[str, Value]:
    project = report.project
    found: dict[str, Value] = {
        "schema": project.schema,
        "migrations": project.migrations,
        "prisma": project.prisma,
        "prisma_source": project.prisma_source,
        "postgres": project.postgres,
        "migration_count": project.migration_count,
    }
    if project.name:
        found["name"] = project.name
    return found


def _finding(finding: Finding) -> dict[str, Value]:
    where = finding.position
    found: dict[str, Value] = {
        "id": finding.id,
        "severity": finding.severity,
        "object": finding.object,
        "message": finding.message,
        "hint": finding.hint,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "origin": _origin(finding.origin) if finding.origin else None,
        "table": finding.table,
        "model": finding.model,
        "actual": finding.actual,
        "expected": finding.expected,
        "mends": [
            {"kind": mend.kind, "why": mend.why, "lines": [_lines(x) for x in mend.lines]}
            for mend in finding.mends
        ],
    }
    if finding.excerpt:
        found["excerpt"] = finding.excerpt
    return found


def _origin(origin: Origin) -> dict[str, Value]:
    return {"migration": origin.migration, "file": origin.file, "line": origin.line, "action": origin.action}


def _unmanaged(unmanaged: Unmanaged) -> dict[str, Value]:
    return {
        "kind": unmanaged.kind,
        "name": unmanaged.name,
        "definition": unmanaged.definition,
        "table": unmanaged.table,
        "why": list(unmanaged.why),
    }


def _lines(schema_lines: SchemaLines) -> dict[str, Value]:
    return {
        "file": schema_lines.file,
        "after_line": schema_lines.after_line,
        "text": schema_lines.text,
        "replaces": schema_lines.replaces,
    }


def _hazard(hazard: Hazard) -> dict[str, Value]:
    found: dict[str, Value] = {
        "id": hazard.id,
        "severity": hazard.severity,
        "object": hazard.object,
        "message": hazard.message,
        "hint": hazard.hint,
        "statement": hazard.statement,
    }
    if hazard.migration:
        found["migration"] = hazard.migration
    if hazard.observed is not None:
        found["observed"] = _seen(hazard.observed)
    return found


def _seen(seen: Observed) -> dict[str, Value]:
    return {"lock": seen.lock, "rewrites": seen.rewrites, "scans": seen.scans, "rows": seen.rows}


def _check(check: Check) -> dict[str, Value]:
    return {
        "id": check.id,
        "object": check.object,
        "breaks": check.breaks,
        "message": check.message,
        "sql": check.sql,
    }


def _rename(rename: Rename) -> dict[str, Value]:
    return {"from": rename.source, "to": rename.target, "sure": rename.sure, "reason": rename.reason}


def _proof(proof: Proof) -> dict[str, Value]:
    """Only what was proved is there."""
    if proof.empty is None:
        return {}
    empty: dict[str, Value] = {"applied": proof.empty.applied, "residual": proof.empty.residual}
    if proof.empty.error:
        empty["error"] = proof.empty.error
    if proof.empty.hint:
        empty["hint"] = proof.empty.hint
    if proof.empty.lost:
        empty["lost"] = list(proof.empty.lost)
    found: dict[str, Value] = {"empty": empty}
    if proof.populated is not None:
        found["populated"] = _populated(proof.populated)
    return found


def _populated(proof: PopulatedProof) -> dict[str, Value]:
    if proof.skipped:
        return {"skipped": proof.skipped}
    found: dict[str, Value] = {
        "applied": proof.applied,
        "tables": proof.tables,
        "rows_before": proof.rows_before,
        "rows_after": proof.rows_after,
        "values_kept": proof.values_kept,
        "values_changed": proof.values_changed,
        "stops_where_told": proof.stopped or bool(proof.stopped_by),
        "lost_as_told": list(proof.told),
        "not_populated": [{"table": table, "reason": why} for table, why in proof.not_populated],
    }
    if proof.stopped_by:
        found["stopped_by"] = proof.stopped_by
    if proof.observed:
        found["observed"] = [{"statement": number, **_seen(seen)} for number, seen in proof.observed]
    if proof.not_observed:
        number, why = proof.not_observed
        found["not_observed"] = {"from_statement": number, "reason": why}
    if proof.error:
        found["error"] = proof.error
        found["lost"] = list(proof.lost)
    if proof.needless:
        found["needless"] = list(proof.needless)
    return found
