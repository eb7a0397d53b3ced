"""The report as JSON: valid by its published schema, sorted, and with the words of the contract."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from prisma_drift.errors import DriftError, SchemaError
from prisma_drift.findings.failure import failed
from prisma_drift.github.artifact import unpack
from prisma_drift.model.hazards import Check, Hazard, Observed, Rename
from prisma_drift.model.report import EmptyProof, Finding, Mend, Proof, Report, SchemaLines
from prisma_drift.model.source import Position
from prisma_drift.model.values import replace
from prisma_drift.report.json import render

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
[_ENTRY] = unpack((Path(__file__).parent / "alignment.json").read_bytes())
REPORT = _ENTRY.report
LINES = SchemaLines("prisma/schema.prisma", 3, "  @@index([a])", 1)
FULL = replace(
    REPORT,
    findings=(
        *REPORT.findings,
        Finding(
            "index-extra", "error", "public.T.i", "Extra.", mends=(Mend("schema", lines=(LINES,), why="so"),)
        ),
    ),
    corrective_sql="",
    rejected_sql="DROP TABLE a;\n",
    proof=Proof(EmptyProof(False, 2, "no", "Do.")),
    hazards=(
        Hazard("nulls", "warning", "public.T.a", "Fails on NULL.", "Count them.", 2),
        Hazard("data-loss", "error", "public.T.b", "Goes.", observed=Observed("AccessExclusiveLock", True)),
    ),
    checks=(Check("nulls", "public.T.a", "fails", "Rows.", 'SELECT count(*) FROM "T" WHERE "a" IS NULL'),),
    renames=(Rename("public.T.b", "public.T.c", False, "alike"),),
)
BROKEN = failed(
    SchemaError(
        (
            DriftError("No.", hint="Do.", position=Position("s.prisma", 3, 4), excerpt="x\n^"),
            DriftError("No!"),
        )
    )
)


def read(*reports: Report) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(render(reports))
    return value


@pytest.mark.parametrize("reports", [(REPORT,), (FULL,), (BROKEN,), (FULL, BROKEN, REPORT)])
def test_valid_by_its_schema(reports: tuple[Report, ...]) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(read(*reports))] == []


def test_the_schema_refuses_what_the_contract_does_not_know() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for path, value in (
        (("version",), 2),
        (("verdict",), "fine"),
        (("findings", 0, "severity"), "bad"),
        (("findings", 0, "line"), 0),
        (("findings", 0, "origin", "action"), "made"),
        (("project", "schema"), "/home/x/schema.prisma"),
        (("schema_lines", 0, "after_line"), -1),
        (("proof", "empty", "residual"), "0"),
        (("hazards", 0, "severity"), "bad"),
        (("hazards", 0, "statement"), -1),
        (("checks", 0, "breaks"), "both"),
        (("renames", 0, "sure"), "no"),
    ):
        document = read(replace(FULL, findings=tuple(one for one in FULL.findings if one.origin)))
        inner: Any = document
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        assert not VALIDATOR.is_valid(document), path
    for key in (
        "verdict",
        "findings",
        "corrective_sql",
        "rejected_sql",
        "hazards",
        "checks",
        "renames",
        "schema_lines",
        "proof",
    ):
        document = read(FULL)
        del document[key]
        assert not VALIDATOR.is_valid(document), key


def test_the_contract_of_version_1() -> None:
    document = read(REPORT)
    assert document["version"] == 1
    assert document["verdict"] == "drift"
    assert document["project"]["migration_count"] == 434
    first = next(one for one in document["findings"] if one["object"] == "public.Workspace.jitterMin")
    assert first["id"] == "column-missing"
    assert (first["file"], first["line"]) == ("prisma/schema.prisma", 18)
    assert first["origin"] == {
        "migration": "20240318101500_cleanup",
        "file": "prisma/migrations/20240318101500_cleanup/migration.sql",
        "line": 14,
        "action": "dropped",
    }
    assert document["unmanaged"][0].keys() >= {"kind", "name", "definition"}
    assert document["schema_lines"][0].keys() >= {"file", "after_line", "text"}
    assert document["proof"]["empty"] == {"applied": True, "residual": 0}


def test_hazards_checks_and_renames() -> None:
    document = read(FULL)
    first, second = document["hazards"]
    assert (first["id"], first["severity"], second["id"], second["statement"]) == (
        "data-loss",
        "error",
        "nulls",
        2,
    )
    assert first["observed"] == {"lock": "AccessExclusiveLock", "rewrites": True, "scans": False, "rows": 0}
    assert "observed" not in second and "migration" not in second
    assert document["checks"][0]["breaks"] == "fails"
    assert document["renames"] == [
        {"from": "public.T.b", "to": "public.T.c", "sure": False, "reason": "alike"}
    ]
    assert (document["corrective_sql"], document["rejected_sql"]) == ("", "DROP TABLE a;\n")
    assert document["proof"]["empty"] == {"applied": False, "residual": 2, "error": "no", "hint": "Do."}


def test_unproved_sql_cannot_be_reported() -> None:
    for proof in (Proof(), Proof(EmptyProof(False, 2, "no")), Proof(EmptyProof(True, 1))):
        with pytest.raises(ValueError, match="proof that holds"):
            replace(REPORT, proof=proof)


def test_findings_are_sorted_by_file_line_object_id() -> None:
    document = read(replace(FULL, findings=FULL.findings[::-1]))
    keys = [(one["file"] or "", one["line"] or 0, one["object"], one["id"]) for one in document["findings"]]
    assert keys == sorted(keys)
    assert document == read(FULL)


def test_several_projects_keep_the_shape_of_one() -> None:
    document = read(REPORT, BROKEN)
    assert document["verdict"] == "error"
    assert [one["verdict"] for one in document["projects"]] == ["drift", "error"]
    assert len(document["findings"]) == sum(len(one["findings"]) for one in document["projects"])
    assert (len(document["hazards"]), document["rejected_sql"]) == (0, "")
    assert len(read(FULL, FULL)["hazards"]) == 2 * len(FULL.hazards)
    assert document["projects"][0]["corrective_sql"] == REPORT.corrective_sql
    assert "projects" not in read(REPORT)


def test_an_error_has_its_place_and_excerpt() -> None:
    second, first = read(BROKEN)["findings"]
    assert first["id"] == second["id"] == "schema-invalid"
    assert (first["file"], first["line"], first["column"], first["excerpt"]) == ("s.prisma", 3, 4, "x\n^")
    assert (second["file"], second["line"], second["message"]) == (None, None, "No!")
    assert "excerpt" not in second


def test_text_that_is_no_unicode_does_not_break_it() -> None:
    odd = replace(REPORT.findings[0], message="caf\udce9")
    render((replace(REPORT, findings=(odd,)),)).encode("utf-8", "replace")


def test_the_documented_example_is_one() -> None:
    example = re.search(r"```json\n(.*?)\n```", (DOCS / "json.md").read_text("utf-8"), re.DOTALL)
    assert example
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(example[1]))] == []
    documented = set(re.findall(r"`(?:findings\[\]\.)?(\w+)`", (DOCS / "json.md").read_text("utf-8")))
    for name in SCHEMA["$defs"]["report"]["required"]:
        assert name in documented | {"proof"}, name
