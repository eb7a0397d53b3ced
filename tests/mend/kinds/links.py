"""Links of many-to-many relations in hard places: to the same table, under swapped ends, behind policies, with twins."""

from __future__ import annotations

from random import Random

from case import Ideal, Part
from fragments import Fragment, Names

WAYS = (
    "to itself, renamed",
    "to itself, explicit",
    "to itself, explicit and told",
    "swapped ends",
    "behind forced policies",
    "one of two relations explicit",
    "double rows, explicit",
    "model renamed and explicit",
)


def join(name: str, a: str, b: str, *, key: bool = True) -> list[str]:
    """The statements that make an implicit relation's table."""
    more = f',\n    CONSTRAINT "{name}_AB_pkey" PRIMARY KEY ("A", "B")' if key else ""
    return [
        f'CREATE TABLE "{name}" (\n    "A" INTEGER NOT NULL,\n    "B" INTEGER NOT NULL{more}\n)',
        f'CREATE INDEX "{name}_B_index" ON "{name}"("B")',
        *(
            f'ALTER TABLE "{name}" ADD CONSTRAINT "{name}_{x}_fkey" FOREIGN KEY ("{x}") REFERENCES "{y}"("id") ON DELETE CASCADE ON UPDATE CASCADE'
            for x, y in (("A", a), ("B", b))
        ),
    ]


def hard(random: Random, names: Names) -> Fragment:
    """One of WAYS, over no links or some."""
    way = random.choice(WAYS)
    a, b = names.plain(["Apple", "Actor"]).field, names.plain(["Book", "Bike"]).field
    tie = names.plain(["Link", "Tie"]).field
    links = random.choice([[], [(1, 2)], [(1, 1), (1, 2), (2, 1)]])
    itself = way.startswith("to itself")
    tables = [a] if itself else [a, b]
    setup = [
        f'CREATE TABLE "{x}" (\n    "id" INTEGER NOT NULL,\n    "t" TEXT,\n    CONSTRAINT "{x}_pkey" PRIMARY KEY ("id")\n)'
        for x in tables
    ]
    rows = [f"INSERT INTO \"{x}\" VALUES (1, 'x'), (2, 'y')" for x in tables]
    name = "_Knows" if itself else f"_{a}To{b}"
    setup += join(name, a, a if itself else b, key=not way.startswith("double"))
    pairs = [*links, *links[:1]] if way.startswith("double") else links
    rows += [f'INSERT INTO "{name}" VALUES ({x}, {y})' for x, y in pairs]
    expected: list[list[str | None]] = [[str(x), str(y)] for x, y in links]
    args: tuple[str, ...] = ()
    role, must, refusal = "", True, False

    def model(of: str, *fields: str) -> str:
        lines = "".join(f"  {field}\n" for field in ("id Int @id", "t String?", *fields))
        return f"model {of} {{\n{lines}}}\n"

    def model_of_links(one: str, other: str, to: str, name_a: str = "") -> str:
        return (
            f"model {tie} {{\n  aId Int\n  bId Int\n"
            f'  a {name_a or a} @relation("{one}", fields: [aId], references: [id])\n'
            f'  b {to} @relation("{other}", fields: [bId], references: [id])\n  @@id([aId, bId])\n}}\n'
        )

    read = f'SELECT "aId"::text, "bId"::text FROM "{tie}" ORDER BY 1, 2'
    match way:
        case "to itself, renamed":
            psl = model(a, f'ins {a}[] @relation("Likes")', f'outs {a}[] @relation("Likes")')
            read, must, refusal = 'SELECT "A"::text, "B"::text FROM "_Likes" ORDER BY 1, 2', False, True
        case "to itself, explicit" | "to itself, explicit and told":
            psl = model(a, f'ins {tie}[] @relation("i")', f'outs {tie}[] @relation("o")')
            psl += model_of_links("i", "o", a)
            told = way.endswith("told")
            must, refusal = told, not told
            for old, new in (("", ""), (".A", ".aId"), (".B", ".bId")) if told else ():
                args += ("--rename", f"_Knows{old}={tie}{new}")
        case "swapped ends":
            new = f"Zoo{a}"
            psl = model(new, f"bs {b}[]").replace("}\n", f'  @@map("{a}")\n}}\n') + model(b, f"as {new}[]")
            read = f'SELECT "B"::text, "A"::text FROM "_{b}To{new}" ORDER BY 1, 2'
        case "one of two relations explicit":
            setup += join("_Owns", a, b)
            rows += [f'INSERT INTO "_Owns" VALUES ({x}, {y})' for x, y in links]
            psl = model(a, f'ts {tie}[] @relation("x")', f'own {b}[] @relation("Owns")')
            psl += model(b, f'ts {tie}[] @relation("y")', f'own {a}[] @relation("Owns")')
            psl += model_of_links("x", "y", b)
        case "model renamed and explicit":
            new = f"{a}s"
            psl = model(new, f'ts {tie}[] @relation("x")').replace("}\n", '  @@map("things")\n}\n')
            psl += model(b, f'ts {tie}[] @relation("y")')
            psl += model_of_links("x", "y", b, new)
            args = ("--rename", f"{a}=things")
        case _:
            psl = model(a, f'ts {tie}[] @relation("x")') + model(b, f'ts {tie}[] @relation("y")')
            psl += model_of_links("x", "y", b)
            if way.startswith("behind"):
                role = "migrator"
                setup += [
                    f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY',
                    f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY',
                    f'CREATE POLICY "some" ON "{name}" USING ("A" <> 1)',
                ]
                rows = [r for r in rows if name not in r] + [r for r in rows if name in r]
    part = Part(Ideal(read, expected), must=must, refusal_ok=refusal)
    return Fragment(setup, rows, psl, part, f"links {way}, {len(links)} links", args, role=role)
