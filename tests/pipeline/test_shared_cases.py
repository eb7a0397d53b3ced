"""The small inputs beside the project that went wrong once: each has the outcome that its EXPECT.md calls right."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from small_project import write

pytestmark = [pytest.mark.shared, pytest.mark.slow]

SHARED = Path(__file__).parents[2] / "../shared/cases"


class Outcome(NamedTuple):
    status: int
    """Exit status: 0 in step, 2 drift, 1 an error."""
    says: tuple[str, ...] = ()
    """What the output holds."""
    not_: tuple[str, ...] = ()
    """What it does not hold."""
    command: str = ""
    """Instead of `check` of the folder as it lies there."""
    settings: str = ""
    """prisma-drift.yml, where the hint asks for one."""
    environment: tuple[tuple[str, str], ...] = ()


HERE = "check --schema schema.prisma --migrations migrations"
CASES = {
    "hostile-cli-leaks-files": Outcome(0),  # the link itself is not in the folder: tests/hostile has it
    "hostile-cpu-relations": Outcome(2, ("4096 differences in 90 models and 4006 tables",)),
    "hostile-false-in-step-extension": Outcome(2, ("table-extra",)),
    "hostile-false-in-step-open-transaction": Outcome(1, ("[transaction-left-open]", "20240101000000_m0/migration.sql:2")),
    "hostile-half-applied-enum": Outcome(2, ("-- AlterEnum BEGIN; CREATE TYPE", "USING (\"x\"::integer); COMMIT;")),
    "hostile-hidden-by-settings-external": Outcome(0, ("Not compared: the table public.User", "hidden-by-settings")),
    "hostile-internal-error-role-readonly": Outcome(2, ("role-settings", "20240101000000_m0/migration.sql:2"), ("internal error",)),
    "hostile-memory-select": Outcome(0),
    "hostile-report-directory-link": Outcome(2, ("column-missing",)),  # the Action's link: tests/action and tests/hostile
    "hostile-shadow-url-in-file": Outcome(1, ("[shadow-from-file]",), environment=(("CI", "true"),)),
    "hostile-workflow-command-injection": Outcome(2, ("table-extra",), ("\u2028", "\u0085")),
    "order-by-version": Outcome(0),
    "prisma8-bridge": Outcome(1, ("[prisma-8-contract]", "ops.json", "prisma db verify --strict")),
    "project-enum-value-removed-while-column-moves": Outcome(2, ("nothing is left to change",), command=HERE),
    "project-failed-corrective-does-not-name-trigger": Outcome(2, ("nothing is left to change", "DROP TRIGGER tr", "CREATE TRIGGER tr"), command=HERE),
    "project-flags-do-not-override-config": Outcome(0),
    "project-kept-index-lost-by-drop-column": Outcome(2, ("Chunk_embedding_idx", "Chunk_score_lower", "Chunk_score_check", "[object-lost]"), ("Kept, though",), HERE),
    "project-message-enum-value-unsafe": Outcome(1, ('`B` is added to "S" in',), ('`B" of enum',), f"{HERE} --prisma-version 6.19"),
    "project-package-folder-refuses-what-root-finds": Outcome(0, ("agree",), command="check packages/db"),
    "project-remaining-count-wrong": Outcome(2, ("T1", "T2", "T3", "T4", "80 differences in 8 models", "… 40 more (--verbose)"), command=HERE),
    "report-auth-listed": Outcome(0, (), ("DROP TABLE",), HERE),
    "report-citus": Outcome(1, ("[extension-not-created]", "`citus`"), ("db push",), HERE),
    "report-concurrently-two-75": Outcome(1, ("[not-in-transaction]", "`migrate deploy` of Prisma 7.6.0", "7.8"), command=HERE),
    "report-enum-add-then-insert": Outcome(1, ('`THIRD` is added to "JobTask" in',), command=HERE),
    "report-folder-migrations-left-behind": Outcome(0, ("migrations-misplaced",)),
    "report-implicit-to-explicit": Outcome(2, ('INSERT INTO "WriterOnBook"',), command=HERE),
    "report-no-baseline": Outcome(1, ("diff --from empty --to schema.prisma --script", "prisma migrate resolve --applied 0_init"), command=HERE),
    "report-pgdump-search-path": Outcome(1, ("[search-path-changed]", "Remove line 10"), ("[role-missing]",), HERE),
    "report-policy-role": Outcome(0, command=HERE),
    "report-role-advice-followed": Outcome(0, command=HERE),
    "report-shared-sequence": Outcome(0, (), ("DROP",), HERE),
    "report-supabase-starter": Outcome(0, command=HERE, settings="init-shadow-db: supabase\n"),
    "report-supabase-starter-initshadow": Outcome(0, command=HERE),
    "report-timestamp-to-timestamptz": Outcome(2, ("AT TIME ZONE 'UTC'",), command=HERE),
    "report-type-change-under-view": Outcome(2, ("DROP VIEW public.foo_v2", "CREATE VIEW public.foo_v2", "nothing is left to change"), command=HERE),
    "report-unsupported-carries-generated": Outcome(0, command=HERE),
    "report-vector-new-no-extension": Outcome(2, ('CREATE EXTENSION IF NOT EXISTS "vector"',), command=HERE),
    "report-rename-column": Outcome(2, ("RENAME COLUMN", "--rename Bundle.secondarySkus=Bundle.extraSkus"), command=HERE),
    "report-required-column-no-default": Outcome(2, ("[column-required]", "SET NOT NULL"), command=HERE),
    "rule-cli-diff-hides-messages": Outcome(1, ('Type "Strng"', "Attribute not known: \"@uniqe\"", "@default"), command="diff --from empty --to schema.prisma"),
    "rule-hang-map-empty": Outcome(1, ("[name-empty]",)),
    "rule-hook-no-validation": Outcome(1, ("nope", "@@index([nope])"), ("CREATE INDEX",)),
    "rule-list-moment-default": Outcome(2, ("SET DEFAULT ARRAY['a']",), command="diff --from a.prisma --to b.prisma --script"),
    "rule-multi-no-datasource-at-all": Outcome(1, ("There is no datasource",), command="diff --from empty --to a.prisma"),
    "rule-quote-in-name": Outcome(2, ('CREATE TABLE "ta""ble"',), command="diff --from empty --to schema.prisma --script"),
}  # fmt: skip


def run(folder: Path, words: str, **variables: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "prisma_drift", *words.split()]
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=600, env=kept | variables
    )
    return done.returncode, " ".join(f"{done.stdout}\n{done.stderr}".split())


@pytest.mark.parametrize("name", CASES)
def test_the_outcome_is_the_right_one(name: str, tmp_path: Path) -> None:
    source = SHARED / name
    if not source.is_dir():
        pytest.skip("the material beside the project is absent")
    case = CASES[name]
    folder = tmp_path / "project"
    shutil.copytree(source, folder, copy_function=shutil.copyfile)
    if case.settings:
        (folder / "prisma-drift.yml").write_text(case.settings)
    status, text = run(folder, case.command or "check", **dict(case.environment))
    assert status == case.status, text
    for words in case.says:
        assert " ".join(words.split()) in text
    for words in case.not_:
        assert words not in text


def test_the_script_from_no_schemas_is_that_of_6_19(tmp_path: Path) -> None:
    source = SHARED / "rule-pair-6.19.0-hc2-75"
    if not source.is_dir():
        pytest.skip("the material beside the project is absent")
    words = f"diff --from {source}/a.prisma --to {source}/b.prisma --script --prisma-version 6.19.0"
    assert run(tmp_path, words) == (2, " ".join((source / "prisma.txt").read_text().split()))


def test_a_temporary_table_stops_no_commit(tmp_path: Path) -> None:
    source = SHARED / "project-hook-select-into-temp-false-alarm"
    if not source.is_dir():
        pytest.skip("the material beside the project is absent")
    folder = tmp_path / "project"
    shutil.copytree(source, folder, copy_function=shutil.copyfile)
    new = folder / "prisma/migrations/20260102000000_data"
    away = tmp_path / new.name
    shutil.move(new, away)

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    shutil.move(away, new)
    git("add", "-A")
    assert run(folder, "hook")[0] == 0


def repository(folder: Path) -> None:
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        who = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_a_migration_out_of_order_moves_as_the_hint_says(tmp_path: Path) -> None:
    source = SHARED / "report-out-of-order-after-merge"
    if not source.is_dir():
        pytest.skip("the material beside the project is absent")
    folder = tmp_path / "project"
    shutil.copytree(source, folder, copy_function=shutil.copyfile)
    repository(folder)
    status, text = run(folder, HERE)
    assert (status, "[table-missing-in-history]" in text) == (1, True)
    move = re.search(r"`(git mv [^`]+)`", text)
    assert move
    subprocess.run(shlex.split(move[1]), cwd=folder, check=True)
    assert run(folder, HERE)[0] == 0


def test_a_squash_passes_with_the_override(tmp_path: Path) -> None:
    """The situation alone is described there: all folders replaced by one, in one commit."""
    write(
        tmp_path,
        {
            "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n  n Int?\n}\n',
            "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
            "prisma/migrations/20240101000000_a/migration.sql": 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\n',
            "prisma/migrations/20240102000000_b/migration.sql": 'ALTER TABLE "A" ADD COLUMN "n" INTEGER;\n',
        },
    )
    repository(tmp_path)
    for old in ("20240101000000_a", "20240102000000_b"):
        shutil.rmtree(tmp_path / "prisma/migrations" / old)
    whole = 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "n" INTEGER);\n'
    write(tmp_path, {"prisma/migrations/000000000000_squashed/migration.sql": whole})
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    assert run(tmp_path, "hook")[0] == 2
    status, text = run(tmp_path, "hook", PRISMA_DRIFT_ALLOW_EDIT="squash")
    assert (status, "as is allowed (squash)" in text) == (0, True)


def test_a_counter_that_may_be_null_converges(tmp_path: Path) -> None:
    source = SHARED / "rule-autoinc-optional"
    if not source.is_dir():
        pytest.skip("the material beside the project is absent")
    schema = (source / "schema.prisma").read_text()
    write(
        tmp_path,
        {
            "prisma/schema.prisma": schema,
            "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
            "prisma/migrations/20240101000000_a/migration.sql": "SELECT 1;\n",
        },
    )
    sql = Path("prisma/migrations/20240102000000_b/migration.sql")
    write(tmp_path, {str(sql): ""})
    assert run(tmp_path, f"check --script --output {sql}")[0] == 2
    assert "DROP NOT NULL" in (tmp_path / sql).read_text()
    assert run(tmp_path, "check")[0] == 0


def test_every_folder_has_its_test() -> None:
    if not SHARED.is_dir():
        pytest.skip("the material beside the project is absent")
    here = Path(__file__).read_text()
    assert [
        place.name
        for place in sorted(SHARED.iterdir())
        if place.is_dir() and f'"{place.name}"' not in here and place.name != "report-squash"
    ] == []
