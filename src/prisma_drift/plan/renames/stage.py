"""Between differ and planner: what the differ would drop and add under another name becomes renames, with the rest behind them.

Renames come first, so that all else is compared under the new names: whoever has a database lets it rename, reads it
again and hands that to `complete`; otherwise `Renaming.actual` is the same by calculation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ...diff.changes import (
    Change,
    CreateSchema,
    CreateTable,
    Diff,
    DropTable,
    MoveTable,
    Note,
    RenameColumn,
    RenameEnum,
    RenameEnumValue,
    RenameTable,
    Rows,
    TablePair,
)
from ...diff.rules import Rules
from ...diff.sides import is_catalog
from ...diff.stored_names import with_stored_names
from ...model.hazards import Rename
from ...model.names import QualifiedName
from ...model.schema import Schema, Table
from ...model.values import frozen, replace
from ..render.context import Context
from ..render.names import Names
from ..render.step import render
from .apply import NewNames, renamed
from .decide import TOLD, Decision, Question, Verdict, decide
from .edits import History
from .told import RenameError, Told, understand

UNUSED = "rename-unused"


@frozen
class Hints:
    """What is known of renames beyond the two schemas."""

    told: tuple[str, ...] = ()
    """`OLD=NEW`, as written."""
    read: Callable[[frozenset[str]], History] | None = None
    """Reads what git has of the schema, as far as it concerns some names; called only where it may decide something."""
    guess: bool = True
    """Whether evidence counts; else only what was told."""
    shared: bool = False
    """What was told is for several projects: what one of them does not know may be another's."""


@frozen
class Renaming:
    """The renames of one comparison."""

    actual: Schema
    """The actual side under its new names."""
    changes: tuple[Change, ...] = ()
    """In order; each sees the actual side as those before it leave it."""
    renames: tuple[Rename, ...] = ()
    """Sure ones and open ones."""
    copies: tuple[tuple[QualifiedName, QualifiedName, tuple[tuple[str, str], ...], Rename], ...] = ()
    """(old table, new table, columns, rename) of links that are copied."""
    notes: tuple[Note, ...] = ()
    """Told renames that apply to nothing."""


def find_renames(actual: Schema, expected: Schema, rules: Rules, hints: Hints) -> Renaming:
    """What of all that goes and comes is one thing. RenameError where a told rename is none."""
    if is_catalog(actual):
        expected = with_stored_names(expected)
    history = _history(actual, expected, hints)
    told, unused = understand(hints.told, actual, expected, history, shared=hints.shared)
    decision = decide(Question(actual, expected, rules, told, history, hints.guess))
    _refuse_strangers(told, decision)
    notes = tuple(Note(UNUSED, text.partition("`")[2].partition("`")[0], text) for text in unused)
    return Renaming(
        renamed(actual, decision.names),
        tuple(_changes(decision, actual, expected)),
        tuple(_rename(v) for v in decision.verdicts),
        tuple(
            (v.source.owner, v.target.owner, v.copy, _rename(v)) for v in decision.sure if v.copy is not None
        ),
        notes,
    )


def _refuse_strangers(told: tuple[Told, ...], decision: Decision) -> None:
    """A column or value can only become one of the same table or enum, under its new name."""
    used = {(verdict.source, verdict.target) for verdict in decision.sure}
    for one in told:
        if (one.source, one.target) not in used:
            owners = f"{one.source.owner} does not become {one.target.owner}"
            raise RenameError(
                f"`--rename {one.text}` cannot be: {owners}.", hint="If it does, tell that rename as well."
            )


def _history(actual: Schema, expected: Schema, hints: Hints) -> History:
    """What git has of the names that are on one side only; nothing where none can be another's new one."""
    here, there = _names(actual), _names(expected)
    gone, new = here - there, there - here
    if hints.read is None or not (gone and new):
        return History()
    return hints.read(frozenset(name.rpartition(".")[2] for name in gone | new))


def _names(schema: Schema) -> set[str]:
    found = {str(table.name) for table in schema.tables} | {str(enum.name) for enum in schema.enums}
    for table in schema.tables:
        start = f"{table.name}."
        found |= {start + column.name for column in table.columns}
    return found | {f"{enum.name}.{value}" for enum in schema.enums for value in enum.values}


def reopened(renaming: Renaming, actual: Schema, refusal: str) -> Renaming:
    """The renames as Postgres will not make them: none is, and all are told. RenameError where one was told."""
    told = [rename for rename in renaming.renames if rename.sure and rename.reason.startswith(TOLD)]
    if told:
        raise RenameError(f"Postgres refuses to rename {told[0].source} to {told[0].target}: {refusal}.")
    renames = tuple(
        replace(r, sure=False, reason=f"{r.reason}; Postgres refuses it: {refusal}") for r in renaming.renames
    )
    return replace(renaming, actual=actual, changes=(), renames=renames, copies=())


def statements(renaming: Renaming, actual: Schema, expected: Schema, rules: Rules) -> list[str]:
    """The renames as SQL, for a database that still has the old names."""
    context = Context(actual, expected, rules, Names(actual, expected, rules.version))
    return [one.sql for change in renaming.changes for one in render([change], context)[0]]


def complete(difference: Diff, renaming: Renaming) -> Diff:
    """The whole difference, from one between the renamed actual side and the expected one."""
    copies = {new: (old, columns, rename) for old, new, columns, rename in renaming.copies}
    gone = {c.table.name: c.table for c in difference.changes if isinstance(c, DropTable)}
    there = {c.name for c in renaming.changes if isinstance(c, CreateSchema)}

    def filled(change: Change) -> Change | None:
        if isinstance(change, CreateSchema) and change.name in there:
            return None
        if not isinstance(change, CreateTable) or change.table.name not in copies:
            return change
        old, columns, rename = copies[change.table.name]
        source = gone.get(old)
        return change if source is None else replace(change, rows=Rows(source, columns, rename))

    rest = [c for change in difference.changes if (c := filled(change)) is not None]
    return Diff(
        (*renaming.changes, *rest),
        (*difference.notes, *renaming.notes),
        renaming.renames,
    )


def _rename(verdict: Verdict) -> Rename:
    return Rename(str(verdict.source), str(verdict.target), verdict.sure, verdict.reason)


def _changes(decision: Decision, actual: Schema, expected: Schema) -> Iterator[Change]:
    """The sure verdicts as changes, in the order in which a script makes them."""
    sure = [v for v in decision.sure if v.copy is None]
    names = decision.names
    for schema in sorted({v.target.owner.schema for v in sure} - _schemas(actual)):
        yield CreateSchema(schema)
    now = {table.name: table for table in actual.tables}
    yield from _of_tables([v for v in sure if v.source.kind == "table"], now, expected)
    # Columns are compared under the new names of their tables and enums.
    later = {t.name: t for t in renamed(actual, replace(names, columns={})).tables}
    for verdict in sure:
        if verdict.source.kind == "column":
            yield _of_column(verdict, later, names, expected)
    enums = {enum.name: enum for enum in actual.enums}
    for verdict in sure:
        before, after = enums.get(verdict.source.owner), expected.enum(verdict.target.owner)
        if verdict.source.kind == "enum" and before is not None and after is not None:
            yield RenameEnum(before, after, _rename(verdict))
    for verdict in sure:
        before, after = enums.get(verdict.source.owner), expected.enum(verdict.target.owner)
        if verdict.source.kind == "value" and before is not None and after is not None:
            holder = replace(before, name=names.enum(before.name))
            yield RenameEnumValue(holder, after, verdict.source.part, verdict.target.part, _rename(verdict))


def _schemas(schema: Schema) -> set[str]:
    """The schemas that are there."""
    named = {table.name.schema for table in schema.tables} | {enum.name.schema for enum in schema.enums}
    return {*schema.schemas, *named, schema.default_schema}


def _of_tables(
    verdicts: list[Verdict], tables: Mapping[QualifiedName, Table], expected: Schema
) -> Iterator[Change]:
    for verdict in verdicts:
        before, after = tables.get(verdict.source.owner), expected.table(verdict.target.owner)
        if before is None or after is None:
            continue
        if before.name.schema != after.name.schema:
            there = replace(before, name=QualifiedName(after.name.schema, before.name.name))
            yield MoveTable(before, there, _rename(verdict))
            before = there
        if before.name.name != after.name.name:
            yield RenameTable(before, after, _rename(verdict))


def _of_column(
    verdict: Verdict, tables: Mapping[QualifiedName, Table], names: NewNames, expected: Schema
) -> RenameColumn:
    before, after = tables[names.table(verdict.source.owner)], expected.table(verdict.target.owner)
    assert after is not None
    old, new = before.column(verdict.source.part), after.column(verdict.target.part)
    assert old is not None and new is not None
    return RenameColumn(TablePair(before, after), old, new, _rename(verdict))
