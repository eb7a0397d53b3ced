"""Real databases that Prisma's engine was asked about: from them to a schema, our SQL is the engine's, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.version import Version
from prisma_drift.pipeline.realise import realise
from prisma_drift.plan.plan import build_plan
from prisma_drift.plan.script import script
from prisma_drift.plan.summary import summary
from prisma_drift.postgres.catalog.introspect import introspect
from prisma_drift.psl.load import SchemaFile, load

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection

CONFORMANCE = Path(__file__).parents[3] / "../shared/conformance"


def cases(name: str) -> list[dict[str, Any]]:
    path = CONFORMANCE / f"{name}.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return found


pytestmark = [
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.skipif(not CONFORMANCE.exists(), reason="the shared material is absent"),
]


def answers(
    connection: Connection, text: str, version: Version, *, datasource: str = "", features: list[str] | None = None,
    external: dict[str, list[str]] | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Script and summary from the database to the schema, as faithful as we can be."""
    preview = f"  previewFeatures = {json.dumps(features)}\n" if features else ""
    head = f'generator client {{\n  provider = "prisma-client-js"\n{preview}}}\n'
    head += f'datasource db {{\n  provider = "postgresql"\n{datasource}}}\n'
    schema = load([SchemaFile("schema.prisma", head + text)], version=version).schema
    actual = introspect(
        connection,
        default_schema="public",
        schemas=schema.schemas,
        partial_indexes=version.partial_indexes and "partialindexes" in schema.preview_features,
        expected_extensions="postgresqlextensions" in schema.preview_features,
    )
    external = external or {}
    rules = Rules(
        version=version,
        faithful=True,
        external_tables=frozenset(external.get("externalTables", ())),
        external_enums=frozenset(external.get("externalEnums", ())),
    )
    expected = realise(schema, actual, connection)
    found = diff(actual, expected, rules)
    return script(build_plan(found, actual, expected, rules, strategy="plain")), summary(
        found, actual, expected
    )


@pytest.mark.parametrize(
    "case", [c for c in cases("db_cases") if c["kind"] == "db"], ids=lambda c: f"{c['id']} {c['name']}"
)
def test_hand_made(case: dict[str, Any], connection: Connection) -> None:
    connection.execute(case["sql"].encode())
    for version, wanted in case["expected"].items():
        if "stdout" in wanted:
            found = answers(
                connection,
                case["schema"],
                Version.parse(version) or Version(0),
                datasource=case["ds"] or "",
                features=case["feats"],
                external=case["filters"],
            )
            assert found[0 if case["script"] else 1].rstrip("\n") == wanted["stdout"].rstrip("\n"), version


@pytest.mark.parametrize("case", cases("db_to_schema"), ids=lambda c: c["id"])
def test_random(case: dict[str, Any], connection: Connection) -> None:
    connection.execute(case["from_sql"].encode())
    for version, wanted in case["expected"].items():
        if not wanted["error"]:
            found = answers(connection, case["to_schema"], Version.parse(version) or Version(0))
            assert found[0].rstrip("\n") == wanted["script"].rstrip("\n"), version
