"""One mistake, one error: what follows from a header or line that cannot be read is not reported beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Refusals = Callable[..., list[tuple[int, str]]]

POST = """\
model Post {
  id    Int  @id
  kind  Role @default(A)
  tags  Tag[]
  tagId Int
  main  Tag  @relation("main", fields: [tagId], references: [id])

  @@index([tagId])
}
"""
TAG = """\
model Tag {
  id    Int    @id
  type  String
  data  Json   @default("{}")
  posts Post[]
  mains Post[] @relation("main")

  @@unique([type])
}
"""
ROLE = """\
enum Role {
  A
  B
}
"""
WHOLE = POST + TAG + ROLE
LINE = "Error validating: This line is invalid. It does not start with any known Prisma schema keyword."
MEMBER = "Error validating: This line is not a valid field or attribute definition."
VALUE = "Error validating: This line is not an enum value definition."


def test_the_whole_is_valid(refusals: Refusals) -> None:
    assert refusals(WHOLE) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("model Tag {", "model Tag", 10, LINE),
        ("model Tag {", "model Tag\n{", 10, LINE),
        ("model Tag {", "model Tag() {", 10, LINE),
        ("model Tag {", "model Tag extends Base {", 10, LINE),
        ("model Tag {", "modle Tag {", 10, LINE),
        ("model Tag {", "  model Tag", 10, LINE),
        ("enum Role {", "enum Role", 19, LINE),
        ("enum Role {", "Enum Role {", 19, LINE),
        (ROLE, "enum Role { A B }\n", 19, LINE),
        (ROLE, "enum Role {\n  A\n  B\n", 19, LINE),
        (TAG, TAG.removesuffix("}\n"), 18, MEMBER),
        (POST, POST.removesuffix("}\n"), 9, MEMBER),
        (WHOLE, ROLE.removesuffix("}\n") + POST + TAG, 4, VALUE),
        ("model Tag {", "model Tag {\nmodel Tag {", 11, MEMBER),
        ("tagId Int", "tagId: Int", 5, "Field declarations don't require a `:`."),
        ("tagId Int", "tagId Int @", 5, MEMBER),
        ("tagId Int", "tagId", 5, 'Error validating model "Post": This field declaration is invalid.'),
        ("type  String", "type  String!", 12, "Fields are required by default, `!` is no longer required."),
        ("  A\n", "  A x\n", 20, VALUE),
        ("  A\n  B\n", "  A B\n", 20, VALUE),
    ],
)
def test_one_error(refusals: Refusals, old: str, new: str, line: int, message: str) -> None:
    assert WHOLE.count(old) == 1
    found = refusals(WHOLE.replace(old, new))
    assert [place for place, _ in found] == [line]
    assert found[0][1].startswith(message)


def test_a_header_without_a_keyword_names_a_type_too(refusals: Refusals) -> None:
    found = refusals(WHOLE.replace("model Tag {", "Tag {"))
    assert [line for line, _ in found] == [10]
    assert "This block is invalid." in found[0][1]


@pytest.mark.parametrize(
    "header", ["datasource db {\n  provider postgresql\n}\n", "datasource db\n  provider\n}\n"]
)
def test_a_datasource_that_cannot_be_read_lacks_nothing(refusals: Refusals, header: str) -> None:
    assert len(refusals(WHOLE, header=header)) == 1


def test_what_does_not_follow_from_it_is_told_as_well(refusals: Refusals) -> None:
    text = "foo\n" + WHOLE.replace("model Tag {", "model Tag").replace("tagId Int", "tagId Nope") + "bar\n"
    assert [(line, message[:11]) for line, message in refusals(text)] == [
        (1, LINE[:11]),
        (11, LINE[:11]),
        (24, LINE[:11]),
        (6, 'Type "Nope"'),
    ]


def test_two_broken_headers_are_two_errors(refusals: Refusals) -> None:
    text = WHOLE.replace("model Tag {", "model Tag").replace("enum Role {", "enum Role")
    assert [line for line, _ in refusals(text)] == [10, 19]


def test_a_field_called_like_a_keyword_begins_no_block(refusals: Refusals) -> None:
    text = "model Lost\n  enum Kind\n  type Kind\n}\nmodel A {\n  id Int @id\n  kind Kind\n}\n"
    assert [line for line, _ in refusals(text)] == [1, 7]
