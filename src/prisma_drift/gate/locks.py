"""What pending statements lock, rewrite and scan on the live tables, and for how many rows and bytes.

Locks and scans are those of Postgres' documentation (ALTER TABLE, CREATE INDEX, explicit locking); whether a table is
rewritten is seen on the shadow, where a rewritten table lies in another file afterwards. `expected` is the one place that
knows of a single statement: what is observed of it on filled tables can take its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..migrations import facts as f
from ..model.counted import counted
from ..model.gate import TableSize, Work
from ..model.hazards import Observed
from ..model.report import Finding
from ..model.source import Position
from ..postgres.catalog.inventory import TableRow
from .checks import Stage

LONG = "long-lock"
LARGE_ROWS = 1_000_000
LARGE_BYTES = 1 << 30
"""From either on, a scan takes seconds to minutes."""
_STRENGTH = ["", "AccessShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "AccessExclusiveLock"]  # fmt: skip
_STOPS = {
    "ShareLock": "writes",
    "ShareRowExclusiveLock": "writes",
    "AccessExclusiveLock": "reads and writes",
}


def works(stage: Stage, sizes: dict[int, TableSize]) -> Iterator[Work]:
    """Every statement of one pending migration that works on a table of the live database. `sizes`: by the shadow's oid."""
    rewritten = {
        oid
        for oid, table in stage.before.tables.items()
        if oid in stage.after.tables and stage.after.tables[oid].file != table.file
    }
    for line, facts in stage.facts.statements:
        found: dict[int, tuple[Observed, str]] = {}
        for fact in facts:
            for oid, seen in _tables(stage, fact):
                size = sizes.get(oid)
                if size is None:
                    continue
                rewrites = oid in rewritten and _may_rewrite(fact)
                scans = seen.scans or rewrites
                seen = Observed(seen.lock, rewrites, scans)
                had, advice = found.get(oid, (Observed(), ""))
                both = Observed(
                    max(had.lock, seen.lock, key=_STRENGTH.index),
                    had.rewrites or seen.rewrites,
                    had.scans or seen.scans,
                )
                found[oid] = (both, advice or (_advice(fact) if scans else ""))
        for oid, (seen, advice) in found.items():
            size = sizes[oid]
            yield Work(
                stage.facts.migration, line, size.table, seen.lock, seen.rewrites, seen.scans, size.rows, size.bytes, advice
            )  # fmt: skip


def tables_of(stage: Stage) -> set[int]:
    """The shadow's oids of the tables that the migration works on."""
    return {oid for _, facts in stage.facts.statements for fact in facts for oid, _ in _tables(stage, fact)}


def expected(stage: Stage, fact: f.Fact, oid: int) -> Observed:
    """The strongest lock on the fact's own table, and whether all its rows are read under it."""
    match fact:
        case f.CreateIndex(concurrently=True):
            return Observed("ShareUpdateExclusiveLock", scans=True)
        case f.CreateIndex():
            return Observed("ShareLock", scans=True)
        case f.AddConstraint(constraint=f.Reference() as k):
            return Observed("ShareRowExclusiveLock", scans=_validated(stage, oid, k.name))
        case f.AddConstraint(constraint=f.Key() as k):
            return Observed("AccessExclusiveLock", scans=not k.using_index)
        case f.AddConstraint(constraint=k):
            return Observed("AccessExclusiveLock", scans=_validated(stage, oid, k.name))
        case f.SetNotNull():
            return Observed("AccessExclusiveLock", scans=not _known_not_null(stage, oid, fact.column))
        case f.Data():
            return Observed("RowExclusiveLock")
        case _:
            return Observed("AccessExclusiveLock")


def _tables(stage: Stage, fact: f.Fact) -> Iterator[tuple[int, Observed]]:
    """The shadow's tables that the fact works on, with what it does there."""
    if isinstance(fact, f.DropIndex):
        for i in stage.before.indexes.values():
            if i.name == fact.name.name:
                yield i.table_oid, Observed("AccessExclusiveLock")
        return
    table = getattr(fact, "table", None)
    if not isinstance(table, f.ObjectName) or isinstance(fact, f.CreateTable):
        return
    own = _named(stage, table)
    if own is not None:
        yield own, expected(stage, fact, own)
    if isinstance(fact, f.AddConstraint) and isinstance(fact.constraint, f.Reference):
        other = _named(stage, fact.constraint.references)
        if other is not None and other != own:
            yield other, Observed("ShareRowExclusiveLock")


def _named(stage: Stage, name: f.ObjectName) -> int | None:
    """The table that a statement of the migration means, by its names before and after."""

    def means(table: TableRow) -> bool:
        return table.name == name.name and name.schema in (None, table.schema)

    for inventory in (stage.before, stage.after):
        for oid, table in inventory.tables.items():
            if means(table):
                return oid
    return None


def _may_rewrite(fact: f.Fact) -> bool:
    if isinstance(fact, f.AddColumn):
        c = fact.column
        return bool(c.default or c.identity or c.generated or c.type.serial)
    return isinstance(fact, f.AlterColumnType | f.Neutral | f.Opaque)


def _validated(stage: Stage, oid: int, name: str | None) -> bool:
    """Whether a new constraint is held against the rows; without a written name it is one of those that are new."""
    there = [k for k in stage.after.constraints.values() if k.table_oid == oid]
    new = [k for k in there if k.oid not in stage.before.constraints]
    meant = [k for k in new if k.name == name] if name else new
    return not meant or any(k.validated for k in meant)


def _known_not_null(stage: Stage, oid: int, column: str) -> bool:
    """Whether Postgres needs no scan: the live column is required, or a checked constraint says so."""
    live = stage.live_table(oid)
    if live is None:
        return False
    if any(c.name == column and c.not_null for c in stage.live.columns[live.oid].values()):
        return True
    said = {f"({column} IS NOT NULL)", f'("{column}" IS NOT NULL)'}
    own = [k for k in stage.live.constraints.values() if k.table_oid == live.oid]
    return any(k.kind == "c" and k.validated and k.expression in said for k in own)


def _advice(fact: f.Fact) -> str:
    match fact:
        case f.CreateIndex(concurrently=True):
            return ""
        case f.CreateIndex():
            return "CREATE INDEX CONCURRENTLY, alone in a migration, lets everybody go on."
        case f.AddConstraint(constraint=f.Key()):
            return "CREATE UNIQUE INDEX CONCURRENTLY in a migration before, then ADD CONSTRAINT … USING INDEX, takes a moment."
        case f.AddConstraint():
            return "ADD CONSTRAINT … NOT VALID takes a moment; VALIDATE CONSTRAINT in a migration behind it lets everybody go on."
        case f.SetNotNull(column=column):
            return (
                f'ADD CHECK ("{column}" IS NOT NULL) NOT VALID, and VALIDATE CONSTRAINT in a migration behind it; '
                "then SET NOT NULL takes a moment."
            )
        case f.AddColumn():
            return "Add it without its default, set the default, and fill what is there with prisma-drift backfill."
        case f.AlterColumnType():
            return "Add a column of the new type, fill it with prisma-drift backfill, and change the application over to it."
        case _:
            return ""


def long_locks(found: Sequence[Work], files: dict[str, str]) -> Iterator[Finding]:
    """Those that hold up others for long."""
    for work in found:
        stops = _STOPS.get(work.lock)
        if stops is None or not work.scans or not is_large(work):
            continue
        does = "rewrites" if work.rewrites else "reads"
        room = (
            f" It needs about {size_of(work.bytes)} of disk space more."
            if work.rewrites and work.bytes > 0
            else ""
        )
        yield Finding(
            LONG,
            "warning",
            work.table,
            f"`{work.migration}` {does} all of {work.table} ({amount(work)}) under a lock that stops {stops} of it.{room}",
            work.advice or "Deploy it when nobody is there, or do it in steps.",
            position=Position(files[work.migration], work.line) if work.migration in files else None,
            table=work.table,
        )  # fmt: skip


def is_large(work: Work) -> bool:
    return work.rows >= LARGE_ROWS or work.bytes >= LARGE_BYTES


def amount(work: Work) -> str:
    rows = f"about {counted(work.rows, 'row')}" if work.rows >= 0 else "rows never estimated"
    return f"{rows}, {size_of(work.bytes)}" if work.bytes >= 0 else rows


def size_of(size: int) -> str:
    """`1.5 GiB`"""
    value, units = float(size), ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        units.pop(0)
    return f"{value:.0f} {units[0]}" if value >= 10 or units[0] == "B" else f"{value:.1f} {units[0]}"
