"""Standard streams that the caller closed, or that take nothing more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MODELS = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel User {\n  id Int @id\n}\n'
RUN = f"{sys.executable} -m prisma_drift"
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    """A repository in which a model without a migration is staged."""
    schema = tmp_path / "prisma/schema.prisma"
    schema.parent.mkdir()
    schema.write_text(MODELS)
    first = tmp_path / "prisma/migrations/20240101000000_first/migration.sql"
    first.parent.mkdir(parents=True)
    first.write_text(
        'CREATE TABLE "Old" ("id" INTEGER NOT NULL, CONSTRAINT "Old_pkey" PRIMARY KEY ("id"));\n'
    )
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def told(folder: Path, command: str) -> tuple[int, str]:
    """Exit status, and what comes to a standard error that is open."""
    done = subprocess.run(
        ["sh", "-c", command], check=False, cwd=folder, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&- >/dev/null", "<&- >/dev/null", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("words", "status"),
    [("hook", 2), ("projects", 0), ("check nowhere", 1), ("check nowhere --json", 1), ("help fix", 0)],
)
def test_a_closed_stream_is_no_reason_to_fail(staged: Path, words: str, status: int, closed: str) -> None:
    found, said = told(staged, f"{RUN} {words} {closed}")
    assert found == status, said
    assert "Traceback" not in said
    assert "internal error" not in said


@FULL
@pytest.mark.parametrize(("words", "status"), [("hook", 2), ("projects", 1), ("check nowhere --json", 1)])
def test_output_that_cannot_be_written_is_said_in_one_line(staged: Path, words: str, status: int) -> None:
    found, said = told(staged, f"{RUN} {words} >/dev/full")
    assert found == status
    assert "cannot be written: No space left on device." in said
    assert "Traceback" not in said
    assert "internal error" not in said


def test_a_blocked_commit_stays_blocked_where_nobody_reads_why(staged: Path) -> None:
    found, said = told(staged, f"{{ {RUN} hook; echo $? >&2; }} | true")
    assert (found, said.split()) == (0, ["2"])
