"""What changes from one schema to another: object by object, with Prisma's rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.diff.changes import AlterColumn, Cast, Change, CreateIndex, DropTable
from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Extension, Schema
from prisma_drift.model.values import replace
from prisma_drift.model.version import Version

Models = Callable[..., Schema]


def kinds(changes: tuple[Change, ...]) -> list[str]:
    return [type(change).__name__ for change in changes]


def test_nothing_changes_between_a_schema_and_its_database(models: Models, as_database: Models) -> None:
    text = """
model User {
  id    Int    @id @default(autoincrement())
  email String @unique @db.VarChar(80)
  role  Role   @default(USER)
  tags  Tag[]
}
model Tag {
  id    String @id @default(uuid())
  users User[]
}
enum Role {
  USER
  ADMIN
}
"""
    assert diff(as_database(text), models(text)).changes == ()


def test_a_renamed_table_is_another_table(models: Models) -> None:
    found = diff(models("model A {\n id Int @id\n}"), models("model B {\n id Int @id\n}"))
    assert kinds(found.changes) == ["CreateTable", "DropTable"]


def test_columns_come_and_go_in_order_of_name(models: Models) -> None:
    before = models("model A {\n id Int @id\n z Int\n b Int\n c Int\n}")
    after = models("model A {\n id Int @id\n y Int\n a Int\n c BigInt\n}")
    names = [getattr(c, "column", None) or c.actual for c in diff(before, after).changes]  # type: ignore[union-attr]
    assert [c.name for c in names] == ["b", "z", "a", "y", "c"]


@pytest.mark.parametrize(
    ("before", "after", "cast"),
    [
        ("Int", "BigInt", Cast.SAFE),
        ("String", "Int", Cast.NOT_CASTABLE),
        ("String", "E", Cast.NOT_CASTABLE),
        ("E", "E[]", None),
        ("String[]", "String", Cast.SAFE),
        ("String", "String[]", Cast.NOT_CASTABLE),
        ('Unsupported("point")', "String", Cast.RISKY),
        ('Unsupported("vector(3)")?', 'Unsupported("vector(4)")', None),
    ],
)
def test_how_a_type_changes(models: Models, before: str, after: str, cast: Cast | None) -> None:
    enum = "\nenum E {\n A\n}"
    found = diff(
        models(f"model A {{\n id Int @id\n c {before}\n}}" + enum),
        models(f"model A {{\n id Int @id\n c {after}\n}}" + enum),
    )
    (change,) = found.changes
    assert isinstance(change, AlterColumn)
    assert change.cast is cast


def test_a_key_changes_with_the_type_of_its_column(models: Models) -> None:
    found = diff(models("model A {\n id Int @id\n}"), models("model A {\n id BigInt @id\n}"))
    assert kinds(found.changes) == ["AlterColumn", "DropPrimaryKey", "AddPrimaryKey"]


def test_a_key_with_another_name_is_renamed(models: Models) -> None:
    found = diff(models("model A {\n id Int @id\n}"), models('model A {\n id Int @id(map: "k")\n}'))
    assert kinds(found.changes) == ["RenamePrimaryKey"]


CHILD = "model P {\n id Int @id\n c C[]\n}\nmodel C {\n id Int @id\n p Int%s\n x P%s @relation(fields: [p], references: [id]%s)\n}"


def test_a_foreign_key_is_its_structure(models: Models) -> None:
    plain = models(CHILD % ("", "", ""))
    named = models(CHILD % ("", "", ', map: "other"'))
    optional = models(CHILD % ("?", "?", ""))
    assert kinds(diff(plain, named).changes) == ["RenameForeignKey"]
    assert kinds(diff(plain, optional).changes) == ["AlterColumn", "AddForeignKey", "DropForeignKey"]


def test_foreign_keys_of_join_tables_keep_their_names(models: Models) -> None:
    schema = models("model A {\n id Int @id\n b B[]\n}\nmodel B {\n id Int @id\n a A[]\n}")
    join = schema.tables[2]
    other = replace(join, foreign_keys=tuple(replace(k, name=f"x{k.name}") for k in join.foreign_keys))
    assert diff(replace(schema, tables=(*schema.tables[:2], other)), schema).changes == ()


def test_enum_values_are_a_set(models: Models) -> None:
    before = models("enum E {\n A\n B\n}")
    assert diff(before, models("enum E {\n B\n A\n}")).changes == ()
    (change,) = diff(before, models("enum E {\n C\n A\n}")).changes
    assert (change.added, change.removed) == (("C",), ("B",))  # type: ignore[union-attr]


def test_extensions_are_compared_with_the_preview_feature_alone(models: Models) -> None:
    line, feature = '  extensions = [citext(version: "1.6"), vector]', ("postgresqlExtensions",)
    expected = models("", datasource=line, features=feature)
    had = Schema(extensions=(Extension("citext", "public", "1.5"), Extension("hstore")))
    assert kinds(diff(had, expected).changes) == ["AlterExtension", "CreateExtension"]
    assert diff(had, replace(expected, preview_features=())).changes == ()


def test_what_is_managed_elsewhere_is_left_alone(models: Models) -> None:
    before = models("model A {\n id Int @id\n}\nmodel X {\n id Int @id\n}\nenum E {\n A\n}")
    after = models("model A {\n id Int @id\n}\nmodel Y {\n id Int @id\n a Int @unique\n}\nenum E {\n B\n}")
    rules = Rules(external_tables=frozenset(["public.X", "public.Y"]), external_enums=frozenset(["public.E"]))
    assert diff(before, after, rules).changes == ()
    assert any(isinstance(c, DropTable) for c in diff(before, after).changes)


@pytest.mark.parametrize(
    ("version", "created"),
    [
        (Version(6, 12), ["a", "b", "public"]),
        (Version(6, 19), ["a", "public"]),
        (Version(7, 10), ["a", "public"]),
    ],
)
def test_schemas_that_are_used_are_created(models: Models, version: Version, created: list[str]) -> None:
    line = '  schemas = ["public", "a", "b"]'
    text = 'model A {\n id Int @id\n @@schema("a")\n}\nenum E {\n A\n @@schema("public")\n}'
    found = diff(Schema(default_schema=""), models(text, datasource=line), Rules(version=version))
    assert [c.name for c in found.changes if type(c).__name__ == "CreateSchema"] == created  # type: ignore[union-attr]


def test_the_default_schema_is_created_since_7_1(models: Models) -> None:
    schema = models("model A {\n id Int @id\n}")
    empty = Schema(default_schema="")
    assert kinds(diff(empty, schema, Rules(version=Version(7, 1))).changes)[0] == "CreateSchema"
    assert kinds(diff(empty, schema, Rules(version=Version(7, 0))).changes)[0] == "CreateTable"


def test_indexes_of_a_column_that_is_added_anew_are_created_anew(models: Models) -> None:
    before = models("model A {\n id Int @id\n c String\n @@index([c])\n}")
    after = models("model A {\n id Int @id\n c Int\n @@index([c])\n}")
    (change,) = [c for c in diff(before, after).changes if isinstance(c, CreateIndex)]
    assert change.recreated
