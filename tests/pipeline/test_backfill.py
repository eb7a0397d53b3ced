"""`backfill:` in prisma-drift.yml reaches the corrective migration; what is no field, or no expression, is an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.cli import main

SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\nmodel User {\n  id Int @id\n  email String\n  handle String\n}\n'
SQL = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));'


def checked(folder: Path, settings: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    migration = folder / "prisma/migrations/20240101000000_init/migration.sql"
    migration.parent.mkdir(parents=True)
    migration.write_text(SQL)
    (migration.parents[1] / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder / "prisma/schema.prisma").write_text(SCHEMA)
    (folder / "prisma-drift.yml").write_text(settings)
    main(["check", str(folder), "--format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_value_from_the_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = checked(tmp_path, "backfill:\n  User.handle: split_part(email, '@', 1)\n", capsys)
    assert (
        """UPDATE "User" SET "handle" = (split_part(email, '@', 1)) WHERE "handle" IS NULL;"""
        in found["corrective_sql"]
    )
    assert found["proof"]["empty"] == {"applied": True, "residual": 0}
    assert [(h["id"], h["severity"]) for h in found["hazards"]] == [("nulls", "warning")]


def test_without_one_it_is_an_open_decision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = checked(tmp_path, "", capsys)
    (hazard,) = found["hazards"]
    assert (hazard["id"], hazard["severity"], hazard["object"]) == (
        "column-required",
        "error",
        "public.User.handle",
    )
    assert 'ALTER TABLE "User" ADD COLUMN "handle" TEXT; UPDATE "User" SET "handle" = …;' in hazard["hint"]
    assert [check["sql"] for check in found["checks"]] == ['SELECT count(*) FROM "public"."User"']


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("User.handel: email", "`backfill.User.handel` is no field"),
        ("User.handle: 'email); DROP TABLE x; SELECT (1'", "more than one SQL expression"),
    ],
)
def test_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, words: str) -> None:
    found = checked(tmp_path, f"backfill:\n  {line}\n", capsys)
    assert found["verdict"] == "error"
    assert words in found["findings"][0]["message"]
