"""Realises the expected schema: asks Postgres itself how the schema's own words read in its catalog.

Comparing text cannot decide whether `lower('X')` and `lower('X'::text)`, or `vector(3)` and `vector( 3 )`, are the same.
So the columns and indexes in doubt are made in temporary tables, where the migrations have run, read back by the
queries that read the real ones, and rolled back. What Postgres does not accept stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ..diff.generated import generated_text
from ..diff.stored_names import with_stored_names
from ..model.names import QualifiedName
from ..model.schema import CatalogColumn, CatalogIndex, Column, Index, Opclass, Schema, Table
from ..model.types import ColumnType, DbGenerated, Default, Family, Now, Value
from ..model.values import frozen, replace
from ..model.version import LATEST
from ..plan.render.defaults import default_sql
from ..plan.render.names import Names
from ..plan.render.types import type_sql
from ..postgres.catalog.samples import (
    Answer,
    ColumnSample,
    GeneratedSample,
    IndexSample,
    Sample,
    read_samples,
)

if TYPE_CHECKING:
    import psycopg

_FOREIGN = (Family.UNSUPPORTED, Family.UDT)
"""Types that Prisma does not know."""


Ask = Callable[[Sequence[str], Sequence["_Doubt"]], "list[Answer]"]
"""What Postgres' catalog says of each doubt; names are looked up in the schemas given, texts printed relative to the first."""


def realise(
    expected: Schema,
    actual: Schema,
    connection: psycopg.Connection[Any],
    samples: Callable[[Sequence[str], Sequence[Sample]], list[Answer]] | None = None,
) -> Schema:
    """`expected` with `.catalog` filled on each column and index in doubt that `actual` also has.

    `connection` leads to the database that `actual` was read from, which has to be the shadow's own: temporary tables
    are made there. Where there is no doubt, nothing is asked. `samples` knows some answers without asking.
    """

    def ask(path: Sequence[str], doubts: Sequence[_Doubt]) -> list[Answer]:
        wanted = [doubt.sample for doubt in doubts]
        return samples(path, wanted) if samples else read_samples(connection, path, wanted)

    return _realise(expected, actual, ask)


def realise_elsewhere(
    expected: Schema, actual: Schema, connect: Callable[[], psycopg.Connection[Any]]
) -> Schema:
    """The same for an `actual` that was read from a database which is not ours to make anything in.

    `connect` leads to a database that has what `actual` names; it is called where there is a doubt. Another release of
    Postgres may print the same expression otherwise. So both sides' words are tried there: where they come out alike,
    `expected` gets what the catalog of the database itself says.
    """

    def ask(path: Sequence[str], doubts: Sequence[_Doubt]) -> list[Answer]:
        samples = [*(doubt.sample for doubt in doubts), *(doubt.theirs for doubt in doubts)]
        answers = read_samples(connect(), path, samples)
        ours, theirs = answers[: len(doubts)], answers[len(doubts) :]
        return [
            _in_their_words(doubt, one, other) for doubt, one, other in zip(doubts, ours, theirs, strict=True)
        ]

    return _realise(expected, actual, ask)


def _in_their_words(doubt: _Doubt, ours: Answer, theirs: Answer) -> Answer:
    """What was read of our sample, each attribute as the database itself prints it where the two are the same."""
    there = doubt.there
    match ours, theirs, there:
        case CatalogColumn(), CatalogColumn(), CatalogColumn():
            return replace(
                ours,
                type=there.type if ours.type == theirs.type else ours.type,
                default=there.default if ours.default == theirs.default else ours.default,
                generated=there.generated if ours.generated == theirs.generated else ours.generated,
            )
        case CatalogIndex(), CatalogIndex(), CatalogIndex():
            same = ours.predicate == theirs.predicate
            return replace(ours, predicate=there.predicate if same else ours.predicate)
    return ours


def _realise(expected: Schema, actual: Schema, ask: Ask) -> Schema:
    stored = with_stored_names(expected)
    doubts = _doubts(stored, actual)
    if not doubts:
        return expected
    # A migration may have put itself where an extension's types stand, which the schema's bare names do not tell.
    path = dict.fromkeys([expected.default_schema, *(x.schema for x in actual.extensions if x.schema)])
    answers = ask(list(path), doubts)
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
    theirs: Sample
    """The same of what the database has now."""
    there: CatalogColumn | CatalogIndex
    """What its catalog says of it."""


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
    found: list[_Doubt] = []
    for table in expected.tables:
        other = there.get(table.name)
        if other is not None:
            found += _of_columns(table, other, names)
            found += _of_indexes(table, other)
    return found


def _of_columns(table: Table, actual: Table, names: Names) -> Iterable[_Doubt]:
    existing = {column.name: column for column in actual.columns}
    for column in table.columns:
        other = existing.get(column.name)
        if other is None or other.catalog is None:
            continue
        wanted, there = column.default, other.catalog
        sample: Sample
        theirs: Sample
        if there.generated is not None and isinstance(wanted, DbGenerated) and wanted.text:
            sample = GeneratedSample(actual.name, column.name, type_sql(column.type, names), wanted.text)
            theirs = GeneratedSample(actual.name, column.name, there.type, there.generated)
        elif (generated := generated_text(column.type)) is not None:
            head, expression = generated
            sample = GeneratedSample(actual.name, column.name, head, expression)
            theirs = GeneratedSample(actual.name, column.name, there.type, there.generated or expression)
        elif _type_in_doubt(column.type, other) or _default_in_doubt(wanted, other):
            sample = ColumnSample(type_sql(column.type, names), default_sql(column, names))
            theirs = ColumnSample(there.type, there.default)
        else:
            continue
        yield _Doubt(table.name, column.name, sample, theirs, there)


def _type_in_doubt(wanted: ColumnType, actual: Column) -> bool:
    """The two types are written differently, and at least one is more than a name that Prisma knows."""
    if actual.catalog is None or wanted.family is Family.ENUM or actual.type.family is Family.ENUM:
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


def _of_indexes(table: Table, actual: Table) -> Iterable[_Doubt]:
    columns = {column.name for column in actual.columns}
    for index in table.indexes:
        if not columns.issuperset(column.name for column in index.columns):
            continue
        for other in actual.indexes:
            if other.catalog and _same_keys(index, other) and _index_in_doubt(index, other):
                theirs = IndexSample(actual.name, _with_opclasses(other, other.catalog))
                yield _Doubt(table.name, index.name, IndexSample(actual.name, index), theirs, other.catalog)
                break


def _with_opclasses(index: Index, catalog: CatalogIndex) -> Index:
    """The index with every operator class written, as the catalog names it."""
    names = zip_longest(index.columns, catalog.opclasses[: len(index.columns)])
    columns = tuple(replace(c, opclass=Opclass(name) if name else c.opclass) for c, name in names)
    return replace(index, columns=columns)


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
