"""A real Postgres in which plans are applied and must leave nothing to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from prisma_drift.diff.changes import Diff
from prisma_drift.diff.compare import Rules, diff
from prisma_drift.errors import DriftError
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.pipeline.realise import realise
from prisma_drift.plan.plan import build_plan
from prisma_drift.plan.script import script
from prisma_drift.postgres.catalog.introspect import introspect
from prisma_drift.postgres.server.server import Server, parse_shadow, server

EXTENSIONS = "citext", "pg_trgm", "vector"


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: str
    """converged | self-drift | not built | refused cast | no libxml | failed | residual"""
    detail: str = ""
    rules: tuple[str, ...] = ()
    """The named rules that our SQL or our verdict went by, once for each place."""


class Laboratory:
    """Databases made and dropped on one server."""

    def __init__(self, running: Server) -> None:
        self._server = running

    @contextmanager
    def database(self, sql: str, extensions: Sequence[str] = EXTENSIONS) -> Iterator[psycopg.Connection]:
        """A connection to a fresh database with extensions on which `sql` has run; it is dropped afterwards."""
        made = self._server.create_database()
        try:
            with made.connect() as connection:
                run(connection, "".join(f'CREATE EXTENSION IF NOT EXISTS "{name}";\n' for name in extensions))
                run(connection, sql)
                yield connection
        finally:
            self._server.drop_database(made)

    def url(self, connection: psycopg.Connection) -> str:
        """The URL under which a client that speaks no libpq finds the connection's database."""
        info = connection.info
        host = info.host.replace("/", "%2F")
        password = f":{info.password}" if info.password else ""
        return f"postgresql://{info.user}{password}@localhost:{info.port}/{info.dbname}?host={host}"

    def try_pair(self, before: Schema, after: Schema, version_rules: Rules | None = None) -> Verdict:
        """Build `before`, apply our plan to `after`, and look again.

        Building keeps to what Postgres can do, which Prisma's own text does not always.
        """
        rules = version_rules or Rules(version=LATEST)
        nothing = Schema(default_schema=before.default_schema)
        built = script(build_plan(diff(nothing, before, rules), nothing, before, rules, strategy="preserve"))
        try:
            with self.database(built) as connection:
                return self.try_on(connection, before, after, rules)
        except psycopg.Error as error:
            return Verdict("not built", f"{error}\n{built}")
        except DriftError as error:
            return Verdict("not built", error.message)

    def try_on(
        self, connection: psycopg.Connection, before: Schema | None, after: Schema, rules: Rules
    ) -> Verdict:
        """Apply our plan to `after` on a database that holds something; with `before`, it must satisfy that first."""
        if before is not None:
            itself, _, _ = compare(connection, before, rules)
            if itself.changes:
                return Verdict("self-drift", "\n".join(map(repr, itself.changes)))
        found, sql, applied = compare(connection, after, rules)
        applied += tuple(note.rule for note in found.notes)
        try:
            run(connection, sql)
        except psycopg.Error as error:
            kind = "refused cast" if error.sqlstate in ("42846", "22P02") else "failed"
            if "unsupported XML feature" in str(error):
                kind = "no libxml"  # the embedded server is built without; one in a container has it
            return Verdict(kind, f"{error.sqlstate} {error}\n{sql}", applied)
        left, second, _ = compare(connection, after, rules)
        if left.changes:
            return Verdict("residual", f"{sql}\n--- and then\n{second}", applied)
        return Verdict("converged", sql, applied)


def compare(
    connection: psycopg.Connection, expected: Schema, rules: Rules
) -> tuple[Diff, str, tuple[str, ...]]:
    """The difference between a live database and a schema, our SQL for it, and the rules that the SQL goes by."""
    partial = "partialindexes" in expected.preview_features and rules.version.partial_indexes
    actual = introspect(
        connection, default_schema=expected.default_schema, schemas=expected.schemas, partial_indexes=partial
    )
    realised = realise(expected, actual, connection)
    found = diff(actual, realised, rules)
    plan = build_plan(found, actual, realised, rules, strategy="plain")
    return found, script(plan), tuple(rule for rule, _ in plan.rules_applied)


def run(connection: psycopg.Connection, sql: str) -> None:
    """Send a whole script as one simple query, as Prisma does."""
    result = connection.pgconn.exec_(sql.encode())
    if result.status not in (
        psycopg.pq.ExecStatus.COMMAND_OK,
        psycopg.pq.ExecStatus.TUPLES_OK,
        psycopg.pq.ExecStatus.EMPTY_QUERY,
    ):
        raise psycopg.errors.error_from_result(result)


@contextmanager
def laboratory(shadow: str = "embedded") -> Iterator[Laboratory]:
    with server(parse_shadow(shadow)) as running:
        yield Laboratory(running)
