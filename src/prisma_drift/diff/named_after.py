"""Keys and indexes that get another name only because their table or a column of theirs does."""

from __future__ import annotations

from collections.abc import Iterable

from . import changes as c
from .changes import Change, TablePair


def is_named_after(change: Change, changes: Iterable[Change]) -> bool:
    """Whether the change renames a key, and one of `changes` its table or one of its columns."""
    match change:
        case c.RenamePrimaryKey(pair, primary):
            return _is_renamed(pair, primary.columns, changes)
        case c.RenameIndex(pair, index):
            return _is_renamed(pair, tuple(column.name for column in index.columns), changes)
        case c.RenameForeignKey(pair, foreign):
            return _is_renamed(pair, foreign.columns, changes)
        case _:
            return False


def _is_renamed(pair: TablePair, columns: tuple[str, ...], changes: Iterable[Change]) -> bool:
    table = pair.expected.name
    return any(
        (isinstance(one, c.RenameTable) and one.expected.name == table)
        or (
            isinstance(one, c.RenameColumn)
            and one.table.expected.name == table
            and one.expected.name in columns
        )
        for one in changes
    )
