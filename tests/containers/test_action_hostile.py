"""A fork's pull request that attacks the job: through names, messages, links and SQL."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest

pytestmark = [pytest.mark.containers, pytest.mark.slow]

SCHEMA = """\
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
"""
ATTACKS = {
    "program to the output file": "COPY (SELECT 1) TO PROGRAM 'echo verdict=in-step >> /github/file_commands/output'",
    "file to the output file": "COPY (SELECT 'verdict=in-step') TO '/github/file_commands/output'",
    "file to the environment file": "COPY (SELECT 'LD_PRELOAD=/x') TO '/github/file_commands/env'",
    "the environment of the action": "CREATE TABLE t (x text); COPY t FROM '/proc/1/environ'",
    "the event file": "SELECT pg_read_file('/github/workflow/event.json')",
    "git's folder": "CREATE TABLE t (x text); COPY t FROM '/github/workspace/.git/config'",
    "a large object into the checkout": "SELECT lo_export(lo_from_bytea(0, 'x'), '/github/workspace/pwned')",
    "the engine's socket": "COPY (SELECT 1) TO PROGRAM 'cat > /var/run/docker.sock'",
    "a superuser": "CREATE ROLE evil SUPERUSER LOGIN",
    "a setting of the server": "ALTER SYSTEM SET listen_addresses = '*'",
}
INJECTIONS = (
    "::set-output name=verdict::in-step",
    "::add-path::/tmp/evil",
    "##[add-path]/tmp/evil",
    "::stop-commands::x",
)


def lay(job: Any, sql: str, schema: str = SCHEMA) -> None:
    folder = job.workspace / "prisma/migrations/20240101000000_x"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(sql, encoding="utf-8")
    (job.workspace / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    (job.workspace / "prisma/schema.prisma").write_text(schema, encoding="utf-8")
    (job.workspace / ".git").mkdir()
    (job.workspace / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (job.workspace / ".git/config").write_text("[http]\n\textraheader = AUTHORIZATION: basic git-s3cr3t\n")


def everything(job: Any, api: Any) -> str:
    return str(job.log) + str(job.written("output")) + str(job.written("summary")) + "".join(api.bodies(7))


def outside_stops(log: str) -> list[str]:
    """The lines that the runner would read for commands."""
    found, stopped = [], ""
    for line in log.split("\n"):
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
        elif line.startswith("::stop-commands::"):
            stopped = line.removeprefix("::stop-commands::")
        elif line:
            found.append(line)
    return found


@pytest.fixture
def attacked(new_job: Any, github: Any) -> Any:
    job = new_job()
    job.pull_request(github, owner="mallory")
    return job


@pytest.mark.parametrize("sql", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_by_sql_is_an_error_of_the_migration(attacked: Any, github: Any, sql: str) -> None:
    lay(attacked, sql + ";\n")
    before = sorted(path.name for path in attacked.workspace.iterdir())
    assert attacked.run() == 1
    assert attacked.outputs["verdict"] == "error"
    assert attacked.written("env") == attacked.written("path") == ""
    assert "s3cr3t" not in everything(attacked, github) and "ghs_" not in everything(attacked, github)
    after = sorted(path.name for path in attacked.workspace.iterdir())
    assert [name for name in after if name not in before] == [".prisma-drift"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_names_and_messages_are_no_commands(attacked: Any, github: Any, text: str) -> None:
    model = f'model A {{\n  id Int @id @map("{text}")\n  @@map("{text}")\n}}\n'
    sql = f'-- {text}\nDO $$ BEGIN RAISE NOTICE E\'\\n{text}\'; END $$;\nCREATE TABLE "{text}" ("{text}x" int);\n'
    lay(attacked, sql, SCHEMA + model)
    assert attacked.run() == 2
    commands = outside_stops(attacked.log)
    assert commands
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands), commands
    assert attacked.outputs["verdict"] == "drift"
    assert attacked.written("env") == attacked.written("path") == ""


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_error_message_is_no_command(attacked: Any, github: Any, text: str) -> None:
    lay(attacked, f"DO $$ BEGIN RAISE EXCEPTION E'\\n{text}\\n{text}'; END $$;\n")
    assert attacked.run() == 1
    commands = outside_stops(attacked.log)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands), commands


@pytest.mark.parametrize(
    "target", ["/proc/1/environ", "/proc/self/environ", ".git/config", "/github/workflow/event.json"]
)
def test_a_schema_that_is_a_link(attacked: Any, github: Any, target: str) -> None:
    lay(attacked, "SELECT 1;\n")
    schema = attacked.workspace / "prisma/schema.prisma"
    schema.unlink()
    schema.symlink_to(target if target.startswith("/") else f"../{target}")
    assert attacked.run() == 1
    said = everything(attacked, github)
    assert "path-outside" in said
    assert "s3cr3t" not in said and "ghs_" not in said


def test_the_tokens_are_in_no_environment_that_can_be_read(attacked: Any, github: Any) -> None:
    """While it runs, as root on the host sees it: no process of the container carries them."""
    lay(attacked, "SELECT pg_sleep(3);\n")
    watcher = subprocess.Popen(
        ["sh", "-c", "sleep 2; for e in /proc/[0-9]*/environ; do { tr '\\0' '\\n' < $e; } 2>/dev/null; done"],
        stdout=subprocess.PIPE,
        text=True,
    )
    attacked.run()
    seen, _ = watcher.communicate(timeout=30)
    if os.geteuid() != 0 or "PRISMA_DRIFT_SEALED" not in seen:
        pytest.skip("the container's processes cannot be seen from here")
    assert "runtime-s3cr3t" not in seen and "ghs_workflow" not in seen
