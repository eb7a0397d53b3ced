"""Enums whose values come, go or change their order, and columns between one enum and another."""

from __future__ import annotations

from random import Random

from case import Part
from fragments import Column, Fragment, Names, Table, bystanders, literal


def values(random: Random, names: Names) -> Fragment:
    """Values added, removed (unused or used) or in another order; in columns, lists, defaults, keys."""
    kind = names.plain(["Kind", "Role", "Mood"])
    old = ["A", "B", "C"]
    count = random.choice([0, 1, 3])
    way = random.choice(["added", "removed", "added and removed", "order", "last replaced"])
    new = {
        "added": ["A", "N", "B", "C"],
        "removed": ["A", "B"],
        "added and removed": ["A", "B", "N"],
        "order": ["C", "A", "B"],
        "last replaced": ["X", "A"],
    }[way]
    used = random.choice([old, [v for v in old if v in new]])
    columns, lost = [], False
    for at in range(random.choice([1, 1, 2])):
        listed = random.random() < 0.25
        found = [random.choice(used) for _ in range(count)]
        default = not at and not listed and random.random() < 0.3
        lost |= any(v not in new for v in found)
        columns.append(
            Column(
                names.column(),
                kind.sql + ("[]" if listed else " NOT NULL" + (" DEFAULT 'A'" if default else "")),
                kind.field + ("[]" if listed else " @default(A)" if default else ""),
                [literal(f"{{{v}}}" if listed else v) for v in found],
                expected=[f"{{{v}}}" if listed else v for v in found],
            )
        )
    table = names.table()
    made = Table(table, [*columns, *bystanders(random, names, count)], count)
    setup = [f"CREATE TYPE {kind.sql} AS ENUM ('A', 'B', 'C')", made.create()]
    if random.random() < 0.2:
        index = names.plain(["byit"]).field
        setup.append(f'CREATE INDEX "{index}" ON {table.sql}({columns[0].name.sql})')
        made.block.append(f'  @@index([{columns[0].name.field}], map: "{index}")')
    psl = f"enum {kind.field} {{\n" + "".join(f"  {v}\n" for v in new) + "}\n" + made.model()
    part = Part(None, refusal_ok=True) if lost else Part(made.ideal(), must=True)
    return Fragment(
        setup,
        made.insert(),
        psl,
        part,
        f"enum values {way}, {'in use' if lost else 'unused'}, {len(columns)} columns, {count} rows",
    )


def another(random: Random, names: Names) -> Fragment:
    """A column from one enum to another that shares all or some of its values; both stay in use."""
    first, second = names.plain(["Kind", "Role", "Mood"]), names.plain(["State", "Phase"])
    count = random.choice([0, 1, 3])
    found = [random.choice("AB") for _ in range(count)]
    listed = random.random() < 0.2
    lost = "A" in found
    shared = random.random() < 0.5
    labels = "ABD" if shared else "BD"
    column = Column(
        names.column(),
        first.sql + ("[]" if listed else ""),
        second.field + ("[]" if listed else "?"),
        [literal(f"{{{v}}}" if listed else v) for v in found],
        expected=[f"{{{v}}}" if listed else v for v in found],
    )
    keeps = Column(
        names.column(), f"{first.sql} NOT NULL", first.field, ["'A'"] * count, expected=["A"] * count
    )
    made = Table(names.table(), [column, keeps], count)
    setup = [
        f"CREATE TYPE {first.sql} AS ENUM ('A', 'B')",
        f"CREATE TYPE {second.sql} AS ENUM ({', '.join(map(literal, labels))})",
        made.create(),
    ]
    psl = (
        f"enum {first.field} {{\n  A\n  B\n}}\nenum {second.field} {{\n"
        + "".join(f"  {v}\n" for v in labels)
        + "}\n"
    )
    part = Part(None, refusal_ok=True) if lost and not shared else Part(made.ideal(), must=True)
    return Fragment(
        setup,
        made.insert(),
        psl + made.model(),
        part,
        f"enum{'[]' if listed else ''} to another enum, {count} rows",
    )
