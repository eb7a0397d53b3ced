"""A comparison takes a time that grows with what is compared: more tables, or more columns of one."""

from __future__ import annotations

import pytest
from growth import grows_with_its_input

from prisma_drift.diff.compare import diff
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import CatalogColumn, Column, PrimaryKey, Schema, Table
from prisma_drift.model.types import Arity, ColumnType, Family, NativeType, Value

_TYPE = ColumnType(Family.STRING, Arity.REQUIRED, native=NativeType("Text"))


def _side(tables: int, columns: int, *, catalog: bool) -> Schema:
    said = CatalogColumn("text", "'x'::text") if catalog else None
    made = tuple(
        Table(
            QualifiedName("public", f"T{number}"),
            tuple(Column(f"c{at}", _TYPE, Value("x"), catalog=said) for at in range(columns)),
            PrimaryKey(f"T{number}_pkey", ("c0",)),
        )
        for number in range(tables)
    )
    return Schema(tables=made, from_database=catalog)


@pytest.mark.parametrize("way", ["tables", "columns"])
def test_time_grows_with_the_schema(way: str) -> None:
    sides = {
        size: [
            _side(size, 1, catalog=c) if way == "tables" else _side(1, size, catalog=c) for c in (True, False)
        ]
        for size in (300, 6000)
    }

    def compare(size: int) -> None:
        actual, expected = sides[size]
        found = diff(actual, expected)
        assert not found.changes and not found.notes

    grows_with_its_input(compare, 300, 6000)
