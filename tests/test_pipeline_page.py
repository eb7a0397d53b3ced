"""docs/pipeline.md is true file by file: what it names is there, and lies on the way that it describes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/prisma_drift"
PAGE = (ROOT / "docs/pipeline.md").read_text("utf-8")

VALUES = {"diff/changes.py", "plan/render/context.py"}
"""Files of nothing but values: handed along, never called."""

SCHEMA = """\
datasource db {
  provider = "postgresql"
}

model User {
  id    Int    @id @default(autoincrement())
  email String @unique
}
"""
SQL = """\
CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
"""
ENTERED = """\
import sys
import threading

sys.path[:0] = {path!r}
entered = set()


def note(frame, event, argument):  # functions alone have the flag CO_OPTIMIZED
    code = frame.f_code
    if event == "call" and code.co_flags & 1 and code.co_filename.startswith({package!r}):
        entered.add(code.co_filename[len({package!r}) + 1 :])


sys.setprofile(note)
threading.setprofile(note)
from prisma_drift.cli import main

status = main({words!r})
sys.setprofile(None)
print("\\nENTERED", status, *sorted(entered))
"""


def files(text: str) -> set[str]:
    return set(re.findall(r"`([\w/]+\.py)`", text))


def walk(title: str) -> set[str]:
    """The files of a walk, without those that it only passes by."""
    section = PAGE.partition(f"### {title}\n")[2].partition("\n##")[0]
    assert section
    found = {name for part in section.split("\n\n") if not part.startswith("Only ") for name in files(part)}
    assert len(found) > 15
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository in which two columns are staged, and a migration for one of them."""

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words], cwd=tmp_path, check=True)  # fmt: skip

    migration = tmp_path / "prisma/migrations/20240101000000_init/migration.sql"
    migration.parent.mkdir(parents=True)
    migration.write_text(SQL)
    migration.parents[1].joinpath("migration_lock.toml").write_text('provider = "postgresql"\n')
    schema = tmp_path / "prisma/schema.prisma"
    schema.write_text(SCHEMA)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "x")
    schema.write_text(SCHEMA.replace("@unique", "@unique\n  age   Int?\n  name  String"))
    second = migration.parents[1] / "20240102000000_age/migration.sql"
    second.parent.mkdir()
    second.write_text('ALTER TABLE "User" ADD COLUMN "age" INTEGER;\n')
    git("add", "-A")
    return tmp_path


def entered(project: Path, *words: str) -> set[str]:
    """The modules of which a function was called; to be imported is not enough."""
    code = ENTERED.format(path=[str(PACKAGE.parent)], package=str(PACKAGE), words=list(words))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False
    )
    status, *found = done.stdout.rpartition("\nENTERED ")[2].split()
    assert status == "2", done.stdout + done.stderr
    return set(found)


def test_every_path_is_there() -> None:
    named = files(PAGE)
    assert len(named) > 50
    assert sorted(name for name in named if not (PACKAGE / name).is_file()) == []


def test_every_room_is_named() -> None:
    rooms = {
        place.stem
        for place in PACKAGE.iterdir()
        if (place / "__init__.py").is_file() or place.suffix == ".py"
    }
    assert sorted(room for room in rooms - {"__init__", "__main__"} if f"`{room}" not in PAGE) == []


def test_the_walk_of_check(project: Path) -> None:
    assert sorted(walk("From `prisma-drift check` to a verdict") - entered(project, "check")) == []


def test_the_walks_of_the_hook_and_of_a_change(project: Path) -> None:
    found = entered(project, "hook")
    assert sorted(walk("From a staged file to the hook's verdict") - found) == []
    assert sorted(walk("From a Change to its SQL") - found - VALUES) == []
