"""The commands of Docker that the program prints, typed as they stand."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from prisma_drift import cli
from prisma_drift.postgres.server.container import IMAGE

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.containers, pytest.mark.slow]


def test_the_help_of_action(image: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cli.main(["action", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    command = "docker run" + said.partition("docker run")[2]
    assert command.endswith("IMAGE check")
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples/alignment-plan", project)
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("IMAGE", image)], cwd=project, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "23 differences" in done.stdout


def test_the_hints_of_the_container_shadow() -> None:
    """`docker info`, and the image by itself: it starts where the hint is not needed."""
    if (
        shutil.which("docker") is None
        or _status("docker info")
        or _status(f"docker image inspect {IMAGE.format(major=17)}")
    ):
        pytest.skip("there is no Docker engine, or no image of Postgres")
    command = f"docker run --rm -e POSTGRES_PASSWORD=x {IMAGE.format(major=17)}"
    # As it is printed it runs until it is stopped: that it accepts connections is what is to be seen.
    words = shlex.split(command)
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        try:
            assert any("ready to accept connections" in line for line in running.stderr)
        finally:
            running.terminate()
            running.stderr.read()


def _status(command: str) -> int:
    return subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False).returncode
