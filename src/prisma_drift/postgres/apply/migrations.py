"""Runs migrations on a shadow database as Prisma does, and says in words why one fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...errors import DriftError
from ...model.source import Position
from ...model.values import frozen, replace
from ..server.database import Database
from .runner import Failure, run_all

if TYPE_CHECKING:
    from ..server.database import Connection


@frozen
class MigrationText:
    """One migration file."""

    name: str
    """Folder name of the migration."""
    file: str
    """Path for messages."""
    sql: str


@frozen
class Applied:
    """Migrations that were applied."""

    count: int
    """All of them; those without a statement count too."""
    database: Database


class ApplyError(DriftError):
    """A migration that does not apply; `id` names the cause."""

    id = "migration-failed"

    def __init__(
        self,
        message: str,
        *,
        migration: str,
        sqlstate: str = "",
        server_message: str = "",
        server_detail: str = "",
        hint: str = "",
        position: Position | None = None,
        excerpt: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, position=position, excerpt=excerpt, id=id)
        self.migration = migration
        """Folder name; empty where it is the init script."""
        self.sqlstate = sqlstate
        self.server_message = server_message
        """What Postgres said, without position and context."""
        self.server_detail = server_detail
        """Postgres' DETAIL: `view v depends on column a of table t`, perhaps on several lines."""


def apply(
    database: Database,
    migrations: Sequence[MigrationText],
    *,
    default_schema: str = "public",
    init_sql: str = "",
    progress: Callable[[int, int, str], None] | None = None,
) -> Applied:
    """Runs `init_sql`, then every migration in the given order; ApplyError at the first that fails.

    As Prisma's schema engine does it (schema-engine, `sql_schema_from_migrations_and_db`): one connection whose
    search_path is the default schema alone, which is created if missing, and each file whole as one message of the
    simple protocol, hence one transaction unless the file says otherwise. `progress(number from 1, count, name)` is
    called before each file, from another thread.
    """
    files = [MigrationText("", "initShadowDb", init_sql)] if init_sql.strip() else []
    files += [file for file in migrations if file.sql.strip()]
    for file in files:
        _refuse_nul(file)

    def started(number: int) -> None:
        if progress:
            progress(number + 1, len(files), files[number].name)

    with database.connect(default_schema=default_schema) as connection:
        connection.pgconn.notice_handler = None
        quoted = '"' + default_schema.replace('"', '""') + '"'
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted}".encode())
        texts = [file.sql.encode("utf-8", "surrogatepass") for file in files]
        failure = run_all(connection, texts, database.statement_timeout, started)
        if failure and _moves_extension(database, files[failure.number], failure):
            failure = _run_on(database, connection, texts, failure.number, started)
        if failure:
            raise _error(database, connection, files, failure, default_schema)
        _end_transaction(connection)
    return Applied(len(migrations), database)


def _moves_extension(database: Database, file: MigrationText, failure: Failure) -> bool:
    """Whether the file failed since the administrator owns what an extension brought, which is now the role's."""
    if failure.message.sqlstate != "42501" or database.hand_over is None:
        return False
    if not re.search(r"alter\s+extension", file.sql, re.IGNORECASE):
        return False
    database.hand_over(database.name)
    return True


def _run_on(
    database: Database,
    connection: Connection,
    texts: Sequence[bytes],
    first: int,
    started: Callable[[int], None],
) -> Failure | None:
    """Goes on from the text number `first`."""
    connection.execute("ROLLBACK")
    failure = run_all(connection, texts[first:], database.statement_timeout, lambda n: started(first + n))
    return replace(failure, number=first + failure.number) if failure else None


def _end_transaction(connection: Connection) -> None:
    """Keeps what a file did that opens a transaction and never ends it: Prisma reads the schema within it."""
    from psycopg.pq import TransactionStatus

    if connection.info.transaction_status != TransactionStatus.IDLE:
        connection.execute("COMMIT")


def _refuse_nul(file: MigrationText) -> None:
    at = file.sql.find("\0")
    if at >= 0:
        raise ApplyError(
            f"Migration `{file.name}` holds a NUL character, which SQL text cannot.",
            migration=file.name,
            position=Position(file.file, file.sql.count("\n", 0, at) + 1),
            hint="Remove the character; a file that was saved as UTF-16 must be saved as UTF-8.",
            id="nul-character",
        )


def _error(
    database: Database,
    connection: Connection,
    files: Sequence[MigrationText],
    failure: Failure,
    default_schema: str,
) -> ApplyError:
    """The failure with its place and its cause; the connection is used to look around in the database."""
    from .causes import explain
    from .causes.case import Case
    from .locate import locate

    file = files[failure.number]
    place = locate(connection, file.file, file.sql, failure, database.statement_timeout)
    case = Case(
        database=database,
        connection=connection,
        files=files,
        number=failure.number,
        failure=failure,
        statement=place.statement,
        default_schema=default_schema,
    )
    cause = explain(case)
    subject = f"Migration `{file.name}`" if file.name else "The init script of the shadow database"
    message = failure.message.primary
    state = f" ({failure.message.sqlstate})" if failure.message.sqlstate else ""
    return ApplyError(
        f"{subject} does not apply: {message}{state}.{' ' + cause.words if cause.words else ''}",
        migration=file.name,
        sqlstate=failure.message.sqlstate,
        server_message=message,
        server_detail=failure.message.detail,
        hint=cause.hint,
        position=place.position,
        excerpt=place.excerpt,
        id=cause.id,
    )
