"""Runs migrations on a shadow database as Prisma does, and says in words why one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import DriftError
from .database import Database


@dataclass(frozen=True, slots=True)
class MigrationText:
    """One migration file."""

    name: str
    """Folder name of the migration."""
    file: str
    """Path for messages."""
    sql: str


@dataclass(frozen=True, slots=True)
class Applied:
    """Migrations that were applied."""

    count: int
    """Migrations that ran; those without a statement count too."""
    database: Database


class ApplyError(DriftError):
    """A migration that does not apply."""

    id = "migration-failed"

    def __init__(self, migration: str, message: str, *, sqlstate: str = "") -> None:
        super().__init__(message)
        self.migration = migration
        self.sqlstate = sqlstate


def apply(
    database: Database,
    migrations: Sequence[MigrationText],
    *,
    default_schema: str = "public",
    init_sql: str = "",
    progress: Callable[[int, int, str], None] | None = None,
) -> Applied:
    """Runs `init_sql` and every migration, in the given order, each whole as one message of the simple protocol."""
    from psycopg.pq import ExecStatus

    with database.connect(default_schema=default_schema) as connection:
        quoted = '"' + default_schema.replace('"', '""') + '"'
        if default_schema != "public":
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted}".encode())
        run = connection.pgconn.exec_
        for number, migration in enumerate(migrations, 1):
            if progress:
                progress(number, len(migrations), migration.name)
            result = run(migration.sql.encode())
            if result.status == ExecStatus.FATAL_ERROR:
                raise ApplyError(migration.name, (result.error_message or b"").decode())
    return Applied(len(migrations), database)
