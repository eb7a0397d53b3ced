"""A name is free before it is given again: an index that gives its name up is renamed ahead of what takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from ..diff import changes as c
from .steps import Applied, Step

RULE = "index-renamed-first"

Name = tuple[str, str]
"""Schema and name: tables, indexes and keys share one room."""


def free_names_first(steps: Sequence[Step]) -> tuple[list[Step], list[Applied]]:
    """Prisma renames indexes last. Where names go round in a circle no order helps, and none is noted as mended."""
    freed = {name: step for step in steps for name in _freed(step)}
    found: list[Step] = []
    placed: set[int] = set()
    applied: list[Applied] = []

    def place(step: Step, waiting: tuple[int, ...]) -> None:
        if id(step) in placed or id(step) in waiting:
            return
        for name in _taken(step):
            before = freed.get(name)
            if before is None or before is step or id(before) in placed or id(before) in waiting:
                continue
            place(before, (*waiting, id(step)))
            if not any(freed.get(other) is step for other in _taken(before)):
                applied.append((RULE, ".".join(name)))
        placed.add(id(step))
        found.append(step)

    for step in steps:
        place(step, ())
    return found, applied


def _freed(step: Step) -> Iterator[Name]:
    for change in step.changes:
        if isinstance(change, c.RenameIndex):
            yield change.table.actual.name.schema, change.actual.name


def _taken(step: Step) -> Iterator[Name]:
    for change in step.changes:
        match change:
            case c.CreateIndex(table, index):
                yield table.name.schema, index.name
            case c.RenameIndex(pair, _, index):
                yield pair.expected.name.schema, index.name
            case c.RenamePrimaryKey(pair, _, key) | c.AddPrimaryKey(pair, key):
                yield pair.expected.name.schema, key.name
            case c.CreateTable(table):
                yield table.name.schema, table.name.name
                if table.primary_key is not None:
                    yield table.name.schema, table.primary_key.name
            case c.MoveTable(_, table) | c.RenameTable(_, table):
                yield table.name.schema, table.name.name
            case (
                c.CreateSchema()
                | c.CreateExtension()
                | c.AlterExtension()
                | c.DropExtension()
                | c.CreateEnum()
                | c.AlterEnum()
                | c.DropEnum()
                | c.RenameEnum()
                | c.RenameEnumValue()
                | c.DropTable()
                | c.AddColumn()
                | c.DropColumn()
                | c.AlterColumn()
                | c.RenameColumn()
                | c.DropPrimaryKey()
                | c.DropIndex()
                | c.AddForeignKey()
                | c.DropForeignKey()
                | c.RenameForeignKey()
            ):
                pass
            case _:
                assert_never(change)
