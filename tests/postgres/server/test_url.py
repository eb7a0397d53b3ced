"""The shadow on a server given by URL: our own databases alone, gone at the end."""

from __future__ import annotations

import signal
from types import FrameType

import psycopg
import pytest

from prisma_drift.bounds import RunTimeoutError
from prisma_drift.errors import ServerError
from prisma_drift.postgres.server import url as module
from prisma_drift.postgres.server.database import Database
from prisma_drift.postgres.server.server import ShadowSettings, server
from prisma_drift.postgres.server.url import NAME_PREFIX, read_url


def names(database: Database) -> set[object]:
    with database.connect() as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}


def test_makes_its_own_databases_and_drops_them(database: Database) -> None:
    before = names(database)
    url = database.url + "&schema=other&connection_limit=1"
    with pytest.raises(KeyError), server(ShadowSettings("url", url=url)) as running:
        first = running.create_database()
        with first.connect() as connection:
            connection.execute("CREATE TABLE t (i int)")
        copy = running.create_database(first)
        with copy.connect(default_schema="public") as connection:
            connection.execute("SELECT i FROM t")
        added = names(database) - before
        assert added == {first.name, copy.name}
        assert all(str(name).startswith(NAME_PREFIX) for name in added)
        running.drop_database(first)
        assert names(database) - before == {copy.name}
        raise KeyError("a mistake of the caller")
    assert names(database) == before


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("kind", [RunTimeoutError, KeyboardInterrupt])
def test_leaves_nothing_behind_where_it_is_stopped_while_the_server_works(
    database: Database, kind: type[BaseException], times: int
) -> None:
    """A copy waits some seconds for those who are connected to what it copies: the run is stopped meanwhile, and its end is too."""
    before, left = names(database), times

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal left
        while frame is not None and frame.f_code.co_filename != module.__file__:
            frame = frame.f_back
        if frame is not None and left:
            left -= 1
            raise kind("stopped")

    old = signal.signal(signal.SIGALRM, stop)
    try:
        with pytest.raises(kind), server(ShadowSettings("url", url=database.url)) as running:
            first = running.create_database()
            with first.connect():
                signal.setitimer(signal.ITIMER_REAL, 0.3, 0.12)
                running.create_database(first)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert names(database) == before


def test_never_drops_a_database_of_others(database: Database) -> None:
    with server(ShadowSettings("url", url=database.url)) as running:
        running.drop_database(Database("template1", {}))
        running.drop_database(database)
    assert database.name in names(database)


def test_a_role_that_may_not_create_databases_is_one_clear_error(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("CREATE ROLE limited NOCREATEDB")
    url = database.url + "&options=-c%20role%3Dlimited"
    with (
        pytest.raises(ServerError, match="does not let its role create") as raised,
        server(ShadowSettings("url", url=url)) as running,
    ):
        running.create_database()
    assert "CREATEDB" in raised.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@127.0.0.1:1/db",
        "postgresql://me:secret@h:notaport/db",
        "postgresql://me:secret@/db?host=/nowhere",
    ],
)
def test_a_server_that_cannot_be_reached_is_one_clear_error_without_the_password(url: str) -> None:
    with (
        pytest.raises(ServerError, match=r"cannot be reached|cannot be read") as raised,
        server(ShadowSettings("url", url=url)),
    ):
        pass
    assert "secret" not in raised.value.message
    assert "\n" not in raised.value.message


def test_reads_prismas_urls() -> None:
    parameters, schema = read_url(
        "postgres://a%40b:p%23@db.example:6543/app?schema=my%20own&sslmode=require&pgbouncer=true"
    )
    assert parameters == {
        "user": "a@b",
        "password": "p#",
        "host": "db.example",
        "port": "6543",
        "dbname": "app",
        "sslmode": "require",
    }
    assert schema == "my own"
    with pytest.raises(ServerError, match="cannot be read"):
        read_url("postgresql://a@b/c?nonsense=1")


def test_the_connection_is_a_plain_one(database: Database) -> None:
    with server(ShadowSettings("url", url=database.url)) as running:
        assert running.version.startswith("18")
        assert running.kind == "url"
        made = running.create_database()
        assert psycopg.conninfo.conninfo_to_dict(made.url)["dbname"] == made.name
