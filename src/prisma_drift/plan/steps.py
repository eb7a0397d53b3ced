"""A step of a plan: one block of the script under one header."""

from __future__ import annotations

from ..diff.changes import Change
from ..model.values import frozen
from .render.statement import Applied, Statement

__all__ = ["Applied", "Statement", "Step"]


@frozen
class Step:
    """One `-- Header` block."""

    kind: str
    """Prisma's header: AlterTable, CreateIndex…"""
    changes: tuple[Change, ...]
    """All changes of the block; several where one ALTER TABLE carries them."""
    statements: tuple[Statement, ...] = ()
    """In the order in which they run."""
    filled: tuple[str, ...] = ()
    """Columns that are filled before they become required, so that rows do not stand in the way."""
