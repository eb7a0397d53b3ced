"""Columns and tables that go, vectors with their indexes, extensions that a type needs, and changes that touch no row."""

from __future__ import annotations

from random import Random

from case import Ideal, Part
from fragments import Column, Fragment, Names, Table, bystanders, literal, unchanged


def dropped(random: Random, names: Names) -> Fragment:
    """A column or a table that the schema does not have, with and without anything in it."""
    table, name = names.table(), names.column()
    count = random.choice([0, 2, 3])
    empty = random.random() < 0.4
    if random.random() < 0.5:
        values: list[str | None] = [None if empty else random.choice(["a", None]) for _ in range(count)]
        sql = "TEXT" if random.random() < 0.7 or None in values else "TEXT NOT NULL"
        gone = Column(name, sql, "", list(map(literal, values)), after=False)
        made = Table(table, [gone, *bystanders(random, names, count)], count)
        lost = any(v is not None for v in values)
        about = (f"{made.full}.{name.stored}",)
        part = Part(None if lost else made.ideal(), refusal_ok=True, about=about)
        return Fragment(
            [made.create()],
            made.insert(),
            made.model(),
            part,
            f"column dropped, {'values' if lost else 'nothing in it'}, {count} rows",
        )
    gone_table = Table(table, bystanders(random, names, 0 if empty else count), 0 if empty else count)
    stays = Table(names.table(), [], 1)
    lost = gone_table.count > 0
    if lost:
        for column in gone_table.columns:
            column.values = (column.values * 3)[: gone_table.count]
    part = Part(None if lost else stays.ideal(), refusal_ok=True, about=(gone_table.full,))
    return Fragment(
        [gone_table.create(), stays.create()],
        [*gone_table.insert(), *stays.insert()],
        stays.model(),
        part,
        f"table dropped, {gone_table.count} rows",
    )


def indexed_vector(random: Random, names: Names) -> Fragment:
    """A vector column of another type or dimension under an HNSW or IVFFlat index, or made from something else."""
    table, name = names.table(), names.column()
    count = random.choice([0, 1, 2])
    way = random.choice(
        ["vector to halfvec", "halfvec to vector", "another dimension", "jsonb under gin", "float list"]
    )
    index = names.plain(["near"]).field
    method = random.choice(["hnsw", "ivfflat"])
    values = ["[1,2,3]", "[4,5,6]"][:count]
    old, new, ops, kept = {
        "vector to halfvec": ("vector(3)", "halfvec(3)", "vector_cosine_ops", True),
        "halfvec to vector": ("halfvec(3)", "vector(3)", "halfvec_cosine_ops", True),
        "another dimension": ("vector(3)", "vector(4)", "vector_l2_ops", False),
        "jsonb under gin": ("JSONB", "vector(3)", "", True),
        "float list": ("DOUBLE PRECISION[]", "vector(3)", "", True),
    }[way]
    rows = [f"'{{{v[1:-1]}}}'" if way == "float list" else literal(v) for v in values]
    column = Column(name, old, f'Unsupported("{new}")?', rows, expected=[*values])
    made = Table(table, [column, *bystanders(random, names, count)], count)
    setup = [made.create()]
    if ops:
        setup.append(f'CREATE INDEX "{index}" ON {table.sql} USING {method} ({name.sql} {ops})')
    elif way == "jsonb under gin":
        setup.append(f'CREATE INDEX "{index}" ON {table.sql} USING gin ({name.sql})')
    lost = not kept and count > 0
    ideal = made.ideal()
    about = (f"{made.full}.{name.stored}",)
    if ops and kept:
        ideal = Ideal(
            f"SELECT x.*, (SELECT count(*)::text FROM pg_indexes WHERE indexname = '{index}' AND indexdef LIKE '%{method}%') FROM ({ideal.sql}) AS x ORDER BY 1",
            [[*row, "1"] for row in ideal.rows],
        )
    part = Part(None if lost else ideal, must=kept, refusal_ok=not kept, about=about)
    return Fragment(
        setup,
        made.insert(),
        made.model(),
        part,
        f"{way}{' under ' + method if ops else ''}, {count} rows",
        extensions=frozenset({"vector"}),
    )


def extension(random: Random, names: Names) -> Fragment:
    """A type whose extension the migrations do not make."""
    count = random.choice([0, 2])
    table, name = names.table(), names.column()
    values = ["Ab", "it's"][:count]
    way = random.choice(["changed", "changed and unique", "added", "new table"])
    citext = random.random() < 0.6
    citext = citext or way.endswith("unique")
    unique = " @unique" if way.endswith("unique") else ""
    same = bool(unique) and count > 0 and random.random() < 0.5
    values = ["Ab", "aB"] if same else values
    wanted = f"String?{unique} @db.Citext" if citext else 'Unsupported("vector(3)")?'
    if way.startswith("changed"):
        values = values if citext else ["[1,2,3]", "[4,5,6]"][:count]
        made = Table(
            table, [Column(name, "TEXT", wanted, list(map(literal, values)), expected=[*values])], count
        )
    else:
        added = Column(name, "", wanted, [], expected=[None] * count, before=False)
        made = Table(table, [added, *bystanders(random, names, count)], count)
    more = ""
    if way == "new table":
        made = Table(table, bystanders(random, names, count), count)
        more = f"model Fresh{name.field} {{\n  id Int @id\n  it {wanted}\n}}\n"
    part = Part(made.ideal(), must=citext or way != "changed", refusal_ok=not citext)
    part = Part(None, refusal_ok=True) if same else part
    return Fragment(
        [made.create()],
        made.insert(),
        made.model() + more,
        part,
        f"{wanted.rsplit(maxsplit=1)[-1]} {way} without its extension, {count} rows",
    )


def harmless(random: Random, names: Names) -> Fragment:
    """Defaults, plain indexes, referential actions, constraint names, new tables: nothing happens to any row."""
    table, name = names.table(), names.column()
    count = random.choice([0, 1, 3])
    way = random.choice(
        [
            "default added",
            "default changed",
            "default gone",
            "index added",
            "index gone",
            "index renamed",
            "new model",
            "new relation table",
            "key renamed",
            "wider",
        ]
    )
    column = unchanged(
        random,
        name,
        "VARCHAR(10)",
        "String? @db.VarChar(10)",
        [random.choice(["a", None]) for _ in range(count)],
    )
    made = Table(table, [column, *bystanders(random, names, count)], count)
    index, more, setup = names.plain(["byit"]).field, "", []
    if way == "default added":
        column.psl = 'String? @default("it\'s") @db.VarChar(10)'
    elif way == "default changed":
        column.sql, column.psl = "VARCHAR(10) DEFAULT 'x'", 'String? @default("y") @db.VarChar(10)'
    elif way == "default gone":
        column.sql = "VARCHAR(10) DEFAULT 'x'"
    elif way == "index added":
        made.block.append(f'  @@index([{name.field}], map: "{index}")')
    elif way == "index gone":
        setup.append(f'CREATE INDEX "{index}" ON {table.sql}({name.sql})')
    elif way == "index renamed":
        setup.append(f'CREATE INDEX "{index}" ON {table.sql}({name.sql})')
        made.block.append(f'  @@index([{name.field}], map: "{index}2")')
    elif way == "new model":
        more = f"model Fresh{name.field} {{\n  id Int @id @default(autoincrement())\n  email String @unique\n}}\n"
    elif way == "new relation table":
        more = f"model Fresh{name.field} {{\n  id Int @id\n  back {table.field}[]\n}}\n"
        made.block.append(f"  fresh Fresh{name.field}[]")
    elif way == "wider":
        column.psl = random.choice(["String?", "String? @db.VarChar(20)"])
    model = made.model(key='@id(map: "other_pkey_' + index + '")') if way == "key renamed" else made.model()
    return Fragment(
        [made.create(), *setup],
        made.insert(),
        model + more,
        Part(made.ideal(), must=True),
        f"{way}, {count} rows",
    )
