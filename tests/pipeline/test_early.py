"""A history runs beside the reading of the schema: whatever ends that, nothing is left, and the same is said."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from prisma_drift.errors import DriftError
from prisma_drift.migrations.history import read_history
from prisma_drift.model.values import replace
from prisma_drift.pipeline import check
from prisma_drift.pipeline.early import Early
from prisma_drift.pipeline.workplace import Workplace
from prisma_drift.project import Config, Flags, load_config

SCHEMA = """\
datasource db {{
  provider = "postgresql"
}}

model Thing {{
  id Int @id
{more}}}
"""
SLOW = 'CREATE TABLE "Thing" ("id" INTEGER NOT NULL, CONSTRAINT "Thing_pkey" PRIMARY KEY ("id"));\nSELECT pg_sleep(30);\n'


def config_of(root: Path, sql: str, more: str = "") -> Config:
    folder = root / "prisma/migrations/20240101000000_first"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(sql)
    (root / "prisma/schema.prisma").write_text(SCHEMA.format(more=more))
    return replace(load_config(Flags(path=str(root)), {})[0], cache=None)


def threads() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if one.is_alive()}


def test_a_schema_error_ends_a_history_that_is_running(tmp_path: Path) -> None:
    before, interval = threads(), sys.getswitchinterval()
    config = config_of(tmp_path, SLOW, "  other Nowhere\n")
    began = time.monotonic()
    report = check.run(config)
    assert report.verdict == "error" and "Nowhere" in report.findings[0].message
    assert time.monotonic() - began < 20
    assert threads() == before and sys.getswitchinterval() == interval


def test_what_ends_the_run_ends_its_server(tmp_path: Path) -> None:
    before = threads()
    config = config_of(tmp_path, SLOW)
    began = time.monotonic()
    assert config.migrations is not None
    history = read_history(config.migrations, config.version, root=config.root)
    with pytest.raises(KeyboardInterrupt), ExitStack() as stack:
        workplace = Workplace(config, stack)
        workplace.begin(history)
        _until_it_sleeps(workplace)
        raise KeyboardInterrupt
    assert time.monotonic() - began < 20
    assert threads() == before


def _until_it_sleeps(workplace: Workplace) -> None:
    """Until the migration runs."""
    database = workplace.create_database()
    with database.connect() as connection:
        for _ in range(1000):
            query = b"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()"
            if connection.execute(query).fetchone() != (0,):
                return
            time.sleep(0.01)
    raise AssertionError("the migration never ran")


def test_an_error_comes_where_the_result_is_asked_for() -> None:
    def fail() -> None:
        raise DriftError("It is so.")

    early: Early[None] = Early(fail)
    with pytest.raises(DriftError, match="It is so"):
        early.result()
    assert Early(lambda: 7).result() == 7
