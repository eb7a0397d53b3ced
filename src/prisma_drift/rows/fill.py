"""Fills tables with invented rows: parents before children, circles through keys that may be empty, the rest with a reason.

Everything happens on the server, in one transaction with a savepoint for each table. What a table refuses is tried row by
row, then without triggers and foreign keys (`session_replication_role`), and then told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..model.names import QualifiedName
from ..model.values import field, frozen, mutable
from .candidates import Candidates, Hints, candidates
from .catalog import Key, Tables, literal, quote, quoted

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

ROWS = 24
"""Rows of a table, as far as its keys allow."""
_ENOUGH = 6
_MANY = 1500
"""Candidates among which rows are sought that meet every check."""
_SECONDS = 10
_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.\"])(-?\d+(?:\.\d+)?)")
_COMMON = (
    "", "a", "A", "AB", "abc", "abcdef", "ABC123", "a-b", "a_b", "a@example.com", "https://example.com/a", "#a1b2c3", "+15551234567",
    "0", "1", "-1", "2", "3", "5", "10", "50", "100", "1000", "0.5", "true", "false", "2024-01-01", "2030-01-01", "1990-01-01",
    "{}", "[]", "{a}", "{1}",
)  # fmt: skip


@frozen
class Filled:
    """What became of the tables."""

    rows: Mapping[QualifiedName, int] = field(default_factory=dict)
    """By table; only of those that have any."""
    not_populated: tuple[tuple[QualifiedName, str], ...] = ()
    """Tables without a row, and why; sorted."""
    unchecked: tuple[QualifiedName, ...] = ()
    """Tables that took their rows only without triggers and foreign keys."""


def fill(
    connection: Connection,
    wanted: Collection[QualifiedName] | None = None,
    *,
    rows: int = ROWS,
    hints: Hints | None = None,
    counters: Collection[tuple[QualifiedName, str]] = (),
    tables: Tables | None = None,
) -> Filled:
    """Fill the `wanted` tables and all that they reference; all tables where None. `counters` are columns that shall
    have a number that follows all of theirs. `tables` are those of the database, where they were asked for already.

    Tables that have rows already keep them, and get more beside them.
    """
    tables = tables or Tables(connection)
    chosen = set(tables.columns) if wanted is None else _with_parents(wanted, tables)
    filling = _Filling(connection, tables, rows, hints or {}, counters)
    with connection.transaction():
        connection.execute(f"SET LOCAL statement_timeout = '{_SECONDS}s'".encode())
        # What waits for the end of the transaction would spoil all tables then.
        connection.execute(b"SET CONSTRAINTS ALL IMMEDIATE")
        for table in _ordered(chosen, tables):
            filling.table(table)
        filling.finish()
        return filling.outcome(chosen)


def _with_parents(wanted: Iterable[QualifiedName], tables: Tables) -> set[QualifiedName]:
    found: set[QualifiedName] = set()
    waiting = [table for table in wanted if table in tables.columns]
    while waiting:
        table = waiting.pop()
        if table not in found:
            found.add(table)
            waiting += [key.references for key in tables.keys[table] if key.references in tables.columns]
    return found


def _ordered(chosen: Collection[QualifiedName], tables: Tables) -> Iterable[QualifiedName]:
    """Parents first; of those that wait for each other, the one that waits for the fewest, by keys that may be empty if there is one."""
    left = sorted(chosen)
    while left:
        waits = {}
        for table in left:
            open = [key for key in tables.keys[table] if key.references in left and key.references != table]
            required = [
                key for key in open if all(tables.columns[table][name].not_null for name in key.columns)
            ]
            waits[table] = (len(required), len(open))
        ready = [table for table in left if waits[table] == (0, 0)]
        taken = ready or [min(left, key=lambda table: (waits[table], table))]
        yield from taken
        left = [table for table in left if table not in taken]


@mutable
class _Filling:
    """One run."""

    connection: Connection
    tables: Tables
    wanted: int
    hints: Hints
    counters: Collection[tuple[QualifiedName, str]]
    filled: dict[QualifiedName, int] = field(default_factory=dict)
    why: dict[QualifiedName, str] = field(default_factory=dict)
    unchecked: set[QualifiedName] = field(default_factory=set)
    later: list[tuple[QualifiedName, Key]] = field(default_factory=list)
    forced: list[tuple[QualifiedName, Key]] = field(default_factory=list)

    def table(self, name: QualifiedName) -> None:
        made = candidates(name, self.tables, self.filled, self.hints, self.counters)
        unknown = self._unknown(made)
        if unknown:
            if count := self._there(name):
                self.filled[name] = count
            else:
                self.why[name] = unknown
            return
        lacking = [key for key in made.keys if key.references not in self.filled]
        required = [
            key for key in lacking if all(made.columns[n].not_null for n in key.columns if n in made.columns)
        ]
        for key in required:
            if key.references in self.why or key.references not in self.tables.columns:
                self.why[name] = f"it needs a row of {key.references}, which has none"
                return
            self._force(made, key)
        self._suit_checks(made)
        count, why = self._insert(made, role=bool(made.forced))
        if not count and not made.forced and not why.startswith("no row"):
            count, why = self._insert(made, role=True)
        count = count or self._there(name)
        if count:
            self.filled[name] = count
            self.later += [(name, key) for key in made.later]
        else:
            self.why[name] = why

    def _there(self, name: QualifiedName) -> int:
        """Rows that a migration or a seed has written: of a table of settings there can be no more."""
        found = self.connection.execute(f"SELECT count(*) FROM {quoted(name)}".encode()).fetchone()
        return int(str(found[0])) if found else 0

    def _unknown(self, made: Candidates) -> str:
        for name, column in made.columns.items():
            from_key = any(name in key.columns for key in (*made.keys, *made.own))
            if made.values[name] == [None] and column.not_null and not from_key:
                return f"no value of type {column.base_type} is known for its column {name}"
        return ""

    def _force(self, made: Candidates, key: Key) -> None:
        """Two tables need each other's rows: this one takes the keys that the other is going to have."""
        other = candidates(key.references, self.tables, self.filled, self.hints, self.counters)
        self._suit_checks(other)
        for ours, theirs in zip(key.columns, key.referenced_columns, strict=True):
            number = f"(1 + n % {self.wanted})"
            if theirs in other.columns and other.values.get(theirs):
                made.forced[ours] = other.expression(theirs, number)
            else:
                made.forced[ours] = f"{number}::{made.columns[ours].base_type}"
        made.keys.remove(key)
        self.forced.append((made.table, key))

    def _insert(self, made: Candidates, *, role: bool) -> tuple[int, str]:
        """How many rows the table has taken, and why none."""
        import psycopg

        why = ""
        tries: list[tuple[int, int, int, bool]] = [(1, self.wanted, self.wanted, False)]
        tries.append((self.wanted + 1, _MANY, self.wanted, True))
        count = 0
        for start, stop, limit, scattered in tries:
            if count >= min(_ENOUGH, self.wanted):
                break
            try:
                with self.connection.transaction():
                    count += self._sent(made.sql(start, stop, limit, scattered=scattered), role=role)
            except psycopg.Error as error:
                if self.connection.closed:
                    raise
                why = _words(error)
        if not count and why:
            count, why = self._one_by_one(made, why, role=role)
        if count and role:
            self.unchecked.add(made.table)
        return count, why or "no row that was tried meets its checks and keys"

    def _one_by_one(self, made: Candidates, why: str, *, role: bool) -> tuple[int, str]:
        """Rows that do not spoil each other, where one raises an error."""
        import psycopg

        count = 0
        for number in (*range(1, self.wanted + 1), *range(101, 101 + self.wanted)):
            try:
                with self.connection.transaction():
                    text = made.sql(number, number, 1, filtered=False, scattered=number > 100)
                    if any(one.deferrable for one in self.tables.uniques[made.table]):
                        text = text.removesuffix("ON CONFLICT DO NOTHING")
                    count += self._sent(text, role=role)
            except psycopg.Error as error:
                if self.connection.closed:
                    raise
                why = _words(error)
        return count, why

    def _sent(self, sql: str, *, role: bool) -> int:
        """Rows that a statement made, changed or deleted; with `role` no trigger fires and no foreign key is looked at."""
        if role:
            self._role(True)
        count = max(self.connection.execute(sql.encode()).rowcount, 0)
        if role:
            self._role(False)
        return count

    def _role(self, on: bool) -> None:
        self.connection.execute(b"SET LOCAL session_replication_role = " + (b"replica" if on else b"origin"))

    def _suit_checks(self, made: Candidates) -> None:
        """Values that the checks speak of, for the columns that they ask about, where these are of their type."""
        about: dict[str, list[str]] = {}
        for check in made.checks:
            texts = _spoken_of(check.expression or "")
            for name in check.columns:
                about.setdefault(name, []).extend(texts)
        wanted = [
            (name, text)
            for name, texts in sorted(about.items())
            if made.values.get(name)
            for text in dict.fromkeys([*texts, *_COMMON])
        ]
        if not wanted or self.connection.info.server_version < 160000:
            return
        types = [made.columns[name].base_type for name, _ in wanted]
        fits = self.connection.execute(
            b"SELECT pg_catalog.pg_input_is_valid(t, y) FROM ROWS FROM (pg_catalog.unnest(%s::pg_catalog.text[]),"
            b" pg_catalog.unnest(%s::pg_catalog.text[])) WITH ORDINALITY AS u(t, y, n) ORDER BY n",
            [[text for _, text in wanted], types],
        ).fetchall()
        for (name, text), (valid,) in zip(wanted, fits, strict=True):
            if valid and text not in made.values[name]:
                made.values[name].append(text)

    def finish(self) -> None:
        """Keys that could not be given while their tables were being filled."""
        for table, key in self.forced:
            self._drop_orphans(table, key)
        for table, key in self.later:
            if key.references in self.filled:
                self._link(table, key)

    def _drop_orphans(self, table: QualifiedName, key: Key) -> None:
        pairs = " AND ".join(
            f"p.{quote(theirs)} = c.{quote(ours)}"
            for ours, theirs in zip(key.columns, key.referenced_columns, strict=True)
        )
        gone = self._tried(
            f"DELETE FROM {quoted(table)} AS c WHERE NOT EXISTS (SELECT 1 FROM {quoted(key.references)} AS p WHERE {pairs})",
            role=True,
        )
        if gone and table in self.filled:
            self.filled[table] -= gone
            if self.filled[table] <= 0:
                del self.filled[table]
                self.why[table] = f"its rows and those of {key.references} need each other"

    def _link(self, table: QualifiedName, key: Key) -> None:
        columns = self.tables.columns[table]
        pairs = list(zip(key.columns, key.referenced_columns, strict=True))
        fresh = [(ours, theirs) for ours, theirs in pairs if not columns[ours].not_null]
        shared = " AND ".join(
            f"p.{quote(theirs)} = c.{quote(ours)}" for ours, theirs in pairs if columns[ours].not_null
        )
        source = f"{quoted(key.references)} AS p WHERE {shared or 'true'}"
        place = f"pg_catalog.abs(pg_catalog.hashtext(c.ctid::text)::bigint) % greatest((SELECT count(*) FROM {source}), 1)"
        listed = ", ".join(quote(ours) for ours, _ in fresh)
        values = ", ".join(f"p.{quote(theirs)}" for _, theirs in fresh)
        if fresh:
            self._tried(
                f"UPDATE {quoted(table)} AS c SET ({listed}) = (SELECT {values} FROM {source} ORDER BY p.ctid OFFSET {place} LIMIT 1)"
                " WHERE pg_catalog.hashtext(c.ctid::text || 'x') % 4 <> 0",
                role=False,
            )

    def _tried(self, sql: str, *, role: bool) -> int:
        import psycopg

        try:
            with self.connection.transaction():
                return self._sent(sql, role=role)
        except psycopg.Error:
            if self.connection.closed:
                raise
            return 0

    def outcome(self, chosen: Collection[QualifiedName]) -> Filled:
        left = {name: self.why.get(name, "no row was made") for name in chosen if name not in self.filled}
        return Filled(
            dict(sorted(self.filled.items())), tuple(sorted(left.items())), tuple(sorted(self.unchecked))
        )


def _words(error: Any) -> str:
    primary = error.diag.message_primary or str(error).partition("\n")[0]
    return f"{' '.join(primary.split())} ({error.sqlstate})"


def _spoken_of(text: str) -> Sequence[str]:
    """Literals of a check and their neighbours, and texts as long as its numbers say."""
    found: list[str] = []
    for match in _LITERAL.finditer(text):
        if match[1] is not None:
            found.append(match[1].replace("''", "'"))
            continue
        found.append(match[2])
        if "." not in match[2] and len(match[2]) < 15:
            number = int(match[2])
            found += [str(number - 1), str(number + 1)]
            if 0 < number <= 2000:
                found += ["x" * number, "0" * number, "A" * number, "x" * (number + 1), "x" * (number - 1)]
    return list(dict.fromkeys(found))


__all__ = ["ROWS", "Filled", "fill", "literal"]
