"""SQL text is cut into statements as Postgres itself would cut it."""

from __future__ import annotations

import pytest
from growth import grows_with_its_input

from prisma_drift.migrations.split import split


def texts(sql: str) -> list[str]:
    return [s.text for s in split(sql)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", []),
        ("  \n-- only a comment\n/* and /* nested */ one */ ;;", []),
        ("select 1; select 2", ["select 1", "select 2"]),
        ("select ';' ; select 2;", ["select ';'", "select 2"]),
        ("select 'it''s; fine'; x", ["select 'it''s; fine'", "x"]),
        (r"select 'back\'; select 2", [r"select 'back\'", "select 2"]),
        (r"select E'quote \' ; in'; select 2", [r"select E'quote \' ; in'", "select 2"]),
        (r"select nameE'a\'; select 2", [r"select nameE'a\'", "select 2"]),
        ('create table "a;b" (x int); y', ['create table "a;b" (x int)', "y"]),
        ("do $$ begin a; b; end $$; c", ["do $$ begin a; b; end $$", "c"]),
        ("do $x$ a; $$ b; $$ ; $x$; c", ["do $x$ a; $$ b; $$ ; $x$", "c"]),
        ("select a$b$c; select $1; d", ["select a$b$c", "select $1", "d"]),
        ("select 1 -- no ; here\n, 2; b", ["select 1 -- no ; here\n, 2", "b"]),
        ("select 1 /* no ; /* nor ; */ here ; */; b", ["select 1 /* no ; /* nor ; */ here ; */", "b"]),
        ("create rule r as on insert to t do (a; b); c", ["create rule r as on insert to t do (a; b)", "c"]),
        (
            "create function f() returns int begin atomic select case when true then 1 end; select 2; end; b",
            [
                "create function f() returns int begin atomic select case when true then 1 end; select 2; end",
                "b",
            ],
        ),
        (
            "BEGIN; select case when a then b end; COMMIT;",
            ["BEGIN", "select case when a then b end", "COMMIT"],
        ),
        ("select 'never closed; select 2", ["select 'never closed; select 2"]),
        ("/* head */ select /* ; */ 1;", ["select /* ; */ 1"]),
    ],
)
def test_statements(sql: str, expected: list[str]) -> None:
    assert texts(sql) == expected


def test_positions_point_at_the_text() -> None:
    sql = "-- head\r\n\r\n  create table a (x int);/* é */ drop\n table b ; "
    first, second = split(sql)
    assert (first.line, first.column) == (3, 3)
    assert (second.line, second.column) == (3, 34)
    for statement in (first, second):
        assert sql[statement.offset : statement.end_offset] == statement.text


@pytest.mark.parametrize(
    "piece",
    ["select 'a';\n", "(", "'", "$$", "$a$", "/*", "E'\\'", "-- x\n", "begin atomic ", '"', "e", "/* */ "],
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    grows_with_its_input(lambda times: split(piece * times), 5_000, 50_000)
