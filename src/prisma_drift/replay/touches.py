"""Which statement last touched each object: kept while facts are replayed."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.names import QualifiedName
from ..model.schema import Table
from ..model.values import field, frozen, mutable

Key = tuple[str, str, str, str]
"""Kind, schema, owner, name. Kinds: table, enum (no owner); column, index (primary keys and unique constraints too),
constraint (foreign keys, CHECKs, exclusions), enum value; extension, schema (neither schema nor owner)."""


@frozen
class Place:
    """The clause of a migration that did something."""

    migration: str
    file: str
    line: int


NOWHERE = Place("", "", 0)


@frozen
class Touch:
    """What last happened to an object."""

    place: Place
    action: str
    """created | altered | renamed | dropped"""
    at: int
    """Number of the statement, to tell what came later."""
    alive: bool
    """False: nothing of this name is there any more."""


@mutable
class Touches:
    """The last touch of every object, dead or alive. Objects that no statement touched are not in it."""

    place: Place = NOWHERE
    """The clause that is replayed now."""
    at: int = 0
    """The number of its statement."""
    last: dict[Key, Touch] = field(default_factory=dict)
    made: set[Key] = field(default_factory=set)
    """Objects that a statement made, even if another one dropped them again."""
    skipped: dict[Key, Place] = field(default_factory=dict)
    """Objects that were there already, and the IF NOT EXISTS clause that therefore did nothing."""

    def touch(self, key: Key, action: str, place: Place | None = None, *, alive: bool = True) -> None:
        self.last.pop(key, None)  # the order is that of the last touch
        self.last[key] = Touch(place or self.place, action, self.at, alive)
        self.skipped.pop(key, None)

    def make(self, key: Key, place: Place | None = None) -> None:
        self.touch(key, "created", place)
        self.made.add(key)

    def drop(self, key: Key) -> None:
        self.touch(key, "dropped", alive=False)

    def rename(self, old: Key, new: Key) -> None:
        self.touch(old, "renamed", alive=False)
        self.touch(new, "renamed")

    def alter(self, key: Key) -> None:
        self.touch(key, "altered")

    def skip(self, key: Key) -> None:
        self.skipped[key] = self.place

    def is_alive(self, key: Key) -> bool:
        """Whether a statement touched the object and it is still there."""
        touch = self.last.get(key)
        return touch is not None and touch.alive

    def hold(self, old: Table | None, new: Table) -> None:
        """Notes which parts a table has lost and got."""
        before, after = parts(old) if old is not None else set(), parts(new)
        for key in before - after:
            self.drop(key)
        for key in after - before:
            self.touch(key, "created")

    def drop_whole(self, key: Key, known: Iterable[Key] = ()) -> None:
        """A table or enum goes, with the parts that are `known` and those that statements made."""
        for gone in {*known, *self._living(key)}:
            self.drop(gone)
        self.drop(key)

    def move_whole(self, old: Key, new: Key, known: Iterable[Key], action: str) -> None:
        """A table or enum gets another name or schema: its parts keep their last touch, under the new owner."""
        for part in {*known, *self._living(old)}:
            kind, _, _, name = part
            if part in self.last:
                self.last[kind, new[1], new[3], name] = self.last[part]
            self.touch(part, action, alive=False)
        self.touch(old, action, alive=False)
        self.touch(new, action)

    def _living(self, whole: Key) -> list[Key]:
        _, schema, _, name = whole
        return [k for k, touch in self.last.items() if touch.alive and k[1] == schema and k[2] == name]


def whole(kind: str, name: QualifiedName) -> Key:
    """The key of a table or enum."""
    return kind, name.schema, "", name.name


def part(kind: str, owner: QualifiedName, name: str) -> Key:
    """The key of a part of a table or enum."""
    return kind, owner.schema, owner.name, name


def single(kind: str, name: str) -> Key:
    """The key of an extension or schema."""
    return kind, "", "", name


def parts(table: Table) -> set[Key]:
    """The keys of a table's columns, keys and indexes."""
    schema, owner = table.name.schema, table.name.name
    found = {("column", schema, owner, column.name) for column in table.columns}
    found.update(("index", schema, owner, index.name) for index in table.indexes)
    found.update(("constraint", schema, owner, key.name) for key in table.foreign_keys)
    if table.primary_key is not None:
        found.add(("index", schema, owner, table.primary_key.name))
    return found


def values(enum: QualifiedName, labels: Iterable[str]) -> list[Key]:
    """The keys of an enum's values."""
    return [part("enum value", enum, label) for label in labels]
