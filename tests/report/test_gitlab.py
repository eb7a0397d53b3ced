"""GitLab's code-quality report: the fields that GitLab asks for, marks that are never the same twice, nothing hostile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from prisma_drift.errors import DriftError
from prisma_drift.findings.failure import failed
from prisma_drift.github.artifact import unpack
from prisma_drift.model.report import Finding, Report
from prisma_drift.model.source import Position
from prisma_drift.model.values import replace
from prisma_drift.report.gitlab import render

[_ENTRY] = unpack((Path(__file__).parent / "alignment.json").read_bytes())
REPORT = _ENTRY.report
SHAPE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": r"^prisma-drift/[a-z0-9-]+$"},
            "fingerprint": {"type": "string", "minLength": 32},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def issues(*reports: Report) -> list[dict[str, Any]]:
    text = render(reports)
    found: list[dict[str, Any]] = json.loads(text)
    Draft202012Validator(SHAPE).validate(found)
    return found


def test_every_finding_is_there_once() -> None:
    found = issues(REPORT)
    assert len(found) >= len(REPORT.findings) >= 10
    assert len({one["fingerprint"] for one in found}) == len(found)
    assert {one["severity"] for one in found} >= {"major"}


def test_nothing_found_is_an_empty_list() -> None:
    assert issues(Report("in-step", REPORT.project)) == []


def test_marks_outlive_lines_and_differ_where_findings_are_alike() -> None:
    one = Finding("column-missing", "error", "public.A.b", "Missing.", position=Position("a.prisma", 3))
    moved = replace(one, position=Position("a.prisma", 9))
    alike = issues(Report("drift", REPORT.project, (one, moved)))
    assert alike[0]["fingerprint"] != alike[1]["fingerprint"]
    later = issues(Report("drift", REPORT.project, (moved,)))
    assert later[0]["fingerprint"] == alike[0]["fingerprint"]
    assert later[0]["location"]["lines"]["begin"] == 9


def test_no_check_at_all_is_the_worst() -> None:
    [one] = issues(failed(DriftError("No.", id="project-no-schema")))
    assert one["severity"] == "blocker"
    assert one["location"] == {"path": ".", "lines": {"begin": 1}}


def test_hostile_names_stay_text() -> None:
    bad = Finding(
        "x", "error", "a\x1b[2J", "##[error]b\n::error::c", position=Position("./d\u202e.prisma", 0)
    )
    text = render([Report("drift", REPORT.project, (bad,))])
    assert "\x1b" not in text and "\u202e" not in text and "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
