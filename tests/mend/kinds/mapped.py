"""A project that gives its database another style of names: tables, keys, columns, enums and values mapped at once."""

from __future__ import annotations

import re
from random import Random

from case import Ideal, Part
from fragments import Fragment, Names, literal

FIELDS: dict[str, list[tuple[str, ...]]] = {
    "INTEGER": [("Int", "5", "5"), ("BigInt", "5", "5"), ("String", "5", "5")],
    "TEXT": [
        ("String", "it's", "it's"),
        ("Json", '{"a": 1}', '{"a": 1}'),
        ("DateTime", "2024-03-10 02:30:00", "2024-03-10 02:30:00"),
        ("String @db.Uuid", *["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"] * 2),
        ("Int", "7", "7"),
        ("String[]", "a", "{a}"),
    ],
    "JSONB": [("Json", '{"a": 1}', '{"a": 1}'), ("Int", "5", "5"), ("String[]", '["a"]', "{a}")],
    "TIMESTAMP(3)": [("DateTime", "2024-03-10 02:30:00", "2024-03-10 02:30:00")],
}
"""SQL type → Prisma types that its field may have afterwards, with a value before and after."""


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def everything(random: Random, names: Names) -> Fragment:
    """A parent and a child under new names, with the keys between them, some columns retyped in the same change."""
    parent, child = (
        names.plain(["UserAccount", "TeamMember", "SalesOrder"]).field,
        names.plain(["BlogPost", "OrderLine", "AuditEntry"]).field,
    )
    wide, count = random.random() < 0.3, random.choice([0, 1, 2])
    maps_keys, maps_tables = random.random() < 0.7, random.random() < 0.8
    retypes = random.random() < 0.4
    stored = snake if maps_tables else str
    columns = []
    for field in ("firstValue", "otherNote", "lastSeen")[: random.randint(1, 3)]:
        sql = random.choice(list(FIELDS))
        columns.append((field, sql, *(random.choice(FIELDS[sql]) if retypes else FIELDS[sql][0])))
    keys = ["orgId", "userId"] if wide else ["id"]
    links = [f"parent{key[0].upper()}{key[1:]}" for key in keys]
    read = {name: snake(name) if maps_keys else name for name in (*keys, *links)}
    shown = ", ".join(f'"{c}"' for c in keys)
    setup = [
        f'CREATE TABLE "{parent}" (\n'
        + "".join(f'    "{key}" INTEGER NOT NULL,\n' for key in keys)
        + "".join(f'    "{field}" {sql},\n' for field, sql, *_ in columns)
        + f'    CONSTRAINT "{parent}_pkey" PRIMARY KEY ({shown})\n)',
        f'CREATE TABLE "{child}" (\n    "id" INTEGER NOT NULL,\n'
        + "".join(f'    "{link}" INTEGER NOT NULL,\n' for link in links)
        + f'    CONSTRAINT "{child}_pkey" PRIMARY KEY ("id")\n)',
        f'CREATE INDEX "{child}_{links[0]}_idx" ON "{child}"("{links[0]}")',
        f'ALTER TABLE "{child}" ADD CONSTRAINT "{child}_{"_".join(links)}_fkey" FOREIGN KEY ('
        + ", ".join(f'"{link}"' for link in links)
        + f') REFERENCES "{parent}"({shown}) ON DELETE RESTRICT ON UPDATE CASCADE',
    ]
    rows: list[str] = []
    expected: list[list[str | None]] = []
    for i in range(count):
        numbers = [str(i + 1), "9"][: len(keys)]
        values = [literal(before) for _, _, _, before, _ in columns]
        rows.append(f'INSERT INTO "{parent}" VALUES ({", ".join([*numbers, *values])})')
        expected.append([*(after for *_, after in columns), str(i + 1)])
    rows += [f'INSERT INTO "{child}" VALUES ({i + 1}, {i + 1}{", 9" if wide else ""})' for i in range(count)]

    def mapped(field: str, type: str) -> str:
        base, _, rest = type.partition(" ")
        name = snake(field) if field not in read else read[field]
        return f"  {field} {base} {rest}" + (f' @map("{name}")' if name != field else "") + "\n"

    def optional(type: str) -> str:
        base, _, rest = type.partition(" ")
        return type if base.endswith("[]") else f"{base}? {rest}"

    at = [f'  @@map("{stored(name)}")\n' if maps_tables else "" for name in (parent, child)]
    key = f"  @@id([{', '.join(keys)}])\n" if wide else ""
    psl = (
        f"model {parent} {{\n"
        + "".join(mapped(name, "Int" if wide else "Int @id") for name in keys)
        + "".join(mapped(field, optional(type)) for field, _, type, *_ in columns)
        + f"  children {child}[]\n{key}{at[0]}}}\nmodel {child} {{\n  id Int @id\n"
        + "".join(mapped(link, "Int") for link in links)
        + f"  parent {parent} @relation(fields: [{', '.join(links)}], references: [{', '.join(keys)}])\n"
        + f"  @@index([{links[0]}])\n{at[1]}}}\n"
    )
    reads = "".join(f'p."{snake(field)}"::text, ' for field, *_ in columns)
    on = " AND ".join(f'c."{read[a]}" = p."{read[b]}"' for a, b in zip(links, keys, strict=True))
    ideal = Ideal(
        f'SELECT {reads}c."id"::text FROM "{stored(parent)}" AS p JOIN "{stored(child)}" AS c ON {on} ORDER BY c."id"',
        expected,
    )
    what = ", ".join(
        text
        for text, said in (
            ("tables", maps_tables),
            ("keys", maps_keys),
            ("composite", wide),
            ("retyped", retypes),
        )
        if said
    )
    return Fragment(setup, rows, psl, Part(ideal, must=True), f"mapped anew: columns, {what}; {count} rows")
