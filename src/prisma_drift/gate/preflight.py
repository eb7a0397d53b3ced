"""What is pending, tried on the shadow behind what has run, and its checks counted on the live database."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..migrations.history import Migration
from ..model.gate import Count, TableSize, Work
from ..model.hazards import Check
from ..model.report import Finding
from ..model.source import Position
from ..model.values import frozen
from ..postgres.catalog.inventory import Inventory
from .checks import LOSS, Question, Stage, questions
from .live import exclusive, read_sizes
from .locks import long_locks, tables_of, works
from .rows import Pending, pending_facts

if TYPE_CHECKING:
    from ..postgres.server.database import Connection, Database
    from ..project import Config

FAILS = "deploy-would-fail"
UNCOUNTED = "count-failed"
WAITS = "lock-waits"
_OF_THE_SHADOW = frozenset(
    ["extension-unavailable", "extension-stand-in", "privilege-missing", "role-missing", "shadow-limit", "shadow-lost", "statement-timeout"]
)  # fmt: skip
"""Why a migration may fail on the shadow alone."""
_CONCURRENTLY = re.compile(r"\bindex\s+concurrently\b", re.IGNORECASE)
_LONG_TRANSACTION = 60
"""Seconds after which an open transaction is told of."""


@frozen
class Preflight:
    """What a deploy would meet."""

    counts: tuple[Count, ...] = ()
    findings: tuple[Finding, ...] = ()
    sizes: tuple[TableSize, ...] = ()
    works: tuple[Work, ...] = ()
    built: Inventory | None = None
    """What is there when all that is pending has run; None where something of it does not run."""


def preflight(
    config: Config,
    pending: Sequence[Migration],
    database: Database,
    first: Inventory,
    here: Inventory,
    live: Connection,
    read: Callable[[Connection], Inventory],
    *,
    server_major: int,
    samples: bool,
) -> Preflight:
    """Run the pending migrations on the shadow's database one by one, and count what each would meet."""
    from ..postgres.apply.migrations import MigrationText, apply

    asked: list[Question] = []
    stages: list[Stage] = []
    findings: list[Finding] = []
    rows: list[Pending] = []
    before: Inventory | None = first
    for order, migration in enumerate(pending):
        text = MigrationText(migration.name, migration.file, migration.sql)
        try:
            apply(database, [text], default_schema=config.default_schema, version=config.version)
        except DriftError as error:
            findings.append(_refused(migration, error))
            before = None
            break
        with database.connect(default_schema=config.default_schema) as connection:
            after = read(connection)
        facts = pending_facts(migration.name, order, migration.sql)
        rows += facts.rows
        assert before is not None
        stage = Stage(first, before, after, here, facts, tuple(rows), server_major)
        stages.append(stage)
        asked += questions(stage)
        before = after
    counts = tuple(_counted(live, one, samples=samples) for one in asked)
    files = {migration.name: migration.file for migration in pending}
    for question, count in zip(asked, counts, strict=True):
        findings += _told(question, count, files.get(question.migration, ""))
    touched = {oid for stage in stages for oid in tables_of(stage)}
    sizes = sizes_of(live, stages[0], touched) if stages else {}
    done = tuple(work for stage in stages for work in works(stage, sizes))
    findings += long_locks(done, files)
    told = tuple(sorted(sizes.values(), key=lambda one: one.table.encode()))
    return Preflight(counts, tuple(findings), told, done, before)


def sizes_of(live: Connection, stage: Stage, oids: Collection[int]) -> dict[int, TableSize]:
    """By the shadow's oids, what Postgres has noted of the live tables: nothing is counted."""
    there = {oid: t for oid in sorted(oids) if (t := stage.live_table(oid)) is not None}
    sizes = read_sizes(live, [t.oid for t in there.values()])
    return {
        oid: TableSize(f"{t.schema}.{t.name}", round(t.estimate), sizes.get(t.oid, -1))
        for oid, t in there.items()
    }


def counted(live: Connection, checks: Sequence[Check]) -> tuple[Count, ...]:
    """The checks of the corrective migration, as far as the database has what they name."""
    return tuple(_counted(live, Question(one, "", "", ""), samples=False) for one in checks)


def _refused(migration: Migration, error: DriftError) -> Finding:
    severity = "warning" if error.id in _OF_THE_SHADOW else "error"
    place = error.position or Position(migration.file, 1)
    return Finding(
        FAILS,
        severity,
        migration.name,
        f"Behind what has run here, the pending migration `{migration.name}` fails on the shadow: {error.message}",
        error.hint or "Mend the migration before it is deployed.",
        position=place,
        excerpt=error.excerpt,
    )


def _counted(live: Connection, question: Question, *, samples: bool) -> Count:
    """One count within a savepoint: what it may raise ends it, and nothing else."""
    import psycopg

    if question.why:
        return Count(question.check, None, why=question.why, migration=question.migration)
    try:
        with live.transaction():
            # A policy that hides rows would make a wrong number.
            live.execute("SET LOCAL row_security = off")
            row = live.execute(question.check.sql.encode(), binary=True).fetchone()
            number = int(str(row[0])) if row else 0
    except psycopg.DatabaseError as error:
        if live.closed:
            raise
        words = error.diag.message_primary or type(error).__name__
        if isinstance(error, psycopg.errors.LockNotAvailable):
            who = exclusive(live).rstrip(".")
            words += f" ({who})" if who else ""
        return Count(question.check, None, why=words, migration=question.migration)
    keys: tuple[str, ...] = ()
    if number and samples and question.samples:
        keys = _keys(live, question.samples)
    return Count(question.check, number, keys, migration=question.migration)


def _keys(live: Connection, sql: str) -> tuple[str, ...]:
    import psycopg

    try:
        with live.transaction():
            # Asking for binary results makes psycopg send one statement, so that no text can carry a second one.
            cursor = live.execute(sql.encode(), binary=True)
            names = [column.name for column in cursor.description or ()]
            found = cursor.fetchall()
    except psycopg.DatabaseError:
        if live.closed:
            raise
        return ()
    return tuple(", ".join(f"{n} = {str(v)[:60]}" for n, v in zip(names, row, strict=True)) for row in found)


def _told(question: Question, count: Count, file: str) -> Iterator[Finding]:
    check = question.check
    where = Position(file, 1) if file else None
    if count.rows is None:
        if not question.why:
            yield Finding(
                UNCOUNTED,
                "warning",
                check.object,
                f"Not counted: {check.message}. The database said: {count.why}.",
                "Count it by hand, with a role that may, or on a copy of the database.",
                position=where,
            )
        else:
            yield Finding(
                UNCOUNTED,
                "note",
                check.object,
                f"Not counted: {check.message}; {count.why}.",
                position=where,
            )
        return
    if not count.rows:
        return
    keys = f" ({'; '.join(count.samples)})" if count.samples else ""
    number = f"{count.rows} or more" if question.most and count.rows >= question.most else count.rows
    severity, hint = (
        "error",
        question.repair or "Mend these rows before, or let the migration do it in front of the statement.",
    )
    if check.id == LOSS:
        hint = (
            f"If that is meant: --allow {check.id}:{check.object}, or an entry in prisma-drift.accepted.yml."
        )
        if question.moved:
            severity = "warning"
            hint = f"{question.moved} names it before, and may have put the values elsewhere."
    elif question.unsure_at:
        severity = "warning"
        hint = f"{question.unsure_at} may mend them before: nobody can tell without running it."
    yield Finding(
        check.id,
        severity,
        check.object,
        f"{check.message}: {number}{keys}. "
        + ("They do not come back." if check.breaks == "loses" else f"`{question.migration}` stops there."),
        hint,
        position=where,
        table=question.object_table,
    )


def blockers(
    live: Connection, here: Inventory, pending: Sequence[Migration], tables: Sequence[str]
) -> Iterator[Finding]:
    """Sessions in a long transaction that holds a lock on a table that something pending works on, or that has to end first."""
    oids = [oid for oid, t in here.tables.items() if f"{t.schema}.{t.name}" in tables]
    if not oids:
        return
    waits_for_all = any(_CONCURRENTLY.search(migration.sql) for migration in pending)
    found = live.execute(
        "SELECT a.pid, pg_catalog.min(coalesce(a.application_name, '')),"
        " coalesce(pg_catalog.array_agg(DISTINCT l.relation::pg_catalog.int8) FILTER (WHERE l.relation IS NOT NULL), '{}'),"
        " pg_catalog.max(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start))::pg_catalog.int8 / 60"
        " FROM pg_catalog.pg_stat_activity AS a LEFT JOIN pg_catalog.pg_locks AS l ON a.pid = l.pid"
        " AND l.granted AND l.locktype = 'relation' AND l.relation = ANY (%s::pg_catalog.oid[])"
        " WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.datname = pg_catalog.current_database()"
        " AND a.xact_start < pg_catalog.clock_timestamp() - %s * interval '1 second'"
        " AND (l.relation IS NOT NULL OR (%s AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)))"
        " GROUP BY a.pid ORDER BY a.pid",
        [oids, _LONG_TRANSACTION, waits_for_all],
    ).fetchall()
    for pid, application, relations, minutes in found:
        named = sorted(
            f"{here.tables[int(oid)].schema}.{here.tables[int(oid)].name}"
            for oid in relations  # type: ignore[attr-defined]
        )
        who = f" ({application})" if application else ""
        why = (
            f"and holds a lock on {', '.join(named)}: a migration would wait for it, and everybody else for the migration."
            if named
            else "and sees the database as it was then: an index that is built CONCURRENTLY waits for its end."
        )
        yield Finding(
            WAITS,
            "warning",
            f"session {pid}",
            f"The session {pid}{who} has been in a transaction for {minutes} minutes {why}",
            f"Let it end, or end it: SELECT pg_terminate_backend({pid});",
        )
