"""A few random databases of each kind; the whole suite is `python tests/mend/random_suite.py`."""

from __future__ import annotations

import pytest
from bench import Bench
from databases import KINDS, SEVERAL, database
from judge import judge

SEED, EACH = "sample", 2

NOT_YET: frozenset[str] = frozenset()
"""Kinds of which a sampled database is not right yet. The list only shrinks."""


@pytest.mark.sampled(2)
@pytest.mark.parametrize("kind", [*KINDS, SEVERAL])
def test_kind(kind: str, mend_bench: Bench, request: pytest.FixtureRequest) -> None:
    if kind in NOT_YET:
        request.applymarker(pytest.mark.xfail(strict=True, reason="not mended yet"))
    wrong = []
    for number in range(EACH):
        case = database(SEED, number, kind)
        verdict = judge(case, mend_bench)
        if not verdict.right:
            wrong.append(f"{verdict.word} {case.name}: {verdict.why}\n{verdict.sql}")
    assert not wrong, "\n".join(
        [*wrong, f"see python tests/mend/random_suite.py --seed {SEED} --only '{kind}'"]
    )


def test_list_names_kinds() -> None:
    assert {*KINDS, SEVERAL} >= NOT_YET


def test_same_seed_same_database() -> None:
    """Also across kinds: a database is known by its seed and its number."""
    for kind in (*KINDS, SEVERAL):
        assert database(SEED, 1, kind) == database(SEED, 1, kind)
    assert database(SEED, 1) == database(SEED, 1)
