"""Indexes, primary keys and foreign keys of one table, from catalog rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ...model.names import QualifiedName
from ...model.schema import CatalogIndex, ForeignKey, Index, IndexColumn, Opclass, PrimaryKey
from ...model.values import frozen
from .rows import ColumnRow, ForeignKeyRow, IndexRow, OpclassRow

KNOWN_METHODS = ("btree", "hash", "gist", "gin", "spgist", "brin")
"""Access methods that Prisma's language has."""

_OPCLASS_METHODS = ("gist", "gin", "spgist", "brin")
"""Access methods whose operator classes Prisma reads."""

_DESCENDING, _NULLS_FIRST = 1, 2
"""Bits of pg_index.indoption."""

_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


@frozen
class IndexReading:
    """What index rows are read with."""

    columns: Mapping[int, Mapping[int, ColumnRow]]
    """By table and column number."""
    opclasses: Mapping[int, OpclassRow]
    partial_indexes: bool = False
    """Whether Prisma's language may declare partial indexes (preview feature partialIndexes)."""


def primary_key(row: IndexRow, reading: IndexReading) -> PrimaryKey:
    columns = reading.columns[row.table_oid]
    names = tuple(columns[number].name for number in _numbers(row.keys))
    return PrimaryKey(row.name, names[: row.key_count], include=names[row.key_count :])


def index(row: IndexRow, reading: IndexReading) -> Index:
    """One index as Prisma sees it, with the catalog's own words beside it; its definition is still empty."""
    keys = _keys(row, reading)
    method = row.method if row.method in KNOWN_METHODS else "btree"
    return Index(
        name=row.name,
        columns=tuple(
            IndexColumn(
                key.column.name,
                sort="desc" if key.option & _DESCENDING else "asc",
                opclass=Opclass(key.opclass.name, key.opclass.is_default)
                if row.method in _OPCLASS_METHODS
                else None,
            )
            for key in keys
            if key.column is not None
        ),
        unique=row.is_unique,
        method=method,
        predicate=row.predicate,
        catalog=_catalog(row, keys, reading),
    )


class _Key(NamedTuple):
    """A key column of an index; `column` is None for an expression."""

    column: ColumnRow | None
    option: int
    opclass: OpclassRow
    collation: int


@lru_cache(maxsize=1024)
def _numbers(vector: str) -> tuple[int, ...]:
    return tuple(int(number) for number in vector.split())


def _keys(row: IndexRow, reading: IndexReading) -> tuple[_Key, ...]:
    columns = reading.columns[row.table_oid]
    opclasses = reading.opclasses
    vectors = zip(
        _numbers(row.keys)[: row.key_count],
        _numbers(row.options),
        _numbers(row.opclasses),
        _numbers(row.collations),
        strict=True,
    )
    return tuple(
        _Key(columns.get(number), option, opclasses[opclass], collation)
        for number, option, opclass, collation in vectors
    )


def _catalog(row: IndexRow, keys: Sequence[_Key], reading: IndexReading) -> CatalogIndex:
    columns = reading.columns[row.table_oid]
    include = tuple(columns[number].name for number in _numbers(row.keys)[row.key_count :])
    expression = any(key.column is None for key in keys)
    unmanaged = {
        row.method: row.method not in KNOWN_METHODS,
        "exclusion": row.is_exclusion,
        "expression": expression,
        "include": bool(include),
        "partial": row.predicate is not None and not reading.partial_indexes,
    }
    return CatalogIndex(
        definition="",
        method=row.method,
        opclasses=tuple(key.opclass.name for key in keys),
        predicate=row.predicate,
        include=include,
        expression=expression,
        nulls_not_distinct=row.nulls_not_distinct,
        constraint=row.constraint_type if row.constraint_type in ("u", "x") else "",
        valid=row.valid,
        deferrable=row.deferrable,
        default_opclasses=tuple(key.opclass.is_default for key in keys),
        unmanaged=tuple(reason for reason, holds in unmanaged.items() if holds),
        facets=_facets(row, keys),
    )


def _facets(row: IndexRow, keys: Sequence[_Key]) -> tuple[str, ...]:
    """What Prisma neither declares nor compares, in alphabetical order."""
    facets = {
        "collation": any(
            key.column is not None and key.collation and key.collation != key.column.collation_oid
            for key in keys
        ),
        "deferrable": row.deferrable,
        "nulls-not-distinct": row.nulls_not_distinct,
        "nulls-order": row.method == "btree"
        and any(bool(key.option & _DESCENDING) != bool(key.option & _NULLS_FIRST) for key in keys),
        "opclass": row.method in ("btree", "hash") and not all(key.opclass.is_default for key in keys),
        # An index of another method is sized by its own parameters as a matter of course.
        "storage": row.storage and row.method in KNOWN_METHODS,
    }
    return tuple(facet for facet, holds in facets.items() if holds)


def foreign_key(row: ForeignKeyRow, columns: Mapping[int, Mapping[int, ColumnRow]]) -> ForeignKey:
    """One foreign key; both tables' columns must be among `columns`."""
    return ForeignKey(
        name=row.name,
        columns=_names(row.columns, columns[row.table_oid]),
        references=QualifiedName(row.referenced_schema, row.referenced_name),
        referenced_columns=_names(row.referenced_columns, columns[row.referenced_oid]),
        on_delete=_ACTIONS[row.on_delete],
        on_update=_ACTIONS[row.on_update],
        definition=row.definition,
    )


def _names(numbers: Iterable[int], columns: Mapping[int, ColumnRow]) -> tuple[str, ...]:
    return tuple(columns[number].name for number in numbers)
