"""`prisma-drift projects`: the projects that `check` would look at, for people, scripts and a matrix."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from prisma_drift import cli

SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel User {\n  id Int @id\n}\n'


def project(root: Path, folder: str, schema: str = "prisma/schema.prisma") -> None:
    file = root / folder / schema
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SCHEMA)
    migration = file.parent / "migrations/20240101000000_init/migration.sql"
    migration.parent.mkdir(parents=True, exist_ok=True)
    migration.write_text('CREATE TABLE "User" ("id" INTEGER PRIMARY KEY);\n')


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(["projects", *words]) == 0
    return capsys.readouterr().out


def test_a_matrix_has_an_entry_for_each_project(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(root, "packages/a")
    project(root, "packages/b")
    text = said(capsys, "--format", "matrix")
    assert text.count("\n") == 1, "one line, as GITHUB_OUTPUT takes it"
    assert json.loads(text) == {
        "include": [
            {"name": "packages/a", "project": "packages/a", "schema": ""},
            {"name": "packages/b", "project": "packages/b", "schema": ""},
        ]
    }


def test_a_single_project_is_a_matrix_of_one(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(root, ".")
    assert json.loads(said(capsys, "--format", "matrix"))["include"] == [
        {"name": "prisma/schema.prisma", "project": ".", "schema": ""}
    ]


def test_more_projects_than_jobs_share_entries(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        project(root, f"p{number}")
    entries = json.loads(said(capsys, "--format", "matrix", "--jobs", "2"))["include"]
    assert [one["project"].split("\n") for one in entries] == [["p0", "p1", "p2"], ["p3", "p4"]]
    assert entries[0]["name"] == "p0 and 2 more"


def test_two_schemas_of_one_folder_are_told_apart(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(root, "db", "one/schema.prisma")
    project(root, "db", "two/schema.prisma")
    (root / "prisma-drift.yml").write_text(
        "projects:\n  - path: db\n    name: one\n    schema: db/one/schema.prisma\n"
        "  - path: db\n    name: two\n    schema: db/two/schema.prisma\n"
    )
    entries = json.loads(said(capsys, "--format", "matrix"))["include"]
    assert [(one["name"], one["project"], one["schema"]) for one in entries] == [
        ("one", "db", "one/schema.prisma"),
        ("two", "db", "two/schema.prisma"),
    ]


def test_json_says_where_everything_is(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(root, "a")
    project(root, "b")
    (root / "c/prisma").mkdir(parents=True)
    (root / "c/prisma/schema.prisma").write_text(SCHEMA.replace("postgresql", "mysql"))
    told = json.loads(said(capsys, "--format", "json", "--quiet"))
    assert told["version"] == 1
    assert [one["schema"] for one in told["projects"]] == ["a/prisma/schema.prisma", "b/prisma/schema.prisma"]
    assert told["projects"][0]["migrations"] == "a/prisma/migrations"
    assert [one["path"] for one in told["skipped"]] == ["c"]


def test_text_names_schema_and_migrations(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(root, "a")
    project(root, "b")
    first, second = said(capsys).rstrip().split("\n")
    assert first.startswith("a  a/prisma/schema.prisma, a/prisma/migrations, Prisma ")
    assert second.startswith("b  ")


def test_no_project_is_an_error_and_no_matrix(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["projects", "--format", "matrix"]) == 1
    told = capsys.readouterr()
    assert told.out == "" and "No Prisma schema" in told.err


def test_a_hostile_folder_is_a_string_in_one_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(root, "a\n::error::x")
    project(root, "b##[error]\u202e")
    text = said(capsys, "--format", "matrix")
    assert text.count("\n") == 1 and "\u202e" not in text and "##[" not in text
    names = [one["project"] for one in json.loads(text)["include"]]
    assert names == ["a\n::error::x", "b##[error]\u202e"]
