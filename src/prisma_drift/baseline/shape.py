"""Prisma's own statements in place of a dump's, wherever both build the same: what a reader of migrations knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..diff import changes as c
from ..diff.rules import Rules
from ..model.names import QualifiedName
from ..model.types import Sequence as NextValue
from ..model.values import frozen, replace
from .archive import Entry

if TYPE_CHECKING:
    from ..diff.changes import Change
    from ..model.schema import Index, Schema, Table
    from ..plan.steps import Step
    from ..postgres.server.database import Database

ROUNDS = 3
"""How often statements that turn out to build something else are taken back before the dump's words stand for all."""

Trial = Callable[[Sequence[Entry]], frozenset[str] | None]
"""Builds entries in an empty database. The names of what is not the same there, without quotes; None where they do not apply."""


@frozen
class Unit:
    """One of Prisma's statements."""

    at: int
    """The entry whose place it takes."""
    within: frozenset[int]
    """Other entries that it holds as well: a table's key, and the sequence of its SERIAL."""
    sql: str
    names: tuple[str, ...]
    """What it makes, `schema.name`; for what belongs to a table, `schema.table name`."""


def in_prismas_words(
    entries: Sequence[Entry],
    database: Database,
    default_schema: str,
    declared: Schema,
    rules: Rules,
    trial: Trial,
) -> list[Entry]:
    """The same entries, with enums, tables, indexes and foreign keys as Prisma would write them.

    Prisma cannot say everything: a check, a generated column, a storage option. What differs when it is tried keeps the
    dump's words. `database` holds what `entries` build; `declared` names the schemas that Prisma would look at.
    """
    units = list(_units(entries, _steps(database, default_schema, declared, rules)))
    for _ in range(ROUNDS):
        if not units:
            break
        shaped = _with(entries, units)
        differing = trial(shaped)
        if differing is None:
            break
        if not differing:
            return shaped
        left = _without(units, differing)
        if len(left) == len(units):
            break
        units = left
    return list(entries)


def _without(units: Sequence[Unit], differing: Iterable[str]) -> list[Unit]:
    """The units that make nothing of these names, nor what something of these names belongs to."""
    makers = {name: unit.at for unit in units for name in unit.names}
    bad = set()
    for name in differing:
        ends = (at for at, sign in enumerate(name) if sign in ". ")
        bad |= {makers[start] for start in (name, *(name[:at] for at in ends)) if start in makers}
    return [unit for unit in units if unit.at not in bad]


def _steps(database: Database, default_schema: str, declared: Schema, rules: Rules) -> tuple[Step, ...]:
    """What Prisma would write to build the database from nothing."""
    from ..model.schema import Schema as Empty
    from ..pipeline.compare import compare_sides
    from ..pipeline.source import Side, scope_of_schemas, side_of

    with database.connect(default_schema=default_schema) as connection:
        there = side_of(connection, scope_of_schemas([declared], rules), default_schema).schema
    # As in every migration of a project with one schema, which then may be another one than here (`?schema=`).
    several = bool(declared.schemas)
    there = replace(
        there,
        tables=tuple(
            replace(one, explicit_schema=several, indexes=tuple(map(_plainly, one.indexes)))
            for one in there.tables
        ),
        enums=tuple(replace(one, explicit_schema=several) for one in there.enums),
    )
    return compare_sides(Side(Empty(default_schema="")), Side(there), rules, strategy="plain").plan.steps


def _plainly(index: Index) -> Index:
    """Without the order and the operator class that go without saying: the catalog says them of every column."""
    columns = (
        replace(
            one,
            sort="" if one.sort == "asc" else one.sort,
            opclass=None if one.opclass is None or one.opclass.default else one.opclass,
        )
        for one in index.columns
    )
    return replace(index, columns=tuple(columns))


def _units(entries: Sequence[Entry], steps: Sequence[Step]) -> Iterator[Unit]:
    places = {(one.kind, one.schema, one.tag): at for at, one in enumerate(entries)}
    for step in steps:
        if len(step.changes) != 1 or not step.statements:
            continue
        found = _unit(places, step.changes[0])
        if found is not None:
            text = "\n\n".join(f"{statement.sql.rstrip().rstrip(';')};" for statement in step.statements)
            yield replace(found, sql=text)


def _unit(places: dict[tuple[str, str, str], int], change: Change) -> Unit | None:
    """Where a change's statement goes; None where the dump says it in a way that has no such place."""
    match change:
        case c.CreateEnum(enum):
            at = places.get(("TYPE", enum.name.schema, enum.name.name))
            return None if at is None else Unit(at, frozenset(), "", (str(enum.name),))
        case c.CreateTable(table):
            return _table(places, table)
        case c.CreateIndex(table, index):
            at = places.get(("INDEX", table.name.schema, index.name))
            name = QualifiedName(table.name.schema, index.name)
            return None if at is None else Unit(at, frozenset(), "", (str(name),))
        case c.AddForeignKey(table, key):
            tag = f"{table.name.name} {key.name}"
            at = places.get(("FK CONSTRAINT", table.name.schema, tag))
            return None if at is None else Unit(at, frozenset(), "", (f"{table.name.schema}.{tag}",))
        case _:
            # Schemas and extensions: Prisma's statement is not the better one.
            return None


def _table(places: dict[tuple[str, str, str], int], table: Table) -> Unit | None:
    schema, name = table.name.schema, table.name.name
    at = places.get(("TABLE", schema, name))
    if at is None:
        return None
    names = [str(table.name)]
    within = []
    if table.primary_key is not None:
        names.append(f"{schema}.{table.primary_key.name}")
        within.append(("CONSTRAINT", schema, f"{name} {table.primary_key.name}"))
    for column in table.columns:
        if column.autoincrement and isinstance(column.default, NextValue):
            sequence = column.default.name or f"{name}_{column.name}_seq"
            names.append(f"{schema}.{sequence}")
            within += [
                ("SEQUENCE", schema, sequence),
                ("SEQUENCE OWNED BY", schema, sequence),
                ("DEFAULT", schema, f"{name} {column.name}"),
            ]
    return Unit(at, frozenset(places[one] for one in within if one in places), "", tuple(names))


def _with(entries: Sequence[Entry], units: Sequence[Unit]) -> list[Entry]:
    texts = {unit.at: unit.sql for unit in units}
    gone = {at for unit in units for at in unit.within}
    return [
        replace(entry, definition=texts[at]) if at in texts else entry
        for at, entry in enumerate(entries)
        if at not in gone
    ]
