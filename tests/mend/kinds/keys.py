"""Keys whose type changes: with the foreign keys that point to them, and unique ones over values that become equal."""

from __future__ import annotations

from random import Random

from case import Ideal, Part
from fragments import Column, Fragment, Names, Table, bystanders, literal, unchanged

UUIDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 4)]


def retyped(random: Random, names: Names) -> Fragment:
    """A primary key and the foreign key to it change their type together, and stay in step."""
    parent, child = names.table(), names.table()
    count = random.choice([0, 2, 3])
    old, psl, ids, fits = random.choice(
        [
            ("INTEGER", "BigInt", ["1", "2", "3"], True),
            ("TEXT", "String @db.Uuid", UUIDS, True),
            ("UUID", "String", UUIDS, True),
            ("INTEGER", "String", ["1", "2", "3"], True),
            ("TEXT", "Int", ["1", "2", "3"], True),
            ("TEXT", "Int", ["1", "x", "3"], False),
            ("BIGINT", "Int", ["1", "2", "3"], True),
            ("BIGINT", "Int", ["1", "99999999999", "3"], False),
            ("VARCHAR(40)", "String", ["a", "b", "c"], True),
        ]
    )
    itself, shared = random.random() < 0.2, random.random() < 0.3
    base, _, rest = psl.partition(" ")
    key = Column(
        names.plain(["code"]),
        f"{old} NOT NULL",
        f"{base} @id {rest}".strip(),
        [literal(i) for i in ids[:count]],
        expected=list(ids[:count]),
    )
    ups: list[str | None] = (
        [random.choice([*ids[:count], None]) for _ in range(count)] if itself else [*ids[:count]]
    )
    link = Column(names.plain(["up"]), old, f"{base}? {rest}".strip(), list(map(literal, ups)), expected=ups)
    extra = [unchanged(random, names.column(), "TEXT", "String?", ["a"] * count)] if shared else []
    above = Table(parent, [key, *([link] if itself else []), *extra], count)
    below = above if itself else Table(child, [link, *bystanders(random, names, count)], count)
    below.block.append(
        f'  rel {above.name.field}? @relation("K", fields: [{link.name.field}], references: [{key.name.field}], map: "fk_{child.field}")'
    )
    above.block.append(f'  back {below.name.field}[] @relation("K")')
    setup = [
        above.create(key=False),
        f'ALTER TABLE {above.sql} ADD CONSTRAINT "pk_{parent.field}" PRIMARY KEY ({key.name.sql})',
    ]
    key.psl = key.psl.replace("@id", f'@id(map: "pk_{parent.field}")')
    if not itself:
        setup.append(below.create())
    setup.append(
        f'ALTER TABLE {below.sql} ADD CONSTRAINT "fk_{child.field}" FOREIGN KEY ({link.name.sql}) REFERENCES {above.sql}({key.name.sql}) ON DELETE SET NULL ON UPDATE CASCADE'
    )
    tables = [above] if itself else [above, below]
    rows = _in_one(above) if itself else [s for t in tables for s in t.insert()]
    psl = "\n".join(t.model(key="" if t is above else "@id") for t in tables)
    bad = not fits and count > 0 and any(i in ("x", "99999999999") for i in ids[:count])
    part = Part(None, refusal_ok=True) if bad else Part(below.ideal(), must=True)
    what = f"primary key and foreign key {old.lower()} to {base}{' in itself' if itself else ''}, {'bad' if bad else 'good'} values, {count} rows"
    return Fragment(setup, rows, psl, part, what)


def _in_one(table: Table) -> list[str]:
    """All rows in one statement, so that they may point to one another."""
    single = table.insert()
    if not single:
        return []
    head = single[0].split(" VALUES ", 1)[0]
    return [f"{head} VALUES {', '.join(s.split(' VALUES ', 1)[1] for s in single)}"]


def collision(random: Random, names: Names) -> Fragment:
    """A unique column over values that are different now and equal under the new type."""
    table, name = names.table(), names.column()
    old, psl, values, equal, extensions = random.choice(
        [
            ("TEXT", "String? @db.Citext", ["a", "A", "b"], 1, ["citext"]),
            ("TEXT", "String? @db.Citext", ["a", "b", "c"], 0, ["citext"]),
            (
                "TIMESTAMP(6)",
                "DateTime?",
                ["2024-01-01 00:00:00.000100", "2024-01-01 00:00:00.000200"],
                1,
                [],
            ),
            ("TEXT", "Int?", ["1", "01", "2"], 1, []),
            ("TEXT", "Int?", ["1", "3", "2"], 0, []),
            ("DECIMAL(12,4)", "Decimal? @db.Decimal(10, 2)", ["1.2341", "1.2342"], 1, []),
            ("DOUBLE PRECISION", "Int?", ["1.2", "1.3"], 1, []),
            ("TIMESTAMPTZ(3)", "DateTime? @db.Date", ["2024-01-01 01:00:00Z", "2024-01-01 02:00:00Z"], 1, []),
        ]
    )
    kept = None if equal else values
    column = Column(name, old, psl, [literal(v) for v in values], expected=[*kept] if kept else None)
    made = Table(table, [column], len(values))
    index = names.plain(["only"]).field
    standing = random.random() < 0.6
    setup = [made.create()]
    if standing:
        setup.append(f'CREATE UNIQUE INDEX "{index}" ON {table.sql}({name.sql})')
    base, _, rest = psl.partition(" ")
    column.psl = f'{base} @unique(map: "{index}") {rest}'.strip()
    part = Part(None, refusal_ok=True) if equal else Part(made.ideal(), must=True)
    what = f"{old.lower()} to {psl}, unique{'' if standing else ' anew'}, {equal} that become equal"
    return Fragment(setup, made.insert(), made.model(), part, what, extensions=frozenset(extensions))


def linked(random: Random, names: Names) -> Fragment:
    """The keys of both ends of an implicit many-to-many change their type, and the join table's with them."""
    a, b = sorted((names.plain(["Apple", "Actor"]).field, names.plain(["Book", "Bike"]).field))
    old, psl, ids = random.choice(
        [
            ("INTEGER", "BigInt", ["1", "2"]),
            ("TEXT", "String @db.Uuid", UUIDS[:2]),
            ("TEXT", "Int", ["1", "2"]),
        ]
    )
    links = random.choice([0, 1, 2])
    join = f"_{a}To{b}"
    setup = [
        f'CREATE TABLE "{x}" (\n    "id" {old} NOT NULL,\n    CONSTRAINT "{x}_pkey" PRIMARY KEY ("id")\n)'
        for x in (a, b)
    ]
    setup += [
        f'CREATE TABLE "{join}" (\n    "A" {old} NOT NULL,\n    "B" {old} NOT NULL,\n    CONSTRAINT "{join}_AB_pkey" PRIMARY KEY ("A", "B")\n)',
        f'CREATE INDEX "{join}_B_index" ON "{join}"("B")',
        *(
            f'ALTER TABLE "{join}" ADD CONSTRAINT "{join}_{x}_fkey" FOREIGN KEY ("{x}") REFERENCES "{y}"("id") ON DELETE CASCADE ON UPDATE CASCADE'
            for x, y in (("A", a), ("B", b))
        ),
    ]
    rows = [f'INSERT INTO "{x}" VALUES ({literal(i)})' for x in (a, b) for i in ids]
    rows += [f'INSERT INTO "{join}" VALUES ({literal(ids[n])}, {literal(ids[0])})' for n in range(links)]
    base, _, rest = psl.partition(" ")
    key = f"{base} @id {rest}".strip()
    models = f"model {a} {{\n  id {key}\n  bs {b}[]\n}}\nmodel {b} {{\n  id {key}\n  as {a}[]\n}}\n"
    ideal = Ideal(
        f'SELECT "A"::text, "B"::text FROM "{join}" ORDER BY 1', [[ids[n], ids[0]] for n in range(links)]
    )
    return Fragment(
        setup,
        rows,
        models,
        Part(ideal, must=True),
        f"keys of a many-to-many {old.lower()} to {psl}, {links} links",
    )
