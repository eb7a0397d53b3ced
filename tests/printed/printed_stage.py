"""A folder in which commands are typed as a person would, on a machine that has what a Node team has.

Addresses of the program's repository lead to this checkout, as a commit with the tag of its version. `npx prisma` is
Prisma's own command line. Each project has a database of its own in DATABASE_URL; a copy of the project gets a copy of it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from prisma_drift.model.commands import REPOSITORY
from prisma_drift.postgres.server.database import Database, Server
from prisma_drift.postgres.server.embedded import find_embedded

HERE = Path(__file__).parent
SHOP = r"""
mkdir -p prisma/migrations/20250106090000_init
cat > prisma/schema.prisma <<'S'
generator client {
  provider   = "prisma-client-js"
  engineType = "client"
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model User {
  id     Int     @id @default(autoincrement())
  email  String  @unique
  name   String?
  orders Order[]
}

model Order {
  id     Int    @id @default(autoincrement())
  status String @default("open")
  total  Int
  userId Int
  user   User   @relation(fields: [userId], references: [id])
}
S
echo '{"name": "shop", "private": true, "scripts": {"test": "exit 0", "seed": "exit 0"}, "devDependencies": {"prisma": "6.19.0"}}' > package.json
printf 'node_modules/\nprisma.config.ts\n' > .gitignore
echo 'provider = "postgresql"' > prisma/migrations/migration_lock.toml
prisma-drift diff --from empty --to prisma/schema.prisma --script > prisma/migrations/20250106090000_init/migration.sql || true
git init -q -b main .
git add -A
git commit -qm start
"""
"""A small shop in a repository: schema and migrations agree."""
_SQL = """\
#!{python}
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    connection.execute(sys.stdin.read() if sys.argv[1] == "-" else sys.argv[1])
"""
_KEPT_CONFIGURATION = {
    "NPM_CONFIG_USERCONFIG": "~/.npmrc",
    "NPM_CONFIG_CACHE": "~/.npm",
    "PIP_CONFIG_FILE": "~/.config/pip/pip.conf",
    "PIP_CACHE_DIR": "~/.cache/pip",
    "UV_CACHE_DIR": "~/.cache/uv",
}


_NETWORK = re.compile(
    r"name resolution|Failed to establish a new connection|Connection (?:refused|reset|timed out|aborted)|Max retries exceeded"
    r"|Network is unreachable|[Rr]ead ?timed? ?out|error sending request|ECONNRE|ENOTFOUND|EAI_AGAIN|Could not resolve host"
)


def network(said: str) -> str:
    """What to say in front of a failure that is the network's: it tells nothing of the command. Empty for others."""
    found = _NETWORK.search(said)
    return f"THE NETWORK FAILED ({found[0]}), run it again: " if found else ""


@dataclass
class Stage:
    """One project, its home folder and its database."""

    root: Path
    home: Path
    server: Server
    node: Path | None
    """Where Prisma's command line is installed; None: nowhere."""
    database: Database | None = None
    programs: tuple[Path, ...] = ()
    """Folders of further programs."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PRISMA_", "GIT_", "GITHUB_", "PYTEST_", "VIRTUAL_ENV", "PYTHON"))
            or name == "GIT_SSL_CAINFO"
        }
        kept |= {
            name: str(Path(place).expanduser())
            for name, place in _KEPT_CONFIGURATION.items()
            if name not in kept and Path(place).expanduser().exists()
        }
        programs = [self.home / "bin", self.home / ".local/bin", *self.programs, Path(sys.executable).parent]
        after = [find_embedded().bin]
        return {
            **kept,
            "PATH": os.pathsep.join([*map(str, programs), kept.get("PATH", ""), *map(str, after)]),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_EDITOR": "sh -c 'echo message > \"$1\"' -",
            "COLUMNS": "120",
            "NO_COLOR": "1",
            "CHECKPOINT_DISABLE": "1",
            "PRISMA_HIDE_UPDATE_MESSAGE": "1",
            "PRISMA_SCHEMA_ENGINE_BINARY": str(self.home / "bin/can-connect"),
            **({"DATABASE_URL": self.database.url} if self.database else {}),
        }

    def run(self, command: str, *, seconds: float = 300, answer: str = "") -> tuple[int, str]:
        """What a command in the shell ends with, and all that it says."""
        if self.node is not None and "npx prisma" in command:
            self._prisma()
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.root, env=self.environment, input=answer, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def prepare(self, script: str) -> None:
        """Commands that must all succeed."""
        code, said = self.run(f"set -eu -o pipefail\n{script}")
        assert code == 0, f"{network(said)}the project could not be prepared:\n{script}\n{said}"

    def copy(self, folder: Path) -> Stage:
        """The same project, home and rows at another place."""
        shutil.copytree(self.root, folder / "project", symlinks=True)
        shutil.copytree(self.home, folder / "home", symlinks=True)
        made = self.server.create_database(self.database) if self.database is not None else None
        return Stage(folder / "project", folder / "home", self.server, self.node, made, self.programs)

    def _prisma(self) -> None:
        """Prisma's command line among the project's dependencies, its engine as WebAssembly."""
        assert self.node is not None
        modules = self.root / "node_modules"
        if not modules.exists():
            modules.symlink_to(self.node / "node_modules")
        shutil.copyfile(HERE / "node/prisma.config.ts", self.root / "prisma.config.ts")


def home_of(folder: Path, published: Path) -> Path:
    """The home folder of somebody whose git finds the program's repository, and who has the command `sql`."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/sql").write_text(_SQL.format(python=sys.executable))
    (folder / "bin/sql").chmod(0o755)
    # The one thing for which `prisma migrate resolve` still starts the native engine: whether there is a database.
    (folder / "bin/can-connect").write_text('#!/bin/sh\nexec psql "$DATABASE_URL" -c "SELECT 1" >/dev/null\n')
    (folder / "bin/can-connect").chmod(0o755)
    (folder / ".gitconfig").write_text(
        "[user]\n  name = A\n  email = a@example.org\n[init]\n  defaultBranch = main\n[advice]\n  detachedHead = false\n"
        f'[url "file://{published}"]\n  insteadOf = {REPOSITORY}\n'
        '[protocol "file"]\n  allow = always\n[safe]\n  directory = ' + str(published) + "\n"
    )
    return folder
