"""A migration is named so that it comes last, and is written as a whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prisma_drift.errors import DriftError
from prisma_drift.migrations.naming import next_name, slug
from prisma_drift.migrations.writing import write_migration

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("newest", "name"),
    [
        ("", "20260304050607_align"),
        ("20240101000000_init", "20260304050607_align"),
        ("20260304050607_zzz", "20260304050608_align"),
        ("20991231235959_far", "21000101000000_align"),
        ("20261399000000_no_time", "20261399000001_align"),
        ("0007_init", "20260304050607_align"),
        ("99_init", "99_init_100_align"),
        ("init", "init_20260304050607_align"),
    ],
)
def test_the_next_name_sorts_last(newest: str, name: str) -> None:
    assert next_name(newest, "align", NOW) == name
    assert name.encode() > newest.encode()


def test_words_become_names_as_prisma_writes_them() -> None:
    assert slug("Add Users & Tags!") == "add_users_tags"
    assert slug("übung/../x") == "bung_x"
    assert slug("***") == "align"
    assert len(slug("x" * 300)) == 80


def test_it_writes_the_folder_and_the_lock_file(tmp_path: Path) -> None:
    file = write_migration(tmp_path / "migrations", "1_a", "SELECT 1;\n")
    assert file.read_bytes() == b"SELECT 1;\n"
    assert 'provider = "postgresql"' in (tmp_path / "migrations/migration_lock.toml").read_text()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["migrations"]


def test_a_name_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    first = write_migration(tmp_path, "1_a", "SELECT 1;\n")
    with pytest.raises(DriftError) as caught:
        write_migration(tmp_path, "1_a", "SELECT 2;\n")
    assert caught.value.id == "migration-exists"
    assert first.read_text() == "SELECT 1;\n"


def test_a_folder_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "migrations").write_text("a file")
    with pytest.raises(DriftError) as caught:
        write_migration(tmp_path / "migrations", "1_a", "SELECT 1;\n")
    assert caught.value.id == "output-unwritable"
    assert "migrations" in caught.value.message


def test_killed_at_any_moment_it_leaves_nothing_or_a_whole_migration(tmp_path: Path) -> None:
    text = "SELECT 1;\n" * 20_000
    script = (
        "import sys; from pathlib import Path; from prisma_drift.migrations.writing import write_migration\n"
        "print('go', flush=True)\n"
        "write_migration(Path(sys.argv[1]), '1_a', 'SELECT 1;\\n' * 20_000, workshop=Path(sys.argv[2]))\n"
    )
    whole = 0
    for number in range(30):
        folder, workshop = tmp_path / f"{number}/migrations", tmp_path / f"{number}/.git"
        workshop.mkdir(parents=True)
        child = subprocess.Popen(
            [sys.executable, "-c", script, folder, workshop], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(number / 30 * 0.004)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        found = sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []
        assert found in ([], ["1_a"], ["1_a", "migration_lock.toml"]), found
        if "1_a" in found:
            whole += 1
            assert (folder / "1_a/migration.sql").read_text() == text
        assert sorted(entry.name for entry in folder.parent.iterdir()) in ([".git"], [".git", "migrations"])
    assert whole < 30, "no kill came before the end"
