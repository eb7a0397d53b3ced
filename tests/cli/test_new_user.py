"""A new user who knows nothing: edits the schema, commits, and types only what the program says.

Each edit is committed without its migration. The hook stops it; the commands that it prints are typed, one after the
other, until the commit passes. In the end schema and migrations are in step, and no row of what stayed is lost.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from prisma_drift.postgres.apply.migrations import MigrationText, apply
from prisma_drift.postgres.server.server import parse_shadow, server

PROJECT = Path(__file__).parents[2]
MODELS = """\
model User {
  id    Int     @id @default(autoincrement())
  email String  @unique
  name  String?
  age   Int?
  role  Role    @default(USER)
}

model Post {
  id    Int    @id @default(autoincrement())
  title String
}

enum Role {
  USER
  ADMIN
}
"""
EDITS = (
    ("a model", "enum Role {", "model Tag {\n  id   Int    @id @default(autoincrement())\n  text String\n}\n\nenum Role {"),
    ("an optional field", "  title String\n", "  title String\n  body  String?\n"),
    ("a required field with a default", "  title String\n", "  title String\n  views Int @default(0)\n"),
    ("a type", "  age   Int?", "  age   BigInt?"),
    ("an index", "  body  String?\n", "  body  String?\n\n  @@index([title])\n"),
    ("a unique", "  text String\n", "  text String @unique\n"),
    ("a value of an enum", "  ADMIN\n", "  ADMIN\n  OWNER\n"),
    ("an enum", "enum Role {", "enum State {\n  OPEN\n  DONE\n}\n\nenum Role {"),
    ("a relation", "  views Int @default(0)\n", "  views Int @default(0)\n  tag   Tag? @relation(fields: [tagId], references: [id])\n  tagId Int?\n"),
    ("a default", "@default(USER)", "@default(ADMIN)"),
    ("another name", "  name  String?", "  fullName String?"),
    ("a field that goes", "  age   BigInt?\n", ""),
)  # fmt: skip
BACK = ("Tag", "  text String @unique\n", "  text String @unique\n  posts Post[]\n")
"""The other side of the relation, in the same edit."""
_TYPED = re.compile(r"(?:prisma-drift|git) [a-z].*")


class User:
    """Someone in a terminal, and what was typed and said."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lines: list[str] = []
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRISMA_DRIFT_", "GITHUB_"))
        } | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }  # fmt: skip

    def types(self, command: str) -> tuple[int, str]:
        """A command in the shell; its status and all that it says."""
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=self.root, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        self.lines += [f"$ {command}", *done.stdout.rstrip().split("\n"), ""]
        return done.returncode, done.stdout

    def commits(self, message: str) -> None:
        """Commits, and does what is said until it passes."""
        commit = f"git add prisma && git commit -qm {shlex.quote(message)}"
        for _ in range(6):
            code, said = self.types(commit)
            if code == 0:
                return
            commit = f"git commit -qm {shlex.quote(message)}"
            while (command := _next(said)) is not None:
                code, said = self.types(command)
                if code == 0 and "next: git add" not in said:
                    break
        raise AssertionError("\n".join(self.lines[-80:]))


def _next(said: str) -> str | None:
    """The first command that is offered: behind `next:`, else behind a colon."""
    for line in said.split("\n"):
        offered = line.partition("next: ")[2] or line.partition("next, ")[2].partition(": ")[2]
        offered = offered or (line.partition(": ")[2] if line.lstrip().startswith("If ") else "")
        found = _TYPED.search(offered)
        if found:
            return found[0].split("   ")[0].rstrip(".")
    return None


def begin(root: Path, manager: str) -> User:
    """The project in a repository with its hook installed, by the words of the program."""
    user = User(root)
    assert user.types("git init -q -b main && git add -A && git commit -qm begin")[0] == 0
    if manager == "husky":
        (root / ".husky").mkdir()
        user.types("git config core.hooksPath .husky")
    code, said = user.types("prisma-drift install")
    assert code == 0, said
    command = _next(said)
    assert (command is None) == (manager == "bare"), said
    if command is not None:
        user.types(command)
    return user


def migrations(root: Path) -> list[MigrationText]:
    folder = root / "prisma/migrations"
    return [
        MigrationText(path.parent.name, str(path), path.read_text())
        for path in sorted(folder.glob("*/migration.sql"))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("manager", ["bare", "husky"])
def test_twelve_edits(manager: str, tmp_path: Path) -> None:
    root = tmp_path / "app"
    (root / "prisma/migrations/20240101000000_init").mkdir(parents=True)
    header = 'datasource db {\n  provider = "postgresql"\n}\n\n'
    schema = root / "prisma/schema.prisma"
    schema.write_text(header + MODELS)
    (root / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    sql = subprocess.run(
        [sys.executable, "-m", "prisma_drift", "diff", "--from", "empty", "--to", str(schema), "--script"],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    (root / "prisma/migrations/20240101000000_init/migration.sql").write_text(sql)
    user = begin(root, manager)
    first = migrations(root)
    for name, old, new in EDITS:
        text = schema.read_text()
        assert old in text, name
        text = text.replace(old, new, 1)
        if name == "a relation":
            text = text.replace(BACK[1], BACK[2], 1)
        schema.write_text(text)
        user.commits(name)
    assert user.types("git status --short") == (0, "")
    code, said = user.types("prisma-drift check -q")
    assert code == 0, said
    rows = "INSERT INTO \"User\" (email, name, age, role) SELECT i || '@x', 'n' || i, i, 'USER' FROM generate_series(1, 50) i; INSERT INTO \"Post\" (title) SELECT i::text FROM generate_series(1, 50) i"
    kept(
        first,
        migrations(root)[len(first) :],
        rows,
        (
            'SELECT count("fullName") FROM "User"',
            "SELECT count(*) FROM \"User\" WHERE role = 'USER'",
            'SELECT count(title) FROM "Post"',
        ),
    )
    if folder := os.environ.get("NEW_USER_TRANSCRIPTS"):
        (Path(folder) / f"{manager}.txt").write_text(
            "\n".join(user.lines)
            .replace(str(tmp_path), "")
            .replace(str(Path(sys.executable).parent), "/usr/local/bin")
        )


def kept(
    first: Sequence[MigrationText], later: Sequence[MigrationText], rows: str, counts: Sequence[str]
) -> None:
    """The later migrations on a database that has rows: each count is still 50."""
    with server(parse_shadow("embedded")) as shadow:
        database = shadow.create_database()
        apply(database, first)
        with database.connect(default_schema="public") as connection:
            connection.execute(rows)
            connection.commit()
        apply(database, later)
        with database.connect(default_schema="public") as connection:
            for count in counts:
                assert connection.execute(count).fetchone() == (50,), count


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("manager", ["bare", "husky"])
def test_a_real_project(manager: str, tmp_path: Path) -> None:
    source = PROJECT.parent / "shared/corpus/spliit/prisma"
    if not source.is_dir():
        pytest.skip("the shared corpus is not here")
    root = tmp_path / "spliit"
    shutil.copytree(source, root / "prisma")
    user = begin(root, manager)
    schema = root / "prisma/schema.prisma"
    for name, old, new in (
        ("a field", "  grouping String\n", "  grouping String\n  colour   String?\n"),
        ("a default", '@default("$")', '@default("€")'),
        ("another name", "  information  String?       @db.Text", "  about        String?       @db.Text"),
        ("a field that goes", "  conversionRate   Decimal?\n", ""),
    ):  # fmt: skip
        text = schema.read_text()
        assert old in text, name
        schema.write_text(text.replace(old, new, 1))
        user.commits(name)
    code, said = user.types("prisma-drift check -q")
    assert code == 0, said
