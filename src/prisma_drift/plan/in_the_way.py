"""Objects that hold a column fast: Postgres refuses to change its type, or to drop it, while they stand.

Such objects are not the schema's to declare, so no plan drops them. It says which they are instead; whether they truly
use the column only Postgres knows, so their texts are searched for its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..diff.base_types import base_type
from ..diff.changes import AlterColumn, Cast, Change, DropColumn, DropIndex, TablePair
from ..model.schema import Index, Unmanaged
from .render.context import Context
from .steps import Step

_KINDS = frozenset(["view", "materialized view", "rule", "policy", "trigger", "generated column"])


def objects_in_the_way(steps: Iterable[Step], context: Context) -> list[tuple[str, str]]:
    """(object, what to do) for each object that mentions a column which is retyped or dropped."""
    changes = [change for step in steps for change in step.changes]
    dropped = {c.index.name for c in changes if isinstance(c, DropIndex)}
    found: list[tuple[str, str]] = []
    for pair, column, change in _held_columns(changes):
        table = pair.actual.name
        for thing in context.actual.unmanaged:
            if thing.kind in _KINDS and _mentions(thing, str(table), table.name, column):
                found.append((thing.name, _text(thing.kind, thing.name, column, table.name)))
        for index in pair.actual.indexes:
            if isinstance(change, AlterColumn) and index.name not in dropped and _holds(index, change):
                name = f"{table.schema}.{index.name}"
                found.append((name, _text("index", name, column, table.name)))
    return list(dict.fromkeys(found))


def _held_columns(changes: list[Change]) -> Iterator[tuple[TablePair, str, Change]]:
    for change in changes:
        if isinstance(change, DropColumn):
            yield change.table, change.column.name, change
        elif isinstance(change, AlterColumn) and change.cast is not None:
            yield change.table, change.actual.name, change


def _mentions(thing: Unmanaged, qualified: str, table: str, column: str) -> bool:
    if thing.table and thing.table != qualified:
        return False
    if thing.kind == "generated column" and thing.name == f"{qualified}.{column}":
        return False
    return _has_word(thing.definition, column) and _has_word(thing.definition, table)


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _holds(index: Index, change: AlterColumn) -> bool:
    """Whether an index that stays has an operator class for the column's old type alone."""
    catalog = index.catalog
    if catalog is None or change.cast is Cast.NOT_CASTABLE:
        return False
    if base_type(change.actual) == base_type(change.expected):
        return False
    names = [c.name for c in index.columns]
    if change.actual.name not in names:
        return False
    flags = dict(zip(names, catalog.default_opclasses, strict=False))
    return not catalog.expression and not flags.get(change.actual.name, True)


def _text(kind: str, name: str, column: str, table: str) -> str:
    return (
        f"The {kind} `{name}` mentions the column `{column}` of the `{table}` table, and Postgres refuses to change a "
        f"column that is in use. Drop the {kind} before this migration and create it again after it."
    )
