"""What the gate reads of a live database besides its objects: the history table, who holds what, and the server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..model.values import frozen
from ..postgres.catalog.reader import quote
from .history import Row

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

TABLE = "_prisma_migrations"
LOCK = 72707369
"""The advisory lock that `prisma migrate` holds while it runs."""


@frozen
class LockHolder:
    """A session that holds Prisma's lock, or waits within a long transaction."""

    pid: int
    state: str
    application: str
    seconds: int
    """Since it last began something."""


@frozen
class Server:
    """What the server says of itself."""

    version: str
    major: int
    time_zone: str


@frozen
class History:
    """The history table of one database."""

    rows: tuple[Row, ...] = ()
    present: bool = False
    elsewhere: tuple[str, ...] = ()
    """Other schemas that have such a table."""
    other_tables: int = 0
    """Tables in the default schema besides it, those of extensions left out."""
    holders: tuple[LockHolder, ...] = ()


@contextmanager
def named_holders(connection: Connection) -> Iterator[None]:
    """Turns a lock that was waited for in vain, within a savepoint, into a DriftError that says who holds it."""
    import psycopg

    try:
        yield
    except psycopg.errors.LockNotAvailable:
        said = exclusive(connection) or "Another session holds a lock that stops even readers."
        raise DriftError(
            f"{said} The gate has waited for it.",
            id="lock-waits",
            hint="Run the gate again when that session has ended its transaction, or end it: SELECT pg_terminate_backend(PID);",
        ) from None


def exclusive(connection: Connection) -> str:
    """Who holds a lock that stops even readers, on which tables of this database; empty where nobody does."""
    found = connection.execute(
        "SELECT l.pid, pg_catalog.min(coalesce(a.application_name, '')), pg_catalog.string_agg(DISTINCT n.nspname || '.' || c.relname, ', '),"
        " coalesce(pg_catalog.max(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)), 0)::pg_catalog.int8"
        " FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation"
        " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
        " LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
        " WHERE l.granted AND l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid()"
        " AND c.relkind IN ('r', 'p', 'm', 'v') AND n.nspname <> 'pg_catalog'"
        " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())"
        " GROUP BY l.pid ORDER BY l.pid"
    )
    said = []
    for pid, application, tables, seconds in found:
        who = f" ({application})" if application else ""
        said.append(
            f"The session {pid}{who} has locked {tables} against everybody for {max(0, int(str(seconds)))} seconds."
        )
    return " ".join(said)


def read_sizes(connection: Connection, oids: Sequence[int]) -> dict[int, int]:
    """Bytes by table, with indexes and what is stored apart; waits for nobody: of a locked table it is what was last noted."""
    import psycopg

    if not oids:
        return {}
    try:
        with connection.transaction():
            found = connection.execute(
                "SELECT c.oid::pg_catalog.int8, CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks AS l WHERE l.relation = c.oid"
                " AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid())"
                " THEN c.relpages::pg_catalog.int8 * pg_catalog.current_setting('block_size')::pg_catalog.int8"
                " ELSE pg_catalog.pg_total_relation_size(c.oid) END"
                " FROM pg_catalog.pg_class AS c WHERE c.oid = ANY (%s::pg_catalog.oid[])",
                [list(oids)],
            ).fetchall()
    except psycopg.DatabaseError:
        if connection.closed:
            raise
        return {}
    return {int(str(oid)): int(str(size or 0)) for oid, size in found}


def read_server(connection: Connection) -> Server:
    row = connection.execute(
        "SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num'),"
        " pg_catalog.current_setting('TimeZone')"
    ).fetchone()
    assert row is not None
    return Server(str(row[0]).split()[0], int(str(row[1])) // 10000, str(row[2]))


def read_history(connection: Connection, schema: str) -> History:
    """The history; DriftError `history-unreadable` where the role may not read it."""
    import psycopg

    places = [
        str(row[0])
        for row in connection.execute(
            "SELECT n.nspname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE c.relname = %s AND c.relkind IN ('r', 'p') ORDER BY n.nspname COLLATE \"C\"",
            [TABLE],
        )
    ]
    others = connection.execute(
        "SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname <> %s AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e"
        " WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')",
        [schema, TABLE],
    ).fetchone()
    count = int(str(others[0])) if others else 0
    holders = _holders(connection)
    elsewhere = tuple(place for place in places if place != schema)
    if schema not in places:
        return History(elsewhere=elsewhere, other_tables=count, holders=holders)
    try:
        with named_holders(connection), connection.transaction():
            found = connection.execute(
                "SELECT migration_name, checksum, started_at::pg_catalog.timestamptz AT TIME ZONE 'UTC', finished_at IS NOT NULL,"  # noqa: S608
                " rolled_back_at IS NOT NULL, coalesce(logs, ''), applied_steps_count"
                f' FROM {quote(schema)}.{quote(TABLE)} ORDER BY started_at, migration_name COLLATE "C"'.encode()
            ).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        raise DriftError(
            f"The role may not read {schema}.{TABLE}.",
            id="history-unreadable",
            hint=f"Grant it: GRANT USAGE ON SCHEMA {quote(schema)} TO …; GRANT SELECT ON {quote(schema)}.{quote(TABLE)} TO …;",
        ) from None
    except psycopg.errors.UndefinedColumn:
        raise DriftError(
            f"{schema}.{TABLE} is no history table of Prisma Migrate: columns of it are missing.",
            id="history-unreadable",
            hint="Check `?schema=` in the URL.",
        ) from None
    rows = tuple(
        Row(str(r[0]), str(r[1]), str(r[2]), bool(r[3]), bool(r[4]), str(r[5]), int(str(r[6]))) for r in found
    )
    return History(rows, True, elsewhere, count, holders)


def _holders(connection: Connection) -> tuple[LockHolder, ...]:
    """Who holds Prisma's advisory lock in this database."""
    found = connection.execute(
        "SELECT l.pid, coalesce(a.state, ''), coalesce(a.application_name, ''),"
        " coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.state_change, a.backend_start)), 0)::pg_catalog.int8"
        " FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = %s AND l.objsubid = 1 AND l.granted"
        " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())"
        " ORDER BY l.pid",
        [LOCK],
    )
    return tuple(LockHolder(int(str(r[0])), str(r[1]), str(r[2]), max(0, int(str(r[3])))) for r in found)
