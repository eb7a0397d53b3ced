"""Does it matter in which order two migrations run? Not where neither names what the other touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..migrations import facts as f
from ..migrations.relevant import mentions
from ..migrations.statements import read
from ..model.values import frozen
from ..replay.effect import StagedSql


@frozen
class Footprint:
    """What a migration does, as far as another one may notice it."""

    sql: str
    touched: frozenset[tuple[str, str]]
    """(table, enum, index or the like; column, constraint or value of it, '' for all of it); schemas are left out."""
    loose: str
    """The text of what moves rows or defines views, functions and the like: it may rest on all of a table."""
    hidden: bool
    """Whether it does what cannot be told from its names: code is run, an extension comes or goes."""


def footprint(sql: str) -> Footprint:
    """What one migration touches, whatever ran before it."""
    touched: set[tuple[str, str]] = set()
    loose: list[str] = []
    hidden = False
    for reading in read(sql):
        for fact in reading.facts:
            match fact:
                case f.Data() | f.Neutral():
                    if isinstance(fact, f.Data) or fact.kind:
                        loose.append(reading.statement.text)
                case f.Opaque() | f.CreateExtension() | f.DropExtension() | f.UpdateExtension():
                    hidden = True
                case _:
                    touched.update(_touched(fact))
    return Footprint(sql, frozenset(touched), "\n".join(loose), hidden)


def _touched(fact: f.Fact) -> Iterator[tuple[str, str]]:
    match fact:
        case f.AddColumn():
            yield fact.table.name, fact.column.name
        case f.RenameColumn():
            yield fact.table.name, fact.column
            yield fact.table.name, fact.new
        case (
            f.DropColumn() | f.AlterColumnType() | f.SetNotNull() | f.DropNotNull() | f.SetDefault()
            | f.DropDefault() | f.SetIdentity() | f.DropExpression()
        ):  # fmt: skip
            yield fact.table.name, fact.column
        case f.AddConstraint():
            yield fact.table.name, fact.constraint.name or ""
        case f.DropConstraint():
            yield fact.table.name, fact.name
        case f.RenameConstraint():
            yield fact.table.name, fact.name
            yield fact.table.name, fact.new
        case f.CreateIndex():
            yield fact.table.name, fact.name or ""
        case f.AddEnumValue():
            yield fact.name.name, fact.value
        case f.RenameEnumValue():
            yield fact.name.name, fact.value
            yield fact.name.name, fact.new
        case _:
            yield from ((name, "") for name in _wholes(fact))


def _wholes(fact: f.Fact) -> Iterator[str]:
    """The names of what is made, dropped, renamed or moved as a whole."""
    for slot in ("table", "name", "object", "new"):
        found = getattr(fact, slot, None)
        if isinstance(found, f.ObjectName):
            yield found.name
        elif isinstance(found, str) and found:
            yield found


def first_met(one: StagedSql, others: Iterable[StagedSql]) -> tuple[str, str] | None:
    """The first of `others` that meets the migration, and in what ('' where that cannot be told); None: any order will do."""
    mine = footprint(one.sql)
    for other in others:
        theirs = footprint(other.sql)
        met = _met(mine, theirs)
        if met is None:
            met = _met(theirs, mine)
        if met is None and (mine.hidden or theirs.hidden):
            met = ""
        if met is not None:
            return other.name, met
    return None


def _met(touching: Footprint, naming: Footprint) -> str | None:
    """The table, enum or part of one that one touches and the other touches too, or names."""
    theirs = {table for table, _ in naming.touched}
    for table, inner in sorted(touching.touched):
        if table in theirs:
            return table
        if not mentions(naming.sql, table):
            continue
        if not inner or mentions(naming.loose, table):
            return table
        if mentions(naming.sql, inner):
            return f"{table}.{inner}"
    return None
