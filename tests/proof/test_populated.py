"""The proof on rows: right plans hold, plans broken on purpose do not, and what is told is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from broken_plans import BROKEN, DRIFTS, Broken, Drift

from prisma_drift.diff.rules import Rules
from prisma_drift.model.report import EmptyProof, PopulatedProof
from prisma_drift.model.values import replace
from prisma_drift.pipeline.compare import Comparison, compare
from prisma_drift.pipeline.populated import prove_on_rows
from prisma_drift.pipeline.prove import mend
from prisma_drift.plan.renames.stage import Hints
from prisma_drift.plan.steps import Statement

if TYPE_CHECKING:
    from prisma_drift.model.schema import Schema
    from prisma_drift.postgres.server.database import Database, Server

RULES = Rules()
STOPS = ("to int", "strict", "unique", "narrow", "orphans", "fewer")
"""Drifts whose plans stop on rows that a check counts."""
LOSES = ("dropped", "whole")
Models = Callable[..., "Schema"]


@contextmanager
def migrated(shadow: Server, drift: Drift) -> Iterator[Database]:
    made = shadow.create_database()
    try:
        with made.connect(default_schema="public") as connection:
            connection.execute(drift.migrations.encode())
        yield made
    finally:
        shadow.drop_database(made)


def planned(database: Database, drift: Drift, models: Models) -> tuple[Comparison, Schema]:
    expected = models(drift.schema)
    with database.connect(default_schema="public") as connection:
        return compare(connection, expected, RULES, hints=Hints(drift.rename)), expected


def proved(
    shadow: Server, database: Database, comparison: Comparison, expected: Schema
) -> tuple[EmptyProof | None, PopulatedProof | None]:
    """As a check does: on rows only where it holds without."""
    comparison, empty, _ = mend(shadow, database, comparison, expected, RULES, "plain")
    if empty is None or not empty.holds:
        return empty, None
    return empty, prove_on_rows(shadow, database, comparison, RULES)


def break_(comparison: Comparison, broken: Broken) -> Comparison:
    """The comparison with a plan that has the mistake."""
    plan = comparison.plan
    assert not broken.old or broken.old in comparison.sql, comparison.sql
    told = {*(one.id for one in plan.hazards), *(one.id for one in plan.checks)}
    assert told.issuperset(broken.silent), told

    def changed(statement: Statement) -> Statement:
        return replace(
            statement,
            sql=statement.sql.replace(broken.old, broken.new) if broken.old else statement.sql,
            hazards=tuple(one for one in statement.hazards if one.id not in broken.silent),
            checks=tuple(one for one in statement.checks if one.id not in broken.silent),
        )

    steps = [replace(step, statements=tuple(map(changed, step.statements))) for step in plan.steps]
    if not broken.old and broken.new:
        steps[-1] = replace(steps[-1], statements=(*steps[-1].statements, Statement(broken.new)))
    return replace(comparison, plan=replace(plan, steps=tuple(steps)))


@pytest.mark.parametrize("name", DRIFTS)
def test_a_right_plan_holds(name: str, shadow: Server, models: Models) -> None:
    drift = DRIFTS[name]
    with migrated(shadow, drift) as database:
        comparison, expected = planned(database, drift, models)
        empty, rows = proved(shadow, database, comparison, expected)
    assert empty is not None
    assert empty.holds, empty.error
    assert rows is not None
    assert rows.error == ""
    assert rows.applied
    assert rows.rows_after == rows.rows_before or name in ("dropped", "links")
    assert rows.values_kept > 0
    assert rows.not_populated == ()
    assert rows.stopped is (name in STOPS)
    assert bool(rows.told) is (name in LOSES)
    assert rows.needless == ()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_does_not(name: str, shadow: Server, models: Models) -> None:
    broken = BROKEN[name]
    with migrated(shadow, broken.drift) as database:
        comparison, expected = planned(database, broken.drift, models)
        empty, rows = proved(shadow, database, break_(comparison, broken), expected)
    assert empty is not None
    if rows is None:
        assert name.endswith("dropped"), f"not even on empty tables: {empty.error}"
        assert not empty.holds
    else:
        assert rows.error, name
        assert not rows.holds


def test_there_are_forty() -> None:
    assert len(BROKEN) >= 40
