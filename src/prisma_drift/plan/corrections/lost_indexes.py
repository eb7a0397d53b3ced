"""Indexes that the schema cannot declare and that go with a dropped or re-created column."""

from __future__ import annotations

import re

from ...diff.changes import AlterColumn, Cast, Change, CreateIndex, DropColumn, TablePair
from ...model.schema import Index
from ..render.context import Context
from ..steps import Applied

RECREATED = "protected-index-recreated"
LOST = "protected-index-lost"
SIMILAR = "similar-indexes-recreated"


def recreate_lost_indexes(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    """Where a column is added anew, such an index is made again from its definition, if it still fits any type."""
    more: list[Change] = []
    applied = [
        (SIMILAR, f"{c.table.name.schema}.{c.index.name}")
        for c in changes
        if isinstance(c, CreateIndex) and c.recreated and _looks_like_another(c)
    ]
    for pair, gone, anew in _columns_that_go(changes):
        for index in pair.actual.indexes:
            if not _undeclarable(index) or not _uses(index, gone | anew):
                continue
            name = f"{pair.actual.name.schema}.{index.name}"
            if _uses(index, gone) or not _fits_any_type(index, anew):
                applied.append((LOST, name))
            else:
                changes = tuple(c for c in changes if not _serves_as(index, pair, c))
                more.append(CreateIndex(pair.expected, index, pair.actual, recreated=True))
                applied.append((RECREATED, name))
    return (*changes, *more), applied


def _looks_like_another(change: CreateIndex) -> bool:
    """Whether Prisma would have forgotten the index, since it cannot tell it from another of the same columns."""
    columns = [c.name for c in change.index.columns]
    indexes = change.actual_table.indexes if change.actual_table is not None else ()
    alike = [i for i in indexes if i.unique == change.index.unique and [c.name for c in i.columns] == columns]
    return len(alike) > 1


def _serves_as(index: Index, pair: TablePair, change: Change) -> bool:
    """Whether a declared index is to be created that `index` has served as until now."""
    return (
        isinstance(change, CreateIndex)
        and change.table.name == pair.expected.name
        and change.index.unique == index.unique
        and [c.name for c in change.index.columns] == [c.name for c in index.columns]
        and change.index.predicate is None
        and index.predicate is None
    )


def _columns_that_go(changes: tuple[Change, ...]) -> list[tuple[TablePair, frozenset[str], frozenset[str]]]:
    """Per table: the columns that are dropped, and those that are dropped and added anew."""
    pairs: dict[str, TablePair] = {}
    gone: dict[str, set[str]] = {}
    anew: dict[str, set[str]] = {}
    for change in changes:
        if isinstance(change, DropColumn):
            pairs[str(change.table.actual.name)] = change.table
            gone.setdefault(str(change.table.actual.name), set()).add(change.column.name)
        elif isinstance(change, AlterColumn) and change.cast is Cast.NOT_CASTABLE:
            pairs[str(change.table.actual.name)] = change.table
            anew.setdefault(str(change.table.actual.name), set()).add(change.actual.name)
    return [(pairs[n], frozenset(gone.get(n, ())), frozenset(anew.get(n, ()))) for n in sorted(pairs)]


def _undeclarable(index: Index) -> bool:
    catalog = index.catalog
    return catalog is not None and bool(catalog.unmanaged or catalog.facets) and bool(catalog.definition)


def _uses(index: Index, columns: frozenset[str]) -> bool:
    catalog = index.catalog
    if catalog is None:
        return False
    listed = {c.name for c in index.columns} | set(catalog.include)
    return not listed.isdisjoint(columns) or any(_mentions(catalog.definition, c) for c in columns)


def _mentions(definition: str, column: str) -> bool:
    _, _, inside = definition.partition(" USING ")
    return re.search(rf'(?<![\w"]){re.escape(column)}(?![\w"])|"{re.escape(column)}"', inside) is not None


def _fits_any_type(index: Index, anew: frozenset[str]) -> bool:
    """A plain b-tree whose expressions and predicate leave the re-created columns alone takes any type."""
    catalog = index.catalog
    if (
        catalog is None
        or catalog.method != "btree"
        or catalog.expression
        or not all(catalog.default_opclasses)
    ):
        return False
    return not any(_mentions(catalog.predicate or "", c) for c in anew)
