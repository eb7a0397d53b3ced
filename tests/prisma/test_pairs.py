"""From one schema to another: our SQL and summary, held against what Prisma's engine answered."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from prisma_drift.diff.changes import Diff
from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.plan.plan import Plan, build_plan
from prisma_drift.plan.script import script
from prisma_drift.plan.summary import summary
from prisma_drift.psl.load import SchemaFile, load

HERE = Path(__file__).parent
GOLDENS = json.loads((HERE / "goldens/pairs.json").read_text(encoding="utf-8"))["cases"]
DECISIONS = HERE.parents[1] / "docs/decisions"


def sides(case: dict[str, str]) -> tuple[Schema, Schema]:
    def lower(text: str) -> Schema:
        return load([SchemaFile("schema.prisma", text)], version=LATEST).schema

    return lower(case["from"]), lower(case["to"])


def planned(actual: Schema, expected: Schema, rules: Rules) -> tuple[Diff, Plan]:
    found = diff(actual, expected, rules)
    return found, build_plan(found, actual, expected, rules, strategy="plain")


@pytest.mark.parametrize("case", GOLDENS, ids=lambda c: c["id"])
def test_faithful_text_and_summary_are_prismas(case: dict[str, str]) -> None:
    actual, expected = sides(case)
    found, plan = planned(actual, expected, Rules(version=LATEST, faithful=True))
    assert script(plan) == case["script"]
    assert summary(found, actual, expected) == case["summary"]


@pytest.mark.parametrize("case", GOLDENS, ids=lambda c: c["id"])
def test_any_other_text_has_a_named_rule(case: dict[str, str]) -> None:
    actual, expected = sides(case)
    _, plan = planned(actual, expected, Rules(version=LATEST))
    if script(plan) != case["script"]:
        assert plan.rules_applied
        for rule, _ in plan.rules_applied:
            assert list(DECISIONS.glob(f"*-{rule}.md")), f"no page for rule {rule}"


@pytest.mark.slow
def test_fresh_random_pairs_agree_with_the_engine() -> None:
    from agree import main as agree
    from engine import why_missing

    if missing := why_missing():
        pytest.skip(missing)
    pairs = os.environ.get("PRISMA_DRIFT_PAIRS", "400")
    assert agree(["--pairs", pairs, "--seed", os.environ.get("PRISMA_DRIFT_SEED", "suite")]) == 0
