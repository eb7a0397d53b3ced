"""Runs the commands that a document shows, and holds what they print against what it says.

A document has hidden blocks `<!-- run … -->` whose lines prepare the next step, and blocks ```console whose lines that
begin with `$ ` are typed as they stand; what stands below each is its output. A line `…` there stands for any lines,
`<!-- restart -->` for the project as the first block left it. `sql "…"` in a hidden block is run in the database of
DATABASE_URL, a server of the run's own; `deploy PROJECT` stands there for `npx prisma migrate deploy`, which needs Prisma's engine.

usage: python tests/documents/walkthrough.py [--write] DOCUMENT…
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from prisma_drift.postgres.server.server import parse_shadow, server

ROOT = Path(__file__).parents[2]
DOCUMENTS = tuple(
    ROOT / path
    for path in ("README.md", "docs/how-to-fix-drift.md", "docs/recipes/supabase.md", "docs/gate.md")
)
TIME = "20260301120000"
"""Stands for the time at which a command wrote something."""
_BLOCK = re.compile(
    r"<!-- (?P<hidden>run|restart)\n?(?P<script>.*?)-->|^```console\n(?P<shown>.*?)^```$", re.S | re.M
)
_SQL = """\
#!{python}
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    connection.execute(sys.stdin.read() if sys.argv[1] == "-" else sys.argv[1])
"""

_DEPLOY = """\
#!{python}
import os, sys, uuid
from pathlib import Path
import psycopg
from prisma_drift.migrations.history import read_history
COLUMNS = (
    "id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT,"
    " rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0"
)
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    connection.execute(f"CREATE TABLE IF NOT EXISTS _prisma_migrations ({{COLUMNS}})")
    ran = {{row[0] for row in connection.execute("SELECT migration_name FROM _prisma_migrations")}}
    for one in read_history(Path(sys.argv[1]) / "prisma" / "migrations").migrations:
        if one.name not in ran:
            connection.execute(one.sql)
            connection.execute(
                "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES (%s, %s, %s, now(), 1)",
                [str(uuid.uuid4()), one.checksum, one.name],
            )
"""


class Stage:
    """A folder in which a document's commands are typed."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder / "project"
        self._saved = folder / "saved"
        programs = folder / "bin"
        programs.mkdir(parents=True)
        for name, text in (("sql", _SQL), ("deploy", _DEPLOY)):
            (programs / name).write_text(text.format(python=sys.executable))
            (programs / name).chmod(0o755)
        shutil.copytree(ROOT / "examples", self.folder / "examples")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PRISMA_DRIFT_", "GIT_"))
        }
        self._env = {
            **kept,
            "PATH": os.pathsep.join([str(programs), str(Path(sys.executable).parent), kept.get("PATH", "")]),
            "DATABASE_URL": url,
            "COLUMNS": "120",
            "NO_COLOR": "1",
            "HOME": str(folder),
            **{
                f"GIT_{who}_{what}": "a@example.org"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }

    def run(self, script: str) -> str:
        """What a script prints on both outputs, with the time of the run taken out."""
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        today = f"{datetime.now(UTC):%Y%m}"
        return re.sub(rf"\b{today}\d{{8}}(?=_)", TIME, said).rstrip("\n")

    def prepare(self, script: str) -> None:
        done = subprocess.run(
            ["bash", "-euc", script],
            cwd=self.folder,
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"a hidden block failed:\n{script}\n{done.stdout}{done.stderr}")
        if not self._saved.exists():
            shutil.copytree(self.folder, self._saved, symlinks=True)

    def restart(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self._saved, self.folder, symlinks=True)


@contextmanager
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder, server(parse_shadow("embedded")) as running:
        database = running.create_database()
        yield Stage(Path(folder), database.url)


def fits(said: str, shown: str) -> bool:
    """Whether an output is the one shown, where a line `…` stands for any lines."""
    parts = [re.escape(part) for part in re.split(r"^ *…\n", shown.strip("\n") + "\n", flags=re.M)]
    return re.fullmatch(r"(?:.*\n)*?".join(parts), said.strip("\n") + "\n") is not None


def shortened(said: str, shown: str) -> str:
    """An output with as many lines at its ends as the document shows of it, and what it shows between, where it is there."""
    parts = re.split(r"^ *…\n", shown.strip("\n") + "\n", flags=re.M)
    if len(parts) == 1:
        return said
    lines = said.split("\n")
    head, tail = parts[0].count("\n"), parts[-1].count("\n")
    kept = [part.rstrip("\n") for part in parts[1:-1] if part in said + "\n"]
    end = lines[-tail:] if tail else []
    return "\n".join([*lines[:head], *(line for part in kept for line in ("…", part)), "…", *end])


def played(document: Path, on: Stage) -> tuple[str, list[str]]:
    """The document as it should be, and what is wrong in it as it is."""
    wrong: list[str] = []
    text = document.read_text("utf-8")

    def play(found: re.Match[str]) -> str:
        if found["hidden"] == "restart":
            on.restart()
        elif found["hidden"]:
            on.prepare(found["script"])
        else:
            parts = re.split(r"^\$ (.*)\n", found["shown"], flags=re.M)
            blocks = []
            for command, shown in zip(parts[1::2], parts[2::2], strict=True):
                said = on.run(command)
                if not fits(said, shown):
                    wrong.append(f"{document.name}: $ {command}\n{said}\n--- shown:\n{shown}")
                    shown = shortened(said, shown)
                blocks.append(f"$ {command}\n" + (shown.rstrip("\n") + "\n" if shown.strip() else ""))
                if len(blocks) < len(parts) // 2 and shown.strip():
                    blocks[-1] += "\n"
            return "```console\n" + "".join(blocks) + "```"
        return found[0]

    return _BLOCK.sub(play, text), wrong


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="put what the commands print into the documents")
    parser.add_argument("documents", nargs="*", type=Path, default=list(DOCUMENTS))
    options = parser.parse_args(argv)
    status = 0
    for document in options.documents:
        with stage() as on:
            text, wrong = played(document, on)
        for one in wrong:
            print(one)
            status = 2
        if options.write:
            document.write_text(text, encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
