"""A type that Prisma casts and Postgres cannot convert: the column is dropped and added, as for Prisma's own such cases."""

from __future__ import annotations

from ...diff.changes import AlterColumn, Cast, Change, CreateIndex, RenameIndex
from ...model.values import replace
from ..render.context import Context
from ..steps import Applied

RULE = "type-change-recreates"


def recreate_inconvertible(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    """`boolean` to `interval`, `point` to `timestamp`: no expression turns one into the other."""
    kept: list[Change] = []
    applied: list[Applied] = []
    for change in changes:
        if isinstance(change, AlterColumn) and _fails(change, context):
            change = replace(change, cast=Cast.NOT_CASTABLE)
            applied.append((RULE, f"{change.table.actual.name}.{change.actual.name}"))
            kept += _indexes_of(change, changes)
        kept.append(change)
    return _without_renames(kept), applied


def _fails(change: AlterColumn, context: Context) -> bool:
    castable = change.cast in (Cast.SAFE, Cast.RISKY)
    return castable and context.conversion(change) is None


def _indexes_of(change: AlterColumn, changes: tuple[Change, ...]) -> list[Change]:
    """The expected indexes on the column, which go with it, unless they are created anyway."""
    pair = change.table
    created = {
        c.index.name for c in changes if isinstance(c, CreateIndex) and c.table.name == pair.expected.name
    }
    return [
        CreateIndex(pair.expected, index, pair.actual, recreated=True)
        for index in pair.expected.indexes
        if index.name not in created and any(c.name == change.expected.name for c in index.columns)
    ]


def _without_renames(changes: list[Change]) -> tuple[Change, ...]:
    """An index on two such columns is created once, and one that is created anew is not renamed."""
    unique: list[Change] = []
    seen: dict[object, list[CreateIndex]] = {}
    for change in changes:
        if isinstance(change, CreateIndex):
            # By name first: whole schemas of indexes are not to be compared with each other.
            alike = seen.setdefault((change.table.name, change.index.name), [])
            if change in alike:
                continue
            alike.append(change)
        unique.append(change)
    again = {(c.table.name, c.index.name) for c in unique if isinstance(c, CreateIndex) and c.recreated}
    return tuple(
        c
        for c in unique
        if not (isinstance(c, RenameIndex) and (c.table.expected.name, c.expected.name) in again)
    )
