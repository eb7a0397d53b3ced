"""Positions, names, strings and comments."""

from __future__ import annotations

import pytest

from prisma_drift.psl.syntax.lexer import (
    INVALID_UNICODE_ESCAPE,
    UNKNOWN_ESCAPE,
    SourceText,
    Span,
    decode_string,
)


def decoded(literal: str) -> tuple[str, list[str]]:
    source = SourceText("s.prisma", literal)
    text, errors = decode_string(source, 0, source.string(0))
    return text, [message for message, _, _ in errors]


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('"plain"', "plain"),
        (r'"a\"b\\c\/d\b\f\n\r\t"', 'a"b\\c/d\b\f\n\r\t'),
        (r'"\u0041\u00e9"', "Aé"),
        (r'"\ud83d\ude00"', "😀"),
    ],
)
def test_escapes_are_those_of_json(literal: str, text: str) -> None:
    assert decoded(literal) == (text, [])


@pytest.mark.parametrize(
    ("literal", "message"),
    [
        (r'"C:\quit"', UNKNOWN_ESCAPE),
        (r'"\u12"', INVALID_UNICODE_ESCAPE),
        (r'"\ud83d"', INVALID_UNICODE_ESCAPE),
        (r'"\ud83d\u0041"', INVALID_UNICODE_ESCAPE),
        (r'"\ude00\ud83d"', INVALID_UNICODE_ESCAPE),
    ],
)
def test_bad_escapes_are_reported(literal: str, message: str) -> None:
    assert decoded(literal)[1] == [message]


def test_a_string_ends_on_its_line() -> None:
    assert SourceText("s", '"a\nb"').string(0) == -1
    assert SourceText("s", '"a\tb"').string(0) == -1
    assert SourceText("s", '"open').string(0) == -1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("user_id-2 x", "user_id-2"),
        ("1st", "1st"),
        ("naïve Int", "naïve"),
        ("a²", "a"),
        ("_x", ""),
        ("²", ""),
    ],
)
def test_names_are_letters_then_digits_underscores_dashes(text: str, name: str) -> None:
    assert text[: max(SourceText("s", text).identifier(0), 0)] == name


def test_a_path_may_end_in_a_dot() -> None:
    assert SourceText("s", "db.VarChar(3)").path_end(0) == len("db.VarChar")
    assert SourceText("s", "db.").path_end(0) == 3


@pytest.mark.parametrize(("text", "end"), [("-1.50x", 5), ("1.", 1), ("1e5", 1), ("+1", -1), (".5", -1)])
def test_numbers_are_plain(text: str, end: int) -> None:
    assert SourceText("s", text).number(0) == end


def test_comments() -> None:
    source = SourceText("s", "// a\n/* b\n c */ d /* open")
    assert source.comment(0) == 4
    assert source.comment(5) == source.text.index(" d")
    assert source.comment(source.text.index("/* open")) == -1


def test_positions_count_lines_by_line_feeds_and_columns_by_characters() -> None:
    source = SourceText("s.prisma", "é x\r\n  y\n")
    assert (source.position(2).line, source.position(2).column) == (1, 3)
    assert str(Span(source, source.text.index("y"), 9).position) == "s.prisma:2"
    assert source.line_text(1) == "é x"
    assert source.line_text(3) == ""
