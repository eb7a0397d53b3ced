"""Lines that a schema loses: with them gone it is the schema that the database was built from, and nothing differs."""

from __future__ import annotations

import pytest

from prisma_drift.diff.compare import diff
from prisma_drift.findings.findings import findings, schema_lines
from prisma_drift.model.edit import SchemaLines
from prisma_drift.model.version import LATEST
from prisma_drift.psl.edit.declare import edited
from prisma_drift.psl.load import SchemaFile, load

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
USER = "model User {\n  id Int @id\n%s}\n"
PAIR = "model User {\n  id Int @id\n%s}\n\nmodel Post {\n  id Int @id\n%s}\n"

CASES = {
    "a column": (USER % "", USER % "  age Int?\n"),
    "a column with its documentation": (
        USER % "  // kept\n",
        USER % "  // kept\n  /// in years\n  age Int?\n",
    ),
    "an index": (USER % "  a Int\n", USER % "  a Int\n\n  @@index([a])\n"),
    "a column with its indexes": (USER % "", USER % "  a Int\n  @@index([a, id])\n  @@unique([id, a])\n"),
    "a unique of a field": (USER % "  a Int // why\n", USER % "  a Int @unique // why\n"),
    "a model": (USER % "", USER % "" + "\n/// of a user\nmodel Tag {\n  id Int @id\n  name String\n}\n"),
    "a model with a relation": (
        USER % "  name String\n",
        USER % "  name String\n  posts Post[]\n"
        + "\nmodel Post {\n  id Int @id\n  userId Int\n  user User @relation(fields: [userId], references: [id])\n}\n",
    ),
    "a relation of a column that stays": (
        PAIR % ("", "  userId Int\n"),
        PAIR
        % ("  posts Post[]\n", "  userId Int\n  user User @relation(fields: [userId], references: [id])\n"),
    ),
    "a column that carries a relation": (
        PAIR % ("", ""),
        PAIR
        % ("  posts Post[]\n", "  userId Int\n  user User @relation(fields: [userId], references: [id])\n"),
    ),
    "two relations between the same models": (
        PAIR
        % (
            '  written Post[] @relation("author")\n',
            '  a Int\n  author User @relation("author", fields: [a], references: [id])\n',
        ),
        PAIR
        % (
            '  written Post[] @relation("author")\n  read Post[] @relation("reader")\n',
            '  a Int\n  author User @relation("author", fields: [a], references: [id])\n'
            '  r Int\n  reader User @relation("reader", fields: [r], references: [id])\n',
        ),
    ),
    "a relation of a model with itself": (
        USER % "",
        USER
        % '  bossId Int?\n  boss User? @relation("boss", fields: [bossId], references: [id])\n  staff User[] @relation("boss")\n',
    ),
    "an implicit many-to-many": (PAIR % ("", ""), PAIR % ("  posts Post[]\n", "  users User[]\n")),
    "an enum with its column": (USER % "", USER % "  role Role\n" + "\nenum Role {\n  A\n  B\n}\n"),
    "an enum value": (
        USER % "  role Role\n" + "\nenum Role {\n  A\n}\n",
        USER % "  role Role\n" + "\nenum Role {\n  A\n  B\n}\n",
    ),
    "a type, a default and a unique at once": (USER % "  a Int\n", USER % '  a String @default("x")\n'),
}


@pytest.mark.parametrize(("has", "asks"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_only_the_schema_has_goes(has: str, asks: str, ending: str) -> None:
    _, text = _removed(*(part.replace("\n", ending) for part in (has, asks, HEAD)))
    assert text.split() == (HEAD + has).split()
    assert text.count("\r\n") == (text.count("\n") if ending == "\r\n" else 0)


@pytest.mark.parametrize("case", ["a column", "a model", "an index", "a column with its documentation"])
def test_nothing_else_is_touched(case: str) -> None:
    has, asks = CASES[case]
    _, text = _removed(has, asks)
    assert text.replace("\n\n}", "\n}") == HEAD + has


def test_the_lines_that_go_are_told() -> None:
    lines, _ = _removed(*CASES["a column with its documentation"])
    assert lines == (SchemaLines("0.prisma", 7, "", replaces=2, was="  /// in years\n  age Int?"),)
    assert lines[0].removes


def test_an_extension_goes_from_the_list() -> None:
    head = (
        'generator g {\n  provider = "prisma-client-js"\n  previewFeatures = ["postgresqlExtensions"]\n}\n\n'
    )
    source = 'datasource db {\n  provider = "postgresql"\n%s}\n'
    has = head + source % "  extensions = [citext]\n"
    asks = head + source % '  extensions = [citext, uuid_ossp(map: "uuid-ossp")]\n'
    _, text = _removed(has, asks, head="")
    assert text == has
    _, text = _removed(head + source % "", head + source % "  extensions = [citext]\n", head="")
    assert text == head + source % ""


def test_a_key_that_a_model_needs_stays() -> None:
    """Without it the schema would not be valid: there is no line to offer."""
    actual = load([SchemaFile("0.prisma", HEAD + USER % "  a Int @unique\n")], version=LATEST).schema
    asked = load([SchemaFile("0.prisma", HEAD + "model User {\n  key Int @id\n  a Int\n}\n")], version=LATEST)
    found = findings(diff(actual, asked.schema), actual=actual, expected=asked.schema, document=asked)
    after = load(edited(asked, schema_lines(found)), version=LATEST)
    assert after.schema.tables


def _removed(has: str, asks: str, head: str = HEAD) -> tuple[tuple[SchemaLines, ...], str]:
    """The lines for a schema that asks for more than a database built from `has` holds, and its text with them made."""
    actual = load([SchemaFile("0.prisma", head + has)], version=LATEST).schema
    asked = load([SchemaFile("0.prisma", head + asks)], version=LATEST)
    found = findings(diff(actual, asked.schema), actual=actual, expected=asked.schema, document=asked)
    lines = schema_lines(found)
    after = load(edited(asked, lines), version=LATEST)
    assert diff(actual, after.schema).changes == (), after.files[0].text
    return lines, after.files[0].text
