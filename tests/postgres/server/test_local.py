"""The shadow on programs that are installed on this machine."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from prisma_drift.errors import ServerError
from prisma_drift.postgres.server import local
from prisma_drift.postgres.server.server import ShadowSettings, server


def test_runs_migrations_without_superuser_rights() -> None:
    try:
        installation = local.find_local()
    except ServerError:
        pytest.skip("no Postgres is installed on this machine")
    with server(ShadowSettings("local")) as running:
        assert running.version.split(".")[0] == str(installation.major)
        database = running.create_database()
        with database.connect() as connection:
            connection.execute("CREATE EXTENSION citext; CREATE TABLE t (a citext)")
            assert connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone() == (False,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT pg_read_file('/etc/passwd')")
            with pytest.raises(psycopg.Error):
                connection.execute("CREATE EXTENSION file_fdw")
        copy = running.create_database(database)
        with copy.connect() as connection:
            connection.execute("SELECT a FROM t")


def test_a_link_in_path_leads_to_the_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "pg/bin"
    programs.mkdir(parents=True)
    links = tmp_path / "links"
    links.mkdir()
    for name in ("postgres", "initdb"):
        (programs / name).touch()
        (links / name).symlink_to(programs / name)
    monkeypatch.setenv("PATH", str(links))
    assert local.candidates()[0] == programs


def test_none_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(local, "PLACES", ())
    with pytest.raises(ServerError, match="No programs of a Postgres server") as raised:
        local.find_local()
    assert "--shadow embedded" in raised.value.hint
    with pytest.raises(ServerError, match="Postgres 99"):
        local.find_local(99)
