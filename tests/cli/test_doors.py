"""Getting started and finding one's way: init, completions, errors that follow from one, projects of a repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel User {\n  id Int @id\n}\n'
SQL = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'


def drift(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prisma_drift", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one project in apps/web."""
    project(tmp_path / "apps/web/prisma")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def project(folder: Path) -> None:
    (folder / "migrations/20240101000000_init").mkdir(parents=True)
    (folder / "schema.prisma").write_text(SCHEMA)
    (folder / "migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder / "migrations/20240101000000_init/migration.sql").write_text(SQL)


def test_init_shows_first_and_is_safe_to_run_twice(repository: Path) -> None:
    shown = drift("init", cwd=repository)
    assert shown.returncode == 2, shown.stderr
    assert "prisma-drift/prisma-drift@" in shown.stdout
    assert shown.stdout.splitlines()[-1].startswith("next: prisma-drift init --yes")
    assert not (repository / ".github").exists()
    done = drift("init", "--yes", cwd=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    workflow = repository / ".github/workflows/prisma-drift.yml"
    assert yaml.safe_load(workflow.read_text())["jobs"]["prisma-drift"]["steps"]
    assert (repository / ".git/hooks/pre-commit").exists()
    assert not (repository / "prisma-drift.yml").exists(), "nothing differs from what is found"
    files = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}
    again = drift("init", "--yes", cwd=repository)
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "✓ everything is there already")
    assert files == {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}


def test_init_names_a_revision_of_the_action_that_there_is(repository: Path) -> None:
    """`v0` comes with the first release: a checkout says `main`, a commit itself."""
    from prisma_drift.commands.init import workflow

    assert "uses: prisma-drift/prisma-drift@main\n" in drift("init", cwd=repository).stdout
    made = [workflow(revision).rpartition("@")[2] for revision in ("v0.3.1", "v12.0.0", "main", "0badc0de")]
    assert made == ["v0\n", "v12\n", "main\n", "0badc0de\n"]


def test_init_leaves_the_file_of_pre_commit_to_its_owner(repository: Path) -> None:
    (repository / ".pre-commit-config.yaml").write_text("repos: []\n")
    done = drift("init", "--yes", cwd=repository)
    assert (done.returncode, (repository / ".pre-commit-config.yaml").read_text()) == (2, "repos: []\n")
    assert "Add this below `repos:`" in done.stdout
    assert "✗" not in done.stdout
    assert (repository / ".github/workflows/prisma-drift.yml").exists()


def test_init_writes_only_the_settings_that_differ(repository: Path) -> None:
    (repository / "other").mkdir()
    (repository / "other/my.prisma").write_text(SCHEMA)
    (repository / "other/steps").mkdir()
    flags = ("--no-workflow", "--no-hook", "--yes")
    done = drift(
        "init",
        "--schema",
        "other/my.prisma",
        "--migrations",
        "other/steps",
        "--default-schema",
        "public",
        *flags,
        cwd=repository,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        repository / "prisma-drift.yml"
    ).read_text() == "schema: other/my.prisma\nmigrations: other/steps\n"


def test_init_needs_a_repository_and_a_project(tmp_path: Path) -> None:
    assert drift("init", cwd=tmp_path).returncode == 1
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    empty = drift("init", cwd=tmp_path)
    assert (empty.returncode, "No Prisma schema" in empty.stderr) == (1, True)


def test_a_folder_without_a_project_is_told_of_those_of_its_repository(repository: Path) -> None:
    (repository / "docs").mkdir()
    said = drift("check", cwd=repository / "docs")
    assert said.returncode == 1
    assert "This repository has, from its top: apps/web/prisma/schema.prisma." in said.stderr


@pytest.mark.parametrize(
    ("old", "new", "line", "more"),
    [
        ("@id\n}", "@id\n", 6, ""),
        (
            "model User {",
            "model User",
            5,
            "The opening brace must stand on the same line as the block's name.",
        ),
        (
            '"postgresql"\n}',
            '"postgresql"\n',
            5,
            'The datasource "db" is not closed before this line: } is missing.',
        ),
    ],
)
def test_one_bracket_is_one_error(repository: Path, old: str, new: str, line: int, more: str) -> None:
    place = repository / "apps/web"
    (place / "prisma/schema.prisma").write_text(SCHEMA.replace(old, new))
    said = drift("check", cwd=place)
    assert said.returncode == 1
    assert said.stderr.count("[schema-invalid]") == 1, said.stderr
    assert more in said.stderr


def test_two_mistakes_are_two_errors(repository: Path) -> None:
    place = repository / "apps/web"
    (place / "prisma/schema.prisma").write_text(
        SCHEMA.replace("id Int @id", "id Int @id\n  a Usr?\n  b Strin")
    )
    said = drift("check", cwd=place)
    assert said.stderr.count("[schema-invalid]") == 2
    assert 'Did you mean "User"?' in said.stderr and 'Did you mean "String"?' in said.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_a_script_of_the_shell(shell: str, tmp_path: Path) -> None:
    script = drift("completions", shell, cwd=tmp_path)
    assert script.returncode == 0
    for word in ("check", "fix", "install", "init"):
        assert word in script.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    assert subprocess.run([shell, "-n"], input=script.stdout, text=True, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["prisma-drift", "che"], {"check"}),
        (["prisma-drift", "check", "--for"], {"--format"}),
        (["prisma-drift", "check", "--format", "js"], {"json"}),
        (["prisma-drift", "install", "--mis"], {"--missing"}),
    ],
)
def test_bash_completes(words: list[str], found: set[str], tmp_path: Path) -> None:
    script = drift("completions", "bash", cwd=tmp_path).stdout
    asked = " ".join(f'"{word}"' for word in words)
    ask = f'COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}; _prisma_drift; printf "%s\\n" "${{COMPREPLY[@]}}"'
    said = subprocess.run(
        ["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert set(said.stdout.split()) == found, said.stdout + said.stderr
