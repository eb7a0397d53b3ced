"""Tries a standalone build as a user would: the version, the commit hook on a repository, and a project from check to fix.

usage: trial.py FOLDER     FOLDER: what build.py made

Runs with nothing of Python or Postgres on the PATH, and fails with what was said where anything is other than it should be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
WINDOWS = sys.platform == "win32"


def main() -> int:
    folder = Path(sys.argv[1]).resolve()
    program = str(folder / ("prisma-drift.exe" if WINDOWS else "prisma-drift"))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        work = Path(name)
        said = run(0, work, program, "--version")
        assert said.startswith("prisma-drift "), said
        print(said.strip())
        hook(program, work / "hook")
        project = work / "project"
        shutil.copytree(ROOT / "examples/alignment-plan", project)
        if WINDOWS:
            # there is no server for it there: one message that says so
            said = run(1, project, program, "check")
            assert "WSL" in said and "Traceback" not in said, said
            print(said.strip())
        else:
            check(program, project)
    print("the standalone program works")
    return 0


def hook(program: str, root: Path) -> None:
    """An edit of the schema without its migration stops; with it, it passes."""
    shutil.copytree(ROOT / "examples/alignment-plan", root)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "begin")
    schema = root / "prisma/schema.prisma"
    schema.write_text(
        schema.read_text(encoding="utf-8") + "\nmodel Extra {\n  id Int @id\n}\n", encoding="utf-8"
    )
    git(root, "add", "-A")
    said = run(2, root, program, "hook")
    assert "Extra" in said, said
    migration = root / "prisma/migrations/29990101000000_extra/migration.sql"
    migration.parent.mkdir()
    migration.write_text(
        'CREATE TABLE "Extra" (\n    "id" INTEGER NOT NULL,\n\n    CONSTRAINT "Extra_pkey" PRIMARY KEY ("id")\n);\n',
        encoding="utf-8",
    )
    git(root, "add", "-A")
    run(0, root, program, "hook")
    print("hook: stopped and passed")


def check(program: str, project: Path) -> None:
    """Drift is found, and mended."""
    said = run(2, project, program, "check")
    assert "disagree" in said, said
    print(said.split("\n")[0])
    run(0, project, program, "fix", "--allow", "data-loss", "--allow", "column-required")
    said = run(0, project, program, "check")
    assert "agree" in said, said
    run(0, project, program, "smoke")
    print("check, fix, check, smoke")


def git(root: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")
    subprocess.run(["git", *identity, *words], cwd=root, check=True)


def run(status: int, folder: Path, *command: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PG"))}
    done = subprocess.run(
        command, cwd=folder, env=environment, text=True, encoding="utf-8", errors="replace", timeout=300, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode != status:
        raise SystemExit(f"{' '.join(command)}: {done.returncode} and not {status}\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
