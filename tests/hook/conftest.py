"""Schemas from text, and throw-away git repositories, for the tests of the hook."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prisma_drift.hook.lowering import lower_both
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST

HEADER = 'datasource db {\n  provider = "postgresql"\n}\n\ngenerator client {\n  provider = "prisma-client-js"\n}\n\n'


def model_schema(text: str, header: str = HEADER) -> Schema:
    return lower_both((), (("schema.prisma", header + text),), LATEST, "public")[1]


@pytest.fixture
def schema_of_models() -> Callable[[str], Schema]:
    """Models and enums as a Schema."""
    return model_schema


class Workspace:
    """A git repository with a Prisma project in it, and the real command to run there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("GIT_", "PRISMA_DRIFT_", "GITHUB_"))
        } | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.org",
            "NO_COLOR": "1",
        }

    def git(self, *arguments: str, check: bool = True, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.root,
            env=self.environment | (env or {}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done.stdout + done.stderr

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, newline="")
        return file

    def schema(self, models: str, path: str = "prisma/schema.prisma") -> None:
        self.write(path, HEADER + models)

    def migration(self, name: str, sql: str, folder: str = "prisma/migrations") -> None:
        self.write(f"{folder}/{name}/migration.sql", sql)

    def stage(self, *paths: str) -> None:
        self.git("add", "-A", "--", *(paths or (".",)))

    def commit(self, message: str = "c") -> None:
        self.stage()
        self.git("commit", "-qm", message)

    def hook(self, *arguments: str, cwd: str = ".", **variables: str) -> tuple[int, str]:
        """Exit status and output of `prisma-drift hook`."""
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from prisma_drift.cli import entry; sys.exit(entry())",
                "hook",
                *arguments,
            ],
            cwd=self.root / cwd,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr


USER = "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n}\n"
INIT = """-- CreateTable
CREATE TABLE "User" (
    "id" SERIAL NOT NULL,
    "email" TEXT NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty repository on the branch main."""
    made = Workspace(tmp_path / "repository")
    made.git("init", "-q", "-b", "main")
    return made


@pytest.fixture
def project(workspace: Workspace) -> Workspace:
    """A repository with one committed model and its migration."""
    workspace.schema(USER)
    workspace.write("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    workspace.migration("20240101000000_init", INIT)
    workspace.commit("init")
    return workspace
