"""A step of a plan: one block of the script under one header."""

from __future__ import annotations

from ..diff.changes import Change
from ..model.names import QualifiedName
from ..model.values import frozen
from .render.statement import Applied, Statement

__all__ = ["Applied", "Fill", "Statement", "Step"]


@frozen
class Fill:
    """What stands in a column from now on, in rows that have nothing in it."""

    table: QualifiedName
    column: str
    source: str
    """Where the value comes from, in words."""
    expression: str
    """Over a row of the table."""
    statement: str = ""
    """The UPDATE; empty where the value is that of a default which goes again."""
    value: str = ""
    """The same as `expression` over a row `t` of the database as it is now, for checks; it raises no error. Empty where
    nobody can promise that."""
    way: tuple[QualifiedName, ...] = ()
    """The tables on the way along foreign keys."""


@frozen
class Step:
    """One `-- Header` block."""

    kind: str
    """Prisma's header: AlterTable, CreateIndex…"""
    changes: tuple[Change, ...]
    """All changes of the block; several where one ALTER TABLE carries them."""
    statements: tuple[Statement, ...] = ()
    """In the order in which they run."""
    fills: tuple[Fill, ...] = ()
    """What fills columns before they become required, so that rows do not stand in the way."""
