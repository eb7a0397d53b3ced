"""Unique indexes and primary keys over rows that may have the same values twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...diff.changes import AddPrimaryKey, AlterColumn, CreateIndex
from ...model.hazards import Check, Hazard
from ...model.schema import Index, Table
from .costs import COUNT, NOTHING, Costs, count_rows, identifier, together
from .later import Future

DUPLICATES = "duplicates"


def index_costs(change: CreateIndex, future: Future) -> Costs:
    """A unique index on a table that is there."""
    index, table = change.index, change.actual_table
    if not index.unique or table is None:
        return NOTHING
    if index.catalog is not None and index.catalog.expression:
        return _untold(f"{future.object(table.name)}.{index.name}", "The unique index")
    columns = [key.name for key in index.columns]
    return _duplicates(index.name, columns, table, future, index)


def primary_key_costs(change: AddPrimaryKey, future: Future) -> Costs:
    return _duplicates(change.key.name, change.key.columns, change.table.actual, future, None)


def kept_costs(change: AlterColumn, future: Future) -> Costs:
    """Keys that stay while a column of theirs is converted: what was told apart before may not be afterwards."""
    table, name = change.table.actual, change.actual.name
    return together(
        _duplicates(key, columns, table, future, index)
        for key, columns, index in _unique_keys(table, future)
        if name in columns
    )


def _unique_keys(table: Table, future: Future) -> Iterator[tuple[str, tuple[str, ...], Index | None]]:
    """(name, columns, the index) of the keys that hold now and that the plan does not drop."""
    key = table.primary_key
    if key is not None and (table.name, key.name) not in future.dropped:
        yield key.name, key.columns, None
    for index in table.indexes:
        valid = index.catalog is None or (index.catalog.valid and not index.catalog.expression)
        if index.unique and valid and (table.name, index.name) not in future.dropped:
            yield index.name, tuple(column.name for column in index.columns), index


def _duplicates(
    name: str, columns: Sequence[str], table: Table, future: Future, index: Index | None
) -> Costs:
    values = future.values(table, columns)
    distinct_nulls = index is None or index.catalog is None or not index.catalog.nulls_not_distinct
    if any(value.each_its_own or (value.null and distinct_nulls) for value in values):
        return NOTHING
    if all(value.told_apart for value in values) and _holds_already(columns, table, index):
        return NOTHING
    object = f"{future.object(table.name)}.{name}"
    shown = ", ".join(future.column_now(table.name, column) for column in columns)
    what = "The primary key" if index is None else "The unique index"
    predicate = (index.predicate if index is not None else None) or ""
    told = _named_in(predicate, table)
    asked = [*columns, *(column for column in told if column not in columns)]
    sure = all(value.sql for value in future.values(table, asked))
    if (
        not sure
        or not all(future.can_compare(table, column) for column in columns)
        or _unsure(told, table, future)
    ):
        return _untold(object, what)
    conditions = [f"{identifier(column)} IS NOT NULL" for column in columns] if distinct_nulls else []
    conditions += [f"({predicate})"] if predicate else []
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    key = ", ".join(map(identifier, columns))
    inner = f"SELECT count(*) OVER (PARTITION BY {key}) AS n FROM {future.rows_later(table, asked)}{where}"  # noqa: S608
    return Costs(
        (
            Hazard(
                DUPLICATES,
                "warning",
                object,
                f"{what} {object} stops at rows that have the same {shown}.",
                f"{COUNT}, and make them differ or merge them before.",
            ),
        ),
        (
            Check(
                DUPLICATES,
                object,
                "fails",
                f"Rows of {future.object(table.name)} whose {shown} another row has too",
                count_rows(f"({inner}) AS d", "n > 1"),
            ),
        ),
    )


def _untold(object: str, what: str) -> Costs:
    message = f"{what} {object} may stop at rows that have the same values; no query can tell before."
    return Costs((Hazard(DUPLICATES, "warning", object, message, "Try it on a copy of the database."),))


def _holds_already(columns: Sequence[str], table: Table, index: Index | None) -> bool:
    """Whether a key of the database makes rows differ in these columns, or in some of them."""
    keys = [set(table.primary_key.columns)] if table.primary_key is not None else []
    keys += [
        {column.name for column in other.columns}
        for other in table.indexes
        if other.unique
        and (other.catalog is None or (other.catalog.valid and not other.catalog.expression))
        and (other.predicate is None or (index is not None and other.predicate == index.predicate))
    ]
    return any(key and key <= set(columns) for key in keys)


def _named_in(predicate: str, table: Table) -> list[str]:
    """Columns whose names stand in an index's predicate."""
    return [
        column.name
        for column in table.columns
        if re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", predicate)
    ]


def _unsure(columns: Sequence[str], table: Table, future: Future) -> bool:
    """Whether the predicate may not be asked yet: of values that are still to change, or of new labels of an enum."""
    for name in columns:
        column = table.column(name)
        if future.changed(table.name, name) or (column is not None and future.uses_changed_enum(column)):
            return True
    return False
