"""Where the catalog knows better than Prisma's text: types, defaults, generated columns, names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.diff.changes import AlterColumn, Diff
from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import CatalogColumn, Schema
from prisma_drift.model.types import DbGenerated
from prisma_drift.model.values import replace

Models = Callable[..., Schema]
MODEL = "model U {\n id Int @id\n c %s\n}"


def with_catalog(schema: Schema, catalog: CatalogColumn | None, **changes: object) -> Schema:
    table = schema.tables[0]
    columns = tuple(replace(c, catalog=catalog, **changes) if c.name == "c" else c for c in table.columns)
    return replace(schema, tables=(replace(table, columns=columns), *schema.tables[1:]))


def said(found: Diff) -> tuple[list[str], list[str]]:
    return [type(c).__name__ for c in found.changes], [n.rule for n in found.notes]


def test_a_default_that_postgres_rewrites(as_database: Models, models: Models) -> None:
    catalog = CatalogColumn("text", default="lower('X'::text)")
    wanted = models(MODEL % "String @default(dbgenerated(\"lower('X')\"))")
    actual = with_catalog(as_database(MODEL % "String"), catalog, default=DbGenerated("lower('X'::text)"))
    assert said(diff(actual, with_catalog(wanted, catalog))) == ([], ["default-same-in-catalog"])
    assert said(diff(actual, with_catalog(wanted, catalog), Rules(faithful=True)))[0] == ["AlterColumn"]
    assert said(diff(actual, wanted))[0] == ["AlterColumn"]


@pytest.mark.parametrize(
    ("found", "wanted", "changes", "notes"),
    [
        ("vector(3)", "vector(1536)", ["AlterColumn"], []),
        ("vector(1536)", "vector(1536)", [], []),
        ("vector(1536)", "vector", [], ["unsupported-type-without-size"]),
        ("vector", "vector(3)", ["AlterColumn"], []),
        ("halfvec(3)", "vector", ["AlterColumn"], []),
    ],
)
def test_unsupported_types_have_their_text(
    as_database: Models, models: Models, found: str, wanted: str, changes: list[str], notes: list[str]
) -> None:
    actual = as_database(MODEL % f'Unsupported("{found}")')
    expected = models(MODEL % f'Unsupported("{wanted}")')
    got = diff(actual, expected)
    assert said(got) == (changes, notes)
    assert all(isinstance(c, AlterColumn) and c.unsupported_text for c in got.changes)
    assert diff(actual, expected, Rules(faithful=True)).changes == ()


def test_the_same_type_under_another_name(as_database: Models, models: Models) -> None:
    actual = with_catalog(as_database(MODEL % "String @db.Uuid"), CatalogColumn("uuid"))
    expected = models(MODEL % 'Unsupported("uuid")')
    assert said(diff(actual, expected)) == ([], ["type-same-in-catalog"])
    assert said(diff(actual, expected, Rules(faithful=True)))[0] == ["AlterColumn"]


@pytest.mark.parametrize(
    ("field", "rules"),
    [
        ("Int", ["generated-column-kept"]),
        ('Int @default(dbgenerated("(id * 2)"))', []),
        ('Int @default(dbgenerated("ID*2"))', ["generated-column-kept"]),
        ('Int @default(dbgenerated("(id * 3)"))', ["generated-expression-differs"]),
    ],
)
def test_a_generated_column_keeps_its_expression(
    as_database: Models, models: Models, field: str, rules: list[str]
) -> None:
    catalog = CatalogColumn("integer", generated="(id * 2)")
    actual = with_catalog(as_database(MODEL % "Int"), catalog, default=DbGenerated("(id * 2)"))
    assert said(diff(actual, models(MODEL % field))) == ([], rules)


def test_an_undeclared_generated_column_stays(as_database: Models, models: Models) -> None:
    catalog = CatalogColumn("integer", generated="(id * 2)")
    actual = with_catalog(as_database(MODEL % "Int"), catalog, default=DbGenerated("(id * 2)"))
    expected = models("model U {\n id Int @id\n}")
    assert said(diff(actual, expected)) == ([], ["would-drop"])
    assert said(diff(actual, expected, Rules(faithful=True)))[0] == ["DropColumn"]


def test_a_table_that_no_schema_can_declare_stays_with_its_enum(as_database: Models, models: Models) -> None:
    actual = as_database("model T {\n id Int @id\n e E\n}\nenum E {\n A\n}\nmodel U {\n id Int @id\n}")
    strange = tuple(replace(t, unmanaged=("extension",) if t.name.name == "T" else ()) for t in actual.tables)
    actual = replace(actual, tables=strange)
    expected = models("model U {\n id Int @id\n}")
    assert said(diff(actual, expected)) == ([], ["enum-still-used", "would-drop"])
    assert said(diff(actual, expected, Rules(faithful=True)))[0] == ["DropEnum", "DropTable"]


def test_names_are_as_postgres_stores_them(as_database: Models, models: Models) -> None:
    text = 'model U {\n id Int @id(map: "p")\n @@map("%s")\n}'
    stored, written = "é" + "t" * 61, "é" + "t" * 70
    actual, expected = as_database(text % stored), models(text % written)
    assert said(diff(actual, expected)) == ([], ["name-cut-by-postgres"])
    assert said(diff(actual, expected, Rules(faithful=True)))[0] == ["CreateTable", "DropTable"]


def test_a_foreign_key_to_the_same_name_elsewhere(as_database: Models, models: Models) -> None:
    text = "model P {\n id Int @id\n c C[]\n}\nmodel C {\n id Int @id\n p Int\n x P @relation(fields: [p], references: [id])\n}"
    actual = as_database(text)
    child = actual.tables[0]
    moved = tuple(replace(k, references=QualifiedName("other", "P")) for k in child.foreign_keys)
    actual = replace(actual, tables=(replace(child, foreign_keys=moved), *actual.tables[1:]))
    assert said(diff(actual, models(text)))[0] == ["AddForeignKey", "DropForeignKey"]
    assert said(diff(actual, models(text), Rules(faithful=True)))[0] == []
