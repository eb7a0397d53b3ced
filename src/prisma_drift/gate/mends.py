"""SQL that makes one inventory into another, tried statement by statement on the shadow, and kept only where it does so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..model.values import frozen
from ..postgres.catalog.inventory import Inventory, Key, Thing, identities
from .drift import Difference, differences
from .renamed import Renamed
from .reprint import same_in_other_words

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

_CLASSES = {
    "function": ("routine", "FUNCTION"), "procedure": ("routine", "PROCEDURE"), "aggregate": ("routine", "AGGREGATE"),
    "view": ("relation", "VIEW"), "materialized view": ("relation", "MATERIALIZED VIEW"), "policy": ("policy", "POLICY"),
    "rule": ("rule", "RULE"), "statistics": ("statistics", "STATISTICS"), "type": ("type", "TYPE"), "domain": ("type", "DOMAIN"),
    "partition": ("relation", "TABLE"), "foreign table": ("relation", "FOREIGN TABLE"),
    "event trigger": ("event trigger", "EVENT TRIGGER"),
}  # fmt: skip
"""Kinds whose definition is a whole statement: how live_names.sql classes them, and what DROP calls them."""
_ORDER = [
    "schema",
    "extension",
    "type",
    "domain",
    "enum",
    "sequence",
    "function",
    "procedure",
    "aggregate",
    "table",
    "partition",
    "column",
    "constraint",
    "index",
    "view",
    "trigger",
    "policy",
    "rule",
    "statistics",
    "comment",
]
_FIRST_DROPPED = ("policy", "rule", "trigger", "comment", "view", "materialized view", "constraint", "index")


@frozen
class Step:
    """What makes one object so."""

    key: Key
    ways: tuple[tuple[str, ...], ...]
    """Each a few statements; the first that the shadow takes is it."""


@frozen
class Mend:
    """Statements in an order in which they work."""

    statements: tuple[tuple[Key, tuple[str, ...]], ...] = ()

    @property
    def sql(self) -> str:
        return "".join(f"{one};\n" for _, some in self.statements for one in some)

    def of(self, key: Key) -> str:
        """What is done for one object."""
        return " ".join(f"{one};" for k, some in self.statements if k == key for one in some)


@frozen
class Mends:
    """Both ways to end a difference."""

    adopt: Mend = Mend()
    """From what the migrations build to what the database has."""
    restore: Mend = Mend()
    """The other way."""


def mends(
    connection: Connection,
    read: Callable[[Connection], Inventory],
    default_schema: str,
    live: Inventory,
    built: Inventory,
    found: Sequence[Difference],
) -> Mends:
    """Tried on the shadow's own database behind `connection`, within a transaction that is rolled back.

    Only what leaves the object as it is to be is kept, and nothing where any other object changes.
    """
    with connection.transaction(force_rollback=True):
        names = identities(connection, default_schema, [one.key[1] for one in found])
        adopt = _tried(connection, _steps(found, live, names, adopt=True))
        reached = read(connection)
        adopted = _proved(connection, adopt, found, reached, live, built)
        if adopted is None:
            return Mends()
        names |= identities(connection, default_schema, [one.key[1] for one in found])
        kept = {key for key, _ in adopted.statements}
        restore = _tried(
            connection, _steps([one for one in found if one.key in kept], built, names, adopt=False)
        )
        again = read(connection)
        back = _proved(connection, restore, found, again, built, reached)
        return Mends(adopted, back or Mend())


def with_renames(mends: Mends, renames: Sequence[Renamed]) -> Mends:
    """Names first where what is there is kept, and last where it is put back: all else is told under the database's names."""
    keep = tuple((one.key, (one.keep,)) for one in renames)
    undo = tuple((one.key, (one.undo,)) for one in reversed(renames))
    return Mends(Mend((*keep, *mends.adopt.statements)), Mend((*mends.restore.statements, *undo)))


def _proved(
    connection: Connection,
    mend: Mend,
    found: Sequence[Difference],
    reached: Inventory,
    wanted: Inventory,
    before: Inventory,
) -> Mend | None:
    """The statements whose objects are as wanted; None where what was no difference has become one."""
    touched = {one.key for one in found}
    left = differences(reached, wanted)
    bad = {one.key for one in left} - same_in_other_words(connection, left)
    strange = {one.key for one in differences(reached, before)} - touched
    if strange & bad:
        return None
    return Mend(tuple((key, some) for key, some in mend.statements if key not in bad))


def _tried(connection: Connection, steps: Sequence[Step]) -> Mend:
    """In rounds, since one may need another; each within a savepoint."""
    waiting, done = list(steps), []
    while waiting:
        left = []
        for step in waiting:
            way = next((way for way in step.ways if _works(connection, way)), None)
            if way is None:
                left.append(step)
            else:
                done.append((step.key, way))
        if len(left) == len(waiting):
            break
        waiting = left
    return Mend(tuple(done))


def _works(connection: Connection, way: Sequence[str]) -> bool:
    import psycopg

    try:
        with connection.transaction():
            for sql in way:
                # Asking for binary results makes psycopg send one statement, so that no text can carry a second one.
                connection.execute(sql.encode(), binary=True)
    except psycopg.DatabaseError:
        if connection.closed:
            raise
        return False
    return True


def _steps(
    found: Sequence[Difference], wanted: Inventory, names: dict[tuple[str, str], str], *, adopt: bool
) -> list[Step]:
    """Drops from the outside in, then what is made and altered from the inside out."""
    steps: list[tuple[tuple[int, int, Key], Step]] = []
    for one in found:
        now, then = (one.built, one.live) if adopt else (one.live, one.built)
        ways = tuple(tuple(way) for way in _ways(now, then, wanted, names) if way)
        if not ways:
            continue
        kind = one.key[0]
        if then is None:
            place = (0, _FIRST_DROPPED.index(kind) if kind in _FIRST_DROPPED else 99)
        else:
            place = (1, _ORDER.index(kind) if kind in _ORDER else 99)
        steps.append(((*place, one.key), Step(one.key, ways)))
    return [step for _, step in sorted(steps, key=lambda pair: pair[0])]


def _ways(
    now: Thing | None, then: Thing | None, wanted: Inventory, names: dict[tuple[str, str], str]
) -> Iterator[list[str]]:
    thing = then or now
    assert thing is not None
    match thing.kind:
        case "table":
            yield _table(now, then, wanted)
        case "column":
            yield from _column(now, then, wanted)
        case "constraint":
            yield _constraint(now, then)
        case "index":
            yield _index(now, then)
        case "sequence":
            yield _sequence(now, then, wanted)
        case "enum":
            yield from _enum(now, then)
        case "trigger":
            yield _trigger(now, then)
        case "row level security":
            yield _security(now, then)
        case "extension":
            yield [
                f"DROP EXTENSION {thing.identity}" if then is None else f"CREATE EXTENSION {thing.identity}"
            ]
        case "schema":
            yield [f"{'DROP' if then is None else 'CREATE'} SCHEMA {thing.identity}"]
        case "comment":
            head = thing.definition.partition(" IS ")[0]
            yield [then.definition if then is not None else f"{head} IS NULL"]
        case _:
            yield from _whole(now, then, names)


def _table(now: Thing | None, then: Thing | None, wanted: Inventory) -> list[str]:
    if then is None:
        assert now is not None
        return [f"DROP TABLE {now.identity}"]
    if now is not None:
        unlogged = then.definition.startswith("UNLOGGED")
        return [f"ALTER TABLE {then.identity} SET {'UNLOGGED' if unlogged else 'LOGGED'}"]
    columns = [t for t in wanted.things.values() if t.kind == "column" and t.table == then.name]
    order = _order(then, wanted)
    columns.sort(key=lambda column: order.get(column.name, 0))
    body = ",\n".join(f"    {c.identity} {c.definition}" for c in columns)
    kind = "UNLOGGED " if then.definition.startswith("UNLOGGED") else ""
    tail = then.definition.removeprefix("UNLOGGED").strip()
    return [f"CREATE {kind}TABLE {then.identity} (\n{body}\n)" + (f" {tail}" if tail else "")]


def _order(table: Thing, inventory: Inventory) -> dict[str, int]:
    for t in inventory.tables.values():
        if f"{t.schema}.{t.name}" == table.name:
            return {f"{table.name}.{c.name}": number for number, c in inventory.columns[t.oid].items()}
    return {}


def _column(now: Thing | None, then: Thing | None, wanted: Inventory) -> Iterator[list[str]]:
    thing = then or now
    assert thing is not None
    alter = f"ALTER TABLE {thing.owner}"
    if then is None:
        yield [f"{alter} DROP COLUMN {thing.identity}"]
        return
    if now is None:
        yield [f"{alter} ADD COLUMN {then.identity} {then.definition}"]
        return
    name = f"{alter} ALTER COLUMN {then.identity}"
    type, collation, default, generated, _, identity, not_null = then.parts
    was_type, was_collation, was_default, was_generated, _, was_identity, was_not_null = now.parts
    if (generated, then.parts[4]) != (was_generated, now.parts[4]):
        yield [
            f"{alter} DROP COLUMN {then.identity}",
            f"{alter} ADD COLUMN {then.identity} {then.definition}",
        ]
        return
    said = []
    retyped = (type, collation) != (was_type, was_collation)
    if was_identity and was_identity != identity:
        said.append(f"{name} DROP IDENTITY")
    if was_default and (retyped or not default):
        said.append(f"{name} DROP DEFAULT")
    if retyped:
        words = f" COLLATE {collation}" if collation else ""
        said.append(f"{name} SET DATA TYPE {type}{words} USING {then.identity}::{type}")
    if default and (default != was_default or retyped):
        said.append(f"{name} SET DEFAULT {default}")
    if not_null != was_not_null and not (not not_null and identity):
        said.append(f"{name} {'SET' if not_null else 'DROP'} NOT NULL")
    if identity and identity != was_identity:
        said.append(f"{name} ADD GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY")
    yield said


def _constraint(now: Thing | None, then: Thing | None) -> list[str]:
    thing = then or now
    assert thing is not None
    alter = f"ALTER TABLE {thing.owner}"
    if now is not None and then is not None and now.definition == then.definition and not then.state:
        return [f"{alter} VALIDATE CONSTRAINT {then.identity}"]
    said = [f"{alter} DROP CONSTRAINT {thing.identity}"] if now is not None else []
    if then is not None:
        late = " NOT VALID" if then.state else ""
        said.append(f"{alter} ADD CONSTRAINT {then.identity} {then.definition}{late}")
    return said


def _index(now: Thing | None, then: Thing | None) -> list[str]:
    if now is not None and then is not None and now.definition == then.definition:
        # On the shadow every index is valid: there is nothing to try, and nothing to adopt.
        return [f"REINDEX INDEX {then.identity}"] if not then.state else []
    said = [f"DROP INDEX {now.identity}"] if now is not None else []
    return [*said, then.definition] if then is not None else said


def _sequence(now: Thing | None, then: Thing | None, wanted: Inventory) -> list[str]:
    if then is None:
        assert now is not None
        return [f"DROP SEQUENCE IF EXISTS {now.identity}"]
    column = wanted.things.get(("column", then.state)) if then.state else None
    if column is not None and column.parts[5]:
        return []
    if now is None:
        return [then.definition]
    said = []
    if now.definition != then.definition:
        head = f"CREATE SEQUENCE {_words(then)} "
        tail = then.definition.removeprefix(head) if then.definition.startswith(head) else ""
        if not tail:
            return []
        said.append(f"ALTER SEQUENCE {then.identity} {tail}{'' if tail.endswith(' CYCLE') else ' NO CYCLE'}")
    if now.state != then.state:
        owner = f"{column.owner}.{column.identity}" if column is not None else "NONE"
        said.append(f"ALTER SEQUENCE {then.identity} OWNED BY {owner}")
    return said


def _words(thing: Thing) -> str:
    """The name as format's %I writes it, with quotes only where they are needed."""
    after = thing.definition.removeprefix("CREATE SEQUENCE ")
    return after[: after.index(" AS ")]


def _enum(now: Thing | None, then: Thing | None) -> Iterator[list[str]]:
    thing = then or now
    assert thing is not None
    if then is None:
        yield [f"DROP TYPE {thing.identity}"]
        return
    if now is None:
        yield [f"CREATE TYPE {then.identity} AS ENUM ({then.definition})"]
        return
    if any(label not in then.parts for label in now.parts):
        return
    said, have = [], list(now.parts)
    for at, label in enumerate(then.parts):
        if label in have:
            continue
        place = f" AFTER {_literal(then.parts[at - 1])}" if at else f" BEFORE {_literal(have[0])}"
        said.append(f"ALTER TYPE {then.identity} ADD VALUE {_literal(label)}{place}")
        have.insert(at, label)
    yield said


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_SWITCHES = {"": "ENABLE", "disabled": "DISABLE", "on replicas": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}


def _trigger(now: Thing | None, then: Thing | None) -> list[str]:
    thing = then or now
    assert thing is not None
    said = []
    if now is not None and (then is None or now.definition != then.definition):
        said.append(f"DROP TRIGGER {now.identity} ON {now.owner}")
    if then is not None and (now is None or now.definition != then.definition):
        said.append(then.definition)
    if (
        then is not None
        and (then.state if said else True)
        and (now is None or now.state != then.state or said)
    ):
        said.append(f"ALTER TABLE {then.owner} {_SWITCHES[then.state]} TRIGGER {then.identity}")
    return said


def _security(now: Thing | None, then: Thing | None) -> list[str]:
    thing = then or now
    assert thing is not None
    here = now.definition if now is not None else ""
    there = then.definition if then is not None else ""
    said = []
    if ("on" in here.split()) != ("on" in there.split()):
        switch = "ENABLE" if "on" in there.split() else "DISABLE"
        said.append(f"ALTER TABLE {thing.owner} {switch} ROW LEVEL SECURITY")
    if ("forced" in here) != ("forced" in there):
        said.append(f"ALTER TABLE {thing.owner} {'' if 'forced' in there else 'NO '}FORCE ROW LEVEL SECURITY")
    return said


def _whole(now: Thing | None, then: Thing | None, names: dict[tuple[str, str], str]) -> Iterator[list[str]]:
    thing = then or now
    assert thing is not None
    if thing.kind not in _CLASSES:
        return
    group, word = _CLASSES[thing.kind]
    if now is not None and then is not None:
        if then.kind in ("function", "procedure"):
            yield [then.definition]
        if then.kind == "view":
            yield [then.definition.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)]
    identity = names.get((group, thing.name), "")
    drop = [f"DROP {word} {identity}"] if now is not None and identity else []
    if now is not None and not drop:
        return
    yield [*drop, *([then.definition] if then is not None else [])]
