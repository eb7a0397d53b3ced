"""The table of hostile inputs against the command line: nothing runs, nothing is read, nothing comes out as more than text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .inputs import ESCAPES, NAMES, ROLE_SETTINGS, SECRET
from .test_lines import commands_of
from .test_verdicts import HEAD, TABLE, USER

pytestmark = pytest.mark.slow


def check(root: Path, sql: str, *flags: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    folder = root / "prisma" / "migrations" / "20240101000000_a"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
        (root / "prisma" / "schema.prisma").write_text(HEAD + USER)
    (folder / "migration.sql").write_text(sql, "utf-8", newline="")
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from prisma_drift.cli import entry; raise SystemExit(entry())",
            "check",
            str(root),
            *flags,
        ],
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize("number", range(len(ESCAPES)))
def test_a_migration_stays_in_its_database(tmp_path: Path, number: int) -> None:
    secret, mark = tmp_path / "secret", tmp_path / "mark"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    sql = ESCAPES[number].format(secret=secret, mark=mark)
    done = check(tmp_path, f"{TABLE}{sql};\n", "--format", "json")
    assert done.returncode in (0, 1, 2)
    report = json.loads(done.stdout)
    assert SECRET.encode() not in done.stdout + done.stderr and not mark.exists()
    assert "internal-error" not in {one["id"] for one in report["findings"]}


@pytest.mark.parametrize("number", range(len(ROLE_SETTINGS)))
def test_no_setting_of_a_role_changes_the_verdict(tmp_path: Path, number: int) -> None:
    done = check(tmp_path, f"CREATE SCHEMA evil;\n{TABLE}{ROLE_SETTINGS[number]};\n", "--format", "json")
    report = json.loads(done.stdout)
    assert report["verdict"] in ("in-step", "error")
    assert {one["id"] for one in report["findings"]} <= {
        "role-settings",
        "privilege-missing",
        "migration-failed",
        "role-missing",
    }
    assert done.returncode == (0 if report["verdict"] == "in-step" else 1)


@pytest.mark.parametrize("number", range(len(NAMES)))
@pytest.mark.parametrize("format", ["text", "github"])
def test_a_name_is_only_a_name(tmp_path: Path, number: int, format: str) -> None:
    name = NAMES[number]
    quoted = name.replace('"', '""')
    done = check(
        tmp_path, f'{TABLE}CREATE TABLE "{quoted}" (id int PRIMARY KEY);\n', "--format", format, CI="true"
    )
    assert done.returncode == 2
    said = commands_of((done.stdout + done.stderr).decode())
    assert (
        all(line.startswith(("::error ", "::warning ", "::notice ")) for line in said)
        if format == "github"
        else not said
    )
    assert not set(b"\x07\x08\x1b\x0b\x0c\x1c\x1d\x1e") & set(done.stdout)
