"""Which migration last created, altered, renamed or dropped an object: read from the SQL, without a database.

Only statements whose text mentions a name that matters are parsed, so that hundreds of migrations cost little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..migrations.facts import Opaque
from ..migrations.relevant import HasSql, Search, mentions
from ..migrations.statements import read_statement
from ..model.report import Origin
from ..model.schema import Schema
from .effect import apply_fact
from .state import state_of
from .touches import Place, Touch, Touches

__all__ = ["HasSql", "Target", "trace"]


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
    there: bool = False
    """It is known to be in the database: then code that says so made it, where nothing else did."""


def trace(
    targets: Iterable[Target], migrations: Sequence[HasSql], default_schema: str = "public"
) -> dict[Target, Origin | None]:
    """Where each target comes from; None where it is not to be found, or where unread SQL may have had a hand in it.

    `migrations` are in the order in which they run. Objects are followed through renames; what goes with
    something else (CASCADE, an index with its column) counts as dropped by that statement.
    """
    wanted = tuple(dict.fromkeys(targets))
    state = state_of(Schema(default_schema=default_schema), partial=True)
    unread: list[tuple[int, Opaque, Place]] = []
    migration: HasSql | None = None
    for at, found in enumerate(Search(migrations).relevant(_names(wanted))):
        if found.migration is not migration:
            migration = found.migration
            state.path = (default_schema,)
        state.touches.at = at
        for fact in read_statement(found.statement):
            place = Place(migration.name, migration.file, fact.line)
            if isinstance(fact, Opaque):
                unread.append((at, fact, place))
            else:
                apply_fact(state, fact, place)
    return {target: _answer(target, state.touches, unread) for target in wanted}


def _answer(target: Target, touches: Touches, unread: list[tuple[int, Opaque, Place]]) -> Origin | None:
    touch = _last(target, touches)
    if touch is None:
        return _in_code(target, unread)
    for at, opaque, _ in unread:
        if at > touch.at and (opaque.dynamic or _mentions(opaque.text, target)):
            return None
    return Origin(touch.place.migration, touch.place.file, touch.place.line, touch.action)


def _in_code(target: Target, unread: list[tuple[int, Opaque, Place]]) -> Origin | None:
    """The one DO block or function that adds a column which is there, and which no plain statement made."""
    if target.kind != "column" or not target.there:
        return None
    name = re.escape(target.name.replace('"', '""'))
    adds = re.compile(rf'\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?"?{name}(?![\w$])', re.IGNORECASE)
    about = [(opaque, place) for _, opaque, place in unread if mentions(opaque.text, target.owner)]
    made = [place for opaque, place in about if adds.search(opaque.text)]
    if len(made) != 1 or about[-1][1] != made[0]:
        return None
    return Origin(made[0].migration, made[0].file, made[0].line, "created")


def _last(target: Target, touches: Touches) -> Touch | None:
    """What last happened to an object, first of all to one that is still there."""
    kind, schema, owner, name = target.kind, target.schema, target.owner, target.name
    kinds = ("index", "constraint") if kind in ("index", "constraint") else (kind,)
    if kind in ("extension", "schema"):
        schema = owner = ""
    if owner or len(kinds) == 1:
        found = [touches.last.get((each, schema, owner, name)) for each in kinds]
    else:  # of whichever table
        found = [t for k, t in touches.last.items() if k[0] in kinds and k[1] == schema and k[3] == name]
    return max(filter(None, found), key=lambda touch: (touch.alive, touch.at), default=None)


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
