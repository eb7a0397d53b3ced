"""Samples: columns and indexes made in temporary tables only to be read back from the catalog.

All samples are tried at once. Where Postgres refuses, they are tried in halves, so that one that cannot be made does
not spoil the others; each try ends in a rollback.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...model.names import QualifiedName
from ...model.schema import CatalogColumn, CatalogIndex, Index
from ...model.values import field, frozen, replace
from . import rows
from .columns import catalog_column
from .indexes import IndexReading, index
from .reader import Catalog, quote

if TYPE_CHECKING:
    import psycopg

_BATCH = 500
"""Samples made at a time: Postgres allows 1600 columns in a table, fewer where they are wide."""

_COLUMNS = "prisma_drift_columns"
"""The temporary table that holds all column samples."""

_OIDS = "SELECT pg_catalog.to_regclass(t)::pg_catalog.oid FROM pg_catalog.unnest(%s::pg_catalog.text[]) AS t"


@frozen
class ColumnSample:
    """A column of some type with some default."""

    type: str
    default: str | None


@frozen
class GeneratedSample:
    """A column of an existing table, generated from an expression over the table's other columns."""

    table: QualifiedName
    column: str
    type: str
    expression: str


@frozen
class IndexSample:
    """An index on the columns of an existing table."""

    table: QualifiedName
    index: Index


Sample = ColumnSample | GeneratedSample | IndexSample
Answer = CatalogColumn | CatalogIndex | None


def read_samples(
    connection: psycopg.Connection[Any], path: Sequence[str], samples: Sequence[Sample]
) -> list[Answer]:
    """What the catalog says of each sample, in order; None for one that Postgres does not accept.

    Names in samples are looked up in the schemas of `path`; texts are printed relative to the first of them alone.
    """
    with connection.transaction(force_rollback=True):
        # A hostile expression may take for ever to plan, and a live database may hold locks.
        connection.execute("SET LOCAL statement_timeout = '10s'")
        connection.execute("SET LOCAL lock_timeout = '2s'")
        return [
            answer
            for start in range(0, len(samples), _BATCH)
            for answer in _tried(connection, path, samples[start : start + _BATCH])
        ]


def _tried(
    connection: psycopg.Connection[Any], path: Sequence[str], samples: Sequence[Sample]
) -> list[Answer]:
    import psycopg

    try:
        with connection.transaction(force_rollback=True):
            return _made(connection, path, samples)
    except psycopg.errors.ReadOnlySqlTransaction:
        return [None] * len(samples)
    except psycopg.DatabaseError:
        if connection.closed:
            raise
    if len(samples) == 1:
        return [None]
    half = len(samples) // 2
    return [
        *_tried(connection, path, samples[:half]),
        *_tried(connection, path, samples[half:]),
    ]


def _made(
    connection: psycopg.Connection[Any], path: Sequence[str], samples: Sequence[Sample]
) -> list[Answer]:
    """Makes all samples and reads them back."""
    scratch = _scratch(samples)
    catalog = Catalog(connection, path[0])
    connection.execute(f"SET LOCAL search_path = {', '.join(map(quote, path))}".encode())
    for statement in scratch.statements:
        # Asking for binary results makes psycopg send one statement, so that no text can carry a second one.
        connection.execute(statement.encode(), binary=True)
    oids = connection.execute(_OIDS, [[f"pg_temp.{name}" for name in scratch.tables]])
    tables = {oid: name for name, (oid,) in zip(scratch.tables, oids.fetchall(), strict=True)}
    with connection.pipeline():
        opclasses = catalog.ask("opclasses", rows.OpclassRow)
        columns = catalog.ask("columns", rows.ColumnRow, tables=list(tables))
        indexes = catalog.ask("indexes", rows.IndexRow, tables=list(tables))
        found = _Found(tables, columns.fetchall(), indexes.fetchall(), opclasses.fetchall())
    answers = found.answers()
    return [answers[place] for place in scratch.places]


@frozen
class _Scratch:
    """The temporary tables of some samples."""

    statements: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    """Of each sample: its table, and the name of its column or index there."""


def _scratch(samples: Sequence[Sample]) -> _Scratch:
    scratch = _Scratch()
    columns: list[str] = []
    copies: dict[QualifiedName, str] = {}
    for number, sample in enumerate(samples):
        name = f"prisma_drift_{number}"
        match sample:
            case ColumnSample(type, default):
                # Behind a line break, since an expression may end in a comment.
                columns.append(f"{name} {type}" + (f" DEFAULT ({default}\n)" if default else ""))
                scratch.places.append((_COLUMNS, name))
            case GeneratedSample(table, column, type, expression):
                scratch.tables.append(name)
                scratch.statements.extend(
                    [
                        _copy(name, table),
                        f"ALTER TABLE pg_temp.{name} DROP COLUMN {quote(column)}",
                        f"ALTER TABLE pg_temp.{name} ADD COLUMN {quote(column)} {type} "
                        f"GENERATED ALWAYS AS ({expression}\n) STORED",
                    ]
                )
                scratch.places.append((name, column))
            case IndexSample(table, wanted):
                if table not in copies:
                    copies[table] = f"prisma_drift_of_{number}"
                    scratch.tables.append(copies[table])
                    scratch.statements.append(_copy(copies[table], table))
                scratch.statements.append(_create_index(name, copies[table], wanted))
                scratch.places.append((copies[table], name))
    if columns:
        scratch.tables.append(_COLUMNS)
        scratch.statements.append(f"CREATE TEMPORARY TABLE {_COLUMNS} ({', '.join(columns)}\n)")
    return scratch


def _copy(name: str, table: QualifiedName) -> str:
    """The table's columns and types alone: no defaults, and what is generated there is plain here."""
    return f"CREATE TEMPORARY TABLE {name} (LIKE {quote(table.schema)}.{quote(table.name)})"


def _create_index(name: str, table: str, wanted: Index) -> str:
    keys = ", ".join(
        quote(column.name) + (f" {column.opclass.name}" if column.opclass else "")
        for column in wanted.columns
    )
    where = f" WHERE ({wanted.predicate}\n)" if wanted.predicate is not None else ""
    return f"CREATE INDEX {name} ON pg_temp.{table} USING {wanted.method} ({keys}){where}"


@frozen
class _Found:
    """What the catalog has of the temporary tables."""

    tables: Mapping[int, str]
    columns: Sequence[rows.ColumnRow]
    indexes: Sequence[rows.IndexRow]
    opclasses: Sequence[rows.OpclassRow]

    def answers(self) -> dict[tuple[str, str], Answer]:
        """By table, and name of the column or index."""
        found: dict[tuple[str, str], Answer] = {}
        by_table: dict[int, dict[int, rows.ColumnRow]] = {oid: {} for oid in self.tables}
        for column in self.columns:
            by_table[column.table_oid][column.number] = column
            found[self.tables[column.table_oid], column.name] = catalog_column(column)
        reading = IndexReading(by_table, {row.oid: row for row in self.opclasses}, partial_indexes=True)
        for row in self.indexes:
            catalog = index(row, reading).catalog
            if catalog is not None:
                # The statement names the temporary table, which is no use to anybody.
                found[self.tables[row.table_oid], row.name] = replace(catalog, definition="")
        return found
