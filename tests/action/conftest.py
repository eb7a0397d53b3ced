"""A job of GitHub Actions around the action: workspace, event, files, and the API's stand-in."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.action.main import run
from prisma_drift.github.artifact import unpack
from prisma_drift.model.report import Report
from prisma_drift.model.values import replace
from prisma_drift.project import Config

_spec = importlib.util.spec_from_file_location(
    "github_test_fixtures", Path(__file__).parents[1] / "github" / "conftest.py"
)
assert _spec is not None and _spec.loader is not None
_fixtures = importlib.util.module_from_spec(_spec)
sys.modules["github_test_fixtures"] = _fixtures
_spec.loader.exec_module(_fixtures)
descriptions, github, enterprise = _fixtures.descriptions, _fixtures.github, _fixtures.enterprise

DRIFT = unpack((Path(__file__).parents[1] / "report" / "alignment.json").read_bytes())[0].report
HEAD, BASE = "a" * 40, "b" * 40


@dataclass
class Job:
    """One job: set it up, run it, look at what it left."""

    folder: Path
    api: Any
    report: Report = DRIFT
    capture: Any = None
    env: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    checked: list[str] = field(default_factory=list)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def project(self, path: str = ".") -> None:
        prisma = self.workspace / path / "prisma"
        (prisma / "migrations" / "20240101000000_init").mkdir(parents=True)
        (prisma / "schema.prisma").write_text(
            'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n'
        )
        (prisma / "migrations" / "migration_lock.toml").write_text('provider = "postgresql"\n')
        (prisma / "migrations" / "20240101000000_init" / "migration.sql").write_text("SELECT 1;\n")

    def event(self, name: str, payload: Any) -> None:
        file = self.folder / "event.json"
        file.write_text(json.dumps(payload), encoding="utf-8")
        self.env |= {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(file)}

    def pull_request(self, number: int = 7, owner: str = "acme", sha: str = HEAD) -> None:
        self.event(
            "pull_request",
            {
                "pull_request": {
                    "number": number,
                    "head": {"sha": sha, "ref": "feature", "repo": {"full_name": f"{owner}/flow"}},
                    "base": {"sha": BASE},
                }
            },
        )
        if number not in self.api.pulls:
            self.api.add_pull(number, sha, "feature", owner)
        self.api.files.setdefault(number, ["prisma/schema.prisma"])

    def run(self, **inputs: str) -> int:
        self.output.write_text("")
        self.summary_file.write_text("")
        given = {
            "token": "ghs_workflow",
            **self.inputs,
            **{k.replace("_", "-"): v for k, v in inputs.items()},
        }
        env = {
            "GITHUB_REPOSITORY": "acme/flow",
            "GITHUB_SHA": "c" * 40,
            "GITHUB_RUN_ID": "42",
            "GITHUB_API_URL": self.api.url,
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary_file),
            "PRISMA_DRIFT_API_TIMEOUT": "1",
            "PRISMA_DRIFT_API_PATIENCE": "0",
            **self.env,
            **{f"INPUT_{name.upper()}": value for name, value in given.items()},
        }
        code = run(env, check_one=self._check)
        self.log = self.capture.readouterr().out
        return code

    def _check(self, config: Config) -> Report:
        self.checked.append(config.shown(config.schema))
        project = replace(self.report.project, schema=config.shown(config.schema), name=config.name)
        return replace(self.report, project=project)

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def summary_file(self) -> Path:
        return self.folder / "summary"

    @property
    def summary(self) -> str:
        return self.summary_file.read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        found: dict[str, str] = {}
        rows = iter(self.output.read_text(encoding="utf-8").split("\n"))
        for row in rows:
            if row:
                name, word = row.split("<<", 1)
                found[name] = "\n".join(iter(lambda: next(rows), word))
        return found

    def file(self, name: str) -> str:
        return (self.workspace / ".prisma-drift" / name).read_text(encoding="utf-8")


@pytest.fixture
def new_job(tmp_path: Path, github: Any, capsys: Any) -> Callable[..., Job]:
    def make(api: Any = None) -> Job:
        job = Job(tmp_path, api or github, capture=capsys)
        job.workspace.mkdir()
        (job.workspace / ".git").mkdir()
        (job.workspace / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        return job

    return make


@pytest.fixture
def job(new_job: Callable[..., Job]) -> Iterator[Job]:
    job = new_job()
    job.project()
    yield job
