"""A run with a cache says what a run without one says, byte for byte, whatever was edited in between.

Sequences of edits are drawn by number. PRISMA_DRIFT_SEQUENCES=0-1000 tries those; by default a few are tried. Most of what is said
without a cache is said on one server, whose databases and roles are dropped in between; every fifth run has its own, and
each that makes what such a drop leaves.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from cache_edits import Project

from prisma_drift.errors import DriftError
from prisma_drift.migrations import glance
from prisma_drift.model.values import replace
from prisma_drift.pipeline import check, examine, workplace
from prisma_drift.pipeline.source import read_project
from prisma_drift.pipeline.workplace import Migrated
from prisma_drift.postgres.server.server import Server, parse_shadow, server
from prisma_drift.project import Config
from prisma_drift.report.json import render

pytestmark = pytest.mark.slow


def _numbers() -> range:
    first, _, last = os.environ.get("PRISMA_DRIFT_SEQUENCES", "0-2").partition("-")
    return range(int(first), int(last))


def said(config: Config) -> str:
    report = check.run(config)
    return f"{render([report])}\n{report}"


@pytest.fixture(scope="module")
def standing_server() -> Iterator[Server]:
    with server(parse_shadow("embedded")) as running:
        yield running


def said_there(config: Config, running: Server) -> str:
    """What a run without a cache says, on a server that is up."""
    try:
        document, history = read_project(config)
        database = running.create_database()
        try:
            config = check.migrate_project(config, history, database)
            report = examine.examine(config, document, history, running, Migrated(lambda: database))
        except DriftError as error:
            report = check.failed_report(config, error, history, running.version)
        finally:
            running.drop_database(database)
    except DriftError as error:
        report = check.failed_report(config, error)
    return f"{render([report])}\n{report}"


@pytest.mark.parametrize("number", _numbers())
def test_warm_is_cold(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, standing_server: Server
) -> None:
    monkeypatch.setattr(workplace, "KEEP_SECONDS", 0.0)
    # What a look at the folder tells is used at once: each run takes longer than a tick of the clock.
    monkeypatch.setattr(glance, "SETTLED_SECONDS", 0.0)
    dice = random.Random(number)
    project = Project(tmp_path / "project", dice)
    cache = tmp_path / "cache"
    done: list[str] = []
    for _ in range(dice.randint(3, 5)):
        config = project.config(cache)
        bare = replace(config, cache=None)
        alone = dice.random() < 0.2 or any("CREATE DATABASE" in sql for _, sql in project.migrations)
        warm = said(config)
        cold = said(bare) if alone else said_there(bare, standing_server)
        if warm != cold and not alone:
            cold = said(bare)
        assert warm == cold, (number, done, project.migrations, project.settings)
        assert said(config) == cold, (number, done, project.migrations, project.settings)
        done.append(project.edit())
