"""Random databases with rows and one, sometimes two or three drifts: the same seed and number give the same database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from case import Case
from fragments import Fragment, Names, assemble
from kinds import enums, keys, links, mapped, objects, renames, rows, things
from kinds.convert import convert, known_pair

Maker = Callable[[Random, Names], Fragment]
KINDS: dict[str, tuple[int, Maker]] = {
    "convert": (24, convert),
    "convert, often met": (10, known_pair),
    "required": (5, rows.required),
    "new column": (6, rows.new_column),
    "unique": (4, rows.unique),
    "primary key": (3, rows.primary_key),
    "foreign key": (4, rows.foreign_key),
    "along a key": (2, rows.along_a_key),
    "counter": (4, rows.counter),
    "key retyped": (4, keys.retyped),
    "become equal": (2, keys.collision),
    "linked keys": (1, keys.linked),
    "column renamed": (5, renames.column),
    "table renamed": (4, renames.table),
    "enum renamed": (3, renames.enum),
    "schema": (3, renames.moved),
    "mapped anew": (4, mapped.everything),
    "many-to-many": (4, renames.many_to_many),
    "hard links": (3, links.hard),
    "enum values": (4, enums.values),
    "another enum": (2, enums.another),
    "held column": (8, objects.holder),
    "trigger": (2, objects.trigger),
    "row security": (1, objects.row_security),
    "dropped": (4, things.dropped),
    "vector index": (3, things.indexed_vector),
    "extension": (2, things.extension),
    "harmless": (4, things.harmless),
}
"""Weight and maker of each kind."""
SEVERAL = "several"


def database(seed: str, number: int, kind: str = "") -> Case:
    """The database with this number under this seed; of one kind, or of any."""
    random = Random(f"{seed}/{number}/{kind}")
    names = Names(random)
    kinds, weights = list(KINDS), [weight for weight, _ in KINDS.values()]
    if kind == SEVERAL or (not kind and random.random() < 0.08):
        chosen = random.choices(kinds, weights, k=random.choice([2, 2, 3]))
        fragments = [KINDS[name][1](random, names) for name in chosen]
        kind = SEVERAL
    else:
        kind = kind or random.choices(kinds, weights)[0]
        fragments = [KINDS[kind][1](random, names)]
    return assemble(kind, f"{number} {' + '.join(f.what for f in fragments)}", fragments)


def databases(seed: str, count: int, only: str = "") -> Iterator[Case]:
    kinds = [name for name in (*KINDS, SEVERAL) if only and only in name]
    for number in range(count):
        yield database(seed, number, kinds[number % len(kinds)] if kinds else "")
