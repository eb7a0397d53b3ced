"""What the statements of a plan may cost: hazards, and the checks that count them on a live database."""

from __future__ import annotations

from ...diff.changes import AlterColumn, AlterEnum, Change
from ...model.values import replace
from ..render.context import Context
from ..steps import Statement, Step
from .conversions import conversion_costs
from .costs import NOTHING, Costs
from .enums import enum_costs

__all__ = ["with_costs"]


def with_costs(step: Step, context: Context) -> Step:
    """The step, whose statements carry the costs of the changes that take effect in them."""
    return replace(step, statements=tuple(_statement(statement, context) for statement in step.statements))


def _statement(statement: Statement, context: Context) -> Statement:
    found = [_costs(change, context) for change in statement.changes]
    hazards = tuple(hazard for costs in found for hazard in costs.hazards)
    checks = tuple(check for costs in found for check in costs.checks)
    if not hazards and not checks:
        return statement
    return replace(statement, hazards=(*statement.hazards, *hazards), checks=(*statement.checks, *checks))


def _costs(change: Change, context: Context) -> Costs:
    if isinstance(change, AlterColumn):
        return conversion_costs(change, context)
    if isinstance(change, AlterEnum):
        return enum_costs(change, context)
    return NOTHING
