"""Runs migrations on a shadow database as Prisma does, and says in words why one fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...errors import DriftError
from ...migrations.split import split
from ...model.source import Position
from ...model.values import frozen, replace
from ...model.version import LATEST, Version
from ..server.database import Database
from .batches import Batch, again, batches
from .roles import StandIns
from .runner import Failure, run_all
from .session import is_pristine

if TYPE_CHECKING:
    from ..server.database import Connection


_MAKES_DATABASE = re.compile(r"\bcreate\s+database\b", re.IGNORECASE)


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
    stand_ins: tuple[str, ...] = ()
    """Roles that were missing and were made here, sorted."""
    settings: tuple[str, ...] = ()
    """Settings of their own role or database that the migrations made, and that were undone, sorted."""
    opened: tuple[tuple[str, ...], ...] = ()
    """Kinds and names of places where stand-ins were let make things."""
    resumable: bool = False
    """Whether others can be run behind them on another connection as on theirs; False where nobody asked."""


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
    version: Version = LATEST,
    schema_file: str = "prisma/schema.prisma",
    after_init: Callable[[], None] | None = None,
    before: Applied | None = None,
    to_be_resumed: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> Applied:
    """Runs `init_sql`, then every migration in the given order; ApplyError at the first that fails.

    As Prisma's schema engine does it (schema-engine, `sql_schema_from_migrations_and_db`): one connection whose
    search_path is the default schema alone, which is created if missing, and each file as that `version` of Prisma sends
    it (see batches). Roles that the host would have are made where one is missing, on servers of our own.
    `schema_file` stands in commands that hints name. `before`: what is applied already, a resumable beginning of
    `migrations`. `after_init` is called between the script and the first file. `to_be_resumed`: whether to find out if
    others can be run behind all of them, of which none `hides` anything (see session). `progress(number from 1, count,
    name)` is called before each file, from another thread.
    """
    init = [MigrationText("", "initShadowDb", init_sql)] if init_sql.strip() else []
    files = [*init, *(file for file in migrations if file.sql.strip())]
    for file in files:
        _refuse_nul(file)
    done = len(init) + sum(bool(file.sql.strip()) for file in migrations[: before.count]) if before else 0
    with database.connect(default_schema=default_schema) as connection:
        connection.pgconn.notice_handler = None
        quoted = '"' + default_schema.replace('"', '""') + '"'
        if before is None:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted}".encode())
        if database.step_aside and any(_MAKES_DATABASE.search(file.sql) for file in files[done:]):
            # Postgres would wait five seconds for whoever holds the template before it says so.
            database.step_aside()
        run = _Run(database, connection, files, version, default_schema, schema_file, progress)
        if before:
            run.roles.resume(before.stand_ins, before.opened)
        elif init:
            run.go(0, 1)
            _end_transaction(connection)
            if after_init:
                after_init()
        run.go(len(init), len(files), skip=done - len(init) if before else 0)
        pristine = to_be_resumed and is_pristine(connection, default_schema)
    undone = database.settle(database.name) if database.settle else ()
    return Applied(
        len(migrations),
        database,
        tuple(sorted(run.roles.made)),
        undone,
        run.roles.opened,
        resumable=pristine and not undone,
    )


class _Run:
    """Files on their way to one connection."""

    def __init__(
        self,
        database: Database,
        connection: Connection,
        files: Sequence[MigrationText],
        version: Version,
        default_schema: str,
        schema_file: str,
        progress: Callable[[int, int, str], None] | None,
    ) -> None:
        self._database, self._connection, self._files = database, connection, files
        self._version, self._default_schema, self._progress = version, default_schema, progress
        self._schema_file = schema_file
        self._batches: list[Batch] = []
        self._stepped_aside = False
        self.roles = StandIns(database, connection)

    def go(self, start: int, stop: int, skip: int = 0) -> None:
        """Send the files from `start` to before `stop`, but for the first `skip` of them; ApplyError at the first that fails."""
        made = batches([file.sql for file in self._files[start:stop]], self._version, skip)
        self._batches = [replace(batch, file=batch.file + start) for batch in made]
        told: set[int] = set()

        def started(number: int) -> None:
            file = self._batches[number].file
            if self._progress and (number == 0 or file not in told):
                told.add(file)
                self._progress(file + 1, len(self._files), self._files[file].name)

        left: list[int] = []

        def left_open(number: int) -> bool:
            """Whether a file ends with its transaction open; the init script's is ended for it."""
            here = self._batches[number]
            last = number + 1 == len(self._batches) or self._batches[number + 1].file != here.file
            if last and self._files[here.file].name:
                left.append(here.file)
            return bool(left)

        limit = self._database.statement_timeout
        while self._batches:
            texts = [batch.text.encode("utf-8", "surrogatepass") for batch in self._batches]
            failure = run_all(self._connection, texts, limit, started, left_open)
            if left:
                raise _transaction_open(self._files[left[0]])
            if failure is None:
                return
            batch = self._batches[failure.number]
            pieces = again(batch, failure.message.sqlstate, self._version)
            if pieces and failure.begun == failure.number and self._roll_back():
                self._batches = [*pieces, *self._batches[failure.number + 1 :]]
            elif self._helped(batch, failure):
                self._batches = self._batches[failure.begun :]
            else:
                raise self._error(batch, failure)

    def _helped(self, batch: Batch, failure: Failure) -> bool:
        """Whether something was done that may let what failed succeed; what the failure undid is to be sent again."""
        statement = _text_at(batch, failure)
        sent = "\n".join(file.sql for file in self._files[: batch.file + 1])
        if self.roles.knows(failure.message, statement, sent):
            return self._roll_back() and self.roles.help(failure.message)
        if self._makes_database(failure):
            return self._roll_back()
        return _moves_extension(self._database, batch.text, failure) and self._roll_back()

    def _makes_database(self, failure: Failure) -> bool:
        """Whether a database could not be made since our own connection holds its template."""
        step_aside = self._database.step_aside
        if failure.message.sqlstate != "55006" or "template1" not in failure.message.primary:
            return False
        if step_aside is None or self._stepped_aside:
            return False
        self._stepped_aside = True
        step_aside()
        return True

    def _roll_back(self) -> bool:
        import psycopg

        try:
            self._connection.execute("ROLLBACK")
        except psycopg.Error:
            return False
        return True

    def _error(self, batch: Batch, failure: Failure) -> ApplyError:
        """The failure with its place and its cause; the connection is used to look around in the database."""
        from .causes import explain
        from .causes.case import Case
        from .locate import locate

        file = self._files[batch.file]
        place = locate(
            self._connection, file.file, file.sql, batch, failure, self._database.statement_timeout
        )
        case = Case(
            database=self._database,
            connection=self._connection,
            files=self._files,
            number=batch.file,
            failure=failure,
            statement=place.statement,
            default_schema=self._default_schema,
            version=self._version,
            schema_file=self._schema_file,
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


def _text_at(batch: Batch, failure: Failure) -> str:
    """The statement that failed where the server says where; else all that was sent."""
    offset = failure.message.position - 1
    if batch.statement is not None or offset < 0:
        return batch.text
    return next((s.text for s in split(batch.text) if s.offset <= offset <= s.end_offset), batch.text)


def _moves_extension(database: Database, sql: str, failure: Failure) -> bool:
    """Whether the file failed since the administrator owns what an extension brought, which is now the role's."""
    if failure.message.sqlstate != "42501" or database.hand_over is None:
        return False
    if not re.search(r"alter\s+extension", sql, re.IGNORECASE):
        return False
    database.hand_over(database.name)
    return True


def _end_transaction(connection: Connection) -> None:
    """Keeps what the init script did that opens a transaction and never ends it: Prisma reads the schema within it."""
    # Outside of one it does nothing; libpq does not know, since the answers went past it.
    connection.execute("COMMIT")


def _transaction_open(file: MigrationText) -> ApplyError:
    """For a file that opens a transaction and never ends it.

    In Prisma's shadow database its work is seen within the transaction; `migrate deploy` never gets the row of its history
    table finished, and all is lost with the connection (measured with every engine from 6.19 to 7.10).
    """
    opening = re.compile(
        r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(begin|start\s+transaction)\b", re.IGNORECASE | re.DOTALL
    )
    found = [(s, match) for s in split(file.sql) if (match := opening.match(s.text))]
    offset = found[-1][0].offset + found[-1][1].start(1) if found else 0
    line = file.sql.count("\n", 0, offset) + 1
    shown = file.sql.split("\n")[line - 1].rstrip("\r")[:160] if found else ""
    return ApplyError(
        f"Migration `{file.name}` opens a transaction and does not end it: `prisma migrate deploy` would lose what it does "
        "and never finish it.",
        migration=file.name,
        position=Position(file.file, line),
        excerpt=f"{shown}\n^" if shown else "",
        hint="Write COMMIT; at the end of the file, or take the BEGIN out.",
        id="transaction-left-open",
    )


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
