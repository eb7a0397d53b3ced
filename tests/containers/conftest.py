"""The action's image, built once, and a job that runs it as GitHub's runner does."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HEAD, BASE = "a" * 40, "b" * 40
RUNNER = 1001
"""The uid that owns the workspace on GitHub's machines."""

_spec = importlib.util.spec_from_file_location("github_test_fixtures", ROOT / "tests/github/conftest.py")
assert _spec is not None and _spec.loader is not None
_fixtures = importlib.util.module_from_spec(_spec)
sys.modules["github_test_fixtures"] = _fixtures
_spec.loader.exec_module(_fixtures)
descriptions, github, enterprise = _fixtures.descriptions, _fixtures.github, _fixtures.enterprise


def docker(*arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    """The built image's name; skips, and says why, where there is no Docker engine."""
    if not shutil.which("docker") or docker("info").returncode:
        pytest.skip("there is no Docker engine")
    name = f"prisma-drift-test:{os.getpid()}"
    built = docker("build", "--network", "host", "-t", name, str(ROOT), timeout=600)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    yield name
    docker("rmi", "--no-prune", name)


@dataclass
class ContainerJob:
    """One job on a machine of GitHub's."""

    folder: Path
    image: str
    api_url: str = "http://127.0.0.1:9"
    network: str = "host"
    env: dict[str, str] = field(default_factory=dict)
    code: int = -1
    log: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        for name in ("workspace", "home", "workflow", "file_commands"):
            (self.folder / name).mkdir()
        self.event("push", {"before": BASE, "after": HEAD})

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def put(self, project: Path, path: str = ".") -> None:
        """Copy a project into the checkout, with the folder that git would make there."""
        shutil.copytree(project, self.workspace / path, dirs_exist_ok=True)
        (self.workspace / ".git").mkdir(exist_ok=True)
        (self.workspace / ".git" / "HEAD").write_text("ref: refs/heads/main\n")

    def event(self, name: str, payload: Any) -> None:
        (self.folder / "workflow" / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        self.env["GITHUB_EVENT_NAME"] = name

    def pull_request(self, api: Any, owner: str = "acme") -> None:
        head = {"sha": HEAD, "ref": "feature", "repo": {"full_name": f"{owner}/flow"}}
        self.event("pull_request", {"pull_request": {"number": 7, "head": head, "base": {"sha": BASE}}})
        self.api_url = api.url
        if 7 not in api.pulls:
            api.add_pull(7, HEAD, "feature", owner)
        api.files.setdefault(7, ["prisma/schema.prisma"])

    def run(self, **inputs: str) -> int:
        """Run the image with the mounts, variables and user of a container action."""
        commands = self.folder / "file_commands"
        for name in ("output", "summary", "env", "path"):
            (commands / name).write_text("")
        if os.geteuid() == 0:
            for base, folders, files in os.walk(self.folder):
                for entry in (*folders, *files):
                    os.chown(Path(base, entry), RUNNER, RUNNER, follow_symlinks=False)
        env = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "acme/flow",
            "GITHUB_SHA": "c" * 40,
            "GITHUB_RUN_ID": "42",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_API_URL": self.api_url,
            "GITHUB_WORKSPACE": "/github/workspace",
            "GITHUB_EVENT_PATH": "/github/workflow/event.json",
            "GITHUB_OUTPUT": "/github/file_commands/output",
            "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
            "GITHUB_ENV": "/github/file_commands/env",
            "GITHUB_PATH": "/github/file_commands/path",
            "HOME": "/github/home",
            "ACTIONS_RUNTIME_TOKEN": "runtime-s3cr3t",
            "PRISMA_DRIFT_API_TIMEOUT": "1",
            "PRISMA_DRIFT_API_PATIENCE": "0",
            "INPUT_TOKEN": "ghs_workflow",
            **self.env,
            **{f"INPUT_{name.upper().replace('_', '-')}": value for name, value in inputs.items()},
        }
        mounts = {
            "/var/run/docker.sock": "/var/run/docker.sock",
            str(self.folder / "home"): "/github/home",
            str(self.folder / "workflow"): "/github/workflow",
            str(commands): "/github/file_commands",
            str(self.workspace): "/github/workspace",
        }
        command = ["run", "--rm", "--network", self.network, "--workdir", "/github/workspace"]
        for name, value in env.items():
            command += ["-e", f"{name}={value}"]
        for source, target in mounts.items():
            command += ["-v", f"{source}:{target}"]
        started = time.monotonic()
        done = docker(*command, self.image, timeout=180)
        self.seconds = time.monotonic() - started
        self.code, self.log = done.returncode, done.stdout + done.stderr
        return self.code

    def written(self, name: str) -> str:
        return (self.folder / "file_commands" / name).read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        found: dict[str, str] = {}
        rows = iter(self.written("output").split("\n"))
        for row in rows:
            if row:
                name, word = row.split("<<", 1)
                found[name] = "\n".join(iter(lambda: next(rows), word))
        return found


@pytest.fixture
def new_job(tmp_path: Path, image: str) -> Callable[..., ContainerJob]:
    def make(name: str = "job") -> ContainerJob:
        (tmp_path / name).mkdir()
        return ContainerJob(tmp_path / name, image)

    return make


@pytest.fixture
def job(new_job: Callable[..., ContainerJob]) -> ContainerJob:
    """A job on the alignment plan's project."""
    made = new_job()
    made.put(ROOT / "examples/alignment-plan")
    return made
