"""The shared databases with rows and one drift each, through our own judge; what is not right yet is listed here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench import Bench
from case import Case
from judge import judge

FILE = Path(__file__).parents[3] / "shared/conformance/mend_cases.json"
CASES = [Case.from_json(case) for case in json.loads(FILE.read_text())] if FILE.exists() else []

NOT_YET: frozenset[str] = frozenset()
"""Names of cases that are not right yet. The list only shrinks: a case that comes right fails until it is taken out."""

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASES, reason=f"{FILE} is not on this machine"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.name}")
def test_shared(case: Case, mend_bench: Bench, request: pytest.FixtureRequest) -> None:
    if case.name in NOT_YET:
        request.applymarker(pytest.mark.xfail(strict=True, reason="not mended yet"))
    verdict = judge(case, mend_bench)
    assert verdict.right, f"{verdict.word}: {verdict.why}\n{verdict.sql}\n{verdict.hazards}\n{verdict.checks}"


def test_list_names_cases() -> None:
    assert {case.name for case in CASES} >= NOT_YET
