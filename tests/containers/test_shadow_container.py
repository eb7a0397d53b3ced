"""The shadow in a container: the same behaviour as the embedded one, and no container stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from prisma_drift.errors import ServerError
from prisma_drift.postgres.apply.migrations import ApplyError, MigrationText, apply
from prisma_drift.postgres.server.server import ShadowSettings, server

pytestmark = [pytest.mark.containers, pytest.mark.slow]

PROGRAM = """
import signal, time
# A shell that starts its jobs in the background has them ignore SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
from prisma_drift.postgres.server.server import server, parse_shadow
with server(parse_shadow("container:17")) as shadow:
    print(shadow.create_database().name, flush=True)
    time.sleep(60)
"""


def engine_runs() -> bool:
    try:
        from docker.client import from_env

        return bool(from_env().ping())
    except Exception:
        return False


@pytest.fixture(autouse=True)
def _needs_an_engine() -> None:
    if not engine_runs():
        pytest.skip("no Docker engine")


def own_containers() -> set[str]:
    """Names of the containers of this program; those that another run has beside this test are among them."""
    from docker.client import from_env

    listed = from_env().containers.list(all=True, ignore_removed=True)
    return {c.name for c in listed if c.name.startswith("prisma-drift-")}


def test_applies_and_guards_like_the_embedded_server() -> None:
    before = own_containers()
    with server(ShadowSettings("container", 17)) as running:
        assert running.kind == "container"
        (own,) = own_containers() - before
        assert running.version.startswith("17.")
        database = running.create_database()
        apply(
            database,
            [
                MigrationText(
                    "1",
                    "1.sql",
                    "CREATE EXTENSION vector; CREATE EXTENSION pgcrypto; CREATE EXTENSION moddatetime;",
                ),
                MigrationText(
                    "2",
                    "2.sql",
                    "CREATE TABLE \"Ä\" (v vector(3), h text DEFAULT crypt('a', gen_salt('bf')));",
                ),
            ],
        )
        copy = running.create_database(database)
        with copy.connect() as connection:
            assert connection.execute("SELECT relname FROM pg_class WHERE relname = 'Ä'").fetchone() == ("Ä",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("COPY (SELECT 1) TO PROGRAM 'id'")
        with pytest.raises(ApplyError, match="stand-in"):
            apply(
                copy,
                [MigrationText("1", "1.sql", "CREATE EXTENSION dblink; SELECT dblink_connect('host=db');")],
            )
        running.drop_database(copy)
    assert own not in own_containers()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
def test_nothing_stays_after_a_signal(number: signal.Signals) -> None:
    before = own_containers()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("prisma_drift_shadow")
    (own,) = own_containers() - before
    process.send_signal(number)
    process.communicate(timeout=60)
    deadline = time.monotonic() + 20
    while own in own_containers() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert own not in own_containers()


def test_an_image_that_does_not_exist_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prisma_drift.postgres.server.container.IMAGE", "localhost:1/none/none:pg{major}")
    before = own_containers()
    with pytest.raises(ServerError, match="cannot be started") as raised, server(ShadowSettings("container")):
        pass
    assert "--shadow embedded" in raised.value.hint
    assert own_containers() <= before


def test_no_engine_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(ServerError, match="cannot be started"), server(ShadowSettings("container")):
        pass
