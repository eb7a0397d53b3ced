"""The shape of blocks and lines: what is a statement, and what is said of a line that is none."""

from __future__ import annotations

import pytest

from prisma_drift.model.version import LATEST, Version
from prisma_drift.psl.syntax.ast import ArrayValue, FunctionCall, Model, NumberValue, ObjectValue, layout
from prisma_drift.psl.syntax.diagnostics import Diagnostics
from prisma_drift.psl.syntax.lexer import SourceText
from prisma_drift.psl.syntax.parser import parse


def parsed(text: str, version: Version = LATEST) -> tuple[list[str], list[tuple[int, str]]]:
    """(names of blocks, (line, message) of errors)"""
    diagnostics = Diagnostics(version)
    tree = parse(SourceText("s.prisma", text), version, diagnostics)
    return (
        [top.name.name for top in tree.tops],
        [(found.span.line, found.message) for found in diagnostics.errors],
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("model A {\n id Int @id\n}", ["A"]),
        ("model A { // swallowed\n}\n", ["A"]),
        ("model A { id Int @id\n x Int\n}", ["A"]),
        ("model A {\n id Int\n} model B {\n id Int\n}", ["A", "B"]),
        ("/* c */ model A {\n /* d */ id Int /* e\n f */\n} // g", ["A"]),
        ("/// docs\nmodel A {\n id Int\n}\r\n\r\nenum E {\r x\r y // z\r}", ["A", "E"]),
        ("modelA {\n id Int\n}", ["A"]),
        ("view V {\n id Int\n}\ntype T {\n id Int\n}", ["V", "T"]),
        ('datasource d {\n a =\n b = "x" // c\n}\ngenerator g {\n c = [1, f(x: 2)]\n}', ["d", "g"]),
    ],
)
def test_blocks(text: str, names: list[str]) -> None:
    assert parsed(text) == (names, [])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("foo", 1, "This line is invalid. It does not start with any known Prisma schema keyword."),
        ("model A\n{\n}", 1, "This line is invalid."),
        ("model A { id Int @id }\n", 1, "This line is invalid."),
        ("model A {\n id Int @id }", 1, "This line is invalid."),
        ("model A {\n id Int", 1, "This line is invalid."),
        ("\ufeffmodel A {\n id Int\n}", 1, "This line is invalid."),
        ("foo {\n a = 1\n}", 1, "This block is invalid."),
        ("model {\n id Int\n}", 1, "This block is invalid."),
        ("type X = String @default(1)", 1, "Invalid type definition."),
        ("model A {\n id Int /* c */ @id\n}", 2, "This line is not a valid field or attribute definition."),
        ("model A {\n _x Int\n}", 2, "This line is not a valid field or attribute definition."),
        ("model A {\n @@index([a,\n b])\n}", 2, "This line is not a valid field or attribute definition."),
        ("model A {\n x Int @a([1,])\n}", 2, "This line is not a valid field or attribute definition."),
        ("model A {\n id Int /* open\n}", 2, "This line is not a valid field or attribute definition."),
        ("model A {\n x\n}", 2, 'Error validating model "A": This field declaration is invalid.'),
        ("model A {\n x: Int\n}", 2, "Field declarations don't require a `:`."),
        ("model A {\n x Int!\n}", 2, "Fields are required by default, `!` is no longer required."),
        ("model A {\n x [Int]\n}", 2, "To specify a list, please use `Type[]` instead of `[Type]`."),
        ("model A {\n x Int[]?\n}", 2, "Optional lists are not supported."),
        ('model A {\n x String @a("\\q")\n}', 2, "Unknown escape sequence."),
        ("enum E {\n a b\n}", 2, "This line is not an enum value definition."),
        ("datasource d {\n a\n}", 2, "This line is not a valid definition within a datasource."),
        ("generator g {\n a = 1 2\n}", 2, "This line is not a valid definition within a generator."),
        ('type T {\n x Int\n @@map("a")\n}', 3, "The name of a composite type is not persisted"),
        ("type T {\n x Int @unique\n}", 2, "Defining `@unique` attribute for a field in a composite type"),
    ],
)
def test_what_is_no_statement(text: str, line: int, message: str) -> None:
    errors = parsed(text)[1]
    assert errors
    assert errors[0][0] == line
    assert message in errors[0][1]


def test_every_bad_line_is_reported_and_the_rest_is_read() -> None:
    names, errors = parsed("model A {\n !\n id Int\n ?\n}\nfoo\nenum E {\n a\n}")
    assert names == ["A", "E"]
    assert [line for line, _ in errors] == [2, 4, 6]


def test_a_refused_line_leaves_no_errors_of_its_strings_behind() -> None:
    errors = parsed('model A {\n x String @a("\\q") !\n}')[1]
    assert [message for _, message in errors] == [
        "Error validating: This line is not a valid field or attribute definition."
    ]


def test_values() -> None:
    text = 'model A {\n x Int @a(1.50, n: f([a.b, "s"], -2), w: { k: { not: null } }, e:)\n}'
    tree = parse(SourceText("s", text), LATEST, Diagnostics(LATEST))
    model = tree.tops[0]
    assert isinstance(model, Model)
    attribute = model.fields[0].attributes[0]
    first, second, third = (argument.value for argument in attribute.arguments.items)
    assert isinstance(first, NumberValue) and first.text == "1.50"
    assert isinstance(second, FunctionCall) and isinstance(second.arguments.items[0].value, ArrayValue)
    assert isinstance(third, ObjectValue) and third.members[0][0].name == "k"
    assert [name.name for name in attribute.arguments.empty] == ["e"]


def test_objects_are_values_from_7_4_on() -> None:
    text = "model A {\n @@index([a], where: { a: null })\n}"
    assert parsed(text, Version(7, 4))[1] == []
    assert parsed(text, Version(7, 3))[1] != []


def test_layout_tells_where_lines_can_be_added() -> None:
    text = "model A {\n    id Int @id\n    /* x */\n    n String\n\n    @@index([n])\n    // end\n}\n"
    tree = parse(SourceText("s", text), LATEST, Diagnostics(LATEST))
    model = tree.tops[0]
    assert isinstance(model, Model)
    found = layout(model)
    assert (found.first_line, found.last_line) == (1, 8)
    assert (found.last_member_line, found.last_attribute_line) == (4, 6)
    assert found.indent == "    "


@pytest.mark.parametrize("opening", ["f(", "[", "f(a: ", "{a: "])
def test_deep_nesting_is_refused_not_followed(opening: str) -> None:
    errors = parsed(f"model A {{\n x Int @a({opening * 5000}\n}}")[1]
    assert "not a valid field" in errors[0][1]
