"""`prisma-drift fix` on real projects in real repositories, by the words on the screen alone."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "../shared/corpus"
SCHEMA = """\
datasource db {
  provider = "postgresql"
}

model User {
  id   Int    @id
  // the one people see
  name String
%s}
"""
INIT = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT NOT NULL,%s CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'


def drift(*arguments: str, cwd: Path, input: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "prisma_drift", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, input=input)


def at_a_terminal(*arguments: str, typed: str, cwd: Path) -> tuple[int, str, str]:
    """(exit status, what was asked, the last words), where `typed` is typed at the questions."""
    ours, theirs = pty.openpty()
    attributes = termios.tcgetattr(theirs)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    os.write(ours, typed.encode())
    command = [sys.executable, "-m", "prisma_drift", *arguments]
    done = subprocess.run(command, cwd=cwd, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, check=False)
    os.close(theirs)
    asked = b""
    with contextlib.suppress(OSError):  # Linux's way to say that the other end is closed
        while piece := os.read(ours, 65536):
            asked += piece
    os.close(ours)
    return done.returncode, asked.decode().replace("\r\n", "\n"), done.stdout.decode()


def git(*arguments: str, cwd: Path) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *arguments], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout


def project(folder: Path, schema: str = "  age  Int?\n", columns: str = "") -> Path:
    """A committed project whose schema asks for `schema` where the migrations make `columns`."""
    migration = folder / "prisma/migrations/20240101000000_init"
    migration.mkdir(parents=True)
    (migration / "migration.sql").write_text(INIT % columns)
    (migration.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder / "prisma/schema.prisma").write_text(SCHEMA % schema)
    (folder / "package.json").write_text('{"devDependencies": {"prisma": "7.10.0"}}\n')
    git("init", "-q", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "start", cwd=folder)
    return folder


def migrations(folder: Path) -> list[str]:
    return sorted(entry.name for entry in (folder / "prisma/migrations").iterdir() if entry.is_dir())


def test_it_writes_the_migration_and_a_second_time_nothing(tmp_path: Path) -> None:
    project(tmp_path)
    done = drift("fix", "--name", "Add age!", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    [_, name] = migrations(tmp_path)
    assert re.fullmatch(r"\d{14}_add_age", name)
    assert f"✓ wrote prisma/migrations/{name}/migration.sql" in done.stdout
    assert f"next: git add prisma/migrations/{name}\n" in done.stdout
    assert drift("check", cwd=tmp_path).returncode == 0
    again = drift("fix", cwd=tmp_path)
    assert (again.returncode, len(migrations(tmp_path))) == (0, 2)
    assert "agree: nothing to fix" in again.stdout
    assert git("status", "--short", cwd=tmp_path) == f"?? prisma/migrations/{name}/\n"


def test_a_dry_run_prints_what_would_be_written(tmp_path: Path) -> None:
    project(tmp_path)
    done = drift("fix", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0
    assert re.match(r"-- prisma/migrations/\d{14}_align/migration\.sql\n", done.stdout)
    assert 'ADD COLUMN     "age" INTEGER' in done.stdout
    assert git("status", "--short", cwd=tmp_path) == ""


def test_the_schema_follows_the_migrations_in_the_lines_that_differ(tmp_path: Path) -> None:
    project(tmp_path, "  age  Int?\n", ' "email" TEXT,')
    done = drift("fix", "--schema", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "prisma/schema.prisma").read_text() == SCHEMA % "  email String?\n"
    assert len(migrations(tmp_path)) == 1
    again = drift("fix", "--schema", cwd=tmp_path)
    assert (again.returncode, "nothing to fix" in again.stdout) == (0, True)


def test_it_waits_for_the_migrations_of_the_base(tmp_path: Path) -> None:
    """A migration written now would come before, or beside, what others have added."""
    project(tmp_path)
    git("checkout", "-qb", "mine", cwd=tmp_path)
    git("checkout", "-q", "main", cwd=tmp_path)
    theirs = tmp_path / "prisma/migrations/20240202000000_theirs"
    theirs.mkdir()
    (theirs / "migration.sql").write_text('CREATE INDEX "n" ON "User"("name");\n')
    git("add", "-A", cwd=tmp_path)
    git("commit", "-qm", "theirs", cwd=tmp_path)
    git("checkout", "-q", "mine", cwd=tmp_path)
    done = drift("fix", cwd=tmp_path)
    assert (done.returncode, migrations(tmp_path)) == (2, ["20240101000000_init"])
    assert "main has 1 migration that this branch lacks: 20240202000000_theirs" in done.stdout
    [command] = re.findall(r"next: (git merge .*)", done.stdout)
    git(*shlex.split(command)[1:], cwd=tmp_path)
    assert drift("fix", cwd=tmp_path).returncode == 0


def test_an_error_of_the_project_is_that_of_check(tmp_path: Path) -> None:
    project(tmp_path, "  nope Nope\n")
    done, check = drift("fix", cwd=tmp_path), drift("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == check.stderr


def test_a_folder_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "prisma/migrations").rename(tmp_path / "elsewhere")
    small = tmp_path / "prisma/migrations"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        shutil.copytree(tmp_path / "elsewhere", small, dirs_exist_ok=True)
        done = drift("fix", cwd=tmp_path)
        assert (done.returncode, migrations(tmp_path)) == (1, ["20240101000000_init"])
        assert done.stderr.count("cannot be written") == 1
        assert "Traceback" not in done.stderr
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.slow
def test_a_full_disk_is_one_message(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        project(tmp_path / "made")
        shutil.rmtree(tmp_path / "made/.git")
        shutil.copytree(tmp_path / "made", disk / "app")
        before = migrations(disk / "app")
        with (disk / "fill").open("wb", buffering=0) as fill, pytest.raises(OSError, match="No space"):
            while True:
                fill.write(bytes(4096))
        done = drift("fix", "-q", cwd=disk / "app")
        assert done.returncode == 1
        assert done.stderr.startswith("✗ ")
        assert "No space left on device" in done.stderr
        assert migrations(disk / "app") == before
        (disk / "fill").unlink()
        assert drift("fix", cwd=disk / "app").returncode == 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("newest", ["20240101000000_init", "20991231235959_init"])
def test_of_two_runs_at_once_one_writes_and_one_says_so(newest: str, tmp_path: Path) -> None:
    """Both read the folder before either writes; behind a time to come both have the very same name for it."""
    project(tmp_path)
    folder = tmp_path / "prisma/migrations"
    (folder / "20240101000000_init").rename(folder / newest)
    with (folder / newest / "migration.sql").open("a") as file:
        file.write("SELECT pg_sleep(4);\n")
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "prisma_drift", "fix", "-q"],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [run.communicate()[1] for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 1], said
    assert len(migrations(tmp_path)) == 2
    [message] = [text for text in said if text]
    assert message.count("✗ ") == 1
    assert "is there already" in message or "was written while this ran" in message
    assert "next: " in message
    assert drift("check", "-q", cwd=tmp_path).returncode == 0


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_nothing_or_a_whole_migration(tmp_path: Path) -> None:
    project(tmp_path)
    started = time.monotonic()
    whole = drift("fix", "--dry-run", cwd=tmp_path).stdout.partition("\n")[2]
    took = time.monotonic() - started
    seen = set()
    for number in range(24):
        child = subprocess.Popen(
            [sys.executable, "-m", "prisma_drift", "fix"],
            cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(took * (0.4 + number / 24 * 0.9))
        child.send_signal((signal.SIGKILL, signal.SIGTERM)[number % 2])
        child.wait()
        names = migrations(tmp_path)
        seen.add(len(names))
        if len(names) == 2:
            assert (tmp_path / f"prisma/migrations/{names[1]}/migration.sql").read_text() == whole
            shutil.rmtree(tmp_path / f"prisma/migrations/{names[1]}")
        assert git("status", "--short", cwd=tmp_path) == ""
    assert seen == {1, 2}, "the kills came all before or all after the writing"


def _drifting() -> list[str]:
    verdicts = {file: json.loads(file.read_text()) for file in CORPUS.glob("*/expected/verdict.json")}
    return sorted(file.parents[1].name for file, verdict in verdicts.items() if verdict["ours"] == 2)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", _drifting() or ["absent"])
def test_every_drifting_project_is_mended_from_both_sides(name: str, tmp_path: Path) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real projects is not beside this checkout")
    folder = tmp_path / name
    shutil.copytree(
        CORPUS / name, folder, ignore=shutil.ignore_patterns("expected"), copy_function=shutil.copyfile
    )
    git("init", "-q", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "start", cwd=folder)
    declared = drift("fix", "--schema", cwd=folder)
    left = json.loads(drift("check", "--format", "json", cwd=folder).stdout)
    differences = {one["id"] for one in left["findings"] if one["severity"] == "error"}
    # No schema line makes Prisma's own join table what it was before Prisma 6, or takes one of its keys away.
    assert differences <= {"join-table-key", "foreign-key-missing"}
    assert declared.returncode == (2 if differences else 0)
    assert all(line.startswith("M") for line in git("diff", "--name-status", cwd=folder).splitlines())
    if not differences:
        changed = git("diff", cwd=folder)
        assert "nothing to fix" in drift("fix", "--schema", cwd=folder).stdout
        assert git("diff", cwd=folder) == changed
    git("checkout", "-q", ".", cwd=folder)
    done = drift("fix", cwd=folder)
    if done.returncode == 2:
        [command] = re.findall(r"next, if all of it may be: (.*)", done.stdout)
        done = drift(*shlex.split(command)[1:], cwd=folder)
    assert done.returncode == 0, done.stdout
    assert drift("check", cwd=folder).returncode == 0
    assert "nothing to fix" in drift("fix", cwd=folder).stdout


def test_what_is_told_can_be_typed(tmp_path: Path) -> None:
    """From check to a written migration by the printed commands alone, with what to count on the way."""
    project(tmp_path, "", ' "note" TEXT,')
    check = drift("check", cwd=tmp_path)
    [command] = re.findall(r"(?:next: |      )prisma-drift (fix)   writes the migration", check.stdout)
    refused = drift(*shlex.split(command), cwd=tmp_path)
    assert (refused.returncode, migrations(tmp_path)) == (2, ["20240101000000_init"])
    assert "The column public.User.note is dropped with its values." in refused.stdout
    checks = drift("fix", "--checks", cwd=tmp_path)
    assert 'WHERE "note" IS NOT NULL;\n' in checks.stdout
    [command] = re.findall(r"next, if all of it may be: prisma-drift (.*)", refused.stdout)
    done = drift(*shlex.split(command), cwd=tmp_path)
    assert done.returncode == 0
    assert checks.stdout in done.stdout, "once written, only this run can say what to count"
    [_, name] = migrations(tmp_path)
    written = (tmp_path / f"prisma/migrations/{name}/migration.sql").read_text()
    assert written.startswith(
        "/*\n  Warnings:\n\n  - The column public.User.note is dropped with its values.\n"
    )
    assert "--allow" not in written
    assert drift("check", cwd=tmp_path).returncode == 0


def test_what_may_be_a_rename_is_offered_before_its_loss(tmp_path: Path) -> None:
    project(tmp_path, "  caption String?\n", ' "label" TEXT,')
    refused = drift("fix", cwd=tmp_path)
    assert refused.returncode == 2
    last = refused.stdout.rstrip().split("\n")[-2:]
    assert last[0].startswith("next, if they are the same under new names: prisma-drift fix --rename ")
    assert last[1].startswith("      or, if what is lost may be lost: prisma-drift fix --allow data-loss:")
    done = drift(*shlex.split(last[0].partition("prisma-drift ")[2]), cwd=tmp_path)
    assert done.returncode == 0
    [_, name] = migrations(tmp_path)
    written = (tmp_path / f"prisma/migrations/{name}/migration.sql").read_text()
    assert 'RENAME COLUMN "label" TO "caption"' in written
    assert "DROP COLUMN" not in written
    assert drift("check", cwd=tmp_path).returncode == 0


LOSSES = ' "age" INTEGER, "street" TEXT,'
"""Columns that the schema does not have: dropping each is a decision of its own."""


@pytest.mark.parametrize(
    ("typed", "questions", "why"),
    [
        ("n\n", 1, "the answer was no"),
        ("perhaps\nwhy\ny\ny\n", 2, "there was no clear answer"),
        ("y\nn\ny\n", 2, "the answer was no"),
    ],
)
def test_an_answer_but_yes_ends_the_questions(typed: str, questions: int, why: str, tmp_path: Path) -> None:
    project(tmp_path, "", LOSSES)
    status, asked, told = at_a_terminal("fix", typed=typed, cwd=tmp_path)
    assert (status, len(migrations(tmp_path))) == (2, 1)
    assert len(re.findall(r"\[y/N\] |y or n: ", asked)) == questions
    assert f"✗ prisma/schema.prisma: nothing is written, since {why}\n" in told
    assert "!" not in told, "what was asked is not said again"
    [later] = re.findall(r"prisma-drift (fix .*)", told)
    assert drift(*shlex.split(later), cwd=tmp_path).returncode == 0
    assert len(migrations(tmp_path)) == 2


def test_two_times_yes_writes_it(tmp_path: Path) -> None:
    project(tmp_path, "", LOSSES)
    status, asked, told = at_a_terminal("fix", typed="maybe\ny\nYES\n", cwd=tmp_path)
    assert (status, asked.count("[y/N]"), asked.count("y or n:")) == (0, 2, 1)
    assert "✓ wrote" in told and len(migrations(tmp_path)) == 2
