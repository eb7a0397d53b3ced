"""A step of a plan: one block of the script under one header."""

from __future__ import annotations

from ..diff.changes import Change
from ..model.values import frozen

Applied = tuple[str, str]
"""A named rule under which the SQL is not Prisma's, and the object that it concerns."""


@frozen
class Step:
    """One `-- Header` block."""

    kind: str
    """Prisma's header: AlterTable, CreateIndex…"""
    changes: tuple[Change, ...]
    """All changes of the block; several where one ALTER TABLE carries them."""
    statements: tuple[str, ...] = ()
    """SQL statements in order, each without its semicolon; the first may begin with comment lines."""
    filled: tuple[str, ...] = ()
    """Columns that are filled before they become required, so that rows do not stand in the way."""
