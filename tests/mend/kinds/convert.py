"""A column of another type: between all of Prisma's types and lists of them, over values that fit and that do not."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from case import Ideal, Part
from fragments import Column, Fragment, Names, Table, bystanders, literal

from kinds.truth import Truth, reader, strong, truth
from kinds.types import JSONB, LABELS, TEXT, TYPES, Type, Value, as_sql, values

LISTABLE = ("text", "int", "float", "bool", "uuid", "enum")
INDEXABLE = ("text", "int", "uuid", "timestamp", "date", "decimal", "bool", "enum", "float")
DEFAULTS = {
    "int": ("5", "5"),
    "bool": ("true", "true"),
    "enum": ("'A'", "A"),
    "decimal": ("1.5", "1.5"),
    "float": ("1.5", "1.5"),
    "timestamp": ("CURRENT_TIMESTAMP", "now()"),
    "timestamptz": ("CURRENT_TIMESTAMP", "now()"),
    "text": ("'true'", '"true"'),
}


def convert(random: Random, names: Names) -> Fragment:
    """A pair of types for which something is known, most of the time."""
    for _ in range(1000):
        source, target = _pair(random)
        known = [t for v in values(source, target, random) for t in [truth(v, source, target, nullable=True)]]
        usable = [t for t in known if t.word != "skip"]
        hopeless = all(t.word == "bad" for t in usable)
        if usable and (not hopeless or random.random() < 0.08):
            return converted(random, names, source, target)
    raise AssertionError("no pair of types")


def _pair(random: Random) -> tuple[Type, Type]:
    while True:
        source, target = random.choice(TYPES), random.choice(TYPES)
        if random.random() < 0.12 and target.family in LISTABLE:
            target = target.listed
        if random.random() < 0.12 and source.family in LISTABLE:
            source = source.listed
            if random.random() < 0.5 and target.family in LISTABLE:
                target = target.listed
        if (source.sql, source.list) != (target.sql, target.list):
            return source, target


def converted(random: Random, names: Names, source: Type, target: Type) -> Fragment:
    """A table whose column turns from one type into the other."""
    enum = names.plain(["Kind", "Role", "State", "Mood", "Level"])
    source, target = _named(source, enum.sql, enum.field), _named(target, enum.sql, enum.field)
    was_nullable = random.random() < 0.5
    nullable = was_nullable if random.random() < 0.8 else not was_nullable
    chosen, truths = _rows(random, source, target, was_nullable=was_nullable, nullable=nullable)
    table, name = names.table(), names.column()
    prefix, suffix = "", ""
    if not source.list and source.family in DEFAULTS and random.random() < 0.2:
        prefix = f" DEFAULT {DEFAULTS[source.family][0]}"
    if not target.list and target.family in DEFAULTS and random.random() < 0.2 and None not in chosen:
        suffix = (
            f" @default({DEFAULTS[target.family][1]})"
            if (target.size or 9) >= 4 or target.family != "text"
            else ""
        )
    column = Column(
        name,
        source.column(nullable=was_nullable) + prefix,
        target.field(nullable=nullable) + suffix,
        [as_sql(v, source) for v in chosen],
        reader(source, target),
        [t.text for t in truths],
    )
    made = Table(table, [column, *bystanders(random, names, len(chosen))], len(chosen))
    setup = [made.create()]
    index = names.plain(["byit"]).field
    if (
        {source.family, target.family} <= set(INDEXABLE)
        and not source.list
        and not target.list
        and random.random() < 0.15
    ):
        setup.append(f'CREATE INDEX "{index}" ON {table.sql}({name.sql})')
        made.block.append(f'  @@index([{name.field}], map: "{index}")')
    psl = made.model()
    if "enum" in (source.family, target.family):
        labels = "".join(f"  {_label(x)}\n" for x in LABELS)
        psl += f"enum {enum.field} {{\n{labels}}}\n" if target.family == "enum" else ""
        if source.family == "enum":
            setup.insert(0, f"CREATE TYPE {enum.sql} AS ENUM ({', '.join(map(literal, LABELS))})")
    about = (f"{made.full}.{name.stored}",)
    return Fragment(
        setup,
        made.insert(),
        psl,
        _part(truths, made.ideal(), about, must=strong(source, target)),
        f"{_shown(source, was_nullable)} to {_shown(target, nullable)}"
        + (", a default" if prefix or suffix else ""),
        extensions=frozenset({x for t in (source, target) for x in _extension(t)}),
    )


def _part(truths: list[Truth], ideal: Ideal, about: tuple[str, ...], *, must: bool) -> Part:
    words = {t.word for t in truths}
    if "bad" in words:
        return Part(None, refusal_ok=True, about=about)
    if "doubt" in words or not must:
        return Part(ideal, refusal_ok=True, about=about, doubt="doubt" in words)
    return Part(ideal, must=True, about=about)


def _rows(
    random: Random, source: Type, target: Type, *, was_nullable: bool, nullable: bool
) -> tuple[list[Value], list[Truth]]:
    """Up to four values, half the time only such as can be kept."""
    pool = [(v, truth(v, source, target, nullable=nullable)) for v in values(source, target, random)]
    pool = [(v, t) for v, t in pool if t.word != "skip"]
    good = [(v, t) for v, t in pool if t.word != "bad"]
    if random.random() < 0.6 and good:
        pool = good
    chosen = random.sample(pool, min(len(pool), random.randint(1, 4))) if random.random() > 0.06 else []
    if was_nullable and random.random() < 0.4 and (nullable or target.list or random.random() < 0.3):
        chosen.append((None, truth(None, source, target, nullable=nullable)))
    random.shuffle(chosen)
    return [v for v, _ in chosen], [t for _, t in chosen]


def _named(type: Type, sql: str, psl: str) -> Type:
    return replace(type, sql=sql, psl=psl) if type.family == "enum" else type


def _label(label: str) -> str:
    return label if label.isidentifier() else f'{label.replace("-", "_")} @map("{label}")'


def _extension(type: Type) -> tuple[str, ...]:
    return {"citext": ("citext",), "vector": ("vector",), "halfvec": ("vector",)}.get(type.family, ())


def _shown(type: Type, nullable: bool) -> str:
    return (
        type.column(nullable=nullable).lower()
        if type.family != "enum"
        else f"enum{'[]' if type.list else ''}"
    )


def known_pair(random: Random, names: Names) -> Fragment:
    """The conversions that people meet most."""
    by = {t.sql: t for t in TYPES}
    pairs = [
        (JSONB, by["vector(3)"]),
        (by["DOUBLE PRECISION"].listed, by["vector(3)"]),
        (TEXT, by["UUID"]),
        (TEXT, by["INTEGER"]),
        (TEXT, by[""]),
        (by[""], TEXT),
        (TEXT, TEXT.listed),
        (TEXT.listed, JSONB),
        (JSONB, TEXT.listed),
        (by["TIMESTAMP(3)"], by["TIMESTAMPTZ(3)"]),
        (by["TIMESTAMPTZ(3)"], by["TIMESTAMP(3)"]),
        (by["TIMESTAMPTZ(3)"], by["DATE"]),
        (TEXT, by["TIMESTAMP(3)"]),
        (by["DOUBLE PRECISION"], by["DECIMAL(65,30)"]),
        (by["DECIMAL(12,4)"], by["DECIMAL(10,2)"]),
        (by["INTEGER"], by["BOOLEAN"]),
        (by["BOOLEAN"], by["INTEGER"]),
        (by["BIGINT"], by["INTEGER"]),
        (TEXT, by["VARCHAR(5)"]),
    ]
    return converted(random, names, *random.choice(pairs))
