"""The UPDATE part of a migration that is still to run, done before it on the live database: in small batches by key.

Only what may be done twice is done: a statement that fills columns where they are NULL. What it has filled no longer matches,
so a run that was cut off is taken up again from the rows themselves, and the migration's own UPDATE finds nothing to do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..migrations.cursor import UnreadableError, tokens
from ..migrations.split import split
from ..migrations.updates import RowChange, read_row_change
from ..model.values import frozen, replace
from ..postgres.catalog.reader import quote
from .history import standing
from .live import read_history

if TYPE_CHECKING:
    from ..migrations.history import History
    from ..postgres.server.database import Connection

CORRECTIVE = "the corrective migration"
_LAG_SECONDS = 10
_PATIENCE = 30
"""Times that one batch is tried again before the run gives up."""


@frozen
class Fill:
    """One UPDATE, and what can be done of it before."""

    origin: str
    """`migration:line`, or CORRECTIVE."""
    object: str
    """`public.User.name`"""
    text: str
    change: RowChange
    table: str = ""
    """The live table's quoted name."""
    key: tuple[tuple[str, str], ...] = ()
    """(column, type) of the primary key."""
    rows: int = 0
    """That match now."""
    why_not: str = ""
    """Why it is left to the migration; empty where it is not."""


@frozen
class Batch:
    """What one batch did."""

    fill: Fill
    number: int
    filled: int
    """By all batches of the fill so far."""
    paused: str = ""
    """What was waited for before it."""


Told = Callable[[Batch], None]


def sources(history: History, corrective: str, applied: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(origin, statement) of every UPDATE that is still to run."""
    for migration in history.migrations:
        if migration.name in applied or "update" not in migration.sql.lower():
            continue
        for statement in split(migration.sql):
            yield f"{migration.name}:{statement.line}", statement.text
    for statement in split(corrective):
        yield CORRECTIVE, statement.text


def plan_backfill(connection: Connection, history: History, corrective: str, schema: str) -> tuple[Fill, ...]:
    """What could be filled, counted within the read-only transaction of `connection`."""
    there = read_history(connection, schema)
    if there.holders:
        raise DriftError(
            "A session holds the lock of `prisma migrate`: a deploy runs, or was left behind.",
            id="deploy-locked",
            hint=f"Wait for it, or end it: SELECT pg_terminate_backend({there.holders[0].pid});",
        )
    now = standing(history, there.rows, lambda name, checksum: None)
    ran = [migration.name for migration, _ in now.applied]
    found = []
    for origin, text in sources(history, corrective, ran):
        change = read_row_change(text)
        if change is not None and change.verb == "update":
            found.append(_fill(connection, origin, text, change, schema))
    return tuple(found)


def _fill(connection: Connection, origin: str, text: str, change: RowChange, schema: str) -> Fill:
    import psycopg

    place = change.table.schema or schema
    columns = [column for column, _ in change.values]
    fill = Fill(origin, f"{place}.{change.table.name}.{', '.join(columns)}", text, change)
    if not fills_nulls(change):
        return replace(fill, why_not="it does not only fill what is NULL, and could not be done twice")
    table = f"{quote(place)}.{quote(change.table.name)}"
    present = {
        str(row[0])
        for row in connection.execute(
            "SELECT a.attname FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = pg_catalog.to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped",
            [table],
        )
    }
    if not present:
        return replace(fill, why_not="the table is not there yet")
    if not set(columns) <= present:
        return replace(fill, why_not="the column is not there yet: the migration makes and fills it")
    key = tuple(
        (str(row[0]), str(row[1]))
        for row in connection.execute(
            "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_index AS i"
            " CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(number, place)"
            " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number"
            " WHERE i.indrelid = pg_catalog.to_regclass(%s) AND i.indisprimary AND i.indisvalid AND k.place <= i.indnkeyatts ORDER BY k.place",
            [table],
        )
    )
    fill = replace(fill, table=table, key=key)
    if not key:
        return replace(fill, why_not="the table has no primary key to go by")
    if set(columns) & {column for column, _ in key}:
        return replace(fill, why_not="it changes the primary key, which the batches go by")
    try:
        with connection.transaction():
            return replace(fill, rows=count_left(connection, fill))
    except psycopg.DatabaseError as error:
        if connection.closed:
            raise
        return replace(fill, why_not=f"the database refuses it: {error.diag.message_primary or error}")


def fills_nulls(change: RowChange) -> bool:
    """Whether every column that is set is asked to be NULL, by a condition that all rows have to meet."""
    asked = _conjuncts(change.where)
    for column, _ in change.values:
        wanted = {(column,), (change.alias or change.table.name, column)}
        if not any(names in wanted for names in asked):
            return False
    return bool(change.values)


def _conjuncts(where: str) -> list[tuple[str, ...]]:
    """The names, or qualified names, of which `… IS NULL` stands alone between ANDs outside of brackets."""
    try:
        words = tokens(where)
    except UnreadableError:
        return []
    parts: list[list[tuple[str, str]]] = [[]]
    depth = 0
    for token in words:
        if token.kind == "o":
            depth += (token.value == "(") - (token.value == ")")
        if depth == 0 and token.kind == "w" and token.value in ("or", "between", "case"):
            return []
        if depth == 0 and token.kind == "w" and token.value == "and":
            parts.append([])
        else:
            parts[-1].append((token.kind, token.value))
    found = []
    for part in parts:
        while len(part) > 2 and part[0] == ("o", "(") and part[-1] == ("o", ")"):
            part = part[1:-1]
        if part[-2:] == [("w", "is"), ("w", "null")]:
            names = part[:-2]
            if all(kind in "wq" for kind, _ in names[::2]) and all(
                pair == ("o", ".") for pair in names[1::2]
            ):
                found.append(tuple(value for _, value in names[::2]))
    return found


def count_left(connection: Connection, fill: Fill) -> int:
    """The rows that the statement would change now."""
    change = fill.change
    alias = quote(change.alias or change.table.name)
    where = change.where or "true"
    if change.source:
        where = f"EXISTS (SELECT FROM {change.source} WHERE {where})"
    sql = f"SELECT count(*) FROM {fill.table} AS {alias} WHERE {where}"  # noqa: S608
    # Asking for binary results makes psycopg send one statement, so that no text can carry a second one.
    row = connection.execute(sql.encode(), binary=True).fetchone()
    return int(str(row[0])) if row else 0


def apply_backfill(
    connection: Connection,
    fill: Fill,
    schema: str,
    *,
    size: int = 1000,
    told: Told | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Fill in batches of at most `size` keys, each its own transaction; the number of rows that were filled.

    Waits where replicas lag or locks are held; a batch that takes too long is halved. DriftError `backfill-stopped` where
    it cannot go on; what is done stays done.
    """
    import psycopg

    lower: tuple[str, ...] = ()
    filled = number = tries = 0
    while True:
        paused = _wait_for_replicas(connection, sleep)
        started = time.monotonic()
        try:
            with connection.transaction():
                connection.execute("SET LOCAL lock_timeout = '2s'")
                connection.execute("SET LOCAL statement_timeout = '30s'")
                connection.execute("SET LOCAL idle_in_transaction_session_timeout = '60s'")
                connection.execute(f"SET LOCAL search_path = {quote(schema)}".encode())
                upper = _upper(connection, fill, lower, size)
                changed = _run(connection, fill, lower, upper)
        except (
            psycopg.errors.LockNotAvailable,
            psycopg.errors.QueryCanceled,
            psycopg.errors.DeadlockDetected,
            psycopg.errors.SerializationFailure,
        ) as error:
            tries += 1
            if tries > _PATIENCE:
                raise _stopped(fill, error, filled) from None
            size = max(1, size // 2)
            sleep(min(10.0, 0.5 * tries))
            continue
        except psycopg.DatabaseError as error:
            if connection.closed:
                raise
            raise _stopped(fill, error, filled) from None
        tries = 0
        filled += changed
        number += 1
        if told is not None:
            told(Batch(fill, number, filled, paused))
        if not upper:
            return filled
        lower = upper
        if changed:
            # The other sessions get as much time as the batch took, within bounds.
            sleep(min(1.0, time.monotonic() - started))


def _stopped(fill: Fill, error: Exception, filled: int) -> DriftError:
    import psycopg

    words = error.diag.message_primary if isinstance(error, psycopg.Error) else ""
    return DriftError(
        f"The backfill of {fill.object} stopped after {filled} rows: {words or error}",
        id="backfill-stopped",
        hint="What is done stays done: run the same command again when the cause is gone.",
    )


def _row(fill: Fill) -> str:
    alias = quote(fill.change.alias or fill.change.table.name)
    return "(" + ", ".join(f"{alias}.{quote(column)}" for column, _ in fill.key) + ")"


def _values(fill: Fill) -> str:
    return "(" + ", ".join(f"CAST(%s::text AS {type})" for _, type in fill.key) + ")"


def _upper(connection: Connection, fill: Fill, lower: tuple[str, ...], size: int) -> tuple[str, ...]:
    """The last key of the next batch; empty where fewer keys are left than that."""
    alias = quote(fill.change.alias or fill.change.table.name)
    names = [f"{alias}.{quote(column)}" for column, _ in fill.key]
    where = f"WHERE {_row(fill)} > {_values(fill)} " if lower else ""
    listed = ", ".join(f"{name}::text" for name in names)
    sql = f"SELECT {listed} FROM {fill.table} AS {alias} {where}ORDER BY {', '.join(names)} OFFSET %s LIMIT 1"  # noqa: S608
    found = connection.execute(sql.encode(), [*lower, size - 1]).fetchone()
    return tuple(str(value) for value in found) if found else ()


def _run(connection: Connection, fill: Fill, lower: tuple[str, ...], upper: tuple[str, ...]) -> int:
    change = fill.change
    bounds = [f"{_row(fill)} > {_values(fill)}"] if lower else []
    bounds += [f"{_row(fill)} <= {_values(fill)}"] if upper else []
    # A row for which there is no value is left alone, and not written again and again.
    gives = "".join(f" AND ({expression}) IS NOT NULL" for _, expression in change.values).replace("%", "%%")
    head, where, tail = fill.text[: change.start], change.where, fill.text[change.end :]
    head, where, tail = (text.replace("%", "%%") for text in (head, where, tail))
    sql = f"{head}({where}){gives}{''.join(f' AND {bound}' for bound in bounds)}{tail}"
    # With values, or binary results, psycopg sends one statement alone.
    return connection.execute(sql.encode(), [*lower, *upper], binary=True).rowcount


def _wait_for_replicas(connection: Connection, sleep: Callable[[float], None]) -> str:
    """Waits while a replica is behind; what it waited for."""
    paused = ""
    for _ in range(600):
        row = connection.execute(
            "SELECT coalesce(extract(epoch FROM max(replay_lag)), 0)::pg_catalog.float8 FROM pg_catalog.pg_stat_replication"
        ).fetchone()
        if row is None or float(str(row[0] or 0)) <= _LAG_SECONDS:
            return paused
        paused = "a replica was behind"
        sleep(1.0)
    return paused
