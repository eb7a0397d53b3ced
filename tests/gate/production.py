"""A project and a database that stands for its production: migrations run there, and the history written as Prisma writes it."""

from __future__ import annotations

import re
import shlex
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

from prisma_drift.findings.accepted import of_check
from prisma_drift.gate.run import Choice, run
from prisma_drift.migrations.history import Migration
from prisma_drift.model.gate import Gate
from prisma_drift.model.values import replace
from prisma_drift.postgres.server.database import Database
from prisma_drift.project import Config, Flags, load_config

HISTORY = """
CREATE TABLE {schema}"_prisma_migrations" (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
)
"""
INIT = """CREATE TABLE "User" (
    "id" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
"""
POSTS = """CREATE TABLE "Post" (
    "id" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "userId" INTEGER NOT NULL,
    CONSTRAINT "Post_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "Post" ADD CONSTRAINT "Post_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
"""
SCHEMA = """datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model User {
  id    Int     @id
  email String  @unique
  name  String?
  posts Post[]
}

model Post {
  id     Int    @id
  title  String
  userId Int
  user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)
}
"""
MIGRATIONS = {"20240101000000_init": INIT, "20240201000000_posts": POSTS}


class Production:
    """A project folder and its database."""

    def __init__(self, folder: Path, database: Database, schema: str = SCHEMA) -> None:
        self.folder, self.database = folder, database
        self.migrations = folder / "prisma" / "migrations"
        self.migrations.mkdir(parents=True)
        (self.migrations / "migration_lock.toml").write_text('provider = "postgresql"\n')
        (folder / "prisma" / "schema.prisma").write_text(schema)
        self.clock = 0

    def add(self, name: str, sql: str) -> None:
        (self.migrations / name).mkdir(exist_ok=True)
        (self.migrations / name / "migration.sql").write_text(sql, newline="")

    def remove(self, name: str) -> None:
        (self.migrations / name / "migration.sql").unlink()
        (self.migrations / name).rmdir()

    def sql(self, text: str) -> None:
        with self.database.connect(default_schema="public") as connection:
            connection.execute(text.encode())

    def row(
        self, name: str, text: str, *, finished: bool = True, rolled_back: bool = False, logs: str | None = None, steps: int = 1
    ) -> None:  # fmt: skip
        self.clock += 1
        with self.database.connect(default_schema="public") as connection:
            connection.execute(
                'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, logs, applied_steps_count, started_at, finished_at, rolled_back_at)'
                " SELECT %s, %s, %s, %s, %s, t, CASE WHEN %s THEN t END, CASE WHEN %s THEN t END"
                " FROM (SELECT timestamptz '2024-06-01 00:00Z' + %s * interval '1 minute' AS t) AS s",
                [
                    str(uuid.uuid4()),
                    Migration(name, "", "", text).checksum,
                    name,
                    logs,
                    steps,
                    finished,
                    rolled_back,
                    self.clock,
                ],
            )

    def deploy(self, *, only: int | None = None) -> None:
        """What `prisma migrate deploy` of 7.3 and before does: each pending file as one message, and its row."""
        self.sql("CREATE SCHEMA IF NOT EXISTS public")
        with self.database.connect(default_schema="public") as connection:
            there = connection.execute("SELECT to_regclass('public._prisma_migrations')").fetchone()
            if there == (None,):
                connection.execute(HISTORY.format(schema="").encode())
            live = {
                str(r[0])
                for r in connection.execute(
                    'SELECT migration_name FROM "_prisma_migrations" WHERE rolled_back_at IS NULL'
                )
            }
        names = sorted(p.name for p in self.migrations.iterdir() if p.is_dir() and p.name not in live)
        for name in names[:only]:
            text = (self.migrations / name / "migration.sql").read_bytes().decode()
            self.sql(text)
            self.row(name, text)

    def resolve(self, name: str, kind: str) -> None:
        """What `prisma migrate resolve --applied | --rolled-back` writes."""
        with self.database.connect(default_schema="public") as connection:
            if connection.execute("SELECT to_regclass('public._prisma_migrations')").fetchone() == (None,):
                connection.execute(HISTORY.format(schema="").encode())
            connection.execute(
                'UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE migration_name = %s AND finished_at IS NULL',
                [name],
            )
        if kind == "applied":
            text = (self.migrations / name / "migration.sql").read_bytes().decode()
            self.row(name, text, logs="", steps=0)

    def commit(self) -> None:
        """Everything as it is now, as a commit."""
        if not (self.folder / ".git").exists():
            self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "x")

    def git(self, *words: str) -> None:
        subprocess.run(["git", "-C", str(self.folder), *words], check=True, capture_output=True)

    def config(self) -> Config:
        (found,) = load_config(Flags(str(self.folder), shadow=self.shadow_url()), {})
        return found

    def shadow_url(self) -> str:
        """The same server, on which the role may create databases."""
        return self.database.url

    def gate(self, *allow: str, whole: bool = False, **choice: bool) -> Gate:
        """The gate; unless it is asked for `whole`, without what `check` says of the schema, which most tests leave behind."""
        gate = run(self.config(), self.database.url, Choice(allow, **choice)).gate
        if whole or gate.verdict == "error":
            return gate
        own = tuple(f for f in gate.report.findings if not of_check(f.id) or f.id.startswith("acceptance-"))
        closed = any(f.severity == "error" for f in own)
        report = replace(gate.report, verdict="drift" if closed else "in-step", findings=own)
        return replace(gate, report=report)

    def follow(self, hint: str) -> None:
        """Do the first thing that a hint names: a command of Prisma or git, or SQL."""
        if found := re.search(r"migrate resolve --(applied|rolled-back) ([^`]+)`", hint):
            return self.resolve(shlex.split(found[2])[0], found[1])
        if found := re.search(r"`git (checkout [^`]+)`", hint):
            return self.git(*shlex.split(found[1]))
        if found := re.search(r"(?:UPDATE|SELECT) .*;", hint):
            return self.sql(found[0])
        raise AssertionError(f"nothing to do in {hint!r}")


def told(gate: Gate, *severities: str) -> list[tuple[str, str]]:
    """(id, object) of the findings of these severities; errors and warnings where none is named."""
    wanted = severities or ("error", "warning")
    return [(one.id, one.object) for one in gate.report.findings if one.severity in wanted]


def hints(gate: Gate) -> Iterator[str]:
    return (one.hint for one in gate.report.findings if one.severity == "error")
