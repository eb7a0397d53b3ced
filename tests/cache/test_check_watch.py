"""`check --watch`: each save is answered with what is new, and Ctrl-C ends it with nothing left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
MODEL = "model A {\n  id Int @id\n}\n"
SQL = 'CREATE TABLE "A" ("id" INTEGER NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));\n'
SECONDS = 120.0


class Watching:
    """A run that watches, and the lines that it writes."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "prisma_drift", "check", "--watch", "--no-rows"],
            cwd=root,
            env={**os.environ, "PRISMA_DRIFT_CACHE": str(cache)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def line(self, seconds: float = SECONDS) -> str:
        return self._lines.get(timeout=seconds)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project/prisma/migrations/20240101000000_a"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(SQL)
    (folder.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder.parents[1] / "schema.prisma").write_text(HEAD + MODEL)
    return tmp_path / "project"


@pytest.fixture
def watching(root: Path, tmp_path: Path) -> Iterator[Watching]:
    made = Watching(root, tmp_path / "cache")
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.wait()


def test_each_save_is_answered(watching: Watching, root: Path) -> None:
    schema = root / "prisma/schema.prisma"
    assert watching.line().endswith("schema.prisma: in step")
    schema.write_text(HEAD + MODEL.replace("}", "  name String?\n}"))
    assert watching.line().endswith("schema.prisma: 1 difference")
    assert "new: " in (line := watching.line()) and "[column-missing]" in line
    schema.write_text(HEAD + "model A {")
    assert "not to be compared" in watching.line()
    assert "gone: " in watching.line()
    assert "new: " in watching.line()
    schema.write_text(HEAD + MODEL)
    assert watching.line().endswith("in step")
    assert "gone: " in watching.line()
    schema.write_text(HEAD + MODEL)
    with pytest.raises(Empty):
        watching.line(3)
    watching.process.send_signal(signal.SIGINT)
    _, said = watching.process.communicate(timeout=SECONDS)
    assert watching.process.returncode == 0 and "stopped" in said


def test_ctrl_c_while_it_checks(watching: Watching, root: Path) -> None:
    watching.line()
    migration = root / "prisma/migrations/20240101000001_b"
    migration.mkdir()
    (migration / "migration.sql").write_text("SELECT pg_sleep(100);")
    with pytest.raises(Empty):
        watching.line(3)
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(timeout=SECONDS) == 0
