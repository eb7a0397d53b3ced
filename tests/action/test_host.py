"""The Action without Docker: the same inputs and outputs, a program that is what was released, the whole run on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from prisma_drift.action.inputs import ALL, InputError, read_inputs, spread

ROOT = Path(__file__).parents[2]
IMAGE = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOST = yaml.safe_load((ROOT / "host/action.yml").read_text("utf-8"))
posix = pytest.mark.skipif(sys.platform == "win32", reason="the host action is for Linux and macOS")


def test_inputs_and_outputs_are_those_of_the_container() -> None:
    assert list(HOST["inputs"]) == list(IMAGE["inputs"])
    for name, one in HOST["inputs"].items():
        assert one["default"] == IMAGE["inputs"][name]["default"], name
    assert list(HOST["outputs"]) == list(IMAGE["outputs"])
    for name, one in HOST["outputs"].items():
        assert one["value"] == f"${{{{ steps.run.outputs.{name} }}}}"


def test_expressions_reach_no_shell() -> None:
    for step in HOST["runs"]["steps"]:
        assert "${{" not in step["run"]


def test_inputs_come_as_one_variable() -> None:
    given = {"fail-on": "warning", "projects": "a\nb", "token": ""}
    env = spread({ALL: json.dumps(given), "HOME": "/x"})
    assert ALL not in env and env["HOME"] == "/x"
    inputs = read_inputs(env)
    assert inputs.fail_on == "warning" and inputs.projects == ("a", "b")
    for bad in ("[]", "{", '{"a": 1}', '"x"'):
        with pytest.raises(InputError):
            spread({ALL: bad})


class Machine:
    """A runner without Docker: the action's folder, as a release or as a branch has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = folder / "action/host"
        self.host.mkdir(parents=True)
        shutil.copy2(ROOT / "host/fetch.sh", self.host)
        self.releases = folder / "releases"
        self.output = folder / "output"

    def release(self, program: str) -> Path:
        """A release page with an archive for this machine, and release.txt beside the action."""
        system = {"linux": "linux", "darwin": "darwin"}[sys.platform]
        machine = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}[os.uname().machine]
        made = self.folder / "made"
        made.mkdir()
        (made / "prisma-drift").write_text(program)
        (made / "prisma-drift").chmod(0o755)
        archive = self.releases / "v9.9.9" / f"prisma-drift-{system}-{machine}.tar.gz"
        archive.parent.mkdir(parents=True)
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(made, ".")
        checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
        (self.host / "release.txt").write_text(f"v9.9.9 {checksum}  {archive.name}\n")
        return archive

    def fetch(self) -> subprocess.CompletedProcess[str]:
        self.output.write_text("")
        env = os.environ | {
            "RUNNER_TEMP": str(self.folder / "temp"),
            "GITHUB_OUTPUT": str(self.output),
            "PRISMA_DRIFT_RELEASES": f"file://{self.releases}",
        }
        return subprocess.run(
            ["sh", str(self.host / "fetch.sh")], env=env, capture_output=True, text=True, check=False
        )

    @property
    def program(self) -> str:
        return self.output.read_text().strip().removeprefix("program=")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    return Machine(tmp_path)


@posix
def test_a_release_brings_its_program_once(machine: Machine) -> None:
    archive = machine.release("#!/bin/sh\necho released\n")
    done = machine.fetch()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        subprocess.run([machine.program], capture_output=True, text=True, check=True).stdout == "released\n"
    )
    archive.unlink()
    assert machine.fetch().returncode == 0, "what is there is not fetched again"


@posix
def test_another_file_than_the_released_one_is_not_run(machine: Machine) -> None:
    archive = machine.release("#!/bin/sh\necho released\n")
    archive.write_bytes(archive.read_bytes() + b"x")
    done = machine.fetch()
    assert done.returncode == 1 and "is not the file that was released" in done.stdout
    assert machine.program == ""


@posix
def test_what_cannot_be_fetched_is_told(machine: Machine) -> None:
    machine.release("").unlink()
    done = machine.fetch()
    assert done.returncode == 1 and "cannot be fetched" in done.stdout


@posix
def test_a_whole_run_on_this_machine(machine: Machine, job: Any) -> None:
    """The steps of host/action.yml as a runner does them, around the program of this environment."""
    machine.release(f'#!/bin/sh\nexec "{sys.executable}" -m prisma_drift "$@"\n')
    assert machine.fetch().returncode == 0
    shutil.rmtree(job.workspace)
    shutil.copytree(ROOT / "examples/alignment-plan", job.workspace)
    (job.workspace / ".git").mkdir()
    (job.workspace / ".git/HEAD").write_text("ref: refs/heads/main\n")
    job.event("push", {"before": "b" * 40, "after": "a" * 40})
    inputs = {name: str(one["default"]) for name, one in HOST["inputs"].items()}
    inputs |= {"token": "", "fail-on": "drift", "skip-unchanged": "false"}
    output, summary = machine.folder / "outputs", machine.folder / "summary"
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GITHUB_", "INPUT_", "PRISMA_"))
    }
    env = kept | job.env | {
        "PROGRAM": machine.program,
        ALL: json.dumps(inputs),
        "GITHUB_WORKSPACE": str(job.workspace),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_REPOSITORY": "acme/flow",
        "GITHUB_SHA": "a" * 40,
    }  # fmt: skip
    step = HOST["runs"]["steps"][-1]["run"]
    done = subprocess.run(
        ["bash", "-c", step], env=env, cwd=job.workspace, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stdout + done.stderr
    told = output.read_text()
    assert all(f"{name}<<" in told or f"{name}=" in told for name in HOST["outputs"])
    assert "disagree" in summary.read_text()
    assert (job.workspace / ".prisma-drift/report.sarif").exists()
