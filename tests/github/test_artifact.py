"""The file that a fork's run leaves is read as if an attacker had written it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prisma_drift.github import artifact
from prisma_drift.github.artifact import ArtifactError, Entry, pack, unpack

FILE = Path(__file__).parents[1] / "report" / "alignment.json"


def document() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_what_was_packed_comes_back() -> None:
    entries = unpack(FILE.read_bytes())
    assert len(entries[0].report.findings) == 11
    assert pack(entries) == FILE.read_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"format": 2, "projects": []}',
        b"[" * 100_000,
        b'{"format": NaN}',
    ],
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(ArtifactError):
        unpack(data)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("verdict", "fine"),
        ("verdict", None),
        ("verdict", True),
        ("findings", "x"),
        ("findings", [{}]),
        ("findings", [{"id": 1}]),
        ("findings", [None]),
        ("corrective_sql", ["x"]),
        ("corrective_sql", "x" * (artifact.LONGEST_TEXT + 1)),
        ("unmanaged", [{"kind": "a", "name": "b", "definition": "c"}] * (artifact.MOST_ITEMS + 1)),
        ("project", None),
        ("surprise", 1),
        ("__class__", "x"),
        ("proof", {"empty": {"applied": 1, "residual": 0}}),
        ("proof", {"empty": {"applied": True, "residual": 10**30}}),
    ],
)
def test_members_that_no_honest_run_writes_are_refused(member: str, value: Any) -> None:
    changed = document()
    changed["projects"][0]["report"][member] = value
    with pytest.raises(ArtifactError):
        unpack(json.dumps(changed).encode())


def test_a_file_that_is_too_large_is_not_parsed() -> None:
    with pytest.raises(ArtifactError, match="larger"):
        unpack(b" " * (artifact.LARGEST + 1))


def test_lone_surrogates_do_not_reach_a_writer() -> None:
    changed = document()
    changed["projects"][0]["report"]["corrective_sql"] = "SELECT '\ud800'"
    entries = unpack(json.dumps(changed).encode())
    entries[0].report.corrective_sql.encode("utf-8")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(json_values, st.sampled_from(["findings", "project", "proof", "diagram", "unmanaged", "schema_lines"]))
def test_nothing_but_a_report_or_a_refusal_comes_out(value: Any, member: str) -> None:
    changed = document()
    changed["projects"][0]["report"][member] = value
    try:
        entries = unpack(json.dumps(changed).encode())
    except ArtifactError:
        return
    assert pack(entries)


def test_what_a_real_run_reports_comes_back() -> None:
    """The example's report has everything that a report can carry: proofs on rows, what was observed, hazards, checks."""
    from prisma_drift.pipeline.check import run
    from prisma_drift.project import Flags, load_config

    (config,) = load_config(Flags(path=str(Path(__file__).parents[2] / "examples/alignment-plan")), {})
    report = run(config)
    assert report.proof is not None
    assert unpack(pack([Entry(".", report)])) == (Entry(".", report),)
