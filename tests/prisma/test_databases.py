"""From a live database to a schema: our SQL, held against what Prisma's engine answered for the same database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from database_cases import CASES, ENDLESS, Case
from laboratory import Laboratory, compare, laboratory

from prisma_drift.diff.compare import Rules
from prisma_drift.model.version import LATEST
from prisma_drift.psl.load import SchemaFile, load

HERE = Path(__file__).parent
EMPTY = "-- This is an empty migration.\n"
GOLDENS = {
    case["id"]: case["script"]
    for case in json.loads((HERE / "goldens/databases.json").read_text(encoding="utf-8"))["cases"]
}
PAGES = [*HERE.parents[1].glob("docs/findings/*.md"), *HERE.parents[1].glob("docs/decisions/*.md")]


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    with laboratory() as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_verdict_and_steps(case: Case, lab: Laboratory) -> None:
    expected = load([SchemaFile("schema.prisma", case.schema)], version=LATEST).schema
    rules = Rules(version=LATEST)
    prisma = GOLDENS[case.name]
    with lab.database(case.sql) as connection:
        assert compare(connection, expected, Rules(version=LATEST, faithful=True))[1] == prisma
        found, ours, _ = compare(connection, expected, rules)
        if case.ours == "same":
            assert ours == prisma
        elif case.ours == "in-step":
            assert (ours, prisma != EMPTY) == (EMPTY, True)
        elif case.ours == "drift":
            assert (ours != EMPTY, prisma) == (True, EMPTY)
        else:
            assert found.changes
            assert EMPTY not in (ours, prisma)
            assert ours != prisma
        if case.ours != "same":
            assert any(case.rule in page.stem for page in PAGES), f"no page explains {case.rule}"
        if case in ENDLESS:
            assert found.changes == ()
        assert lab.try_on(connection, None, expected, rules).kind == "converged"
