"""The changed part of a database as a diagram's values: tables, the columns that matter, the links between them."""

from __future__ import annotations

from .values import frozen


@frozen
class DiagramColumn:
    name: str
    type: str
    note: str = ""
    """What differs; empty for a column that is there for orientation."""
    keys: tuple[str, ...] = ()
    """PK, FK, in this order."""


@frozen
class DiagramTable:
    name: str
    """The model's name, or the table's where it has none."""
    note: str = ""
    """What differs about the table as a whole."""
    columns: tuple[DiagramColumn, ...] = ()


@frozen
class DiagramLink:
    """A foreign key: many rows of `source` point to one row of `target`."""

    source: str
    target: str
    label: str
    missing: bool = False
    """The migrations do not build it."""
    optional: bool = False


@frozen
class Diagram:
    tables: tuple[DiagramTable, ...] = ()
    links: tuple[DiagramLink, ...] = ()
