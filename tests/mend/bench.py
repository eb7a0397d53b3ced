"""The bench on which mends are tried: one server for all databases, the tool in the same process, rows in New York's time zone."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from case import Case
from psycopg.conninfo import make_conninfo

from prisma_drift.commands.run import run
from prisma_drift.migrations.history import read_history
from prisma_drift.postgres.apply.migrations import MigrationText, apply
from prisma_drift.postgres.server import server as shadows
from prisma_drift.postgres.server.database import Database, Server

ZONE = "America/New_York"
Connection = psycopg.Connection[tuple[Any, ...]]


class BrokenCaseError(Exception):
    """A case's own migrations or rows do not work."""


class Bench:
    """Reports on cases, and databases that hold their rows."""

    def __init__(self, running: Server, folder: Path) -> None:
        self._server = running
        self._folder = folder

    def report(self, case: Case) -> dict[str, Any]:
        """What `check` says of a case."""
        project = self._folder / "project"
        shutil.rmtree(project, ignore_errors=True)
        write_project(case, project)
        return self.check(project, *case.args)

    def check(self, project: Path, *arguments: str) -> dict[str, Any]:
        """What `prisma-drift check --format json` says; an error of the command line as a report, too."""
        output = self._folder / "report.json"
        output.unlink(missing_ok=True)
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            run(["check", str(project), "--format", "json", "--output", str(output), *arguments])
        if output.exists():
            found: dict[str, Any] = json.loads(output.read_text())
            return found
        usage = {"id": "usage", "severity": "error", "object": "", "message": said.getvalue()[-300:]}
        return {"verdict": "error", "findings": [usage]}

    @contextmanager
    def migrated(self, case: Case) -> Iterator[tuple[Connection, Connection]]:
        """The case's database with its rows: as the role that migrates it, and as one that sees every row."""
        made = self._server.create_database()
        try:
            with self._connect(made) as connection, self._connect(made) as reader:
                try:
                    _fill(connection, case)
                except psycopg.Error as error:
                    raise BrokenCaseError(str(error)) from error
                yield connection, reader
        finally:
            self._server.drop_database(made)

    @contextmanager
    def built(self, migrations: Path, default_schema: str = "public") -> Iterator[Connection]:
        """A database that a project's migrations have made."""
        made = self._server.create_database()
        try:
            found = read_history(migrations).migrations
            apply(made, [MigrationText(m.name, m.file, m.sql) for m in found], default_schema=default_schema)
            with self._connect(made) as connection:
                yield connection
        finally:
            self._server.drop_database(made)

    def url(self, connection: Connection) -> str:
        """For a client that speaks no libpq."""
        info = connection.info
        return f"postgresql://{info.user}@localhost:{info.port}/{info.dbname}?host={info.host.replace('/', '%2F')}"

    def _connect(self, database: Database) -> Connection:
        options = f"-c timezone={ZONE} -c statement_timeout=30s"
        return psycopg.connect(make_conninfo(database.url, options=options), autocommit=True)


@contextmanager
def bench() -> Iterator[Bench]:
    """A server that every `check` of the bench uses as its shadow, instead of starting its own."""
    with (
        shadows.server(shadows.parse_shadow("embedded")) as running,
        tempfile.TemporaryDirectory() as folder,
    ):
        yield Bench(running, Path(folder))


def write_project(case: Case, project: Path) -> None:
    (project / "prisma/migrations").mkdir(parents=True)
    (project / "prisma/schema.prisma").write_text(case.schema)
    (project / "package.json").write_text('{"devDependencies": {"prisma": "7.10.0"}}\n')
    (project / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    for at, sql in enumerate(case.migrations):
        place = project / f"prisma/migrations/2024010100000{at}_m{at}"
        place.mkdir()
        (place / "migration.sql").write_text(sql)


def send(connection: Connection, sql: str) -> None:
    """One message with all statements, as Prisma sends a file. psycopg.Error where it fails; nothing is changed then."""
    result = connection.pgconn.exec_(sql.encode())
    status = psycopg.pq.ExecStatus
    if result.status not in (status.COMMAND_OK, status.TUPLES_OK, status.EMPTY_QUERY):
        raise psycopg.errors.error_from_result(result)


def _fill(connection: Connection, case: Case) -> None:
    if case.role:
        connection.execute(_role_sql(case.role).encode())
        connection.execute(f'SET ROLE "{case.role}"'.encode())
    for text in case.migrations:
        send(connection, text)
    connection.execute(b"RESET ROLE")
    send(connection, case.rows)
    if case.role:
        connection.execute(f'SET ROLE "{case.role}"'.encode())


def _role_sql(role: str) -> str:
    return (
        f'DO $$ BEGIN CREATE ROLE "{role}" NOLOGIN NOBYPASSRLS; EXCEPTION WHEN duplicate_object THEN NULL; END $$;'
        f'GRANT "{role}" TO CURRENT_USER; GRANT ALL ON SCHEMA public TO "{role}";'
        f"DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO \"{role}\"', current_database()); END $$"
    )
