"""Projects of Prisma 8: a commit of a source without its contract, a contract without its package, a package changed by hand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.hook.contract import package_hash

Workspace = Any  # conftest's

SHARED = Path(__file__).parents[2] / "../shared/cases/prisma8-bridge"
CONFIG = (
    "import { definePrismaConfig } from 'prisma/config'\nimport { ormConfig } from '@prisma/orm-postgres/config'\n"
    "export default definePrismaConfig({ orm: ormConfig({ contract: %s%s }) })\n"
)
SOURCE = "// use prisma-8\nmodel User {\n  id Int @id\n}\n"
PACKAGE = "migrations/app/20261128T0226_init"


def contract(hash: str) -> str:
    return json.dumps({"schemaVersion": "1", "storage": {"storageHash": hash, "namespaces": {}}})


def package(workspace: Workspace, to: str, *, name: str = PACKAGE, sql: str = "CREATE TABLE t ()") -> None:
    operations = [{"id": "table.t", "execute": [{"sql": sql, "params": [1, True, None, "ä"]}]}]
    content: dict[str, object] = {"from": None, "to": to, "providedInvariants": []}
    content["migrationHash"] = package_hash(content, operations)
    workspace.write(f"{name}/migration.json", json.dumps(content, indent=2))
    workspace.write(f"{name}/ops.json", json.dumps(operations, indent=2))
    workspace.write(f"{name}/migration.ts", "export default class M {}\n")
    workspace.write(f"migrations/snapshots/{to}/contract.json", contract(to))


@pytest.fixture
def moved(workspace: Workspace) -> Workspace:
    """A committed project of Prisma 8 with one package."""
    workspace.write("package.json", '{"devDependencies": {"prisma": "8.0.0"}}')
    workspace.write("prisma.config.ts", CONFIG % ("'./src/prisma/contract.prisma'", ""))
    workspace.write("src/prisma/contract.prisma", SOURCE)
    workspace.write("src/prisma/contract.json", contract("aa"))
    package(workspace, "aa")
    workspace.commit()
    return workspace


def ids(workspace: Workspace, expected: int) -> list[str]:
    workspace.stage()
    status, text = workspace.hook()
    assert status == expected, text
    return [line.rpartition("[")[2][:-1] for line in text.splitlines() if line.startswith("error")]


def test_a_commit_that_changes_all_of_it_passes(moved: Workspace) -> None:
    moved.write("src/prisma/contract.prisma", SOURCE.replace("}", "  n Int?\n}"))
    moved.write("src/prisma/contract.json", contract("bb"))
    package(moved, "bb", name="migrations/app/20261129T0000_more")
    assert ids(moved, 0) == []


def test_a_source_without_its_contract_is_stopped(moved: Workspace) -> None:
    moved.write("src/prisma/contract.prisma", SOURCE.replace("}", "  n Int?\n}"))
    assert ids(moved, 2) == ["contract-not-emitted"]
    assert "`npx prisma contract emit`, then `git add src/prisma/contract.json`" in moved.hook()[1]


@pytest.mark.parametrize(
    "text",
    [
        SOURCE.replace("  id Int", "  // the key, {as} ever\n  id    Int"),
        SOURCE + "\ngenerator client {\n  provider = 'x'\n}\n",
        SOURCE.replace("\n", "\r\n"),
    ],
)
def test_a_source_that_says_the_same_passes(moved: Workspace, text: str) -> None:
    moved.write("src/prisma/contract.prisma", text)
    assert ids(moved, 0) == []


def test_a_contract_without_a_package_is_stopped(moved: Workspace) -> None:
    moved.write("src/prisma/contract.prisma", SOURCE.replace("}", "  n Int?\n}"))
    moved.write("src/prisma/contract.json", contract("bb"))
    assert ids(moved, 2) == ["contract-without-migration"]
    moved.git("commit", "-q", "--no-verify", "-m", "x")
    moved.write("src/prisma/contract.prisma", SOURCE.replace("}", "  // later\n  n Int?\n}"))
    assert ids(moved, 0) == [], "that was so before"


def test_a_package_that_goes_is_missed(moved: Workspace) -> None:
    moved.write("src/prisma/contract.json", contract("bb"))
    package(moved, "bb", name="migrations/app/20261129T0000_more")
    moved.commit()
    shutil.rmtree(moved.root / "migrations/app/20261129T0000_more")
    assert ids(moved, 2) == ["contract-without-migration"]


def test_a_project_that_only_updates_its_database_needs_no_packages(moved: Workspace) -> None:
    shutil.rmtree(moved.root / "migrations")
    moved.write("migrations/app/refs/db.json", '{"hash": "aa", "invariants": []}')
    moved.commit()
    moved.write("src/prisma/contract.prisma", SOURCE.replace("}", "  n Int?\n}"))
    moved.write("src/prisma/contract.json", contract("bb"))
    assert ids(moved, 0) == []


@pytest.mark.parametrize("file", ["migration.json", "ops.json"])
def test_a_package_that_is_changed_by_hand_is_stopped(moved: Workspace, file: str) -> None:
    place = moved.root / PACKAGE / file
    content = json.loads(place.read_text())
    if file == "ops.json":
        content[0]["execute"][0]["sql"] = "CREATE TABLE other ()"
    else:
        content["providedInvariants"] = ["x"]
    place.write_text(json.dumps(content))
    assert ids(moved, 2) == ["package-hash"]


def test_a_package_that_is_only_written_otherwise_passes(moved: Workspace) -> None:
    place = moved.root / PACKAGE / "ops.json"
    place.write_text(json.dumps(json.loads(place.read_text()), sort_keys=True, indent=7))
    assert ids(moved, 0) == []


def test_a_package_whose_contract_is_not_kept_is_stopped(moved: Workspace) -> None:
    package(moved, "bb", name="migrations/app/20261129T0000_more")
    moved.write("src/prisma/contract.json", contract("bb"))
    kept = moved.root / "migrations/snapshots/bb"
    kept.rename(moved.root / "bb")
    assert ids(moved, 2) == ["package-without-snapshot"]
    said = moved.hook()[1]
    [command] = re.findall(r"`(git add \S+)`", said)
    (moved.root / "bb").rename(kept)
    subprocess.run(["/bin/sh", "-c", command], cwd=moved.root, check=True)
    assert "package-without-snapshot" not in moved.hook()[1]


def test_a_package_of_an_extensions_space_is_looked_at_too(moved: Workspace) -> None:
    package(moved, "cc", name="migrations/pgvector/20260101T0000_install")
    assert ids(moved, 0) == []
    place = moved.root / "migrations/pgvector/20260101T0000_install/ops.json"
    place.write_text("[]")
    assert ids(moved, 2) == ["package-hash"]


def bridge(workspace: Workspace, packages: str) -> None:
    workspace.write("package.json", packages)
    workspace.write(
        "prisma.config.ts", CONFIG % ("prisma7Schema('prisma/schema.prisma')", ", output: 'src/prisma'")
    )
    workspace.schema("model User {\n  id Int @id\n}\n")
    workspace.write("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    workspace.migration("20240101000000_init", 'CREATE TABLE "User" ("id" INTEGER PRIMARY KEY);\n')
    workspace.write("src/prisma/contract.json", contract("aa"))
    package(workspace, "aa")
    workspace.commit()


def test_over_the_bridge_the_old_schema_is_the_source_and_nothing_is_written(workspace: Workspace) -> None:
    bridge(workspace, '{"devDependencies": {"prisma": "8.0.0-rc.19"}}')
    workspace.schema("model User {\n  id Int @id\n  n Int?\n}\n")
    assert ids(workspace, 2) == ["contract-not-emitted"]
    status, text = workspace.hook("--write")
    assert (status, "ALTER TABLE" in text) == (2, False)
    assert len(list((workspace.root / "prisma/migrations").iterdir())) == 2


def test_with_prisma_7_kept_beside_it_the_old_rules_hold(workspace: Workspace) -> None:
    bridge(workspace, '{"devDependencies": {"prisma": "8.0.0-rc.19", "@prisma/prisma7": "7.10.1"}}')
    workspace.schema("model User {\n  id Int @id\n  n Int?\n}\n")
    assert ids(workspace, 2) == ["migration-missing"]


def test_a_member_of_prisma_7_is_checked_beside_one_of_8(workspace: Workspace) -> None:
    workspace.write("apps/b/package.json", '{"devDependencies": {"prisma": "8.0.0"}}')
    workspace.write("apps/b/prisma.config.ts", CONFIG % ("'src/prisma/contract.prisma'", ""))
    workspace.write("apps/b/src/prisma/contract.prisma", SOURCE)
    workspace.write("apps/b/src/prisma/contract.json", contract("aa"))
    workspace.schema("model User {\n  id Int @id\n}\n", "apps/a/prisma/schema.prisma")
    workspace.write("apps/a/prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    workspace.migration(
        "20240101000000_init", 'CREATE TABLE "User" ("id" INTEGER PRIMARY KEY);\n', "apps/a/prisma/migrations"
    )
    workspace.commit()
    workspace.schema("model User {\n  id Int @id\n  n Int?\n}\n", "apps/a/prisma/schema.prisma")
    workspace.write("apps/b/src/prisma/contract.prisma", SOURCE.replace("}", "  n Int?\n}"))
    assert sorted(ids(workspace, 2)) == ["contract-not-emitted", "migration-missing"]


@pytest.mark.parametrize(
    ("operations", "same"),
    [
        ([{"b": 1, "a": [True, None]}], [{"a": [True, None], "b": 1}]),
        (['\u2028\x7fü\n"'], ['\u2028\x7fü\n"']),
        ([{"\U0001f600": 1, "\uffee": 2}], [{"\uffee": 2, "\U0001f600": 1}]),
    ],
)
def test_the_hash_is_of_the_values(operations: object, same: object) -> None:
    content: dict[str, object] = {"to": "x", "migrationHash": "anything"}
    assert package_hash(content, operations) == package_hash({"to": "x"}, same)
    assert package_hash(content, [1e-7]) is None


@pytest.mark.shared
def test_the_hash_is_prismas() -> None:
    """Written by Prisma 8.0.0-rc.19 itself."""
    if not SHARED.is_dir():
        pytest.skip("the material beside the project is absent")
    (folder,) = (SHARED / "migrations/app").glob("2*")
    content = json.loads((folder / "migration.json").read_text())
    operations = json.loads((folder / "ops.json").read_text())
    assert package_hash(content, operations) == content["migrationHash"]
