"""Our text against the engine's, over the material beside the project."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import Version
from prisma_drift.plan.plan import build_plan
from prisma_drift.plan.script import script
from prisma_drift.plan.summary import summary
from prisma_drift.psl.load import SchemaFile, load, read_files

SHARED = Path(__file__).parents[2] / "../shared"
VERSIONS = "6.19.0", "7.9.0"
EMPTY = Schema(default_schema="")

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the shared material is not beside the project"),
]


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((SHARED / "conformance" / name).read_text())
    return found


def lowered(text: str, version: Version) -> Schema:
    """A schema of the material: its datasource has or has no url, as the engine of that version was given it."""
    if not re.search(r"(?m)^\s*datasource\b", text):
        text = 'datasource db {\n  provider = "postgresql"\n}\n' + text
    if version >= Version(7):
        text = re.sub(r"(?m)^\s*(url|directUrl|shadowDatabaseUrl)\s*=.*\n", "", text)
    elif "url" not in text:
        text = text.replace('provider = "postgresql"', 'provider = "postgresql"\n  url = "u"', 1)
    return load((SchemaFile("schema.prisma", text),), version=version).schema


def sql(actual: Schema, expected: Schema, version: Version) -> str:
    rules = Rules(version=version)
    return script(build_plan(diff(actual, expected, rules), actual, expected, rules))


@pytest.mark.parametrize("number", VERSIONS)
def test_pairs_of_schemas(number: str) -> None:
    version = Version.parse(number)
    assert version is not None
    done = 0
    for case in cases("schema_pairs.json"):
        wanted = case["expected"].get(number, {})
        if "script" not in wanted:
            continue
        before, after = lowered(case["from"], version), lowered(case["to"], version)
        assert sql(before, after, version) == wanted["script"], case["id"]
        assert sql(EMPTY, before, version) == wanted["create_from_script"], case["id"]
        found = diff(before, after, Rules(version=version))
        assert summary(found, before, after) == wanted["summary"], case["id"]
        done += 1
    assert done > 100


@pytest.mark.parametrize("number", VERSIONS)
def test_what_prisma_warns_of_is_a_hazard(number: str) -> None:
    """Drops, and columns that need a value: Prisma's text and our hazard of the same object, one for one."""
    version = Version.parse(number)
    assert version is not None
    dropped = required = 0
    for case in cases("schema_pairs.json"):
        before, after = lowered(case["from"], version), lowered(case["to"], version)
        rules = Rules(version=version)
        plan = build_plan(diff(before, after, rules), before, after, rules)
        texts = (*plan.warnings, *plan.unexecutable)
        drops = [
            text
            for text in texts
            if re.match("You are about to drop|.* would be dropped and recreated", text)
        ]
        needs = [text for text in texts if re.match("Added the required|The required column", text)]
        anew = [text for text in texts if text.startswith("Changed the type of")]
        lost = [h for h in plan.hazards if h.id == "data-loss" and h.severity == "error"]
        open_ = [h for h in plan.hazards if h.id == "column-required"]
        # What is made anew without a value both loses what it had and needs something: Prisma says the second.
        assert len(drops) <= len(lost) <= len(drops) + len(needs) + len(anew), (case["id"], texts, lost)
        assert len(open_) == len(needs) + len(anew), (case["id"], texts, open_)
        dropped += len(drops)
        required += len(needs)
    assert dropped > 20
    assert required > 10


NOT_A_URL = (
    "nice_error_in_case_of_numeric_type_in_env_var",
    "nice_error_in_case_of_array_type_in_env_var",
)
"""The engine was given another datasource than the case has."""


@pytest.mark.parametrize("number", VERSIONS)
def test_schemas_from_nothing(number: str) -> None:
    version = Version.parse(number)
    assert version is not None
    done = 0
    for case in cases("from_empty.json"):
        wanted = case["expected"].get(number, {}).get("script")
        if wanted is None or (version < Version(7) and case["id"].endswith(NOT_A_URL)):
            continue
        assert sql(EMPTY, lowered(case["schema"], version), version) == wanted, case["id"]
        done += 1
    assert done > 100


def upstream() -> list[Path]:
    return sorted((SHARED / "conformance/single_migration_tests").rglob("*.prisma"))


@pytest.mark.parametrize("file", upstream(), ids=lambda p: p.stem)
def test_upstream_cases(file: Path) -> None:
    schema, _, comment = file.read_text().partition("// Expected Migration:\n")
    wanted = "".join(f"{line[3:]}\n" for line in comment.rstrip("\n").splitlines())
    version = Version(6, 19)
    found = load((SchemaFile("schema.prisma", schema),), version=version).schema
    assert sql(EMPTY, found, version).rstrip("\n") == wanted.rstrip("\n")


@pytest.mark.parametrize(
    "project", sorted((SHARED / "corpus").glob("*/expected")), ids=lambda p: p.parent.name
)
def test_real_projects_from_nothing(project: Path) -> None:
    version = Version(7, 10)
    folder = project.parent / "prisma"
    places = [folder / "schema.prisma", folder / "schema", folder]
    schema = load(read_files(next(p for p in places if p.exists())), version=version).schema
    assert sql(EMPTY, schema, version) == (project / "empty.sql").read_text()
