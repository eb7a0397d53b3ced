"""The rules of the migrations folder, one by one."""

from __future__ import annotations

import pytest

from prisma_drift.hook.folder import Folder, changed_names, check_folder, folder_of, next_name
from prisma_drift.hook.order import first_met
from prisma_drift.replay.effect import StagedSql

A, B, C = "20240101000000_a", "20240201000000_b", "20240301000000_c"
LOCK = "m/migration_lock.toml"


def folder(*names: str, **files: str) -> Folder:
    texts = {f"m/{name}/migration.sql": f"-- {name}\n" for name in names}
    texts |= {LOCK: 'provider = "postgresql"\n'}
    texts |= {path.replace("__", "/").replace("_dot_", "."): text for path, text in files.items()}
    return folder_of("m", {path: text for path, text in texts.items() if text != "gone"})


def edited(name: str, text: str, *names: str) -> Folder:
    texts = {f"m/{one}/migration.sql": f"-- {one}\n" for one in names} | {f"m/{name}/migration.sql": text}
    return folder_of("m", texts | {LOCK: 'provider = "postgresql"\n'})


@pytest.mark.parametrize(
    ("before", "after", "ids"),
    [
        (folder(A), folder(A), []),
        (folder(A), folder(A, B), []),
        (folder(A), edited(A, "x", A), ["migration-edited"]),
        (folder(A), edited(A, f"-- {A}\r\n", A), []),
        (folder(A, B), folder(A), ["migration-deleted"]),
        (folder(A), edited(B, f"-- {A}\n"), ["migration-renamed"]),
        (folder(A, C), folder(A, B, C), ["migration-out-of-order"]),
        (folder(A), folder(A, A.upper()), ["migration-duplicate"]),
        (folder(A), folder(A, m__extra_dot_sql="x"), ["stray-sql-file"]),
        (folder(A), folder(A, **{f"m__{A}__down_dot_sql": "x"}), []),
        (folder(A), folder(A, m__20250101000000_x__readme_dot_md="x"), ["migration-file-missing"]),
        (folder(A), edited(A, "gone", A), ["migration-edited"]),
    ],
)
def test_rules_against_head(before: Folder, after: Folder, ids: list[str]) -> None:
    assert [problem.id for problem in check_folder(before, after, None, {})] == ids


def test_the_lock_file() -> None:
    before = folder(A)
    mysql = folder_of("m", {f"m/{A}/migration.sql": f"-- {A}\n", LOCK: 'provider = "mysql"\n'})
    none = folder_of("m", {f"m/{A}/migration.sql": f"-- {A}\n"})
    assert [problem.id for problem in check_folder(before, mysql, None, {})] == ["lock-file-changed"]
    assert [problem.id for problem in check_folder(before, none, None, {})] == ["lock-file-changed"]
    assert check_folder(none, before, None, {}) == ()


def test_only_what_is_on_the_base_branch_is_protected() -> None:
    base = folder(A).migrations
    assert check_folder(folder(A, C), edited(C, "other", A), base, {}) == ()
    assert check_folder(folder(A, C), folder(A), base, {}) == ()
    assert [one.id for one in check_folder(folder(A, C), edited(A, "x", C), base, {})] == ["migration-edited"]


def test_order_and_names_follow_the_base_branch() -> None:
    base = folder(A, C).migrations
    assert [one.id for one in check_folder(folder(A), folder(A, B), base, {})] == ["migration-out-of-order"]
    other = edited(C, "-- not the same\n", A)
    assert [one.id for one in check_folder(folder(A), other, base, {})] == ["migration-duplicate"]
    assert check_folder(folder(A), folder(A, C), base, {}) == ()


def test_what_the_other_side_of_a_merge_brings_is_not_new() -> None:
    assert check_folder(folder(A, C), folder(A, B, C), None, folder(A, B).migrations) == ()


def test_history_may_change_for_a_reason() -> None:
    (note,) = check_folder(folder(A), edited(A, "x"), None, {}, allow_edit="typo")
    assert (note.id, note.severity) == ("migration-edited", "note")
    assert "(typo)" in note.message


def sql(**texts: str) -> Folder:
    return folder_of("m", {f"m/{name[1:]}/migration.sql": text for name, text in texts.items()})


ONE = 'ALTER TABLE "A" ADD COLUMN "x" TEXT;'


@pytest.mark.parametrize(
    ("early", "late", "meets"),
    [
        (ONE, 'ALTER TABLE "B" ADD COLUMN "x" TEXT;', None),
        (ONE, 'ALTER TABLE "A" ADD COLUMN "y" TEXT;', "A"),
        (ONE, 'DROP TABLE IF EXISTS "A";', "A"),
        (ONE, 'CREATE TABLE "A" ("id" INTEGER);', "A"),
        (ONE, 'CREATE TABLE "B" ("aId" INTEGER REFERENCES "A"("id"));', None),
        (ONE, 'CREATE TABLE "B" ("aX" TEXT REFERENCES "A"("x"));', "A.x"),
        (ONE, 'UPDATE "A" SET "y" = 1;', "A"),
        (ONE, 'CREATE VIEW v AS SELECT * FROM "A";', "A"),
        (ONE, 'UPDATE "B" SET "y" = 1;', None),
        (ONE, "DO $$ BEGIN EXECUTE 'x'; END $$;", ""),
        (ONE, "CREATE EXTENSION vector;", ""),
        ('CREATE INDEX "i" ON "A"("x");', 'DROP INDEX "i";', "i"),
        ('ALTER TABLE "A" ADD COLUMN "e" "E";', """CREATE TYPE "E" AS ENUM ('on');""", "E"),
        ("""ALTER TYPE "E" ADD VALUE 'b';""", 'ALTER TABLE "A" ADD COLUMN "e" "E";', None),
        ("""ALTER TYPE "E" ADD VALUE 'b';""", """ALTER TABLE "A" ALTER "e" SET DEFAULT 'b'::"E";""", "E.b"),
    ],
)  # fmt: skip
def test_the_order_counts_where_two_meet(early: str, late: str, meets: str | None) -> None:
    for one, other in ((early, late), (late, early)):
        found = first_met(StagedSql("1", "", one), [StagedSql("2", "", other)])
        assert found == (None if meets is None else ("2", meets))
    after, before = sql(_1=early, _2=late), sql(_2=late)
    (problem,) = check_folder(before, after, None, {})
    assert problem.severity == ("note" if meets is None else "error")
    assert problem.fix.startswith("git mv m/1 m/2")
    (strict,) = check_folder(before, after, None, {}, strict=True)
    assert strict.severity == "error"


def test_several_keep_their_order() -> None:
    before, after = (
        sql(_29990101000000_a=ONE),
        sql(_20200101000000_z=ONE, _20210101000000_b=ONE, _29990101000000_a=ONE),
    )
    fixes = [one.fix.split()[-1] for one in check_folder(before, after, None, {})]
    assert fixes == ["m/29990101000001_z", "m/29990101000002_b"]


def test_a_merge_of_the_base_shows_what_the_branch_has_too_early() -> None:
    """The branch has B, the base has gained C meanwhile: once they meet, B is to come after C."""
    base = sql(_1=ONE, _3=ONE)
    (problem,) = check_folder(
        sql(_1=ONE, _2=ONE), sql(_1=ONE, _2=ONE, _3=ONE), base.migrations, base.migrations
    )
    assert problem.id == "migration-out-of-order"
    assert problem.fix.startswith("git mv m/2 m/")


def test_a_squash_passes_with_its_reason() -> None:
    before, after = sql(_1_a=ONE, _2_b="SELECT 1;"), sql(_000_squashed=f"{ONE}SELECT 1;")
    found = check_folder(before, after, None, {})
    assert [(one.id, one.severity) for one in found] == [("migration-deleted", "error")] * 2
    (note,) = check_folder(before, after, None, {}, allow_edit="squash")
    assert note.severity == "note"
    assert "2 deleted" in note.message and "squash" in note.message
    assert "npx prisma migrate resolve --applied 000_squashed" in note.fix


def test_many_that_are_deleted_are_one_problem() -> None:
    names = [f"2024010100000{n}_x" for n in range(9)]
    before = folder_of("m", {f"m/{name}/migration.sql": f"-- {name}" for name in names})
    (problem,) = check_folder(before, folder_of("m", {}), None, {})
    assert problem.message.startswith(
        f"9 migrations of the base branch are deleted, {names[0]} to {names[-1]}:"
    )
    assert problem.fix == "git restore --overlay --staged --worktree m"


def test_a_part_of_the_history_is_squashed() -> None:
    before, after = sql(_1_a=ONE, _2_b=ONE, _3_c=ONE), sql(_0_squashed=ONE + ONE, _3_c=ONE)
    assert {one.severity for one in check_folder(before, after, None, {}, allow_edit="squash")} == {"note"}


def test_commands_are_words_of_a_shell() -> None:
    before = folder_of("m", {"m/1_a b;x/migration.sql": ONE})
    (problem,) = check_folder(before, folder_of("m", {}), None, {})
    assert problem.fix == "git restore --staged --worktree 'm/1_a b;x'"


def test_the_edited_line_is_named() -> None:
    before, after = edited(A, "one\ntwo\nthree\n"), edited(A, "one\n2\nthree\n")
    assert [problem.line for problem in check_folder(before, after, None, {})] == [2]
    longer = edited(A, "one\ntwo\nthree\nfour\n")
    assert [problem.line for problem in check_folder(before, longer, None, {})] == [4]


def test_the_command_that_mends_the_order() -> None:
    (problem,) = check_folder(folder(A, "29990101000000_c"), folder(A, B, "29990101000000_c"), None, {})
    assert problem.fix == f"git mv m/{B} m/29990101000001_b"


def test_a_new_name_comes_after_the_newest() -> None:
    assert next_name("29991231235959_x", "20200101000000_add_name") == "30000101000000_add_name"
    assert next_name("", "add") > "2024"
    assert next_name("29999999999999_x", "add") == "30000000000000_add"


def test_equal_blobs_are_not_read() -> None:
    def read(path: str) -> str:
        raise AssertionError(path)

    files = {f"m/{A}/migration.sql": "id1"}
    assert changed_names(folder_of("m", files, read), folder_of("m", files, read)) == ()
