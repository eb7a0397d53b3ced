"""Indexes of a table that is on both sides: paired by structure, protected where the schema cannot declare them."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.schema import Index, IndexColumn, Schema, Table
from ..model.values import replace
from .changes import Change, CreateIndex, DropIndex, Note, RenameIndex, TablePair
from .opclasses import opclasses_match
from .predicates import predicates_match
from .rules import Rules, ignores_predicates, sees_partial_indexes

_PRISMA_METHODS = ("btree", "hash", "gist", "gin", "spgist", "brin")


_Alike = list[tuple[Index, list[Index]]]
"""Each index that the schema could declare, with the declared ones that match it."""


def compare_indexes(
    pair: TablePair, recreated: frozenset[str], expected: Schema, rules: Rules
) -> Iterator[Change | Note]:
    """Dropped, created, re-created and renamed indexes, each with the notes of what was accepted.

    `recreated`: names of columns that are dropped and added anew, and their indexes with them.
    """
    partial = sees_partial_indexes(expected, rules)
    blurred = ignores_predicates(expected, rules)
    visible = [
        _as_prisma_reads(i, rules, blurred) for i in pair.actual.indexes if _is_visible(i, partial or blurred)
    ]
    managed = [i for i in visible if rules.faithful or not _protected(i, partial)]
    kept = [i for i in visible if not rules.faithful and _protected(i, partial)]
    alike = [(i, [e for e in pair.expected.indexes if indexes_match(i, e, rules)]) for i in managed]
    yield from _dropped(pair, alike, blurred)
    yield from _accepted(pair, alike, rules)
    yield from _created(pair, alike, kept, recreated, rules)
    yield from _renamed(pair, alike, visible, recreated, rules)
    yield from _kept(pair, kept, visible)


def as_prisma_reads(database: Schema, rules: Rules) -> Schema:
    """A database that is the expected side, with the indexes alone that Prisma's introspection reads."""
    partial = sees_partial_indexes(database, rules)
    blurred = ignores_predicates(database, rules)

    def read(table: Table) -> Table:
        seen = [i for i in table.indexes if _is_visible(i, partial or blurred)]
        return replace(table, indexes=tuple(_as_prisma_reads(i, rules, blurred) for i in seen))

    return replace(database, tables=tuple(map(read, database.tables)))


def _is_visible(index: Index, partial: bool) -> bool:
    """Whether Prisma's introspection reads the index at all."""
    catalog = index.catalog
    if catalog is not None and (catalog.expression or catalog.constraint == "x"):
        return False
    return partial or index.predicate is None


def _as_prisma_reads(index: Index, rules: Rules, blurred: bool) -> Index:
    """Without predicates where they are not compared; with INCLUDE columns as keys, which is how Prisma drops those."""
    if blurred and index.catalog is not None:
        index = replace(index, predicate=None)
    if not rules.faithful or index.catalog is None or not index.catalog.include:
        return index
    more = tuple(IndexColumn(name, "asc") for name in index.catalog.include)
    return replace(index, columns=index.columns + more)


def _reasons(index: Index, partial: bool) -> tuple[str, ...]:
    """Why the index cannot be declared; partial indexes can where they are seen, operator classes with raw("…")."""
    catalog = index.catalog
    if catalog is None:
        return ()
    declarable = {"opclass", "partial"} if partial else {"opclass"}
    return tuple(why for why in (*catalog.unmanaged, *catalog.facets) if why not in declarable)


def _protected(index: Index, partial: bool) -> bool:
    return bool(_reasons(index, partial))


def columns_match(actual: Index, expected: Index) -> bool:
    """Same columns in the same order, same sorting, same uniqueness, same method."""
    return (
        actual.unique == expected.unique
        and actual.method == expected.method
        and len(actual.columns) == len(expected.columns)
        and _same_order(actual, expected)
    )


def _same_order(actual: Index, expected: Index) -> bool:
    for a, e in zip(actual.columns, expected.columns, strict=True):
        if a.name != e.name or a.length != e.length or (a.sort or "asc") != (e.sort or "asc"):
            return False
    return True


def indexes_match(actual: Index, expected: Index, rules: Rules) -> bool:
    """Prisma's structural equality, or the catalog's where Prisma sees less than it says."""
    return (
        columns_match(actual, expected)
        and opclasses_match(actual, expected, faithful=rules.faithful)
        and predicates_match(actual, expected, faithful=rules.faithful)
    )


def _dropped(pair: TablePair, alike: _Alike, blurred: bool) -> Iterator[Change]:
    for index, matches in alike:
        if blurred and is_partial(index):
            continue
        if not matches:
            yield DropIndex(pair, index)


def _accepted(pair: TablePair, alike: _Alike, rules: Rules) -> Iterator[Note]:
    """Indexes that only the catalog knows to be the declared ones."""
    if rules.faithful:
        return
    pure = replace(rules, faithful=True) if alike else rules
    for index, matches in alike:
        # Most match in Prisma's eyes, too; whatever matches in those does so in ours or is looked for.
        if not matches or indexes_match(index, matches[0], pure):
            continue
        if not any(indexes_match(index, e, pure) for e in pair.expected.indexes):
            name = f"{pair.actual.name.schema}.{index.name}"
            yield Note(
                "index-same-in-catalog", name, f"Postgres holds it and {matches[0].name} for the same index."
            )


def is_partial(index: Index) -> bool:
    """Whether the database's own index has a predicate, also where Prisma does not read it."""
    return index.catalog is not None and index.catalog.predicate is not None


def _created(
    pair: TablePair, alike: _Alike, kept: list[Index], recreated: frozenset[str], rules: Rules
) -> Iterator[Change | Note]:
    managed = [index for index, _ in alike]
    matched = {id(index) for _, matches in alike for index in matches}
    paired = {after for _, after in _rename_pairs(alike, managed)} if recreated else set()
    hidden = {i.name for i in pair.actual.indexes} - {i.name for i in (*managed, *kept)}
    for index in pair.expected.indexes:
        lost = bool(recreated) and any(c.name in recreated for c in index.columns)
        if id(index) in matched:
            # Prisma forgets those it cannot pair one to one: they go with the old column.
            if lost and (index in paired or _corrects(managed, rules)):
                yield CreateIndex(pair.expected, index, pair.actual, recreated=True)
        elif lost or not any(_satisfies(a, index) for a in kept):
            if index.name in hidden and not lost and not rules.faithful:
                name = f"{pair.actual.name.schema}.{index.name}"
                yield Note(
                    "index-name-taken", name, "An index that Prisma does not see has the declared one's name."
                )
            else:
                yield CreateIndex(pair.expected, index, pair.actual)


def _renamed(
    pair: TablePair, alike: _Alike, visible: list[Index], recreated: frozenset[str], rules: Rules
) -> Iterator[Change]:
    corrects = _corrects([index for index, _ in alike], rules)
    for before, after in _rename_pairs(alike, visible):
        # An index that is created anew has its new name already.
        if after.name != before.name and not (corrects and any(c.name in recreated for c in after.columns)):
            yield RenameIndex(pair, before, after)


def _corrects(managed: list[Index], rules: Rules) -> bool:
    """Whether to make good what Prisma forgets: where there is a database that would miss it."""
    return not rules.faithful and any(i.catalog is not None for i in managed)


def _rename_pairs(alike: _Alike, visible: list[Index]) -> Iterator[tuple[Index, Index]]:
    """One actual index to one expected one, leaving out those that look alike in columns and uniqueness."""
    for index, matches in alike:
        if matches and not _ambiguous(index, visible):
            yield index, matches[0]


def _ambiguous(index: Index, visible: list[Index]) -> bool:
    names = [c.name for c in index.columns]
    return sum(i.unique == index.unique and [c.name for c in i.columns] == names for i in visible) > 1


def _satisfies(kept: Index, expected: Index) -> bool:
    """An index that cannot be declared but serves a declared one: same key columns, same uniqueness."""
    catalog = kept.catalog
    if catalog is None or catalog.expression:
        return False
    return columns_match(kept, expected) and predicates_match(kept, expected, faithful=False)


def _kept(pair: TablePair, kept: list[Index], visible: list[Index]) -> Iterator[Change | Note]:
    for index in kept:
        name = f"{pair.actual.name.schema}.{index.name}"
        satisfied = next((e for e in pair.expected.indexes if _satisfies(index, e)), None)
        include = index.catalog is not None and bool(index.catalog.include)
        if include or (satisfied is None and not is_partial(index)):
            yield Note("would-drop", name, "Prisma cannot declare this index and would drop it.")
        if satisfied is None:
            continue
        method = index.catalog.method if index.catalog is not None else index.method
        strange = include or method not in _PRISMA_METHODS
        if strange or is_partial(index):
            yield Note("index-satisfied", name, f"It serves the declared index {satisfied.name}.")
        if not strange and satisfied.name != index.name and not _ambiguous(index, visible):
            yield RenameIndex(pair, index, satisfied)
