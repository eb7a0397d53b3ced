"""The hook's time limits, as processor time beside that of its floors, in alternating runs."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2] / "../shared"
RUNS = 7


@pytest.fixture
def largest(workspace: Any) -> Any:
    """A repository with the largest schema of the corpus, and its 820 migrations."""
    source = SHARED / "corpus/trigger.dev/prisma"
    if not source.is_dir():
        pytest.skip("the shared corpus is not here")
    shutil.copytree(source, workspace.root / "prisma", copy_function=shutil.copyfile)
    for folder, _, _ in os.walk(workspace.root):
        Path(folder).chmod(0o755)
    workspace.commit()
    return workspace


TIMED = pytest.mark.skipif(
    not os.environ.get("PRISMA_DRIFT_TIMING"),
    reason="ratios of milliseconds need a quiet machine: set PRISMA_DRIFT_TIMING=1, or run benchmarks/hook_time.py",
)


def ratio(project: Any, tmp_path: Path, floor: list[list[str]], code: int) -> float:
    script = Path(__file__).parents[2] / "src/scripts/prisma-drift"
    environment = project.environment | {"PYTHONPYCACHEPREFIX": str(tmp_path / "cache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def cpu(commands: list[list[str]]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for command in commands:
            done = subprocess.run(
                command, cwd=project.root, env=environment, capture_output=True, check=False
            )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert "hook" not in commands[0] or done.returncode == code, done.stdout + done.stderr
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    hook = [[sys.executable, str(script), "hook"]]
    cpu(floor)
    cpu(hook)  # compiled and in memory from here on
    pairs = [(cpu(floor), cpu(hook)) for _ in range(RUNS)]
    return min(one for _, one in pairs) / min(one for one, _ in pairs)


@TIMED
@pytest.mark.slow
@pytest.mark.shared
def test_nothing_relevant(largest: Any, tmp_path: Path) -> None:
    largest.write("README.md", "x")
    largest.stage()
    floor = [[sys.executable, "-c", "pass"], ["git", "diff", "--cached", "--quiet"]]
    assert ratio(largest, tmp_path, floor, 0) <= 1.5


@TIMED
@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(("sql", "code"), [("", 2), ("TEXT", 0), ("INTEGER", 2)])
def test_something_to_parse(largest: Any, tmp_path: Path, sql: str, code: int) -> None:
    schema = largest.root / "prisma/schema.prisma"
    text = schema.read_text()
    assert "\nmodel User {\n" in text
    largest.write(
        "prisma/schema.prisma", text.replace("\nmodel User {\n", "\nmodel User {\n  addedHere String?\n")
    )
    if sql:
        largest.migration("99990101000000_x", f'ALTER TABLE "User" ADD COLUMN "addedHere" {sql};')
    largest.stage()
    assert ratio(largest, tmp_path, [[sys.executable, "-c", "import sqlglot"]], code) <= 2.5
