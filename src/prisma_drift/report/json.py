"""Reports as JSON, version 1: the contract of docs/json.md and docs/report.schema.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..findings.findings import sort_key
from ..findings.hazards import ordered
from ..model.edit import SchemaLines
from ..model.hazards import Check, Hazard, Rename
from ..model.report import Finding, Origin, Proof, Report
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
        "hazards": [_hazard(one) for one in ordered(report.hazards)],
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
        "hazards": [_hazard(one) for report in reports for one in report.hazards],
        "checks": [_check(one) for report in reports for one in report.checks],
        "renames": [_rename(one) for report in reports for one in report.renames],
        "schema_lines": [_lines(one) for report in reports for one in report.schema_lines],
        "proof": {},
        "likely": "",
        "next": [_next(one) for report in reports for one in commands(report)],
    }


def _next(one: Next) -> dict[str, Value]:
    return {"side": one.side, "command": one.command, "does": one.does}


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


def _finding(one: Finding) -> dict[str, Value]:
    where = one.position
    found: dict[str, Value] = {
        "id": one.id,
        "severity": one.severity,
        "object": one.object,
        "message": one.message,
        "hint": one.hint,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "origin": _origin(one.origin) if one.origin else None,
        "table": one.table,
        "model": one.model,
        "actual": one.actual,
        "expected": one.expected,
        "mends": [
            {"kind": mend.kind, "why": mend.why, "lines": [_lines(x) for x in mend.lines]}
            for mend in one.mends
        ],
    }
    if one.excerpt:
        found["excerpt"] = one.excerpt
    return found


def _origin(one: Origin) -> dict[str, Value]:
    return {"migration": one.migration, "file": one.file, "line": one.line, "action": one.action}


def _unmanaged(one: Unmanaged) -> dict[str, Value]:
    return {
        "kind": one.kind,
        "name": one.name,
        "definition": one.definition,
        "table": one.table,
        "why": list(one.why),
    }


def _lines(one: SchemaLines) -> dict[str, Value]:
    return {"file": one.file, "after_line": one.after_line, "text": one.text, "replaces": one.replaces}


def _hazard(one: Hazard) -> dict[str, Value]:
    found: dict[str, Value] = {
        "id": one.id,
        "severity": one.severity,
        "object": one.object,
        "message": one.message,
        "hint": one.hint,
        "statement": one.statement,
    }
    if one.migration:
        found["migration"] = one.migration
    if one.observed is not None:
        seen = one.observed
        found["observed"] = {"lock": seen.lock, "rewrites": seen.rewrites, "scans": seen.scans}
    return found


def _check(one: Check) -> dict[str, Value]:
    return {
        "id": one.id,
        "object": one.object,
        "breaks": one.breaks,
        "message": one.message,
        "sql": one.sql,
    }


def _rename(one: Rename) -> dict[str, Value]:
    return {"from": one.source, "to": one.target, "sure": one.sure, "reason": one.reason}


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
    return {"empty": empty}
