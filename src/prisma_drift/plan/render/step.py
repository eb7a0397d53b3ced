"""One step's changes as SQL statements: a table of contents of the renderers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...diff import changes as c
from ...model.values import replace
from ..options import Context
from ..steps import Applied, Step
from . import constraints, extensions, indexes, tables
from .alter_table import alter_table
from .enums import alter_enum, create_enum, drop_enum


def render_step(step: Step, context: Context) -> tuple[Step, list[Applied]]:
    """The step with its statements, and the rules under which they are not Prisma's."""
    first = step.changes[0]
    applied: list[Applied] = []
    if step.kind == "AlterTable":
        statements, applied = alter_table(step.changes, context)
    elif isinstance(first, c.AlterEnum):
        statements, applied = alter_enum(first, context)
    elif isinstance(first, c.DropIndex):
        statements, applied = indexes.drop_index(first, context)
    else:
        statements = _PLAIN[step.kind](first, context)
    return replace(step, statements=tuple(statements)), applied


_PLAIN: dict[str, Callable[[Any, Context], list[str]]] = {
    c.CreateSchema.__name__: lambda change, _: [extensions.create_schema(change)],
    c.CreateExtension.__name__: lambda change, _: [extensions.create_extension(change)],
    c.AlterExtension.__name__: lambda change, _: extensions.alter_extension(change),
    c.DropExtension.__name__: lambda change, _: [extensions.drop_extension(change)],
    c.CreateEnum.__name__: lambda change, context: [create_enum(change.enum, context.names)],
    c.DropEnum.__name__: lambda change, context: [drop_enum(change.enum, context.names)],
    c.CreateTable.__name__: lambda change, context: [tables.create_table(change.table, context.names)],
    c.DropTable.__name__: lambda change, context: [tables.drop_table(change.table, context.names)],
    c.CreateIndex.__name__: lambda change, context: [indexes.create_index(change, context)],
    c.RenameIndex.__name__: lambda change, context: [indexes.rename_index(change, context.names)],
    c.AddForeignKey.__name__: lambda change, context: [constraints.add_foreign_key(change, context.names)],
    c.DropForeignKey.__name__: lambda change, context: [constraints.drop_foreign_key(change, context.names)],
    c.RenameForeignKey.__name__: lambda change, context: [
        constraints.rename_foreign_key(change, context.names)
    ],
}
