"""One change, or two halves of one, in words: the id, the fact, the hint, both sides, the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..diff import changes as c
from ..diff.changes import Cast, Change
from ..model.schema import Column, Enum, Extension, Schema, Table
from ..model.source import Position
from ..model.types import Arity
from . import words
from .draw import type_name
from .model import Finding
from .sections import counted
from .words import ABSENT, listed

_VECTOR = re.compile(r"(vector|halfvec|sparsevec)(\(\d+\))?")

_ADD = "Take the corrective migration, which adds it, or remove it from the schema."
_DECLARE = "Declare it in the schema to keep it, or take the corrective migration, which drops it."
_RENAME = "Take the corrective migration, which renames it, or write the name in the schema as `map:`."


@dataclass(frozen=True, slots=True)
class Sides:
    actual: Schema
    expected: Schema


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding and what it was made of."""

    finding: Finding
    changes: tuple[Change, ...] = ()
    keys: tuple[str, ...] = ()
    """Other names under which the migrations know the object."""


def drafts_of(change: Change, sides: Sides) -> Iterator[Draft]:
    """The findings of one change; several only for an enum, one for each value."""
    match change:
        case c.CreateSchema():
            message = f"No migration creates the database schema `{change.name}`."
            yield _loose("schema-missing", change.name, message, _ADD, (change,), ABSENT, change.name)
        case c.CreateExtension():
            name = change.extension.name
            message = f"The schema needs the extension `{name}`, which no migration creates."
            yield _loose(
                "extension-missing", name, message, _ADD, (change,), ABSENT, name, change.extension.position
            )
        case c.AlterExtension():
            yield _extension(change.actual, change.expected, (change,))
        case c.DropExtension():
            yield _extension(change.extension, change.extension, (change,))
        case c.CreateEnum() | c.DropEnum():
            yield _enum(change)
        case c.AlterEnum():
            yield from _enum_values(change)
        case c.CreateTable() | c.DropTable():
            yield _table(change, sides)
        case c.AddColumn() | c.DropColumn():
            yield _column(change)
        case c.AlterColumn():
            yield _altered(change)
        case c.AddPrimaryKey() | c.DropPrimaryKey() | c.RenamePrimaryKey():
            yield _primary_key(change)
        case c.CreateIndex() | c.DropIndex() | c.RenameIndex():
            yield _index(change)
        case c.AddForeignKey() | c.DropForeignKey() | c.RenameForeignKey():
            yield _foreign_key(change, sides)


def paired(before: Change, after: Change, sides: Sides) -> Draft:
    """The one finding of what is dropped (`before`) and made again differently (`after`)."""
    both = (before, after)
    match (before, after):
        case (c.DropIndex(), c.CreateIndex()):
            return _draft(
                "index-different",
                after.table,
                after.index.name,
                f"Index `{after.index.name}` is built differently in the migrations than the schema says.",
                "Take the corrective migration, which builds it anew, or change the schema's line.",
                both,
                words.index(before.index, before.table.actual),
                words.index(after.index, after.table),
                after.index.position,
                before.index.name,
            )
        case (c.DropForeignKey(), c.AddForeignKey()):
            here = words.differing_actions(before.key, after.key)
            there = words.differing_actions(after.key, before.key)
            if before.key.references != after.key.references or not here:
                here = words.foreign_key(before.key, before.table, sides.actual)
                there = words.foreign_key(after.key, after.table, sides.expected)
            if here == there:
                here, there = (
                    f"{here} of table {before.key.references.name}",
                    f"{there} of table {after.key.references.name}",
                )
            return _draft(
                "foreign-key-different",
                after.table,
                after.key.name,
                f"Foreign key `{after.key.name}` has `{here}` in the migrations and `{there}` in the schema.",
                "Take the corrective migration, which replaces it, or change the relation in the schema.",
                both,
                here,
                there,
                after.key.position,
                before.key.name,
            )
        case (c.DropPrimaryKey(), c.AddPrimaryKey()):
            here = words.primary_key(before.key, before.table.actual)
            there = words.primary_key(after.key, after.table.expected)
            return _draft(
                "primary-key-different",
                after.table.expected,
                after.key.name,
                f"The primary key is `{here}` in the migrations and `{there}` in the schema.",
                "Take the corrective migration, which replaces the key, or change the key in the schema.",
                both,
                here,
                there,
                after.key.position,
                before.key.name,
            )
        case (c.DropIndex(), c.AddPrimaryKey()):
            columns = ", ".join(after.key.columns)
            return _draft(
                "join-table-key",
                after.table.expected,
                after.key.name,
                f"The join table has the unique index `{before.index.name}`, as Prisma made it before 6.0;"
                " since 6.0 it wants a primary key on the same columns.",
                "Take the corrective migration once, as part of the upgrade to Prisma 6; no row is touched.",
                both,
                f"unique index ({columns})",
                f"primary key ({columns})",
                after.table.expected.position,
                before.index.name,
            )
        case (c.DropExtension(), c.CreateExtension()):
            return _extension(before.extension, after.extension, both)
        case _:
            raise AssertionError(f"{before} and {after} are not two halves of one change")


def _draft(
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
    )
    return Draft(finding, changes, tuple(f"{table.name}.{key}" for key in keys if key != name))


def _loose(
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


def _extension(before: Extension, after: Extension, changes: tuple[Change, ...]) -> Draft:
    here, there = [], []
    if after.schema and before.schema != after.schema:
        here.append(f"schema {before.schema}")
        there.append(f"schema {after.schema}")
    if after.version and before.version != after.version:
        here.append(f"version {before.version}")
        there.append(f"version {after.version}")
    actual, expected = ", ".join(here), ", ".join(there)
    message = f"The extension `{after.name}` has {actual} in the migrations and {expected} in the schema."
    hint = "Take the corrective migration, or change the datasource's `extensions`."
    return _loose("extension-different", after.name, message, hint, changes, actual, expected, after.position)


def _enum(change: c.CreateEnum | c.DropEnum) -> Draft:
    enum = change.enum
    name = enum.model or enum.name.name
    if isinstance(change, c.CreateEnum):
        message = f"The schema has the enum `{name}`, but the migrations leave no such type."
        return _loose(
            "enum-missing",
            str(enum.name),
            message,
            _ADD,
            (change,),
            ABSENT,
            words.enum(enum),
            enum.position,
            name,
        )
    message = f"The migrations build the enum type `{enum.name.name}`, which the schema does not have."
    return _loose(
        "enum-extra", str(enum.name), message, _DECLARE, (change,), words.enum(enum), ABSENT, None, name
    )


def _enum_values(change: c.AlterEnum) -> Iterator[Draft]:
    enum = change.expected
    name = enum.model or enum.name.name
    for value in change.added:
        message = f"The schema's enum `{name}` has the value `{value}`, which no migration adds."
        yield _loose(
            "enum-value-missing",
            f"{enum.name}.{value}",
            message,
            _ADD,
            (replace(change, added=(value,), removed=()),),
            ABSENT,
            value,
            _value_position(enum, value),
            name,
        )
    for value in change.removed:
        message = (
            f"The migrations give the enum `{name}` the value `{value}`, which the schema does not have."
        )
        hint = "Add the value to the schema to keep it, or take the corrective migration, which fails while rows use it."
        yield _loose(
            "enum-value-extra",
            f"{enum.name}.{value}",
            message,
            hint,
            (replace(change, added=(), removed=(value,)),),
            value,
            ABSENT,
            enum.position,
            name,
        )


def _value_position(enum: Enum, value: str) -> Position | None:
    places = dict(zip(enum.values, enum.value_positions, strict=False))
    return places.get(value) or enum.position


def _table(change: c.CreateTable | c.DropTable, sides: Sides) -> Draft:
    table = change.table
    if isinstance(change, c.CreateTable):
        what = "join table" if table.join_table else "table"
        message = f"The schema needs the {what} `{table.name.name}`, which the migrations do not leave."
        hint = "Take the corrective migration, which creates it with its indexes and keys, or remove it from the schema."
        id, actual, expected = "table-missing", ABSENT, words.table(table, sides.expected)
    else:
        count = counted(len(table.columns), "column")
        message = (
            f"The migrations build the table `{table.name.name}` ({count}), which the schema does not have."
        )
        hint = "Declare a model for it to keep it, or take the corrective migration, which drops it with its rows."
        id, actual, expected = "table-extra", words.table(table, sides.actual), ABSENT
    finding = Finding(
        id,
        "error",
        str(table.name),
        message,
        hint,
        table.position,
        table=str(table.name),
        model=table.model,
        actual=actual,
        expected=expected,
    )
    return Draft(finding, (change,))


def _column(change: c.AddColumn | c.DropColumn) -> Draft:
    table, column = change.table.expected, change.column
    label = table.model or table.name.name
    if isinstance(change, c.AddColumn):
        name = column.field or column.name
        message = f"The schema has the field `{name}` in `{label}`, but the migrations leave no such column."
        text = words.column(column)
        return _draft(
            "column-missing", table, column.name, message, _ADD, (change,), ABSENT, text, column.position
        )
    message = f"The migrations build the column `{column.name}` in `{label}`, which the schema does not have."
    hint = "Declare the field to keep it, or take the corrective migration, which drops the column with its data."
    return _draft(
        "column-extra", table, column.name, message, hint, (change,), words.column(column), ABSENT, None
    )


def _altered(change: c.AlterColumn) -> Draft:
    column = change.expected
    name = column.field or column.name
    here, there = words.altered(change)
    facts = []
    if words.changes_type(change):
        before, after = type_name(change.actual), type_name(column)
        facts.append(f"is `{before}` in the migrations and `{after}` in the schema")
    if change.arity:
        was, wanted = _ARITY[change.actual.type.arity], _ARITY[column.type.arity]
        facts.append(f"{was} in the migrations and {wanted} in the schema")
    if change.autoincrement:
        facts.append(
            "should count up by itself and does not in the migrations"
            if column.autoincrement
            else "counts up by itself in the migrations and should not"
        )
    elif change.default:
        facts.append(
            f"has {_default_words(change.actual)} in the migrations and {_default_words(column)} in the schema"
        )
    message = f"`{name}` {listed(facts)}."
    hint = "Take the corrective migration, or change the field in the schema."
    if change.cast is Cast.NOT_CASTABLE:
        hint = (
            "Prisma's own migration would drop the column with its data and add it anew;"
            " read the corrective migration before you take it, or change the field in the schema."
        )
    return _draft(
        _column_id(change),
        change.table.expected,
        column.name,
        message,
        hint,
        (change,),
        here,
        there,
        column.position,
    )


_ARITY = {
    Arity.REQUIRED: "is required",
    Arity.NULLABLE: "allows NULL",
    Arity.LIST: "is a list",
}


def _default_words(column: Column) -> str:
    if column.catalog is not None and column.catalog.generated is not None:
        return f"the generated value `{column.catalog.generated}`"
    value = words.default_value(column)
    return f"the default `{value}`" if value else "no default"


def _column_id(change: c.AlterColumn) -> str:
    """The most important of what differs."""
    if words.changes_type(change):
        before, after = type_name(change.actual), type_name(change.expected)
        vectors = _VECTOR.fullmatch(before), _VECTOR.fullmatch(after)
        if vectors[0] and vectors[1] and vectors[0][1] == vectors[1][1]:
            return "vector-dimension"
        return "column-type"
    if change.arity:
        return "column-nullability"
    return "column-autoincrement" if change.autoincrement else "column-default"


def _primary_key(change: c.AddPrimaryKey | c.DropPrimaryKey | c.RenamePrimaryKey) -> Draft:
    table = change.table.expected
    label = table.model or table.name.name
    if isinstance(change, c.RenamePrimaryKey):
        before, after = change.actual.name, change.expected.name
        message = (
            f"The primary key of `{label}` is named `{before}` in the migrations and `{after}` in the schema."
        )
        return _draft(
            "primary-key-name",
            table,
            after,
            message,
            _RENAME,
            (change,),
            before,
            after,
            change.expected.position,
            before,
        )
    text = words.primary_key(change.key, table)
    if isinstance(change, c.AddPrimaryKey):
        message = f"The schema gives `{label}` a primary key, which the migrations do not leave."
        return _draft(
            "primary-key-missing",
            table,
            change.key.name,
            message,
            _ADD,
            (change,),
            ABSENT,
            text,
            change.key.position,
        )
    message = f"The migrations give `{label}` a primary key, which the schema does not have."
    return _draft(
        "primary-key-extra", table, change.key.name, message, _DECLARE, (change,), text, ABSENT, None
    )


def _index(change: c.CreateIndex | c.DropIndex | c.RenameIndex) -> Draft:
    if isinstance(change, c.RenameIndex):
        before, after = change.actual.name, change.expected.name
        message = f"An index is named `{before}` in the migrations and `{after}` in the schema."
        table = change.table.expected
        return _draft(
            "index-name",
            table,
            after,
            message,
            _RENAME,
            (change,),
            before,
            after,
            change.expected.position,
            before,
        )
    if isinstance(change, c.CreateIndex):
        table, index = change.table, change.index
        text = words.index(index, table)
        namesake = _namesake(change)
        if namesake is not None:
            return namesake
        message = f"The schema has `{text}`, which the migrations do not leave."
        return _draft(
            "index-missing", table, index.name, message, _ADD, (change,), ABSENT, text, index.position
        )
    table, index = change.table.expected, change.index
    what = "unique index" if index.unique else "index"
    message = f"The migrations build the {what} `{index.name}`, which the schema does not have."
    text = words.index(index, change.table.actual)
    return _draft("index-extra", table, index.name, message, _DECLARE, (change,), text, ABSENT, None)


def _namesake(change: c.CreateIndex) -> Draft | None:
    """Where the name is taken by an index that the schema cannot declare, so that none can be created."""
    had = change.actual_table.indexes if change.actual_table else ()
    other = next((one for one in had if one.name == change.index.name), None)
    if other is None or change.actual_table is None:
        return None
    why = ", ".join(other.catalog.unmanaged) if other.catalog else ""
    return _draft(
        "index-different",
        change.table,
        other.name,
        f"The migrations build an index `{other.name}` that the schema cannot declare ({why}),"
        " under the name of one that it does.",
        "Give the schema's index another `map:` name to have both, or take it out of the schema to keep the other one.",
        (change,),
        words.index(other, change.actual_table),
        words.index(change.index, change.table),
        change.index.position,
    )


def _foreign_key(change: c.AddForeignKey | c.DropForeignKey | c.RenameForeignKey, sides: Sides) -> Draft:
    if isinstance(change, c.RenameForeignKey):
        before, after = change.actual.name, change.expected.name
        message = f"A foreign key is named `{before}` in the migrations and `{after}` in the schema."
        table = change.table.expected
        return _draft(
            "foreign-key-name",
            table,
            after,
            message,
            _RENAME,
            (change,),
            before,
            after,
            change.expected.position,
            before,
        )
    key = change.key
    if isinstance(change, c.AddForeignKey):
        text = words.foreign_key(key, change.table, sides.expected)
        message = f"The schema has the relation `{text}`, for which the migrations leave no foreign key."
        return _draft(
            "foreign-key-missing",
            change.table,
            key.name,
            message,
            _ADD,
            (change,),
            ABSENT,
            text,
            key.position,
        )
    table = change.expected_table or change.table
    text = words.foreign_key(key, change.table, sides.actual)
    message = f"The migrations build the foreign key `{key.name}`, for which the schema has no relation."
    return _draft("foreign-key-extra", table, key.name, message, _DECLARE, (change,), text, ABSENT, None)
