"""JUnit's XML: what counts as failed is what fails the check, and no text of a repository leaves its attribute."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from prisma_drift.errors import DriftError
from prisma_drift.findings.failure import failed
from prisma_drift.github.artifact import unpack
from prisma_drift.model.report import Finding, Report
from prisma_drift.model.source import Position
from prisma_drift.model.values import replace
from prisma_drift.report.junit import AGREE, render

[_ENTRY] = unpack((Path(__file__).parent / "alignment.json").read_bytes())
REPORT = _ENTRY.report


def parsed(*reports: Report) -> ElementTree.Element:
    """The document, after its counts were held against what it holds."""
    top = ElementTree.fromstring(render(reports))
    for node in (top, *top):
        cases = node.findall(".//testcase")
        assert int(node.attrib["tests"]) == len(cases)
        assert int(node.attrib["failures"]) == len(node.findall(".//failure"))
        assert int(node.attrib["errors"]) == len(node.findall(".//error"))
    assert [suite.tag for suite in top] == ["testsuite"] * len(reports)
    return top


def test_a_drifted_project_fails_by_each_of_its_errors() -> None:
    top = parsed(REPORT)
    errors = [one for one in REPORT.findings if one.severity == "error"]
    assert len(top.findall(".//failure")) >= len(errors) >= 10
    case = top.find(".//testcase[failure]")
    assert case is not None
    assert case.attrib["classname"] == REPORT.project.schema
    assert case.attrib["file"] and int(case.attrib["line"]) > 0


def test_in_step_is_one_case_that_passes_and_warnings_pass_with_their_words() -> None:
    warning = Finding("view-key", "warning", "", "A view has a key.", "Take it out.")
    note = Finding("role-stand-in", "note", "", "A stand-in.")
    top = parsed(Report("in-step", REPORT.project), Report("in-step", REPORT.project, (warning, note)))
    assert [one.attrib["name"] for one in top[0]] == [AGREE]
    assert [one.attrib["name"] for one in top[1]] == [AGREE, "view-key"]
    told = top[1].find(".//system-out")
    assert told is not None and told.text == "A view has a key.\nTake it out."
    assert top.attrib["failures"] == top.attrib["errors"] == "0"


def test_no_check_at_all_is_an_error() -> None:
    top = parsed(failed(DriftError("There is no schema.", id="project-no-schema", hint="Name it.")))
    error = top.find(".//error")
    assert error is not None and error.attrib == {
        "message": "There is no schema.",
        "type": "project-no-schema",
    }


def test_a_verdict_without_findings_is_never_green() -> None:
    assert parsed(Report("drift", REPORT.project)).attrib["failures"] == "1"
    assert parsed(Report("error", REPORT.project)).attrib["errors"] == "1"


def test_hostile_names_stay_text() -> None:
    bad = "</failure>\x00\x1b]<a b=\"'&\n::error::c\n##[error]d\ufffe\ud800"
    report = replace(
        Report("drift", REPORT.project, (Finding("x", "error", bad, bad, bad, position=Position(bad, 1)),)),
        project=replace(REPORT.project, schema=bad),
    )
    text = render([report])
    top = parsed(report)
    failure = top.find(".//failure")
    assert failure is not None and "</failure>" in failure.attrib["message"]
    text.encode()
    assert "##[" not in text and "\x1b" not in text
    assert all(line.lstrip().startswith("<") for line in text.rstrip().split("\n"))
