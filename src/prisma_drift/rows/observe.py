"""Runs statements one by one on tables with rows and reads from Postgres what each did: locks, rewrites, scans, changed rows, objects.

Nothing is guessed from the text of a statement: the lock is read from pg_locks before its transaction ends, a rewrite from the
table's file, scans and rows from the transaction's own statistics, all else from the catalog before and after.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from ..model.names import QualifiedName
from ..model.values import field, frozen, mutable

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

LOCKS = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
"""Table-level locks, the weakest first ("Explicit Locking" in Postgres' manual)."""
_WAITED = 5.0
"""Seconds in which a statement that runs concurrently has to be seen waiting."""
_SCHEMAS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
_RELATIONS = f"""
SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text, coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::bigint,
  coalesce(i.indrelid, 0)::bigint, coalesce(m.amname, '')::text, coalesce(i.indisunique, false), coalesce(i.indisvalid, true),
  coalesce(pg_catalog.array_to_string(i.indkey::pg_catalog.int2[], ' '), '')::text
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid LEFT JOIN pg_catalog.pg_am AS m ON m.oid = c.relam
WHERE c.relkind IN ('r', 'p', 'i', 'I') AND {_SCHEMAS}"""
_COLUMNS = f"""
SELECT a.attrelid::bigint, a.attnum::int, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND {_SCHEMAS}"""
_CONSTRAINTS = f"""
SELECT k.oid::bigint, k.conrelid::bigint, k.conname::text, k.contype::text, k.convalidated, coalesce(k.confrelid, 0)::bigint,
  coalesce(pg_catalog.array_to_string(k.conkey, ' '), '')::text
FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND {_SCHEMAS}"""
_OTHERS = f"""
SELECT 'trigger', t.oid::bigint, t.tgrelid::bigint, t.tgname::text FROM pg_catalog.pg_trigger AS t WHERE NOT t.tgisinternal
UNION ALL SELECT 'policy', p.oid::bigint, p.polrelid::bigint, p.polname::text FROM pg_catalog.pg_policy AS p
UNION ALL SELECT 'view', c.oid::bigint, 0, n.nspname || '.' || c.relname FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {_SCHEMAS}
UNION ALL SELECT 'enum value', e.oid::bigint, 0, n.nspname || '.' || t.typname || '.' || e.enumlabel
  FROM pg_catalog.pg_enum AS e JOIN pg_catalog.pg_type AS t ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
ORDER BY 1, 2"""
_HELD = """
SELECT l.relation::bigint, l.mode FROM pg_catalog.pg_locks AS l
WHERE l.pid = %s AND l.locktype = 'relation' AND l.granted AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"""
_WORK = """
SELECT relid::bigint, seq_scan + coalesce(idx_scan, 0), n_tup_ins, n_tup_upd, n_tup_del FROM pg_catalog.pg_stat_xact_user_tables
WHERE seq_scan > 0 OR idx_scan > 0 OR n_tup_ins > 0 OR n_tup_upd > 0 OR n_tup_del > 0"""


Work = tuple[int, int, int]
"""Scans, rows inserted, rows changed or deleted."""


@frozen
class Fact:
    """One thing that is otherwise in the catalog afterwards."""

    kind: str
    """index added | index dropped | constraint added | column added | column dropped | column renamed | type changed |
    required | emptied (TRUNCATE) | table dropped | table renamed | enum value added | dropped (anything that no schema declares)"""
    table: str
    """`schema.Table`, as named before; empty where it belongs to none."""
    name: str
    """The object's own name, as named before."""
    detail: str = ""
    """index: its method; constraint: check, foreign key, primary key, unique, exclusion; type: `from → to`; dropped: the kind."""
    validated: bool = True
    """Of a constraint: whether rows that are there were looked at. Of a unique index: whether it is one."""
    columns: tuple[str, ...] = ()
    """Of a constraint or an index."""
    fresh: bool = False
    """Of a column, or of what no schema declares: the statements before have made it, so that nobody knows it yet."""


@frozen
class Touched:
    """What a statement did to one table that was there before it."""

    table: str
    """`schema.Table`"""
    lock: str = ""
    rewritten: bool = False
    scanned: bool = False
    rows: int = 0
    """Rows that were inserted, changed or deleted."""
    inserted: int = 0
    """Of these, the new ones."""
    of: int = 0
    """Rows that it has; 0 where none was changed."""


@frozen
class Seen:
    """What one statement did."""

    sql: str
    tables: tuple[Touched, ...] = ()
    """Only those that were there before it, sorted."""
    facts: tuple[Fact, ...] = ()
    concurrent: bool = False
    """It ran outside of a transaction, as CONCURRENTLY asks for."""
    sqlstate: str = ""
    """Where it failed."""
    error: str = ""
    failed_table: str = ""
    failed_new: bool = False
    """What it failed on is a column that was not there before."""

    @property
    def lock(self) -> str:
        """The strongest lock on a table that was there."""
        found = [one.lock for one in self.tables if one.lock]
        return max(found, key=LOCKS.index, default="")

    @property
    def rewrites(self) -> bool:
        return any(one.rewritten for one in self.tables)

    @property
    def scans(self) -> bool:
        return any(one.scanned for one in self.tables)

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)


@mutable
class _State:
    """The catalog, as far as it is compared."""

    relations: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    columns: dict[tuple[int, int], tuple[str, str, bool]] = field(default_factory=dict)
    constraints: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    others: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)

    def name(self, oid: int) -> str:
        found = self.relations.get(oid)
        return f"{found[0]}.{found[1]}" if found else ""

    def column(self, oid: int, number: str) -> str:
        found = self.columns.get((oid, int(number)))
        return found[0] if found else ""


class Observer:
    """One connection on which statements run, in the order of a migration; a second one looks at what cannot be in a transaction."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self.connection = connect()
        self._pid = self.connection.info.backend_pid
        self.counts = self._count()
        """Whether scans and rows are counted: before Postgres 15 only a superuser may ask for it."""
        self._state = self._first = self._read()
        self._names = self.names()
        self._sizes: dict[int, int] = {}
        self.new: set[int] = set()
        """Tables that the statements made themselves: nobody has rows in them, and nobody waits for them."""

    def _count(self) -> bool:
        import psycopg

        try:
            self.connection.execute(b"SET track_counts = on")
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True

    def close(self) -> None:
        self.connection.close()

    def run(self, sql: str, *, alone: bool = True) -> Seen:
        """Run one statement, in a transaction of its own unless it has one, and see what it did."""
        import psycopg

        concurrent = "concurrently" in sql.lower() and not self._in_transaction()
        try:
            if concurrent:
                held, work = self._concurrently(sql)
            else:
                held, work = self._in_one(sql, alone=alone)
        except psycopg.Error as error:
            if self.connection.closed:
                raise
            if self._in_transaction():
                self.connection.execute(b"ROLLBACK")
            diag = error.diag
            table = f"{diag.schema_name}.{diag.table_name}" if diag.table_name else ""
            words = " ".join((diag.message_primary or str(error)).split())
            known = any(
                one[0] == diag.column_name and self._state.name(oid) == table
                for (oid, _), one in self._state.columns.items()
            )
            return Seen(
                sql,
                sqlstate=error.sqlstate or "",
                error=words,
                failed_table=table,
                failed_new=bool(diag.column_name) and not known,
            )
        return self._seen(sql, held, work, concurrent=concurrent)

    def _in_transaction(self) -> bool:
        return self.connection.info.transaction_status != 0

    def _in_one(self, sql: str, *, alone: bool) -> tuple[dict[int, str], dict[int, Work]]:
        begun = not self._in_transaction()
        if begun and alone:
            self.connection.execute(b"BEGIN")
        before = self._work() if self._in_transaction() else {}
        held_before = self._held(self.connection) if not begun and self._in_transaction() else {}
        self._send(sql)
        if not self._in_transaction():
            return {}, {}
        held = self._held(self.connection)
        after = self._work()
        self._sizes = {
            oid: self._size(oid)
            for oid, (_, made, changed) in after.items()
            if made + changed and oid in self._state.relations
        }
        if begun and alone:
            self.connection.execute(b"COMMIT")
        work = {
            oid: (one[0] - was[0], one[1] - was[1], one[2] - was[2])
            for oid, one in after.items()
            for was in [before.get(oid, (0, 0, 0))]
        }
        gained = {oid: mode for oid, mode in held.items() if held_before.get(oid) != mode}
        return gained, work

    def _size(self, oid: int) -> int:
        """Rows of a table; 0 where it is gone."""
        found = self.connection.execute(
            b"SELECT pg_catalog.to_regclass(%s) IS NOT NULL", [self._quoted(oid)]
        ).fetchone()
        if not found or not found[0]:
            return 0
        counted = self.connection.execute(f"SELECT count(*) FROM {self._quoted(oid)}".encode()).fetchone()
        return int(str(counted[0])) if counted else 0

    def _send(self, sql: str) -> None:
        # Asking for binary results makes psycopg send one statement, so that no text can carry a second one.
        self.connection.execute(sql.encode("utf-8", "surrogatepass"), binary=True)

    def _held(self, connection: Connection) -> dict[int, str]:
        held: dict[int, str] = {}
        for oid, mode in connection.execute(_HELD.encode(), [self._pid]).fetchall():
            number, name = int(str(oid)), str(mode)
            if name in LOCKS and (number not in held or LOCKS.index(held[number]) < LOCKS.index(name)):
                held[number] = name
        return held

    def _work(self) -> dict[int, Work]:
        found = self.connection.execute(_WORK.encode()).fetchall()
        return {
            int(str(oid)): (int(str(s)), int(str(i)), int(str(u)) + int(str(d))) for oid, s, i, u, d in found
        }

    def _concurrently(self, sql: str) -> tuple[dict[int, str], dict[int, Work]]:
        """Another session holds a row lock on every table, so that the statement has to wait, and is looked at meanwhile."""
        failure: list[BaseException] = []

        def work() -> None:
            try:
                self._send(sql)
            except BaseException as error:
                failure.append(error)

        held: dict[int, str] = {}
        before = self._scans(self.connection)
        with self._connect() as other:
            tables = [
                self._quoted(oid) for oid, one in sorted(self._state.relations.items()) if one[2] == "r"
            ]
            other.execute(b"BEGIN")
            for table in tables:
                other.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE".encode())
            runner = threading.Thread(target=work, daemon=True)
            runner.start()
            until = time.monotonic() + _WAITED
            while runner.is_alive() and time.monotonic() < until:
                waits = other.execute(
                    b"SELECT wait_event_type = 'Lock' FROM pg_catalog.pg_stat_activity WHERE pid = %s",
                    [self._pid],
                ).fetchone()
                for oid, mode in self._held(other).items():
                    if oid not in held or LOCKS.index(held[oid]) < LOCKS.index(mode):
                        held[oid] = mode
                if waits and waits[0] and held:
                    break
                other.execute(b"SELECT pg_catalog.pg_stat_clear_snapshot()")
                time.sleep(0.01)
            other.execute(b"ROLLBACK")
            runner.join()
        if failure:
            raise failure[0]
        after = self._scans(self.connection)
        return held, {oid: (scans - before.get(oid, 0), 0, 0) for oid, scans in after.items()}

    def _scans(self, connection: Connection) -> dict[int, int]:
        """Scans of each table so far, as the server tells everybody; of this session's too, once they are handed in."""
        if not self.counts:
            return {}
        connection.execute(b"SELECT pg_catalog.pg_stat_force_next_flush()")
        connection.execute(b"SELECT pg_catalog.pg_stat_clear_snapshot()")
        found = connection.execute(
            b"SELECT relid::bigint, seq_scan FROM pg_catalog.pg_stat_user_tables"
        ).fetchall()
        return {int(str(oid)): int(str(scans or 0)) for oid, scans in found}

    def _quoted(self, oid: int) -> str:
        from .catalog import quoted

        schema, name = self._state.relations[oid][:2]
        return quoted(QualifiedName(schema, name))

    def _read(self) -> _State:
        state = _State()
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(b"SET LOCAL search_path = pg_catalog, pg_temp")
            for oid, *rest in self.connection.execute(_RELATIONS.encode()).fetchall():
                state.relations[int(str(oid))] = tuple(rest)
            for oid, number, *column in self.connection.execute(_COLUMNS.encode()).fetchall():
                state.columns[int(str(oid)), int(str(number))] = (
                    str(column[0]),
                    str(column[1]),
                    bool(column[2]),
                )
            for oid, *rest in self.connection.execute(_CONSTRAINTS.encode()).fetchall():
                state.constraints[int(str(oid))] = tuple(rest)
            for kind, oid, table, name in self.connection.execute(_OTHERS.encode()).fetchall():
                state.others[str(kind), int(str(oid))] = (int(str(table)), str(name))
        return state

    def names(self) -> set[str]:
        """All that stands in the database now, by the names that facts have: `index public.i`, `check public.t.c`."""
        state = self._state
        kinds = {"c": "check", "x": "exclusion"}
        found = {f"index {state.name(oid)}" for oid, one in state.relations.items() if one[2] in ("i", "I")}
        found |= {
            f"{kinds[one[2]]} {state.name(int(one[0]))}.{one[1]}"
            for one in state.constraints.values()
            if one[2] in kinds
        }
        for (kind, _), (table, name) in state.others.items():
            found.add(f"{kind} {state.name(table)}.{name}" if table else f"{kind} {name}")
        return found

    def unindexed(self, before: Collection[tuple[int, str]] = ()) -> list[Fact]:
        """Foreign keys that are not in `before` (by table and columns), and with none of whose columns an index begins."""
        state = self._state
        leading: dict[int, set[tuple[str, ...]]] = {}
        for one in state.relations.values():
            if one[2] in ("i", "I"):
                numbers = str(one[8]).split()
                leading.setdefault(int(one[4]), set()).update(
                    tuple(numbers[:n]) for n in range(1, len(numbers) + 1)
                )
        found = []
        for one in state.constraints.values():
            table, keyed = int(one[0]), tuple(str(one[5]).split())
            if (
                one[2] != "f"
                or (table, str(one[5])) in before
                or any(len(begin) == 1 and begin[0] in keyed for begin in leading.get(table, ()))
            ):
                continue
            named = tuple(state.column(table, n) for n in keyed)
            found.append(Fact("unindexed", state.name(table), str(one[1]), "foreign key", True, named))
        return sorted(found, key=lambda fact: (fact.table, fact.name))

    def keys(self) -> set[tuple[int, str]]:
        """All foreign keys, by table and columns: one that is made anew with another action is the same."""
        return {(int(one[0]), str(one[5])) for one in self._state.constraints.values() if one[2] == "f"}

    def _seen(self, sql: str, held: dict[int, str], work: dict[int, Work], *, concurrent: bool) -> Seen:
        before = self._state
        now = before if self._in_transaction() else self._read()
        touched = []
        facts: list[Fact] = []
        for oid, old in before.relations.items():
            if old[2] not in ("r", "p") or oid in self.new:
                continue
            lock = held.get(oid, "")
            scans, inserted, changed = work.get(oid, (0, 0, 0))
            rows = inserted + changed
            later = now.relations.get(oid)
            other_file = later is not None and old[3] != later[3]
            emptied = other_file and sql.lstrip().lower().startswith("truncate")
            if emptied:
                scans = 0  # its indexes are built again over nothing
                facts.append(Fact("emptied", before.name(oid), before.name(oid)))
            rewritten = other_file and not emptied
            if lock not in ("", "AccessShareLock") or rewritten or rows:
                size = self._sizes.get(oid, 0) if rows else 0
                touched.append(Touched(before.name(oid), lock, rewritten, scans > 0, rows, inserted, size))
        facts += self._facts(before, now)
        self.new |= {
            oid for oid, one in now.relations.items() if one[2] in ("r", "p") and oid not in before.relations
        }
        self._state = now
        return Seen(sql, tuple(sorted(touched, key=lambda one: one.table)), tuple(facts), concurrent)

    def _facts(self, before: _State, now: _State) -> Sequence[Fact]:
        found: list[Fact] = []
        # What Postgres makes again by itself, for a column's new type, has another number and the same name.
        named = {before.name(oid) for oid in before.relations}, {now.name(oid) for oid in now.relations}
        keyed = {(one[0], one[1]) for one in before.constraints.values() if one[2] in ("p", "u", "x")}
        held = (
            {(one[0], one[1]) for one in before.constraints.values()},
            {(one[0], one[1]) for one in now.constraints.values()},
        )
        for oid, old in before.relations.items():
            later = now.relations.get(oid)
            owner = int(old[4])
            if old[2] in ("i", "I"):
                if later is None and before.name(oid) in named[1]:
                    continue
                if owner in self.new or (later is None and owner not in now.relations):
                    continue
                if (old[4], old[1]) in keyed:
                    continue  # it goes with its constraint, which nothing drops beside others
                if later is None:
                    fresh = (
                        oid not in self._first.relations and f"index {before.name(oid)}" not in self._names
                    )
                    found.append(
                        Fact(
                            "index dropped",
                            before.name(owner),
                            before.name(oid),
                            str(old[5]),
                            bool(old[6]),
                            fresh=fresh,
                        )
                    )
            elif oid in self.new:
                continue
            elif later is None:
                found.append(Fact("table dropped", before.name(oid), before.name(oid)))
            elif old[:2] != later[:2]:
                found.append(Fact("table renamed", before.name(oid), before.name(oid), now.name(oid)))
        for oid, made in now.relations.items():
            owner = int(made[4])
            if now.name(oid) in named[0]:
                continue
            if (
                made[2] in ("i", "I")
                and oid not in before.relations
                and owner in before.relations
                and owner not in self.new
            ):
                columns = tuple(now.column(owner, n) for n in str(made[8]).split() if n != "0")
                found.append(
                    Fact(
                        "index added", before.name(owner), now.name(oid), str(made[5]), bool(made[6]), columns
                    )
                )
        found += self._of_columns(before, now)
        kinds = {"c": "check", "f": "foreign key", "p": "primary key", "u": "unique", "x": "exclusion"}
        for oid, one in now.constraints.items():
            table = int(one[0])
            if (one[0], one[1]) in held[0]:
                continue
            if oid not in before.constraints and table in before.relations and table not in self.new:
                columns = tuple(now.column(table, n) for n in str(one[5]).split())
                found.append(
                    Fact(
                        "constraint added",
                        before.name(table),
                        str(one[1]),
                        kinds[str(one[2])],
                        bool(one[3]),
                        columns,
                    )
                )
        for oid, one in before.constraints.items():
            table = int(one[0])
            if (one[0], one[1]) in held[1] or one[2] not in ("c", "x"):
                continue
            if oid not in now.constraints and table in now.relations and table not in self.new:
                kind = kinds[str(one[2])]
                known = f"{kind} {before.name(table)}.{one[1]}" in self._names
                fresh = oid not in self._first.constraints and not known
                found.append(Fact("dropped", before.name(table), str(one[1]), kind, fresh=fresh))
        for key, (table, name) in before.others.items():
            if key not in now.others and key[0] != "enum value" and (not table or table in now.relations):
                path = f"{key[0]} {before.name(table)}.{name}" if table else f"{key[0]} {name}"
                fresh = key not in self._first.others and path not in self._names
                found.append(Fact("dropped", before.name(table), name, key[0], fresh=fresh))
        for key, (_, name) in now.others.items():
            if key not in before.others and key[0] == "enum value":
                found.append(Fact("enum value added", "", name))
        return found

    def _of_columns(self, before: _State, now: _State) -> Sequence[Fact]:
        found = []
        for (oid, number), (name, type, required) in before.columns.items():
            if oid in self.new or oid not in now.relations:
                continue
            later = now.columns.get((oid, number))
            table = before.name(oid)
            fresh = (oid, number) not in self._first.columns
            if later is None:
                found.append(Fact("column dropped", table, name, fresh=fresh))
                continue
            if later[0] != name:
                found.append(Fact("column renamed", table, name, later[0], fresh=fresh))
            if later[1] != type:
                found.append(Fact("type changed", table, name, f"{type} → {later[1]}", fresh=fresh))
            if later[2] and not required:
                found.append(Fact("required", table, name))
        for (oid, number), (name, type, _) in now.columns.items():
            if (oid, number) not in before.columns and oid in before.relations and oid not in self.new:
                found.append(Fact("column added", before.name(oid), name, type))
        return found
