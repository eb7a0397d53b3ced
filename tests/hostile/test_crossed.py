"""Models that all point to one another: the work grows with the relations, counted in calls and not in seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.plan.plan import build_plan
from prisma_drift.psl.load import SchemaFile, load

from .test_verdicts import HEAD

FEW, MANY = 12, 36
"""Models: 132 and 1,260 relations."""


def crossed(models: int, rule: str = "NoAction") -> SchemaFile:
    lines: list[list[str]] = [["  id Int @id"] for _ in range(models)]
    for one in range(models):
        for other in range(models):
            if one != other:
                name = f'"r{one}_{other}"'
                actions = f"onDelete: {rule}, onUpdate: {rule}"
                lines[one].append(
                    f"  r{other} M{other}? @relation({name}, fields: [f{other}], references: [id], {actions})"
                )
                lines[one].append(f"  f{other} Int?")
                lines[other].append(f"  b{one} M{one}[] @relation({name})")
    blocks = [f"model M{number} {{\n" + "\n".join(own) + "\n}\n" for number, own in enumerate(lines)]
    return SchemaFile("schema.prisma", HEAD + "".join(blocks))


def calls(work: Callable[[], object]) -> int:
    """How many functions `work` calls, of Python's own too: the same on every machine."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def schema(models: int, rule: str = "NoAction") -> Schema:
    return load([crossed(models, rule)], version=LATEST).schema


def planned(actual: Schema, expected: Schema) -> None:
    rules = Rules(LATEST)
    build_plan(diff(actual, expected, rules), actual, expected, rules)


def grows_with_relations(work: Callable[[int], Callable[[], object]]) -> None:
    few, many = calls(work(FEW)) / (FEW * (FEW - 1)), calls(work(MANY)) / (MANY * (MANY - 1))
    # What is done once and for each model weighs less and less; what is done for each pair would weigh ten times as much.
    assert many < few * 1.6, f"{few:.0f} calls a relation with {FEW} models, {many:.0f} with {MANY}"


@pytest.mark.parametrize("rule", ["NoAction", "Cascade", "SetNull"])
def test_a_schema_is_read_and_checked(rule: str) -> None:
    grows_with_relations(lambda models: lambda: schema(models, rule))


def test_tables_are_planned() -> None:
    def work(models: int) -> Callable[[], object]:
        expected = schema(models)
        return lambda: planned(Schema(), expected)

    grows_with_relations(work)


def test_keys_of_both_sides_are_paired() -> None:
    def work(models: int) -> Callable[[], object]:
        actual, expected = schema(models), schema(models, "Cascade")
        return lambda: diff(actual, expected, Rules(LATEST))

    grows_with_relations(work)
