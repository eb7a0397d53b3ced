"""What each line of a schema asks of the database, by values."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import (
    Column,
    ForeignKey,
    Index,
    IndexColumn,
    Opclass,
    PrimaryKey,
    Schema,
    Table,
)
from prisma_drift.model.source import Position
from prisma_drift.model.types import (
    Arity,
    ColumnType,
    DateTimeText,
    DbGenerated,
    EnumLabel,
    Family,
    JsonText,
    NativeType,
    Now,
    PrismaLevel,
    Sequence,
    Value,
)
from prisma_drift.model.version import Version
from prisma_drift.psl.load import Document

Documents = Callable[..., Document]
BARE = 'datasource db {\n  provider = "postgresql"\n}\n'


def table(schema: Schema, name: str, namespace: str = "public") -> Table:
    found = schema.table(QualifiedName(namespace, name))
    assert found is not None, [str(t.name) for t in schema.tables]
    return found


def column(document: Documents, line: str, before: str = "") -> Column:
    """The column of field x."""
    schema = document(f"{before}model A {{\n  id Int @id\n  {line}\n}}\n").schema
    found = table(schema, "A").column("x")
    assert found is not None
    return found


def test_a_small_schema_whole(document: Documents) -> None:
    body = (
        'enum Role {\n  USER\n  ADMIN @map("admin")\n}\n'
        "model User {\n  id    Int    @id @default(autoincrement())\n"
        '  email String @unique @map("e_mail")\n  role  Role   @default(ADMIN)\n  posts Post[]\n}\n'
        "model Post {\n  id     Int  @id\n  userId Int\n"
        "  user   User @relation(fields: [userId], references: [id], onDelete: Cascade)\n"
        '\n  @@index([userId])\n  @@map("posts")\n}\n'
    )
    schema = document(body, header=BARE).schema

    def at(line: int, at_column: int = 1) -> Position:
        return Position("schema.prisma", line + 3, at_column)

    required = Arity.REQUIRED
    integer = ColumnType(Family.INT, required, NativeType("Integer"))
    role = ColumnType(Family.ENUM, required, enum=QualifiedName("public", "Role"))
    user, post = schema.tables
    assert [(e.model, e.values, e.position, e.value_positions) for e in schema.enums] == [
        ("Role", ("USER", "admin"), at(1), (at(2, 3), at(3, 3)))
    ]
    assert user == Table(
        name=QualifiedName("public", "User"),
        columns=(
            Column("id", integer, Sequence(), autoincrement=True, position=at(6, 3), field="id"),
            Column(
                "e_mail",
                ColumnType(Family.STRING, required, NativeType("Text")),
                position=at(7, 3),
                field="email",
            ),
            Column("role", role, Value(EnumLabel("admin")), position=at(8, 3), field="role"),
        ),
        primary_key=PrimaryKey("User_pkey", ("id",), at(6, 16)),
        indexes=(Index("User_e_mail_key", (IndexColumn("e_mail"),), unique=True, position=at(7, 16)),),
        position=at(5),
        model="User",
    )
    assert post.name == QualifiedName("public", "posts")
    assert post.indexes == (Index("posts_userId_idx", (IndexColumn("userId"),), position=at(16, 3)),)
    assert post.foreign_keys == (
        ForeignKey(
            "posts_userId_fkey",
            ("userId",),
            QualifiedName("public", "User"),
            ("id",),
            on_delete="CASCADE",
            on_update="CASCADE",
            position=at(14, 3),
        ),
    )


@pytest.mark.parametrize(
    ("line", "family", "native"),
    [
        ("x Int", Family.INT, NativeType("Integer")),
        ("x BigInt", Family.BIGINT, NativeType("BigInt")),
        ("x Float", Family.FLOAT, NativeType("DoublePrecision")),
        ("x Decimal", Family.DECIMAL, NativeType("Decimal", (65, 30))),
        ("x Boolean", Family.BOOLEAN, NativeType("Boolean")),
        ("x String", Family.STRING, NativeType("Text")),
        ("x DateTime", Family.DATETIME, NativeType("Timestamp", (3,))),
        ("x Bytes", Family.BYTES, NativeType("ByteA")),
        ("x Json", Family.JSON, NativeType("JsonB")),
        ("x String @db.VarChar", Family.STRING, NativeType("VarChar")),
        ("x String @db.Char(7)", Family.STRING, NativeType("Char", (7,))),
        ("x Decimal @db.Decimal(5, 2)", Family.DECIMAL, NativeType("Decimal", (5, 2))),
    ],
)
def test_types(document: Documents, line: str, family: Family, native: NativeType) -> None:
    assert column(document, line).type == ColumnType(family, Arity.REQUIRED, native)


def test_arity_and_unsupported_types(document: Documents) -> None:
    assert column(document, "x Int?").type.arity is Arity.NULLABLE
    assert column(document, "x Int[]").type.arity is Arity.LIST
    found = column(document, 'x Unsupported("vector(3)")?').type
    assert found == ColumnType(Family.UNSUPPORTED, Arity.NULLABLE, text="vector(3)")


@pytest.mark.parametrize(
    ("line", "default"),
    [
        ("x Int @default(-5)", Value(-5)),
        ("x Float @default(1.50)", Value(Decimal("1.50"))),
        ("x Float @default(-0)", Value(Decimal(0))),
        ('x Decimal @default("1e-10")', Value(Decimal("0.0000000001"))),
        ('x Decimal @default("1E5")', Value(Decimal(100000))),
        ("x Boolean @default(true)", Value(True)),
        ('x String @default("it\'s")', Value("it's")),
        ('x Json @default("{\\"a\\": 1}")', Value(JsonText('{"a": 1}'))),
        ('x Bytes @default("aGk=")', Value(b"hi")),
        (
            'x DateTime @default("2020-03-19T14:21:00.120+02:00")',
            Value(DateTimeText("2020-03-19 14:21:00.120 +02:00")),
        ),
        ("x DateTime @default(now())", Now()),
        ("x Int @default(autoincrement())", Sequence()),
        ("x Int @default(dbgenerated())", DbGenerated(None)),
        ('x Int @default(dbgenerated("f(1)"))', DbGenerated("f(1)")),
        ("x String @default(uuid())", PrismaLevel("uuid")),
        ("x DateTime @updatedAt", PrismaLevel("updatedAt")),
        ("x DateTime @default(now()) @updatedAt", Now()),
        ("x Int[] @default([])", Value(())),
        ('x String[] @default(["a", "b"])', Value(("a", "b"))),
        ("x Int", None),
    ],
)
def test_defaults(document: Documents, line: str, default: object) -> None:
    found = column(document, line)
    assert found.default == default
    assert found.autoincrement is isinstance(default, Sequence)


def test_decimal_defaults_keep_their_digits(document: Documents) -> None:
    def printed(text: str) -> str:
        default = column(document, f'x Decimal @default("{text}")').default
        assert isinstance(default, Value)
        return str(default.value)

    assert [printed(t) for t in ("1.50", "1E5", "00.5", "-.5", "5.", "+1_000", "1.23e1")] == [
        "1.50",
        "100000",
        "0.5",
        "-0.5",
        "5",
        "1000",
        "12.3",
    ]


def test_indexes_come_as_field_uniques_then_indexes_then_uniques(document: Documents) -> None:
    body = (
        'model A {\n  id Int @id\n  @@unique([a, b])\n  a Int @unique(map: "u")\n  @@index([b])\n  b Int @unique\n'
        '  @@index([a], name: "i")\n}\n'
    )
    found = table(document(body).schema, "A").indexes
    assert [index.name for index in found] == ["u", "A_b_key", "A_b_idx", "i", "A_a_b_key"]


def test_index_details(document: Documents) -> None:
    body = (
        'model A {\n  id Int @id @map("ID")\n  j Json\n  s String\n'
        "  @@index([id(sort: Desc), s(sort: Asc)])\n"
        '  @@index([j(ops: JsonbPathOps)], type: Gin, map: "g")\n'
        '  @@index([j(ops: JsonbOps)], type: Gin, map: "h")\n'
        '  @@index([s(ops: raw("gin_trgm_ops"))], type: Gin, map: "t")\n'
        '  @@unique([s], where: { id: { not: null }, s: "it\'s" }, map: "w")\n'
        '  @@index([s], where: raw("lower(s) = \'x\'"), map: "r")\n}\n'
    )
    first, path, ops, trigram, raw, where = table(document(body).schema, "A").indexes
    assert first.columns == (IndexColumn("ID", "desc"), IndexColumn("s", "asc"))
    assert path.method == "gin" and path.columns[0].opclass == Opclass("jsonb_path_ops")
    assert ops.columns[0].opclass == Opclass("jsonb_ops", default=True)
    assert trigram.columns[0].opclass == Opclass("gin_trgm_ops", raw=True)
    assert raw.predicate == "lower(s) = 'x'"
    assert where.unique and where.predicate == "\"ID\" IS NOT NULL AND \"s\" = 'it''s'"


def test_referential_actions_follow_the_columns_not_the_relation_field(document: Documents) -> None:
    body = (
        "model A {\n  id Int @id\n  n Int\n  m Int?\n"
        '  x B? @relation("x", fields: [n], references: [id])\n'
        '  y B? @relation("y", fields: [m], references: [id], onUpdate: SetDefault)\n}\n'
        'model B {\n  id Int @id\n  xs A[] @relation("x")\n  ys A[] @relation("y")\n}\n'
    )
    x, y = table(document(body).schema, "A").foreign_keys
    assert (x.on_delete, x.on_update) == ("RESTRICT", "CASCADE")
    assert (y.on_delete, y.on_update) == ("SET NULL", "SET DEFAULT")


MANY_TO_MANY = (
    "model Tag {\n  id String @id\n  posts Post[]\n}\n"
    "model Post {\n  id Int @id @default(autoincrement())\n  tags Tag[]\n}\n"
)


def test_many_to_many_has_a_table_of_its_own(document: Documents) -> None:
    found = document(MANY_TO_MANY).schema.tables[-1]
    assert (found.name.name, found.join_table, found.model) == ("_PostToTag", True, "")
    assert [(c.name, str(c.type.native), c.autoincrement) for c in found.columns] == [
        ("A", "Integer", False),
        ("B", "Text", False),
    ]
    assert found.primary_key == PrimaryKey("_PostToTag_AB_pkey", ("A", "B"))
    assert [(i.name, i.unique) for i in found.indexes] == [("_PostToTag_B_index", False)]
    assert [(k.name, k.references.name, k.on_delete) for k in found.foreign_keys] == [
        ("_PostToTag_A_fkey", "Post", "CASCADE"),
        ("_PostToTag_B_fkey", "Tag", "CASCADE"),
    ]


def test_many_to_many_before_6_had_a_unique_index_instead_of_a_key(document: Documents) -> None:
    found = document(MANY_TO_MANY, header=BARE, version=Version(5, 22)).schema.tables[-1]
    assert found.primary_key is None
    assert [(i.name, i.unique) for i in found.indexes] == [
        ("_PostToTag_AB_unique", True),
        ("_PostToTag_B_index", False),
    ]


def test_relation_mode_prisma_has_no_foreign_keys(document: Documents) -> None:
    header = 'datasource db {\n  provider = "postgresql"\n  relationMode = "prisma"\n}\n'
    schema = document(MANY_TO_MANY, header=header).schema
    assert schema.relation_mode == "prisma"
    assert all(not found.foreign_keys for found in schema.tables)


def test_views_and_relations_to_them_leave_no_trace(document: Documents) -> None:
    body = (
        "model A {\n  id Int @id\n  v V?\n}\n"
        "view V {\n  aId Int @unique\n  a A @relation(fields: [aId], references: [id])\n}\n"
    )
    (found,) = document(body).schema.tables
    assert found.name.name == "A" and found.foreign_keys == ()


def test_ignored_models_and_fields_are_in_the_database_all_the_same(document: Documents) -> None:
    body = "model A {\n  id Int @id\n  x Int @ignore\n}\nmodel B {\n  y Int\n  @@ignore\n}\n"
    assert [(t.name.name, len(t.columns)) for t in document(body).schema.tables] == [("A", 2), ("B", 1)]


def test_schemas(document: Documents) -> None:
    header = 'datasource db {\n  provider = "postgresql"\n  schemas = ["one", "auth"]\n}\n'
    body = (
        'enum E {\n  a\n  @@schema("auth")\n}\n'
        'model U {\n  id Int @id\n  e E\n  ps P[]\n  @@schema("auth")\n}\n'
        'model P {\n  id Int @id\n  us U[]\n  @@schema("one")\n}\n'
    )
    schema = document(body, header=header).schema
    assert schema.schemas == ("auth", "one")
    assert [str(t.name) for t in schema.tables] == ["auth.U", "one.P", "one._PToU"]
    assert all(t.explicit_schema for t in schema.tables)
    assert table(schema, "U", "auth").columns[1].type.enum == QualifiedName("auth", "E")


def test_without_schemas_everything_is_in_the_default_one(document: Documents) -> None:
    schema = document("model A {\n  id Int @id\n}\n", default_schema="app").schema
    assert schema.default_schema == "app"
    assert str(schema.tables[0].name) == "app.A" and not schema.tables[0].explicit_schema
