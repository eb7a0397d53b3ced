"""One step's changes as SQL statements: a table of contents of the renderers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from ...diff import changes as c
from . import constraints, extensions, indexes, renames, tables
from .alter_table import alter_table
from .context import Context
from .enums import alter_enum, create_enum, drop_enum
from .sequences import counters
from .statement import Applied, Statement


def render(changes: Sequence[c.Change], context: Context) -> tuple[list[Statement], list[Applied]]:
    """The statements of one step, which has one change or all that share an ALTER TABLE, and the rules under which
    they are not Prisma's."""
    change, names = changes[0], context.names
    match change:
        case (
            c.AddColumn()
            | c.DropColumn()
            | c.AlterColumn()
            | c.AddPrimaryKey()
            | c.DropPrimaryKey()
            | c.RenamePrimaryKey()
        ):
            return alter_table([one for one in changes if isinstance(one, c.TableChange)], context)
        case c.AlterEnum():
            return alter_enum(change, context)
        case c.DropIndex():
            return indexes.drop_index(change, context)
        case c.CreateSchema():
            texts = [extensions.create_schema(change)]
        case c.CreateExtension():
            texts = [extensions.create_extension(change)]
        case c.AlterExtension():
            texts = extensions.alter_extension(change)
        case c.DropExtension():
            texts = [extensions.drop_extension(change)]
        case c.CreateEnum(enum):
            texts = [create_enum(enum, names)]
        case c.DropEnum(enum):
            texts = [drop_enum(enum, names)]
        case c.CreateTable(table):
            behind = counters(table, table.columns, context)
            made = [
                Statement(text, changes=(change,))
                for text in (tables.create_table(table, names), *(text for text, _ in behind))
            ]
            return made, list(dict.fromkeys(rule for _, rule in behind))
        case c.DropTable(table):
            texts = [tables.drop_table(table, names)]
        case c.MoveTable():
            texts = [renames.move_table(change, names)]
        case c.RenameTable():
            texts = [renames.rename_table(change, names)]
        case c.RenameColumn():
            texts = [renames.rename_column(change, names)]
        case c.RenameEnum():
            texts = renames.rename_enum(change, names)
        case c.RenameEnumValue():
            texts = [renames.rename_enum_value(change, names)]
        case c.CreateIndex():
            texts = [indexes.create_index(change, context)]
        case c.RenameIndex():
            texts = [indexes.rename_index(change, names)]
        case c.AddForeignKey():
            texts = [constraints.add_foreign_key(change, names, keeps=context.preserve)]
        case c.DropForeignKey():
            texts = [constraints.drop_foreign_key(change, names)]
        case c.RenameForeignKey():
            texts = [constraints.rename_foreign_key(change, names)]
        case _:
            assert_never(change)
    purpose = renames.purpose(change)
    return [
        Statement(text, purpose if at == 0 else "", changes=(change,)) for at, text in enumerate(texts)
    ], []
