"""Every command that the program prints is typed in a project where it is printed, and works."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from printed_collect import in_sources, templates_of
from printed_scenarios import NOT_TYPED, SCENARIOS, Run, Scenario
from printed_stage import HERE, SHOP, Stage, home_of, network

from prisma_drift.postgres.server.database import Server

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


_OF_NO_PROJECT = ("pipx ", "uv ")
"""Installations: the same wherever they are typed, and slow."""
_DONE: set[str] = set()


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in template.replace(" {}", "{}").split("{}")]
    return re.compile("(?: ?\\S.*)?".join(parts) + r"(?: > \S+)?")


def printed(said: str) -> list[str]:
    """The commands in an output, as they stand there."""
    found = [command for line in ESCAPES.sub("", said).split("\n") for command in templates_of(line)]
    return list(dict.fromkeys(found))


@pytest.fixture(scope="session")
def node(pytestconfig: pytest.Config) -> Path | None:
    """The folder in which Prisma's command line is installed; None where npm cannot bring it."""
    folder = Path(pytestconfig.cache.mkdir("prisma-cli"))
    if not (folder / "node_modules/.bin/prisma").exists():
        if shutil.which("npm") is None:
            return None
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(HERE / "node" / name, folder / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        if subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False).returncode:
            return None
    return folder


@pytest.fixture(scope="session")
def tools(pytestconfig: pytest.Config) -> Path:
    """The folder of pipx and uv; skips, and says why, where the registry cannot bring them."""
    folder = Path(pytestconfig.cache.mkdir("pipx-and-uv"))
    if not (folder / "bin/uv").exists():
        venv.create(folder, with_pip=True)
        command = [str(folder / "bin/pip"), "install", "-q", "pipx>=1.7", "uv>=0.5"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"pip cannot bring pipx and uv: {done.stderr[-200:]}")
    only = folder / "only"
    only.mkdir(exist_ok=True)
    for name in ("pipx", "uv", "uvx"):
        if not (only / name).exists():
            (only / name).symlink_to(folder / "bin" / name)
    return only


@pytest.fixture(scope="session")
def lefthook(pytestconfig: pytest.Config) -> Path:
    """The folder of lefthook; skips, and says why, where npm cannot bring it."""
    folder = Path(pytestconfig.cache.mkdir("lefthook"))
    if not (folder / "node_modules/.bin/lefthook").exists():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed: lefthook cannot be had")
        command = [
            "npm",
            "install",
            "--prefix",
            str(folder),
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "lefthook@2.2.2",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot bring lefthook: {done.stderr[-200:]}")
    return folder / "node_modules/.bin"


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, published: Path, shadow: Server) -> Stage:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "project").mkdir()
    stage = Stage(folder / "project", home_of(folder / "home", published), shadow, None)
    stage.prepare(SHOP)
    return stage


@pytest.fixture
def stage(
    shop: Stage, tmp_path: Path, shadow: Server, node: Path | None
) -> Iterator[Callable[[Scenario], Stage]]:
    made: list[Stage] = []

    def at(scenario: Scenario) -> Stage:
        if "prisma" in scenario.needs and node is None:
            pytest.skip("npm cannot bring Prisma's command line")
        if "root" in scenario.needs and os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        one = shop.copy(tmp_path / "said")
        one.node = node
        if "prisma" in scenario.needs:
            one.database = shadow.create_database()
        made.append(one)
        return one

    yield at
    for one in made:
        if one.database is not None:
            shadow.drop_database(one.database)


@pytest.mark.slow
@pytest.mark.sampled(6)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_what_is_printed_works(
    scenario: Scenario, stage: Callable[[Scenario], Stage], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    at = stage(scenario)
    for tool in ("tools", "lefthook"):
        if tool in scenario.needs:
            programs = request.getfixturevalue(tool)
            at.programs = (*at.programs, programs)
    at.prepare(scenario.prepare)
    _, said = at.run(scenario.says)
    commands = printed(said)
    left = list(scenario.runs)
    for number, command in enumerate(commands):
        fitting = [run for run in scenario.runs if _pattern(run.template).fullmatch(command)]
        assert fitting, f"nothing says what `{command}` ends with:\n{said}"
        run = max(fitting, key=lambda run: len(run.template.replace("{}", "")))
        left = [other for other in left if other not in fitting]
        there = at.copy(tmp_path / str(number))
        _type(there, run, command.replace(str(at.root), str(there.root)))
    assert not left, f"not printed: {[run.template for run in left]}\n{said}\n{commands}"


def _type(there: Stage, run: Run, command: str) -> None:
    for word, text in run.fill.items():
        command = command.replace(word, text)
    if run.before:
        there.prepare(run.before)
    if command.startswith(_OF_NO_PROJECT):
        if command in _DONE:
            return
        _DONE.add(command)
    code, said = there.run(command, answer=run.answer)
    assert code == run.status, f"{network(said)}$ {command}\n{said}\nends with {code}, not {run.status}"
    if run.then:
        code, after = there.run(run.then)
        assert code == 0, f"{network(said + after)}$ {command}\n{said}\n$ {run.then}\n{after}"
    if there.database is not None:
        there.server.drop_database(there.database)


def test_each_command_has_a_project() -> None:
    """A message that prints a command which no scenario prints and types fails here."""
    known = {run.template for scenario in SCENARIOS for run in scenario.runs} | NOT_TYPED.keys()
    found = in_sources()
    assert {template: places for template, places in found.items() if template not in known} == {}
    assert {template for template in NOT_TYPED if template not in found} == set(), (
        "nothing prints it any more"
    )
