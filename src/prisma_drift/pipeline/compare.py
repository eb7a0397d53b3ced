"""Two ends of a comparison become changes and a plan: read, realised where in doubt, compared, planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diff.changes import Diff
from ..diff.compare import diff
from ..diff.rules import Rules
from ..model.holders import Holders
from ..model.schema import Schema
from ..model.values import field, frozen
from ..plan.plan import Plan, build_plan
from ..plan.script import script
from .source import Side, scope_of_schemas, side_of

if TYPE_CHECKING:
    from ..postgres.server.database import Connection


@frozen
class Comparison:
    """What one comparison found."""

    actual: Schema
    expected: Schema
    """Realised: with the catalog's word for what Prisma's language leaves open."""
    difference: Diff
    plan: Plan
    """With Prisma's own steps (strategy plain) or those that keep data (preserve)."""
    holders: Holders = field(default_factory=Holders)
    """What depends on the columns, tables and enums that change."""

    @property
    def sql(self) -> str:
        """Empty where nothing differs, and where something makes the plan impossible."""
        return script(self.plan) if self.difference.changes and not self.plan.obstacles else ""


def compare(
    connection: Connection, expected: Schema, rules: Rules, *, strategy: str = "preserve"
) -> Comparison:
    """Hold a database of the shadow against a schema."""
    actual = side_of(connection, scope_of_schemas([expected], rules), expected.default_schema)
    return compare_sides(actual, Side(expected, declared=True), rules, strategy=strategy)


def compare_sides(actual: Side, expected: Side, rules: Rules, *, strategy: str) -> Comparison:
    """Hold two ends against each other; a database is asked what a schema's words mean there."""
    from .holders import holders_of

    before, after = _realised(actual, expected), _realised(expected, actual)
    difference = diff(before, after, rules)
    holders = None
    if actual.connection is not None:
        live = not actual.ours
        holders = holders_of(difference, before, after, rules, actual.connection, live=live)
    plan = build_plan(difference, before, after, rules, strategy=strategy, holders=holders)
    return Comparison(before, after, difference, plan, holders or Holders())


def _realised(side: Side, other: Side) -> Schema:
    from .realise import realise, realise_elsewhere

    if not side.declared or other.connection is None:
        return side.schema
    if other.likeness is None:
        return realise(side.schema, other.schema, other.connection)
    return realise_elsewhere(side.schema, other.schema, other.likeness)
