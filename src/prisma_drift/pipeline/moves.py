"""What a plan says of where rows are afterwards: its renames, the enums with other labels, the columns that it fills, what it tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..diff import changes as c
from ..diff.subject import subject
from ..model.names import QualifiedName
from ..model.schema import Schema, Table
from ..model.types import Arity
from ..model.values import frozen
from ..plan.plan import Plan
from ..rows.kept import Moves

TELLS_LOSS = ("data-loss",)
TELLS_STOP = (
    "value-refused",
    "row-security",
    "object-in-the-way",
    "column-required",
    "duplicates",
    "orphans",
    "trigger-fires",
)
"""Hazards that say a migration may stop, where no query can count on what."""
FIRES = "trigger-fires"


@frozen
class Copied:
    """The rows of a table that goes, in the one that takes them over."""

    source: QualifiedName
    target: QualifiedName
    columns: tuple[tuple[str, str], ...]
    """(column of the source, column of the target)"""


@frozen
class Route:
    """The names of one plan, both ways."""

    moves: Moves
    copied: tuple[Copied, ...]
    touched: frozenset[QualifiedName]
    """Tables that the plan may change, as named before."""
    before: dict[QualifiedName, QualifiedName]
    """By the name that changes give a table: its name before."""
    columns_before: dict[tuple[QualifiedName, str], str]
    """By a table's name in changes and a column's: the column's name before."""


def route(changes: Iterable[c.Change], actual: Schema, plan: Plan) -> Route:
    """Read the changes of a plan. They speak of tables under their new names; rows are looked for under the old ones."""
    changes = tuple(changes)
    before: dict[QualifiedName, QualifiedName] = {}
    for change in changes:
        if isinstance(change, c.MoveTable | c.RenameTable):
            before[change.expected.name] = before.pop(change.actual.name, change.actual.name)
    after: dict[QualifiedName, QualifiedName | None] = {old: new for new, old in before.items()}
    columns: dict[tuple[QualifiedName, str], str] = {}
    columns_before: dict[tuple[QualifiedName, str], str] = {}
    filled: set[tuple[QualifiedName, str]] = set()
    copied = []
    touched: set[QualifiedName] = set()
    for change in changes:
        table = subject(change).table
        if table is not None:
            touched.add(before.get(table, table))
        if isinstance(change, c.RenameColumn):
            old = before.get(change.table.actual.name, change.table.actual.name)
            columns[old, change.actual.name] = change.expected.name
            columns_before[change.table.actual.name, change.expected.name] = change.actual.name
        elif isinstance(change, c.DropTable):
            after[before.get(change.table.name, change.table.name)] = None
        elif isinstance(change, c.CreateTable) and change.rows is not None:
            source = before.get(change.rows.source.name, change.rows.source.name)
            touched.add(source)
            copied.append(
                Copied(source, change.table.name, tuple((old, new) for new, old in change.rows.columns))
            )
        elif isinstance(change, c.AddForeignKey):
            touched.add(before.get(change.key.references, change.key.references))
    for change in changes:
        if isinstance(change, c.AlterColumn):
            owner = change.table.actual.name
            if change.actual.type.arity is Arity.NULLABLE and change.expected.type.arity is Arity.REQUIRED:
                filled.add(
                    (
                        before.get(owner, owner),
                        columns_before.get((owner, change.actual.name), change.actual.name),
                    )
                )
    for step in plan.steps:
        for fill in step.fills:
            owner = before.get(fill.table, fill.table)
            filled.add((owner, columns_before.get((fill.table, fill.column), fill.column)))
            touched |= {before.get(way, way) for way in fill.way}
    labels = _labels(changes, actual, before)
    touched |= {table for table, _ in _of_enums(changes, actual, before)}
    there = {before.get(table.name, table.name) for table in actual.tables}
    return Route(
        Moves(after, columns, labels, frozenset(filled)),
        tuple(copied),
        frozenset(touched & there),
        before,
        columns_before,
    )


def _enum_changes(changes: Iterable[c.Change]) -> Iterator[c.AlterEnum | c.RenameEnum | c.RenameEnumValue]:
    return (one for one in changes if isinstance(one, c.AlterEnum | c.RenameEnum | c.RenameEnumValue))


def _of_enums(
    changes: Iterable[c.Change], actual: Schema, before: dict[QualifiedName, QualifiedName]
) -> Iterator[tuple[QualifiedName, str]]:
    """Columns, as named before, of enums that change."""
    names = {name for one in _enum_changes(changes) for name in (one.actual.name, one.expected.name)}
    for table in actual.tables:
        for column in table.columns:
            if column.type.enum in names:
                yield before.get(table.name, table.name), column.name


def _labels(
    changes: tuple[c.Change, ...], actual: Schema, before: dict[QualifiedName, QualifiedName]
) -> dict[tuple[QualifiedName, str], dict[str, str]]:
    renamed: dict[QualifiedName, dict[str, str]] = {}
    for change in changes:
        if isinstance(change, c.RenameEnumValue):
            for name in (change.actual.name, change.expected.name):
                renamed.setdefault(name, {})[change.before] = change.after
    found: dict[tuple[QualifiedName, str], dict[str, str]] = {}
    olds = {
        (
            before.get(change.table.actual.name, change.table.actual.name),
            change.expected.name,
        ): change.actual.name
        for change in changes
        if isinstance(change, c.RenameColumn)
    }
    for table in actual.tables:
        owner = before.get(table.name, table.name)
        for column in table.columns:
            if column.type.enum in renamed:
                found[owner, olds.get((owner, column.name), column.name)] = renamed[column.type.enum]
    return found


def table_of(object: str, tables: Iterable[QualifiedName]) -> QualifiedName | None:
    """The table that an object's name begins with: `public.User` of `public.User.name`."""
    found = [table for table in tables if object == str(table) or object.startswith(f"{table}.")]
    return max(found, key=lambda table: len(str(table)), default=None)


__all__ = ["FIRES", "TELLS_LOSS", "TELLS_STOP", "Copied", "Route", "Table", "route", "table_of"]
