"""Realises the expected schema: asks Postgres itself how the schema's own words read in its catalog.

Comparing text cannot decide whether `lower('X')` and `lower('X'::text)`, or `vector(3)` and `vector( 3 )`, are the same.
So the columns and indexes in doubt are made in temporary tables, where the migrations have run, read back by the
queries that read the real ones, and rolled back. What Postgres does not accept stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ..diff.stored_names import with_stored_names
from ..model.names import QualifiedName
from ..model.schema import CatalogColumn, CatalogIndex, Column, Index, Schema, Table
from ..model.types import ColumnType, DbGenerated, Default, Family, Now, Value
from ..model.values import frozen, replace
from ..model.version import LATEST
from ..plan.render.defaults import default_sql
from ..plan.render.names import Names
from ..plan.render.types import type_sql
from ..postgres.catalog.samples import ColumnSample, GeneratedSample, IndexSample, Sample, read_samples

if TYPE_CHECKING:
    import psycopg

_FOREIGN = (Family.UNSUPPORTED, Family.UDT)
"""Types that Prisma does not know."""


def realise(expected: Schema, actual: Schema, connection: psycopg.Connection[Any]) -> Schema:
    """`expected` with `.catalog` filled on each column and index in doubt that `actual` also has.

    `connection` leads to the database that `actual` was read from. Where there is no doubt, nothing is asked.
    """
    stored = with_stored_names(expected)
    doubts = _doubts(stored, actual)
    if not doubts:
        return expected
    # A migration may have put itself where an extension's types stand, which the schema's bare names do not tell.
    path = dict.fromkeys([expected.default_schema, *(x.schema for x in actual.extensions if x.schema)])
    answers = read_samples(connection, list(path), [doubt.sample for doubt in doubts])
    columns: dict[tuple[QualifiedName, str], CatalogColumn] = {}
    indexes: dict[tuple[QualifiedName, str], CatalogIndex] = {}
    for doubt, answer in zip(doubts, answers, strict=True):
        if isinstance(answer, CatalogColumn):
            columns[doubt.table, doubt.name] = answer
        elif isinstance(answer, CatalogIndex):
            indexes[doubt.table, doubt.name] = answer
    touched = {table for table, _ in (*columns, *indexes)}
    return replace(
        expected,
        tables=tuple(
            _with_catalog(table, as_stored, columns, indexes) if as_stored.name in touched else table
            for table, as_stored in zip(expected.tables, stored.tables, strict=True)
        ),
    )


@frozen
class _Doubt:
    """Something that text alone cannot decide, and the sample that will."""

    table: QualifiedName
    name: str
    sample: Sample


def _with_catalog(
    table: Table,
    stored: Table,
    columns: dict[tuple[QualifiedName, str], CatalogColumn],
    indexes: dict[tuple[QualifiedName, str], CatalogIndex],
) -> Table:
    """The table with what was read; `stored` is the same one under the names that Postgres keeps."""
    return replace(
        table,
        columns=tuple(
            replace(c, catalog=columns.get((stored.name, s.name), c.catalog))
            for c, s in zip(table.columns, stored.columns, strict=True)
        ),
        indexes=tuple(
            replace(i, catalog=indexes.get((stored.name, s.name), i.catalog))
            for i, s in zip(table.indexes, stored.indexes, strict=True)
        ),
    )


def _doubts(expected: Schema, actual: Schema) -> list[_Doubt]:
    there = {table.name: table for table in actual.tables}
    names = Names(actual, expected, LATEST)
    found = []
    for table in expected.tables:
        other = there.get(table.name)
        if other is not None:
            found += [_Doubt(table.name, name, sample) for name, sample in _of_columns(table, other, names)]
            found += [_Doubt(table.name, name, sample) for name, sample in _of_indexes(table, other)]
    return found


def _of_columns(table: Table, actual: Table, names: Names) -> Iterable[tuple[str, Sample]]:
    there = {column.name: column for column in actual.columns}
    for column in table.columns:
        other = there.get(column.name)
        if other is None or other.catalog is None:
            continue
        wanted = column.default
        if other.catalog.generated is not None and isinstance(wanted, DbGenerated) and wanted.text:
            yield (
                column.name,
                GeneratedSample(actual.name, column.name, type_sql(column.type, names), wanted.text),
            )
        elif _type_in_doubt(column.type, other) or _default_in_doubt(wanted, other):
            yield column.name, ColumnSample(type_sql(column.type, names), default_sql(column, names))


def _type_in_doubt(wanted: ColumnType, actual: Column) -> bool:
    """The two types are written differently, and at least one is more than a name that Prisma knows."""
    if actual.catalog is None or Family.ENUM in (wanted.family, actual.type.family):
        return False
    if wanted.family in _FOREIGN:
        suffix = "[]" if actual.catalog.type.endswith("[]") else ""
        return wanted.text + suffix != actual.catalog.type
    return wanted.native != actual.type.native


def _default_in_doubt(wanted: Default | None, actual: Column) -> bool:
    """Both have a default, and the two are written differently."""
    if actual.catalog is None or actual.catalog.default is None or wanted == actual.default:
        return False
    if isinstance(wanted, DbGenerated):
        return bool(wanted.text) and wanted.text != actual.catalog.default
    return isinstance(wanted, Value | Now)


def _of_indexes(table: Table, actual: Table) -> Iterable[tuple[str, Sample]]:
    columns = {column.name for column in actual.columns}
    for index in table.indexes:
        alike = [other for other in actual.indexes if _same_keys(index, other)]
        if any(_index_in_doubt(index, other) for other in alike) and columns.issuperset(
            column.name for column in index.columns
        ):
            yield index.name, IndexSample(actual.name, index)


def _same_keys(index: Index, other: Index) -> bool:
    pairs = zip_longest(index.columns, other.columns)
    return all(a is not None and b is not None and a.name == b.name for a, b in pairs)


def _index_in_doubt(index: Index, other: Index) -> bool:
    """The predicates, or the names of operator classes, are written differently."""
    if other.catalog is None:
        return False
    if index.predicate is not None and other.predicate is not None and index.predicate != other.predicate:
        return True
    written = [column.opclass for column in index.columns]
    return any(
        wanted is not None and (wanted.raw or wanted.name != had)
        for wanted, had in zip(written, other.catalog.opclasses, strict=False)
    )
