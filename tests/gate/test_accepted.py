"""prisma-drift.accepted.yml in `check`: a project that drifts today can begin to use the tool."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from prisma_drift.cli import main

if TYPE_CHECKING:
    from production import Production

pytestmark = pytest.mark.slow
DRIFT = 'CREATE TABLE "Old" ("id" INTEGER PRIMARY KEY);\n'


def checked(production: Production, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    status = main(["check", str(production.folder), "--shadow", production.shadow_url(), "--format", "json"])
    return status, json.loads(capsys.readouterr().out)


def test_what_is_accepted_is_a_note_and_no_drift(
    production: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    production.add("20240301000000_old", DRIFT)
    assert checked(production, capsys)[0] == 2
    file = production.folder / "prisma-drift.accepted.yml"
    file.write_text(
        "- id: table-extra\n  object: Old\n  reason: Read by the old back office\n  until: 2999-01-01\n"
    )
    status, body = checked(production, capsys)
    assert (status, body["verdict"], body["corrective_sql"]) == (0, "in-step", "")
    (finding,) = body["findings"]
    assert finding["severity"] == "note"
    assert finding["message"].endswith("(accepted until 2999-01-01: Read by the old back office)")
    production.add("20240302000000_older", DRIFT.replace("Old", "Older"))
    status, body = checked(production, capsys)
    assert status == 2
    assert [f["object"] for f in body["findings"] if f["severity"] == "error"] == ["public.Older"]


def test_entries_about_live_databases_are_not_stale_in_a_check(
    production: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    file = production.folder / "prisma-drift.accepted.yml"
    file.write_text("- id: live-extra\n  reason: x\n- id: nulls\n  reason: x\n")
    assert checked(production, capsys) == (0, checked(production, capsys)[1])
    assert checked(production, capsys)[1]["findings"] == []
    file.write_text("- id: column-extra\n  reason: x\n")
    assert [f["id"] for f in checked(production, capsys)[1]["findings"]] == ["acceptance-stale"]


@pytest.mark.parametrize(
    "text",
    [
        "id: x",
        "- x",
        "- id: nulls",
        "- id: Nulls\n  reason: x",
        "- id: nulls\n  reason: x\n  until: soon",
        "- id: nulls\n  why: x",
        "- [",
        "- id: nulls\n  reason: [x]",
    ],
)
def test_mistakes_have_a_line(production: Production, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (production.folder / "prisma-drift.accepted.yml").write_text(text)
    status, body = checked(production, capsys)
    assert (status, body["findings"][0]["id"]) == (1, "settings-invalid")
    assert body["findings"][0]["file"] == "prisma-drift.accepted.yml"
