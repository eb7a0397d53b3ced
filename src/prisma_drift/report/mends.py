"""The schema's side of a mend: for each change, the lines with which the schema would say what the migrations build."""

from __future__ import annotations

from collections.abc import Iterable

from ..diff import changes as c
from ..diff.changes import Change
from ..model.edit import SchemaLines, merge
from ..psl import constraint_names, declare, revise
from ..psl.declare import Ground


def schema_side(changes: Iterable[Change], base: Ground) -> tuple[SchemaLines, ...]:
    """The lines for what one finding is about; empty where the schema cannot say it, or would have to say less."""
    changes = tuple(changes)
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
            values = (declare.enum_value(base, change.actual, label) for label in change.removed)
            return merge(lines for found in values for lines in found)
        case c.DropIndex():
            return declare.index(base, change.table.actual, change.index)
        case c.DropPrimaryKey():
            return declare.primary_key(base, change.table.actual, change.key)
        case c.DropForeignKey():
            return declare.foreign_key(base, change.table, change.key)
        case c.AlterColumn():
            default = change.default or change.autoincrement
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
        case _:
            return ()


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
