"""Which migration last created, altered, renamed or dropped an object: read from the SQL, without a database.

Only statements whose text mentions a name that matters are parsed, so that hundreds of migrations cost little.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .facts import Opaque
from .lives import Lives, Trace
from .relevant import HasSql, Search, mentions
from .statements import read_statement

__all__ = ["HasSql", "Target", "Trace", "trace"]


class Target(NamedTuple):
    """An object to trace."""

    kind: str
    """table | column | index | constraint | enum | enum value | extension | schema"""
    name: str
    """Its own name; of an enum value the label."""
    schema: str = "public"
    """The schema that it, or its owner, is in; of no matter for extensions and schemas."""
    owner: str = ""
    """Table of a column, index or constraint; enum of a value."""


def trace(
    targets: Iterable[Target], migrations: Sequence[HasSql], default_schema: str = "public"
) -> dict[Target, Trace | None]:
    """Where each target comes from; None where it is not to be found, or where unread SQL may have had a hand in it.

    `migrations` are in the order in which they run. Objects are followed through renames; what goes with
    something else (CASCADE, an index with its column) counts as dropped by that statement.
    """
    wanted = tuple(dict.fromkeys(targets))
    lives = Lives(default_schema)
    unread: list[tuple[int, Opaque]] = []
    migration: HasSql | None = None
    for at, found in enumerate(Search(migrations).relevant(_names(wanted))):
        if found.migration is not migration:
            migration = found.migration
            lives.begin(migration.name, migration.file)
        for fact in read_statement(found.statement):
            if isinstance(fact, Opaque):
                unread.append((at, fact))
            else:
                lives.apply(fact, at)
    return {target: _answer(target, lives, unread) for target in wanted}


def _answer(target: Target, lives: Lives, unread: list[tuple[int, Opaque]]) -> Trace | None:
    event = lives.last(target.kind, target.schema, target.owner, target.name)
    if event is None:
        return None
    for at, opaque in unread:
        if at > event.at and (opaque.dynamic or _mentions(opaque.text, target)):
            return None
    return event.trace


def _mentions(text: str, target: Target) -> bool:
    """Whether SQL that cannot be read may be about the target: it names it, or the whole that it is a part of."""
    if target.kind in ("column", "enum value"):
        return mentions(text, target.owner)
    return mentions(text, target.name) or (bool(target.owner) and mentions(text, target.owner))


def _names(targets: tuple[Target, ...]) -> set[str]:
    """What the text must mention: the owner, or the object itself where statements need not name its owner."""
    names: set[str] = set()
    for target in targets:
        if target.owner:
            names.add(target.owner.lower())
        if not target.owner or target.kind == "index":
            names.add(target.name.lower())
    return names
