"""Prisma's warnings on what a plan may lose, and its texts on steps that fail where there is data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from ..diff import changes as c
from ..diff.changes import AddColumn, AddPrimaryKey, AlterColumn, Cast, Change, DropPrimaryKey
from ..diff.defaults import database_default
from ..model.schema import Column
from ..model.types import Arity, ColumnType, PrismaLevel
from .render.context import Context
from .steps import Step


def warning_texts(steps: Iterable[Step], context: Context) -> tuple[str, ...]:
    """What may be lost or may fail, in step order."""
    return tuple(text for step in steps for text in _step_warnings(step))


def unexecutable_texts(steps: Iterable[Step], context: Context) -> tuple[str, ...]:
    """What fails if there is data, in step order."""
    return tuple(
        text
        for step in steps
        for change in step.changes
        if _column_name(change) not in {fill.column for fill in step.fills}
        for text in _unexecutable(change, context)
    )


def _column_name(change: Change) -> str | None:
    if isinstance(change, AddColumn):
        return change.column.name
    return change.expected.name if isinstance(change, AlterColumn) else None


def _step_warnings(step: Step) -> Iterator[str]:
    key_warned = False
    for change in step.changes:
        if isinstance(change, DropPrimaryKey):
            # The key's warning stands once, whether it is dropped or dropped and added.
            key_warned = True
            yield _primary_key(change)
        elif not (key_warned and isinstance(change, AddPrimaryKey)):
            yield from _warnings(change)


def _primary_key(change: DropPrimaryKey) -> str:
    return (
        f"The primary key for the `{change.table.actual.name.name}` table will be changed. If it partially fails, "
        "the table could be left without primary key constraint."
    )


def _warnings(change: Change) -> Iterator[str]:
    match change:
        case c.DropTable(table):
            yield (
                f"You are about to drop the `{table.name.name}` table. If the table is not empty, all the data it "
                "contains will be lost."
            )
        case c.DropColumn(pair, column):
            yield (
                f"You are about to drop the column `{column.name}` on the `{pair.actual.name.name}` table. "
                "All the data in the column will be lost."
            )
        case c.AlterEnum(_, expected, _, removed):
            if removed:
                yield (
                    f"The values [{','.join(removed)}] on the enum `{expected.name.name}` will be removed. If these "
                    "variants are still used in the database, this will fail."
                )
        case c.CreateIndex(table, index, actual_table, recreated):
            if index.unique and actual_table is not None and not recreated:
                columns = ",".join(key.name for key in index.columns)
                yield (
                    f"A unique constraint covering the columns `[{columns}]` on the table `{table.name.name}` will be "
                    "added. If there are existing duplicate values, this will fail."
                )
        case c.AlterColumn():
            yield from _alter_warnings(change)
        case (
            c.CreateSchema()
            | c.CreateExtension()
            | c.AlterExtension()
            | c.DropExtension()
            | c.CreateEnum()
            | c.DropEnum()
            | c.RenameEnum()
            | c.RenameEnumValue()
            | c.CreateTable()
            | c.MoveTable()
            | c.RenameTable()
            | c.AddColumn()
            | c.RenameColumn()
            | c.AddPrimaryKey()
            | c.DropPrimaryKey()
            | c.RenamePrimaryKey()
            | c.DropIndex()
            | c.RenameIndex()
            | c.AddForeignKey()
            | c.DropForeignKey()
            | c.RenameForeignKey()
        ):
            pass
        case _:
            assert_never(change)


def _alter_warnings(change: AlterColumn) -> Iterator[str]:
    column, table = change.actual.name, change.table.actual.name.name
    if change.cast is Cast.NOT_CASTABLE and not _must_be_filled(change):
        yield (
            f"The `{column}` column on the `{table}` table would be dropped and recreated. This will lead to data "
            "loss if there is data in the column."
        )
    if change.cast is Cast.RISKY:
        yield (
            f"You are about to alter the column `{column}` on the `{table}` table. The data in that column could be "
            f"lost. The data in that column will be cast from `{type_name(change.actual.type)}` to "
            f"`{type_name(change.expected.type)}`."
        )


def type_name(type_: ColumnType) -> str:
    """A type as Prisma's warnings name it: in the schema's spelling, or its family's debug form."""
    if type_.native is not None:
        return str(type_.native)
    if type_.enum is not None:
        return type_.enum.name
    return f'{type_.family.value}("{type_.text}")'


def _must_be_filled(change: AlterColumn) -> bool:
    """Whether a dropped and re-created column fails on existing rows: it is required and has no default."""
    required = change.expected.type.arity is Arity.REQUIRED
    return required and not _has_default(change.expected)


def _has_default(column: Column) -> bool:
    return column.autoincrement or database_default(column) is not None


def _unexecutable(change: Change, context: Context) -> Iterator[str]:
    if isinstance(change, AddColumn) and change.column.type.arity is Arity.REQUIRED:
        if not _has_default(change.column):
            yield _added_required(change.column, change.table.actual.name.name)
    elif isinstance(change, AlterColumn):
        yield from _alter_unexecutable(change, context)


def _added_required(column: Column, table: str) -> str:
    if isinstance(column.default, PrismaLevel):
        return (
            f"The required column `{column.name}` was added to the `{table}` table with a prisma-level default value. "
            "This is not possible if the table is not empty. Please add this column as optional, then populate it "
            "before making it required."
        )
    return (
        f"Added the required column `{column.name}` to the `{table}` table without a default value. "
        "This is not possible if the table is not empty."
    )


def _alter_unexecutable(change: AlterColumn, context: Context) -> Iterator[str]:
    column, table = change.actual.name, change.table.actual.name.name
    before, after = change.actual.type.arity, change.expected.type.arity
    tightened = before is Arity.NULLABLE and after is Arity.REQUIRED
    if change.cast is Cast.NOT_CASTABLE:
        if _must_be_filled(change):
            yield (
                _added_required(change.expected, table)
                if tightened
                else f"Changed the type of `{column}` on the `{table}` table. No cast exists, the column would be "
                "dropped and recreated, which cannot be done if there is data, since the column is required."
            )
        return
    if tightened:
        yield (
            f"Made the column `{column}` on table `{table}` required. This step will fail if there are existing NULL "
            "values in that column."
        )
    if before is not Arity.LIST and after is Arity.LIST and not _wrapped(change, context):
        yield (
            f"Changed the column `{column}` on the `{table}` table from a scalar field to a list field. If there are "
            "non-null values in that column, this step will fail."
        )


def _wrapped(change: AlterColumn, context: Context) -> bool:
    """Whether a scalar becomes a list of itself, which Prisma's own SQL cannot do."""
    found = context.conversion(change) if context.corrects else None
    return found is not None and found.using is not None
