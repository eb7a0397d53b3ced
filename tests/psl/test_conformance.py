"""Prisma's own answers: what it refuses, on which line, and what it accepts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.errors import SchemaError
from prisma_drift.model.version import Version
from prisma_drift.psl.load import SchemaFile, load, read_files

SHARED = Path(__file__).parents[2] / "../shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the shared material is not here"),
]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_URL = re.compile(r"\s*(url|directUrl|shadowDatabaseUrl)\s*=")

STOPS_EARLIER = {
    "psl_rust_inline/base/basic.rs::type_aliases_must_error",
    "psl_rust_inline/attributes/relations/referential_actions.rs::on_update_actions",
}
"""The migration engine stops after lines it cannot read; `prisma validate` goes on, and so does this."""


def errors_of(text: str, version: Version) -> list[tuple[int, str]]:
    try:
        load(
            [SchemaFile("s", text)], version=version, strict_url=True, strict_preview=True, strict_views=True
        )
    except SchemaError as error:
        return [(d.position.line if d.position else 0, d.message) for d in error.diagnostics]
    return []


def expected_errors(text: str) -> list[tuple[int, str]]:
    out = []
    for part in re.split(r"(?m)^error: ", _COLOUR.sub("", text))[1:]:
        found = re.match(r"(.*?)\n  -->  \S+:(\d+)", part, re.S)
        assert found
        out.append((int(found[2]), found[1]))
    return out


def without_urls(text: str) -> str:
    """The datasource as Prisma 7 wants it, which is how these cases were run."""
    out, inside = [], False
    for line in text.split("\n"):
        inside = (inside or line.lstrip().startswith("datasource")) and not line.strip().startswith("}")
        if not (inside and _URL.match(line)):
            out.append(line)
    return "\n".join(out)


def from_empty() -> list[Any]:
    path = SHARED / "conformance/from_empty.json"
    cases: list[Any] = json.loads(path.read_text()) if path.exists() else []
    return [case for case in cases if "7.9.0" in case["expected"]]


def validation_files() -> list[Path]:
    return sorted((SHARED / "conformance/psl_validation").rglob("*.prisma"))


@pytest.mark.parametrize("case", from_empty(), ids=lambda case: str(case["id"]))
def test_from_empty(case: dict[str, Any]) -> None:
    wanted = expected_errors(case["expected"]["7.9.0"].get("error") or "")
    found = errors_of(without_urls(case["schema"]), Version(7, 9))
    assert found[: len(wanted)] == wanted if case["id"] in STOPS_EARLIER else found == wanted


@pytest.mark.parametrize("path", validation_files(), ids=lambda path: str(path.stem))
def test_psl_validation(path: Path) -> None:
    text = path.read_text()
    comments = re.search(r"(?m)^// \x1b\[1;91merror", text)
    wanted = re.sub(r"(?m)^// ?", "", text[comments.start() :]) if comments else ""
    assert errors_of(text, Version(6, 19)) == expected_errors(wanted)


@pytest.mark.parametrize(
    "project", sorted((SHARED / "corpus").glob("*/prisma")), ids=lambda path: str(path.parent.name)
)
@pytest.mark.parametrize("version", [Version(5, 22), Version(6, 19), Version(7, 10)], ids=str)
def test_real_projects_are_valid_whatever_the_version(project: Path, version: Version) -> None:
    single = project / "schema.prisma"
    document = load(read_files(single if single.exists() else project), version=version)
    assert document.schema.tables
