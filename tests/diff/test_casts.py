"""The table of casts, held against what Prisma's engine did with every pair of native types."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from prisma_drift.diff.casts import native_cast
from prisma_drift.diff.changes import Cast
from prisma_drift.model.types import NativeType

MEASURED = json.loads((Path(__file__).parent / "casts_of_prisma.json").read_text())


def native(text: str) -> NativeType:
    name, arguments = re.fullmatch(r"(\w+)(?:\((.*)\))?", text).groups()  # type: ignore[union-attr]
    return NativeType(name, tuple(map(int, arguments.split(","))) if arguments else ())


@pytest.mark.parametrize("before", MEASURED["types"])
def test_outcome_is_the_engines(before: str) -> None:
    special = {t: kind for kind, types in MEASURED["not_cast"].get(before, {}).items() for t in types}
    for after in MEASURED["types"]:
        if after == before:
            continue
        found = native_cast(native(before), native(after))
        kind = "same" if found is None else "never" if found is Cast.NOT_CASTABLE else "cast"
        assert kind == special.get(after, "cast"), f"{before} → {after}"


@pytest.mark.parametrize(
    ("before", "after", "cast"),
    [
        ("Integer", "BigInt", Cast.SAFE),
        ("BigInt", "Integer", Cast.RISKY),
        ("Integer", "VarChar(10)", Cast.RISKY),
        ("Integer", "VarChar(11)", Cast.SAFE),
        ("Decimal(10,2)", "Decimal(12,4)", Cast.SAFE),
        ("Decimal(10,2)", "Decimal(10,1)", Cast.RISKY),
        ("Decimal(2,0)", "SmallInt", Cast.SAFE),
        ("VarChar(20)", "VarChar(10)", Cast.RISKY),
        ("Text", "VarChar(10)", Cast.RISKY),
        ("Text", "Citext", Cast.SAFE),
    ],
)
def test_safe_and_risky_differ_in_what_may_be_lost(before: str, after: str, cast: Cast) -> None:
    assert native_cast(native(before), native(after)) is cast


def test_a_type_is_itself() -> None:
    assert native_cast(NativeType("Timestamp", (3,)), NativeType("Timestamp", (3,))) is None
