"""The user's command: environment, output, signals, exit status; and nothing that is left, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

SCHEMA = """
datasource db {
  provider          = "postgresql"
  url               = env("APP_DB")
  directUrl         = env("APP_DIRECT")
  shadowDatabaseUrl = env("APP_SHADOW")
}
model Note {
  id   Int    @id @default(autoincrement())
  text String
}
"""
SQL = 'CREATE TABLE "Note" ("id" SERIAL NOT NULL, "text" TEXT NOT NULL, CONSTRAINT "Note_pkey" PRIMARY KEY ("id"));\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "prisma" / "migrations" / "20240101000000_init"
    folder.mkdir(parents=True)
    (tmp_path / "prisma" / "schema.prisma").write_text(SCHEMA)
    (folder / "migration.sql").write_text(SQL)
    return tmp_path


def smoke(project: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "prisma_drift", "smoke", str(project), "--prisma-version", "6.19.0", *words]


def run(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(smoke(project, *words), capture_output=True, text=True, timeout=60, check=False)


def test_the_command_gets_every_variable_and_its_output_and_status_are_its_own(project: Path) -> None:
    done = run(
        project, "--", "sh", "-c", 'echo "$DATABASE_URL|$DIRECT_URL|$APP_DB|$APP_DIRECT|$APP_SHADOW"; exit 7'
    )
    url, direct, app, app_direct, shadow = done.stdout.strip().split("|")
    assert url == direct == app == app_direct
    assert url.startswith("postgresql://postgres:")
    assert "@127.0.0.1:" in url
    assert shadow.rpartition("/")[2] != url.rpartition("/")[2]
    assert done.returncode == 7


def test_the_seed_is_there_and_the_probes_left_nothing(project: Path) -> None:
    seed = project / "seed.sql"
    seed.write_text("INSERT INTO \"Note\" (\"text\") VALUES ('a'), ('b');")
    script = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT * FROM \"Note\"').fetchall())"
    done = run(project, "--seed", str(seed), "--", sys.executable, "-c", script)
    assert done.stdout == "[(1, 'a'), (2, 'b')]\n"
    assert done.returncode == 0


def test_a_seed_that_fails_is_named_with_its_line(project: Path) -> None:
    seed = project / "seed.sql"
    seed.write_text('SELECT 1;\nINSERT INTO "Nothing" VALUES (1);')
    done = run(project, "--seed", str(seed), "--", "true")
    assert done.returncode == 1
    assert "The seed does not apply" in done.stderr
    assert "seed.sql:2" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--"], "There is no command behind `--`."),
        (["--skip", "everything"], "There is no probe `everything`."),
        (["--seed", "none.sql"], "The seed none.sql cannot be read"),
        (["--", "no-such-program-anywhere"], "`no-such-program-anywhere` cannot be run"),
    ],
)
def test_wrong_usage_is_told(project: Path, words: list[str], message: str) -> None:
    done = run(project, *words)
    assert done.returncode == 1
    assert message in done.stderr


def test_only_who_knows_the_password_may_connect(project: Path) -> None:
    script = (
        "import os, psycopg\n"
        "url = os.environ['DATABASE_URL']\n"
        "head, _, tail = url.partition('@')\n"
        "try:\n"
        "    psycopg.connect(head.rpartition(':')[0] + ':wrong@' + tail)\n"
        "except psycopg.OperationalError as error:\n"
        "    print('password authentication failed' in str(error))\n"
    )
    assert run(project, "--", sys.executable, "-c", script).stdout == "True\n"


WAITING = "import os, signal, sys, time\nprint(os.environ['DATABASE_URL'], os.getpid(), flush=True)\n"


@pytest.fixture
def waiting(project: Path) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """A run whose command waits; with its URL and process number."""
    process = subprocess.Popen(
        smoke(project, "--", sys.executable, "-c", WAITING + "time.sleep(100)"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    url, pid = process.stdout.readline().split()
    psycopg.connect(url).close()
    yield process, url, int(pid)
    process.kill()
    process.wait()


def gone(url: str, pid: int) -> bool:
    """Whether server and command are no more; they have a few seconds for it."""
    for _ in range(100):
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if not alive(pid):
                return True
        time.sleep(0.1)
    return False


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not Path("/proc/self").exists()
    return state not in ("Z", "X")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_reach_the_command_and_all_is_torn_down(
    waiting: tuple[subprocess.Popen[str], str, int], number: signal.Signals
) -> None:
    process, url, pid = waiting
    process.send_signal(number)
    assert process.wait(20) in (128 + number, 1)
    assert gone(url, pid)


def test_nothing_is_left_when_it_is_killed(waiting: tuple[subprocess.Popen[str], str, int]) -> None:
    process, url, pid = waiting
    process.kill()
    process.wait()
    assert gone(url, pid)


def test_the_command_may_handle_a_signal_itself(project: Path) -> None:
    script = (
        WAITING
        + "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\nprint('set', flush=True)\ntime.sleep(100)"
    )
    process = subprocess.Popen(
        smoke(project, "--", sys.executable, "-c", script),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    assert process.stdout.readline() == "set\n"
    process.terminate()
    assert process.wait(20) == 5
