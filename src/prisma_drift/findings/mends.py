"""The schema's side of a mend: for each change, the lines with which the schema would say what the migrations build."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from ..diff import changes as c
from ..diff.changes import Change
from ..model.edit import SchemaLines, merge
from ..model.values import replace
from ..psl.edit import declare, remove, revise
from ..psl.edit.declare import Ground, is_valid
from ..psl.vocabulary import constraint_names


def schema_sides(groups: Sequence[tuple[Change, ...]], base: Ground) -> list[tuple[SchemaLines, ...]]:
    """For the changes behind each finding the lines for it, all of them together leaving the schema valid.

    Empty where the schema cannot say it, or would have to say less.
    """
    retyped = frozenset(
        (change.table.expected.model, change.expected.field)
        for changes in groups
        for change in changes
        if isinstance(change, c.AlterColumn) and _enum_changes(change)
    )
    return _valid(groups, replace(base, retyped=retyped), ())


def _enum_changes(change: c.AlterColumn) -> bool:
    """Whether the column is of an enum on one side, and of another one or of none on the other."""
    return change.actual.type.enum != change.expected.type.enum


def _valid(
    groups: Sequence[tuple[Change, ...]], base: Ground, before: tuple[SchemaLines, ...]
) -> list[tuple[SchemaLines, ...]]:
    """The lines of each group; where all together are not valid beside `before`, each half is looked at alone."""
    found = [_lines(changes, base) for changes in groups]
    together = merge((*before, *(line for lines in found for line in lines)))
    if not any(found) or is_valid(base, together):
        return found
    if len(groups) > 1:
        middle = len(groups) // 2
        first = _valid(groups[:middle], base, before)
        return first + _valid(groups[middle:], base, (*before, *(line for lines in first for line in lines)))
    # Prisma holds an operator class that it knows against the field's type, but none in raw("…").
    lines = _lines(groups[0], replace(base, raw=True))
    return [lines if is_valid(base, merge((*before, *lines))) else ()]


def _lines(changes: tuple[Change, ...], base: Ground) -> tuple[SchemaLines, ...]:
    if len(changes) == 2:
        return _pair(changes[0], changes[1], base)
    return merge(lines for change in changes for lines in _single(change, base))


def _single(change: Change, base: Ground) -> tuple[SchemaLines, ...]:
    match change:
        case c.DropTable():
            return declare.table(base, change.table)
        case c.DropColumn():
            return declare.column(base, change.table.actual, change.column.name)
        case c.DropEnum():
            return declare.enum(base, change.enum)
        case c.AlterEnum():
            more = (declare.enum_value(base, change.actual, label) for label in change.removed)
            less = (remove.enum_value(base, change.expected, label) for label in change.added)
            return merge(lines for found in (*more, *less) for lines in found)
        case c.DropIndex():
            return declare.index(base, change.table.actual, change.index)
        case c.DropPrimaryKey():
            return declare.primary_key(base, change.table.actual, change.key)
        case c.DropForeignKey():
            return declare.foreign_key(base, change.table, change.key)
        case c.CreateTable():
            return remove.table(base, change.table)
        case c.AddColumn():
            return remove.column(base, change.table.expected, change.column)
        case c.CreateEnum():
            return remove.enum(base, change.enum)
        case c.CreateIndex():
            return remove.key(base, change.table, change.index)
        case c.AddPrimaryKey():
            return remove.key(base, change.table.expected, change.key)
        case c.AddForeignKey():
            return remove.foreign_key(base, change.table, change.key)
        case c.CreateExtension():
            return remove.extension(base, change.extension)
        case c.AlterColumn():
            # The same default is written in another way: an enum's value by its name, a text in quotes.
            spelled = _enum_changes(change) and change.actual.default is not None
            default = change.default or change.autoincrement or spelled
            return revise.column(base, change.table.expected, change.actual, default=default)
        case c.RenameIndex():
            names = [key.name for key in change.expected.columns]
            make = constraint_names.unique if change.expected.unique else constraint_names.index
            usual = make(change.table.expected.name.name, names)
            return revise.renamed_key(
                base, change.table.expected, change.expected.position, change.actual.name, usual
            )
        case c.RenamePrimaryKey():
            usual = constraint_names.primary_key(change.table.expected.name.name)
            return revise.renamed_key(
                base, change.table.expected, change.expected.position, change.actual.name, usual
            )
        case c.RenameForeignKey():
            return revise.foreign_key(base, change.table.expected, change.expected, change.actual)
        case (
            c.CreateSchema()
            | c.CreateExtension()
            | c.AlterExtension()
            | c.DropExtension()
            | c.CreateEnum()
            | c.RenameEnum()
            | c.RenameEnumValue()
            | c.CreateTable()
            | c.MoveTable()
            | c.RenameTable()
            | c.AddColumn()
            | c.RenameColumn()
            | c.AddPrimaryKey()
            | c.CreateIndex()
            | c.AddForeignKey()
        ):
            return ()
        case _:
            assert_never(change)


def _pair(before: Change, after: Change, base: Ground) -> tuple[SchemaLines, ...]:
    """What is there differently: only where one line can be rewritten."""
    match (before, after):
        case (c.DropForeignKey(), c.AddForeignKey()):
            same = (before.key.references, before.key.referenced_columns) == (
                after.key.references,
                after.key.referenced_columns,
            )
            return revise.foreign_key(base, after.table, after.key, before.key) if same else ()
        case (c.DropIndex(), c.CreateIndex()):
            return revise.index(base, after.table, after.index, before.table.actual, before.index)
        case _:
            return ()
