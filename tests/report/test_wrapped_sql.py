"""Long queries are broken between their words, and mean the same."""

from __future__ import annotations

import re

import pytest

from prisma_drift.report.wrapped_sql import WIDTH, wrapped


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM \"a b\" WHERE " + " AND ".join(f"\"c{n}\" <> 'it''s  {n} -> x'" for n in range(30)),
        "SELECT count(*) FROM t WHERE x ~ E'a\\'  b' OR " + " OR ".join(f"y = {n}" for n in range(60)),
        "SELECT count(*) FROM t WHERE x = $q$ a  ' b $q$ AND " + " AND ".join(f"y <> {n}" for n in range(60)),
    ],
)  # fmt: skip
def test_quoted_words_stay_whole(sql: str) -> None:
    lines = wrapped(sql).split("\n")
    assert len(lines) > 3
    assert max(map(len, lines)) <= WIDTH
    assert " ".join(line.strip() for line in lines) == sql
    assert all(line.startswith("    ") for line in lines[1:])


def test_what_is_short_or_has_lines_stays_as_it_is() -> None:
    for sql in ("SELECT 1", "SELECT 1\n" + "x " * 100, "SELECT 1 -- " + "x " * 100, "SELECT '" + "x " * 100):
        assert wrapped(sql) == sql


def test_a_word_that_is_longer_than_a_line_is_not_cut() -> None:
    word = "'" + "x" * 150 + "'"
    assert re.sub(r"\s+", " ", wrapped(f"SELECT {word} , {word}")) == f"SELECT {word} , {word}"
