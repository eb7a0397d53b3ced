"""Changes of primary keys, indexes and foreign keys in words."""

from __future__ import annotations

from ..diff import changes as c
from . import words
from .draft import ADD, DECLARE, RENAME, Draft, Sides, draft
from .words import ABSENT


def primary_key(change: c.AddPrimaryKey | c.DropPrimaryKey | c.RenamePrimaryKey) -> Draft:
    table = change.table.expected
    label = table.model or table.name.name
    if isinstance(change, c.RenamePrimaryKey):
        before, after = change.actual.name, change.expected.name
        message = (
            f"The primary key of `{label}` is named `{before}` in the migrations and `{after}` in the schema."
        )
        return _renamed("primary-key-name", change, message)
    text = words.primary_key(change.key, table)
    if isinstance(change, c.AddPrimaryKey):
        message = f"The schema gives `{label}` a primary key, which the migrations do not build."
        return draft(
            "primary-key-missing",
            table,
            change.key.name,
            message,
            ADD,
            (change,),
            ABSENT,
            text,
            change.key.position,
        )
    message = f"The migrations give `{label}` a primary key, which the schema does not have."
    return draft("primary-key-extra", table, change.key.name, message, DECLARE, (change,), text, ABSENT, None)


def index(change: c.CreateIndex | c.DropIndex | c.RenameIndex) -> Draft:
    if isinstance(change, c.RenameIndex):
        before, after = change.actual.name, change.expected.name
        message = f"An index is named `{before}` in the migrations and `{after}` in the schema."
        return _renamed("index-name", change, message)
    if isinstance(change, c.CreateIndex):
        table, index = change.table, change.index
        text = words.index(index, table)
        namesake = _namesake(change)
        if namesake is not None:
            return namesake
        message = f"The schema has `{text}`, which the migrations do not build."
        return draft(
            "index-missing", table, index.name, message, ADD, (change,), ABSENT, text, index.position
        )
    table, index = change.table.expected, change.index
    what = "unique index" if index.unique else "index"
    message = f"The migrations build the {what} `{index.name}`, which the schema does not have."
    text = words.index(index, table)
    return draft("index-extra", table, index.name, message, DECLARE, (change,), text, ABSENT, None)


def _namesake(change: c.CreateIndex) -> Draft | None:
    """Where the name is taken by an index that the schema cannot declare, so that none can be created."""
    had = change.actual_table.indexes if change.actual_table else ()
    other = next((one for one in had if one.name == change.index.name), None)
    if other is None or change.actual_table is None:
        return None
    why = ", ".join(other.catalog.unmanaged) if other.catalog else ""
    return draft(
        "index-different",
        change.table,
        other.name,
        f"The migrations build an index `{other.name}` that the schema cannot declare ({why}),"
        " under the name of one that it does.",
        "Give the schema's index another `map:` name to have both, or take it out of the schema to keep the other one.",
        (change,),
        words.index(other, change.table),
        words.index(change.index, change.table),
        change.index.position,
    )


def foreign_key(change: c.AddForeignKey | c.DropForeignKey | c.RenameForeignKey, sides: Sides) -> Draft:
    if isinstance(change, c.RenameForeignKey):
        before, after = change.actual.name, change.expected.name
        message = f"A foreign key is named `{before}` in the migrations and `{after}` in the schema."
        return _renamed("foreign-key-name", change, message)
    key = change.key
    if isinstance(change, c.AddForeignKey):
        text = words.foreign_key(key, change.table, sides.expected)
        message = f"The schema has the relation `{text}`, for which the migrations build no foreign key."
        return draft(
            "foreign-key-missing",
            change.table,
            key.name,
            message,
            ADD,
            (change,),
            ABSENT,
            text,
            key.position,
        )
    table = change.expected_table or change.table
    text = words.foreign_key(key, table, sides.known)
    message = f"The migrations build the foreign key `{key.name}`, for which the schema has no relation."
    return draft("foreign-key-extra", table, key.name, message, DECLARE, (change,), text, ABSENT, None)


def _renamed(id: str, change: c.RenamePrimaryKey | c.RenameIndex | c.RenameForeignKey, message: str) -> Draft:
    before, after = change.actual.name, change.expected.name
    table, position = change.table.expected, change.expected.position
    return draft(id, table, after, message, RENAME, (change,), before, after, position, before)
