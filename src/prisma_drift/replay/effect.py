"""What statements do to a schema, worked out without a database: facts applied to a Schema value.

A statement that cannot apply is passed over: where the schema was ahead of the migrations before, a commit
that mends this adds what the schema already has, and drops what it never had.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..migrations.facts import CreateSequence, Fact, Neutral, Opaque
from ..migrations.statements import read
from ..model.schema import Schema
from ..model.values import frozen
from .columns import COLUMN_EFFECTS
from .indexes import INDEX_EFFECTS
from .objects import OBJECT_EFFECTS
from .state import MutableSchema, Refusal, refuse, schema_of, state_of
from .tables import TABLE_EFFECTS
from .touches import Key, Place, Touches


@frozen
class StagedSql:
    """A migration's text."""

    name: str
    file: str
    sql: str


@frozen
class Outcome:
    """What a schema becomes."""

    schema: Schema
    opaque: tuple[tuple[Opaque, Place], ...]
    """Statements that could not be read; the schema does not hold what they did."""
    touched: dict[tuple[str, ...], Place]
    """The last clause about each object: (`schema.table`, column or index or constraint name or '')
    | (`schema.enum`, value or '') | (kind, name of an extension or schema)."""
    created: frozenset[tuple[str, ...]]
    """The keys of `touched` whose objects were made here: what came before has no part in them."""
    refused: tuple[Refusal, ...]
    """What Postgres would refuse, if the schema before is what the database holds."""


_RELATIONS = ("view", "materialized", "foreign", "partition")
"""Kinds of objects that Prisma does not see, and that ALTER TABLE takes like tables."""
UNCOMMITTED = "the transaction that BEGIN opens is never committed"


def apply(schema: Schema, migrations: Iterable[StagedSql]) -> Outcome:
    """The schema after these migrations, in the order given."""
    state = state_of(schema)
    for migration in migrations:
        state.path = (state.default_schema,)
        opened: Place | None = None
        for reading in read(migration.sql):
            for fact in reading.facts:
                place = Place(migration.name, migration.file, fact.line)
                opened = _transaction(fact, place, opened)
                apply_fact(state, fact, place)
        if opened is not None:
            refuse(state, UNCOMMITTED, opened)
    return Outcome(
        schema_of(state),
        tuple(state.opaque),
        _clauses(state.touches),
        frozenset(_words(key) for key in state.touches.made),
        tuple(state.refused),
    )


def _clauses(touches: Touches) -> dict[tuple[str, ...], Place]:
    """The last clause about each object, one that IF NOT EXISTS made idle too."""
    found = {_words(key): touch.place for key, touch in touches.last.items()}
    return found | {_words(key): place for key, place in touches.skipped.items()}


def _words(key: Key) -> tuple[str, ...]:
    kind, schema, owner, name = key
    if not schema:
        return kind, name
    return (f"{schema}.{owner}", name) if owner else (f"{schema}.{name}", "")


def apply_fact(state: MutableSchema, fact: Fact, place: Place) -> None:
    """Changes the state by one fact."""
    state.touches.place = place
    if isinstance(fact, Opaque):
        state.opaque.append((fact, place))
        return
    if isinstance(fact, Neutral) and fact.verb == "create" and fact.kind in _RELATIONS:
        state.relations.add(fact.name.rpartition(".")[2])
    if isinstance(fact, CreateSequence):
        state.relations.add(fact.name.name)
    for effects in (COLUMN_EFFECTS, INDEX_EFFECTS, TABLE_EFFECTS, OBJECT_EFFECTS):
        effect = effects.get(type(fact))
        if effect is not None:
            effect(state, fact, place)
            return


def _transaction(fact: Fact, place: Place, opened: Place | None) -> Place | None:
    verb = getattr(fact, "verb", "")
    if verb in ("begin", "start"):
        return opened or place
    return None if verb in ("commit", "end") else opened
