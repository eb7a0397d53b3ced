"""Each kind of difference as a finding: its id, its object, both sides in words, and where it stands."""

from __future__ import annotations

import pytest

from prisma_drift.diff import changes as c
from prisma_drift.diff.compare import Rules, diff
from prisma_drift.findings.findings import Evidence, findings, schema_lines, would_drop
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.report import Finding, Origin
from prisma_drift.model.schema import (
    CatalogColumn,
    CatalogIndex,
    Column,
    Extension,
    Index,
    IndexColumn,
    Schema,
    Table,
    Unmanaged,
)
from prisma_drift.model.types import Arity, ColumnType, Family, NativeType
from prisma_drift.model.values import replace
from prisma_drift.model.version import LATEST, Version
from prisma_drift.psl.load import Document, SchemaFile, load
from prisma_drift.report.pages import page

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
USER = "model User {\n  id Int @id\n%s}\n"
POSTS = USER % "  posts Post[]\n" + "model Post {\n  id Int @id\n  authorId Int\n%s}\n"
TWO = "model A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  as A[]\n}\n"


def document(text: str, version: Version = LATEST) -> Document:
    return load((SchemaFile("schema.prisma", HEAD + text),), version=version)


def found(before: str, after: str, version: Version = LATEST) -> tuple[Finding, ...]:
    """The findings where the migrations build what `before` says and the schema is `after`."""
    actual, expected = document(before, version).schema, document(after).schema
    difference = diff(actual, expected, Rules(version=version))
    return findings(difference, actual=actual, expected=expected, document=document(after))


CASES = {
    "column-missing": (USER % "", USER % "  age Int @default(0)\n", "User.age", "–", "Int @default(0)", 7),
    "column-extra": (USER % "  age Int?\n", USER % "", "User.age", "Int?", "–", 5),
    "column-type": (USER % "  a Json\n", USER % "  a String @db.Uuid\n", "User.a", "JsonB", "Uuid", 7),
    "column-nullability": (USER % "  a Int?\n", USER % "  a Int\n", "User.a", "Int?", "Int", 7),
    "column-default": (
        USER % "  a Int @default(1)\n",
        USER % "  a Int\n",
        "User.a",
        "@default(1)",
        "no default",
        7,
    ),
    "column-autoincrement": (
        USER % "  a Int\n",
        USER % "  a Int @default(autoincrement())\n",
        "User.a",
        "no default",
        "@default(autoincrement())",
        7,
    ),
    "table-missing": (USER % "", USER % "" + "model Tag {\n  id Int @id\n}\n", "Tag", "–", "model Tag", 8),
    "table-extra": (USER % "" + "model Tag {\n  id Int @id\n}\n", USER % "", "Tag", "model Tag", "–", 8),
    "enum-missing": (USER % "", USER % "" + "enum E {\n  A\n  B\n}\n", "E", "–", "A, B", 8),
    "enum-extra": (USER % "" + "enum E {\n  A\n}\n", USER % "", "E", "A", "–", None),
    "enum-value-missing": ("enum E {\n  A\n}\n", "enum E {\n  A\n  B\n}\n", "E.B", "–", "B", 7),
    "enum-value-extra": ("enum E {\n  A\n  B\n}\n", "enum E {\n  A\n}\n", "E.B", "B", "–", 5),
    "index-missing": (
        USER % "",
        USER % "  @@index([id(sort: Desc)])\n",
        "User.User_id_idx",
        "–",
        "@@index([id(sort: Desc)])",
        7,
    ),
    "index-extra": (
        USER % "  @@index([id])\n",
        USER % "",
        "User.User_id_idx",
        "@@index([id])",
        "–",
        5,
    ),
    "index-name": (
        USER % '  @@index([id], map: "x")\n',
        USER % "  @@index([id])\n",
        "User.User_id_idx",
        "x",
        "User_id_idx",
        7,
    ),
    "index-different": (
        USER % "  a Int[]\n  @@index([a], type: Gin)\n",
        USER % "  a Int[]\n  @@index([a])\n",
        "User.User_a_idx",
        "@@index([a], type: Gin)",
        "@@index([a])",
        8,
    ),
    "primary-key-missing": (
        "model User {\n  id Int @unique\n}\n",
        "model User {\n  id Int @id @unique\n}\n",
        "User.User_pkey",
        "–",
        "@id on id",
        6,
    ),
    "primary-key-extra": (
        "model User {\n  id Int @id @unique\n}\n",
        "model User {\n  id Int @unique\n}\n",
        "User.User_pkey",
        "@id on id",
        "–",
        5,
    ),
    "primary-key-different": (
        "model User {\n  a Int\n  b Int\n  @@id([a, b])\n}\n",
        "model User {\n  a Int\n  b Int\n  @@id([b, a])\n}\n",
        "User.User_pkey",
        "@@id([a, b])",
        "@@id([b, a])",
        8,
    ),
    "primary-key-name": (
        'model User {\n  id Int @id(map: "x")\n}\n',
        USER % "",
        "User.User_pkey",
        "x",
        "User_pkey",
        6,
    ),
    "foreign-key-missing": (
        (POSTS % "").replace("  posts Post[]\n", ""),
        POSTS % "  author User @relation(fields: [authorId], references: [id])\n",
        "Post.Post_authorId_fkey",
        "–",
        "authorId → User(id)",
        12,
    ),
    "foreign-key-extra": (
        POSTS % "  author User @relation(fields: [authorId], references: [id])\n",
        (POSTS % "").replace("  posts Post[]\n", ""),
        "Post.Post_authorId_fkey",
        "authorId → User(id)",
        "–",
        8,
    ),
    "foreign-key-different": (
        POSTS % "  author User @relation(fields: [authorId], references: [id], onDelete: Cascade)\n",
        POSTS % "  author User @relation(fields: [authorId], references: [id])\n",
        "Post.Post_authorId_fkey",
        "onDelete: Cascade",
        "onDelete: Restrict",
        12,
    ),
    "foreign-key-name": (
        POSTS % '  author User @relation(fields: [authorId], references: [id], map: "x")\n',
        POSTS % "  author User @relation(fields: [authorId], references: [id])\n",
        "Post.Post_authorId_fkey",
        "x",
        "Post_authorId_fkey",
        12,
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_one_difference_is_one_finding(id: str) -> None:
    before, after, name, actual, expected, line = CASES[id]
    [one] = found(before, after)
    assert (one.id, one.severity, one.object) == (id, "error", f"public.{name}")
    assert (one.actual, one.expected) == (actual, expected)
    assert (one.position.line if one.position else None) == line
    assert one.message.endswith(".")
    assert one.hint.endswith(".")
    assert page(id)


def test_nothing_differs() -> None:
    assert found(TWO, TWO) == ()


def test_a_join_table_of_old_prisma_is_one_finding_that_explains_the_upgrade() -> None:
    actual, expected = document(TWO, Version(5, 22)).schema, document(TWO).schema
    difference = diff(actual, expected, Rules(version=Version(6)))
    [one] = findings(difference, actual=actual, expected=expected)
    assert (one.id, one.object) == ("join-table-key", "public._AToB._AToB_AB_pkey")
    assert "6.0" in one.message
    assert one.model == ""
    assert page(one.id)


def test_a_new_table_is_one_finding_with_its_indexes_and_keys() -> None:
    found_ = found(
        USER % "",
        POSTS % "  author User @relation(fields: [authorId], references: [id])\n  @@index([authorId])\n",
    )
    assert [one.id for one in found_] == ["table-missing"]


def test_an_extra_table_is_one_finding_with_its_indexes_and_keys() -> None:
    text = POSTS % "  author User @relation(fields: [authorId], references: [id])\n  @@index([authorId])\n"
    assert [one.id for one in found(text, USER % "")] == ["table-extra"]


def test_an_implicit_relation_is_named_by_its_two_ends() -> None:
    without = TWO.replace("  bs B[]\n", "").replace("  as A[]\n", "")
    [one] = found(without, TWO)
    assert (one.id, one.object, one.expected) == ("table-missing", "public._AToB", "A[] ↔ B[]")


def test_a_column_that_prisma_would_recreate_is_one_finding() -> None:
    before = USER % "  a String\n  @@index([a])\n"
    [one] = found(before, before.replace("a String", "a Int"))
    assert one.id == "column-type"
    assert "drop the column" in one.hint


def test_keys_rebuilt_only_for_a_type_are_not_findings_of_their_own() -> None:
    before = POSTS % "  author User @relation(fields: [authorId], references: [id])\n"
    after = before.replace("id Int @id", "id BigInt @id").replace("authorId Int", "authorId BigInt")
    assert [(one.id, one.object) for one in found(before, after)] == [
        ("column-type", "public.User.id"),
        ("column-type", "public.Post.id"),
        ("column-type", "public.Post.authorId"),
    ]


def test_all_that_differs_of_a_column_is_one_finding_under_the_gravest_id() -> None:
    [one] = found(USER % '  a String? @default("x")\n', USER % "  a String @db.VarChar(9)\n")
    assert one.id == "column-type"
    assert (one.actual, one.expected) == ('Text NULL @default("x")', "VarChar(9) NOT NULL no default")
    for fact in ("`Text`", "`VarChar(9)`", "allows NULL", "required", '`"x"`', "no default"):
        assert fact in one.message


def vector(text: str) -> Schema:
    id_ = Column("id", ColumnType(Family.INT, Arity.REQUIRED, NativeType("Integer")))
    column = Column(
        "v", ColumnType(Family.UNSUPPORTED, Arity.NULLABLE, text=text), catalog=CatalogColumn(text)
    )
    return Schema(tables=(Table(QualifiedName("public", "T"), (id_, column)),))


@pytest.mark.parametrize(
    ("before", "after", "id"),
    [
        ("vector(3)", "vector(1536)", "vector-dimension"),
        ("vector", "vector(1536)", "vector-dimension"),
        ("halfvec(3)", "vector(3)", "column-type"),
        ("tsvector", "vector(3)", "column-type"),
    ],
)
def test_a_vector_of_another_size(before: str, after: str, id: str) -> None:
    actual, expected = vector(before), vector(after)
    [one] = findings(diff(actual, expected), actual=actual, expected=expected)
    assert (one.id, one.actual, one.expected) == (id, before, after)
    assert page(id)


def test_extensions_and_schemas() -> None:
    schema = Schema()
    wanted = Extension("vector", "extensions", "0.8")
    had = Extension("vector", "public", "0.7")
    cases: list[tuple[tuple[c.Change, ...], str, str, str]] = [
        ((c.CreateExtension(wanted),), "extension-missing", "–", "vector"),
        (
            (c.AlterExtension(had, wanted),),
            "extension-different",
            "schema public, version 0.7",
            "schema extensions, version 0.8",
        ),
        (
            (c.DropExtension(had), c.CreateExtension(wanted)),
            "extension-different",
            "schema public, version 0.7",
            "schema extensions, version 0.8",
        ),
    ]
    for changes, id, before, after in cases:
        [one] = findings(c.Diff(changes), actual=schema, expected=schema)
        assert (one.id, one.object, one.actual, one.expected) == (id, "vector", before, after)
    [one] = findings(c.Diff((c.CreateSchema("audit"),)), actual=schema, expected=schema)
    assert (one.id, one.object, one.expected) == ("schema-missing", "audit", "audit")


def test_a_name_taken_by_an_index_that_cannot_be_declared() -> None:
    catalog = CatalogIndex("CREATE INDEX …", "btree", unmanaged=("partial",))
    partial = Index("User_id_idx", (IndexColumn("id", "asc"),), predicate="(id > 0)", catalog=catalog)
    expected = document(USER % "  @@index([id])\n").schema
    actual = replace(expected, tables=(replace(expected.tables[0], indexes=(partial,)),))
    change = c.CreateIndex(expected.tables[0], expected.tables[0].indexes[0], actual.tables[0])
    [one] = findings(c.Diff((change,)), actual=actual, expected=expected)
    assert one.id == "index-different"
    assert "partial" in one.message
    assert one.actual == "@@index([id]) where (id > 0)"


def test_findings_are_sorted_and_carry_what_the_migrations_did() -> None:
    before, after = USER % "  a Int\n", USER % "  b Int\n  c Int\n"
    actual, expected = document(before).schema, document(after).schema
    dropped = Origin("2024_x", "m/2024_x/migration.sql", 3, "dropped")
    result = findings(
        diff(actual, expected),
        actual=actual,
        expected=expected,
        origins={"public.User.b": dropped},
    )
    assert [one.object for one in result] == ["public.User.a", "public.User.b", "public.User.c"]
    assert [one.origin for one in result] == [None, dropped, None]
    assert result[1].message.endswith("Migration `2024_x` dropped it.")


def test_the_evidence_says_which_mend_comes_first() -> None:
    before, after = USER % "  a Int\n", USER % ""
    doc = document(after)
    actual = document(before).schema
    difference = diff(actual, doc.schema)

    def first(evidence: dict[str, Evidence]) -> tuple[str, str]:
        [one] = findings(difference, actual=actual, expected=doc.schema, document=doc, evidence=evidence)
        assert {mend.kind for mend in one.mends} == {"sql", "schema"}
        return one.mends[0].kind, one.mends[0].why

    assert first({}) == ("sql", "")
    assert first({"public.User.a": Evidence("schema", "because")}) == ("schema", "because")


def test_what_is_kept_is_no_finding_and_what_is_accepted_is_a_note() -> None:
    kept = Unmanaged("index", "public.v_hnsw", "CREATE INDEX …", "public.User", ("hnsw",))
    actual = Schema(unmanaged=(kept, replace(kept, name="public.other")))
    expected = document(USER % "  a Int\n").schema
    difference = c.Diff(
        (),
        (
            c.Note("would-drop", "public.v_hnsw", "…"),
            c.Note("type-same-in-catalog", "public.User.a", "Same."),
        ),
    )
    assert would_drop(difference, actual) == (kept,)
    [note] = findings(difference, actual=actual, expected=expected)
    assert (note.id, note.severity, note.model) == ("type-same-in-catalog", "note", "User")
    assert note.position is not None
    assert note.position.line == 7
    assert page(note.id)


def test_schema_lines_are_merged_in_order() -> None:
    result = found(USER % "  a Int\n  b Int\n" + "enum E {\n  A\n}\n", USER % "")
    lines = schema_lines(result)
    assert [(one.after_line, one.text) for one in lines] == [
        (6, "  a  Int"),
        (6, "  b  Int"),
        (7, "\nenum E {\n  A\n}"),
    ]
