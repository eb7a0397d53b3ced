"""What a finding is drafted from, and the shapes that drafts share."""

from __future__ import annotations

from ..diff.changes import Change
from ..model.report import Finding
from ..model.schema import Schema, Table
from ..model.source import Position
from ..model.values import frozen, replace

ADD = "Take the corrective migration, which adds it, or remove it from the schema."


DECLARE = "Declare it in the schema to keep it, or take the corrective migration, which drops it."


RENAME = "Take the corrective migration, which renames it, or write the name in the schema as `map:`."


@frozen
class Sides:
    actual: Schema
    expected: Schema

    @property
    def known(self) -> Schema:
        """The schema's tables under its names, and those that only the database has."""
        more = tuple(one for one in self.actual.tables if self.expected.table(one.name) is None)
        return replace(self.expected, tables=(*self.expected.tables, *more))


@frozen
class Draft:
    """A finding and what it was made of."""

    finding: Finding
    changes: tuple[Change, ...] = ()
    keys: tuple[str, ...] = ()
    """Other names under which the migrations know the object."""


def draft(
    id: str,
    table: Table,
    name: str,
    message: str,
    hint: str,
    changes: tuple[Change, ...],
    actual: str,
    expected: str,
    position: Position | None,
    *keys: str,
    field: str = "",
) -> Draft:
    """A finding about something of a table; `name` and `keys` are without the table's."""
    finding = Finding(
        id,
        "error",
        f"{table.name}.{name}",
        message,
        hint,
        position or table.position,
        table=str(table.name),
        model=table.model,
        actual=actual,
        expected=expected,
        field=field,
    )
    return Draft(finding, changes, tuple(f"{table.name}.{key}" for key in keys if key != name))


def loose(
    id: str,
    object: str,
    message: str,
    hint: str,
    changes: tuple[Change, ...],
    actual: str,
    expected: str,
    position: Position | None = None,
    model: str = "",
) -> Draft:
    """A finding about something that belongs to no table."""
    finding = Finding(
        id, "error", object, message, hint, position, model=model, actual=actual, expected=expected
    )
    return Draft(finding, changes)
