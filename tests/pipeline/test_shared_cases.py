"""The small inputs beside the project that went wrong once: each has the outcome that its EXPECT.md calls right."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

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


HERE = "check --schema schema.prisma --migrations migrations"
CASES = {
    "order-by-version": Outcome(0),
    "prisma8-bridge": Outcome(1, ("[prisma-8-contract]", "ops.json", "prisma db verify --strict")),
    "project-enum-value-removed-while-column-moves": Outcome(2, ("nothing is left to change",), command=HERE),
    "project-failed-corrective-does-not-name-trigger": Outcome(2, ("nothing is left to change", "DROP TRIGGER tr", "CREATE TRIGGER tr"), command=HERE),
    "project-flags-do-not-override-config": Outcome(0),
    "project-kept-index-lost-by-drop-column": Outcome(2, ("Chunk_embedding_idx", "Chunk_score_lower", "Chunk_score_check", "[object-lost]"), ("Kept, though",), HERE),
    "project-message-enum-value-unsafe": Outcome(1, ('`B` is added to "S" in',), ('`B" of enum',), f"{HERE} --prisma-version 6.19"),
    "project-package-folder-refuses-what-root-finds": Outcome(0, ("agree",), command="check packages/db"),
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


def run(folder: Path, words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "prisma_drift", *words.split()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
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
    status, text = run(folder, case.command or "check")
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
