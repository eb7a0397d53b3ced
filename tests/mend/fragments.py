"""Pieces of a random database: a few tables with one drift, each with names of its own, and how pieces become a case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from case import Case, Ideal, Part

WORDS = [
    "amount",
    "state",
    "email",
    "title",
    "body",
    "total",
    "points",
    "kind",
    "level",
    "score",
    "note",
    "owner",
    "place",
    "shape",
    "tone",
    "unit",
]
KEYWORDS = ("order", "user", "select", "group", "table", "primary", "end", "values")
STRANGE = (
    'we"ird',
    "größe",
    "名前",
    "two words",
    "it's",
    "UPPER",
    "a%b",
    "x" * 60,
    "tab\\le",
    "$$",
    "semi;colon",
    "--x",
)
TABLES = ["User", "Post", "Invoice", "Team", "Item", "Event", "Account", "Ticket", "Folder", "Product"]


@dataclass(frozen=True, slots=True)
class Name:
    """What Prisma calls a thing, and what the database does."""

    field: str
    stored: str

    @property
    def sql(self) -> str:
        return quote(self.stored)

    @property
    def map(self) -> str:
        """The attribute that a field needs, with a space in front."""
        return f" @map({psl_text(self.stored)})" if self.field != self.stored else ""

    @property
    def block_map(self) -> str:
        """The line that a model or an enum needs."""
        return f"  @@map({psl_text(self.stored)})\n" if self.field != self.stored else ""


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def psl_text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Names:
    """Names that have not been used in this database; one in four is hard."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: set[str] = set()

    def table(self) -> Name:
        return self._fresh(TABLES)

    def column(self) -> Name:
        return self._fresh(WORDS)

    def plain(self, words: Sequence[str] = WORDS) -> Name:
        """An easy name, the same for both."""
        word = self._unused(words)
        return Name(word, word)

    def _fresh(self, words: Sequence[str]) -> Name:
        plain = self._unused(words)
        if self._random.random() < 0.75:
            return Name(plain, plain)
        stored = self._random.choice(STRANGE + KEYWORDS)
        while stored in self._used:
            stored += "_"
        self._used.add(stored)
        return Name(plain, stored)

    def _unused(self, words: Sequence[str]) -> str:
        left = [w for w in words if w not in self._used]
        word = self._random.choice(left) if left else f"{self._random.choice(list(words))}{len(self._used)}"
        self._used.add(word)
        return word


@dataclass(slots=True)
class Fragment:
    """One drift with what it needs."""

    setup: list[str]
    """Migration statements, without semicolons."""
    rows: list[str]
    """Statements that fill it."""
    psl: str
    """Models and enums."""
    part: Part
    what: str
    """A few words on it."""
    args: tuple[str, ...] = ()
    schemas: frozenset[str] = frozenset()
    """Postgres schemas beside `public`."""
    features: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    """Made by the migrations, unless the drift says otherwise."""
    role: str = ""


def assemble(kind: str, name: str, fragments: Sequence[Fragment]) -> Case:
    """One database with all of these drifts."""
    schemas = sorted({s for f in fragments for s in f.schemas})
    features = sorted({x for f in fragments for x in f.features})
    extensions = sorted({x for f in fragments for x in f.extensions})
    setup = [f"CREATE EXTENSION IF NOT EXISTS {quote(x)}" for x in extensions]
    setup += [f"CREATE SCHEMA {quote(s)}" for s in schemas]
    setup += [s for f in fragments for s in f.setup]
    listed = "".join(f", {psl_text(s)}" for s in schemas)
    datasource = f'  schemas = ["public"{listed}]\n' if schemas else ""
    psl = f'datasource db {{\n  provider = "postgresql"\n{datasource}}}\n'
    if features:
        quoted = ", ".join(psl_text(x) for x in features)
        psl += f'\ngenerator client {{\n  provider = "prisma-client"\n  output = "client"\n  previewFeatures = [{quoted}]\n}}\n'
    for fragment in fragments:
        blocks = fragment.psl
        if schemas:
            blocks = re.sub(r"(?m)^((?:model|enum) (?:(?!^\}).*\n)*?)(?=\})", _in_public, blocks)
        psl += "\n" + blocks
    return Case(
        kind,
        name,
        (";\n".join(setup) + ";\n",),
        "".join(f"{r};\n" for f in fragments for r in f.rows),
        psl,
        tuple(_known(f) if len(fragments) > 1 else f.part for f in fragments),
        tuple(a for f in fragments for a in f.args),
        next((f.role for f in fragments if f.role), ""),
    )


def _known(fragment: Fragment) -> Part:
    """The part, with the objects it is about: those that its own migrations make, where it does not say."""
    if fragment.part.about:
        return fragment.part
    made = re.findall(
        r'CREATE (?:TABLE|TYPE|VIEW|MATERIALIZED VIEW|POLICY|TRIGGER) "((?:[^"]|"")+)"',
        "\n".join(fragment.setup),
    )
    return replace(
        fragment.part, about=tuple(f"public.{name.replace(chr(34) * 2, chr(34))}" for name in made)
    )


def _in_public(block: re.Match[str]) -> str:
    return block[0] if "@@schema(" in block[0] else f'{block[0]}  @@schema("public")\n'


@dataclass(slots=True)
class Column:
    """A column as the migrations make it and as the schema wants it."""

    name: Name
    sql: str
    """Its type and constraints."""
    psl: str
    """Prisma's type with attributes, without @map."""
    values: list[str]
    """SQL of its value in each row."""
    read: str = "{}::text"
    """How the ideal reads it."""
    expected: list[str | None] | None = None
    """What the ideal reads; None leaves it out."""
    before: bool = True
    """Whether the migrations make it."""
    after: bool = True
    """Whether the schema has it."""
    target: Name | None = None
    """Its name in the schema where that is another."""

    @property
    def wanted(self) -> Name:
        return self.target or self.name


@dataclass(slots=True)
class Table:
    """A table with an integer key, and some columns beside the one that drifts."""

    name: Name
    columns: list[Column]
    count: int
    """Rows."""
    schema: str = "public"
    key: Name = field(default_factory=lambda: Name("id", "id"))
    block: list[str] = field(default_factory=list)
    """More lines of the model."""

    @property
    def sql(self) -> str:
        return self.name.sql if self.schema == "public" else f"{quote(self.schema)}.{self.name.sql}"

    @property
    def full(self) -> str:
        return f"{self.schema}.{self.name.stored}"

    def create(self, *, key: bool = True) -> str:
        lines = [f"    {self.key.sql} INTEGER NOT NULL"]
        lines += [f"    {c.name.sql} {c.sql}" for c in self.columns if c.before]
        if key:
            constraint = quote(self.name.stored.encode()[:58].decode(errors="ignore") + "_pkey")
            lines += [f"    CONSTRAINT {constraint} PRIMARY KEY ({self.key.sql})"]
        return f"CREATE TABLE {self.sql} (\n" + ",\n".join(lines) + "\n)"

    def insert(self) -> list[str]:
        made = [c for c in self.columns if c.before]
        into = ", ".join([self.key.sql, *(c.name.sql for c in made)])
        return [
            f"INSERT INTO {self.sql} ({into}) VALUES ({', '.join([str(i + 1), *(c.values[i] for c in made)])})"
            for i in range(self.count)
        ]

    def model(self, *, name: Name | None = None, key: str = "@id") -> str:
        name = name or self.name
        lines = [f"  {self.key.field} Int {key}{self.key.map}"]
        lines += [f"  {c.wanted.field} {c.psl}{c.wanted.map}" for c in self.columns if c.after]
        lines += self.block
        at = f"  @@schema({psl_text(self.schema)})\n" if self.schema != "public" else ""
        return f"model {name.field} {{\n" + "\n".join(lines) + "\n" + name.block_map + at + "}\n"

    def ideal(self, *, name: str = "") -> Ideal:
        """Every row with every column that has an expected value."""
        read = [c for c in self.columns if c.expected is not None]
        reads = ", ".join([f"{self.key.sql}::text", *(c.read.format(c.wanted.sql) for c in read)])
        found = [
            [str(i + 1), *(c.expected[i] for c in read if c.expected is not None)] for i in range(self.count)
        ]
        return Ideal(f"SELECT {reads} FROM {name or self.sql} ORDER BY {self.key.sql}", found)


def bystanders(random: Random, names: Names, count: int) -> list[Column]:
    """Up to two columns that no drift touches."""
    made = []
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        kind = random.choice(["text", "int", "json", "time"])
        name = names.column()
        if kind == "text":
            made.append(
                _same(
                    name, "TEXT", "String?", [random.choice(["a", "b'", "ü", "", None]) for _ in range(count)]
                )
            )
        elif kind == "int":
            made.append(
                _same(name, "INTEGER", "Int?", [random.choice(["1", "-7", None]) for _ in range(count)])
            )
        elif kind == "json":
            made.append(
                _same(
                    name,
                    "JSONB",
                    "Json?",
                    [random.choice(['{"a": [1, 2]}', "null", None]) for _ in range(count)],
                )
            )
        else:
            made.append(
                _same(
                    name,
                    "TIMESTAMP(3)",
                    "DateTime?",
                    [random.choice(["2024-03-10 02:30:00", None]) for _ in range(count)],
                )
            )
    return made


def _same(name: Name, sql: str, psl: str, values: Sequence[str | None]) -> Column:
    return Column(name, sql, psl, [literal(v) for v in values], expected=list(values))


def unchanged(random: Random, name: Name, sql: str, psl: str, values: Sequence[str | None]) -> Column:
    """A column with these values before and after."""
    return _same(name, sql, psl, values)
