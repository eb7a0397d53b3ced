"""One case for each rule on names, types, attributes and whole schemas: the line, and words of the message.

Every case stands as Prisma 7.10 answers it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

Refusals = Callable[..., list[tuple[int, str]]]

LONG = "x" * 64


def model(*lines: str) -> str:
    """Model A with an id on its second line, then the lines given."""
    return "model A {\n  id Int @id\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def plain(*lines: str) -> str:
    """Model A with nothing but the lines given."""
    return "model A {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def pair(forward: str, back: str, *more: str) -> str:
    """A (fields from line 3) pointing to B, which points back."""
    extra = "".join(f"  {line}\n" for line in more)
    return f"model A {{\n  id Int @id\n  {forward}\n  bId Int\n{extra}}}\nmodel B {{\n  id Int @id\n  {back}\n}}\n"


B_MODEL = "model B {\n  id Int @id\n  x Int\n  as A[]\n}\n"

NAMES = [
    ("model 1A {\n  id Int @id\n}\n", 1, "The name of a Model must not start with a number."),
    ("model A-b {\n  id Int @id\n}\n", 1, "The character `-` is not allowed in Model names."),
    ("enum E-b {\n  x\n}\n", 1, "The character `-` is not allowed in Enum names."),
    ("enum E {\n  1\n}\n", 2, "The name of a Enum Value must not start with a number."),
    (model("a-b Int"), 3, "The character `-` is not allowed in Field names."),
    (model("a Int @d-b.Text"), 3, "The character `-` is not allowed in Attribute names."),
    ("view v-w {\n  id Int\n}\n", 1, "The character `-` is not allowed in view names."),
    ("model Int {\n  id Int @id\n}\n", 1, '"Int" is a reserved scalar type name and cannot be used.'),
    ("model PrismaClient {\n  id Int @id\n}\n", 1, "The model name `PrismaClient` is invalid."),
    ("enum delete {\n  x\n}\n", 1, "The enum name `delete` is invalid. It is a reserved name."),
    (model() + model(), 4, 'The model "A" cannot be defined because a model with that name already exists.'),
    (model() + "enum A {\n  x\n}\n", 4, 'The enum "A" cannot be defined because a model with that name'),
    (model("x Int", "x String"), 4, 'Field "x" is already defined on model "A".'),
    ("enum E {\n  x\n  x\n}\n", 3, 'Value "x" is already defined on enum "E".'),
    ("enum E {\n}\n", 1, "An enum must have at least one value."),
]

TYPES = [
    (model("x Foo"), 3, 'Type "Foo" is neither a built-in type, nor refers to another model'),
    (model("x string"), 3, 'Did you mean "String"?'),
    (model("x a"), 3, 'Did you mean "A"?'),
    ("type T {\n  a A\n}\n" + model(), 2, "Relation fields inside composite types are not supported."),
    ("type T {\n  a Int\n}\n" + model("t T"), 1, "Composite types are not supported on Postgres."),
]

ATTRIBUTES = [
    (model("x Int @foo"), 3, 'Attribute not known: "@foo".'),
    (model("@@foo"), 3, 'Attribute not known: "@foo".'),
    (model('x Int @map("a") @map("b")'), 3, 'Attribute "@map" can only be defined once.'),
    (model("x String @db.Text @db.Uuid"), 3, 'Attribute "@db" can only be defined once.'),
    (model("x Int @map"), 3, 'Argument "name" is missing.'),
    (model("x Int @map(1)"), 3, "Expected a string value, but received numeric value `1`."),
    (model('x Int @map("a", "b")'), 3, 'Did you mean `["a", "b"]`?'),
    (model('x Int @map("a", name: "b")'), 3, 'Argument "name" is already specified as unnamed argument.'),
    (model('x Int @map(name: "a", name: "b")'), 3, 'Argument "name" is already specified.'),
    (model('x Int @map("a", foo: 1)'), 3, "No such argument."),
    (model('x Int @map("a",)'), 3, "Trailing commas are not valid in attribute arguments"),
    (model("x Int @map(name:)"), 3, "The `name` argument is missing a value."),
    (model('x Int @map("y")', 'z Int @map("y")'), 4, 'Field "z" is already defined on model "A".'),
    (model("x Int", 'z Int @map("x")'), 4, 'Field "z" is already defined on model "A".'),
    (model("x Int @updatedAt"), 3, "Fields that are marked with @updatedAt must be of type DateTime."),
    (model("x DateTime[] @updatedAt"), 3, "Fields that are marked with @updatedAt cannot be lists."),
    (model('x Unsupported("t") @ignore'), 3, "Fields of type `Unsupported` cannot take an `@ignore`"),
    (model("x Int @ignore", "@@ignore"), 3, "Fields on an already ignored Model do not need an `@ignore`"),
    (model('x Int @relation("a")'), 3, "Invalid field type, not a relation."),
    (model('@@schema("a")'), 3, "This schema is not defined in the datasource."),
    (model("@@shardKey([id])"), 3, "Defining shard keys requires enabling the `shardKeys` preview feature"),
    ("type T {\n  a Int @default(dbgenerated())\n}\n" + model(), 2, "cannot have `dbgenerated()` as default"),
    ('type T {\n  a Int @default(1, map: "x")\n}\n' + model(), 2, "not allowed on a composite type field"),
]

KEYS = [
    (plain("x Int"), 1, "Each model must have at least one unique criteria that has only required fields."),
    (plain("x Int? @unique"), 1, "not considered as they contain fields that are not required:\n- x"),
    (plain('x Unsupported("t") @unique'), 1, "Each model must have at least one unique criteria"),
    (plain("id Int @id", "x Int @id"), 1, "At most one field must be marked as the id field"),
    (plain("id Int? @id"), 2, "Fields that are marked as id must be required."),
    (model("x Int", "@@id([x])"), 1, "You can't have `@id` and `@@id` at the same time."),
    (plain("a Int", "@@id([b])"), 3, "The multi field id declaration refers to the unknown field `b`."),
    (plain("a Int", "b Int?", "@@id([a, b])"), 4, "refers to the optional field `b`"),
    (plain("a Int", "@@id([a, a])"), 3, "refers to the field a multiple times."),
    (plain("a Int @unique", "@@id([])"), 3, "The list of fields in an `@@id()` attribute cannot be empty."),
    (plain("id Int @id(sort: Desc)"), 2, "The sort argument is not supported in the primary key"),
    (plain("id Int @id(length: 3)"), 2, "The length argument is not supported in the primary key"),
    (
        plain("id Int @id(clustered: true)"),
        2,
        "Defining clustering is not supported in the current connector.",
    ),
    (plain("a Int", "b Int", "a_b Int", "@@id([a, b])"), 5, "The field `a_b` clashes with the `@@id`"),
    (
        plain("a Int", "b Int", '@@id([a, b], name: "a")'),
        1,
        "specified for the `@@id` attribute is already used",
    ),
    (plain("a Int", "b Int", '@@id([a, b], name: "a b")'), 4, "only allows for the following characters"),
    (plain(f'id Int @id(map: "{LONG}")'), 2, "is too long for your chosen provider"),
    (plain('id Int @id(map: "")'), 2, "The `map` argument cannot be an empty string."),
    (model("@@unique([x])"), 3, "The unique index definition refers to the unknown fields: x."),
    (model("@@index([])"), 3, "The list of fields in an index cannot be empty."),
    (model("@@index"), 3, 'Argument "fields" is missing.'),
    (model('@@index(["id"])'), 3, "Expected a constant literal value, but received string value"),
    (model('@@index([id], name: "a", map: "b")'), 3, "It does not accept both though."),
    (model('@@index([id], map: "i")', '@@index([id], map: "i")'), 3, "The given constraint name `i`"),
    (model("@@index([id], type: Foo)"), 3, "Unknown index type: Foo."),
    (model("@@index([id(sort: Up)])"), 3, "Unexpected token. Expected one of: Asc, Desc"),
    (model("@@index([id(length: 3)])"), 3, "The length argument is not supported in an index definition"),
    (model("@@index([id(sort: Desc)], type: Hash)"), 3, "Hash type does not support sort option."),
    (model("@@index([id], clustered: true)"), 3, "Defining clustering is not supported"),
    (model("@@fulltext([id])"), 3, "Defining fulltext indexes is not supported"),
    (
        model("x Int", "y Int", "x_y Int", "@@unique([x, y])"),
        6,
        "The field `x_y` clashes with the `@@unique`",
    ),
    (model("x Int", '@@unique([x], name: "x")'), 1, "The custom name `x` specified for the `@@unique`"),
    (
        model("x Int", '@@unique([x, id], name: "n")', '@@unique([id, x], name: "n")'),
        4,
        "has to be unique on the model",
    ),
]

OPERATOR_CLASSES = [
    (model("@@index([id(ops: Foo)])"), 3, "Invalid operator class: Foo"),
    (model("@@index([id(ops: raw())])"), 3, "Wrong number of arguments. Expected: 1, got: 0"),
    (model("@@index([id(ops: raw(1))])"), 3, "Invalid parameter type: expected string"),
    (model("@@index([id(ops: JsonbOps)])"), 3, "is not supported with the `BTree` index type."),
    (
        model('@@unique([id(ops: raw("x"))])'),
        3,
        "Operator classes can only be defined to fields in an @@index",
    ),
    (model("@@index([id], type: Gin)"), 3, "The Gin index type does not support the type of the field `id`."),
    (
        model("@@index([id(ops: JsonbOps)], type: Gin)"),
        3,
        "points to the field `id` that is not of Json type.",
    ),
    (model("@@index([id(ops: ArrayOps)], type: Gin)"), 3, "expects the type of field `id` to be an array."),
    (
        model("x Json @db.Json", "@@index([x], type: Gin)"),
        4,
        "field type `Json` has no default operator class.",
    ),
    (
        model("x String", "@@index([x(ops: InetOps)], type: Gist)"),
        4,
        "expects the field `x` to define a valid native type.",
    ),
    (
        model("x Bytes", "@@index([x, id], type: SpGist)"),
        4,
        "The SpGist index type does not support the type",
    ),
    (
        model("x String", "y String", "@@index([x, y], type: SpGist)"),
        5,
        "SpGist does not support multi-column indices.",
    ),
    (model("x Boolean", "@@index([x], type: Brin)"), 4, "The Brin index type does not support the type"),
    (
        model("x DateTime @db.Date", "@@index([x(ops: TimeMinMaxOps)], type: Brin)"),
        4,
        "does not support native type `Date`",
    ),
    (
        model("x String @db.Xml", "@@index([x])"),
        3,
        "You cannot define an index on fields with native type `Xml`",
    ),
    (model("x String @db.Xml @unique"), 3, "Native type `Xml` cannot be unique in Postgres."),
]

PARTIAL = [
    (model('@@index([id], where: "x")'), 3, "Expected a function value, but received string value"),
    (model("@@index([id], where: {})"), 3, "The `where` argument cannot be an empty object."),
    (model('@@index([id], where: raw(""))'), 3, "The `where` argument cannot contain an empty string."),
    (model("@@index([id], where: raw())"), 3, "must be a raw() function with a string argument"),
    (model("@@index([id], where: { x: 1 })"), 3, "Field 'x' does not exist in model 'A'."),
    (model("@@index([id], where: { id: true })"), 3, "field 'id' is of type Int, but the value is Boolean."),
    (model('@@index([id], where: { id: "x" })'), 3, "field 'id' is of type Int, but the value is a String."),
    (model("@@index([id], where: { id: { eq: 1 } })"), 3, "Only 'not' is supported."),
    (model("@@index([id], where: { id: foo })"), 3, "Invalid value 'foo' in where clause."),
]

DEFAULTS = [
    (model('x Int @default("a")'), 3, 'Expected a Int value, but found `"a"`.'),
    (model("x Int @default(1.5)"), 3, '"1.5" is not a valid integer. (invalid digit found in string)'),
    (model("x Int @default(9223372036854775808)"), 3, "number too large to fit in target type"),
    (model("x Boolean @default(yes)"), 3, "A boolean literal must be `true` or `false`."),
    (model("x Int[] @default(1)"), 3, "The default value of a list field must be a list."),
    (model("x Int @default([1])"), 3, "The default value of a non-list field cannot be a list."),
    (
        model('x Json @default("{")'),
        3,
        "is not a valid JSON string. (EOF while parsing an object at line 1 column 1)",
    ),
    (model('x Bytes @default("aGl=")'), 3, "is not a valid base64 string."),
    (model('x DateTime @default("2020-02-30T00:00:00Z")'), 3, "(input is out of range)"),
    (model('x Decimal @default("1,5")'), 3, '"1,5" is not a valid decimal. (invalid digit found in string)'),
    (model("x Int @default(foo())"), 3, "Unknown function in @default(): `foo` is not known."),
    (model("x Int @default(now())"), 3, "The function `now()` cannot be used on fields of type `Int`."),
    (model("x DateTime @default(now(1))"), 3, "The `now` function does not take any argument."),
    (model("x String @default(uuid(5))"), 3, "which is either 4 or 7."),
    (model("x String @default(cuid(3))"), 3, "which is either 1 or 2."),
    (model("x String @default(nanoid(256))"), 3, "between 2 and 255."),
    (model("x Int @default(auto())"), 3, "The current connector does not support the `auto()` function."),
    (model('x Int @default(dbgenerated(""))'), 3, "a single nonempty string argument."),
    (model("x Int @default(dbgenerated(1))"), 3, "`dbgenerated()` takes a single String argument"),
    (model('x Int @default(1, map: "d")'), 3, "You defined a database name for the default value"),
    (
        model('x Int @default(autoincrement(), map: "d")'),
        3,
        "Naming an autoincrement default value is not allowed.",
    ),
    (model('x Unsupported("t") @default(1)'), 3, "can be used for Unsupported types."),
    (
        "enum E {\n  a\n}\n" + model("x E @default(b)"),
        6,
        "The defined default value `b` is not a valid value",
    ),
    ("enum E {\n  a\n}\n" + model('x E @default("a")'), 6, 'Expected an enum value, but found `"a"`.'),
]

NATIVE_TYPES = [
    (model("x Int @pg.Integer"), 3, "Did you mean to use db.Integer?"),
    (model("x Int @db.Foo"), 3, "Native type Foo is not supported for postgresql connector."),
    (
        model("x Int @db.Text"),
        3,
        "is not compatible with declared field type Int, expected field type String.",
    ),
    (model("x String @db.Text(3)"), 3, 'Function "Text" takes 0 arguments, but received 1.'),
    (
        model("x String @db.VarChar(1, 2)"),
        3,
        "Native type VarChar takes 1 optional arguments, but received 2.",
    ),
    (model("x String @db.VarChar(a)"), 3, "Expected a nonnegative integer, but found (a)."),
    (model("x Decimal @db.Decimal(5)"), 3, "Expected two nonnegative integers, but found (5)."),
    (model("x Decimal @db.Decimal(5, 6)"), 3, "The scale must not be larger than the precision"),
    (model("x Decimal @db.Decimal(1001, 6)"), 3, "Precision must be positive with a maximum value of 1000."),
    (model("x String @db.Bit(0)"), 3, "M must be a positive integer."),
    (model("x DateTime @db.Time(7)"), 3, "M can range from 0 to 6."),
    (model('x Unsupported("VarChar(3)")'), 3, "Please use the native type notation `String @db.VarChar(3)`"),
]

RELATIONS = [
    (
        pair("b B @relation(fields: [bId], references: [id])", "x Int"),
        3,
        "is missing an opposite relation field",
    ),
    (pair("x Int", "as A[]"), 8, "is missing an opposite relation field on the model `A`."),
    (pair("b B", "as A[]"), 3, "must specify the `fields` argument in the @relation attribute."),
    (pair("b B @relation(fields: [bId])", "as A[]"), 3, "must specify the `references` argument"),
    (pair("b B @relation(fields: [x], references: [id])", "as A[]"), 3, "do not exist in this model: x"),
    (
        pair("b B @relation(fields: [bId], references: [x])", "as A[]"),
        3,
        "do not exist in the related model: x",
    ),
    (pair("b B @relation(fields: [b], references: [id])", "as A[]"), 3, "following relation fields: b"),
    (pair("b B @relation(fields: [bId, id], references: [id])", "as A[]"), 3, "the same number of fields"),
    (
        "model A {\n  id Int @id\n  bX Int\n  b B @relation(fields: [bX], references: [x])\n}\n" + B_MODEL,
        4,
        "Consider adding an `@unique` attribute to the field `x` in the model `B`.",
    ),
    (
        "model A {\n  id String @id\n  b B @relation(fields: [id], references: [id])\n}\n" + B_MODEL,
        3,
        "is not matching the type of the referenced field `id` in model `B`.",
    ),
    (
        "model A {\n  id Int @id\n  bId Int?\n  b B @relation(fields: [bId], references: [id])\n}\n"
        + B_MODEL,
        4,
        "Hence the relation field must be optional as well.",
    ),
    (
        pair("b B @relation(fields: [bId], references: [id])", "a A?"),
        3,
        "must use unique fields on the defining side",
    ),
    (
        pair("b B @relation(fields: [id], references: [id])", "a A"),
        8,
        "is required. This is not valid because",
    ),
    (pair("b B?", "a A?"), 3, "do not provide the `fields` argument"),
    (
        pair("b B @relation(fields: [bId], references: [id])", "as A[] @relation(onDelete: Cascade)"),
        8,
        "must not specify the `onDelete`",
    ),
    (
        pair("b B @relation(fields: [bId], references: [id], onDelete: Drop)", "as A[]"),
        3,
        "Invalid referential action: `Drop`",
    ),
    (
        pair("b B @relation(fields: [bId], references: [id])", "as A[]", "c B"),
        3,
        "Ambiguous relation detected. The fields `b` and `c`",
    ),
    (model("r A?", "s A?"), 3, "Ambiguous self relation detected."),
    (
        pair('b B @relation("", fields: [bId], references: [id])', "as A[]"),
        3,
        "A relation cannot have an empty name.",
    ),
    (
        pair('b B @relation(fields: [bId], references: [id], map: "A_pkey")', "as A[]"),
        2,
        "on model `A` for primary key",
    ),
    (
        pair("b B @relation(fields: [bId], references: [id]) @unique", "as A[]"),
        3,
        "Did you mean to put it on `bId`?",
    ),
    (
        pair('b B @relation(fields: [bId], references: [id]) @map("x")', "as A[]"),
        3,
        "cannot be used on relation fields.",
    ),
    (
        pair("b B @relation(fields: [bId], references: [id]) @default(1)", "as A[]"),
        3,
        "Cannot set a default value on a relation field.",
    ),
    (
        pair("b B @relation(fields: [bId], references: [id])", "as A[]", "@@index([b])"),
        5,
        "Did you mean `@@index([bId])`?",
    ),
    (
        "model A {\n  x Int @unique\n  bs B[]\n}\nmodel B {\n  id Int @id\n  as A[]\n}\n",
        7,
        "which does not have an `@id` field.",
    ),
    (pair("bs B[] @relation(references: [id])", "as A[]"), 3, "should not have references argument defined."),
    (
        pair("bs B[] @relation(onDelete: Cascade)", "as A[]"),
        3,
        "on implicit many-to-many relations are not supported",
    ),
    (
        pair("bs B[] @relation(fields: [bId], references: [id])", "as A[]"),
        3,
        "Embedded many-to-many relations are not supported",
    ),
    (
        "model A {\n  id Int @id\n  b B[]\n  @@ignore\n}\nmodel B {\n  id Int @id\n  aId Int\n"
        "  a A @relation(fields: [aId], references: [id])\n}\n",
        9,
        "must specify the `@ignore` attribute",
    ),
]

DATABASE_NAMES = [
    (
        model() + 'model B {\n  id Int @id(map: "b")\n  @@map("A")\n}\n',
        6,
        'The model with database name "A" could not',
    ),
    (
        'enum E {\n  a\n}\nenum F {\n  a\n  @@map("E")\n}\n',
        4,
        "An enum with the same database name is already defined.",
    ),
    (model('@@index([id], map: "A_pkey")'), 2, "global for primary key, indexes and unique constraints"),
]

VIEWS = [
    ("view V {\n  id Int @id\n}\n", 2, "Views cannot have primary keys."),
    ("view V {\n  id Int\n  @@index([id])\n}\n", 3, "Views cannot have indexes."),
    ('view V {\n  id Int @unique(map: "x")\n}\n', 2, "cannot specify a mapped database name."),
    ("view V {\n  id Int @unique(sort: Desc)\n}\n", 2, "attributes in views cannot have arguments."),
    (model("vs V[]") + "view V {\n  id Int @unique\n  as A[]\n}\n", 3, "not supported for views."),
]

ALL = [
    *NAMES,
    *TYPES,
    *ATTRIBUTES,
    *KEYS,
    *OPERATOR_CLASSES,
    *PARTIAL,
    *DEFAULTS,
    *NATIVE_TYPES,
    *RELATIONS,
    *DATABASE_NAMES,
    *VIEWS,
]


@pytest.mark.parametrize(("body", "line", "words"), ALL)
def test_refused(refusals: Refusals, body: str, line: int, words: str) -> None:
    found = refusals(body)
    assert found, "should not be valid"
    assert words in "\n".join(message for _, message in found)
    assert found[0][0] == line, found


ACCEPTED = [
    model('x Unsupported("text")', 'y Unsupported("geometry(Point, 4326)")?', 'z Unsupported("vector(3)")[]'),
    model('x String[] @default(["a", "b"])', "y Int? @default(dbgenerated())"),
    model("x String @db.VarChar @unique(sort: Desc)", "@@index(x)", '@@index([x], name: "n")'),
    model("x Json", "y Int[]", "@@index([x(ops: JsonbPathOps)], type: Gin)", "@@index([y], type: Gin)"),
    model("x String", '@@index([x(ops: raw("gin_trgm_ops"))], type: Gin)'),
    model(
        "x String @db.Inet", "@@index([x(ops: InetOps)], type: Gist)", '@@index([x], type: SpGist, map: "s")'
    ),
    model(
        "x DateTime?", "@@unique([id], where: { x: null, id: { not: 1 } })", '@@index([x], where: raw("a"))'
    ),
    plain("x Int @unique", '@@index([x], map: "i")')
    + 'model B {\n  id Int @id\n  @@index([id], map: "j")\n}\n',
    plain("x Int?", "@@ignore"),
    plain("x Int[] @unique"),
    pair("b B? @relation(fields: [bId], references: [id], onDelete: SetNull)", "as A[]"),
    pair('r A? @relation("s", fields: [bId], references: [id])', "x Int", 'rs A[] @relation("s")'),
    pair("bs B[]", "as A[]"),
    'enum E {\n  a @map("A a")\n  b\n  @@map("e")\n}\n' + model("x E @default(a)", "y E[] @default([a, b])"),
    model('x Decimal @default("1e-5")', 'y DateTime @default("2020-01-01 00:00:00.5+02:00")'),
    "view V {\n  id Int\n  a Int @unique\n  @@unique([id, a])\n}\n",
]


@pytest.mark.parametrize("body", ACCEPTED)
def test_accepted(refusals: Refusals, body: str) -> None:
    assert refusals(body) == []


def test_preview_features_are_asked_for(refusals: Refusals) -> None:
    bare = 'datasource db {\n  provider = "postgresql"\n}\n'
    view = refusals("view V {\n  id Int\n}\n", header=bare)
    assert view == [
        (1, "Error validating: View definitions are only available with the `views` preview feature.")
    ]
    partial = refusals(model('@@index([id], where: raw("x"))'), header=bare)
    assert "Partial indexes are a preview feature." in partial[0][1]


def test_schemas_once_listed_are_asked_for_everywhere(refusals: Refusals) -> None:
    header = 'datasource db {\n  provider = "postgresql"\n  schemas  = ["a", "b"]\n}\n'
    found = refusals(model() + "enum E {\n  x\n}\n", header=header)
    assert found == [
        (1, 'Error validating model "A": This model is missing an `@@schema` attribute.'),
        (4, "This enum is missing an `@@schema` attribute."),
    ]
    same_name = 'model {} {{\n  id Int @id\n  @@map("t")\n  @@schema("{}")\n}}\n'
    assert refusals(same_name.format("A", "a") + same_name.format("B", "b"), header=header) == []


def test_actions_that_prisma_would_emulate(refusals: Refusals) -> None:
    header = 'datasource db {\n  provider     = "postgresql"\n  relationMode = "prisma"\n}\n'
    no_action = pair("b B @relation(fields: [bId], references: [id], onDelete: NoAction)", "as A[]")
    assert "`NoAction` is not implemented for Postgres" in refusals(no_action, header=header)[0][1]
    set_null = pair("b B? @relation(fields: [bId], references: [id], onDelete: SetNull)", "as A[]")
    assert "must not be set to `SetNull`" in refusals(set_null, header=header)[0][1]


def test_cycles_matter_only_without_foreign_keys(refusals: Refusals) -> None:
    header = 'datasource db {\n  provider     = "postgresql"\n  relationMode = "prisma"\n}\n'
    body = (
        'model A {\n  id Int @id\n  bId Int\n  b B @relation("x", fields: [bId], references: [id])\n'
        '  bs B[] @relation("y")\n}\n'
        'model B {\n  id Int @id\n  aId Int\n  a A @relation("y", fields: [aId], references: [id])\n'
        '  as A[] @relation("x")\n}\n'
    )
    assert refusals(body) == []
    found = refusals(body, header=header)
    assert [line for line, _ in found] == [4, 10]
    assert "Cycle path: A.b → B.a. (Implicit default `onUpdate`: `Cascade`)" in found[0][1]
    loop = model('r A? @relation("s", fields: [n], references: [id])', "n Int?", 'rs A[] @relation("s")')
    assert "A self-relation must have `onDelete` and `onUpdate`" in refusals(loop, header=header)[0][1]


def test_without_a_datasource_little_is_allowed(refusals: Refusals) -> None:
    found = refusals(model("x Decimal", "y Int[]", "@@index([id], type: Gin)"), header="")
    assert [line for line, _ in found] == [3, 4, 5]
    assert "The current connector does not support" in found[0][1]


def test_all_errors_come_at_once_and_in_order(refusals: Refusals) -> None:
    found = refusals(model("x Int @foo", "y Int @bar", "@@baz"))
    assert [line for line, _ in found] == [3, 4, 5]


def test_errors_of_all_passes_come_together_but_none_because_of_another(refusals: Refusals) -> None:
    body = model("x Foo", "y Int @bar", "@@index([x])", "r B @relation(fields: [x], references: [id])")
    found = refusals(body + "model B {\n  id Int @id\n}\n")
    assert [(line, message.split(":")[0][:20]) for line, message in found] == [
        (3, 'Type "Foo" is neithe'),
        (4, "Attribute not known"),
    ]
