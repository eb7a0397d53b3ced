"""Lines that make a schema say what a database has: with them in, the schema is valid and nothing differs."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from prisma_drift.diff.compare import diff
from prisma_drift.findings.findings import findings, schema_lines
from prisma_drift.model.edit import SchemaLines, apply, merge
from prisma_drift.model.version import LATEST
from prisma_drift.psl.edit.declare import edited
from prisma_drift.psl.load import Document, SchemaFile, load

SHARED = Path(__file__).parents[3] / "../shared"
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
USER = "model User {\n  id Int @id\n%s}\n"


def document(*texts: str) -> Document:
    files = [
        SchemaFile(f"{number}.prisma", text) for number, text in enumerate((HEAD + texts[0], *texts[1:]))
    ]
    return load(files, version=LATEST)


def declared(had: str, schema: str) -> tuple[tuple[SchemaLines, ...], Document]:
    """The lines for all that a database built from `had` has more than `schema` says, and the schema with them in."""
    actual, doc = document(had).schema, document(schema)
    found = findings(diff(actual, doc.schema), actual=actual, expected=doc.schema, document=doc)
    lines = schema_lines(found)
    after = load(edited(doc, lines), version=LATEST)
    assert diff(actual, after.schema).changes == (), "\n".join(file.text for file in after.files)
    return lines, after


CASES = {
    "a column": (USER % "  age Int?\n", USER % "", "  age Int?"),
    "a column of a native type": (
        USER % "  a String @db.VarChar(50)\n",
        USER % "",
        "  a  String @db.VarChar(50)",
    ),
    "a decimal": (USER % "  a Decimal @db.Decimal(10, 2)\n", USER % "", "  a  Decimal @db.Decimal(10, 2)"),
    "a list": (USER % "  a String[] @default([])\n", USER % "", "  a  String[] @default([])"),
    "a default": (
        USER % '  a String @default("it\'s \\"so\\"\\n")\n',
        USER % "",
        '  a  String @default("it\'s \\"so\\"\\n")',
    ),
    "a counter": (
        USER % "  a Int @default(autoincrement())\n",
        USER % "",
        "  a  Int @default(autoincrement())",
    ),
    "a moment": (
        USER % "  a DateTime @default(now()) @db.Date\n",
        USER % "",
        "  a  DateTime @default(now()) @db.Date",
    ),
    "an expression": (
        USER % '  a String @default(dbgenerated("gen_random_uuid()")) @db.Uuid\n',
        USER % "",
        '  a  String @default(dbgenerated("gen_random_uuid()")) @db.Uuid',
    ),
    "a type without a name": (
        USER % '  v Unsupported("vector(3)")?\n',
        USER % "",
        '  v  Unsupported("vector(3)")?',
    ),
    "a name that is none": (USER % '  a_b Int @map("a-b")\n', USER % "", '  a_b Int @map("a-b")'),
    "a name with a leading digit": (USER % '  x Int @map("2fa")\n', USER % "", '  fa Int @map("2fa")'),
    "a name that is taken": (
        USER % '  a String\n  b Int @map("x")\n',
        USER % '  x String @map("a")\n',
        '  x_2 Int @map("x")',
    ),
    "bytes": (USER % '  a Bytes @default("aGk=")\n', USER % "", '  a  Bytes @default("aGk=")'),
    "a mapped label": (
        (USER % "  r Role @default(A)\n") + 'enum Role {\n  A @map("a-1")\n}\n',
        (USER % "") + 'enum Role {\n  First @map("a-1")\n}\n',
        "  r  Role @default(First)",
    ),
    "an index": (
        USER % "  a Int\n  @@index([a(sort: Desc), id])\n",
        USER % "  a Int\n",
        "\n  @@index([a(sort: Desc), id])",
    ),
    "a named index": (
        USER % '  a Int\n  @@index([a], map: "x")\n',
        USER % "  a Int\n",
        '\n  @@index([a], map: "x")',
    ),
    "a second attribute": (
        USER % "  a Int\n  @@index([a])\n  @@index([id])\n",
        USER % "  a Int\n  @@index([a])\n",
        "  @@index([id])",
    ),
    "a gin index": (
        USER % "  a Json\n  @@index([a(ops: JsonbPathOps)], type: Gin)\n",
        USER % "  a Json\n",
        "\n  @@index([a(ops: JsonbPathOps)], type: Gin)",
    ),
    "a trigram index": (
        USER % '  a String\n  @@index([a(ops: raw("gin_trgm_ops"))], type: Gin)\n',
        USER % "  a String\n",
        '\n  @@index([a(ops: raw("gin_trgm_ops"))], type: Gin)',
    ),
    "a hash index": (
        USER % "  a Int\n  @@index([a], type: Hash)\n",
        USER % "  a Int\n",
        "\n  @@index([a], type: Hash)",
    ),
    "a unique": (USER % "  a Int @unique\n", USER % "  a Int\n", "\n  @@unique([a])"),
    "a primary key": (
        "model User {\n  id Int @id @unique\n}\n",
        "model User {\n  id Int @unique\n}\n",
        "\n  @@id([id])",
    ),
    "an enum value": (
        (USER % "") + "enum E {\n  A\n  B\n  C\n}\n",
        (USER % "") + "enum E {\n  A\n  C\n}\n",
        "  B",
    ),
    "a mapped value": (
        (USER % "") + 'enum E {\n  A\n  b_c @map("b c")\n}\n',
        (USER % "") + "enum E {\n  A\n}\n",
        '  b_c @map("b c")',
    ),
    "an enum": (
        (USER % "") + "enum E {\n  A\n  B\n}\n",
        USER % "",
        "\nenum E {\n  A\n  B\n}",
    ),
    "another type": (
        USER % "  a Json // note\n",
        USER % "  a String? @db.VarChar(9) // note\n",
        "  a Json // note",
    ),
    "another default": (
        USER % "  a Int @default(2)\n",
        USER % "  a Int @default(1)\n",
        "  a Int @default(2)",
    ),
    "no default": (USER % "  a Int\n", USER % "  a Int @default(1) // one\n", "  a Int // one"),
    "a default more": (
        USER % '  a String @default("x") @db.Char(1)\n',
        USER % "  a String // c\n",
        '  a String @default("x") @db.Char(1) // c',
    ),
    "a client's default": (
        USER % "  a String?\n",
        USER % "  a String @default(uuid())\n",
        "  a String? @default(uuid())",
    ),
    "another arity": (USER % "  a Int[]\n", USER % "  a Int?\n", "  a Int[]"),
    "an index's name": (
        USER % '  a Int\n  @@index([a], map: "x")\n',
        USER % "  a Int\n  @@index([a])\n",
        '  @@index([a], map: "x")',
    ),
    "an index's usual name": (
        USER % "  a Int\n  @@index([a])\n",
        USER % '  a Int\n  @@index([a], map: "x")\n',
        "  @@index([a])",
    ),
    "a unique's name": (
        USER % '  a Int @unique(map: "x")\n',
        USER % "  a Int @unique\n",
        '  a Int @unique(map: "x")',
    ),
    "a key's name": (
        'model User {\n  id Int @id(map: "x")\n}\n',
        USER % "",
        '  id Int @id(map: "x")',
    ),
    "a key's usual name": (
        USER % "",
        'model User {\n  id Int @id(map: "x")\n}\n',
        "  id Int @id",
    ),
    "another index": (
        USER % "  a Int[]\n  @@index([a], type: Gin)\n",
        USER % "  a Int[]\n  @@index([a])\n",
        "  @@index([a], type: Gin)",
    ),
}


ALIGNED = """\
model User {
  id        Int      @id
  createdAt DateTime @default(now())
  name      String
  %s
}
"""
IN_COLUMNS = {
    "a field": (ALIGNED % "age       Int?     @default(3)", ALIGNED % "// none", "  age       Int?     @default(3)"),
    "a long name": (ALIGNED % "aVeryLongName Int? @default(3)", ALIGNED % "// none", "  aVeryLongName Int? @default(3)"),
    "a long type": (ALIGNED % "a         Decimal? @db.Decimal(9, 2)", ALIGNED % "// none", "  a         Decimal? @db.Decimal(9, 2)"),
    "a group of its own": (ALIGNED % "\n  x Int @default(1)\n  y Int", ALIGNED % "\n  x Int @default(1)", "  y Int"),
    "a shorter type": (ALIGNED % "a         Int      @default(1)", ALIGNED % "a         DateTime @default(now())", "  a         Int      @default(1)"),
    "a first attribute": (ALIGNED % "a         Int      @default(1)", ALIGNED % "a         Int", "  a         Int      @default(1)"),
    "an attribute more": (ALIGNED % "a         Int      @default(1) @unique", ALIGNED % "a         Int      @unique", "  a         Int      @default(1) @unique"),
    "no attribute": (ALIGNED % "a         Int", ALIGNED % "a         Int      @default(1) // why", "  a         Int // why"),
    "an attribute less": (ALIGNED % "a         Int      @default(1)", ALIGNED % "a         Int      @unique @default(1)", "  a         Int      @default(1)"),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_COLUMNS)
def test_it_stands_in_the_columns_of_its_neighbours(name: str) -> None:
    had, schema, text = IN_COLUMNS[name]
    lines, _ = declared(had, schema)
    assert [one.text for one in lines] == [text]


def test_a_last_line_without_an_end_stays_so() -> None:
    assert apply("a\nb\nc", [SchemaLines("x", 1, "", replaces=1)]) == "a\nc"
    assert apply("a\nb\n", [SchemaLines("x", 1, "n")]) == "a\nn\nb\n"


def test_a_column_of_an_enum_that_goes_gets_its_type_back() -> None:
    """Two findings, and lines for both: the field stays."""
    had = USER % '  status String @default("a")\n'
    schema = USER % "  status Status @default(a)\n" + "\nenum Status {\n  a\n  b\n}\n"
    lines, after = declared(had, schema)
    assert after.files[0].text == HEAD + had
    assert all(one.text == '  status String @default("a")' for one in lines if not one.removes)


@pytest.mark.parametrize("name", CASES)
def test_one_line(name: str) -> None:
    had, schema, text = CASES[name]
    lines, _ = declared(had, schema)
    assert [one.text for one in lines] == [text]


POSTS = "model User {\n  id Int @id\n%s}\nmodel Post {\n  id Int @id\n  userId Int%s\n%s}\n"


def relation(extra: str = "", optional: str = "", back: str = "  posts Post[]\n") -> str:
    mark = "?" if optional else ""
    return POSTS % (
        back,
        optional,
        f"  user User{mark} @relation(fields: [userId], references: [id]{extra})\n",
    )


@pytest.mark.parametrize(
    ("extra", "optional", "forward"),
    [
        ("", "", "  user User @relation(fields: [userId], references: [id])"),
        ("", "?", "  user User? @relation(fields: [userId], references: [id])"),
        (
            ", onDelete: Cascade",
            "",
            "  user User @relation(fields: [userId], references: [id], onDelete: Cascade)",
        ),
        (
            ', onUpdate: NoAction, map: "fk"',
            "",
            '  user User @relation(fields: [userId], references: [id], onUpdate: NoAction, map: "fk")',
        ),
        (", onDelete: SetNull", "?", "  user User? @relation(fields: [userId], references: [id])"),
    ],
)
def test_a_foreign_key_gets_a_field_on_both_sides(extra: str, optional: str, forward: str) -> None:
    lines, _ = declared(relation(extra, optional), POSTS % ("", optional, ""))
    assert [one.text for one in lines] == ["  posts Post[]", forward]


def test_a_unique_column_points_to_one() -> None:
    had = relation(back="  post Post?\n").replace("userId Int", "userId Int @unique")
    lines, _ = declared(had, (POSTS % ("", "", "")).replace("userId Int", "userId Int @unique"))
    assert lines[0].text == "  posts Post?"


def test_a_second_relation_gets_a_name() -> None:
    second = "  editorId Int\n  editor User @relation(%sfields: [editorId], references: [id])\n"
    had = relation(back='  posts Post[]\n  edited Post[] @relation("e")\n').replace(
        "  userId", second % '"e", ' + "  userId"
    )
    lines, _ = declared(had, relation().replace("  userId", "  editorId Int\n  userId"))
    assert [one.text for one in lines] == [
        '  posts_2 Post[] @relation("Post_editorToUser")',
        '  editor User @relation("Post_editorToUser", fields: [editorId], references: [id])',
    ]


def test_a_relation_of_a_table_with_itself_gets_a_name() -> None:
    had = USER % (
        '  parentId Int?\n  parent User? @relation("t", fields: [parentId], references: [id])\n  children User[] @relation("t")\n'
    )
    lines, _ = declared(had, USER % "  parentId Int?\n")
    assert [one.text.split(" @")[1][:10] for one in lines] == ['relation("', 'relation("']


def test_a_foreign_key_brings_its_column_and_the_index_that_it_needs() -> None:
    had = relation().replace("id Int @id\n  posts", "id Int @id\n  code Int @unique\n  posts")
    had = had.replace("references: [id]", "references: [code]")
    lines, after = declared(had, "model User {\n  id Int @id\n}\nmodel Post {\n  id Int @id\n}\n")
    assert "@@unique([code])" in after.files[0].text
    assert len(lines) == len(set(lines)) == 5


def test_actions_are_changed_in_the_relation_that_is_there() -> None:
    lines, _ = declared(relation(', onDelete: Cascade, map: "x"'), relation())
    text = '  user User @relation(fields: [userId], references: [id], map: "x", onDelete: Cascade)'
    assert [(one.text, one.replaces) for one in lines] == [(text, 1)]


def test_a_table_becomes_a_model() -> None:
    had = (
        'model User {\n  id Int @id\n  tags Tag[]\n}\nmodel Tag {\n  id String @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid\n'
        "  name String @unique\n  kind Kind?\n  userId Int\n  user User @relation(fields: [userId], references: [id])\n"
        '  a Int\n  b Int\n  @@unique([a, b])\n  @@index([b, a], map: "x")\n  @@map("tag-table")\n}\nenum Kind {\n  A\n}\n'
    )
    lines, _ = declared(had, USER % "")
    assert [one.text for one in lines] == [
        "  tag_tables tag_table[]",
        "\nenum Kind {\n  A\n}",
        """
model tag_table {
  id     String @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  name   String @unique
  kind   Kind?
  userId Int
  a      Int
  b      Int
  user   User   @relation(fields: [userId], references: [id])

  @@index([b, a], map: "x")
  @@unique([a, b])
  @@map("tag-table")
}""",
    ]


def test_a_table_with_two_keys_keeps_its_names() -> None:
    had = 'model T {\n  a Int\n  b Int\n  @@id([a, b], map: "k")\n}\n' + USER % ""
    lines, _ = declared(had, USER % "")
    assert '@@id([a, b], map: "k")' in lines[0].text


def test_a_table_without_a_key_is_ignored_by_the_client() -> None:
    had = (USER % "  logs Log[] @ignore\n") + (
        "model Log {\n  userId Int\n  user User @relation(fields: [userId], references: [id])\n  @@ignore\n}\n"
    )
    lines, _ = declared(had, USER % "")
    assert lines[0].text == "  logs Log[] @ignore"
    assert "@@ignore" in lines[1].text


def test_tables_that_point_to_each_other() -> None:
    had = (
        'model A {\n  id Int @id\n  bId Int\n  b B @relation("x", fields: [bId], references: [id])\n  bs B[] @relation("y")\n}\n'
        'model B {\n  id Int @id\n  aId Int\n  a A @relation("y", fields: [aId], references: [id])\n  as A[] @relation("x")\n}\n'
    )
    _, after = declared(had + USER % "", USER % "")
    assert after.model("A") is not None
    assert after.model("B") is not None


def test_a_reserved_name_is_changed() -> None:
    lines, _ = declared('model X {\n  id Int @id\n  @@map("class")\n}\n' + USER % "", USER % "")
    assert lines[0].text.startswith("\nmodel class_ {")
    assert '@@map("class")' in lines[0].text


TWO = "model A {\n  id Int @id\n%s}\nmodel B {\n  id Int @id\n%s}\n"


def test_an_implicit_table_becomes_two_lists() -> None:
    lines, _ = declared(TWO % ("  bs B[]\n", "  as A[]\n"), TWO % ("", ""))
    assert [one.text for one in lines] == ["  bs B[]", "  as A[]"]


def test_an_implicit_table_keeps_its_name() -> None:
    had = TWO % ('  x B[] @relation("Mine")\n', '  y A[] @relation("Mine")\n')
    lines, _ = declared(had, TWO % ("", ""))
    assert [one.text for one in lines] == ['  bs B[] @relation("Mine")', '  as A[] @relation("Mine")']


def test_a_table_that_only_looks_implicit_becomes_a_model() -> None:
    had = (TWO % ("  x X[]\n", "  x X[]\n")) + (
        'model X {\n  A Int\n  B Int\n  a A @relation(fields: [A], references: [id], map: "_X_A_fkey")\n'
        '  b B @relation(fields: [B], references: [id], map: "_X_B_fkey")\n  @@id([A, B])\n  @@map("_X")\n}\n'
    )
    lines, _ = declared(had, TWO % ("", ""))
    assert any("model X {" in one.text and '@@map("_X")' in one.text for one in lines)


def test_lines_go_to_the_file_of_their_model_and_keep_its_indentation() -> None:
    actual = document(USER % "  a Int\n  @@index([a])\n" + "model B {\n  id Int @id\n  c Int\n}\n").schema
    doc = document("model B {\n\tid Int @id\n}\n", USER.replace("\n  ", "\n      ") % "")
    found = findings(diff(actual, doc.schema), actual=actual, expected=doc.schema, document=doc)
    assert [(one.file, one.after_line, one.text) for one in schema_lines(found)] == [
        ("0.prisma", 6, "\tc  Int"),
        ("1.prisma", 2, "      a  Int"),
        ("1.prisma", 2, "\n      @@index([a])"),
    ]


def test_schemas_are_written_where_the_datasource_has_them() -> None:
    head = 'datasource db {\n  provider = "postgresql"\n  schemas = ["a", "b"]\n}\n'
    model = 'model %s {\n  id Int @id\n  @@schema("%s")\n}\n'
    had, doc = (
        load((SchemaFile("s", head + text),), version=LATEST)
        for text in (model % ("X", "a") + model % ("Y", "b"), model % ("X", "a"))
    )
    found = findings(diff(had.schema, doc.schema), actual=had.schema, expected=doc.schema, document=doc)
    assert schema_lines(found)[0].text == '\nmodel Y {\n  id Int @id\n\n  @@schema("b")\n}'


def test_nothing_is_offered_that_would_not_be_valid() -> None:
    # A field of a relation cannot become optional while the relation is required.
    had, schema = document(relation(optional="?")).schema, document(relation())
    found = findings(diff(had, schema.schema), actual=had, expected=schema.schema, document=schema)
    assert {one.id for one in found} >= {"column-nullability"}
    for one in found:
        lines = tuple(line for mend in one.mends for line in mend.lines)
        load(edited(schema, lines), version=LATEST)


def test_one_line_that_is_not_valid_does_not_take_the_others_along() -> None:
    had = document(relation(optional="?").replace("model Post {", "model Post {\n  x Int")).schema
    schema = document(relation())
    found = findings(diff(had, schema.schema), actual=had, expected=schema.schema, document=schema)
    lines = schema_lines(found)
    assert "  x Int" in [one.text for one in lines]
    load(edited(schema, lines), version=LATEST)


def test_edits_are_made_from_the_lines_as_they_were() -> None:
    edits = (
        SchemaLines("f", 2, "c"),
        SchemaLines("f", 0, "x\ny"),
        SchemaLines("f", 0, "A", 1),
        SchemaLines("f", 0, "A", 1),
    )
    assert apply("a\nb\n", edits) == "x\ny\nA\nb\nc\n"
    assert apply("a\r\nb", (SchemaLines("f", 1, "x"),)) == "a\r\nx\r\nb"
    assert len(merge(edits)) == 3


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared material is not there")
def test_random_schemas_meet() -> None:
    """Of pairs of random schemas, all that one has more is declared in the other; what is left is no addition."""
    pairs = json.loads((SHARED / "conformance/schema_pairs.json").read_text())[:60]
    offered = 0
    for case in pairs:
        actual, doc = document(case["from"]).schema, document(case["to"])
        found = findings(diff(actual, doc.schema), actual=actual, expected=doc.schema, document=doc)
        after = load(edited(doc, schema_lines(found)), version=LATEST)
        left = findings(diff(actual, after.schema), actual=actual, expected=after.schema)
        mended = {(one.id, one.object) for one in found if one.mends}
        offered += len(mended)
        assert not mended & {(one.id, one.object) for one in left}, case["id"]
    assert offered > 90


@pytest.mark.slow
def test_prisma_itself_takes_the_lines() -> None:
    path = Path(__file__).parents[2] / "prisma/engine.py"
    spec = importlib.util.spec_from_file_location("prisma_engine", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["prisma_engine"] = module
    spec.loader.exec_module(module)
    if module.why_missing():
        pytest.skip(module.why_missing())
    with module.engine() as prisma:
        for name, (had, schema, _) in CASES.items():
            _, after = declared(had, schema)
            answer = prisma.validate(after.files[0].text)
            assert answer.ok, f"{name}: {answer.text}"
