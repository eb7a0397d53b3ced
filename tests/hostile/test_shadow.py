"""The shadow server: what a repository names gets nothing of the user's, and what surrounds us does not lead us elsewhere."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from prisma_drift.errors import DriftError
from prisma_drift.pipeline.check import run
from prisma_drift.project import Flags, load_config
from prisma_drift.project.values import Config

from .repositories import project as repository
from .test_verdicts import TABLE, USER, checked

SECRET = "s3cr3t_word"


class Listener(threading.Thread):
    """A server that asks for a password in plain text and keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.heard = b""
        self.start()

    def run(self) -> None:
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            with line:
                line.settimeout(2)
                try:
                    while data := line.recv(4096):
                        self.heard += data
                        asks_for_ssl = data[4:8] == struct.pack("!I", 80877103)
                        line.sendall(b"N" if asks_for_ssl else b"R\0\0\0\x08\0\0\0\x03")
                except OSError:
                    continue


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.socket.close()


def project(root: Path, url: str) -> None:
    folder = root / "prisma" / "migrations" / "20240101000000_a"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(TABLE)
    (root / "prisma" / "schema.prisma").write_text(
        'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\n' + USER
    )
    (root / "prisma-drift.yml").write_text(f"shadow: {url}\n")


def loaded(root: Path, **environment: str) -> Config:
    return load_config(Flags(path=str(root)), environment)[0]


def test_a_url_of_the_repository_gets_no_password(
    tmp_path: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text(f"*:*:*:*:{SECRET}\n")
    passwords.chmod(0o600)
    for name, value in {
        "PGPASSWORD": SECRET,
        "PGPASSFILE": str(passwords),
        "PGUSER": SECRET,
        "PGAPPNAME": SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    project(tmp_path, f"postgresql://me@127.0.0.1:{listener.port}/x?passfile={passwords}&application_name=z")
    assert run(loaded(tmp_path)).verdict == "error"
    assert b"user\0me\0" in listener.heard and SECRET.encode() not in listener.heard
    assert os.environ["PGPASSWORD"] == SECRET


def test_in_ci_it_is_not_even_asked(tmp_path: Path, listener: Listener) -> None:
    project(tmp_path, f"postgresql://me@127.0.0.1:{listener.port}/x")
    with pytest.raises(DriftError) as raised:
        loaded(tmp_path, CI="true")
    assert raised.value.id == "shadow-from-file" and listener.heard == b""
    assert loaded(tmp_path, CI="true", PRISMA_DRIFT_SHADOW="embedded").shadow == "embedded"


@pytest.mark.parametrize(
    "name, value",
    [
        ("PGSERVICE", "nowhere"),
        ("PGREQUIREAUTH", "gss"),
        ("PGGSSENCMODE", "require"),
        ("PGSSLMODE", "verify-full"),
        ("PGHOSTADDR", "192.0.2.1"),
        ("PGOPTIONS", "-c default_transaction_read_only=on"),
        ("PGTARGETSESSIONATTRS", "standby"),
        ("PGCHANNELBINDING", "require"),
        ("PGCLIENTENCODING", "SQL_ASCII"),
    ],
)  # fmt: skip
def test_our_own_server_is_found_whatever_surrounds_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert checked(tmp_path, TABLE).verdict == "in-step"


SETTINGS = [
    "ALTER ROLE CURRENT_USER SET default_transaction_read_only = on",
    "ALTER ROLE CURRENT_USER SET role = 'pg_monitor'",
    "ALTER ROLE CURRENT_USER SET search_path = pg_catalog",
    "ALTER ROLE CURRENT_USER SET statement_timeout = 1",
    "ALTER ROLE CURRENT_USER SET default_transaction_isolation = serializable",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $$",
    "DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC, CURRENT_USER', current_database()); END $$",
    "DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET row_security = off', current_database()); END $$",
]


@pytest.mark.parametrize("sql", SETTINGS)
def test_the_verdict_does_not_rest_on_settings_that_a_migration_makes(tmp_path: Path, sql: str) -> None:
    report = checked(tmp_path, f"{TABLE}{sql};\n")
    assert report.verdict == "in-step"
    [note] = [one for one in report.findings if one.id == "role-settings"]
    assert note.position is not None and note.position.line == 2


@pytest.mark.parametrize(
    "sql",
    ["CREATE DATABASE prisma_drift_shadow_2", "CREATE DATABASE prisma_drift_shadow_1", "CREATE DATABASE x"],
)
def test_a_database_of_a_migrations_own_is_in_nobodys_way(tmp_path: Path, sql: str) -> None:
    assert checked(tmp_path, f"{sql};", USER + "model B {\n  id Int @id\n}\n").verdict == "drift"


@pytest.mark.skipif(
    os.geteuid() != 0
    or not shutil.which("unshare")
    or subprocess.run(["unshare", "-r", "true"], check=False).returncode != 0,
    reason="needs root and a user namespace",
)
def test_root_of_a_namespace_without_other_users_is_told_so(tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")
    program = "import sys; from prisma_drift.cli import entry; sys.exit(entry())"
    done = subprocess.run(
        ["unshare", "-r", sys.executable, "-c", program, "check", str(root)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1 and "[user-unfit]" in done.stderr
    assert "does not exist in this user namespace" in done.stderr
