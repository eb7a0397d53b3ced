"""pre-commit and prek run the real hook of the real manifest, on real repositories, in every case."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
USER = "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n}\n"
NAMED = USER.replace("@unique\n", "@unique\n  name  String?\n")
AGED = USER.replace("@unique\n", "@unique\n  age   Int?\n")
BOTH = NAMED.replace("String?\n", "String?\n  age   Int?\n")
ADD = 'ALTER TABLE "User" ADD COLUMN     "name" TEXT;\n'
ADD_AGE = 'ALTER TABLE "User" ADD COLUMN     "age" INTEGER;\n'
FIRST, NEXT, LATER = "20240101000000_init", "20240202000000_name", "20240303000000_age"
INIT = f"prisma/migrations/{FIRST}/migration.sql"

Case = Callable[[Any], None]


def _tool(name: str) -> str | None:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


@pytest.fixture(scope="session", params=["pre-commit", "prek"])
def manager(
    request: pytest.FixtureRequest, published: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Any], subprocess.CompletedProcess[str]]]:
    """Runs the hook `prisma-drift` in a workspace, as the manager runs it before a commit."""
    tool = _tool(request.param)
    if tool is None:
        pytest.skip(f"{request.param} is not installed")
    home = tmp_path_factory.mktemp("home")
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=published, capture_output=True, text=True, check=True
    ).stdout.strip()
    config = home / "config.yaml"
    config.write_text(
        f"repos:\n  - repo: {published}\n    rev: {revision}\n    hooks:\n      - id: prisma-drift\n"
    )

    # prek has pip install uv; the python3 of a system may have no pip, that of this environment has.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    own = {"PRE_COMMIT_HOME": str(home / "p"), "PREK_HOME": str(home / "k"), "PATH": path}

    def run(workspace: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tool, *(arguments or ("run", "--config", str(config), "prisma-drift"))],
            cwd=workspace.root,
            env=workspace.environment | own,
            capture_output=True,
            text=True,
            check=False,
        )

    yield run


def nothing(project: Any) -> None:
    project.write("README.md", "x")
    project.stage()


def comment(project: Any) -> None:
    project.schema("// a comment\n" + USER)
    project.stage()


def mapped(project: Any) -> None:
    project.schema(USER.replace("email String", 'mail  String @map("email")'))
    project.stage()


def client_default(project: Any) -> None:
    project.schema(USER.replace("email String", "email String @default(cuid())"))
    project.stage()


def generator(project: Any) -> None:
    project.schema('generator more {\n  provider = "x"\n}\n' + USER)
    project.stage()


def covered(project: Any) -> None:
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.stage()


def data_only(project: Any) -> None:
    project.migration(NEXT, "UPDATE \"User\" SET email = '';")
    project.stage()


def unreadable(project: Any) -> None:
    project.schema(NAMED)
    project.migration(NEXT, f"DO $$ BEGIN {ADD} END $$;")
    project.stage()


def edit_alone(project: Any) -> None:
    project.schema(NAMED)
    project.stage()


def unstaged_migration(project: Any) -> None:
    project.schema(NAMED)
    project.stage()
    project.migration(NEXT, ADD)


def unstaged_edit(project: Any) -> None:
    project.migration(NEXT, "SELECT 1;")
    project.stage()
    project.schema(NAMED)


def wrong_type(project: Any) -> None:
    project.schema(NAMED)
    project.migration(NEXT, ADD.replace("TEXT", "INTEGER"))
    project.stage()


def missing_index(project: Any) -> None:
    project.schema(NAMED.replace("String?", "String? @unique"))
    project.migration(NEXT, ADD)
    project.stage()


def edited(project: Any) -> None:
    project.write(INIT, (project.root / INIT).read_text() + "-- edited\n")
    project.stage()


def deleted(project: Any) -> None:
    project.git("rm", "-q", INIT)


def renamed(project: Any) -> None:
    project.git("mv", f"prisma/migrations/{FIRST}", "prisma/migrations/20240101000001_first")


def out_of_order(project: Any) -> None:
    project.schema(NAMED)
    project.migration("20230101000000_name", ADD)
    project.stage()


def stray(project: Any) -> None:
    project.write("prisma/migrations/fix.sql", "SELECT 1;")
    project.stage()


def without_file(project: Any) -> None:
    project.write(f"prisma/migrations/{NEXT}/notes.sql", "SELECT 1;")
    project.stage()


def other_provider(project: Any) -> None:
    project.write("prisma/migrations/migration_lock.toml", 'provider = "mysql"\n')
    project.stage()


def moved_folder(project: Any) -> None:
    (project.root / "packages").mkdir()
    project.git("mv", "prisma", "packages/database")


def monorepo(project: Any) -> None:
    project.schema(USER.replace("User", "Post"), "blog/prisma/schema.prisma")
    init = (project.root / INIT).read_text().replace("User", "Post")
    project.migration(FIRST, init, "blog/prisma/migrations")
    project.commit()
    project.schema(NAMED.replace("User", "Post"), "blog/prisma/schema.prisma")
    covered(project)


def merged(project: Any) -> None:
    project.git("checkout", "-qb", "feature")
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.commit()
    project.git("checkout", "-q", "main")
    project.schema(AGED)
    project.migration(LATER, ADD_AGE)
    project.commit()
    project.git("merge", "-q", "feature", check=False)
    project.schema(BOTH)
    project.stage()


def merged_wrongly(project: Any) -> None:
    merged(project)
    project.schema(BOTH.replace("Int?", "String?"))
    project.stage()


def rebased(project: Any) -> None:
    project.git("checkout", "-qb", "feature")
    project.schema(AGED)
    project.migration(LATER, ADD_AGE)
    project.commit()
    project.git("checkout", "-q", "main")
    project.schema(NAMED)
    project.migration(NEXT, ADD)
    project.commit()
    project.git("checkout", "-q", "feature")
    project.git("rebase", "-q", "main", check=False)
    project.schema(BOTH)
    project.stage()


def amended(project: Any) -> None:
    project.git("checkout", "-qb", "feature")
    covered(project)
    project.commit()
    project.schema(BOTH)
    project.migration(NEXT, ADD + ADD_AGE)
    project.stage()


ALLOWED: list[Case] = [
    nothing, comment, mapped, client_default, generator, covered, data_only, unreadable, unstaged_edit, moved_folder,
    merged, rebased, amended,
]  # fmt: skip
BLOCKED: list[Case] = [
    edit_alone, unstaged_migration, wrong_type, missing_index, edited, deleted, renamed, out_of_order, stray,
    without_file, other_provider, monorepo, merged_wrongly,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", ALLOWED, ids=lambda case: case.__name__)
def test_allowed(manager: Callable[..., subprocess.CompletedProcess[str]], project: Any, case: Case) -> None:
    case(project)
    done = manager(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("case", BLOCKED, ids=lambda case: case.__name__)
def test_blocked(manager: Callable[..., subprocess.CompletedProcess[str]], project: Any, case: Case) -> None:
    case(project)
    done = manager(project)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit code: 2" in done.stdout
    assert "error " in done.stdout


@pytest.mark.slow
def test_the_first_commit(manager: Callable[..., subprocess.CompletedProcess[str]], workspace: Any) -> None:
    workspace.schema(USER)
    workspace.migration(FIRST, "SELECT 1;")
    workspace.stage()
    assert "exit code: 2" in manager(workspace).stdout
    workspace.migration(FIRST, 'CREATE TABLE "User" (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE);')
    workspace.stage()
    assert "Passed" in manager(workspace).stdout


@pytest.mark.slow
def test_try_repo(
    manager: Callable[..., subprocess.CompletedProcess[str]], project: Any, published: Path
) -> None:
    words = ("try-repo", str(published), "prisma-drift")
    edit_alone(project)
    assert "exit code: 2" in manager(project, *words).stdout
    covered(project)
    assert "Passed" in manager(project, *words).stdout
