"""Whether two texts of the catalog mean the same: each is given to the shadow, and printed again by it.

A text depends on how the object came about and on the server's version: what a dump restores, and what another major prints,
reads otherwise. What one server prints alike for both is the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ..postgres.catalog.inventory import Key, Thing
from ..postgres.catalog.reader import quote
from .drift import Difference

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

_NAME = "prisma_drift_reprint"
_INDEX = re.compile(r'CREATE (?:UNIQUE )?INDEX ("(?:[^"]|"")+"|[^\s"]+) ON ')
_TRIGGER = re.compile(r'CREATE (?:CONSTRAINT )?TRIGGER ("(?:[^"]|"")+"|[^\s"]+) ')
_POLICY = re.compile(r'CREATE POLICY ("(?:[^"]|"")+"|[^\s"]+) ON ')
_TIMES = 2


def same_in_other_words(connection: Connection, differences: Iterable[Difference]) -> set[Key]:
    """The keys whose two texts are one; everything that is tried is rolled back."""
    same = set()
    with connection.transaction(force_rollback=True):
        for one in differences:
            live, built = one.live, one.built
            if live is not None and built is not None and _same(connection, live, built):
                same.add(one.key)
    return same


def _same(connection: Connection, live: Thing, built: Thing) -> bool:
    if live.kind == "column":
        return _same_column(connection, live, built)
    reprint = _REPRINTS.get(live.kind)
    if reprint is None or (live.kind == "constraint" and live.parts != ("c",)):
        return False
    if live.kind in ("view", "materialized view") and _head(live) != _head(built):
        return False
    texts = [
        _printed(connection, thing.definition, lambda text: reprint(connection, built, text))
        for thing in (live, built)
    ]
    return not texts[0].isdisjoint(texts[1])


def _same_column(connection: Connection, live: Thing, built: Thing) -> bool:
    """Type, collation, NULL and identity are no words; a default and a generated expression are."""
    here, there = live.parts, built.parts
    if (here[0], here[1], *here[4:]) != (there[0], there[1], *there[4:]):
        return False
    if bool(here[2]) != bool(there[2]) or bool(here[3]) != bool(there[3]):
        return False
    for at, reprint in ((2, _default), (3, _generated)):
        if here[at] == there[at]:
            continue
        texts = [
            _printed(connection, parts[at], lambda text, do=reprint: do(connection, built, text))  # type: ignore[misc]
            for parts in (here, there)
        ]
        if texts[0].isdisjoint(texts[1]):
            return False
    return True


def _printed(connection: Connection, text: str, again: Callable[[str], str | None]) -> set[str]:
    """The text, and what becomes of it when it is read and printed, and once more."""
    found = {bare(text)}
    for _ in range(_TIMES):
        printed = _tried(connection, text, again)
        if printed is None:
            break
        found.add(bare(printed))
        text = printed
    return found


def _tried(connection: Connection, text: str, again: Callable[[str], str | None]) -> str | None:
    import psycopg

    printed = None
    try:
        with connection.transaction(force_rollback=True):
            printed = again(text)
    except psycopg.DatabaseError:
        if connection.closed:
            raise
    return printed


def bare(text: str) -> str:
    """Without the object's own name, which is another one where it is tried."""
    for pattern in (_INDEX, _TRIGGER, _POLICY):
        if found := pattern.match(text):
            return text[: found.start(1)] + text[found.end(1) :]
    return text.strip().rstrip(";")


def _run(connection: Connection, sql: str) -> None:
    # Asking for binary results makes psycopg send one statement, so that no text can carry a second one.
    connection.execute(sql.encode(), binary=True)


def _one(connection: Connection, sql: str, *values: object) -> str | None:
    row = connection.execute(sql.encode(), values).fetchone()
    return str(row[0]) if row and row[0] is not None else None


def _renamed(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.match(text)
    return text[: found.start(1)] + quote(_NAME) + text[found.end(1) :] if found else ""


def _check(connection: Connection, thing: Thing, text: str) -> str | None:
    _run(connection, f"ALTER TABLE {thing.owner} ADD CONSTRAINT {quote(_NAME)} {text}")
    return _one(
        connection, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
        _NAME, thing.owner,
    )  # fmt: skip


def _index(connection: Connection, thing: Thing, text: str) -> str | None:
    _run(connection, _renamed(_INDEX, text))
    return _one(connection, "SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname = %s", _NAME)  # fmt: skip


def _trigger(connection: Connection, thing: Thing, text: str) -> str | None:
    _run(connection, _renamed(_TRIGGER, text))
    return _one(connection, "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", _NAME)


def _policy(connection: Connection, thing: Thing, text: str) -> str | None:
    _run(connection, _renamed(_POLICY, text))
    return _one(
        connection,
        "SELECT concat_ws(E'\\n', polpermissive, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid),"
        " pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE polname = %s",
        _NAME,
    )


def _head(thing: Thing) -> str:
    return thing.definition.partition(" AS\n")[0]


def _view(connection: Connection, thing: Thing, text: str) -> str | None:
    _run(connection, f"CREATE VIEW {quote(_NAME)} AS {text.partition(' AS' + chr(10))[2] or text}")
    return _one(connection, "SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = %s", _NAME)


def _default(connection: Connection, thing: Thing, text: str) -> str | None:
    _run(connection, f"ALTER TABLE {thing.owner} ALTER COLUMN {thing.identity} SET DEFAULT {text}")
    return _expression(connection, thing.owner, thing.identity)


def _generated(connection: Connection, thing: Thing, text: str) -> str | None:
    kind = "VIRTUAL" if thing.parts[4] == "v" else "STORED"
    _run(
        connection,
        f"ALTER TABLE {thing.owner} ADD COLUMN {quote(_NAME)} {thing.parts[0]} GENERATED ALWAYS AS ({text}) {kind}",
    )
    return _expression(connection, thing.owner, quote(_NAME))


def _expression(connection: Connection, owner: str, identity: str) -> str | None:
    return _one(
        connection,
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef AS d JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
        " WHERE d.adrelid = %s::regclass AND a.attname = %s",
        owner,
        identity[1:-1].replace('""', '"'),
    )


_REPRINTS: dict[str, Callable[[Connection, Thing, str], str | None]] = {
    "constraint": _check,
    "index": _index,
    "trigger": _trigger,
    "policy": _policy,
    "view": _view,
    "materialized view": _view,
}
