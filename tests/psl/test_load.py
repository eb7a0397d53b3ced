"""Files on disk to a document: folders, encodings, several files, and errors as they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from prisma_drift.errors import DriftError, SchemaError
from prisma_drift.model.version import LATEST, Version
from prisma_drift.psl.load import SchemaFile, load, read_files
from prisma_drift.psl.syntax.diagnostics import LIMIT

SOURCE = 'datasource db {\n  provider = "postgresql"\n}\n'


def loaded(*texts: str) -> list[str]:
    files = [SchemaFile(f"{index}.prisma", text) for index, text in enumerate(texts)]
    return [table.name.name for table in load(files, version=LATEST).schema.tables]


def test_a_folder_is_read_in_order_without_its_migrations(tmp_path: Path) -> None:
    for name in ("b.prisma", "a/z.prisma", "a/y.prisma", "migrations/x/old.prisma", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("enum E {\n  a\n}\n")
    names = [Path(file.path).relative_to(tmp_path).as_posix() for file in read_files(tmp_path)]
    assert names == ["a/y.prisma", "a/z.prisma", "b.prisma"]
    assert [file.path for file in read_files(tmp_path / "b.prisma")] == [str(tmp_path / "b.prisma")]


def test_line_ends_are_kept_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "schema.prisma"
    path.write_bytes(b"model A {\r\n  id Int @id\r\n}\r\n")
    (file,) = read_files(path)
    assert "\r\n" in file.text
    assert load([file], version=LATEST).schema.tables[0].columns[0].name == "id"


@pytest.mark.parametrize("name", ["missing.prisma", "empty"])
def test_nothing_to_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DriftError) as caught:
        read_files(tmp_path / name)
    assert caught.value.id == "schema-missing" and caught.value.hint


def test_other_encodings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "schema.prisma"
    path.write_bytes("// ok\n// caf\u00e9\n".encode("latin-1"))
    with pytest.raises(DriftError) as caught:
        read_files(path)
    assert "is not UTF-8 text" in caught.value.message
    assert caught.value.position is not None and caught.value.position.line == 2


def test_a_byte_order_mark_is_refused_as_prisma_does_and_explained(tmp_path: Path) -> None:
    path = tmp_path / "schema.prisma"
    path.write_bytes(b"\xef\xbb\xbfmodel A {\n  id Int @id\n}\n")
    with pytest.raises(SchemaError) as caught:
        load(read_files(path), version=LATEST)
    assert caught.value.position is not None and caught.value.position.line == 1
    assert "byte order mark" in caught.value.hint


def test_tables_follow_the_order_of_files() -> None:
    b = "model B {\n  id Int @id\n  as A[]\n}\n"
    a = "model A {\n  id Int @id\n  bId Int\n  b B @relation(fields: [bId], references: [id])\n}\n"
    assert loaded(SOURCE, b, a) == ["B", "A"]
    assert loaded(a, SOURCE, b) == ["A", "B"]


def test_errors_name_their_file() -> None:
    with pytest.raises(SchemaError) as caught:
        loaded(SOURCE, "model A {\n  id Int @id\n}\n", "model A {\n  id Int @id\n}\n")
    (error,) = caught.value.diagnostics
    assert str(error.position) == "2.prisma:1"


def test_an_error_shows_the_place() -> None:
    with pytest.raises(SchemaError) as caught:
        loaded(SOURCE + "model A {\n  id Int @id\n\tx\tSring\n}\n")
    error = caught.value.diagnostics[0]
    assert error.excerpt == "\tx\tSring\n\t \t^^^^^"
    assert error.hint == 'Did you mean "String"?'
    assert error.position is not None
    assert (error.position.line, error.position.column) == (6, 4)


def test_excerpts_of_very_long_lines_are_cut() -> None:
    with pytest.raises(SchemaError) as caught:
        loaded(f"model A {{\n  id Int @id {'@a ' * 500}@foo\n}}\n")
    assert all(len(line) <= 240 for line in caught.value.diagnostics[-1].excerpt.splitlines())


def test_there_is_an_end_to_errors() -> None:
    with pytest.raises(SchemaError) as caught:
        loaded("x\n" * 5000)
    assert len(caught.value.diagnostics) == LIMIT


def test_names_that_are_taken() -> None:
    text = SOURCE + "model A {\n  id Int @id\n}\nenum E {\n  a\n}\n"
    document = load([SchemaFile("s", text)], version=LATEST)
    assert document.names == {"A", "E"}
    assert document.model("A") is not None and document.model("E") is None
    assert document.enum("E") is not None


def test_a_view_with_a_key_loads_since_it_never_becomes_a_table() -> None:
    text = 'generator c {\n  provider = "x"\n  previewFeatures = ["views"]\n}\nview V {\n  id Int @id\n}\n'
    document = load([SchemaFile("schema.prisma", text)], version=LATEST)
    assert document.schema.tables == ()
    assert [w.message for w in document.warnings] == ["Views cannot have primary keys."]
    with pytest.raises(SchemaError):
        load([SchemaFile("schema.prisma", text)], version=LATEST, strict_views=True)
    load([SchemaFile("schema.prisma", text)], version=Version(6, 12), strict_views=True)
