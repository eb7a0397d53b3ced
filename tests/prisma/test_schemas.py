"""From-empty SQL and refusals, held against what Prisma's engine answered."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.errors import SchemaError
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.plan.plan import build_plan
from prisma_drift.plan.script import script
from prisma_drift.psl.load import SchemaFile, load

GOLDENS = json.loads((Path(__file__).parent / "goldens/schemas.json").read_text(encoding="utf-8"))["cases"]


def lower(text: str) -> Schema:
    return load(
        [SchemaFile("schema.prisma", text)],
        version=LATEST,
        strict_url=True,
        strict_preview=True,
        strict_views=True,
    ).schema


@pytest.mark.parametrize("case", [c for c in GOLDENS if "script" in c], ids=lambda c: c["id"])
def test_from_empty_is_prismas_text(case: dict[str, str]) -> None:
    expected, nothing, rules = lower(case["schema"]), Schema(default_schema=""), Rules(version=LATEST)
    assert script(build_plan(diff(nothing, expected, rules), nothing, expected, rules)) == case["script"]


@pytest.mark.parametrize("case", [c for c in GOLDENS if "error" in c], ids=lambda c: c["id"])
def test_refusal_is_prismas(case: dict[str, str]) -> None:
    with pytest.raises(SchemaError) as caught:
        lower(case["schema"])
    first = caught.value.diagnostics[0]
    line = re.search(r"--> +\S+?:(\d+)", case["error"])
    assert line and first.position
    assert (first.position.line, first.message) == (
        int(line[1]),
        case["error"].split("\n")[0].removeprefix("error: "),
    )
