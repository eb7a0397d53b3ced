"""A commit that gives something another name: the hook says so once, and writes a migration that renames."""

from __future__ import annotations

from typing import Any

import pytest

INIT = "20240101000000_init"
MODELS = "model User {\n  id   Int     @id\n  name String? @unique\n  age  Int?\n}\n"
TABLE = (
    'CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT, "age" INTEGER, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'
    'CREATE UNIQUE INDEX "User_name_key" ON "User"("name");\n'
)
RENAMED = {
    "a field that is mapped": (MODELS.replace("String? @unique", 'String? @unique @map("full_name")'), "column public.User.name becomes public.User.full_name"),
    "a line in another's place": (MODELS.replace("  name ", "  fullName "), "column public.User.name becomes public.User.fullName"),
    "a model that is mapped": (MODELS.replace("}\n", '\n  @@map("users")\n}\n'), "table public.User becomes public.users"),
}  # fmt: skip


@pytest.fixture
def project(workspace: Any) -> Any:
    workspace.schema(MODELS)
    workspace.write("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    workspace.migration(INIT, TABLE)
    workspace.commit()
    return workspace


def staged_sql(project: Any) -> list[str]:
    return [path for path in project.git("diff", "--cached", "--name-only").split() if path.endswith(".sql")]


@pytest.mark.parametrize("name", RENAMED)
def test_it_is_told_once(project: Any, name: str) -> None:
    models, thing = RENAMED[name]
    project.schema(models)
    project.stage()
    code, said = project.hook()
    assert code == 2
    assert said.count("migration-missing") == 1, said
    assert thing in said
    assert "RENAME" in said and "DROP" not in said, said


@pytest.mark.slow
@pytest.mark.parametrize("name", RENAMED)
def test_it_is_written_as_a_rename(project: Any, name: str) -> None:
    project.schema(RENAMED[name][0])
    project.stage()
    code, said = project.hook("--write")
    assert code == 0, said
    (file,) = staged_sql(project)
    text = (project.root / file).read_text()
    assert "-- renamed: " in text and "DROP" not in text, text
    assert "_rename_" in file
    assert project.hook() == (0, "")


def test_what_may_be_one_is_offered(project: Any) -> None:
    project.schema(MODELS.replace("  age  Int?", "  height Int?"))
    project.stage()
    code, said = project.hook()
    assert code == 2
    assert "--rename User.age=User.height" in said
    assert 'DROP COLUMN "age"' in said


def test_a_migration_that_renames_is_enough(project: Any) -> None:
    project.schema(RENAMED["a line in another's place"][0])
    project.migration(
        "20240102000000_rename",
        'ALTER TABLE "User" RENAME COLUMN "name" TO "fullName";\n'
        'ALTER INDEX "User_name_key" RENAME TO "User_fullName_key";\n',
    )
    project.stage()
    assert project.hook() == (0, "")
