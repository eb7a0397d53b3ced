"""The figures of docs/decisions/README.md are those of the suites, and every database ends without a difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from count_rules import DECISIONS, MATERIAL, Database, Tally, documented, material, own_databases, tried
from laboratory import laboratory

SUITES = [
    pytest.param("databases", own_databases, id="databases"),
    pytest.param(
        "material",
        material,
        id="material",
        marks=[
            pytest.mark.shared,
            pytest.mark.slow,
            pytest.mark.skipif(not MATERIAL.exists(), reason="the shared material is not beside the project"),
        ],
    ),
]


@pytest.mark.parametrize(("suite", "cases"), SUITES)
def test_figures(suite: str, cases: Callable[[], Iterable[Database]]) -> None:
    tally = Tally()
    with laboratory() as lab:
        for one in cases():
            tally.add(one.name, tried(lab, one))
    assert tally.wrong == []
    assert tally.cases > 40
    counted = {rule: count for rule, count in tally.rules.items() if rule in documented()}
    assert counted == {rule: int(row[suite]) for rule, row in documented().items() if row[suite] != "0"}


def test_every_rule_has_a_row() -> None:
    pages = [page for page in DECISIONS.glob("0[1-9]*.md") if re.search(r"^Rule `", page.read_text(), re.M)]
    assert {page.stem.partition("-")[2] for page in pages} == set(documented())
    assert all(int(cell) >= 0 for row in documented().values() for cell in row.values())


def test_what_is_not_prismas_and_goes_by_no_rule_is_told() -> None:
    one = Database("x", "CREATE TABLE t (id INTEGER PRIMARY KEY);", HEAD, "-- Something else\n")
    with laboratory() as lab:
        assert tried(lab, one).kind == "unexplained"


HEAD = 'datasource db {\n  provider = "postgresql"\n}\nmodel t {\n  id Int @id\n  b Int?\n}\n'
