"""The rules of the migrations folder, one by one."""

from __future__ import annotations

import pytest

from prisma_drift.hook.folder import Folder, changed_names, check_folder, folder_of, next_name

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
    assert check_folder(folder(A), edited(A, "x"), None, {}, allow_edit="typo") == ()


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
