"""A difference in Prisma's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import Version
from prisma_drift.plan.summary import summary

Models = Callable[..., Schema]


def test_nothing(models: Models) -> None:
    schema = models("model A {\n id Int @id\n}")
    assert summary(diff(schema, schema), schema, schema) == "No difference detected.\n"


def test_every_section(models: Models) -> None:
    before = models(
        'model A {\n id Int @id\n s String? @default("a\\"b")\n e E\n gone Int @unique\n t Int\n}\n'
        "model Old {\n id Int @id\n}\nenum E {\n X\n Y\n}\nenum Gone {\n Z\n}"
    )
    after = models(
        "model A {\n id Int\n s String\n e E\n t String[]\n n Int @default(autoincrement())\n @@id([id, s])\n @@index([s])\n}\n"
        "model New {\n id Int @id\n}\nenum E {\n Y\n W\n}\nenum Come {\n Z\n}"
    )
    assert summary(diff(before, after), before, after) == (
        r"""
[+] Added enums
  - Come

[+] Added tables
  - New

[-] Removed enums
  - Gone

[-] Removed tables
  - Old

[*] Changed the `E` enum
  [+] Added variant `W`
  [-] Removed variant `X`

[*] Changed the `A` table
  [-] Removed unique index on columns (gone)
  [-] Dropped the primary key on columns (id)
  [-] Removed column `gone`
  [+] Added column `n`
  [*] Altered column `s` (changed from Nullable to Required, default changed from `Some(Value(String("a\"b")))` to `None`)
  [*] Column `t` would be dropped and recreated (changed from Required to List, type changed)
  [+] Added primary key on columns (id, s)
)
  [+] Added index on columns (s)
"""
    )


@pytest.mark.parametrize("version", [Version(6, 19, 0), Version(6, 19, 1)])
def test_new_schemas_and_extensions(models: Models, version: Version) -> None:
    line = '  extensions = [citext, vector]\n  schemas = ["a", "b"]'
    text = 'enum E {\n X\n @@schema("a")\n}\nenum F {\n X\n @@schema("b")\n}'
    expected = models(text, datasource=line, features=("postgresqlExtensions",))
    rules = Rules(version=version)
    schemas = "\n[+] Added Schemas\n  - a\n  - b\n" if version.patch else ""
    assert summary(diff(Schema(), expected, rules), Schema(), expected, rules) == (
        "\n[+] Added extensions\n  - citext\n\n[+] Added extensions\n  - vector\n"
        + schemas
        + "\n[+] Added enums\n  - E\n  - F\n"
    )
