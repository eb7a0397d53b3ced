"""The hook sees the project that `check` sees: its settings, its environment, and whether its schema is valid."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NAMED = (
    "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n  name  String?\n}\n"
)
HEADER = 'datasource db {\n  provider = "postgresql"\n}\n\n'
GEO = '\nmodel Geo {\n  id Int @id\n\n  @@map("geo")\n}\n'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("@@index([nope])", "The index definition refers to the unknown fields: nope."),
        ("posts Post[]", 'Type "Post" is neither a built-in type'),
        ('@@map("")', "Postgres has no objects without a name"),
    ],
)
def test_an_invalid_schema_is_refused_and_nothing_is_written(project: Any, line: str, said: str) -> None:
    project.schema(NAMED.replace("\n}", f"\n  {line}\n}}"))
    project.stage()
    before = project.git("diff", "--cached", "--name-only")
    for words in ((), ("--write",)):
        code, output = project.hook(*words)
        assert code == 1
        assert said in output
        assert "prisma/schema.prisma:" in output
        assert "CREATE" not in output
    assert project.git("diff", "--cached", "--name-only") == before
    assert project.git("status", "--short", "-uall") == "M  prisma/schema.prisma\n"


@pytest.mark.parametrize("command", ["check", "hook"])
@pytest.mark.parametrize(
    ("schemas", "line", "said"),
    [
        ("", '@@map("")', "`@@map` is empty here"),
        ('["public", ""]', '@@schema("")', "`@@schema` is empty here"),
        ('["public"]', '@@schema("")', "This schema is not defined in the datasource"),
    ],
)
def test_an_empty_name_ends_in_an_answer_and_soon(
    project: Any, command: str, schemas: str, line: str, said: str
) -> None:
    """Two seconds of processor time end the process: an empty name stands at every place of every migration."""
    for number in range(40):
        project.migration(f"2021010100{number:04}_x", 'SELECT 1 FROM "User" WHERE id = 1;\n' * 50)
    project.commit()
    datasource = HEADER.replace("\n}", f"\n  schemas = {schemas}\n}}", 1) if schemas else HEADER
    project.write("prisma/schema.prisma", datasource + NAMED.replace("\n}", f"\n  {line}\n}}"))
    project.stage()
    tool = [sys.executable, "-m", "prisma_drift", command]
    done = subprocess.run(
        ["sh", "-c", 'ulimit -t 2 && exec "$@"', "sh", *tool],
        cwd=project.root,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    output = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 1, output
    assert said in output
    assert "prisma/schema.prisma:" in output


def test_the_line_is_shown_with_a_caret(project: Any) -> None:
    project.schema(NAMED.replace("\n}", "\n  @@index([nope])\n}"))
    project.stage()
    assert "        @@index([nope])\n        ^^^^^^^^^^^^^^^\n" in project.hook()[1]


def test_every_mistake_is_told(project: Any) -> None:
    project.schema("model A {\n  id Nope @id\n}\n\nmodel B {\n  id None @id\n}\n")
    project.stage()
    assert project.hook()[1].count("[schema-invalid]") == 2


def test_a_commit_that_mends_an_invalid_schema_passes(project: Any) -> None:
    project.schema("model User {\n  id Nope @id\n}\n")
    project.commit()
    project.schema(NAMED.replace("  name  String?\n", ""))
    project.stage()
    assert project.hook() == (0, "")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("prisma-drift.yml", "tables:\n  external: [public.geo]\n"),
        ("prisma.config.ts", 'export default { tables: { external: ["public.geo"] } }\n'),
        (
            ".config/prisma.ts",
            'export default { schema: "../prisma/schema.prisma", tables: { external: ["public.geo"] } }\n',
        ),
    ],
)
def test_external_tables_are_left_alone(project: Any, file: str, text: str) -> None:
    project.write(file, text)
    project.commit()
    project.schema(NAMED.replace("  name  String?\n", "") + GEO)
    project.stage()
    assert project.hook() == (0, "")


def test_a_config_in_its_own_folder_names_the_schema(workspace: Any) -> None:
    workspace.schema("model A {\n  id Int @id\n}\n", "db/main.prisma")
    workspace.migration("1_init", 'CREATE TABLE "A" (id INTEGER PRIMARY KEY);', "db/sql")
    workspace.write(
        ".config/prisma.ts",
        'export default { schema: "../db/main.prisma", migrations: { path: "../db/sql" } }\n',
    )
    workspace.commit()
    workspace.schema("model A {\n  id Int @id\n  b Int?\n}\n", "db/main.prisma")
    workspace.stage()
    code, output = workspace.hook()
    assert code == 2
    assert 'ADD COLUMN     "b" INTEGER' in output


@pytest.mark.parametrize("ignored", [True, False])
def test_the_environment_tells_the_default_schema(workspace: Any, ignored: bool) -> None:
    """`?schema=` of a `.env` that git does not know: what is already in step stays so."""
    header = 'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n\n'
    workspace.write("prisma/schema.prisma", header + "model A {\n  id Int @id\n}\n")
    workspace.write(".env", 'DATABASE_URL="postgresql://u:p@localhost/d?schema=app"\n')
    if ignored:
        workspace.write(".gitignore", ".env\n")
    workspace.migration("1_init", 'CREATE TABLE "app"."A" (id INTEGER PRIMARY KEY);')
    workspace.commit()
    workspace.write("prisma/schema.prisma", header + "model A {\n  id Int @id\n  b Int?\n}\n")
    workspace.migration("2_b", 'ALTER TABLE "app"."A" ADD COLUMN "b" INTEGER;')
    workspace.stage()
    assert workspace.hook("--write") == (0, "")


def test_the_version_is_that_of_the_lock_file(project: Any) -> None:
    """An implicit join table has a primary key from Prisma 6 on."""
    both = "model A {\n  id Int @id\n  b B[]\n}\n\nmodel B {\n  id Int @id\n  a A[]\n}\n"
    project.write("package.json", '{"devDependencies": {"prisma": ">=5"}}')
    lock = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      prisma:\n        specifier: '>=5'\n        version: {}\n"
    for version, said in (("5.22.0", "CREATE UNIQUE INDEX"), ("6.19.0", "_AToB_AB_pkey")):
        project.write("pnpm-lock.yaml", lock.format(version))
        project.schema(both)
        project.stage()
        output = project.hook()[1]
        assert said in output


def test_no_program_of_the_repository_runs(project: Any, tmp_path: Path) -> None:
    mark, program = tmp_path / "ran", tmp_path / "monitor"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    program.chmod(0o755)
    project.schema(NAMED)
    project.stage()
    project.git("config", "core.fsmonitor", str(program))
    assert project.hook("--write")[0] == 0
    assert not mark.exists()


def test_check_and_hook_read_the_same_configuration_errors(project: Any) -> None:
    project.write("prisma-drift.yml", "tabels: 1\n")
    project.schema(NAMED)
    project.stage()
    code, output = project.hook()
    assert code == 1
    assert "`tabels` is not a setting" in output
    done = subprocess.run(
        [sys.executable, "-m", "prisma_drift", "check"],
        cwd=project.root,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "`tabels` is not a setting" in done.stderr + done.stdout
