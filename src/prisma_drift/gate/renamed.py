"""What was renamed by hand: recognised by what a rename leaves as it is, and undone on the shadow to see what else differs.

A renamed column keeps its number in the table, a renamed enum value its place; a table its columns with their numbers; an
index or a constraint its definition. Where two could be one, none is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from ..model.values import frozen
from ..postgres.catalog.inventory import Inventory, Key, TableRow, Thing
from ..postgres.catalog.reader import quote
from .drift import differences

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

_ROUNDS = 4
"""A table's new name, its columns', those of what is made of them: each is seen when the one before is done."""
T = TypeVar("T")


@frozen
class Renamed:
    """One name that the database has changed."""

    kind: str
    """table | column | enum | enum value | constraint | index"""
    built: str
    """As reports show it: `public.User.name`."""
    live: str
    keep: str
    """SQL that makes the same of what the migrations build."""
    undo: str
    """SQL that takes it back in the database."""
    evidence: str

    @property
    def key(self) -> Key:
        return f"renamed {self.kind}", self.built


@frozen
class Undone:
    """What the migrations build, under the names that the database has."""

    inventory: Inventory
    renames: tuple[Renamed, ...] = ()


def rename_like(
    connection: Connection, read: Callable[[Connection], Inventory], live: Inventory, built: Inventory
) -> Undone:
    """Rename on the shadow, within a transaction of the caller's that is rolled back.

    Only what can be taken back again, with nothing else changed, is kept.
    """
    import psycopg

    now, done = built, []
    for _ in range(_ROUNDS):
        found = sorted(recognised(live, now), key=lambda one: (one.kind != "table", one.kind, one.built))
        if not found:
            break
        try:
            with connection.transaction():
                for one in found:
                    connection.execute(one.keep.encode(), binary=True)
                then = read(connection)
                with connection.transaction(force_rollback=True):
                    for one in reversed(found):
                        connection.execute(one.undo.encode(), binary=True)
                    if differences(read(connection), now):
                        raise psycopg.DataError
        except psycopg.DatabaseError:
            if connection.closed:
                raise
            break
        now = then
        done += found
    return Undone(now, tuple(done))


def recognised(live: Inventory, built: Inventory) -> Iterator[Renamed]:
    """The renames that can be told when both are held against each other as they are."""
    tables = list(_tables(live, built))
    yield from tables
    yield from _enums(live, built)
    if not tables:
        yield from _columns(live, built)
        yield from _made_of_columns(live, built)


def _tables(live: Inventory, built: Inventory) -> Iterator[Renamed]:
    here, there = _named(live), _named(built)
    gone = [t for name, t in there.items() if name not in here]
    new = [t for name, t in here.items() if name not in there]

    def shape(inventory: Inventory) -> Callable[[TableRow], Hashable]:
        return lambda t: (
            t.schema,
            t.partitioned,
            tuple((n, c.type, c.not_null) for n, c in sorted(inventory.columns[t.oid].items())),
        )

    for old, name in _pairs(gone, new, shape(built), shape(live)):
        names, then = (
            {c.name for c in one.columns[t.oid].values()} for one, t in ((live, name), (built, old))
        )
        if 2 * len(names & then) < len(then) or not then:
            continue
        mine, theirs = f"{quote(old.schema)}.{quote(old.name)}", f"{quote(name.schema)}.{quote(name.name)}"
        yield Renamed(
            "table",
            f"{old.schema}.{old.name}",
            f"{name.schema}.{name.name}",
            f"ALTER TABLE {mine} RENAME TO {quote(name.name)}",
            f"ALTER TABLE {theirs} RENAME TO {quote(old.name)}",
            "it has the same columns" if names == then else "it has the same columns, most under their names",
        )


def _named(inventory: Inventory) -> dict[str, TableRow]:
    return {f"{t.schema}.{t.name}": t for t in inventory.tables.values()}


def _columns(live: Inventory, built: Inventory) -> Iterator[Renamed]:
    here = _named(live)
    for name, table in _named(built).items():
        if name not in here:
            continue
        now, then = live.columns[here[name].oid], built.columns[table.oid]
        if {c.name for c in now.values()} == {c.name for c in then.values()}:
            continue
        numbers = {c.name: number for number, c in now.items()}
        if any(numbers.get(c.name, number) != number for number, c in then.items()):
            # Restored from a dump, or made in another order: then a number says nothing.
            continue
        names = {c.name for c in then.values()}
        for number, c in then.items():
            other = now.get(number)
            if other is None or c.name in numbers or other.name in names:
                continue
            if (other.type, other.is_list, other.generated) != (c.type, c.is_list, c.generated):
                continue
            alter = f"ALTER TABLE {quote(table.schema)}.{quote(table.name)} RENAME COLUMN"
            yield Renamed(
                "column",
                f"{name}.{c.name}",
                f"{name}.{other.name}",
                f"{alter} {quote(c.name)} TO {quote(other.name)}",
                f"{alter} {quote(other.name)} TO {quote(c.name)}",
                "it stands in the same place and is of the same type",
            )


def _enums(live: Inventory, built: Inventory) -> Iterator[Renamed]:
    here, there = (
        {t.name: t for t in one.things.values() if t.kind == "enum" and t.parts} for one in (live, built)
    )
    gone = [t for name, t in there.items() if name not in here]
    new = [t for name, t in here.items() if name not in there]

    def shape(t: Thing) -> Hashable:
        return t.identity.partition(".")[0], t.parts

    for old, other in _pairs(gone, new, shape, shape):
        own, name = (t.name.partition(".")[2] for t in (old, other))
        keep = f"ALTER TYPE {old.identity} RENAME TO {quote(name)}"
        undo = f"ALTER TYPE {other.identity} RENAME TO {quote(own)}"
        yield Renamed("enum", old.name, other.name, keep, undo, "it has the same values")
    for name in sorted(here.keys() & there.keys()):
        now, then = here[name].parts, there[name].parts
        if len(now) != len(then):
            continue
        changed = [(a, b) for a, b in zip(then, now, strict=True) if a != b]
        if any(a in now or b in then for a, b in changed):
            continue
        for a, b in changed:
            alter = f"ALTER TYPE {here[name].identity} RENAME VALUE"
            keep, undo = f"{alter} {_literal(a)} TO {_literal(b)}", f"{alter} {_literal(b)} TO {_literal(a)}"
            yield Renamed(
                "enum value", f"{name}.{a}", f"{name}.{b}", keep, undo, "it stands in the same place"
            )


def _made_of_columns(live: Inventory, built: Inventory) -> Iterator[Renamed]:
    """Constraints and indexes of tables that both have."""
    for kind in ("constraint", "index"):
        gone = [t for key, t in built.things.items() if key[0] == kind and key not in live.things]
        new = [t for key, t in live.things.items() if key[0] == kind and key not in built.things]
        for old, other in _pairs(gone, new, _definition, _definition):
            if kind == "constraint":
                alter = f"ALTER TABLE {old.owner} RENAME CONSTRAINT"
                keep = f"{alter} {old.identity} TO {other.identity}"
                undo = f"{alter} {other.identity} TO {old.identity}"
            else:
                keep = f"ALTER INDEX {old.identity} RENAME TO {_own(other.identity)}"
                undo = f"ALTER INDEX {other.identity} RENAME TO {_own(old.identity)}"
            yield Renamed(kind, old.name, other.name, keep, undo, "it has the same definition")


def _definition(thing: Thing) -> Hashable:
    if thing.kind == "constraint":
        return thing.table, thing.definition, thing.state
    from .reprint import bare

    return thing.table, bare(thing.definition), thing.state


def _own(identity: str) -> str:
    """The last part of a quoted name."""
    inner = identity[1:-1].replace('""', "\0").split('"."')[-1].replace("\0", '""')
    return f'"{inner}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _pairs(
    gone: Sequence[T], new: Sequence[T], shape: Callable[[T], Hashable], other: Callable[[T], Hashable]
) -> Iterator[tuple[T, T]]:
    """Those of which there is exactly one on each side."""
    before: dict[Hashable, list[T]] = {}
    after: dict[Hashable, list[T]] = {}
    for one in gone:
        before.setdefault(shape(one), []).append(one)
    for one in new:
        after.setdefault(other(one), []).append(one)
    for key, (first, *more) in before.items():
        if not more and len(after.get(key, ())) == 1:
            yield first, after[key][0]
