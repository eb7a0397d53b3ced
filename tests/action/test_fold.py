"""The last job of a matrix: many reports, one comment that stays one, one verdict; what is no report is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prisma_drift.github.artifact import Entry, pack, unpack
from prisma_drift.model.report import Report
from prisma_drift.model.values import replace
from prisma_drift.report.markdown import COMMENT_LIMIT, together, utf16
from prisma_drift.report.sections import Context

[_ENTRY] = unpack((Path(__file__).parents[1] / "report" / "alignment.json").read_bytes())
DRIFT = _ENTRY.report


def named(report: Report, schema: str) -> Report:
    return replace(report, project=replace(report.project, schema=schema))


def in_step(schema: str) -> Report:
    return Report("in-step", replace(DRIFT.project, schema=schema))


@pytest.fixture
def folds(job: Any) -> Any:
    job.pull_request()

    def leave(*reports: Report) -> None:
        for number, report in enumerate(reports):
            folder = job.workspace / ".prisma-drift" / f"prisma-drift-{number}"
            folder.mkdir(parents=True, exist_ok=True)
            path = report.project.schema.partition("/")[0]
            (folder / "prisma-drift.json").write_bytes(pack([Entry(path, report)]))

    job.leave = leave
    return job


def test_many_reports_make_one_comment_and_the_worst_verdict(folds: Any) -> None:
    folds.leave(in_step("a/schema.prisma"), named(DRIFT, "b/schema.prisma"), named(DRIFT, "c/schema.prisma"))
    assert folds.run(mode="fold") == 2
    (body,) = folds.api.bodies(7)
    assert "### ✗ 2 of 3 projects need a look" in body
    assert body.index("`b/schema.prisma`") < body.index("`a/schema.prisma`"), "what is wrong comes first"
    assert body.count("disagree: 10 differences") == 2
    assert folds.outputs["verdict"] == "drift" and folds.outputs["drift-count"] == "20"
    assert folds.outputs["comment-url"]
    assert "2 of 3 projects" in folds.summary


def test_the_comment_is_changed_in_place_and_says_when_all_is_well(folds: Any) -> None:
    folds.leave(named(DRIFT, "a/schema.prisma"), in_step("b/schema.prisma"))
    folds.run(mode="fold")
    folds.leave(in_step("a/schema.prisma"), in_step("b/schema.prisma"))
    assert folds.run(mode="fold") == 0
    (body,) = folds.api.bodies(7)
    assert "✓ All 2 projects agree" in body


def test_nothing_is_written_where_all_is_well_from_the_start(folds: Any) -> None:
    folds.leave(in_step("a/schema.prisma"))
    assert folds.run(mode="fold") == 0
    assert folds.api.bodies(7) == []
    assert folds.run(mode="fold", comment="always") == 0
    assert len(folds.api.bodies(7)) == 1


def test_the_jobs_themselves_may_decide(folds: Any) -> None:
    folds.leave(named(DRIFT, "a/schema.prisma"))
    assert folds.run(mode="fold", fail_on="never") == 0
    assert folds.outputs["verdict"] == "drift"


def test_what_is_skipped_is_no_project_of_the_comment(folds: Any) -> None:
    folds.leave(replace(in_step("a/schema.prisma"), verdict="skipped"), named(DRIFT, "b/schema.prisma"))
    folds.run(mode="fold")
    (body,) = folds.api.bodies(7)
    assert "1 of 1 project needs a look" in body and "`a/schema.prisma`" not in body


def test_without_reports_it_is_an_error(folds: Any) -> None:
    assert folds.run(mode="fold") == 1
    assert "Download the artifacts" in folds.log


def test_what_is_no_report_is_refused(folds: Any) -> None:
    folds.leave(in_step("a/schema.prisma"))
    (folds.workspace / ".prisma-drift/prisma-drift-0/prisma-drift.json").write_text(
        '{"format": 1, "projects": 3}'
    )
    assert folds.run(mode="fold") == 1
    assert folds.api.bodies(7) == []


def test_a_link_out_of_the_checkout_is_not_followed(folds: Any, tmp_path: Path) -> None:
    folds.leave(in_step("a/schema.prisma"))
    outside = tmp_path / "outside.json"
    outside.write_bytes(pack([Entry("x", named(DRIFT, "x/schema.prisma"))]))
    report = folds.workspace / ".prisma-drift/prisma-drift-0/prisma-drift.json"
    report.unlink()
    report.symlink_to(outside)
    assert folds.run(mode="fold") == 1


@pytest.mark.parametrize("count", [1, 40, 256, 400])
def test_any_number_of_projects_fits_into_a_comment(count: int) -> None:
    reports = [(named(DRIFT, f"packages/p{number:03}/schema.prisma"), Context()) for number in range(count)]
    text, mark = together(reports, "https://github.com/acme/flow/actions/runs/42")
    assert utf16(text) <= COMMENT_LIMIT - 256
    assert "packages/p000/schema.prisma" in text and len(mark) == 16
    if count > 30:
        assert "are told in" in text


def test_hostile_names_stay_text() -> None:
    bad = "a|b`\n<img src=x> @team\u202e/schema.prisma"
    text, _ = together([(named(DRIFT, bad), Context()), (in_step("ok/schema.prisma"), Context())])
    row = next(line for line in text.split("\n") if line.startswith("| ") and "differences" in line)
    assert row.count("|") - row.count("\\|") == 3 and "\u202e" not in text
