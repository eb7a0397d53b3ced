"""New names and places: columns, tables, enums, enum values, join tables, schemas; told, mapped anew, or only to be guessed."""

from __future__ import annotations

from random import Random

from case import Ideal, Part
from fragments import Column, Fragment, Name, Names, Table, bystanders, literal, psl_text, unchanged

RETYPED = (
    ("TEXT", "Json?", '{"a": 1}', '{"a": 1}'),
    ("TEXT", "String? @db.Uuid", *["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"] * 2),
    ("TEXT", "DateTime?", "2024-01-02T03:04:05+05:00", "2024-01-01 22:04:05"),
    ("TEXT", "Int?", "5", "5"),
    ("JSONB", "String[]", '["a"]', "{a}"),
    ("BOOLEAN", "Int?", "true", "1"),
    ("DATE", "DateTime?", "2024-01-02", "2024-01-02 00:00:00"),
)
"""SQL type, Prisma type, a value before and after: conversions of which Prisma's table of casts knows only some."""


def column(random: Random, names: Names) -> Fragment:
    """A column under another name."""
    table, old, new = names.table(), names.plain(), names.column()
    count = random.choice([0, 1, 3])
    choices: list[tuple[str, str, list[str | None]]] = [
        ("TEXT", "String?", ["a", "it's", None]),
        ("INTEGER NOT NULL", "Int", ["1", "2"]),
        ("JSONB", "Json?", ['{"a": 1}', None]),
        ("TIMESTAMP(3) NOT NULL", "DateTime", ["2024-03-10 02:30:00"]),
        ("TEXT[]", "String[]", ["{a,b}", "{}"]),
    ]
    sql, psl, pool = random.choice(choices)
    values = [random.choice(pool) for _ in range(count)]
    way = random.choice(
        ["told", "mapped anew", "mapped anew and retyped", "nothing told", "not alike", "told and retyped"]
    )
    moved = unchanged(random, old, sql, psl, values)
    if way == "mapped anew and retyped":
        sql, psl, before, after = random.choice(RETYPED)
        moved.target = Name(old.field, f"{old.field}_col")
        moved.sql, moved.psl, moved.values = sql, psl, [literal(before)] * count
        moved.expected = [after] * count
    elif way == "mapped anew":
        moved.target = Name(
            old.field, random.choice([f"{old.field}_col", new.stored + "_x", old.field.upper()])
        )
    elif way == "told and retyped":
        moved.target = names.plain(["fresh", "later"])
        moved.sql, moved.psl, moved.values = (
            "INTEGER",
            "BigInt?",
            [random.choice(["1", "NULL"]) for _ in range(count)],
        )
        moved.expected = [None if v == "NULL" else v for v in moved.values]
    elif way == "not alike":
        moved.target = names.plain(["zebra", "quorum", "vexing"])
    else:
        moved.target = Name(f"{old.field}New", f"{old.field}New")
    args: tuple[str, ...] = ()
    if way.startswith("told"):
        args = ("--rename", f"{table.field}.{old.field}={table.field}.{moved.wanted.field}")
    made = Table(table, [moved, *bystanders(random, names, count)], count)
    setup, block = [made.create()], ""
    if random.random() < 0.25 and moved.sql.startswith(("TEXT", "INT")) and "[]" not in moved.sql:
        index = names.plain(["byit"]).field
        setup.append(f'CREATE INDEX "{index}" ON {table.sql}({old.sql})')
        block = f'  @@index([{moved.wanted.field}], map: "{index}")'
        made.block.append(block)
    sure = way.startswith(("told", "mapped anew"))
    about = (f"{made.full}.{old.stored}", f"{made.full}.{moved.wanted.stored}")
    part = Part(made.ideal(), must=sure, refusal_ok=not sure, about=about)
    return Fragment(
        setup,
        made.insert(),
        made.model(),
        part,
        f"column renamed, {way}{', indexed' if block else ''}, {count} rows",
        args,
    )


def table(random: Random, names: Names) -> Fragment:
    """A table under another name, with a child that points to it."""
    old, child = names.plain(["Ware", "Guest", "Track"]), names.table()
    count = random.choice([0, 1, 3])
    way = random.choice(["told", "mapped anew", "model kept its table", "nothing told"])
    values = [random.choice(["a", "it's", None]) for _ in range(count)]
    made = Table(
        old,
        [unchanged(random, names.column(), "TEXT", "String?", values), *bystanders(random, names, count)],
        count,
    )
    setup, rows = [made.create()], made.insert()
    args: tuple[str, ...] = ()
    if way == "mapped anew":
        new = Name(old.field, random.choice([old.field.lower() + "s", 'o"dd' + old.field, "order"]))
    elif way == "model kept its table":
        new = Name(old.field + "Renamed", old.stored)
    else:
        new = Name(old.field + "s", old.field + "s")
        args = ("--rename", f"{old.field}={new.field}") if way == "told" else ()
    psl = ""
    if random.random() < 0.5:
        below = Table(child, [], count)
        setup += [
            f'CREATE TABLE {child.sql} (\n    "id" INTEGER NOT NULL,\n    "up" INTEGER NOT NULL,\n    CONSTRAINT "fkpk{child.field}" PRIMARY KEY ("id")\n)',
            f'ALTER TABLE {child.sql} ADD CONSTRAINT "fk{child.field}" FOREIGN KEY ("up") REFERENCES {old.sql}("id") ON DELETE RESTRICT ON UPDATE CASCADE',
        ]
        rows += [f"INSERT INTO {child.sql} VALUES ({i + 1}, {i + 1})" for i in range(count)]
        below.block = [
            "  up Int",
            f'  link {new.field} @relation(fields: [up], references: [id], map: "fk{child.field}")',
        ]
        made.block.append(f"  back {child.field}[]")
        psl = below.model(key=f'@id(map: "fkpk{child.field}")')
    ideal = made.ideal(name=new.sql)
    if psl:
        ideal = Ideal(
            f'SELECT x.*, c."up"::text FROM ({ideal.sql}) AS x JOIN {child.sql} AS c ON c."id"::text = x."id" ORDER BY 1'.replace(
                '"id"::text,', '"id"::text AS "id",', 1
            ),
            [[*row, str(i + 1)] for i, row in enumerate(ideal.rows)],
        )
    sure = way != "nothing told"
    about = (made.full, f"public.{new.stored}")
    part = Part(ideal, must=sure, refusal_ok=not sure, about=about)
    return Fragment(
        setup,
        rows,
        made.model(name=new) + psl,
        part,
        f"table renamed, {way}{', with a child' if psl else ''}, {count} rows",
        args,
    )


def enum(random: Random, names: Names) -> Fragment:
    """An enum, or a value of it, under another name."""
    old, made_of = names.plain(["Kind", "Role", "Mood"]), ["A", "B", "C"]
    table, name = names.table(), names.column()
    count = random.choice([0, 1, 3])
    values = [random.choice(made_of) for _ in range(count)]
    way = random.choice(
        ["type told", "type mapped anew", "type, nothing told", "value told", "value mapped anew"]
    )
    expected: list[str | None] = [*values]
    args: tuple[str, ...] = ()
    new, labels = old, "  A\n  B\n  C\n"
    default = random.random() < 0.3
    if way.startswith("type"):
        new = (
            Name(old.field, f"{old.field.lower()}_kinds")
            if "mapped" in way
            else Name(old.field + "s", old.field + "s")
        )
        args = ("--rename", f"{old.field}={new.field}") if "told" in way and "nothing" not in way else ()
    elif way == "value told":
        labels, args = "  A\n  B\n  D\n", ("--rename", f"{old.field}.C={old.field}.D")
        expected = ["D" if v == "C" else v for v in values]
    else:
        labels = f"  A\n  B\n  C @map({psl_text('see ' + chr(34))})\n"
        expected = ['see "' if v == "C" else v for v in values]
    column = Column(
        name,
        f"{old.sql} NOT NULL" + (" DEFAULT 'A'" if default else ""),
        new.field + (" @default(A)" if default else ""),
        list(map(literal, values)),
        expected=expected,
    )
    made = Table(table, [column, *bystanders(random, names, count)], count)
    setup = [f"CREATE TYPE {old.sql} AS ENUM ('A', 'B', 'C')", made.create()]
    psl = f"enum {new.field} {{\n{labels}{new.block_map}}}\n" + made.model()
    must = way != "value mapped anew" or "C" not in values
    part = Part(made.ideal(), must=must, refusal_ok=not must)
    return Fragment(
        setup, made.insert(), psl, part, f"enum {way}{', default' if default else ''}, {count} rows", args
    )


def moved(random: Random, names: Names) -> Fragment:
    """A table, or an enum with its table, in another schema."""
    place = names.plain(["crm", "auth"]).field
    name, child = names.table(), names.table()
    count = random.choice([0, 1, 3])
    values = [random.choice(["a", None]) for _ in range(count)]
    made = Table(
        name,
        [unchanged(random, names.column(), "TEXT", "String?", values), *bystanders(random, names, count)],
        count,
    )
    setup, rows = [made.create()], made.insert()
    way = random.choice(["table", "table with a child", "table and enum"])
    psl = ""
    if way == "table with a child":
        below = Table(child, [], count)
        setup += [
            f'CREATE TABLE {child.sql} (\n    "id" INTEGER NOT NULL,\n    "up" INTEGER NOT NULL,\n    CONSTRAINT "fkpk{child.field}" PRIMARY KEY ("id")\n)',
            f'ALTER TABLE {child.sql} ADD CONSTRAINT "fk{child.field}" FOREIGN KEY ("up") REFERENCES {made.sql}("id") ON DELETE RESTRICT ON UPDATE CASCADE',
        ]
        rows += [f"INSERT INTO {child.sql} VALUES ({i + 1}, {i + 1})" for i in range(count)]
        below.block = [
            "  up Int",
            f'  link {name.field} @relation(fields: [up], references: [id], map: "fk{child.field}")',
        ]
        made.block.append(f"  back {child.field}[]")
        psl = below.model(key=f'@id(map: "fkpk{child.field}")')
    elif way == "table and enum":
        kind = names.plain(["Kind", "Role", "Mood"])
        letters = [random.choice("AB") for _ in range(count)]
        field = names.column()
        setup.insert(0, f"CREATE TYPE {kind.sql} AS ENUM ('A', 'B')")
        made.columns.append(
            Column(
                field, f"{kind.sql} NOT NULL", kind.field, list(map(literal, letters)), expected=[*letters]
            )
        )
        setup[1], rows = made.create(), made.insert()
        psl = f'enum {kind.field} {{\n  A\n  B\n  @@schema("{place}")\n}}\n'
    made.schema = place
    if random.random() < 0.3:
        rows.append(f"COMMENT ON TABLE {name.sql} IS 'keep me'")
    part = Part(made.ideal(), must=True)
    return Fragment(
        setup,
        rows,
        made.model() + psl,
        part,
        f"{way} to another schema, {count} rows",
        schemas=frozenset({place}),
    )


def many_to_many(random: Random, names: Names) -> Fragment:
    """An implicit many-to-many becomes explicit, or the other way, or gets another name, or a key over double rows."""
    a, b = sorted((names.plain(["Apple", "Actor"]).field, names.plain(["Book", "Bike"]).field))
    join = f"_{a}To{b}"
    way = random.choice(
        [
            "explicit",
            "explicit with more",
            "explicit on its table",
            "implicit",
            "another name",
            "key over clean rows",
            "key over double rows",
        ]
    )
    links = random.choice([[], [(1, 1)], [(1, 1), (1, 2), (2, 1)]])
    explicit = names.plain(["Link", "Tie"]).field
    setup = [
        f'CREATE TABLE "{x}" (\n    "id" INTEGER NOT NULL,\n    CONSTRAINT "{x}_pkey" PRIMARY KEY ("id")\n)'
        for x in (a, b)
    ]
    rows = [f'INSERT INTO "{x}" VALUES (1), (2)' for x in (a, b)]
    key = f',\n    CONSTRAINT "{join}_AB_pkey" PRIMARY KEY ("A", "B")' if not way.startswith("key") else ""
    implicit = [
        f'CREATE TABLE "{join}" (\n    "A" INTEGER NOT NULL,\n    "B" INTEGER NOT NULL{key}\n)',
        f'CREATE INDEX "{join}_B_index" ON "{join}"("B")',
        *(
            f'ALTER TABLE "{join}" ADD CONSTRAINT "{join}_{x}_fkey" FOREIGN KEY ("{x}") REFERENCES "{y}"("id") ON DELETE CASCADE ON UPDATE CASCADE'
            for x, y in (("A", a), ("B", b))
        ),
    ]
    model = (
        f"  aId Int\n  bId Int\n  a {a} @relation(fields: [aId], references: [id])\n"
        f"  b {b} @relation(fields: [bId], references: [id])\n"
    )
    sides = f"model {a} {{\n  id Int @id\n  links {explicit}[]\n}}\nmodel {b} {{\n  id Int @id\n  links {explicit}[]\n}}\n"
    expected: list[list[str | None]] = [[str(x), str(y)] for x, y in links]
    must, refusal = True, False
    if way == "implicit":
        setup += [
            f'CREATE TABLE "{explicit}" (\n    "aId" INTEGER NOT NULL,\n    "bId" INTEGER NOT NULL,\n    CONSTRAINT "{explicit}_pkey" PRIMARY KEY ("aId", "bId")\n)',
            f'ALTER TABLE "{explicit}" ADD CONSTRAINT "{explicit}_aId_fkey" FOREIGN KEY ("aId") REFERENCES "{a}"("id") ON DELETE RESTRICT ON UPDATE CASCADE',
            f'ALTER TABLE "{explicit}" ADD CONSTRAINT "{explicit}_bId_fkey" FOREIGN KEY ("bId") REFERENCES "{b}"("id") ON DELETE RESTRICT ON UPDATE CASCADE',
        ]
        rows += [f'INSERT INTO "{explicit}" VALUES ({x}, {y})' for x, y in links]
        psl = f"model {a} {{\n  id Int @id\n  bs {b}[]\n}}\nmodel {b} {{\n  id Int @id\n  as {a}[]\n}}\n"
        ideal = Ideal(f'SELECT "A"::text, "B"::text FROM "{join}" ORDER BY 1, 2', expected)
        must, refusal = False, True
    else:
        setup += implicit
        rows += [f'INSERT INTO "{join}" VALUES ({x}, {y})' for x, y in links]
        read = f'SELECT "aId"::text, "bId"::text FROM "{explicit}" ORDER BY 1, 2'
        if way == "explicit":
            psl = sides + f"model {explicit} {{\n{model}  @@id([aId, bId])\n}}\n"
        elif way == "explicit with more":
            more = random.choice(
                [
                    "  id Int @id @default(autoincrement())\n  @@unique([aId, bId])\n",
                    "  at DateTime @default(now())\n  @@id([aId, bId])\n",
                    "  id String @id @default(uuid())\n",
                ]
            )
            psl = sides + f"model {explicit} {{\n{model}{more}}}\n"
        elif way == "explicit on its table":
            mapped = model.replace("aId Int\n", 'aId Int @map("A")\n').replace(
                "bId Int\n", 'bId Int @map("B")\n'
            )
            psl = sides + f'model {explicit} {{\n{mapped}  @@id([aId, bId])\n  @@map("{join}")\n}}\n'
            read = f'SELECT "A"::text, "B"::text FROM "{join}" ORDER BY 1, 2'
        else:
            name = f'@relation("{explicit}")' if way == "another name" else ""
            psl = f"model {a} {{\n  id Int @id\n  bs {b}[] {name}\n}}\nmodel {b} {{\n  id Int @id\n  as {a}[] {name}\n}}\n"
            read = f'SELECT "A"::text, "B"::text FROM "{"_" + explicit if name else join}" ORDER BY 1, 2'
        ideal = Ideal(read, expected)
    if way == "another name":
        must, refusal = False, True  # or another relation between the same two models
    if way == "key over double rows" and links:
        rows.append(f'INSERT INTO "{join}" VALUES (1, 1)')
        must, refusal = False, True
    part = Part(ideal, must=must, refusal_ok=refusal)
    return Fragment(setup, rows, psl, part, f"many-to-many {way}, {len(links)} links")
