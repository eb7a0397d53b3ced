"""Rows that stand in the way, or do not: columns that become required, new required columns, unique keys, foreign keys."""

from __future__ import annotations

from random import Random

from case import Ideal, Part
from fragments import Column, Fragment, Name, Names, Table, bystanders, literal, unchanged

FILLED = {
    "text": ("TEXT", "String", ("a", "it's"), '"zz"', "zz"),
    "int": ("INTEGER", "Int", ("1", "-7"), "42", "42"),
    "bool": ("BOOLEAN", "Boolean", ("true", "false"), "true", "true"),
    "decimal": ("DECIMAL(10,2)", "Decimal @db.Decimal(10, 2)", ("1.50", "-7.00"), "2.5", "2.50"),
    "json": ("JSONB", "Json", ('{"a": 1}', "null"), '"{\\"b\\": 2}"', '{"b": 2}'),
    "uuid": ("UUID", "String @db.Uuid", ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",), None, None),
    "time": ("TIMESTAMP(3)", "DateTime", ("2024-03-10 02:30:00",), "now()", None),
}
"""SQL type, Prisma's type, values, a default in the schema, and what it fills."""
GENERATED = ("uuid()", "uuid(7)", "cuid()", "cuid(2)", "nanoid()", "ulid()")


def required(random: Random, names: Names) -> Fragment:
    """Nullable becomes required, with or without nulls, with or without a default; or the other way."""
    sql, psl, values, default, filled = FILLED[random.choice(list(FILLED))]
    base, _, rest = psl.partition(" ")
    count = random.choice([0, 1, 2, 3])
    found = [
        random.choice([*values, None]) if random.random() < 0.5 else random.choice(values)
        for _ in range(count)
    ]
    table, name = names.table(), names.column()
    if random.random() < 0.2:
        found = [v or values[0] for v in found]
        column = Column(
            name, f"{sql} NOT NULL", f"{base}? {rest}", list(map(literal, found)), expected=list(found)
        )
        made = Table(table, [column, *bystanders(random, names, count)], count)
        return Fragment(
            [made.create()],
            made.insert(),
            made.model(),
            Part(made.ideal(), must=True),
            "required to nullable",
        )
    defaulted = default is not None and random.random() < 0.5
    stored = f" DEFAULT {literal(filled)}" if defaulted and filled and random.random() < 0.4 else ""
    expected = [v if v is not None else filled for v in found]
    read = "{}::text" if not (defaulted and filled is None) else "CASE WHEN {0} IS NOT NULL THEN 'set' END"
    if defaulted and filled is None:
        expected = ["set"] * count
    column = Column(
        name,
        sql + stored,
        f"{base}{f' @default({default})' if defaulted else ''} {rest}".strip(),
        list(map(literal, found)),
        read,
        expected,
    )
    made = Table(table, [column, *bystanders(random, names, count)], count)
    lost = None in found and not defaulted
    about = (f"{made.full}.{name.stored}",)
    part = Part(None, refusal_ok=True, about=about) if lost else Part(made.ideal(), must=True, about=about)
    what = f"{sql.lower()} required, {found.count(None)} nulls{', default' if defaulted else ''}{' already there' if stored else ''}"
    return Fragment([made.create()], made.insert(), made.model(), part, what)


def new_column(random: Random, names: Names) -> Fragment:
    """A new column: with all that may fill it, or with nothing."""
    count = random.choice([0, 1, 2, 3])
    table, name = names.table(), names.column()
    way = random.choice(
        ["default", "updatedAt", "generated", "autoincrement", "nullable", "list", "none", "dbgenerated"]
    )
    others = bystanders(random, names, count)
    expected: list[str | None] = ["1"] * count
    read, part_must, refusal = "count(*) OVER () - count(*) OVER (PARTITION BY {}) + 1", True, False
    if way == "default":
        _, psl, _, default, filled = FILLED[random.choice(["text", "int", "bool", "decimal", "json", "time"])]
        base, _, rest = psl.partition(" ")
        type_ = f"{base} @default({default}) {rest}".strip()
        expected = [filled or "set"] * count
        read = "{}::text" if filled else "CASE WHEN {} IS NOT NULL THEN 'set' END"
    elif way == "updatedAt":
        type_, expected, read = (
            "DateTime @updatedAt",
            ["set"] * count,
            "CASE WHEN {} IS NOT NULL THEN 'set' END",
        )
    elif way == "generated":
        generator = random.choice(GENERATED)
        unique = " @unique" if random.random() < 0.6 else ""
        native = " @db.Uuid" if generator.startswith("uuid") and random.random() < 0.3 else ""
        type_, read = (
            f"String{unique} @default({generator}){native}",
            "(count({0}) OVER (PARTITION BY {0}))::text",
        )
        part_must, refusal = generator.startswith("uuid"), not generator.startswith("uuid")
    elif way == "autoincrement":
        type_, read = "Int @unique @default(autoincrement())", "(count({0}) OVER (PARTITION BY {0}))::text"
    elif way == "nullable":
        type_, expected, read = (
            random.choice(["String?", "Int? @unique", "DateTime? @updatedAt", "Json?"]),
            [None] * count,
            "{}::text",
        )
    elif way == "list":
        type_, read, expected = (
            random.choice(["String[]", "Int[]"]),
            "COALESCE({}::text, '{{}}')",
            ["{}"] * count,
        )
    elif way == "dbgenerated":
        type_, read = (
            'String @default(dbgenerated("md5(random()::text)"))',
            "(count({0}) OVER (PARTITION BY {0}))::text",
        )
    else:
        type_ = random.choice(["String", "Int", "Json", "String @unique", "DateTime", "Boolean"])
        part_must, refusal, read = False, True, "{}::text"
    added = Column(name, "", type_, [], read, expected, before=False)
    made = Table(table, [added, *others], count)
    about = (f"{made.full}.{name.stored}",)
    lost = way == "none" and count > 0
    part = Part(None if lost else made.ideal(), must=part_must and not lost, refusal_ok=refusal, about=about)
    return Fragment([made.create()], made.insert(), made.model(), part, f"new column {type_}, {count} rows")


def unique(random: Random, names: Names) -> Fragment:
    """A new unique key over one column or two, over clean rows, nulls or duplicates."""
    table, first, second = names.table(), names.column(), names.column()
    count = random.choice([0, 2, 3, 4])
    wide = random.random() < 0.4
    clean = [str(i) if random.random() < 0.7 else None for i in range(count)]
    values = [random.choice(["a", "b", "A", None]) for _ in range(count)] if random.random() < 0.5 else clean
    others = [random.choice(["1", "2"]) for _ in range(count)]
    keys = [(v, o) for v, o in zip(values, others, strict=True) if v is not None]
    keys = keys if wide else [(v, "") for v, _ in keys]
    duplicates = len(keys) - len(set(keys))
    columns = [
        unchanged(random, first, "TEXT", "String?", values),
        unchanged(random, second, "INTEGER", "Int?", others),
    ]
    if not wide:
        columns[0].psl += " @unique"
    made = Table(table, [*columns, *bystanders(random, names, count)], count)
    if wide:
        made.block.append(f"  @@unique([{first.field}, {second.field}])")
    part = Part(None, refusal_ok=True) if duplicates else Part(made.ideal(), must=True)
    return Fragment(
        [made.create()],
        made.insert(),
        made.model(),
        part,
        f"new unique{' of two' if wide else ''}, {duplicates} duplicates",
    )


def primary_key(random: Random, names: Names) -> Fragment:
    """Another primary key: a column of the table, clean, with duplicates, or with nulls; or two columns."""
    table, name = names.table(), names.column()
    count = random.choice([0, 1, 2, 3])
    values: list[str | None] = (
        [random.choice(["a", "b", "c"]) for _ in range(count)]
        if random.random() < 0.5
        else list("xyzw"[:count])
    )
    nullable = random.random() < 0.3
    if nullable and random.random() < 0.5 and values:
        values[0] = None
    wide = random.random() < 0.3
    bad = None in values or (not wide and len(set(values)) < count)
    column = unchanged(
        random, name, "TEXT" if nullable else "TEXT NOT NULL", "String" + ("" if wide else " @id"), values
    )
    made = Table(table, [column, *bystanders(random, names, count)], count)
    if wide:
        made.block.append(f"  @@id([{made.key.field}, {name.field}])")
    part = Part(None, refusal_ok=True) if bad else Part(made.ideal(), must=True)
    keyed = random.random() < 0.7
    what = f"primary key {'of two ' if wide else ''}{'instead of another' if keyed else 'where none was'}, {'bad' if bad else 'clean'} rows"
    return Fragment([made.create(key=keyed)], made.insert(), made.model(key=""), part, what)


def foreign_key(random: Random, names: Names) -> Fragment:
    """A new foreign key over clean rows, nulls or orphans; to another table or to itself."""
    parent, child, name = names.table(), names.table(), names.column()
    count = random.choice([0, 1, 2, 3])
    itself = random.random() < 0.25
    nullable = random.random() < 0.5 or itself
    orphan = random.random() < 0.4
    pool = ["1", "1", *(["99"] if orphan else []), *([None] if nullable else [])]
    values = [random.choice(pool) for _ in range(count)]
    orphans = values.count("99")
    column = unchanged(
        random, name, "INTEGER" + ("" if nullable else " NOT NULL"), "Int" + ("?" if nullable else ""), values
    )
    relation, back = names.plain(["link"]).field, names.plain(["back"]).field
    delete = random.choice(["", "", ", onDelete: Cascade", ", onDelete: NoAction, onUpdate: NoAction"])
    above = Table(child if itself else parent, [column] if itself else [], count if itself else 1)
    below = above if itself else Table(child, [column, *bystanders(random, names, count)], count)
    below.block.append(
        f'  {relation} {above.name.field}{"?" if nullable else ""} @relation("R{relation}", fields: [{name.field}], references: [{above.key.field}]{delete})'
    )
    above.block.append(f'  {back} {below.name.field}[] @relation("R{relation}")')
    tables = [above] if itself else [above, below]
    part = Part(None, refusal_ok=True) if orphans else Part(below.ideal(), must=True)
    return Fragment(
        [t.create() for t in tables],
        [statement for t in tables for statement in t.insert()],
        "\n".join(t.model() for t in tables),
        part,
        f"new foreign key{' to itself' if itself else ''}, {orphans} orphans of {count}",
    )


def along_a_key(random: Random, names: Names) -> Fragment:
    """A new required foreign key that an existing way of keys answers."""
    org, user, post = (
        names.plain(["Org", "Space", "Firm"]),
        names.plain(["Member", "Person"]),
        names.plain(["Note", "Page"]),
    )
    key = names.column()
    count = random.choice([0, 1, 3])
    hops = random.choice([1, 2])
    owners = [random.choice(["1", "2"]) for _ in range(count)]
    setup = [
        f'CREATE TABLE {org.sql} ("id" INTEGER PRIMARY KEY)',
        f'CREATE TABLE {user.sql} ("id" INTEGER PRIMARY KEY, {key.sql} INTEGER NOT NULL REFERENCES {org.sql}("id") ON DELETE RESTRICT ON UPDATE CASCADE)',
        f'CREATE TABLE {post.sql} ("id" INTEGER PRIMARY KEY, "by" INTEGER NOT NULL REFERENCES {user.sql}("id") ON DELETE RESTRICT ON UPDATE CASCADE)',
    ]
    mail = names.plain(["Reply", "Mark"])
    if hops == 2:
        setup.append(
            f'CREATE TABLE {mail.sql} ("id" INTEGER PRIMARY KEY, "on" INTEGER NOT NULL REFERENCES {post.sql}("id") ON DELETE RESTRICT ON UPDATE CASCADE)'
        )
    rows = [f"INSERT INTO {org.sql} VALUES (1), (2)", f"INSERT INTO {user.sql} VALUES (1, 2), (2, 1)"]
    rows += [f"INSERT INTO {post.sql} VALUES ({i + 1}, {o})" for i, o in enumerate(owners)]
    rows += [f"INSERT INTO {mail.sql} VALUES ({i + 1}, {i + 1})" for i in range(count)] if hops == 2 else []
    last = mail if hops == 2 else post
    new = (
        f"  {key.field} Int{key.map}\n  org {org.field} @relation(fields: [{key.field}], references: [id])\n"
    )
    psl = (
        f"model {org.field} {{\n  id Int @id\n  a {user.field}[]\n  b {last.field}[]\n}}\n"
        f"model {user.field} {{\n  id Int @id\n{new}  c {post.field}[]\n}}\n"
        f"model {post.field} {{\n  id Int @id\n  by Int\n  who {user.field} @relation(fields: [by], references: [id])\n"
        + (
            f"  d {mail.field}[]\n}}\nmodel {mail.field} {{\n  id Int @id\n  on Int\n  what {post.field} @relation(fields: [on], references: [id])\n{new}}}\n"
            if hops == 2
            else f"{new}}}\n"
        )
    )
    expected: list[list[str | None]] = [[str(i + 1), {"1": "2", "2": "1"}[o]] for i, o in enumerate(owners)]
    ideal = Ideal(f'SELECT "id"::text, {key.sql}::text FROM {last.sql} ORDER BY "id"', expected)
    return Fragment(
        setup, rows, psl, Part(ideal, must=True), f"new required key along {hops} keys, {count} rows"
    )


def counter(random: Random, names: Names) -> Fragment:
    """A counter added behind rows, taken away, or shared; the next row gets the next number."""
    table = names.table()
    count = random.choice([0, 1, 3])
    way = random.choice(
        ["added", "removed", "serial to plain bigint", "int counter to bigint", "identity", "shared"]
    )
    columns = bystanders(random, names, count)
    made = Table(table, columns, count)
    create, insert, model = made.create(), made.insert(), made.model()
    next_row = f'INSERT INTO {made.sql} DEFAULT VALUES RETURNING "id"::text'
    ideal = Ideal(next_row, [[str(count + 1)]])
    sequence = quoted_sequence(table)
    at_end = [f"SELECT setval('{sequence}', {count})"] if count else []
    if way == "added":
        model = made.model(key="@id @default(autoincrement())")
    elif way in ("removed", "serial to plain bigint"):
        create = create.replace("INTEGER NOT NULL", "SERIAL NOT NULL", 1)
        insert, ideal = [*insert, *at_end], made.ideal()
        if way != "removed":
            model = model.replace("id Int @id", "id BigInt @id")
    elif way == "int counter to bigint":
        create = create.replace("INTEGER NOT NULL", "SERIAL NOT NULL", 1)
        insert = [*insert, *at_end]
        model = made.model(key="@id @default(autoincrement())").replace("id Int @id", "id BigInt @id")
    elif way == "identity":
        create = create.replace("INTEGER NOT NULL", "INTEGER NOT NULL GENERATED BY DEFAULT AS IDENTITY", 1)
        ideal = made.ideal()
        model = made.model(key="@id @default(autoincrement())").replace("Int @id", "BigInt @id")
    else:
        shared = names.plain(["tickets", "numbers"])
        create = f"CREATE SEQUENCE {shared.sql};\n" + create.replace(
            "INTEGER NOT NULL", f"INTEGER NOT NULL DEFAULT nextval('{shared.field}')", 1
        )
        insert += [f"SELECT setval('{shared.field}', {count})"] if count else []
        model = made.model(key=f"@id @default(dbgenerated(\"nextval('{shared.field}'::regclass)\"))").replace(
            "Int @id", random.choice(["Int @id", "BigInt @id"])
        )
    return Fragment([create], insert, model, Part(ideal, must=True), f"counter {way}, {count} rows")


def quoted_sequence(table: Name) -> str:
    """The sequence that Postgres makes for the column `id`, inside single quotes."""
    return (
        '"' + f"{table.stored.encode()[:56].decode(errors='ignore')}_id_seq".replace('"', '""') + '"'
    ).replace("'", "''")
