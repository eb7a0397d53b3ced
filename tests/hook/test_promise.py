"""The hook offers no SQL that may not hold: what something may hold on to is not shown untried, and nothing is written unproved."""

from __future__ import annotations

from typing import Any

import pytest

FIRST, SECOND = "20240101000000_init", "20240102000000_more"
MODELS = "model User {\n  id   Int     @id\n  name String?\n  age  Int?\n}\n"
TABLE = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT, "age" INTEGER, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'
VIEW = 'CREATE MATERIALIZED VIEW "names" AS SELECT "id", "name", "age" FROM "User";\n'
HELD = {
    "a dropped column": MODELS.replace("  name String?\n", ""),
    "a change of type": MODELS.replace("Int?", "BigInt?"),
    "a dropped table": "model Other {\n  id Int @id\n}\n",
}


@pytest.fixture
def project(workspace: Any) -> Any:
    workspace.schema(MODELS)
    workspace.write("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    workspace.migration(FIRST, TABLE)
    workspace.commit()
    return workspace


def staged_sql(project: Any) -> list[str]:
    return [path for path in project.git("diff", "--cached", "--name-only").split() if path.endswith(".sql")]


@pytest.mark.parametrize("models", HELD.values(), ids=HELD)
def test_what_a_view_holds(project: Any, models: str) -> None:
    project.migration(SECOND, VIEW)
    project.commit()
    project.schema(models)
    project.stage()
    code, said = project.hook()
    assert code == 2
    assert "ALTER TABLE" not in said and "DROP TABLE" not in said
    assert (
        f'materialized view "names" (prisma/migrations/{SECOND}/migration.sql:1) may hold on to User' in said
    )


@pytest.mark.slow
@pytest.mark.parametrize("models", HELD.values(), ids=HELD)
def test_nothing_is_written_that_is_not_proved(project: Any, models: str) -> None:
    project.migration(SECOND, VIEW)
    project.commit()
    project.schema(models)
    project.stage()
    code, said = project.hook("--write")
    assert code == 2
    assert staged_sql(project) == []
    assert "It is not written." in said
    assert "names" in said
    assert "ALTER TABLE" not in said and "DROP TABLE" not in said
    assert "Written" not in said


@pytest.mark.slow
def test_what_loses_rows_is_for_fix_to_allow(project: Any) -> None:
    project.schema(HELD["a dropped column"])
    project.stage()
    code, said = project.hook()
    assert code == 2
    hazard = "public.User.name"
    assert said.index(hazard) < said.index("ALTER TABLE")
    code, said = project.hook("--write")
    assert code == 2
    assert staged_sql(project) == []
    assert hazard in said
    assert "prisma-drift fix --allow data-loss:public.User.name" in said


@pytest.mark.slow
def test_what_differed_before_is_left_alone(project: Any) -> None:
    project.migration(SECOND, 'CREATE TABLE "Left" ("id" INTEGER PRIMARY KEY);\n')
    project.git("add", "-A")
    project.git("commit", "-qm", "drift", "--no-verify")
    project.schema(MODELS.replace("  age  Int?\n", "  age  Int?\n  more Int?\n"))
    project.stage()
    code, said = project.hook("--write")
    assert code == 0, said
    [file] = staged_sql(project)
    assert (
        project.root / file
    ).read_text() == '-- AlterTable\nALTER TABLE "User" ADD COLUMN     "more" INTEGER;\n'


@pytest.mark.slow
def test_a_history_that_does_not_run_gives_no_proof(project: Any) -> None:
    project.migration(SECOND, 'ALTER TABLE "Nowhere" ADD COLUMN "x" INTEGER;\n')
    project.git("add", "-A")
    project.git("commit", "-qm", "broken", "--no-verify")
    project.schema(MODELS.replace("  age  Int?\n", "  age  Int?\n  more Int?\n"))
    project.stage()
    code, said = project.hook("--write")
    assert code == 2
    assert "It could not be tried." in said
    assert "Nowhere" in said
    assert staged_sql(project) == []
