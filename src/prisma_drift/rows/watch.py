"""Runs the statements of a plan, each in a transaction of its own, and reads what each locked, rewrote, scanned and changed.

What `rows.observe` reads as well, but no more than a plan's report needs, and all in one stream of messages: a plan of a
hundred statements costs a few round trips.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..model.hazards import Observed
from ..model.values import frozen
from .observe import LOCKS

if TYPE_CHECKING:
    import psycopg

    from ..postgres.server.database import Connection

_TABLES = b"""
SELECT c.oid::bigint, n.nspname || '.' || c.relname, coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::bigint
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"""
_LOOK = b"""
SELECT l.relation::bigint, l.mode, coalesce(pg_catalog.pg_relation_filenode(l.relation), 0)::bigint,
  pg_catalog.pg_stat_get_xact_numscans(l.relation) + coalesce((
    SELECT sum(pg_catalog.pg_stat_get_xact_numscans(i.indexrelid)) FROM pg_catalog.pg_index AS i WHERE i.indrelid = l.relation), 0)::bigint,
  pg_catalog.pg_stat_get_xact_tuples_inserted(l.relation) + pg_catalog.pg_stat_get_xact_tuples_updated(l.relation)
    + pg_catalog.pg_stat_get_xact_tuples_deleted(l.relation),
  EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c WHERE c.oid = l.relation)
FROM pg_catalog.pg_locks AS l
WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())"""
"""A row for each lock that the transaction holds: table, mode, its file now, scans, changed rows, whether it is still there."""


@frozen
class Watched:
    """What the statements of a plan did."""

    observed: tuple[tuple[int, Observed], ...] = ()
    """By the statement's number, from 1; only of those that locked a table that was there before all of them."""
    rewritten: tuple[str, ...] = ()
    """Tables that were written anew, as named before; sorted."""
    stopped: tuple[int, str] | None = None
    """The statement that could not run alone, and Postgres' words: nothing was seen from there on."""


def watch(connection: Connection, statements: Sequence[Sequence[str]]) -> Watched:
    """Run `statements`, each a list of texts of one statement, on a connection in autocommit; the changes stay."""
    import psycopg

    # Before Postgres 15 only a superuser may: locks and files are seen all the same.
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(b"SET track_counts = on")
    tables = {
        int(str(oid)): (str(name), int(str(file)))
        for oid, name, file in connection.execute(_TABLES).fetchall()
    }
    sent: list[tuple[int, str, psycopg.Cursor[tuple[object, ...]]]] = []
    why = ""
    try:
        with connection.pipeline():
            for number, texts in enumerate(statements, start=1):
                for text in texts:
                    connection.execute(b"BEGIN")
                    connection.execute(text.encode("utf-8", "surrogatepass"), prepare=False)
                    sent.append((number, text, connection.execute(_LOOK, prepare=True)))
                    connection.execute(b"COMMIT")
    except psycopg.Error as error:
        if connection.closed:
            raise
        why = " ".join((error.diag.message_primary or str(error)).split())
    return _read(tables, sent, why)


def _read(
    tables: dict[int, tuple[str, int]],
    sent: Sequence[tuple[int, str, psycopg.Cursor[tuple[object, ...]]]],
    why: str,
) -> Watched:
    import psycopg

    found: dict[int, Observed] = {}
    rewritten: set[str] = set()
    before: dict[int, tuple[int, int]] = {}
    """Scans and rows that were counted so far: one stream is one count, however many transactions it has."""
    for number, text, looked in sent:
        result = looked.pgresult
        if result is None or result.status != psycopg.pq.ExecStatus.TUPLES_OK:
            return Watched(tuple(found.items()), tuple(sorted(rewritten)), (number, why))
        emptied = text.lstrip().lower().startswith("truncate")
        locks: list[str] = []
        scanned = anew = False
        changed: dict[int, int] = {}
        counted: dict[int, tuple[int, int]] = {}
        for oid, mode, file, scans, rows, there in looked.fetchall():
            table, lock = int(str(oid)), str(mode)
            if table not in tables or lock not in LOCKS:
                continue
            name, old = tables[table]
            if there and int(str(file)) != old:
                tables[table] = (name, int(str(file)))
                if not emptied:
                    anew = True
                    rewritten.add(name)
            counted[table] = int(str(scans)), int(str(rows))
            more = [now - was for now, was in zip(counted[table], before.get(table, (0, 0)), strict=True)]
            changed[table] = max(more[1], 0)
            if lock != LOCKS[0]:
                locks.append(lock)
                scanned |= more[0] > 0 and not emptied
        before |= counted
        if locks:
            one = Observed(max(locks, key=LOCKS.index), anew, scanned, sum(changed.values()))
            found[number] = _both(found.get(number), one)
    return Watched(tuple(found.items()), tuple(sorted(rewritten)))


def _both(one: Observed | None, other: Observed) -> Observed:
    """What two texts of one statement did."""
    if one is None:
        return other
    return Observed(
        max(one.lock, other.lock, key=LOCKS.index),
        one.rewrites or other.rewrites,
        one.scans or other.scans,
        one.rows + other.rows,
    )
