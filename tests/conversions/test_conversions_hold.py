"""Every native type into every other, scalar and list, on a real Postgres: refused is what was said to be, lost is what was said to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from conversion_trial import ARITIES, ZONES, Trial
from conversion_values import TYPES

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Server

SEED = 20240102
_SAMPLE = (
    "text",
    "timestamp(3)",
    "timestamptz",
    "jsonb",
    "decimal(10,2)",
    "double",
    "integer",
    "enum E",
    "vector(3)",
)


@pytest.fixture(scope="module")
def trial(shadow: Server) -> Iterator[Trial]:
    made = shadow.create_database()
    try:
        with psycopg.connect(made.url, autocommit=True, options="-c timezone=UTC") as connection:
            prepared = Trial(connection, SEED)
            prepared.prepare()
            yield prepared
    finally:
        shadow.drop_database(made)


def tried(trial: Trial, source: str, targets: tuple[str, ...]) -> list[str]:
    trial.wrong.clear()
    (type_,) = [t for t in TYPES if t.name == source]
    for target in TYPES:
        for at, arities in enumerate(ARITIES):
            if target.name in targets:
                trial.run(type_, target, arities, ZONES[at % len(ZONES)])
    return trial.wrong


@pytest.mark.parametrize("source", ["timestamptz", "integer", "enum E", "vector(3)"])
def test_a_sample(trial: Trial, source: str) -> None:
    assert tried(trial, source, _SAMPLE) == []


@pytest.mark.slow
@pytest.mark.parametrize("source", [t.name for t in TYPES])
def test_all_targets(trial: Trial, source: str) -> None:
    assert tried(trial, source, tuple(t.name for t in TYPES)) == []
