"""The real command on real repositories: each case that must pass, and each that must be stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

USER = "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n}\n"
NAMED = USER.replace("@unique\n", "@unique\n  name  String?\n")
ADD = 'ALTER TABLE "User" ADD COLUMN     "name" TEXT;\n'
FIRST, NEXT, LATER = "20240101000000_init", "20240202000000_name", "20240303000000_more"
INIT = f"prisma/migrations/{FIRST}/migration.sql"


def test_nothing_staged(project: Any) -> None:
    assert project.hook() == (0, "")


def test_a_schema_edit_without_its_migration(project: Any) -> None:
    project.schema(NAMED)
    project.stage()
    code, said = project.hook()
    assert code == 2
    line = 1 + (project.root / "prisma/schema.prisma").read_text().split("\n").index("  name  String?")
    assert f"error prisma/schema.prisma:{line}: User.name is new (TEXT)" in said
    assert '    -- AlterTable\n    ALTER TABLE "User" ADD COLUMN     "name" TEXT;' in said
    assert "prisma-drift hook --write" in said


def test_with_its_migration(project: Any) -> None:
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.stage()
    assert project.hook() == (0, "")


def test_only_what_is_staged_counts(project: Any) -> None:
    """The migration lies in the work tree, and so does an edit of the schema that is not staged."""
    project.schema(NAMED)
    project.stage("prisma/schema.prisma")
    project.migration(NEXT, ADD)
    assert project.hook()[0] == 2
    project.schema(NAMED.replace("name", "nickname"))
    project.stage("prisma/migrations")
    assert project.hook() == (0, "")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (ADD.replace("TEXT", "INTEGER"), "the migration makes it INTEGER, the schema says TEXT"),
        (ADD.replace("TEXT", "TEXT NOT NULL"), "makes it NOT NULL, the schema says nullable"),
        (ADD.replace("TEXT", "TEXT DEFAULT 'x'"), "makes it DEFAULT 'x', the schema says without default"),
        (
            ADD + 'ALTER TABLE "User" ADD COLUMN "more" TEXT;',
            "there is a column that the schema does not have",
        ),
        (ADD + 'CREATE INDEX x ON "User"("name");', "there is x, which the schema does not have"),
        (ADD + 'DROP INDEX "User_email_key";', "the migration does not create User_email_key"),
        (ADD + 'DROP TABLE "Other";', "This statement cannot run: there is no table Other"),
        ("BEGIN;\n" + ADD, "never committed"),
    ],
)
def test_a_migration_that_does_something_else(project: Any, sql: str, said: str) -> None:
    project.schema(NAMED)
    project.migration(NEXT, sql)
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert said in output
    assert f"prisma/migrations/{NEXT}/migration.sql:" in output


def test_a_migration_that_misses_a_part(project: Any) -> None:
    project.schema(NAMED.replace("String?", "String?\n\n  @@index([name])"))
    project.migration(NEXT, ADD)
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert "index (name) of User is new" in output
    assert 'CREATE INDEX "User_name_idx" ON "User"("name");' in output
    assert "ADD COLUMN" not in output


@pytest.mark.parametrize(
    "models",
    [
        "// a comment\n" + USER,
        USER.replace("email", "email    ").replace("\n", "\r\n"),
        "model User {\n  email String @unique\n  id    Int    @id @default(autoincrement())\n}\n",
        USER.replace("email String", 'mail  String @map("email")'),
        USER.replace("model User", "model Person").replace("\n}", '\n  @@map("User")\n}'),
        "generator more {\n  provider = \"x\"\n}\n" + USER,
        "/// Documented.\n" + USER,
    ],
)  # fmt: skip
def test_edits_that_change_no_table_pass(project: Any, models: str) -> None:
    project.schema(models)
    project.stage()
    assert project.hook() == (0, "")


def test_client_side_defaults_and_relation_names_pass(project: Any) -> None:
    before = (
        "model A {\n  id String @id\n  at DateTime\n  b B? @relation(fields: [bId], references: [id])\n  bId String?\n}\n"
        "model B {\n  id String @id\n  as A[]\n}\n"
    )
    after = (
        before.replace("id String @id\n  at DateTime\n  b B?", "id String @id @default(cuid())\n  at DateTime @updatedAt\n  owner B?")
        .replace("  as A[]", "  members A[]")
    )  # fmt: skip
    project.schema(before)
    project.commit()
    project.schema(after)
    project.stage()
    assert project.hook() == (0, "")


@pytest.mark.parametrize(
    "sql", ["UPDATE \"User\" SET email = '';", "-- nothing\n", "CREATE VIEW v AS SELECT 1;"]
)
def test_a_migration_without_a_schema_edit_passes(project: Any, sql: str) -> None:
    project.migration(NEXT, sql)
    project.stage()
    assert project.hook() == (0, "")


def test_sql_that_cannot_be_read(project: Any) -> None:
    project.schema(NAMED)
    project.migration(NEXT, f"DO $$ BEGIN {ADD} END $$;")
    project.stage()
    code, output = project.hook()
    assert code == 0
    assert f"note prisma/migrations/{NEXT}/migration.sql:1: Cannot tell" in output
    assert project.hook("--strict")[0] == 2
    assert project.hook(PRISMA_DRIFT_STRICT="1")[0] == 2


def test_an_edited_migration(project: Any) -> None:
    project.write(INIT, (project.root / INIT).read_text() + "-- edited\n")
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert f"error {INIT}:11: The migration {FIRST} is on the base branch" in output
    assert project.hook("--allow-edit", "a typo in a comment")[0] == 0
    assert project.hook(PRISMA_DRIFT_ALLOW_EDIT="a typo in a comment")[0] == 0
    assert project.hook("--allow-edit", " ")[0] == 1


def test_an_allowed_edit_is_still_read(project: Any) -> None:
    project.write(INIT, (project.root / INIT).read_text().replace("TEXT", "INTEGER"))
    project.stage()
    code, output = project.hook("--allow-edit", "why")
    assert code == 2
    assert "User.email" in output


def test_line_ends_do_not_count(project: Any) -> None:
    project.git("config", "core.autocrlf", "false")
    project.write(INIT, (project.root / INIT).read_text().replace("\n", "\r\n"))
    project.stage()
    assert project.git("diff", "--cached", "--name-only").strip() == INIT
    assert project.hook() == (0, "")


def test_a_deleted_and_a_renamed_migration(project: Any) -> None:
    project.git("mv", f"prisma/migrations/{FIRST}", "prisma/migrations/20240101000001_first")
    code, output = project.hook()
    assert code == 2
    assert "renamed to 20240101000001_first" in output
    assert f"git mv prisma/migrations/20240101000001_first prisma/migrations/{FIRST}" in output
    project.git("reset", "-q", "--hard")
    project.git("rm", "-q", INIT)
    code, output = project.hook()
    assert code == 2
    assert "is deleted" in output


def test_a_migration_before_the_newest(project: Any) -> None:
    project.schema(NAMED)
    project.migration("20230101000000_name", ADD)
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert f"sorts before {FIRST}" in output
    command = next(line.strip() for line in output.splitlines() if "git mv" in line)
    project.git(*command.split()[1:])
    assert project.hook() == (0, "")


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("prisma/migrations/fix.sql", "SELECT 1", "[stray-sql-file]"),
        (f"prisma/migrations/{NEXT}/steps.sql", "SELECT 1", "[stray-sql-file]"),
        ("prisma/migrations/migration_lock.toml", 'provider = "mysql"\n', "[lock-file-changed]"),
    ],
)
def test_an_untidy_folder(project: Any, path: str, text: str, said: str) -> None:
    project.write(path, text)
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert said in output


def test_write_makes_and_stages_the_migration(project: Any) -> None:
    project.schema(NAMED)
    project.stage()
    code, output = project.hook("--write")
    assert code == 0
    staged = project.git("diff", "--cached", "--name-only").split()
    (file,) = [path for path in staged if path.endswith("migration.sql")]
    assert f"Written and staged: {file}" in output
    assert file.endswith("_add_name_user/migration.sql")
    assert (project.root / file).read_text() == "-- AlterTable\n" + ADD
    assert project.hook() == (0, "")


def test_a_migration_that_is_not_staged(project: Any) -> None:
    """What lies in the work tree is offered, and nothing is written beside it."""
    project.schema(NAMED)
    project.stage()
    project.migration(NEXT, ADD)
    for flags in ((), ("--write",)):
        code, output = project.hook(*flags)
        assert code == 2
        assert "CREATE" not in output and "ALTER TABLE" not in output
        command = next(line for line in output.splitlines() if "git add" in line).rpartition(": ")[2]
        assert command == f"git add prisma/migrations/{NEXT}/migration.sql"
    project.git(*command.split()[1:])
    assert project.hook() == (0, "")


def test_a_schema_that_is_not_staged(project: Any) -> None:
    project.migration(NEXT, ADD)
    project.stage()
    project.schema(NAMED)
    code, output = project.hook()
    assert code == 2
    assert "not staged: git add prisma/schema.prisma" in output


def test_a_correction_that_is_not_staged(project: Any) -> None:
    project.schema(NAMED)
    project.migration(NEXT, ADD.replace("TEXT", "INTEGER"))
    project.stage()
    project.migration(NEXT, ADD)
    code, output = project.hook()
    assert code == 2
    assert f"git add prisma/migrations/{NEXT}/migration.sql" in output


def test_what_is_not_staged_and_does_not_help_is_left_out(project: Any) -> None:
    project.schema(NAMED)
    project.stage()
    project.migration(NEXT, "-- nothing\n")
    code, output = project.hook()
    assert code == 2
    assert "git add" not in output
    assert "ADD COLUMN" in output


def test_an_order_that_makes_no_difference_is_a_note(project: Any) -> None:
    project.schema(USER + "model Tag {\n  id Int @id\n}\n")
    project.migration(
        "20230101000000_tag",
        'CREATE TABLE "Tag" ("id" INTEGER NOT NULL, CONSTRAINT "Tag_pkey" PRIMARY KEY ("id"));',
    )
    project.stage()
    code, output = project.hook()
    assert (code, output.startswith("note ")) == (0, True), output
    assert "git mv prisma/migrations/20230101000000_tag" in output
    assert project.hook("--strict")[0] == 2


def test_a_squash(project: Any) -> None:
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.commit()
    project.git("rm", "-rq", f"prisma/migrations/{FIRST}", f"prisma/migrations/{NEXT}")
    project.migration(
        "000000000000_squashed",
        'CREATE TABLE "User" (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT);',
    )
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert "PRISMA_DRIFT_ALLOW_EDIT" in output
    code, output = project.hook(PRISMA_DRIFT_ALLOW_EDIT="squash")
    assert code == 0, output
    assert "(squash)" in output
    assert "npx prisma migrate resolve --applied 000000000000_squashed" in output


def test_a_loss_is_not_written(project: Any) -> None:
    """The commands that it says decide it, and they are fix's own."""
    project.schema("model User {\n  id    Int    @id @default(autoincrement())\n}\n")
    project.stage()
    code, output = project.hook("--write")
    assert code == 2
    assert "prisma-drift fix --allow data-loss:public.User.email" in output
    assert project.git("diff", "--cached", "--name-only").split() == ["prisma/schema.prisma"]


def test_nothing_is_written_for_a_schema_that_is_not_valid(project: Any) -> None:
    project.schema(NAMED.replace("Int  ", "Unknown").replace("name ", "name x"))
    project.stage()
    code, output = project.hook("--write")
    assert code == 1
    assert "CREATE" not in output and "ALTER" not in output
    assert project.git("status", "--short").split() == ["M", "prisma/schema.prisma"]


def test_what_write_says_stands_in_front_of_the_migration(project: Any) -> None:
    project.schema(NAMED.replace("name  String?", 'name  String @default("x") @unique'))
    project.stage()
    code, output = project.hook("--write")
    assert code == 0, output
    (file,) = [
        path
        for path in project.git("diff", "--cached", "--name-only").split()
        if path.endswith("migration.sql")
    ]
    text = (project.root / file).read_text()
    assert text.startswith("/*\n  Warnings:\n"), text


def test_the_first_commit(workspace: Any) -> None:
    workspace.schema(USER)
    workspace.write("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    workspace.migration(FIRST, "SELECT 1;")
    workspace.stage()
    code, output = workspace.hook()
    assert code == 2
    assert 'CREATE TABLE "User"' in output
    workspace.migration(FIRST, 'CREATE TABLE "User" (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE);')
    workspace.stage()
    assert workspace.hook() == (0, "")


def test_a_project_without_migrations_is_left_alone(workspace: Any) -> None:
    workspace.schema(USER)
    workspace.commit()
    workspace.schema(NAMED)
    workspace.stage()
    assert workspace.hook() == (0, "")


def test_an_amended_commit(project: Any) -> None:
    """HEAD is the commit that is amended: its migration may still change, for it is on no base branch."""
    project.git("checkout", "-qb", "feature")
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.commit()
    both = NAMED.replace("String?\n", "String?\n  age   Int?\n")
    project.schema(both)
    project.migration(NEXT, ADD.replace(";", ',\nADD COLUMN     "age" INTEGER;'))
    project.stage()
    assert project.hook() == (0, "")
    project.migration(NEXT, ADD.replace(";", ',\nADD COLUMN     "age" TEXT;'))
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert "User.age" in output
    project.git("checkout", "-q", "-f", "HEAD", "--", ".")
    project.git("rm", "-rq", f"prisma/migrations/{NEXT}")
    code, output = project.hook()
    assert code == 2
    assert "User.name" in output


def test_the_base_branch_decides(project: Any) -> None:
    """On a branch, a migration that main does not have may change; one that main has may not."""
    project.git("checkout", "-qb", "feature")
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.commit()
    project.migration(NEXT, "-- better\n" + ADD)
    project.stage()
    assert project.hook() == (0, "")
    assert project.hook("--base", "feature")[0] == 2
    assert project.hook(PRISMA_DRIFT_BASE="feature")[0] == 2
    assert project.hook("--base", "no-such-branch")[0] == 1


def test_a_merge(project: Any) -> None:
    """Both sides brought a migration; the schemas conflict, and the merge is resolved by hand."""
    project.git("checkout", "-qb", "feature")
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.commit()
    project.git("checkout", "-q", "main")
    project.schema(USER.replace("@unique\n", "@unique\n  age   Int?\n"))
    project.migration("20240201000000_age", 'ALTER TABLE "User" ADD COLUMN "age" INTEGER;')
    project.commit()
    project.git("checkout", "-q", "feature")
    project.git("merge", "-q", "main", check=False)
    code, output = project.hook()
    assert (code, "still in conflict" in output) == (1, True)
    project.schema(NAMED.replace("String?\n", "String?\n  age   Int?\n"))
    project.stage()
    assert project.hook() == (0, "")
    project.schema(NAMED.replace("String?\n", "String?\n  age   Int?\n  more  Int?\n"))
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert "User.more" in output
    assert "User.age" not in output


def test_a_rebase(project: Any) -> None:
    """A commit that is being applied anew, with a conflict that was resolved."""
    project.git("checkout", "-qb", "feature")
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.commit()
    project.git("checkout", "-q", "main")
    project.schema(USER.replace("@unique\n", "@unique\n  age   Int?\n"))
    project.migration(LATER, 'ALTER TABLE "User" ADD COLUMN "age" INTEGER;')
    project.commit()
    project.git("checkout", "-q", "feature")
    project.git("rebase", "-q", "main", check=False)
    project.schema(NAMED.replace("String?\n", "String?\n  age   Int?\n"))
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert f"{NEXT} sorts before {LATER}" in output
    assert "User." not in output


def test_a_submodule(project: Any, tmp_path: Path) -> None:
    project.git("init", "-q", "-b", "main", str(tmp_path / "outer"))
    outer = type(project)(tmp_path / "outer")
    outer.git("submodule", "add", "-q", str(project.root), "vendor/app")
    outer.stage()
    assert outer.hook() == (0, "")
    inner = type(project)(tmp_path / "outer/vendor/app")
    inner.schema(NAMED)
    inner.stage()
    assert inner.hook()[0] == 2
    inner.migration(NEXT, ADD)
    inner.stage()
    assert inner.hook() == (0, "")


def test_a_worktree(project: Any, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    tree = type(project)(tmp_path / "tree")
    tree.schema(NAMED)
    tree.stage()
    assert tree.hook()[0] == 2
    assert project.hook() == (0, "")
    tree.migration(NEXT, ADD)
    tree.stage()
    assert tree.hook(cwd="prisma") == (0, "")


def test_a_renamed_folder(project: Any) -> None:
    (project.root / "packages").mkdir()
    project.git("mv", "prisma", "packages/database")
    assert project.hook() == (0, "")
    project.schema(NAMED, "packages/database/schema.prisma")
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert "packages/database/schema.prisma" in output
    project.migration(NEXT, ADD, "packages/database/migrations")
    project.stage()
    assert project.hook() == (0, "")


def test_several_projects_in_one_run(project: Any) -> None:
    project.schema(USER.replace("User", "Post"), "packages/blog/prisma/schema.prisma")
    sql = (project.root / INIT).read_text().replace("User", "Post")
    project.migration(FIRST, sql, "packages/blog/prisma/migrations")
    mysql = 'datasource db {\n  provider = "mysql"\n}\nmodel M {\n  id Int @id\n}\n'
    project.write("other/prisma/schema.prisma", mysql)
    project.migration(FIRST, "CREATE TABLE M (id INT);", "other/prisma/migrations")
    project.commit()
    project.schema(NAMED)
    project.schema(NAMED.replace("User", "Post"), "packages/blog/prisma/schema.prisma")
    project.write("other/prisma/schema.prisma", mysql.replace("@id", "@id\n  n Int"))
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert "prisma/schema.prisma:" in output
    assert "packages/blog/prisma/schema.prisma:" in output
    assert "other/" not in output
    project.migration(NEXT, ADD.replace("User", "Post"), "packages/blog/prisma/migrations")
    project.stage()
    code, output = project.hook()
    assert code == 2
    assert "packages/blog" not in output


def test_a_schema_in_several_files(workspace: Any) -> None:
    workspace.schema("", "prisma/schema/main.prisma")
    workspace.write("prisma/schema/user.prisma", USER)
    workspace.migration(FIRST, 'CREATE TABLE "User" (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE);')
    workspace.commit()
    workspace.write("prisma/schema/user.prisma", NAMED)
    workspace.write("prisma/schema/more.prisma", "model More {\n  id Int @id\n}\n")
    workspace.stage()
    code, output = workspace.hook()
    assert code == 2
    assert "prisma/schema/user.prisma:4" in output
    assert "prisma/schema/more.prisma:1" in output


def test_a_schema_named_by_a_config_file(workspace: Any) -> None:
    workspace.schema(USER, "db/my.prisma")
    workspace.migration(
        FIRST, 'CREATE TABLE "User" (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE);', "db/history"
    )
    config = 'import { defineConfig } from "prisma/config";\nexport default defineConfig({\n  schema: "db/my.prisma",\n'
    workspace.write("prisma.config.ts", config + '  migrations: { path: "db/history" },\n});\n')
    workspace.commit()
    workspace.schema(NAMED, "db/my.prisma")
    workspace.stage()
    assert workspace.hook()[0] == 2
    workspace.migration(NEXT, ADD, "db/history")
    workspace.stage()
    assert workspace.hook() == (0, "")


def test_a_schema_named_by_an_option(workspace: Any) -> None:
    workspace.schema(USER, "models/all.prisma")
    workspace.migration(
        FIRST, 'CREATE TABLE "User" (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE);', "sql"
    )
    workspace.commit()
    workspace.schema(NAMED, "models/all.prisma")
    workspace.stage()
    assert workspace.hook() == (0, "")
    named = ("--schema", "models/all.prisma", "--migrations", "sql")
    assert workspace.hook(*named)[0] == 2
    variables = {"PRISMA_DRIFT_SCHEMA": "models", "PRISMA_DRIFT_MIGRATIONS": "sql"}
    assert workspace.hook(**variables)[0] == 2
    workspace.migration(NEXT, ADD, "sql")
    workspace.stage()
    assert workspace.hook(*named) == (0, "")


def test_github_annotations_and_colours(project: Any) -> None:
    project.schema(NAMED)
    project.stage()
    code, output = project.hook(GITHUB_ACTIONS="true")
    assert code == 2
    assert (
        "::error file=prisma/schema.prisma,line=12,title=prisma-drift%3A migration-missing::User.name is new"
        in output
    )
    assert "\033[" not in output
    assert "\033[31merror" in project.hook(NO_COLOR="", FORCE_COLOR="1")[1]


def test_errors_in_words(project: Any, tmp_path: Path) -> None:
    project.schema("model User {\n  id Unknown @id\n}\n")
    project.stage()
    code, output = project.hook()
    assert code == 1
    assert "prisma/schema.prisma:10" in output
    outside = type(project)(tmp_path / "nowhere")
    assert outside.hook()[0] == 1


def test_a_real_commit_runs_the_installed_hook(project: Any) -> None:
    """git itself, with its own environment and index file: `git commit`, `git commit -a`, `git commit FILE`."""
    command = f"{sys.executable} -c 'import sys; from prisma_drift.cli import entry; sys.exit(entry())' hook"
    project.write(".git/hooks/pre-commit", f"#!/bin/sh\nexec {command}\n").chmod(0o755)
    project.schema(NAMED)
    assert "User.name is new" in project.git("commit", "-qam", "x", check=False)
    project.migration(NEXT, ADD)
    project.stage("prisma/migrations")
    assert "User.name" in project.git("commit", "-qm", "x", check=False)
    project.git("commit", "-qm", "x", "prisma")
    assert project.git("status", "--short") == ""


def test_little_is_imported_where_nothing_is_staged(project: Any) -> None:
    """Nothing that costs time, and never what talks to a database or a network."""
    project.write("README.md", "x")
    project.stage()
    code = "import sys; from prisma_drift.cli import main; before = set(sys.modules); main(['hook']); print(sorted(set(sys.modules) - before))"
    assert _imported(project, code) <= {"prisma_drift.hook", "prisma_drift.git", "prisma_drift.git.run"}
    project.schema(NAMED)
    project.stage()
    code = code.replace("before = set(sys.modules)", "before = set()")
    heavy = {"psycopg", "rich", "requests", "testcontainers", "sqlglot", "yaml", "argparse", "subprocess"}
    assert not heavy & {name.partition(".")[0] for name in _imported(project, code)}


def _imported(project: Any, code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project.root,
        env=project.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    names: set[str] = set(eval(done.stdout.splitlines()[-1]))
    return names


def test_a_folder_without_sql_is_no_migration(project: Any) -> None:
    """Prisma stops at it on every database, whatever else the commit holds; the printed command mends it."""
    project.write(f"prisma/migrations/{NEXT}/README.md", "later\n")
    project.stage()
    code, said = project.hook()
    assert (code, "[migration-file-missing]" in said) == (2, True)
    assert f"git rm -r --cached prisma/migrations/{NEXT}\n" in said
    project.git("rm", "-rq", "--cached", f"prisma/migrations/{NEXT}")
    assert project.hook() == (0, "")
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.stage("prisma/schema.prisma", f"prisma/migrations/{NEXT}/README.md")
    code, said = project.hook()
    assert (code, f"git add prisma/migrations/{NEXT}/migration.sql\n" in said) == (2, True)
    project.stage()
    assert project.hook() == (0, "")


def test_other_files_beside_sql_and_other_migrations_are_no_concern(project: Any) -> None:
    project.write(f"prisma/migrations/{FIRST}/README.md", "why\n")
    project.write("docs/migrations/2024/README.md", "of another kind\n")
    project.write("prisma/migrations/README.md", "how\n")
    project.stage()
    assert project.hook() == (0, "")
