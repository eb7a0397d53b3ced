"""What a hostile migration may try on the private server: each attempt is one that must fail and do no harm."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from prisma_drift.postgres.apply.migrations import ApplyError, MigrationText, apply
from prisma_drift.postgres.server.database import Database, Server
from prisma_drift.postgres.server.extensions import ALLOWED, NEVER_REAL
from prisma_drift.postgres.server.roles import ADMIN
from prisma_drift.postgres.server.server import ShadowSettings, server


def attempt(database: Database, sql: str) -> ApplyError:
    """Runs the SQL as a migration and returns its failure."""
    with pytest.raises(ApplyError) as raised:
        apply(database, [MigrationText("1_hostile", "1_hostile/migration.sql", sql)])
    return raised.value


REFUSED = {
    "run a program": "COPY (SELECT 1) TO PROGRAM 'touch /tmp/harm'",
    "read from a program": "CREATE TABLE t (a text); COPY t FROM PROGRAM 'id'",
    "write a file": "COPY (SELECT 1) TO '/tmp/harm'",
    "read a file by COPY": "CREATE TABLE t (a text); COPY t FROM '/etc/passwd'",
    "read a file": "SELECT pg_read_file('/etc/passwd')",
    "read a binary file": "SELECT pg_read_binary_file('/etc/passwd')",
    "list a folder": "SELECT pg_ls_dir('/')",
    "stat a file": "SELECT pg_stat_file('/etc/passwd')",
    "read an environment": "SELECT pg_read_file('/proc/self/environ')",
    "import a file": "SELECT lo_import('/etc/passwd')",
    "export a file": "SELECT lo_export(lo_from_bytea(0, 'harm'), '/tmp/harm')",
    "change the server": "ALTER SYSTEM SET shared_preload_libraries = 'harm'",
    "load a library": "LOAD '/tmp/harm.so'",
    "preload a library": "SET session_preload_libraries = '/tmp/harm'",
    "look for libraries elsewhere": "SET dynamic_library_path = '/tmp'",
    "look for extensions elsewhere": "SET extension_control_path = '/tmp'",
    "write C": "CREATE FUNCTION harm() RETURNS int LANGUAGE c AS '/tmp/harm.so', 'harm'",
    "write C against libc": "CREATE FUNCTION harm(cstring) RETURNS int LANGUAGE c AS 'libc.so.6', 'system'",
    "write internal": "CREATE FUNCTION harm() RETURNS int LANGUAGE internal AS 'pg_read_file'",
    "use Python": "CREATE EXTENSION plpython3u",
    "use Perl": "CREATE EXTENSION plperlu",
    "make a language": "CREATE LANGUAGE harm HANDLER plpgsql_call_handler",
    "make a superuser": "CREATE ROLE harm SUPERUSER",
    "make a replicator": "CREATE ROLE harm REPLICATION",
    "become a superuser": "ALTER ROLE postgres SUPERUSER",
    "take the administrator's rights": f"GRANT {ADMIN} TO postgres",
    "act as the administrator": f"SET ROLE {ADMIN}",
    "log in as the administrator": f"SET SESSION AUTHORIZATION {ADMIN}",
    "change the administrator": f"ALTER ROLE {ADMIN} PASSWORD 'x'",
    "drop the administrator": f"DROP ROLE {ADMIN}",
    "read password hashes": "SELECT * FROM pg_authid",
    "may read files": "GRANT pg_read_server_files TO postgres",
    "may run programs": "GRANT pg_execute_server_program TO postgres",
    "change the catalog": "UPDATE pg_database SET datname = 'x'",
    "write a role into the catalog": "UPDATE pg_authid SET rolsuper = true",
    "lower the guard of the catalog": "SET allow_system_table_mods = on",
    "make an event trigger": (
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER harm ON ddl_command_end EXECUTE FUNCTION f()"
    ),
    "drop another database": "DROP DATABASE template1",
    "change another database": "ALTER DATABASE template1 SET search_path = harm",
    "read a file as a table": "CREATE EXTENSION file_fdw",
    "write a table space": "CREATE TABLESPACE harm LOCATION '/tmp'",
    "subscribe elsewhere": "CREATE SUBSCRIPTION s CONNECTION 'host=/tmp' PUBLICATION p",
    "reload the server": "SELECT pg_reload_conf()",
    "end the administrator's session": (
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ADMIN}'"
    ),
    "start a program for the archive": "ALTER ROLE postgres SET archive_command = 'touch /tmp/harm'",
    "replace what the catalog has": "CREATE FUNCTION pg_catalog.lower(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
}


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED)
def test_refused(database: Database, sql: str) -> None:
    error = attempt(database, sql)
    assert error.sqlstate in {"42501", "0A000", "55P02", "58P01", "22023", "25001", "42704", "0LP01"}, error
    assert not Path("/tmp/harm").exists()
    with database.connect() as connection:
        assert connection.execute(
            "select rolsuper from pg_roles where rolname = current_user"
        ).fetchone() == (False,)


@pytest.mark.parametrize("user", [ADMIN, "postgres"])
@pytest.mark.parametrize("extension", ["dblink", "postgres_fdw"])
def test_no_connection_to_the_own_socket_or_anywhere(database: Database, extension: str, user: str) -> None:
    socket = database.parameters["host"]
    if extension == "dblink":
        use = (
            f"SELECT public.dblink_exec('host={socket} user={user} dbname=template1 password=x', 'SELECT 1')"
        )
    else:
        use = (
            f"CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{socket}', dbname 'template1');"
            f"CREATE USER MAPPING FOR postgres SERVER s OPTIONS (user '{user}', password 'x');"
            "CREATE FOREIGN TABLE f (a int) SERVER s; SELECT * FROM f"
        )
    error = attempt(database, f"CREATE EXTENSION {extension}; {use}")
    assert error.sqlstate in {"0A000", "55000"}, error


def test_the_administrator_needs_its_password(database: Database) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(**{**database.parameters, "user": ADMIN, "dbname": "template1"})  # type: ignore[arg-type]


def test_other_roles_cannot_log_in(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("CREATE ROLE somebody LOGIN")
    with pytest.raises(psycopg.OperationalError, match="reject"):
        psycopg.connect(**{**database.parameters, "user": "somebody", "dbname": database.name})  # type: ignore[arg-type]


def test_the_server_has_nothing_of_the_callers_environment(shadow: Server, database: Database) -> None:
    root = database.parameters["host"]
    pid = int((Path(root) / "data/postmaster.pid").read_text().split()[0])
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except PermissionError:
        pytest.skip("this container's root may not look into another user's process")
    names = {entry.split(b"=")[0].decode() for entry in environment if entry}
    # the server adds its own folder and its wish for the oom killer; nothing comes from here
    assert names <= {"LC_ALL", "TZ", "PATH", "PGDATA", "PGSYSCONFDIR", "PGLOCALEDIR", "PG_OOM_ADJUST_FILE", "LC_COLLATE",
                     "LC_CTYPE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME"}  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start the server as somebody else")
def test_the_server_is_not_root(database: Database) -> None:
    pid = int((Path(database.parameters["host"]) / "data/postmaster.pid").read_text().split()[0])
    status = Path(f"/proc/{pid}/status").read_text()
    assert "Uid:\t0" not in status
    assert "Groups:\t0" not in status
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_it_listens_on_its_socket_alone(database: Database) -> None:
    with database.connect() as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    assert Path(database.parameters["host"]).stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def bounded() -> Iterator[Server]:
    """A server that gives every migration one second."""
    with server(ShadowSettings(statement_timeout=1.0)) as running:
        yield running


ENDLESS = {
    "a query": "SELECT count(*) FROM generate_series(1, 1e15)",
    "a loop": "DO $$BEGIN LOOP PERFORM 1; END LOOP; END$$",
    "sleep": "SELECT pg_sleep(1000)",
    "the own limit lifted": "SET statement_timeout = 0; SELECT pg_sleep(1000)",
    "deaf to its cancellation": (
        "DO $$BEGIN LOOP BEGIN PERFORM pg_sleep(1000); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END$$"
    ),
    "recursion": "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a FROM r) SELECT count(*) FROM r",
}


@pytest.mark.slow
@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS)
def test_endless_statements_end(bounded: Server, sql: str) -> None:
    begun = time.monotonic()
    error = attempt(bounded.create_database(), f"CREATE TABLE fine (a int);\n{sql}")
    assert error.id == "statement-timeout"
    assert error.position is not None
    assert error.position.line == 2 or "query_canceled" in sql, "the place is lost with the connection alone"
    assert time.monotonic() - begun < 120
    bounded.drop_database(bounded.create_database())


@pytest.mark.slow
def test_disk_space_is_bounded() -> None:
    with server(ShadowSettings(statement_timeout=60.0, disk_limit=200 << 20)) as running:
        begun = time.monotonic()
        database = running.create_database()
        error = attempt(
            database, "CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 100000000)"
        )
        assert error.id == "shadow-lost"
        assert "disk space" in error.message
        assert time.monotonic() - begun < 120


@pytest.mark.slow
def test_memory_is_bounded(database: Database) -> None:
    error = attempt(database, "SELECT array_agg(repeat('x', 200000000)) FROM generate_series(1, 30)")
    assert error.id == "shadow-limit"


def test_connections_are_bounded(database: Database) -> None:
    opened = []
    try:
        with pytest.raises(psycopg.OperationalError, match=r"too many|reserved"):
            for _ in range(40):
                opened.append(database.connect())
    finally:
        for connection in opened:
            connection.close()


def test_search_path_cannot_turn_an_extension_against_the_administrator(database: Database) -> None:
    """Scripts of extensions run as the administrator: no function of the role's may run within them."""
    with database.connect() as connection:
        connection.execute("""
            CREATE TABLE called (who text);
            CREATE FUNCTION note(a anyelement, b anyelement) RETURNS boolean LANGUAGE plpgsql AS
            $$BEGIN INSERT INTO public.called VALUES (current_user); RETURN true; END$$;
            CREATE OPERATOR = (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = note);
            CREATE OPERATOR <> (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = note);
            CREATE FUNCTION format(text, text) RETURNS text LANGUAGE plpgsql AS
            $$BEGIN INSERT INTO public.called VALUES (current_user); RETURN $1; END$$;
            CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE plpgsql AS
            $$BEGIN INSERT INTO public.called VALUES (current_user); RETURN $1; END$$;
            """)
        names = connection.execute("SELECT name FROM pg_available_extensions ORDER BY 1").fetchall()
        for (name,) in names:
            connection.execute(psycopg.sql.SQL("CREATE EXTENSION IF NOT EXISTS {} CASCADE").format(
                psycopg.sql.Identifier(str(name))))  # fmt: skip
        assert connection.execute("SELECT who FROM called").fetchall() == []


def test_every_extension_on_offer_is_allowed(database: Database) -> None:
    with database.connect() as connection:
        offered = {
            name for (name,) in connection.execute("SELECT name FROM pg_available_extensions").fetchall()
        }
    assert offered <= ALLOWED | NEVER_REAL
    assert {"vector", "pg_trgm", "pgcrypto", "uuid-ossp", "citext"} <= offered


def test_allowed_extensions_define_no_door(database: Database) -> None:
    """Nothing that an allowed extension brings runs with the administrator's rights when the role calls it."""
    with database.connect() as connection:
        for (name,) in connection.execute("SELECT name FROM pg_available_extensions ORDER BY 1").fetchall():
            connection.execute(psycopg.sql.SQL("CREATE EXTENSION IF NOT EXISTS {} CASCADE").format(
                psycopg.sql.Identifier(str(name))))  # fmt: skip
        doors = connection.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'"
            " WHERE p.prosecdef AND has_function_privilege(p.oid, 'EXECUTE')"
        ).fetchall()
        assert doors == []
