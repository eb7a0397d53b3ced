"""What to do about rows that would stop a migration: SQL for the live table, with `…` for what only a person knows."""

# ruff: noqa: S608  SQL that is shown, and never run

from __future__ import annotations

from collections.abc import Sequence

from ..model.values import frozen
from ..postgres.catalog.reader import quote


@frozen
class Found:
    """The rows in question."""

    table: str
    """The live table's quoted name."""
    key: tuple[tuple[str, str], ...]
    """Its primary key's quoted columns: as they are called when the migration meets them, and now."""
    rows: str
    """The FROM item that is counted."""
    where: str
    """What is true of the rows in it."""
    plain: bool
    """The condition holds of the live table as well: nothing that is pending changes or renames the rows before."""

    def condition(self) -> str:
        """What picks the rows in the live table; empty where nothing does."""
        if self.plain:
            return self.where
        if not self.key:
            return ""
        later, now = (", ".join(names) for names in zip(*self.key, strict=True))
        listed = now if len(self.key) == 1 else f"({now})"
        return f"{listed} IN (SELECT {later} FROM {self.rows} WHERE {self.where})"


def values(found: Found, columns: Sequence[str]) -> str:
    """Give other values to columns, which are named as they are called now."""
    condition = found.condition()
    if not condition or not columns:
        return ""
    given = ", ".join(f"{quote(column)} = …" for column in columns)
    return f"Give them another value: UPDATE {found.table} SET {given} WHERE {condition};"


def filled_by_migration(table: str, column: str) -> str:
    """For a column that the migration makes itself."""
    return (
        "Let the migration fill it in front of that statement: "
        f"UPDATE {table} SET {quote(column)} = … WHERE {quote(column)} IS NULL;"
    )


def in_steps(table: str, column: str, type: str) -> str:
    """For a new column that is required at once."""
    alter = f"ALTER TABLE {table}"
    return (
        f"Give it a default in the migration, or fill it there before it is required: {alter} ADD COLUMN {quote(column)} {type}; "
        f"UPDATE {table} SET {quote(column)} = …; {alter} ALTER COLUMN {quote(column)} SET NOT NULL;"
    )


def apart(found: Found, columns: Sequence[str]) -> str:
    """Make rows differ that share their values."""
    if not found.key:
        return ""
    now = [name for _, name in found.key]
    listed = ", ".join(dict.fromkeys([*now, *map(quote, columns)]))
    picked = " AND ".join(f"{column} = …" for column in now)
    condition = Found(found.table, found.key, found.rows, found.where, plain=False).condition()
    said = f"These they are: SELECT {listed} FROM {found.table} WHERE {condition} ORDER BY {listed}; "
    if columns:
        given = ", ".join(f"{quote(column)} = …" for column in columns)
        said += f"make them differ: UPDATE {found.table} SET {given} WHERE {picked}; "
    return f"{said}or let one go: DELETE FROM {found.table} WHERE {picked};"


def loose(found: Found, columns: Sequence[str], *, required: bool) -> str:
    """Let rows point somewhere, or nowhere. `required`: their columns must have values."""
    condition = found.condition()
    if not condition or not columns:
        return ""
    given = ", ".join(f"{quote(column)} = {'…' if required else 'NULL'}" for column in columns)
    what = "Let them point to what is there" if required else "Let them point to nothing"
    return (
        f"{what}: UPDATE {found.table} SET {given} WHERE {condition}; "
        f"or add the rows that they mean; or let them go: DELETE FROM {found.table} WHERE {condition};"
    )
