"""Broken schemas: never anything but a SchemaError or DriftError, and never slow.

PRISMA_DRIFT_FUZZ=N tries N of them.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from growth import ends_within

from prisma_drift.errors import DriftError
from prisma_drift.model.version import LATEST, Version
from prisma_drift.psl.load import SchemaFile, load

SEED_SCHEMA = """\
datasource db {
  provider   = "postgresql"
  schemas    = ["auth", "public"]
  extensions = [pg_trgm, uuid(map: "uuid-ossp", schema: "public")]
}

generator client {
  provider        = "prisma-client"
  previewFeatures = ["views", "partialIndexes", "postgresqlExtensions"]
}

/// Who may do what
enum Role {
  USER
  ADMIN @map("admin") // mapped

  @@map("role")
  @@schema("auth")
}

model User {
  id        String   @id @default(uuid()) @db.Uuid
  email     String   @unique(sort: Desc) @db.VarChar(320)
  role      Role     @default(ADMIN)
  roles     Role[]   @default([USER, ADMIN])
  balance   Decimal  @default(1.50) @db.Decimal(10, 2)
  settings  Json     @default("{\\"a\\": [1, null]}")
  avatar    Bytes?   @default("aGk=")
  created   DateTime @default(now()) @updatedAt @db.Timestamptz(6)
  embedding Unsupported("vector(3)")?
  posts     Post[]   @relation("author")
  likes     Post[]
  boss      User?    @relation("boss", fields: [bossId], references: [id], onDelete: SetNull)
  bossId    String?  @db.Uuid
  team      User[]   @relation("boss")

  @@index([email(ops: raw("gin_trgm_ops"))], type: Gin, map: "trgm")
  @@index([settings(ops: JsonbPathOps)], type: Gin)
  @@unique([email, bossId], where: { bossId: { not: null }, email: "x" }, map: "part")
  @@map("users")
  @@schema("auth")
}

model Post {
  id       BigInt @id @default(autoincrement())
  authorId String @db.Uuid /* the
  author */
  author   User   @relation("author", fields: [authorId], references: [id], onUpdate: NoAction)
  liked    User[]
  slug     String
  lang     String

  @@unique([slug, lang], name: "slug_in")
  @@schema("public")
}

view Summary {
  id Int @unique

  @@schema("public")
}
"""

_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\w+|@@|[^\S\n]+|\n|.', re.S)
_PIECES = [
    "@id",
    "@unique",
    "@default(1)",
    "@default(now())",
    '@default(dbgenerated("x"))',
    "@updatedAt",
    "@ignore",
    "@@ignore",
    '@map("x")\n',
    "",
    "",
    "",
    "@relation",
    '@relation("a")',
    "@relation(fields:",
    "[id],",
    "references:",
    "[id])",
    "@db.Xml",
    "@db.Bit(0)",
    "Int",
    "String?",
    "Json[]",
    "Post",
    "User\n",
    "",
    "",
    "",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ",",
    ":",
    ".",
    "@",
    "@@",
    "=",
    "model",
    "enum",
    "type",
    "view",
    "datasource",
    "generator",
    "@@index([id])",
    "@@unique([id])",
    "@@id([id])",
    "sort:\n",
    "",
    "",
    "",
    "Desc",
    "type:",
    "Gin",
    "Brin",
    "SpGist",
    "ops:",
    "JsonbOps",
    "map:",
    '""',
    "fields:",
    "references:",
    "1",
    "-1",
    "1.5",
    "99999999999999999999",
    '"\\u0041"',
    '"\\q"\n',
    "",
    "",
    "",
    "null",
    "true",
    "uuid()",
    'env("X")',
    "//",
    "/*",
    "*/",
    "clustered:",
    "where:",
    'raw("a")',
    "{",
    "id:",
    "null",
    "}",
    '@@schema("x")',
    "é",
    "\ufeff",
    "\x00",
    "\r",
]


def broken(rng: random.Random, text: str) -> str:
    """The text with one to six wounds."""
    for _ in range(rng.randint(1, 6)):
        tokens = _TOKEN.findall(text)
        at = rng.randrange(len(tokens))
        match rng.randrange(7):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                tokens[at] = rng.choice(_PIECES)
            case 3:
                tokens.insert(at, f" {rng.choice(_PIECES)} ")
            case 4:
                other = rng.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 5:
                tokens[at:at] = tokens[at : at + rng.randint(1, 60)]
            case _:
                del tokens[at : at + rng.randint(1, 60)]
        text = "".join(tokens) or "\n"
    return text


def outcome(text: str, version: Version = LATEST) -> str:
    try:
        load([SchemaFile("s.prisma", text)], version=version)
    except DriftError as error:
        assert error.message
        return "refused"
    return "valid"


def timely(text: str, version: Version = LATEST) -> str:
    """Its outcome, which a broken schema of ordinary size has within a second."""
    outcomes: list[str] = []
    ends_within(1, lambda: outcomes.append(outcome(text, version)))
    return outcomes[-1]


def test_the_seed_is_valid() -> None:
    assert outcome(SEED_SCHEMA) == "valid"


def test_broken_schemas_are_refused_in_words() -> None:
    rng = random.Random(2024)
    seen = {"valid": 0, "refused": 0}
    for _ in range(int(os.environ.get("PRISMA_DRIFT_FUZZ", "300"))):
        text = broken(rng, SEED_SCHEMA)
        version = rng.choice((Version(5), Version(6, 19), Version(7, 4), LATEST))
        seen[timely(text, version)] += 1
    assert seen["valid"] and seen["refused"]


def real_schemas() -> list[Path]:
    """Schemas of real projects in one file, the largest first."""
    found = (Path(__file__).parents[2] / "../shared/corpus").glob("*/prisma/schema.prisma")
    return sorted(found, key=lambda file: (-file.stat().st_size, file))


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not real_schemas(), reason="the corpus of real projects is not beside the project")
def test_real_schemas_broken() -> None:
    rng = random.Random(3)
    seen = {"valid": 0, "refused": 0}
    files = real_schemas()
    for number in range(int(os.environ.get("PRISMA_DRIFT_FUZZ", "2000")) // 20):
        text = broken(rng, files[number % len(files)].read_text(encoding="utf-8"))
        seen[timely(text)] += 1
    assert seen["refused"]


def test_any_bytes_that_are_text() -> None:
    rng = random.Random(7)
    alphabet = 'ab1 \t\n\r{}[]()@"\\,.:?!-_/*=é\u00a0\u2028\ufeff\x00'
    for _ in range(200):
        outcome("".join(rng.choice(alphabet) for _ in range(rng.randint(0, 300))))


HOSTILE = {
    "nested calls": "model A {\n id Int @a(" + "f(" * 50_000 + "\n}\n",
    "nested lists": "model A {\n id Int @a(" + "[" * 100_000 + "\n}\n",
    "unclosed blocks": "model A {\n" * 10_000,
    "unclosed blocks and a brace": "model A {\n" * 10_000 + "x }",
    "unclosed comments": "/* " * 30_000,
    "open strings": 'model A {\n id String @a("' + "\\\\" * 50_000 + "\n}\n",
    "a deep JSON text": 'model A {\n id Int @id\n j Json @default("' + "[" * 100_000 + '")\n}\n',
    "a huge number": "model A {\n id Int @id\n j Int @default(" + "9" * 100_000 + ")\n}\n",
    "a huge exponent": 'model A {\n id Int @id\n j Decimal @default("1e' + "9" * 50_000 + '")\n}\n',
    "many unique fields": "model A {\n id Int @id\n"
    + "".join(f" f{i} Int @unique\n" for i in range(4000))
    + "".join(f' r{i} B @relation("{i}", fields: [f{i}], references: [id])\n' for i in range(800))
    + "}\nmodel B {\n id Int @id\n"
    + "".join(f' b{i} A? @relation("{i}")\n' for i in range(800))
    + "}\n",
    "one cycle": 'datasource db {\n provider = "postgresql"\n relationMode = "prisma"\n}\n'
    + "".join(
        f"model M{i} {{\n id Int @id\n n Int @unique\n"
        f' r M{(i + 1) % 900} @relation("{i}", fields: [n], references: [id])\n'
        f' b M{(i - 1) % 900}? @relation("{(i - 1) % 900}")\n}}\n'
        for i in range(900)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_schemas_take_no_longer_than_others_of_their_size(name: str) -> None:
    ends_within(3, lambda: outcome(HOSTILE[name]))
