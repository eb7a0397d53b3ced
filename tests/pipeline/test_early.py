"""A history runs beside the reading of the schema: whatever ends that, nothing is left, and the same is said."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.errors import DriftError
from prisma_drift.findings import evidence
from prisma_drift.migrations.history import read_history
from prisma_drift.model.values import replace
from prisma_drift.pipeline import check, examine
from prisma_drift.pipeline.early import Early, begun
from prisma_drift.pipeline.workplace import Workplace
from prisma_drift.postgres.server.cluster import Cluster
from prisma_drift.project import Config, Flags, load_config

SCHEMA = """\
datasource db {{
  provider = "postgresql"
}}

model Thing {{
  id Int @id
{more}}}
"""
TABLE = 'CREATE TABLE "Thing" ("id" INTEGER NOT NULL, CONSTRAINT "Thing_pkey" PRIMARY KEY ("id"));\n'
SLOW = TABLE + "SELECT pg_sleep(30);\n"


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


def test_the_block_does_not_end_before_its_work() -> None:
    done = []

    def work() -> None:
        time.sleep(0.2)
        done.append(True)

    with pytest.raises(KeyError), begun(work):
        raise KeyError
    assert done


def test_what_is_said_is_found_out_while_the_mend_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work = threading.Event()
    trace, tried = evidence.evidence, examine._on_rows

    def told(*given: Any) -> Any:
        at_work.set()
        return trace(*given)

    def mended(*given: Any) -> Any:
        assert at_work.wait(20), "nothing was looked for before the mend was tried"
        return tried(*given)

    monkeypatch.setattr(evidence, "evidence", told)
    monkeypatch.setattr(examine, "_on_rows", mended)
    report = check.run(config_of(tmp_path, TABLE, "  more Int?\n"))
    assert report.verdict == "drift" and report.corrective_sql
    assert "column-missing" in {one.id for one in report.findings}


def test_a_server_of_our_own_is_not_cleared_of_what_goes_with_it(tmp_path: Path) -> None:
    config = config_of(tmp_path, TABLE)
    assert config.migrations is not None
    history = read_history(config.migrations, config.version, root=config.root)
    with ExitStack() as stack:
        workplace = Workplace(config, stack)
        workplace.begin(history)
        workplace.migrate(history)
        made = [workplace.create_database() for _ in range(6)]
        for database in made[:5]:
            workplace.drop_database(database)
        with made[5].connect() as connection:
            found = connection.execute(b"SELECT datname FROM pg_database").fetchall()
        there = [one in {name for (name,) in found} for one in (database.name for database in made)]
        assert there == [False, False, True, True, True, True]


def test_the_server_ends_beside_what_follows(tmp_path: Path) -> None:
    config = config_of(tmp_path, TABLE)
    assert config.migrations is not None
    history = read_history(config.migrations, config.version, root=config.root)
    with ExitStack() as stack:
        workplace = Workplace(config, stack)
        workplace.begin(history)
        workplace.migrate(history)
        running = workplace._server
        assert isinstance(running, Cluster) and running._root.exists()
        workplace.finish()
        for _ in range(2000):
            if not running._root.exists():
                break
            time.sleep(0.01)
        assert not running._root.exists()
