"""Default names, and how they are cut."""

from __future__ import annotations

import pytest

from prisma_drift.psl.vocabulary import constraint_names as names


def test_short_names_stay_whole() -> None:
    assert names.primary_key("User") == "User_pkey"
    assert names.unique("User", ["a", "b"]) == "User_a_b_key"
    assert names.index("User", ["a"]) == "User_a_idx"
    assert names.foreign_key("User", ["a"]) == "User_a_fkey"


@pytest.mark.parametrize("make", [names.unique, names.index, names.foreign_key])
def test_the_end_of_the_columns_is_cut_first(make: object) -> None:
    assert callable(make)
    name = make("t" * 30, ["c" * 30, "d" * 30])
    assert len(name) == 63
    assert name.startswith("t" * 30 + "_" + "c" * 20)


def test_the_limit_is_in_bytes_and_characters_stay_whole() -> None:
    assert names.primary_key("é" * 40) == "é" * 29 + "_pkey"
    assert len(names.primary_key("x" + "é" * 40).encode()) == 62


def test_join_tables() -> None:
    table = names.join_table("R" * 80)
    assert len(table) == 63
    assert names.join_primary_key(table) == table[:55] + "_AB_pkey"
    assert names.join_index(table) == table[:55] + "_B_index"
    assert names.join_foreign_key(table, "A") == table[:56] + "_A_fkey"
    assert names.join_unique("_AToB") == "_AToB_AB_unique"
