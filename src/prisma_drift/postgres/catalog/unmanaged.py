"""Objects that the Prisma schema language cannot declare, listed with the statement that makes each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...model.schema import Column, Index, Table, Unmanaged
from .reader import quote
from .rows import ForeignKeyRow, SequenceRow, UnmanagedRow

KINDS_OF_TABLES = ("constraints",)
"""Queries unmanaged_*.sql that ask for given tables; census.sql names those that ask for schemas."""


def from_row(row: UnmanagedRow) -> Unmanaged:
    return Unmanaged(
        kind=row.kind, name=row.name, definition=row.definition, table=row.table_name, why=tuple(row.why)
    )


def free_sequences(rows: Iterable[SequenceRow]) -> list[Unmanaged]:
    """Sequences that no column owns."""
    return [
        Unmanaged("sequence", f"{row.schema}.{row.name}", row.definition, why=("sequence",))
        for row in rows
        if not row.owner and not row.of_extension
    ]


def outward(table: str, key: ForeignKeyRow) -> Unmanaged:
    """A foreign key to a table that is managed elsewhere, in a schema that is not compared."""
    schema, _, name = table.partition(".")
    definition = (
        f"ALTER TABLE {quote(schema)}.{quote(name)} ADD CONSTRAINT {quote(key.name)} {key.definition}"
    )
    return Unmanaged("foreign key", f"{table}.{key.name}", definition, table=table, why=("external",))


def unlogged(table: Table) -> Unmanaged:
    """That a table is UNLOGGED: its rows are gone after a crash, and copies of the server never have them."""
    name = f"{quote(table.name.schema)}.{quote(table.name.name)}"
    return Unmanaged(
        "unlogged table",
        str(table.name),
        f"ALTER TABLE {name} SET UNLOGGED",
        table=str(table.name),
        why=("unlogged",),
    )


def of_index(table: Table, index: Index) -> list[Unmanaged]:
    """The index itself, if it has anything that Prisma's language lacks."""
    catalog = index.catalog
    if catalog is None or not (catalog.unmanaged or catalog.facets):
        return []
    if catalog.constraint == "x" or (catalog.constraint and catalog.deferrable):
        # Listed with the constraints.
        return []
    return [
        Unmanaged(
            "index",
            f"{table.name.schema}.{index.name}",
            catalog.definition,
            table=str(table.name),
            why=(*catalog.unmanaged, *catalog.facets),
        )
    ]


def of_columns(table: Table) -> list[Unmanaged]:
    """Generated columns and columns with a collation of their own."""
    return [found for column in table.columns for found in _of_column(table, column)]


def _of_column(table: Table, column: Column) -> Sequence[Unmanaged]:
    catalog = column.catalog
    if catalog is None:
        return []
    if catalog.generated is None and not catalog.collation:
        return []
    found = []
    name = f"{table.name}.{column.name}"
    alter = f"ALTER TABLE {quote(table.name.schema)}.{quote(table.name.name)}"
    if catalog.generated is not None:
        stored = "STORED" if catalog.generated_kind != "v" else "VIRTUAL"
        definition = (
            f"{alter} ADD COLUMN {quote(column.name)} {catalog.type} "
            f"GENERATED ALWAYS AS ({catalog.generated}) {stored}"
        )
        found.append(
            Unmanaged("generated column", name, definition, table=str(table.name), why=("generated",))
        )
    if catalog.collation:
        definition = f"{alter} ALTER COLUMN {quote(column.name)} SET DATA TYPE {catalog.type} COLLATE {catalog.collation}"
        found.append(Unmanaged("collation", name, definition, table=str(table.name), why=("collation",)))
    return found
