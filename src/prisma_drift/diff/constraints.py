"""Primary and foreign keys of a table that is on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model.schema import ForeignKey, Table
from .changes import (
    AddForeignKey,
    AddPrimaryKey,
    Change,
    DropForeignKey,
    DropPrimaryKey,
    Note,
    RenameForeignKey,
    RenamePrimaryKey,
    TablePair,
)
from .rules import Rules
from .sides import from_catalog


def compare_primary_key(pair: TablePair, retyped: frozenset[str]) -> Iterator[Change]:
    """A key is dropped and added when its columns or their types change; only its name: renamed.

    The rename is said beside the drop too, as Prisma does; a plan that has to work leaves it out.
    """
    before, after = pair.actual.primary_key, pair.expected.primary_key
    if before is None or after is None:
        if before is not None:
            yield DropPrimaryKey(pair, before)
        if after is not None:
            yield AddPrimaryKey(pair, after)
        return
    changed = before.columns != after.columns or not retyped.isdisjoint(before.columns)
    if changed:
        yield DropPrimaryKey(pair, before)
    if before.name != after.name:
        yield RenamePrimaryKey(pair, before, after)
    if changed:
        yield AddPrimaryKey(pair, after)


def compare_foreign_keys(pair: TablePair, retyped: frozenset[str], rules: Rules) -> Iterator[Change | Note]:
    """Foreign keys are paired by structure; a difference of name alone is a rename.

    Prisma compares the name of the referenced table without its schema, so a key that points to the table of that
    name in another schema goes unseen, and stands in the way when that table is dropped.
    """
    before, after = pair.actual.foreign_keys, pair.expected.foreign_keys
    compares_schema = from_catalog(pair.actual) and not rules.faithful

    def match(actual: ForeignKey, expected: ForeignKey) -> bool:
        if compares_schema and actual.references != expected.references:
            return False
        return keys_match(actual, expected) and retyped.isdisjoint(actual.columns)

    # Only keys of the same columns match: a table may have hundreds.
    were, are = _by_columns(before), _by_columns(after)
    for key in after:
        if not any(match(a, key) for a in were.get(key.columns, ())):
            yield AddForeignKey(pair.expected, key, pair.actual)
    for key in before:
        alike = are.get(key.columns, ())
        found = next((e for e in alike if match(key, e)), None)
        wanted = any(e.references == key.references for e in alike)
        if found is None and not wanted and rules.is_external_table(key.references) and not rules.faithful:
            name = f"{pair.actual.name}.{key.name}"
            yield Note(
                "external-foreign-key", name, f"It leads to {key.references}, which is managed elsewhere."
            )
        elif found is None:
            yield DropForeignKey(pair.actual, key, pair.expected)
        elif found.name != key.name and not (_joins(pair.actual) and _joins(pair.expected)):
            yield RenameForeignKey(pair, key, found)


def _by_columns(keys: Sequence[ForeignKey]) -> dict[tuple[str, ...], list[ForeignKey]]:
    found: dict[tuple[str, ...], list[ForeignKey]] = {}
    for key in keys:
        found.setdefault(key.columns, []).append(key)
    return found


def keys_match(actual: ForeignKey, expected: ForeignKey) -> bool:
    """Whether two foreign keys have the same structure in Prisma's eyes."""
    return (
        actual.references.name == expected.references.name
        and actual.columns == expected.columns
        and actual.referenced_columns == expected.referenced_columns
        and actual.on_delete == expected.on_delete
        and actual.on_update == expected.on_update
    )


def _joins(table: Table) -> bool:
    """The look of an implicit many-to-many table, whose foreign keys are never renamed."""
    return {c.name for c in table.columns} == {"A", "B"}
