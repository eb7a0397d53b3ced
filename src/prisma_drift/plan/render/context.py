"""What a plan is made with, handed to every rule and renderer."""

from __future__ import annotations

from collections.abc import Mapping

from ...diff.changes import AlterColumn
from ...diff.rules import Rules
from ...model.holders import Holders
from ...model.names import QualifiedName
from ...model.schema import Schema
from ...model.values import field, frozen
from .names import Names


@frozen
class Conversion:
    """How a column's values survive a change of type."""

    using: str | None = None
    """The expression after USING; None where Postgres does the same by itself."""
    by_itself: bool = False
    """Postgres converts without USING, if not always to the same values."""
    before: tuple[str, ...] = ()
    """Statements that make what the expression calls; each may be run twice."""
    after: tuple[str, ...] = ()
    """Statements that take it away again."""
    fails: str = ""
    """SQL over a row of the table, true of those on which the statement stops; empty for none. It raises no error."""
    nulls: str = ""
    """The same of rows whose value becomes NULL, which stops a column that takes none."""
    loses: str = ""
    """The same of rows whose value does not come back from the new one."""
    lost: str = ""
    """What such a value loses, in words."""
    cut: str = ""
    """What the new type by its nature leaves out of every value, in words: told, not counted."""
    merges: bool = False
    """Values that differ before may be one afterwards, though none loses anything: '01' and '1' as integers."""
    uncertain: bool = False
    """Some values may be refused, and no condition can tell which."""


@frozen
class Context:
    """Both schemas, the rules, and how names are written."""

    actual: Schema
    expected: Schema
    rules: Rules
    names: Names
    preserve: bool = False
    """Keep data where Prisma's way would lose it."""
    corrects: bool = True
    """Write SQL that works where Prisma's does not. Not where one schema file is compared with another in the plain
    way: that is Prisma's text, since there is no database for it to fail on."""
    conversions: Mapping[tuple[QualifiedName, str], Conversion] = field(default_factory=dict)
    """By table and column of the actual side: how each column that changes its type keeps its values."""

    holders: Holders | None = None
    """What depends on the columns, tables and enums that change; None where no catalog was asked."""

    def conversion(self, change: AlterColumn) -> Conversion | None:
        """How the column's values are converted; None where nothing turns one type into the other."""
        return self.conversions.get((change.table.actual.name, change.actual.name))
