"""What git has of the schema decides where the schema alone does not: through `check`, on a real repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'
MIGRATION = 'CREATE TABLE "U" ("id" INTEGER NOT NULL, "phone" TEXT, "x" INTEGER, CONSTRAINT "U_pkey" PRIMARY KEY ("id"));\n'


def schema(*fields: str) -> str:
    lines = "".join(f"  {field}\n" for field in ("id Int @id", *fields))
    return f"{HEAD}\nmodel U {{\n{lines}}}\n"


OLD, BOTH, NEW = (
    schema("phone String?", "x Int?"),
    schema("phone String?", "x Int?", "phoneNumber String?"),
    schema("phoneNumber String?", "x Int?"),
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    folder = tmp_path / "prisma/migrations/20240101000000_init"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(MIGRATION)
    (folder.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (tmp_path / "package.json").write_text('{"devDependencies": {"prisma": "7.10.0"}}\n')
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, text: str) -> None:
    (folder / "prisma/schema.prisma").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x", "--allow-empty")


def check(folder: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "prisma_drift", "check", ".", "--format", "json", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert isinstance(report, dict)
    return report


def test_one_line_in_the_place_of_another(project: Path) -> None:
    """In the working tree, or in a commit since."""
    commit(project, OLD)
    (project / "prisma/schema.prisma").write_text(NEW)
    for _ in ("not committed", "committed"):
        report = check(project)
        assert 'RENAME COLUMN "phone" TO "phoneNumber"' in report["corrective_sql"]
        (rename,) = report["renames"]
        assert (rename["from"], rename["to"], rename["sure"]) == (
            "public.U.phone",
            "public.U.phoneNumber",
            True,
        )
        assert "git shows" in rename["reason"]
        assert [f["id"] for f in report["findings"]] == ["column-name"]
        commit(project, NEW)


def test_two_that_stood_there_together(project: Path) -> None:
    for text in (OLD, BOTH, NEW):
        commit(project, text)
    report = check(project)
    assert "DROP COLUMN" in report["corrective_sql"]
    (lost,) = [h for h in report["hazards"] if h["id"] == "data-loss"]
    assert (lost["severity"], lost["object"]) == ("error", "public.U.phone")
    assert "--rename U.phone=U.phoneNumber" in lost["hint"]
    told = check(project, "--rename", "U.phone=U.phoneNumber")
    assert 'RENAME COLUMN "phone" TO "phoneNumber"' in told["corrective_sql"]
    assert [h["id"] for h in told["hazards"]] == ["breaks-application"]


def test_without_git_it_is_offered(project: Path) -> None:
    (project / "prisma/schema.prisma").write_text(NEW)
    report = check(project)
    assert [r["sure"] for r in report["renames"]] == [False]


def test_settings_tell_too(project: Path) -> None:
    (project / "prisma/schema.prisma").write_text(NEW)
    for text in ("renames: [U.phone=U.phoneNumber]\n", "renames:\n  U.phone: U.phoneNumber\n"):
        (project / "prisma-drift.yml").write_text(text)
        assert "RENAME COLUMN" in check(project)["corrective_sql"]
    (project / "prisma-drift.yml").write_text("renames: [U.fone=U.phoneNumber]\n")
    report = check(project)
    assert report["verdict"] == "error"
    (finding,) = report["findings"]
    assert finding["id"] == "rename-unknown"
    assert "Did you mean `U.phone`" in finding["hint"]


def test_one_that_applies_to_nothing_is_a_note(project: Path) -> None:
    (project / "prisma/schema.prisma").write_text(OLD)
    report = check(project, "--rename", "U.phone=U.x")
    assert report["verdict"] == "in-step"
    assert [(f["id"], f["severity"]) for f in report["findings"]] == [("rename-unused", "note")]
