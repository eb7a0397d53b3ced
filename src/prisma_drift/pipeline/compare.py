"""Two ends of a comparison become changes and a plan: read, realised where in doubt, compared, planned."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from ..diff.changes import Diff
from ..diff.compare import diff
from ..diff.rules import Rules
from ..model.holders import Holders
from ..model.schema import Schema
from ..model.values import field, frozen, replace
from ..plan.plan import Plan, build_plan
from ..plan.renames.stage import Hints, Renaming, complete, find_renames, reopened, statements
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
    connection: Connection,
    expected: Schema,
    rules: Rules,
    *,
    strategy: str = "preserve",
    hints: Hints | None = None,
) -> Comparison:
    """Hold a database of the shadow against a schema."""
    actual = side_of(connection, scope_of_schemas([expected], rules), expected.default_schema)
    return compare_sides(actual, Side(expected, declared=True), rules, strategy=strategy, hints=hints)


def look_again(connection: Connection, expected: Schema, rules: Rules) -> tuple[Schema, Diff]:
    """What a database of the shadow has, and in what it still differs from a schema; nothing is planned."""
    actual = side_of(connection, scope_of_schemas([expected], rules), expected.default_schema)
    after = _realised(Side(expected, declared=True), actual)
    return actual.schema, diff(actual.schema, after, rules)


def compare_sides(
    actual: Side, expected: Side, rules: Rules, *, strategy: str, hints: Hints | None = None
) -> Comparison:
    """Hold two ends against each other; a database is asked what a schema's words mean there.

    What the actual side has under another name is renamed first, and the rest compared as if that were done: a database of
    the shadow does it for the time being, a live one is never touched. Without `hints` nothing is taken for a rename.
    """
    if hints is None:
        return _compare(actual, expected, rules, strategy, Renaming(actual.schema))
    renaming = find_renames(actual.schema, expected.schema, rules, hints)
    if not renaming.changes or not actual.ours or actual.connection is None or actual.read is None:
        return _compare(replace(actual, schema=renaming.actual), expected, rules, strategy, renaming)
    with actual.connection.transaction(force_rollback=True):
        refusal = _rename(actual.connection, statements(renaming, actual.schema, expected.schema, rules))
        if not refusal:
            renamed = replace(actual, schema=actual.read(), samples=None)
            return _compare(renamed, expected, rules, strategy, renaming)
    return _compare(actual, expected, rules, strategy, reopened(renaming, actual.schema, refusal))


def _rename(connection: Connection, texts: Iterable[str]) -> str:
    """Lets the database rename within its transaction; why it refuses, empty where it does not."""
    import psycopg

    try:
        for text in texts:
            connection.execute(text.encode())
    except psycopg.Error as error:
        return str(error).partition("\n")[0]
    return ""


def _compare(actual: Side, expected: Side, rules: Rules, strategy: str, renaming: Renaming) -> Comparison:
    """The comparison with an actual side that has its new names; the renames are put in front."""
    from .holders import holders_of

    before, after = _realised(actual, expected), _realised(expected, actual)
    rest = diff(before, after, rules)
    difference = complete(rest, renaming)
    holders = None
    if actual.connection is not None:
        live = not actual.ours
        # Our own database has the new names already, a live one has not.
        asked = difference if live else rest
        holders = holders_of(asked, before, after, rules, actual.connection, live=live)
    plan = build_plan(difference, before, after, rules, strategy=strategy, holders=holders)
    return Comparison(before, after, difference, plan, holders or Holders())


def _realised(side: Side, other: Side) -> Schema:
    from .realise import realise, realise_elsewhere

    if not side.declared or other.connection is None:
        return side.schema
    if other.likeness is None:
        return realise(side.schema, other.schema, other.connection, other.samples)
    return realise_elsewhere(side.schema, other.schema, partial(other.likeness, other.schema))
