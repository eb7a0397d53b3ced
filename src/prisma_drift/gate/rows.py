"""The rows of a live table as they will be when a pending statement meets them, as SQL that only reads."""

from __future__ import annotations

from collections.abc import Sequence

from ..migrations.facts import Data, Fact, Opaque
from ..migrations.relevant import mentions
from ..migrations.statements import Statement, read
from ..migrations.updates import RowChange, read_row_change
from ..model.values import frozen
from ..postgres.catalog.inventory import ColumnRow
from ..postgres.catalog.reader import quote


@frozen
class Pending:
    """One statement of a pending migration that reads or writes rows, or cannot be read."""

    migration: str
    order: int
    """Of the migration among the pending ones."""
    statement: Statement
    change: RowChange | None
    anything: bool = False
    """It runs what cannot be read, and may touch what it does not name."""

    @property
    def at(self) -> tuple[int, int]:
        return self.order, self.statement.line


@frozen
class PendingFacts:
    """A pending migration, read."""

    migration: str
    order: int
    facts: tuple[Fact, ...]
    rows: tuple[Pending, ...]
    statements: tuple[tuple[int, tuple[Fact, ...]], ...] = ()
    """(line, facts) of each statement."""


def pending_facts(name: str, order: int, sql: str) -> PendingFacts:
    facts: list[Fact] = []
    rows, statements = [], []
    for reading in read(sql):
        facts += reading.facts
        statements.append((reading.statement.line, tuple(reading.facts)))
        if any(isinstance(fact, Data | Opaque) for fact in reading.facts):
            anything = any(isinstance(fact, Opaque) and fact.dynamic for fact in reading.facts)
            change = read_row_change(reading.statement.text)
            rows.append(Pending(name, order, reading.statement, change, anything))
    return PendingFacts(name, order, tuple(facts), tuple(rows), tuple(statements))


@frozen
class Rows:
    """What a table will hold."""

    sql: str
    """`(SELECT …) AS "T"`: a FROM item with the names that the table has then."""
    sure: bool = True
    unsure_at: str = ""
    """`migration:line` of the first statement of which nobody can say what it does to the rows."""
    as_they_are: bool = True
    """No pending statement changes them before."""


def rows_later(
    live: str,
    columns: Sequence[tuple[str, str]],
    name: str,
    alone: Sequence[Pending],
) -> Rows:
    """The rows of the live table.

    `live`: its quoted name. `columns`: (SQL over a live row, name later). `name`: its name later. `alone`: what touches it
    before the moment that is meant, in order.
    """
    listed = ", ".join(f"{value} AS {quote(column)}" for value, column in columns)
    sql = f"(SELECT {listed} FROM {live})"  # noqa: S608
    names = [column for _, column in columns]
    for one in alone:
        change = one.change
        if change is None:
            return Rows(f"{sql} AS {quote(name)}", False, f"{one.migration}:{one.statement.line}", False)
        if change.verb == "insert":
            continue
        alias = quote(change.alias or name)
        condition = f"({change.where})" if change.where else "true"
        if change.source:
            condition = f"EXISTS (SELECT FROM {change.source} WHERE {condition})"
        if change.verb == "delete":
            sql = f"(SELECT * FROM {sql} AS {alias} WHERE ({condition}) IS NOT TRUE)"  # noqa: S608
            continue
        values = dict(change.values)
        if not values.keys() <= set(names):
            return Rows(f"{sql} AS {quote(name)}", False, f"{one.migration}:{one.statement.line}", False)
        parts = []
        for column in names:
            own = f"{alias}.{quote(column)}"
            if column in values:
                value = f"({values[column]})"
                if change.source:
                    where = f" WHERE {change.where}" if change.where else ""
                    value = f"(SELECT {values[column]} FROM {change.source}{where} LIMIT 1)"  # noqa: S608
                own = f"CASE WHEN {condition} THEN {value} ELSE {own} END"
            parts.append(f"{own} AS {quote(column)}")
        sql = f"(SELECT {', '.join(parts)} FROM {sql} AS {alias})"  # noqa: S608
    changed = any(one.change is None or one.change.verb != "insert" for one in alone)
    return Rows(f"{sql} AS {quote(name)}", as_they_are=not changed)


def touching(
    rows: Sequence[Pending], names: Sequence[str], before: tuple[int, float], *, inserts: bool = False
) -> list[Pending]:
    """The statements before a place that may change rows of a table known by one of the names."""
    found = []
    for one in rows:
        if one.at >= before:
            continue
        if one.change is not None:
            hit = one.change.table.name in names and (inserts or one.change.verb != "insert")
        else:
            hit = one.anything or any(mentions(one.statement.text, name) for name in names)
        if hit:
            found.append(one)
    return found


def columns_later(
    present: Sequence[str],
    first: dict[int, ColumnRow],
    before: dict[int, ColumnRow],
    after: dict[int, ColumnRow],
    defaults: dict[str, str],
) -> list[tuple[str, str]]:
    """(SQL over a live row, name later) of every column that is there before or after a migration.

    `present`: the live table's columns. `first`: the columns when nothing pending has run. A column that is new has its
    default, or nothing.
    """
    found: dict[str, str] = {}
    for number, column in sorted({**before, **after}.items()):
        if number in first and first[number].name in present:
            value = quote(first[number].name)
        else:
            value = f"CAST({defaults.get(column.name) or 'NULL'} AS {column.type})"
        found.setdefault(column.name, value)
    return [(value, name) for name, value in found.items()]
