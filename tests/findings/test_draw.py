"""What the diagram shows: changed tables and columns, their keys, and which links are missing."""

from __future__ import annotations

from typing import Any

import pytest

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.findings.draw import EXTRA, MISSING, build_diagram
from prisma_drift.model.diagram import Diagram, DiagramColumn, DiagramLink
from prisma_drift.model.version import LATEST
from prisma_drift.psl.load import SchemaFile, load
from prisma_drift.report.mermaid import mermaid

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'
USER = "model User {\n  id Int @id\n  name String\n  %s\n}\n"


def diagram_of(actual: str, expected: str) -> Diagram:
    before, after = (_schema(text) for text in (actual, expected))
    return build_diagram(diff(before, after, Rules(version=LATEST)), before, after)


def _schema(text: str) -> Any:
    return load((SchemaFile("schema.prisma", HEAD + text),), version=LATEST, default_schema="public").schema


def test_a_new_column_stands_beside_the_key() -> None:
    (table,) = diagram_of(USER % "", USER % "age Int").tables
    assert table.name == "User"
    assert table.columns == (
        DiagramColumn("id", "Integer", keys=("PK",)),
        DiagramColumn("age", "Integer", MISSING),
    )


def test_a_column_that_only_the_migrations_have() -> None:
    (table,) = diagram_of(USER % "age Int", USER % "").tables
    assert table.columns[-1] == DiagramColumn("age", "Integer", EXTRA)


def test_a_column_of_another_type_says_what_it_was() -> None:
    (table,) = diagram_of(USER % "age Int", USER % "age BigInt").tables
    assert table.columns[-1].note == "was Integer"


def test_a_whole_table_with_its_links() -> None:
    post = "model Post {\n  id Int @id\n  authorId Int?\n  author User? @relation(fields: [authorId], references: [id])\n}\n"
    drawn = diagram_of(USER % "", USER % "posts Post[]" + post)
    assert [(table.name, table.note) for table in drawn.tables] == [("Post", MISSING)]
    assert drawn.links == (DiagramLink("Post", "User", "authorId", missing=True, optional=True),)
    assert '"User" |o..o{ "Post" : "authorId (missing)"' in mermaid(drawn)


@pytest.mark.parametrize("change", ["", "@@index([name])"])
def test_indexes_alone_make_no_picture(change: str) -> None:
    drawn = diagram_of(USER % "", USER % change)
    assert drawn == Diagram() and mermaid(drawn) == ""


def test_no_more_tables_than_can_be_read() -> None:
    models = "".join(f"model T{number} {{\n  id Int @id\n}}\n" for number in range(60))
    assert mermaid(diagram_of("", models)).count(" {\n") == 24
