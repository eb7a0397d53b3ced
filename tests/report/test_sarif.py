"""SARIF: the shape that the standard asks for, rules with their pages, fingerprints that do not follow lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from prisma_drift.errors import DriftError
from prisma_drift.findings.failure import failed
from prisma_drift.github.artifact import unpack
from prisma_drift.model.report import Report
from prisma_drift.model.source import Position
from prisma_drift.model.values import replace
from prisma_drift.report.sarif import render

[_ENTRY] = unpack((Path(__file__).parent / "alignment.json").read_bytes())
REPORT = _ENTRY.report
TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string"}},
    "additionalProperties": False,
}
PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "additionalProperties": False,
            "properties": {
                "uri": {"type": "string", "pattern": r"^[A-Za-z0-9._~/%!$&'()*+,;=@-]+$"},
                "uriBaseId": {"type": "string"},
            },
        },
        "region": {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn")},
        },
    },
}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": -1},
        "message": TEXT,
        "physicalLocation": PHYSICAL,
        "logicalLocations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"fullyQualifiedName": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
}
# The part of SARIF 2.1.0 (OASIS, sections 3.13 to 3.52) that is written here; closed, so that no key is misspelt.
SHAPE = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": TEXT,
                                "locations": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {**LOCATION, "required": ["physicalLocation"]},
                                },
                                "relatedLocations": {"type": "array", "uniqueItems": True, "items": LOCATION},
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
VALIDATOR = Draft202012Validator(SHAPE)
BROKEN = failed(DriftError("No.", id="schema-invalid", position=Position("a b/s.prisma", 3, 4)))


def read(*reports: Report) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(render(reports))["runs"][0]
    return value


@pytest.mark.parametrize("reports", [(REPORT,), (BROKEN,), (REPORT, BROKEN), (replace(REPORT, findings=()),)])
def test_the_shape(reports: tuple[Report, ...]) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(render(reports)))] == []


def test_every_result_has_its_rule_with_the_page_as_help() -> None:
    run = read(REPORT, BROKEN)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}\n")
        assert rule["fullDescription"]["text"].endswith(".")
    assert len(run["results"]) == len(REPORT.findings) + 1


def test_places() -> None:
    run = read(REPORT, BROKEN)
    results = {
        one["locations"][0].get("logicalLocations", [{"fullyQualifiedName": ""}])[0][
            "fullyQualifiedName"
        ]: one
        for one in run["results"]
    }
    column = results["public.Workspace.jitterMin"]
    assert column["level"] == "error"
    assert column["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "prisma/schema.prisma", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 18, "startColumn": 3},
    }
    assert column["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 14
    assert results[""]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/s.prisma"


def test_what_only_the_migrations_have_stands_where_they_made_it() -> None:
    one = replace(REPORT.findings[0], position=None)
    [result] = read(replace(REPORT, findings=(one,)))["results"]
    assert one.origin
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == one.origin.file
    [result] = read(replace(REPORT, findings=(replace(one, origin=None),)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == REPORT.project.schema


def test_a_fingerprint_names_the_fact_and_not_the_line() -> None:
    def prints(report: Report) -> list[str]:
        return [one["partialFingerprints"]["prismaDrift/v1"] for one in read(report)["results"]]

    moved = tuple(replace(one, position=Position("prisma/schema.prisma", 99)) for one in REPORT.findings)
    assert prints(replace(REPORT, findings=moved)) == prints(REPORT)
    assert len(set(prints(REPORT))) == len(REPORT.findings)
    other = tuple(replace(one, expected="x") for one in REPORT.findings)
    assert set(prints(replace(REPORT, findings=other))).isdisjoint(prints(REPORT))
