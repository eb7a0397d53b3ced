"""Findings as JUnit's XML, which most build servers show as test results: a suite for each project, a case for each finding.

Source: the shape that Jenkins, GitLab and Azure Pipelines read (testsuites, testsuite, testcase with failure, error or
system-out). What does not fail the check is a case that passes, with its words in system-out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..findings.hazards import hazard_findings
from ..model.report import Finding, Report
from ..model.workflow import visible
from .fingerprint import place

AGREE = "schema and migrations agree"


def render(reports: Sequence[Report]) -> str:
    """One document for all projects."""
    suites = [list(_cases(report)) for report in reports]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="prisma-drift"{_counts(suites)}>']
    for report, cases in zip(reports, suites, strict=True):
        name = report.project.schema or "prisma-drift"
        lines.append(f'  <testsuite name="{_text(name)}"{_counts([cases])}>')
        lines += [line for _, case in cases for line in case]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


Case = tuple[str, list[str]]
"""(failure | error | empty, its lines)"""


def _cases(report: Report) -> Iterator[Case]:
    """The verdict where it is good or nothing else says it, then what was found; notes are no tests."""
    found = [one for one in (*hazard_findings(report), *report.findings) if one.severity != "note"]
    outcomes = [_outcome(one, report) for one in found]
    if not any(outcomes):
        kind = {"drift": "failure", "error": "error"}.get(report.verdict, "")
        body = [f'      <{kind} message="{report.verdict}"/>'] if kind else []
        yield kind, _case(AGREE, report.project.schema, 0, report, body)
    for one, kind in zip(found, outcomes, strict=True):
        file, line, _ = place(one, report)
        told = _told(one)
        body = (
            [f'      <{kind} message="{_text(one.message)}" type="{_text(one.id)}">{told}</{kind}>']
            if kind
            else [f"      <system-out>{told}</system-out>"]
        )
        yield kind, _case(" ".join((one.id, one.object)).strip(), file, line, report, body)


def _outcome(finding: Finding, report: Report) -> str:
    if finding.severity != "error" or report.verdict == "in-step":
        return ""
    return "error" if report.verdict == "error" else "failure"


def _case(name: str, file: str, line: int, report: Report, body: Sequence[str]) -> list[str]:
    where = f' file="{_text(file)}"' if file else ""
    number = f' line="{line}"' if line else ""
    group = _text(report.project.schema or "prisma-drift")
    head = f'    <testcase name="{_text(name)}" classname="{group}"{where}{number}'
    return [f"{head}>", *body, "    </testcase>"] if body else [f"{head}/>"]


def _told(finding: Finding) -> str:
    sides = f"{finding.actual} → {finding.expected}" if finding.actual or finding.expected else ""
    since = ""
    if finding.origin is not None:
        since = f"{finding.origin.action} by {finding.origin.migration}:{finding.origin.line}"
    return _text("\n".join(fact for fact in (finding.message, sides, since, finding.hint) if fact))


def _counts(suites: Sequence[Sequence[Case]]) -> str:
    kinds = [kind for cases in suites for kind, _ in cases]
    return f' tests="{len(kinds)}" failures="{kinds.count("failure")}" errors="{kinds.count("error")}"'


_NO_XML = re.compile("[\ufffe\uffff]")
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "[": "&#91;"}


def _text(text: str) -> str:
    """For an element or an attribute; on one line, so that no line of ours begins with a word of the repository's."""
    shown = _NO_XML.sub("\ufffd", visible(text))
    return "".join(_SIGNS.get(sign, sign) for sign in shown)
