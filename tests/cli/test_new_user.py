"""A new user who knows nothing: edits the schema, commits, and types only what the program says.

Each edit is committed without its migration. The hook stops it; the commands that it prints are typed, one after the
other, until the commit passes. In the end schema and migrations are in step, and no row of what stayed is lost.

Five ways to keep hooks, each in the real program, times four projects. Two of them run by default; NEW_USER=all runs
all, NEW_USER_TRANSCRIPTS=FOLDER keeps what was typed and said.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from prisma_drift.model.commands import REPOSITORY
from prisma_drift.postgres.apply.migrations import MigrationText, apply
from prisma_drift.postgres.server.server import parse_shadow, server

PROJECT = Path(__file__).parents[2]
CORPUS = PROJECT.parent / "shared/corpus"
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
_TYPED = re.compile(r"(?:prisma-drift|git|pre-commit) [a-z].*")


class User:
    """Someone in a terminal, and what was typed and said."""

    def __init__(self, root: Path, home: Path, programs: Path | None) -> None:
        self.root = root
        self.lines: list[str] = []
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRISMA_DRIFT_", "GITHUB_"))
        } | {
            "PATH": os.pathsep.join(
                [*([str(programs)] if programs else []), str(Path(sys.executable).parent), os.environ["PATH"]]
            ),
            "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": str(home),
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "PREK_HOME": str(home / "prek"),
            "PIP_CONFIG_FILE": str(Path("~/.config/pip/pip.conf").expanduser()),
            "PIP_CACHE_DIR": str(Path("~/.cache/pip").expanduser()),
            "UV_CACHE_DIR": str(Path("~/.cache/uv").expanduser()),
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


def begin(user: User, manager: str) -> None:
    """The project in a repository with its hook installed, by the words of the program."""
    assert user.types("git init -q -b main && git add -A && git commit -qm begin")[0] == 0
    match manager:
        case "husky":
            assert user.types("husky")[0] == 0
        case "lefthook":
            (user.root / "lefthook.yml").write_text("# the hooks of this project\n")
        case "pre-commit" | "prek":
            (user.root / ".pre-commit-config.yaml").write_text("repos:\n")
    code, said = user.types("prisma-drift install")
    if manager in ("pre-commit", "prek"):
        # The lines are a person's to put into the file; prek is typed where pre-commit is said.
        with (user.root / ".pre-commit-config.yaml").open("a") as file:
            file.writelines(f"{line}\n" for line in said.split("\n") if line.startswith("  "))
        install = _next(said)
        assert install is not None, said
        code, said = user.types(install.replace("pre-commit", manager))
    assert code == 0, said
    if "run `lefthook install`" in said:
        assert user.types("lefthook install")[0] == 0
    command = _next(said)
    assert command is not None or manager in ("bare", "pre-commit", "prek"), said
    if command is not None:
        user.types(command)
    assert user.types("git add -A && git commit -qm hooks --allow-empty")[0] == 0, said


def mend(user: User) -> None:
    """What `check` says first, until it is in step."""
    for _ in range(4):
        code, said = user.types("prisma-drift check")
        if code == 0:
            return
        while (command := _next(said)) is not None:
            code, said = user.types(command)
            if code == 0:
                break
    raise AssertionError("\n".join(user.lines[-80:]))


def migrations(root: Path) -> list[MigrationText]:
    folder = root / "prisma/migrations"
    return [
        MigrationText(path.parent.name, str(path), path.read_text())
        for path in sorted(folder.glob("*/migration.sql"))
    ]


@dataclass(frozen=True)
class Project:
    """A project, and where the twelve edits go in it."""

    name: str
    model: str
    at: str
    """The line of the model behind which fields are put."""
    enum: tuple[str, str]
    rename: tuple[str, str]
    gone: str
    rows: str
    """SQL that puts 50 rows into what the migrations before the edits have made."""
    counts: tuple[str, ...]
    """Queries that answer 50 after them."""

    def edits(self) -> tuple[tuple[str, str, str], ...]:
        at = self.at
        return (
            ("a model", "", "\nmodel NewTag {\n  id   Int    @id @default(autoincrement())\n  text String\n}\n"),
            ("an optional field", at, f"{at}  extra Int?\n"),
            ("a required field with a default", at, f"{at}  rank Int @default(0)\n"),
            ("a type", "  extra Int?", "  extra BigInt?"),
            ("an index", "  extra BigInt?\n", "  extra BigInt?\n\n  @@index([extra])\n"),
            ("a unique", "  text String\n", "  text String @unique\n"),
            ("an enum", "", "\nenum Mood {\n  GOOD\n  BAD\n}\n"),
            ("a value of an enum", *self.enum),
            ("a relation", at, f"{at}  newTag NewTag? @relation(fields: [newTagId], references: [id])\n  newTagId Int?\n"),
            ("a default", "  rank Int @default(0)", "  rank Int @default(1)"),
            ("another name", *self.rename),
            ("a field that goes", self.gone, ""),
        )  # fmt: skip


BACK_REAL = ("  text String @unique\n", "  text String @unique\n  owners {}[]\n")
MOOD = ("  GOOD\n", "  GOOD\n  SO_SO\n")
REAL = (
    Project(
        "example", "Workspace", "  slug             String   @unique\n", ("  AGENT\n", "  AGENT\n  GUEST\n"),
        ("  name         String?\n", "  fullName     String?\n"), '  timezone         String   @default("UTC")\n',
        "INSERT INTO \"Workspace\" (id, name, slug, \"updatedAt\") SELECT i::text, 'w', i::text, now() FROM generate_series(1, 50) i; "
        "INSERT INTO \"User\" (id, \"workspaceId\", email, name, \"passwordHash\", \"updatedAt\") SELECT i::text, i::text, i::text, 'n', 'x', now() FROM generate_series(1, 50) i",
        ('SELECT count("fullName") FROM "User"', 'SELECT count(slug) FROM "Workspace"'),
    ),
    Project(
        "spliit", "Group", "  name         String\n", MOOD,
        ("  information  String?       @db.Text\n", "  about        String?       @db.Text\n"), "  conversionRate   Decimal?\n",
        "INSERT INTO \"Group\" (id, name, information) SELECT i::text, 'g', 'about' FROM generate_series(1, 50) i",
        ('SELECT count(about) FROM "Group"', 'SELECT count(name) FROM "Group"'),
    ),
    Project(
        "umami", "User", "  username    String    @unique @db.VarChar(255)\n", MOOD,
        (
            '  displayName String?   @map("display_name") @db.VarChar(255)\n',
            '  shownName   String?   @map("shown_name") @db.VarChar(255)\n',
        ),
        '  logoUrl     String?   @map("logo_url") @db.VarChar(2183)\n',
        'INSERT INTO "user" (user_id, username, password, role, display_name) SELECT gen_random_uuid(), i::text, \'x\', \'r\', \'shown\' FROM generate_series(1, 50) i',
        ('SELECT count(shown_name) FROM "user"', "SELECT count(*) FROM \"user\" WHERE username <> 'admin'"),
    ),
)  # fmt: skip
MANAGERS = ("bare", "husky", "lefthook", "pre-commit", "prek")
SLICE = {("lefthook", "small"), ("bare", "example")}
"""What runs without NEW_USER=all."""


@pytest.fixture(scope="session")
def hook_managers(pytestconfig: pytest.Config) -> Path:
    """The folder of husky's and lefthook's programs; skips, and says why, where npm cannot bring them."""
    folder = Path(pytestconfig.cache.mkdir("hook-managers"))
    if not (folder / "node_modules/.bin/lefthook").exists():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed: husky and lefthook cannot be had")
        command = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "husky@9.1.7", "lefthook@2.2.2"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot bring husky and lefthook: {done.stderr[-200:]}")
    return folder / "node_modules/.bin"


@pytest.fixture
def user(manager: str, project: str, tmp_path: Path, published: Path, request: pytest.FixtureRequest) -> User:
    if os.environ.get("NEW_USER") != "all" and (manager, project) not in SLICE:
        pytest.skip("one of the many: NEW_USER=all runs it")
    programs = request.getfixturevalue("hook_managers") if manager in ("husky", "lefthook") else None
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[url "file://{published}"]\n  insteadOf = {REPOSITORY}\n')
    (tmp_path / "app").mkdir()
    return User(tmp_path / "app", home, programs)


@pytest.mark.slow
@pytest.mark.parametrize("project", ["small"])
@pytest.mark.parametrize("manager", MANAGERS)
def test_twelve_edits(manager: str, project: str, user: User) -> None:
    root = user.root
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
    begin(user, manager)
    rows = "INSERT INTO \"User\" (email, name, age, role) SELECT i || '@x', 'n' || i, i, 'USER' FROM generate_series(1, 50) i; INSERT INTO \"Post\" (title) SELECT i::text FROM generate_series(1, 50) i"
    counts = (
        'SELECT count("fullName") FROM "User"',
        "SELECT count(*) FROM \"User\" WHERE role = 'USER'",
        'SELECT count(title) FROM "Post"',
    )
    _edited(user, EDITS, (BACK[1], BACK[2]), rows, counts)
    _transcript(user, f"{manager}-{project}")


def _edited(
    user: User, edits: Sequence[tuple[str, str, str]], back: tuple[str, str], rows: str, counts: Sequence[str]
) -> None:
    """All edits, each committed; in step in the end, and the rows kept."""
    schema = user.root / "prisma/schema.prisma"
    first = migrations(user.root)
    for name, old, new in edits:
        text = schema.read_text()
        assert old in text, name
        text = text.replace(old, new, 1) if old else text + new
        if name == "a relation":
            assert back[0] in text
            text = text.replace(*back, 1)
        schema.write_text(text)
        user.commits(name)
    assert user.types("git status --short") == (0, "")
    code, said = user.types("prisma-drift check -q")
    assert code == 0, said
    kept(first, migrations(user.root)[len(first) :], rows, counts)


def _transcript(user: User, name: str) -> None:
    if folder := os.environ.get("NEW_USER_TRANSCRIPTS"):
        text = "\n".join(user.lines).replace(str(user.root.parent), "")
        (Path(folder) / f"{name}.txt").write_text(
            text.replace(str(Path(sys.executable).parent), "/usr/local/bin")
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
@pytest.mark.parametrize("project", [one.name for one in REAL])
@pytest.mark.parametrize("manager", MANAGERS)
def test_a_real_project(manager: str, project: str, user: User) -> None:
    [real] = [one for one in REAL if one.name == project]
    source = PROJECT / "examples/alignment-plan" if project == "example" else CORPUS / project
    if not source.is_dir():
        pytest.skip("the shared corpus is not here")
    shutil.copytree(source / "prisma", user.root / "prisma", copy_function=shutil.copyfile)
    if (source / "package.json").exists():
        shutil.copyfile(source / "package.json", user.root / "package.json")
    begin(user, manager)
    mend(user)
    user.types("git add prisma && git commit -qm 'in step' || true")
    back = (BACK_REAL[0], BACK_REAL[1].format(real.model))
    _edited(user, real.edits(), back, real.rows, real.counts)
    _transcript(user, f"{manager}-{project}")
