"""Two inventories held against each other: what was made, changed or dropped by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..model.values import frozen
from ..postgres.catalog.inventory import Inventory, Key, Thing


@frozen
class Difference:
    """One object that the database has otherwise than its migrations build it."""

    live: Thing | None
    built: Thing | None
    follows: bool = False
    """It only comes with another difference: of its table, or of a column."""

    @property
    def thing(self) -> Thing:
        found = self.built or self.live
        assert found is not None
        return found

    @property
    def key(self) -> Key:
        return self.thing.kind, self.thing.name

    @property
    def only_state(self) -> bool:
        """Whether it is the same object, switched or checked otherwise."""
        return (
            self.live is not None
            and self.built is not None
            and self.live.kind in ("index", "constraint", "trigger")
            and self.live.definition == self.built.definition
            and self.live.state != self.built.state
        )


def differences(live: Inventory, built: Inventory, same: Collection[Key] = ()) -> tuple[Difference, ...]:
    """All differences by kind and name; `same` are those that Postgres has found to be the same in other words."""
    found = []
    for key in sorted(live.things.keys() | built.things.keys()):
        here, there = live.things.get(key), built.things.get(key)
        if here is not None and there is not None and (_alike(here, there) or _same(key, here, there, same)):
            continue
        found.append(Difference(here, there, _follows(here, there, live, built)))
    return tuple(found)


def _same(key: Key, here: Thing, there: Thing, same: Collection[Key]) -> bool:
    return key in same and here.state == there.state


def _alike(one: Thing, other: Thing) -> bool:
    return (one.definition, one.state, one.parts) == (other.definition, other.state, other.parts)


def _follows(here: Thing | None, there: Thing | None, live: Inventory, built: Inventory) -> bool:
    """Whether the object's table, or a column that it needs, is gone or new as well, or its owner changes with it."""
    thing = here or there
    assert thing is not None
    if here is not None and there is not None:
        return thing.kind == "sequence" and _identity(here, live) != _identity(there, built)
    other, own = (live, built) if here is None else (built, live)
    if thing.kind == "table":
        return False
    if thing.table and ("table", thing.table) in own.things and ("table", thing.table) not in other.things:
        return True
    if thing.kind == "sequence":
        column = ("column", thing.state)
        return bool(thing.state) and (
            column not in other.things or other.things[column].parts != own.things[column].parts
        )
    if thing.kind == "comment":
        return _comment_follows(thing, other, own)
    return any(("column", f"{thing.table}.{name}") not in other.things for name in _columns_of(thing, own))


def _identity(thing: Thing, inventory: Inventory) -> str:
    column = inventory.things.get(("column", thing.state))
    return column.parts[5] if column else ""


def _columns_of(thing: Thing, inventory: Inventory) -> Iterator[str]:
    """The columns that an index or a constraint is made of."""
    if thing.kind == "constraint":
        for k in inventory.constraints.values():
            t = inventory.tables[k.table_oid]
            if f"{t.schema}.{t.name}.{k.name}" == thing.name:
                columns = inventory.columns[k.table_oid]
                yield from (columns[number].name for number in k.columns if number in columns)
    if thing.kind == "index":
        for i in inventory.indexes.values():
            if f"{i.schema}.{i.name}" == thing.name:
                columns = inventory.columns[i.table_oid]
                yield from (columns[number].name for number in i.columns if number in columns)


def _comment_follows(thing: Thing, other: Inventory, own: Inventory) -> bool:
    """A comment goes with its object."""
    name = thing.name.replace('"', "")
    for kind, full in own.things:
        if kind != "comment" and (kind, full) not in other.things:
            parts = full.rsplit(".", 1)
            if name == full or name == f"{parts[-1]} on {parts[0]}":
                return True
    return False
