"""The table of hostile inputs against the image: many jobs in one container, each held to the same promises.

PRISMA_DRIFT_HOSTILE=PREFIX tries those alone whose name begins so; PRISMA_DRIFT_HOSTILE_TABLE=FILE gets the figures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.hostile.inputs import SECRET  # noqa: E402
from tests.hostile.repositories import TABLE_OF_INPUTS, Hostile, project  # noqa: E402
from tests.hostile.test_lines import commands_of  # noqa: E402

pytestmark = [pytest.mark.containers, pytest.mark.slow]

MOST = 300 << 10
"""KiB of resident memory of the action's own process."""
BOUND = 30
"""Seconds of PRISMA_DRIFT_TIMEOUT in these jobs."""
LATE = 120
"""Seconds more that a busy machine may take to end a run at its bound."""
PARALLEL = 3
DRIVER = Path(__file__).with_name("hostile_driver.py")
VERDICTS = {0: "in-step", 2: "drift", 1: "error"}


@pytest.fixture(scope="module")
def jobs(
    image: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, Any]:
    """What came of each chosen input, by its name; `files` is the folder of each."""
    top = tmp_path_factory.mktemp("hostile")
    tried = {
        str(item.callspec.id)
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.function is test_what_is_written_by_an_attacker
    }
    start = os.environ.get("PRISMA_DRIFT_HOSTILE", "")
    chosen = [one for one in TABLE_OF_INPUTS if one.name in tried and one.name.startswith(start)]
    for one in chosen:
        one.lay(project(top / one.name / "repository"))
    command = [
        "docker",
        "run",
        "--rm",
        "--network",
        "none",
        "-v",
        f"{top}:{top}",
        "-v",
        f"{DRIVER}:/driver.py",
    ]
    command += ["--entrypoint", "/opt/prisma-drift/bin/python", image, "/driver.py"]
    done = subprocess.run(
        [*command, str(top), str(PARALLEL), str(BOUND)],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert done.returncode == 0 and lines, done.stderr[-2000:]
    found: dict[str, Any] = {line["name"]: line for line in lines[:-1]}
    for one in found.values():
        one["files"] = top / one["name"]
    if table := os.environ.get("PRISMA_DRIFT_HOSTILE_TABLE"):
        rows = [{key: value for key, value in line.items() if key != "files"} for line in lines]
        Path(table).write_text(json.dumps(rows, indent=1))
    return {**found, "": lines[-1]}


@pytest.mark.sampled(16)
@pytest.mark.parametrize("one", TABLE_OF_INPUTS, ids=lambda one: one.name)
def test_what_is_written_by_an_attacker(jobs: dict[str, Any], one: Hostile) -> None:
    if one.name not in jobs:
        pytest.skip("not among the chosen ones")
    done = jobs[one.name]
    files: Path = done["files"]
    log, output, summary = (
        (files / name).read_text("utf-8", "replace") for name in ("log", "output", "summary")
    )
    assert VERDICTS[done["code"]] in one.verdicts, log[-2000:]
    assert "Please report this" not in log and "Traceback" not in log and "more memory than" not in log
    assert "verdict<<" in output and f"\n{VERDICTS[done['code']]}\n" in output
    assert SECRET not in log + output + summary
    assert not (files / "mark").exists()
    assert (files / "env").read_bytes() == (files / "path").read_bytes() == b""
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands_of(log))
    assert done["peak"] < MOST, f"{done['peak'] >> 10} MiB"
    assert done["seconds"] < BOUND + LATE


def test_nothing_is_left_of_any_of_them(jobs: dict[str, Any]) -> None:
    assert jobs[""] == {"left": [], "running": []}
