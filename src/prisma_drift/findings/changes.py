"""One change, or two halves of one, in words: the id, the fact, the hint, both sides, the place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from ..diff import changes as c
from ..diff.changes import Change
from ..model.counted import counted
from ..model.report import Finding
from ..model.schema import Enum, Extension
from ..model.source import Position
from ..model.values import replace
from . import columns as draft_columns
from . import keys as draft_keys
from . import renames as draft_renames
from . import words
from .draft import ADD, DECLARE, Draft, Sides, draft, loose
from .words import ABSENT


def drafts_of(change: Change, sides: Sides) -> Iterator[Draft]:
    """The findings of one change; several only for an enum, one for each value."""
    match change:
        case c.CreateSchema():
            message = f"No migration creates the database schema `{change.name}`."
            yield loose("schema-missing", change.name, message, ADD, (change,), ABSENT, change.name)
        case c.CreateExtension():
            name = change.extension.name
            message = f"The schema needs the extension `{name}`, which no migration creates."
            yield loose(
                "extension-missing", name, message, ADD, (change,), ABSENT, name, change.extension.position
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
            yield draft_columns.column(change)
        case c.AlterColumn():
            yield draft_columns.altered(change)
        case c.AddPrimaryKey() | c.DropPrimaryKey() | c.RenamePrimaryKey():
            yield draft_keys.primary_key(change)
        case c.CreateIndex() | c.DropIndex() | c.RenameIndex():
            yield draft_keys.index(change)
        case c.AddForeignKey() | c.DropForeignKey() | c.RenameForeignKey():
            yield draft_keys.foreign_key(change, sides)
        case c.MoveTable() | c.RenameTable() | c.RenameColumn() | c.RenameEnum() | c.RenameEnumValue():
            yield draft_renames.renamed(change)
        case _:
            assert_never(change)


def paired(before: Change, after: Change, sides: Sides) -> Draft:
    """The one finding of what is dropped (`before`) and made again differently (`after`)."""
    both = (before, after)
    match (before, after):
        case (c.DropTable(), c.CreateTable()):
            return draft_renames.replaced(before, after)
        case (c.DropIndex(), c.CreateIndex()):
            what = words.index_differences(before.index, before.table.expected, after.index, after.table)
            return draft(
                "index-different",
                after.table,
                after.index.name,
                f"Index `{after.index.name}` is built differently in the migrations than the schema says"
                f"{f': {what}' if what else ''}.",
                "Take the corrective migration, which builds it anew, or change the schema's line.",
                both,
                words.index(before.index, before.table.expected),
                words.index(after.index, after.table),
                after.index.position,
                before.index.name,
            )
        case (c.DropForeignKey(), c.AddForeignKey()):
            here = words.differing_actions(before.key, after.key)
            there = words.differing_actions(after.key, before.key)
            if before.key.references != after.key.references or not here:
                here = words.foreign_key(before.key, before.expected_table or before.table, sides.known)
                there = words.foreign_key(after.key, after.table, sides.expected)
            if here == there:
                here, there = (
                    f"{here} of table {before.key.references.name}",
                    f"{there} of table {after.key.references.name}",
                )
            return draft(
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
            here = words.primary_key(before.key, before.table.expected)
            there = words.primary_key(after.key, after.table.expected)
            return draft(
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
            return draft(
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
    return loose("extension-different", after.name, message, hint, changes, actual, expected, after.position)


def _enum(change: c.CreateEnum | c.DropEnum) -> Draft:
    enum = change.enum
    name = enum.model or enum.name.name
    if isinstance(change, c.CreateEnum):
        message = f"The schema has the enum `{name}`, but the migrations build no such type."
        return loose(
            "enum-missing",
            str(enum.name),
            message,
            ADD,
            (change,),
            ABSENT,
            words.enum(enum),
            enum.position,
            name,
        )
    message = f"The migrations build the enum type `{enum.name.name}`, which the schema does not have."
    return loose(
        "enum-extra", str(enum.name), message, DECLARE, (change,), words.enum(enum), ABSENT, None, name
    )


def _enum_values(change: c.AlterEnum) -> Iterator[Draft]:
    enum = change.expected
    name = enum.model or enum.name.name
    for value in change.added:
        message = f"The schema's enum `{name}` has the value `{value}`, which no migration adds."
        yield loose(
            "enum-value-missing",
            f"{enum.name}.{value}",
            message,
            ADD,
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
        yield loose(
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
        message = f"The schema needs the {what} `{table.name.name}`, which the migrations do not build."
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
