"""What a baseline is: one migration, what it replaces, what it does not carry on, and what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.source import Position
from ..model.values import frozen

if TYPE_CHECKING:
    from ..migrations.history import Migration


@frozen
class RowStatement:
    """A statement of the old history that writes rows, which a baseline does not hold."""

    position: Position
    text: str
    """Its first words."""
    why: str = ""
    """Why it could not be carried on, where that was asked for and it was tried."""


@frozen
class Baseline:
    """What would take a history's place, or why nothing can."""

    name: str
    """Of the new migration's folder."""
    sql: str
    replaced: tuple[Migration, ...]
    kept: tuple[Migration, ...]
    """Those behind it, which stay as they are."""
    data: tuple[RowStatement, ...]
    """Those that it does not carry on."""
    objects: int
    """What is compared: entries of the dump, and rows of the catalogs."""
    troubles: tuple[str, ...] = ()
    """What cannot be rebuilt; nothing is written then."""
    unknown: tuple[str, ...] = ()
    """What could not be known, as sentences, where the history itself could not be run."""
    inserts: int = 0
    """Statements that write rows and are carried on."""
