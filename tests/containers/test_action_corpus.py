"""The built image on real projects: the verdict is the one that Prisma's engine supports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parents[2] / "../shared/corpus"
PROJECTS = (
    "RecipeSage",
    "hoppscotch",
    "prisma-extension-pgvector-dev",
    "saas-starter-kit",
    "spliit",
    "umami",
    "unsend",
)
VERDICTS = {0: "in-step", 1: "error", 2: "drift"}

pytestmark = [pytest.mark.containers, pytest.mark.shared, pytest.mark.slow]


@pytest.mark.parametrize("name", PROJECTS)
def test_a_pull_request_of_a_real_project(new_job: Callable[..., Any], github: Any, name: str) -> None:
    project = CORPUS / name
    if not project.is_dir():
        pytest.skip("the corpus is not beside the project")
    expected = json.loads((project / "expected/verdict.json").read_text(encoding="utf-8"))["ours"]
    job = new_job()
    job.put(project / "prisma", "prisma")
    job.pull_request(github)
    assert job.run(comment="always") == expected, job.log
    assert job.outputs["verdict"] == VERDICTS[expected]
    (body,) = github.bodies(7)
    first = body.split("\n")[1]
    assert {0: "agree", 1: "could not be checked", 2: "disagree"}[expected] in first
    assert len(body) <= 65_536
