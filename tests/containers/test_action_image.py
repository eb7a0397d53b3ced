"""The image itself: small, without tools, complete without a network, and quick."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest

pytestmark = [pytest.mark.containers, pytest.mark.slow]
CHECK = "import sys; from prisma_drift.cli import main; sys.exit(main(sys.argv[1:]))"


def docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


def test_it_is_below_220_megabytes(image: str) -> None:
    assert int(docker("image", "inspect", "-f", "{{.Size}}", image)) < 220_000_000


def test_there_are_no_build_tools_in_it(image: str) -> None:
    tools = "gcc cc ld make pip pip3 strip g++ cpp hatchling"
    script = f"for tool in {tools}; do command -v $tool; done; find /usr/include /build -type f; true"
    said = docker("run", "--rm", "--network", "none", "--entrypoint", "sh", image, "-c", script)
    found = [line for line in said.split("\n") if line and "No such file" not in line]
    assert found == []


def test_it_is_labelled_and_enters_the_action(image: str) -> None:
    config = json.loads(docker("image", "inspect", "-f", "{{json .Config}}", image))
    assert [*config["Entrypoint"], *config["Cmd"]] == ["prisma-drift", "action"]
    labels = {name.removeprefix("org.opencontainers.image."): text for name, text in config["Labels"].items()}
    assert labels["licenses"] == "Apache-2.0"
    assert all(labels[name] for name in ("title", "description", "source", "url", "documentation", "vendor"))
    assert not any("TOKEN" in variable or "proxy" in variable.lower() for variable in config["Env"])


def test_outside_a_job_it_says_what_it_is_for(image: str) -> None:
    said = docker("run", "--rm", "--network", "none", image)
    assert "use `prisma-drift check` elsewhere" in said and "Traceback" not in said


def test_it_needs_no_network(job: Any) -> None:
    job.network = "none"
    assert job.run(token="") == 2
    assert job.outputs["verdict"] == "drift"
    assert '"vector"' in job.outputs["corrective-sql"]


def test_it_costs_at_most_two_seconds_over_the_check_itself(job: Any) -> None:
    inside: list[float] = []
    outside: list[float] = []
    while len(inside) < 2 or (min(inside) - min(outside) >= 2.0 and len(inside) < 5):
        job.run(token="")
        inside.append(job.seconds)
        started = time.monotonic()
        check = [sys.executable, "-c", CHECK, "check", str(job.workspace)]
        done = subprocess.run(check, capture_output=True, timeout=120, check=False, env={**os.environ})
        outside.append(time.monotonic() - started)
        assert done.returncode == job.code == 2
    print(f"container {min(inside):.2f} s, the same check outside {min(outside):.2f} s")
    # On a busy machine both take longer.
    assert min(inside) - min(outside) < 2.0 or min(inside) < 3 * min(outside)
