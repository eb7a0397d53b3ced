"""What the statements of a plan may cost: hazards, and the checks that count them on a live database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from ...diff import changes as c
from ...diff.changes import Cast, Change
from ...diff.subject import subject
from ...model.values import replace
from ..render.context import Context
from ..steps import Statement, Step
from .costs import NOTHING, Costs, together
from .drops import column_costs, table_costs
from .later import Future
from .required import added_costs, nulls_costs
from .security import hidden_costs

__all__ = ["with_costs"]


def with_costs(steps: Sequence[Step], context: Context) -> list[Step]:
    """The steps of one plan, whose statements carry the costs of the changes that take effect in them."""
    future = Future(steps, context)
    return [
        replace(step, statements=tuple(_statement(one, step, future, context) for one in step.statements))
        for step in steps
    ]


def _statement(statement: Statement, step: Step, future: Future, context: Context) -> Statement:
    own = [*(_costs(change, future, context) for change in statement.changes)]
    tables = {
        table
        for change, costs in zip(statement.changes, own, strict=True)
        if costs.checks and (table := subject(change).table) is not None
    }
    tables |= {fill.table for fill in step.fills if fill.statement == statement.sql}
    found = together(
        [*own, *_of_fills(statement, step, future, context), *hidden_costs(tables, future, context)]
    )
    if found == NOTHING:
        return statement
    return replace(
        statement,
        hazards=(*statement.hazards, *found.hazards),
        checks=(*statement.checks, *found.checks),
    )


def _of_fills(statement: Statement, step: Step, future: Future, context: Context) -> Iterable[Costs]:
    if not step.fills:
        return
    from .updates import fill_costs

    for fill in step.fills:
        if fill.statement == statement.sql:
            yield fill_costs(fill, future, context)


def _costs(change: Change, future: Future, context: Context) -> Costs:
    # The hook plans too, at a commit: what only some changes need is imported where they are.
    match change:
        case c.DropTable():
            return table_costs(change, future)
        case c.DropColumn():
            return column_costs(change, future)
        case c.AddColumn(pair, column):
            return added_costs(pair, column, future, context)
        case c.AlterColumn(pair, _, column):
            from .conversions import conversion_costs
            from .keys import kept_costs

            required = NOTHING
            if change.cast is Cast.NOT_CASTABLE:
                required = added_costs(pair, column, future, context)
            return together(
                [
                    conversion_costs(change, future, context),
                    required,
                    nulls_costs(change, future),
                    kept_costs(change, future),
                ]
            )
        case c.AlterEnum():
            from .enums import enum_costs

            return enum_costs(change, future, context)
        case c.AddPrimaryKey():
            from .keys import primary_key_costs

            return primary_key_costs(change, future)
        case c.CreateIndex():
            from .keys import index_costs

            return index_costs(change, future)
        case c.AddForeignKey():
            from .references import orphan_costs

            return orphan_costs(change, future, context)
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
            | c.RenameColumn()
            | c.DropPrimaryKey()
            | c.RenamePrimaryKey()
            | c.DropIndex()
            | c.RenameIndex()
            | c.DropForeignKey()
            | c.RenameForeignKey()
        ):
            return NOTHING
        case _:
            assert_never(change)
